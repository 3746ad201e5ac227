"""A whole plan as plain data: every question, answer, comment, name and rating as it reads that day.

The one thing a signed-off plan is kept as and every PDF is made of. It holds everything, whoever asks for
it; `redacting.redact` leaves one person what they may read. As many statements for a full plan as for an
empty one.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from typing import Any

from sqlalchemy import select

from vsportal import clock, editions, filters, names, wording
from vsportal.children.facts import facts_of
from vsportal.children.queries import Around, Places, surroundings_of_one
from vsportal.editions import lock
from vsportal.editions.reading import Value
from vsportal.extensions import db
from vsportal.models import Comment, Pep, PepPart, PepSection, Target, User, Wish
from vsportal.peps.knowing import SDQ, sdq_words
from vsportal.peps.loading import Plan
from vsportal.peps.projection import previous_targets
from vsportal.policy import Tie
from vsportal.signing.beside import requests_of, reviews_of
from vsportal.signing.questions import Data, Given, questions_of
from vsportal.wording import Spoken, spoken

FORMAT = 1
"""Counted up when the shape changes; what is kept in an older shape is still read."""


def document_of(plan: Plan) -> Data:
    """The whole plan as it stands now, whoever `plan` was loaded for."""
    with names.plainly():  # a screen may hide names; what is kept does not
        return _document(plan)


def canonical(document: Mapping[str, Any]) -> str:
    """The document as text, the same for the same document: sorted keys, NFC, no needless space."""
    text = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return unicodedata.normalize("NFC", text)


def checksum(content: str) -> str:
    """SHA-256 of a kept document, as UTF-8."""
    return sha256(content.encode()).hexdigest()


@cache
def edition_checksum(name: str) -> str:
    """One SHA-256 for all files of an edition, as they are on this machine."""
    files = lock.hashes(editions.FOLDER, name)
    return sha256(
        "\n".join(f"{path} {digest}" for path, digest in sorted(files.items())).encode()
    ).hexdigest()


def _document(plan: Plan) -> Data:
    around, places = surroundings_of_one(plan.child.id, clock.today())
    called = spoken(plan.child.called, plan.child.pronouns)
    rows = _rows(plan.pep)
    sections = _sections(plan, rows, called, around)
    return {
        "format": FORMAT,
        "made_at": _iso(clock.now()),
        "plan": _plan(plan.pep),
        "authority": plan.authority.name,
        "child": _child(plan, called),
        "people": [{"role": p.role, "name": p.name, "words": p.words, "place": p.place} for p in around],
        "places": _places(places),
        "signed": _signed(plan.pep),
        "parts": _parts(plan.pep),
        "sections": sections,
        "targets": _targets(plan.pep),
        "wishes": _wishes(plan.pep),
        "requests": requests_of(plan.pep),
        "reviews": reviews_of(plan.pep),
    }


def _plan(pep: Pep) -> Data:
    return {
        "ref": pep.ref,
        "term": pep.term_key,
        "term_words": filters.term(pep.term_key),
        "occasion": wording.OCCASIONS[pep.occasion],
        "phase": pep.phase,
        "nc_year": pep.nc_year,
        "year_words": wording.year_words(pep.nc_year) if pep.nc_year is not None else "",
        "stage": pep.stage,
        "state": pep.state,
        "edition": pep.edition,
        "edition_sha256": edition_checksum(pep.edition),
        "opened_on": _iso(pep.opened_on),
        "due_on": _iso(pep.due_on),
        "meeting_on": _iso(pep.meeting_on),
        "meeting_words": pep.meeting_words,
    }


def _child(plan: Plan, called: Spoken) -> Data:
    child = plan.child
    return {
        "called": called.child,
        "called_s": called.childs,
        "name": child.full_name,
        "legal_name": child.legal_name,
        "date_of_birth": _iso(child.date_of_birth),
        "pronouns": child.pronouns,
    }


def _places(places: Places) -> Data:
    return {
        "schools": [{"name": name, "year": wording.year_words(year)} for name, year in places.schools],
        "home_kind": places.home_kind,
        "home": places.home,
    }


# Sections ---------------------------------------------------------------------------------------------------


def _rows(pep: Pep) -> dict[str, PepSection]:
    """The plan's sections with their answers, all of them: one statement."""
    found = db.session.scalars(
        select(PepSection)
        .where(PepSection.pep_id == pep.id)
        .order_by(PepSection.position)
        .execution_options(populate_existing=True)
    )
    return {row.section_id: row for row in found}


