"""PP+ that a carer, social worker or adviser proposes: taken up, tied to a target, or turned down."""

from __future__ import annotations

from tests.asking import CARER, TEACHER, begun, card, ready
from tests.client import PageClient
from tests.integration.test_requests import tags, the_request
from tests.world import World
from vsportal.policy import Tie


def test_a_carer_proposes_and_the_teacher_takes_it_up(client: PageClient, world: World) -> None:
    ready(world)
    client.sign_in(world.people[CARER])
    path = f"/children/{world.child.ref}/requests/propose"
    page = client.submit(client.get(path), {"buying": "Swimming lessons"}, action=path)
    assert page.errors() == ["Enter why it is needed"]
    home = client.follow(client.submit(page, {"need": "She is afraid of water."}, action=path))
    request = the_request()

    assert (request.state, request.raised_as) == ("proposed", "carer")
    assert "Swimming lessons" in home.text
    assert "£" not in home.text
    client.forget_cookies()
    client.sign_in(world.people[TEACHER])
    page = client.get(f"/requests/{request.ref}")
    client.follow(client.submit(page, action=f"/requests/{request.ref}/take-up"))
    assert (request.state, request.raised_by_id) == ("draft", world.people[TEACHER].id)
    assert request.proposed_by_id == world.people[CARER].id
    assert tags(request) == ["funding:request:proposed", "funding:request:taken_up"]


def test_what_was_proposed_for_no_target_is_tied_to_one_before_it_is_sent(
    client: PageClient, world: World
) -> None:
    target = card(ready(world))
    client.sign_in(world.people[Tie.SOCIAL_WORKER])
    path = f"/children/{world.child.ref}/requests/propose"
    client.submit(client.get(path), {"buying": "Swimming", "need": "She is afraid."}, action=path)
    request = the_request()
    client.forget_cookies()
    client.sign_in(world.people[TEACHER])
    page = client.get(f"/requests/{request.ref}")
    edit = client.follow(client.submit(page, action=f"/requests/{request.ref}/take-up"))

    assert (request.pep_id, request.target_id) == (world.pep.id, None)
    assert "Select the target that this pays for." in edit.one("#reading").get_text()
    page = client.get(edit.links()["Tie it to a target of the plan"].partition("#")[0])
    client.follow(client.submit(page, {"target": target.ref}, action=f"/requests/{request.ref}/target"))
    assert request.target_id == target.id


def test_a_proposal_is_turned_down_with_a_reason(client: PageClient, world: World) -> None:
    request = begun(ready(world), Tie.SOCIAL_WORKER, proposed=True)
    client.sign_in(world.people[TEACHER])
    path = f"/requests/{request.ref}/withdraw"
    page = client.submit(client.get(f"/requests/{request.ref}"), action=path)

    assert page.errors() == ["Enter why you take it back."]
    client.follow(client.submit(page, {"reason": "School pays for this."}, action=path))
    assert (request.state, request.reason) == ("withdrawn", "School pays for this.")
