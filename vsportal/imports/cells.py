"""Reading one cell of a file: each reader gives a value, or refuses with a sentence that says what to do."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from vsportal import codes
from vsportal.editions.checks import upn_letter
from vsportal.editions.reading import Unreadable, day_words, read_date

ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
OTHER_DATE = re.compile(r"\d{1,2}[/.\- ]\d{1,2}[/.\- ]\d{4}")
EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\"]+")
UPN = re.compile(r"[A-HJ-NP-RT-Z]\d{11}[0-9A-HJ-NP-RT-Z]")
YEARS = {"r": 0, "n1": -2, "n2": -1}
"""How registers write the years before Year 1."""

Reader = Callable[[str], Any]
"""Text of a cell that is not empty → its value; raises `Unreadable`."""


def text(most: int = 200) -> Reader:
    """Words, of at most so many characters."""

    def read(cell: str) -> str:
        if len(cell) > most:
            raise Unreadable(f"This has {len(cell):,} characters. Shorten it to {most} or fewer.")
        return cell

    return read


def day(cell: str) -> date:
    """A date as year-month-day, and no other way: 03/11/2026 is two dates, depending on who reads it."""
    found = ISO.fullmatch(cell)
    if not found:
        raise Unreadable(f"Write the date as year-month-day, like 2026-09-01.{_meant(cell)}")
    try:
        on = date(*map(int, found.groups()))
    except ValueError as error:
        raise Unreadable("There is no such day. Write a real date, like 2026-09-01.") from error
    if not 1900 <= on.year <= 2100:
        raise Unreadable(f"{on.year} is not a year this can be. Check the date.")
    return on


def _meant(cell: str) -> str:
    """How a date that was written the English way is written here."""
    if not OTHER_DATE.fullmatch(cell):
        return ""
    try:
        on = read_date(cell)
    except Unreadable:
        return ""
    return f" If {cell} is {day_words(on)}, write {on.isoformat()}."


def past_day(today: Callable[[], date]) -> Reader:
    """A date that is not in the future."""

    def read(cell: str) -> date:
        on = day(cell)
        if on > today():
            raise Unreadable("This date is in the future. Check it.")
        return on

    return read


def code(name: str) -> Reader:
    """A code of one of the lists in `vsportal/codes`."""

    def read(cell: str) -> str:
        wanted = cell.upper()
        if wanted not in {c.code for c in codes.get(name).codes}:
            title = codes.get(name).title
            known = [c.code for c in codes.get(name).codes]
            some = ", ".join(known) if len(known) <= 24 else f"{', '.join(known[:6])} and others"
            raise Unreadable(f"This is not a code of the list “{title}”. It has {some}.")
        return wanted

    return read


def one_of(known: Mapping[str, str]) -> Reader:
    """One of a few words, in any case; `known`: what may be written → what is kept."""

    def read(cell: str) -> str:
        wanted = cell.casefold().replace("-", "_").replace(" ", "_")
        if wanted not in known:
            raise Unreadable(f"Write one of: {', '.join(dict.fromkeys(known.values()))}.")
        return known[wanted]

    return read


def same(*words: str) -> dict[str, str]:
    """Words that are kept as they are written, for `one_of`."""
    return {word: word for word in words}


def yes_no(cell: str) -> bool:
    """Y or N."""
    if cell.upper() not in ("Y", "N"):
        raise Unreadable("Write Y or N.")
    return cell.upper() == "Y"


def email(cell: str) -> str:
    """An e-mail address, in small letters, as accounts keep it."""
    if len(cell) > 254 or not EMAIL.fullmatch(cell):
        raise Unreadable("This is not an e-mail address. Write one, like name@example.org.")
    return cell.lower()


def figures(count: range, what: str) -> Reader:
    """A number that is a name: a URN, a UKPRN."""

    def read(cell: str) -> str:
        if not (cell.isascii() and cell.isdigit() and len(cell) in count):
            most = count[-1]
            raise Unreadable(f"A {what} has {most} figures. Check it, and that no figure was lost.")
        return cell

    return read


def upn(cell: str) -> str:
    """A unique pupil number: its form and its check letter."""
    number = re.sub(r"[\s-]", "", cell).upper()
    if not UPN.fullmatch(number):
        raise Unreadable("A UPN is a letter and 12 figures, the last sometimes a letter. Check the register.")
    if number[0] != upn_letter(number[1:]):
        raise Unreadable("The first letter of this UPN does not fit its figures. Check the register.")
    return number


def nc_year(cell: str) -> int:
    """A national curriculum year: R, or a number; nursery years are N1 and N2."""
    if cell.casefold() in YEARS:
        return YEARS[cell.casefold()]
    if re.fullmatch(r"-?\d{1,2}", cell) and -2 <= int(cell) <= 14:
        return int(cell)
    raise Unreadable("Write the year group as R, N1, N2 or a number from 0 to 14.")
