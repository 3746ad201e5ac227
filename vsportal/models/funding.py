"""Pupil Premium Plus: policies, requests with their lines, the ledger, payment batches.

Money is pence in integers. The books cannot be unbalanced: a movement is one row from one account to
another, and a balance below its lowest is refused by the database (`pp-plus.md`).
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from vsportal.models.base import Base, Identified, Json, Referred, Stamped, UTCDateTime, one_of, only_one

MOST_PENCE = 10_000_000
"""No request and no line may come to more: £100,000. A larger figure is a slip."""


class RequestState(StrEnum):
    """Where a request has got to (`pp-plus.md`)."""

    PROPOSED = "proposed"
    DRAFT = "draft"
    WITH_ADVISER = "with_adviser"
    WITH_HEAD = "with_head"
    WITH_PANEL = "with_panel"
    QUERIED = "queried"
    APPROVED = "approved"
    PART_APPROVED = "part_approved"
    DECLINED = "declined"
    SCHEDULED = "scheduled"
    PAID = "paid"
    EVALUATED = "evaluated"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"


OPEN_REQUESTS = (
    RequestState.PROPOSED,
    RequestState.DRAFT,
    RequestState.WITH_ADVISER,
    RequestState.WITH_HEAD,
    RequestState.WITH_PANEL,
    RequestState.QUERIED,
)
"""Not decided yet: a target has at most one of these at a time."""
_OPEN = ", ".join(f"'{s}'" for s in OPEN_REQUESTS)


class FundingPolicy(Referred, Stamped, Base):
    """An authority's policy for a financial year, one version of it; `body` is `funding/rules.py` as JSON."""

    __tablename__ = "funding_policy"
    __table_args__ = (
        UniqueConstraint("authority_id", "financial_year", "version"),
        one_of("state", ("draft", "published")),
        only_one("uq_funding_policy_draft", "authority_id", "financial_year", where="state = 'draft'"),
        CheckConstraint("(state = 'published') = (published_at IS NOT NULL)", name="published_has_a_time"),
        CheckConstraint("version > 0", name="version_counted"),
    )

    authority_id: Mapped[int] = mapped_column(ForeignKey("authority.id"), index=True)
    financial_year: Mapped[str]
    """April to March: “2026-27”."""
    version: Mapped[int]
    state: Mapped[str] = mapped_column(default="draft")
    starts_on: Mapped[date]
    """From this day on it is the policy of its year, until a later version starts."""
    body: Mapped[dict[str, Any]] = mapped_column(Json)
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class FundingRequest(Referred, Stamped, Base):
    """A request for money, on the target that names the need."""

    __tablename__ = "funding_request"
    __table_args__ = (
        one_of("state", tuple(RequestState)),
        one_of("payee", ("setting", "provider", "virtual_school", "authority")),
        one_of("decider", ("", "adviser", "head", "panel")),
        one_of("effect", ("", "none", "some", "significant")),
        CheckConstraint(f"amount_pence BETWEEN 0 AND {MOST_PENCE}", name="amount_sensible"),
        CheckConstraint(
            "approved_pence IS NULL OR approved_pence BETWEEN 0 AND amount_pence", name="approved_within"
        ),
        CheckConstraint(
            "unspent_pence IS NULL OR unspent_pence BETWEEN 0 AND approved_pence", name="unspent_within"
        ),
        CheckConstraint(
            "state NOT IN ('approved', 'part_approved', 'scheduled', 'paid', 'evaluated')"
            " OR (approved_pence IS NOT NULL AND decided_at IS NOT NULL)",
            name="approved_has_an_amount",
        ),
        CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id <> raised_by_id", name="not_decided_by_asker"
        ),
        CheckConstraint("ends_on IS NULL OR starts_on IS NULL OR ends_on >= starts_on", name="in_order"),
        only_one("uq_funding_request_open", "target_id", where=f"state IN ({_OPEN})"),
        Index("ix_funding_request_queue", "authority_id", "state", "decide_by"),
    )

    number: Mapped[str] = mapped_column(unique=True)
    """What people call it, “PP-7K3M9Q”: on pages, in payment files; says nothing about anybody."""
    authority_id: Mapped[int] = mapped_column(ForeignKey("authority.id"))
    child_id: Mapped[int] = mapped_column(ForeignKey("child.id"), index=True)
    pep_id: Mapped[int | None] = mapped_column(ForeignKey("pep.id"), index=True)
    """None before the child's first plan: then the need stands alone until a target takes it over."""
    target_id: Mapped[int | None] = mapped_column(ForeignKey("target.id"), index=True)
    school_id: Mapped[int | None] = mapped_column(ForeignKey("school.id"), index=True)
    """The setting the child was at when it was asked, which is paid when the payee is the setting."""
    phase: Mapped[str] = mapped_column(default="")
    in_area: Mapped[bool | None]
    financial_year: Mapped[str]
    policy_id: Mapped[int | None] = mapped_column(ForeignKey("funding_policy.id"))
    """The policy as it was read last: while drafting the newest, from submission the one it was routed by."""
    state: Mapped[str] = mapped_column(default=RequestState.DRAFT)
    decider: Mapped[str] = mapped_column(default="")
    """Who decides, once submitted: also who takes it up again when a question is answered."""
    fund: Mapped[str] = mapped_column(default="")
    category: Mapped[str] = mapped_column(default="")
    delivery: Mapped[str] = mapped_column(default="")
    need: Mapped[str] = mapped_column(default="")
    buying: Mapped[str] = mapped_column(default="")
    delivered_by: Mapped[str] = mapped_column(default="")
    measure: Mapped[str] = mapped_column(default="")
    additional: Mapped[str] = mapped_column(default="")
    """How it is more than every pupil gets."""
    other_funding: Mapped[str] = mapped_column(default="")
    childs_view: Mapped[str] = mapped_column(default="")
    payee: Mapped[str] = mapped_column(default="setting")
    payee_name: Mapped[str] = mapped_column(default="")
    vendor: Mapped[str] = mapped_column(default="")
    """The payee's number in the authority's own payment system."""
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    amount_pence: Mapped[int] = mapped_column(BigInteger, default=0)
    """The sum of its lines."""
    approved_pence: Mapped[int | None] = mapped_column(BigInteger)
    unspent_pence: Mapped[int | None] = mapped_column(BigInteger)
    raised_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    raised_as: Mapped[str]
    """The tie by which it was raised."""
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    submitted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decide_by: Mapped[date | None]
    """The last working day for the decision; moved on by the days a question was open."""
    queried_on: Mapped[date | None]
    clinical_view: Mapped[str] = mapped_column(default="")
    """What the clinical team says of therapy; needed before such a request is decided."""
    clinical_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    clinical_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_as: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    """Why it was declined, approved in part, withdrawn or cancelled, for the one who asked."""
    effect: Mapped[str] = mapped_column(default="")
    effect_words: Mapped[str] = mapped_column(default="")
    evaluated_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(default=0)
    """Counted up by each save: a page that was drawn before somebody else's save is told so."""


