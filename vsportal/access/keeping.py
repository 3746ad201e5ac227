"""Words that somebody was typing when their access was ended by hand: kept for the worker alone.

The open page saves once more, and is refused. Whoever sent it is known by the session that was ended, or by
a new sign-in; the form's token has been checked by then. The answer says that access has ended and no more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import redirect, request, session, url_for
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from vsportal import audit, clock
from vsportal.access.operations import ENDED
from vsportal.accounts.queries import signed_out_since
from vsportal.audit import By
from vsportal.dated import hold_still
from vsportal.editions import answers
from vsportal.editions.kinds import kind_of
from vsportal.editions.schema import Leaf
from vsportal.extensions import db
from vsportal.fragments import go_to, wants_fragment
from vsportal.models import AccessCut, AuditEvent, Child, Comment, KeptWords, Pep, PepSection
from vsportal.peps.loading import Plan, Sheet, sheet_of
from vsportal.policy import Actor, Seen, Tie
from vsportal.wording import AuthorityWords

SAVES = frozenset({"peps.draft", "peps.save_section"})
"""Endpoints to which a page of a section sends what was typed."""
AFTERWARDS = timedelta(hours=24)
"""For how long after the cut an open page's words are still kept."""
MOST_KEPT = 50
"""Answers of one person in one section."""
MOST_TEXT = 20_000
"""Characters of one answer; no answer that the form takes is longer."""


@dataclass(frozen=True)
class Cut:
    """A cut, and what it was cut from: how that person saw the child until then."""

    row: AccessCut
    pep: Pep
    child: Child
    ties: frozenset[Tie]
    household_id: int | None
    sections: frozenset[str]


def instead_of_refusing() -> AnyResponse | None:
    """What a page is answered whose writer's access was ended by hand; None for every other request.

    Asked by `http.py` when a request that writes is refused; what was sent has its token.
    """
    arguments = request.view_args or {}
    if request.endpoint not in SAVES:
        return None
    user_id, token = _who(), session.get("_user_id", "")
    since = clock.now() - AFTERWARDS
    if user_id is None:
        found = signed_out_since(str(token), since)
        if found is None:
            return None
        user_id, until = found
    else:
        until = clock.now()
    cut = _cut_of(user_id, arguments.get("ref", ""))
    if cut is None or not since <= cut.row.created_at <= until:
        return None
    keep_words(cut, arguments.get("section_id", ""), request.form)
    here = url_for("access.ended")
    return go_to(here) if wants_fragment() else redirect(here, 303)


def _who() -> int | None:
    """Who has signed in again, if anybody."""
    return current_user.actor.user_id if current_user.is_authenticated else None


def _cut_of(user_id: int, pep_ref: str) -> Cut | None:
    """The open cut between this person and this plan's child, with the ties it ended: one statement."""
    found = db.session.execute(
        select(AccessCut, Pep, Child, AuditEvent.changes)
        .join(Child, Child.id == AccessCut.child_id)
        .join(Pep, Pep.child_id == AccessCut.child_id)
        .join(
            AuditEvent,
            (AuditEvent.tag == ENDED)
            & (AuditEvent.child_id == AccessCut.child_id)
            & (AuditEvent.subject_id == AccessCut.id),
        )
        .where(Pep.ref == pep_ref, AccessCut.user_id == user_id, AccessCut.lifted_at.is_(None))
    ).first()
    if found is None:
        return None
    had = {line["field"]: line["old"] for line in found.changes}
    return Cut(
        found[0],
        found[1],
        found[2],
        frozenset(Tie(tie) for tie in had.get("ties") or ()),
        had.get("household"),
        frozenset(had.get("sections") or ()),
    )


def keep_words(cut: Cut, section_id: str, posted: Mapping[str, Any]) -> int:
    """Keep what they typed in a section, of the answers that were theirs to give; says how many.

    Each answer is kept once, as it was last sent. What stands in the plan already is passed over.
    """
    sheet = _sheet_before(cut, section_id)
    if sheet is None:
        return 0
    said = _said_before(sheet, cut.row.user_id)
    typed = answers.read_posted(sheet.asked, posted)
    new = {key: text for key, value in typed.items() if (text := _new_words(sheet, key, value, said))}
    if not new:
        return 0
    hold_still(sheet.row)
    kept = {
        words.field_key: words
        for words in db.session.scalars(
            select(KeptWords).where(
                KeptWords.pep_section_id == sheet.row.id, KeptWords.user_id == cut.row.user_id
            )
        )
    }
    room = MOST_KEPT - len(kept)
    fresh = [key for key in new if key not in kept]
    for key in fresh[room:]:
        del new[key]
    for key, text in new.items():
        _keep(kept.get(key), sheet.row, cut.row.user_id, key, text)
    tie = next((t for t in sheet.seen.in_order), Tie.CARER)
    audit.record(
        db.session,
        By(cut.row.user_id, tie, cut.pep.authority_id),
        "child:words:kept",
        sheet.row,
        child_id=cut.child.id,
        changes=[{"field": "answers", "label": "Answers", "kind": "number", "old": None, "new": len(new)}],
    )
    return len(new)


def _keep(kept: KeptWords | None, row: PepSection, user_id: int, key: str, text: str) -> None:
    """One answer, new or over what the same person sent before."""
    if kept is None:
        kept = KeptWords(pep_section_id=row.id, user_id=user_id, field_key=key)
        db.session.add(kept)
    kept.text, kept.changed_at, kept.read_at, kept.read_by_id = text, clock.now(), None, None


def _sheet_before(cut: Cut, section_id: str) -> Sheet | None:
    """The section as this person could write in it until their access was ended."""
    actor = Actor(cut.row.user_id, "", clock.today())
    seen = Seen(actor, cut.ties, cut.household_id, cut.sections)
    return sheet_of(Plan(cut.pep, cut.child, seen, AuthorityWords()), section_id)


def _said_before(sheet: Sheet, user_id: int) -> Mapping[str, str]:
    """This person's own comments in the section, by question."""
    rows = db.session.execute(
        select(Comment.field_id, Comment.text).where(
            Comment.pep_section_id == sheet.row.id, Comment.author_id == user_id
        )
    )
    return dict(rows.all())


def _new_words(sheet: Sheet, key: str, value: Any, said: Mapping[str, str]) -> str:
    """What was typed for one leaf, in words, if it was theirs to write and is not in the plan already."""
    leaf = sheet.asked.leaf(key)
    if leaf is None or leaf.is_row or leaf.about or value in (sheet.row.answers.get(key), said.get(key)):
        return ""
    return in_words(leaf, value) if _was_theirs(sheet, leaf) else ""


def _was_theirs(sheet: Sheet, leaf: Leaf) -> bool:
    """Whether this person could write this leaf, as answer or as comment."""
    sight = sheet.sight
    if leaf.column is not None and f"{leaf.field.id}.{leaf.column.id}" in sight.hidden_columns:
        return False
    return leaf.field.id in sight.writable | sight.commentable


def in_words(leaf: Leaf, value: Any) -> str:
    """An answer as it is read, cut at the most that is kept."""
    return kind_of(leaf.spec).show(leaf.spec, value).strip()[:MOST_TEXT]


def label_of(leaf: Leaf | None, key: str) -> str:
    """What a kept answer is an answer to, for the worker who reads it."""
    if leaf is None:
        return key
    words: Sequence[str] = [leaf.field.label, leaf.column.label if leaf.column else ""]
    return ": ".join(w for w in words if w)
