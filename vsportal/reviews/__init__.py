"""Quality assurance: schemes, the review of a part, what is sent back, how far raters agree, concerns."""

from flask import Blueprint

blueprint = Blueprint("reviews", __name__)

from vsportal.reviews import (  # noqa: E402  the blueprint’s views
    action_routes,  # noqa: F401
    agreement_routes,  # noqa: F401
    concern_routes,  # noqa: F401
    queue_routes,  # noqa: F401
    review_routes,  # noqa: F401
    scheme_routes,  # noqa: F401
)
