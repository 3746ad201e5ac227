"""Pupil Premium Plus: policies, requests on targets, decisions, the ledger, payments."""

from flask import Blueprint

blueprint = Blueprint("funding", __name__)

from vsportal.funding import (  # noqa: E402  the blueprint’s views
    decision_routes,  # noqa: F401
    panel_routes,  # noqa: F401
    queue_routes,  # noqa: F401
)
