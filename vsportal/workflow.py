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
from vsportal.models import (
    FundingPolicy,
    FundingRequest,
    PartState,
    Pep,
    PepPart,
    PepSection,
    PepState,
    RequestState,
    Review,
    ReviewScheme,
    SectionState,
)


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
    TAKE_UP = "take_up"
    TO_ADVISER = "to_adviser"
    TO_HEAD = "to_head"
    TO_PANEL = "to_panel"
    ASK = "ask"
    APPROVE = "approve"
    APPROVE_PART = "approve_part"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    SCHEDULE = "schedule"
    PAY = "pay"
    EVALUATE = "evaluate"
    FINISH = "finish"
    SEND_BACK = "send_back"
    STOP = "stop"
    PUBLISH = "publish"


SECTION: Mapping[tuple[str, Act], str] = {
    # from                    act              to
    (SectionState.NOT_STARTED, Act.START): SectionState.IN_PROGRESS,
    (SectionState.NOT_STARTED, Act.COMPLETE): SectionState.COMPLETE,
    (SectionState.IN_PROGRESS, Act.COMPLETE): SectionState.COMPLETE,
    (SectionState.COMPLETE, Act.REOPEN): SectionState.IN_PROGRESS,
    (SectionState.COMPLETE, Act.RETURN): SectionState.IN_PROGRESS,
    (SectionState.IN_PROGRESS, Act.HAND_ON): SectionState.NOT_STARTED,
}
PART: Mapping[tuple[str, Act], str] = {
    (PartState.IN_PROGRESS, Act.SUBMIT): PartState.SUBMITTED,
    (PartState.RETURNED, Act.SUBMIT): PartState.SUBMITTED,
    (PartState.SUBMITTED, Act.RETURN): PartState.RETURNED,
    (PartState.SUBMITTED, Act.REVIEW): PartState.REVIEWED,
    # Reviewed again, and sections sent back after all: the rating that was finished stands as a row.
    (PartState.REVIEWED, Act.RETURN): PartState.RETURNED,
}
PEP: Mapping[tuple[str, Act], str] = {
    (PepState.OPEN, Act.HOLD_MEETING): PepState.MEETING_HELD,
    (PepState.MEETING_HELD, Act.SIGN_OFF): PepState.SIGNED_OFF,
    (PepState.OPEN, Act.CLOSE): PepState.NOT_COMPLETED,
    (PepState.MEETING_HELD, Act.CLOSE): PepState.NOT_COMPLETED,
    (PepState.NOT_COMPLETED, Act.REOPEN): PepState.OPEN,
    (PepState.OPEN, Act.CANCEL): PepState.CANCELLED,
}

WITH = (RequestState.WITH_ADVISER, RequestState.WITH_HEAD, RequestState.WITH_PANEL)
SENT_TO = {Act.TO_ADVISER: WITH[0], Act.TO_HEAD: WITH[1], Act.TO_PANEL: WITH[2]}
REQUEST: Mapping[tuple[str, Act], str] = {
    (RequestState.PROPOSED, Act.TAKE_UP): RequestState.DRAFT,
    (RequestState.PROPOSED, Act.WITHDRAW): RequestState.WITHDRAWN,
    (RequestState.PROPOSED, Act.CANCEL): RequestState.CANCELLED,
    (RequestState.DRAFT, Act.WITHDRAW): RequestState.WITHDRAWN,
    (RequestState.DRAFT, Act.CANCEL): RequestState.CANCELLED,
    # Sent by the one who asks, or on by the one it is with, or back by an answer to a question.
    **{(RequestState.DRAFT, act): to for act, to in SENT_TO.items()},
    **{(RequestState.QUERIED, act): to for act, to in SENT_TO.items()},
    **{(state, act): to for act, to in SENT_TO.items() for state in WITH if state != to},
    **{
        (state, act): to
        for state in WITH
        for act, to in (
            (Act.ASK, RequestState.QUERIED),
            (Act.APPROVE, RequestState.APPROVED),
            (Act.APPROVE_PART, RequestState.PART_APPROVED),
            (Act.DECLINE, RequestState.DECLINED),
        )
    },
    **{
        (state, act): to
        for state in (*WITH, RequestState.QUERIED)
        for act, to in ((Act.WITHDRAW, RequestState.WITHDRAWN), (Act.CANCEL, RequestState.CANCELLED))
    },
    (RequestState.APPROVED, Act.CANCEL): RequestState.CANCELLED,
    (RequestState.PART_APPROVED, Act.CANCEL): RequestState.CANCELLED,
    (RequestState.APPROVED, Act.SCHEDULE): RequestState.SCHEDULED,
    (RequestState.PART_APPROVED, Act.SCHEDULE): RequestState.SCHEDULED,
    (RequestState.SCHEDULED, Act.PAY): RequestState.PAID,
    (RequestState.PAID, Act.EVALUATE): RequestState.EVALUATED,
}
REVIEW: Mapping[tuple[str, Act], str] = {
    ("under_way", Act.FINISH): "finished",
    ("under_way", Act.SEND_BACK): "returned",
    ("under_way", Act.STOP): "stopped",
}
VERSION: Mapping[tuple[str, Act], str] = {("draft", Act.PUBLISH): "published"}
"""Of a policy or a scheme: once published it never changes again."""
Moved = Pep | PepPart | PepSection | FundingRequest | Review | FundingPolicy | ReviewScheme
TABLES: Mapping[type[Any], tuple[Mapping[tuple[str, Act], str], str]] = {
    Pep: (PEP, "state"),
    PepPart: (PART, "state"),
    PepSection: (SECTION, "status"),
    FundingRequest: (REQUEST, "state"),
    Review: (REVIEW, "state"),
    FundingPolicy: (VERSION, "state"),
    ReviewScheme: (VERSION, "state"),
}
"""What moves → its table, and the column that holds where it is."""


@dataclass(frozen=True)
class NotPossible(Exception):
    """The act is not possible from the state the thing is in; `state` says which."""

    act: str
    state: str

    def __str__(self) -> str:
        return f"“{self.act}” is not possible while it is “{self.state}”."


def apply(session: Session | scoped_session[Any], thing: Moved, act: Act, **beside: object) -> str:
    """Move something on and give the new state; NotPossible when its table has no such row.

    The caller has asked `policy` and checked what must be complete; this keeps the order of things.
    `beside`: columns that the database holds to the state, set in the same statement.
    """
    table, column = TABLES[type(thing)]
    old: str = getattr(thing, column)
    new = table.get((old, act))
    if new is None:
        raise NotPossible(act, old)
    session.flush()
    kind = type(thing)
    values = {column: new} | _beside(thing, act, new) | beside
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


def _beside(thing: Moved, act: Act, new: str) -> dict[str, object]:
    """Columns that the database holds to the state: a complete section has its time, others have none."""
    if isinstance(thing, Review):
        return {"ended_at": clock.now()}
    if not isinstance(thing, PepSection):
        return {}
    if new == SectionState.COMPLETE:
        return {"completed_at": clock.now(), "returned": False}
    opened: dict[str, object] = {"completed_at": None, "completed_by_id": None}
    return opened | ({"returned": True} if act is Act.RETURN else {})
