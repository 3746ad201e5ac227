"""What those who wrote a part are told of its review: on the plan's page, and beside the section's questions.

Ratings and returns are adults' work: never on a child's or carer's page (rule 11 of who sees what).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, bindparam, or_, select
from sqlalchemy.orm import aliased

from vsportal import clock, filters, policy
from vsportal.extensions import db
from vsportal.models import PartState, Review, ReviewAction, ReviewScheme, SectionRating, User
from vsportal.peps.loading import Plan, Sheet
from vsportal.peps.overview import Overview
from vsportal.policy import Can, Subject
from vsportal.reviews.page import Remark

if TYPE_CHECKING:
    from vsportal.peps.page import SectionPage

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
    ratings: dict[int, SectionRating] = field(default_factory=dict)
    actions: dict[int, tuple[ReviewAction, str]] = field(default_factory=dict)

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
    """Part → what this person is told of it: one statement.

    None for those who are told nothing, and while no part was ever sent. `states`: part → where it is.
    """
    if not is_told_anything(plan) or set(states.values()) <= {PartState.IN_PROGRESS}:
        return {}
    told = _gathered(_of_plan_query(), {"pep": plan.pep.id})
    return {
        part: _part_said(plan, part, state, told) for part, state in states.items() if may_be_told(plan, part)
    }


def reviews_told(overview: Overview) -> Mapping[str, PartSaid]:
    """The same for the plan's page."""
    states = {line.part: line.part_state or PartState.IN_PROGRESS for line in overview.lines if line.part}
    return reviews_on(overview.plan, states)


def _part_said(plan: Plan, part: str, state: str, told: Sequence[_Told]) -> PartSaid:
    vs = bool(plan.may(Can.SEE_REVIEW_NOTES))
    mine = [t for t in told if t.review.part == part]
    if _rates_blind(plan, mine):
        return PartSaid(is_blind=True)
    first = [t for t in mine if t.review.kind == "first"]
    going = next((t for t in first if t.review.state == "under_way"), None)
    latest = next((t for t in reversed(first) if t.review.state in TOLD), None)
    may = {
        "actions": _actions(plan, first),
        "under_way_by": going.by if going and vs else "",
        "may_open": vs and state != PartState.IN_PROGRESS,
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
    found = {r.section_id: r for r in told.ratings.values()}
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


def _actions(plan: Plan, told: Sequence[_Told]) -> Sequence[ToDo]:
    """What was asked for in these reviews: what is open first, by date."""
    me, vs = plan.seen.actor.user_id, bool(plan.may(Can.SEE_REVIEW_NOTES))
    asked = [pair for t in told if t.review.state in TOLD for pair in t.actions.values()]
    return [
        ToDo(
            action.ref,
            action.what,
            name,
            action.by_on,
            action.done_at,
            may_end=action.done_at is None and (vs or action.owner_id == me),
        )
        for action, name in sorted(asked, key=lambda p: (p[0].done_at is not None, p[0].by_on, p[0].id))
    ]


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
    told = _gathered(_of_section_query(), {"peps": peps, "section": sheet.row.section_id})
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


def feedback_on(page: SectionPage) -> Feedback:
    """The same for a section's page."""
    return feedback_for(page.sheet)


def _remark(told: _Told) -> Remark:
    one, review = next(iter(told.ratings.values())), told.review
    on = filters.day_month(review.ended_at, clock.today())
    return Remark(one.rating, told.word(one.rating), one.feedback, one.reason, f"{told.by}, {on}")


# Statements: built once, because building one takes longer than running it


def _query() -> Select[*tuple[Any, ...]]:
    """Reviews with their ratings and the words of their own scheme, oldest first."""
    words: Any = ReviewScheme.body["ratings"]
    return (
        select(Review, SectionRating, User.name, words.label("words"))
        .join(User, User.id == Review.reviewer_id)
        .join(ReviewScheme, ReviewScheme.id == Review.scheme_id)
        .outerjoin(SectionRating, SectionRating.review_id == Review.id)
        .order_by(Review.id, SectionRating.id)
    )


@cache
def _of_section_query() -> Select[*tuple[Any, ...]]:
    """Of the plans `peps`: what was said of the section `section`, and what is under way."""
    here = or_(SectionRating.section_id == bindparam("section"), Review.state == "under_way")
    return _query().where(Review.pep_id.in_(bindparam("peps", expanding=True)), here)


@cache
def _of_plan_query() -> Select[*tuple[Any, ...]]:
    """Of the plan `pep`, with what each review asked for: a few beside a few ratings, each with each."""
    owner = aliased(User)
    return (
        _query()
        .add_columns(ReviewAction, owner.name.label("owner"))
        .outerjoin(ReviewAction, ReviewAction.review_id == Review.id)
        .outerjoin(owner, owner.id == ReviewAction.owner_id)
        .where(Review.pep_id == bindparam("pep"))
    )


def _gathered(query: Select[*tuple[Any, ...]], values: Mapping[str, object]) -> list[_Told]:
    """The reviews that a statement finds, each with its ratings and actions."""
    found: dict[int, _Told] = {}
    for review, rating, name, scale, *action in db.session.execute(query, values):
        one = found.setdefault(review.id, _Told(review, name, scale or {}))
        if rating is not None:
            one.ratings[rating.id] = rating
        if action and action[0] is not None:
            one.actions[action[0].id] = (action[0], action[1])
    return list(found.values())
