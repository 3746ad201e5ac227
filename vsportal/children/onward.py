"""From one part of a social worker's to the next, across her children: the soonest meeting first.

So that all the parts of a fortnight can be done in one sitting. The order is read anew each time, so
that no address carries it, and a part that somebody else completed meanwhile is passed over.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, func, select

from vsportal import names
from vsportal.children.listing import CHILD, is_open
from vsportal.children.work import section_title
from vsportal.database import read_columns
from vsportal.models import Authority, Child, PartState, Pep, PepPart, PepSection, SectionState
from vsportal.policy import Actor, Can, Seen, Subject, Tie, Whoever, decide, ties, values_of, whoever

WORKER = frozenset({Tie.SOCIAL_WORKER})
"""Whose parts follow one another: those of the worker, and of whoever stands in for them."""

Place = tuple[bool, date, str, int, int, int]
"""Where a part stands in the order."""


@dataclass(frozen=True)
class Onward:
    """The part that comes next."""

    child: str
    """The child's name, as it is shown today."""
    title: str
    pep_ref: str
    section_id: str
    left: int
    """Parts that still wait, this one among them."""


def onward_from(actor: Actor, seen: Seen, pep_id: int, section_id: str) -> Onward | None:
    """The part after this one that waits for a social worker; None at the end, and for everybody else.

    After the last the order begins again with what was passed over. One statement for those who are
    the child's worker, none for others; `section_id` may be complete by now.
    """
    if not seen.ties & WORKER:
        return None
    rows = read_columns(_parts_query(whoever(actor)), values_of(actor))
    here = next(
        (_place(r, actor.today) for r in rows if (r.pep_id, r.section_id) == (pep_id, section_id)), None
    )
    return _after(here, _waiting(actor, rows, (pep_id, section_id)), actor.today)


def _waiting(actor: Actor, rows: Sequence[Any], but: tuple[int, str]) -> list[Any]:
    """The parts that this person can still complete, in order, but the one they are at."""
    worker = Seen(actor, WORKER)
    waits = (r for r in rows if (r.pep_id, r.section_id) != but and _can_be_completed(worker, r))
    return sorted(waits, key=lambda r: _place(r, actor.today))


def _after(here: Place | None, waiting: Sequence[Any], today: date) -> Onward | None:
    if not waiting:
        return None
    row = next((r for r in waiting if here is None or _place(r, today) > here), waiting[0])
    child = names.shown(row.known_as or row.first_name, row.last_name)
    return Onward(
        child, section_title(row.edition, row.section_id), row.pep_ref, row.section_id, len(waiting)
    )


def _place(row: Any, today: date) -> Place:
    """What is due before the meeting, the soonest first; then what is written after it."""
    meeting = row.meeting_on if row.meeting_on and row.meeting_on >= today else None
    soonest = min(row.due_on, meeting) if meeting else row.due_on
    after = meeting is not None and row.due_on > meeting
    return after, soonest, row.sort_key, row.child_id, row.pep_id, row.position


def _can_be_completed(seen: Seen, row: Any) -> bool:
    it = Subject(
        pep_state=row.state,
        section_id=row.section_id,
        owner=row.owner,
        status=row.status,
        part=row.part,
        part_state=row.part_state,
        returned=row.returned,
    )
    return row.status != SectionState.COMPLETE and bool(decide(seen, Can.COMPLETE_SECTION, it))


@lru_cache(maxsize=64)
def _parts_query(who: Whoever) -> Select[*tuple[Any, ...]]:
    """A worker's sections of all open plans, without answers; built once for all who hold the same roles."""
    tied = ties(who)
    mine = select(tied.c.child_id).where(tied.c.tie == Tie.SOCIAL_WORKER)
    return (
        select(
            *CHILD,
            Pep.id.label("pep_id"),
            Pep.ref.label("pep_ref"),
            Pep.edition,
            Pep.state,
            Pep.meeting_on,
            PepSection.section_id,
            PepSection.position,
            PepSection.owner,
            PepSection.part,
            PepSection.status,
            PepSection.returned,
            PepSection.due_on,
            func.coalesce(PepPart.state, str(PartState.IN_PROGRESS)).label("part_state"),
        )
        .select_from(Child)
        .join(Authority, Authority.id == Child.authority_id)
        .join(Pep, (Pep.child_id == Child.id) & is_open())
        .join(PepSection, PepSection.pep_id == Pep.id)
        .outerjoin(PepPart, (PepPart.pep_id == PepSection.pep_id) & (PepPart.part == PepSection.part))
        .where(Child.id.in_(mine), PepSection.owner == str(Tie.SOCIAL_WORKER))
    )
