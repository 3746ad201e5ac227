"""What a check is, what it may know, and the list that each puts itself in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Self

from vsportal.editions.reading import Value
from vsportal.editions.schema import Leaf

AFTER_TERM = timedelta(days=14)
"""How long after the last term that is known it is surely a holiday."""


@dataclass(frozen=True, kw_only=True)
class TermDates:
    """The term a plan belongs to, the one after it, and the day by which the next plan is due."""

    starts: date
    ends: date
    next_starts: date | None = None
    next_ends: date | None = None
    deadline: date | None = None
    half_terms: tuple[tuple[date, date], ...] = ()
    """First and last day of the half-term holidays of both."""
    bank_holidays: frozenset[date] = frozenset()

    def day_off(self, day: date) -> str:
        """Why there is no school on a day, and what to choose, as far as the dates tell; or nothing."""
        if day in self.bank_holidays:
            return "a bank holiday. Choose a school day"
        if any(first <= day <= last for first, last in self.half_terms):
            return "in the half-term holiday. Choose a day in term time"
        between = self.next_starts is not None and self.ends < day < self.next_starts
        after = self.next_ends is not None and self.next_ends < day <= self.next_ends + AFTER_TERM
        return "in the school holidays. Choose a day in term time" if between or after else ""


@dataclass(frozen=True, kw_only=True)
class About:
    """What a check may know beside the answer itself; all of it values, none of it looked up."""

    today: date
    answers: Mapping[str, Value] = field(default_factory=dict)
    date_of_birth: date | None = None
    year: int | None = None
    """The national curriculum year the child is taught in; 0 is Reception."""
    term: TermDates | None = None
    meeting_on: date | None = None
    other_children: frozenset[str] = frozenset()
    """Full names of other children whom the writer may already see; nobody else's name gives any sign."""
    facts: Mapping[str, Value] = field(default_factory=dict)
    """Facts of the child's record by their source (“child.upn”)."""


Check = Callable[[Value, Leaf, About], str | None]


class At(str):
    """A row check's sentence that belongs to another column than the row's first."""

    __slots__ = ("column",)
    column: str

    def __new__(cls, column: str, sentence: str) -> Self:
        """The sentence, and the column it belongs to."""
        said = super().__new__(cls, sentence)
        said.column = column
        return said


CHECKS: dict[str, Check] = {}
SUITS: dict[str, frozenset[str]] = {}
"""The kinds of answer each check is for; “row” for a check of whole rows."""


def check(*kinds: str) -> Callable[[Check], Check]:
    """Puts a function among the checks under its own name, for these kinds of answer."""

    def add(function: Check) -> Check:
        name = getattr(function, "__name__", "")
        CHECKS[name] = function
        SUITS[name] = frozenset(kinds)
        return function

    return add


def check_named(name: str) -> Check:
    """The check called `name`. Raises KeyError."""
    return CHECKS[name]
