"""The end of a financial year: what is not committed, what is still open, and closing the books.

Unspent money goes back to the grant at 31 March; none of it can be carried on (`pp-plus.md`). A fund that
runs by academic years stays open.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from vsportal import audit, clock
from vsportal.audit import By
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.filters import day
from vsportal.filters import pence as in_pounds
from vsportal.funding import paying
from vsportal.funding.books import Move, post
from vsportal.funding.shape import Policy
from vsportal.funding.years import financial_year, year_bounds
from vsportal.models import OPEN_REQUESTS, Account, Authority, FundingRequest, Movement, RequestState, School

NOT_PAID = (*paying.APPROVED, RequestState.SCHEDULED)
BEING_WRITTEN = (RequestState.PROPOSED, RequestState.DRAFT)
WARNED_FROM_MONTH = 1
"""From January what is not committed is shown: there is time to spend it for a child."""


@dataclass(frozen=True)
class OpenRequest:
    """A request of the year that is not settled: to be decided, or approved and not paid."""

    ref: str
    number: str
    state: str
    setting: str
    fund: str
    pence: int


def open_requests(authority_id: int, year: str) -> list[OpenRequest]:
    """Requests that were sent and not decided, and those approved and not paid; one statement."""
    states = [s for s in OPEN_REQUESTS if s not in BEING_WRITTEN] + list(NOT_PAID)
    rows = db.session.execute(
        select(
            FundingRequest.ref,
            FundingRequest.number,
            FundingRequest.state,
            School.name,
            FundingRequest.fund,
            FundingRequest.approved_pence,
            FundingRequest.amount_pence,
        )
        .outerjoin(School, School.id == FundingRequest.school_id)
        .where(
            FundingRequest.authority_id == authority_id,
            FundingRequest.financial_year == year,
            FundingRequest.state.in_(states),
        )
        .order_by(FundingRequest.state, FundingRequest.submitted_at, FundingRequest.id)
    )
    return [
        OpenRequest(ref, number, state, setting or "", fund, asked if approved is None else approved)
        for ref, number, state, setting, fund, approved, asked in rows
    ]


def is_near_the_end(year: str, today: date) -> bool:
    """From January of the year on, and afterwards."""
    return today >= date(year_bounds(year)[1].year, WARNED_FROM_MONTH, 1)


def closes_from(policy: Policy | None, year: str) -> date:
    """The first day on which the books can be closed: after the policy's closing date or the year's end."""
    last = year_bounds(year)[1]
    closing = policy.closes_on if policy and policy.closes_on else last
    return date.fromordinal(min(closing, last).toordinal() + 1)


def next_year(year: str) -> str:
    """The financial year after this one."""
    last = year_bounds(year)[1]
    return financial_year(date.fromordinal(last.toordinal() + 1))


def close_year(by: By, authority_id: int, year: str, *, carry_on: bool = False) -> int:
    """Give back to the grant what is not committed, and what came back; how much that was, in pence.

    Done again it gives back what has come since, or nothing. OperationError before the closing date, and
    for money that is to be carried on.
    """
    if carry_on:
        raise OperationError(
            f"Money of {year} cannot be carried into {next_year(year)}: what is not spent by "
            f"{day(year_bounds(year)[1])} goes back to the grant."
        )
    policy = paying.policy_for(authority_id, year)
    first = closes_from(policy, year)
    if clock.today() < first:
        raise OperationError(f"{year} can be closed from {day(first)} on.")
    moves = [
        Move(
            key=f"account {account.id} given_back {times + 1}",
            kind="given_back",
            fund=account.fund,
            source=account.kind,
            target="grant",
            pence=account.balance,
            why=f"End of {year}",
        )
        for account, times in _to_give_back(authority_id, year, policy)
    ]
    if not moves:
        return 0
    post(by, authority_id, year, moves)
    total = sum(move.pence for move in moves)
    changes = [{"field": "given_back", "label": year, "kind": "pence", "old": None, "new": total}]
    authority = db.session.get_one(Authority, authority_id)
    audit.record(db.session, by, "funding:year:closed", authority, authority_id=authority_id, changes=changes)
    return total


def _to_give_back(authority_id: int, year: str, policy: Policy | None) -> list[tuple[Account, int]]:
    """Accounts with something to give back, held, each with how often it gave back before."""
    academic = {f.id for f in policy.funds if f.period == "academic"} if policy else set()
    accounts = db.session.scalars(
        select(Account)
        .where(Account.authority_id == authority_id, Account.financial_year == year)
        .order_by(Account.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    giving = [
        a for a in accounts if a.kind in ("budget", "returned") and a.balance > 0 and a.fund not in academic
    ]
    before = db.session.execute(
        select(Movement.source_id, func.count())
        .where(Movement.kind == "given_back", Movement.source_id.in_([a.id for a in giving]))
        .group_by(Movement.source_id)
    )
    times = dict(before.all())
    return [(account, times.get(account.id, 0)) for account in giving]


def closed_words(given_back: int, year: str) -> str:
    """What to say after closing."""
    if not given_back:
        return f"Nothing of {year} was left to go back."
    return f"{in_pounds(given_back)} of {year} went back to the grant."
