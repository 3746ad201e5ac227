"""Reading what people type: text that is safe to keep, dates, money and numbers in any usual form.

Whatever cannot be read is answered with a sentence that says what to do (`Unreadable`).
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from datetime import date
from decimal import Decimal
from typing import Any

Value = str | int | float | bool | list[str] | dict[str, Any] | None
"""An answer as it is kept. The dict is text that could not be read: `{"typed": "31/02/2020"}`."""

# A vertical tab is how Word pastes a line break inside a paragraph.
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\u2028\u2029]")
# PostgreSQL refuses NUL and lone surrogates, HTML refuses the non-characters, and the drawing
# of a section marks its holes with \x02 and \x03.
_NEVER_KEPT = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")

EXAMPLE_DATE = "4 September 2019"
_REAL_DATE = f"Enter a real date, like {EXAMPLE_DATE}"
_MONEY = "Enter the amount in pounds, like £1,200 or £45.50"
_NUMBER = "Enter a number, like 12"

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip
_MONTH_NUMBERS = {
    **{name.lower(): number for number, name in enumerate(MONTHS, 1)},
    **{name[:3].lower(): number for number, name in enumerate(MONTHS, 1)},
    "sept": 9,
}
_DAY_NAMES = re.compile(
    r"^(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\b[\s,.]*", re.IGNORECASE
)
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b", re.IGNORECASE)
_ISO_DATE = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:T.*)?", re.IGNORECASE)
_DAY_FIRST = re.compile(r"(\d{1,2})[-/.\s]+(\d{1,2})[-/.\s]+(\d+)")
_EIGHT_FIGURES = re.compile(r"(\d{2})(\d{2})((?:19|20)\d{2})")
_ISO_FIGURES = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
_PARTS = re.compile(r"\d+|[^\W\d_]+")


class Unreadable(ValueError):
    """What was typed is not what was asked for; `sentence` says what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def plain(text: str) -> str:
    r"""Text that every database, page and print can hold; nothing that a person can see is lost.

    Line ends become `\n`, control characters and broken Unicode go, letters and their accents are
    composed (NFC). Emoji and right-to-left text pass.
    """
    text = _NEVER_KEPT.sub("", _LINE_ENDS.sub("\n", text))
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def one_line(text: str) -> str:
    """Cleaned text in one line: what a box of one line gives, however it was pasted."""
    return " ".join(plain(text).split())


def words(text: str) -> int:
    """How many words, counted as people count: what stands between spaces."""
    return len(text.split())


def day_words(day: date) -> str:
    """A date as it is shown: 3 November 2026."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _figures(text: str) -> str:
    """`text` in one line with plain figures and signs: other scripts' digits, wide forms and unseen marks."""
    text = _UNSEEN.sub("", unicodedata.normalize("NFKC", one_line(text)))
    text = "".join(str(unicodedata.digit(c)) if not c.isascii() and c.isdecimal() else c for c in text)
    return text.replace("−", "-").replace("–", "-").strip()


def read_date(text: str) -> date:
    """The date somebody typed in any usual form, the day before the month.

    A year of two figures is in this century up to 49 and in the last one from 50 (4/9/19 is 2019,
    4/9/85 is 1985). Raises `Unreadable` for what is not a whole, real date from 1900 to 2100.
    """
    typed = _ORDINAL.sub("", _DAY_NAMES.sub("", _figures(text[:200])))
    if len(typed) > 40:
        raise Unreadable(f"Enter a date, like {EXAMPLE_DATE}")
    if found := _ISO_DATE.fullmatch(typed) or _ISO_FIGURES.fullmatch(typed):
        year, month, day = found.groups()
        return _real_date(int(day), int(month), year)
    if found := _DAY_FIRST.fullmatch(typed) or _EIGHT_FIGURES.fullmatch(typed):
        day, month, year = found.groups()
        return _real_date(int(day), int(month), year)
    return _date_with_a_month_name(typed)


