"""One factory a model, giving valid rows by default: children and people who are tied to nobody yet.

`ChildFactory()` writes to the test's database; `ChildFactory.build()` makes the object alone.
"""

from datetime import date, timedelta
from typing import Any

import factory
from factory import LazyAttribute, SelfAttribute, Sequence, SubFactory
from factory.alchemy import SQLAlchemyModelFactory

from vsportal import clock, names
from vsportal.accounts import passwords
from vsportal.extensions import db
from vsportal.models import (
    Allocation,
    Authority,
    CarePeriod,
    Child,
    Delegation,
    Enrolment,
    Home,
    Household,
    HouseholdMember,
    Membership,
    Pep,
    PepPart,
    PepSection,
    Role,
    School,
    Team,
    Term,
    User,
)
from vsportal.models.people import SCHOOL_ROLES

PASSWORD = "correct horse battery"  # every invented person's
_kept: dict[str, str] = {}

FIRST_NAMES = ["Amira", "Kofi", "Élodie", "Callum", "Nadia", "Tomasz", "Precious", "Jaydn", "Zofia", "Idris"]
LAST_NAMES = [
    "Belhadj",
    "Okafor",
    "Ó Briain",
    "Fenwick",
    "Marlowe",
    "Żak",
    "Castell",
    "Adair",
    "Raman",
    "Pryce",
]


def password_hash() -> str:
    """The hash of everybody's password, made once for the hasher in use."""
    return _kept.setdefault(str(id(passwords.hasher)), passwords.hashed(PASSWORD))


def long_ago() -> date:
    """A day on which relationships began that hold today."""
    return clock.today() - timedelta(days=200)


class Rows(SQLAlchemyModelFactory):
    """The parent of all factories: rows are flushed, so that they have a number."""

    class Meta:
        abstract = True
        sqlalchemy_session_factory = lambda: db.session  # noqa: E731  asked each time: a test's own
        sqlalchemy_session_persistence = "flush"


class Dated(Rows):
    """A relationship that began long ago and goes on."""

    class Meta:
        abstract = True

    starts_on = LazyAttribute(lambda _: long_ago())
    ends_on: Any = None


# Places -------------------------------------------------------------------------------------------------


class AuthorityFactory(Rows):
    class Meta:
        model = Authority

    name = Sequence(lambda n: f"Fenland Virtual School {n}")
    short_name = "Fenland"
    la_code = Sequence(lambda n: f"{n:04d}")
    duty_phone = "01632 960 100"


class TermFactory(Rows):
    """A term around today, called by its season as everywhere."""

    class Meta:
        model = Term
        exclude = ("authority",)

    authority = SubFactory(AuthorityFactory)
    authority_id = SelfAttribute("authority.id")
    starts_on = LazyAttribute(lambda _: clock.today() - timedelta(days=40))
    ends_on = LazyAttribute(lambda o: o.starts_on + timedelta(days=90))
    half_term_starts_on = LazyAttribute(lambda o: o.starts_on + timedelta(days=49))
    half_term_ends_on = LazyAttribute(lambda o: o.starts_on + timedelta(days=53))
    deadline_on = LazyAttribute(lambda o: o.ends_on - timedelta(days=14))
    key = LazyAttribute(lambda o: f"{clock.academic_year(o.starts_on)}-{clock.season(o.starts_on)}")
    name = LazyAttribute(lambda o: f"{clock.season(o.starts_on).capitalize()} {o.starts_on.year}")


class SchoolFactory(Rows):
    class Meta:
        model = School

    name = Sequence(lambda n: f"Lodewater Academy {n}")
    kind = "secondary"
    urn = Sequence(lambda n: f"{900000 + n}")


class HouseholdFactory(Rows):
    class Meta:
        model = Household
        exclude = ("authority",)

    authority = SubFactory(AuthorityFactory)
    authority_id = SelfAttribute("authority.id")
    kind = "foster"
    name = Sequence(lambda n: f"Tina and Paul Marlowe {n}")


class TeamFactory(Rows):
    class Meta:
        model = Team
        exclude = ("authority",)

    authority = SubFactory(AuthorityFactory)
    authority_id = SelfAttribute("authority.id")
    name = Sequence(lambda n: f"Children in care team {n}")


# People -------------------------------------------------------------------------------------------------


class UserFactory(Rows):
    class Meta:
        model = User

    email = Sequence(lambda n: f"person{n}@example.org")
    name = Sequence(lambda n: f"Rhian Castell {n}")
    password_hash = LazyAttribute(lambda _: password_hash())


