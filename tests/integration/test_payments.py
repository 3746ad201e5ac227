"""Payments: what is ready, batches and their file, and that nothing is paid twice."""

from __future__ import annotations

import csv
import hashlib
from datetime import timedelta
from io import StringIO

import pytest
from flask import Flask
from sqlalchemy import select, text, update
from sqlalchemy.exc import DatabaseError

from tests.money import FUND, YEAR, approved_request, balances, finance_of, with_budget
from tests.world import World
from vsportal import clock
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.funding import batches, ledger, paying
from vsportal.funding.books import ensure_accounts
from vsportal.funding.reconciling import what_is_wrong
from vsportal.models import Account, FundingRequest, Movement, Payment, PaymentBatch


def committed(world: World, *amounts: int, **more: object) -> list[FundingRequest]:
    """Approved requests with their money set aside."""
    made = [approved_request(world, pence, **more) for pence in amounts]
    for one in made:
        ledger.commit_money(one, finance_of(world))
    return made


def batch_of(world: World, key: str = "page", **more: object) -> PaymentBatch:
    return batches.make_batch(finance_of(world), world.authority.id, YEAR, key, **more).batch


def lines(batch: PaymentBatch) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(batch.content)))


def test_a_batch_holds_what_is_ready_and_its_file_names_no_child(world: World) -> None:
    with_budget(world, 200_000)
    one, two = committed(world, 56_050, 20_000)
    approved_request(
        world, 10_000, state="with_adviser", approved_pence=None, decided_at=None, decided_by_id=None
    )

    batch = batch_of(world)

    assert (batch.number, batch.payments, batch.pence) == (1, 2, 76_050)
    assert [(line["request"], line["amount"], line["child_ref"]) for line in lines(batch)] == [
        (one.number, "560.50", world.child.ref),
        (two.number, "200.00", world.child.ref),
    ]
    assert world.child.last_name not in batch.content
    assert batch.sha256 == hashlib.sha256(batch.content.encode()).hexdigest()
    assert (one.state, two.state) == ("scheduled", "scheduled")
    assert what_is_wrong() == []


def test_the_same_press_sent_twice_makes_one_batch_and_a_second_press_says_that_nothing_is_left(
    world: World,
) -> None:
    with_budget(world, 100_000)
    committed(world, 50_000)

    first, again = batch_of(world), batch_of(world)
    assert first.id == again.id
    with pytest.raises(OperationError, match="Nothing is left to pay"):
        batch_of(world, "another page")


def test_only_what_is_ticked_is_paid_and_what_somebody_else_took_is_said(world: World) -> None:
    with_budget(world, 200_000)
    one, two, three = committed(world, 10_000, 20_000, 30_000)
    batch_of(world, "first", wanted=[one.number])

    made = batches.make_batch(
        finance_of(world), world.authority.id, YEAR, "second", wanted=[one.number, two.number]
    )

    assert made.left_out == 1
    assert [line["request"] for line in lines(made.batch)] == [two.number]
    assert three.state == "approved"


def test_marked_as_paid_once_it_cannot_be_paid_again(world: World) -> None:
    with_budget(world, 100_000)
    (one,) = committed(world, 50_000)
    batch = batch_of(world)

    assert batches.book(finance_of(world), batch, clock.today())
    assert not batches.book(finance_of(world), batch, clock.today())

    assert one.state == "paid"
    assert balances(world)["paid"] == 50_000
    assert what_is_wrong() == []


def test_a_batch_is_not_paid_tomorrow_nor_before_it_was_made(world: World) -> None:
    with_budget(world, 100_000)
    committed(world, 50_000)
    batch = batch_of(world)

    for day in (clock.today() + timedelta(days=1), clock.today() - timedelta(days=1)):
        with pytest.raises(OperationError):
            batches.book(finance_of(world), batch, day)


def test_what_is_approved_and_not_set_aside_is_held_with_the_reason(world: World) -> None:
    approved_request(world, 50_000)

    (found,) = paying.ready(world.authority.id, YEAR)

    assert found.held == paying.NOT_SET_ASIDE
    with pytest.raises(OperationError):
        batch_of(world)


