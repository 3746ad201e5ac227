"""What people say beside the answers: each under their own name, each only their own words."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from tests.client import Page, PageClient
from tests.plans import CLOSED, answers_of, comments, complete, draft, events, path_of, sign_in
from tests.world import World
from vsportal.extensions import db
from vsportal.models import Comment
from vsportal.policy import Tie


@pytest.fixture
def teacher(client: PageClient, world: World) -> PageClient:
    """The designated teacher, signed in."""
    return sign_in(client, world.people[Tie.DESIGNATED_TEACHER])


# What people say ----------------------------------------------------------------------------------------


def say(client: PageClient, world: World, tie: str, text: str, **more: Any) -> Page:
    sign_in(client, world.people[tie])
    return draft(client, world, {"progress_views": text}, page=f"page of {tie}"[:16], **more)


def test_each_speaks_for_themselves_beside_the_others(client: PageClient, world: World) -> None:
    say(client, world, Tie.YOUNG_PERSON, "I like art.")
    say(client, world, Tie.CARER, "She reads at night.")
    say(client, world, Tie.SOCIAL_WORKER, "A good term.")

    assert comments(world) == {
        "young_person": "I like art.",
        "carer": "She reads at night.",
        "social_worker": "A good term.",
    }
    page = sign_in(client, world.people[Tie.DESIGNATED_TEACHER]).get(path_of(world))
    assert page.text.index("I like art.") < page.text.index("She reads at night.")
    assert page.one("[name=progress_views]").get_text(strip=True) == ""
    assert world.section("progress").answers == {}


def test_one_changes_and_takes_back_only_ones_own(client: PageClient, world: World) -> None:
    say(client, world, Tie.CARER, "She reads at night.")
    say(client, world, Tie.SOCIAL_WORKER, "A good term.")

    say(client, world, Tie.CARER, "She reads every night.")
    assert comments(world) == {"carer": "She reads every night.", "social_worker": "A good term."}

    say(client, world, Tie.CARER, "")
    assert comments(world) == {"social_worker": "A good term."}
    tags = [e.tag for e in events(world, "pep:comment:changed", "pep:comment:removed")]
    assert tags == ["pep:comment:changed"] * 3 + ["pep:comment:removed"]


def test_a_comment_is_signed_with_the_name_and_the_role_it_was_made_in(
    client: PageClient, world: World
) -> None:
    say(client, world, Tie.CARER, "She reads at night.")

    said = db.session.scalars(select(Comment)).one()
    assert (said.author_id, said.role, said.signed) == (world.people[Tie.CARER].id, "carer", "carer")
    page = sign_in(client, world.people[Tie.HEAD]).get(path_of(world))
    assert world.people[Tie.CARER].name in page.text


def test_ones_own_comment_in_two_windows_loses_nothing(client: PageClient, world: World) -> None:
    say(client, world, Tie.CARER, "From the phone.")

    page = draft(client, world, {"progress_views": "From the laptop."}, page="laptop")

    assert page.status == 409
    assert "From the phone." in page.text
    assert "From the laptop." in page.text
    assert comments(world) == {"carer": "From the phone."}


@pytest.mark.parametrize("tie", [Tie.INDEPENDENT_REVIEWER, Tie.SAFEGUARDING_LEAD, Tie.HEAD])
def test_who_is_not_asked_to_comment_cannot(client: PageClient, world: World, tie: str) -> None:
    page = say(client, world, tie, "I was here too.")

    assert page.status == 409
    assert CLOSED in page.text
    assert comments(world) == {}


def test_a_section_that_is_complete_still_takes_comments(client: PageClient, world: World) -> None:
    complete(world, "progress")

    assert say(client, world, Tie.CARER, "She reads at night.").status == 200
    assert comments(world) == {"carer": "She reads at night."}


@pytest.mark.parametrize("tie", [Tie.CARER, Tie.DESIGNATED_TEACHER, Tie.SOCIAL_WORKER, Tie.ALLOCATED_ADVISER])
def test_what_the_child_told_an_adult_is_written_by_that_adult_under_their_own_name(
    client: PageClient, world: World, tie: str
) -> None:
    sign_in(client, world.people[tie])
    page = client.get(path_of(world, "my_views"))

    path = path_of(world, "my_views")
    client.submit(page, {"told_an_adult": "On Friday: “Art is mine.”"}, action=path, button="Save")

    assert list(comments(world, "my_views").values()) == ["On Friday: “Art is mine.”"]
    assert answers_of(world, "my_views") == {}
    young = sign_in(client, world.people[Tie.YOUNG_PERSON]).get(f"/peps/{world.pep.ref}/my-views")
    assert "Art is mine." in young.text
