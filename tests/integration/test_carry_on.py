"""My work says how long each thing takes, and leads back to the very question where somebody stopped."""

import pytest

from tests.client import Page, PageClient
from tests.world import World
from vsportal import clock
from vsportal.extensions import db
from vsportal.models import PepState, SectionState
from vsportal.policy import Tie


def work(client: PageClient, world: World, tie: str) -> Page:
    client.forget_cookies()
    client.sign_in(world.people[tie])
    return client.get("/")


def words(page: Page) -> str:
    return " ".join(page.soup.get_text(" ").split())


def stopped(world: World, tie: str, key: str = "hard", section_id: str = "progress") -> None:
    """Somebody wrote there last, and went away."""
    row = world.section(section_id)
    row.status, row.changed_at = SectionState.IN_PROGRESS, clock.now()
    row.changed_by_id, row.last_key = world.people[tie].id, key
    db.session.commit()


def test_somebody_is_led_back_to_the_question_at_which_they_stopped(client: PageClient, world: World) -> None:
    stopped(world, Tie.DESIGNATED_TEACHER, "subjects_ks4.k1.effort")
    page = work(client, world, Tie.DESIGNATED_TEACHER)
    link = next(a for a in page.soup.find_all("a") if "Carry on" in a.get_text())

    assert link["href"] == f"/peps/{world.pep.ref}/sections/progress#subjects_ks4-k1-effort"


def test_the_question_is_named_as_the_form_asks_it(client: PageClient, world: World) -> None:
    stopped(world, Tie.DESIGNATED_TEACHER, "hard")

    assert "You were at “Which subjects or skills does Amira find hard" in words(
        work(client, world, Tie.DESIGNATED_TEACHER)
    )


def test_a_question_the_form_no_longer_has_is_passed_over(client: PageClient, world: World) -> None:
    stopped(world, Tie.DESIGNATED_TEACHER, "gone_since")
    shown = words(work(client, world, Tie.DESIGNATED_TEACHER))

    assert "Carry on: Amira Belhadj, My progress" in shown
    assert "You were at" not in shown


@pytest.mark.parametrize("tie", [Tie.SOCIAL_WORKER, Tie.CARER, Tie.TEAM_MANAGER])
def test_nobody_is_led_to_where_somebody_else_stopped(client: PageClient, world: World, tie: str) -> None:
    stopped(world, Tie.DESIGNATED_TEACHER)

    assert "Carry on" not in words(work(client, world, tie))


def test_what_is_complete_or_locked_is_not_gone_on_with(client: PageClient, world: World) -> None:
    stopped(world, Tie.DESIGNATED_TEACHER)
    world.pep.state = PepState.SIGNED_OFF
    db.session.commit()

    assert "Carry on" not in words(work(client, world, Tie.DESIGNATED_TEACHER))


def test_each_section_says_how_long_it_takes_and_what_is_left(client: PageClient, world: World) -> None:
    row = world.section("attendance")
    row.answered, row.asked, row.carried = 2, 9, {"a": "2026-27-autumn", "b.r1.c": "2026-27-autumn"}
    db.session.commit()

    assert "7 questions, 2 answers to check" in words(work(client, world, Tie.DESIGNATED_TEACHER))


@pytest.mark.parametrize(("carried", "said"), [({}, ""), ({"a": "2026-27-autumn"}, "1 answer to check")])
def test_answers_to_check_are_counted_from_none_and_one(
    client: PageClient, world: World, carried: dict[str, str], said: str
) -> None:
    row = world.section("my_details")
    row.carried = carried
    db.session.commit()
    shown = words(work(client, world, Tie.SOCIAL_WORKER))

    assert said in shown
    assert ("to check" in shown) == bool(said)
