"""Relationships with a first day and an end: whether two of them overlap, asked under lock.

An end is the first day on which it no longer holds; none means until further notice.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from vsportal.editions.reading import day_words
from vsportal.errors import OperationError
from vsportal.extensions import db


def hold_still(row: Any) -> None:  # any table's row with a number
    """Lock a row until the transaction ends, so that nobody else begins the same relationship meanwhile.

    SQLite has one writer anyway.
    """
    kind = type(row)
    db.session.execute(select(kind.id).where(kind.id == row.id).with_for_update())


def overlapping(kind: type[Any], starts_on: date, ends_on: date | None, *same: ColumnElement[bool]) -> Any:
    """The first row of a dated table that holds on some day between, among the `same`; or None."""
    until = [kind.starts_on < ends_on] if ends_on else []
    return db.session.scalar(
        select(kind)
        .where(*same, or_(kind.ends_on.is_(None), kind.ends_on > starts_on), *until)
        .order_by(kind.starts_on)
        .limit(1)
    )


def in_order(starts_on: date, ends_on: date | None) -> None:
    """Refuse an end before the beginning; OperationError."""
    if ends_on is not None and ends_on < starts_on:
        raise OperationError(
            f"The end, {day_words(ends_on)}, is before the beginning, {day_words(starts_on)}. "
            "Check both dates."
        )


def refuse_overlap(
    kind: type[Any],
    starts_on: date,
    ends_on: date | None,
    *same: ColumnElement[bool],
    sentence: Callable[[Any], str],
) -> None:
    """OperationError with the sentence made of the row in the way, when there is one."""
    in_order(starts_on, ends_on)
    if (there := overlapping(kind, starts_on, ends_on, *same)) is not None:
        raise OperationError(sentence(there))


def end(row: Any, ends_on: date, what: str) -> None:  # any dated row
    """Give a relationship its end; OperationError when it has ended or would end before it began."""
    if row.ends_on is not None:
        raise OperationError(f"{what} has ended already, on {day_words(row.ends_on)}.")
    in_order(row.starts_on, ends_on)
    row.ends_on = ends_on


def since(row: Any) -> str:  # any dated row
    """From when until when, in a sentence: “since 3 November 2026”, “from … until …”."""
    if row.ends_on is None:
        return f"since {day_words(row.starts_on)}"
    return f"from {day_words(row.starts_on)} until {day_words(row.ends_on)}"
