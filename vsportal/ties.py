"""How people stand to children today: the ties that lists and pages share.

Sight follows a tie that holds now and never outlives it. Pure: no request, no session; selects are
built here and run by `queries.py`. Who may do what by which tie is in `policy.py`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    Subquery,
    bindparam,
    case,
    cast,
    exists,
    false,
    literal,
    null,
    or_,
    select,
    union_all,
)

from vsportal import clock
from vsportal.models import (
    AccessCut,
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
    Pep,
    Role,
)
from vsportal.models.base import UTCDateTime


class Tie(StrEnum):
    """How a person stands to a child today."""

    YOUNG_PERSON = "young_person"
    CARER = "carer"
    PARENT = "parent"
    """A parent with whom the child is placed: a column of their own."""
    DESIGNATED_TEACHER = "designated_teacher"
    SAFEGUARDING_LEAD = "safeguarding_lead"
    DELEGATE = "delegate"
    SOCIAL_WORKER = "social_worker"
    TEAM_MANAGER = "team_manager"
    INDEPENDENT_REVIEWER = "independent_reviewer"
    DUTY_WORKER = "duty_worker"
    """A worker who opened the record in an emergency, for hours: reads as social care does."""
    ALLOCATED_ADVISER = "allocated_adviser"
    ADVISER = "adviser"
    HEAD = "head"
    BUSINESS_SUPPORT = "business_support"


# Who somebody is --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Held:
    """One membership that is valid today."""

    role: str
    title: str = ""
    authority_id: int | None = None
    authority: str = ""
    school_id: int | None = None
    school: str = ""
    team_id: int | None = None
    child_id: int | None = None


@dataclass(frozen=True)
class Actor:
    """The person who acts, as a value: who, on which day, holding which memberships."""

    user_id: int
    name: str
    today: date
    held: tuple[Held, ...] = ()

    @cached_property
    def roles(self) -> frozenset[str]:
        """Roles held today."""
        return frozenset(h.role for h in self.held)

    def ids(self, role: str, of: str) -> list[int]:
        """Where a role is held: the numbers of its schools, teams, authorities or children."""
        return [getattr(h, of) for h in self.held if h.role == role and getattr(h, of) is not None]

    @property
    def now(self) -> datetime:
        """The moment, for what is lent by the hour."""
        return clock.now()

    @property
    def schools(self) -> list[int]:
        """The schools where any role is held."""
        return [h.school_id for h in self.held if h.school_id is not None]

    @property
    def works_at_a_school(self) -> bool:
        """Whether something can be lent to them."""
        return bool(self.schools)


@dataclass(frozen=True)
class Whoever:
    """Anybody who holds just these roles: what a statement is built for once and kept.

    It has names where an `Actor` has values; `values_of` gives the values of one actor by these names.
    """

    roles: frozenset[str]
    works_at_a_school: bool

    user_id = bindparam("who", type_=Integer)
    today = bindparam("today", type_=Date)
    now = bindparam("now", type_=UTCDateTime)
    schools = bindparam("schools", type_=Integer, expanding=True)

    def ids(self, role: str, of: str) -> Any:  # a place for a list
        """The name of what `Actor.ids` gives."""
        return bindparam(f"{role}_{of}", type_=Integer, expanding=True)


PLACES = {
    Role.YOUNG_PERSON: "child_id",
    Role.DESIGNATED_TEACHER: "school_id",
    Role.SAFEGUARDING_LEAD: "school_id",
    Role.TEAM_MANAGER: "team_id",
    Role.ADVISER: "authority_id",
    Role.HEAD: "authority_id",
    Role.BUSINESS_SUPPORT: "authority_id",
}
"""Of what a role is held, where the tie is by that."""


def whoever(actor: Actor) -> Whoever:
    """What this person's statements have in common with those of everybody of the same roles."""
    return Whoever(actor.roles, actor.works_at_a_school)


def values_of(actor: Actor) -> dict[str, Any]:
    """The values for a statement that was built for `whoever(actor)`."""
    places = {f"{role}_{of}": actor.ids(role, of) for role, of in PLACES.items() if role in actor.roles}
    return {
        "who": actor.user_id,
        "today": actor.today,
        "now": actor.now,
        "schools": actor.schools,
        **places,
    }


