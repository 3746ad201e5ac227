"""What other parts of the portal read of a plan, kept in columns in the same transaction as the answers.

Targets, the meeting's date, and the attendance target that low attendance drafts. The questions
they come from are named here once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select, update

from vsportal import audit, clock, settled
from vsportal.audit import By
from vsportal.database import read_columns
from vsportal.editions import answers
from vsportal.editions.reading import Value
from vsportal.extensions import db
from vsportal.messages import card_changed, card_questions
from vsportal.models import Pep, PepSection, PepState, SectionState, Target
from vsportal.peps.loading import Sheet
from vsportal.workflow import Act, apply

TARGETS, PREVIOUS = "targets", "previous"
MEETING_DATE, MEETING_PLACE = "date", ("time", "venue")
BELOW_95 = "below_95"
DRAFTED_ROW = "attendance"
"""The id of the card that low attendance drafts: fixed, so that it is drafted once, removed or not."""


def project(sheet: Sheet, kept: Mapping[str, Value], by: By) -> None:
    """Bring the columns up to date with the answers just kept in this section."""
    section = sheet.row.section_id
    if section == "targets":
        _targets(sheet, kept)
        _reviews(sheet, kept)
    elif section == "meeting" and kept.keys() & {MEETING_DATE, *MEETING_PLACE}:
        _meeting(sheet, by)
    elif section == "attendance":
        _draft_attendance_target(sheet, by)
    elif section == card_questions.SECTION and card_questions.is_on_the_card(kept):
        card_changed.tell_school(sheet.child.id, by)


# Targets ------------------------------------------------------------------------------------------------


def previous_targets(pep: Pep) -> Sequence[tuple[str, str]]:
    """The targets of the plan before this one, to be reviewed first: (ref, outcome). One statement."""
    values = {"child": pep.child_id, "opened": pep.opened_on}
    found = read_columns(_previous_query(), values)
    return [(ref, outcome) for ref, outcome in found]


@cache
def _previous_query() -> Select[*tuple[Any, ...]]:
    """The same as a select, built once: of the child `child`, before the day `opened`."""
    before = (
        select(Pep.id)
        .where(
            Pep.child_id == bindparam("child"),
            Pep.opened_on < bindparam("opened"),
            Pep.state != PepState.CANCELLED,
        )
        .order_by(Pep.opened_on.desc())
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(Target.ref, Target.outcome)
        .where(Target.pep_id == before, Target.removed.is_(False), Target.outcome != "")
        .order_by(Target.row)
    )


def rows_from_record(sheet: Sheet) -> Mapping[str, Sequence[tuple[str, str]]]:
    """Rows of this section that come from a record, by question; nothing is read when it has none."""
    asking = [f.id for f in sheet.asked.fields if getattr(f, "rows_from", "") == "previous_targets"]
    if not asking:
        return {}
    rows = previous_targets(sheet.pep)
    return dict.fromkeys(asking, rows)


def _targets(sheet: Sheet, kept: Mapping[str, Value]) -> None:
    """A row in the table of targets for each card that was saved."""
    touched = {key.split(".")[1] for key in kept if key.startswith(f"{TARGETS}.")}
    if not touched:
        return
    known = {
        t.row: t
        for t in db.session.scalars(
            select(Target).where(Target.pep_id == sheet.pep.id, Target.row.in_(touched))
        )
    }
    for row in sorted(touched):
        target = known.get(row)
        if target is None:
            target = Target(pep_id=sheet.pep.id, child_id=sheet.child.id, row=row)
            db.session.add(target)
        _fill(target, sheet.row.answers)


def _fill(target: Target, kept: Mapping[str, Value]) -> None:
    """The columns of one target from its card."""

    def cell(name: str) -> Value:
        return kept.get(f"{TARGETS}.{target.row}.{name}")

    for name in ("outcome", "area", "who", "measure", "funding"):
        value = cell(name)
        setattr(target, name, value if isinstance(value, str) else "")
    target.by_when = _date(cell("by_when"))
    amount = cell("pp_amount")
    target.amount_pence = amount if isinstance(amount, int) and target.funding == "pp_plus" else None
    target.removed = kept.get(f"{TARGETS}.{target.row}") is False


def _reviews(sheet: Sheet, kept: Mapping[str, Value]) -> None:
    """How last term's targets went, onto the targets themselves."""
    results = {
        k.split(".")[1]: v for k, v in kept.items() if k.startswith(f"{PREVIOUS}.") and k.endswith(".result")
    }
    for ref, result in results.items():
        db.session.execute(
            update(Target)
            .where(Target.ref == ref, Target.child_id == sheet.child.id)
            .values(review=result if isinstance(result, str) else "", reviewed_in_id=sheet.pep.id)
        )


