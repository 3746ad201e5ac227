"""A child's plan for a term: its two parts, its sections with their answers, comments and targets.

Answers are one JSON object a section, keyed by leaf (`editions/schema.py`); what other parts of
the portal read is projected from them into columns (targets, meeting date).
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from vsportal.models.base import Base, Identified, Json, Referred, Stamped, UTCDateTime, one_of, only_one


class PepState(StrEnum):
    """Where a plan has got to (`running-a-term.md`)."""

    OPEN = "open"
    MEETING_HELD = "meeting_held"
    SIGNED_OFF = "signed_off"
    NOT_COMPLETED = "not_completed"
    CANCELLED = "cancelled"


class PartState(StrEnum):
    """Where the school's or social care's part has got to."""

    IN_PROGRESS = "in_progress"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    REVIEWED = "reviewed"


class SectionState(StrEnum):
    """Whether its owner has finished a section."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    COMPLETE = "complete"


NEVER_LATE = ("young_person", "carer")
"""Owners whose sections never make a plan late: they are asked, not chased (`pep-form.md`)."""


class Pep(Referred, Stamped, Base):
    """A Personal Education Plan of one child for one term or occasion."""

    __tablename__ = "pep"
    __table_args__ = (
        one_of("state", tuple(PepState)),
        one_of("occasion", ("initial", "termly", "transition", "emergency", "exit")),
        one_of("stage", ("pictures", "simple", "full")),
        one_of("signed_off_without", ("", "school", "care")),
        only_one("uq_pep_termly", "child_id", "term_key", "occasion", where="state <> 'cancelled'"),
    )

    authority_id: Mapped[int] = mapped_column(ForeignKey("authority.id"), index=True)
    child_id: Mapped[int] = mapped_column(ForeignKey("child.id"), index=True)
    term_key: Mapped[str] = mapped_column(index=True)
    edition: Mapped[str]
    phase: Mapped[str]
    occasion: Mapped[str] = mapped_column(default="termly")
    nc_year: Mapped[int | None]
    """The year the form was chosen for, kept so that the questions asked do not change under way."""
    state: Mapped[str] = mapped_column(default=PepState.OPEN)
    stage: Mapped[str] = mapped_column(default="full")
    """Which form of *My views* it has: pictures, simple or full."""
    previous_id: Mapped[int | None] = mapped_column(ForeignKey("pep.id"), index=True)
    """The child's plan before this one, from which answers were carried and “last time” is shown."""
    opened_on: Mapped[date]
    due_on: Mapped[date]
    """When its parts are to be with the Virtual School."""
    meeting_on: Mapped[date | None]
    meeting_words: Mapped[str] = mapped_column(default="")
    """Time and place as the meeting section says them."""
    signed_off_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    signed_off_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    signed_off_without: Mapped[str] = mapped_column(default="")
    """The part that was missing then, named by the head, or nothing; and below why."""
    signed_off_reason: Mapped[str] = mapped_column(default="")


