"""The books: one way to move money, for everything that moves it.

A movement is one row from one account to another, so nothing can be unbalanced; both balances change with
it in the caller's transaction, and a balance below its lowest is refused.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, or_, select, true, update
from sqlalchemy.exc import IntegrityError

from vsportal import clock
from vsportal.audit import By
from vsportal.database import insert_once
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.filters import pence as in_pounds
from vsportal.models import Account, Movement

KINDS = ("grant", "budget", "committed", "paid", "returned")
"""The accounts of a fund, in the order money takes; all five are made together."""


class NotEnough(OperationError):
    """The budget does not reach; the sentence says what is left."""


class AlreadyDone(OperationError):
    """This movement was made before: nothing is booked twice."""


@dataclass(frozen=True)
class Move:
    """Money that is to go from one account of a fund to another."""

    key: str
    """What makes it this movement and no other: a second one is refused."""
    kind: str
    fund: str
    source: str
    target: str
    pence: int
    request_id: int | None = None
    why: str = ""


def post(by: By, authority_id: int, year: str, moves: Sequence[Move]) -> None:
    """Write movements of one authority and year and change the balances: all of it, or nothing.

    NotEnough when an account would go below its lowest; AlreadyDone when one of them was made before.
    """
    if any(move.pence <= 0 for move in moves):
        raise OperationError("Enter an amount above £0.")
    numbers = ensure_accounts(authority_id, year, sorted({move.fund for move in moves}))
    at = clock.now()
    rows: list[dict[str, Any]] = [
        {
            "key": move.key,
            "kind": move.kind,
            "source_id": numbers[move.fund, move.source],
            "target_id": numbers[move.fund, move.target],
            "pence": move.pence,
            "at": at,
            "request_id": move.request_id,
            "by_id": by.user_id,
            "why": move.why,
        }
        for move in moves
    ]
    db.session.flush()
    try:
        with db.session.begin_nested():
            db.session.execute(insert(Movement), rows)
            _change_balances(rows)
    except IntegrityError as error:
        raise AlreadyDone("That was done already. Nothing was booked twice.") from error


def _change_balances(rows: Sequence[dict[str, Any]]) -> None:
    """Add what the movements sum to, account by account in the order of their numbers.

    Everybody takes them in this order, so that no two wait for each other.
    """
    changed: defaultdict[int, int] = defaultdict(int)
    for row in rows:
        changed[row["source_id"]] -= row["pence"]
        changed[row["target_id"]] += row["pence"]
    for number in sorted(changed):
        by = changed[number]
        enough = true() if by >= 0 else or_(Account.kind == "grant", Account.balance + by >= Account.lowest)
        done = db.session.execute(
            update(Account)
            .where(Account.id == number, enough)
            .values(balance=Account.balance + by)
            .execution_options(synchronize_session=False)
        )
        if done.rowcount != 1:  # type: ignore[attr-defined]
            raise NotEnough(_too_little(number, -by))


def _too_little(number: int, needed: int) -> str:
    """What is left, in a sentence."""
    kind, year, balance, lowest = db.session.execute(
        select(Account.kind, Account.financial_year, Account.balance, Account.lowest).where(
            Account.id == number
        )
    ).one()
    left = in_pounds(balance - lowest)
    if kind != "budget":
        return f"There is {left} to take it from, and this needs {in_pounds(needed)}."
    return (
        f"There is {left} left in this fund’s budget for {year}, and this needs {in_pounds(needed)}. "
        "The head can raise the budget on the money page, or allow more there with a reason."
    )


def ensure_accounts(authority_id: int, year: str, funds: Sequence[str]) -> dict[tuple[str, str], int]:
    """The numbers of these funds' accounts, by fund and kind; those that are not there yet are made."""
    query = select(Account.fund, Account.kind, Account.id).where(
        Account.authority_id == authority_id, Account.financial_year == year, Account.fund.in_(funds)
    )
    numbers = {(fund, kind): number for fund, kind, number in db.session.execute(query)}
    missing = [(fund, kind) for fund in funds for kind in KINDS if (fund, kind) not in numbers]
    if not missing:
        return numbers
    unique = ("authority_id", "financial_year", "fund", "kind")
    for fund, kind in missing:
        place = {"authority_id": authority_id, "financial_year": year, "fund": fund, "kind": kind}
        insert_once(Account, unique, **place, balance=0, lowest=0)
    return {(fund, kind): number for fund, kind, number in db.session.execute(query)}


def account_of(authority_id: int, year: str, fund: str, kind: str, *, lock: bool = False) -> Account:
    """One account as it stands in the database now."""
    query = select(Account).where(
        Account.authority_id == authority_id,
        Account.financial_year == year,
        Account.fund == fund,
        Account.kind == kind,
    )
    if lock:
        query = query.with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one()
