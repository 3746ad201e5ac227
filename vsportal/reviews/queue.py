"""The review queue as one person sees it: what waits for them, what for others, what went back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import url_for

from vsportal import clock, filters, settled, wording
from vsportal import names as child_names
from vsportal.children.listing import Page
from vsportal.children.queries import Around, people_around
from vsportal.children.work import section_title
from vsportal.models import PartState
from vsportal.offices import Office, offices
from vsportal.policy import Actor
from vsportal.reviews import queries
from vsportal.reviews.telling import LEADS, writers

LOOKS_BACK = timedelta(days=120)
"""How long after its end a review is offered for a second rating: a term."""
HERE = "0-0-0"
"""Where a plan’s reference comes into an address."""
HEADINGS = {
    queries.MINE_NOW: "You are reviewing",
    queries.MINE: "Waiting for you",
    queries.OTHERS: "Waiting for any of you",
    queries.TAKEN: "Somebody else is reviewing",
    queries.OWN: "For somebody else: you wrote in it",
    queries.BACK: "Sent back",
}


@dataclass(frozen=True)
class Waiting:
    """One part in the queue."""

    rank: int
    name: str
    part: str
    term: str
    url: str
    begin_url: str
    """Where a press begins its review."""
    sent: str
    """Who sent it and when, in words."""
    due_on: date | None
    note: str
    """Who reviews it, whom it waits for, that it came again."""


@dataclass(frozen=True)
class Group:
    """Parts under one heading."""

    rank: int
    heading: str
    rows: Sequence[Waiting]


@dataclass(frozen=True)
class Again:
    """A finished review that can be rated blind."""

    name: str
    part: str
    term: str
    pep_ref: str
    part_id: str
    ended_at: datetime
    is_mine: bool


@dataclass(frozen=True)
class QueuePage:
    """The queue of one person."""

    page: Page
    groups: Sequence[Group]
    again: Sequence[Again]

    @property
    def total(self) -> int:
        """How many parts there are on all pages."""
        return self.page.total


def queue_of(actor: Actor, number: int = 1) -> QueuePage:
    """One page of somebody's queue: at most five statements and one for each authority, whatever is in it."""
    authorities = offices(actor, Office.REVIEW_QUEUE)
    page = queries.queue(actor, authorities, number)
    back = [row for row in page.rows if row.rank == queries.BACK]
    sections = queries.returned_sections({row.pep_id for row in back})
    around = people_around({row.child_id for row in back}, actor.today)
    days = {a: settled.due_rules(a, actor.today).review for a in authorities}
    # Addresses are made once: making one takes as long as drawing its row.
    places = {
        p: (url_for("reviews.review", ref=HERE, part=p), url_for("reviews.begin", ref=HERE, part=p))
        for p in wording.PARTS
    }
    found: dict[int, list[Waiting]] = {}
    for row in page.rows:
        found.setdefault(row.rank, []).append(_waiting(row, days, sections, around, places))
    again = queries.second_ratings(actor, authorities, clock.now() - LOOKS_BACK) if number == 1 else ()
    return QueuePage(
        page,
        [Group(rank, HEADINGS[rank], rows) for rank, rows in sorted(found.items())],
        [_again(row) for row in again],
    )


def _waiting(
    row: Any,
    days: Mapping[int, int],
    sections: Mapping[int, Sequence[Any]],
    around: Mapping[int, Sequence[Around]],
    places: Mapping[str, tuple[str, str]],
) -> Waiting:
    due = None
    if row.submitted_at and row.part_state == PartState.SUBMITTED:
        due = settled.working_day(clock.local(row.submitted_at).date(), days[row.authority_id])
    sent = ", ".join(w for w in (row.sent_by, filters.day_month(row.submitted_at, clock.today())) if w)
    return Waiting(
        rank=row.rank,
        name=_name(row),
        part=filters.capital(wording.PARTS[row.part]),
        term=filters.term(row.term_key),
        url=places[row.part][0].replace(HERE, row.pep_ref),
        begin_url=places[row.part][1].replace(HERE, row.pep_ref),
        sent=sent,
        due_on=due,
        note=_note(row, sections.get(row.pep_id, ()), around.get(row.child_id, ())),
    )


def _note(row: Any, sections: Sequence[Any], around: Sequence[Around]) -> str:
    """What is to be known of a part in the queue."""
    if row.rank == queries.TAKEN:
        return f"{row.reviewer}, since {filters.day_month(row.since, clock.today())}"
    if row.rank == queries.BACK:
        ours = [s for s in sections if s.part == row.part]
        owners = dict.fromkeys(s.owner for s in ours) or {LEADS[row.part]: None}
        people = [p.name for owner in owners for p in writers(around, owner)]
        whom = filters.listed(people or [f"the {wording.role_words(o)}" for o in owners])
        titles = filters.listed(f"“{section_title(row.edition, s.section_id)}”" for s in ours)
        return f"Waiting for {whom}" + (f": {titles}" if titles else " to send it again")
    return f"Came back {filters.plural(row.times, 'time')}" if row.times else ""


def _again(row: Any) -> Again:
    return Again(
        _name(row),
        filters.capital(wording.PARTS[row.part]),
        filters.term(row.term_key),
        row.pep_ref,
        row.part,
        row.ended_at,
        bool(row.is_mine),
    )


def _name(row: Any) -> str:
    return child_names.shown(row.known_as or row.first_name, row.last_name)
