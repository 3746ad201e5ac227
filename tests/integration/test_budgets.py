"""Budgets and the end of the financial year: what the head sets, allows and closes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tests.client import PageClient
from tests.factories import MembershipFactory
from tests.money import YEAR, approved_request, balances, committed, head_of, paid, policy_of, with_budget
from tests.office import fill_in, tags
from tests.world import World
from vsportal import clock
from vsportal.audit import SYSTEM
from vsportal.funding import ledger, year_end
from vsportal.funding.reconciling import what_is_wrong
from vsportal.models import FundingPolicy
from vsportal.policy import Tie

MONEY = "/office/funding/money"
AUTUMN = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def autumn() -> Iterator[None]:
    """A day in the financial year of these tests."""
    with clock.at(AUTUMN):
        yield


@pytest.fixture
def policy(world: World) -> FundingPolicy:
    """The itemised policy, in force since April."""
    return policy_of(world)


def as_head(client: PageClient, world: World) -> None:
    client.sign_in(world.people[Tie.HEAD])


# Budgets --------------------------------------------------------------------------------------------------


def test_the_head_sets_raises_and_lowers_a_budget_with_a_reason(
    client: PageClient, world: World, policy: FundingPolicy
) -> None:
    as_head(client, world)
    path = f"/office/funding/budget?year={YEAR}&fund=pp_plus"

    raised = fill_in(client, path, {"amount": "£1,200", "why": "Grant letter"})
    assert "The budget of Pupil Premium Plus is £1,200 now." in raised.notices()
    fill_in(client, path, {"amount": "1000", "why": "Fewer children"})
    committed(world, 90_000)
    refused = fill_in(client, path, {"amount": "800", "why": "Less"})
    without = fill_in(client, path, {"amount": "2000", "why": ""})

    assert balances(world)["grant"] == -100_000
    words = "£900 of it is approved or paid already."
    assert refused.errors() == [f"{words} Enter £900 or more, or allow this budget to be overspent first."]
    assert without.errors() == ["Enter why"]
    assert "funding:budget:changed" in tags()


def test_a_budget_is_overspent_only_where_the_head_allowed_it_with_a_reason(
    client: PageClient, world: World, policy: FundingPolicy
) -> None:
    with_budget(world, 50_000)
    one = approved_request(world, 60_000)
    with pytest.raises(ledger.NotEnough, match="There is £500 left"):
        ledger.commit_money(one, head_of(world))
    as_head(client, world)

    said = fill_in(
        client,
        f"/office/funding/budget/override?year={YEAR}&fund=pp_plus",
        {"amount": "100", "why": "Agreed"},
    )
    ledger.commit_money(one, head_of(world))

    assert "Pupil Premium Plus may be overspent by £100 now." in said.notices()
    assert balances(world)["budget"] == -10_000
    assert "Overspent" in client.get(MONEY).text
    assert what_is_wrong() == []


def test_what_came_back_is_put_into_the_budget_again(
    client: PageClient, world: World, policy: FundingPolicy
) -> None:
    with_budget(world, 50_000)
    one = committed(world, 50_000)
    paid(world, one)
    ledger.return_unspent(one, head_of(world), 20_000)
    as_head(client, world)
    path = f"/office/funding/budget/reuse?year={YEAR}&fund=pp_plus"

    fill_in(client, path, {"why": "For another child", "amount": "150"})
    again = fill_in(client, path, {"why": "For another child", "amount": "150"})

    assert again.errors() == ["That was done already. Nothing was booked twice."]
    assert (balances(world)["budget"], balances(world)["returned"]) == (15_000, 5_000)


# The end of the year --------------------------------------------------------------------------------------


def test_from_january_the_page_says_what_is_not_committed_and_what_is_not_paid(
    client: PageClient, world: World, policy: FundingPolicy
) -> None:
    with_budget(world, 100_000)
    one = committed(world, 40_000)
    as_head(client, world)
    assert "is not committed" not in client.get(MONEY).text

    with clock.at(datetime(2027, 1, 4, 12, tzinfo=UTC)):
        client.forget_cookies()
        as_head(client, world)
        assert "£600 of 2026-27 is not committed" in client.get(MONEY).text
        page = client.get("/office/funding/year-end")

    assert f"{one.number} Approved, not paid" in page.text
    assert "2026-27 can be closed from 1 April 2027 on." in page.text


def test_closing_the_year_gives_back_what_is_left_once_and_carries_nothing_on(
    client: PageClient, world: World, policy: FundingPolicy
) -> None:
    with_budget(world, 100_000)
    one, two = committed(world, 30_000), committed(world, 20_000)
    paid(world, one)
    ledger.return_unspent(one, head_of(world), 5_000)
    with clock.at(datetime(2027, 4, 2, 12, tzinfo=UTC)):
        as_head(client, world)
        page = client.get(f"/office/funding/year-end?year={YEAR}")
        carried = client.submit(page, {"what": "on"}, button=f"Close {YEAR}")
        closed = client.submit(page, {"what": "back"}, button=f"Close {YEAR}", follow=True)
        again = client.submit(page, {"what": "back"}, button=f"Close {YEAR}", follow=True)

    assert [e.partition(":")[0] for e in carried.errors()] == [
        "Money of 2026-27 cannot be carried into 2027-28"
    ]
    assert closed.notices() == ["£550 of 2026-27 went back to the grant."]
    assert again.notices() == ["Nothing of 2026-27 was left to go back."]
    assert balances(world) == {
        "grant": -45_000,
        "budget": 0,
        "committed": 20_000,
        "paid": 25_000,
        "returned": 0,
    }
    assert two.number in closed.text
    assert what_is_wrong() == []


def test_a_year_is_not_closed_before_its_closing_date(world: World, policy: FundingPolicy) -> None:
    with pytest.raises(year_end.OperationError, match="from 1 April 2027 on"):
        year_end.close_year(SYSTEM, world.authority.id, YEAR)


def test_a_head_of_two_authorities_stays_with_the_one_they_chose(client: PageClient, world: World) -> None:
    head = world.people[Tie.HEAD]
    MembershipFactory(user=head, role="head", authority=world.other.authority)
    policy_of(world.other)
    as_head(client, world)

    page = client.get(f"{MONEY}?authority={world.other.authority.ref}")
    set_it = next(link for words, link in page.links().items() if words.startswith("Set the budget"))
    fill_in(client, set_it, {"amount": "100", "why": "Letter"})

    assert balances(world.other)["budget"] == 10_000
    assert balances(world) == {}
