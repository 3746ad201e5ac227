"""What a section knows beside its own answers: facts of the plan, and names the writer already sees."""

import pytest

from tests.client import PageClient
from tests.plans import path_of, sign_in
from tests.world import Surroundings
from vsportal import clock
from vsportal.peps.knowing import children_named
from vsportal.policy import Actor, Held, Tie


def test_the_score_from_my_details_is_shown_in_how_i_am_doing_and_not_asked_again(
    client: PageClient, world: Surroundings
) -> None:
    world.section("my_details").answers = {"sdq": "yes", "sdq_score": 14, "sdq_date": "2026-09-03"}

    page = sign_in(client, world.people[Tie.DESIGNATED_TEACHER]).get(path_of(world, "wellbeing"))

    assert "14, on 3 September 2026" in page.text


@pytest.mark.parametrize("tie", [Tie.CARER, Tie.YOUNG_PERSON])
def test_the_score_is_not_for_the_home_or_the_child(
    client: PageClient, world: Surroundings, tie: Tie
) -> None:
    world.section("my_details").answers = {"sdq": "yes", "sdq_score": 14, "sdq_date": "2026-09-03"}

    page = sign_in(client, world.people[tie]).get(path_of(world, "wellbeing"))

    assert "3 September" not in page.text


def test_a_name_is_found_in_a_long_text_whatever_stands_before_it(world: Surroundings) -> None:
    adviser = Actor(1, "Priya Raman", clock.today(), (Held("adviser", authority_id=world.authority.id),))
    other = world.child
    text = " ".join(f"word{chr(97 + n % 26)} other{chr(97 + n % 26)}" for n in range(300))

    class Another:
        id = other.id + 1000

    found = children_named(adviser, Another(), [f"{text} with {other.full_name} beside."])  # type: ignore[arg-type]

    assert found == {other.full_name}
