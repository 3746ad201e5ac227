"""What a section's page says of files: at which questions there are any, who added them, who may add more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from flask import current_app

from vsportal import clock, filters
from vsportal.editions.schema import Field, Rows
from vsportal.files import queries
from vsportal.files.checks import safe_name
from vsportal.files.queries import Kept
from vsportal.peps.loading import Sheet
from vsportal.wording import fill, spoken, who_can_read

__all__ = ["MOST_AT_ONCE", "FilesAt", "added_words", "files_of", "files_on", "safe_name", "size_words"]

if TYPE_CHECKING:
    from vsportal.peps.page import SectionPage

MOST_AT_ONCE = 5


@dataclass(frozen=True)
class FilesAt:
    """One question that takes files, as one person sees it."""

    id: str
    label: str
    readers: str
    rows: Sequence[tuple[str, str]]
    """Fixed rows, of a question that has such: which document a file is."""
    groups: Sequence[tuple[str, Sequence[Kept]]]
    """The files by row, with the row's words; without rows one group without words."""
    writes: bool
    count: int
    megabytes: int
    errors: Sequence[str] = ()
    row: str = ""
    """The row that was chosen, when sending did not work."""


def files_on(page: SectionPage) -> Sequence[FilesAt]:
    """The questions of a section's page that take files: one statement where there are such, else none."""
    return files_of(page.sheet)


def files_of(sheet: Sheet, only: str = "", *, errors: Sequence[str] = (), row: str = "") -> Sequence[FilesAt]:
    """The same of a loaded section. `only`: this question alone, with what was wrong with what was sent."""
    sight = sheet.sight
    asked = [f for f in sheet.asked.fields if f.files and f.id in sight.readable and only in ("", f.id)]
    if not asked:
        return ()
    kept = queries.kept_in(sheet.pep.id, sheet.row.section_id, [f.id for f in asked])
    return [_at(sheet, f, [k for k in kept if k.field_id == f.id], errors, row) for f in asked]


def _at(sheet: Sheet, field: Field, kept: Sequence[Kept], errors: Sequence[str], row: str) -> FilesAt:
    names = spoken(sheet.child.called, sheet.child.pronouns)
    rows = tuple((code, fill(words, names)) for code, words in field.rows) if isinstance(field, Rows) else ()
    chosen = field.narrowed or field.audience == "child_chosen"  # who reads those, the question itself says
    return FilesAt(
        id=field.id,
        label=fill(field.label, names),
        readers="" if chosen else who_can_read(field.audience or "care", names),
        rows=rows,
        groups=_by_row(kept, dict(rows)),
        writes=field.id in sheet.sight.writable,
        count=len(kept),
        megabytes=current_app.config["VSPORTAL"].upload_megabytes,
        errors=errors,
        row=row,
    )


def _by_row(kept: Sequence[Kept], words: Mapping[str, str]) -> Sequence[tuple[str, Sequence[Kept]]]:
    """Files under the words of their row, rows in the form's order; what is no longer asked comes last."""
    order = {code: n for n, code in enumerate(words)}
    ordered = sorted(kept, key=lambda k: order.get(k.row, len(order)))
    return [(words.get(code, ""), list(files)) for code, files in groupby(ordered, key=lambda k: k.row)]


def size_words(size: int) -> str:
    """How large a file is: “340 KB”, “1.2 MB”."""
    if size < 1_000_000:
        return f"{max(1, round(size / 1000))} KB"
    return f"{size / 1_000_000:.1f}".removesuffix(".0") + " MB"


def added_words(file: Kept) -> str:
    """Who added a file, and when."""
    return f"{file.added_by}, {filters.day_month(clock.local(file.added_at), clock.today())}"
