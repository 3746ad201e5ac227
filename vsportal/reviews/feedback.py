"""What those who wrote a part are told of its review: on the plan's page, and beside the section's questions.

Ratings and returns are adults' work: never on a child's or carer's page (rule 11 of who sees what).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from vsportal import clock, filters, policy
from vsportal.extensions import db
from vsportal.models import PartState, Review, ReviewAction, ReviewScheme, SectionRating, User
from vsportal.peps.loading import Plan, Sheet
from vsportal.policy import Can, Subject
from vsportal.reviews.page import Remark

TOLD = ("returned", "finished")


@dataclass(frozen=True)
class Said:
    """One section's rating as it is told."""

    section_id: str
    title: str
    rating: str
    word: str
    feedback: str
    reason: str


@dataclass(frozen=True)
class ToDo:
    """Something asked for in a review."""

    ref: str
    what: str
    who: str
    by_on: date
    done_at: datetime | None
    may_end: bool
    """Whether this person may say that it is done."""

    def is_late(self, today: date) -> bool:
        """Whether it should have been done by now."""
        return self.done_at is None and self.by_on < today


@dataclass(frozen=True)
class PartSaid:
    """What one person is told of one part's reviews, on the plan's page."""

    state: str = ""
    """Of the review that is shown: finished or returned; empty for none."""
    rating: str = ""
    word: str = ""
    by: str = ""
    on: datetime | None = None
    sections: Sequence[Said] = ()
    actions: Sequence[ToDo] = ()
    under_way_by: str = ""
    """Who is reviewing it now, for the Virtual School."""
    may_open: bool = False
    """Whether this person may open the page of the review."""
    may_review: bool = False
    """Whether there is something to review there for the Virtual School."""
    is_blind: bool = False
    """This person is rating it a second time, and is shown nothing of the first."""


@dataclass
class _Told:
    """A review while its ratings are read."""

    review: Review
    by: str
    words: Mapping[str, str]
    ratings: list[SectionRating] = field(default_factory=list)

    def word(self, rating: str) -> str:
        """A rating as its own scheme calls it."""
        return self.words.get(rating, rating)


def may_be_told(plan: Plan, part: str) -> bool:
    """Whether this person is told how a part was rated."""
    return bool(plan.may(Can.SEE_RATINGS, Subject(pep_state=plan.pep.state, part=part)))


def is_told_anything(plan: Plan) -> bool:
    """Whether this person is told of any part: never a child, a carer or somebody with a lent section."""
    return any(may_be_told(plan, part) for part in policy.RATED)


# On the plan's page -----------------------------------------------------------------------------------------


def reviews_on(plan: Plan, states: Mapping[str, str]) -> Mapping[str, PartSaid]:
    """Part → what this person is told of it; two statements, none for those who are told nothing.

    `states`: part → where it has got to.
    """
    if not is_told_anything(plan):
        return {}
    told = _reviews(Review.pep_id == plan.pep.id)
    actions = _actions(plan)
    return {
        part: _part_said(plan, part, state, told, actions.get(part, ()))
        for part, state in states.items()
        if may_be_told(plan, part)
    }


def _part_said(plan: Plan, part: str, state: str, told: Sequence[_Told], actions: Sequence[ToDo]) -> PartSaid:
    vs = bool(plan.may(Can.SEE_REVIEW_NOTES))
    mine = [t for t in told if t.review.part == part]
    if _rates_blind(plan, mine):
        return PartSaid(is_blind=True)
    first = [t for t in mine if t.review.kind == "first"]
    going = next((t for t in first if t.review.state == "under_way"), None)
    latest = next((t for t in reversed(first) if t.review.state in TOLD), None)
    may = {
        "actions": actions,
        "under_way_by": going.by if going and vs else "",
        "may_open": vs,
        "may_review": vs and plan.pep.state in policy.OPEN and state == PartState.SUBMITTED,
    }
    if latest is None:
        return PartSaid(**may)  # type: ignore[arg-type]
    review = latest.review
    return PartSaid(
        state=review.state,
        rating=review.overall,
        word=latest.word(review.overall),
        by=latest.by,
        on=review.ended_at,
        sections=_sections(plan, latest),
        **may,  # type: ignore[arg-type]
    )


