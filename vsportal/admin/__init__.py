"""What an authority keeps about itself: people, schools, teams, terms and settings, on pages."""

from flask import Blueprint

blueprint = Blueprint("admin", __name__)

from vsportal.admin import (  # noqa: E402, F401  the views belong to the blueprint
    children_routes,
    dates_routes,
    households_routes,
    moves_routes,
    people_routes,
    routes,
    schools_routes,
)
