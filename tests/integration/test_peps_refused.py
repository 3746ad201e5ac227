"""What may not be written is not: others’ answers, facts of the record, a section closed meanwhile."""

from __future__ import annotations

from typing import Any

import pytest

from tests.client import PageClient
from tests.plans import (
    CLOSED,
    answers_of,
    close,
    comments,
    complete,
    draft,
    events,
    new_marks,
    path_of,
    send,
    send_back,
    sign_in,
)
from tests.world import World
from vsportal.models import PepState
from vsportal.policy import Tie


@pytest.fixture
def teacher(client: PageClient, world: World) -> PageClient:
    """The designated teacher, signed in."""
    return sign_in(client, world.people[Tie.DESIGNATED_TEACHER])


# What may not be written --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("section", "tie", "typed"),
    [
        pytest.param(
            "wellbeing", Tie.DESIGNATED_TEACHER, {"adviser_comment": "Mine"}, id="anothers_question"
        ),
        pytest.param(
            "wellbeing", Tie.ALLOCATED_ADVISER, {"what_works": "Mine"}, id="the_rest_of_the_section"
        ),
        pytest.param("my_details", Tie.SOCIAL_WORKER, {"legal_status": "C1"}, id="a_fact_of_the_record"),
        pytest.param("my_details", Tie.SOCIAL_WORKER, {"pronouns": "she/her"}, id="what_the_child_says"),
        pytest.param("my_details", Tie.YOUNG_PERSON, {"life_story": "Mine"}, id="the_social_workers"),
        pytest.param(
            "attendance", Tie.DESIGNATED_TEACHER, {"below_95": "no", "so_far": "99"}, id="worked_out"
        ),
        pytest.param("meeting", Tie.SOCIAL_WORKER, {"date": "2026-12-01", "chair": "Me"}, id="the_chairs"),
        pytest.param(
            "progress",
            Tie.DESIGNATED_TEACHER,
            {"no_such": "x", "subjects": "x", "hard.k1": "x", "subjects.k1.no_such": "x", "../../etc": "x"},
            id="what_is_not_asked",
        ),
    ],
)
def test_what_one_may_not_write_is_passed_over_silently(
    client: PageClient, world: World, section: str, tie: str, typed: dict[str, str]
) -> None:
    sign_in(client, world.people[tie])

    page = draft(client, world, typed, section=section)

    assert page.status == 200
    assert new_marks(page) == set()
    assert answers_of(world, section) == {}
    assert events(world, "pep:section:saved") == []


def test_a_commenters_answers_are_refused_and_their_comment_is_left_with_them(
    client: PageClient, world: World
) -> None:
    sign_in(client, world.people[Tie.CARER])

    page = draft(client, world, {"what_works": "Mine", "strengths": "Kind"}, section="wellbeing")

    assert page.status == 409
    assert CLOSED in page.text
    assert answers_of(world, "wellbeing") == {}
    assert draft(client, world, {"strengths": "Kind"}, section="wellbeing").status == 200


def test_readers_of_a_narrowed_answer_are_ticked_by_its_writer(client: PageClient, world: World) -> None:
    sign_in(client, world.people[Tie.SOCIAL_WORKER])
    draft(client, world, {"readers.life_story": ["", "school", "home", "everybody"]}, section="my_details")

    assert world.section("my_details").readers == {"life_story": {"groups": ["home", "school"]}}
    event = events(world, "pep:readers:chosen")[-1]
    assert [c["new"] for c in event.changes] == [["home", "school"]]


@pytest.mark.parametrize(
    ("tie", "typed"),
    [
        (Tie.CARER, {"readers.life_story": ["", "home"]}),
        (Tie.YOUNG_PERSON, {"readers.life_story": ["", "home"]}),
        (Tie.SOCIAL_WORKER, {"readers.restrictions": ["", "home"]}),
        (Tie.SOCIAL_WORKER, {"sees~gender": ["some", "1"]}),
    ],
)
def test_nobody_else_ticks_readers_nor_for_an_answer_that_is_not_narrowed(
    client: PageClient, world: World, tie: str, typed: dict[str, list[str]]
) -> None:
    sign_in(client, world.people[tie])
    assert draft(client, world, typed, section="my_details").status == 200

    assert world.section("my_details").readers == {}


# Closed meanwhile ---------------------------------------------------------------------------------------


def closings() -> list[Any]:
    """What can happen to a section while its page is open, and the sentence about it."""
    return [
        pytest.param(
            lambda world: send(world, "school"), "This part is with the Virtual School.", id="part_sent"
        ),
        pytest.param(
            lambda world: send_back(world, "school", "targets"),
            "This part came back, but not this section.",
            id="another_came_back",
        ),
        pytest.param(close, "This plan is closed.", id="signed_off"),
        pytest.param(
            lambda world: close(world, PepState.NOT_COMPLETED), "This plan is closed.", id="not_completed"
        ),
    ]


