"""What is put right in a child's record: names and particulars, legal status, the end of a time in care."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from vsportal import audit, clock, codes, names
from vsportal.audit import By
from vsportal.dated import end, hold_still
from vsportal.editions.reading import day_words
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.models import CarePeriod, Child

PARTICULARS: Mapping[str, str] = {
    "first_name": "First name",
    "last_name": "Last name",
    "known_as": "Known as",
    "date_of_birth": "Date of birth",
    "pronouns": "Pronouns",
    "sex": "Sex",
    "social_care_id": "Social care number",
    "upn": "UPN",
    "ethnicity": "Ethnicity",
    "first_language": "First language",
    "uasc": "Came to the country alone",
    "sen_status": "Special educational needs",
    "sen_need": "Kind of need",
}
LISTS: Mapping[str, str] = {
    "ethnicity": "ethnicity",
    "first_language": "language",
    "sen_status": "sen_status",
    "sen_need": "sen_need",
}
"""Particulars that are codes, and of which list."""


def change_child(by: By, child: Child, **values: Any) -> bool:  # particulars, as their columns hold them
    """Put a child's particulars right; False when nothing was changed.

    `values`: any of `PARTICULARS`, whole. A number that is in use is refused without a word of whose.
    """
    given = {k: v.strip() if isinstance(v, str) else v for k, v in values.items()}
    _check(child, given)
    changes = []
    for column, label in PARTICULARS.items():
        if column in given and getattr(child, column) != given[column]:
            changes.append(_line(column, label, getattr(child, column), given[column]))
            setattr(child, column, given[column])
    if not changes:
        return False
    child.sort_key = names.child_key(child.first_name, child.last_name, child.known_as)
    _note(by, "child:record:changed", child, child, changes)
    return True


def _check(child: Child, given: Mapping[str, Any]) -> None:
    """Refuse what cannot be; OperationError."""
    if not (given.get("first_name", child.first_name) or given.get("last_name", child.last_name)):
        raise OperationError("Enter the child’s name.")
    if given.get("date_of_birth", child.date_of_birth) > clock.today():
        raise OperationError("Check the date of birth: it is in the future.")
    for column, name in LISTS.items():
        code = given.get(column)
        if code and code not in {c.code for c in codes.get(name).codes}:
            raise OperationError(f"“{code}” is not a code of the list “{name}”.")
    hold_still(child)
    number = given.get("social_care_id")
    same = (Child.authority_id == child.authority_id, Child.social_care_id == number, Child.id != child.id)
    if number and db.session.scalar(select(Child.id).where(*same)):
        raise OperationError(f"The social care number {number} belongs to another child’s record.")
    upn = given.get("upn")
    if upn and db.session.scalar(select(Child.id).where(Child.upn == upn, Child.id != child.id)):
        # Whose it is, or that it is anybody's, is not for the person who asks (rule 6).
        raise OperationError("Check the UPN: it cannot be used for this child.")


def change_status(by: By, child: Child, period: CarePeriod, *, legal_status: str, starts_on: date) -> None:
    """The child is looked after under another legal status from a day on."""
    if legal_status not in {c.code for c in codes.get("legal_status").codes}:
        raise OperationError(f"“{legal_status}” is not a code of the list “legal_status”.")
    if period.ends_on is not None:
        raise OperationError("This time in care has ended. Its status stays as it was.")
    if starts_on < period.legal_status_from or (
        starts_on == period.legal_status_from and legal_status == period.legal_status
    ):
        raise OperationError(
            f"The present status holds since {day_words(period.legal_status_from)}. Enter a later day."
        )
    old = codes.label("legal_status", period.legal_status)
    period.legal_status, period.legal_status_from = legal_status, starts_on
    new = codes.label("legal_status", legal_status)
    _note(by, "child:care:changed", period, child, [_line("legal_status", "Legal status", old, new)])


def end_care(by: By, child: Child, period: CarePeriod, *, ends_on: date, reason: str) -> None:
    """The child is looked after until a day. Who sees the child is another matter: home, school, worker."""
    hold_still(child)
    end(period, ends_on, "This time in care")
    period.end_reason = reason
    _note(by, "child:care:ended", period, child, [_line("end_reason", "Reason", None, reason)])


def _note(by: By, tag: str, row: Any, child: Child, changes: list[dict[str, Any]]) -> None:  # any table's row
    db.session.flush()
    audit.record(
        db.session, by, tag, row, child_id=child.id, authority_id=child.authority_id, changes=changes
    )


def _line(field: str, label: str, old: Any, new: Any) -> dict[str, Any]:  # values of a column
    """One line of what changed."""
    old, new = (v.isoformat() if isinstance(v, date) else v for v in (old, new))
    return {"field": field, "label": label, "kind": "text", "old": old, "new": new}
