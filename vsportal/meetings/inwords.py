"""A section in words, for paper: what was answered under the headings of the form, and nothing left empty."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from vsportal.editions import answers
from vsportal.editions.kinds import answered, kind_of
from vsportal.editions.schema import Field, Grid, Records
from vsportal.meetings.told import Told
from vsportal.peps.drawing import Said
from vsportal.wording import Spoken, fill

MOST_COLUMNS = 6
"""With more columns than these a table does not fit on paper: each row stands by itself."""
SKIPPED = {"skipped": "{child} chose not to say", "talk": "{child} would rather talk about it"}

FromRecord = Mapping[str, Sequence[tuple[str, str]]]


@dataclass(frozen=True)
class Row:
    """One row: its title, and column → words."""

    title: str
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Item:
    """One question with what was answered: words, rows, or what several people say."""

    id: str
    label: str
    text: str = ""
    columns: Sequence[tuple[str, str]] = ()
    """Columns in which anything stands: id and label."""
    rows: Sequence[Row] = ()
    row_name: str = ""
    said: Sequence[Said] = ()
    is_table: bool = False


@dataclass(frozen=True)
class Group:
    """Questions under one heading."""

    title: str
    items: Sequence[Item]

    @property
    def runs(self) -> list[list[Item]]:
        """Answers in words that follow each other are one list; everything else stands alone."""
        return [list(run) for _, run in groupby(self.items, key=lambda item: item.text == "" and item.id)]


def in_words(
    told: Told,
    names: Spoken,
    *,
    takes: Callable[[Field], bool] = lambda _: True,
    said: Mapping[str, Sequence[Said]] | None = None,
    from_record: FromRecord | None = None,
) -> list[Group]:
    """The section's groups in which anything is answered, of the questions that `takes` takes.

    `said`: what people say, by question, of the questions the reader reads. `from_record`: rows of a record.
    """
    found: dict[str, list[Item]] = {}
    for field in told.asked.fields:
        if takes(field) and (item := _item(told, field, names, said or {}, from_record or {})):
            found.setdefault(fill(field.group, names), []).append(item)
    return [Group(title, items) for title, items in found.items()]


def texts_of(groups: Sequence[Group]) -> Iterator[tuple[str, str]]:
    """Everything that people wrote there: the label of the question, and a text."""
    for item in (item for group in groups for item in group.items):
        yield from ((item.label, text) for text in (item.text, *(one.text for one in item.said)) if text)
        for row in item.rows:
            yield from ((item.label, text) for text in (row.title, *row.cells.values()) if text)


def _item(
    told: Told, field: Field, names: Spoken, said: Mapping[str, Sequence[Said]], from_record: FromRecord
) -> Item | None:
    """One question, when it is asked and anything is answered in it."""
    leaf = told.asked.leaf(field.id)
    if leaf is None or field.kind == "note" or not answers.applies(leaf, told.row.answers):
        return None
    if isinstance(field, Grid | Records):
        return _rows(told, field, names, from_record)
    label = fill(field.label, names)
    if field.kind == "views":
        voices = said.get(field.id, ())
        return Item(field.id, label, said=voices) if voices else None
    text = _words(told, field, names)
    return Item(field.id, label, text=text) if text else None


def _words(told: Told, field: Field, names: Spoken) -> str:
    """An answer in words, or why there is none."""
    value = told.answers.get(field.id)
    if answered(value):
        return kind_of(field).show(field, value)
    if how := told.text(f"{field.id}~how"):
        return fill(SKIPPED.get(how, ""), names)
    because = told.text(f"{field.id}~unknown")
    return f"Not known yet: {because}" if because else ""


def _rows(told: Told, field: Grid | Records, names: Spoken, from_record: FromRecord) -> Item | None:
    """A question with rows: those in which anything stands, and the columns in which anything does."""
    recorded = dict(from_record.get(field.id, ()))
    titles = dict(field.rows) | recorded
    rows = []
    for row in answers.rows_of(field, told.answers, from_record):
        cells = {c.id: words for c in field.columns if (words := _cell(told, field, row, c.id))}
        title = titles[row] if row in titles else cells.pop(field.row_title, "")
        if cells or row in recorded or (title and row not in titles):
            rows.append(Row(title, cells))
    if not rows:
        return None
    used = {name for row in rows for name in row.cells}
    columns = [(c.id, fill(c.label, names)) for c in field.columns if c.id in used]
    return Item(
        field.id,
        fill(field.label, names),
        columns=columns,
        rows=rows,
        row_name=field.row_name,
        is_table=not isinstance(field, Records) and len(columns) <= MOST_COLUMNS,
    )


def _cell(told: Told, field: Grid | Records, row: str, column: str) -> str:
    """One cell in words."""
    spec, value = field.by_column[column], told.answers.get(f"{field.id}.{row}.{column}")
    return kind_of(spec).show(spec, value) if answered(value) else ""
