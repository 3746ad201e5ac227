"""What the lines of a request come to: quantity × unit cost, exact to the penny. Pure; no float anywhere.

A quantity is kept in hundredths (1.5 hours is 150), money in pence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from vsportal.editions.reading import Unreadable, one_line, read_pence
from vsportal.filters import pence
from vsportal.models.funding import MOST_PENCE

MOST_LINES = 20
MOST_QUANTITY = 100_000
LONGEST = 200
PARTS = ("what", "quantity", "unit", "cost")
_MINUS = str.maketrans({"−": "-", "–": "-"})


@dataclass(frozen=True)
class Costed:
    """One line as it is kept."""

    what: str
    quantity_hundredths: int
    unit: str
    unit_pence: int

    @property
    def amount_pence(self) -> int:
        """What it comes to."""
        return times(self.quantity_hundredths, self.unit_pence)

    @property
    def plain(self) -> list[str | int]:
        """The same as JSON holds it, to be compared."""
        return [self.what, self.quantity_hundredths, self.unit, self.unit_pence]


@dataclass(frozen=True)
class TypedLine:
    """One line as it stands on a page: what was typed, and what is wrong with it."""

    what: str = ""
    quantity: str = ""
    unit: str = ""
    cost: str = ""
    comes_to: int | None = None
    """None while it cannot be worked out."""
    problems: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed."""
        return not (self.what or self.quantity or self.unit or self.cost)


def times(hundredths: int, unit_pence: int) -> int:
    """Quantity × unit cost in pence, half a penny up."""
    return (hundredths * unit_pence + 50) // 100


def total(lines: Iterable[Costed]) -> int:
    """What all lines come to."""
    return sum(line.amount_pence for line in lines)


def read_quantity(text: str) -> int:
    """Hundredths of what was typed: “1.5” and “1,5” are 150. Raises `Unreadable` with what to do."""
    typed = one_line(text).translate(_MINUS).replace(" ", "")
    typed = re.sub(r"^(\d{1,3})((?:,\d{3})+)(?=\.|$)", lambda m: m[0].replace(",", ""), typed)
    typed = re.sub(r"^(-?\d+),(\d{1,2})$", r"\1.\2", typed)
    if not re.fullmatch(r"-?(\d{1,15}(\.\d{0,15})?|\.\d{1,15})", typed):
        raise Unreadable("Enter how many as a number, like 14 or 1.5")
    try:
        number = Decimal(typed)
    except InvalidOperation as error:  # pragma: no cover - the pattern lets nothing else through
        raise Unreadable("Enter how many as a number, like 14 or 1.5") from error
    if number <= 0:
        raise Unreadable("Enter how many as a number above 0, like 14 or 1.5")
    if number > MOST_QUANTITY:
        raise Unreadable(f"Enter how many as {MOST_QUANTITY:,} at most")
    if number * 100 != (number * 100).to_integral_value():
        raise Unreadable("Enter how many with no more than two figures after the point, like 1.25")
    return int(number * 100)


def read_cost(text: str) -> int:
    """Pence of what one costs. Raises `Unreadable` with what to do."""
    cost = read_pence(text)
    if cost > MOST_PENCE:
        raise Unreadable(f"Enter {pence(MOST_PENCE)} at most for one")
    return cost


def quantity_words(hundredths: int) -> str:
    """A quantity as one types it: 150 is “1.5”."""
    whole, rest = divmod(hundredths, 100)
    return f"{whole}.{rest:02d}".rstrip("0") if rest else str(whole)


def cost_words(unit_pence: int) -> str:
    """A unit cost as one types it: “40.00”; nothing while none was given."""
    return f"{unit_pence // 100}.{unit_pence % 100:02d}" if unit_pence else ""


def shown(line: Costed) -> TypedLine:
    """A kept line as it stands on a page."""
    quantity, cost = quantity_words(line.quantity_hundredths), cost_words(line.unit_pence)
    return TypedLine(line.what, quantity, line.unit, cost, line.amount_pence)


def read_lines(typed: Sequence[Mapping[str, str]]) -> tuple[list[Costed | None], list[TypedLine]]:
    """Lines as typed, what of each can be kept (None where something cannot be read), blank ones left out.

    A line begun without a number counts as one, without a cost as £0 until it is entered.
    """
    kept: list[Costed | None] = []
    drawn: list[TypedLine] = []
    for each in typed[:MOST_LINES]:
        what, quantity, unit, cost = (one_line(each.get(part, "")) for part in PARTS)
        line = TypedLine(what, quantity, unit, cost)
        if line.is_blank:
            continue
        costed, problems = _read(line)
        kept.append(costed)
        comes_to = costed.amount_pence if costed else None
        drawn.append(TypedLine(line.what, line.quantity, line.unit, line.cost, comes_to, problems))
    return kept, drawn


def _read(line: TypedLine) -> tuple[Costed | None, dict[str, str]]:
    """A line that can be kept, or what is wrong with each of its parts."""
    problems: dict[str, str] = {}
    quantity, cost = 100, 0
    try:
        quantity = read_quantity(line.quantity) if line.quantity else quantity
    except Unreadable as unreadable:
        problems["quantity"] = unreadable.sentence
    try:
        cost = read_cost(line.cost) if line.cost else cost
    except Unreadable as unreadable:
        problems["cost"] = unreadable.sentence
    for part in ("what", "unit"):
        if len(getattr(line, part)) > LONGEST:
            problems[part] = f"Shorten this to {LONGEST} characters or fewer"
    costed = Costed(line.what, quantity, line.unit, cost)
    if not problems and costed.amount_pence > MOST_PENCE:
        problems["cost"] = (
            f"This line comes to {pence(costed.amount_pence)}. A request is for {pence(MOST_PENCE)} at most"
        )
    return (None if problems else costed), problems
