"""What is measured: each page and save with its request, its floor and its goal."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import Literal

from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import update

from bench.calling import Person, Request, call
from bench.world import World
from vsportal.editions.answers import mark
from vsportal.extensions import db
from vsportal.models import PepSection, SectionState

SECTION = "progress"
"""The largest section of the edition, in the form that asks the most: Year 11 in the summer term."""
LARGEST, CARRIED, EMPTY = "Largest section to edit", "The same carried forward", "The same empty"
CELL = "subjects.row03.target"


@dataclass(frozen=True)
class Case:
    """One thing measured."""

    name: str
    who: Person
    request: Callable[[], Request]
    """Made anew for each round: a save must change something."""
    floor: Literal["read", "save"]
    pep: str
    """The plan whose reference the floor's indexed read looks for."""
    looks: bool = False
    status: int = 200
    goal: float | None = None
    after: Callable[[], None] | None = None
    """What puts things back afterwards, untimed."""


def cases_of(app: Flask, world: World, teacher: Person, adviser: Person) -> list[Case]:
    """All of them, for one application."""
    saving = Saving(app, world, teacher)
    page = f"/peps/{world.read}/sections/{SECTION}"
    longer = f"/peps/{world.long}/sections/{SECTION}"
    written = world.written
    return [
        Case("My work, a teacher of 12 children", teacher, lambda: Request("/"), "read", world.read),
        Case("My work, an adviser of 50 children", adviser, lambda: Request("/"), "read", world.read),
        Case("A plan’s overview", teacher, lambda: Request(f"/peps/{world.read}"), "read", world.read, True),
        Case(
            f"{LARGEST}, {controls(app, page, teacher)} controls",
            teacher,
            lambda: Request(page),
            "read",
            world.read,
            looks=True,
            goal=2.5,
        ),
        Case(
            f"The same with 12 subjects, {controls(app, longer, teacher)} controls",
            teacher,
            lambda: Request(longer),
            "read",
            world.long,
            looks=True,
            goal=2.5,
        ),
        *(
            Case(
                f"{name}, {controls(app, f'/peps/{ref}/sections/{SECTION}', teacher)} controls",
                teacher,
                partial(Request, f"/peps/{ref}/sections/{SECTION}"),
                "read",
                ref,
                looks=True,
                goal=2.5,
            )
            for name, ref in ((CARRIED, world.carried), (EMPTY, world.empty))
        ),
        Case("One inline validation", teacher, saving.checked, "read", written, goal=1.7),
        Case("One autosave", teacher, saving.saved, "save", written, goal=2.0),
        Case(
            "Completing a section",
            teacher,
            saving.completed,
            "save",
            written,
            status=303,
            after=saving.reopen,
        ),
    ]


def controls(app: Flask, path: str, who: Person) -> int:
    """How many controls a person can answer by on a page; options of one choice are one."""
    soup = BeautifulSoup(call(app, Request(path), who.cookie).text, "html.parser")
    form = soup.select_one("form#section")
    if form is None:
        raise RuntimeError(f"{path} is not a form for the person who measures it.")
    found = form.select("input[name]:not([type=hidden]), select[name], textarea[name]")
    return len({str(control["name"]) for control in found})


class Saving:
    """Requests that save: each posts what a browser would, and each changes something."""

    def __init__(self, app: Flask, world: World, who: Person) -> None:
        self.app = app
        self.base = f"/peps/{world.written}/sections/{SECTION}"
        self.who = who
        self.written = world.written
        soup = BeautifulSoup(call(app, Request(self.base), who.cookie).text, "html.parser")
        self.page = str(soup.select_one("input[name=page]")["value"])  # type: ignore[index]
        self.seen = json.loads(str(soup.select_one("input[name=seen]")["value"]))  # type: ignore[index]
        self.turn = count()

    def _one_cell(self) -> dict[str, str]:
        """One changed cell, with the mark of what the page saw there."""
        value = "56789"[next(self.turn) % 5]
        seen = json.dumps({CELL: self.seen[CELL]})
        return {"csrf_token": self.who.token, "page": self.page, "seen": seen, CELL: value}

    def checked(self) -> Request:
        """An answer has been left: is it right?"""
        return Request(f"{self.base}/fields/{CELL}", self._one_cell(), htmx=True)

    def saved(self) -> Request:
        """The page saves itself; the next save knows what this one saved."""
        form = self._one_cell()
        self.seen[CELL] = mark(form[CELL])
        return Request(f"{self.base}/draft", form, htmx=True)

    def completed(self) -> Request:
        """“Yes, it is complete.”"""
        return Request(f"{self.base}/check", {"csrf_token": self.who.token, "complete": "yes"})

    def reopen(self) -> None:
        """Back to where it was, behind the portal's back: only completing is measured."""
        with self.app.app_context():
            db.session.execute(
                update(PepSection)
                .where(PepSection.section_id == SECTION, PepSection.status == SectionState.COMPLETE)
                .values(status=SectionState.IN_PROGRESS, completed_at=None, completed_by_id=None)
            )
            db.session.commit()
