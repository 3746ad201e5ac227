"""What becomes of a home's section in a plan when the child moves.

A home that completed it has said its say: it stands, and the next home adds comments. What a home had
begun and not completed is kept for the social worker to read (as the words of somebody whose access
ended), and the section is empty for the next home, which never reads over the last one's shoulder.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import select

from vsportal import audit, clock, editions
from vsportal.audit import By
from vsportal.editions.answers import progress
from vsportal.editions.kinds import kind_of
from vsportal.editions.schema import Asked, Occasion, Phase, Season, Stage
from vsportal.extensions import db
from vsportal.models import Child, KeptWords, Pep, PepSection, PepState, SectionState
from vsportal.workflow import Act, apply

OWNER = "carer"
MOST_TEXT = 20_000


def hand_on(by: By, child: Child, household_id: int) -> int:
    """Make room in the child's open plans for the next home; says how many sections changed hands."""
    rows = db.session.execute(
        select(PepSection, Pep)
        .join(Pep, Pep.id == PepSection.pep_id)
        .where(
            Pep.child_id == child.id,
            Pep.state.in_((PepState.OPEN, PepState.MEETING_HELD)),
            PepSection.owner == OWNER,
            PepSection.household_id == household_id,
            PepSection.status != SectionState.COMPLETE,
        )
        .with_for_update(of=PepSection)
    ).all()
    for row, pep in rows:
        _hand_on(by, child, row, pep)
    return len(rows)


def _hand_on(by: By, child: Child, row: PepSection, pep: Pep) -> None:
    """One section: its words kept for the worker, then empty."""
    choice = editions.Choice(
        cast(Phase, pep.phase),
        cast(Season, pep.term_key.rpartition("-")[2]),
        cast(Occasion, pep.occasion),
        pep.nc_year,
        cast(Stage, pep.stage),
    )
    asked = editions.asked(pep.edition, row.section_id, choice)
    if asked is not None:
        _keep_words(row, asked)
        row.answered, row.asked = progress(asked, {})
    row.answers, row.authors, row.written_by, row.readers, row.carried = {}, {}, {}, {}, {}
    row.household_id, row.changed_at, row.changed_by_id, row.looked_at = None, None, None, None
    row.last_key = ""
    row.version += 1
    if row.status == SectionState.IN_PROGRESS:
        apply(db.session, row, Act.HAND_ON)
    db.session.flush()
    audit.record(
        db.session, by, "pep:section:handed_on", row, child_id=child.id, authority_id=child.authority_id
    )


def _keep_words(row: PepSection, asked: Asked) -> None:
    """Each answer that somebody gave here, in words, by who gave it; what was only carried is not new."""
    authors: Mapping[str, Any] = row.authors
    kept = {
        (words.user_id, words.field_key): words
        for words in db.session.scalars(select(KeptWords).where(KeptWords.pep_section_id == row.id))
    }
    for key, value in row.answers.items():
        leaf, author = asked.leaf(key), authors.get(key)
        if leaf is None or leaf.is_row or leaf.about or not author or author[0] is None:
            continue
        text = kind_of(leaf.spec).show(leaf.spec, value).strip()[:MOST_TEXT]
        if not text:
            continue
        words = kept.get((author[0], key))
        if words is None:
            words = KeptWords(pep_section_id=row.id, user_id=author[0], field_key=key)
            db.session.add(words)
        words.text, words.changed_at, words.read_at, words.read_by_id = text, clock.now(), None, None
