"""The selects of the review queue: parts that wait for a review, that went back, that are rated again.

Light rows, never answers; each costs the same number of statements for one part and for five hundred.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    Subquery,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from vsportal.children.listing import A_PAGE, CHILD, Page
from vsportal.database import read_columns
from vsportal.extensions import db
from vsportal.models import (
    Authority,
    Child,
    PartState,
    Pep,
    PepPart,
    PepSection,
    Review,
    ReviewScheme,
    SectionState,
    User,
)
from vsportal.models.base import UTCDateTime
from vsportal.policy import OPEN, VIRTUAL_SCHOOL, Actor, Tie, Whoever, ties, values_of, whoever

MINE_NOW, MINE, OTHERS, TAKEN, OWN, BACK = range(6)
"""Where a part stands in somebody's queue: they are reviewing it; it is of a child allocated to them; of
another; somebody else reviews it; it is their own work; it went back."""
SECOND_AT_MOST = 20


def queue(actor: Actor, authorities: Collection[int], number: int = 1) -> Page:
    """One page of the parts that wait for a review or went back, in this person's order.

    Rows: `CHILD`, `pep_id`, `pep_ref`, `term_key`, `edition`, `authority_id`, `meeting_on`, `part`,
    `part_state`, `submitted_at`, `sent_by`, `rank` (one of the numbers above), `reviewer`, `since`, `times`
    (how often it was sent back), `total`. One statement.
    """
    values = _values(actor, authorities) | {"start": (number - 1) * A_PAGE}
    rows = read_columns(_queue_query(whoever(actor)), values)
    return Page(rows, rows[0].total if rows else 0, number)


def _values(actor: Actor, authorities: Collection[int]) -> dict[str, Any]:
    """The values of one actor for the statements here."""
    written = f"%[{actor.user_id}, %"
    return {**values_of(actor), "authorities": [*authorities], "written": written}


AUTHORITIES = bindparam("authorities", type_=Integer, expanding=True)
WRITTEN = bindparam("written", type_=String)
"""How an author's stamp on an answer begins."""


@lru_cache(maxsize=64)
def _queue_query(who: Whoever) -> Select[*tuple[Any, ...]]:
    """The queue, built once for all who hold the same roles: building it takes longer than running it."""
    held, under_way, reviewer, sender = _held(who), aliased(Review), aliased(User), aliased(User)
    rank = _rank(who, held, under_way)
    going = and_(
        under_way.pep_id == Pep.id,
        under_way.part == PepPart.part,
        under_way.kind == "first",
        under_way.state == "under_way",
    )
    return (
        select(
            *CHILD,
            Pep.id.label("pep_id"),
            Pep.ref.label("pep_ref"),
            Pep.term_key,
            Pep.edition,
            Pep.authority_id,
            Pep.meeting_on,
            PepPart.part,
            PepPart.state.label("part_state"),
            PepPart.submitted_at,
            sender.name.label("sent_by"),
            rank.label("rank"),
            reviewer.name.label("reviewer"),
            under_way.created_at.label("since"),
            _times_back().label("times"),
            func.count().over().label("total"),
        )
        .select_from(PepPart)
        .join(Pep, Pep.id == PepPart.pep_id)
        .join(Child, Child.id == Pep.child_id)
        .join(Authority, Authority.id == Child.authority_id)
        .join(held, held.c.child_id == Child.id)
        .outerjoin(under_way, going)
        .outerjoin(reviewer, reviewer.id == under_way.reviewer_id)
        .outerjoin(sender, sender.id == PepPart.submitted_by_id)
        .where(
            Pep.authority_id.in_(AUTHORITIES),
            Pep.state.in_(sorted(OPEN)),
            or_(PepPart.state.in_((PartState.SUBMITTED, PartState.RETURNED)), under_way.id.is_not(None)),
        )
        .order_by(rank, PepPart.submitted_at, Child.sort_key, PepPart.id)
        .limit(A_PAGE)
        .offset(bindparam("start", type_=Integer))
    )


def _held(who: Whoever) -> Subquery:
    """Children whose plans this person reviews, and whether they are allocated to them."""
    tied = ties(who)
    return (
        select(
            tied.c.child_id,
            func.max(case((tied.c.tie == str(Tie.ALLOCATED_ADVISER), 1), else_=0)).label("own"),
        )
        .where(tied.c.tie.in_(sorted(VIRTUAL_SCHOOL)))
        .group_by(tied.c.child_id)
        .subquery("held")
    )


