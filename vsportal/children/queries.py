"""Who sees which child today, and who is around a child: the selects that other parts share.

One child is loaded with the ties of the person who asks, so that unseen and absent are the same.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    Select,
    bindparam,
    cast,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.types import Date, Integer, String

from vsportal import wording
from vsportal.database import read_columns
from vsportal.extensions import db
from vsportal.models import (
    Allocation,
    Authority,
    Child,
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
from vsportal.policy import ORDER, Actor, Seen, Tie, ties
from vsportal.ties import holds, is_cut

# One child, as somebody sees them ---------------------------------------------------------------------


def load_child(actor: Actor, ref: str) -> tuple[Child, Seen] | None:
    """The child with this reference and how this person sees them; None when unseen or absent.

    One statement whatever the answer (a second one for somebody to whom sections were lent), so
    that neither the answer nor its cost tells whether a child is known here.
    """
    tied = ties(actor)
    rows = db.session.execute(
        select(Child, tied.c.tie, tied.c.by).join(tied, tied.c.child_id == Child.id).where(Child.ref == ref)
    ).all()
    if not rows:
        return None
    return rows[0][0], seen_from(actor, ((tie, by) for _, tie, by in rows))


def load_own(actor: Actor) -> tuple[Child, Seen] | None:
    """The child that a young person is, and how they see themselves; None for everybody else."""
    tied = ties(actor)
    child = db.session.scalar(
        select(Child).join(tied, tied.c.child_id == Child.id).where(tied.c.tie == Tie.YOUNG_PERSON).limit(1)
    )
    return (child, Seen(actor, frozenset({Tie.YOUNG_PERSON}))) if child else None


def seen_from(actor: Actor, rows: Iterable[tuple[str, int | None]]) -> Seen:
    """How somebody sees one child, from that child's rows of `policy.ties()`: pairs of `tie` and `by`.

    Reads what was lent to them in one more statement, only when one of the ties is a delegation.
    """
    return seen_each(actor, ((0, tie, by) for tie, by in rows)).get(0, Seen(actor, frozenset()))


def seen_each(actor: Actor, rows: Iterable[tuple[int, str, int | None]]) -> dict[int, Seen]:
    """How somebody sees each of many children: rows of `child_id`, `tie` and `by`.

    One more statement for all delegations together, only when there is one.
    """
    found: dict[int, list[tuple[str, int | None]]] = defaultdict(list)
    for child_id, tie, by in rows:
        found[child_id].append((tie, by))
    lent = _lent({by for row in found.values() for tie, by in row if tie == Tie.DELEGATE and by})
    return {child_id: _seen(actor, row, lent) for child_id, row in found.items()}


def _seen(actor: Actor, row: Sequence[tuple[str, int | None]], lent: dict[int, list[str]]) -> Seen:
    home = next((by for tie, by in row if tie in (Tie.CARER, Tie.PARENT)), None)
    sections = frozenset(s for tie, by in row if tie == Tie.DELEGATE for s in lent.get(by or 0, ()))
    return Seen(actor, frozenset(Tie(tie) for tie, _ in row), home, sections)


def _lent(delegations: Collection[int]) -> dict[int, list[str]]:
    """Which sections each of these delegations lends; no statement when there are none."""
    if not delegations:
        return {}
    rows = db.session.execute(
        select(Delegation.id, Delegation.sections).where(Delegation.id.in_(delegations))
    )
    return {delegation: list(sections) for delegation, sections in rows}


def authority_words(authority_id: int) -> wording.AuthorityWords:
    """What a page about a child says of the child's authority; LookupError when there is none."""
    found = db.session.execute(
        select(Authority.name, Authority.duty_phone, Authority.colour, Authority.ref).where(
            Authority.id == authority_id
        )
    ).first()
    if found is None:
        raise LookupError(f"There is no authority {authority_id}.")
    return wording.AuthorityWords(found.name, found.duty_phone, found.colour, found.ref)


# The people around a child ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Around:
    """A person around a child today: by which tie, and what they are called beside their name."""

    role: str
    """A tie of `policy.Tie`, so that `policy.ACTS_AS` says whose sections they write."""
    name: str
    words: str
    """“foster carer”, “carer at Beck House”, “designated teacher”."""
    user_id: int
    place: str = ""
    """Their school or household, as it is called."""
    household_id: int | None = None
    """The home of a carer: a section belongs to the home that writes it."""


