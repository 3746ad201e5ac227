"""A part of a plan as it is reviewed: its sections, who wrote them, its reviews and the scheme they follow.

Four statements, whatever the part holds. Ratings of the plan before come along: last term's feedback.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

from sqlalchemy import Row, Select, and_, bindparam, or_, select

from vsportal import clock
from vsportal.database import read_columns
from vsportal.editions.schema import Asked
from vsportal.extensions import db
from vsportal.models import (
    PartState,
    PepPart,
    PepSection,
    Review,
    ReviewScheme,
    SectionRating,
    SectionState,
    User,
)
from vsportal.peps.loading import Plan, Sheet, sheets_to_read
from vsportal.policy import Can, Decision, Subject
from vsportal.reviews.findings import findings_for, late_care
from vsportal.reviews.rollup import roll_up
from vsportal.reviews.schemes import Scheme, Sect, in_force, scheme_of, sections_for

FIRST, SECOND = "first", "second"
CHAIRED = "meeting"
"""The section that whoever chairs the meeting completes."""
REVIEWABLE = (PartState.SUBMITTED, PartState.REVIEWED)


@dataclass(frozen=True)
class Judged:
    """One review with its ratings by section, and who made it."""

    review: Review
    by: str
    ratings: Mapping[str, SectionRating]

    @property
    def is_under_way(self) -> bool:
        """Whether it can still change."""
        return self.review.state == "under_way"

    @property
    def is_told(self) -> bool:
        """Whether those who wrote the part are told of it: sent back or finished, and no second rating."""
        return self.review.kind == FIRST and self.review.state in ("returned", "finished")


@dataclass(frozen=True)
class RatedPart:
    """One part of a plan, for a member of the Virtual School."""

    plan: Plan
    row: PepPart
    sent_by: str
    sections: Mapping[str, Row[Any]]
    """Every section of the plan: owner, part, status."""
    judged: Sequence[Judged]
    """The reviews of this part, oldest first, whatever their kind."""
    before: Sequence[Judged]
    """Reviews of the plan before, of both parts."""
    scheme: Scheme
    scheme_row: ReviewScheme | None
    """None while the authority's starting scheme is not kept yet."""
    kind: str = FIRST

    @property
    def part(self) -> str:
        """School or care."""
        return self.row.part

    @cached_property
    def asked(self) -> Mapping[str, Asked]:
        """What each section of the plan asks."""
        return {a.id: a for a in self.plan.sections}

    @cached_property
    def sects(self) -> Sequence[Sect]:
        """What is rated with this part, in the plan's own order."""
        parts = {name: row.part for name, row in self.sections.items() if name in self.asked}
        places = list(self.asked)
        found = sections_for(self.scheme, self.part, parts)
        return sorted(found, key=lambda s: places.index(s.id))

    # Whose work it is

    @cached_property
    def authors(self) -> frozenset[int]:
        """Who completed or answered what is rated with this part; the chair, where the scheme says so."""
        found = set().union(*(self._writers(sect.id) for sect in self.sects))
        if self.scheme.not_plans_they_chaired and CHAIRED in self.sections:
            found |= self._writers(CHAIRED)
        return frozenset(found)

    def _writers(self, section_id: str) -> set[int]:
        row, asked = self._written.get(section_id), self.asked.get(section_id)
        if asked is None or row is None:
            return set()
        found = {row.completed_by_id} if row.completed_by_id else set()
        for key, stamp in row.authors.items():
            if stamp[0] and stamp[0] not in found and _is_the_owners(asked, key):
                found.add(stamp[0])
        if row.changed_by_id and row.last_key and _is_the_owners(asked, row.last_key):
            found.add(row.changed_by_id)
        return found

    @cached_property
    def _written(self) -> Mapping[str, Row[Any]]:
        """Who completed and who answered what in each section: one statement."""
        rows = read_columns(_written_query(), {"pep": self.plan.pep.id})
        return {row.section_id: row for row in rows}

    @cached_property
    def first_raters(self) -> frozenset[int]:
        """Who rated it first, of any round."""
        return frozenset(j.review.reviewer_id for j in self.judged if j.review.kind == FIRST)

    def subject(self, authors: Collection[int]) -> Subject:
        """What policy needs to know of the part."""
        return Subject(pep_state=self.plan.pep.state, part=self.part, authors=authors)

    @cached_property
    def may_review(self) -> Decision:
        """Whether this person may review it at all."""
        return self.plan.may(Can.REVIEW, self.subject(self.authors))

    @cached_property
    def may_rate_again(self) -> Decision:
        """Whether this person may rate it a second time: not whoever wrote it or rated it first."""
        return self.plan.may(Can.RATE_AGAIN, self.subject(self.authors | self.first_raters))

    # Where it has got to

    @cached_property
    def under_way(self) -> Judged | None:
        """The review of this kind that is under way."""
        return next((j for j in self.judged if j.is_under_way and j.review.kind == self.kind), None)

    @property
    def is_mine(self) -> bool:
        """Whether this person is rating it now."""
        return self.under_way is not None and self.under_way.review.reviewer_id == self.me

    @property
    def me(self) -> int:
        """The number of the person who looks."""
        return self.plan.seen.actor.user_id

    @property
    def is_rated_blind_by_me(self) -> bool:
        """Whether this person has a second rating of it under way, and must not see the first."""
        return any(
            j.is_under_way and j.review.kind == SECOND and j.review.reviewer_id == self.me
            for j in self.judged
        )

    @cached_property
    def finished(self) -> Judged | None:
        """The latest finished first review."""
        return next(
            (j for j in reversed(self.judged) if j.review.kind == FIRST and j.review.state == "finished"),
            None,
        )

    @cached_property
    def latest(self) -> Judged | None:
        """What a page to read shows: the review under way, else the last one that was told."""
        return self.under_way or next((j for j in reversed(self.judged) if j.is_told), None)

    @property
    def round(self) -> int:
        """How often the part has come in, for a review that begins now."""
        return 1 + sum(j.is_told for j in self.judged)

    @cached_property
    def carried(self) -> Mapping[str, SectionRating]:
        """Ratings of the rounds before that stand for sections which did not go back: to be confirmed."""
        found: dict[str, SectionRating] = {}
        for judged in self.judged:
            review = judged.review
            if review.kind != FIRST or self.kind != FIRST or judged.is_under_way:
                continue
            kept = {k: r for k, r in judged.ratings.items() if r.rating and not r.returned}
            found = found | kept if review.state == "stopped" else kept
        return found

    @cached_property
    def ratings(self) -> Mapping[str, SectionRating]:
        """The ratings of the review under way, by section."""
        return self.under_way.ratings if self.under_way else {}

    def rating_of(self, section_id: str) -> str:
        """What the review under way gives a section so far; nothing for what is not rated."""
        found = self.ratings.get(section_id)
        return found.rating if found else ""

    @cached_property
    def unrated(self) -> Sequence[Sect]:
        """Sections that count and are not rated yet."""
        return [s for s in self.sects if s.counts and not self.rating_of(s.id)]

    @cached_property
    def so_far(self) -> str:
        """What the part comes to by what is rated so far; nothing before the first rating."""
        given = {s.id: r for s in self.sects if (r := self.rating_of(s.id))}
        return self.come_to(given) if given else ""

    def sheets(self, section_ids: Collection[str]) -> Mapping[str, Sheet]:
        """What was written in some sections, as far as this person reads it: one statement."""
        return {sheet.row.section_id: sheet for sheet in sheets_to_read(self.plan, section_ids)}

    @cached_property
    def late_care(self) -> bool:
        """Whether the scheme holds the part at amber at best because it came after the meeting."""
        asked = self.part == "care" and self.scheme.late_care_at_best_amber
        return asked and late_care(findings_for(self.plan, self.part, scheme=self.scheme))

    def come_to(self, ratings: Mapping[str, str]) -> str:
        """What ratings come to by the scheme's rule."""
        return roll_up(self.scheme, ratings, late_care=self.late_care)

    @property
    def derived(self) -> str:
        """What the part comes to by all its ratings; nothing while one that counts is missing."""
        return self.come_to({s.id: self.rating_of(s.id) for s in self.sects})

    @cached_property
    def going_back(self) -> Sequence[str]:
        """Sections that the review under way marks to go back."""
        return [s.id for s in self.sects if (r := self.ratings.get(s.id)) and r.returned]

    def can_go_back(self, section_id: str) -> bool:
        """Whether a section can be sent back: of this part and complete; never the child's or a home's."""
        row = self.sections[section_id]
        return bool(row.part == self.part and row.status == SectionState.COMPLETE)