class FundingLine(Identified, Base):
    """One line of a request: quantity × unit cost = amount."""

    __tablename__ = "funding_line"
    __table_args__ = (
        UniqueConstraint("request_id", "position"),
        CheckConstraint("quantity_hundredths BETWEEN 1 AND 10000000", name="quantity_sensible"),
        CheckConstraint(f"unit_pence BETWEEN 0 AND {MOST_PENCE}", name="unit_sensible"),
        CheckConstraint(f"amount_pence BETWEEN 0 AND {MOST_PENCE}", name="amount_sensible"),
        CheckConstraint(
            "approved_pence IS NULL OR approved_pence BETWEEN 0 AND amount_pence", name="approved_within"
        ),
    )

    request_id: Mapped[int] = mapped_column(ForeignKey("funding_request.id"), index=True)
    position: Mapped[int]
    what: Mapped[str]
    quantity_hundredths: Mapped[int] = mapped_column(BigInteger)
    """1.5 hours is 150: exact, and no float ever touches money."""
    unit: Mapped[str] = mapped_column(default="")
    unit_pence: Mapped[int] = mapped_column(BigInteger)
    amount_pence: Mapped[int] = mapped_column(BigInteger)
    """quantity × unit cost, to the penny, half a penny up."""
    approved_pence: Mapped[int | None] = mapped_column(BigInteger)


class FundingNote(Identified, Stamped, Base):
    """What was said about a request: a question, an answer, the clinical team's view. Never changed."""

    __tablename__ = "funding_note"
    __table_args__ = (
        one_of("kind", ("question", "answer", "clinical", "escalated", "moved")),
        CheckConstraint("words <> ''", name="says_something"),
    )

    request_id: Mapped[int] = mapped_column(ForeignKey("funding_request.id"), index=True)
    kind: Mapped[str]
    words: Mapped[str]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    role: Mapped[str]