def _date_with_a_month_name(typed: str) -> date:
    """4 Sept 2019, September 4 2019, 4-sep-19; refuses what lacks a day or a year, saying which."""
    parts = [p for p in _PARTS.findall(typed.lower()) if p != "of"]
    names = [p for p in parts if p in _MONTH_NUMBERS]
    numbers = [p for p in parts if p.isdigit()]
    if len(names) != 1 or len(names) + len(numbers) != len(parts):
        if re.fullmatch(r"\d{1,2}[-/.\s]+\d{1,2}[-/.\s]*", typed):
            raise Unreadable(f"Enter the year as well, like {EXAMPLE_DATE}")
        raise Unreadable(f"Enter a date, like {EXAMPLE_DATE}")
    if len(numbers) == 1:
        lacking = "day" if len(numbers[0]) > 2 else "year"
        raise Unreadable(f"Enter the {lacking} as well, like {EXAMPLE_DATE}")
    if len(numbers) != 2:
        raise Unreadable(_REAL_DATE)
    day, year = numbers
    if len(day) > 2 and len(year) <= 2:
        day, year = year, day
    return _real_date(int(day), _MONTH_NUMBERS[names[0]], year)


def _real_date(day: int, month: int, year_typed: str) -> date:
    """The date, or a sentence that says which part of it cannot be."""
    if len(year_typed) not in (2, 4):
        raise Unreadable(f"Enter the year with four figures, like {EXAMPLE_DATE}")
    year = int(year_typed)
    if len(year_typed) == 2:
        year += 2000 if year < 50 else 1900
    if not 1 <= month <= 12:
        if 12 < month <= 31 and 1 <= day <= 12:
            raise Unreadable(
                f"There is no month {month}. Enter the day first, then the month, like {EXAMPLE_DATE}"
            )
        raise Unreadable(f"There is no month {month}. {_REAL_DATE}")
    if not 1900 <= year <= 2100:
        raise Unreadable(f"{year} is not a year this can be. {_REAL_DATE}")
    if not 1 <= day <= monthrange(year, month)[1]:
        raise Unreadable(f"{day} {MONTHS[month - 1]} {year} is not a date. {_REAL_DATE}")
    return date(year, month, day)


def read_number(text: str) -> int | float:
    """The number somebody typed: 1,200 and 1 200 have thousands, 94,5 and 94.5 are the same.

    A whole number is an int. Raises `Unreadable`.
    """
    number = _decimal(_figures(text), _NUMBER)
    return int(number) if number == number.to_integral_value() else float(number)


def read_percent(text: str) -> int | float:
    """The percentage somebody typed, with or without the sign: 94 %, 94.5, 94,5 per cent."""
    typed = re.sub(r"\s*(?:%|per ?cent|percent)\s*$", "", _figures(text), flags=re.IGNORECASE)
    number = _decimal(typed, "Enter a percentage, like 94.5")
    return int(number) if number == number.to_integral_value() else float(number)


def read_pence(text: str) -> int:
    """The pence in an amount somebody typed: £1,200.50, 1 200, £12.5, 50p. Raises `Unreadable`."""
    typed = _figures(text).casefold()
    if found := re.fullmatch(r"(\d{1,6})\s?p", typed):
        return int(found[1])
    typed = re.sub(r"^(?:gbp|£)\s*", "", typed)
    typed = re.sub(r"\s*(?:pounds?|gbp|£)$", "", typed)
    if typed.startswith("-"):
        raise Unreadable("Enter an amount of £0 or more, like £45.50")
    pence = _decimal(typed, _MONEY) * 100
    if pence != pence.to_integral_value():
        raise Unreadable("Enter pounds and pence with no more than two figures after the point, like £45.50")
    return int(pence)


def _decimal(typed: str, otherwise: str) -> Decimal:
    """The number as typed, exactly; `otherwise` is what to say when it is none."""
    if re.fullmatch(r"-?\d{1,3}(?:[, ’']\d{3})+(?:\.\d*)?", typed):
        typed = re.sub(r"[, ’']", "", typed)
    elif re.fullmatch(r"-?\d+,\d{1,2}", typed):
        typed = typed.replace(",", ".")
    if not re.fullmatch(r"-?(?:\d{1,15}(?:\.\d{0,9})?|\.\d{1,9})", typed):
        raise Unreadable(otherwise)
    return Decimal(typed)
