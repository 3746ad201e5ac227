"""A section's answers, leaf by leaf: reading a post, merging two people's work; and the way to the rest.

Answers are one flat dict, leaf key to value. Nothing here changes the dicts it is given.
"""

from __future__ import annotations

import json
import secrets
import string
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from vsportal.editions.asking import (
    Answers,
    FromRecord,
    applies,
    leaves,
    needs_term,
    plan_of,
    rows_of,
    with_derived,
)
from vsportal.editions.judging import Verdict, judge, progress, still_missing, still_open, touched
from vsportal.editions.kinds import answered, kind_of, typed
from vsportal.editions.reading import Unreadable, Value, plain
from vsportal.editions.schema import Asked, Leaf, Spec

__all__ = [
    "EMPTY",
    "Answers",
    "FromRecord",
    "Verdict",
    "answered",
    "applies",
    "judge",
    "leaves",
    "mark",
    "merge",
    "needs_term",
    "new_row_id",
    "progress",
    "read_leaf",
    "read_posted",
    "rows_of",
    "still_missing",
    "still_open",
    "touched",
    "typed",
    "with_derived",
]

_written = json.JSONEncoder(sort_keys=True).encode  # made once: a page has a mark for each answer
_BASE36 = string.digits + string.ascii_lowercase


# Keeping: marks, merging, ids


def mark(value: Value) -> str:
    """A short mark of an answer as it was drawn, by which a page says what it last saw."""
    return sha256(_written(value).encode()).hexdigest()[:8]


EMPTY = mark(None)
"""The mark of no answer: what a page that sends no mark for a leaf saw there."""


def new_row_id(now: datetime) -> str:
    """An id for a row somebody adds: later rows sort after earlier ones, and two at once differ."""
    left, digits = int(now.timestamp() * 1000), ""
    while left:
        left, digit = divmod(left, 36)
        digits = _BASE36[digit] + digits
    return digits.rjust(8, "0") + "".join(secrets.choice(_BASE36) for _ in range(3))


def merge(
    stored: Answers, written_by: Mapping[str, str], seen: Mapping[str, str], posted: Answers, page: str
) -> tuple[dict[str, Value], dict[str, Value]]:
    """What to save, and what somebody else changed meanwhile (leaf to their answer).

    `seen` has the mark of each answer as the page saw it, `written_by` the page that wrote each. A leaf
    without a mark was empty on the page. Saving an answer forgets why a warning about the old one was
    kept, and writing in a row that another page removed brings the row back.
    """
    save: dict[str, Value] = {}
    conflicts: dict[str, Value] = {}
    for leaf, value in posted.items():
        now = stored.get(leaf)
        if value == now:
            continue
        saw = seen.get(leaf, EMPTY)
        if written_by.get(leaf) == page or mark(now) == saw:
            save[leaf] = value
        elif mark(value) != saw:
            conflicts[leaf] = now
    for leaf in list(save):
        kept = f"{leaf}~kept"
        if stored.get(kept) is not None and kept not in posted:
            save[kept] = None
        row, _, column = leaf.partition("~")[0].rpartition(".")
        removed = "." in row and stored.get(row) is False and written_by.get(row) != page
        if column and removed and row not in posted and save[leaf] is not None:
            save[row] = True
    return save, conflicts


# Reading a post


def read_posted(asked: Asked, form: Mapping[str, Any]) -> dict[str, Value]:
    """The answers in a posted form, by leaf; keys that the section does not have are passed over.

    `form` is a mapping to lists of text, or has `getlist`. What cannot be read is kept as it was typed.
    """
    getlist: Callable[[str], Sequence[str]] = getattr(form, "getlist", form.__getitem__)
    posted: dict[str, Value] = {}
    for key in form:
        leaf = asked.leaf(key)
        if leaf is None:
            continue
        raw = getlist(key)
        raw = [raw] if isinstance(raw, str) else list(raw)
        if leaf.about:
            posted[key] = _read_about(leaf, raw)
        elif leaf.is_row:
            posted[key] = raw[-1:] == ["1"]
        elif rule := plan_of(asked).rules.get((leaf.field.id, leaf.column.id if leaf.column else None)):
            posted[key] = read_leaf(rule.spec, raw)
    return posted


def read_leaf(spec: Spec, raw: Sequence[str]) -> Value:
    """The answer in what was posted for one question or column, or what was typed when it cannot be read."""
    try:
        value: Value = kind_of(spec).read(spec, raw)
    except Unreadable:
        return {"typed": ", ".join(filter(None, (plain(text).strip() for text in raw)))}
    return value


def _read_about(leaf: Leaf, raw: Sequence[str]) -> Value:
    """What is said about an answer: a reason, or how the child passed over it."""
    said = plain(raw[0]).strip() if raw else ""
    if leaf.about == "how":
        return said if said in ("skipped", "talk") else None
    return said or None
