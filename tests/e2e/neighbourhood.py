"""The people and places that every browser journey shares, and the children that each makes for itself.

One authority in its summer term, one school, one foster home; a child comes with a plan of this term.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta

from flask import Flask

from tests.factories import (
    AuthorityFactory,
    HouseholdFactory,
    HouseholdMemberFactory,
    MembershipFactory,
    SchoolFactory,
    TeamFactory,
    TermFactory,
    UserFactory,
)
from vsportal import clock
from vsportal.admin.operations import add_membership
from vsportal.audit import SYSTEM
from vsportal.children import operations as children
from vsportal.database import begin_to_write
from vsportal.extensions import db
from vsportal.models import Authority, Household, Role, School, Term, User
from vsportal.peps.operations import open_pep

TEACHER, CARER, WORKER = "designated_teacher", "carer", "social_worker"
ADVISER, HEAD, SECOND_TEACHER = "adviser", "head", "deputy"
NAMES = {
    TEACHER: "Rhian Castell",
    SECOND_TEACHER: "Dominic Achterberg",
    CARER: "Tina Marlowe",
    WORKER: "Marcus Adair",
    ADVISER: "Priya Raman",
    HEAD: "Femi Oyelade",
}


@dataclass(frozen=True)
class Person:
    """Somebody who signs in."""

    name: str
    email: str


@dataclass(frozen=True)
class Pupil:
    """A child of one journey: how to reach their pages, and the account of the child."""

    full_name: str
    ref: str
    pep: str
    young_person: Person
    born: date

    def section(self, section_id: str) -> str:
        """The address of a section of the plan."""
        return f"/peps/{self.pep}/sections/{section_id}"


def day(offset: int = 0) -> date:
    """A day so many days from today: no journey knows a date of its own, so that none grows old."""
    return clock.today() + timedelta(days=offset)


def born_for_year(nc_year: int, term_starts: date) -> date:
    """A birthday in November that makes a child be in this year group."""
    first = term_starts.year if term_starts.month >= 9 else term_starts.year - 1
    return date(first - nc_year - 5, 11, 12)


@dataclass
class Neighbourhood:
    """Everything that journeys share, in one database."""

    app: Flask
    people: dict[str, Person] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)
    made: int = 0

    @contextmanager
    def writing(self) -> Iterator[None]:
        """What is done inside is committed."""
        with self.app.app_context():
            begin_to_write()
            yield
            db.session.commit()

    def settle(self) -> None:
        """Make the places and the people."""
        with self.writing():
            authority, school = AuthorityFactory(), SchoolFactory(name="Lodewater Academy")
            summer = TermFactory(authority=authority, key=f"{clock.academic_year(day())}-summer")
            TermFactory(authority=authority, starts_on=summer.ends_on + timedelta(days=40), key="next-autumn")
            team = TeamFactory(authority=authority)
            home = HouseholdFactory(authority=authority, name="Tina and Paul Marlowe")
            places: dict[str, dict[str, object]] = {
                TEACHER: {"school": school},
                SECOND_TEACHER: {"school": school, "role": Role.DESIGNATED_TEACHER},
                CARER: {},
                WORKER: {"authority": authority, "team_id": team.id},
                ADVISER: {"authority": authority},
                HEAD: {"authority": authority},
            }
            for role, where in places.items():
                user = MembershipFactory(**{"role": role, "user__name": NAMES[role], **where}).user
                self.people[role] = Person(user.name, user.email)
                self.ids[role] = user.id
                if role == CARER:
                    HouseholdMemberFactory(household=home, user=user)
            self.ids |= {"authority": authority.id, "school": school.id, "home": home.id, "term": summer.id}

    def child(self, first_name: str, *, nc_year: int = 11, meeting_on: date | None = None) -> Pupil:
        """A child of year group `nc_year` at the school and in the home, with workers and a plan."""
        self.made += 1
        with self.writing():
            authority = db.session.get_one(Authority, self.ids["authority"])
            term = db.session.get_one(Term, self.ids["term"])
            born, since = born_for_year(nc_year, term.starts_on), day(-150)
            child = children.create_child(
                SYSTEM, authority, first_name=first_name, last_name=f"Belhadj {self.made}", date_of_birth=born
            )
            children.start_care(SYSTEM, child, starts_on=since, legal_status="C2")
            home = db.session.get_one(Household, self.ids["home"])
            children.place(SYSTEM, child, home, placement_code="U6", starts_on=since)
            school = db.session.get_one(School, self.ids["school"])
            children.enrol(SYSTEM, child, school, nc_year=nc_year, starts_on=since, hours=25)
            for role in (WORKER, ADVISER):
                worker = db.session.get_one(User, self.ids[role])
                children.allocate(SYSTEM, child, worker, role, starts_on=since)
            young = UserFactory(name=f"{first_name} Belhadj")
            add_membership(
                SYSTEM, young, Role.YOUNG_PERSON, starts_on=since, authority=authority, child=child
            )
            pep = open_pep(
                SYSTEM,
                child,
                term=term,
                on=day(-7),
                phase="primary" if nc_year < 7 else "secondary",
                nc_year=nc_year,
                meeting_on=meeting_on or day(7),
            )
            return Pupil(
                f"{first_name} {child.last_name}", child.ref, pep.ref, Person(young.name, young.email), born
            )
