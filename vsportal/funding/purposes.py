"""What PP+ is for, in plain words for the child and those at home: never what was doubted or declined."""

from __future__ import annotations

from sqlalchemy import select, true

from vsportal.extensions import db
from vsportal.filters import day_month, pence
from vsportal.funding.loading import COUNTED
from vsportal.models import Child, FundingPolicy, FundingRequest
from vsportal.peps.loading import Plan
from vsportal.policy import AT_HOME, Can, Seen, Tie, decide

MOST = 20


def purposes_of(of: Plan | Child, seen: Seen) -> list[str]:
    """A sentence for each thing that is paid for, newest first; one statement, none for others.

    For the young person, carers and parents; the amount only where the authority's policy says so, and
    never to a parent (`who-sees-what.md`).
    """
    if not seen.ties & (AT_HOME | {Tie.YOUNG_PERSON}) or not decide(seen, Can.SEE_PURPOSE):
        return []
    child_id = of.id if isinstance(of, Child) else of.child.id
    rows = db.session.execute(
        select(FundingRequest, FundingPolicy.body)
        .outerjoin(FundingPolicy, FundingPolicy.id == FundingRequest.policy_id)
        .where(
            FundingRequest.child_id == child_id,
            FundingRequest.state.in_(COUNTED),
            FundingRequest.buying != "",
            true() if isinstance(of, Child) else FundingRequest.pep_id == of.pep.id,
        )
        .order_by(FundingRequest.decided_at.desc(), FundingRequest.id.desc())
        .limit(MOST)
    )
    may_see = _amount_for(seen)
    return [_sentence(row, bool(may_see and body and body.get(may_see))) for row, body in rows]


def _amount_for(seen: Seen) -> str:
    """What of the policy lets this person see an amount."""
    if Tie.YOUNG_PERSON in seen.ties:
        return "child_sees_amount"
    return "carer_sees_amount" if Tie.CARER in seen.ties else ""


def _sentence(request: FundingRequest, with_amount: bool) -> str:
    """“One-to-one maths tutoring, from 8 March to 12 May (£560)”."""
    words = " ".join(request.buying.split()).rstrip(".")
    if request.starts_on and request.ends_on:
        words += f", from {day_month(request.starts_on)} to {day_month(request.ends_on)}"
    return f"{words} ({pence(request.approved_pence)})" if with_amount else words