def _sections(plan: Plan, told: _Told) -> Sequence[Said]:
    found = {r.section_id: r for r in told.ratings}
    return [
        Said(a.id, a.title, r.rating, told.word(r.rating), r.feedback, r.reason)
        for a in plan.sections
        if (r := found.get(a.id)) is not None
    ]


def _rates_blind(plan: Plan, told: Sequence[_Told]) -> bool:
    me = plan.seen.actor.user_id
    return any(
        t.review.kind == "second" and t.review.state == "under_way" and t.review.reviewer_id == me
        for t in told
    )


def _actions(plan: Plan) -> Mapping[str, Sequence[ToDo]]:
    """What was asked for in the plan's reviews, by part: what is open first, by date. One statement."""
    me, vs = plan.seen.actor.user_id, bool(plan.may(Can.SEE_REVIEW_NOTES))
    found: dict[str, list[ToDo]] = {}
    for action, part, state, name in db.session.execute(
        select(ReviewAction, Review.part, Review.state, User.name)
        .join(Review, Review.id == ReviewAction.review_id)
        .join(User, User.id == ReviewAction.owner_id)
        .where(ReviewAction.pep_id == plan.pep.id)
        .order_by(ReviewAction.done_at.is_not(None), ReviewAction.by_on, ReviewAction.id)
    ):
        if state in TOLD:
            may_end = action.done_at is None and (vs or action.owner_id == me)
            found.setdefault(part, []).append(
                ToDo(action.ref, action.what, name, action.by_on, action.done_at, may_end)
            )
    return found


def action_of(plan: Plan, ref: str) -> tuple[ReviewAction, str] | None:
    """Something asked for in a review of this plan, with the part it is about."""
    found = db.session.execute(
        select(ReviewAction, Review.part)
        .join(Review, Review.id == ReviewAction.review_id)
        .where(ReviewAction.pep_id == plan.pep.id, ReviewAction.ref == ref, Review.state.in_(TOLD))
    ).first()
    return (found[0], found[1]) if found else None


# Beside a section's questions -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Feedback:
    """What the Virtual School said of a section: why it came back, this term, last term."""

    now: Remark | None = None
    last: Remark | None = None
    came_back: bool = False
    """It is open because it came back: the reason is the first thing to read."""


def feedback_for(sheet: Sheet) -> Feedback:
    """What this person is told of the section: one statement, none for those who are told nothing."""
    if not is_told_anything(sheet):
        return Feedback()
    peps = [p for p in (sheet.pep.id, sheet.pep.previous_id) if p]
    here = or_(SectionRating.section_id == sheet.row.section_id, Review.state == "under_way")
    told = _reviews(and_(Review.pep_id.in_(peps), here))
    if _rates_blind(sheet, told):
        return Feedback()
    seen = [
        t
        for t in told
        if t.review.kind == "first" and t.review.state in TOLD and may_be_told(sheet, t.review.part)
    ]
    now = next((t for t in reversed(seen) if t.review.pep_id == sheet.pep.id and t.ratings), None)
    last = next(
        (t for t in reversed(seen) if t.review.pep_id != sheet.pep.id and t.review.state == "finished"), None
    )
    return Feedback(
        _remark(now) if now else None,
        _remark(last) if last else None,
        came_back=sheet.row.returned,
    )


def _remark(told: _Told) -> Remark:
    one, review = told.ratings[0], told.review
    on = filters.day_month(review.ended_at, clock.today())
    return Remark(one.rating, told.word(one.rating), one.feedback, one.reason, f"{told.by}, {on}")


def _reviews(which: ColumnElement[bool]) -> list[_Told]:
    """Reviews with their ratings and the words of their own scheme, oldest first: one statement."""
    found: dict[int, _Told] = {}
    words: Any = ReviewScheme.body["ratings"]
    for review, rating, name, scale in db.session.execute(
        select(Review, SectionRating, User.name, words)
        .join(User, User.id == Review.reviewer_id)
        .join(ReviewScheme, ReviewScheme.id == Review.scheme_id)
        .outerjoin(SectionRating, SectionRating.review_id == Review.id)
        .where(which)
        .order_by(Review.id, SectionRating.id)
    ):
        one = found.setdefault(review.id, _Told(review, name, scale or {}))
        if rating is not None:
            one.ratings.append(rating)
    return list(found.values())
