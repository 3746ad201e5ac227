"""What is done with files of a plan: one is added, one is removed. Verbs; they never commit."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from vsportal import audit, clock
from vsportal.editions.schema import Field, Rows
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.files.checks import Sound
from vsportal.files.storage import Storage
from vsportal.models import Attachment
from vsportal.models.base import new_ref
from vsportal.peps.loading import Sheet
from vsportal.peps.operations.saving import by_of

MOST_FILES = 50
"""Files at one question of one plan."""


@dataclass(frozen=True)
class Checked:
    """A file that was looked through, and whether a scanner has passed it."""

    sound: Sound
    scan: str
    others_in_it: bool = False
    """Whether whoever sent it says that somebody else can be seen in it."""


def question_of(sheet: Sheet, field_id: str) -> Field | None:
    """The question, if it takes files and this person reads it."""
    field = sheet.asked.by_id.get(field_id)
    return field if field is not None and field.files and field.id in sheet.sight.readable else None


def add_file(sheet: Sheet, field: Field, row: str, checked: Checked, storage: Storage) -> Attachment:
    """Keep a file at a question, or at one of its rows: the bytes first, then what is known of it.

    The caller has asked policy. Raises OperationError for a row that is not asked, at the 51st file and when
    the storage does not answer.
    """
    if isinstance(field, Rows) and row not in field.row_ids:
        raise OperationError("Select which document it is.")
    sound, by = checked.sound, by_of(sheet)
    if _count(sheet, field) >= MOST_FILES:
        raise OperationError(f"There are {MOST_FILES} files here already. Remove one to make room.")
    added = Attachment(
        ref=new_ref(),
        pep_id=sheet.pep.id,
        section_id=sheet.row.section_id,
        field_id=field.id,
        row=row if isinstance(field, Rows) else "",
        name=sound.name,
        media_type=sound.media_type,
        bytes=sound.bytes,
        sha256=sound.sha256,
        added_by_id=sheet.seen.actor.user_id,
        scan=checked.scan,
    )
    storage.keep(added.ref, sound.stream)
    db.session.add(added)
    db.session.flush()
    changes = [_change(added, field, None, sound.name)]
    if checked.others_in_it:
        changes.append(
            {
                "field": "others",
                "label": "Somebody else is in it",
                "kind": "yes_no",
                "old": None,
                "new": "yes",
            }
        )
    audit.record(db.session, by, "pep:file:added", added, child_id=sheet.child.id, changes=changes)
    return added


def remove_file(sheet: Sheet, field: Field, file: Attachment) -> None:
    """Mark a file as removed: that it was there stays, its bytes go once this is committed."""
    file.removed_at, file.removed_by_id = clock.now(), sheet.seen.actor.user_id
    audit.record(
        db.session,
        by_of(sheet),
        "pep:file:removed",
        file,
        child_id=sheet.child.id,
        changes=[_change(file, field, file.name, None)],
    )


def note_refused(sheet: Sheet, field: Field) -> None:
    """Write down that a scanner found something in what was sent; nothing of it is kept, its name neither."""
    change = {"field": field.id, "label": field.label, "kind": "file", "old": None, "new": None}
    audit.record(
        db.session, by_of(sheet), "pep:file:refused", sheet.row, child_id=sheet.child.id, changes=[change]
    )


def _count(sheet: Sheet, field: Field) -> int:
    """How many files are at the question now."""
    return db.session.scalars(
        select(func.count()).where(
            Attachment.pep_id == sheet.pep.id,
            Attachment.section_id == sheet.row.section_id,
            Attachment.field_id == field.id,
            Attachment.removed_at.is_(None),
        )
    ).one()


def _change(file: Attachment, field: Field, old: str | None, new: str | None) -> dict[str, object]:
    where = f"{file.field_id}.{file.row}" if file.row else file.field_id
    return {"field": where, "label": field.label, "kind": "file", "old": old, "new": new}
