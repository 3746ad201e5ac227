"""Quality assurance: schemes, reviews of a part with a rating for each section, actions, concerns.

A rating is never overwritten: a finished review stands, and the next one is another row.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from vsportal.models.base import Base, Identified, Json, Referred, Stamped, UTCDateTime, one_of, only_one


class Rating(StrEnum):
    """What a section or a part can be rated (`running-a-term.md`)."""

    GOLD = "gold"
    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    NOT_APPLICABLE = "not_applicable"
    NOT_COMPLETED = "not_completed"


class ReviewScheme(Referred, Stamped, Base):
    """An authority's scale, criteria and roll-up rule, one version; `body`: `reviews/schemes.py`."""

    __tablename__ = "review_scheme"
    __table_args__ = (
        UniqueConstraint("authority_id", "version"),
        one_of("state", ("draft", "published")),
        only_one("uq_review_scheme_draft", "authority_id", where="state = 'draft'"),
        CheckConstraint("(state = 'published') = (published_at IS NOT NULL)", name="published_has_a_time"),
        CheckConstraint("version > 0", name="version_counted"),
    )

    authority_id: Mapped[int] = mapped_column(ForeignKey("authority.id"), index=True)
    version: Mapped[int]
    state: Mapped[str] = mapped_column(default="draft")
    starts_on: Mapped[date]
    body: Mapped[dict[str, Any]] = mapped_column(Json)
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class Review(Referred, Stamped, Base):
    """One person's review of one part of a plan, once; `round` counts how often the part came in."""

    __tablename__ = "review"
    __table_args__ = (
        one_of("part", ("school", "care")),
        one_of("kind", ("first", "second")),
        one_of("state", ("under_way", "returned", "finished", "stopped")),
        one_of("overall", ("", *Rating)),
        CheckConstraint("(state = 'under_way') = (ended_at IS NULL)", name="ended_has_a_time"),
        CheckConstraint("state <> 'finished' OR overall <> ''", name="finished_has_a_rating"),
        CheckConstraint(
            "overall = '' OR overall = derived OR override_reason <> ''", name="override_has_a_reason"
        ),
        only_one("uq_review_under_way", "pep_id", "part", "kind", where="state = 'under_way'"),
        Index("ix_review_of_part", "pep_id", "part", "kind", "state"),
    )

    pep_id: Mapped[int] = mapped_column(ForeignKey("pep.id"))
    part: Mapped[str]
    round: Mapped[int] = mapped_column(default=1)
    kind: Mapped[str] = mapped_column(default="first")
    """`second`: a blind second rating for moderation, which moves nothing and is shown to nobody rated."""
    scheme_id: Mapped[int] = mapped_column(ForeignKey("review_scheme.id"))
    """The scheme in force when it began: it is judged by that one to its end."""
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    state: Mapped[str] = mapped_column(default="under_way")
    derived: Mapped[str] = mapped_column(default="")
    """What the roll-up rule makes of the ratings."""
    overall: Mapped[str] = mapped_column(default="")
    override_reason: Mapped[str] = mapped_column(default="")
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class SectionRating(Identified, Base):
    """What a review says of one section; it stands still when the review has ended."""

    __tablename__ = "section_rating"
    __table_args__ = (
        UniqueConstraint("review_id", "section_id"),
        one_of("rating", ("", *Rating)),
        CheckConstraint("NOT returned OR reason <> ''", name="returned_has_a_reason"),
    )

    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"), index=True)
    section_id: Mapped[str]
    rating: Mapped[str] = mapped_column(default="")
    feedback: Mapped[str] = mapped_column(default="")
    """For the section's owner, beside the questions, now and next term."""
    note: Mapped[str] = mapped_column(default="")
    """For the Virtual School alone."""
    returned: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(default="")
    """Why it goes back, for its owner."""
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)


class ReviewAction(Referred, Stamped, Base):
    """Something to be done after a review: by whom, by when, done."""

    __tablename__ = "review_action"
    __table_args__ = (CheckConstraint("what <> ''", name="says_something"),)

    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"), index=True)
    pep_id: Mapped[int] = mapped_column(ForeignKey("pep.id"), index=True)
    section_id: Mapped[str] = mapped_column(default="")
    what: Mapped[str]
    owner_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    by_on: Mapped[date]
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class Concern(Referred, Stamped, Base):
    """What an independent reviewing officer is worried about, to be answered by a date."""

    __tablename__ = "concern"
    __table_args__ = (
        CheckConstraint("words <> ''", name="says_something"),
        CheckConstraint("(answered_at IS NULL) = (answer = '')", name="answered_in_words"),
    )

    child_id: Mapped[int] = mapped_column(ForeignKey("child.id"), index=True)
    pep_id: Mapped[int | None] = mapped_column(ForeignKey("pep.id"), index=True)
    words: Mapped[str]
    raised_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    answer_by: Mapped[date]
    answer: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
