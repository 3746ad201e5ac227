"""Settings in the everyday sense: schools, nurseries, colleges, providers.

`School` in code, because *settings* are the portal's own; one that has no URN is one too.
"""

from datetime import date

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from vsportal.models.base import Base, Identified, Referred, Stamped, one_of


class School(Referred, Stamped, Base):
    """A place where children are taught."""

    __tablename__ = "school"
    __table_args__ = (
        one_of(
            "kind",
            ("nursery", "primary", "secondary", "all_through", "special", "college", "provider", "other"),
        ),
        Index("uq_school_ukprn", "ukprn", unique=True),
    )

    name: Mapped[str]
    kind: Mapped[str] = mapped_column(default="secondary")
    urn: Mapped[str | None] = mapped_column(unique=True)
    la_code: Mapped[str] = mapped_column(default="")
    town: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    ukprn: Mapped[str | None]
    la_name: Mapped[str] = mapped_column(default="")
    postcode: Mapped[str] = mapped_column(default="")
    trust: Mapped[str] = mapped_column(default="")


class SchoolReference(Identified, Base):
    """What one authority's own system calls a school (`setting_ref` in its files)."""

    __tablename__ = "school_reference"
    __table_args__ = (UniqueConstraint("authority_id", "setting_ref"),)

    authority_id: Mapped[int] = mapped_column(ForeignKey("authority.id"))
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"), index=True)
    setting_ref: Mapped[str]


class Inspection(Identified, Base):
    """One judgement of one inspection: newer ones have no overall grade, so each area is a row."""

    __tablename__ = "inspection"
    __table_args__ = (UniqueConstraint("school_id", "inspected_on", "framework", "area"),)

    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"), index=True)
    inspected_on: Mapped[date]
    framework: Mapped[str]
    area: Mapped[str]
    grade: Mapped[str]