# Ties: the one definition that lists and pages share ------------------------------------------------


def holds(start: Any, end: Any, today: Any) -> ColumnElement[bool]:  # dated columns of any table
    """A dated row holds on this day; its end is the first day on which it no longer does."""
    held: ColumnElement[bool] = (start <= today) & or_(end.is_(None), end > today)
    return held


def _tie(child: Any, tie: Tie | ColumnElement[str], extra: Any = None) -> Select[Any]:
    """A select of child, tie and the household or delegation it is by."""
    word = literal(str(tie)) if isinstance(tie, Tie) else tie
    return select(
        child.label("child_id"),
        word.label("tie"),
        # Cast: PostgreSQL takes two bare NULLs for text, and refuses the number of a third select.
        (cast(null(), Integer) if extra is None else extra).label("by"),
    )


def _ties_selects(actor: Actor | Whoever) -> Iterable[Select[Any]]:
    """Each way in which this person is tied to children today, by the memberships they hold."""
    yield from _at_home(actor, actor.today)
    yield from _at_school(actor, actor.today)
    yield from _by_allocation(actor, actor.today)
    yield from _for_a_while(actor, actor.today)
    for role, tie_word in (
        (Role.ADVISER, Tie.ADVISER),
        (Role.HEAD, Tie.HEAD),
        (Role.BUSINESS_SUPPORT, Tie.BUSINESS_SUPPORT),
    ):
        if role in actor.roles:
            yield _tie(Child.id, tie_word).where(Child.authority_id.in_(_places(actor, role)))


def _places(actor: Actor | Whoever, role: Role) -> Any:  # numbers, or the name of a list of them
    """Where a role is held."""
    return actor.ids(role, PLACES[role])


def _at_home(actor: Actor | Whoever, today: Any) -> Iterable[Select[Any]]:
    """The young person, and whoever belongs to the household they live in."""
    if Role.YOUNG_PERSON in actor.roles:
        yield _tie(Child.id, Tie.YOUNG_PERSON).where(Child.id.in_(_places(actor, Role.YOUNG_PERSON)))
    if Role.CARER in actor.roles:
        tie = case((Household.kind == "parent", str(Tie.PARENT)), else_=str(Tie.CARER))
        yield (
            _tie(Home.child_id, tie, Home.household_id)
            .join(Household, Household.id == Home.household_id)
            .join(HouseholdMember, HouseholdMember.household_id == Home.household_id)
            .where(
                HouseholdMember.user_id == actor.user_id,
                holds(HouseholdMember.starts_on, HouseholdMember.ends_on, today),
                holds(Home.starts_on, Home.ends_on, today),
            )
        )


def _at_school(actor: Actor | Whoever, today: Any) -> Iterable[Select[Any]]:
    """By the roll of a school, and by what was lent there."""
    for role, tie_word in (
        (Role.DESIGNATED_TEACHER, Tie.DESIGNATED_TEACHER),
        (Role.SAFEGUARDING_LEAD, Tie.SAFEGUARDING_LEAD),
    ):
        if role in actor.roles:
            yield _tie(Enrolment.child_id, tie_word).where(
                Enrolment.school_id.in_(_places(actor, role)),
                holds(Enrolment.starts_on, Enrolment.ends_on, today),
            )
    if actor.works_at_a_school:
        yield (
            _tie(Delegation.child_id, Tie.DELEGATE, Delegation.id)
            .join(
                Enrolment,
                (Enrolment.child_id == Delegation.child_id) & (Enrolment.school_id == Delegation.school_id),
            )
            .where(
                Delegation.user_id == actor.user_id,
                Delegation.school_id.in_(actor.schools),
                holds(Delegation.starts_on, Delegation.ends_on, today),
                holds(Enrolment.starts_on, Enrolment.ends_on, today),
            )
        )