def _is_the_owners(asked: Asked, key: str) -> bool:
    """Whether an answer is the section owner's work; a question of somebody else's is not."""
    leaf = asked.leaf(key)
    return leaf is None or asked.owner_of(leaf.field) == asked.owner


def load_part(plan: Plan, part: str, kind: str = FIRST) -> RatedPart | None:
    """A part of a loaded plan with its reviews; None when the plan has no such part."""
    found = db.session.execute(_part_query(), {"pep": plan.pep.id, "part": part}).all()
    if not found:
        return None
    judged, before = _judged(plan, part)
    ours = next((j for j in judged if j.is_under_way and j.review.kind == kind), None)
    row: ReviewScheme | None
    if ours:
        row = db.session.get_one(ReviewScheme, ours.review.scheme_id)
        scheme = scheme_of(row)
    else:
        now = in_force(plan.pep.authority_id, clock.today())
        row, scheme = now.row, now.scheme
    return RatedPart(
        plan,
        found[0][0],
        found[0].sent_by or "",
        {one.section_id: one for one in found},
        judged,
        before,
        scheme,
        row,
        kind=kind,
    )


@cache
def _part_query() -> Select[*tuple[Any, ...]]:
    """The part `part` of the plan `pep`, who sent it, and every section of the plan without its answers."""
    return (
        select(
            PepPart,
            User.name.label("sent_by"),
            PepSection.section_id,
            PepSection.owner,
            PepSection.part,
            PepSection.status,
        )
        .join(PepSection, PepSection.pep_id == PepPart.pep_id)
        .outerjoin(User, User.id == PepPart.submitted_by_id)
        .where(PepPart.pep_id == bindparam("pep"), PepPart.part == bindparam("part"))
        .order_by(PepSection.position)
        # As it is now that the plan is held, not as it was read before.
        .execution_options(populate_existing=True)
    )


