"""Keeping an authority's scheme: a draft is begun, changed, dropped or published; a version stays as it is.

Verbs; each leaves an event. What is asked of many rows stands below.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from vsportal import audit, clock, editions
from vsportal.audit import By
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.filters import day
from vsportal.models import Pep, Review, ReviewScheme, SectionRating, Term, User
from vsportal.reviews.rollup import roll_up
from vsportal.reviews.scheme_checks import check
from vsportal.reviews.schemes import Scheme, ensure, scheme_of
from vsportal.workflow import Act, apply

MEANWHILE = "Somebody else changed the draft meanwhile. Look at it again before you save."


def begin_draft(by: By, authority_id: int) -> ReviewScheme:
    """The authority's draft; where there is none, one that begins as what holds today.

    Of two who begin one at the same moment, both get the same.
    """
    if (found := draft_of(authority_id)) is not None:
        return found
    kept = ensure(authority_id, clock.today())
    last = db.session.scalar(
        select(func.max(ReviewScheme.version)).where(ReviewScheme.authority_id == authority_id)
    )
    row = ReviewScheme(
        authority_id=authority_id,
        version=(last or 0) + 1,
        starts_on=clock.today(),
        body=kept.scheme.model_dump(mode="json"),
    )
    try:
        with db.session.begin_nested():
            db.session.add(row)
            db.session.flush()
    except IntegrityError as error:
        if (found := draft_of(authority_id)) is None:
            raise OperationError("A scheme was published meanwhile. Begin the draft again.") from error
        return found
    audit.record(db.session, by, "admin:scheme:drafted", row, authority_id=authority_id)
    return row


def change_draft(by: By, row: ReviewScheme, changed: Scheme, *, seen: str) -> bool:
    """Keep a changed draft; says whether anything changed.

    `seen`: the mark of the draft that was changed. OperationError when somebody else changed it
    meanwhile, or published or dropped it.
    """
    now = locked_draft(row)
    if mark_of(scheme_of(now)) != seen:
        raise OperationError(MEANWHILE)
    changes = differences(scheme_of(now), changed)
    if not changes:
        return False
    now.body = changed.model_dump(mode="json")
    db.session.flush()
    audit.record(db.session, by, "admin:scheme:changed", now, authority_id=now.authority_id, changes=changes)
    return True


def drop_draft(by: By, row: ReviewScheme) -> None:
    """Give a draft up; what holds goes on holding."""
    now = locked_draft(row)
    audit.record(db.session, by, "admin:scheme:dropped", now, authority_id=now.authority_id)
    db.session.delete(now)
    db.session.flush()


def publish(by: By, authority_id: int, scheme: Scheme, starts_on: date) -> ReviewScheme:
    """Publish a scheme from a day on. It never changes again, and reviews begun before keep their own.

    OperationError with the first fault when it is not whole, when the day has passed, or when a
    version that is published already starts later.
    """
    today = clock.today()
    if faults := check(scheme, [editions.get(editions.current(max(today, starts_on)))]):
        raise OperationError(faults[0])
    if starts_on < today:
        raise OperationError("Enter a day from today on: reviews that were begun keep their own scheme.")
    row = locked_draft(begin_draft(by, authority_id))
    latest = db.session.scalar(
        select(func.max(ReviewScheme.starts_on)).where(
            ReviewScheme.authority_id == authority_id, ReviewScheme.state == "published"
        )
    )
    if latest and starts_on < latest:
        raise OperationError(f"Another version starts on {day(latest)}. Enter that day or a later one.")
    apply(
        db.session,
        row,
        Act.PUBLISH,
        body=scheme.model_dump(mode="json"),
        starts_on=starts_on,
        published_at=clock.now(),
        published_by_id=by.user_id,
    )
    changes = [_change("starts_on", "It holds from", None, starts_on.isoformat(), "date")]
    audit.record(db.session, by, "admin:scheme:published", row, authority_id=authority_id, changes=changes)
    return row


def publish_draft(by: By, row: ReviewScheme, *, seen: str, starts_on: date) -> ReviewScheme:
    """Publish a draft as it was seen; OperationError when it was changed, published or dropped meanwhile."""
    now = locked_draft(row)
    if mark_of(scheme_of(now)) != seen:
        raise OperationError(MEANWHILE)
    return publish(by, now.authority_id, scheme_of(now), starts_on)


def locked_draft(row: ReviewScheme) -> ReviewScheme:
    """The draft as it is now, held until the transaction ends; OperationError when it is none any more."""
    now = db.session.scalars(
        select(ReviewScheme)
        .where(ReviewScheme.id == row.id, ReviewScheme.state == "draft")
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if now is None:
        raise OperationError("This draft was published or given up meanwhile.")
    return now


# What changed -------------------------------------------------------------------------------------------


def mark_of(scheme: Scheme) -> str:
    """A short mark of a scheme, by which a page says what it last saw."""
    written = json.dumps(scheme.model_dump(mode="json"), sort_keys=True)
    return sha256(written.encode()).hexdigest()[:12]


def differences(old: Scheme, new: Scheme) -> list[dict[str, Any]]:
    """What changed between two schemes, a line for each thing a person would name."""
    was, now = _said(old), _said(new)
    keys = dict.fromkeys([*was, *now])
    return [
        _change(key, was[key][0] if key in was else now[key][0], had, has)
        for key in keys
        if (had := was.get(key, ("", None))[1]) != (has := now.get(key, ("", None))[1])
    ]


def _said(scheme: Scheme) -> dict[str, tuple[str, Any]]:
    """Each thing a scheme says: key → (what it is called, its value)."""
    body = scheme.model_dump(mode="json")
    found: dict[str, tuple[str, Any]] = {
        f"ratings.{key}": (f"Word for {key.replace('_', ' ')}", word) for key, word in body["ratings"].items()
    }
    for sect in body["sections"]:
        found[f"section.{sect['id']}"] = (sect["title"] or sect["id"].replace("_", " "), sect)
    for key, words in WHAT.items():
        found[key] = (words, body[key])
    return found


WHAT = {
    "name": "Name",
    "not_rated": "Sections that are not rated",
    "roll_up": "Roll-up rule",
    "blocks_sign_off": "What blocks signing off",
    "blocks_funding": "What makes PP+ wait",
    "late_care_at_best_amber": "Late social care is amber at best",
    "not_plans_they_chaired": "Nobody rates a plan they chaired",
    "second_percent": "Second ratings",
}
"""What a scheme says beside its words and criteria → what that is called."""


def _change(name: str, label: str, old: Any, new: Any, kind: str = "") -> dict[str, Any]:
    return {"field": name, "label": label, "kind": kind, "old": old, "new": new}


# Reading ------------------------------------------------------------------------------------------------


def draft_of(authority_id: int) -> ReviewScheme | None:
    """The authority's draft, if there is one."""
    return db.session.scalars(
        select(ReviewScheme).where(ReviewScheme.authority_id == authority_id, ReviewScheme.state == "draft")
    ).first()


