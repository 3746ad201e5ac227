"""Forms about budgets, batches and the end of the year."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import ValidationError

from vsportal.admin.fields import Day, Lines, Radios, today_in_words
from vsportal.editions.reading import Unreadable, read_pence

MOST_PENCE = 100_000_000_00
"""No budget comes to more than £100 million; a larger figure is a slip."""


class Pounds(StringField):
    """An amount of money as somebody types it; `pence` once it was found right."""

    kind = "line"
    mode = "decimal"
    width = "10"
    pence: int = 0

    def __init__(self, label: str, *, missing: str = "Enter an amount, like £1,200", **more: Any) -> None:
        super().__init__(label, **more)
        self.missing = missing

    def process_data(self, value: Any) -> None:
        """Pence are shown in pounds."""
        super().process_data(in_box(value) if isinstance(value, int) else value)

    def pre_validate(self, form: Any) -> None:
        """An amount, not below nothing and not beyond belief."""
        if not (self.data or "").strip():
            raise ValidationError(self.missing)
        try:
            self.pence = read_pence(self.data or "")
        except Unreadable as reason:
            raise ValidationError(reason.sentence) from reason
        if not 0 <= self.pence <= MOST_PENCE:
            raise ValidationError("Enter an amount from £0 to £100 million")


class Why(Lines):
    """The reason, which stands in the record."""

    def pre_validate(self, form: Any) -> None:
        """Something."""
        if not self.data:
            raise ValidationError("Enter why")
        super().pre_validate(form)


class PaidForm(FlaskForm):
    """That a batch was paid."""

    paid_on = Day(
        "Day it was paid", ahead=0, default=today_in_words, description="For example 4 September 2026."
    )


class BudgetForm(FlaskForm):
    """What a fund may spend in a year."""

    amount = Pounds("Budget for the year", description="All of it, not the change. For example £120,000.")
    why = Why("Why", description="For example “Grant letter of 2 June”.")


class OverrideForm(FlaskForm):
    """How far a budget may be overspent."""

    amount = Pounds("By how much it may be overspent", description="£0 allows no more than the budget.")
    why = Why("Why")


class ReuseForm(FlaskForm):
    """What came back and is to be spent again."""

    amount = Pounds("How much goes back into the budget")
    why = Why("Why")


class CloseForm(FlaskForm):
    """The end of a financial year."""

    what = Radios(
        "What happens to what is left?",
        missing="Select what happens to what is left",
        choices=(("back", "It goes back to the grant"), ("on", "It is carried into the next year")),
    )


def in_box(pence: int) -> str:
    """An amount as it stands in a box: “1,200.50”."""
    pounds, rest = divmod(abs(pence), 100)
    return f"{'-' if pence < 0 else ''}{pounds:,}{f'.{rest:02d}' if rest else ''}"
