"""Children, their time in care, the homes they live in, who works with them, where they are on roll.

Every relationship has a first day and an end (the first day on which it no longer holds); sight
follows what holds today.
"""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vsportal import names
from vsportal.models.base import Base, Identified, Json, Referred, Stamped, in_order, one_of, only_one
from vsportal.models.schools import School


class Child(Referred, Stamped, Base):
    """A child or young person the authority looks after."""

    __tablename__ = "child"
    __table_args__ = (
        one_of("sex", ("", "M", "F", "U")),
        one_of("sen_status", ("", "N", "K", "E")),
        UniqueConstraint("authority_id", "social_care_id"),
        CheckConstraint("sort_key <> ''", name="can_be_found"),
    )

    authority_id: Mapped[int] = mapped_column(ForeignKey("authority.id"), index=True)
    social_care_id: Mapped[str | None]
    upn: Mapped[str | None] = mapped_column(unique=True)
    first_name: Mapped[str]
    last_name: Mapped[str]
    known_as: Mapped[str] = mapped_column(default="")
    """The first name the child goes by, when it is not the legal one."""
    sort_key: Mapped[str] = mapped_column(index=True)
    """All names without case and marks, for sorting and search (`names.sort_key`)."""
    date_of_birth: Mapped[date]
    sex: Mapped[str] = mapped_column(default="")
    pronouns: Mapped[str] = mapped_column(default="")
    ethnicity: Mapped[str] = mapped_column(default="")
    first_language: Mapped[str] = mapped_column(default="")
    uasc: Mapped[bool] = mapped_column(default=False)
    sen_status: Mapped[str] = mapped_column(default="")
    """N, K or E, as the authority's own system has it; empty when it does not say."""
    sen_need: Mapped[str] = mapped_column(default="")

    @property
    def called(self) -> str:
        """The first name on screen; an initial while names are hidden, so never what is kept."""
        return names.shown(self.known_as or self.first_name)

    @property
    def full_name(self) -> str:
        """Known-as first name and last name, on screen."""
        return names.shown(self.known_as or self.first_name, self.last_name)

    @property
    def legal_name(self) -> str:
        """First and last name as registered, on screen."""
        return names.shown(self.first_name, self.last_name)


class CarePeriod(Identified, Base):
    """A time of being looked after, with its legal status."""

    __tablename__ = "care_period"
    __table_args__ = (in_order(), only_one("uq_care_period_open", "child_id"))

    child_id: Mapped[int] = mapped_column(ForeignKey("child.id"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    legal_status: Mapped[str]
    legal_status_from: Mapped[date]
    end_reason: Mapped[str] = mapped_column(default="")


class Household(Referred, Base):
    """A home as one thing: foster or kinship carers, a parent, a residential home with its staff."""

    __tablename__ = "household"
    __table_args__ = (
        one_of("kind", ("foster", "kinship", "residential", "supported", "parent")),
        Index("uq_household_external_ref", "authority_id", "external_ref", unique=True),
    )

    authority_id: Mapped[int] = mapped_column(ForeignKey("authority.id"), index=True)
    kind: Mapped[str]
    name: Mapped[str]
    """How the portal calls it: “Tina and Paul Marlowe”, “Beck House”."""
    external_ref: Mapped[str | None]
    """What the authority's own system calls it (`household_ref` in its files)."""
    address: Mapped[str] = mapped_column(default="")
    """Shown only after a press that is recorded; never printed, mailed or exported."""
    phone: Mapped[str] = mapped_column(default="")


class HouseholdMember(Identified, Base):
    """A person with an account in a household."""

    __tablename__ = "household_member"
    __table_args__ = (in_order(), only_one("uq_household_member_open", "household_id", "user_id"))

    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]


class Home(Identified, Base):
    """A child living somewhere, from and until."""

    __tablename__ = "home"
    __table_args__ = (in_order(), only_one("uq_home_open", "child_id"))

    child_id: Mapped[int] = mapped_column(ForeignKey("child.id"), index=True)
    household_id: Mapped[int | None] = mapped_column(ForeignKey("household.id"), index=True)
    placement_code: Mapped[str]
    in_area: Mapped[bool] = mapped_column(default=True)
    address_secret: Mapped[bool] = mapped_column(default=False)
    """Nobody at school may learn where it is."""
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    household: Mapped[Household | None] = relationship(lazy="raise")


class Allocation(Identified, Base):
    """A named worker of a child, dated."""

    __tablename__ = "allocation"
    __table_args__ = (
        in_order(),
        one_of("role", ("social_worker", "adviser", "independent_reviewer")),
        only_one("uq_allocation_open", "child_id", "role"),
    )

    child_id: Mapped[int] = mapped_column(ForeignKey("child.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    role: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]


class Enrolment(Identified, Base):
    """A child on a school's roll. Two may be open at once (dual registration)."""

    __tablename__ = "enrolment"
    __table_args__ = (
        in_order(),
        only_one("uq_enrolment_open", "child_id", "school_id"),
        CheckConstraint("nc_year BETWEEN -2 AND 14", name="nc_year_exists"),
    )

    child_id: Mapped[int] = mapped_column(ForeignKey("child.id"), index=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    nc_year: Mapped[int]
    """National curriculum year; 0 is Reception."""
    hours: Mapped[int | None]
    """Hours a week."""
    reason_left: Mapped[str] = mapped_column(default="")
    school: Mapped[School] = relationship(lazy="raise")


class Delegation(Identified, Stamped, Base):
    """Named sections of a child lent to a colleague at the same school until a date."""

    __tablename__ = "delegation"
    __table_args__ = (
        in_order(),
        CheckConstraint("user_id <> granted_by_id", name="to_somebody_else"),
    )

    child_id: Mapped[int] = mapped_column(ForeignKey("child.id"), index=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    granted_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    sections: Mapped[list[str]] = mapped_column(Json)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
