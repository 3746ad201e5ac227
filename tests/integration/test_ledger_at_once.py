"""Money when many press at once and when a process dies half-way: real threads, processes and commits."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.money import FUND, YEAR, approved_request, balances, finance_of, head_of, with_budget
from tests.world import World, make_world
from vsportal import clock
from vsportal.database import transaction
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.funding import batches, ledger
from vsportal.funding.reconciling import what_is_wrong
from vsportal.models import Account, FundingRequest, Movement, Payment, PaymentBatch, PaymentReceipt

ROOT = Path(__file__).resolve().parents[2]
PRICE = 10_000


@pytest.fixture
def portal(own_database: Flask) -> Iterator[Flask]:
    """The application on a database of its own, with its context for the test itself."""
    with own_database.app_context():
        yield own_database


@pytest.fixture
def world(portal: Flask) -> World:
    """The small world, committed for everybody."""
    made = make_world()
    db.session.commit()
    return made


def approved(world: World, many: int, *, set_aside: bool = True) -> list[int]:
    """The numbers of so many approved requests, committed to the database."""
    made = [approved_request(world, PRICE) for _ in range(many)]
    if set_aside:
        for one in made:
            ledger.commit_money(one, head_of(world))
    db.session.commit()
    return [one.id for one in made]


def at_once(portal: Flask, *acts: Callable[[], object]) -> list[object]:
    """Each act in a thread and a transaction of its own, all at one moment: what it gave, or its refusal."""
    start, answers = Barrier(len(acts)), []

    def run(act: Callable[[], object]) -> None:
        with portal.app_context():
            start.wait(20)
            try:
                with transaction():
                    given = act()
            except (OperationError, ledger.NotEnough) as refused:
                given = refused
            answers.append(given)

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(answers) == len(acts)
    db.session.rollback()
    db.session.expire_all()
    return answers


def count(model: type[Account | Movement | Payment | PaymentBatch | PaymentReceipt]) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_of_twelve_who_approve_at_once_against_a_budget_for_three_three_are_right(
    portal: Flask, world: World
) -> None:
    with_budget(world, 3 * PRICE)
    numbers = approved(world, 12, set_aside=False)
    by = head_of(world)

    def commit(number: int) -> Callable[[], object]:
        return lambda: ledger.commit_money(db.session.get_one(FundingRequest, number), by)

    answers = at_once(portal, *(commit(number) for number in numbers))

    assert len([a for a in answers if isinstance(a, ledger.NotEnough)]) == 9
    assert balances(world) == {
        "grant": -3 * PRICE,
        "budget": 0,
        "committed": 3 * PRICE,
        "paid": 0,
        "returned": 0,
    }
    assert count(Movement) == 4


def test_accounts_that_nobody_has_used_yet_are_made_once_by_many(portal: Flask, world: World) -> None:
    by, place = head_of(world), (world.authority.id, YEAR, FUND)
    answers = at_once(
        portal, *(lambda: ledger.give_budget(by, *place, pence=PRICE, why="Letter") for _ in range(6))
    )

    assert answers == [None] * 6
    assert count(Account) == 5
    assert balances(world)["budget"] == 6 * PRICE
    assert what_is_wrong() == []


def test_what_is_committed_for_one_request_by_many_is_committed_once(portal: Flask, world: World) -> None:
    with_budget(world, 100 * PRICE)
    (number,) = approved(world, 1, set_aside=False)
    by = head_of(world)

    answers = at_once(
        portal,
        *(lambda: ledger.commit_money(db.session.get_one(FundingRequest, number), by) for _ in range(4)),
    )

    assert len([a for a in answers if isinstance(a, ledger.AlreadyDone)]) == 3
    assert balances(world)["committed"] == PRICE


def test_money_that_comes_back_by_two_at_once_never_exceeds_what_was_paid(
    portal: Flask, world: World
) -> None:
    with_budget(world, 100 * PRICE)
    (number,) = approved(world, 1)
    batch = batches.make_batch(finance_of(world), world.authority.id, YEAR, "page").batch
    batches.book(finance_of(world), batch, clock.today())
    db.session.commit()
    by = head_of(world)

    at_once(
        portal,
        *(
            lambda: ledger.return_unspent(db.session.get_one(FundingRequest, number), by, 4_000)
            for _ in range(4)
        ),
    )

    assert balances(world)["returned"] == 8_000


def test_two_officers_who_press_at_once_put_each_request_into_one_batch(portal: Flask, world: World) -> None:
    with_budget(world, 100 * PRICE)
    approved(world, 4)
    by, authority = finance_of(world), world.authority.id

    answers = at_once(
        portal,
        *(lambda page=page: batches.make_batch(by, authority, YEAR, page).batch.number for page in "abcd"),
    )

    assert sorted(str(a) for a in answers) == ["1"] + [batches.NOTHING_LEFT] * 3
    assert (count(PaymentBatch), count(Payment)) == (1, 4)


def test_a_batch_marked_as_paid_by_three_at_once_is_paid_once(portal: Flask, world: World) -> None:
    with_budget(world, 100 * PRICE)
    approved(world, 3)
    batch = batches.make_batch(finance_of(world), world.authority.id, YEAR, "page").batch.id
    db.session.commit()
    by = finance_of(world)

    answers = at_once(
        portal,
        *(lambda: batches.book(by, db.session.get_one(PaymentBatch, batch), clock.today()) for _ in range(3)),
    )

    assert sorted(map(bool, answers)) == [False, False, True]
    assert balances(world)["paid"] == 3 * PRICE
    assert what_is_wrong() == []


# A process that dies ----------------------------------------------------------------------------------------


def killed(portal: Flask, world: World, act: str) -> None:
    """Another process does it and is killed in the middle, with no chance to tidy up."""
    address = portal.config["SQLALCHEMY_DATABASE_URI"]
    db.session.commit()
    other = subprocess.Popen(
        [sys.executable, "-m", "tests.half_way", act, str(address), str(world.authority.id)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert other.stdout is not None
    assert other.stdout.readline().strip() == "half-way"
    other.kill()
    assert other.wait(10) == -9
    other.stdout.close()
    db.session.rollback()
    db.session.expire_all()


def states() -> set[str]:
    return set(db.session.scalars(select(FundingRequest.state)))


def test_a_process_killed_while_it_makes_or_books_a_batch_leaves_nothing_half_done_and_pays_nothing_twice(
    portal: Flask, world: World
) -> None:
    with_budget(world, 100 * PRICE)
    approved(world, 5)
    by, authority = finance_of(world), world.authority.id

    killed(portal, world, "make")

    assert (count(PaymentBatch), count(Payment), states()) == (0, 0, {"approved"})
    assert what_is_wrong() == []
    with transaction():
        batches.make_batch(by, authority, YEAR, "the page")
    with transaction():
        again = batches.make_batch(by, authority, YEAR, "the page")
    assert (again.again, count(PaymentBatch), count(Payment)) == (True, 1, 5)

    killed(portal, world, "book")

    assert (count(PaymentReceipt), states()) == (0, {"scheduled"})
    assert balances(world)["paid"] == 0
    assert what_is_wrong() == []
    with transaction():
        assert batches.book(by, db.session.scalars(select(PaymentBatch)).one(), clock.today())
    with transaction():
        assert not batches.book(by, db.session.scalars(select(PaymentBatch)).one(), clock.today())
    assert (states(), balances(world)["paid"]) == ({"paid"}, 5 * PRICE)
    assert what_is_wrong() == []
