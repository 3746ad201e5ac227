"""Selects of the office about children: the list, and one child's record with all that is dated in it.

Names and dates, never an answer of a plan.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, func, or_, select, true

from vsportal import names
from vsportal.admin.queries import A_PAGE, Found, without
from vsportal.children.queries import Places, people_around, places_of
from vsportal.extensions import db
from vsportal.models import (
    Allocation,
    CarePeriod,
    Child,
    Enrolment,
    Home,
    Household,
    Membership,
    Role,
    School,
    User,
)
from vsportal.policy import Actor, Tie, ties
from vsportal.ties import holds


@dataclass(frozen=True)
class ListedChild:
    """A child in the office's list."""

    ref: str
    name: str
    born: date
    number: str
    worker: str
    places: Places
    in_care: bool


def children(actor: Actor, authority_id: int, *, asked: str, lacks: str, number: int) -> Found:
    """One page of an authority's children (`ListedChild`), by name; `lacks`: worker, school or home.

    Three statements.
    """
    tied = ties(actor)
    mine = select(tied.c.child_id).where(tied.c.tie == str(Tie.BUSINESS_SUPPORT))
    cared_for = (
        select(CarePeriod.child_id)
        .where(holds(CarePeriod.starts_on, CarePeriod.ends_on, actor.today))
        .distinct()
        .subquery("cared_for")
    )
    lacking = [*without(lacks, actor.today), cared_for.c.child_id.is_not(None)] if lacks else []
    words = names.sort_key(asked).split()[:6]
    rows = db.session.execute(
        select(Child, cared_for.c.child_id.label("cared_for"), func.count().over().label("total"))
        .outerjoin(cared_for, cared_for.c.child_id == Child.id)
        .where(
            Child.authority_id == authority_id,
            Child.id.in_(mine),
            *lacking,
            or_(and_(true(), *(_begins(word) for word in words)), Child.social_care_id == (asked or None)),
        )
        .order_by(Child.sort_key, Child.id)
        .limit(A_PAGE)
        .offset((number - 1) * A_PAGE)
    ).all()
    ids = [row.Child.id for row in rows]
    around, places = people_around(ids, actor.today), places_of(ids, actor.today)
    return Found(
        [
            ListedChild(
                row.Child.ref,
                row.Child.full_name,
                row.Child.date_of_birth,
                row.Child.social_care_id or "",
                ", ".join(p.name for p in around.get(row.Child.id, ()) if p.role == Tie.SOCIAL_WORKER),
                places.get(row.Child.id, Places()),
                row.cared_for is not None,
            )
            for row in rows
        ],
        rows[0].total if rows else 0,
        number,
    )


def _begins(word: str) -> Any:
    """A word begins a name of the child, or a part of one after its hyphen."""
    return or_(
        Child.sort_key.startswith(word, autoescape=True),
        Child.sort_key.contains(f" {word}", autoescape=True),
        Child.sort_key.contains(f"-{word}", autoescape=True),
    )


@dataclass(frozen=True)
class Record:
    """All that is dated in a child's record, each the latest first."""

    care: Sequence[CarePeriod]
    homes: Sequence[Any]
    """Rows of the home, `household` and `household_ref`."""
    schools: Sequence[Any]
    """Rows of the enrolment, `school` and `school_ref`."""
    workers: Sequence[Any]
    """Rows of the allocation and `worker`."""
    accounts: Sequence[Any]
    """Rows of the young person's membership, `email` and `active`."""

    def open_care(self) -> CarePeriod | None:
        """The time in care that has no end yet."""
        return next((c for c in self.care if c.ends_on is None), None)

    def open_schools(self) -> list[Any]:
        """Places on roll without an end: two when the child is registered at two schools."""
        return [row for row in self.schools if row.Enrolment.ends_on is None]

    def open_workers(self, role: str) -> list[Any]:
        """Who is named in this role, without an end."""
        return [row for row in self.workers if row.Allocation.role == role and row.Allocation.ends_on is None]

    def open_home(self) -> Any | None:
        """Where the child lives, without an end."""
        return next((row for row in self.homes if row.Home.ends_on is None), None)


def record_of(child_id: int) -> Record:
    """A child's record: five statements."""
    care = db.session.scalars(
        select(CarePeriod).where(CarePeriod.child_id == child_id).order_by(CarePeriod.starts_on.desc())
    ).all()
    homes = db.session.execute(
        select(Home, Household.name.label("household"), Household.ref.label("household_ref"))
        .outerjoin(Household, Household.id == Home.household_id)
        .where(Home.child_id == child_id)
        .order_by(Home.starts_on.desc(), Home.id.desc())
    ).all()
    schools = db.session.execute(
        select(Enrolment, School.name.label("school"), School.ref.label("school_ref"))
        .join(School, School.id == Enrolment.school_id)
        .where(Enrolment.child_id == child_id)
        .order_by(Enrolment.starts_on.desc(), Enrolment.id.desc())
    ).all()
    workers = db.session.execute(
        select(Allocation, User.name.label("worker"))
        .join(User, User.id == Allocation.user_id)
        .where(Allocation.child_id == child_id)
        .order_by(Allocation.starts_on.desc(), Allocation.id.desc())
    ).all()
    accounts = db.session.execute(
        select(Membership, User.email, User.active)
        .join(User, User.id == Membership.user_id)
        .where(Membership.child_id == child_id, Membership.role == str(Role.YOUNG_PERSON))
        .order_by(Membership.starts_on.desc())
    ).all()
    return Record(care, homes, schools, workers, accounts)
