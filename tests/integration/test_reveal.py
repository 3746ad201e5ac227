"""The address of a child: shown after a press that is recorded, and standing in no page before it."""

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from tests.client import Page, PageClient
from tests.plans import SECTIONS, sign_in
from tests.world import World
from vsportal.extensions import db
from vsportal.models import AccessEvent, Home, Household
from vsportal.policy import RULES, Can, Tie

ADDRESS, PHONE = "9 Plumtree Lane, ST4 1AA", "01632 960 777"
MAY = sorted(map(str, RULES[Can.REVEAL][0] - {Tie.PARENT}))
KEPT = "This address is kept from school. Ask the social worker."


@pytest.fixture(autouse=True)
def an_address(world: World) -> None:
    """The household's address is on the record."""
    household = db.session.get_one(Household, world.household.id)
    household.address, household.phone = ADDRESS, PHONE
    db.session.commit()


def press(client: PageClient, world: World, tie: str) -> Page:
    """“Show the address” on the child's page."""
    page = sign_in(client, world.people[tie]).get(f"/children/{world.child.ref}")
    return client.submit(page, action=f"/children/{world.child.ref}/address")


def looks(world: World) -> list[AccessEvent]:
    """When the address was looked at."""
    query = select(AccessEvent).where(AccessEvent.child_id == world.child.id, AccessEvent.what == "address")
    return list(db.session.scalars(query))


@pytest.mark.parametrize("tie", MAY)
def test_the_address_is_shown_after_a_press_that_is_recorded(
    world: World, client: PageClient, tie: str
) -> None:
    page = press(client, world, tie)

    assert ADDRESS in page.text
    assert PHONE in page.text
    assert [look.actor_id for look in looks(world)] == [world.people[tie].id]


def test_with_htmx_it_is_a_part_of_the_page_that_hides_again(world: World, client: PageClient) -> None:
    sign_in(client, world.people[Tie.SOCIAL_WORKER])

    shown = client.htmx.post(f"/children/{world.child.ref}/address")

    assert shown.one("#address")["data-hide-after"] == "120"
    assert ADDRESS in shown.text
    assert "vs-noprint" in (shown.one(".vs-address__shown").get("class") or [])


@pytest.mark.parametrize("where", ["home", "plan"])
def test_school_does_not_get_an_address_that_is_secret(world: World, client: PageClient, where: str) -> None:
    if where == "home":
        db.session.scalars(select(Home).where(Home.child_id == world.child.id)).one().address_secret = True
    else:
        world.section("my_details").answers = {"secret_address": "yes"}
    db.session.commit()

    page = press(client, world, Tie.DESIGNATED_TEACHER)

    assert KEPT in page.text
    assert ADDRESS not in page.body
    assert looks(world) == [], "What was not shown is no look."
    assert ADDRESS in press(client, world, Tie.SOCIAL_WORKER).text


@pytest.mark.parametrize("tie", [Tie.YOUNG_PERSON, Tie.DELEGATE, Tie.SAFEGUARDING_LEAD, Tie.BUSINESS_SUPPORT])
def test_others_have_no_press_and_no_way_round_it(world: World, client: PageClient, tie: str) -> None:
    page = sign_in(client, world.people[tie]).get(f"/children/{world.child.ref}")
    assert "Show the address" not in page.text

    assert client.post(f"/children/{world.child.ref}/address").status == 403
    assert looks(world) == []


def test_a_stranger_is_told_what_is_told_of_a_child_who_does_not_exist(
    world: World, client: PageClient
) -> None:
    sign_in(client, world.other.people[Tie.SOCIAL_WORKER])

    unseen = client.post(f"/children/{world.child.ref}/address")
    absent = client.post("/children/nobodyatallhere1/address")

    assert (unseen.status, absent.status) == (404, 404)
    assert unseen.text == absent.text


def test_an_address_that_is_not_on_the_record_says_so(world: World, client: PageClient) -> None:
    household = db.session.get_one(Household, world.household.id)
    household.address, household.phone = "", ""
    db.session.commit()

    assert "No address is on the record." in press(client, world, Tie.SOCIAL_WORKER).text


def test_a_child_between_homes_has_no_address(world: World, client: PageClient) -> None:
    db.session.scalars(
        select(Home).where(Home.child_id == world.child.id)
    ).one().ends_on = world.term.starts_on
    db.session.commit()

    page = press(client, world, Tie.SOCIAL_WORKER)

    assert ADDRESS not in page.body


@pytest.mark.parametrize("tie", [Tie.SOCIAL_WORKER, Tie.HEAD, Tie.CARER, Tie.DESIGNATED_TEACHER])
def test_no_page_of_the_child_holds_the_address_before_or_after_a_press(
    world: World, client: PageClient, tie: str
) -> None:
    press(client, world, tie)
    child, plan = f"/children/{world.child.ref}", f"/peps/{world.pep.ref}"
    pages = ["/", "/children", child, f"{child}/card", plan, f"{plan}/who-can-see"]

    found = [
        path
        for path in (*pages, *(f"{plan}/sections/{name}" for name in SECTIONS))
        if ADDRESS in (body := client.get(path).body)
        or PHONE in BeautifulSoup(body, "html.parser").get_text()
    ]

    assert found == []
