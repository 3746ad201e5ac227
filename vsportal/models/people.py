"""People who sign in, what each of them is and since when, and where they are signed in.

A person may hold several memberships; sight never comes from a membership alone but from a
relationship to a child (see `policy.py`).
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vsportal.models.authorities import Authority
from vsportal.models.base import Base, Identified, Referred, Stamped, UTCDateTime, in_order, one_of
from vsportal.models.schools import School


class Role(StrEnum):
    """What a membership makes somebody (`product.md`)."""

    YOUNG_PERSON = "young_person"
    CARER = "carer"
    DESIGNATED_TEACHER = "designated_teacher"
    SAFEGUARDING_LEAD = "safeguarding_lead"
    SCHOOL_STAFF = "school_staff"
    SOCIAL_WORKER = "social_worker"
    TEAM_MANAGER = "team_manager"
    INDEPENDENT_REVIEWER = "independent_reviewer"
    ADVISER = "adviser"
    HEAD = "head"
    FINANCE = "finance"
    BUSINESS_SUPPORT = "business_support"
    GOVERNOR = "governor"
    ADMINISTRATOR = "administrator"


SCHOOL_ROLES = (Role.DESIGNATED_TEACHER, Role.SAFEGUARDING_LEAD, Role.SCHOOL_STAFF)


class User(Referred, Stamped, Base):
    """A person with an account."""

    __tablename__ = "user_account"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_folded"),)

    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)
    memberships: Mapped[list["Membership"]] = relationship(back_populates="user", lazy="raise")


class Team(Identified, Base):
    """A social work team; its manager sees and covers its workers' children."""

    __tablename__ = "team"

    authority_id: Mapped[int] = mapped_column(ForeignKey("authority.id"), index=True)
    name: Mapped[str]


class Membership(Identified, Stamped, Base):
    """What somebody is, where, from and until when."""

    __tablename__ = "membership"
    __table_args__ = (
        in_order(),
        one_of("role", tuple(Role)),
        CheckConstraint(
            "(role IN ('designated_teacher', 'safeguarding_lead', 'school_staff')) = (school_id IS NOT NULL)",
            name="school_roles_have_a_school",
        ),
        CheckConstraint("(role = 'young_person') = (child_id IS NOT NULL)", name="young_person_is_a_child"),
        CheckConstraint(
            "school_id IS NOT NULL OR role = 'carer' OR authority_id IS NOT NULL",
            name="others_have_an_authority",
        ),
    )

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    role: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    """How the person is called beside the name when the role's own word will not do: “head of Year 10”."""
    authority_id: Mapped[int | None] = mapped_column(ForeignKey("authority.id"), index=True)
    school_id: Mapped[int | None] = mapped_column(ForeignKey("school.id"), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"), index=True)
    child_id: Mapped[int | None] = mapped_column(ForeignKey("child.id"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    user: Mapped[User] = relationship(back_populates="memberships", lazy="raise")
    authority: Mapped[Authority | None] = relationship(lazy="raise")
    school: Mapped[School | None] = relationship(lazy="raise")


class SignInSession(Identified, Base):
    """One device signed in; the cookie holds a token of which only the hash is kept."""

    __tablename__ = "sign_in_session"

    token_hash: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    device: Mapped[str] = mapped_column(default="")
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UTCDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    hides_names: Mapped[bool] = mapped_column(default=False)
    """On a classroom screen: initials instead of names, on this device."""
    user: Mapped[User] = relationship(lazy="raise")


class SignInFailure(Identified, Base):
    """A sign-in that failed, counted by account and by address; both only as keyed hashes."""

    __tablename__ = "sign_in_failure"
    __table_args__ = (
        one_of("kind", ("account", "address")),
        Index("ix_sign_in_failure_counted", "kind", "key", "at"),
    )

    kind: Mapped[str]
    key: Mapped[str]
    at: Mapped[datetime] = mapped_column(UTCDateTime)
