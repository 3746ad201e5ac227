"""What the page shows on which a review ends: all ratings, what the part comes to, what is to be done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from flask import url_for
from sqlalchemy import select

from vsportal import wording
from vsportal.extensions import db
from vsportal.models import ReviewAction, User
from vsportal.peps.overview import Overview, overview_of
from vsportal.policy import Tie
from vsportal.reviews.loading import SECOND, RatedPart
from vsportal.wording import Spoken, spoken

MAY_OWE = frozenset(
    {Tie.DESIGNATED_TEACHER, Tie.SOCIAL_WORKER, Tie.INDEPENDENT_REVIEWER, Tie.ALLOCATED_ADVISER}
)
"""Who may be asked to do something after a review: people around the child who are told of reviews."""


@dataclass(frozen=True)
class Line:
    """One section with its rating."""

    id: str
    title: str
    url: str
    rating: str
    word: str
    counts: bool
    returned: bool
    reason: str


@dataclass(frozen=True)
class FinishPage:
    """The end of one review, for whoever makes it."""

    at: RatedPart

    @property
    def is_blind(self) -> bool:
        """Whether it is a second rating, which ends without any consequence."""
        return self.at.kind == SECOND

    @cached_property
    def overview(self) -> Overview:
        """What stands around every page of a plan."""
        return overview_of(self.at.plan)

    @property
    def names(self) -> Spoken:
        """How sentences speak of the child."""
        return spoken(self.at.plan.child.called, self.at.plan.child.pronouns)

    def url(self, section_id: str) -> str:
        """Where a section is rated."""
        endpoint = "reviews.second" if self.is_blind else "reviews.review"
        ref, part = self.at.plan.pep.ref, self.at.part
        return url_for(endpoint, ref=ref, part=part, section=section_id, _anchor="review-rating")

    @property
    def lines(self) -> Sequence[Line]:
        """The sections in order."""
        found = []
        for sect in self.at.sects:
            kept = self.at.ratings.get(sect.id)
            rating = kept.rating if kept else ""
            found.append(
                Line(
                    sect.id,
                    self.at.asked[sect.id].title,
                    self.url(sect.id),
                    rating,
                    self.at.scheme.word(rating),
                    sect.counts,
                    bool(kept and kept.returned),
                    kept.reason if kept else "",
                )
            )
        return found

    @property
    def blocks_sign_off(self) -> bool:
        """Whether what the part comes to keeps the plan from being signed off."""
        return self.at.derived in self.at.scheme.blocks_sign_off

    # What is to be done

    @cached_property
    def _people(self) -> Sequence[tuple[int, str, str]]:
        """Those who may be asked: number, reference, words. One statement."""
        around = {p.user_id: f"{p.name}, {p.words}" for p in self.overview.around if p.role in MAY_OWE}
        me = self.at.plan.seen.actor
        around.setdefault(me.user_id, f"{me.name}, {wording.role_words(Tie.ADVISER)}")
        refs = {i: ref for i, ref in db.session.execute(select(User.id, User.ref).where(User.id.in_(around)))}  # noqa: C416
        return [(number, refs[number], words) for number, words in around.items()]

    @property
    def people(self) -> Sequence[tuple[str, str]]:
        """Those who may be asked to do something: reference and words."""
        return [(ref, words) for _, ref, words in self._people]

    def number_of(self, ref: str) -> int:
        """Whose reference it is, of those who may be asked."""
        return next(number for number, each, _ in self._people if each == ref)

    @cached_property
    def actions(self) -> Sequence[tuple[ReviewAction, str]]:
        """What this review has asked for already, with who is to do it: one statement."""
        if self.at.under_way is None:
            return []
        rows = db.session.execute(
            select(ReviewAction, User.name)
            .join(User, User.id == ReviewAction.owner_id)
            .where(ReviewAction.review_id == self.at.under_way.review.id)
            .order_by(ReviewAction.by_on, ReviewAction.id)
        )
        return [(action, name) for action, name in rows]
