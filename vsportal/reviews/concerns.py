"""What an independent reviewing officer is worried about, to be answered in words by a date.

The worker and the Virtual School answer; whoever of them does so first has answered it. What is written here
is read by social care and the Virtual School alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import aliased

from vsportal import audit, clock, settled
from vsportal.audit import By
from vsportal.children.queries import people_around
from vsportal.dated import hold_still
from vsportal.editions.reading import plain
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.messages.operations import queue
from vsportal.models import Child, Concern, User
from vsportal.policy import Can, Seen, Tie, decide

WORKING_DAYS = 10
"""Within how many an answer is asked for unless the reviewer says otherwise."""
MOST_DAYS = 183
"""Calendar days within which an answer is asked for."""
MOST_CHARACTERS = 4000
ANSWER = frozenset({Tie.SOCIAL_WORKER, Tie.ALLOCATED_ADVISER})
"""Who of the people around the child is told of a concern."""
TO_ANSWER = """Something is waiting for an answer from you or a colleague, by a date.

Sign in to the portal to read it: it stands on the page of the child it is about.

This mail says no more on purpose. If it is not meant for you, delete it.
"""
ANSWERED = """Something that you asked has been answered.

Sign in to the portal to read it.

This mail says no more on purpose. If it is not meant for you, delete it.
"""


@dataclass(frozen=True)
class Raised:
    """One concern with who raised and who answered it."""

    ref: str
    words: str
    raised_by: str
    raised_at: datetime
    answer_by: date
    answer: str
    answered_by: str
    answered_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether it still waits."""
        return self.answered_at is None

    @property
    def is_late(self) -> bool:
        """Whether the day has passed by which it was to be answered."""
        return self.is_open and self.answer_by < clock.today()


def default_day(today: date) -> date:
    """By when an answer is asked for unless the reviewer says otherwise."""
    return settled.working_day(today, WORKING_DAYS)


def concerns_about(child_id: int, seen: Seen) -> list[Raised] | None:
    """The concerns about a child, open ones first: one statement. None for those who do not read them."""
    if not decide(seen, Can.SEE_CONCERNS):
        return None
    raised, answered = aliased(User), aliased(User)
    rows = db.session.execute(
        select(Concern, raised.name, answered.name)
        .join(raised, raised.id == Concern.raised_by_id)
        .outerjoin(answered, answered.id == Concern.answered_by_id)
        .where(Concern.child_id == child_id)
        .order_by(Concern.answered_at.is_not(None), Concern.answer_by, Concern.id)
    )
    return [_raised(concern, by, answered_by or "") for concern, by, answered_by in rows]


def _raised(c: Concern, by: str, answered_by: str) -> Raised:
    return Raised(c.ref, c.words, by, c.created_at, c.answer_by, c.answer, answered_by, c.answered_at)


def concern(child: Child, ref: str) -> Concern | None:
    """One concern about this child; None when there is no such."""
    return db.session.scalar(select(Concern).where(Concern.ref == ref, Concern.child_id == child.id))


def raise_concern(by: By, child: Child, *, words: str, answer_by: date, pep_id: int | None = None) -> Concern:
    """Write a concern down and tell those who answer; OperationError without words or a day that will do."""
    words = _words(words, "Enter what you are worried about.")
    if not clock.today() <= answer_by or (answer_by - clock.today()).days > MOST_DAYS:
        raise OperationError("Enter a day from today to half a year ahead.")
    if by.user_id is None:
        raise OperationError("Somebody raises a concern, never the portal itself.")
    made = Concern(
        child_id=child.id, pep_id=pep_id, words=words, raised_by_id=by.user_id, answer_by=answer_by
    )
    db.session.add(made)
    db.session.flush()
    changes = [
        _line("words", "Concern", words),
        {**_line("answer_by", "Answer by", answer_by.isoformat()), "kind": "date"},
    ]
    _note(by, "child:concern:raised", made, child, changes)
    around = people_around([child.id], clock.today()).get(child.id, [])
    _tell(made, (p.user_id for p in around if p.role in ANSWER), "Something to write is waiting", TO_ANSWER)
    return made


def answer_concern(by: By, child: Child, asked: Concern, words: str) -> None:
    """Answer a concern and tell who raised it; OperationError when it has been answered meanwhile."""
    words = _words(words, "Enter the answer.")
    hold_still(asked)
    db.session.refresh(asked)
    if asked.answered_at is not None:
        raise OperationError("Somebody has answered this already. Your words were not kept.")
    asked.answer, asked.answered_at, asked.answered_by_id = words, clock.now(), by.user_id
    _note(by, "child:concern:answered", asked, child, [_line("answer", "Answer", words)])
    _tell(asked, [asked.raised_by_id], "Something to read is waiting", ANSWERED)


def _words(text: str, missing: str) -> str:
    """What was written, as it can be kept."""
    words = plain(text).strip()
    if not words:
        raise OperationError(missing)
    if len(words) > MOST_CHARACTERS:
        raise OperationError(f"Shorten this to {MOST_CHARACTERS:,} characters: it has {len(words):,}.")
    return words


def _tell(about: Concern, people: Iterable[int], subject: str, body: str) -> None:
    """A mail to each of these, that says only that something waits."""
    for user_id in dict.fromkeys(people):
        queue(
            key=f"concern:{about.id}:{'answered' if about.answered_at else 'raised'}:{user_id}",
            kind="concern",
            to_user=db.session.get_one(User, user_id),
            subject=subject,
            body=body,
            child_id=about.child_id,
        )


def _line(field: str, label: str, new: str) -> dict[str, object]:
    return {"field": field, "label": label, "kind": "text", "old": None, "new": new}


def _note(by: By, tag: str, row: Concern, child: Child, changes: Sequence[dict[str, object]]) -> None:
    audit.record(
        db.session, by, tag, row, child_id=child.id, authority_id=child.authority_id, changes=list(changes)
    )
