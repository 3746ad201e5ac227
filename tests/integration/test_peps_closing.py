"""A plan that is not signed off ends with a reason, stays readable, and can be gone on with."""

import pytest
from flask import Flask
from sqlalchemy import select

from tests.client import PageClient
from tests.world import World
from vsportal.extensions import db
from vsportal.models import Pep, PepState
from vsportal.policy import Tie

VIRTUAL_SCHOOL = (Tie.ALLOCATED_ADVISER, Tie.HEAD)


def close(client: PageClient, world: World, how: str = "close", reason: str = "The school closed.") -> int:
    answer = client.post(f"/peps/{world.pep.ref}/close", {"how": how, "reason": reason})
    db.session.refresh(world.pep)
    return answer.status


@pytest.mark.parametrize("tie", VIRTUAL_SCHOOL)
def test_the_virtual_school_closes_a_plan_and_says_why(client: PageClient, world: World, tie: str) -> None:
    client.sign_in(world.people[tie])

    assert close(client, world) == 303

    assert world.pep.state == PepState.NOT_COMPLETED
    page = client.get(f"/peps/{world.pep.ref}")
    assert "closed the plan: it was not completed: “The school closed.”" in page.soup.get_text(" ")
    assert "Not completed" in page.soup.get_text(" ")


def test_a_closed_plan_is_read_and_not_written(app: Flask, client: PageClient, world: World) -> None:
    client.sign_in(world.people[Tie.HEAD])
    close(client, world)
    teacher = PageClient(app)
    teacher.sign_in(world.people[Tie.DESIGNATED_TEACHER])

    assert teacher.get(f"/peps/{world.pep.ref}/sections/progress").status == 200
    refused = teacher.post(f"/peps/{world.pep.ref}/sections/progress", {"on_track": "yes", "page": "p"})
    assert refused.status == 403


def test_a_plan_opened_in_error_is_cancelled_and_another_can_be_opened(
    client: PageClient, world: World
) -> None:
    client.sign_in(world.people[Tie.HEAD])

    close(client, world, "cancel", "Opened for the wrong child.")

    assert world.pep.state == PepState.CANCELLED
    client.submit(client.get(f"/children/{world.child.ref}/plans/new"), button="Open the plan")
    states = db.session.scalars(
        select(Pep.state).where(Pep.child_id == world.child.id).order_by(Pep.id)
    ).all()
    assert states == [PepState.CANCELLED, PepState.OPEN]


def test_after_its_meeting_a_plan_is_closed_and_never_cancelled(client: PageClient, world: World) -> None:
    world.pep.state = PepState.MEETING_HELD
    db.session.commit()
    client.sign_in(world.people[Tie.HEAD])

    assert "opened in error" not in client.get(f"/peps/{world.pep.ref}/close").soup.get_text(" ")
    assert close(client, world, "cancel") == 422
    assert world.pep.state == PepState.MEETING_HELD


def test_it_is_opened_again_from_where_it_was(client: PageClient, world: World) -> None:
    client.sign_in(world.people[Tie.HEAD])
    close(client, world)

    page = client.get(f"/peps/{world.pep.ref}/open-again")
    client.submit(page, {"reason": "The social worker can still write."}, button="Open the plan again")

    db.session.refresh(world.pep)
    assert world.pep.state == PepState.OPEN
    again = client.get(f"/peps/{world.pep.ref}").soup.get_text(" ")
    assert "opened the plan again: “The social worker can still write.”" in again


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"how": "close", "reason": " "}, "Enter the reason"),
        ({"reason": "Over."}, "Select why it is being closed"),
        ({"how": "close", "reason": "x" * 1001}, "Enter a reason of no more than 1,000 characters"),
    ],
)
def test_without_a_reason_nothing_is_closed(
    client: PageClient, world: World, given: dict[str, str], sentence: str
) -> None:
    client.sign_in(world.people[Tie.HEAD])

    answer = client.post(f"/peps/{world.pep.ref}/close", given)

    assert answer.status == 422
    assert sentence in answer.soup.select_one(".govuk-error-summary").get_text(" ")
    db.session.refresh(world.pep)
    assert world.pep.state == PepState.OPEN


def test_nobody_else_closes_a_plan(app: Flask, world: World) -> None:
    tried = {}
    for tie in (Tie.DESIGNATED_TEACHER, Tie.SOCIAL_WORKER, Tie.CARER, Tie.YOUNG_PERSON):
        client = PageClient(app)
        client.sign_in(world.people[tie])
        tried[tie] = close(client, world)
    stranger = PageClient(app)
    stranger.sign_in(world.strangers[Tie.HEAD])

    assert set(tried.values()) == {403}
    assert close(stranger, world) == 404


def test_a_second_press_finds_it_closed_and_changes_nothing(client: PageClient, world: World) -> None:
    client.sign_in(world.people[Tie.HEAD])
    close(client, world)

    assert close(client, world, "close", "Again.") == 403
    assert world.pep.state == PepState.NOT_COMPLETED