def _by_allocation(actor: Actor | Whoever, today: Any) -> Iterable[Select[Any]]:
    """By being named for the child, and as the manager of the worker who is."""
    for role, tie_word in (
        (Role.SOCIAL_WORKER, Tie.SOCIAL_WORKER),
        (Role.INDEPENDENT_REVIEWER, Tie.INDEPENDENT_REVIEWER),
        (Role.ADVISER, Tie.ALLOCATED_ADVISER),
    ):
        if role in actor.roles:
            yield _tie(Allocation.child_id, tie_word).where(
                Allocation.user_id == actor.user_id,
                Allocation.role == str(role),
                holds(Allocation.starts_on, Allocation.ends_on, today),
            )
    if Role.TEAM_MANAGER in actor.roles:
        yield (
            _tie(Allocation.child_id, Tie.TEAM_MANAGER)
            .join(Membership, Membership.user_id == Allocation.user_id)
            .where(
                Allocation.role == str(Role.SOCIAL_WORKER),
                holds(Allocation.starts_on, Allocation.ends_on, today),
                Membership.role == str(Role.SOCIAL_WORKER),
                Membership.team_id.in_(_places(actor, Role.TEAM_MANAGER)),
                holds(Membership.starts_on, Membership.ends_on, today),
            )
        )


STANDS_IN = frozenset({Role.SOCIAL_WORKER, Role.TEAM_MANAGER})
"""Who may stand in for a worker who is away, or open a record in an emergency."""


def _for_a_while(actor: Actor | Whoever, today: Any) -> Iterable[Select[Any]]:
    """Standing in for a worker who is away, and having opened a record in an emergency."""
    if not actor.roles & STANDS_IN:
        return
    yield (
        _tie(Allocation.child_id, Tie.SOCIAL_WORKER)
        .join(Cover, Cover.worker_id == Allocation.user_id)
        .where(
            Cover.covered_by_id == actor.user_id,
            holds(Cover.starts_on, Cover.ends_on, today),
            Allocation.role == str(Role.SOCIAL_WORKER),
            holds(Allocation.starts_on, Allocation.ends_on, today),
        )
    )
    yield _tie(BrokenGlass.child_id, Tie.DUTY_WORKER).where(
        BrokenGlass.user_id == actor.user_id,
        BrokenGlass.child_id.is_not(None),
        BrokenGlass.starts_at <= actor.now,
        BrokenGlass.ends_at > actor.now,
    )


def is_cut(child: Any, user: Any) -> ColumnElement[bool]:  # columns or values
    """This person's sight of this child was ended by hand, and nobody has lifted that."""
    return exists().where(
        AccessCut.child_id == child, AccessCut.user_id == user, AccessCut.lifted_at.is_(None)
    )


def ties(actor: Actor | Whoever) -> Subquery:
    """All ties of this person today: rows of `child_id`, `tie` and `by` (household or delegation).

    Where sight was ended by hand there is none, whatever else is on record.
    """
    found = list(_ties_selects(actor)) or [_tie(Child.id, Tie.CARER).where(false())]
    held = union_all(*found).subquery("held_ties")
    return select(held).where(~is_cut(held.c.child_id, actor.user_id)).subquery("ties")


def visible_children(actor: Actor) -> Select[Child]:
    """The children this person may see today; lists build on it."""
    return select(Child).where(Child.id.in_(select(ties(actor).c.child_id)))


def visible_peps(actor: Actor) -> Select[Pep]:
    """The plans of those children; a plan and its child are seen together or not at all."""
    return select(Pep).where(Pep.child_id.in_(select(ties(actor).c.child_id)))


@dataclass(frozen=True)
class Seen:
    """A child as one person sees them today: by which ties, from which household or delegation."""

    actor: Actor
    ties: frozenset[str]
    household_id: int | None = None
    sections: frozenset[str] = frozenset()
    """Sections lent by delegation."""

    @cached_property
    def in_order(self) -> tuple[Tie, ...]:
        """The ties, the first of `Tie` first."""
        return tuple(tie for tie in Tie if tie in self.ties)

    @property
    def only_as_delegate(self) -> bool:
        """True for somebody who sees nothing but what was lent to them."""
        return self.ties == {Tie.DELEGATE}

    @property
    def reads_the_plan(self) -> bool:
        """False for somebody who sees names and dates, or what was lent to them, and no more of the plan."""
        return bool(self.ties - {Tie.BUSINESS_SUPPORT, Tie.DELEGATE})
