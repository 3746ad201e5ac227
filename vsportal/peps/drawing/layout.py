"""Where the columns of a table stand: wide tables put what belongs together into one cell.

Columns of one term stand under each other; short columns that follow each other share a cell.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from vsportal.editions.schema import Column, LongText, ManyOf, OneOf, Rows, Text

_SEASONS = ("autumn", "spring", "summer")
_WIDE_FROM = 8
"""The number of columns from which a table has not room for each."""


@dataclass(frozen=True)
class Together:
    """Columns in one cell, and how they stand there: one, term (under each other), pack (side by side)."""

    shape: str
    season: str
    columns: tuple[Column, ...]

    @property
    def heading(self) -> str:
        """What stands over the cell; for a pack it is heard, not seen: each control has its label."""
        return self.season.capitalize() if self.shape == "term" else ", ".join(c.label for c in self.columns)


@dataclass(frozen=True)
class Layout:
    """The columns of a table in their cells."""

    first: tuple[Column, ...]
    """In the row's heading: what names the row, and in a wide table the choice that follows it."""
    cells: tuple[Together, ...]
    wide: bool


def layout(field: Rows, columns: tuple[Column, ...]) -> Layout:
    """Where `columns`, those a person may see, stand in the table of `field`."""
    wide = len(columns) >= _WIDE_FROM
    title = next((c for c in columns if c.id == field.row_title), None) if field.repeat else None
    rest = [c for c in columns if c is not title]
    first: tuple[Column, ...] = (title,) if title else ()
    if wide and title and rest and isinstance(rest[0], OneOf):
        first, rest = (title, rest[0]), rest[1:]
    seasons = [season_of(c) for c in rest]
    stacked = {s for s in seasons if s and seasons.count(s) > 1}
    cells: list[Together] = []
    for season, group in groupby(rest, key=lambda c: season_of(c) if season_of(c) in stacked else ""):
        together = tuple(group)
        if season:
            cells.append(Together("term", season, together))
        elif wide:
            cells.append(Together("pack", "", together))
        else:
            cells += [Together("one", season_of(c), (c,)) for c in together]
    return Layout(first, tuple(cells), wide)


def season_of(column: Column) -> str:
    """The term a column asks about, by the beginning of its id; empty for none."""
    season = column.id.partition("_")[0]
    return season if season in _SEASONS else ""


def without_season(column: Column, season: str) -> str:
    """The label under a term's own heading: “Autumn progress” is “Progress” there."""
    label = column.label
    if not season or not label.lower().startswith(f"{season} "):
        return label
    rest = label[len(season) :].strip()
    return rest[:1].upper() + rest[1:]


def is_short(column: Column) -> bool:
    """True for what leaves room for another beside it on a card."""
    if isinstance(column, Text):
        return column.width != "full"
    return not isinstance(column, LongText | ManyOf) and column.kind != "scale"
