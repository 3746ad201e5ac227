"""Noting that a page of a child's record is shown, and in whose words the page is."""

from collections.abc import Sequence

from flask import g

from vsportal import audit
from vsportal.children.identity import acting_as
from vsportal.children.queries import Around
from vsportal.peps.loading import Plan
from vsportal.policy import ORDER


def looked(plan: Plan, what: str, around: Sequence[Around]) -> None:
    """Record that this page of the child's record is shown; the page is in its authority's words."""
    tie = next(t for t in ORDER if t in plan.seen.ties)
    g.acting_as = acting_as(plan.seen.actor, tie, around)
    g.authority = plan.authority
    audit.look(
        user_id=plan.seen.actor.user_id, role=tie, child_id=plan.child.id, pep_id=plan.pep.id, what=what
    )
