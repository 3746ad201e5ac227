"""How the parts of a plan stand: the latest finished review of each, judged by the scheme it began under."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from vsportal.extensions import db
from vsportal.filters import capital
from vsportal.models import Review, ReviewScheme
from vsportal.reviews.schemes import Scheme, scheme_of
from vsportal.wording import PARTS


@dataclass(frozen=True)
class Standing:
    """How one part of a plan was rated last."""

    review: Review
    rating: str
    """The rating of the part as a whole: the rule's, or the reviewer's own with a reason."""
    scheme: Scheme
    """The one kept with the review, not the one that holds today."""

    @property
    def word(self) -> str:
        """The rating as it is read: “Green (good)”."""
        return self.scheme.word(self.rating)

    @property
    def blocks_sign_off(self) -> bool:
        """Whether a plan is not signed off with this rating."""
        return self.rating in self.scheme.blocks_sign_off

    @property
    def blocks_funding(self) -> bool:
        """Whether PP+ waits because of this rating: that of the school's part alone."""
        return self.review.part == "school" and self.rating in self.scheme.blocks_funding


def standing(pep_id: int) -> Mapping[str, Standing]:
    """Part → how it stands; a part without a finished review is not there. One statement."""
    return standings([pep_id]).get(pep_id, {})


def standings(pep_ids: Collection[int]) -> Mapping[int, Mapping[str, Standing]]:
    """The same for many plans, by plan; one statement, none for no plans."""
    if not pep_ids:
        return {}
    rows = db.session.execute(
        select(Review, ReviewScheme)
        .join(ReviewScheme, ReviewScheme.id == Review.scheme_id)
        .where(Review.pep_id.in_(pep_ids), Review.kind == "first", Review.state == "finished")
        .order_by(Review.round, Review.id)
    )
    found: dict[int, dict[str, Standing]] = {}
    schemes: dict[int, Scheme] = {}
    for review, row in rows:
        if row.id not in schemes:
            schemes[row.id] = scheme_of(row)
        # The latest comes last and stands.
        found.setdefault(review.pep_id, {})[review.part] = Standing(review, review.overall, schemes[row.id])
    return found


def may_be_signed_off(pep_id: int, without: str = "") -> list[str]:
    """Why the ratings of a plan's parts keep it from being signed off, a sentence each; none: nothing does.

    `without`: the part named as missing, which then blocks nothing. One statement.
    """
    return [
        f"{capital(PARTS[part])} is rated “{found.word}”. Send sections back to be put right first."
        for part, found in standing(pep_id).items()
        if found.blocks_sign_off and part != without
    ]
