"""CSV that leaves the portal: no cell of it is a formula when a spreadsheet program opens it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe(cell: object) -> str:
    """A cell that no spreadsheet program takes for a formula."""
    text = str(cell)
    return f"'{text}" if text.startswith(BEGINS_A_FORMULA) else text


def sheet(rows: Iterable[Sequence[object]]) -> bytes:
    """Rows as CSV in UTF-8, with the mark by which spreadsheet programs know it."""
    made = io.StringIO(newline="")
    csv.writer(made).writerows([safe(cell) for cell in row] for row in rows)
    return made.getvalue().encode("utf-8-sig")
