"""The office’s page of a term: how far its plans are, the next hundred, and who cannot have one yet."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from tests.client import PageClient
from tests.factories import AuthorityFactory, MembershipFactory, TermFactory
from tests.integration.test_term_open import authority_of, child_of, plans
from tests.plans import sign_in
from tests.world import World
from vsportal import clock
from vsportal.database import statements
from vsportal.extensions import db
from vsportal.models import AccessCut, Role, SignInSession
from vsportal.peps.terms import BATCH
from vsportal.policy import Tie


def path_of(world: World) -> str:
    return f"/office/terms/{world.term.key}/plans"


@pytest.mark.parametrize("tie", [Tie.BUSINESS_SUPPORT, Tie.HEAD])
def test_the_office_sees_how_far_it_is_and_opens_the_next(client: PageClient, world: World, tie: str) -> None:
    child_of(world.authority)
    sign_in(client, world.people[tie])
    page = client.get(path_of(world))
    assert "1 plan open of 2 that can be opened." in page.text
    assert (page.one("progress")["value"], page.one("progress")["max"]) == ("1", "2")

    sent = client.submit(page, button="Open the next 1")

    assert sent.status == 303
    after = client.follow(sent)
    assert after.notices() == ["1 plan opened."]
    assert "2 plans open of 2 that can be opened. Nothing is left to do." in after.text
    assert not after.soup.select("main button")


def test_with_javascript_it_goes_on_by_itself_until_nothing_is_left(client: PageClient, world: World) -> None:
    for _ in range(BATCH + 1):
        child_of(world.authority)
    sign_in(client, world.people[Tie.BUSINESS_SUPPORT])

    assert "hx-trigger" not in client.get(path_of(world)).one("#opening form").attrs
    first = client.htmx.post(path_of(world), {})
    assert "load" in str(first.one("#opening form")["hx-trigger"])
    second = client.htmx.post(path_of(world), {})

    assert not second.soup.select("form")
    assert "Nothing is left to do." in second.text


def test_those_who_cannot_have_a_plan_yet_are_named_with_their_year_and_why(
    client: PageClient, world: World
) -> None:
    older, nowhere = child_of(world.authority, year=12, age=16), child_of(world.authority, year=None)
    sign_in(client, world.people[Tie.BUSINESS_SUPPORT])

    page = client.get(path_of(world))

    assert f"{older.full_name}, Year 12" in page.text
    assert nowhere.full_name in page.text
    assert "No form for their year yet: 1 child" in page.text
    assert "On no school’s roll: 1 child" in page.text


def test_while_names_are_hidden_the_list_has_initials(client: PageClient, world: World) -> None:
    child = child_of(world.authority, year=None)
    sign_in(client, world.people[Tie.BUSINESS_SUPPORT])
    client.get(path_of(world))
    db.session.execute(update(SignInSession).values(hides_names=True))
    db.session.commit()

    page = client.get(path_of(world))

    assert child.full_name not in page.text
    assert f"{child.called[0]}. {child.last_name[0]}., Year" in page.text


def test_a_child_from_whom_somebody_is_cut_off_is_not_named_to_them(client: PageClient, world: World) -> None:
    child = child_of(world.authority, year=None)
    user = world.people[Tie.BUSINESS_SUPPORT]
    db.session.add(
        AccessCut(
            child_id=child.id,
            user_id=user.id,
            cut_by_id=world.people[Tie.HEAD].id,
            reason="A relation of theirs.",
        )
    )
    db.session.commit()
    sign_in(client, user)

    assert child.full_name not in client.get(path_of(world)).text


def test_with_nobody_in_care_the_page_says_so(client: PageClient, world: World) -> None:
    term = TermFactory(authority=AuthorityFactory())
    user = MembershipFactory(role=Role.HEAD, authority=authority_of(term)).user
    db.session.commit()
    sign_in(client, user)

    page = client.get(f"/office/terms/{term.key}/plans")

    assert "No child is on the care register today." in page.text
    assert not page.soup.select("main button")


def test_a_term_that_is_over_has_no_button_and_refuses_in_words(client: PageClient, world: World) -> None:
    over = TermFactory(
        authority=world.authority, key="2020-21-autumn", starts_on=clock.today() - timedelta(days=200)
    )
    db.session.commit()
    sign_in(client, world.people[Tie.HEAD])
    path = f"/office/terms/{over.key}/plans"

    page = client.get(path)
    assert "No more plans are opened for it." in page.text
    assert not page.soup.select("main button")
    assert "ended on" in " ".join(client.post(path, {}, follow=True).notices())


def test_with_two_authorities_each_is_opened_by_its_own_address(client: PageClient, world: World) -> None:
    other = TermFactory(authority=AuthorityFactory(name="Zeal Virtual School"), key=world.term.key)
    child_of(authority_of(other))
    user = world.people[Tie.BUSINESS_SUPPORT]
    MembershipFactory(user=user, role=Role.BUSINESS_SUPPORT, authority=authority_of(other))
    db.session.commit()
    sign_in(client, user)

    page = client.get(path_of(world))
    page = client.get(page.links()["Zeal Virtual School"])
    client.submit(page, button="Open the next 1")

    assert len(plans(other)) == 1


@pytest.mark.parametrize("tie", [Tie.ADVISER, Tie.SOCIAL_WORKER, Tie.DESIGNATED_TEACHER, Tie.CARER])
def test_nobody_else_finds_the_page(client: PageClient, world: World, tie: str) -> None:
    sign_in(client, world.people[tie])

    assert client.get(path_of(world)).status == 404
    assert client.post(path_of(world), {}).status == 404


def test_a_term_that_is_not_entered_and_a_foreign_authority_are_no_page(
    client: PageClient, world: World
) -> None:
    sign_in(client, world.people[Tie.HEAD])

    assert client.get("/office/terms/2031-32-spring/plans").status == 404
    assert client.get(f"{path_of(world)}?authority={world.other.authority.ref}").status == 404


def test_the_page_asks_as_much_for_fifty_children_as_for_one(client: PageClient, world: World) -> None:
    sign_in(client, world.people[Tie.HEAD])
    child_of(world.authority, year=None)
    client.get(path_of(world))

    def counted() -> int:
        db.session.commit()
        with statements(db.engine) as seen:
            assert client.get(path_of(world)).status == 200
        return len(seen)

    for_one = counted()
    for _ in range(25):
        child_of(world.authority, year=None)
        child_of(world.authority)

    assert counted() == for_one <= 8
