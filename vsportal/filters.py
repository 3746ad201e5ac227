"""How dates, times, names, numbers and money read in a page: one place, so that they read alike everywhere.

Every filter takes nothing (None) and gives an empty string or a dash for it; none of them looks at the clock.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from flask import Flask
from markupsafe import Markup, escape

from vsportal import clock
from vsportal.editions.reading import MONTHS, day_words

NOTHING = "–"
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
SOON = timedelta(days=7)
"""From how long before a date is shown as soon."""


def init_app(app: Flask) -> None:
    """Give every template these filters, each under its function's name."""
    app.jinja_env.filters.update({name: FILTERS[name] for name in FILTERS})


# Dates and times --------------------------------------------------------------------------------------


def _date(when: date | datetime) -> date:
    """The date in England of a date or a moment."""
    return clock.local(when).date() if isinstance(when, datetime) else when


def day(when: date | datetime | None) -> str:
    """A date in full: “3 November 2026”."""
    if when is None:
        return ""
    return day_words(_date(when))


def day_month(when: date | datetime | None, today: date | None = None) -> str:
    """A date without its year when the year goes without saying: “25 February”.

    It does within half a year of `today`; without `today`, always.
    """
    if when is None:
        return ""
    on = _date(when)
    if today is not None and abs(on - today) > timedelta(days=183):
        return day(on)
    return f"{on.day} {MONTHS[on.month - 1]}"


def weekday(when: date | datetime | None, today: date | None = None) -> str:
    """A date people plan by: “Thursday 18 March”; with its year as in `day_month`."""
    return f"{DAYS[_date(when).weekday()]} {day_month(when, today)}" if when is not None else ""


def short_weekday(when: date | datetime | None) -> str:
    """A date for a narrow column: “Thu 4 March”."""
    return f"{DAYS[_date(when).weekday()][:3]} {day_month(when)}" if when is not None else ""


def clock_time(moment: datetime | None) -> str:
    """The time of day in England: “2:02pm”, “8am”, “midday”, “midnight”."""
    if moment is None:
        return ""
    local = clock.local(moment)
    if local.minute == 0 and local.hour in (0, 12):
        return "midday" if local.hour else "midnight"
    minutes = f":{local.minute:02d}" if local.minute else ""
    return f"{local.hour % 12 or 12}{minutes}{'am' if local.hour < 12 else 'pm'}"


def moment(at: datetime | None, today: date) -> str:
    """When something happened, as one would say it: “Today, 1:52pm”, “Yesterday, 8am”, “28 February, 4pm”.

    From the day before yesterday back it has a weekday for a week, and a year when that is needed.
    """
    if at is None:
        return ""
    ago = (today - _date(at)).days
    named = {0: "Today", 1: "Yesterday"}.get(ago)
    if named is None:
        named = weekday(at) if 0 < ago < 7 else day_month(at, today)
    return f"{named}, {clock_time(at)}"


def ahead(on: date | None, today: date) -> str:
    """A coming date by its nearest name: “today”, “tomorrow”, “Thursday”, “Thursday 18 March”."""
    if on is None:
        return ""
    days = (on - today).days
    if days in (0, 1):
        return ("today", "tomorrow")[days]
    return DAYS[on.weekday()] if 1 < days < 7 else weekday(on, today)


def urgency(due: date | None, today: date) -> str:
    """How a date that is due stands out: “late”, “soon” (within a week), or not at all."""
    if due is None or due > today + SOON:
        return ""
    return "late" if due < today else "soon"


def late_by(due: date, today: date) -> str:
    """How late something is, in days: “1 day late”."""
    return f"{plural((today - due).days, 'day')} late"


def term(key: str | None) -> str:
    """A term as people say it: “2026-27-spring” gives “spring 2027”."""
    found = re.fullmatch(r"(\d{4})-\d{2}-(autumn|spring|summer)", key or "")
    if not found:
        return key or ""
    year, season = int(found[1]), found[2]
    return f"{season} {year if season == 'autumn' else year + 1}"


def age(date_of_birth: date | None, today: date) -> str:
    """Whole years lived, as a number."""
    return str(clock.age(date_of_birth, today)) if date_of_birth else ""


def iso(when: date | datetime | None) -> str:
    """A date or moment for the `datetime` of a `<time>`."""
    return when.isoformat() if when is not None else ""


# Names and words ----------------------------------------------------------------------------------------


def possessive(name: str | None) -> str:
    """Whose it is: “Amira’s”, “James’s”."""
    return f"{name}’s" if name else ""


