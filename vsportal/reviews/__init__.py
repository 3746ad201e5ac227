"""Quality assurance: schemes, the review of a part, what is sent back, how far raters agree, concerns."""

from flask import Blueprint

blueprint = Blueprint("reviews", __name__)