def titles() -> Mapping[str, str]:
    """The sections of today's form, in order: id → title."""
    edition = editions.get(editions.current(clock.today()))
    return {s.id: s.title for s in edition.sections}


def versions(authority_id: int) -> Sequence[tuple[ReviewScheme, str]]:
    """Every published version with the name of who published it, the latest first. One statement."""
    rows = db.session.execute(
        select(ReviewScheme, User.name)
        .outerjoin(User, User.id == ReviewScheme.published_by_id)
        .where(ReviewScheme.authority_id == authority_id, ReviewScheme.state == "published")
        .order_by(ReviewScheme.version.desc())
    )
    return [(row, name or "") for row, name in rows]


@dataclass(frozen=True)
class Trial:
    """What the reviews of a term would have come to by another scheme; nobody is named."""

    term_key: str
    reviews: int
    changed: int
    moves: Mapping[str, Mapping[tuple[str, str], int]]
    """Part → (what the rule of the day came to, what this one would) → how many."""
    would_block: int
    did_block: int


def trial(authority_id: int, scheme: Scheme, today: date) -> Trial | None:
    """What last term's finished reviews would have come to; None while none is finished.

    Last term is the one before today's; this one's while that has none. What a reviewer decided
    against the rule, and what a late part does, is left aside. Two statements.
    """
    begun = db.session.scalars(
        select(Term.key)
        .where(Term.authority_id == authority_id, Term.starts_on <= today)
        .order_by(Term.starts_on.desc())
        .limit(2)
    ).all()
    found = _ratings(authority_id, begun)
    term = next((key for key in reversed(begun) if key in found), None)
    return _tried(term, found[term], scheme) if term else None


@dataclass
class _Rated:
    part: str
    derived: str
    blocked: bool
    ratings: dict[str, str]


def _ratings(authority_id: int, terms: Sequence[str]) -> Mapping[str, list[_Rated]]:
    """Term → its finished first reviews with their ratings by section."""
    rows = db.session.execute(
        select(
            Pep.term_key,
            Review.id,
            Review.part,
            Review.derived,
            Review.scheme_id,
            SectionRating.section_id,
            SectionRating.rating,
        )
        .join(Review, Review.id == SectionRating.review_id)
        .join(Pep, Pep.id == Review.pep_id)
        .where(
            Pep.authority_id == authority_id,
            Pep.term_key.in_(terms),
            Review.kind == "first",
            Review.state == "finished",
        )
        .order_by(Review.id)
    ).all()
    reviews: dict[str, dict[int, _Rated]] = {}
    blocks = _blocking({row.scheme_id for row in rows})
    for row in rows:
        rated = reviews.setdefault(row.term_key, {}).setdefault(
            row.id, _Rated(row.part, row.derived, row.derived in blocks.get(row.scheme_id, ()), {})
        )
        rated.ratings[row.section_id] = row.rating
    return {term: list(each.values()) for term, each in reviews.items()}


def _blocking(scheme_ids: set[int]) -> Mapping[int, Sequence[str]]:
    """Scheme → the ratings that block signing off."""
    if not scheme_ids:
        return {}
    rows = db.session.scalars(select(ReviewScheme).where(ReviewScheme.id.in_(scheme_ids)))
    return {row.id: scheme_of(row).blocks_sign_off for row in rows}


def _tried(term: str, rated: Sequence[_Rated], scheme: Scheme) -> Trial:
    moves: dict[str, Counter[tuple[str, str]]] = {}
    would = 0
    for each in rated:
        comes_to = roll_up(scheme, each.ratings)
        would += comes_to in scheme.blocks_sign_off
        moves.setdefault(each.part, Counter())[each.derived, comes_to] += 1
    return Trial(
        term_key=term,
        reviews=len(rated),
        changed=sum(n for part in moves.values() for (was, now), n in part.items() if was != now),
        moves=moves,
        would_block=would,
        did_block=sum(each.blocked for each in rated),
    )
