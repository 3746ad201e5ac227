"""“What we agreed”: who gets which words of it and from when, and what stands there until it is written."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.agreed import HEARD, agree, write_letter
from tests.client import PageClient
from tests.world import World
from vsportal.database import statements
from vsportal.extensions import db
from vsportal.meetings.letter import Letter, letter_of
from vsportal.models import AccessEvent
from vsportal.peps.loading import load_plan
from vsportal.policy import Tie


def letter_for(world: World, tie: str) -> Letter | None:
    """The letter as this person gets it."""
    plan = load_plan(world.actor(tie), world.pep.ref)
    assert plan is not None
    return letter_of(plan)


def given(world: World, tie: str) -> Letter:
    """The same, where there is one."""
    letter = letter_for(world, tie)
    assert letter is not None
    return letter


def test_there_is_no_letter_before_the_meeting_has_been_held(world: World) -> None:
    agree(world, held=False)
    write_letter(world)

    assert letter_for(world, Tie.YOUNG_PERSON) is None


def test_the_child_reads_the_same_day_what_was_agreed_while_nobody_has_written_the_letter(
    world: World,
) -> None:
    agree(world, days_ago=0)

    letter = given(world, Tie.YOUNG_PERSON)

    assert not letter.written
    assert letter.paragraphs == ()
    assert [tuple(step) for step in letter.next_steps] == [
        ("Mr Hale", "Move seats in science", "Friday 5 March 2027"),
        ("Ben Ruddock", "Solve two-step equations alone", "Thursday 1 April 2027"),
    ]
    assert letter.next_meeting == "Thursday 17 June 2027 at 3:30pm, Lodewater Academy"
    assert letter.awaited_until is not None


def test_after_ten_working_days_nobody_is_waited_for(world: World) -> None:
    agree(world, days_ago=30)

    assert given(world, Tie.YOUNG_PERSON).awaited_until is None


def test_the_letter_has_its_headings_is_signed_and_says_how_old_its_reader_must_be(world: World) -> None:
    agree(world)
    write_letter(world)

    letter = given(world, Tie.CARER)

    assert letter.written
    assert letter.to == "Amira"
    assert letter.paragraphs == (
        ("What we heard you say", HEARD),
        ("What you did well", "Your linocut was chosen for the county show."),
    )
    assert letter.signed == f"{world.people[Tie.SOCIAL_WORKER].name}, your social worker"
    assert letter.reading_age
    assert 5 < letter.reading_age < 14


def test_a_letter_that_is_not_finished_is_its_writers_alone(world: World) -> None:
    agree(world)
    write_letter(world, complete=False)

    assert given(world, Tie.YOUNG_PERSON).paragraphs == ()
    assert given(world, Tie.DESIGNATED_TEACHER).paragraphs == ()
    assert given(world, Tie.SOCIAL_WORKER).draft
    assert given(world, Tie.SOCIAL_WORKER).paragraphs


@pytest.mark.parametrize(
    ("tie", "reads"),
    [
        (Tie.YOUNG_PERSON, True),
        (Tie.SOCIAL_WORKER, True),
        (Tie.CARER, False),
        (Tie.DESIGNATED_TEACHER, False),
    ],
)
def test_it_opens_with_the_childs_words_only_for_those_who_may_read_them(
    world: World, tie: str, reads: bool
) -> None:
    agree(world)
    write_letter(world)
    world.section("my_views").answers = {"meeting_wish": "Ask Miss Frost to come."}
    db.session.commit()

    assert given(world, tie).you_said == ("Ask Miss Frost to come." if reads else None)


def test_it_costs_the_same_statements_however_much_was_agreed(world: World) -> None:
    agree(world)
    write_letter(world)
    plan = load_plan(world.actor(Tie.CARER), world.pep.ref)
    assert plan is not None
    costs = []
    for rows in (1, 20):
        world.section("meeting").answers = {
            key: value
            for n in range(rows)
            for key, value in ((f"decisions.r{n}", True), (f"decisions.r{n}.what", f"Decision {n}"))
        }
        db.session.commit()
        db.session.expire_all()
        plan = load_plan(world.actor(Tie.CARER), world.pep.ref)
        assert plan is not None
        with statements(db.engine) as seen:
            letter = letter_of(plan)
        assert letter is not None
        costs.append((len(letter.next_steps), len(seen)))

    assert costs[0][1] == costs[1][1] <= 3
    assert costs[1][0] - costs[0][0] == 19


# The page -----------------------------------------------------------------------------------------------


def test_the_young_person_reads_the_letter_in_their_own_look_and_finds_it_from_their_plan(
    client: PageClient, world: World
) -> None:
    agree(world)
    write_letter(world)
    client.sign_in(world.people[Tie.YOUNG_PERSON])

    home = client.get("/")
    found = next(url for words, url in home.links().items() if words.startswith("Read what we agreed"))
    page = client.get(found)

    assert page.h1 == "Dear Amira,"
    assert page.soup.select_one("body.yp")
    assert HEARD in page.text
    assert "Mr Hale: Move seats in science" in page.text
    assert "Reading age" not in page.text


def test_a_carer_finds_it_on_the_plans_page_the_day_of_the_meeting(client: PageClient, world: World) -> None:
    agree(world, days_ago=0)
    client.sign_in(world.people[Tie.CARER])

    page = client.get(client.get(f"/peps/{world.pep.ref}").links()["What we agreed"])

    assert page.h1 == "What we agreed"
    assert "A letter about it comes by" in page.text
    assert "Mr Hale: Move seats in science" in page.text


def test_ten_working_days_after_the_page_says_that_the_list_stands_in_the_letters_place(
    client: PageClient, world: World
) -> None:
    agree(world, days_ago=30)
    client.sign_in(world.people[Tie.CARER])

    page = client.get(f"/peps/{world.pep.ref}/letter")

    assert "Nobody has written the letter yet, so here is the list of what was agreed." in page.text


def test_adults_are_told_the_reading_age_and_the_writer_that_it_is_a_draft(
    client: PageClient, world: World
) -> None:
    agree(world)
    write_letter(world, complete=False)
    client.sign_in(world.people[Tie.SOCIAL_WORKER])

    page = client.get(f"/peps/{world.pep.ref}/letter")

    assert page.one("#notice").get_text(strip=True) == "This is a draft"
    assert "Reading age of this letter: about" in page.text


def test_before_the_meeting_the_page_says_when_it_will_be_there(client: PageClient, world: World) -> None:
    client.sign_in(world.people[Tie.YOUNG_PERSON])

    page = client.get(f"/peps/{world.pep.ref}/letter")

    assert "There is no letter yet. What you agree at your meeting is here the same day." in page.text


@pytest.mark.parametrize("tie", [Tie.DELEGATE, Tie.BUSINESS_SUPPORT])
def test_who_reads_no_plan_reads_no_letter(client: PageClient, world: World, tie: str) -> None:
    agree(world)
    client.sign_in(world.people[tie])

    assert client.get(f"/peps/{world.pep.ref}/letter").status == 403


def test_that_it_was_read_is_noted(client: PageClient, world: World) -> None:
    client.sign_in(world.people[Tie.CARER])

    client.get(f"/peps/{world.pep.ref}/letter")

    look = db.session.scalars(select(AccessEvent).where(AccessEvent.what == "letter")).one()
    assert (look.actor_role, look.pep_id) == (Tie.CARER, world.pep.id)


def test_the_writer_sees_the_reading_age_beside_the_boxes_of_the_letter(
    client: PageClient, world: World
) -> None:
    write_letter(world, complete=False)
    client.sign_in(world.people[Tie.SOCIAL_WORKER])

    page = client.get(f"/peps/{world.pep.ref}/sections/summary")

    assert "Reading age of the letter as last saved: about" in page.text
