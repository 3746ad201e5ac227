"""Reviewing a part: begin, rate section by section, send sections back or finish; actions. Verbs.

The caller holds the plan's row, so that what is done to one plan follows one another. A review that has
ended never changes again, and neither do its ratings: the next one is another row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from vsportal import audit, clock
from vsportal.audit import By
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.filters import listed
from vsportal.models import PartState, PepSection, Rating, Review, ReviewAction, SectionRating
from vsportal.peps.loading import Plan
from vsportal.reviews import telling
from vsportal.reviews.loading import FIRST, REVIEWABLE, SECOND, RatedPart
from vsportal.reviews.schemes import ensure
from vsportal.workflow import Act, apply

MOST_WORDS = 4000
"""Letters of one text of a review."""
NO_LONGER = "This review has ended. Its ratings stay as they are."


@dataclass(frozen=True)
class Said:
    """What a reviewer says of one section."""

    rating: str = ""
    feedback: str = ""
    note: str = ""
    returned: bool = False
    reason: str = ""


class UnderWay(OperationError):
    """Somebody else reviews the part already: the message names them."""


# Beginning and stopping -----------------------------------------------------------------------------------


def begin_review(at: RatedPart, by: By) -> Review:
    """Begin to review a part that is with the Virtual School, by the scheme in force today.

    One's own review that is under way is gone on with. UnderWay when it is somebody else's;
    OperationError when the part is not here, or it is one's own work.
    """
    if at.under_way:
        if at.under_way.review.reviewer_id == by.user_id:
            return at.under_way.review
        raise UnderWay(f"{at.under_way.by} is reviewing this part.")
    if at.row.state not in REVIEWABLE:
        raise OperationError("This part is not with the Virtual School now, so it cannot be reviewed.")
    if by.user_id in at.authors:
        raise OperationError("You wrote in this part. Somebody else reviews it.")
    return _begin(at, by, FIRST, at.round)


def begin_second(at: RatedPart, by: By) -> Review:
    """Begin a blind second rating of a part whose review is finished."""
    if at.under_way:
        if at.under_way.review.reviewer_id == by.user_id:
            return at.under_way.review
        raise UnderWay(f"{at.under_way.by} is rating this part a second time.")
    if at.finished is None:
        raise OperationError("A part is rated again once its review is finished.")
    if by.user_id in at.authors | at.first_raters:
        raise OperationError("You wrote in this part or rated it first. Somebody else rates it again.")
    return _begin(at, by, SECOND, at.finished.review.round)


def _begin(at: RatedPart, by: By, kind: str, times: int) -> Review:
    scheme = ensure(at.plan.pep.authority_id, clock.today()).row
    if scheme is None:
        raise LookupError("A scheme that is needed is kept.")
    review = Review(
        pep_id=at.plan.pep.id,
        part=at.part,
        round=times,
        kind=kind,
        scheme_id=scheme.id,
        reviewer_id=by.user_id,
    )
    db.session.add(review)
    db.session.flush()
    _record(at.plan, by, "review:part:begun", review)
    return review


def take_over(at: RatedPart, by: By, reason: str) -> Review:
    """Stop somebody else's review and begin one of one's own; what they rated is offered to be confirmed."""
    if at.under_way is None or at.under_way.review.reviewer_id == by.user_id:
        return begin_review(at, by)
    if not reason:
        raise OperationError("Enter why you take the review over.")
    if by.user_id in at.authors:
        raise OperationError("You wrote in this part. Somebody else reviews it.")
    stopped = at.under_way.review
    apply(db.session, stopped, Act.STOP)
    changes = [_changed("reason", "Why it was taken over", None, reason)]
    _record(at.plan, by, "review:part:stopped", stopped, changes)
    return _begin(at, by, FIRST, stopped.round)


# Rating -----------------------------------------------------------------------------------------------------


def rate(at: RatedPart, by: By, section_id: str, said: Said) -> SectionRating:
    """Keep what a reviewer says of one section; said again, it replaces what this review said before.

    OperationError when the review is not this person's or has ended, or what is said will not do.
    """
    review = _own(at, by)
    _check(at, section_id, said)
    kept = at.ratings.get(section_id)
    row = kept or SectionRating(review_id=review.id, section_id=section_id, changed_at=clock.now())
    old = Said(row.rating or "", row.feedback or "", row.note or "", bool(row.returned), row.reason or "")
    if kept is None:
        db.session.add(row)
    elif old == said:
        return row
    row.rating, row.feedback, row.note = said.rating, said.feedback, said.note
    row.returned, row.reason, row.changed_at = said.returned, said.reason, clock.now()
    db.session.flush()
    changes = [
        _changed(f"{section_id}.{name}", label, getattr(old, name), getattr(said, name))
        for name, label in LABELS.items()
        if getattr(old, name) != getattr(said, name)
    ]
    _record(at.plan, by, "review:section:rated", review, changes)
    return row


LABELS = {
    "rating": "Rating",
    "feedback": "Feedback",
    "note": "Note for the Virtual School",
    "returned": "Return this section",
    "reason": "Why it goes back",
}


def confirm_carried(at: RatedPart, by: By) -> int:
    """Take over every rating of the round before that is to be confirmed; says how many there were."""
    _own(at, by)
    waiting = [s.id for s in at.sects if s.id in at.carried and not at.rating_of(s.id)]
    for section_id in waiting:
        before = at.carried[section_id]
        rate(at, by, section_id, Said(before.rating, before.feedback, before.note))
    return len(waiting)


def _own(at: RatedPart, by: By) -> Review:
    """The review that this person has under way."""
    if at.under_way is None:
        raise OperationError(NO_LONGER)
    if at.under_way.review.reviewer_id != by.user_id:
        raise UnderWay(f"{at.under_way.by} is reviewing this part now. What you typed is not saved.")
    return at.under_way.review


def _check(at: RatedPart, section_id: str, said: Said) -> None:
    """OperationError when what is said of a section will not do."""
    if section_id not in {s.id for s in at.sects}:
        raise OperationError("This section is not rated with this part.")
    if said.rating not in ("", *Rating):
        raise OperationError("Select one of the ratings.")
    if said.returned and at.kind == SECOND:
        raise OperationError("A second rating sends nothing back.")
    if said.returned and not at.can_go_back(section_id):
        raise OperationError("Only a complete section of this part can be sent back.")
    if said.returned and not said.reason:
        raise OperationError("Enter why the section goes back.")


# Ending -----------------------------------------------------------------------------------------------------


def finish(at: RatedPart, by: By, overall: str = "", override_reason: str = "") -> str:
    """End a review: the rating of the part is kept, and whoever wrote it is told. Gives the rating.

    `overall`: empty for what the scheme's rule makes of it; anything else needs a reason. A second
    rating moves nothing and tells nobody.
    """
    review = _own(at, by)
    if at.unrated:
        titles = listed(f"“{at.asked[s.id].title}”" for s in at.unrated)
        raise OperationError(f"Rate {titles} first.")
    if at.going_back:
        raise OperationError("Sections are marked to go back. Send them back, or take the marks away.")
    derived = at.derived
    overall = overall or derived
    if overall not in tuple(Rating):
        raise OperationError("Select one of the ratings.")
    if overall != derived and not override_reason:
        raise OperationError("Enter why your rating is another than the rule’s.")
    why = override_reason if overall != derived else ""
    apply(db.session, review, Act.FINISH, derived=derived, overall=overall, override_reason=why)
    changes = [_changed("overall", "Rating of the part", None, overall)]
    if at.kind == SECOND:
        _record(at.plan, by, "review:second:finished", review, changes)
        return overall
    _record(at.plan, by, "review:part:finished", review, changes)
    if at.row.state == PartState.SUBMITTED:
        apply(db.session, at.row, Act.REVIEW)
    _record(at.plan, by, "pep:part:reviewed", at.row)
    telling.tell_reviewed(at, review, by)
    return overall


def send_back(at: RatedPart, by: By) -> Sequence[str]:
    """End a review by sending its marked sections back: they alone open again, for their owners.

    Gives the sections. OperationError when none is marked, or one is not complete any more.
    """
    review = _own(at, by)
    marked = at.going_back
    if not marked:
        raise OperationError("Mark at least one section to go back, with the reason.")
    rows = db.session.scalars(
        select(PepSection).where(PepSection.pep_id == at.plan.pep.id, PepSection.section_id.in_(marked))
    ).all()
    if not all(at.can_go_back(row.section_id) for row in rows):
        raise OperationError("Only a complete section of this part can be sent back.")
    for row in rows:
        apply(db.session, row, Act.RETURN)
        _record(at.plan, by, "pep:section:returned", row)
    apply(db.session, review, Act.SEND_BACK)
    apply(db.session, at.row, Act.RETURN)
    _record(at.plan, by, "pep:part:returned", at.row)
    telling.tell_returned(at, review, [row.owner for row in rows], by)
    return marked


# Actions ----------------------------------------------------------------------------------------------------


def add_action(
    at: RatedPart, by: By, *, what: str, owner_id: int, by_on: date, section_id: str = ""
) -> ReviewAction:
    """Write down what is to be done, by whom and by when, with the review that is under way.

    The caller has seen that the owner is around the child. OperationError without words.
    """
    review = _own(at, by)
    if not what:
        raise OperationError("Enter what is to be done.")
    action = ReviewAction(
        review_id=review.id,
        pep_id=at.plan.pep.id,
        section_id=section_id,
        what=what,
        owner_id=owner_id,
        by_on=by_on,
    )
    db.session.add(action)
    db.session.flush()
    _record(at.plan, by, "review:action:added", action, [_changed("what", "To do", None, what)])
    return action


def complete_action(plan: Plan, action: ReviewAction, by: By) -> bool:
    """Note that an action is done, today, by whoever says so; False when it was done already."""
    if action.done_at is not None:
        return False
    action.done_at, action.done_by_id = clock.now(), by.user_id
    _record(plan, by, "review:action:completed", action)
    return True


# The record -------------------------------------------------------------------------------------------------


def _changed(name: str, label: str, old: object, new: object) -> Mapping[str, object]:
    return {"field": name, "label": label, "kind": "review", "old": old, "new": new}


def _record(
    plan: Plan, by: By, tag: str, subject: Any, changes: Sequence[Mapping[str, object]] = ()
) -> None:  # any row with a number
    audit.record(
        db.session,
        by,
        tag,
        subject,
        child_id=plan.child.id,
        authority_id=plan.pep.authority_id,
        changes=[dict(c) for c in changes],
    )
