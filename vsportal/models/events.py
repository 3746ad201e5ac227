"""What was done and what was looked at: rows that are added and never changed.

Both databases refuse UPDATE and DELETE here by trigger (migration 0001).
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from vsportal.models.base import Base, Identified, Json, UTCDateTime


class AuditEvent(Identified, Base):
    """One thing done, by whom, in which role, to what, with what changed in words of the time."""

    __tablename__ = "audit_event"
    __table_args__ = (Index("ix_audit_event_child", "child_id", "at"),)

    at: Mapped[datetime] = mapped_column(UTCDateTime)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    """None when the portal itself did it."""
    actor_role: Mapped[str]
    authority_id: Mapped[int | None] = mapped_column(ForeignKey("authority.id"))
    tag: Mapped[str]
    subject_type: Mapped[str]
    subject_id: Mapped[int]
    child_id: Mapped[int | None] = mapped_column(ForeignKey("child.id"))
    changes: Mapped[list[Any]] = mapped_column(Json, default=list)
    """[{field, label, kind, old, new}], the label as it read then."""
    request_id: Mapped[str] = mapped_column(default="")


class AccessEvent(Identified, Base):
    """One look at a child's record."""

    __tablename__ = "access_event"
    __table_args__ = (Index("ix_access_event_child", "child_id", "at"),)

    at: Mapped[datetime] = mapped_column(UTCDateTime)
    actor_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    actor_role: Mapped[str]
    child_id: Mapped[int] = mapped_column(ForeignKey("child.id"))
    pep_id: Mapped[int | None] = mapped_column(ForeignKey("pep.id"))
    what: Mapped[str]
    """The page: child, pep, or a section's id."""
    request_id: Mapped[str] = mapped_column(default="")
