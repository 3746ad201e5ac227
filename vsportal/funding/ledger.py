"""The ledger of Pupil Premium Plus: what is set aside, paid and given back, and what is left (`pp-plus.md`).

Each function is one movement or a sum of movements; `books.py` writes them. Amounts are pence.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from vsportal import audit
from vsportal.audit import By
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.filters import pence as in_pounds
from vsportal.funding.books import AlreadyDone, Move, NotEnough, account_of, ensure_accounts, post
from vsportal.models import Account, FundingRequest, Movement

__all__ = [
    "AlreadyDone",
    "NotEnough",
    "SoFar",
    "Sums",
    "child_total",
    "commit_money",
    "give_back",
    "give_budget",
    "override",
    "pay",
    "pay_all",
    "release",
    "requests_so_far",
    "return_unspent",
    "reuse",
    "sums",
    "take_budget",
]

# A request's money --------------------------------------------------------------------------------------


def commit_money(request: FundingRequest, by: By) -> None:
    """Set aside what was approved. NotEnough when the budget does not reach; nothing is changed then."""
    _move(request, by, _of(request, "committed", ("budget", "committed"), request.approved_pence or 0))


def release(request: FundingRequest, by: By, why: str) -> int:
    """Give back to the budget what is set aside for a request and not paid; how much that was.

    Done again it gives back nothing.
    """
    _hold(request)
    waiting = _so_far(request).waiting
    if waiting:
        _move(request, by, _of(request, "released", ("committed", "budget"), waiting, why=why))
    return waiting


def pay(request: FundingRequest, by: By, pence: int) -> None:
    """What was set aside is paid; never more than that, and once."""
    pay_all([(request, pence)], by)


def pay_all(due: Sequence[tuple[FundingRequest, int]], by: By) -> None:
    """Requests of one authority and year are paid together: all of them or none."""
    so_far = requests_so_far([r.id for r, _ in due])
    for request, pence in due:
        if pence > so_far[request.id].waiting:
            raise NotEnough(
                f"{in_pounds(so_far[request.id].waiting)} is set aside for {request.number}, "
                f"and {in_pounds(pence)} would be paid."
            )
    moves = [_of(r, "paid", ("committed", "paid"), pence) for r, pence in due]
    if due:
        post(by, due[0][0].authority_id, due[0][0].financial_year, moves)


def return_unspent(request: FundingRequest, by: By, pence: int) -> None:
    """What was paid and not spent comes back; never more than was paid."""
    _hold(request)
    so_far = _so_far(request)
    if pence > so_far.spent:
        raise NotEnough(f"At most {in_pounds(so_far.spent)} can come back: more was not paid.")
    move = _of(request, "returned", ("paid", "returned"), pence)
    _move(request, by, replace(move, key=f"{move.key} {so_far.returns + 1}"))


def _move(request: FundingRequest, by: By, move: Move) -> None:
    """One movement of a request's money, in the books of its own year and fund."""
    post(by, request.authority_id, request.financial_year, [move])


def _of(request: FundingRequest, kind: str, way: tuple[str, str], pence: int, *, why: str = "") -> Move:
    """A movement for a request, from one account to the other; its key is the request and what is done."""
    return Move(f"request {request.id} {kind}", kind, request.fund, *way, pence, request.id, why)


def _hold(request: FundingRequest) -> None:
    """Two that move the same request's money do it one after the other."""
    db.session.execute(select(FundingRequest.id).where(FundingRequest.id == request.id).with_for_update())


@dataclass
class SoFar:
    """What has been moved for a request, in pence."""

    committed: int = 0
    released: int = 0
    paid: int = 0
    returned: int = 0
    returns: int = 0
    """How often something came back."""

    @property
    def waiting(self) -> int:
        """Set aside and not paid."""
        return self.committed - self.released - self.paid

    @property
    def spent(self) -> int:
        """Paid and not come back."""
        return self.paid - self.returned


def requests_so_far(request_ids: Sequence[int]) -> dict[int, SoFar]:
    """What has been moved for each of these requests, by number; one statement."""
    found: dict[int, SoFar] = {number: SoFar() for number in request_ids}
    rows = db.session.execute(
        select(FundingRequest.id, Movement.kind, func.sum(Movement.pence), func.count())
        .join(Movement, Movement.request_id == FundingRequest.id)
        .where(FundingRequest.id.in_(request_ids))
        .group_by(FundingRequest.id, Movement.kind)
    )
    for number, kind, pence, count in rows:
        setattr(found[number], kind, int(pence))
        if kind == "returned":
            found[number].returns = count
    return found


def _so_far(request: FundingRequest) -> SoFar:
    return requests_so_far([request.id])[request.id]


def child_total(child_id: int, year: str, fund: str | None = None) -> int:
    """What a child has had in a financial year: set aside and paid, without what came back. One statement.

    With `fund`, of that fund alone.
    """
    query = (
        select(Movement.kind, func.sum(Movement.pence))
        .join(FundingRequest, FundingRequest.id == Movement.request_id)
        .where(FundingRequest.child_id == child_id, FundingRequest.financial_year == year)
        .group_by(Movement.kind)
    )
    if fund is not None:
        query = query.where(FundingRequest.fund == fund)
    moved = {kind: int(pence) for kind, pence in db.session.execute(query)}
    return moved.get("committed", 0) - moved.get("released", 0) - moved.get("returned", 0)


