"""What people say is wrong in a child's record, for whoever keeps it; and that it was put right.

A report is the answer to a question whose edition says `reports`: business support is told that there is one,
about which record and from whom, never its words. That it was put right is an event; a report made anew
is a new one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import or_, select

from vsportal import audit, editions
from vsportal.audit import By
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.models import AuditEvent, Child, Pep, PepSection, PepState, User

SETTLED = "pep:difference:settled"
LOOKED_BACK = timedelta(days=365)
"""Plans opened longer ago are of the past: their reports are not asked for any more."""


@dataclass(frozen=True)
class Difference:
    """One report that something in a record is wrong, or does not agree with what somebody knows."""

    pep_ref: str
    section_id: str
    key: str
    child: str
    child_ref: str
    record: str
    """Which record: “care record”."""
    by: str
    at: datetime | None


@lru_cache(maxsize=16)
def _reporting(edition: str) -> dict[tuple[str, str], str]:
    """What reports something wrong in an edition: (section, leaf) → which record. Of an answer that
    does not agree with the record it is the reason for which it was kept.
    """
    return {
        (section.id, f"{f.id}~kept" if f.agrees_with else f.id): f.reports
        for section in editions.get(edition).sections
        for f in section.fields
        if f.reports
    }


def differences(authority_ids: Sequence[int], today: date) -> list[Difference]:
    """What is not put right yet in these authorities, the oldest first: three statements, none for none."""
    found = list(_reports(authority_ids, today))
    settled = _settled({child_id for *_, child_id in found}) if found else set()
    left = [row for row in found if (row[0], row[1], row[3]) not in settled]
    names = _names({row[2] for row in left if row[2]}) if left else {}
    return [
        Difference(
            pep_ref=pep_ref,
            section_id=section_id,
            key=key,
            child=child,
            child_ref=child_ref,
            record=record,
            by=names.get(user_id or 0, ""),
            at=datetime.fromisoformat(at) if at else None,
        )
        for _, key, user_id, at, pep_ref, section_id, child, child_ref, record, _ in left
    ]


def _reports(authority_ids: Sequence[int], today: date) -> Iterator[tuple[Any, ...]]:
    """Each report there is: the section's number, the leaf, who and when, and what the list says of it."""
    asked = {place for name in editions.names() for place in _reporting(name)}
    if not asked or not authority_ids:
        return
    there = [
        (PepSection.section_id == section_id) & PepSection.answers[key].as_string().is_not(None)
        for section_id, key in sorted(asked)
    ]
    rows = db.session.execute(
        select(
            PepSection.id,
            PepSection.section_id,
            PepSection.answers,
            PepSection.authors,
            Pep.ref,
            Pep.edition,
            Child.id,
            Child.ref,
            Child.known_as,
            Child.first_name,
            Child.last_name,
        )
        .join(Pep, Pep.id == PepSection.pep_id)
        .join(Child, Child.id == Pep.child_id)
        .where(
            Pep.authority_id.in_(authority_ids),
            Pep.state != PepState.CANCELLED,
            Pep.opened_on >= today - LOOKED_BACK,
            or_(*there),
        )
        .order_by(PepSection.changed_at, PepSection.id)
    )
    for number, section_id, kept, authors, pep_ref, edition, child_id, child_ref, known, first, last in rows:
        for (section, key), record in _reporting(edition).items():
            if section == section_id and kept.get(key):
                user_id, at = authors.get(key) or (None, "")
                name = f"{known or first} {last}"
                yield number, key, user_id, at, pep_ref, section_id, name, child_ref, record, child_id


def _settled(child_ids: set[int]) -> set[tuple[int, str, str]]:
    """What was put right about these children: section, leaf, and when the report was made."""
    rows = db.session.execute(
        select(AuditEvent.subject_id, AuditEvent.changes).where(
            AuditEvent.child_id.in_(child_ids), AuditEvent.tag == SETTLED
        )
    )
    return {(number, c["field"], c["old"]) for number, changes in rows for c in changes}


def _names(ids: set[int]) -> dict[int, str]:
    return {
        row.id: row.name for row in db.session.execute(select(User.id, User.name).where(User.id.in_(ids)))
    }


def put_right(by: By, pep_ref: str, section_id: str, key: str) -> None:
    """Note that what was reported there has been put right in the record.

    LookupError when the authority (`by.authority_id`) has no such plan; OperationError when nothing is
    reported there any more.
    """
    row = db.session.execute(
        select(PepSection, Pep)
        .join(Pep, Pep.id == PepSection.pep_id)
        .where(Pep.ref == pep_ref, Pep.authority_id == by.authority_id, PepSection.section_id == section_id)
    ).first()
    if row is None:
        raise LookupError("There is no such plan in this authority.")
    section, pep = row
    record = _reporting(pep.edition).get((section_id, key))
    if record is None or not section.answers.get(key):
        raise OperationError("It has been taken back meanwhile: there is nothing to put right.")
    _, at = section.authors.get(key) or (None, "")
    changes = [{"field": key, "label": record, "kind": "difference", "old": at, "new": None}]
    audit.record(
        db.session,
        by,
        SETTLED,
        section,
        child_id=pep.child_id,
        authority_id=pep.authority_id,
        changes=changes,
    )
