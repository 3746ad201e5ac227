"""Mail: an outbox in the database, and what sends it."""

from flask import Blueprint

blueprint = Blueprint("messages", __name__)

from vsportal.messages import routes  # noqa: E402, F401  the views belong to the blueprint
