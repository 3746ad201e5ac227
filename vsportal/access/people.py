"""Who can see a child's record today, by which ties, since and until when: `ties.py` from the child's side.

A test holds the two together: whoever has a tie by `ties.ties` is here by the same tie, and nobody else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Select, case, cast, func, literal, null, select, union_all
from sqlalchemy.orm import aliased
from sqlalchemy.types import Date, Integer, String

from vsportal import clock, wording
from vsportal.database import read_columns
from vsportal.extensions import db
from vsportal.filters import clock_time, day, listed
from vsportal.models import (
    Allocation,
    BrokenGlass,
    Child,
    Cover,
    Delegation,
    Enrolment,
    Home,
    Household,
    HouseholdMember,
    Membership,
    Role,
    School,
    User,
)
from vsportal.models.base import UTCDateTime
from vsportal.policy import ORDER, Tie
from vsportal.ties import STANDS_IN, holds, is_cut

BY_ROLE = frozenset({Tie.ADVISER, Tie.HEAD, Tie.BUSINESS_SUPPORT})
"""Ties to every child of an authority."""
KINDS_OF_HOME = {"foster": "foster carer", "kinship": "kinship carer", "supported": "worker"}


@dataclass(frozen=True)
class Way:
    """One tie of somebody, and what it is by."""

    tie: Tie
    place: str = ""
    """The school, the home, or the worker whose children they cover."""
    kind: str = ""
    """Of a home: what kind."""
    since: date | None = None
    until: date | None = None
    until_at: datetime | None = None
    by: int | None = None
    """The number of the household or delegation."""

    @property
    def words(self) -> str:
        """Why they can see it: “foster carer, Tina and Paul Marlowe, since 3 May 2026”."""
        if self.tie == Tie.DUTY_WORKER and self.until_at:
            return f"opened it in an emergency, until {clock_time(self.until_at)} on {day(self.until_at)}"
        when = f"since {day(self.since)}" if self.since else ""
        if self.until:
            when = f"until {day(self.until)}"
        return ", ".join(w for w in (*self._what(), when) if w)

    def _what(self) -> tuple[str, str]:
        if self.tie in (Tie.CARER, Tie.PARENT):
            known = "parent" if self.tie == Tie.PARENT else KINDS_OF_HOME.get(self.kind, "carer")
            return known, self.place
        if self.tie == Tie.SOCIAL_WORKER and self.place:
            return f"stands in for {self.place}", ""
        if self.tie == Tie.TEAM_MANAGER:
            return "team manager", f"of {self.place}"
        if self.tie == Tie.ALLOCATED_ADVISER:
            return "named Virtual School adviser", ""
        return wording.role_words(self.tie), self.place


@dataclass(frozen=True)
class Person:
    """Somebody who can see a child's record today, with every tie they have."""

    user_id: int
    ref: str
    name: str
    title: str
    ways: tuple[Way, ...]

    @cached_property
    def ties(self) -> frozenset[Tie]:
        """Their ties, as in `Seen`."""
        return frozenset(way.tie for way in self.ways)

    @property
    def first_name(self) -> str:
        """As a child knows them."""
        return self.name.split(" ")[0]

    @property
    def household_id(self) -> int | None:
        """The home they belong to."""
        return next((w.by for w in self.ways if w.tie in (Tie.CARER, Tie.PARENT)), None)

    @property
    def is_by_role_only(self) -> bool:
        """One of the Virtual School's people, who see every child of the authority."""
        return self.ties <= BY_ROLE

    @property
    def why(self) -> str:
        """All their ways in one sentence, the closest first; their own title beside the first."""
        ways = [w for w in self.ways if w.tie not in BY_ROLE] or list(self.ways)
        words = listed(dict.fromkeys(w.words for w in ways))
        return f"{self.title}, {words}" if self.title and self.title not in words else words


