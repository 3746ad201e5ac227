"""The finished plan: as a document and a PDF, kept as it was signed off, corrected by addenda."""

from flask import Blueprint

blueprint = Blueprint("signing", __name__)

from vsportal.signing import addenda_routes, links, pdf_routes, routes  # noqa: E402, F401  the blueprint’s views
