"""One plan, or one section of it, as one person sees it: loaded, or not there for them.

A plan one may not see and one that does not exist cost the same statement and give the same None.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any, cast

from sqlalchemy import Select, Subquery, bindparam, select
from sqlalchemy.orm import defer

from vsportal import editions, policy
from vsportal.children.queries import seen_from
from vsportal.database import read_columns
from vsportal.editions.schema import Asked, Occasion, Phase, Season, Stage
from vsportal.extensions import db
from vsportal.models import Authority, Base, Child, PartState, Pep, PepPart, PepSection
from vsportal.policy import Actor, Can, Decision, Seen, Sight, Subject, Whoever
from vsportal.wording import AuthorityWords


@dataclass(frozen=True)
class Plan:
    """A plan, its child, and how the person who looks is tied to them."""

    pep: Pep
    child: Child
    seen: Seen
    authority: AuthorityWords

    @property
    def choice(self) -> editions.Choice:
        """What chooses the plan's questions."""
        season = self.pep.term_key.rpartition("-")[2]
        return editions.Choice(
            cast(Phase, self.pep.phase),
            cast(Season, season),
            cast(Occasion, self.pep.occasion),
            self.pep.nc_year,
            cast(Stage, self.pep.stage),
        )

    @property
    def sections(self) -> tuple[Asked, ...]:
        """The sections the plan asks, in order."""
        return editions.all_asked(self.pep.edition, self.choice)

    def may(self, can: Can, it: Subject | None = None) -> Decision:
        """Ask policy about this plan."""
        return policy.decide(self.seen, can, it or Subject(pep_state=self.pep.state))


@dataclass(frozen=True)
class Sheet(Plan):
    """One section of a plan, with what this person may do on it."""

    row: PepSection
    part: PepPart | None
    asked: Asked
    subject: Subject
    sight: Sight


def load_plan(actor: Actor, ref: str, *, lock: bool = False) -> Plan | None:
    """The plan with this reference, if this person may see it today.

    `lock`: hold the plan's row until the transaction ends, so that saving, sending and signing off
    one plan follow one another. One statement; a second one for somebody with delegations.
    """
    rows = db.session.execute(_plan_query(policy.whoever(actor), lock), _values(actor, ref)).all()
    return _plan_from(actor, rows) if rows else None


def load_sheet(actor: Actor, ref: str, section_id: str, *, lock: bool = False) -> Sheet | None:
    """One section of the plan; None as well when nothing in it is for this person.

    With `lock` the section is read when the lock is held: a second statement.
    """
    if lock:
        plan = load_plan(actor, ref, lock=True)
        return sheet_of(plan, section_id) if plan else None
    values = {**_values(actor, ref), "section_id": section_id}
    rows = db.session.execute(_sheet_query(policy.whoever(actor)), values).all()
    return _sheet_from(_plan_from(actor, rows), rows[0][6], rows[0][7]) if rows else None


def sheet_of(plan: Plan, section_id: str) -> Sheet | None:
    """The section of a plan that is loaded: one statement."""
    return next(iter(sheets_of(plan, [section_id])), None)


def sheets_of(plan: Plan, section_ids: Collection[str]) -> list[Sheet]:
    """Sections of a loaded plan, in order, where anything in them is for this person: one statement."""
    found = db.session.execute(_sections_query(), {"pep_id": plan.pep.id, "section_ids": sorted(section_ids)})
    return [sheet for row, part in found if (sheet := _sheet_from(plan, row, part))]


def sheets_to_read(plan: Plan, section_ids: Collection[str]) -> list[Sheet]:
    """The same for pages that only read: without what only a save looks at."""
    found = db.session.execute(
        _sections_to_read_query(), {"pep_id": plan.pep.id, "section_ids": sorted(section_ids)}
    )
    return [sheet for row, part in found if (sheet := _sheet_from(plan, row, part))]


def _plan_from(actor: Actor, rows: Sequence[Any]) -> Plan:
    """The plan that these rows are about, one for each tie."""
    pep, child, *authority = rows[0][:6]
    seen = seen_from(actor, [(row.tie, row.by) for row in rows])
    return Plan(pep, child, seen, AuthorityWords(*authority))


