"""What is kept for good: the plan as it was signed off, corrections to it, copies given to parents."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from vsportal.models.base import Base, Identified, Referred, Stamped, UTCDateTime, one_of


class SignedPlan(Identified, Stamped, Base):
    """A plan as it was when it was signed off: questions, answers, ratings, targets and names of that day.

    Never changed and never deleted (triggers refuse it); `sha256` is of `content` as UTF-8.
    """

    __tablename__ = "signed_plan"

    pep_id: Mapped[int] = mapped_column(ForeignKey("pep.id"), unique=True)
    content: Mapped[str]
    """Canonical JSON as text: JSONB would reorder it, and the checksum would mean nothing."""
    sha256: Mapped[str]


class Addendum(Referred, Stamped, Base):
    """A dated correction to a signed-off plan; the plan itself stays as it was. Never changed."""

    __tablename__ = "addendum"
    __table_args__ = (CheckConstraint("words <> ''", name="says_something"),)

    pep_id: Mapped[int] = mapped_column(ForeignKey("pep.id"), index=True)
    section_id: Mapped[str]
    field_id: Mapped[str] = mapped_column(default="")
    """The question it corrects, which also says who reads it; empty for the section as a whole."""
    words: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    role: Mapped[str]
    signed: Mapped[str]
    """Name and role in words, as they read then."""


class ParentCopy(Referred, Stamped, Base):
    """What the social worker decided that one parent or relative gets of one plan (rule 2)."""

    __tablename__ = "parent_copy"
    __table_args__ = (
        UniqueConstraint("pep_id", "person"),
        one_of("kind", ("none", "letter", "copy")),
        CheckConstraint("kind <> 'none' OR reason <> ''", name="none_has_a_reason"),
        CheckConstraint("kind <> 'none' OR released_at IS NULL", name="nothing_is_not_released"),
        CheckConstraint("released_at IS NULL OR previewed_at IS NOT NULL", name="looked_at_first"),
    )

    pep_id: Mapped[int] = mapped_column(ForeignKey("pep.id"), index=True)
    person: Mapped[str]
    """The row of the person among those with parental responsibility."""
    name: Mapped[str]
    kind: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    previewed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    released_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    released_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    given_how: Mapped[str] = mapped_column(default="")
    """By hand, by post: in words."""
    given_on: Mapped[date | None]