@pytest.mark.parametrize("start", ["=1+1", "+44", "-5", "@SUM(A1)", " =1", "\t=1"])
def test_no_cell_of_the_file_begins_a_formula(start: str) -> None:
    assert not batches.defused(start).startswith(batches.FORMULAS)
    assert batches.defused("Lodewater\nAcademy") == "Lodewater Academy"


@pytest.mark.parametrize("table", ["payment_batch", "payment", "payment_receipt", "movement"])
def test_what_was_written_into_the_books_is_neither_changed_nor_deleted(world: World, table: str) -> None:
    with_budget(world, 100_000)
    committed(world, 50_000)
    batches.book(finance_of(world), batch_of(world), clock.today())

    for statement in (f"UPDATE {table} SET id = id + 1000", f"DELETE FROM {table}"):
        with pytest.raises(DatabaseError), db.session.begin_nested():
            db.session.execute(text(statement))


def test_reconcile_is_clean_or_names_what_is_wrong(app: Flask, world: World) -> None:
    with_budget(world, 100_000)
    committed(world, 50_000)
    batch_of(world)
    run = app.test_cli_runner().invoke
    assert "The books agree." in run(args=["funding", "reconcile"]).output

    db.session.execute(update(Account).where(Account.kind == "budget").values(balance=Account.balance + 1))
    db.session.commit()

    told = run(args=["funding", "reconcile"])
    assert told.exit_code == 1
    assert f"({FUND}, {YEAR}, budget) holds 50001p, and its movements come to 50000p." in told.output


def test_reconcile_finds_a_request_whose_state_or_amount_is_not_what_was_moved(world: World) -> None:
    with_budget(world, 100_000)
    one, two = committed(world, 50_000, 20_000)
    db.session.execute(
        update(FundingRequest).where(FundingRequest.id == one.id).values(approved_pence=49_999)
    )
    db.session.execute(update(FundingRequest).where(FundingRequest.id == two.id).values(state="paid"))

    assert what_is_wrong() == [
        f"{one.number} is approved: set aside are 50000p, and it should be 49999p.",
        f"{two.number} is paid: set aside are 20000p, and it should be 0p.",
        f"{two.number} is paid: paid are 0p, and it should be 20000p.",
        f"{two.number} is paid and in no batch.",
    ]


def test_reconcile_finds_a_batch_that_is_not_as_it_was_written(world: World) -> None:
    db.session.add(
        PaymentBatch(
            authority_id=world.authority.id,
            financial_year=YEAR,
            number=7,
            key="by hand",
            made_by_id=finance_of(world).user_id,
            payments=1,
            pence=100,
            content="request,amount\r\nPP-1,1.00\r\n",
            sha256="0" * 64,
        )
    )
    db.session.flush()

    assert what_is_wrong() == [
        "Batch 7: the file is not as it was written.",
        "Batch 7: it says 1 payments of 100p, and has others.",
        "Batch 7: the file lists other payments than are booked in it.",
    ]


def test_reconcile_finds_a_movement_that_goes_a_way_it_may_not(world: World) -> None:
    with_budget(world, 100_000)
    numbers = ensure_accounts(world.authority.id, YEAR, [FUND])
    db.session.add(
        Movement(
            key="by hand",
            kind="paid",
            source_id=numbers[FUND, "grant"],
            target_id=numbers[FUND, "paid"],
            pence=5,
            at=clock.now(),
        )
    )
    db.session.flush()

    found = what_is_wrong()

    assert [words.partition(" holds")[0].partition("(")[2] for words in found[:2]] == [
        f"{FUND}, {YEAR}, grant)",
        f"{FUND}, {YEAR}, paid)",
    ]
    assert found[2].endswith("(by hand) goes from grant to paid.")


def test_a_request_is_in_one_batch_only(world: World) -> None:
    with_budget(world, 100_000)
    committed(world, 50_000)
    batch = batch_of(world)
    payment = db.session.scalars(select(Payment)).one()

    with pytest.raises(DatabaseError), db.session.begin_nested():
        db.session.add(Payment(batch_id=batch.id, request_id=payment.request_id, pence=1))
