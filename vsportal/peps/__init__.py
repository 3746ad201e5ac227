"""The plan: its overview, its sections, autosave, completing, sending, the young person's own pages."""

from flask import Blueprint

blueprint = Blueprint("peps", __name__)

# Routes need the blueprint to exist.
from vsportal.peps import (  # noqa: E402  they need it to exist
    beside_routes,  # noqa: F401
    closing_routes,  # noqa: F401
    difference_routes,  # noqa: F401
    history_routes,  # noqa: F401
    opening_routes,  # noqa: F401
    pasting_routes,  # noqa: F401
    routes,  # noqa: F401
    term_routes,  # noqa: F401
    views_routes,  # noqa: F401
    wishes_routes,  # noqa: F401
)
