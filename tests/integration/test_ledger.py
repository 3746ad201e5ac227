"""The ledger: what moves money and what refuses to, on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from tests.money import FUND, YEAR, approved_request, balances, head_of, with_budget
from tests.world import World
from vsportal.audit import By
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.funding import ledger
from vsportal.models import Account


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


def test_what_is_set_aside_goes_back_to_the_budget_once(world: World, by: By) -> None:
    one = approved_request(world, 30_000)
    with_budget(world, 50_000)
    ledger.commit_money(one, by)

    assert ledger.release(one, by, "Moved away") == 30_000
    assert ledger.release(one, by, "Moved away") == 0
    assert balances(world)["budget"] == 50_000
    assert ledger.child_total(world.child.id, YEAR) == 0


def test_nothing_is_committed_paid_or_returned_twice_or_beyond_what_there_is(world: World, by: By) -> None:
    one = approved_request(world, 30_000)
    with_budget(world, 90_000)
    with pytest.raises(ledger.NotEnough, match="£0 is set aside for PP-"):
        ledger.pay(one, by, 30_000)
    ledger.commit_money(one, by)
    with pytest.raises(ledger.AlreadyDone):
        ledger.commit_money(one, by)
    with pytest.raises(ledger.NotEnough, match="£300 is set aside for PP-"):
        ledger.pay(one, by, 30_001)
    ledger.pay(one, by, 30_000)
    with pytest.raises(ledger.NotEnough):
        ledger.pay(one, by, 1)
    ledger.return_unspent(one, by, 20_000)
    with pytest.raises(ledger.NotEnough, match="At most £100 can come back"):
        ledger.return_unspent(one, by, 10_001)

    assert balances(world) == {
        "grant": -90_000,
        "budget": 60_000,
        "committed": 0,
        "paid": 10_000,
        "returned": 20_000,
    }


def test_a_request_for_nothing_and_a_budget_without_a_reason_move_nothing(world: World, by: By) -> None:
    with pytest.raises(OperationError, match="Enter an amount above £0"):
        ledger.commit_money(approved_request(world, 0), by)
    with pytest.raises(OperationError, match="Enter why"):
        ledger.give_budget(by, world.authority.id, YEAR, FUND, pence=1, why=" ")

    assert sum(balances(world).values()) == 0


def test_the_same_press_of_a_budgets_button_counts_once(world: World, by: By) -> None:
    place = (by, world.authority.id, YEAR, FUND)
    ledger.give_budget(*place, pence=5_000, why="Letter", key="page")
    with pytest.raises(ledger.AlreadyDone):
        ledger.give_budget(*place, pence=5_000, why="Letter", key="page")

    assert balances(world)["budget"] == 5_000


def test_the_database_itself_refuses_to_overspend(world: World, by: By) -> None:
    with_budget(world, 5_000)

    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(
            update(Account).where(Account.kind == "budget").values(balance=Account.balance - 5_001)
        )