def people_around(child_ids: Collection[int], today: date) -> dict[int, list[Around]]:
    """Who is around each of these children on a day, in the order of `policy.Tie`, then by name.

    The young person, carers of today's home, designated teachers and safeguarding leads where the
    child is on roll, and the allocated social worker, adviser and reviewer: people who have an
    account and a tie. One statement, however many children; none for no children.
    """
    if not child_ids:
        return {}
    return _people_from(read_columns(_people_query(), _of(child_ids, today)))


def _people_from(rows: Iterable[Any]) -> dict[int, list[Around]]:
    """Rows of people as `Around`, each once, in order."""
    found: dict[int, dict[tuple[str, int], Around]] = defaultdict(dict)
    for row in rows:
        tie = _tie_of(row.role, row.kind)
        words = row.title or _words_of(tie, row.kind, row.place)
        person = Around(tie, row.name, words, row.user_id, row.place, row.household_id)
        found[row.child_id].setdefault((tie, row.user_id), person)
    return {child_id: sorted(people.values(), key=_by_tie_and_name) for child_id, people in found.items()}


CHILD_IDS = bindparam("child_ids", type_=Integer, expanding=True)
TODAY = bindparam("today", type_=Date)


def _of(child_ids: Collection[int], today: date) -> dict[str, Any]:
    """The values for a statement about `CHILD_IDS` on the day `TODAY`."""
    return {"child_ids": list(child_ids), "today": today}


@cache
def _people_query() -> Select[Any]:
    """Everybody around `CHILD_IDS` whose sight was not ended by hand.

    Built once, because building it takes longer than running it.
    """
    everybody = union_all(_young_people(), _carers(), _at_school(), _allocated()).subquery("everybody")
    return select(everybody).where(~is_cut(everybody.c.child_id, everybody.c.user_id))


def _person(
    child: Any, role: Any, *, kind: Any = None, place: Any = None, household: Any = None
) -> Select[Any]:  # columns of any table
    """A person of the union; the caller joins the membership (for the title) and the account."""
    return select(
        child.label("child_id"),
        role.label("role"),
        User.id.label("user_id"),
        User.name.label("name"),
        Membership.title.label("title"),
        (literal("", String) if kind is None else kind).label("kind"),
        (literal("", String) if place is None else place).label("place"),
        (cast(null(), Integer) if household is None else household).label("household_id"),
    )


def _young_people() -> Select[Any]:
    """Children who have an account of their own."""
    return (
        _person(Membership.child_id, Membership.role)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.child_id.in_(CHILD_IDS),
            Membership.role == str(Role.YOUNG_PERSON),
            holds(Membership.starts_on, Membership.ends_on, TODAY),
            User.active,
        )
    )


def _carers() -> Select[Any]:
    """Everybody of the household in which a child lives today."""
    return (
        _person(
            Home.child_id, Membership.role, kind=Household.kind, place=Household.name, household=Household.id
        )
        .select_from(Home)
        .join(Household, Household.id == Home.household_id)
        .join(HouseholdMember, HouseholdMember.household_id == Household.id)
        .join(Membership, Membership.user_id == HouseholdMember.user_id)
        .join(User, User.id == HouseholdMember.user_id)
        .where(
            Home.child_id.in_(CHILD_IDS),
            holds(Home.starts_on, Home.ends_on, TODAY),
            holds(HouseholdMember.starts_on, HouseholdMember.ends_on, TODAY),
            Membership.role == str(Role.CARER),
            holds(Membership.starts_on, Membership.ends_on, TODAY),
            User.active,
        )
    )


def _at_school() -> Select[Any]:
    """Designated teachers and safeguarding leads of the schools where a child is on roll today."""
    return (
        _person(Enrolment.child_id, Membership.role, place=School.name)
        .select_from(Enrolment)
        .join(School, School.id == Enrolment.school_id)
        .join(Membership, Membership.school_id == Enrolment.school_id)
        .join(User, User.id == Membership.user_id)
        .where(
            Enrolment.child_id.in_(CHILD_IDS),
            holds(Enrolment.starts_on, Enrolment.ends_on, TODAY),
            Membership.role.in_((str(Role.DESIGNATED_TEACHER), str(Role.SAFEGUARDING_LEAD))),
            holds(Membership.starts_on, Membership.ends_on, TODAY),
            User.active,
        )
    )


def _allocated() -> Select[Any]:
    """The named social worker, adviser and reviewer."""
    return (
        _person(Allocation.child_id, Allocation.role)
        .select_from(Allocation)
        .join(
            Membership,
            (Membership.user_id == Allocation.user_id) & (Membership.role == Allocation.role),
        )
        .join(User, User.id == Allocation.user_id)
        .where(
            Allocation.child_id.in_(CHILD_IDS),
            holds(Allocation.starts_on, Allocation.ends_on, TODAY),
            holds(Membership.starts_on, Membership.ends_on, TODAY),
            User.active,
        )
    )


