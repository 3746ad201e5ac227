"""What an authority has settled for itself, typed, with our defaults, as it holds on a day.

Also the days that count: working days are Monday to Friday without England's bank holidays, school
days are those of them that lie in a term.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache
from itertools import count
from typing import Any, Literal

from govuk_bank_holidays.bank_holidays import BankHolidays
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import or_, select

from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.models import AuthoritySetting, Term


class DueRules(BaseModel):
    """How many days each thing has; working days unless it says otherwise (`running-a-term.md`)."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    initial_started: int = Field(default=10, ge=0, le=60)
    """After entering care, the first plan is begun."""
    initial_complete: int = Field(default=20, ge=0, le=60)
    """After entering care, the first plan is complete."""
    meeting_arranged_days: int = Field(default=14, ge=0, le=60)
    """Calendar days after entering care until a meeting is arranged."""
    before_meeting: int = Field(default=5, ge=0, le=60)
    """Before the meeting: what must be there for it."""
    after_meeting: int = Field(default=10, ge=0, le=60)
    """After the meeting: every section is complete."""
    review: int = Field(default=10, ge=0, le=60)
    """After a part was submitted: it is reviewed."""
    transition: int = Field(default=10, ge=0, le=60)
    """After a change of school."""
    emergency: int = Field(default=10, ge=0, le=60)
    """After an emergency."""
    agreed_list: int = Field(default=10, ge=0, le=60)
    """After the meeting, the agreed list goes out if nobody has written *What we agreed*."""
    reviewer_copy_days: int = Field(default=3, ge=0, le=60)
    """Calendar days before the care review by which the reviewer has a copy."""


class Settled(BaseModel):
    """Everything an authority settles; a setting's key is its name here, `due.review` for a rule."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    cohort: Literal["in_care", "cared_for", "looked_after"] = "in_care"
    """Its word for the children it looks after (`wording.COHORT`)."""
    start_age: int = Field(default=2, ge=0, le=5)
    """The age from which children have a plan."""
    due: DueRules = DueRules()


def read(values: dict[str, Any]) -> Settled:  # values as JSON holds them
    """Typed settings from key → value; OperationError with a sentence when one will not do."""
    given: dict[str, Any] = {}
    for key, value in values.items():
        group, _, name = key.rpartition(".")
        (given.setdefault(group, {}) if group else given)[name] = value
    try:
        return Settled.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        if first["type"] == "extra_forbidden":
            raise OperationError(f"“{key}” is not something an authority can settle.") from error
        raise OperationError(f"“{key}” cannot be {first['input']!r}: {first['msg'].lower()}.") from error


def in_force(authority_id: int, on: date) -> Settled:
    """What holds for an authority on a day, with our default where it has settled nothing."""
    rows = db.session.execute(
        select(AuthoritySetting.key, AuthoritySetting.value).where(
            AuthoritySetting.authority_id == authority_id,
            AuthoritySetting.starts_on <= on,
            or_(AuthoritySetting.ends_on.is_(None), AuthoritySetting.ends_on > on),
        )
    )
    return read({key: value for key, value in rows})  # noqa: C416  rows are no pairs to mypy


def due_rules(authority_id: int, on: date) -> DueRules:
    """The days each thing has, as they hold for an authority on a day."""
    return in_force(authority_id, on).due


# Days that count ----------------------------------------------------------------------------------------


@cache
def bank_holidays() -> frozenset[date]:
    """England's bank holidays, from the list that comes with the library: nothing is fetched."""
    held = BankHolidays(use_cached_holidays=True)
    return frozenset(h["date"] for h in held.get_holidays(division=BankHolidays.ENGLAND_AND_WALES))


def is_working_day(day: date) -> bool:
    """Whether it is a Monday to Friday and no bank holiday."""
    return day.weekday() < 5 and day not in bank_holidays()


def is_school_day(day: date, terms: Iterable[Term]) -> bool:
    """Whether it is a working day in one of these terms, outside its half-term holiday."""
    return is_working_day(day) and any(
        t.starts_on <= day <= t.ends_on and not t.half_term_starts_on <= day <= t.half_term_ends_on
        for t in terms
    )


def working_day(start: date, n: int) -> date:
    """The nth working day after `start`, or before it when n is negative; `start` itself does not count.

    With 0 the day itself, or the next working day when it is none.
    """
    if n == 0:
        return start if is_working_day(start) else working_day(start, 1)
    step = timedelta(days=1 if n > 0 else -1)
    left, day = abs(n), start
    while left:
        day += step
        left -= is_working_day(day)
    return day


def school_day(start: date, n: int, terms: Iterable[Term]) -> date:
    """The nth school day after `start` (before it when n is negative) by an authority's terms.

    OperationError when its terms do not reach that far.
    """
    terms = tuple(terms)
    step = 1 if n >= 0 else -1
    edge = (
        max((t.ends_on for t in terms), default=start)
        if n >= 0
        else min((t.starts_on for t in terms), default=start)
    )
    left = abs(n)
    for days in count(0 if n == 0 else 1):
        day = start + timedelta(days=step * days)
        if (day - edge).days * step > 0:
            raise OperationError("The term dates do not reach that far. Add the next term first.")
        if is_school_day(day, terms):
            if left <= 1:
                return day
            left -= 1
    raise AssertionError("count() never ends")


def working_days_between(start: date, end: date) -> int:
    """How many working days lie after `start` up to and with `end`; negative when `end` is earlier."""
    if end < start:
        return -working_days_between(end, start)
    return sum(is_working_day(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))


def section_due(due: str, *, rules: DueRules, meeting_on: date | None, deadline_on: date) -> date:
    """By when a section is complete: `due` as the edition says it (before_meeting, meeting, after_meeting).

    While no meeting is arranged, one is assumed that leaves the sections their days before the
    deadline; a meeting held in time does not push them beyond it.
    """
    held = meeting_on or working_day(deadline_on, -rules.after_meeting)
    if due == "before_meeting":
        return working_day(held, -rules.before_meeting) if rules.before_meeting else held
    if due == "meeting":
        return held
    after = working_day(held, rules.after_meeting)
    return min(after, deadline_on) if held <= deadline_on else after
