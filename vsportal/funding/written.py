"""A request as it is written: what a form sent, put together with what others saved meanwhile. Pure.

Each answer is compared with the mark it was drawn with, so that a page which was open before somebody
else's save overwrites nothing: both texts are shown instead.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from vsportal.editions.answers import mark
from vsportal.editions.reading import Unreadable, Value, one_line, plain, read_date
from vsportal.filters import day, pence
from vsportal.funding.amounts import (
    MOST_LINES,
    PARTS,
    Costed,
    TypedLine,
    cost_words,
    quantity_words,
    read_lines,
    shown,
    total,
)
from vsportal.models import FundingLine, FundingRequest
from vsportal.models.funding import MOST_PENCE

DELIVERY = {
    "one_to_one": "One-to-one",
    "small_group": "Small group",
    "mentoring": "Mentoring",
    "equipment": "Equipment",
    "activity": "Activity or club",
    "staff_training": "Staff training",
    "transition": "Support with a move or new start",
    "other": "Something else",
}
PAYEES = {
    "setting": "The school or setting",
    "provider": "A provider",
    "virtual_school": "The Virtual School buys it",
    "authority": "Another local authority",
}
LABELS = {
    "fund": "Which fund pays",
    "category": "What the money is for",
    "delivery": "How it is given",
    "need": "The need it answers",
    "buying": "What will be bought",
    "delivered_by": "Who delivers it",
    "measure": "How you will know it worked",
    "additional": "How is this more than every pupil gets?",
    "other_funding": "Other funding you have tried",
    "childs_view": "What the child says about it",
    "payee": "Who is paid",
    "payee_name": "Name of who is paid",
    "vendor": "Their number in the authority’s payment system",
    "starts_on": "Starts",
    "ends_on": "Ends",
    "lines": "What it costs",
}
LONG = {"need": 2000, "buying": 1000, "additional": 2000, "other_funding": 1000, "childs_view": 2000}
SHORT = {"delivered_by": 200, "measure": 500, "payee_name": 200, "vendor": 60}
DATES = ("starts_on", "ends_on")
CHOICES: Mapping[str, Mapping[str, str] | None] = {
    "fund": None,
    "category": None,
    "delivery": DELIVERY,
    "payee": PAYEES,
}
"""Where there is None, the policy says what can be chosen; what it does not know is said by its reading."""


@dataclass(frozen=True)
class Written:
    """What a form sent: what could be read, all of it as typed, and what could not be read."""

    values: Mapping[str, Value]
    typed: Mapping[str, str]
    lines: Sequence[TypedLine]
    problems: Sequence[tuple[str, str]] = ()
    """Pairs of a control's id and a sentence."""
    places: Sequence[int] = ()
    """Where each line stood on the page that sent it: blank ones between are left out."""

    @property
    def costed(self) -> list[Costed]:
        """The lines, once they could be read."""
        return costed_from(self.values.get("lines"))


@dataclass(frozen=True)
class Merged:
    """What of a form is to be kept, and what stands against it."""

    keep: Mapping[str, Value]
    conflicts: Mapping[str, Value] = field(default_factory=dict)
    """Answers that both changed → what is stored."""
    others_changed: bool = False
    """Whether somebody else saved other answers meanwhile, which this page does not show."""


def as_stored(request: FundingRequest, lines: Sequence[FundingLine]) -> dict[str, Value]:
    """A request's own answers, as a form has them."""
    values: dict[str, Value] = {name: getattr(request, name) for name in (*LONG, *SHORT, *CHOICES)}
    for name in DATES:
        on: date | None = getattr(request, name)
        values[name] = on.isoformat() if on else ""
    values["lines"] = [_plain(line) for line in lines]
    return values


def _plain(line: FundingLine) -> str:
    """A line as one text, to be compared and kept by."""
    kept = Costed(line.what, line.quantity_hundredths, line.unit, line.unit_pence)
    return _one_text(kept)


def _one_text(line: Costed) -> str:
    return "\n".join(str(part) for part in line.plain)


def costed_from(value: Value) -> list[Costed]:
    """Lines from how they are compared."""
    found = []
    for text in value if isinstance(value, list) else ():
        what, hundredths, unit, unit_pence = text.split("\n")
        found.append(Costed(what, int(hundredths), unit, int(unit_pence)))
    return found


def marks_of(stored: Mapping[str, Value]) -> dict[str, str]:
    """What a page is drawn with: a mark for each answer."""
    return {name: mark(value) for name, value in stored.items()}


def marks_now(
    stored: Mapping[str, Value], written: Written, marks: Mapping[str, object]
) -> dict[str, object]:
    """The marks of a page that stays open after a save: new only where it shows what is stored."""
    return {
        name: mark(value) if written.values.get(name) == value else marks.get(name, mark(value))
        for name, value in stored.items()
    }


