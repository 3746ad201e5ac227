"""Drafting and publishing a policy: one draft a year, immutable once it is published."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from vsportal import audit, clock, workflow
from vsportal.audit import By
from vsportal.editions.reading import day_words
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.funding.checking import check
from vsportal.funding.policies import policy_of
from vsportal.funding.shape import Policy
from vsportal.funding.years import year_bounds
from vsportal.models import FundingPolicy
from vsportal.workflow import Act, NotPossible

LABELS = {
    "name": "Name",
    "model": "Model",
    "funds": "Funds",
    "categories": "What money is asked for",
    "bands": "Who decides",
    "automatic": "Paid by itself",
    "tiers_pence": "Amounts that can be asked for",
    "child_ceiling_pence": "Usual most for one child",
    "closes_on": "Last day for requests",
    "red_holds_payment": "A red plan holds the payment",
    "carer_sees_amount": "Carers see the amount",
    "child_sees_amount": "Young people see the amount",
    "sentences": "Texts",
}
DRAFT_THERE = "There is a draft for {year} already. Open it from the list and go on with it, or discard it."
MEANWHILE = "Somebody else has published this draft meanwhile, so nothing was changed."


def start(by: By, authority_id: int, year: str, policy: Policy, starts_on: date) -> FundingPolicy:
    """Begin the year's draft; OperationError when there is one. Another year's closing day is left out."""
    first, last = year_bounds(year)
    if policy.closes_on and not first <= policy.closes_on <= last:
        policy = policy.model_copy(update={"closes_on": None})
    row = FundingPolicy(
        authority_id=authority_id,
        financial_year=year,
        version=_next_version(authority_id, year),
        starts_on=starts_on,
        body=policy.model_dump(mode="json"),
    )
    _insert(row, DRAFT_THERE.format(year=year))
    audit.record(db.session, by, "funding:policy:started", row, authority_id=authority_id)
    return row


def keep(by: By, row: FundingPolicy, policy: Policy) -> bool:
    """Keep what a draft says now, right or not yet right; says whether anything changed."""
    _still_a_draft(row)
    old, new = row.body, policy.model_dump(mode="json")
    changes = [_change(name, old.get(name), new[name]) for name in new if new[name] != old.get(name)]
    if not changes:
        return False
    row.body = new
    audit.record(
        db.session, by, "funding:policy:changed", row, authority_id=row.authority_id, changes=changes
    )
    return True


def discard(by: By, row: FundingPolicy) -> None:
    """Do away with a draft."""
    _still_a_draft(row)
    audit.record(db.session, by, "funding:policy:discarded", row, authority_id=row.authority_id)
    db.session.delete(row)
    db.session.flush()


def publish_draft(by: By, row: FundingPolicy, starts_on: date) -> None:
    """Publish a draft from a day on; OperationError with what stands against it.

    What was decided before stays: only a year without any published version may begin in the past.
    """
    _still_a_draft(row)
    first, last = year_bounds(row.financial_year)
    if not first <= starts_on <= last:
        raise OperationError(
            f"This policy is for {row.financial_year}. "
            f"Enter a day from {day_words(first)} to {day_words(last)}."
        )
    if starts_on < clock.today() and _published(row.authority_id, row.financial_year):
        raise OperationError("Enter today or a later day: what was decided before stays as it was.")
    _publish(by, row, starts_on)


def publish(by: By, authority_id: int, policy: Policy, starts_on: date, year: str) -> FundingPolicy:
    """Publish a whole policy at once, from any day of its year: for a command, not for a page."""
    row = FundingPolicy(
        authority_id=authority_id,
        financial_year=year,
        version=_next_version(authority_id, year),
        starts_on=starts_on,
        body=policy.model_dump(mode="json"),
    )
    _insert(row, DRAFT_THERE.format(year=year))
    _publish(by, row, starts_on)
    return row


def misplaced(row: FundingPolicy) -> list[str]:
    """Why its dates do not belong to its year, which the policy itself does not know."""
    (first, last), closes_on = year_bounds(row.financial_year), policy_of(row).closes_on
    if closes_on is None or first <= closes_on <= last:
        return []
    return [f"The last day for requests, {day_words(closes_on)}, is not in {row.financial_year}. Change it."]


def _publish(by: By, row: FundingPolicy, starts_on: date) -> None:
    """Check it once more and move it on."""
    if wrong := [*check(policy_of(row)), *misplaced(row)]:
        raise OperationError(f"It cannot be published yet. {' '.join(wrong)}")
    try:
        workflow.apply(
            db.session,
            row,
            Act.PUBLISH,
            starts_on=starts_on,
            published_at=clock.now(),
            published_by_id=by.user_id,
        )
    except NotPossible as gone:
        raise OperationError(MEANWHILE) from gone
    changes = [
        {"field": "starts_on", "label": "From", "kind": "date", "old": None, "new": starts_on.isoformat()}
    ]
    audit.record(
        db.session, by, "funding:policy:published", row, authority_id=row.authority_id, changes=changes
    )


def _still_a_draft(row: FundingPolicy) -> None:
    if row.state != "draft":
        raise OperationError(MEANWHILE)


def _insert(row: FundingPolicy, taken: str) -> None:
    """Put a new version in; OperationError when somebody was quicker."""
    try:
        with db.session.begin_nested():
            db.session.add(row)
            db.session.flush()
    except IntegrityError as error:
        raise OperationError(taken) from error


def _next_version(authority_id: int, year: str) -> int:
    highest = db.session.scalar(
        select(func.max(FundingPolicy.version)).where(
            FundingPolicy.authority_id == authority_id, FundingPolicy.financial_year == year
        )
    )
    return (highest or 0) + 1


def _published(authority_id: int, year: str) -> bool:
    """Whether the year has a published version."""
    found = select(FundingPolicy.id).where(
        FundingPolicy.authority_id == authority_id,
        FundingPolicy.financial_year == year,
        FundingPolicy.state == "published",
    )
    return db.session.scalar(found.limit(1)) is not None


def _change(name: str, old: Any, new: Any) -> dict[str, Any]:
    """What of a policy was changed, whole, as the record keeps it."""
    return {"field": name, "label": LABELS[name], "kind": "text", "old": _text(old), "new": _text(new)}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
