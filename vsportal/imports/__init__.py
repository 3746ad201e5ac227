"""Files of other systems, checked whole and applied all or nothing."""

from flask import Blueprint

blueprint = Blueprint("imports", __name__)

from vsportal.imports import routes  # noqa: E402, F401  the views belong to the blueprint