def people_who_see(child: Child, today: date) -> list[Person]:
    """Everybody with a tie to the child at this moment, in the order of `policy.Tie`, then by name.

    Accounts that are closed and people whose access was ended by hand have none. One statement.
    """
    everybody = union_all(*_ways(child, today, clock.now())).subquery("everybody")
    rows = read_columns(select(everybody).where(~is_cut(literal(child.id), everybody.c.user_id)), {})
    found: dict[int, Person] = {}
    for row in sorted(rows, key=lambda r: ORDER.index(Tie(r.tie))):
        since = max((d for d in (row.since, row.since_too) if d), default=None)
        way = Way(Tie(row.tie), row.place, row.kind, since, row.until, row.until_at, row.by)
        known = found.get(row.user_id) or Person(row.user_id, row.ref, row.name, row.title, ())
        if way not in known.ways:
            found[row.user_id] = replace(known, ways=(*known.ways, way))
    return sorted(found.values(), key=lambda p: (ORDER.index(p.ways[0].tie), p.name))


def sections_lent(people: Iterable[Person]) -> dict[int, list[str]]:
    """Ids of the sections that each of these delegations lends, by its number; none asked, no statement."""
    ids = {w.by for p in people for w in p.ways if w.tie == Tie.DELEGATE and w.by}
    if not ids:
        return {}
    rows = db.session.execute(select(Delegation.id, Delegation.sections).where(Delegation.id.in_(ids)))
    return {number: list(sections) for number, sections in rows}


# Each way, as a select ----------------------------------------------------------------------------------


def _ways(child: Child, today: date, now: datetime) -> Iterable[Select[Any]]:
    """A select for each way in which somebody is tied to this child."""
    held = holds(Membership.starts_on, Membership.ends_on, today)
    yield from _young_person_and_home(child, today, held)
    yield from _school(child, today, held)
    yield from _allocated(child, today, held)
    yield from _for_a_while(child, today, now)
    yield (
        _way(Membership.role)
        .select_from(Membership)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.authority_id == child.authority_id,
            Membership.role.in_([str(tie) for tie in BY_ROLE]),
            held,
            User.active,
        )
    )


def _way(
    tie: Any,  # a column or an expression, as all below
    *,
    place: Any = None,
    kind: Any = None,
    since: Any = None,
    since_too: Any = None,
    until: Any = None,
    until_at: Any = None,
    by: Any = None,
    title: Any = Membership.title,
) -> Select[Any]:
    """One way; the caller joins what it names, and the account."""
    nothing, no_day = literal("", String), cast(null(), Date)  # PostgreSQL wants to know of what kind
    return select(
        tie.label("tie"),
        User.id.label("user_id"),
        User.ref.label("ref"),
        User.name.label("name"),
        title.label("title"),
        (nothing if place is None else place).label("place"),
        (nothing if kind is None else kind).label("kind"),
        (no_day if since is None else since).label("since"),
        (no_day if since_too is None else since_too).label("since_too"),
        (no_day if until is None else until).label("until"),
        (cast(null(), UTCDateTime) if until_at is None else until_at).label("until_at"),
        (cast(null(), Integer) if by is None else by).label("by"),
    )


def _young_person_and_home(child: Child, today: date, held: Any) -> Iterable[Select[Any]]:
    yield (
        _way(Membership.role)
        .select_from(Membership)
        .join(User, User.id == Membership.user_id)
        .where(Membership.child_id == child.id, Membership.role == str(Role.YOUNG_PERSON), held, User.active)
    )
    tie = case((Household.kind == "parent", str(Tie.PARENT)), else_=str(Tie.CARER))
    yield (
        _way(
            tie,
            place=Household.name,
            kind=Household.kind,
            since=Home.starts_on,
            since_too=HouseholdMember.starts_on,
            by=Household.id,
        )
        .select_from(Home)
        .join(Household, Household.id == Home.household_id)
        .join(HouseholdMember, HouseholdMember.household_id == Household.id)
        .join(User, User.id == HouseholdMember.user_id)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Home.child_id == child.id,
            holds(Home.starts_on, Home.ends_on, today),
            holds(HouseholdMember.starts_on, HouseholdMember.ends_on, today),
            Membership.role == str(Role.CARER),
            held,
            User.active,
        )
    )


