"""What is on record of an authority, read in a few selects however many rows a file has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import func, select, union_all

from vsportal.extensions import db
from vsportal.models import (
    Allocation,
    CarePeriod,
    Child,
    Enrolment,
    Home,
    Household,
    HouseholdMember,
    Inspection,
    Membership,
    School,
    SchoolReference,
    Team,
    User,
)

AT_ONCE = 5_000
"""Values in one IN: both databases take more, neither takes any number."""


def in_parts(values: Iterable[Any]) -> Iterator[list[Any]]:
    """Different values, so many at a time, in order."""
    listed = sorted(set(values))
    for start in range(0, len(listed), AT_ONCE):
        yield listed[start : start + AT_ONCE]


# Children ---------------------------------------------------------------------------------------------------


def children(authority_id: int) -> dict[str, Child]:
    """The authority's children by its own numbers."""
    rows = db.session.scalars(
        select(Child).where(Child.authority_id == authority_id, Child.social_care_id.is_not(None))
    )
    return {str(child.social_care_id): child for child in rows}


def upns(wanted: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Which of these UPNs are somebody's: number of the child, and of the child's authority."""
    found: dict[str, tuple[int, int]] = {}
    for part in in_parts(wanted):
        rows = db.session.execute(select(Child.upn, Child.id, Child.authority_id).where(Child.upn.in_(part)))
        found |= {str(upn): (child_id, authority_id) for upn, child_id, authority_id in rows}
    return found


def first_days(authority_id: int) -> dict[int, Any]:
    """The first day on which anything is on record of each child: nobody is born later."""
    tables = (CarePeriod, Home, Enrolment)
    days = union_all(
        *(select(t.child_id.label("child_id"), t.starts_on.label("day")) for t in tables)
    ).subquery()
    rows = db.session.execute(
        select(days.c.child_id, func.min(days.c.day))
        .join(Child, Child.id == days.c.child_id)
        .where(Child.authority_id == authority_id)
        .group_by(days.c.child_id)
    )
    return {child_id: day for child_id, day in rows}  # noqa: C416  a row is no pair to the type checker


def dated(table: type[Any], authority_id: int) -> dict[int, list[Any]]:
    """All rows of a dated table of the authority's children, by child, in order."""
    rows = db.session.scalars(
        select(table)
        .join(Child, Child.id == table.child_id)
        .where(Child.authority_id == authority_id)
        .order_by(table.starts_on, table.id)
    )
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.child_id].append(row)
    return found


# Homes, workers, schools: what children are tied to ---------------------------------------------------------


def households(authority_id: int) -> list[Household]:
    """The authority's households."""
    return list(db.session.scalars(select(Household).where(Household.authority_id == authority_id)))


def members(authority_id: int) -> dict[tuple[int, int], list[HouseholdMember]]:
    """Who belongs or belonged to the authority's households, by household and person."""
    rows = db.session.scalars(
        select(HouseholdMember)
        .join(Household, Household.id == HouseholdMember.household_id)
        .where(Household.authority_id == authority_id)
    )
    found: dict[tuple[int, int], list[HouseholdMember]] = defaultdict(list)
    for row in rows:
        found[row.household_id, row.user_id].append(row)
    return found


class Worker(NamedTuple):
    """Somebody who holds, or held, a role for the authority."""

    user_id: int
    email: str
    name: str
    role: str
    ends_on: Any


def workers(authority_id: int, roles: Sequence[str]) -> list[Worker]:
    """Who holds or held these roles for the authority."""
    rows = db.session.execute(
        select(User.id, User.email, User.name, Membership.role, Membership.ends_on)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.authority_id == authority_id, Membership.role.in_(roles))
    )
    return [Worker(*row) for row in rows]


def allocated_names(authority_id: int) -> dict[int, str]:
    """The names of everybody who is or was allocated to one of the authority's children."""
    ids = (
        select(Allocation.user_id)
        .join(Child, Child.id == Allocation.child_id)
        .where(Child.authority_id == authority_id)
    )
    rows = db.session.execute(select(User.id, User.name).where(User.id.in_(ids)))
    return {user_id: name for user_id, name in rows}  # noqa: C416


def schools(authority_id: int) -> dict[str, School]:
    """The settings that the authority has its own numbers for."""
    rows = db.session.execute(
        select(SchoolReference.setting_ref, School)
        .join(School, School.id == SchoolReference.school_id)
        .where(SchoolReference.authority_id == authority_id)
    )
    return {ref: school for ref, school in rows}  # noqa: C416


def attended(authority_id: int) -> dict[int, str]:
    """The names of the settings where the authority's children are or were on roll."""
    ids = (
        select(Enrolment.school_id)
        .join(Child, Child.id == Enrolment.child_id)
        .where(Child.authority_id == authority_id)
    )
    rows = db.session.execute(select(School.id, School.name).where(School.id.in_(ids)))
    return {school_id: name for school_id, name in rows}  # noqa: C416


def schools_by(column: Any, wanted: Iterable[str]) -> dict[str, School]:
    """Settings by their URN or UKPRN."""
    found: dict[str, School] = {}
    for part in in_parts(wanted):
        found |= {
            getattr(s, column.key): s for s in db.session.scalars(select(School).where(column.in_(part)))
        }
    return found


def shared(authority_id: int, school_ids: Iterable[int]) -> set[int]:
    """Which of these settings another authority uses as well: by its own number, or for a child."""
    found: set[int] = set()
    for part in in_parts(school_ids):
        found |= set(
            db.session.scalars(
                select(SchoolReference.school_id).where(
                    SchoolReference.school_id.in_(part), SchoolReference.authority_id != authority_id
                )
            )
        )
        found |= set(
            db.session.scalars(
                select(Enrolment.school_id)
                .join(Child, Child.id == Enrolment.child_id)
                .where(Enrolment.school_id.in_(part), Child.authority_id != authority_id)
                .distinct()
            )
        )
    return found


def inspections(school_ids: Iterable[int]) -> dict[tuple[Any, ...], Inspection]:
    """The inspections of these settings, by what names one."""
    found: dict[tuple[Any, ...], Inspection] = {}
    for part in in_parts(school_ids):
        for row in db.session.scalars(select(Inspection).where(Inspection.school_id.in_(part))):
            found[row.school_id, row.inspected_on, row.framework, row.area] = row
    return found


# People -----------------------------------------------------------------------------------------------------


def users(emails: Iterable[str]) -> dict[str, User]:
    """People by e-mail address, whichever authority knows them."""
    found: dict[str, User] = {}
    for part in in_parts(emails):
        found |= {user.email: user for user in db.session.scalars(select(User).where(User.email.in_(part)))}
    return found


def memberships(user_ids: Iterable[int]) -> dict[int, list[Membership]]:
    """Everything these people are and were."""
    found: dict[int, list[Membership]] = defaultdict(list)
    for part in in_parts(user_ids):
        for row in db.session.scalars(select(Membership).where(Membership.user_id.in_(part))):
            found[row.user_id].append(row)
    return found


def teams(authority_id: int) -> dict[str, Team]:
    """The authority's teams by name."""
    rows = db.session.scalars(select(Team).where(Team.authority_id == authority_id).order_by(Team.id.desc()))
    return {team.name: team for team in rows}
