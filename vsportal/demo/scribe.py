"""Writes in the demo's plans as people do: signed in, on a past day, through the operations of the pages."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import g

from vsportal import audit, clock
from vsportal.demo.calendar import at
from vsportal.demo.world import World
from vsportal.editions import answers
from vsportal.extensions import db
from vsportal.models import Pep
from vsportal.peps import operations
from vsportal.peps.loading import Plan, Sheet, load_plan, load_sheet
from vsportal.policy import ACTS_AS
from vsportal.signing.keeping import sign_off

Typed = str | list[str]
"""What is typed into a control, or ticked of several."""
Posted = Mapping[str, Typed]
"""Control name → what was typed or ticked."""


class DemoError(Exception):
    """The demo's people could not do what they were to do: the portal or the demo has moved on."""


@dataclass(frozen=True)
class Scribe:
    """Writes one plan."""

    world: World
    pep: Pep

    def save(self, who: str, section_id: str, moment: datetime, posted: Posted) -> Sheet:
        """Somebody opens a section at a moment, and what they type is saved; the section as they have it."""
        with clock.at(moment):
            sheet = self._open(who, section_id, moment)
            if sheet.seen.ties & ACTS_AS.get(sheet.row.owner, frozenset()):
                operations.first_look(sheet)
            marks = {key: answers.mark(value) for key, value in sheet.row.answers.items()}
            given = _in_rows_there(posted, sheet)
            operations.save_draft(sheet, _as_posted(given), marks=marks, page=secrets.token_hex(4))
        return sheet

    def look(self, who: str, section_id: str, moment: datetime) -> None:
        """Somebody opens their section at a moment and types nothing."""
        with clock.at(moment):
            operations.first_look(self._open(who, section_id, moment))

    def complete(self, who: str, sheet: Sheet, moment: datetime) -> None:
        """Somebody completes the section they have open; DemoError with what is missing."""
        with clock.at(moment):
            missing = operations.complete_section(sheet)
        if missing:
            raise DemoError(
                f"{sheet.asked.id} of {self.pep.term_key} cannot be completed by {who}: {missing}"
            )

    def send(self, who: str, part: str, moment: datetime, tie: str) -> None:
        """Somebody sends a part to the Virtual School."""
        with clock.at(moment):
            operations.submit_part(self._plan(who, moment), part, tie)

    def sign_off(self, who: str, moment: datetime) -> None:
        """The head signs the plan off."""
        with clock.at(moment):
            sign_off(self._plan(who, moment), "head")

    def _plan(self, who: str, moment: datetime) -> Plan:
        plan = load_plan(self.world.actor(who, clock.local(moment).date()), self.pep.ref)
        if plan is None:
            raise DemoError(f"{who} does not see the plan of {self.pep.term_key} on {moment:%d %B %Y}.")
        return plan

    def _open(self, who: str, section_id: str, moment: datetime) -> Sheet:
        actor = self.world.actor(who, clock.local(moment).date())
        sheet = load_sheet(actor, self.pep.ref, section_id, lock=True)
        if sheet is None:
            raise DemoError(f"{who} does not see {section_id} of {self.pep.term_key} on {moment:%d %B %Y}.")
        audit.look(
            user_id=actor.user_id,
            role=min(sheet.seen.ties),
            child_id=sheet.child.id,
            pep_id=sheet.pep.id,
            what=section_id,
        )
        db.session.add_all(g.pop("looks", ()))  # as the end of a request does
        return sheet


def _in_rows_there(posted: Posted, sheet: Sheet) -> Posted:
    """What was to be written into new rows, in the rows that last term's plan left: people go on in those."""
    there: dict[str, list[str]] = {}
    carried = {key.rpartition(".")[0] for key in sheet.row.carried}
    for key, value in sheet.row.answers.items():
        field, _, row = key.partition(".")
        if value is True and key in carried and "." not in row:
            there.setdefault(field, []).append(row)
    moved: dict[str, str] = {}
    for key, typed in posted.items():
        field, _, row = key.partition(".")
        if typed == "1" and row and "." not in row and there.get(field):
            moved[key] = f"{field}.{there[field].pop(0)}"
    return {
        ".".join((moved.get(".".join(parts[:2]), ".".join(parts[:2])), *parts[2:])): typed
        for parts, typed in ((key.split("."), typed) for key, typed in posted.items())
    }


def _as_posted(posted: Posted) -> dict[str, list[str]]:
    """As a form posts it: lists; several answers with the empty one that says the question was there."""
    return {k: [v] if isinstance(v, str) else ["", *v] for k, v in posted.items()}


@dataclass(frozen=True)
class Span:
    """A time in a plan's life, from which plausible moments are taken."""

    starts: datetime
    ends: datetime

    def moment(self, share: float, hours: str = "09:10-16:40") -> datetime:
        """The moment after this share of the time, moved into the hours in which somebody works.

        Never before the span nor after it, and on a weekday where there is one.
        """
        wanted = self.starts + (self.ends - self.starts) * share
        day = clock.local(wanted).date()
        while day.weekday() > 4 and at(day - timedelta(days=1), "09:00") > self.starts:
            day -= timedelta(days=1)
        first, last = hours.split("-")
        opens, closes = at(day, first), at(day, last)
        minute = timedelta(seconds=int((closes - opens).total_seconds() * (share * 7.31 % 1)))
        return min(max(opens + minute, self.starts), self.ends)


EVENING = "16:50-20:40"
"""When children and carers write."""


def rows(field: str, moment: datetime, cells: Iterable[Mapping[str, Typed]]) -> dict[str, Typed]:
    """The posted leaves of rows that somebody adds one after another."""
    posted: dict[str, Typed] = {}
    for n, row in enumerate(cells):
        row_id = answers.new_row_id(moment + timedelta(seconds=n))
        posted[f"{field}.{row_id}"] = "1"
        posted.update({f"{field}.{row_id}.{column}": value for column, value in row.items() if value != ""})
    return posted


__all__ = ["EVENING", "DemoError", "Posted", "Scribe", "Span", "rows"]