def _school(child: Child, today: date, held: Any) -> Iterable[Select[Any]]:
    on_roll = [Enrolment.child_id == child.id, holds(Enrolment.starts_on, Enrolment.ends_on, today)]
    yield (
        _way(
            Membership.role,
            place=School.name,
            since=Enrolment.starts_on,
            since_too=Membership.starts_on,
        )
        .select_from(Enrolment)
        .join(School, School.id == Enrolment.school_id)
        .join(Membership, Membership.school_id == School.id)
        .join(User, User.id == Membership.user_id)
        .where(
            *on_roll,
            Membership.role.in_([str(Role.DESIGNATED_TEACHER), str(Role.SAFEGUARDING_LEAD)]),
            held,
            User.active,
        )
    )
    yield (
        _way(
            literal(str(Tie.DELEGATE)),
            place=School.name,
            until=Delegation.ends_on,
            by=Delegation.id,
            title=literal("", String),
        )
        .select_from(Delegation)
        .join(
            Enrolment,
            (Enrolment.child_id == Delegation.child_id) & (Enrolment.school_id == Delegation.school_id),
        )
        .join(School, School.id == Delegation.school_id)
        .join(User, User.id == Delegation.user_id)
        .join(
            Membership,
            (Membership.user_id == User.id) & (Membership.school_id == Delegation.school_id),
        )
        .where(
            *on_roll,
            holds(Delegation.starts_on, Delegation.ends_on, today),
            held,
            User.active,
        )
    )


def _allocated(child: Child, today: date, held: Any) -> Iterable[Select[Any]]:
    named = [Allocation.child_id == child.id, holds(Allocation.starts_on, Allocation.ends_on, today)]
    yield (
        _way(
            case((Allocation.role == str(Role.ADVISER), str(Tie.ALLOCATED_ADVISER)), else_=Allocation.role),
            since=Allocation.starts_on,
        )
        .select_from(Allocation)
        .join(User, User.id == Allocation.user_id)
        .join(Membership, (Membership.user_id == User.id) & (Membership.role == Allocation.role))
        .where(*named, held, User.active)
    )
    worker, worker_in = aliased(User), aliased(Membership)
    yield (
        _way(literal(str(Tie.TEAM_MANAGER)), place=worker.name)
        .select_from(Allocation)
        .join(worker, worker.id == Allocation.user_id)
        .join(worker_in, worker_in.user_id == Allocation.user_id)
        .join(Membership, Membership.team_id == worker_in.team_id)
        .join(User, User.id == Membership.user_id)
        .where(
            *named,
            Allocation.role == str(Role.SOCIAL_WORKER),
            worker_in.role == str(Role.SOCIAL_WORKER),
            holds(worker_in.starts_on, worker_in.ends_on, today),
            Membership.role == str(Role.TEAM_MANAGER),
            held,
            User.active,
        )
    )


def _for_a_while(child: Child, today: date, now: datetime) -> Iterable[Select[Any]]:
    """By cover and by an emergency: for those who are workers or managers today."""
    may = (
        select(Membership.user_id)
        .where(
            Membership.role.in_([str(role) for role in STANDS_IN]),
            holds(Membership.starts_on, Membership.ends_on, today),
        )
        .scalar_subquery()
    )
    worker, untitled = aliased(User), literal("", String)
    yield (
        _way(literal(str(Tie.SOCIAL_WORKER)), place=worker.name, until=Cover.ends_on, title=untitled)
        .select_from(Allocation)
        .join(Cover, Cover.worker_id == Allocation.user_id)
        .join(worker, worker.id == Cover.worker_id)
        .join(User, User.id == Cover.covered_by_id)
        .where(
            Allocation.child_id == child.id,
            Allocation.role == str(Role.SOCIAL_WORKER),
            holds(Allocation.starts_on, Allocation.ends_on, today),
            holds(Cover.starts_on, Cover.ends_on, today),
            User.id.in_(may),
            User.active,
        )
    )
    yield (
        _way(
            literal(str(Tie.DUTY_WORKER)),
            until_at=func.max(BrokenGlass.ends_at),
            title=untitled,
        )
        .select_from(BrokenGlass)
        .join(User, User.id == BrokenGlass.user_id)
        .where(
            BrokenGlass.child_id == child.id,
            BrokenGlass.starts_at <= now,
            BrokenGlass.ends_at > now,
            User.id.in_(may),
            User.active,
        )
        .group_by(User.id, User.ref, User.name)
    )
