"""The meeting pack: the child's words first, each reader's own sight, what is not for the table apart."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from tests.agreed import agree
from tests.client import Page, PageClient
from tests.integration.test_private_answers import PLANTED, may_find, plant, token
from tests.plans import close
from tests.world import World
from vsportal.database import statements
from vsportal.extensions import db
from vsportal.models import AccessEvent, Comment, PepSection
from vsportal.peps.loading import load_plan
from vsportal.policy import Tie


def open_pack(client: PageClient, world: World, tie: str) -> Page:
    """The pack as this person prints it."""
    client.forget_cookies()
    client.sign_in(world.people[tie])
    return client.get(f"/peps/{world.pep.ref}/pack")


@pytest.fixture
def planted(world: World) -> World:
    """A sentence in every question of the plan."""
    plan = load_plan(world.actor(Tie.HEAD), world.pep.ref)
    assert plan is not None
    plant(world, plan)
    return world


def headings(page: Page) -> list[str]:
    return [h.get_text(" ", strip=True) for h in page.soup.select("main h2")]


def test_the_pack_begins_with_what_the_child_says(client: PageClient, world: World) -> None:
    agree(world, held=False)
    world.section("my_views").answers = {"going_well": "To sit at the front."}
    db.session.commit()

    page = open_pack(client, world, Tie.DESIGNATED_TEACHER)

    assert headings(page)[:2] == ["What Amira says", "How the last targets went"]
    assert "To sit at the front." in page.text
    assert page.text.index("To sit at the front.") < page.text.index("Solve two-step equations alone")


def test_the_cover_has_a_reference_who_printed_it_and_no_name_of_the_child(
    client: PageClient, world: World
) -> None:
    cover = open_pack(client, world, Tie.SOCIAL_WORKER).one(".vs-pack__cover").get_text(" ", strip=True)

    assert world.pep.ref in cover
    assert world.people[Tie.SOCIAL_WORKER].name in cover
    assert re.search(r"on \d+ \w+ \d{4} at \d", cover)
    assert world.child.first_name not in cover
    assert world.child.last_name not in cover


@pytest.mark.parametrize(
    "tie",
    [
        Tie.CARER,
        Tie.DESIGNATED_TEACHER,
        Tie.INDEPENDENT_REVIEWER,
        Tie.SOCIAL_WORKER,
        Tie.HEAD,
        Tie.YOUNG_PERSON,
    ],
)
def test_nobody_prints_an_answer_that_is_not_for_them(client: PageClient, planted: World, tie: str) -> None:
    allowed = may_find(planted.people[tie], planted)

    found = set(PLANTED.findall(open_pack(client, planted, tie).body))

    assert found - allowed == set()
    assert len(found) > 50


def test_what_neither_home_nor_school_reads_stands_on_a_sheet_of_its_own(
    client: PageClient, planted: World
) -> None:
    private, open_to_all = token("my_views", "meeting_wish"), token("my_views", "going_well")

    page = open_pack(client, planted, Tie.SOCIAL_WORKER)
    apart = page.one(".vs-pack__apart").extract().get_text()

    assert private in apart
    assert private not in page.soup.get_text()
    assert open_to_all in page.soup.get_text()
    assert open_to_all not in apart


def test_a_carer_has_no_sheet_apart_and_is_not_told_what_others_still_owe(
    client: PageClient, world: World
) -> None:
    page = open_pack(client, world, Tie.CARER)

    assert not page.soup.select(".vs-pack__apart")
    assert "Enter the care plan" not in page.text
    assert {h.get_text() for h in page.soup.select("#settle ~ h3")} <= {"At home"}


def test_what_is_missing_is_listed_as_a_question_to_settle_until_the_plan_is_closed(
    client: PageClient, world: World
) -> None:
    asked = open_pack(client, world, Tie.ALLOCATED_ADVISER)
    close(world)
    closed = open_pack(client, world, Tie.ALLOCATED_ADVISER)

    assert "Enter the date of the next meeting" in asked.text
    assert "Questions to settle" not in headings(closed)


@pytest.mark.parametrize("tie", [Tie.DELEGATE, Tie.BUSINESS_SUPPORT])
def test_who_does_not_read_the_plan_prints_no_pack(client: PageClient, world: World, tie: str) -> None:
    assert open_pack(client, world, tie).status == 403


def test_that_it_was_opened_is_noted(client: PageClient, world: World) -> None:
    open_pack(client, world, Tie.CARER)

    assert db.session.scalars(select(AccessEvent.actor_role).where(AccessEvent.what == "pack")).all() == [
        Tie.CARER
    ]


def test_it_costs_the_same_statements_however_much_is_in_it(client: PageClient, planted: World) -> None:
    open_pack(client, planted, Tie.SOCIAL_WORKER)
    costs, path = [], f"/peps/{planted.pep.ref}/pack"
    for _ in range(2):
        with statements(db.engine) as seen:
            client.get(path)
        costs.append(len(seen))
        if len(costs) == 2:
            break
        row = planted.section("targets")
        row.answers = row.answers | {f"targets.n{n}.outcome": f"Target {n}" for n in range(6)}
        said = db.session.scalars(select(Comment).join(PepSection)).first()
        assert said is not None
        for tie in (Tie.CARER, Tie.HEAD, Tie.ADVISER):
            db.session.add(
                Comment(
                    pep_section_id=said.pep_section_id,
                    field_id=said.field_id,
                    author_id=planted.people[tie].id,
                    role=tie,
                    signed=tie,
                    text="More.",
                    changed_at=said.changed_at,
                )
            )
        db.session.commit()

    assert costs[0] == costs[1] <= 12
