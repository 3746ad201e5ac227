"""Selects of the office about an authority's people: who belongs to it, what they are, what is missing.

People belong by a membership, by a school that teaches the authority's children, or by one of its
households. Each costs the same number of statements for one row and for fifty.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, or_, select, union

from vsportal import names, wording
from vsportal.extensions import db
from vsportal.models import (
    Allocation,
    Authority,
    CarePeriod,
    Child,
    Enrolment,
    Home,
    Household,
    HouseholdMember,
    Membership,
    Role,
    School,
    SchoolReference,
    Team,
    Term,
    User,
)
from vsportal.policy import Actor, Held, Tie, ties
from vsportal.ties import holds

A_PAGE = 50
"""Rows on a page of a list."""
SEE_ALL = (Tie.ADVISER, Tie.HEAD, Tie.BUSINESS_SUPPORT)
"""Ties to every child of an authority."""


@dataclass(frozen=True)
class Found:
    """One page of a list: its rows, how many there are in all, which page."""

    rows: Sequence[Any]
    total: int
    number: int

    @property
    def pages(self) -> int:
        """How many pages there are; at least one."""
        return max(1, -(-self.total // A_PAGE))


def a_page(rows: Sequence[Any], number: int) -> Found:
    """One page of rows that have all been read: light ones, because names are compared by their key here."""
    return Found(rows[(number - 1) * A_PAGE : number * A_PAGE], len(rows), number)


def named_like(asked: str, *texts: str) -> bool:
    """Whether each word asked for begins a word of these texts; case and marks make no difference."""
    has = names.sort_key(*texts).replace("-", " ").split()
    return all(any(h.startswith(w) for h in has) for w in names.sort_key(asked).replace("-", " ").split())


def authorities(ids: Collection[int]) -> Sequence[Authority]:
    """These authorities, by name."""
    return db.session.scalars(select(Authority).where(Authority.id.in_(ids)).order_by(Authority.name)).all()


# Who belongs to an authority ------------------------------------------------------------------------------


def used_schools(authority_id: int) -> Select[Any]:
    """The schools that teach, or taught, this authority's children, or that its records name."""
    taught = (
        select(Enrolment.school_id)
        .join(Child, Child.id == Enrolment.child_id)
        .where(Child.authority_id == authority_id)
    )
    named = select(SchoolReference.school_id).where(SchoolReference.authority_id == authority_id)
    return select(union(taught, named).subquery("used_schools").c.school_id)


def _kept_here(authority_id: int) -> ColumnElement[bool]:
    """Memberships that this authority's office sees and ends: its own, and those at the schools it uses."""
    return or_(Membership.authority_id == authority_id, Membership.school_id.in_(used_schools(authority_id)))


def _belongs(authority_id: int, *, with_children: bool) -> ColumnElement[bool]:
    """People of this authority; without the accounts of children for whoever sees no child."""
    by_role = select(Membership.user_id).where(_kept_here(authority_id))
    at_home = (
        select(HouseholdMember.user_id)
        .join(Household, Household.id == HouseholdMember.household_id)
        .where(Household.authority_id == authority_id)
    )
    found = User.id.in_(select(union(by_role, at_home).subquery("belonging").c.user_id))
    if with_children:
        return found
    is_child = exists().where(Membership.user_id == User.id, Membership.role == str(Role.YOUNG_PERSON))
    return found & ~is_child


@dataclass(frozen=True)
class Listed:
    """A person in the list of people."""

    ref: str
    name: str
    email: str
    active: bool
    can_sign_in: bool
    roles: Sequence[str]
    """What they are today, in words."""


def people(
    authority_id: int, *, asked: str, role: str, number: int, today: date, with_children: bool
) -> Found:
    """One page of an authority's people (`Listed`), found by name or e-mail address and by role of today."""
    query = select(
        User.id, User.ref, User.name, User.email, User.active, (User.password_hash != "").label("can_sign_in")
    ).where(_belongs(authority_id, with_children=with_children))
    if role:
        query = query.where(
            exists().where(
                Membership.user_id == User.id,
                Membership.role == role,
                or_(Membership.authority_id.is_(None), _kept_here(authority_id)),
                holds(Membership.starts_on, Membership.ends_on, today),
            )
        )
    rows = [r for r in db.session.execute(query) if named_like(asked, r.name, r.email)]
    found = a_page(sorted(rows, key=lambda r: (names.sort_key(r.name), r.id)), number)
    roles = _roles_of([r.id for r in found.rows], authority_id, today)
    listed = [
        Listed(r.ref, r.name, r.email, r.active, r.can_sign_in, roles.get(r.id, ())) for r in found.rows
    ]
    return Found(listed, found.total, number)


