"""The small world that most tests want: one child, one person of each tie to them, and strangers.

A stranger is the same thing elsewhere: a designated teacher of another school, a carer of another
home, an adviser of another authority.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import select

from tests.factories import (
    AllocationFactory,
    AuthorityFactory,
    CarePeriodFactory,
    ChildFactory,
    DelegationFactory,
    EnrolmentFactory,
    HomeFactory,
    HouseholdFactory,
    HouseholdMemberFactory,
    MembershipFactory,
    SchoolFactory,
    TeamFactory,
    TermFactory,
)
from vsportal import clock
from vsportal.accounts import operations, queries
from vsportal.audit import SYSTEM
from vsportal.extensions import db
from vsportal.models import (
    Authority,
    BrokenGlass,
    Child,
    Household,
    Pep,
    PepSection,
    Role,
    School,
    Team,
    Term,
    User,
)
from vsportal.peps.operations import open_pep
from vsportal.policy import Actor, Tie

SEE_NO_CHILD = (Role.FINANCE, Role.GOVERNOR, Role.ADMINISTRATOR)


@dataclass
class Surroundings:
    """A child with everybody around: `people` by tie."""

    authority: Authority
    term: Term
    school: School
    household: Household
    team: Team
    child: Child
    pep: Pep
    people: dict[str, User] = field(default_factory=dict)

    def actor(self, tie: str) -> Actor:
        """A person of this world as policy knows them today."""
        return actor_of(self.people[tie])

    def section(self, section_id: str) -> PepSection:
        """A section of the plan."""
        return db.session.scalars(
            select(PepSection).where(PepSection.pep_id == self.pep.id, PepSection.section_id == section_id)
        ).one()


@dataclass
class World(Surroundings):
    """The child, and `strangers`: the same roles and others, tied to another child or to none."""

    other: Surroundings = field(kw_only=True)
    unplaced: dict[str, User] = field(default_factory=dict, kw_only=True)
    """Roles that see no child: finance, governor, administrator of the child's own authority."""

    @property
    def strangers(self) -> dict[str, User]:
        """Everybody who has no tie to the child, by tie elsewhere or by role."""
        return {**self.other.people, **self.unplaced}


def actor_of(user: User) -> Actor:
    """Somebody as the portal knows them when they are signed in today."""
    token = operations._open_session(user, "a test")
    found = queries.signed_in(token, timedelta(hours=1))
    assert found is not None
    return found.actor


def make_world() -> World:
    """The child and, elsewhere, another with people of their own."""
    one, other = surroundings("Amira", "Belhadj"), surroundings("Kofi", "Fenwick")
    unplaced = {str(role): person(role, authority=one.authority) for role in SEE_NO_CHILD}
    return World(**vars(one), other=other, unplaced=unplaced)


def surroundings(first_name: str, last_name: str) -> Surroundings:
    """A child of an authority of their own, with a home, a school, workers, a plan of this term."""
    authority, school = AuthorityFactory(), SchoolFactory()
    term = TermFactory(authority=authority)
    household, team = HouseholdFactory(authority=authority), TeamFactory(authority=authority)
    child = ChildFactory(authority=authority, first_name=first_name, last_name=last_name)
    CarePeriodFactory(child=child)
    HomeFactory(child=child, household=household)
    EnrolmentFactory(child=child, school=school)
    people = {
        **_people_at_home(child, authority, household),
        **_people_at_school(child, school),
        **_people_of_the_authority(child, authority, team),
    }
    pep = open_pep(
        SYSTEM, child, term=term, on=clock.today(), phase="secondary", nc_year=10, meeting_on=next_week()
    )
    return Surroundings(authority, term, school, household, team, child, pep, people)


def next_week() -> date:
    """When the plan's meeting is to be."""
    return clock.today() + timedelta(days=7)


def person(role: str, **more: object) -> User:
    """Somebody with an account and one membership."""
    return MembershipFactory(role=role, **more).user  # type: ignore[no-any-return]


def _people_at_home(child: Child, authority: Authority, household: Household) -> dict[str, User]:
    """The young person and the carer; and a parent, who becomes one only where the child lives with them."""
    carer = person(Role.CARER)
    HouseholdMemberFactory(household=household, user=carer)
    young = person(Role.YOUNG_PERSON, authority=authority, child_id=child.id)
    return {Tie.YOUNG_PERSON: young, Tie.CARER: carer}


def _people_at_school(child: Child, school: School) -> dict[str, User]:
    """The designated teacher, the safeguarding lead, and a colleague to whom progress is lent."""
    teacher = person(Role.DESIGNATED_TEACHER, school=school)
    colleague = person(Role.SCHOOL_STAFF, school=school)
    DelegationFactory(child=child, school=school, user=colleague, granted_by=teacher, sections=["progress"])
    return {
        Tie.DESIGNATED_TEACHER: teacher,
        Tie.SAFEGUARDING_LEAD: person(Role.SAFEGUARDING_LEAD, school=school),
        Tie.DELEGATE: colleague,
    }


def _people_of_the_authority(child: Child, authority: Authority, team: Team) -> dict[str, User]:
    """Social care and the Virtual School."""
    worker = person(Role.SOCIAL_WORKER, authority=authority, team_id=team.id)
    reviewer = person(Role.INDEPENDENT_REVIEWER, authority=authority)
    allocated = person(Role.ADVISER, authority=authority)
    for user, role in (
        (worker, Role.SOCIAL_WORKER),
        (reviewer, Role.INDEPENDENT_REVIEWER),
        (allocated, Role.ADVISER),
    ):
        AllocationFactory(child=child, user=user, role=role)
    on_duty = person(Role.SOCIAL_WORKER, authority=authority)
    db.session.add(
        BrokenGlass(
            authority_id=authority.id,
            child_id=child.id,
            user_id=on_duty.id,
            reason="A call at night.",
            starts_at=clock.now() - timedelta(minutes=5),
            ends_at=clock.now() + timedelta(days=30),
        )
    )
    db.session.flush()
    return {
        Tie.SOCIAL_WORKER: worker,
        Tie.TEAM_MANAGER: person(Role.TEAM_MANAGER, authority=authority, team_id=team.id),
        Tie.INDEPENDENT_REVIEWER: reviewer,
        Tie.DUTY_WORKER: on_duty,
        Tie.ALLOCATED_ADVISER: allocated,
        Tie.ADVISER: person(Role.ADVISER, authority=authority),
        Tie.HEAD: person(Role.HEAD, authority=authority),
        Tie.BUSINESS_SUPPORT: person(Role.BUSINESS_SUPPORT, authority=authority),
    }
