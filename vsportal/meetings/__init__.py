"""Around the meeting: the calendar entry, the pack, the letter “What we agreed”, copies for parents."""

from flask import Blueprint

blueprint = Blueprint("meetings", __name__)

from vsportal.meetings import calendar_routes, copy_routes, letter_routes, links, pack_routes  # noqa: E402, F401  the blueprint’s views
