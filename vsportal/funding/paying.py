"""What finance reads: requests that are ready for payment, what holds others, batches and their payments.

No child's name is read here, and no address of a child's page is made of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, case, func, select

from vsportal import clock
from vsportal.extensions import db
from vsportal.funding import policies
from vsportal.funding.shape import Policy
from vsportal.funding.years import financial_year, year_bounds
from vsportal.models import (
    Child,
    FundingRequest,
    Movement,
    Payment,
    PaymentBatch,
    PaymentReceipt,
    RequestState,
    Review,
    School,
    User,
)
from vsportal.reviews.standing import standings

APPROVED = (RequestState.APPROVED, RequestState.PART_APPROVED)
PAYEES = {"virtual_school": "Virtual School purchase", "authority": "Another authority"}
QUALITY = "The plan’s school part is rated “{}”. By the rating scheme PP+ waits until it is better."
RED = "The plan’s school part is rated red. {}"
NOT_SET_ASIDE = "The money is not set aside. The head of the Virtual School looks into it."


@dataclass(frozen=True)
class Ready:
    """An approved request as finance sees it."""

    request: FundingRequest
    setting: str
    child_ref: str
    """The portal's own word for the child: it opens nothing for finance."""
    fund: str
    """The fund's name in the policy."""
    category: str
    held: str
    """Why it is not paid yet; empty when it is ready."""

    @property
    def pence(self) -> int:
        """What is to be paid."""
        return self.request.approved_pence or 0

    @property
    def payee(self) -> str:
        """Who is paid."""
        r = self.request
        if r.payee == "setting":
            return r.payee_name or self.setting
        return r.payee_name or PAYEES.get(r.payee, "")


def policy_for(authority_id: int, year: str) -> Policy | None:
    """What an authority's policy for a year says: as of today in the year that runs, else its last."""
    first, last = year_bounds(year)
    found = policies.in_force(authority_id, min(max(clock.today(), first), last))
    return found.policy if found else None


def ready(authority_id: int, year: str, *, lock: bool = False) -> list[Ready]:
    """Approved requests of a year that are in no batch, the oldest decision first; three statements.

    `lock`: hold them, so that none is cancelled or paid elsewhere meanwhile.
    """
    policy = policy_for(authority_id, year)
    query = _approved(authority_id, year)
    if lock:
        query = query.with_for_update(of=FundingRequest).execution_options(populate_existing=True)
    rows = db.session.execute(query).all()
    waits = _waiting_for_quality(rows)
    return [
        Ready(
            request=request,
            setting=setting or "",
            child_ref=child_ref,
            fund=fund_name(policy, request.fund),
            category=category_name(policy, request.category),
            held=_held(policy, request, rating or "", int(waiting or 0)) or waits.get(request.pep_id, ""),
        )
        for request, setting, child_ref, rating, waiting in rows
    ]


def _waiting_for_quality(rows: Sequence[Any]) -> Mapping[int | None, str]:
    """Plan → why money waits by the rating scheme that its school part was rated under; one statement."""
    plans = {row[0].pep_id for row in rows if row[0].pep_id is not None}
    rated = {pep: parts["school"] for pep, parts in standings(plans).items() if "school" in parts}
    return {pep: QUALITY.format(found.word) for pep, found in rated.items() if found.blocks_funding}


def _approved(authority_id: int, year: str) -> Select[Any]:
    """Approved requests with setting, child's reference, the school part's rating and what is set aside."""
    rating = (
        select(Review.overall)
        .where(
            Review.pep_id == FundingRequest.pep_id,
            Review.part == "school",
            Review.kind == "first",
            Review.state == "finished",
        )
        .order_by(Review.ended_at.desc())
        .limit(1)
        .correlate(FundingRequest)
        .scalar_subquery()
    )
    set_aside = (
        select(func.sum(Movement.pence))
        .where(Movement.request_id == FundingRequest.id, Movement.kind == "committed")
        .correlate(FundingRequest)
        .scalar_subquery()
    )
    return (
        select(FundingRequest, School.name, Child.ref, rating, set_aside)
        .join(Child, Child.id == FundingRequest.child_id)
        .outerjoin(School, School.id == FundingRequest.school_id)
        .where(
            FundingRequest.authority_id == authority_id,
            FundingRequest.financial_year == year,
            FundingRequest.state.in_(APPROVED),
        )
        .order_by(FundingRequest.decided_at, FundingRequest.id)
    )