class PepPart(Identified, Base):
    """The school's or social care's part, submitted on its own clock."""

    __tablename__ = "pep_part"
    __table_args__ = (
        UniqueConstraint("pep_id", "part"),
        one_of("part", ("school", "care")),
        one_of("state", tuple(PartState)),
    )

    pep_id: Mapped[int] = mapped_column(ForeignKey("pep.id"), index=True)
    part: Mapped[str]
    state: Mapped[str] = mapped_column(default=PartState.IN_PROGRESS)
    submitted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class PepSection(Identified, Base):
    """One section of one plan: whose it is, by when, how far, and its answers."""

    __tablename__ = "pep_section"
    __table_args__ = (
        UniqueConstraint("pep_id", "section_id"),
        one_of("status", tuple(SectionState)),
        one_of("part", ("school", "care", "")),
        CheckConstraint("(status = 'complete') = (completed_at IS NOT NULL)", name="complete_has_a_time"),
        Index("ix_pep_section_waiting", "owner", "status", "due_on"),
    )

    pep_id: Mapped[int] = mapped_column(ForeignKey("pep.id"), index=True)
    section_id: Mapped[str]
    position: Mapped[int]
    owner: Mapped[str]
    """The role that completes it, chosen by the edition for the plan's phase."""
    part: Mapped[str]
    status: Mapped[str] = mapped_column(default=SectionState.NOT_STARTED)
    household_id: Mapped[int | None] = mapped_column(ForeignKey("household.id"))
    """The home that writes it, when its owner is the carer: the next home never reads over its shoulder."""
    returned: Mapped[bool] = mapped_column(default=False)
    """Sent back by the review with reasons: open although its part was submitted."""
    due_on: Mapped[date]
    answers: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    written_by: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    """Leaf → random id of the page that wrote it, so that a page never collides with itself."""
    authors: Mapped[dict[str, list[Any]]] = mapped_column(Json, default=dict)
    """Leaf → [user id, ISO time]: who wrote the answer that stands, to name them in a conflict."""
    readers: Mapped[dict[str, dict[str, list[Any]]]] = mapped_column(Json, default=dict)
    """Question → {"people": [user ids]} or {"groups": [...]}: an answer narrowed or shared."""
    carried: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    """Leaf → term in which its answer was last given or checked (“2026-27-autumn”): to be checked still."""
    last_key: Mapped[str] = mapped_column(default="")
    """The leaf saved last, and below by whom: where that person goes on."""
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    answered: Mapped[int] = mapped_column(default=0)
    asked: Mapped[int] = mapped_column(default=0)
    """Required questions answered, and asked: shown as progress."""
    looked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When its owner first opened it: “not looked at” is not “not complete”."""
    changed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    completed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    completed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    version: Mapped[int] = mapped_column(default=0)


class Comment(Identified, Stamped, Base):
    """What one person says at one `views` question, under their own name."""

    __tablename__ = "comment"
    __table_args__ = (
        UniqueConstraint("pep_section_id", "field_id", "author_id"),
        CheckConstraint("text <> ''", name="says_something"),
    )

    pep_section_id: Mapped[int] = mapped_column(ForeignKey("pep_section.id"), index=True)
    field_id: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    role: Mapped[str]
    """In which role it was said."""
    signed: Mapped[str]
    """Role and place in words, as they read then: “designated teacher”."""
    text: Mapped[str]
    page: Mapped[str] = mapped_column(default="")
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Target(Referred, Stamped, Base):
    """A target, projected from its card in the section *My targets* each time that is saved."""

    __tablename__ = "target"
    __table_args__ = (
        UniqueConstraint("pep_id", "row"),
        one_of("review", ("", "achieved", "partly", "not", "not_relevant")),
        CheckConstraint("amount_pence IS NULL OR amount_pence >= 0", name="amount_not_negative"),
    )

    pep_id: Mapped[int] = mapped_column(ForeignKey("pep.id"), index=True)
    child_id: Mapped[int] = mapped_column(ForeignKey("child.id"), index=True)
    row: Mapped[str]
    """The card's row id in the section's answers."""
    outcome: Mapped[str] = mapped_column(default="")
    area: Mapped[str] = mapped_column(default="")
    who: Mapped[str] = mapped_column(default="")
    measure: Mapped[str] = mapped_column(default="")
    by_when: Mapped[date | None]
    funding: Mapped[str] = mapped_column(default="")
    amount_pence: Mapped[int | None]
    removed: Mapped[bool] = mapped_column(default=False)
    review: Mapped[str] = mapped_column(default="")
    """How it went, from the next plan's review of it."""
    reviewed_in_id: Mapped[int | None] = mapped_column(ForeignKey("pep.id"))


class Attachment(Referred, Stamped, Base):
    """A file's particulars; its bytes lie outside the web root."""

    __tablename__ = "attachment"
    __table_args__ = (
        CheckConstraint("bytes >= 0", name="has_a_size"),
        one_of("scan", ("clean", "not_scanned")),
    )

    pep_id: Mapped[int] = mapped_column(ForeignKey("pep.id"), index=True)
    section_id: Mapped[str]
    field_id: Mapped[str]
    row: Mapped[str] = mapped_column(default="")
    """The row of a question with rows: which document of the checklist it is."""
    name: Mapped[str]
    media_type: Mapped[str]
    bytes: Mapped[int]
    sha256: Mapped[str]
    added_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    scan: Mapped[str] = mapped_column(default="not_scanned")
    """Whether a virus scanner has passed it; what one finds is never kept."""
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    removed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class Wish(Referred, Stamped, Base):
    """Something the child asked for in *My views*, and the answer that a named adult owes."""

    __tablename__ = "wish"
    __table_args__ = (
        UniqueConstraint("pep_id", "field_id"),
        CheckConstraint("(answered_at IS NULL) = (answer = '')", name="answered_in_words"),
    )

    pep_id: Mapped[int] = mapped_column(ForeignKey("pep.id"), index=True)
    child_id: Mapped[int] = mapped_column(ForeignKey("child.id"), index=True)
    field_id: Mapped[str]
    """The question of *My views* that was answered: the words themselves stay there."""
    asked_on: Mapped[date]
    owed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    """Who answers; nobody when nobody who may read it is around yet."""
    answer: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
