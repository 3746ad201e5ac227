"""Children and the people around them: my work, the list of children, a child's page."""

from flask import Blueprint

blueprint = Blueprint("children", __name__)

from vsportal.children import cover_routes, routes  # noqa: E402,F401  routes need the blueprint to exist
