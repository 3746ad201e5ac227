"""What each kind of question takes, keeps and shows.

Append-only: a kind that was once published is never changed or removed, so that old plans still read.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, Generic, TypeVar

from vsportal import codes
from vsportal.editions import schema
from vsportal.editions.derive import WORDS
from vsportal.editions.reading import (
    Unreadable,
    Value,
    day_words,
    one_line,
    plain,
    read_date,
    read_number,
    read_pence,
    read_percent,
    words,
)

S = TypeVar("S", bound=schema.Spec)
Options = tuple[tuple[str, str], ...]


def options_of(spec: schema.Spec, on: date | None = None) -> Options:
    """The answers a question offers, as (code, words); from its code list as that is `on` a day."""
    if isinstance(spec, schema.OneOf | schema.ManyOf):
        return _from_codes(spec.codes, on) if spec.codes else spec.options
    if isinstance(spec, schema.YesNo):
        unsure = (("unsure", spec.unsure),) if spec.unsure else ()
        return (("yes", "Yes"), ("no", "No"), *unsure)
    if isinstance(spec, schema.Scale):
        return tuple((str(number), label) for number, label in enumerate(spec.words, 1))
    return ()


@lru_cache(maxsize=256)
def _from_codes(name: str, on: date | None) -> Options:
    """A dated code list."""
    return tuple(codes.options(name, on))


def label_of(spec: schema.Spec, code: str) -> str:
    """The words of an answer; those of a code that has left its list since as well."""
    label = _offered(options_of(spec)).get(code)
    if label is not None:
        return label
    listed = spec.codes if isinstance(spec, schema.OneOf | schema.ManyOf) else ""
    return codes.label(listed, code) if listed else code


def _can_be(spec: schema.Spec, code: str) -> bool:
    """Whether a code is offered, or was: an answer that stands is never lost because its list moved on."""
    return code in _offered(options_of(spec)) or label_of(spec, code) != code


def typed(value: Value) -> str | None:
    """What was typed when it could not be read, else None."""
    return str(value.get("typed", "")) if isinstance(value, dict) else None


def answered(value: Value) -> bool:
    """True for an answer; what could not be read is none, and neither is nothing."""
    return value is not None and not isinstance(value, dict) and value not in ("", [])


class Kind(Generic[S]):
    """How answers of one kind are read, put back into their control, shown, and kept within bounds."""

    asks: bool = True
    """False when nobody types an answer: rows hold cells, notes and derived answers hold none."""

    def read(self, spec: S, raw: Sequence[str]) -> Value:
        """The answer in what a form posted; None for no answer. Raises `Unreadable`."""
        text = one_line(raw[0]) if raw else ""
        return self.value(spec, text) if text else None

    def value(self, spec: S, text: str) -> Value:
        """The answer that `text`, which is not empty, says. Raises `Unreadable`."""
        return text

    def text(self, spec: S, value: Value) -> str:
        """What stands in the control: what was typed, while it cannot be read, or the answer."""
        if (unread := typed(value)) is not None:
            return unread
        return "" if value is None else self.said(spec, value)

    def said(self, spec: S, value: Any) -> str:
        """A readable answer as it stands in its control."""
        return str(value)

    def show(self, spec: S, value: Value) -> str:
        """The answer in words, for reading, print and export; empty for none."""
        if (unread := typed(value)) is not None:
            return unread
        return "" if value is None else self.shown(spec, value)

    def shown(self, spec: S, value: Any) -> str:
        """A readable answer in words."""
        return self.said(spec, value)

    def bounds(self, spec: S, value: Any, today: date) -> str | None:
        """What to do about an answer that is outside what the question takes, or None."""
        return None


class _Line(Kind[schema.Text | schema.Person]):
    """One line of text."""

    def bounds(self, spec: schema.Text | schema.Person, value: Any, today: date) -> str | None:
        over = len(value) - spec.max_length
        if over <= 0:
            return None
        return f"This is {_counted(over, 'character')} over the {spec.max_length:,} this holds. Shorten it"


class _Paragraphs(Kind[schema.LongText | schema.Views]):
    """Text of any length, counted in words; a long paste is kept whole and answered, never cut."""

    def read(self, spec: schema.LongText | schema.Views, raw: Sequence[str]) -> Value:
        return (plain(raw[0]).strip() or None) if raw else None

    def bounds(self, spec: schema.LongText | schema.Views, value: Any, today: date) -> str | None:
        over = len(value) > spec.max_words and words(value) - spec.max_words
        if over and over > 0:
            said = f"This is {_counted(over, 'word')} over the {spec.max_words:,} this holds. Shorten it"
            return f"{said}, or put the rest in a document beside the plan" if over > spec.max_words else said
        # A word has no end in some scripts and in a paste of figures: characters are bounded too.
        room = spec.max_words * 20
        if len(value) > room:
            return f"This is {_counted(len(value) - room, 'character')} longer than this can hold. Shorten it"
        return None


class _Number(Kind[schema.Number]):
    """A count or a score."""

    def value(self, spec: schema.Number, text: str) -> Value:
        return read_number(text.removesuffix(spec.unit) if spec.unit else text)

    def said(self, spec: schema.Number, value: Any) -> str:
        return _trim(value)

    def shown(self, spec: schema.Number, value: Any) -> str:
        figure = f"{value:,}" if isinstance(value, int) else _trim(value)
        return f"{figure} {spec.unit}".rstrip()

    def bounds(self, spec: schema.Number, value: Any, today: date) -> str | None:
        if _decimals(value) > spec.decimals:
            if not spec.decimals:
                return f"Enter a whole number, like {max(int(spec.minimum), round(value))}"
            return f"Enter a number with no more than {_counted(spec.decimals, 'figure')} after the point"
        if not spec.minimum <= value <= spec.maximum:
            if value > spec.maximum >= 1_000_000:
                return "Enter a smaller number: this is more than it can be"
            return f"Enter a number from {_trim(spec.minimum)} to {_trim(spec.maximum)}"
        return None


class _Percent(Kind[schema.Percent]):
    """A percentage."""

    def value(self, spec: schema.Percent, text: str) -> Value:
        return read_percent(text)

    def said(self, spec: schema.Percent, value: Any) -> str:
        return _trim(value)

    def shown(self, spec: schema.Percent, value: Any) -> str:
        return f"{_trim(value)}%"

    def bounds(self, spec: schema.Percent, value: Any, today: date) -> str | None:
        if not 0 <= value <= 100:
            return "Enter a percentage from 0 to 100"
        if _decimals(value) > 2:
            return "Enter a percentage with no more than two figures after the point, like 94.25"
        return None


class _Money(Kind[schema.Money]):
    """An amount, kept in pence."""

    def value(self, spec: schema.Money, text: str) -> Value:
        return read_pence(text)

    def said(self, spec: schema.Money, value: Any) -> str:
        pounds, pence = divmod(value, 100)
        return f"{pounds:,}.{pence:02}" if pence else f"{pounds:,}"

    def shown(self, spec: schema.Money, value: Any) -> str:
        return f"£{self.said(spec, value)}"

    def bounds(self, spec: schema.Money, value: Any, today: date) -> str | None:
        if value > spec.maximum_pence:
            return f"Enter an amount of no more than {self.shown(spec, spec.maximum_pence)}"
        return None


class _Date(Kind[schema.Date]):
    """A date, kept as 2019-09-04."""

    def value(self, spec: schema.Date, text: str) -> Value:
        return read_date(text).isoformat()

    def said(self, spec: schema.Date, value: Any) -> str:
        return day_words(date.fromisoformat(value))

    def bounds(self, spec: schema.Date, value: Any, today: date) -> str | None:
        if spec.within == "past" and value > today.isoformat():
            return f"{self.said(spec, value)} is still to come. Enter a date up to today"
        if spec.within == "future" and value < today.isoformat():
            return f"{self.said(spec, value)} has passed. Enter today’s date or a later one"
        return None


class _Choice(Kind[schema.OneOf | schema.YesNo]):
    """One of the answers offered."""

    def value(self, spec: schema.OneOf | schema.YesNo, text: str) -> Value:
        if not _can_be(spec, text):
            raise Unreadable("Select one of the answers offered")
        return text

    def shown(self, spec: schema.OneOf | schema.YesNo, value: Any) -> str:
        return label_of(spec, str(value))


class _Choices(Kind[schema.ManyOf]):
    """Any number of the answers offered, kept in the order they are offered in."""

    def read(self, spec: schema.ManyOf, raw: Sequence[str]) -> Value:
        chosen = dict.fromkeys(text for text in map(one_line, raw) if text)
        if not all(_can_be(spec, code) for code in chosen):
            raise Unreadable("Select from the answers offered")
        offered = _offered(options_of(spec))
        return [code for code in offered if code in chosen] + [c for c in chosen if c not in offered] or None

    def said(self, spec: schema.ManyOf, value: Any) -> str:
        return ", ".join(value)

    def shown(self, spec: schema.ManyOf, value: Any) -> str:
        labels = [label_of(spec, code) for code in value]
        return ("; " if any("," in label for label in labels) else ", ").join(labels)


class _Scale(Kind[schema.Scale]):
    """One of five faces, kept as 1 to 5."""

    def value(self, spec: schema.Scale, text: str) -> Value:
        if text not in {"1", "2", "3", "4", "5"}:
            raise Unreadable("Select one of the five faces")
        return int(text)

    def shown(self, spec: schema.Scale, value: Any) -> str:
        return spec.words[value - 1] if value in range(1, 6) else str(value)


class _Derived(Kind[schema.Derived]):
    """An answer worked out from others: shown, never typed."""

    asks = False

    def shown(self, spec: schema.Derived, value: Any) -> str:
        if isinstance(value, str):
            return WORDS.get(spec.derive, {}).get(value, value)
        return _trim(value)


class _NoAnswer(Kind[schema.Spec]):
    """Rows, whose cells are the answers, and notes, which ask nothing."""

    asks = False


KINDS: dict[str, Kind[Any]] = {
    "text": _Line(),
    "long_text": _Paragraphs(),
    "number": _Number(),
    "percent": _Percent(),
    "money": _Money(),
    "date": _Date(),
    "yes_no": _Choice(),
    "one_of": _Choice(),
    "many_of": _Choices(),
    "person": _Line(),
    "scale": _Scale(),
    "views": _Paragraphs(),
    "grid": _NoAnswer(),
    "records": _NoAnswer(),
    "note": _NoAnswer(),
    "derived": _Derived(),
}


def kind_of(spec: schema.Spec) -> Kind[Any]:
    """The kind of a question or column."""
    return KINDS[spec.kind]  # type: ignore[attr-defined]  # every spec in use has a kind; their base has none


@lru_cache(maxsize=4096)
def _offered(options: Options) -> dict[str, str]:
    """Words by code."""
    return dict(options)


def _trim(value: float) -> str:
    """A figure without a needless point: 94, 94.5."""
    return str(int(value)) if value == int(value) else format(Decimal(str(value)), "f")


def _decimals(value: float) -> int:
    """How many figures stand after the point."""
    exponent = Decimal(str(value)).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _counted(number: int, noun: str) -> str:
    """1 word, 2,500 words."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
