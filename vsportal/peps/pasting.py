"""A table pasted from a spreadsheet, read into the rows of a question: what fits, and what does not and why.

Pure reading; nothing is written here. What is filled in goes through `save_draft` like anything typed.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from vsportal.editions import answers
from vsportal.editions.kinds import kind_of, options_of
from vsportal.editions.reading import Unreadable, Value, plain
from vsportal.editions.schema import Column, Grid
from vsportal.peps.loading import Sheet
from vsportal.peps.operations.saving import is_writable

MOST_LINES = 200
"""Lines of a paste that are read; a class list is shorter."""
MOST_CHARACTERS = 100_000
FORMULA = "Paste the value, not the formula"
WORDS = re.compile(r"[^a-z0-9%+]+")


@dataclass(frozen=True)
class Cell:
    """One pasted cell under a column of the form."""

    column: str
    text: str
    """As it was pasted."""
    shown: str = ""
    """As it will stand."""
    value: str = ""
    """What a control of the form would post."""
    problem: str = ""


@dataclass(frozen=True)
class Line:
    """One pasted row."""

    title: str
    row: str
    """The id of the row it goes to; empty for one that is new."""
    cells: Sequence[Cell]
    problem: str = ""
    """Why the whole row is left out."""

    @property
    def fits(self) -> bool:
        """Whether anything of it can be filled in."""
        return not self.problem and any(c.value for c in self.cells)


@dataclass(frozen=True)
class Pasted:
    """What was pasted, matched to a question's rows and columns."""

    columns: Sequence[Column] = ()
    lines: Sequence[Line] = ()
    unknown: Sequence[str] = ()
    """Headings that no column of the form has."""
    problems: Sequence[str] = field(default_factory=tuple)
    """What is wrong with the whole."""

    @property
    def ready(self) -> Sequence[Line]:
        """The rows that can be filled in."""
        return [line for line in self.lines if line.fits]

    @property
    def left_out(self) -> int:
        """Cells and rows with a problem, which stay out."""
        return sum(1 if line.problem else sum(bool(c.problem) for c in line.cells) for line in self.lines)


def columns_for(sheet: Sheet, grid: Grid) -> list[Column]:
    """The columns this person can fill in, in the form's order."""
    return [
        c
        for c in grid.columns
        if kind_of(c).asks and is_writable(sheet, f"{grid.id}.{_any_row(grid)}.{c.id}")
    ]


def expects(sheet: Sheet, grid: Grid) -> list[str]:
    """The headings a table should have, in order: what the rows are called, then the columns."""
    first = [] if grid.repeat else [(grid.row_name or "row").capitalize()]
    return [*first, *(c.label for c in columns_for(sheet, grid))]


def read_table(text: str) -> list[list[str]]:
    """The cells of what was pasted: with tabs as a spreadsheet copies, or with commas; empty lines go."""
    text = plain(text)
    rows = csv.reader(io.StringIO(text), delimiter="\t" if "\t" in text else ",", skipinitialspace=True)
    cells = [[" ".join(cell.split()) for cell in row] for row in rows]
    return [row for row in cells if any(row)]


def read_pasted(sheet: Sheet, grid: Grid, text: str) -> Pasted:
    """What of a pasted table goes where; `problems` when there is nothing to go on with."""
    columns = columns_for(sheet, grid)
    try:
        table = read_table(text[:MOST_CHARACTERS])
    except csv.Error:
        return Pasted(columns, problems=["Paste the cells of a table, copied from a spreadsheet."])
    if not table:
        return Pasted(columns, problems=["Paste at least one row of a table."])
    if len(table) > MOST_LINES or len(text) > MOST_CHARACTERS:
        return Pasted(columns, problems=[f"Paste at most {MOST_LINES} rows at a time."])
    places, unknown, body = _headings(grid, columns, table)
    lines = _lines(sheet, grid, places, body)
    return Pasted(columns, lines, unknown, [] if lines else ["Paste at least one row below the headings."])


def posted_from(pasted: Pasted, grid: Grid, now: datetime) -> dict[str, list[str]]:
    """What a page with these rows filled in would post: control name → texts."""
    posted: dict[str, list[str]] = {}
    for number, line in enumerate(pasted.ready):
        # A moment apart, because rows stand in the order in which they were added.
        row = line.row or answers.new_row_id(now + timedelta(milliseconds=number))
        if grid.repeat:
            posted[f"{grid.id}.{row}"] = ["1"]
        posted |= {f"{grid.id}.{row}.{c.column}": [c.value] for c in line.cells if c.value}
    return posted


def marks_for(sheet: Sheet, pasted: Pasted, grid: Grid) -> dict[str, str]:
    """Marks of what stands now where the rows would go, for the page that shows them."""
    keys = [f"{grid.id}.{line.row}" for line in pasted.ready if line.row]
    keys += [f"{grid.id}.{ln.row}.{c.column}" for ln in pasted.ready if ln.row for c in ln.cells if c.value]
    return {key: answers.mark(sheet.row.answers.get(key)) for key in keys}


