"""What happens next: every change of state there is, as tables, and the one function that makes it.

A state is claimed by a conditional update, so two people pressing at once cannot both win.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any  # the scoped session of any session class

from sqlalchemy import update
from sqlalchemy.orm import Session, scoped_session
from sqlalchemy.orm.attributes import set_committed_value

from vsportal import clock
from vsportal.models import PartState, Pep, PepPart, PepSection, PepState, SectionState


class Act(StrEnum):
    """What moves a plan, a part or a section on."""

    START = "start"
    COMPLETE = "complete"
    REOPEN = "reopen"
    HAND_ON = "hand_on"
    SUBMIT = "submit"
    RETURN = "return"
    REVIEW = "review"
    HOLD_MEETING = "hold_meeting"
    SIGN_OFF = "sign_off"
    CLOSE = "close"
    CANCEL = "cancel"


SECTION: Mapping[tuple[str, Act], str] = {
    # from                    act              to
    (SectionState.NOT_STARTED, Act.START): SectionState.IN_PROGRESS,
    (SectionState.NOT_STARTED, Act.COMPLETE): SectionState.COMPLETE,
    (SectionState.IN_PROGRESS, Act.COMPLETE): SectionState.COMPLETE,
    (SectionState.COMPLETE, Act.REOPEN): SectionState.IN_PROGRESS,
    (SectionState.IN_PROGRESS, Act.HAND_ON): SectionState.NOT_STARTED,
}
PART: Mapping[tuple[str, Act], str] = {
    (PartState.IN_PROGRESS, Act.SUBMIT): PartState.SUBMITTED,
    (PartState.RETURNED, Act.SUBMIT): PartState.SUBMITTED,
    (PartState.SUBMITTED, Act.RETURN): PartState.RETURNED,
    (PartState.SUBMITTED, Act.REVIEW): PartState.REVIEWED,
}
PEP: Mapping[tuple[str, Act], str] = {
    (PepState.OPEN, Act.HOLD_MEETING): PepState.MEETING_HELD,
    (PepState.MEETING_HELD, Act.SIGN_OFF): PepState.SIGNED_OFF,
    (PepState.OPEN, Act.CLOSE): PepState.NOT_COMPLETED,
    (PepState.MEETING_HELD, Act.CLOSE): PepState.NOT_COMPLETED,
    (PepState.NOT_COMPLETED, Act.REOPEN): PepState.OPEN,
    (PepState.OPEN, Act.CANCEL): PepState.CANCELLED,
}


@dataclass(frozen=True)
class NotPossible(Exception):
    """The act is not possible from the state the thing is in; `state` says which."""

    act: str
    state: str

    def __str__(self) -> str:
        return f"“{self.act}” is not possible while it is “{self.state}”."


def apply(session: Session | scoped_session[Any], thing: Pep | PepPart | PepSection, act: Act) -> str:
    """Move a plan, part or section on and give the new state; NotPossible when the table has no such row.

    The caller has asked `policy` and checked what must be complete; this keeps the order of things.
    """
    table, column = _table(thing)
    old: str = getattr(thing, column)
    new = table.get((old, act))
    if new is None:
        raise NotPossible(act, old)
    session.flush()
    kind = type(thing)
    values = {column: new} | _beside(thing, new)
    done = session.execute(
        update(kind)
        .where(kind.id == thing.id, getattr(kind, column) == old)
        .values(values)
        .execution_options(synchronize_session=False)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise NotPossible(act, "changed meanwhile")
    for name, value in values.items():
        set_committed_value(thing, name, value)
    return new


def _table(thing: Pep | PepPart | PepSection) -> tuple[Mapping[tuple[str, Act], str], str]:
    if isinstance(thing, PepSection):
        return SECTION, "status"
    return (PART, "state") if isinstance(thing, PepPart) else (PEP, "state")


def _beside(thing: Pep | PepPart | PepSection, new: str) -> dict[str, object]:
    """Columns that the database holds to the state: a complete section has its time, others have none."""
    if not isinstance(thing, PepSection):
        return {}
    if new == SectionState.COMPLETE:
        return {"completed_at": clock.now(), "returned": False}
    return {"completed_at": None, "completed_by_id": None}
