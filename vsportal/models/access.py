"""What ends sight, and what lends it for a while: ended by hand, broken glass, cover, a link to one row.

A row here outweighs what a feed says later: a late import never reopens sight that was ended by hand.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from vsportal.models.base import Base, Identified, Referred, Stamped, UTCDateTime, in_order, only_one


class AccessCut(Referred, Stamped, Base):
    """*End access now*: this person sees nothing of this child until somebody lifts it."""

    __tablename__ = "access_cut"
    __table_args__ = (
        only_one("uq_access_cut_open", "child_id", "user_id", where="lifted_at IS NULL"),
        CheckConstraint("reason <> ''", name="has_a_reason"),
        CheckConstraint("(lifted_at IS NULL) = (lifted_by_id IS NULL)", name="lifted_by_somebody"),
    )

    child_id: Mapped[int] = mapped_column(ForeignKey("child.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    cut_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    reason: Mapped[str]
    lifted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    lifted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class KeptWords(Referred, Stamped, Base):
    """What somebody was typing when their access ended: kept for the worker, not shown to the writer."""

    __tablename__ = "kept_words"
    __table_args__ = (UniqueConstraint("pep_section_id", "user_id", "field_key"),)

    pep_section_id: Mapped[int] = mapped_column(ForeignKey("pep_section.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    field_key: Mapped[str]
    """The leaf or the question they were answering."""
    text: Mapped[str]
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    read_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class BrokenGlass(Referred, Stamped, Base):
    """A worker who is not allocated opens a child's record in an emergency, for hours, with a reason."""

    __tablename__ = "broken_glass"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_it_starts"),
        CheckConstraint("reason <> ''", name="has_a_reason"),
        Index("ix_broken_glass_person", "user_id", "ends_at"),
    )

    authority_id: Mapped[int] = mapped_column(ForeignKey("authority.id"), index=True)
    child_id: Mapped[int | None] = mapped_column(ForeignKey("child.id"), index=True)
    """None when no record was found for what they entered: the try is kept too."""
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    reason: Mapped[str]
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    """When it ends by itself, or was ended."""
    read_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When a head read the report of it."""
    read_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    remark: Mapped[str] = mapped_column(default="")
    """What the head notes about it."""


class Cover(Referred, Stamped, Base):
    """Somebody stands in for a social worker who is away: the worker's children are theirs meanwhile."""

    __tablename__ = "cover"
    __table_args__ = (
        in_order(),
        CheckConstraint("worker_id <> covered_by_id", name="by_somebody_else"),
        only_one("uq_cover_same_start", "worker_id", "starts_on", where="ends_on > starts_on"),
    )

    authority_id: Mapped[int] = mapped_column(ForeignKey("authority.id"), index=True)
    worker_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    covered_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]


class RowLink(Referred, Stamped, Base):
    """A link for a subject teacher without an account: one row of one plan, two weeks, one use."""

    __tablename__ = "row_link"
    __table_args__ = (
        CheckConstraint("expires_at > created_at", name="ends_after_it_starts"),
        CheckConstraint("teacher <> ''", name="for_somebody"),
    )

    token_hash: Mapped[str] = mapped_column(unique=True)
    pep_id: Mapped[int] = mapped_column(ForeignKey("pep.id"), index=True)
    section_id: Mapped[str]
    field_id: Mapped[str]
    row: Mapped[str]
    teacher: Mapped[str]
    """The teacher's name, as the designated teacher typed it: it signs what they write."""
    made_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    opened_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    browser_hash: Mapped[str] = mapped_column(default="")
    """The browser that opened it first: no other can."""
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    comment: Mapped[str] = mapped_column(default="")
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class CardReading(Identified, Base):
    """Somebody has read the contact, collection and permission card as it stood then."""

    __tablename__ = "card_reading"
    __table_args__ = (UniqueConstraint("child_id", "user_id", "mark"),)

    child_id: Mapped[int] = mapped_column(ForeignKey("child.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    mark: Mapped[str]
    """A mark of what the card said."""
    read_at: Mapped[datetime] = mapped_column(UTCDateTime)
