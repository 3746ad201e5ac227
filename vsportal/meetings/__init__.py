"""Around the meeting: the calendar entry, the pack, the letter “What we agreed”, copies for parents."""

from flask import Blueprint

blueprint = Blueprint("meetings", __name__)
