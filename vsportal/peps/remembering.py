"""What a section's page remembers: what stood at its questions last time, what to check, what to look at.

One statement for the plan before, one more where answers lean on what may have changed on the record.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from flask import current_app

from vsportal import policy
from vsportal.editions import answers
from vsportal.editions.kinds import answered, kind_of
from vsportal.editions.reading import Value
from vsportal.editions.schema import Field, Grid, Records
from vsportal.peps import drawing
from vsportal.peps.drawing import Fold, Last, Live
from vsportal.peps.earlier import Earlier, earlier_sections, feedback_on, was_at
from vsportal.peps.folding import Folding
from vsportal.peps.loading import Sheet
from vsportal.policy import AT_HOME

if TYPE_CHECKING:
    from vsportal.peps.page import SectionPage


@dataclass(frozen=True)
class Memory:
    """What one section's page remembers, for the person who looks; each part is worked out once."""

    page: SectionPage

    @property
    def sheet(self) -> Sheet:
        """The section of today."""
        return self.page.sheet

    @cached_property
    def earlier(self) -> Mapping[str, Earlier]:
        """The plan before: one statement, none for a first plan."""
        return earlier_sections(self.sheet)

    @property
    def same(self) -> Earlier | None:
        """The same section in the plan before."""
        return self.earlier.get(self.sheet.asked.id)

    @cached_property
    def carried_questions(self) -> Counter[str]:
        """Questions with something to be checked, and how much."""
        return Counter(key.partition("~")[0].partition(".")[0] for key in self.sheet.row.carried)

    def earlier_of(self, field: Field) -> tuple[Earlier, Field] | None:
        """The question as it stood before, if this person may read its answer there."""
        section, name = was_at(field, self.sheet.asked.id)
        earlier = self.earlier.get(section)
        old = earlier.asked.by_id.get(name) if earlier else None
        return (earlier, old) if earlier and old and earlier.may_read(old) else None

    # Last time

    @cached_property
    def last(self) -> Mapping[str, Last]:
        """What stood at the questions this person writes at, where it was not what stands there now."""
        mine = self.sheet.sight.writable | self.sheet.sight.commentable
        return {f.id: found for f in self.sheet.asked.fields if f.id in mine and (found := self._last(f))}

    def _last(self, field: Field) -> Last | None:
        before = self.earlier_of(field) if self.earlier else None
        if before is None or (isinstance(field, Grid | Records) and field.rows_from):
            return None
        earlier, old = before
        feedback = feedback_on(earlier, old)
        if isinstance(old, Grid | Records):
            rows = self._rows(field, earlier, old) if isinstance(field, Grid | Records) else ""
            return Last(earlier.term, rows=rows, feedback=feedback) if rows else None
        text = self._words(earlier, old) if old.kind == "views" else self._answer(field, earlier, old)
        return Last(earlier.term, text, feedback=feedback) if text else None

    def _answer(self, field: Field, earlier: Earlier, old: Field) -> str:
        """The answer in words; nothing where it stands there still, carried forward or given again."""
        value = earlier.row.answers.get(old.id)
        same = value == self.page.answers.get(field.id) and field.carry is not False
        if not answered(value) or same or field.id in self.carried_questions:
            return ""
        return kind_of(old).show(old, value)

    def _words(self, earlier: Earlier, old: Field) -> str:
        """What people said."""
        said = self.page.said_before.get(old.id, ())
        others = self.sheet.seen.ties <= AT_HOME
        return "\n\n".join(
            f"{one.by}{f', {one.role}' if one.role else ''}: {one.text}"
            for one in said
            if one.child or one.mine or not (others and one.role_id in AT_HOME)
        )

    def _rows(self, field: Grid | Records, earlier: Earlier, old: Grid | Records) -> str:
        """The rows that were otherwise, drawn to be read."""
        now, then = self.page.answers, earlier.row.answers
        it = earlier.subject if not old.owner else replace(earlier.subject, owner=old.owner)
        hidden = {c.id for c in old.columns} - policy.readable_columns(self.sheet.seen, old, it)
        kept: dict[str, Value] = {}
        for row in answers.rows_of(old, then):
            start = f"{old.id}.{row}"
            cells = {c.id: then.get(f"{start}.{c.id}") for c in old.columns if c.id not in hidden}
            given = {k: v for k, v in cells.items() if answered(v)}
            if any(now.get(f"{field.id}.{row}.{k}") != v for k, v in given.items()):
                kept |= {f"{start}.{k}": v for k, v in given.items()} | {start: True}
        if not kept:
            return ""
        live = Live(
            answers=kept,
            names=self.page.names.placeholders(),
            readable={old.id},
            hidden_columns={f"{old.id}.{c}" for c in hidden},
        )
        return drawing.read_rows(current_app.jinja_env, earlier.asked, old, live)

    # The way to its history

    @cached_property
    def past(self) -> frozenset[str]:
        """Questions whose answer was given or changed in this plan: their history can be opened."""
        sheet = self.sheet
        given = {
            key.partition(".")[0] for key in sheet.row.answers if "~" not in key
        } - sheet.row.carried.keys()
        given -= {q for q, n in self.carried_questions.items() if n >= self._leaves_of(q)}
        own = {q for q, said in self.page.said.items() if any(one.mine for one in said)}
        typed = {f.id for f in sheet.asked.fields if not f.source and f.kind not in ("derived", "note")}
        return frozenset((given | own) & typed & sheet.sight.readable)

    def _leaves_of(self, question: str) -> int:
        start = f"{question}."
        return sum(k.startswith(start) for k in self.sheet.row.answers)

    def fold(self, missing: Mapping[str, str]) -> Fold | None:
        """How the page is folded for whoever completes a section that was carried forward; else None.

        `missing`: what completing has found, so that nothing it names is put away.
        """
        if not self.carried_questions or not self.page.may_complete or not self.sheet.sight.writable:
            return None
        return Folding(self).fold(missing)
