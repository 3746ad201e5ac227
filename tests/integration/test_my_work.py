"""My work: what waits for whom, and what those who follow a child find there."""

import pytest
from sqlalchemy import select

from tests.children import complete, days, page_of, say, signed_in_as, target, waiting
from tests.client import PageClient
from tests.factories import (
    ChildFactory,
    EnrolmentFactory,
    HouseholdFactory,
    PepFactory,
)
from tests.world import World
from vsportal import clock
from vsportal.extensions import db
from vsportal.models import (
    Child,
    PepPart,
    PepSection,
)
from vsportal.policy import Tie

# What waits for whom ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tie", "section"),
    [
        (Tie.YOUNG_PERSON, None),
        (Tie.CARER, "At home"),
        (Tie.SOCIAL_WORKER, "My details"),
        (Tie.TEAM_MANAGER, "My details"),
        (Tie.DELEGATE, "My progress"),
        (Tie.SAFEGUARDING_LEAD, None),
        (Tie.INDEPENDENT_REVIEWER, None),
    ],
)
def test_only_sections_one_may_complete_or_was_lent_wait(
    client: PageClient, world: World, tie: str, section: str | None
) -> None:
    found = waiting(signed_in_as(client, world, tie).get("/"))

    assert found[:1] == ([section] if section else [])
    assert ("My progress" in found) == (tie == Tie.DELEGATE)


def test_a_teachers_sections_wait_until_complete_and_then_the_part_waits_to_be_sent(
    client: PageClient, world: World
) -> None:
    signed_in_as(client, world, Tie.DESIGNATED_TEACHER)
    school = db.session.scalars(
        select(PepSection).where(PepSection.pep_id == world.pep.id, PepSection.part == "school")
    ).all()
    before = waiting(client.get("/"))

    complete(*school[1:])
    one_left = waiting(client.get("/"))
    complete(school[0])
    none_left = waiting(client.get("/"))

    assert "Send the school’s part" not in before
    assert len(before) >= len(school)
    assert len(one_left) == len(before) - len(school) + 1
    assert none_left[-1] == "Send the school’s part"


def test_a_part_that_was_sent_waits_for_nobody(client: PageClient, world: World) -> None:
    complete(*db.session.scalars(select(PepSection).where(PepSection.pep_id == world.pep.id)))
    for part in db.session.scalars(select(PepPart).where(PepPart.pep_id == world.pep.id)):
        part.state = "submitted"

    work = signed_in_as(client, world, Tie.DESIGNATED_TEACHER).get("/")

    assert waiting(work) == []
    assert "With the Virtual School" in work.text


def test_a_section_sent_back_stands_first_and_its_neighbours_stay_closed(
    client: PageClient, world: World
) -> None:
    for section in db.session.scalars(select(PepSection).where(PepSection.pep_id == world.pep.id)):
        complete(section)
    sent_back = world.section("targets")
    sent_back.status, sent_back.completed_at, sent_back.returned = "in_progress", None, True
    part = db.session.scalars(
        select(PepPart).where(PepPart.pep_id == world.pep.id, PepPart.part == "school")
    ).one()
    part.state = "returned"

    work = signed_in_as(client, world, Tie.DESIGNATED_TEACHER).get("/")

    assert "Sent back to you: 1 section" in work.text
    assert waiting(work) == ["My targets"]
    assert "Returned to you" in work.text


def test_late_not_looked_at_and_begun_are_told_apart(client: PageClient, world: World) -> None:
    world.section("progress").due_on = days(-2)
    begun = world.section("attendance")
    begun.status, begun.looked_at = "in_progress", clock.now()
    world.section("targets").looked_at = clock.now()

    work = signed_in_as(client, world, Tie.DESIGNATED_TEACHER).get("/")

    states = {
        li.a.contents[0]: li.select_one(".vs-state").get_text() for li in work.soup.select(".vs-tasks li")
    }
    assert states["My progress"] == "2 days late"
    assert states["My attendance"] == "In progress"
    assert states["My targets"] == "Not started"
    assert states["My education"] == "Not looked at"


def test_professionals_are_told_who_else_is_late_and_carers_are_not(client: PageClient, world: World) -> None:
    world.section("my_details").due_on = days(-3)
    worker = world.people[Tie.SOCIAL_WORKER].name
    told = signed_in_as(client, world, Tie.DESIGNATED_TEACHER).get("/").text
    spared = signed_in_as(PageClient(client.app), world, Tie.CARER).get("/").text

    assert f"Not waiting on you: My details , 3 days late, {worker} (social worker)." in told
    assert "late" not in spared
    assert worker not in spared


