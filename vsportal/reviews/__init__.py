"""Quality assurance: schemes, the review of a part, what is sent back, how far raters agree, concerns."""

from flask import Blueprint

blueprint = Blueprint("reviews", __name__)

from vsportal.reviews import action_routes, queue_routes, review_routes  # noqa: E402, F401  the blueprint’s views
