"""Opening plans: in the right edition and phase, with all sections, their owners and what is carried over."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from vsportal import audit, editions, settled
from vsportal.audit import By
from vsportal.editions.answers import progress
from vsportal.editions.schema import Asked, Edition
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.models import Child, Pep, PepPart, PepSection, PepState, Term
from vsportal.peps.operations.carrying import Last, Start, form_of, last_plans


class AlreadyOpen(OperationError):
    """The child has a plan for this term and occasion."""


@dataclass(frozen=True)
class Opening:
    """A plan to be opened: for whom, in which phase, for which national curriculum year."""

    child: Child
    phase: str
    nc_year: int | None


def open_pep(
    by: By,
    child: Child,
    *,
    term: Term,
    on: date,
    phase: str,
    nc_year: int | None,
    occasion: str = "termly",
    meeting_on: date | None = None,
    carry: bool = True,
) -> Pep:
    """Open a plan of a child for a term, beginning with what the last one still says unless `carry` is off.

    The edition is the one in force when the term begins. `nc_year`, the national curriculum year on
    the day, chooses questions and is kept. AlreadyOpen when the child has one, also when somebody else
    opens it at this moment; OperationError when the edition is not whole for the phase yet.
    """
    wanted = [Opening(child, phase, nc_year)]
    opened = open_peps(by, wanted, term=term, on=on, occasion=occasion, meeting_on=meeting_on, carry=carry)
    if not opened:
        raise AlreadyOpen(f"There is a plan for {term.name} already.")
    return opened[0]


def open_peps(
    by: By,
    wanted: Sequence[Opening],
    *,
    term: Term,
    on: date,
    occasion: str = "termly",
    meeting_on: date | None = None,
    carry: bool = True,
) -> list[Pep]:
    """Open plans of children of the term’s authority; those who have one meanwhile are passed over.

    As many statements for a hundred children as for one: keep it to about a hundred, because the
    children’s rows are held until the transaction ends. OperationError when the edition is not whole for
    one of the phases; AlreadyOpen when somebody who does not hold the children’s rows was quicker.
    """
    edition = editions.get(editions.current(term.starts_on))
    if any(opening.phase not in edition.phases for opening in wanted):
        raise OperationError(f"The form {edition.name} is not ready for this phase yet.")
    wanted = _still_without(wanted, term.key, occasion)
    if not wanted:
        return []
    last = last_plans([opening.child.id for opening in wanted], on)
    rows = [
        {
            **_plan_of(opening, edition, term, occasion),
            "opened_on": on,
            "meeting_on": meeting_on,
            "previous_id": last[opening.child.id].pep_id if opening.child.id in last else None,
        }
        for opening in wanted
    ]
    try:
        with db.session.begin_nested():
            peps = _insert(rows, term.key, occasion)
            counts = _add_sections(peps, last if carry else {})
            noted = [(pep, pep.child_id, _count(counts[pep.id])) for pep in peps]
            authority_id = wanted[0].child.authority_id
            audit.record_all(db.session, by, "pep:plan:opened", noted, authority_id=authority_id)
    except IntegrityError as error:
        raise AlreadyOpen(f"There is a plan for {term.name} already.") from error
    return peps


def _insert(rows: Sequence[dict[str, object]], term_key: str, occasion: str) -> list[Pep]:
    """The plans’ rows, in two statements however many they are."""
    db.session.execute(insert(Pep), rows)
    made = select(Pep).where(
        Pep.child_id.in_([row["child_id"] for row in rows]),
        Pep.term_key == term_key,
        Pep.occasion == occasion,
        Pep.state != PepState.CANCELLED,
    )
    return list(db.session.scalars(made.order_by(Pep.id)))


def _still_without(wanted: Sequence[Opening], term_key: str, occasion: str) -> list[Opening]:
    """Those who have no such plan, asked while their rows are held: whoever comes second finds the first."""
    ids = [opening.child.id for opening in wanted]
    db.session.execute(select(Child.id).where(Child.id.in_(ids)).order_by(Child.id).with_for_update())
    have = set(
        db.session.scalars(
            select(Pep.child_id).where(
                Pep.child_id.in_(ids),
                Pep.term_key == term_key,
                Pep.occasion == occasion,
                Pep.state != PepState.CANCELLED,
            )
        )
    )
    return [opening for opening in wanted if opening.child.id not in have]


def _plan_of(opening: Opening, edition: Edition, term: Term, occasion: str) -> dict[str, object]:
    """The columns of a plan that its child and its form decide."""
    return {
        "authority_id": opening.child.authority_id,
        "child_id": opening.child.id,
        "term_key": term.key,
        "edition": edition.name,
        "phase": opening.phase,
        "occasion": occasion,
        "nc_year": opening.nc_year,
        "stage": edition.stage_for(opening.nc_year),
        "due_on": term.deadline_on,
    }


def _count(carried: int) -> list[dict[str, object]]:
    """How many answers a plan began with, for the record."""
    label = "Answers carried forward"
    change: dict[str, object] = {"field": "carried", "label": label, "kind": "number", "old": None}
    return [{**change, "new": carried}] if carried else []


# Sections and parts -----------------------------------------------------------------------------------------


def _add_sections(peps: Sequence[Pep], last: Mapping[int, Last]) -> dict[int, int]:
    """A row for each section and each part, whose owners the edition names for the phase.

    Gives back how many answers each plan began with.
    """
    rules = settled.due_rules(peps[0].authority_id, peps[0].opened_on)
    parts: list[dict[str, object]] = []
    rows: list[dict[str, object]] = []
    counts = dict.fromkeys((pep.id for pep in peps), 0)
    for pep in peps:
        sections = form_of(pep)
        due = _due_dates(pep, {a.due for a in sections}, rules)
        parts += [{"pep_id": pep.id, "part": part} for part in sorted({a.part for a in sections if a.part})]
        before = last.get(pep.child_id)
        for position, asked in enumerate(sections, start=1):
            start = before.start_of(asked, pep.term_key) if before else Start()
            counts[pep.id] += len(start.carried)
            rows.append(_section(pep, position, asked, start, due[asked.due]))
    if parts:
        db.session.execute(insert(PepPart), parts)
    db.session.execute(insert(PepSection), rows)
    return counts


def _due_dates(pep: Pep, kinds: Iterable[str], rules: settled.DueRules) -> dict[str, date]:
    """When sections of each kind are due."""
    return {
        kind: settled.section_due(kind, rules=rules, meeting_on=pep.meeting_on, deadline_on=pep.due_on)
        for kind in kinds
    }


def _section(pep: Pep, position: int, asked: Asked, start: Start, due_on: date) -> dict[str, object]:
    """The columns of one section."""
    answered, questions = progress(asked, start.answers)
    return {
        "pep_id": pep.id,
        "section_id": asked.id,
        "position": position,
        "owner": asked.owner,
        "part": asked.part,
        "household_id": start.household_id,
        "due_on": due_on,
        "answers": dict(start.answers),
        "carried": dict(start.carried),
        "readers": dict(start.readers),
        "answered": answered,
        "asked": questions,
    }
