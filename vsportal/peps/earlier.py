"""The plan before this one: a section of it, as somebody may read it today.

Nobody is shown of an earlier plan what they may not read of it now, and a home never what another home wrote.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, select
from sqlalchemy.orm import defer

from vsportal import clock, editions, filters, policy
from vsportal.editions.schema import Asked, Field
from vsportal.extensions import db
from vsportal.models import Pep, PepPart, PepSection, PepState
from vsportal.peps.loading import Plan, Sheet, subject_of
from vsportal.policy import AT_HOME, Seen, Subject, Tie


@dataclass(frozen=True)
class Earlier:
    """A section of an earlier plan with the form it was written in."""

    plan: Plan
    row: PepSection
    asked: Asked
    subject: Subject

    @property
    def term(self) -> str:
        """“autumn 2026”."""
        return filters.term(self.plan.pep.term_key)

    @property
    def checked_on(self) -> date:
        """The day on which its answers were last right: when it was completed, else when it was begun."""
        done = self.row.completed_at
        return clock.local(done).date() if done else self.plan.pep.opened_on

    def may_read(self, field: Field) -> bool:
        """Whether this person may read that answer today."""
        return reads(self.plan.seen, self.asked, field, self.subject, self.row.readers.get(field.id))


def reads(
    seen: Seen, asked: Asked, field: Field, section: Subject, readers: Mapping[str, Any] | None = None
) -> bool:
    """Whether somebody may read an answer of a section that others may have written before them.

    As `policy.may_read`, with one rule more: a home never reads what another home wrote.
    """
    owner = asked.owner_of(field)
    it = section
    if owner != section.owner:
        home = section.household_id if owner == Tie.CARER else None
        it = replace(section, owner=owner, household_id=home)
    if by_another_home(seen, it):
        return False
    return policy.may_read(seen, field, it, readers)


def by_another_home(seen: Seen, it: Subject) -> bool:
    """Whether the child's home wrote it, and this person is of another one and of nothing else."""
    written_elsewhere = it.household_id is not None and it.household_id != seen.household_id
    return it.owner == Tie.CARER and written_elsewhere and seen.ties <= AT_HOME


def earlier_sections(sheet: Sheet) -> Mapping[str, Earlier]:
    """What the plan before has of this section, by section: questions may have moved. One statement.

    Nothing, and no statement, for a first plan.
    """
    if sheet.pep.previous_id is None:
        return {}
    moved = {f.was.partition(".")[0] for f in sheet.asked.fields if "." in f.was}
    values = {"pep": sheet.pep.previous_id, "child": sheet.child.id, "sections": [sheet.asked.id, *moved]}
    found: dict[str, Earlier] = {}
    for pep, row, state in db.session.execute(_earlier_query(), values):
        plan = Plan(pep, sheet.child, sheet.seen, sheet.authority)
        asked = editions.asked(pep.edition, row.section_id, plan.choice)
        if asked is not None:
            found[row.section_id] = Earlier(plan, row, asked, subject_of(pep, row, state, asked))
    return found


@cache
def _earlier_query() -> Select[*tuple[Any, ...]]:
    """Sections `sections` of the plan `pep`, if it is this child's and was not cancelled."""
    return (
        select(Pep, PepSection, PepPart.state)
        .join(PepSection, PepSection.pep_id == Pep.id)
        .outerjoin(PepPart, and_(PepPart.pep_id == PepSection.pep_id, PepPart.part == PepSection.part))
        .where(
            Pep.id == bindparam("pep"),
            Pep.child_id == bindparam("child"),
            Pep.state != PepState.CANCELLED,
            PepSection.section_id.in_(bindparam("sections", expanding=True)),
        )
        .options(defer(PepSection.written_by, raiseload=True), defer(PepSection.authors, raiseload=True))
    )


def was_at(field: Field, section_id: str) -> tuple[str, str]:
    """The section and the id under which a question was asked before."""
    section, _, name = field.was.rpartition(".")
    return section or section_id, name or field.id


def feedback_on(earlier: Earlier, field: Field) -> str:
    """What the Virtual School said of the answer when it reviewed the plan: nothing, while none is."""
    return ""