def test_what_another_home_writes_waits_for_that_home_alone(client: PageClient, world: World) -> None:
    world.section("at_home").household_id = HouseholdFactory(authority=world.authority).id

    work = signed_in_as(client, world, Tie.CARER).get("/")

    assert waiting(work) == []
    assert "Nothing waits for you today." in work.text


def test_carers_of_todays_home_are_not_named_for_what_the_last_home_was_to_write(
    client: PageClient, world: World
) -> None:
    world.section("at_home").household_id = HouseholdFactory(authority=world.authority).id

    work = signed_in_as(client, world, Tie.ALLOCATED_ADVISER).get("/")

    assert "At home: carer (nobody named yet)" in " ".join(work.text.split())
    assert world.people[Tie.CARER].name not in work.text


def test_nobody_calls_a_child_or_a_carer_late(client: PageClient, world: World) -> None:
    for section in ("my_views", "at_home"):
        world.section(section).due_on = days(-3)

    work = signed_in_as(client, world, Tie.ALLOCATED_ADVISER).get("/")

    assert "My views" in work.text
    assert "late" not in work.text


def test_a_managers_work_names_the_worker_whose_it_is(client: PageClient, world: World) -> None:
    work = signed_in_as(client, world, Tie.TEAM_MANAGER).get("/")

    assert world.people[Tie.SOCIAL_WORKER].name in work.one(".vs-tasks li:first-child").get_text()


def test_the_soonest_meeting_comes_first(client: PageClient, world: World) -> None:
    later = ChildFactory(authority=world.authority, first_name="Aaron", last_name="Abbott")
    EnrolmentFactory(child=later, school=world.school)
    pep = PepFactory(child=later, meeting_on=days(30), due_on=days(40))
    db.session.add(
        PepSection(
            pep_id=pep.id, section_id="progress", position=1, owner="designated_teacher", part="school",
            due_on=days(35),
        )
    )  # fmt: skip

    work = signed_in_as(client, world, Tie.DESIGNATED_TEACHER).get("/")

    assert [h.get_text() for h in work.soup.select(".vs-kid h3")] == ["Amira Belhadj", "Aaron Abbott"]


# Those who follow ---------------------------------------------------------------------------------------


def another_child(world: World, *, late: bool) -> Child:
    """A child of the same authority with an open plan, allocated to nobody."""
    child = ChildFactory(authority=world.authority, first_name="Ruby", last_name="Late" if late else "Early")
    pep = PepFactory(child=child, meeting_on=days(20))
    db.session.add(
        PepSection(
            pep_id=pep.id, section_id="my_details", position=1, owner="social_worker", part="care",
            due_on=days(-4 if late else 4),
        )
    )  # fmt: skip
    return child  # type: ignore[no-any-return]


def test_an_adviser_finds_their_own_children_and_then_who_is_late(client: PageClient, world: World) -> None:
    another_child(world, late=True)
    another_child(world, late=False)

    work = signed_in_as(client, world, Tie.ALLOCATED_ADVISER).get("/")

    names = [th.a.get_text() for th in work.soup.select("tbody th")]
    assert names == ["Amira Belhadj", "Ruby Late"]
    assert "4 days late" in work.text


def test_what_waits_for_the_adviser_is_theirs_by_you(client: PageClient, world: World) -> None:
    work = signed_in_as(client, world, Tie.ALLOCATED_ADVISER).get("/")

    assert "The meeting: you" in work.text


def test_the_head_is_told_what_is_late_and_no_more(client: PageClient, world: World) -> None:
    calm = signed_in_as(client, world, Tie.HEAD).get("/").text
    another_child(world, late=True)
    late = client.get("/").text

    assert "Nothing is late." in calm
    assert "Ruby Late" in late
    assert "Amira" not in late


def test_business_support_sees_names_dates_and_who_is_waiting_but_no_words_of_the_plan(
    client: PageClient, world: World
) -> None:
    target(world.pep, "Read aloud to the class", by_when=days(20))
    say(world, "I like the library")

    signed_in_as(client, world, Tie.BUSINESS_SUPPORT)
    work, page = client.get("/"), page_of(client, world)

    assert "Amira Belhadj" in work.text
    assert world.people[Tie.SOCIAL_WORKER].name in work.text
    assert "Meeting" in page.text
    assert "Read aloud" not in page.body
    assert "library" not in page.body