# Headings -----------------------------------------------------------------------------------------------

TITLE = ""
"""Where the name of a fixed row stands."""
Places = Sequence[str | None]
"""What each pasted column holds: a column's id, the row's name, or nothing the form has."""


def _headings(
    grid: Grid, columns: Sequence[Column], table: list[list[str]]
) -> tuple[Places, list[str], list[list[str]]]:
    """Where each pasted column goes, the headings nobody knows, and the rows below the headings.

    Without headings the columns are in the form's order.
    """
    first = [_column_called(cell, grid, columns) for cell in table[0]]
    named = sum(place not in (None, TITLE) for place in first)
    if named * 2 >= max(1, sum(map(bool, table[0])) - (not grid.repeat)) and named:
        unknown = [cell for cell, place in zip(table[0], first, strict=True) if cell and place is None]
        if not grid.repeat and TITLE not in first:
            first[0] = TITLE
            unknown = [cell for cell in unknown if cell != table[0][0]]
        return first, unknown, table[1:]
    order = [*([] if grid.repeat else [TITLE]), *(c.id for c in columns)]
    return order, [], table


def _column_called(heading: str, grid: Grid, columns: Sequence[Column]) -> str | None:
    asked = _plain(heading)
    if not asked:
        return None
    if not grid.repeat and asked == _plain(grid.row_name):
        return TITLE
    exact = next((c.id for c in columns if asked in (_plain(c.label), _plain(c.id))), None)
    begins = [c.id for c in columns if _plain(c.label).startswith(f"{asked} ")]
    return exact or (begins[0] if len(begins) == 1 else None)


# Rows and cells -----------------------------------------------------------------------------------------


def _lines(sheet: Sheet, grid: Grid, places: Places, body: list[list[str]]) -> list[Line]:
    """Each pasted row with the row of the form it goes to."""
    there = _rows_there(sheet, grid)
    room = grid.max_rows - len(there) if grid.repeat else 0
    title_at = grid.row_title if grid.repeat else TITLE
    found: list[Line] = []
    met: set[str] = set()
    for pasted in body:
        given = {place: cell for place, cell in zip(places, pasted, strict=False) if place is not None}
        title = given.get(title_at, "")
        row = there.get(_plain(title), "")
        problem = _why_not(grid, title, row, met, room)
        met.add(_plain(title))
        room -= not row and not problem
        cells = [_cell(grid.by_column[at], text) for at, text in given.items() if at != TITLE]
        found.append(Line(title, row, cells, problem))
    return found


def _why_not(grid: Grid, title: str, row: str, met: set[str], room: int) -> str:
    """Why a pasted row can go nowhere, or nothing."""
    name = grid.row_name or "row"
    if not title and (grid.row_title or not grid.repeat):
        return f"Enter the {name} in this row"
    if title and _plain(title) in met:
        return f"{title} is here twice: the first one is used"
    if not row and not grid.repeat:
        return f"The form has no {name} called {title}"
    return f"There is no room for more than {grid.max_rows}" if not row and room <= 0 else ""


def _rows_there(sheet: Sheet, grid: Grid) -> Mapping[str, str]:
    """The rows of the form by what they are called."""
    if not grid.repeat:
        return {name: row_id for row_id, label in grid.rows for name in (_plain(label), _plain(row_id))}
    called = {
        row: sheet.row.answers.get(f"{grid.id}.{row}.{grid.row_title}")
        for row in answers.rows_of(grid, sheet.row.answers)
    }
    return {_plain(str(value or row)): row for row, value in called.items()}


def _cell(column: Column, text: str) -> Cell:
    """One cell, read as its control would read it."""
    if not text:
        return Cell(column.id, text)
    if text.startswith("=") and len(text) > 1:
        return Cell(column.id, text, problem=FORMULA)
    offered = options_of(column)
    code = _code(text, offered) if offered else text
    if offered and not code:
        some = ", ".join(label for _, label in offered[:6])
        more = " …" if len(offered) > 6 else ""
        return Cell(column.id, text, problem=f"Enter one of: {some}{more}")
    try:
        value: Value = kind_of(column).read(column, [code])
    except Unreadable as reason:
        return Cell(column.id, text, problem=reason.sentence)
    return Cell(column.id, text, kind_of(column).show(column, value), code)


def _code(text: str, offered: Sequence[tuple[str, str]]) -> str:
    """The code of an answer that is offered: by code, by its words, or by how its words begin."""
    asked = _plain(text)
    if not asked:
        return ""
    exact = next((code for code, label in offered if asked in (_plain(code), _plain(label))), "")
    begins = [code for code, label in offered if _plain(label).startswith(asked)]
    return exact or (begins[0] if len(begins) == 1 else "")


def _plain(text: str) -> str:
    """A name as it is compared: without case, marks and spaces to spare."""
    return WORDS.sub(" ", text.casefold()).strip()


def _any_row(grid: Grid) -> str:
    return grid.rows[0][0] if grid.rows else "k1"
