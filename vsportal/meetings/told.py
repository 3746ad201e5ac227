"""A section of a plan as one reader gets it: its form, and the answers that are theirs to read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from vsportal.editions import answers
from vsportal.editions.reading import Value
from vsportal.editions.schema import Asked, Rows
from vsportal.models import PepSection, SectionState
from vsportal.peps.loading import Plan, Sheet, sheets_of

Reads = Callable[[str, str], bool]
"""Whether a reader gets a question (its id and ""), or one of its columns (its id and the column's)."""


@dataclass(frozen=True)
class Told:
    """One section, without anything the reader may not read."""

    asked: Asked
    row: PepSection
    answers: Mapping[str, Value]
    writes: bool = False
    """Whether the reader writes in it now."""

    @property
    def is_complete(self) -> bool:
        """Finished by its owner; what the review sent back stands until it is finished again."""
        return self.row.status == SectionState.COMPLETE or self.row.returned

    def text(self, key: str) -> str:
        """An answer in words, or nothing."""
        value = self.answers.get(key)
        return value.strip() if isinstance(value, str) else ""

    def day(self, key: str) -> date | None:
        """An answer that is a date, or nothing."""
        return _day(self.text(key))

    def rows(self, question: str) -> Iterator[Mapping[str, str]]:
        """The rows of a question that hold anything, each by column."""
        field = self.asked.by_id.get(question)
        if not isinstance(field, Rows):
            return
        for row in answers.rows_of(field, self.answers):
            cells = {c.id: self.text(f"{question}.{row}.{c.id}") for c in field.columns}
            if any(cells.values()):
                yield cells


def told(sheet: Sheet, facts: Mapping[str, Value] | None = None) -> Told:
    """A section as the person reads it for whom it was loaded; `facts`: of the record, where it shows any."""
    sight = sheet.sight

    def reads(question: str, column: str) -> bool:
        return question in sight.readable and f"{question}.{column}" not in sight.hidden_columns

    return told_as(sheet, reads, facts, writes=bool(sight.writable))


def told_as(
    sheet: Sheet, reads: Reads, facts: Mapping[str, Value] | None = None, *, writes: bool = False
) -> Told:
    """A section as somebody reads it who is told only of these questions and columns."""
    whole = answers.with_derived(sheet.asked, sheet.row.answers, facts)
    return Told(sheet.asked, sheet.row, {k: v for k, v in whole.items() if _reads(k, reads)}, writes)


def all_told(plan: Plan, *section_ids: str) -> Mapping[str, Told]:
    """Some sections of a plan, by id, as this person reads them: one statement."""
    return {sheet.row.section_id: told(sheet) for sheet in sheets_of(plan, section_ids)}


def _reads(key: str, reads: Reads) -> bool:
    """Whether a leaf is for the reader."""
    question, _, rest = key.partition("~")[0].partition(".")
    return reads(question, rest.partition(".")[2])


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
