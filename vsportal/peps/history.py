"""How an answer came about: who changed what and when, and the difference; in this plan and the one before.

It is read from what was recorded at each save. Whoever may read the answer now reads its history, but not
what was written while it was for fewer people, of whom they were none: that stays with its author.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from functools import cache
from typing import Any

from markupsafe import Markup, escape
from sqlalchemy import Select, bindparam, select

from vsportal import wording
from vsportal.database import read_columns
from vsportal.editions import answers
from vsportal.editions.kinds import answered, kind_of
from vsportal.editions.reading import Value
from vsportal.editions.schema import Asked, Field, Leaf, LongText, Rows, Text, Views
from vsportal.models import AuditEvent, User
from vsportal.peps.earlier import Earlier, earlier_sections, reads, was_at
from vsportal.peps.loading import Sheet
from vsportal.peps.operations.choosing import SEES
from vsportal.peps.operations.saving import READERS
from vsportal.policy import Tie

SAVED, CONFIRMED = "pep:section:saved", ("pep:section:confirmed", "pep:section:completed")
COMMENTS = ("pep:comment:changed", "pep:comment:removed")
CHOSEN = "pep:readers:chosen"
ONE_SITTING = timedelta(minutes=15)
"""Saves of one answer by one person that follow each other within this time are told as one."""
MOST = 40
"""The latest changes that are told."""
_WORDS = re.compile(r"\s*\S+")
HOW = {"skipped": "chose not to say", "talk": "would rather talk about it"}


@dataclass(frozen=True)
class Change:
    """One change of one answer, as this person may be told of it."""

    event: int
    leaf: Leaf
    what: str
    """Of which answer, where the question has several: “Maths, target”; else empty."""
    who: str
    user_id: int | None
    at: datetime
    old: Value
    new: Value
    checked: bool = False
    from_hidden: bool = False
    """What stood before is not for this person."""

    @property
    def did(self) -> str:
        """What was done, in a word."""
        if self.checked:
            return "checked it: still right"
        if self.leaf.is_row:
            return "added the row" if self.new else "removed the row"
        if not answered(self.new) and not isinstance(self.new, dict):
            return "took the answer away"
        return "changed it" if answered(self.old) and not self.from_hidden else "wrote it"

    @property
    def shown(self) -> Markup:
        """The text with what was added and taken away marked; nothing where nothing was."""
        if self.checked or self.leaf.is_row:
            return Markup("")
        old = "" if self.from_hidden else _said(self.leaf, self.old)
        new = _said(self.leaf, self.new)
        if not old:
            return escape(new)
        return difference(old, new, whole=not isinstance(self.leaf.spec, Text | LongText | Views))


@dataclass(frozen=True)
class History:
    """The history of one question, for one person: latest first."""

    sheet: Sheet
    field: Field
    changes: Sequence[Change]
    before: Sequence[Change] = ()
    """The same in the plan before."""
    term_before: str = ""
    kept_back: bool = False
    """Whether something was written while it was for fewer people."""

    @property
    def may_restore(self) -> bool:
        """Whether this person may put an earlier text back now."""
        sight = self.sheet.sight
        return self.field.id in (sight.commentable if self.field.kind == "views" else sight.writable)

    def restores(self, change: Change) -> bool:
        """Whether a version can be put back: it has words, and others stand there now."""
        if not self.may_restore or change.checked or change.leaf.is_row or change.leaf.about:
            return False
        return answered(change.new) and change.new != self.stands(change.leaf.key)

    def stands(self, key: str) -> Value:
        """What stands there now; of a comment, the last that was said."""
        if self.field.kind == "views":
            return self.changes[0].new if self.changes else None
        value: Value = self.sheet.row.answers.get(key)
        return value

    def version(self, event: int, key: str) -> Change | None:
        """A version that this person may put back; None when there is no such."""
        found = (c for c in (*self.changes, *self.before) if c.event == event and c.leaf.key == key)
        return next((c for c in found if self.restores(c)), None)


def history_of(sheet: Sheet, key: str) -> History | None:
    """The history of a question, or of one answer in it; None when it is not this person's to read.

    Two statements: the plan before, and what was recorded of both.
    """
    leaf = sheet.asked.leaf(key)
    if leaf is None or leaf.about or not _may_read(sheet, leaf):
        return None
    question = leaf.field
    section, name = was_at(question, sheet.asked.id)
    earlier = earlier_sections(sheet).get(section)
    old = earlier.asked.by_id.get(name) if earlier else None
    rows = {sheet.row.id: (sheet.asked, question, sheet.row.readers.get(question.id, {}))}
    if earlier and old and earlier.may_read(old):
        rows[earlier.row.id] = (earlier.asked, old, earlier.row.readers.get(old.id, {}))
    else:
        earlier = None
    recorded = _recorded(sheet, list(rows))
    told = {
        number: _Telling(
            sheet, earlier if earlier and number == earlier.row.id else None, asked, about
        ).changes(recorded.get(number, ()), readers, leaf)
        for number, (asked, about, readers) in rows.items()
    }
    now, kept_back = told[sheet.row.id]
    then, more = told[earlier.row.id] if earlier else ((), False)
    return History(
        sheet, question, now, then, term_before=earlier.term if earlier else "", kept_back=kept_back or more
    )


def _may_read(sheet: Sheet, leaf: Leaf) -> bool:
    """Today's sight of the question, and a home's of its own words; facts and notes have no history."""
    question = leaf.field
    if question.id not in sheet.sight.readable or question.source or question.kind in ("note", "derived"):
        return False
    if leaf.column and f"{question.id}.{leaf.column.id}" in sheet.sight.hidden_columns:
        return False
    return reads(sheet.seen, sheet.asked, question, sheet.subject, sheet.row.readers.get(question.id))


# What was recorded ------------------------------------------------------------------------------------------


def _recorded(sheet: Sheet, sections: Sequence[int]) -> Mapping[int, Sequence[Any]]:
    """Events about these sections, in order, by section: one statement."""
    found: dict[int, list[Any]] = {}
    for event in read_columns(_events_query(), {"child": sheet.child.id, "sections": list(sections)}):
        found.setdefault(event.subject_id, []).append(event)
    return found


@cache
def _events_query() -> Select[*tuple[Any, ...]]:
    """What was written, checked and opened to others in `sections` of a `child`'s plans."""
    return (
        select(
            AuditEvent.id,
            AuditEvent.at,
            AuditEvent.actor_id,
            AuditEvent.actor_role,
            AuditEvent.tag,
            AuditEvent.subject_id,
            AuditEvent.changes,
            User.name,
        )
        .outerjoin(User, User.id == AuditEvent.actor_id)
        .where(
            AuditEvent.child_id == bindparam("child"),
            AuditEvent.subject_type == "pep_section",
            AuditEvent.subject_id.in_(bindparam("sections", expanding=True)),
            AuditEvent.tag.in_((SAVED, CHOSEN, *CONFIRMED, *COMMENTS)),
        )
        .order_by(AuditEvent.at, AuditEvent.id)
    )