def _rank(who: Whoever, held: Subquery, under_way: Any) -> ColumnElement[int]:  # an alias of Review
    return case(
        (PepPart.state == str(PartState.RETURNED), BACK),
        (under_way.reviewer_id == who.user_id, MINE_NOW),
        (under_way.id.is_not(None), TAKEN),
        (_wrote_in(who), OWN),
        (held.c.own == 1, MINE),
        else_=OTHERS,
    )


def _wrote_in(who: Whoever) -> ColumnElement[bool]:
    """This person completed a section of the part, or wrote answers in it beside those asked of an adviser.

    The authors of answers are found in their JSON as text, which reads alike on both databases. The page of
    a review looks question by question and has the last word.
    """
    in_it = and_(
        PepSection.pep_id == Pep.id,
        PepSection.part == PepPart.part,
        or_(
            PepSection.completed_by_id == who.user_id,
            and_(PepSection.owner == "adviser", cast(PepSection.authors, String).like(WRITTEN)),
        ),
    )
    return exists().where(in_it)


def _times_back() -> ColumnElement[int]:
    """How often a part was sent back already."""
    return (
        select(func.count())
        .where(
            Review.pep_id == Pep.id,
            Review.part == PepPart.part,
            Review.kind == "first",
            Review.state == "returned",
        )
        .scalar_subquery()
    )


def returned_sections(pep_ids: Collection[int]) -> Mapping[int, Sequence[Any]]:
    """Sections that went back and are not complete again: rows of `section_id`, `owner`, `part`, by plan.

    One statement; none for no plans.
    """
    if not pep_ids:
        return {}
    found: dict[int, list[Any]] = {}
    for row in db.session.execute(
        select(PepSection.pep_id, PepSection.section_id, PepSection.owner, PepSection.part)
        .where(
            PepSection.pep_id.in_(pep_ids),
            PepSection.returned,
            PepSection.status != SectionState.COMPLETE,
        )
        .order_by(PepSection.position)
    ):
        found.setdefault(row.pep_id, []).append(row)
    return found


def second_ratings(actor: Actor, authorities: Collection[int], since: datetime) -> Sequence[Any]:
    """Finished reviews that this person may rate again, blind: those they began, then those drawn for it.

    The share of reviews that the scheme draws is chosen by the review's number, so that it is the same for
    everybody. Rows: `CHILD`, `pep_ref`, `term_key`, `part`, `ended_at`, `is_mine`. One statement.
    """
    return read_columns(_second_query(whoever(actor)), {**_values(actor, authorities), "since": since})


@lru_cache(maxsize=64)
def _second_query(who: Whoever) -> Select[*tuple[Any, ...]]:
    """The same as a select, built once for all who hold the same roles."""
    held, again = _held(who), aliased(Review)
    mine = and_(again.state == "under_way", again.reviewer_id == who.user_id)
    percent: Any = ReviewScheme.body["second_percent"].as_integer()
    drawn = and_(again.id.is_(None), (Review.id * 37) % 100 < percent)
    a_second = and_(
        again.pep_id == Review.pep_id,
        again.part == Review.part,
        again.kind == "second",
        again.state.in_(("under_way", "finished")),
    )
    return (
        select(
            *CHILD,
            Pep.ref.label("pep_ref"),
            Pep.term_key,
            Review.part,
            Review.ended_at,
            case((mine, 1), else_=0).label("is_mine"),
        )
        .select_from(Review)
        .join(Pep, Pep.id == Review.pep_id)
        .join(PepPart, and_(PepPart.pep_id == Pep.id, PepPart.part == Review.part))
        .join(Child, Child.id == Pep.child_id)
        .join(Authority, Authority.id == Child.authority_id)
        .join(held, held.c.child_id == Child.id)
        .join(ReviewScheme, ReviewScheme.id == Review.scheme_id)
        .outerjoin(again, a_second)
        .where(
            Pep.authority_id.in_(AUTHORITIES),
            Review.kind == "first",
            Review.state == "finished",
            Review.ended_at >= bindparam("since", type_=UTCDateTime),
            ~_rated_first(who),
            ~_wrote_in(who),
            or_(mine, drawn),
        )
        .order_by(case((mine, 0), else_=1), Review.ended_at.desc(), Review.id)
        .limit(SECOND_AT_MOST)
    )


def _rated_first(who: Whoever) -> ColumnElement[bool]:
    """This person rated the part first, in any round."""
    other = aliased(Review)
    return exists().where(
        other.pep_id == Review.pep_id,
        other.part == Review.part,
        other.kind == "first",
        other.reviewer_id == who.user_id,
    )