@cache
def _written_query() -> Select[*tuple[Any, ...]]:
    """Who wrote what in the sections of the plan `pep`."""
    return select(
        PepSection.section_id,
        PepSection.completed_by_id,
        PepSection.changed_by_id,
        PepSection.last_key,
        PepSection.authors,
    ).where(PepSection.pep_id == bindparam("pep"))


def _judged(plan: Plan, part: str) -> tuple[list[Judged], list[Judged]]:
    """The reviews of this part, and those of the plan before: one statement."""
    found: dict[int, _Gathered] = {}
    values = {"pep": plan.pep.id, "part": part, "before": plan.pep.previous_id or 0}
    for review, rating, name in db.session.execute(_judged_query(), values):
        one = found.setdefault(review.id, _Gathered(review, name))
        if rating is not None:
            one.ratings[rating.section_id] = rating
    everything = [Judged(g.review, g.by, g.ratings) for g in found.values()]
    now = [j for j in everything if j.review.pep_id == plan.pep.id]
    return now, [j for j in everything if j.review.pep_id != plan.pep.id]


@cache
def _judged_query() -> Select[*tuple[Any, ...]]:
    """Reviews of the part `part` of the plan `pep`, and finished ones of the plan `before`, with ratings."""
    of_this = and_(Review.pep_id == bindparam("pep"), Review.part == bindparam("part"))
    of_last = and_(Review.pep_id == bindparam("before"), Review.state == "finished", Review.kind == FIRST)
    return (
        select(Review, SectionRating, User.name)
        .join(User, User.id == Review.reviewer_id)
        .outerjoin(SectionRating, SectionRating.review_id == Review.id)
        .where(or_(of_this, of_last))
        .order_by(Review.id, SectionRating.id)
        .execution_options(populate_existing=True)
    )


@dataclass
class _Gathered:
    """A review while its ratings are read."""

    review: Review
    by: str
    ratings: dict[str, SectionRating] = field(default_factory=dict)
