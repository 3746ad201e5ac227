"""What my work, the list and a child’s page cost, however many children there are."""

import pytest

from tests.children import MOST_STATEMENTS, many, signed_in_as
from tests.client import PageClient
from tests.world import World
from vsportal.database import statements
from vsportal.extensions import db
from vsportal.policy import Tie

# What it costs ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/children", "a search"])
@pytest.mark.parametrize("tie", [Tie.DESIGNATED_TEACHER, Tie.ALLOCATED_ADVISER, Tie.CARER])
def test_lists_cost_the_same_statements_for_1_22_and_200_children(
    client: PageClient, world: World, tie: str, path: str
) -> None:
    signed_in_as(client, world, tie)
    if path == "a search":
        path = client.post("/children", {"q": "a"}).location
    costs = []
    for more in (0, 21, 178):
        many(world, more)
        client.get(path)  # what is loaded once is loaded
        with statements(db.engine) as seen:
            client.get(path)
        costs.append(len(seen))

    assert len(set(costs)) == 1
    assert 0 < costs[0] <= MOST_STATEMENTS


@pytest.mark.parametrize("tie", sorted(set(Tie) - {Tie.PARENT}))
def test_a_childs_page_costs_no_more_than_thirteen_statements(
    client: PageClient, world: World, tie: str
) -> None:
    signed_in_as(client, world, tie)
    path = f"/children/{world.child.ref}"

    with statements(db.engine) as seen:
        client.get(path)

    assert 0 < len(seen) <= MOST_STATEMENTS + 1  # concerns, for those who read them
