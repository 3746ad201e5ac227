"""What the record knows about a child, for questions that show a fact instead of asking for it.

Derived, never typed: what an edition's `source` names, as a value of the question's kind.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import literal, select, union_all
from sqlalchemy.types import String

from vsportal.children.queries import Around, people_around
from vsportal.editions.reading import Value
from vsportal.extensions import db
from vsportal.filters import listed
from vsportal.models import Authority, CarePeriod, Child, Enrolment, Home, Household, School
from vsportal.policy import Tie

YEAR = timedelta(days=365)
AWAY_FOR_A_WHILE = ("T0", "T1", "T2", "T3", "T4")
"""Placement codes of a short stay elsewhere: no new home (SSDA903)."""


@dataclass(frozen=True)
class Stay:
    """A time at one home or on one school's roll."""

    what: str
    place_id: int | None
    name: str
    code: str
    starts_on: date
    ends_on: date | None

    def holds(self, today: date) -> bool:
        """Whether it holds on this day."""
        return self.starts_on <= today and (self.ends_on is None or self.ends_on > today)


def facts_of(child: Child, today: date, around: Sequence[Around] | None = None) -> dict[str, Value]:
    """Every fact an edition's `source` may name, by that name; None for what is not known.

    Three statements, two when the people `around` the child are loaded already. Homes are
    counted from the beginning of the latest time in care.
    """
    if around is None:
        around = people_around([child.id], today).get(child.id, [])
    stays = _stays(child.id)
    started_on, legal_status, authority = _care(child.id, today)
    homes = [s for s in stays if s.what == "home" and s.code not in AWAY_FOR_A_WHILE]
    since = [h for h in homes if started_on and (h.ends_on is None or h.ends_on > started_on)]
    lately = [h for h in since if h.ends_on is None or h.ends_on > today - YEAR]
    home = next((s for s in reversed(stays) if s.what == "home" and s.holds(today)), None)
    schools = [s for s in stays if s.what == "school" and s.holds(today)]
    return {
        "child.legal_name": child.legal_name,
        "child.known_as": child.called,
        "child.date_of_birth": child.date_of_birth.isoformat(),
        "child.ethnicity": child.ethnicity or None,
        "child.first_language": child.first_language or None,
        "child.upn": child.upn,
        "child.social_care_id": child.social_care_id,
        "care.started_on": _iso(started_on),
        "care.legal_status": legal_status,
        "care.placing_authority": authority,
        "home.kind": home.code if home else None,
        "home.count_ever": moves(since, today) if started_on else None,
        "home.count_year": moves(lately, today) if started_on else None,
        "school.name": listed(s.name for s in schools) or None,
        "school.started_on": _iso(min((s.starts_on for s in schools), default=None)),
        **_people(around, home),
    }


def moves(stays: Iterable[Stay], today: date) -> int:
    """How many homes these were, of those begun by today; a change of paper in the same home is none."""
    count, before = 0, None
    for stay in stays:
        if stay.starts_on > today:
            continue
        if before is None or stay.place_id is None or stay.place_id != before.place_id:
            count += 1
        before = stay
    return count


def _iso(on: date | None) -> str | None:
    return on.isoformat() if on else None


def _people(around: Sequence[Around], home: Stay | None) -> dict[str, Value]:
    """The people of the record, each as a name, or names."""
    return {
        "people.social_worker": _names(around, Tie.SOCIAL_WORKER),
        "people.independent_reviewer": _names(around, Tie.INDEPENDENT_REVIEWER),
        "people.adviser": _names(around, Tie.ALLOCATED_ADVISER),
        "people.designated_teacher": _names(around, Tie.DESIGNATED_TEACHER),
        "people.carer": (home.name if home else "") or _names(around, Tie.CARER, Tie.PARENT),
    }


def _names(around: Sequence[Around], *ties: str) -> str | None:
    return listed(p.name for p in around if p.role in ties) or None


def _care(child_id: int, today: date) -> tuple[date | None, str | None, str | None]:
    """Since when in care, under which legal status, and which authority cares; of the latest time in care."""
    found = db.session.execute(
        select(CarePeriod.starts_on, CarePeriod.legal_status, Authority.short_name)
        .select_from(Child)
        .join(Authority, Authority.id == Child.authority_id)
        .outerjoin(CarePeriod, (CarePeriod.child_id == Child.id) & (CarePeriod.starts_on <= today))
        .where(Child.id == child_id)
        .order_by(CarePeriod.starts_on.desc())
        .limit(1)
    ).first()
    return tuple(found) if found else (None, None, None)  # type: ignore[return-value]


def _stays(child_id: int) -> list[Stay]:
    """Every home and school the record knows, in order of their beginning."""
    homes = (
        select(
            literal("home", String).label("what"),
            Home.household_id.label("place_id"),
            Household.name.label("name"),
            Home.placement_code.label("code"),
            Home.starts_on.label("starts_on"),
            Home.ends_on.label("ends_on"),
        )
        .outerjoin(Household, Household.id == Home.household_id)
        .where(Home.child_id == child_id)
    )
    schools = (
        select(
            literal("school", String),
            Enrolment.school_id,
            School.name,
            literal("", String),
            Enrolment.starts_on,
            Enrolment.ends_on,
        )
        .join(School, School.id == Enrolment.school_id)
        .where(Enrolment.child_id == child_id)
    )
    rows: Iterable[Any] = db.session.execute(union_all(homes, schools))
    found = (Stay(r.what, r.place_id, r.name or "", r.code, r.starts_on, r.ends_on) for r in rows)
    return sorted(found, key=lambda s: s.starts_on)
