"""A plan that does not end by being signed off: closed, cancelled, opened again; each with its reason.

Nothing is taken away: what was written stays readable, and a closed plan counts as not completed.
"""

from vsportal import audit
from vsportal.audit import By
from vsportal.editions.reading import plain
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.models import PepSection, SectionState
from vsportal.peps.loading import Plan
from vsportal.workflow import Act, apply

MOST = 1000
"""Characters of a reason."""
ENDS = {Act.CLOSE: "pep:plan:closed", Act.CANCEL: "pep:plan:cancelled", Act.REOPEN: "pep:plan:reopened"}


def close_plan(plan: Plan, tie: str, reason: str) -> None:
    """The term is over and the plan was not completed; OperationError without a reason."""
    _end(plan, tie, Act.CLOSE, reason)


def cancel_plan(plan: Plan, tie: str, reason: str) -> None:
    """It was opened in error, or the child left care before it was due: it counts as nothing.

    OperationError without a reason.
    """
    _end(plan, tie, Act.CANCEL, reason)


def reopen_plan(plan: Plan, tie: str, reason: str) -> None:
    """A plan that was closed is gone on with, from where it was; OperationError without a reason."""
    _end(plan, tie, Act.REOPEN, reason)
    if _meeting_is_recorded(plan):
        apply(db.session, plan.pep, Act.HOLD_MEETING)


def _meeting_is_recorded(plan: Plan) -> bool:
    """Whether the chair had completed the record of the meeting."""
    return (
        db.session.query(PepSection.id)
        .filter_by(pep_id=plan.pep.id, section_id="meeting", status=SectionState.COMPLETE)
        .first()
        is not None
    )


def _end(plan: Plan, tie: str, act: Act, reason: str) -> None:
    words = plain(reason).strip()
    if not words:
        raise OperationError("Enter the reason.")
    if len(words) > MOST:
        raise OperationError(f"Enter a reason of no more than {MOST:,} characters.")
    apply(db.session, plan.pep, act)
    audit.record(
        db.session,
        By(plan.seen.actor.user_id, tie, plan.pep.authority_id),
        ENDS[act],
        plan.pep,
        child_id=plan.child.id,
        changes=[{"field": "reason", "label": "Reason", "kind": "text", "old": None, "new": words}],
    )