@pytest.mark.parametrize(("closing", "why"), closings())
def test_a_draft_into_a_section_closed_meanwhile_says_why_and_leaves_the_text_on_the_page(
    teacher: PageClient, world: World, closing: Any, why: str
) -> None:
    closing(world)

    page = draft(teacher, world, {"hard": "Fractions", "progress_views": "Well done."})

    assert page.status == 409
    assert why in page.text
    assert CLOSED in page.text
    assert not page.soup.select("#new-marks")
    assert (answers_of(world), comments(world)) == ({}, {})


@pytest.mark.parametrize(("closing", "why"), closings())
def test_a_form_sent_into_a_section_closed_meanwhile_gives_back_what_was_typed(
    teacher: PageClient, world: World, closing: Any, why: str
) -> None:
    opened = teacher.get(path_of(world))
    closing(world)

    typed = {"hard": "Fractions, and what a half is."}
    page = teacher.submit(opened, typed, action=path_of(world), button="Save")

    assert page.status == 403
    assert why in page.text
    assert "Fractions, and what a half is." in page.text
    assert answers_of(world) == {}


def test_a_completed_section_is_closed_to_answers(teacher: PageClient, world: World) -> None:
    opened = teacher.get(path_of(world))
    complete(world, "progress")

    page = teacher.submit(opened, {"hard": "Fractions"}, action=path_of(world), button="Save")
    saved = draft(teacher, world, {"hard": "Fractions"})

    assert (page.status, saved.status) == (403, 409)
    assert answers_of(world) == {}
    for told in (page, saved):
        assert "This section is complete. Reopen it to change an answer." in told.text


def test_a_section_sent_back_takes_answers_again(teacher: PageClient, world: World) -> None:
    send_back(world, "school", "progress")

    assert draft(teacher, world, {"hard": "Fractions"}).status == 200
    assert answers_of(world)["hard"] == "Fractions"


def test_rows_are_not_added_to_a_closed_section(teacher: PageClient, world: World) -> None:
    send(world, "school")

    page = teacher.htmx.post(path_of(world, "progress", "rows"), {"add": "subjects", "page": "a"})

    assert page.status == 409
    assert answers_of(world) == {}


# A check writes nothing ---------------------------------------------------------------------------------


def test_a_check_answers_for_the_one_field_and_writes_nothing(teacher: PageClient, world: World) -> None:
    typed = {"targets.k1": "1", "targets.k1.by_when": "31/02/2027", "page": "a", "seen": "{}"}

    page = teacher.htmx.post(path_of(world, "targets", "fields", "targets.k1.by_when"), typed, roots=True)

    assert page.status == 422
    assert page.soup.select_one("#targets-k1-by_when-error").get_text(strip=True)
    assert answers_of(world, "targets") == {}
    assert events(world, "pep:section:saved") == []


@pytest.mark.parametrize("key", ["no_such", "hard.k1", "adviser_comment", "rating"])
def test_a_check_of_what_is_not_ones_own_is_not_there(client: PageClient, world: World, key: str) -> None:
    sign_in(client, world.people[Tie.CARER])

    page = client.htmx.post(path_of(world, "wellbeing", "fields", key), {key: "x"})

    assert page.status == 404


# What no database takes ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/peps/{}%00",
        "/peps/%00",
        "/peps/{}/sections/progress%00",
        "/children/%00",
        "/?page=%00",
    ],
)
def test_an_address_with_a_character_that_no_database_takes_is_not_there(
    client: PageClient, world: World, path: str
) -> None:
    sign_in(client, world.people[Tie.DESIGNATED_TEACHER])

    assert client.get(path.format(world.pep.ref)).status == 404


def test_characters_that_no_database_takes_are_left_out_wherever_they_are_typed(
    client: PageClient, world: World
) -> None:
    sign_in(client, world.people[Tie.SOCIAL_WORKER])
    typed = {"life_story": "Photo\x00 book", "readers.life_story": ["", "\x00", "home"], "x\x00": "y"}
    assert draft(client, world, typed, section="my_details", page="p\x00age").status == 200
    assert answers_of(world, "my_details") == {"life_story": "Photo book"}

    sign_in(client, world.people[Tie.CARER])
    assert draft(client, world, {"progress_views": "Kind\x00"}, page="p\x00age").status == 200
    client.forget_cookies()
    nobody = {"email": "no\x00body@example.org", "password": "no\x00ne"}
    assert client.submit(client.get("/sign-in"), nobody, action="/sign-in").status < 500
