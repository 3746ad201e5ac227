"""Selects of my work, of the list of children and of a child's page: light rows, never answers.

Each costs the same number of statements for one child and for two hundred.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.types import Date, String

from vsportal import names
from vsportal.database import read_columns
from vsportal.extensions import db
from vsportal.models import (
    NEVER_LATE,
    Authority,
    Child,
    PartState,
    Pep,
    PepPart,
    PepSection,
    PepState,
    SectionState,
    Target,
)
from vsportal.policy import OPEN, Actor, Tie, Whoever, ties, values_of, whoever

A_PAGE = 50
"""Children on a page of a list."""
MOST_WORDS = 6
"""Words of a search that count: nobody has more names than that."""

WRITES = frozenset(
    {
        Tie.YOUNG_PERSON,
        Tie.CARER,
        Tie.PARENT,
        Tie.DESIGNATED_TEACHER,
        Tie.DELEGATE,
        Tie.SOCIAL_WORKER,
        Tie.TEAM_MANAGER,
    }
)
"""Ties of those for whom sections wait; the others oversee, and read a table."""
OVERSEES_ALL = frozenset(
    {Tie.ALLOCATED_ADVISER, Tie.INDEPENDENT_REVIEWER, Tie.SAFEGUARDING_LEAD, Tie.BUSINESS_SUPPORT}
)
"""Ties by which somebody follows every plan; an adviser and the head follow the others only when late."""

FOLLOWS = OVERSEES_ALL | {Tie.ADVISER, Tie.HEAD}
"""Ties of those who oversee."""

CHILD = (
    Child.id.label("child_id"),
    Child.ref.label("child_ref"),
    Child.known_as,
    Child.first_name,
    Child.last_name,
    Child.sort_key,
    Authority.short_name.label("authority"),
)
PLAN = (
    Pep.id.label("pep_id"),
    Pep.ref.label("pep_ref"),
    Pep.edition,
    Pep.term_key,
    Pep.occasion,
    Pep.state,
    Pep.opened_on,
    Pep.due_on,
    Pep.meeting_on,
    Pep.meeting_words,
    Pep.signed_off_at,
)


@dataclass(frozen=True)
class Page:
    """One page of a long list."""

    rows: Sequence[Any]
    """Rows of a select that the function names."""
    total: int
    number: int

    @property
    def pages(self) -> int:
        """How many pages there are; at least one."""
        return max(1, -(-self.total // A_PAGE))


def is_open() -> ColumnElement[bool]:
    """A plan that is being written."""
    return Pep.state.in_(sorted(OPEN))


# My work ------------------------------------------------------------------------------------------------


def children_i_write_for(actor: Actor) -> Sequence[Any]:
    """Children whose sections may wait for this person: rows of `CHILD`, `PLAN`, `tie` and `by`.

    One for each tie by which they write, and each open plan.
    """
    return read_columns(_children_i_write_for(whoever(actor)), values_of(actor))


@lru_cache(maxsize=256)
def _children_i_write_for(who: Whoever) -> Select[*tuple[Any, ...]]:
    """The same as a select, built once for all who hold the same roles."""
    tied = ties(who)
    return (
        select(*CHILD, *PLAN, tied.c.tie, tied.c.by)
        .select_from(tied)
        .join(Child, Child.id == tied.c.child_id)
        .join(Authority, Authority.id == Child.authority_id)
        .outerjoin(Pep, (Pep.child_id == Child.id) & is_open())
        .where(tied.c.tie.in_(sorted(WRITES)))
        .order_by(Child.sort_key, Child.id)
    )


def plans_i_follow(actor: Actor, number: int = 1) -> Page:
    """Plans that somebody follows who writes no section: their own children first, then late, then by date.

    Rows: `CHILD`, `PLAN` (empty without an open plan), `own`, `late`, `total`. An adviser's and the
    head's are their allocated children and, of the authority's others, those with something late.
    """
    tied = ties(actor)
    held = (
        select(
            tied.c.child_id,
            func.max(case((tied.c.tie.in_(sorted(OVERSEES_ALL)), 1), else_=0)).label("own"),
            func.max(case((tied.c.tie.in_(sorted(WRITES)), 1), else_=0)).label("writes"),
        )
        .group_by(tied.c.child_id)
        .subquery("held")
    )
    late = case((_is_late(actor.today), 1), else_=0)
    soonest = case((Pep.meeting_on >= actor.today, Pep.meeting_on), else_=Pep.due_on)
    return _page(
        select(*CHILD, *PLAN, held.c.own, late.label("late"), func.count().over().label("total"))
        .select_from(held)
        .join(Child, Child.id == held.c.child_id)
        .join(Authority, Authority.id == Child.authority_id)
        .outerjoin(Pep, (Pep.child_id == Child.id) & is_open())
        .where(held.c.writes == 0, or_(held.c.own == 1, late == 1))
        .order_by(
            held.c.own.desc(),
            late.desc(),
            func.coalesce(soonest, literal(date.max, Date)),
            Child.sort_key,
            Child.id,
        ),
        number,
    )


def _is_late(today: date) -> ColumnElement[bool]:
    """A section of the plan should have been complete by now."""
    return exists().where(
        PepSection.pep_id == Pep.id,
        PepSection.status != SectionState.COMPLETE,
        PepSection.due_on < today,
        PepSection.owner.not_in(NEVER_LATE),
    )


def ties_to(actor: Actor, child_ids: Collection[int]) -> Sequence[Any]:
    """This person's ties to these children: rows of `child_id`, `tie` and `by`; none for no children."""
    if not child_ids:
        return []
    tied = ties(actor)
    return db.session.execute(
        select(tied.c.child_id, tied.c.tie, tied.c.by).where(tied.c.child_id.in_(child_ids))
    ).all()