class MembershipFactory(Dated):
    """What somebody is; places that the role needs and that are not given are made."""

    class Meta:
        model = Membership

    user = SubFactory(UserFactory)
    role = Role.ADVISER
    authority = factory.Maybe(
        LazyAttribute(lambda o: o.role not in SCHOOL_ROLES and o.role != Role.CARER),
        yes_declaration=SubFactory(AuthorityFactory),
    )
    school = factory.Maybe(
        LazyAttribute(lambda o: o.role in SCHOOL_ROLES), yes_declaration=SubFactory(SchoolFactory)
    )


# Children -----------------------------------------------------------------------------------------------


class ChildFactory(Rows):
    class Meta:
        model = Child
        exclude = ("authority",)

    authority = SubFactory(AuthorityFactory)
    authority_id = SelfAttribute("authority.id")
    first_name = factory.Iterator(FIRST_NAMES)
    last_name = factory.Iterator(LAST_NAMES)
    known_as = ""
    date_of_birth = LazyAttribute(lambda _: clock.today() - timedelta(days=15 * 365 + 100))
    sort_key = LazyAttribute(lambda o: names.child_key(o.first_name, o.last_name, o.known_as))
    social_care_id = Sequence(lambda n: f"SC{n:05d}")


class OfChild(Dated):
    """A relationship of a child."""

    class Meta:
        abstract = True
        exclude = ("child",)

    child = SubFactory(ChildFactory)
    child_id = SelfAttribute("child.id")


class CarePeriodFactory(OfChild):
    class Meta:
        model = CarePeriod

    legal_status = "C2"
    legal_status_from = SelfAttribute("starts_on")


class HomeFactory(OfChild):
    class Meta:
        model = Home

    household = SubFactory(HouseholdFactory)
    placement_code = "U6"


class HouseholdMemberFactory(Dated):
    class Meta:
        model = HouseholdMember
        exclude = ("household", "user")

    household = SubFactory(HouseholdFactory)
    household_id = SelfAttribute("household.id")
    user = SubFactory(UserFactory)
    user_id = SelfAttribute("user.id")


class EnrolmentFactory(OfChild):
    class Meta:
        model = Enrolment

    school = SubFactory(SchoolFactory)
    nc_year = 10
    hours = 25


class AllocationFactory(OfChild):
    class Meta:
        model = Allocation
        exclude = ("child", "user")

    user = SubFactory(UserFactory)
    user_id = SelfAttribute("user.id")
    role = Role.SOCIAL_WORKER


class DelegationFactory(OfChild):
    class Meta:
        model = Delegation
        exclude = ("child", "user", "granted_by", "school")

    school = SubFactory(SchoolFactory)
    school_id = SelfAttribute("school.id")
    user = SubFactory(UserFactory)
    user_id = SelfAttribute("user.id")
    granted_by = SubFactory(UserFactory)
    granted_by_id = SelfAttribute("granted_by.id")
    sections = LazyAttribute(lambda _: ["progress"])
    ends_on = LazyAttribute(lambda _: clock.today() + timedelta(days=30))


# Plans --------------------------------------------------------------------------------------------------


class PepFactory(OfChild):
    """A plan's row alone; `vsportal.peps.operations.open_pep` opens one with parts and sections."""

    class Meta:
        model = Pep
        exclude = ("child", "starts_on", "ends_on")

    authority_id = SelfAttribute("child.authority_id")
    term_key = LazyAttribute(lambda _: f"{clock.academic_year(clock.today())}-{clock.season(clock.today())}")
    edition = "2026-27"
    phase = "secondary"
    nc_year = 10
    opened_on = LazyAttribute(lambda _: clock.today() - timedelta(days=14))
    due_on = LazyAttribute(lambda _: clock.today() + timedelta(days=14))


class PepPartFactory(Rows):
    class Meta:
        model = PepPart
        exclude = ("pep",)

    pep = SubFactory(PepFactory)
    pep_id = SelfAttribute("pep.id")
    part = "school"


class PepSectionFactory(Rows):
    class Meta:
        model = PepSection
        exclude = ("pep",)

    pep = SubFactory(PepFactory)
    pep_id = SelfAttribute("pep.id")
    section_id = "progress"
    position = Sequence(lambda n: n)
    owner = "designated_teacher"
    part = "school"
    due_on = LazyAttribute(lambda _: clock.today() + timedelta(days=7))
