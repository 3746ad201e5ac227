"""What other pages say of PP+: the way to its requests for those who may see them, what it is for at home."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vsportal.funding.purposes import purposes_of
from vsportal.models import Child
from vsportal.peps.loading import Plan
from vsportal.policy import Can, Seen, Tie, decide


@dataclass(frozen=True)
class MoneyOn:
    """PP+ as a plan's or a child's page shows it to one person."""

    may_see: bool = False
    """Whether there is a way to the requests."""
    may_propose: bool = False
    """Whether this person, who sees no requests, can propose something."""
    purposes: Sequence[str] = ()
    own: bool = False
    """Whether it is the young person's own page."""


def money_on_plan(plan: Plan) -> MoneyOn:
    """Of a plan: one statement for those at home and the young person, none for others."""
    return _money(plan.seen, plan)


def money_on_child(child: Child, seen: Seen) -> MoneyOn:
    """Of a child: the same."""
    return _money(seen, child)


def _money(seen: Seen, of: Plan | Child) -> MoneyOn:
    may_see = bool(decide(seen, Can.SEE_REQUEST))
    return MoneyOn(
        may_see=may_see,
        may_propose=not may_see and bool(decide(seen, Can.PROPOSE_FUNDING)),
        purposes=purposes_of(of, seen),
        own=Tie.YOUNG_PERSON in seen.ties,
    )