def _sections(
    plan: Plan, rows: Mapping[str, PepSection], called: Spoken, around: Sequence[Around]
) -> list[Data]:
    said = _said([row.id for row in rows.values()], called)
    facts: dict[str, Value] = dict(facts_of(plan.child, clock.today(), around))
    details = rows.get("my_details")
    facts[SDQ] = sdq_words(details.answers) if details else None
    before = previous_targets(plan.pep)
    people = _names_of(row.completed_by_id for row in rows.values())
    found = []
    for asked in plan.sections:
        row = rows.get(asked.id)
        if row is None:
            continue
        recorded = {f.id: before for f in asked.fields if getattr(f, "rows_from", "") == "previous_targets"}
        given = Given(
            asked, called, row.answers, facts, recorded, row.readers, said.get(row.id, {})
        )  # facts of the day, as the page shows them
        found.append(
            {
                "id": asked.id,
                "title": asked.title,
                "heading": wording.fill(asked.heading, called),
                "owner": row.owner,
                "asked_of": asked.owner,
                "owner_words": wording.role_words(row.owner),
                "part": row.part,
                "status": row.status,
                "household_id": row.household_id,
                "completed_at": _iso(row.completed_at),
                "completed_by": people.get(row.completed_by_id or 0, ""),
                "questions": questions_of(given),
            }
        )
    return found


def _said(sections: Sequence[int], called: Spoken) -> Mapping[int, Mapping[str, list[Data]]]:
    """Comments by section and question, the child's first, each signed as it was: one statement."""
    rows = db.session.execute(
        select(Comment, User.name)
        .join(User, User.id == Comment.author_id)
        .where(Comment.pep_section_id.in_(sections))
        .order_by(Comment.created_at, Comment.id)
    ).all()
    found: dict[int, dict[str, list[Data]]] = {}
    for comment, name in sorted(rows, key=lambda row: row[0].role != Tie.YOUNG_PERSON):
        child = comment.role == Tie.YOUNG_PERSON
        one = {
            "by": called.child if child else name,
            "signed": "" if child else comment.signed,
            "child": child,
            "text": comment.text,
            "at": _iso(comment.changed_at),
        }
        found.setdefault(comment.pep_section_id, {}).setdefault(comment.field_id, []).append(one)
    return found


def _signed(pep: Pep) -> Data | None:
    """By whom it was signed off, when, and without which part; None while it is open."""
    if pep.signed_off_at is None:
        return None
    return {
        "at": _iso(pep.signed_off_at),
        "by": _names_of([pep.signed_off_by_id]).get(pep.signed_off_by_id or 0, ""),
        "without": wording.PARTS.get(pep.signed_off_without, ""),
        "reason": pep.signed_off_reason,
    }


# Beside the sections ----------------------------------------------------------------------------------------


def _parts(pep: Pep) -> list[Data]:
    rows = db.session.scalars(
        select(PepPart)
        .where(PepPart.pep_id == pep.id)
        .order_by(PepPart.part.desc())
        .execution_options(populate_existing=True)
    ).all()
    people = _names_of(row.submitted_by_id for row in rows)
    return [
        {
            "part": row.part,
            "words": wording.PARTS[row.part],
            "state": row.state,
            "state_words": wording.PART_STATES[row.state][1],
            "submitted_at": _iso(row.submitted_at),
            "submitted_by": people.get(row.submitted_by_id or 0, ""),
        }
        for row in rows
    ]


def _targets(pep: Pep) -> list[Data]:
    """The targets’ references by their cards, so that a request and next term’s review can be found."""
    rows = db.session.execute(
        select(Target.row, Target.ref).where(Target.pep_id == pep.id, Target.removed.is_(False))
    )
    return [{"row": row, "ref": ref} for row, ref in sorted(tuple(r) for r in rows)]


def _wishes(pep: Pep) -> list[Data]:
    """What the child asked for and what was answered so far; the words stand at the question."""
    rows = db.session.scalars(select(Wish).where(Wish.pep_id == pep.id).order_by(Wish.id)).all()
    people = _names_of(one for row in rows for one in (row.owed_by_id, row.answered_by_id))
    return [
        {
            "section": "my_views",
            "question": row.field_id,
            "asked_on": _iso(row.asked_on),
            "owed_by": people.get(row.owed_by_id or 0, ""),
            "answer": row.answer,
            "answered_at": _iso(row.answered_at),
            "answered_by": people.get(row.answered_by_id or 0, ""),
        }
        for row in rows
    ]


def _names_of(ids: Iterable[int | None]) -> Mapping[int, str]:
    """The names of accounts by number: one statement, none for nobody."""
    wanted = {one for one in ids if one is not None}
    if not wanted:
        return {}
    rows = db.session.execute(select(User.id, User.name).where(User.id.in_(wanted)))
    return {row.id: row.name for row in rows}


def _iso(when: date | datetime | None) -> str | None:
    """A day or a moment as it is kept."""
    return when.isoformat() if when is not None else None
