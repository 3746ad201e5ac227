"""What checking a file finds: problems, remarks, what would change in words, and what is to be written."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, NamedTuple


class Problem(NamedTuple):
    """Why a row is rejected: where it stands in the file, and what to do."""

    line: int
    column: str
    """Empty when it is about the whole row, or the whole file."""
    value: str
    sentence: str


class Remark(NamedTuple):
    """Something to know that rejects nothing; line 0 when it is about the whole file."""

    line: int
    sentence: str


class Line(NamedTuple):
    """One change that the file makes, in words."""

    line: int
    verb: str
    """added, changed or ended."""
    who: str
    what: str


@dataclass(frozen=True)
class Event:
    """What is written down with a change."""

    tag: str
    child_id: int | None = None
    changes: Sequence[dict[str, Any]] = ()


@dataclass(frozen=True)
class New:
    """A row to be added; `needs`: columns that get the number of a row which may be new itself."""

    row: Any  # any table's row
    event: Event | None
    needs: Mapping[str, Any] = field(default_factory=dict)
    first: bool = False
    """Whether others need it: a school, a person, a team, a household."""


@dataclass(frozen=True)
class Edit:
    """Columns of a row on record to be set anew."""

    row: Any  # any table's row
    values: Mapping[str, Any]
    event: Event
    needs: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Findings:
    """All that checking a file finds; nothing has been written."""

    kind: str
    rows: int = 0
    problems: list[Problem] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    steps: list[New | Edit] = field(default_factory=list)

    def refuse(self, line: int, column: str, value: object, sentence: str) -> None:
        """A row that cannot be taken."""
        shown = "" if value is None else str(value)
        self.problems.append(Problem(line, column, shown[:80], sentence))

    def remark(self, line: int, sentence: str) -> None:
        """Something to know."""
        self.remarks.append(Remark(line, sentence))

    def say(self, line: int, verb: str, who: str, what: str) -> None:
        """A change, in words."""
        self.lines.append(Line(line, verb, who, what))

    def in_order(self) -> Findings:
        """The same, each list by line."""
        for listed in (self.problems, self.remarks, self.lines):
            listed.sort(key=lambda one: one.line)
        return self

    @property
    def verbs(self) -> dict[str, int]:
        """How many changes of each kind."""
        counted = Counter(line.verb for line in self.lines)
        return {verb: counted[verb] for verb in ("added", "changed", "ended") if counted[verb]}

    @property
    def mark(self) -> str:
        """A short mark of what would change, to see whether it is still what somebody agreed to."""
        return sha256(json.dumps(self.lines).encode()).hexdigest()[:16]


def change(field_name: str, label: str, *, old: Any = None, new: Any = None) -> dict[str, Any]:  # as JSON
    """One line of what changed, for an event."""
    return {"field": field_name, "label": label, "kind": "text", "old": old, "new": new}


def told(changes: Iterable[Mapping[str, Any]]) -> str:
    """Changes in a sentence: “Year group: 9, was 8; …”."""
    return "; ".join(
        f"{c['label']}: {c['new']}" + (f", was {c['old']}" if c["old"] not in (None, "") else "")
        for c in changes
    )
