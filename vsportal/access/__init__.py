"""Who can see a child’s plan today, who has looked, and ending it: cuts, emergencies, cover, the card."""

from flask import Blueprint

blueprint = Blueprint("access", __name__)

from vsportal.access import (  # noqa: E402  the views belong to the blueprint
    card_routes,  # noqa: F401
    emergency_routes,  # noqa: F401
    kept_routes,  # noqa: F401
    looks_routes,  # noqa: F401
    reveal_routes,  # noqa: F401
    routes,  # noqa: F401
)
from vsportal.access.keeping import instead_of_refusing  # noqa: E402
from vsportal.http import before_refusing  # noqa: E402

before_refusing(instead_of_refusing)
