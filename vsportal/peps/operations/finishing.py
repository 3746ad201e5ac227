"""Finishing: a section is completed or reopened, a part is sent. Signing off is in `signing/keeping.py`."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from vsportal import audit, clock
from vsportal.audit import By
from vsportal.editions import answers
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.filters import capital
from vsportal.models import PartState, PepPart, PepSection, PepState, SectionState
from vsportal.peps import projection, wishes
from vsportal.peps.knowing import about, facts_for
from vsportal.peps.loading import Plan, Sheet
from vsportal.peps.operations.saving import by_of, change, said_in
from vsportal.wording import PARTS
from vsportal.workflow import Act, apply

UNCHANGED = "unchanged~"
"""In the event of completing: what was carried was checked, nothing else had changed. No leaf is named so."""
WITH_THE_VIRTUAL_SCHOOL = (PartState.SUBMITTED, PartState.REVIEWED)


def what_is_missing(sheet: Sheet) -> Mapping[str, str]:
    """What stands between a section and its completion: leaf → sentence, in page order."""
    texts = [v for v in sheet.row.answers.values() if isinstance(v, str)]
    return answers.still_missing(
        sheet.asked,
        sheet.row.answers,
        about(sheet, texts=texts, facts=facts_for(sheet)),
        projection.rows_from_record(sheet),
        said_in(sheet),
    )


def complete_section(sheet: Sheet, tie: str = "") -> Mapping[str, str]:
    """Complete a section, unless something is missing: then what (leaf → sentence) and nothing is done."""
    missing = what_is_missing(sheet)
    if not missing:
        close_section(sheet, tie)
    return missing


def close_section(sheet: Sheet, tie: str = "", *, unchanged: bool = False) -> None:
    """Complete a section in which nothing is missing.

    What was carried forward and not looked at one by one is checked by it; the event names each.
    `unchanged`: by the press that says that nothing else has changed, which the event says too.
    """
    row, by = sheet.row, by_of(sheet, tie)
    checked = [change(sheet, key, row.answers.get(key), row.answers.get(key)) for key in row.carried]
    if unchanged:
        checked.append({"field": UNCHANGED, "label": "Nothing else", "kind": "", "old": None, "new": True})
    apply(db.session, row, Act.COMPLETE)
    row.completed_by_id = by.user_id
    if row.carried:
        row.carried = {}
    _record(sheet, by, "pep:section:completed", row, checked)
    if row.section_id == "meeting":
        _hold_meeting(sheet, by)
    elif row.section_id == wishes.SAID_IN:
        wishes.note_wishes(sheet, by)


def _hold_meeting(sheet: Sheet, by: By) -> None:
    """A completed record of a meeting that has been: the plan moves on."""
    held = sheet.pep.meeting_on is not None and sheet.pep.meeting_on <= clock.today()
    if held and sheet.pep.state == PepState.OPEN:
        apply(db.session, sheet.pep, Act.HOLD_MEETING)
        _record(sheet, by, "pep:meeting:held", sheet.pep)


def reopen_section(sheet: Sheet, tie: str = "") -> None:
    """Open a completed section again, to change an answer."""
    apply(db.session, sheet.row, Act.REOPEN)
    _record(sheet, by_of(sheet, tie), "pep:section:reopened", sheet.row)


def submit_part(plan: Plan, part_name: str, tie: str) -> PepPart:
    """Send a part to the Virtual School.

    OperationError while one of its sections is not complete, and when it has been sent.
    """
    part = db.session.scalars(
        select(PepPart)
        .where(PepPart.pep_id == plan.pep.id, PepPart.part == part_name)
        .execution_options(populate_existing=True)
    ).one()
    if part.state in WITH_THE_VIRTUAL_SCHOOL:
        raise OperationError(f"{capital(PARTS[part_name])} is with the Virtual School already.")
    titles = {a.id: a.title for a in plan.sections}
    unfinished = db.session.scalars(
        select(PepSection.section_id)
        .where(
            PepSection.pep_id == plan.pep.id,
            PepSection.part == part_name,
            PepSection.status != SectionState.COMPLETE,
        )
        .order_by(PepSection.position)
    ).all()
    if unfinished:
        names = ", ".join(f"“{titles.get(s, s)}”" for s in unfinished)
        raise OperationError(f"Complete {names} first.")
    apply(db.session, part, Act.SUBMIT)
    part.submitted_at = clock.now()
    part.submitted_by_id = plan.seen.actor.user_id
    _record(plan, By(plan.seen.actor.user_id, tie, plan.pep.authority_id), "pep:part:submitted", part)
    return part


def _record(plan: Plan, by: By, tag: str, subject: object, changes: Sequence[dict[str, Any]] = ()) -> None:
    audit.record(
        db.session,
        by,
        tag,
        subject,
        child_id=plan.child.id,
        authority_id=plan.pep.authority_id,
        changes=changes,
    )
