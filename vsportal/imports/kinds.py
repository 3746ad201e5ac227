"""The kinds of file there are: their columns, what each cell means, and an example to start from.

The columns are promised to those who write the exports; `docs/imports.md` explains them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from vsportal import clock
from vsportal.editions.reading import Unreadable
from vsportal.imports import cells
from vsportal.imports.cells import Reader
from vsportal.imports.findings import Findings
from vsportal.imports.reading import Row
from vsportal.models import Role

PEOPLE = cells.same(*(str(role) for role in Role if role != Role.YOUNG_PERSON))
"""Roles a file may give; whose account is a child’s own is said on the child’s page."""


class Column(NamedTuple):
    """One column: how a cell that is not empty is read, and whether it may be empty."""

    name: str
    read: Reader
    about: str
    example: str
    needed: bool = False


@dataclass(frozen=True)
class Kind:
    """One kind of file."""

    id: str
    title: str
    about: str
    """What a row is, in a sentence."""
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    """The columns that say which record a row is about: two rows with the same are one too many."""

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, in the order of the example."""
        return tuple(column.name for column in self.columns)

    def parse(self, rows: Sequence[Row], found: Findings) -> list[Parsed]:
        """The rows whose every cell can be read; the others are refused, each cell by itself."""
        parsed = []
        for row in rows:
            before = len(found.problems)
            values = {column.name: self._value(row, column, found) for column in self.columns}
            if len(found.problems) == before:
                parsed.append(Parsed(row.line, values))
        return self._once(parsed, found)

    def _value(self, row: Row, column: Column, found: Findings) -> Any:  # whatever the column holds
        """One cell's value; None when it is empty."""
        cell = row.cells[column.name]
        if not cell:
            if column.needed:
                found.refuse(row.line, column.name, "", f"This is empty. Enter {column.about}.")
            return None
        try:
            return column.read(cell)
        except Unreadable as reason:
            found.refuse(row.line, column.name, cell, reason.sentence)
            return None

    def _once(self, parsed: Sequence[Parsed], found: Findings) -> list[Parsed]:
        """Each record once: a row that says the same again is left out and said, another is refused."""
        first: dict[tuple[Any, ...], Parsed] = {}
        for row in parsed:
            key = tuple(row.values[name] for name in self.key)
            there = first.setdefault(key, row)
            if there is row:
                continue
            if there.values == row.values:
                found.remark(row.line, f"This row says the same as line {there.line}.")
            else:
                found.refuse(
                    row.line,
                    self.key[0],
                    row.values[self.key[0]],
                    f"Line {there.line} is about the same record and says something else. Keep one of them.",
                )
        return list(first.values())


class Parsed(NamedTuple):
    """A row whose cells have been read: a value by column, None where the cell is empty."""

    line: int
    values: dict[str, Any]


CHILD = Column("child_ref", cells.text(60), "the authority’s own number of the child", "SC10432", needed=True)
SETTING = Column(
    "setting_ref", cells.text(60), "the authority’s own number of the setting", "4021", needed=True
)
START = Column("start", cells.day, "the first day", "2026-09-01", needed=True)
END = Column("end", cells.day, "the first day on which it no longer holds; empty while it goes on", "")
HOUSEHOLD_KINDS = cells.same("foster", "kinship", "residential", "supported", "parent")
SEXES = {"m": "M", "f": "F", "u": "U"}
ALLOCATED = cells.same("social_worker", "adviser", "independent_reviewer")