def steps_of(pep_ids: Collection[int]) -> Sequence[Any]:
    """Every section of these plans in order, with its part's state and without answers; none for no plans."""
    if not pep_ids:
        return []
    return read_columns(_steps_query(), {"pep_ids": list(pep_ids)})


@cache
def _steps_query() -> Select[*tuple[Any, ...]]:
    """The sections of `pep_ids`, built once."""
    return (
        select(
            PepSection.pep_id,
            PepSection.section_id,
            PepSection.owner,
            PepSection.part,
            PepSection.status,
            PepSection.household_id,
            PepSection.returned,
            PepSection.due_on,
            PepSection.looked_at,
            PepSection.answered,
            PepSection.asked,
            PepSection.changed_at,
            PepSection.changed_by_id,
            PepSection.last_key,
            _how_many(PepSection.carried).label("to_check"),
            func.coalesce(PepPart.state, str(PartState.IN_PROGRESS)).label("part_state"),
            PepPart.submitted_at,
        )
        .outerjoin(PepPart, (PepPart.pep_id == PepSection.pep_id) & (PepPart.part == PepSection.part))
        .where(PepSection.pep_id.in_(bindparam("pep_ids", expanding=True)))
        .order_by(PepSection.pep_id, PepSection.position)
    )


def _how_many(pairs: Any) -> ColumnElement[int]:  # a JSON column of keys and values without commas
    """How many pairs a JSON object of plain words holds, without reading it: it has a comma less."""
    written = cast(pairs, String)
    commas = func.length(written) - func.length(func.replace(written, ",", ""))
    return case((func.length(written) <= 2, 0), else_=commas + 1)


def _page(query: Select[*tuple[Any, ...]], number: int) -> Page:
    """One page of a select that counts its rows as `total`."""
    rows = db.session.execute(query.limit(A_PAGE).offset((number - 1) * A_PAGE)).all()
    return Page(rows, rows[0].total if rows else 0, number)


# The list of children -----------------------------------------------------------------------------------