def initials(name: str | None) -> str:
    """The first letters of the first and the last name: “Amira Jane Belhadj” gives “AB”."""
    parts = [p for p in re.split(r"[\s]+", name or "") if p and p[0].isalpha()]
    return "".join(p[0].upper() for p in (parts[:1] + parts[1:][-1:]))


def capital(text: str | None) -> str:
    """The same words with a capital at the start, the rest as it is."""
    return text[:1].upper() + text[1:] if text else ""


def plural(count: int, one: str, many: str = "") -> str:
    """A number with its word: “1 section”, “3 sections”, “2 children”."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def in_words(count: int) -> str:
    """A number as it stands in a sentence: words up to nine, figures from ten; 0 is “no”."""
    return NUMBERS[count] if 0 <= count < len(NUMBERS) else f"{count:,}"


def listed(things: Iterable[object], last: str = "and") -> str:
    """Several things in a sentence: “Tina, Marcus and Priya”."""
    words = [str(t) for t in things if str(t)]
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def paragraphs(text: str | None) -> Markup:
    """What somebody typed, escaped, with its paragraphs and line breaks."""
    blocks = (b.strip("\n") for b in re.split(r"\n[ \t]*\n", (text or "").replace("\r\n", "\n")))
    made = (Markup("<br>").join(escape(line) for line in b.split("\n")) for b in blocks if b.strip())
    return Markup("").join(Markup("<p>{}</p>").format(b) for b in made)


def quoted(text: str | None) -> Markup:
    """What somebody said, in its paragraphs, between quotation marks."""
    return paragraphs(f"“{text.strip()}”") if text and text.strip() else Markup("")


def device(user_agent: str | None) -> str:
    """Which browser and device a sign-in came from, roughly: “Chrome on Windows”."""
    text = user_agent or ""
    # The first that is found counts: Edge calls itself Chrome as well, and Chrome Safari.
    browsers = (
        ("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"),
    )  # fmt: skip
    systems = (
        ("iPhone", "an iPhone"), ("iPad", "an iPad"), ("Android", "Android"), ("CrOS", "a Chromebook"),
        ("Windows", "Windows"), ("Mac OS", "a Mac"), ("Linux", "Linux"),
    )  # fmt: skip
    browser = next((words for mark, words in browsers if mark in text), "A browser")
    system = next((words for mark, words in systems if mark in text), "")
    return f"{browser} on {system}" if system else browser


# Numbers and money -----------------------------------------------------------------------------------------


def _rounded(value: Decimal, places: int) -> Decimal:
    """Half up, as people round; Python's own rounding goes to the even neighbour."""
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def percent(value: float | Decimal | None, places: int = 0) -> str:
    """A percentage: “91%”; with `places`, “91.4%”."""
    return NOTHING if value is None else f"{_rounded(Decimal(str(value)), places):,}%"


def percent_of(part: float, whole: float, places: int = 0) -> str:
    """One number as a share of another: 192 of 210 gives “91%”; of nothing, a dash."""
    if not whole:
        return NOTHING
    return percent(Decimal(str(part)) * 100 / Decimal(str(whole)), places)


def pence(amount: int | None) -> str:
    """An amount kept in pence, as money: “£1,200.50”; whole pounds without pence, “£560”."""
    if amount is None:
        return NOTHING
    pounds, rest = divmod(abs(amount), 100)
    return f"{'−' if amount < 0 else ''}£{pounds:,}{f'.{rest:02d}' if rest else ''}"


# Forms ------------------------------------------------------------------------------------------------------


def html_id(leaf: str) -> str:
    """The id of a leaf's control in a section's page."""
    return leaf.replace(".", "-").replace("~", "--")


def problems(form: Any) -> list[tuple[str, str]]:  # WTForms' forms share no useful type
    """What is wrong with a fixed form, for the error summary: pairs of a control's id and a sentence."""
    fields: Sequence[tuple[str, str]] = [(f.id, str(e)) for f in form for e in f.errors]
    return [("", str(e)) for e in form.form_errors] + list(fields)


FILTERS: dict[str, Callable[..., object]] = {
    f.__name__: f
    for f in (
        day, day_month, weekday, short_weekday, clock_time, moment, ahead, urgency, late_by, term, age, iso,
        possessive, initials, capital, plural, in_words, listed, paragraphs, quoted, device,
        percent, percent_of, pence, html_id, problems,
    )
}  # fmt: skip
