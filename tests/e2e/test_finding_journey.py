"""From signing in to a plan: My work, the list of children, a child's page, the plan; and signing out.

A child who is not one's own is not there, whatever the address.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.neighbourhood import ADVISER, CARER, HEAD, TEACHER, WORKER, Neighbourhood, Person
from tests.e2e.pages.plan import PlanPage
from tests.e2e.pages.sign_in import SignIn
from tests.e2e.person import Arrive


@pytest.mark.parametrize("role", [TEACHER, CARER, WORKER, ADVISER, HEAD])
def test_everybody_finds_the_way_to_a_plan(arrive: Arrive, neighbourhood: Neighbourhood, role: str) -> None:
    zofia = neighbourhood.child("Zofia")
    visitor = arrive(neighbourhood.people[role])

    visitor.open("/")
    visitor.open("/children")
    visitor.page.get_by_role("searchbox").or_(visitor.page.locator("input[name=q]")).first.fill("zof")
    with visitor.page.expect_navigation():
        visitor.page.keyboard.press("Enter")
    visitor.look().follow(re.compile(f"{zofia.full_name}$"))
    visitor.follow(re.compile("[Ss]ummer"))

    assert "Zofia’s plan" in visitor.heading
    assert "Zofia" not in visitor.page.title()
    assert visitor.page.url.endswith(zofia.pep)


def test_a_wrong_password_says_so_and_keeps_the_address(arrive: Arrive, neighbourhood: Neighbourhood) -> None:
    visitor = arrive()
    sign_in = SignIn(visitor).open()
    visitor.look()

    sign_in.sign_in(neighbourhood.people[CARER], password="not this one")
    visitor.look()
    assert "One of them is not right" in visitor.text()
    sign_in.sign_in(Person("", ""), password="")
    visitor.look()
    expect(visitor.page.locator(".govuk-error-summary")).to_be_focused()


def test_somebody_signed_out_comes_to_the_page_they_asked_for(
    arrive: Arrive, neighbourhood: Neighbourhood
) -> None:
    zofia = neighbourhood.child("Zofia")
    visitor = arrive()

    visitor.open(f"/peps/{zofia.pep}")
    SignIn(visitor).sign_in(neighbourhood.people[CARER])
    assert visitor.look().page.url.endswith(zofia.pep)
    visitor.open("/sessions").press("Sign out", within=visitor.page.locator("header"))
    visitor.open(f"/peps/{zofia.pep}")

    assert visitor.heading == "Sign in"


def test_a_child_who_is_not_ones_own_is_not_there(arrive: Arrive, neighbourhood: Neighbourhood) -> None:
    zofia, kofi = neighbourhood.child("Zofia"), neighbourhood.child("Kofi")
    young = arrive(kofi.young_person)
    young.statuses.add(404)

    for path in (f"/peps/{zofia.pep}", f"/children/{zofia.ref}", "/peps/nobody-has-this"):
        young.open(path)
        assert "Zofia" not in young.page.content()


def test_the_pages_that_everybody_may_read_are_whole(arrive: Arrive) -> None:
    visitor = arrive(width=320)

    visitor.open("/accessibility").fits()
    visitor.open("/privacy").fits()
    visitor.open("/sign-in").fits()


def test_the_plan_tells_each_owner_what_is_left_to_do(arrive: Arrive, neighbourhood: Neighbourhood) -> None:
    zofia = neighbourhood.child("Zofia")
    teacher = arrive(neighbourhood.people[TEACHER])

    plan = PlanPage(teacher, zofia).open()

    assert "4 answers still to give" in teacher.text()
    assert plan.state_of("My progress") == "Not started"
