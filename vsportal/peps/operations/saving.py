"""Saving what was typed: merged leaf by leaf, so that two people in one section lose nothing.

Every save is one event with what changed; nothing is overwritten that its writer had not seen.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from vsportal import audit, clock
from vsportal.audit import By
from vsportal.editions import answers
from vsportal.editions.reading import Value
from vsportal.editions.schema import Rows
from vsportal.extensions import db
from vsportal.models import Comment, SectionState, User
from vsportal.peps import projection
from vsportal.peps.loading import Sheet
from vsportal.peps.operations.choosing import choose_posted
from vsportal.policy import ACTS_AS, GROUPS
from vsportal.wording import role_words
from vsportal.workflow import Act, apply

READERS = "readers."
"""Before a question's id: who else may read a narrowed answer, as ticked by its owner."""


@dataclass(frozen=True)
class Theirs:
    """An answer that somebody else gave after this page was opened, and what this page has instead."""

    value: Value
    by: str
    at: datetime | None
    mine: Value


@dataclass(frozen=True)
class Saved:
    """What a save did: what it kept, the marks the page should hold now, and what it left to choose."""

    kept: Mapping[str, Value]
    marks: Mapping[str, str]
    conflicts: Mapping[str, Theirs] = field(default_factory=dict)


def save_draft(
    sheet: Sheet, posted: Mapping[str, Sequence[str]], *, marks: Mapping[str, str], page: str
) -> Saved:
    """Save what a page posted of a section: answers, own comments, readers ticked.

    `posted`: control name → texts; what this person may not write is passed over. `marks`: leaf → mark
    of the answer as the page last saw it. `page`: the page's random id. What somebody else changed
    meanwhile is not overwritten but given back as a conflict; everything else is saved.
    """
    by = by_of(sheet)
    mine = _own_comments(sheet) if not sheet.sight.commentable.isdisjoint(posted) else {}
    typed = answers.read_posted(sheet.asked, posted)
    said = {k: str(v or "") for k, v in typed.items() if k in sheet.sight.commentable}
    given = {k: v for k, v in typed.items() if is_writable(sheet, k)}
    stored = {**sheet.row.answers, **{k: c.text for k, c in mine.items()}}
    written_by = {**sheet.row.written_by, **{k: c.page for k, c in mine.items()}}
    keep, conflicts = answers.merge(
        stored, written_by, marks, {**given, **{k: v or None for k, v in said.items()}}, page
    )
    kept = {k: v for k, v in keep.items() if k not in said}
    if kept:
        _keep(sheet, kept, page, by)
    for field_id in said.keys() & keep.keys():
        _say(sheet, mine.get(field_id), field_id, text=said[field_id], page=page)
    _tick_readers(sheet, posted, by)
    choose_posted(sheet, posted)
    return Saved(
        kept=keep,
        marks={k: answers.mark(v) for k, v in keep.items()},
        conflicts=_whose(sheet, mine, conflicts, {**given, **said}),
    )


def save_by_link(
    sheet: Sheet, given: Mapping[str, Value], *, marks: Mapping[str, str], page: str, by: By
) -> Mapping[str, Value]:
    """Save answers of somebody without an account; those that stand against theirs are given back, unchanged.

    `given`: leaf → answer, each one that may be answered by a link; the rest as for `save_draft`.
    """
    keep, conflicts = answers.merge(sheet.row.answers, sheet.row.written_by, marks, given, page)
    if keep:
        _keep(sheet, keep, page, by)
    again = {k: v for k, v in given.items() if k in sheet.row.carried and k not in {**keep, **conflicts}}
    if again:
        stamp_again(sheet, again, page, by)
    return conflicts


def add_row(sheet: Sheet, field_id: str, page: str) -> str | None:
    """Add an empty row to a question whose rows repeat; its id, or None when it may not or is full."""
    question = sheet.asked.by_id.get(field_id)
    if not isinstance(question, Rows) or not question.repeat or field_id not in sheet.sight.writable:
        return None
    if len(answers.rows_of(question, sheet.row.answers)) >= question.max_rows:
        return None
    row = answers.new_row_id(clock.now())
    _keep(sheet, {f"{field_id}.{row}": True}, page, by_of(sheet))
    return row


def remove_row(sheet: Sheet, row_key: str, page: str) -> bool:
    """Remove a row (`field.row`). Its cells stay in the record; writing in one brings it back."""
    leaf = sheet.asked.leaf(row_key)
    if leaf is None or not leaf.is_row or not is_writable(sheet, row_key):
        return False
    _keep(sheet, {row_key: False}, page, by_of(sheet))
    return True


