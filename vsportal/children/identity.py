"""Who a page is about: the bar at its top, and what a reader may call the child and themselves.

Pure: what it is told has been read already.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from vsportal import clock, names, wording
from vsportal.children.queries import Around, Places
from vsportal.filters import day, listed
from vsportal.policy import Actor, Seen, Tie


class Named(Protocol):
    """A child, or a row of a list, with the names a child has."""

    known_as: str
    first_name: str
    last_name: str


class Born(Named, Protocol):
    """A child with what the bar says beside the name."""

    pronouns: str
    date_of_birth: date


@dataclass(frozen=True)
class Identity:
    """What the bar at the top of a child's pages says (`components/identity.html`)."""

    name: str
    about: str = ""
    facts: tuple[tuple[str, str], ...] = ()


def identity_of(child: Born, seen: Seen, around: Iterable[Around], places: Places | None = None) -> Identity:
    """The bar for one reader: somebody to whom sections were lent sees the known-as name and no more.

    `around` and `places`: of this child, from `people_around` and `places_of`. Never an address.
    """
    name = name_for(child, seen)
    if seen.only_as_delegate:
        return Identity(name)
    today = seen.actor.today
    age = f"{clock.age(child.date_of_birth, today)}, born {day(child.date_of_birth)}"
    about = " · ".join(w for w in (child.pronouns, age) if w)
    places = places or Places()
    workers = listed(p.name for p in around if p.role == Tie.SOCIAL_WORKER)
    facts = (
        ("School", school_words(places)),
        ("Home", home_words(places)),
        ("Social worker", workers),
    )
    return Identity(name, about, tuple((word, holds) for word, holds in facts if holds))


def name_for(child: Named, seen: Seen) -> str:
    """What this person may call the child: the known-as first name, and for most the last name too."""
    return names.shown(child.known_as or child.first_name, "" if seen.only_as_delegate else child.last_name)


def school_words(places: Places) -> str:
    """Where a child learns: “Lodewater Academy, Year 10”."""
    if not places.schools:
        return "Not on a school’s roll"
    return listed(f"{name}, {wording.year_words(year)}" for name, year in places.schools)


def home_words(places: Places) -> str:
    """Where a child lives, by the people or the house: “with Tina Marlowe, foster carer”, “at Beck House”."""
    if not places.home:
        return ""
    if places.home_kind in ("residential", "supported"):
        return f"at {places.home}"
    carers = {"foster": "foster carer", "kinship": "kinship carer"}.get(places.home_kind)
    if carers is None:
        return f"with {places.home}"
    return f"with {places.home}, {carers}{'s' if ' and ' in places.home else ''}"


def acting_as(actor: Actor, tie: str, around: Iterable[Around]) -> str:
    """In which role somebody is on a page about one child: “Designated teacher, Lodewater Academy”.

    `tie`: the one that allowed it (`Decision.tie`); of several schools, the one where the child is.
    """
    me = next((p for p in around if p.user_id == actor.user_id and p.role == tie), None)
    held = next((h for h in actor.held if h.role == ROLES.get(tie, tie)), None)
    if me and tie in (Tie.CARER, Tie.PARENT):
        return wording.acting_as(tie, title=me.words)
    place = me.place if me else held.school if held else ""
    return wording.acting_as(tie, place, held.title if held else "")


ROLES: dict[str, str] = {
    Tie.ALLOCATED_ADVISER: "adviser",
    Tie.PARENT: "carer",
    Tie.DELEGATE: "school_staff",
}
"""Ties whose membership has another name."""
