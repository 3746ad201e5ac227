"""What the panel has before it, on paper: a cover with references alone, then a page for each request.

The same statements for one request and for sixty; each child's words are read as the printer reads them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from vsportal import names
from vsportal.children.listing import ties_to
from vsportal.children.queries import seen_each
from vsportal.children.voice import Voice, voices_of
from vsportal.extensions import db
from vsportal.funding.queue import held_children
from vsportal.models import Child, FundingLine, FundingRequest, Movement, RequestState, School, Target, User
from vsportal.policy import ORDER, Actor, Can, Seen, decide

MOST = 60
"""Requests on paper at once: more than a panel hears in an afternoon."""


@dataclass(frozen=True)
class Sheet:
    """One request, as it stands on its page."""

    row: Any  # a row of the select below
    seen: Seen
    voice: Voice | None
    lines: Sequence[FundingLine]
    agreed_pence: int
    """For the child in the request's year, from the ledger."""

    @property
    def child(self) -> str:
        """The child's name, as it may stand on the screen."""
        return names.shown(self.row.known_as or self.row.first_name, self.row.last_name)

    @property
    def called(self) -> str:
        """The first name alone."""
        return names.shown(self.row.known_as or self.row.first_name)

    @property
    def tie(self) -> str:
        """As what the printer reads it."""
        return next(t for t in ORDER if t in self.seen.ties)

    @property
    def facts(self) -> list[tuple[str, str]]:
        """The need and what is to be done about it."""
        r = self.row
        pairs = (
            ("Setting", r.setting or ""),
            ("The need", r.need),
            ("What will be bought", r.buying),
            ("Who does it", r.delivered_by),
            ("How we will know", r.measure),
            ("More than others get", r.additional),
            ("Also tried", r.other_funding),
            ("The clinical team says", r.clinical_view),
        )
        return [(word, words) for word, words in pairs if words]


def before_the_panel(actor: Actor) -> list[Sheet]:
    """What is with the panel, by the day for the decision: five statements, whatever there is."""
    rows = _rows(actor)
    if not rows:
        return []
    child_ids = {row.child_id for row in rows}
    seen = seen_each(actor, [tuple(row) for row in ties_to(actor, child_ids)])
    voices = voices_of({n: s for n, s in seen.items() if decide(s, Can.SEE_REQUEST)})
    lines, agreed = _lines([row.id for row in rows]), _agreed(child_ids)
    return [
        Sheet(
            row,
            seen[row.child_id],
            voices.get(row.child_id),
            lines.get(row.id, ()),
            agreed.get((row.child_id, row.financial_year), 0),
        )
        for row in rows
    ]


def _rows(actor: Actor) -> Sequence[Any]:
    held = held_children(actor)
    r = FundingRequest
    return db.session.execute(
        select(
            r.id, r.ref, r.number, r.child_id, r.pep_id, r.financial_year, r.amount_pence, r.decide_by,
            r.starts_on, r.ends_on, r.need, r.buying, r.delivered_by, r.measure, r.additional,
            r.other_funding, r.childs_view, r.clinical_view, r.fund, r.category, r.submitted_at,
            Child.known_as, Child.first_name, Child.last_name,
            School.name.label("setting"), Target.outcome, User.name.label("asker"),
        )
        .select_from(r)
        .join(held, held.c.child_id == r.child_id)
        .join(Child, Child.id == r.child_id)
        .join(User, User.id == r.raised_by_id)
        .outerjoin(School, School.id == r.school_id)
        .outerjoin(Target, Target.id == r.target_id)
        .where(r.state == RequestState.WITH_PANEL)
        .order_by(r.decide_by, r.id)
        .limit(MOST)
    ).all()  # fmt: skip


def _lines(request_ids: Sequence[int]) -> Mapping[int, Sequence[FundingLine]]:
    """The lines of these requests, by request: one statement."""
    found: defaultdict[int, list[FundingLine]] = defaultdict(list)
    query = select(FundingLine).where(FundingLine.request_id.in_(request_ids))
    for line in db.session.scalars(query.order_by(FundingLine.request_id, FundingLine.position)):
        found[line.request_id].append(line)
    return found


def _agreed(child_ids: set[int]) -> Mapping[tuple[int, str], int]:
    """What each of these children has had in each year, from the movements: one statement."""
    rows = db.session.execute(
        select(
            FundingRequest.child_id,
            FundingRequest.financial_year,
            Movement.kind,
            func.sum(Movement.pence),
        )
        .join(Movement, Movement.request_id == FundingRequest.id)
        .where(FundingRequest.child_id.in_(child_ids))
        .group_by(FundingRequest.child_id, FundingRequest.financial_year, Movement.kind)
    )
    signs = {"committed": 1, "released": -1, "returned": -1}
    found: defaultdict[tuple[int, str], int] = defaultdict(int)
    for child_id, year, kind, pence in rows:
        found[child_id, year] += signs.get(kind, 0) * int(pence)
    return found