# Where children are ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Places:
    """Where a child lives and learns today, by name; never an address."""

    schools: tuple[tuple[str, int], ...] = ()
    """Each school they are on roll at, with the year they are in."""
    home_kind: str = ""
    home: str = ""
    """The household as it is called; empty when none is known."""


def places_of(child_ids: Collection[int], today: date) -> dict[int, Places]:
    """School and home of each of these children on a day: one statement; none for no children."""
    if not child_ids:
        return {}
    return _places_from(read_columns(_places_query(), _of(child_ids, today)))


def _places_from(rows: Iterable[Any]) -> dict[int, Places]:
    """Rows of schools and homes as `Places`, the earlier first."""
    found: dict[int, Places] = defaultdict(Places)
    for row in sorted(rows, key=lambda r: r.starts_on):
        old = found[row.child_id]
        if row.kind:
            found[row.child_id] = replace(old, home_kind=row.kind, home=row.name)
        else:
            found[row.child_id] = replace(old, schools=(*old.schools, (row.name, row.nc_year)))
    return dict(found)


def surroundings_of(
    child_ids: Collection[int], today: date
) -> tuple[dict[int, list[Around]], dict[int, Places]]:
    """What `people_around` and `places_of` give, in one statement; none for no children."""
    if not child_ids:
        return {}, {}
    rows = read_columns(_surroundings_query(), _of(child_ids, today))
    people = [r for r in rows if r.starts_on is None]
    return _people_from(people), _places_from(r for r in rows if r.starts_on is not None)


def surroundings_of_one(child_id: int, today: date) -> tuple[Sequence[Around], Places]:
    """The people around one child, and where the child lives and learns: one statement."""
    people, places = surroundings_of([child_id], today)
    return people.get(child_id, ()), places.get(child_id, Places())


@cache
def _surroundings_query() -> CompoundSelect[Any]:
    """People and places of `CHILD_IDS` as one; a place has the day it began, a person has none."""
    people, places = _people_query().subquery("people"), _places_query().subquery("places")
    nobody, nothing = cast(null(), Integer), literal("", String)
    return union_all(
        select(
            *people.c,
            cast(null(), Integer).label("nc_year"),
            cast(null(), Date).label("starts_on"),
        ),
        select(
            places.c.child_id,
            nothing.label("role"),
            nobody.label("user_id"),
            places.c.name,
            nothing.label("title"),
            places.c.kind,
            nothing.label("place"),
            nobody.label("household_id"),
            places.c.nc_year,
            places.c.starts_on,
        ),
    )


@cache
def _places_query() -> CompoundSelect[Any]:
    """Schools and homes of `CHILD_IDS`, built once."""
    schools = (
        select(
            Enrolment.child_id,
            literal("", String).label("kind"),
            School.name.label("name"),
            Enrolment.nc_year.label("nc_year"),
            Enrolment.starts_on.label("starts_on"),
        )
        .join(School, School.id == Enrolment.school_id)
        .where(Enrolment.child_id.in_(CHILD_IDS), holds(Enrolment.starts_on, Enrolment.ends_on, TODAY))
    )
    homes = (
        select(Home.child_id, Household.kind, Household.name, cast(null(), Integer), Home.starts_on)
        .join(Household, Household.id == Home.household_id)
        .where(Home.child_id.in_(CHILD_IDS), holds(Home.starts_on, Home.ends_on, TODAY))
    )
    return union_all(schools, homes)


TIES = {Role.ADVISER: Tie.ALLOCATED_ADVISER}
"""Roles whose tie has another name; the rest share one."""
HOUSEHOLDS = {
    "foster": "foster carer",
    "kinship": "kinship carer",
    "residential": "carer at {place}",
    "supported": "worker at {place}",
    "parent": "parent",
}


def _tie_of(role: str, kind: str) -> Tie:
    """By which tie a person with this role is around; a parent with whom the child lives is no carer."""
    return Tie.PARENT if kind == "parent" else TIES.get(Role(role)) or Tie(role)


def _words_of(tie: Tie, kind: str, place: str) -> str:
    """What a person is called beside their name."""
    return HOUSEHOLDS[kind].format(place=place) if kind else wording.role_words(tie)


def _by_tie_and_name(person: Around) -> tuple[int, str]:
    return ORDER.index(Tie(person.role)), person.name
