"""What time it is, in one place, so that tests can move it and nothing asks the machine elsewhere.

Times are UTC; dates are dates in England, where every authority is.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")

_moved: ContextVar[datetime | None] = ContextVar("moved", default=None)


def now() -> datetime:
    """This moment, aware, in UTC."""
    return _moved.get() or datetime.now(UTC)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Inside, it is `moment` and stays it: for the demo, whose past is written by today's operations.

    ValueError when the moment has no zone.
    """
    if moment.tzinfo is None:
        raise ValueError("Give the moment with its zone; clock.LONDON for a time on an English wall.")
    token = _moved.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _moved.reset(token)


def today() -> date:
    """Today's date in England: at half past midnight in summer it is already tomorrow."""
    return now().astimezone(LONDON).date()


def local(moment: datetime) -> datetime:
    """The moment as a clock on an English wall shows it."""
    return moment.astimezone(LONDON)


def academic_year(on: date) -> str:
    """The academic year a date falls in, “2026-27”; it begins on 1 September."""
    first = on.year if on.month >= 9 else on.year - 1
    return f"{first}-{(first + 1) % 100:02d}"


def season(on: date) -> str:
    """The term a date falls in when no term dates are known: autumn, spring or summer."""
    if on.month >= 9:
        return "autumn"
    return "spring" if on.month <= 3 else "summer"


def expected_year(date_of_birth: date, on: date) -> int:
    """The curriculum year expected from age on 31 August (CBDS): 1 for a child of 5; 0 is Reception."""
    first = on.year if on.month >= 9 else on.year - 1
    born_by = (date_of_birth.month, date_of_birth.day) <= (8, 31)
    age = first - date_of_birth.year - (0 if born_by else 1)
    return age - 4


def age(date_of_birth: date, on: date) -> int:
    """Whole years lived."""
    return on.year - date_of_birth.year - ((on.month, on.day) < (date_of_birth.month, date_of_birth.day))