def _roles_of(user_ids: Collection[int], authority_id: int, today: date) -> dict[int, list[str]]:
    """What these people are today, as far as this authority keeps it: one statement."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = db.session.execute(
        select(Membership.user_id, Membership.role, Membership.title, School.name)
        .outerjoin(School, School.id == Membership.school_id)
        .where(
            Membership.user_id.in_(user_ids),
            or_(
                _kept_here(authority_id),
                (Membership.role == str(Role.CARER)) & Membership.authority_id.is_(None),
            ),
            holds(Membership.starts_on, Membership.ends_on, today),
        )
        .order_by(Membership.id)
    )
    for user_id, role, title, school in rows:
        found[user_id].append(wording.acting_as(role, school or "", title))
    return found


def person(authority_id: int, ref: str, *, with_children: bool) -> User | None:
    """Somebody of this authority; None for people of others, for children where none are seen, for nobody."""
    return db.session.scalar(
        select(User).where(User.ref == ref, _belongs(authority_id, with_children=with_children))
    )


def roles_of(user_id: int, authority_id: int) -> Sequence[Any]:
    """What somebody is and was here: rows of it, `school`, `school_ref` and `team`, newest first."""
    return db.session.execute(
        select(
            Membership, School.name.label("school"), School.ref.label("school_ref"), Team.name.label("team")
        )
        .outerjoin(School, School.id == Membership.school_id)
        .outerjoin(Team, Team.id == Membership.team_id)
        .where(
            Membership.user_id == user_id,
            or_(
                _kept_here(authority_id),
                (Membership.role == str(Role.CARER)) & Membership.authority_id.is_(None),
            ),
        )
        .order_by(Membership.starts_on.desc(), Membership.id.desc())
    ).all()


def is_used_elsewhere(user_id: int, authority_id: int, today: date) -> bool:
    """Whether the account is another authority's as well, so that this one may not change or close it."""
    elsewhere = select(Membership.id).where(
        Membership.user_id == user_id,
        Membership.authority_id.is_not(None),
        Membership.authority_id != authority_id,
        or_(Membership.ends_on.is_(None), Membership.ends_on > today),
    )
    cares = (
        select(HouseholdMember.id)
        .join(Household, Household.id == HouseholdMember.household_id)
        .where(
            HouseholdMember.user_id == user_id,
            Household.authority_id != authority_id,
            or_(HouseholdMember.ends_on.is_(None), HouseholdMember.ends_on > today),
        )
    )
    return bool(db.session.scalar(select(or_(elsewhere.exists(), cares.exists()))))


def children_seen_by(user: User, roles: Sequence[Any], authority_id: int, today: date) -> Sequence[Any]:
    """Children of this authority whom somebody sees by name today: rows of the child and `tie`.

    `roles`: their rows of `roles_of`. Not those whom an office or the Virtual School sees all of. One
    statement; at most fifty and one, so that a page can say there are more.
    """
    held = tuple(
        Held(m.role, m.title, m.authority_id, "", m.school_id, "", m.team_id, m.child_id)
        for m in (row.Membership for row in roles)
        if m.starts_on <= today and (m.ends_on is None or m.ends_on > today)
    )
    tied = ties(Actor(user.id, user.name, today, held))
    return db.session.execute(
        select(Child, tied.c.tie)
        .join(tied, tied.c.child_id == Child.id)
        .where(Child.authority_id == authority_id, tied.c.tie.not_in([str(t) for t in SEE_ALL]))
        .order_by(Child.sort_key, Child.id)
        .limit(A_PAGE + 1)
    ).all()


def people_with(authority_id: int, role: str, today: date) -> Sequence[Any]:
    """Who can be named as this on a day: rows of `ref` and `name` of an authority's people with the role."""
    rows = db.session.execute(
        select(User.ref, User.name)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.role == role,
            Membership.authority_id == authority_id,
            holds(Membership.starts_on, Membership.ends_on, today),
            User.active,
        )
        .distinct()
    ).all()
    return sorted(rows, key=lambda r: names.sort_key(r.name))


def terms_to_open(authority_ids: Collection[int], today: date, at_most: int = 2) -> list[str]:
    """The terms of today and to come in which plans are opened next, by key; none for no authority."""
    if not authority_ids:
        return []
    first = func.min(Term.starts_on)
    rows = db.session.execute(
        select(Term.key, first)
        .where(Term.authority_id.in_(authority_ids), Term.ends_on >= today)
        .group_by(Term.key)
        .order_by(first)
        .limit(at_most)
    )
    return [key for key, _ in rows]


# What is missing ------------------------------------------------------------------------------------------


def missing(authority_id: int, today: date) -> Any:
    """The office's counts, one row: children in care and those who lack something, people, terms ahead."""
    is_child = [
        Child.authority_id == authority_id,
        exists().where(
            CarePeriod.child_id == Child.id, holds(CarePeriod.starts_on, CarePeriod.ends_on, today)
        ),
    ]

    def children(*more: ColumnElement[bool]) -> Any:
        return select(func.count()).select_from(Child).where(*is_child, *more).scalar_subquery()

    unable = (
        select(func.count())
        .select_from(User)
        .where(
            User.active,
            User.password_hash == "",
            _belongs(authority_id, with_children=True),
            exists().where(
                Membership.user_id == User.id, holds(Membership.starts_on, Membership.ends_on, today)
            ),
        )
    )
    ahead = (
        select(func.count())
        .select_from(Term)
        .where(Term.authority_id == authority_id, Term.starts_on > today)
    )
    return db.session.execute(
        select(
            children().label("children"),
            children(*without("worker", today)).label("worker"),
            children(*without("school", today)).label("school"),
            children(*without("home", today)).label("home"),
            unable.scalar_subquery().label("unable"),
            ahead.scalar_subquery().label("terms"),
        )
    ).one()


def without(what: str, today: date) -> list[ColumnElement[bool]]:
    """Of children, those who have no social worker, school or home today; all for any other word."""
    tables: dict[str, Any] = {"worker": Allocation, "school": Enrolment, "home": Home}
    if what not in tables:
        return []
    kind = tables[what]
    also = [Allocation.role == str(Role.SOCIAL_WORKER)] if what == "worker" else []
    return [~exists().where(kind.child_id == Child.id, holds(kind.starts_on, kind.ends_on, today), *also)]
