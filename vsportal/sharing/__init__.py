"""What a designated teacher shares out: sections lent to a colleague, and a link to one row."""

from flask import Blueprint

blueprint = Blueprint("sharing", __name__)

from vsportal.sharing import deputy_routes, routes, row_routes  # noqa: E402, F401  the blueprint’s views
