"""Pupil Premium Plus: policies, requests on targets, decisions, the ledger, payments."""

from flask import Blueprint

blueprint = Blueprint("funding", __name__)

from vsportal.funding import (  # noqa: E402  the blueprint’s views
    decision_routes,  # noqa: F401
    money_routes,  # noqa: F401
    panel_routes,  # noqa: F401
    paper_routes,  # noqa: F401
    payment_routes,  # noqa: F401
    policy_routes,  # noqa: F401
    queue_routes,  # noqa: F401
    request_act_routes,  # noqa: F401
    request_list_routes,  # noqa: F401
    request_routes,  # noqa: F401
)
