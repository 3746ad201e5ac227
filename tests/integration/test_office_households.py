"""Households in the office: several people in one home, who comes and goes, an address that is not shown."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.children import days
from tests.client import PageClient
from tests.factories import HouseholdFactory, HouseholdMemberFactory, MembershipFactory
from tests.office import as_support, changes, fill_in, tags
from tests.plans import sign_in
from tests.world import World
from vsportal import clock
from vsportal.extensions import db
from vsportal.models import Household, HouseholdMember, Membership, Role, User
from vsportal.policy import Tie


def home(world: World, *more: str) -> str:
    return "/".join(("/office/households", world.household.ref, *more))


def finds(client: PageClient, user: User, world: World) -> bool:
    sign_in(client, user)
    return client.get(f"/children/{world.child.ref}").status == 200


def test_a_household_shows_its_people_and_the_children_of_today_and_before(
    client: PageClient, world: World
) -> None:
    page = as_support(client, world).get(home(world))

    assert world.people[Tie.CARER].name in page.text
    assert world.child.full_name in page.text


def test_a_new_home_with_several_people(client: PageClient, world: World) -> None:
    as_support(client, world)
    fill_in(
        client, "/office/households/new", {"name": "Beck House", "kind": "residential", "external_ref": "H17"}
    )
    made = db.session.scalars(select(Household).where(Household.name == "Beck House")).one()
    for name in ("Gemma Holt", "Curtis Bell"):
        typed = {"name": name, "email": f"{name.split()[0]}@example.org"}
        page = fill_in(client, f"/office/households/{made.ref}/people/new", typed)

    assert "Gemma Holt" in page.text
    assert "Curtis Bell" in page.text
    assert (made.authority_id, made.external_ref) == (world.authority.id, "H17")
    carers = db.session.scalars(select(Membership).where(Membership.authority_id == world.authority.id))
    assert sum(m.role == Role.CARER for m in carers) == 2
    found = client.submit(
        client.get("/office/households"), {"q": "H17"}, action="/office/households", follow=True
    )
    assert "Gemma Holt" in found.text.replace("Curtis Bell, ", "")


def test_whoever_joins_a_home_sees_its_children_from_the_day_and_not_before(
    client: PageClient, world: World
) -> None:
    carer = MembershipFactory(role=Role.CARER).user
    typed = {"name": carer.name, "email": carer.email, "starts_on": days(2)}

    fill_in(as_support(client, world), home(world, "people", "new"), typed)
    assert not finds(client, carer, world)

    now = MembershipFactory(role=Role.CARER).user
    fill_in(as_support(client, world), home(world, "people", "new"), {"name": now.name, "email": now.email})
    assert finds(client, now, world)


def test_whoever_leaves_a_home_sees_nothing_from_the_day(client: PageClient, world: World) -> None:
    second = MembershipFactory(role=Role.CARER).user
    HouseholdMemberFactory(household=world.household, user=second)
    as_support(client, world)
    page = client.get(home(world, "people", "end"))
    words = {label.get_text(strip=True): label["for"] for label in page.soup.select(".govuk-radios__label")}
    which = page.one(f"#{words[second.name]}")["value"]

    asked = fill_in(client, home(world, "people", "end"), {"which": which}, sure=False)
    assert f"{second.name} sees nothing of the children" in asked.text
    client.submit(asked, {"sure": "yes"}, action=home(world, "people", "end"))

    assert not finds(client, second, world)
    assert finds(client, world.people[Tie.CARER], world)
    assert "home:member:left" in tags()


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"which": ""}, "which", "Select who leaves"),
        ({"ends_on": "yesterday"}, "ends_on", "Enter a date"),
        ({"ends_on": days(-900)}, "ends_on", "is before the beginning"),
    ],
)
def test_an_end_that_cannot_be_is_refused(
    client: PageClient, world: World, typed: dict[str, object], field: str, said: str
) -> None:
    page = fill_in(as_support(client, world), home(world, "people", "end"), typed)

    assert said in page.one(f"#{field}-error").get_text()
    member = db.session.scalars(select(HouseholdMember)).all()
    assert all(m.ends_on is None for m in member)


def test_somebody_joins_a_home_once(client: PageClient, world: World) -> None:
    carer = world.people[Tie.CARER]
    typed = {"name": carer.name, "email": carer.email, "starts_on": clock.today()}

    page = fill_in(as_support(client, world), home(world, "people", "new"), typed)

    assert "belongs to" in page.one("#email-error").get_text()


def test_an_address_is_kept_and_neither_shown_nor_written_down(client: PageClient, world: World) -> None:
    as_support(client, world)

    page = fill_in(client, home(world, "address"), {"address": "7 Qzx Lane", "phone": "01632 960 707"})

    assert (world.household.address, world.household.phone) == ("7 Qzx Lane", "01632 960 707")
    assert "On record, not shown here" in page.text
    for path in ("", "/address", "/particulars"):
        body = client.get(home(world) + path).body
        assert "Qzx" not in body
        assert "960 707" not in body
    assert "Qzx" not in str(changes("home:household:changed"))
    assert [line["new"] for line in changes("home:household:changed")] == ["changed", "changed"]


def test_an_address_left_empty_stays_as_it_is(client: PageClient, world: World) -> None:
    world.household.address = "7 Qzx Lane"
    db.session.commit()

    fill_in(as_support(client, world), home(world, "address"), {"phone": "01632 960 707"})

    assert world.household.address == "7 Qzx Lane"


def test_two_homes_do_not_share_a_number(client: PageClient, world: World) -> None:
    HouseholdFactory(authority=world.authority, external_ref="H17")

    page = fill_in(as_support(client, world), home(world, "particulars"), {"external_ref": "H17"})

    assert "Another home has the number H17" in page.one("#external_ref-error").get_text()


@pytest.mark.parametrize("who", ["stranger", "administrator", Tie.CARER, Tie.SOCIAL_WORKER, Tie.HEAD])
def test_nobody_else_finds_a_household(client: PageClient, world: World, who: str) -> None:
    users = {"stranger": world.other.people[Tie.BUSINESS_SUPPORT], **world.unplaced, **world.people}
    sign_in(client, users[who])

    for path in ("", "/particulars", "/address", "/people/new", "/people/end"):
        assert client.get(home(world) + path).status == 404
