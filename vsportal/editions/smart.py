"""Looks for five things in a target, without judging it.

An outcome, a number or a measure, a date, a person, and how often.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from vsportal.editions.reading import Value, day_words


@dataclass(frozen=True)
class SmartPart:
    """One of the five: what it is, where it was found (empty when it was not), and what to do until then."""

    name: str
    found: str
    advice: str


_COUNT = r"\d[\d.,]*|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty|forty"
_NUMBER = re.compile(
    rf"\b(?:{_COUNT})\s*(?:of|out of|in|/)\s*(?:every\s+)?(?:{_COUNT})\b"
    r"|\bgrade\s+[a-z0-9][-+*]?"
    r"|£?\d[\d.,]*\s?%?"
    rf"|\b(?:half|twice|all|every|each|none|no more than|at least|{_COUNT})\b[^.,;:\n]{{0,25}}",
    re.IGNORECASE,
)
_DOES = (
    "can|could|is|are|will|to be|has|have|feels?|knows?|uses?|reads?|writes?|speaks?|solves?|attends?",
    "arrives?|comes?|joins?|completes?|achieves?|reaches|passes|gets?|makes?|takes?|asks?|talks?|chooses?",
    "increases?|improves?|moves?|keeps?|sits?|finishes|plays?|stays?|goes|visits?|applies|answers?|leaves?|learns?|raises?",
)
_OUTCOME = re.compile(rf"\b(?:{'|'.join(_DOES)})\b[^.;\n]{{4,80}}", re.IGNORECASE)
_WHEN = "day|week|fortnight|month|morning|afternoon|evening|lesson|half[- ]term|school day"
_WEEKDAY = "mon|tues|wednes|thurs|fri|satur|sun"
_OFTEN = re.compile(
    rf"\b(?:{_COUNT}|an?)\s*(?:min(?:ute)?s?|hours?|sessions?|lessons?|times?)\b[^.;\n]{{0,40}}"
    r"|\b(?:daily|weekly|fortnightly|monthly|termly|half[- ]termly)\b"
    r"|\b(?:once|twice|three times)\b[^.;\n]{0,30}"
    rf"|\b(?:every|each|per|a)\s+(?:other\s+)?(?:{_WHEN}|{_WEEKDAY})\w*"
    rf"|\bon\s+(?:{_WEEKDAY})days?\b",
    re.IGNORECASE,
)
_ROLE_ALONE = re.compile(
    r"(?:the\s+)?(?:school|staff|teachers?|class teacher|tutor|ta|teaching assistant|senco|dt|carer"
    r"|foster carer|designated teacher|social worker|all(?: staff)?|everyone|mentor|pastoral team"
    r"|(?:all|any|every|each|subject|class|form|school|support|relevant)\s+(?:teachers?|staff|adults?|tutors?)"
    r"|tbc|to be confirmed|not known|n/?a)",
    re.IGNORECASE,
)


def smart(row: Mapping[str, Value]) -> tuple[SmartPart, ...]:
    """The five things for a target's answers by column, in the order they are shown."""
    return (_outcome(row), _number(row), _date(row), _person(row), _often(row))


def _text(row: Mapping[str, Value], *columns: str) -> str:
    """The first of these answers that is text."""
    return next((v for c in columns if isinstance(v := row.get(c), str) and v.strip()), "")


def _quoted(text: str) -> str:
    """A few words of an answer, in quotation marks."""
    words = text.split()
    return f"“{' '.join(words[:12])}{' …' if len(words) > 12 else ''}”"


def _outcome(row: Mapping[str, Value]) -> SmartPart:
    text = _text(row, "outcome")
    found = _OUTCOME.search(text)
    advice = "Say in one sentence what will be different, like “can solve two-step equations”"
    return SmartPart("An outcome", _quoted(found[0].strip()) if found else "", advice)


def _number(row: Mapping[str, Value]) -> SmartPart:
    figures = [found for c in ("measure", "outcome") if (found := _figure(_text(row, c)))]
    said = next((f for f in figures if f[0].isdigit()), figures[0] if figures else "")
    begun = _figure(_text(row, "baseline"))
    words = f"{_quoted(said)}, from {begun}" if said and begun else _quoted(said) if said else ""
    advice = "Say how you will both see it, with a number if there is one, like “7 of 10”"
    # What can be observed needs no number: a measure of some words is enough.
    if not words and len(_text(row, "measure").split()) >= 4:
        words = _quoted(_text(row, "measure"))
    return SmartPart("A number or a measure", words, advice)


def _figure(text: str) -> str:
    """The number in a text: one in figures, “7 of 10”, before one in words, “two-step”."""
    found = [f[0].strip() for f in _NUMBER.finditer(text)]
    return next((f for f in found if f[0].isdigit()), found[0] if found else "")


def _date(row: Mapping[str, Value]) -> SmartPart:
    text = _text(row, "by_when", "by")
    try:
        found = day_words(date.fromisoformat(text))
    except ValueError:
        found = ""
    return SmartPart("A date", found, "Say by which day, before the next plan")


def _person(row: Mapping[str, Value]) -> SmartPart:
    text = _text(row, "who")
    named = text if text and not _ROLE_ALONE.fullmatch(text.strip(" .")) else ""
    return SmartPart(
        "A person", named, "Name who will do it, like “Mr Yusuf Kaya”: a role alone can change hands"
    )


def _often(row: Mapping[str, Value]) -> SmartPart:
    text = _text(row, "frequency")
    found = next((f[0].strip() for each in (text, _text(row, "how")) if (f := _OFTEN.search(each))), "")
    return SmartPart("How often", _quoted(found) if found else "", "Say how long and how many times")
