"""The demo's terms and days, reckoned from today, so that its plans are always this term's.

The dates follow the habits of English schools: half-terms, Easter, a deadline before the holidays.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache

from vsportal.clock import LONDON
from vsportal.settled import is_working_day, working_day

MONDAY, FRIDAY = 0, 4


@dataclass(frozen=True)
class TermDates:
    """A term as the demo reckons it."""

    key: str
    starts_on: date
    ends_on: date
    half_term: tuple[date, date]

    @property
    def season(self) -> str:
        """autumn, spring or summer."""
        return self.key.rpartition("-")[2]

    @property
    def school_year(self) -> int:
        """The calendar year in which its school year began."""
        return int(self.key[:4])


def terms(on: date) -> list[TermDates]:
    """The terms of the school year of a day, of the one before and the one after, in order."""
    first = school_year(on)
    return [term for year in (first - 1, first, first + 1) for term in _year(year)]


def school_year(on: date) -> int:
    """The calendar year in which a day's school year began."""
    return on.year if on.month >= 9 else on.year - 1


def this_and_last(on: date) -> tuple[TermDates, TermDates]:
    """The term a day falls in (in holidays the one just over), and the one before it."""
    return latest(on)[0], latest(on)[1]


def latest(on: date) -> tuple[TermDates, TermDates, TermDates]:
    """The term a day falls in (in holidays the one just over), and the two before it."""
    begun = [term for term in terms(on) if term.starts_on <= on]
    return begun[-1], begun[-2], begun[-3]


@cache
def _year(first: int) -> tuple[TermDates, ...]:
    """The three terms of a school year."""
    easter_day = easter(first + 1)
    key = f"{first}-{(first + 1) % 100:02d}"
    return (
        TermDates(
            f"{key}-autumn",
            _next(date(first, 9, 2), weekday=None),
            _last(date(first, 12, 20), FRIDAY),
            _week_of(date(first, 10, 28)),
        ),
        TermDates(
            f"{key}-spring",
            _next(_next(date(first + 1, 1, 3), MONDAY), weekday=None),
            easter_day - timedelta(days=9),
            _week_of(date(first + 1, 2, 17)),
        ),
        TermDates(
            f"{key}-summer",
            easter_day + timedelta(days=8),
            _next(date(first + 1, 7, 20), weekday=None),
            _week_of(_last(date(first + 1, 5, 31), MONDAY)),
        ),
    )


def easter(year: int) -> date:
    """Easter Sunday, by the Gregorian rule."""
    golden, century, rest = year % 19, year // 100, year % 100
    moon = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    sunday = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (golden + 11 * moon + 22 * sunday) // 451
    month, day = divmod(moon + sunday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def _week_of(day: date) -> tuple[date, date]:
    """Monday and Friday of a day's week."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=4)


def _next(day: date, weekday: int | None) -> date:
    """The first such weekday from a day on; any working day when none is named."""
    while not (is_working_day(day) if weekday is None else day.weekday() == weekday):
        day += timedelta(days=1)
    return day


def _last(day: date, weekday: int) -> date:
    """The last such weekday up to a day."""
    return day - timedelta(days=(day.weekday() - weekday) % 7)


# Days and times within a plan ---------------------------------------------------------------------------


def in_term(day: date, term: TermDates) -> date:
    """The nearest school day of the term, from this day on or else before it."""
    day = min(max(day, term.starts_on), term.ends_on)
    while not is_taught(day, term):
        day += timedelta(days=1)
        if day > term.ends_on:
            return working_day(term.ends_on, 0)
    return day


def is_taught(day: date, term: TermDates) -> bool:
    """Whether it is a school day of the term."""
    return is_working_day(day) and not term.half_term[0] <= day <= term.half_term[1]


def at(day: date, clock_time: str) -> datetime:
    """A time on an English wall: `at(day, "16:20")`."""
    hour, minute = map(int, clock_time.split(":"))
    return datetime.combine(day, time(hour, minute), LONDON)
