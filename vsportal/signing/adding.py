"""Addenda: dated corrections beside a plan that is signed off. The plan itself stays as it was."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from vsportal import audit, wording
from vsportal.audit import By
from vsportal.editions.asking import question_applies, with_derived
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.models import Addendum, PepState
from vsportal.peps.loading import Plan, Sheet, sheets_of
from vsportal.signing.shape import Added
from vsportal.wording import fill, spoken

WHOLE = "The whole section"


@dataclass(frozen=True)
class Shown:
    """An addendum as a page shows it to somebody who may read it."""

    ref: str
    section_id: str
    field_id: str
    section: str
    question: str
    words: str
    signed: str
    at: datetime


def add_addendum(plan: Plan, section_id: str, field_id: str, words: str, tie: str) -> Addendum:
    """Add a correction; OperationError when the plan is open or the question is not this person’s to read."""
    if plan.pep.state != PepState.SIGNED_OFF:
        raise OperationError("The plan is not signed off. Change the answer itself.")
    if (section_id, field_id) not in {(s, f) for s, f, *_ in about_what(plan)}:
        raise OperationError("Select the section or question it is about")
    if not words.strip():
        raise OperationError("Enter what is right, or what is added")
    actor = plan.seen.actor
    row = Addendum(
        pep_id=plan.pep.id,
        section_id=section_id,
        field_id=field_id,
        words=words.strip(),
        author_id=actor.user_id,
        role=tie,
        signed=wording.signed(actor.name, tie),
    )
    db.session.add(row)
    db.session.flush()
    label = next((a.title for a in plan.sections if a.id == section_id), section_id)
    audit.record(
        db.session,
        By(actor.user_id, tie, plan.pep.authority_id),
        "pep:addendum:added",
        row,
        child_id=plan.child.id,
        authority_id=plan.pep.authority_id,
        changes=[
            {"field": field_id or section_id, "label": label, "kind": "long_text", "old": None, "new": words}
        ],
    )
    return row


def about_what(plan: Plan) -> list[tuple[str, str, str, str]]:
    """What this person can add to: section, question, and both in words. One statement.

    A question that was asked and that they may read; a section as a whole only when they read all of it,
    as whoever reads that addendum does.
    """
    names = spoken(plan.child.called, plan.child.pronouns)
    found = []
    for sheet in sheets_of(plan, [a.id for a in plan.sections]):
        if _reads_all(sheet):
            found.append((sheet.row.section_id, "", sheet.asked.title, WHOLE))
        whole = with_derived(sheet.asked, sheet.row.answers)
        found += [
            (sheet.row.section_id, f.id, sheet.asked.title, fill(f.label, names))
            for f in sheet.asked.fields
            if f.id in sheet.sight.readable and f.kind != "note" and question_applies(f, sheet.asked, whole)
        ]
    return found


def addenda_of(plan: Plan, only: Sheet | None = None) -> list[Shown]:
    """The addenda this person may read, oldest first; of one section’s page those of that section.

    None and no statement while the plan is open; else one, and one more for the sections when there are any.
    """
    if plan.pep.state != PepState.SIGNED_OFF:
        return []
    rows = _rows(plan.pep.id)
    if only is not None:
        rows = [row for row in rows if row.section_id == only.row.section_id]
    if not rows:
        return []
    sheets = [only] if only else sheets_of(plan, {row.section_id for row in rows})
    by_id = {sheet.row.section_id: sheet for sheet in sheets}
    names = spoken(plan.child.called, plan.child.pronouns)
    found = []
    for row in rows:
        sheet = by_id.get(row.section_id)
        if sheet is None or not may_read(row, sheet.sight.readable, whole=_reads_all(sheet)):
            continue
        field = sheet.asked.by_id.get(row.field_id)
        question = fill(field.label, names) if field else WHOLE
        found.append(
            Shown(
                row.ref, row.section_id, row.field_id, sheet.asked.title, question, row.words, row.signed,
                row.created_at,
            )
        )  # fmt: skip
    return found


def printed_of(pep_id: int, mine: Mapping[str, Any]) -> list[Added]:
    """The addenda that go with a redacted document: those at questions that are in it. One statement."""
    readable = {s["id"]: {q["id"] for q in s["questions"]} for s in mine["sections"]}
    whole = {s["id"] for s in mine["sections"] if s["whole"]}
    return [
        Added(row.section_id, row.field_id, row.signed, row.created_at, row.words)
        for row in _rows(pep_id)
        if may_read(row, readable.get(row.section_id, ()), whole=row.section_id in whole)
    ]


def may_read(row: Addendum, readable: Collection[str], *, whole: bool) -> bool:
    """Whether somebody who reads these questions of the section reads what was added to it."""
    return row.field_id in readable if row.field_id else whole


def _reads_all(sheet: Sheet) -> bool:
    return {f.id for f in sheet.asked.fields if f.kind != "note"} <= sheet.sight.readable


def _rows(pep_id: int) -> Sequence[Addendum]:
    query = select(Addendum).where(Addendum.pep_id == pep_id).order_by(Addendum.created_at, Addendum.id)
    return db.session.scalars(query).all()
