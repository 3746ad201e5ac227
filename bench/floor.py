"""What an answer costs with no portal behind it: the same bytes from a plain template, the same way in.

These routes exist on the bench's own application and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

from flask import Blueprint, Flask, current_app, request
from jinja2 import Template
from sqlalchemy import Column, Integer, MetaData, Table, Text, insert, select, update

from vsportal import audit
from vsportal.extensions import db
from vsportal.guards import actor, public, signed_in
from vsportal.models import Pep

NOTE = Table("bench_note", MetaData(), Column("id", Integer, primary_key=True), Column("text", Text))
"""One row, updated where a save of the portal is measured beside."""
_turn = count()


@dataclass(frozen=True)
class Floor:
    """The same bytes as one answer of the portal, and what stands before them."""

    template: Template
    pep: str
    looks: bool
    status: int


blueprint = Blueprint("floor", __name__, url_prefix="/floor")


def prepare(app: Flask) -> None:
    """Put the routes into an application that has served nothing yet, and its row into the database."""
    app.extensions["floor"] = {}
    app.register_blueprint(blueprint)
    with app.app_context():
        NOTE.create(db.engine)
        db.session.execute(insert(NOTE).values(id=1, text=""))
        db.session.commit()


def put(app: Flask, name: str, body: str, *, pep: str, looks: bool, status: int) -> None:
    """Make the floor of a case from the answer the portal gave."""
    raw = body.replace("{% endraw %}", "")
    template = app.jinja_env.from_string("{% raw %}" + raw + "{% endraw %}")
    app.extensions["floor"][name] = Floor(template, pep, looks, status)


def _floor(name: str) -> Floor:
    found: Floor = current_app.extensions["floor"][name]
    return found


@blueprint.get("/bare/<name>")
@public
def bare(name: str) -> tuple[str, int]:
    """The bytes alone: nobody is signed in, nothing is read or written."""
    floor = _floor(name)
    return floor.template.render(), floor.status


@blueprint.route("/read/<name>", methods=["GET", "POST"])
@signed_in
def read(name: str) -> tuple[str, int]:
    """The sign-in read, one indexed read, and the record of a look where the portal makes one."""
    floor = _floor(name)
    pep = db.session.execute(select(Pep.id, Pep.child_id).where(Pep.ref == floor.pep)).one()
    if floor.looks:
        audit.look(
            user_id=actor().user_id, role="adviser", child_id=pep.child_id, pep_id=pep.id, what="floor"
        )
    return floor.template.render(), floor.status


@blueprint.post("/save/<name>")
@signed_in
def save(name: str) -> tuple[str, int]:
    """The sign-in read, and one row updated with as many bytes as were posted."""
    floor = _floor(name)
    text = f"{next(_turn):09d}".ljust(request.content_length or 0, "x")
    db.session.execute(update(NOTE).where(NOTE.c.id == 1).values(text=text))
    return floor.template.render(), floor.status
