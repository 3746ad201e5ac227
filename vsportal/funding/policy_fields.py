"""Boxes of a policy's forms: an amount, a number, a few amounts or ages on one line, any of a list."""

from __future__ import annotations

import re
from typing import Any

from wtforms import SelectMultipleField
from wtforms.validators import ValidationError

from vsportal.admin.fields import Line
from vsportal.editions.reading import Unreadable, read_pence
from vsportal.filters import pence
from vsportal.models.funding import MOST_PENCE


class Money(Line):
    """An amount in pounds; `pence` once it was read, None while it is empty."""

    pence: int | None = None

    def __init__(self, label: str, *, most: int = MOST_PENCE, **more: Any) -> None:
        super().__init__(label, width="10", mode="decimal", **more)
        self.most = most

    def process_data(self, value: Any) -> None:
        """An amount in pence is shown in pounds."""
        super().process_data(pence(value) if isinstance(value, int) else value)

    def pre_validate(self, form: Any) -> None:
        """An amount that is no slip."""
        super().pre_validate(form)
        if self.data:
            self.pence = _read(self.data, self.most)


def _read(typed: str, most: int) -> int:
    """Pence; ValidationError with what to do."""
    try:
        found = read_pence(typed)
    except Unreadable as reason:
        raise ValidationError(reason.sentence) from reason
    if found > most:
        raise ValidationError(f"Enter {pence(most)} at most")
    return found


class Number(Line):
    """A whole number between two others."""

    number: int = 0

    def __init__(self, label: str, *, least: int, most: int, **more: Any) -> None:
        super().__init__(label, width="4", mode="numeric", **more)
        self.least, self.most = least, most

    def pre_validate(self, form: Any) -> None:
        """A number, and neither too small nor too large."""
        typed = self.data or ""
        if not re.fullmatch(r"\d{1,4}", typed) or not self.least <= int(typed) <= self.most:
            raise ValidationError(f"Enter a whole number from {self.least} to {self.most}")
        self.number = int(typed)


class Amounts(Line):
    """A few amounts on one line: “£0, £400, £800”."""

    tiers: tuple[int, ...] = ()

    def pre_validate(self, form: Any) -> None:
        """Each of them an amount."""
        super().pre_validate(form)
        parts = [p for p in re.split(r"\s*(?:;|\band\b|\bor\b|,\s+|\s+(?=£))\s*", self.data or "") if p]
        self.tiers = tuple(_read(part, MOST_PENCE) for part in parts)


class Ages(Line):
    """Ages on one line: “3, 4” or “16 to 18”."""

    ages: tuple[int, ...] = ()

    def pre_validate(self, form: Any) -> None:
        """Numbers of years, or from one to another."""
        super().pre_validate(form)
        typed = self.data or ""
        if found := re.fullmatch(r"(\d{1,2})\s*(?:to|-|–)\s*(\d{1,2})", typed):
            self.ages = tuple(range(int(found[1]), int(found[2]) + 1))
        elif re.fullmatch(r"(\d{1,2}(\s*(,|and|or)\s*)?)*", typed):
            self.ages = tuple(sorted({int(n) for n in re.findall(r"\d+", typed)}))
        if (typed and not self.ages) or any(age > 25 for age in self.ages):
            raise ValidationError("Enter ages like 3, 4 or 16 to 18")


class Several(SelectMultipleField):
    """Any of a list, each with a box to tick."""

    kind = "several"

    def __init__(self, label: str, *, choices: Any = (), **more: Any) -> None:
        super().__init__(label, validate_choice=False, **more)
        self.choices = list(choices)

    def pre_validate(self, form: Any) -> None:
        """Of the list; what is not on it is let go."""
        chosen = frozenset(self.data or ())
        self.data = [choice[0] for choice in self.choices or () if choice[0] in chosen]