# A budget -----------------------------------------------------------------------------------------------


def give_budget(
    by: By, authority_id: int, year: str, fund: str, *, pence: int, why: str, key: str = ""
) -> None:
    """Raise what a fund may spend. `key`: of the page whose button was pressed, so that it counts once."""
    move = Move(_once("budgeted", key), "budgeted", fund, "grant", "budget", pence, why=why)
    _office(by, authority_id, year, move)


def take_budget(
    by: By, authority_id: int, year: str, fund: str, *, pence: int, why: str, key: str = ""
) -> None:
    """Lower what a fund may spend; NotEnough when more than that is spent or set aside already."""
    move = Move(_once("unbudgeted", key), "unbudgeted", fund, "budget", "grant", pence, why=why)
    _office(by, authority_id, year, move)


def reuse(by: By, authority_id: int, year: str, fund: str, *, pence: int, why: str, key: str = "") -> None:
    """Put what came back into the budget again."""
    move = Move(_once("reused", key), "reused", fund, "returned", "budget", pence, why=why)
    _office(by, authority_id, year, move)


def give_back(
    by: By, authority_id: int, year: str, fund: str, *, pence: int, why: str, source: str = "budget"
) -> None:
    """At the end of the year: what is in the budget (or in `returned`) goes back to the grant."""
    move = Move(_once("given_back", ""), "given_back", fund, source, "grant", pence, why=why)
    _office(by, authority_id, year, move)


def _once(kind: str, key: str) -> str:
    """The key of a movement for no request: the page's, or one of its own."""
    return f"{kind} {key or secrets.token_urlsafe(12)}"


def _office(by: By, authority_id: int, year: str, move: Move) -> None:
    """Money that moves for no request: it has a reason, and an event says who did it."""
    why = _reason(move.why)
    post(by, authority_id, year, [replace(move, why=why)])
    label = f"{move.fund} {year}"
    changes: list[dict[str, Any]] = [
        {"field": move.kind, "label": label, "kind": "pence", "old": None, "new": move.pence},
        {"field": "why", "label": "Why", "kind": "text", "old": None, "new": why},
    ]
    budget = account_of(authority_id, year, move.fund, "budget")
    audit.record(db.session, by, "funding:budget:changed", budget, authority_id=authority_id, changes=changes)


def override(by: By, authority_id: int, year: str, fund: str, *, lowest: int, why: str) -> None:
    """Let a budget go down to `lowest` pence, nothing or below nothing: the head's word, with a reason."""
    why = _reason(why)
    if lowest > 0:
        raise OperationError("Enter how far below nothing the budget may go.")
    ensure_accounts(authority_id, year, [fund])
    budget = account_of(authority_id, year, fund, "budget", lock=True)
    if budget.balance < lowest:
        raise NotEnough(f"The budget is at {in_pounds(budget.balance)} already.")
    label = f"{fund} {year}"
    changes: list[dict[str, Any]] = [
        {"field": "lowest", "label": label, "kind": "pence", "old": budget.lowest, "new": lowest},
        {"field": "why", "label": "Why", "kind": "text", "old": None, "new": why},
    ]
    budget.lowest = lowest
    audit.record(
        db.session, by, "funding:budget:overridden", budget, authority_id=authority_id, changes=changes
    )


def _reason(why: str) -> str:
    """What was given as the reason; refused when there is none."""
    if not why.strip():
        raise OperationError("Enter why.")
    return why.strip()


# Sums, from the movements ---------------------------------------------------------------------------------


@dataclass
class Sums:
    """A fund in a year, in pence, summed from its movements."""

    budgeted: int = 0
    unbudgeted: int = 0
    approved: int = 0
    released: int = 0
    paid: int = 0
    """All that was ever paid."""
    returned: int = 0
    """All that ever came back."""
    reused: int = 0
    given_back: int = 0
    """To the grant, at the end of the year."""
    unused_given_back: int = 0
    """As much of it as came from the budget; the rest had been paid and come back."""

    @property
    def budget(self) -> int:
        """What the head gave it to spend."""
        return self.budgeted - self.unbudgeted

    @property
    def committed(self) -> int:
        """Approved and not paid yet."""
        return self.approved - self.released - self.paid

    @property
    def left(self) -> int:
        """In the budget and free."""
        moved_out = self.approved - self.released + self.unused_given_back
        return self.budget + self.reused - moved_out


def sums(authority_id: int, year: str) -> dict[str, Sums]:
    """Each fund's sums in a financial year, by the fund's id; one statement."""
    source = aliased(Account)
    rows = db.session.execute(
        select(source.fund, Movement.kind, source.kind, func.sum(Movement.pence))
        .join(source, source.id == Movement.source_id)
        .where(source.authority_id == authority_id, source.financial_year == year)
        .group_by(source.fund, Movement.kind, source.kind)
        .order_by(source.fund)
    )
    found: defaultdict[str, Sums] = defaultdict(Sums)
    for fund, kind, came_from, pence in rows:
        name = "approved" if kind == "committed" else kind
        setattr(found[fund], name, getattr(found[fund], name) + int(pence))
        if kind == "given_back" and came_from == "budget":
            found[fund].unused_given_back += int(pence)
    return dict(found)
