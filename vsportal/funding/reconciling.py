"""Whether the books are right: everything is worked out again from the movements and compared.

Reads only, and names what is wrong by the numbers of accounts, requests and batches: no child.
"""

from __future__ import annotations

import csv
import hashlib
from collections import defaultdict
from collections.abc import Iterator
from io import StringIO
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from vsportal.extensions import db
from vsportal.funding.batches import AMOUNT, REQUEST, amount_in_file
from vsportal.funding.ledger import SoFar
from vsportal.models import (
    Account,
    FundingRequest,
    Movement,
    Payment,
    PaymentBatch,
    PaymentReceipt,
    RequestState,
)

WAYS = {
    # kind         from            to
    "budgeted": {("grant", "budget")},
    "unbudgeted": {("budget", "grant")},
    "committed": {("budget", "committed")},
    "released": {("committed", "budget")},
    "paid": {("committed", "paid")},
    "returned": {("paid", "returned")},
    "reused": {("returned", "budget")},
    "given_back": {("budget", "grant"), ("returned", "grant")},
}
"""Which way each movement may go."""
SET_ASIDE = (RequestState.APPROVED, RequestState.PART_APPROVED, RequestState.SCHEDULED)
PAID = (RequestState.PAID, RequestState.EVALUATED)


def what_is_wrong() -> list[str]:
    """Everything that does not agree, a sentence each; empty when the books are right."""
    return [*_accounts(), *_movements(), *_requests(), *_batches()]


def _accounts() -> Iterator[str]:
    """Each balance is what came in less what went out, and not below its lowest."""
    moved: defaultdict[int, int] = defaultdict(int)
    for column, sign in ((Movement.target_id, 1), (Movement.source_id, -1)):
        for number, pence in db.session.execute(select(column, func.sum(Movement.pence)).group_by(column)):
            moved[number] += sign * int(pence)
    every = select(Account).order_by(Account.id).execution_options(populate_existing=True)
    for account in db.session.scalars(every):
        name = f"Account {account.id} ({account.fund}, {account.financial_year}, {account.kind})"
        if account.balance != moved[account.id]:
            yield f"{name} holds {account.balance}p, and its movements come to {moved[account.id]}p."
        if account.kind != "grant" and account.balance < account.lowest:
            yield f"{name} holds {account.balance}p, below its lowest of {account.lowest}p."


def _movements() -> Iterator[str]:
    """Each movement goes a way that its kind may go, within one fund and year, its request's own."""
    source, target = aliased(Account), aliased(Account)
    rows = db.session.execute(
        select(Movement.id, Movement.key, Movement.kind, source, target, FundingRequest)
        .join(source, source.id == Movement.source_id)
        .join(target, target.id == Movement.target_id)
        .outerjoin(FundingRequest, FundingRequest.id == Movement.request_id)
        .order_by(Movement.id)
        .execution_options(populate_existing=True)
    )
    for number, key, kind, came_from, went_to, request in rows:
        name = f"Movement {number} ({key})"
        if (came_from.kind, went_to.kind) not in WAYS[kind]:
            yield f"{name} goes from {came_from.kind} to {went_to.kind}."
        if _books(came_from) != _books(went_to):
            yield f"{name} goes from one fund, year or authority to another."
        if request is not None and _books(request) != _books(came_from):
            yield f"{name} is in other books than {request.number}."


def _books(thing: Any) -> tuple[int, str, str]:  # an account or a request
    return thing.authority_id, thing.financial_year, thing.fund


def _requests() -> Iterator[str]:
    """What was moved for each request is what its state and amounts say."""
    moved: defaultdict[int, SoFar] = defaultdict(SoFar)
    for number, kind, pence in db.session.execute(
        select(Movement.request_id, Movement.kind, func.sum(Movement.pence))
        .where(Movement.request_id.is_not(None))
        .group_by(Movement.request_id, Movement.kind)
    ):
        setattr(moved[number or 0], kind, int(pence))
    rows = db.session.execute(
        select(
            FundingRequest.id,
            FundingRequest.number,
            FundingRequest.state,
            FundingRequest.approved_pence,
            FundingRequest.unspent_pence,
        ).order_by(FundingRequest.id)
    )
    for number, name, state, approved, unspent in rows:
        so_far = moved[number]
        for what, found, should in _expected(state, approved or 0, unspent, so_far):
            if found != should:
                yield f"{name} is {state}: {what} {found}p, and it should be {should}p."
        if so_far.returned > so_far.paid:
            yield f"{name}: {so_far.returned}p came back of {so_far.paid}p paid."


def _expected(
    state: str, approved: int, unspent: int | None, so_far: SoFar
) -> Iterator[tuple[str, int, int]]:
    """What must agree in a state: its name, what was found, what it should be."""
    aside, paid = "set aside are", "paid are"
    if state in SET_ASIDE:
        yield aside, so_far.waiting, approved
        yield paid, so_far.paid, 0
    elif state in PAID:
        yield aside, so_far.waiting, 0
        yield paid, so_far.paid, approved
        if unspent is not None or state == RequestState.EVALUATED:
            yield "come back are", so_far.returned, unspent or 0
    else:
        yield aside, so_far.waiting, 0
        yield paid, so_far.paid, 0


def _batches() -> Iterator[str]:
    """Each batch is its payments, its file is as it was written, and what it paid is booked once."""
    payments = defaultdict(list)
    paired = select(Payment, FundingRequest).join(FundingRequest, FundingRequest.id == Payment.request_id)
    for payment, request in db.session.execute(paired.execution_options(populate_existing=True)):
        payments[payment.batch_id].append((payment, request))
    booked = set(db.session.scalars(select(PaymentReceipt.batch_id)))
    batched: set[int] = set()
    for batch in db.session.scalars(select(PaymentBatch).order_by(PaymentBatch.id)):
        found = payments[batch.id]
        batched.update(request.id for _, request in found)
        yield from (
            f"Batch {batch.number}: {words}" for words in _one_batch(batch, found, batch.id in booked)
        )
    for number, name, state in db.session.execute(
        select(FundingRequest.id, FundingRequest.number, FundingRequest.state).where(
            FundingRequest.state.in_((RequestState.SCHEDULED, *PAID))
        )
    ):
        if number not in batched:
            yield f"{name} is {state} and in no batch."


def _one_batch(
    batch: PaymentBatch, found: list[tuple[Payment, FundingRequest]], booked: bool
) -> Iterator[str]:
    """What does not agree in one batch."""
    if hashlib.sha256(batch.content.encode()).hexdigest() != batch.sha256:
        yield "the file is not as it was written."
    if (len(found), sum(p.pence for p, _ in found)) != (batch.payments, batch.pence):
        yield f"it says {batch.payments} payments of {batch.pence}p, and has others."
    listed = sorted((line[REQUEST], line[AMOUNT]) for line in csv.DictReader(StringIO(batch.content)))
    if listed != sorted((r.number, amount_in_file(p.pence)) for p, r in found):
        yield "the file lists other payments than are booked in it."
    states = PAID if booked else (RequestState.SCHEDULED,)
    for payment, request in found:
        if payment.pence != request.approved_pence:
            yield f"{request.number} is paid {payment.pence}p of {request.approved_pence}p approved."
        if request.state not in states:
            yield f"{request.number} is {request.state} in a batch that is {'' if booked else 'not '}paid."
