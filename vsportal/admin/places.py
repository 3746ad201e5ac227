"""Selects of the office about places: schools and inspections, teams, households and who lives there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import or_, select

from vsportal import names
from vsportal.admin.queries import Found, a_page, named_like, used_schools
from vsportal.extensions import db
from vsportal.models import (
    AuthoritySetting,
    Child,
    Home,
    Household,
    HouseholdMember,
    Inspection,
    Membership,
    Role,
    School,
    Team,
    Term,
    User,
)
from vsportal.ties import holds

# Schools ------------------------------------------------------------------------------------------------

SCHOOL = (School.id, School.ref, School.name, School.kind, School.town, School.urn)


@dataclass(frozen=True)
class ListedSchool:
    """A school in the list of schools."""

    ref: str
    name: str
    kind: str
    town: str
    teachers: Sequence[str]
    """Its designated teachers today."""


def schools(asked: str, number: int, today: date) -> Found:
    """One page of all schools (`ListedSchool`), found by name, town or URN: two statements."""
    rows = [
        r for r in db.session.execute(select(*SCHOOL)) if r.urn == asked or named_like(asked, r.name, r.town)
    ]
    found = a_page(sorted(rows, key=lambda r: (names.sort_key(r.name), r.id)), number)
    teachers: dict[int, list[str]] = defaultdict(list)
    for school_id, name in db.session.execute(
        select(Membership.school_id, User.name)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.school_id.in_([r.id for r in found.rows]),
            Membership.role == str(Role.DESIGNATED_TEACHER),
            holds(Membership.starts_on, Membership.ends_on, today),
        )
        .order_by(User.name)
    ):
        teachers[school_id or 0].append(name)
    listed = [ListedSchool(r.ref, r.name, r.kind, r.town, teachers.get(r.id, ())) for r in found.rows]
    return Found(listed, found.total, number)


def school(ref: str) -> School | None:
    """The school with this reference."""
    return db.session.scalar(select(School).where(School.ref == ref))


def schools_like(typed: str, at_most: int = 12) -> list[Any]:
    """The schools that somebody may mean: the one of exactly this name or URN, else all like it."""
    rows = db.session.execute(select(*SCHOOL)).all()
    key = names.sort_key(typed)
    exact = [r for r in rows if r.urn == typed.strip() or names.sort_key(r.name) == key]
    if len(exact) == 1:
        return exact
    like = [r for r in rows if named_like(typed, r.name, r.town)] if key else []
    return sorted(exact or like, key=lambda r: names.sort_key(r.name))[:at_most]


def staff_of(school_id: int, today: date) -> Sequence[Any]:
    """Who has a role at a school today or will have one: rows of the membership, `name` and `ref`."""
    return db.session.execute(
        select(Membership, User.name, User.ref, User.active)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.school_id == school_id, or_(Membership.ends_on.is_(None), Membership.ends_on > today)
        )
        .order_by(Membership.role, User.name)
    ).all()


def inspections_of(school_id: int) -> Sequence[Inspection]:
    """What inspections found, latest first; old and new frameworks are never mixed."""
    return db.session.scalars(
        select(Inspection)
        .where(Inspection.school_id == school_id)
        .order_by(Inspection.inspected_on.desc(), Inspection.framework, Inspection.area)
    ).all()


def is_used(authority_id: int, school_id: int) -> bool:
    """Whether a school teaches or taught children of this authority, or its records name it."""
    found = select(School.id).where(School.id == school_id, School.id.in_(used_schools(authority_id)))
    return db.session.scalar(found) is not None


# Teams --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ListedTeam:
    """A team with who manages it and who works in it today: pairs of a reference and a name."""

    id: int
    name: str
    managers: Sequence[tuple[str, str]]
    workers: Sequence[tuple[str, str]]


def teams(authority_id: int, today: date) -> list[ListedTeam]:
    """An authority's teams: two statements."""
    rows = db.session.execute(
        select(Team.id, Team.name).where(Team.authority_id == authority_id).order_by(Team.name)
    ).all()
    found: dict[tuple[int, str], list[tuple[str, str]]] = defaultdict(list)
    for team_id, role, ref, name in db.session.execute(
        select(Membership.team_id, Membership.role, User.ref, User.name)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.team_id.in_([r.id for r in rows]),
            holds(Membership.starts_on, Membership.ends_on, today),
        )
        .order_by(User.name)
    ):
        found[team_id or 0, role].append((ref, name))
    return [
        ListedTeam(r.id, r.name, found[r.id, Role.TEAM_MANAGER], found[r.id, Role.SOCIAL_WORKER])
        for r in rows
    ]