def first_look(sheet: Sheet) -> None:
    """Note when a section's owner first opened it: “not looked at” is not “not complete”."""
    sheet.row.looked_at = sheet.row.looked_at or clock.now()


def by_of(sheet: Sheet, tie: str = "") -> By:
    """Who acts, in the role in which they answer this section or else see the child."""
    owners = ACTS_AS.get(sheet.row.owner, frozenset())
    role = tie or next(iter(sorted(sheet.seen.ties & owners) or sorted(sheet.seen.ties)))
    return By(sheet.seen.actor.user_id, role, sheet.pep.authority_id)


def is_writable(sheet: Sheet, key: str) -> bool:
    """Whether this person may save this leaf: its question is theirs, and its column is not hidden."""
    leaf = sheet.asked.leaf(key)
    if leaf is None or leaf.field.id not in sheet.sight.writable:
        return False
    return leaf.column is None or f"{leaf.field.id}.{leaf.column.id}" not in sheet.sight.hidden_columns


def _keep(sheet: Sheet, kept: Mapping[str, Value], page: str, by: By) -> None:
    """Put answers into the section, with who wrote them, and everything that follows from it."""
    row, now = sheet.row, clock.now()
    changes = [change(sheet, key, row.answers.get(key), value) for key, value in kept.items()]
    stamp = [by.user_id, now.isoformat()]
    row.answers = {k: v for k, v in {**row.answers, **kept}.items() if v is not None}
    row.written_by = {**row.written_by, **dict.fromkeys(kept, page)}
    row.authors = {**row.authors, **dict.fromkeys(kept, stamp)}
    row.carried = _still_to_check(row.carried, kept)
    _touch(sheet, list(kept)[-1], by, now)
    note_progress(sheet)
    projection.project(sheet, kept, by)
    _record(sheet, by, "pep:section:saved", changes)


def stamp_again(sheet: Sheet, kept: Mapping[str, Value], page: str, by: By) -> None:
    """Note that answers which stand were given again as they are: they count as this person's of today."""
    row, now = sheet.row, clock.now()
    stamp = [by.user_id, now.isoformat()]
    row.written_by = {**row.written_by, **dict.fromkeys(kept, page)}
    row.authors = {**row.authors, **dict.fromkeys(kept, stamp)}
    row.carried = _still_to_check(row.carried, kept)
    _touch(sheet, list(kept)[-1], by, now)
    _record(sheet, by, "pep:section:confirmed", [change(sheet, k, v, v) for k, v in kept.items()])


def _touch(sheet: Sheet, key: str, by: By, now: datetime) -> None:
    """What every change of a section leaves behind: when, by whom and where; a first one begins it."""
    row = sheet.row
    row.changed_at, row.changed_by_id, row.last_key = now, by.user_id, key.partition("~")[0]
    row.version += 1
    if row.owner == "carer" and row.household_id is None:
        row.household_id = sheet.seen.household_id
    if row.status == SectionState.NOT_STARTED:
        apply(db.session, row, Act.START)


def _still_to_check(carried: Mapping[str, str], kept: Mapping[str, Value]) -> dict[str, str]:
    """What is left to be checked once these were answered: a row that is removed takes its cells along."""
    if not carried:
        return {}
    bases = {key.partition("~")[0] for key in kept}
    removed = tuple(f"{key}." for key, value in kept.items() if value is False)
    return {
        k: t
        for k, t in carried.items()
        if k.partition("~")[0] not in bases and not (removed and k.startswith(removed))
    }


def note_progress(sheet: Sheet) -> None:
    """Count the required questions answered and asked."""
    row = sheet.row
    row.answered, row.asked = answers.progress(sheet.asked, row.answers, said_in(sheet))


def said_in(sheet: Sheet) -> Collection[str]:
    """The `views` questions of a section in which somebody has said something."""
    if not any(f.kind == "views" and f.missing for f in sheet.asked.fields):
        return frozenset()
    return said_in_all([sheet.row.id]).get(sheet.row.id, frozenset())


def said_in_all(section_ids: Collection[int]) -> Mapping[int, Collection[str]]:
    """The same for several sections, by the number of the section: one statement."""
    found: dict[int, set[str]] = {}
    for section_id, field_id in db.session.execute(
        select(Comment.pep_section_id, Comment.field_id)
        .where(Comment.pep_section_id.in_(section_ids))
        .distinct()
    ):
        found.setdefault(section_id, set()).add(field_id)
    return found


