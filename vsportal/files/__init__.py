"""Documents of a plan: checked by content, kept outside the web root, served as attachments."""

from flask import Blueprint

blueprint = Blueprint("files", __name__)

from vsportal.files import routes  # noqa: E402, F401  the views belong to the blueprint
