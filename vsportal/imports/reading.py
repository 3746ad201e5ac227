"""From the bytes of a CSV file to its rows: encoding, separator, header. Pure; nothing is guessed in silence.

UTF-8 is the format. What old spreadsheets write instead (Windows-1252, semicolons, tabs) is taken and said.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from vsportal.editions.reading import one_line
from vsportal.imports.findings import Problem, Remark

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs"}
LONGEST_CELL = 10_000
EMPTY = "The file is empty. Send one with a header row and a row for each record."
SPREADSHEET = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How a file of a spreadsheet program begins: .xlsx and .ods, .xls."""


class Row(NamedTuple):
    """One row: the line of the file on which it begins, and its cells by column."""

    line: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Read:
    """A file as rows; none when there are problems with the file itself."""

    rows: Sequence[Row] = ()
    problems: Sequence[Problem] = ()
    remarks: Sequence[Remark] = ()


class _Unreadable(Exception):
    """The file as a whole cannot be read."""

    def __init__(self, sentence: str, line: int = 1, column: str = "", value: str = "") -> None:
        super().__init__(sentence)
        self.problem = Problem(line, column, value, sentence)


def read(content: bytes, columns: Sequence[str]) -> Read:
    """The rows of a file that has just these columns, in any order."""
    remarks: list[Remark] = []
    try:
        text, encoding = _decode(content)
        if encoding:
            remarks.append(Remark(0, encoding))
        separator = _separator(text, columns)
        if separator != ",":
            remarks.append(Remark(0, f"The file was read with {SEPARATORS[separator]} between its columns."))
        lines = _lines(text, separator)
        names = _header(next(lines, (1, []))[1], columns)
        rows, problems = _rows(lines, names)
    except _Unreadable as reason:
        return Read(problems=[reason.problem], remarks=remarks)
    if not rows and not problems:
        remarks.append(Remark(0, "The file has a header and no rows."))
    return Read(rows, problems, remarks)


# Encoding ---------------------------------------------------------------------------------------------------


def _decode(content: bytes) -> tuple[str, str]:
    """The text, and a sentence when it was not UTF-8."""
    if not content.strip(b"\xef\xbb\xbf \t\r\n"):
        raise _Unreadable(EMPTY)
    if content.startswith(SPREADSHEET):
        raise _Unreadable("This is a spreadsheet, not a CSV file. Save it as “CSV UTF-8” and send that.")
    text, said = _text(content)
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise _Unreadable("The file holds a character that no text has (NUL). Save it as CSV again.", line)
    return text.replace("\r\n", "\n").replace("\r", "\n"), said


def _text(content: bytes) -> tuple[str, str]:
    """Bytes as text: UTF-8 with or without a mark, UTF-16 with one, else Windows-1252."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return content.decode("utf-16"), "The file was read as UTF-16. UTF-8 is the format."
        except UnicodeDecodeError as error:
            raise _Unreadable("The file breaks off in the middle. Save it as “CSV UTF-8” again.") from error
    try:
        return content.decode("utf-8-sig"), ""
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
    half = content.decode("utf-8", errors="surrogateescape")
    if any(ord(c) > 127 and not "\udc80" <= c <= "\udcff" for c in half.removeprefix("\ufeff")):
        raise _Unreadable("The file mixes two encodings here. Save it as “CSV UTF-8” again.", line)
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _Unreadable("This cannot be read. Save the file as “CSV UTF-8” again.", line) from error
    return text, "The file was read as Windows-1252, not UTF-8. Look at names with accents before you go on."


# Header and rows --------------------------------------------------------------------------------------------


def _separator(text: str, columns: Sequence[str]) -> str:
    """What stands between the columns: whichever makes the most of the header."""
    first = text.lstrip("\n").partition("\n")[0][:LONGEST_CELL]

    def known(separator: str) -> int:
        return len(set(map(_name, next(csv.reader([first], delimiter=separator), []))) & set(columns))

    return max(SEPARATORS, key=known)


def _name(cell: str) -> str:
    """A column's name as headers are compared: “Child ref ” is child_ref."""
    return "_".join(cell.strip().casefold().split())


def _lines(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not blank, each with the line it begins on."""
    reader = csv.reader(io.StringIO(text), delimiter=separator, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _Unreadable(
                "The row that begins here cannot be read: a quotation mark is not closed, or stands in the "
                'middle of a cell. Write a quotation mark inside a cell twice, as "".',
                line,
            ) from error
        if any(cell.strip() for cell in cells):
            yield line, cells


def _header(cells: Sequence[str], columns: Sequence[str]) -> list[str]:
    """The columns in the file's order: each once and no other. What is not known is never ignored."""
    if not cells:
        raise _Unreadable(EMPTY)
    names = [_name(cell) for cell in cells]
    while names and not names[-1]:
        names.pop()
    if unknown := [name for name in names if name not in columns]:
        missing = [name for name in columns if name not in names]
        also = f" Missing: {_quoted(missing)}." if missing else ""
        raise _Unreadable(
            f"Not known: {_quoted(unknown)}.{also} The columns of this kind are {', '.join(columns)}.",
            column=unknown[0][:80],
        )
    if missing := [name for name in columns if name not in names]:
        one = len(missing) == 1
        raise _Unreadable(
            f"The {'column' if one else 'columns'} {_quoted(missing)} {'is' if one else 'are'} missing. "
            f"Add {'it' if one else 'them'} to the header; cells below may be empty where that is allowed.",
            column=missing[0],
        )
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise _Unreadable(f"The column “{twice}” is there twice. Remove one.", column=twice)
    return names


def _rows(lines: Iterator[tuple[int, list[str]]], names: Sequence[str]) -> tuple[list[Row], list[Problem]]:
    """Each row's cells under their columns, cleaned."""
    rows: list[Row] = []
    problems: list[Problem] = []
    for line, found in lines:
        cells = found
        while len(cells) > len(names) and not cells[-1].strip():
            cells = cells[:-1]
        if len(cells) != len(names):
            sentence = f"This row has {len(cells)} cells and the header {len(names)}. Check its separators."
            problems.append(Problem(line, "", "", sentence))
        elif long := next((name for name, cell in zip(names, cells, strict=True) if _is_long(cell)), None):
            sentence = "This cell is far too long. Look for a quotation mark that never closes."
            problems.append(Problem(line, long, "", sentence))
        else:
            rows.append(Row(line, dict(zip(names, map(one_line, cells), strict=True))))
    return rows, problems


def _is_long(cell: str) -> bool:
    """Longer than anything these files hold."""
    return len(cell) > LONGEST_CELL


def _quoted(names: Sequence[str]) -> str:
    """Names in a sentence, cut short when there are very many."""
    some = [f"“{name[:60]}”" for name in names[:8]]
    return ", ".join(some) + (f" and {len(names) - 8} more" if len(names) > 8 else "")
