"""What goes with a plan beside its sections, as plain data: requests for PP+, and how parts were rated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from vsportal.extensions import db
from vsportal.models import FundingRequest, Pep, Review, ReviewScheme, SectionRating, Target, User
from vsportal.reviews.schemes import scheme_of

Data = dict[str, Any]
NOT_YET = ("proposed", "draft", "withdrawn", "cancelled")
"""Requests that were never sent, or were taken back: they are no part of the plan."""


def requests_of(pep: Pep) -> list[Data]:
    """The requests for PP+ on this plan’s targets: one statement."""
    rows = db.session.execute(
        select(FundingRequest, Target.outcome, Target.row)
        .outerjoin(Target, Target.id == FundingRequest.target_id)
        .where(FundingRequest.pep_id == pep.id, FundingRequest.state.not_in(NOT_YET))
        .order_by(FundingRequest.id)
    )
    return [
        {
            "number": request.number,
            "target": outcome or "",
            "target_row": row or "",
            "buying": request.buying or request.need,
            "state": request.state,
            "amount_pence": request.amount_pence,
            "approved_pence": request.approved_pence,
        }
        for request, outcome, row in rows
    ]


def reviews_of(pep: Pep) -> list[Data]:
    """The latest finished review of each part, with its ratings in the scheme’s words: two statements.

    What a second reader rated blind, and the Virtual School’s own notes, are no part of the plan.
    """
    found = db.session.execute(
        select(Review, ReviewScheme, User.name)
        .join(ReviewScheme, ReviewScheme.id == Review.scheme_id)
        .join(User, User.id == Review.reviewer_id)
        .where(Review.pep_id == pep.id, Review.kind == "first", Review.state == "finished")
        .order_by(Review.round, Review.id)
    ).all()
    latest = {review.part: (review, scheme, name) for review, scheme, name in found}
    if not latest:
        return []
    rated = db.session.scalars(
        select(SectionRating)
        .where(SectionRating.review_id.in_([review.id for review, _, _ in latest.values()]))
        .order_by(SectionRating.id)
    ).all()
    return [
        _review(review, scheme, name, [r for r in rated if r.review_id == review.id])
        for review, scheme, name in latest.values()
    ]


def _review(review: Review, row: ReviewScheme, name: str, ratings: list[SectionRating]) -> Data:
    scheme = scheme_of(row)
    return {
        "part": review.part,
        "round": review.round,
        "overall": review.overall,
        "overall_words": scheme.word(review.overall),
        "override_reason": review.override_reason,
        "scheme_version": row.version,
        "reviewer": name,
        "ended_at": review.ended_at.isoformat() if review.ended_at else None,
        "sections": [_rating(one, scheme.word(one.rating)) for one in ratings],
    }


def _rating(one: SectionRating, words: str) -> Mapping[str, str]:
    return {"section": one.section_id, "rating": one.rating, "words": words, "feedback": one.feedback}