@dataclass(frozen=True)
class _Telling:
    """The history of one question in one plan."""

    sheet: Sheet
    earlier: Earlier | None
    asked: Asked
    question: Field

    def changes(
        self, events: Sequence[Any], readers: Mapping[str, Any], wanted: Leaf
    ) -> tuple[Sequence[Change], bool]:
        """What may be told, latest first; and whether something is kept back."""
        found: list[Change] = []
        kept_back, last_seen = False, dict[str, bool]()
        for event, then in zip(events, self._readers_at(events, readers), strict=True):
            mine = event.actor_id == self.sheet.seen.actor.user_id
            open_ = mine or self._might_read(then)
            for change in self._of_event(event, wanted):
                known = last_seen.get(change.leaf.key, self._might_read(then))
                if not change.checked:
                    last_seen[change.leaf.key] = open_
                if open_:
                    _add(found, replace(change, from_hidden=not known))
                kept_back = kept_back or not open_
        return tuple(reversed(found[-MOST:])), kept_back

    def _might_read(self, readers: Mapping[str, Any]) -> bool:
        subject = self.earlier.subject if self.earlier else self.sheet.subject
        return reads(self.sheet.seen, self.asked, self.question, subject, readers)

    def _readers_at(self, events: Sequence[Any], readers: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """Who else read the answer at each event: from how it is now, back through each choice."""
        found: list[Mapping[str, Any]] = []
        for event in reversed(events):
            found.append(readers)
            for change in event.changes if event.tag == CHOSEN else ():
                if change["field"] == f"{SEES}{self.question.id}":
                    readers = {} if change["old"] is None else {"people": change["old"]}
                elif change["field"] == f"{READERS}{self.question.id}":
                    readers = {"groups": change["old"] or []}
        return found[::-1]

    def _of_event(self, event: Any, wanted: Leaf) -> Iterator[Change]:
        """The changes of one event that belong to the question; a comment's are its author's alone."""
        if event.tag in COMMENTS and event.actor_id != self.sheet.seen.actor.user_id:
            return
        for change in event.changes if event.tag != CHOSEN else ():
            leaf = self.asked.leaf(change["field"])
            if leaf is None or leaf.field.id != self.question.id or not self._is_wanted(leaf, wanted):
                continue
            who = self._who(event)
            yield Change(
                event.id,
                leaf,
                self._what(leaf),
                who,
                event.actor_id,
                event.at,
                change["old"],
                change["new"],
                checked=event.tag in CONFIRMED,
            )

    def _is_wanted(self, leaf: Leaf, wanted: Leaf) -> bool:
        """Of the answer asked for, or of all of the question; never of a column that is hidden."""
        hidden = self.sheet.sight.hidden_columns
        if leaf.about == "kept" or (leaf.column and f"{wanted.field.id}.{leaf.column.id}" in hidden):
            return False
        return wanted.row is None or leaf.base.partition(".")[2].startswith(wanted.key.partition(".")[2])

    def _who(self, event: Any) -> str:
        """The name and the role; the child by the name they go by."""
        if event.actor_role == Tie.YOUNG_PERSON:
            return self.sheet.child.called
        if event.name is None:
            return "The portal" if event.actor_role == "system" else wording.role_words(event.actor_role)
        return f"{event.name}, {wording.role_words(event.actor_role)}"

    def _what(self, leaf: Leaf) -> str:
        """Which answer of a question with rows: “Maths, target”."""
        about = "why it is not known yet" if leaf.about == "unknown" else ""
        if leaf.row is None or not isinstance(self.question, Rows):
            return about
        kept = self.earlier.row.answers if self.earlier else self.sheet.row.answers
        title = dict(self.question.rows).get(leaf.row, "")
        column = self.question.by_column.get(self.question.row_title)
        if not title and column:
            title = kind_of(column).show(column, kept.get(f"{self.question.id}.{leaf.row}.{column.id}"))
        title = " ".join(title.split())[:60] or f"a {self.question.row_name or 'row'}"
        return ", ".join(w for w in (title, leaf.column.label if leaf.column else "", about) if w)


def _add(found: list[Change], change: Change) -> None:
    """One change more; what one person saved of one answer in one sitting is one change."""
    last = next((c for c in reversed(found) if c.leaf.key == change.leaf.key), None)
    if (
        last is not None
        and not (last.checked or change.checked or last.from_hidden != change.from_hidden)
        and (last.user_id, last.who) == (change.user_id, change.who)
        and change.at - last.at <= ONE_SITTING
    ):
        found.remove(last)
        change = replace(change, old=last.old, from_hidden=last.from_hidden)
    found.append(change)


# The difference ---------------------------------------------------------------------------------------------


def _said(leaf: Leaf, value: Value) -> str:
    """An answer in words."""
    if leaf.about == "how":
        return HOW.get(str(value), "")
    if leaf.about:
        return str(value or "")
    return kind_of(leaf.spec).show(leaf.spec, value)


def difference(old: str, new: str, *, whole: bool = False) -> Markup:
    """The new text with what was taken away and added, word by word, marked for eyes and ears.

    `whole`: the answer is one thing, like a date, and is not taken apart.
    """
    if whole:
        return _gone(old) + (Markup(" ") + _come(new) if new else Markup(""))
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    out = Markup("")
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        gone, come = "".join(before[a:b]), "".join(after[c:d])
        if tag == "equal":
            out += escape(come)
        else:
            out += (_gone(gone) if gone else Markup("")) + (_come(come) if come else Markup(""))
    return out


def _gone(text: str) -> Markup:
    return Markup(' <del><span class="govuk-visually-hidden">taken away: </span>{}</del>').format(
        text.strip()
    )


def _come(text: str) -> Markup:
    return Markup(' <ins><span class="govuk-visually-hidden">added: </span>{}</ins>').format(text.strip())


def mark_of(history: History, key: str) -> str:
    """The mark of what stands there now, by which putting a text back knows that it still does."""
    return answers.mark(history.stands(key))