# The meeting --------------------------------------------------------------------------------------------


def _meeting(sheet: Sheet, by: By) -> None:
    """The meeting's date and place; a new date moves what is due around it."""
    kept, pep = sheet.row.answers, sheet.pep
    pep.meeting_words = ", ".join(str(kept[k]) for k in MEETING_PLACE if isinstance(kept.get(k), str))
    meeting_on = _date(kept.get(MEETING_DATE))
    if meeting_on == pep.meeting_on or meeting_on is None:
        return
    changes = [
        {
            "field": "meeting_on",
            "label": "Meeting date",
            "kind": "date",
            "old": pep.meeting_on.isoformat() if pep.meeting_on else None,
            "new": meeting_on.isoformat(),
        }
    ]
    pep.meeting_on = meeting_on
    move_due_dates(pep, {a.id: a.due for a in sheet.sections})
    audit.record(
        db.session,
        by,
        "pep:meeting:planned",
        pep,
        child_id=pep.child_id,
        authority_id=pep.authority_id,
        changes=changes,
    )


def move_due_dates(pep: Pep, due: Mapping[str, str]) -> None:
    """Set each section's due date anew; `due`: section → before_meeting, meeting or after_meeting."""
    rules = settled.due_rules(pep.authority_id, pep.opened_on)
    dates = {
        when: settled.section_due(when, rules=rules, meeting_on=pep.meeting_on, deadline_on=pep.due_on)
        for when in set(due.values())
    }
    for row in db.session.scalars(select(PepSection).where(PepSection.pep_id == pep.id)):
        row.due_on = dates[due.get(row.section_id, "after_meeting")]


# Attendance below 95 % drafts a target ------------------------------------------------------------------


def _draft_attendance_target(sheet: Sheet, by: By) -> None:
    """Draft an attendance target in the section *My targets*, once, unless there is one."""
    whole = answers.with_derived(sheet.asked, sheet.row.answers)
    if whole.get(BELOW_95) != "yes":
        return
    row = db.session.scalars(
        select(PepSection).where(PepSection.pep_id == sheet.pep.id, PepSection.section_id == "targets")
    ).first()
    if row is None or row.status == SectionState.COMPLETE or f"{TARGETS}.{DRAFTED_ROW}" in row.answers:
        return
    if any(
        k.startswith(f"{TARGETS}.") and k.endswith(".area") and v == "attendance"
        for k, v in row.answers.items()
    ):
        return
    card = {f"{TARGETS}.{DRAFTED_ROW}.{k}": v for k, v in _attendance_card(sheet).items()}
    drafted: dict[str, Value] = {f"{TARGETS}.{DRAFTED_ROW}": True, **card}
    row.answers = {**row.answers, **drafted}
    row.changed_at = clock.now()
    row.version += 1
    if row.status == SectionState.NOT_STARTED:
        apply(db.session, row, Act.START)
    target = Target(pep_id=sheet.pep.id, child_id=sheet.child.id, row=DRAFTED_ROW)
    _fill(target, row.answers)
    db.session.add(target)
    db.session.flush()
    changes = [
        {"field": k, "label": "Drafted target", "kind": "", "old": None, "new": v} for k, v in card.items()
    ]
    audit.record(
        db.session,
        by,
        "pep:target:drafted",
        target,
        child_id=sheet.child.id,
        authority_id=sheet.pep.authority_id,
        changes=changes,
    )


def _attendance_card(sheet: Sheet) -> Mapping[str, Value]:
    """The first words of an attendance target; the designated teacher makes it the child's own."""
    called = sheet.child.known_as or sheet.child.first_name  # as it is, even while the screen hides it
    return {
        "outcome": f"{called} is in school for at least 95 of every 100 sessions.",
        "area": "attendance",
        "why": "Attendance this term is below 95%.",
        "linked_section": "attendance",
        "measure": "Attendance in the register, looked at every Friday",
    }


def _date(value: Value) -> date | None:
    """An answer as a date, when it is one."""
    return date.fromisoformat(value) if isinstance(value, str) and value else None
