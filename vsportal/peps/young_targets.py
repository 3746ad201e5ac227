"""A young person's targets in plain words, what became of the last ones, and what they say about them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from vsportal.editions import answers
from vsportal.editions.kinds import kind_of
from vsportal.editions.reading import Value
from vsportal.editions.schema import Column, Field, Rows
from vsportal.peps.drawing import Said
from vsportal.peps.page import SectionPage
from vsportal.peps.projection import PREVIOUS, TARGETS
from vsportal.wording import YOU, fill

__all__ = ["TARGETS", "targets_of"]

TITLE, OWN_WORDS = "outcome", "in_own_words"
IN_A_CARD = (
    ("how", "What will happen"),
    ("who", "Who will do it"),
    ("frequency", "How often"),
    ("by_when", "By when"),
    ("measure", "How you will all know"),
)
LOOKED_BACK = (
    ("result", "How it went"),
    ("helped", "What helped and what did not"),
    ("child_says", "What you said about it"),
)


@dataclass(frozen=True)
class Card:
    """One target: what it is, the child's own words for it, and its particulars in plain words."""

    title: str
    own_words: str
    lines: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class YoungTargets:
    """The targets for the young person whose they are."""

    page: SectionPage
    typed: Mapping[str, Value]
    """What was posted and could not be saved."""

    @cached_property
    def new(self) -> Sequence[Card]:
        """The targets of this plan."""
        return list(self._cards(TARGETS, IN_A_CARD))

    @cached_property
    def last(self) -> Sequence[Card]:
        """The targets of the plan before, with what became of them."""
        return list(self._cards(PREVIOUS, LOOKED_BACK))

    def _cards(self, question: str, shown: Sequence[tuple[str, str]]) -> Iterator[Card]:
        sheet, given = self.page.sheet, self.page.answers
        field = sheet.asked.by_id.get(question)
        if not isinstance(field, Rows) or field.id not in sheet.sight.readable:
            return
        record = self.page.from_record
        titles = dict(record.get(field.id, ()))
        for number, row in enumerate(answers.rows_of(field, given, record), 1):
            title = titles.get(row) or self._cell(field, row, TITLE)
            own_words = self._cell(field, row, OWN_WORDS)
            lines = [(words, text) for name, words in shown if (text := self._cell(field, row, name))]
            yield Card(title or f"Target {number}", own_words, lines)

    def _cell(self, field: Rows, row: str, name: str) -> str:
        """One cell in words; nothing for a column that is not asked or not for the child."""
        column: Column | None = field.by_column.get(name)
        if column is None or f"{field.id}.{name}" in self.page.sheet.sight.hidden_columns:
            return ""
        return kind_of(column).show(column, self.page.answers.get(f"{field.id}.{row}.{name}"))

    # What is said about them

    @cached_property
    def box(self) -> Field | None:
        """The question under which the young person and others say what they think."""
        readable = self.page.sheet.sight.readable
        return next((f for f in self.page.sheet.asked.fields if f.kind == "views" and f.id in readable), None)

    @property
    def said(self) -> Sequence[Said]:
        """What has been said, the child's own words first."""
        return self.page.said.get(self.box.id, ()) if self.box else ()

    @property
    def may_say(self) -> bool:
        """Whether they can write now."""
        return self.box is not None and self.box.id in self.page.sheet.sight.commentable

    @property
    def own(self) -> str:
        """What they said before, or have just typed."""
        if self.box and isinstance(typed := self.typed.get(self.box.id), str):
            return typed
        return next((one.text for one in self.said if one.mine), "")

    @property
    def marks(self) -> str:
        """The mark of one's own words as this page shows them."""
        mine = next((one.text for one in self.said if one.mine), None)
        return json.dumps({self.box.id: answers.mark(mine)} if self.box and mine else {})

    @property
    def label(self) -> str:
        """The question."""
        return fill(self.box.label, YOU) if self.box else ""


def targets_of(page: SectionPage, typed: Mapping[str, Value]) -> YoungTargets:
    """The targets, made of the section's page."""
    return YoungTargets(page, typed)
