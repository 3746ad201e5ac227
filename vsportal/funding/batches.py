"""Payments: what is ready, batches that go to the finance system, and that a batch was paid.

A batch and its file never change. A request is in one batch at most and paid once: by its state, which is
claimed, by unique rows, and by the key of its movement. Nothing here names a child: the file has the
portal's own reference.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from io import StringIO

from sqlalchemy import func, select

from vsportal import audit, clock
from vsportal.audit import By
from vsportal.database import insert_once
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.funding import ledger
from vsportal.funding.paying import Ready, ready
from vsportal.models import Authority, FundingRequest, Payment, PaymentBatch, PaymentReceipt
from vsportal.workflow import Act, NotPossible, apply

REQUEST, AMOUNT = "request", "amount"
COLUMNS = (REQUEST, "payee", "vendor", "setting", "child_ref", "fund", AMOUNT)
"""The first line of a batch's file."""
FORMULAS = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would work out."""
NOTHING_LEFT = "Nothing is left to pay. Somebody may have made the batch a moment ago."


@dataclass(frozen=True)
class Made:
    """A batch, and what was ticked and is not in it: somebody else was quicker, or it is held now."""

    batch: PaymentBatch
    left_out: int = 0
    again: bool = False
    """The same press was sent twice: this is the batch it made."""


def make_batch(by: By, authority_id: int, year: str, key: str, wanted: Collection[str] | None = None) -> Made:
    """Make a batch of what is ready for payment in a year, or of those `wanted`, by their numbers.

    `key`: of the page whose button was pressed. OperationError when nothing is left to pay.
    """
    _one_at_a_time(authority_id)
    before = db.session.scalar(select(PaymentBatch).where(PaymentBatch.key == key))
    if before is not None:
        return Made(before, again=True)
    due = [r for r in ready(authority_id, year, lock=True) if not r.held]
    chosen = due if wanted is None else [r for r in due if r.request.number in wanted]
    if not chosen:
        raise OperationError(NOTHING_LEFT if wanted is None or wanted else "Select what to pay.")
    try:
        with db.session.begin_nested():
            batch = _write(by, authority_id, year, key, chosen)
    except NotPossible as error:
        raise OperationError(NOTHING_LEFT) from error
    return Made(batch, len(set(wanted)) - len(chosen) if wanted is not None else 0)


def _one_at_a_time(authority_id: int) -> None:
    """Two who make batches for an authority do it one after the other, so that numbers follow each other."""
    db.session.execute(
        select(Authority.id).where(Authority.id == authority_id).with_for_update(key_share=True)
    )


def _write(by: By, authority_id: int, year: str, key: str, chosen: Sequence[Ready]) -> PaymentBatch:
    """The batch, its payments and its file; each request is claimed for it."""
    for one in chosen:
        apply(db.session, one.request, Act.SCHEDULE)
    content = file_of(chosen)
    last = db.session.scalar(
        select(func.max(PaymentBatch.number)).where(PaymentBatch.authority_id == authority_id)
    )
    batch = PaymentBatch(
        authority_id=authority_id,
        financial_year=year,
        number=(last or 0) + 1,
        key=key,
        made_by_id=by.user_id,
        payments=len(chosen),
        pence=sum(one.pence for one in chosen),
        content=content,
        sha256=hashlib.sha256(content.encode()).hexdigest(),
    )
    db.session.add(batch)
    db.session.flush()
    db.session.add_all(
        Payment(batch_id=batch.id, request_id=one.request.id, pence=one.pence) for one in chosen
    )
    audit.record(db.session, by, "funding:batch:created", batch, authority_id=authority_id)
    noted = [(one.request, one.request.child_id, ()) for one in chosen]
    audit.record_all(db.session, by, "funding:payment:scheduled", noted, authority_id=authority_id)
    return batch


# That it was paid -----------------------------------------------------------------------------------------


def book(by: By, batch: PaymentBatch, paid_on: date) -> bool:
    """Note that finance has paid a batch; False when that was noted before. All of its requests, or none."""
    if paid_on > clock.today():
        raise OperationError("Enter a date up to today")
    if paid_on < clock.local(batch.created_at).date():
        raise OperationError("Enter a date on or after the day the batch was made")
    new = insert_once(
        PaymentReceipt,
        "batch_id",
        batch_id=batch.id,
        paid_on=paid_on,
        booked_at=clock.now(),
        booked_by_id=by.user_id,
    )
    if not new:
        return False
    due = _payments(batch)
    for request, _ in due:
        apply(db.session, request, Act.PAY)
    ledger.pay_all(due, by)
    noted = [(request, request.child_id, ()) for request, _ in due]
    audit.record(db.session, by, "funding:batch:booked", batch, authority_id=batch.authority_id)
    audit.record_all(db.session, by, "funding:payment:booked", noted, authority_id=batch.authority_id)
    return True


def _payments(batch: PaymentBatch) -> list[tuple[FundingRequest, int]]:
    """A batch's requests with what each is paid, in the order of their numbers, held until we are done."""
    rows = db.session.execute(
        select(FundingRequest, Payment.pence)
        .join(Payment, Payment.request_id == FundingRequest.id)
        .where(Payment.batch_id == batch.id)
        .order_by(FundingRequest.id)
        .with_for_update(of=FundingRequest)
        .execution_options(populate_existing=True)
    )
    return [(request, pence) for request, pence in rows]


# The file -------------------------------------------------------------------------------------------------


def file_of(chosen: Sequence[Ready]) -> str:
    """The batch as CSV, as it is kept and sent: lines end as RFC 4180 says."""
    made = StringIO()
    writer = csv.writer(made, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for one in chosen:
        r = one.request
        cells = (r.number, one.payee, r.vendor, one.setting, one.child_ref, one.fund)
        writer.writerow([*map(defused, cells), amount_in_file(one.pence)])
    return made.getvalue()


def defused(cell: str) -> str:
    """A cell on one line that no spreadsheet takes for a formula."""
    text = " ".join(cell.split())
    return f"'{text}" if text.startswith(FORMULAS) else text


def amount_in_file(pence: int) -> str:
    """Pounds and pence with a point and nothing else: “1200.50”."""
    return f"{pence // 100}.{pence % 100:02d}"
