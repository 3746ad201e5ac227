"""What a fund may spend in a year: the head's to set, with a reason."""

from __future__ import annotations

from sqlalchemy import select

from vsportal.audit import By
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.filters import pence as in_pounds
from vsportal.funding import ledger
from vsportal.funding.books import account_of, ensure_accounts
from vsportal.models import Account


def set_budget(by: By, authority_id: int, year: str, fund: str, *, pence: int, why: str) -> int:
    """Make a fund's budget for a year come to `pence`; gives the change, and 0 when it is that already.

    NotEnough when more than the new budget is set aside or spent: the head allows it first, with a reason.
    """
    ensure_accounts(authority_id, year, [fund])
    account_of(authority_id, year, fund, "budget", lock=True)  # two who set it do so one after the other
    now = ledger.sums(authority_id, year).get(fund, ledger.Sums()).budget
    change = pence - now
    try:
        if change > 0:
            ledger.give_budget(by, authority_id, year, fund, pence=change, why=why)
        elif change < 0:
            ledger.take_budget(by, authority_id, year, fund, pence=-change, why=why)
    except ledger.NotEnough as refused:
        bound = in_pounds(now - max(ledger.sums(authority_id, year)[fund].left, 0))
        raise OperationError(
            f"{bound} of it is approved or paid already. Enter {bound} or more, "
            "or allow this budget to be overspent first."
        ) from refused
    return change


def lowest_of(authority_id: int, year: str, fund: str) -> int:
    """How far below nothing a budget may go, in pence; 0 or less."""
    found = select(Account.lowest).where(
        Account.authority_id == authority_id,
        Account.financial_year == year,
        Account.fund == fund,
        Account.kind == "budget",
    )
    return db.session.scalar(found) or 0


def came_back(authority_id: int, year: str, fund: str) -> int:
    """What has come back and is in neither the budget nor the grant."""
    found = ledger.sums(authority_id, year).get(fund, ledger.Sums())
    return found.returned - found.reused - (found.given_back - found.unused_given_back)
