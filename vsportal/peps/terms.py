"""Opening a term: who is to have a plan, who has one, who cannot have one yet and why; and opening them.

The same few statements for ten children and for a thousand; plans are opened a hundred at a time, each
hundred a transaction of its own, so that it can be stopped and gone on with.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import exists, select

from vsportal import clock, editions, names, settled
from vsportal.audit import By
from vsportal.database import read_columns
from vsportal.editions.reading import day_words
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.models import Authority, CarePeriod, Child, Enrolment, Pep, PepState, Term
from vsportal.peps.operations import Opening, open_peps
from vsportal.policy import Actor, ties
from vsportal.ties import holds

BATCH = 100
"""Plans opened in one transaction."""
SHORT_BREAKS = ("V3", "V4")
"""Legal statuses for which no plan is owed (`running-a-term.md`)."""
LAST_YEAR = 13
"""Plans are made up to the end of Year 13."""
THE_TERMS_PLAN = ("termly", "initial")
"""A first plan is the plan of its term; a change of school or an emergency has one beside it."""


@dataclass(frozen=True)
class Waiting:
    """A child who is to have a plan: its number, year and phase."""

    child_id: int
    year: int
    phase: str


@dataclass(frozen=True)
class NotYet:
    """A child who cannot have one yet; `why` is “no_form” for the year, or “no_school”."""

    child_id: int
    year: int
    why: str


@dataclass(frozen=True)
class Scope:
    """The children on an authority’s care register on a day, and where a term’s plans have got to."""

    have: int
    to_open: Sequence[Waiting]
    not_yet: Sequence[NotYet]

    @property
    def possible(self) -> int:
        """How many have a plan or can have one now."""
        return self.have + len(self.to_open)

    @property
    def children(self) -> int:
        """How many are in scope."""
        return self.possible + len(self.not_yet)

    def years(self, why: str) -> Mapping[int, int]:
        """How many children cannot have one for this reason, by year."""
        return dict(sorted(Counter(each.year for each in self.not_yet if each.why == why).items()))


def terms_called(key: str, authority_ids: Collection[int] | None = None) -> list[tuple[Term, Authority]]:
    """The term of each authority that has one of this name, by the authority’s name: one statement."""
    query = select(Term, Authority).join(Authority, Authority.id == Term.authority_id).where(Term.key == key)
    if authority_ids is not None:
        query = query.where(Term.authority_id.in_(authority_ids))
    return [(term, authority) for term, authority in db.session.execute(query.order_by(Authority.name))]


def scope_of(term: Term, on: date) -> Scope:
    """Who is to have a plan for a term: looked after on this day, from the start age to Year 13.

    The year is that of the main enrolment (most hours, then the earliest), as it will be when the term
    begins; without one it is the year expected from the date of birth. Three statements.
    """
    edition = editions.get(editions.current(term.starts_on))
    start_age = settled.in_force(term.authority_id, on).start_age
    begins = max(on, term.starts_on)
    school_years_on = int(clock.academic_year(begins)[:4]) - int(clock.academic_year(on)[:4])
    enrolled = _enrolled_year(term.authority_id, on)
    have, to_open, not_yet = 0, [], []
    for child in _looked_after(term, on):
        at_school = enrolled.get(child.id)
        year = (
            clock.expected_year(child.date_of_birth, begins)
            if at_school is None
            else at_school + school_years_on
        )
        if child.has_plan:
            have += 1
        elif clock.age(child.date_of_birth, begins) < start_age or year > LAST_YEAR:
            continue
        elif at_school is None:
            not_yet.append(NotYet(child.id, year, "no_school"))
        elif (phase := edition.phase_for(year)) is None:
            not_yet.append(NotYet(child.id, year, "no_form"))
        else:
            to_open.append(Waiting(child.id, year, phase))
    return Scope(have, to_open, not_yet)


def open_plans(by: By, term: Term, waiting: Sequence[Waiting], *, on: date) -> int:
    """Open the plans of these children; how many, because some may have one meanwhile.

    OperationError when the term is over.
    """
    if term.ends_on < on:
        raise OperationError(
            f"{term.name} ended on {day_words(term.ends_on)}. No more plans are opened for it."
        )
    found = db.session.scalars(select(Child).where(Child.id.in_([each.child_id for each in waiting])))
    children = {child.id: child for child in found}
    wanted = [Opening(children[each.child_id], each.phase, each.year) for each in waiting]
    return len(open_peps(by, wanted, term=term, on=on))


def names_for(actor: Actor, child_ids: Collection[int]) -> dict[int, str]:
    """The names of those of these children whom this person may see today: one statement."""
    if not child_ids:
        return {}
    found = db.session.execute(
        select(Child.id, Child.known_as, Child.first_name, Child.last_name)
        .where(Child.id.in_(child_ids), Child.id.in_(select(ties(actor).c.child_id)))
        .order_by(Child.sort_key)
    )
    return {row.id: names.shown(row.known_as or row.first_name, row.last_name) for row in found}


def _looked_after(term: Term, on: date) -> Sequence[Any]:
    """Children on the care register on a day: id, date of birth, and whether they have the term’s plan."""
    has_plan = exists().where(
        Pep.child_id == Child.id,
        Pep.term_key == term.key,
        Pep.occasion.in_(THE_TERMS_PLAN),
        Pep.state != PepState.CANCELLED,
    )
    query = (
        select(Child.id, Child.date_of_birth, has_plan.label("has_plan"))
        .join(CarePeriod, CarePeriod.child_id == Child.id)
        .where(
            Child.authority_id == term.authority_id,
            holds(CarePeriod.starts_on, CarePeriod.ends_on, on),
            CarePeriod.legal_status.not_in(SHORT_BREAKS),
        )
        .distinct()
        .order_by(Child.id)
    )
    return read_columns(query, {})


def _enrolled_year(authority_id: int, on: date) -> dict[int, int]:
    """The year in which each child of an authority is on roll on a day, by the main enrolment."""
    query = (
        select(Enrolment.child_id, Enrolment.nc_year)
        .join(Child, Child.id == Enrolment.child_id)
        .where(Child.authority_id == authority_id, holds(Enrolment.starts_on, Enrolment.ends_on, on))
        # The last one of a child stands: the main enrolment comes last.
        .order_by(Enrolment.hours.asc().nulls_first(), Enrolment.starts_on.desc(), Enrolment.id.desc())
    )
    return {row.child_id: row.nc_year for row in read_columns(query, {})}