class FundingFile(Referred, Stamped, Base):
    """A quote or other paper that goes with a request; its bytes lie where all files lie."""

    __tablename__ = "funding_file"
    __table_args__ = (
        CheckConstraint("bytes >= 0", name="has_a_size"),
        one_of("scan", ("clean", "not_scanned")),
    )

    request_id: Mapped[int] = mapped_column(ForeignKey("funding_request.id"), index=True)
    name: Mapped[str]
    media_type: Mapped[str]
    bytes: Mapped[int]
    sha256: Mapped[str]
    scan: Mapped[str] = mapped_column(default="not_scanned")
    added_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    removed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


# The ledger --------------------------------------------------------------------------------------------


class Account(Identified, Base):
    """One account of an authority, a financial year and a fund; its balance in pence."""

    __tablename__ = "account"
    __table_args__ = (
        UniqueConstraint("authority_id", "financial_year", "fund", "kind"),
        one_of("kind", ("grant", "budget", "committed", "paid", "returned")),
        CheckConstraint("kind = 'grant' OR balance >= lowest", name="never_overspent"),
        CheckConstraint("lowest <= 0", name="lowest_not_positive"),
        CheckConstraint("kind = 'budget' OR lowest = 0", name="only_a_budget_is_overridden"),
    )

    authority_id: Mapped[int] = mapped_column(ForeignKey("authority.id"))
    financial_year: Mapped[str]
    fund: Mapped[str]
    kind: Mapped[str]
    """grant (where money comes from, and goes back to) → budget → committed → paid → returned."""
    balance: Mapped[int] = mapped_column(BigInteger, default=0)
    lowest: Mapped[int] = mapped_column(BigInteger, default=0)
    """Below nothing only where the head has allowed it with a reason (an event says so)."""


class Movement(Identified, Base):
    """Money from one account to another. Never changed, never deleted (triggers refuse it)."""

    __tablename__ = "movement"
    __table_args__ = (
        CheckConstraint("pence > 0", name="some"),
        CheckConstraint("source_id <> target_id", name="two_accounts"),
        one_of(
            "kind",
            ("budgeted", "unbudgeted", "committed", "released", "paid", "returned", "reused", "given_back"),
        ),
    )

    key: Mapped[str] = mapped_column(unique=True)
    """What makes it this movement, “request 17 paid”: a second run of it is refused."""
    kind: Mapped[str]
    source_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    pence: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    request_id: Mapped[int | None] = mapped_column(ForeignKey("funding_request.id"), index=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    why: Mapped[str] = mapped_column(default="")


class PaymentBatch(Referred, Stamped, Base):
    """Payments that went to the finance system together; its file is kept, nothing in it changes."""

    __tablename__ = "payment_batch"
    __table_args__ = (
        UniqueConstraint("authority_id", "number"),
        CheckConstraint("pence > 0 AND payments > 0", name="pays_something"),
    )

    authority_id: Mapped[int] = mapped_column(ForeignKey("authority.id"), index=True)
    financial_year: Mapped[str]
    number: Mapped[int]
    key: Mapped[str] = mapped_column(unique=True)
    """Of the page whose button made it: the same press sent twice makes one batch."""
    made_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    payments: Mapped[int]
    pence: Mapped[int] = mapped_column(BigInteger)
    content: Mapped[str]
    """The CSV file, as text, byte for byte."""
    sha256: Mapped[str]


class Payment(Identified, Base):
    """One request paid in one batch: unique, so that nothing is paid twice."""

    __tablename__ = "payment"
    __table_args__ = (
        UniqueConstraint("request_id"),
        CheckConstraint("pence > 0", name="some"),
    )

    batch_id: Mapped[int] = mapped_column(ForeignKey("payment_batch.id"), index=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("funding_request.id"))
    pence: Mapped[int] = mapped_column(BigInteger)


class PaymentReceipt(Identified, Base):
    """That finance has paid a batch: one for a batch, so that it is booked once."""

    __tablename__ = "payment_receipt"

    batch_id: Mapped[int] = mapped_column(ForeignKey("payment_batch.id"), unique=True)
    paid_on: Mapped[date]
    booked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    booked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
