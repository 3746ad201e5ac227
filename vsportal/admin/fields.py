"""Boxes of the office's forms: a line, a date, a choice, each with the sentence for what is missing.

`kind` names the macro of `templates/admin/_controls.html` that draws it; `description` is the hint.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import ValidationError

from vsportal import clock
from vsportal.editions.reading import Unreadable, day_words, one_line, plain, read_date

YEAR_AHEAD = 366
Choices = Sequence[tuple[str, str]]


class Line(StringField):
    """One line of text; `missing`: what to say when it is empty, if it may not be."""

    kind = "line"

    def __init__(
        self,
        label: str,
        *,
        missing: str = "",
        longest: int = 120,
        width: str = "",
        mode: str = "",
        **more: Any,
    ) -> None:
        super().__init__(label, filters=[_cleaned], **more)
        self.missing, self.longest, self.width, self.mode = missing, longest, width, mode

    def pre_validate(self, form: Any) -> None:
        """Something, and not too much."""
        if self.missing and not self.data:
            raise ValidationError(self.missing)
        if len(self.data or "") > self.longest:
            raise ValidationError(f"Shorten this to {self.longest} characters or fewer")


class Lines(TextAreaField):
    """A few lines of text."""

    kind = "lines"

    def __init__(self, label: str, *, longest: int = 500, **more: Any) -> None:
        super().__init__(label, filters=[lambda text: plain(text or "").strip()], **more)
        self.longest = longest

    def pre_validate(self, form: Any) -> None:
        """Not too much."""
        if len(self.data or "") > self.longest:
            raise ValidationError(f"Shorten this to {self.longest} characters or fewer")


class Day(StringField):
    """A date in one box, in any usual form; `day` once it was found right.

    `ahead`: how many days from today it may lie in the future; None for any.
    """

    kind = "day"
    day: date | None = None

    def __init__(
        self, label: str, *, missing: str = "Enter the date", ahead: int | None = YEAR_AHEAD, **more: Any
    ) -> None:
        super().__init__(label, **more)
        self.missing, self.ahead = missing, ahead

    def process_data(self, value: Any) -> None:
        """A date is shown in words."""
        super().process_data(day_words(value) if isinstance(value, date) else value)

    def pre_validate(self, form: Any) -> None:
        """A real date, not further ahead than it may be."""
        typed = (self.data or "").strip()
        if not typed:
            if self.missing:
                raise ValidationError(self.missing)
            return
        try:
            self.day = read_date(typed)
        except Unreadable as reason:
            raise ValidationError(reason.sentence) from reason
        if self.ahead is not None and self.day > clock.today() + timedelta(days=self.ahead):
            raise ValidationError(
                "Enter a date up to today" if not self.ahead else "Enter a date within the next year"
            )

    @property
    def on(self) -> date:
        """The date of a box that may not be empty, once the form was found right."""
        if self.day is None:
            raise LookupError(f"{self.name} has not been read.")
        return self.day


class Choice(SelectField):
    """One of a list that opens; the first line says to choose."""

    kind = "select"

    def __init__(self, label: str, *, missing: str = "", choices: Any = (), **more: Any) -> None:
        super().__init__(label, **more)
        self.choices, self.missing = list(choices), missing

    def pre_validate(self, form: Any) -> None:
        """One of the list, and one at all when it must be."""
        _one_of(self, self.missing)


class Radios(RadioField):
    """One of a few answers, all in sight."""

    kind = "radios"

    def __init__(self, label: str, *, missing: str = "", choices: Any = (), **more: Any) -> None:
        super().__init__(label, **more)
        self.choices, self.missing = list(choices), missing

    def pre_validate(self, form: Any) -> None:
        """One of the answers, and one at all when it must be."""
        _one_of(self, self.missing)


class Tick(BooleanField):
    """Yes, or not."""

    kind = "tick"


def today_in_words() -> str:
    """Today, as it stands in a box."""
    return day_words(clock.today())


def with_first(words: str, choices: Choices) -> list[tuple[str, str]]:
    """Choices after a first line that says to choose."""
    return [("", words), *choices]


def _cleaned(text: str | None) -> str:
    return one_line(text or "")


def _one_of(field: Any, missing: str) -> None:  # a choice of either class
    given = field.data if field.data not in (None, "None") else ""
    if not given:
        if missing:
            raise ValidationError(missing)
        field.data = ""
        return
    if given not in {str(value) for value, _ in field.choices or ()}:
        raise ValidationError(missing or "Select one from the list")