def children_named(actor: Actor, asked: str, number: int = 1) -> Page:
    """The children this person may see whose names begin as asked, one page; without a name, all of them.

    Each word asked for must begin one of the child's names; case and marks make no difference. Whom
    one knows by first name only is not found by the last. Rows: `CHILD`, `lent`, `total`.
    """
    tied = ties(actor)
    held = (
        select(tied.c.child_id, func.min(case((tied.c.tie == Tie.DELEGATE, 1), else_=0)).label("lent"))
        .group_by(tied.c.child_id)
        .subquery("held")
    )
    words = names.sort_key(asked).split()[:MOST_WORDS]
    return _page(
        select(*CHILD, held.c.lent, func.count().over().label("total"))
        .select_from(held)
        .join(Child, Child.id == held.c.child_id)
        .join(Authority, Authority.id == Child.authority_id)
        .where(or_(and_(held.c.lent == 0, _begins(words)), Child.id.in_(_lent_and_named(actor, words))))
        .order_by(Child.sort_key, Child.id),
        number,
    )


def _begins(words: Collection[str]) -> ColumnElement[bool]:
    """Each of these words begins a name of the child, or a part of a name after its hyphen."""
    starts = (
        or_(
            Child.sort_key.startswith(word, autoescape=True),
            Child.sort_key.contains(f" {word}", autoescape=True),
            Child.sort_key.contains(f"-{word}", autoescape=True),
        )
        for word in words
    )
    return and_(true(), *starts)


def _lent_and_named(actor: Actor, words: Collection[str]) -> list[int]:
    """Children known to this person by a delegation whose known-as name begins as asked.

    The key that is searched holds the last name, which is not theirs to know, so their few children
    are compared here.
    """
    if not any(h.school_id for h in actor.held):
        return []
    tied = ties(actor)
    found = db.session.execute(
        select(Child.id, Child.known_as, Child.first_name).where(
            Child.id.in_(select(tied.c.child_id).where(tied.c.tie == Tie.DELEGATE))
        )
    )
    kept = ((child_id, names.sort_key(known or first).split()) for child_id, known, first in found)
    return [child_id for child_id, has in kept if all(any(n.startswith(w) for n in has) for w in words)]


def open_plans(child_ids: Collection[int]) -> dict[int, Any]:
    """The plan (`PLAN`) that is being written for each of these children, the newest of several."""
    if not child_ids:
        return {}
    rows = db.session.execute(
        select(Pep.child_id, *PLAN)
        .where(Pep.child_id.in_(child_ids), is_open())
        .order_by(Pep.opened_on, Pep.id)
    )
    return {row.child_id: row for row in rows}


# A child's page -----------------------------------------------------------------------------------------


def plans_of(child_id: int) -> Sequence[Any]:
    """A child's plans (`CHILD`, `PLAN`), newest first, without those opened in error."""
    return db.session.execute(
        select(*CHILD, *PLAN)
        .select_from(Pep)
        .join(Child, Child.id == Pep.child_id)
        .join(Authority, Authority.id == Child.authority_id)
        .where(Pep.child_id == child_id, Pep.state != PepState.CANCELLED)
        .order_by(Pep.opened_on.desc(), Pep.id.desc())
    ).all()


def targets_of(child_id: int, *, agreed: bool) -> Sequence[Any]:
    """A child's targets, newest plan first; `agreed`: only those of plans whose meeting has been held.

    What a target costs is not here: it is not for everybody who reads the target.
    """
    held = (PepState.MEETING_HELD, PepState.SIGNED_OFF)
    states = held if agreed else tuple(s for s in PepState if s != PepState.CANCELLED)
    return db.session.execute(
        select(
            Target.pep_id,
            Pep.term_key,
            Pep.state.label("pep_state"),
            Target.outcome,
            Target.who,
            Target.measure,
            Target.by_when,
            Target.review,
        )
        .join(Pep, Pep.id == Target.pep_id)
        .where(
            Target.child_id == child_id,
            Target.removed.is_(False),
            Target.outcome != "",
            Pep.state.in_(sorted(states)),
        )
        .order_by(
            Pep.opened_on.desc(),
            Pep.id.desc(),
            func.coalesce(Target.by_when, literal(date.max, Date)),
            Target.id,
        )
    ).all()