def drawn(stored: Mapping[str, Value], instead: Written | None = None, only: Collection[str] = ()) -> Written:
    """A request's own answers as they stand in its form; of those in `only`, what was typed `instead`."""
    typed = {name: str(value or "") for name, value in stored.items() if name != "lines"}
    for name in DATES:
        typed[name] = day(date.fromisoformat(typed[name])) if typed[name] else ""
    lines = [shown(line) for line in costed_from(stored["lines"])]
    if instead is not None:
        typed |= {name: text for name, text in instead.typed.items() if name in only}
        lines = list(instead.lines) if "lines" in only else lines
    return Written(stored, typed, lines, instead.problems if instead else ())


def read_form(form: Mapping[str, str]) -> Written:
    """What a form sent; an answer that was not on the page is left out."""
    values: dict[str, Value] = {}
    typed: dict[str, str] = {}
    problems: list[tuple[str, str]] = []
    for name, most in (LONG | SHORT).items():
        if name in form:
            read = plain(form[name]).strip() if name in LONG else one_line(form[name])
            typed[name] = read
            if len(read) > most:
                problems.append((name, f"Shorten this to {most:,} characters or fewer"))
            else:
                values[name] = read
    for name, offered in CHOICES.items():
        if name in form:
            typed[name] = one_line(form[name])[:60]
            if offered is None or typed[name] in offered or (name != "payee" and not typed[name]):
                values[name] = typed[name]
    _read_dates(form, values, typed, problems)
    places, lines = _read_lines(form, values, problems)
    return Written(values, typed, lines, problems, places)


def _read_dates(
    form: Mapping[str, str], values: dict[str, Value], typed: dict[str, str], problems: list[tuple[str, str]]
) -> None:
    """Both dates, in any usual form."""
    for name in DATES:
        if name not in form:
            continue
        typed[name] = one_line(form[name])[:200]
        try:
            values[name] = read_date(typed[name]).isoformat() if typed[name] else ""
        except Unreadable as unreadable:
            problems.append((name, unreadable.sentence))
    start, end = values.get("starts_on"), values.get("ends_on")
    if start and end and str(end) < str(start):
        problems.append(("ends_on", "Enter an end that is not before the start"))
        del values["ends_on"]


def _read_lines(
    form: Mapping[str, str], values: dict[str, Value], problems: list[tuple[str, str]]
) -> tuple[list[int], list[TypedLine]]:
    """The lines, kept together or, when one cannot be read, not at all: they stay on the page as typed."""
    typed = [
        {part: form[f"line-{n}-{part}"] for part in PARTS if f"line-{n}-{part}" in form}
        for n in range(MOST_LINES + 1)
    ]
    if not any(typed):
        return [], []
    places = [n for n, t in enumerate(typed) if any(v.strip() for v in t.values())][:MOST_LINES]
    kept, lines = read_lines([typed[n] for n in places])
    for n, line in enumerate(lines):
        problems += [(f"line-{n}-{part}", sentence) for part, sentence in line.problems.items()]
    whole = [line for line in kept if line is not None]
    if len(whole) == len(kept) and total(whole) > MOST_PENCE:
        most = f"A request is for {pence(MOST_PENCE)} at most"
        problems.append(("line-0-cost", f"All lines come to {pence(total(whole))}. {most}"))
    elif len(whole) == len(kept):
        values["lines"] = [_one_text(line) for line in whole]
    return places, lines


def merge(stored: Mapping[str, Value], values: Mapping[str, Value], marks: Mapping[str, object]) -> Merged:
    """What of a form is to be kept, when others may have saved since it was drawn with `marks`."""
    keep: dict[str, Value] = {}
    conflicts: dict[str, Value] = {}
    others = False
    for name, value in values.items():
        drawn_with, now = marks.get(name), mark(stored[name])
        theirs = drawn_with is not None and drawn_with != now
        if value == stored[name]:
            continue
        if not theirs:
            keep[name] = value
        elif mark(value) == drawn_with:
            others = True
        else:
            conflicts[name] = stored[name]
    return Merged(keep, conflicts, others)


def in_words(name: str, value: Value) -> str:
    """An answer as one reads it, beside another or in the record."""
    if name == "lines":
        return "; ".join(_line_words(line) for line in costed_from(value))
    if name in DATES:
        return day(date.fromisoformat(str(value))) if value else ""
    return (CHOICES.get(name) or {}).get(str(value), str(value or ""))


def _line_words(line: Costed) -> str:
    """“Tutoring: 14 hours at £40.00, £560”."""
    many = " ".join(w for w in (quantity_words(line.quantity_hundredths), line.unit) if w)
    cost = cost_words(line.unit_pence) or "0"
    return f"{line.what or 'A line'}: {many} at £{cost}, {pence(line.amount_pence)}"