def team_choices(authority_id: int) -> list[tuple[str, str]]:
    """An authority's teams, to be chosen from: their number and name."""
    rows = db.session.execute(
        select(Team.id, Team.name).where(Team.authority_id == authority_id).order_by(Team.name)
    )
    return [(str(team_id), name) for team_id, name in rows]


def team(authority_id: int, number: str) -> Team | None:
    """A team of this authority, by the number its choice sends; None for nothing and for others'."""
    if not number.isdecimal():
        return None
    return db.session.scalar(select(Team).where(Team.id == int(number), Team.authority_id == authority_id))


# Households ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ListedHousehold:
    """A household in the list: who belongs to it today, and how many children live there."""

    ref: str
    name: str
    kind: str
    people: Sequence[str]
    children: int


def households(authority_id: int, asked: str, number: int, today: date) -> Found:
    """One page of an authority's households (`ListedHousehold`), by name: three statements."""
    query = select(Household.id, Household.ref, Household.name, Household.kind, Household.external_ref)
    rows = [
        r
        for r in db.session.execute(query.where(Household.authority_id == authority_id))
        if r.external_ref == asked or named_like(asked, r.name)
    ]
    found = a_page(sorted(rows, key=lambda r: (names.sort_key(r.name), r.id)), number)
    ids = [r.id for r in found.rows]
    people, children = _members(ids, today), _lodgers(ids, today)
    listed = [
        ListedHousehold(r.ref, r.name, r.kind, people.get(r.id, ()), children.get(r.id, 0))
        for r in found.rows
    ]
    return Found(listed, found.total, number)


def _members(ids: Collection[int], today: date) -> dict[int, list[str]]:
    """Who belongs to each of these households today."""
    found: dict[int, list[str]] = defaultdict(list)
    for household_id, name in db.session.execute(
        select(HouseholdMember.household_id, User.name)
        .join(User, User.id == HouseholdMember.user_id)
        .where(
            HouseholdMember.household_id.in_(ids),
            holds(HouseholdMember.starts_on, HouseholdMember.ends_on, today),
        )
        .order_by(User.name)
    ):
        found[household_id].append(name)
    return found


def _lodgers(ids: Collection[int], today: date) -> dict[int, int]:
    """How many children live in each of these households today."""
    found: dict[int, int] = defaultdict(int)
    for household_id in db.session.scalars(
        select(Home.household_id).where(
            Home.household_id.in_(ids), holds(Home.starts_on, Home.ends_on, today)
        )
    ):
        found[household_id or 0] += 1
    return found


def household(ref: str, authority_ids: Collection[int]) -> Household | None:
    """A household of one of these authorities."""
    return db.session.scalar(
        select(Household).where(Household.ref == ref, Household.authority_id.in_(authority_ids))
    )


def household_choices(authority_id: int) -> list[tuple[str, str]]:
    """An authority's households, to be chosen from: reference and name."""
    rows = db.session.execute(
        select(Household.ref, Household.name).where(Household.authority_id == authority_id)
    )
    return sorted(((ref, name) for ref, name in rows), key=lambda r: names.sort_key(r[1]))


def members_of(household_id: int) -> Sequence[Any]:
    """Who belongs or belonged to a household: rows of it, `name` and `ref`, those of today first."""
    return db.session.execute(
        select(HouseholdMember, User.name, User.ref)
        .join(User, User.id == HouseholdMember.user_id)
        .where(HouseholdMember.household_id == household_id)
        .order_by(HouseholdMember.ends_on.desc().nulls_first(), User.name)
    ).all()


def children_in(household_id: int) -> Sequence[Any]:
    """Which children live and lived there: rows of the home and the child, those of today first."""
    return db.session.execute(
        select(Home, Child)
        .join(Child, Child.id == Home.child_id)
        .where(Home.household_id == household_id)
        .order_by(Home.ends_on.desc().nulls_first(), Home.starts_on.desc(), Child.sort_key)
    ).all()


# Dates and settings -------------------------------------------------------------------------------------


def terms(authority_id: int) -> Sequence[Term]:
    """An authority's terms, the latest first."""
    return db.session.scalars(
        select(Term).where(Term.authority_id == authority_id).order_by(Term.starts_on.desc())
    ).all()


def settings(authority_id: int) -> dict[str, list[AuthoritySetting]]:
    """What an authority has settled, by key, the latest first."""
    found: dict[str, list[AuthoritySetting]] = defaultdict(list)
    for row in db.session.scalars(
        select(AuthoritySetting)
        .where(AuthoritySetting.authority_id == authority_id)
        .order_by(AuthoritySetting.starts_on.desc())
    ):
        found[row.key].append(row)
    return found