def _sheet_from(plan: Plan, row: PepSection, part: PepPart | None) -> Sheet | None:
    """A section that was read, if its form asks it and anything in it is for this person."""
    asked = editions.asked(plan.pep.edition, row.section_id, plan.choice)
    if asked is None:
        return None
    subject = subject_of(plan.pep, row, part.state if part else None, asked)
    sight = policy.sight(plan.seen, asked, subject, row.readers)
    if sight.leaves_nothing:
        return None
    return Sheet(plan.pep, plan.child, plan.seen, plan.authority, row, part, asked, subject, sight)


# Statements: built once, because building one takes as long as running it

_NOT_TO_READ = (
    defer(PepSection.written_by, raiseload=True),
    defer(PepSection.authors, raiseload=True),
)
"""What only a save looks at, which reads the section anew under lock: larger than the answers themselves."""
_PART = (PepPart.pep_id == PepSection.pep_id) & (PepPart.part == PepSection.part)


def _values(actor: Actor, ref: str) -> dict[str, Any]:
    return {**policy.values_of(actor), "ref": ref}


@lru_cache(maxsize=256)
def _plan_query(who: Whoever, lock: bool) -> Select[*tuple[Any, ...]]:
    """A plan by `ref`, its child and authority, and the ties of whoever looks: a row for each tie."""
    query = _plans(policy.ties(who))
    return query.with_for_update(of=Pep) if lock else query


@lru_cache(maxsize=256)
def _sheet_query(who: Whoever) -> Select[*tuple[Any, ...]]:
    """The same with the section `section_id` and its part."""
    return (
        _plans(policy.ties(who), PepSection, PepPart)
        .join(PepSection, PepSection.pep_id == Pep.id)
        .outerjoin(PepPart, _PART)
        .where(PepSection.section_id == bindparam("section_id"))
        .options(*_NOT_TO_READ)
    )


def _plans(ties: Subquery, *more: type[Base]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Pep,
            Child,
            Authority.name,
            Authority.duty_phone,
            Authority.colour,
            Authority.ref,
            *more,
            ties.c.tie,
            ties.c.by,
        )
        .select_from(Pep)
        .join(Child, Child.id == Pep.child_id)
        .join(Authority, Authority.id == Pep.authority_id)
        .join(ties, ties.c.child_id == Pep.child_id)
        .where(Pep.ref == bindparam("ref"))
    )


@cache
def _sections_query() -> Select[*tuple[Any, ...]]:
    """Sections `section_ids` of the plan `pep_id`, each with its part."""
    return (
        select(PepSection, PepPart)
        .outerjoin(PepPart, _PART)
        .where(
            PepSection.pep_id == bindparam("pep_id"),
            PepSection.section_id.in_(bindparam("section_ids", expanding=True)),
        )
        .order_by(PepSection.position)
        # As it is now that the lock is held, not as it was read before.
        .execution_options(populate_existing=True)
    )


@cache
def _sections_to_read_query() -> Select[*tuple[Any, ...]]:
    """The same, of each what a page shows."""
    return _sections_query().options(*_NOT_TO_READ).execution_options(populate_existing=False)


@cache
def _lines_query() -> Select[*tuple[Any, ...]]:
    """What a `Line` is made of, for each section of the plan `pep_id`."""
    columns = [getattr(PepSection, f.name) for f in fields(Line) if f.name != "part_state"]
    return (
        select(*columns, PepPart.state)
        .outerjoin(PepPart, _PART)
        .where(PepSection.pep_id == bindparam("pep_id"))
        .order_by(PepSection.position)
    )


def subject_of(pep: Pep, row: PepSection | Line, part_state: str | None, asked: Asked) -> Subject:
    """What policy needs to know of a section."""
    return Subject(
        pep_state=pep.state,
        section_id=row.section_id,
        owner=row.owner,
        commenters=asked.comments,
        status=row.status,
        part=row.part,
        part_state=part_state or PartState.IN_PROGRESS,
        returned=row.returned,
        household_id=row.household_id,
    )


@dataclass(frozen=True)
class Line:
    """A section of a plan without its answers, as lists show it."""

    section_id: str
    owner: str
    part: str
    status: str
    returned: bool
    household_id: int | None
    due_on: date
    answered: int
    asked: int
    looked_at: datetime | None
    changed_at: datetime | None
    completed_at: datetime | None
    part_state: str | None


def lines_of(pep_id: int) -> list[Line]:
    """All sections of a plan in order, each with the state of its part: one statement."""
    return [Line(*row) for row in read_columns(_lines_query(), {"pep_id": pep_id})]
