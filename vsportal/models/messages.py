"""The outbox: mail waits here, is sent once, and can be stopped while it waits."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from vsportal.models.base import Base, Referred, Stamped, UTCDateTime


class Mail(Referred, Stamped, Base):
    """One mail to one person. It says that something waits, never whom it is about (rule 8)."""

    __tablename__ = "mail"
    __table_args__ = (
        Index("ix_mail_waiting", "sent_at", "stopped_at", "due_at"),
        CheckConstraint("attempts >= 0", name="attempts_counted"),
        CheckConstraint("sent_at IS NULL OR stopped_at IS NULL", name="sent_or_stopped"),
    )

    key: Mapped[str] = mapped_column(unique=True)
    """What makes it this mail: a second of the same key is refused, so nothing is sent twice."""
    kind: Mapped[str]
    to_user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    to_address: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    child_id: Mapped[int | None] = mapped_column(ForeignKey("child.id"), index=True)
    """The child it is about, so that it can be stopped when sight ends."""
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    claimed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    stopped_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(default="")
