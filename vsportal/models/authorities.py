"""Authorities, what each has settled for itself from a date on, and its terms.

Nothing that differs between authorities is written in Python: it is a dated row here.
"""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from vsportal.models.base import Base, Identified, Json, Referred, Stamped, in_order


class Authority(Referred, Stamped, Base):
    """A local authority with a Virtual School."""

    __tablename__ = "authority"

    name: Mapped[str] = mapped_column(unique=True)
    """The Virtual School's name, as it stands in the header."""
    short_name: Mapped[str]
    la_code: Mapped[str] = mapped_column(unique=True)
    duty_phone: Mapped[str] = mapped_column(default="")
    colour: Mapped[str] = mapped_column(default="")
    """A dark colour (#rrggbb) for its header and buttons; empty for the portal's own."""


class AuthoritySetting(Identified, Base):
    """One thing an authority has settled, from a date until it settles it anew."""

    __tablename__ = "authority_setting"
    __table_args__ = (UniqueConstraint("authority_id", "key", "starts_on"), in_order())

    authority_id: Mapped[int] = mapped_column(ForeignKey("authority.id"), index=True)
    key: Mapped[str]
    value: Mapped[Any] = mapped_column(Json)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]


class Term(Identified, Base):
    """A school term of an authority: “2026-27-autumn”, its dates and its deadline for plans."""

    __tablename__ = "term"
    __table_args__ = (
        UniqueConstraint("authority_id", "key"),
        CheckConstraint("ends_on > starts_on", name="ends_after_it_starts"),
        CheckConstraint("deadline_on >= starts_on", name="deadline_after_start"),
    )

    authority_id: Mapped[int] = mapped_column(ForeignKey("authority.id"), index=True)
    key: Mapped[str]
    name: Mapped[str]
    """“Autumn 2026”."""
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    half_term_starts_on: Mapped[date]
    half_term_ends_on: Mapped[date]
    deadline_on: Mapped[date]
    """By when plans of the term go to the Virtual School."""

    @property
    def season(self) -> str:
        """autumn, spring or summer."""
        return self.key.rpartition("-")[2]