def _held(policy: Policy | None, request: FundingRequest, rating: str, waiting: int) -> str:
    """Why a request is not paid yet; empty when nothing holds it."""
    if waiting != request.approved_pence or not waiting:
        return NOT_SET_ASIDE
    if policy and policy.red_holds_payment and rating == "red":
        return RED.format(policy.sentences.red).strip()
    return ""


def fund_name(policy: Policy | None, fund: str) -> str:
    """What a fund is called; its id where the policy does not know it any more."""
    found = policy.fund(fund) if policy else None
    return found.name if found else fund


def category_name(policy: Policy | None, category: str) -> str:
    """What a category is called, in the same way."""
    found = policy.category(category) if policy else None
    return found.name if found else category


# Batches --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class BatchLine:
    """A batch in the list of batches."""

    ref: str
    number: int
    year: str
    made_at: datetime
    made_by: str
    payments: int
    pence: int
    paid_on: date | None


def batches(authority_id: int) -> list[BatchLine]:
    """An authority's batches, the newest first; one statement."""
    rows = db.session.execute(
        select(
            PaymentBatch.ref,
            PaymentBatch.number,
            PaymentBatch.financial_year,
            PaymentBatch.created_at,
            User.name,
            PaymentBatch.payments,
            PaymentBatch.pence,
            PaymentReceipt.paid_on,
        )
        .join(User, User.id == PaymentBatch.made_by_id)
        .outerjoin(PaymentReceipt, PaymentReceipt.batch_id == PaymentBatch.id)
        .where(PaymentBatch.authority_id == authority_id)
        .order_by(PaymentBatch.number.desc())
    )
    return [BatchLine(*row) for row in rows]


def batch_called(ref: str) -> PaymentBatch | None:
    """The batch with this reference."""
    return db.session.scalar(select(PaymentBatch).where(PaymentBatch.ref == ref))


@dataclass(frozen=True)
class Receipt:
    """That a batch was paid, and who noted it."""

    paid_on: date
    booked_at: datetime
    booked_by: str


def receipt_of(batch: PaymentBatch) -> Receipt | None:
    """Whether and when a batch was paid."""
    row = db.session.execute(
        select(PaymentReceipt.paid_on, PaymentReceipt.booked_at, User.name)
        .join(User, User.id == PaymentReceipt.booked_by_id)
        .where(PaymentReceipt.batch_id == batch.id)
    ).first()
    return Receipt(*row) if row else None


def payments_of(batch: PaymentBatch) -> list[tuple[str, str, str, int]]:
    """What a batch pays: number of the request, setting, fund's id, pence; in the order of the file."""
    rows = db.session.execute(
        select(FundingRequest.number, School.name, FundingRequest.fund, Payment.pence)
        .join(Payment, Payment.request_id == FundingRequest.id)
        .outerjoin(School, School.id == FundingRequest.school_id)
        .where(Payment.batch_id == batch.id)
        .order_by(Payment.id)
    )
    return [(number, setting or "", fund, pence) for number, setting, fund, pence in rows]


def years_with_money(authority_id: int) -> dict[str, int]:
    """The financial years with requests and the one that runs, the latest first: how many are approved
    in each and in no batch yet. One statement.
    """
    rows = db.session.execute(
        select(
            FundingRequest.financial_year, func.sum(case((FundingRequest.state.in_(APPROVED), 1), else_=0))
        )
        .where(FundingRequest.authority_id == authority_id)
        .group_by(FundingRequest.financial_year)
    )
    found = {financial_year(clock.today()): 0} | {year: int(count) for year, count in rows}
    return dict(sorted(found.items(), reverse=True))


def running_year() -> str:
    """The financial year that runs today."""
    return financial_year(clock.today())
