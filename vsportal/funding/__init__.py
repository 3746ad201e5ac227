"""Pupil Premium Plus: policies, requests on targets, decisions, the ledger, payments."""

from flask import Blueprint

blueprint = Blueprint("funding", __name__)