def change(sheet: Sheet, key: str, old: Value, new: Value) -> dict[str, Any]:
    """One change for the record, with the label as it reads now."""
    leaf = sheet.asked.leaf(key)
    spec = leaf.spec if leaf else None
    label = (
        f"{leaf.field.label}: {leaf.column.label}" if leaf and leaf.column else (spec.label if spec else key)
    )
    return {"field": key, "label": label, "kind": getattr(spec, "kind", ""), "old": old, "new": new}


def _record(sheet: Sheet, by: By, tag: str, changes: Sequence[dict[str, Any]]) -> None:
    audit.record(
        db.session,
        by,
        tag,
        sheet.row,
        child_id=sheet.child.id,
        authority_id=sheet.pep.authority_id,
        changes=changes,
    )


# Comments -----------------------------------------------------------------------------------------------


def _own_comments(sheet: Sheet) -> dict[str, Comment]:
    """This person's own comments in the section, by question."""
    found = db.session.scalars(
        select(Comment).where(
            Comment.pep_section_id == sheet.row.id, Comment.author_id == sheet.seen.actor.user_id
        )
    )
    return {c.field_id: c for c in found}


def _say(sheet: Sheet, comment: Comment | None, field_id: str, *, text: str, page: str) -> None:
    """Keep, change or take back one's own comment."""
    old = comment.text if comment else None
    if comment is not None and not text:
        db.session.delete(comment)
    elif comment is not None:
        comment.text, comment.page, comment.changed_at = text, page, clock.now()
    elif text:
        role = comment_role(sheet)
        db.session.add(
            Comment(
                pep_section_id=sheet.row.id,
                field_id=field_id,
                author_id=sheet.seen.actor.user_id,
                role=role,
                signed=signed_as(sheet, role),
                text=text,
                page=page,
                changed_at=clock.now(),
            )
        )
    tag = "pep:comment:changed" if text else "pep:comment:removed"
    sheet.row.changed_at = clock.now()
    db.session.flush()
    _record(sheet, by_of(sheet), tag, [change(sheet, field_id, old, text or None)])


def comment_role(sheet: Sheet) -> str:
    """In which role this person comments here: the first of the owner's and those invited."""
    for owner in (sheet.row.owner, *sheet.asked.comments):
        acting = sorted(sheet.seen.ties & ACTS_AS.get(owner, frozenset()))
        if acting:
            return acting[0]
    return min(sheet.seen.ties)


def signed_as(sheet: Sheet, role: str) -> str:
    """The role in words beside the name, as it reads now: “designated teacher”, “head of Year 10”."""
    return next((h.title for h in sheet.seen.actor.held if h.role == role and h.title), "") or role_words(
        role
    )


# Readers of a narrowed answer ---------------------------------------------------------------------------


def _tick_readers(sheet: Sheet, posted: Mapping[str, Sequence[str]], by: By) -> None:
    """Who else may read a narrowed answer, as its owner ticked: carers, school."""
    for question in sheet.asked.fields:
        name = f"{READERS}{question.id}"
        if not question.narrowed or name not in posted or question.id not in sheet.sight.writable:
            continue
        ticked = sorted(set(_texts(posted, name)) & GROUPS.keys())
        old = sheet.row.readers.get(question.id, {}).get("groups", [])
        if ticked != old:
            sheet.row.readers = {**sheet.row.readers, question.id: {"groups": ticked}}
            changes = [{"field": name, "label": question.label, "kind": "readers", "old": old, "new": ticked}]
            _record(sheet, by, "pep:readers:chosen", changes)


def _texts(posted: Mapping[str, Sequence[str]], name: str) -> Sequence[str]:
    getlist = getattr(posted, "getlist", None)
    return getlist(name) if getlist else posted[name]


# Conflicts ------------------------------------------------------------------------------------------------


def _whose(
    sheet: Sheet, mine: Mapping[str, Comment], conflicts: Mapping[str, Value], posted: Mapping[str, Value]
) -> dict[str, Theirs]:
    """Each conflict with who wrote the other answer and when: one statement, only when there are any."""
    if not conflicts:
        return {}
    stamps = {k: sheet.row.authors.get(k) for k in conflicts}
    ids = {stamp[0] for stamp in stamps.values() if stamp}
    people = dict(db.session.execute(select(User.id, User.name).where(User.id.in_(ids))).all())
    found = {}
    for key, theirs in conflicts.items():
        stamp = stamps[key]
        if key in mine:
            found[key] = Theirs(theirs, sheet.seen.actor.name, mine[key].changed_at, posted.get(key))
        elif stamp:
            found[key] = Theirs(
                theirs, people.get(stamp[0], ""), datetime.fromisoformat(stamp[1]), posted.get(key)
            )
        else:
            found[key] = Theirs(theirs, "", sheet.row.changed_at, posted.get(key))
    return found
