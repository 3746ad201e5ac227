"""What the ratings of a part's sections come to, by the scheme's own rule. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from vsportal.models import Rating
from vsportal.reviews.schemes import RANK, RollUp, Rule, Scheme

OUTSIDE = frozenset({Rating.NOT_APPLICABLE, Rating.NOT_COMPLETED})
"""Ratings without criteria."""


def roll_up(scheme: Scheme, ratings: Mapping[str, str], *, late_care: bool = False) -> str:
    """What a part comes to; “” while a section that counts is not rated.

    `ratings`: every section of the plan that is rated with the part → its rating, “” for none yet.
    What does not apply is left out. Where nothing applies, the part does not apply; where everything
    that applies was not completed, the part was not. `late_care`: it is social care's part and came
    after the meeting, for schemes that then give amber at best.
    """
    counted = [r for section, r in ratings.items() if (s := scheme.sect(section)) is not None and s.counts]
    if not counted or "" in counted:
        return ""
    applying = [r for r in counted if r != Rating.NOT_APPLICABLE]
    if not applying:
        return Rating.NOT_APPLICABLE.value
    if all(r == Rating.NOT_COMPLETED for r in applying):
        return Rating.NOT_COMPLETED.value
    graded = [scheme.roll_up.not_completed_as if r == Rating.NOT_COMPLETED else r for r in applying]
    return at_best(scheme, grade_of(scheme.roll_up, graded), late_care=late_care)


def at_best(scheme: Scheme, rating: str, *, late_care: bool) -> str:
    """The rating, no better than amber when social care's part was late and the scheme says so."""
    capped = late_care and scheme.late_care_at_best_amber
    return "amber" if capped and RANK.get(rating, RANK["red"]) < RANK["amber"] else rating


def grade_of(rule: RollUp, grades: Sequence[str]) -> str:
    """What these grades come to: the first rule that holds."""
    return next((r.gives for r in rule.rules if holds(r, grades)), rule.otherwise)


def holds(rule: Rule, grades: Sequence[str]) -> bool:
    """Whether a rule holds for these grades."""
    ranks = [RANK[g] for g in grades]
    asked = RANK[rule.of]
    bad = asked >= RANK["amber"]
    n = sum(rank >= asked if bad else rank <= asked for rank in ranks)
    enough = n * 100 >= rule.at_least * len(ranks) if rule.unit == "percent" else n >= rule.at_least
    return enough and (not rule.none_below or max(ranks) <= RANK[rule.none_below])
