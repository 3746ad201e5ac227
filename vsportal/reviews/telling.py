"""Telling those who wrote a part that it came back or was reviewed: a mail that names nobody (rule 8)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from vsportal import clock
from vsportal.audit import By
from vsportal.children.queries import Around, people_around
from vsportal.extensions import db
from vsportal.messages.operations import queue
from vsportal.models import Review, User
from vsportal.policy import ACTS_AS, Tie
from vsportal.reviews.loading import RatedPart

LEADS = {"school": "designated_teacher", "care": "social_worker"}
"""Who is told of a part: its lead."""
ALLOCATED = {"social_worker": Tie.SOCIAL_WORKER, "adviser": Tie.ALLOCATED_ADVISER}
"""Owners of whom the allocated one is meant, not those who cover."""
RETURNED = """Something that you wrote has come back to you, with the reason.

Sign in to the portal and open My work to read it.

This mail says no more on purpose. If it is not meant for you, delete it.
"""
REVIEWED = """The Virtual School has said what it thinks of something that you wrote.

Sign in to the portal to read it.

This mail says no more on purpose. If it is not meant for you, delete it.
"""


class Letter(NamedTuple):
    """What is mailed: its kind, one of the subjects there are, and the text."""

    kind: str
    subject: str
    body: str


def writers(around: Iterable[Around], owner: str) -> list[Around]:
    """Who around a child writes sections of this owner."""
    ties: Collection[str] = {ALLOCATED[owner]} if owner in ALLOCATED else ACTS_AS.get(owner, ())
    return [p for p in around if p.role in ties]


def tell_returned(at: RatedPart, review: Review, owners: Sequence[str], by: By) -> None:
    """One mail to each who owns a section that goes back."""
    _tell(at, review, owners, by, Letter("part_returned", "Something to write is waiting", RETURNED))


def tell_reviewed(at: RatedPart, review: Review, by: By) -> None:
    """One mail to each who leads the part."""
    lead = next((row.owner for row in at.sections.values() if row.part == at.part), LEADS[at.part])
    _tell(at, review, [lead], by, Letter("part_reviewed", "Something to read is waiting", REVIEWED))


def _tell(at: RatedPart, review: Review, owners: Sequence[str], by: By, letter: Letter) -> None:
    child = at.plan.child.id
    around = people_around([child], clock.today()).get(child, [])
    told = {p.user_id for owner in owners for p in writers(around, owner)} - {by.user_id}
    for user_id in sorted(told):
        queue(
            key=f"review:{review.id}:{user_id}",
            kind=letter.kind,
            to_user=db.session.get_one(User, user_id),
            subject=letter.subject,
            body=letter.body,
            child_id=child,
        )
