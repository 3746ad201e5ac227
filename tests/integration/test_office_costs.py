"""What the office's pages cost: as many statements for one row as for fifty."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.children import days, many
from tests.client import PageClient
from tests.factories import (
    CarePeriodFactory,
    HouseholdFactory,
    HouseholdMemberFactory,
    MembershipFactory,
    SchoolFactory,
    TeamFactory,
)
from tests.office import as_administrator, as_support
from tests.world import World
from vsportal.database import statements
from vsportal.extensions import db
from vsportal.models import Allocation, CarePeriod, Child, Inspection, Role
from vsportal.policy import Tie

CEILING = 12
PATHS = (
    "/office",
    "/office/people",
    "/office/people?role=social_worker",
    "/office/people/{worker}",
    "/office/schools",
    "/office/schools/{school}",
    "/office/teams",
    "/office/children",
    "/office/children?without=worker",
    "/office/households",
    "/office/households/{household}",
    "/office/terms",
    "/office/settings",
)


def more_of_everything(world: World, count: int) -> None:
    """Children, people, schools, teams and homes: each page has more to show."""
    many(world, count)
    db.session.flush()
    in_care = select(CarePeriod.child_id)
    for child in db.session.scalars(select(Child).where(Child.id.not_in(in_care))).all():
        CarePeriodFactory(child=child)
    for n in range(count):
        carer = MembershipFactory(role=Role.CARER).user
        HouseholdMemberFactory(household=HouseholdFactory(authority=world.authority), user=carer)
        HouseholdMemberFactory(household=world.household, user=carer)
        team = TeamFactory(authority=world.authority)
        MembershipFactory(role=Role.SOCIAL_WORKER, authority=world.authority, team_id=team.id)
        school = SchoolFactory()
        MembershipFactory(role=Role.DESIGNATED_TEACHER, school=school)
        MembershipFactory(role=Role.SCHOOL_STAFF, school=world.school)
        db.session.add(
            Inspection(
                school_id=world.school.id,
                inspected_on=days(-n - 2 * count),
                framework="F",
                area="A",
                grade="G",
            )
        )
    db.session.commit()


def address(world: World, path: str) -> str:
    return path.format(
        worker=world.people[Tie.SOCIAL_WORKER].ref, school=world.school.ref, household=world.household.ref
    )


@pytest.mark.parametrize("path", PATHS)
def test_a_page_costs_the_same_statements_for_few_rows_and_for_fifty(
    client: PageClient, world: World, path: str
) -> None:
    as_support(client, world)
    costs, sizes = [], []
    for count in (1, 49):
        more_of_everything(world, count)
        client.get(address(world, path))
        with statements(db.engine) as seen:
            page = client.get(address(world, path))
        costs.append(len(seen))
        sizes.append(len(page.body))

    assert costs[0] == costs[1]
    assert 0 < costs[0] <= CEILING
    assert sizes[1] > sizes[0] or path in (
        "/office",
        "/office/terms",
        "/office/settings",
        "/office/people/{worker}",
    )


def test_a_record_costs_the_same_however_long_it_is(client: PageClient, world: World) -> None:
    as_support(client, world)
    path = f"/office/children/{world.child.ref}"
    costs = []
    for count in (0, 20):
        for n in range(count):
            worker = MembershipFactory(role=Role.SOCIAL_WORKER, authority=world.authority).user
            at = days(-1000 - n)
            db.session.add(
                Allocation(
                    child_id=world.child.id, user_id=worker.id, role="social_worker", starts_on=at, ends_on=at
                )
            )
        db.session.commit()
        client.get(path)
        with statements(db.engine) as seen:
            client.get(path)
        costs.append(len(seen))

    assert costs[0] == costs[1] <= CEILING


def test_an_administrators_pages_cost_no_more(client: PageClient, world: World) -> None:
    as_administrator(client, world)
    for path in ("/office", "/office/people", "/office/schools", "/office/teams", "/office/terms"):
        with statements(db.engine) as seen:
            client.get(path)
        assert len(seen) <= CEILING, path