KINDS: dict[str, Kind] = {
    kind.id: kind
    for kind in (
        Kind(
            "settings",
            "Settings",
            "Schools, nurseries, colleges and providers.",
            (
                SETTING,
                Column("urn", cells.figures(range(5, 7), "URN"), "the unique reference number", "900101"),
                Column("ukprn", cells.figures(range(8, 9), "UKPRN"), "the provider’s number", "10090101"),
                Column("name", cells.text(), "the name", "Lodewater Academy", needed=True),
                Column(
                    "phase", cells.text(60), "the phase, as the register has it", "Secondary", needed=True
                ),
                Column("type", cells.text(100), "the type, as the register has it", "Academy converter"),
                Column("la_code", cells.text(10), "the code of its authority", "998"),
                Column("la_name", cells.text(100), "the name of its authority", "Fenland"),
                Column("postcode", cells.text(10), "the postcode", "PE99 1ZZ"),
                Column("trust", cells.text(), "the trust it belongs to", ""),
            ),
            ("setting_ref",),
        ),
        Kind(
            "inspections",
            "Inspections",
            "One judgement of one inspection; each area is a row.",
            (
                SETTING,
                Column("date", cells.past_day(clock.today), "the day", "2026-03-11", needed=True),
                Column("framework", cells.text(60), "the inspection framework", "2025", needed=True),
                Column("area", cells.text(100), "what was judged", "inclusion", needed=True),
                Column("grade", cells.text(60), "the grade", "strong standard", needed=True),
            ),
            ("setting_ref", "date", "framework", "area"),
        ),
        Kind(
            "people",
            "People",
            "People and what they are: a row a role.",
            (
                Column("email", cells.email, "the e-mail address", "jo.marsh@example.org", needed=True),
                Column("name", cells.text(), "the name", "Jo Marsh", needed=True),
                Column("role", cells.one_of(PEOPLE), "the role", "designated_teacher", needed=True),
                Column("team", cells.text(100), "the team, for social workers and their managers", ""),
                SETTING._replace(needed=False, about="the setting, for roles at a school"),
            ),
            ("email", "role", "setting_ref"),
        ),
        Kind(
            "children",
            "Children",
            "Children the authority looks after, or has.",
            (
                CHILD,
                Column("upn", cells.upn, "the unique pupil number", ""),
                Column("first_name", cells.text(100), "the first name", "Wren", needed=True),
                Column("last_name", cells.text(100), "the last name", "Example", needed=True),
                Column("known_as", cells.text(100), "the first name the child goes by", ""),
                Column(
                    "date_of_birth",
                    cells.past_day(clock.today),
                    "the date of birth",
                    "2011-05-04",
                    needed=True,
                ),
                Column("sex", cells.one_of(SEXES), "M, F or U", "F"),
                Column("ethnicity", cells.code("ethnicity"), "a code of the school census", "WBRI"),
                Column("first_language", cells.code("language"), "a code of the school census", "ENG"),
                Column("uasc", cells.yes_no, "Y for a child who came alone to seek asylum", "N"),
                Column("sen_status", cells.code("sen_status"), "N, K or E", "K"),
                Column(
                    "sen_need", cells.code("sen_need"), "the kind of need, a code of the school census", "MLD"
                ),
            ),
            ("child_ref",),
        ),
        Kind(
            "care_periods",
            "Times in care",
            "A time of being looked after, under one legal status.",
            (
                CHILD,
                START,
                END,
                Column("legal_status", cells.code("legal_status"), "a code of the return", "C2", needed=True),
                Column("legal_status_from", cells.day, "since when; empty for the start", ""),
                Column("end_reason", cells.text(100), "why it ended, as the return has it", ""),
            ),
            ("child_ref", "start"),
        ),
        Kind(
            "households",
            "Households",
            "Homes and the people who care there: a row a person.",
            (
                Column("household_ref", cells.text(60), "the authority’s own number", "H-207", needed=True),
                Column("kind", cells.one_of(HOUSEHOLD_KINDS), "the kind of home", "foster", needed=True),
                Column("carer_email", cells.email, "a carer’s e-mail address", "tina.marlowe@example.org"),
            ),
            ("household_ref", "carer_email"),
        ),
        Kind(
            "homes",
            "Homes",
            "A child living somewhere, from and until.",
            (
                CHILD,
                START,
                END,
                Column("placement_code", cells.code("placement"), "a code of the return", "U6", needed=True),
                Column("in_area", cells.yes_no, "Y when it lies in the authority’s area", "Y", needed=True),
                Column(
                    "household_ref", cells.text(60), "the household, when people there have accounts", "H-207"
                ),
            ),
            ("child_ref", "start"),
        ),
        Kind(
            "allocations",
            "Workers",
            "Who works with a child: social worker, adviser, independent reviewer.",
            (
                CHILD,
                Column("role", cells.one_of(ALLOCATED), "the role", "social_worker", needed=True),
                Column(
                    "email",
                    cells.email,
                    "the worker’s e-mail address",
                    "priya.raman@example.org",
                    needed=True,
                ),
                START,
                END,
            ),
            ("child_ref", "role", "email", "start"),
        ),
        Kind(
            "enrolments",
            "Enrolments",
            "A child on the roll of a setting.",
            (
                CHILD,
                SETTING,
                START,
                END,
                Column("nc_year", cells.nc_year, "the year group: R, N1, N2 or a number", "10", needed=True),
                Column("reason_left", cells.text(100), "why the child left", ""),
            ),
            ("child_ref", "setting_ref", "start"),
        ),
    )
}
"""In the order in which they are brought in: each refers only to those before it."""


def example(kind: Kind) -> list[list[str]]:
    """A header and one row, to start from."""
    return [list(kind.names), [column.example for column in kind.columns]]
