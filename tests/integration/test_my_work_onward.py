"""From one part to the next: a social worker's parts follow one another, the soonest meeting first."""

from dataclasses import replace

import pytest

from tests.children import complete, days
from tests.client import Page, PageClient
from tests.factories import AllocationFactory, ChildFactory
from tests.plans import fill, path_of, sign_in
from tests.world import World
from vsportal import clock
from vsportal.audit import SYSTEM
from vsportal.database import statements
from vsportal.extensions import db
from vsportal.models import Role
from vsportal.peps.operations import open_pep
from vsportal.policy import Tie

UNCHANGED = "I have checked this, nothing else has changed"


def another(world: World, name: str, meeting_in: int) -> World:
    """Another child of the same worker, whose meeting is in so many days."""
    child = ChildFactory(authority=world.authority, first_name=name, last_name="Osei")
    AllocationFactory(child=child, user=world.people[Tie.SOCIAL_WORKER], role=Role.SOCIAL_WORKER)
    pep = open_pep(
        SYSTEM,
        child,
        term=world.term,
        on=clock.today(),
        phase="secondary",
        nc_year=10,
        meeting_on=days(meeting_in),
    )
    there = replace(world, child=child, pep=pep)
    settled(there)
    return there


def settled(world: World) -> None:
    """A worker's part that was carried forward whole."""
    fill(world, "my_details")
    row = world.section("my_details")
    row.carried = dict.fromkeys(row.answers, "2025-26-summer")
    db.session.commit()


@pytest.fixture
def her(client: PageClient, world: World) -> PageClient:
    """The social worker of the world's child, whose meeting is in a week."""
    settled(world)
    return sign_in(client, world.people[Tie.SOCIAL_WORKER])


def onward(page: Page) -> str:
    """What comes next, as the page says it; empty when nothing does."""
    link = page.soup.select_one(".vs-onward a")
    return link.get_text(strip=True) if link else ""


def unchanged(client: PageClient, world: World) -> Page:
    """Complete the part, nothing having changed."""
    path = path_of(world, "my_details")
    return client.post(path, {"act": "unchanged", "page": "p1"})


def test_the_next_part_is_that_of_the_next_meeting(her: PageClient, world: World) -> None:
    another(world, "Later", 20)
    another(world, "Soon", 9)

    assert onward(her.get(path_of(world, "my_details"))) == "Next: Soon Osei, My details"


def test_what_is_written_after_a_meeting_comes_after_all_that_is_due_before(
    her: PageClient, world: World
) -> None:
    soon = another(world, "Soon", 9)

    assert onward(her.get(path_of(soon, "my_details"))) == "Next: Amira Belhadj, What we agreed"


def test_completing_a_part_leads_to_the_next_child(her: PageClient, world: World) -> None:
    soon = another(world, "Soon", 9)

    sent = unchanged(her, world)

    assert sent.status == 303
    assert sent.location == path_of(soon, "my_details")
    said = her.follow(sent)
    assert "Amira Belhadj: “My details” is complete: checked, nothing else changed." in said.text


def test_what_was_passed_over_comes_again_at_the_end(her: PageClient, world: World) -> None:
    soon = another(world, "Soon", 9)
    complete(world.section("summary"), soon.section("summary"))
    db.session.commit()

    assert onward(her.get(path_of(soon, "my_details"))) == "Next: Amira Belhadj, My details"


def test_after_the_last_part_one_is_back_at_the_plan(her: PageClient, world: World) -> None:
    complete(world.section("summary"))
    db.session.commit()

    assert unchanged(her, world).location == f"/peps/{world.pep.ref}"


def test_a_part_that_is_sent_or_complete_is_not_led_to(her: PageClient, world: World) -> None:
    done = another(world, "Done", 9)
    complete(done.section("my_details"))
    another(world, "Later", 20)
    db.session.commit()

    assert onward(her.get(path_of(world, "my_details"))) == "Next: Later Osei, My details"


@pytest.mark.parametrize("tie", [Tie.TEAM_MANAGER, Tie.HEAD, Tie.DESIGNATED_TEACHER, Tie.CARER])
def test_nobody_else_is_led_through_a_workers_parts(client: PageClient, world: World, tie: str) -> None:
    settled(world)
    another(world, "Soon", 9)
    db.session.commit()

    assert onward(sign_in(client, world.people[tie]).get(path_of(world, "my_details"))) == ""


def test_the_way_on_holds_no_name(her: PageClient, world: World) -> None:
    another(world, "Soon", 9)
    db.session.commit()
    link = her.get(path_of(world, "my_details")).one(".vs-onward a")

    assert "Soon" not in link["href"]
    assert "?" not in link["href"]


def test_twenty_two_parts_are_done_in_one_sitting(her: PageClient, world: World) -> None:
    all_parts = [world, *(another(world, f"Child {n}", 8 + n) for n in range(21))]
    complete(*(each.section("summary") for each in all_parts))
    db.session.commit()

    seen, here = [], path_of(world, "my_details")
    for _ in all_parts:
        seen.append(here)
        page = her.get(here)
        here = her.submit(page, action=here, button=UNCHANGED).location

    assert seen == [path_of(each, "my_details") for each in all_parts]
    assert here == f"/peps/{all_parts[-1].pep.ref}"
    assert her.get("/").soup.select(".vs-tasks a[href*=my_details]") == []


def test_the_next_of_200_costs_one_statement_as_of_two(her: PageClient, world: World) -> None:
    path, costs = path_of(world, "my_details"), []
    for more in (1, 21):
        for n in range(more):
            another(world, f"Child {n}", 9)
        her.get(path)
        with statements(db.engine) as seen:
            her.get(path)
        costs.append(len(seen))

    assert costs[0] == costs[1]
    assert costs[0] <= 14
