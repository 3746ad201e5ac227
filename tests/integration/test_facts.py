"""Facts of a child's record: derived from dated rows, never typed."""

from datetime import date, timedelta

import pytest

from tests.factories import CarePeriodFactory, HomeFactory, HouseholdFactory
from tests.world import World
from vsportal import clock, editions
from vsportal.children.facts import facts_of
from vsportal.database import statements
from vsportal.extensions import db
from vsportal.models import CarePeriod, Home
from vsportal.policy import Tie


def days(count: int) -> date:
    """The day that many days from today."""
    return clock.today() + timedelta(days=count)


@pytest.fixture
def moved(world: World) -> World:
    """A child in care for two years: a home, a night elsewhere, the home again on other papers, a move."""
    db.session.query(Home).filter_by(child_id=world.child.id).delete()
    db.session.query(CarePeriod).filter_by(child_id=world.child.id).delete()
    CarePeriodFactory(child=world.child, starts_on=days(-2000), ends_on=days(-1500), legal_status="V2")
    CarePeriodFactory(child=world.child, starts_on=days(-730), legal_status="C2")
    first, before = HouseholdFactory(authority=world.authority), HouseholdFactory(authority=world.authority)
    for household, code, starts, ends in (
        (before, "U6", -2000, -1500),
        (first, "U6", -730, -500),
        (None, "T4", -500, -498),
        (first, "U4", -498, -400),
        (world.household, "U6", -400, None),
    ):
        HomeFactory(
            child=world.child,
            household=household,
            placement_code=code,
            starts_on=days(starts),
            ends_on=days(ends) if ends else None,
        )
    return world


def test_homes_are_counted_from_the_latest_time_in_care_without_short_stays(moved: World) -> None:
    facts = facts_of(moved.child, clock.today())

    assert facts["home.count_ever"] == 2
    assert facts["home.count_year"] == 1
    assert facts["home.kind"] == "U6"
    assert facts["care.started_on"] == days(-730).isoformat()
    assert facts["care.legal_status"] == "C2"


def test_a_home_left_within_the_year_is_counted_in_it(moved: World) -> None:
    for home in db.session.query(Home).filter(Home.starts_on >= days(-498)):
        home.starts_on = home.starts_on + timedelta(days=100)
        home.ends_on = home.ends_on + timedelta(days=100) if home.ends_on else None
    db.session.flush()

    assert facts_of(moved.child, clock.today())["home.count_year"] == 2


def test_school_and_people_are_those_of_today(world: World) -> None:
    facts = facts_of(world.child, clock.today())

    assert facts["school.name"] == world.school.name
    assert facts["people.social_worker"] == world.people[Tie.SOCIAL_WORKER].name
    assert facts["people.designated_teacher"] == world.people[Tie.DESIGNATED_TEACHER].name
    assert facts["people.carer"] == world.household.name
    assert facts["care.placing_authority"] == world.authority.short_name


def test_a_child_of_whom_little_is_known_has_facts_without_values(world: World) -> None:
    db.session.query(Home).filter_by(child_id=world.child.id).delete()
    db.session.query(CarePeriod).filter_by(child_id=world.child.id).delete()

    facts = facts_of(world.child, clock.today())

    assert facts["home.kind"] is None
    assert facts["home.count_ever"] is None
    assert facts["care.started_on"] is None


@pytest.mark.parametrize("name", editions.names())
def test_every_source_of_the_record_that_an_edition_names_is_a_fact(world: World, name: str) -> None:
    fields = [f for section in editions.get(name).sections for f in section.fields]
    of_the_record = {f.source for f in fields if f.source and not f.source.startswith("plan.")}

    assert of_the_record <= facts_of(world.child, clock.today()).keys()


def test_facts_cost_three_statements(world: World) -> None:
    with statements(db.engine) as seen:
        facts_of(world.child, clock.today())

    assert len(seen) == 3
