"""Signing in and out; second factors, invitations and council sign-in will live here too."""

from flask import Blueprint

blueprint = Blueprint("accounts", __name__)

from vsportal.accounts import routes  # noqa: E402,F401  routes need the blueprint to exist
