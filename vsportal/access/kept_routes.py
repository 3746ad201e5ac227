"""Words kept when somebody's access was ended while they were typing: for the social worker to read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from vsportal import audit, clock, editions, policy
from vsportal.access import blueprint, queries
from vsportal.access.about import About, about_child, show
from vsportal.access.keeping import label_of
from vsportal.access.page import AccessPage
from vsportal.extensions import db
from vsportal.guards import requires
from vsportal.models import Pep, PepSection
from vsportal.peps.loading import Plan, subject_of
from vsportal.policy import Can
from vsportal.wording import AuthorityWords, fill, spoken


@dataclass(frozen=True)
class Kept:
    """What one person was typing in one section."""

    name: str
    section: str
    url: str
    at: datetime
    is_read: bool
    answers: Sequence[tuple[str, str]]
    """Question and text, of those that the reader may read."""
    hidden: int
    """How many more there are that are not for this reader."""


@blueprint.get("/children/<ref>/kept-words")
@requires(Can.READ_KEPT_WORDS)
def kept_words(ref: str) -> AnyResponse | str:
    """What people were typing when their access ended."""
    about = about_child(ref, Can.READ_KEPT_WORDS)
    found = _kept(about, queries.kept_words(about.child.id))
    return render_template(
        "access/kept_words.html",
        page=AccessPage(about.child, about.seen),
        identity=show(about, "kept_words"),
        new=[k for k in found if not k.is_read],
        old=[k for k in found if k.is_read],
    )


@blueprint.post("/children/<ref>/kept-words")
@requires(Can.READ_KEPT_WORDS)
def read_kept_words(ref: str) -> AnyResponse:
    """“I have read this”: of everything that is new."""
    about = about_child(ref, Can.READ_KEPT_WORDS)
    new = [words for words, *_ in queries.kept_words(about.child.id) if words.read_at is None]
    for words in new:
        words.read_at, words.read_by_id = clock.now(), about.seen.actor.user_id
    if new:
        audit.record(
            db.session,
            about.by,
            "child:words:marked_read",
            new[0],
            child_id=about.child.id,
            authority_id=about.child.authority_id,
        )
        flash("Marked as read. The words stay here.", "success")
    return redirect(url_for("access.kept_words", ref=ref), 303)


def _kept(about: About, rows: Sequence[Any]) -> list[Kept]:
    """The words by writer, section and whether they were read, in the order of the rows."""
    found = []
    for _, group in groupby(rows, key=lambda r: (r[0].read_at is not None, r[0].user_id, r[1].id)):
        found.append(_one(about, list(group)))
    return found


def _one(about: About, rows: Sequence[Any]) -> Kept:
    """One person's words in one section: what the reader may read of them, question by question."""
    _, row, pep, name = rows[0]
    asked, readable = _readable(about, pep, row)
    names = spoken(about.child.called, about.child.pronouns)
    told = []
    for words, *_ in rows:
        leaf = asked.leaf(words.field_key) if asked else None
        if leaf is not None and leaf.field.id in readable:
            told.append((fill(label_of(leaf, words.field_key), names), words.text))
    return Kept(
        name,
        asked.title if asked else row.section_id,
        url_for("peps.section", ref=pep.ref, section_id=row.section_id),
        max(words.changed_at for words, *_ in rows),
        rows[0][0].read_at is not None,
        told,
        len(rows) - len(told),
    )


def _readable(about: About, pep: Pep, row: PepSection) -> tuple[Any, frozenset[str]]:
    """The section as its plan asks it, and the questions that this person reads."""
    plan = Plan(pep, about.child, about.seen, AuthorityWords())
    asked = editions.asked(pep.edition, row.section_id, plan.choice)
    if asked is None:
        return None, frozenset()
    sight = policy.sight(about.seen, asked, subject_of(pep, row, None, asked), row.readers)
    return asked, sight.readable
