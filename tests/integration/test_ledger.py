"""The ledger: what moves money and what refuses to, on both databases."""

from __future__ import annotations

import pytest

from tests.money import approved_request, balances, head_of
from tests.world import World
from vsportal.audit import By
from vsportal.funding import ledger

YEAR, FUND = "2026-27", "pp_plus"


@pytest.fixture
def by(world: World) -> By:
    return head_of(world)


def test_money_goes_from_the_budget_to_set_aside_to_paid_to_returned(world: World, by: By) -> None:
    one = approved_request(world, 56_000)
    ledger.give_budget(by, world.authority.id, YEAR, FUND, pence=100_000, why="For the year")
    ledger.commit_money(one, by)
    assert balances(world) == {
        "grant": -100_000,
        "budget": 44_000,
        "committed": 56_000,
        "paid": 0,
        "returned": 0,
    }
    ledger.pay(one, by, 56_000)
    ledger.return_unspent(one, by, 6_000)
    ledger.return_unspent(one, by, 1_000)

    assert balances(world) == {
        "grant": -100_000,
        "budget": 44_000,
        "committed": 0,
        "paid": 49_000,
        "returned": 7_000,
    }
    assert ledger.child_total(world.child.id, YEAR) == 49_000
    assert ledger.child_total(world.child.id, YEAR, "early_years") == 0
    fund = ledger.sums(world.authority.id, YEAR)[FUND]
    assert (fund.budget, fund.committed, fund.paid, fund.returned, fund.left) == (
        100_000,
        0,
        56_000,
        7_000,
        44_000,
    )
