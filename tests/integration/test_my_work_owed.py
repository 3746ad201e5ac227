"""My work says which children are owed an answer, and by nobody but the one who owes it."""

import pytest

from tests.children import days
from tests.client import Page, PageClient
from tests.world import World
from vsportal import clock
from vsportal.database import statements
from vsportal.extensions import db
from vsportal.models import Wish
from vsportal.policy import Tie


def asked(world: World, field_id: str = "meeting_wish") -> Wish:
    """Something the child asked for, that the designated teacher is to answer."""
    wish = Wish(
        pep_id=world.pep.id,
        child_id=world.child.id,
        field_id=field_id,
        asked_on=days(-3),
        owed_by_id=world.people[Tie.DESIGNATED_TEACHER].id,
    )
    db.session.add(wish)
    db.session.commit()
    return wish


def work(client: PageClient, world: World, tie: str) -> Page:
    client.forget_cookies()
    client.sign_in(world.people[tie])
    return client.get("/")


def test_an_answer_that_is_owed_leads_to_where_it_is_given(client: PageClient, world: World) -> None:
    asked(world)
    link = work(client, world, Tie.DESIGNATED_TEACHER).one("section[aria-labelledby=asked] a")

    assert link.get_text() == "Amira Belhadj asked for something"
    assert link["href"] == f"/peps/{world.pep.ref}/wishes"


@pytest.mark.parametrize("tie", [Tie.SOCIAL_WORKER, Tie.CARER, Tie.HEAD])
def test_nobody_else_is_told_of_it(client: PageClient, world: World, tie: str) -> None:
    asked(world)

    assert "asked for something" not in work(client, world, tie).text


def test_an_answer_that_was_given_is_owed_no_more(client: PageClient, world: World) -> None:
    wish = asked(world)
    wish.answer, wish.answered_at = "Yes.", clock.now()
    wish.answered_by_id = wish.owed_by_id
    db.session.commit()

    assert "asked for something" not in work(client, world, Tie.DESIGNATED_TEACHER).text


def test_ten_of_them_cost_what_one_costs(client: PageClient, world: World) -> None:
    costs = []
    for n in range(10):
        asked(world, f"wish_{n}")
        if n in (0, 9):
            work(client, world, Tie.DESIGNATED_TEACHER)
            with statements(db.engine) as seen:
                client.get("/")
            costs.append(len(seen))

    assert costs[0] == costs[1]
