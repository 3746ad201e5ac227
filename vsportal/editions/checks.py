"""Named checks that an edition can ask for: each answers with a kind sentence that says what to do, or None.

Used as `checks` the sentence is an error; as `warns`, a warning that can be kept with a reason.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta
from functools import lru_cache

from vsportal.editions.checking import CHECKS, SUITS, About, At, Check, TermDates, check, check_named
from vsportal.editions.reading import Value, day_words
from vsportal.editions.schema import Leaf, Rows

__all__ = [
    "CHECKS",
    "LOOKS_FURTHER",
    "NEEDS_TERM",
    "SUITS",
    "About",
    "At",
    "Check",
    "TermDates",
    "check_named",
]

LOOKS_FURTHER = frozenset({"ehcp_review_within_year"})
"""Checks of a question that look at another question's answer as well."""
NEEDS_TERM = frozenset(
    {
        "year_from_birth",
        "within_term",
        "next_pep_next_term",
        "not_in_holidays",
        "before_deadline",
        "target_before_next_pep",
    }
)
"""Checks that look at the term's dates: a section without any of them is judged without reading those."""
_TEXT = ("text", "long_text", "views", "person")


def _day(value: Value) -> date | None:
    """The day an answer says, or None."""
    if not isinstance(value, str):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


# Who the child is

_UPN = re.compile(r"[A-HJ-NP-RT-Z]\d{11}[0-9A-HJ-NP-RT-Z]")
_UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"


@check("text")
def upn(value: Value, leaf: Leaf, about: About) -> str | None:
    """A unique pupil number's form and check letter; schools do hold wrong ones, so it warns."""
    number = re.sub(r"[\s-]", "", str(value)).upper()
    if len(number) != 13:
        return f"A UPN has 13 characters and this has {len(number)}. Check it against the school’s register"
    if found := re.search("[IOS]", number):
        return f"A UPN never has the letter {found[0]}. Check whether it is a figure"
    if not _UPN.fullmatch(number):
        return "A UPN is a letter and 12 figures, the last sometimes a letter. Check it against the register"
    letter = upn_letter(number[1:])
    if number[0] != letter:
        return (
            f"The first letter does not fit the figures: it would be {letter}. Check it against the register"
        )
    return None


def upn_letter(rest: str) -> str:
    """The check letter of the twelve characters that follow it."""
    values = (int(c) if c.isdigit() else _UPN_LETTERS.index(c) for c in rest)
    return _UPN_LETTERS[sum(place * value for place, value in enumerate(values, 2)) % 23]


@check("text", "number", "one_of")
def year_from_birth(value: Value, leaf: Leaf, about: About) -> str | None:
    """The year group that the date of birth leads to expect."""
    if about.date_of_birth is None:
        return None
    said = re.sub(r"^year\s*", "", str(value).strip().casefold())
    year = {"r": 0, "reception": 0}.get(said, int(said) if said.isdigit() and len(said) < 3 else None)
    expected = expected_year(about.date_of_birth, about.term.starts if about.term else about.today)
    if year is None or year == expected or expected < 0:
        return None
    usual = f"Children born on {day_words(about.date_of_birth)} are usually in {_year_words(expected)}"
    return f"{usual}. Check that {_year_words(year)} is right"


def expected_year(born: date, on: date) -> int:
    """The national curriculum year of a child's age group on a day: 0 is Reception, below 0 is before it."""
    school_year = on.year if on.month >= 9 else on.year - 1
    return school_year - born.year - (5 if (born.month, born.day) > (8, 31) else 4)


def _year_words(year: int) -> str:
    return f"Year {year}" if year else "Reception"


@check("text", "number", "one_of", "date")
def agrees_with_record(value: Value, leaf: Leaf, about: About) -> str | None:
    """An answer beside a fact of the record: a difference is said and reported, never overwritten."""
    known = about.facts.get(getattr(leaf.field, "agrees_with", ""))
    if known is None or _bare(known) == _bare(value):
        return None
    return f"The record says {known}. Check both. If the record is wrong, say so: it is put right there"


def _bare(value: Value) -> str:
    return re.sub(r"[\s-]", "", str(value)).casefold()


# Dates


@check("date")
def not_before_birth(value: Value, leaf: Leaf, about: About) -> str | None:
    """A day in the child's life."""
    day, born = _day(value), about.date_of_birth
    if day is None or born is None or day >= born:
        return None
    return f"{day_words(day)} is before the date of birth, {day_words(born)}. Check the year"


@check("date")
def not_in_future(value: Value, leaf: Leaf, about: About) -> str | None:
    """A day up to today."""
    day = _day(value)
    if day is None or day <= about.today:
        return None
    return f"{day_words(day)} is still to come. Enter a date up to today"


@check("date")
def not_in_past(value: Value, leaf: Leaf, about: About) -> str | None:
    """Today or a later day."""
    day = _day(value)
    if day is None or day >= about.today:
        return None
    return f"{day_words(day)} has passed. Enter today’s date or a later one"


@check("date")
def looked_after_date(value: Value, leaf: Leaf, about: About) -> str | None:
    """The day a child became looked after: in the child's life, and not to come."""
    return not_before_birth(value, leaf, about) or not_in_future(value, leaf, about)


@check("date")
def more_than_five_years(value: Value, leaf: Leaf, about: About) -> str | None:
    """A day so far away that the year may be a slip."""
    day = _day(value)
    if day is None or abs((day - about.today).days) <= 5 * 365 + 2:
        return None
    side = "ahead" if day > about.today else "ago"
    return f"{day_words(day)} is more than five years {side}. Check the year"


@check("date")
def within_term(value: Value, leaf: Leaf, about: About) -> str | None:
    """A day in the term the plan belongs to."""
    day, term = _day(value), about.term
    if day is None or term is None or term.starts <= day <= term.ends:
        return None
    return f"{day_words(day)} is not in this plan’s term, {_span(term.starts, term.ends)}. Check the date"


@check("date")
def next_pep_next_term(value: Value, leaf: Leaf, about: About) -> str | None:
    """A day in the term after the plan's."""
    day, term = _day(value), about.term
    if day is None or term is None or term.next_starts is None or term.next_ends is None:
        return None
    if term.next_starts <= day <= term.next_ends:
        return None
    return f"The next plan is made next term, {_span(term.next_starts, term.next_ends)}. Check the date"


@check("date")
def not_in_holidays(value: Value, leaf: Leaf, about: About) -> str | None:
    """A school day, as far as the term dates tell: no weekend, bank holiday, half term, or between terms."""
    day, term = _day(value), about.term
    if day is None:
        return None
    if day.weekday() > 4:
        return f"{day_words(day)} is a {'Saturday' if day.weekday() == 5 else 'Sunday'}. Choose a school day"
    if term is not None and (why := term.day_off(day)):
        return f"{day_words(day)} is {why}"
    return None


@check("date")
def before_deadline(value: Value, leaf: Leaf, about: About) -> str | None:
    """A day by which the next plan is still in time."""
    day, deadline = _day(value), about.term.deadline if about.term else None
    if day is None or deadline is None or day <= deadline:
        return None
    return f"The next plan is due by {day_words(deadline)}. Choose an earlier day"


@check("date")
def target_date(value: Value, leaf: Leaf, about: About) -> str | None:
    """A day after today: a target is for what is to come."""
    day = _day(value)
    if day is None or day > about.today:
        return None
    return "Enter a date after today: a target is for what is to come"


@check("date")
def target_before_next_pep(value: Value, leaf: Leaf, about: About) -> str | None:
    """A day before the next plan, which looks at the target again, unless it serves further ahead."""
    day, term = _day(value), about.term
    last = (term.deadline or term.next_ends) if term else None
    if day is None or last is None or day <= last or _serves_further_ahead(leaf, about):
        return None
    return f"The next plan, due by {day_words(last)}, looks at this target again. Choose a date before it"


def _serves_further_ahead(leaf: Leaf, about: About) -> bool:
    """Whether the target's row says that it serves the plan further ahead."""
    row = f"{leaf.field.id}.{leaf.row}"
    return (
        about.answers.get(f"{row}.further_ahead") == "yes"
        or about.answers.get(f"{row}.serves") == "further_ahead"
    )


_TRANSFER_YEARS = frozenset({6, 11})
"""The years at whose end children move: their EHCP review belongs in the autumn term."""


@check("date")
def ehcp_review_within_year(value: Value, leaf: Leaf, about: About) -> str | None:
    """The next review of an EHC plan: within 12 months of the last, in autumn before a move.

    The last review is the answer whose key says “last” where this one says “next”.
    """
    day = _day(value)
    if day is None:
        return None
    last = _day(about.answers.get(leaf.key.replace("next", "last"))) if "next" in leaf.key else None
    if last is not None and day <= last:
        return f"The next review comes after the last one, on {day_words(last)}. Check both dates"
    if last is not None and day > (due := _a_year_after(last)):
        return f"An EHC plan is reviewed within 12 months, by {day_words(due)}. Check the date"
    autumn = about.today.year if about.today.month >= 9 else about.today.year - 1
    if about.year in _TRANSFER_YEARS and date(autumn, 12, 31) < day <= date(autumn + 1, 8, 31):
        return "In a year that ends with a move, the review is best held in the autumn term. Check the date"
    return None


def _a_year_after(day: date) -> date:
    return day.replace(year=day.year + 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def _span(first: date, last: date) -> str:
    return f"{day_words(first)} to {day_words(last)}"


# Text


@check("text")
def email(value: Value, leaf: Leaf, about: About) -> str | None:
    """An e-mail address, by its looks."""
    if re.fullmatch(r"[^\s@<>()\[\],;:\"]+@[^\s@.<>()\[\],;:\"]+(?:\.[^\s@.<>()\[\],;:\"]+)+", str(value)):
        return None
    return "Enter an e-mail address, like name@example.org"


@check("text")
def phone(value: Value, leaf: Leaf, about: About) -> str | None:
    """A phone number, in any grouping, with an extension if it has one; abroad with its country code."""
    typed = re.sub(r"(?:ext|extension|x)\.?\s*\d{1,6}$", "", str(value).strip(), flags=re.IGNORECASE)
    number = re.sub(r"[\s().\-–/]", "", typed).replace("+440", "+44")
    number = re.sub(r"^(?:\+44|0044)0?", "0", number)
    if re.fullmatch(r"0[1-9]\d{8,9}|(?:\+|00)[1-9]\d{7,14}", number):
        return None
    return "Enter a phone number, like 01632 960 001 or 07700 900 982"


@check("text")
def postcode(value: Value, leaf: Leaf, about: About) -> str | None:
    """A postcode of the United Kingdom."""
    typed = re.sub(r"\s", "", str(value)).upper()
    if re.fullmatch(r"(?:GIR0AA|[A-Z]{1,2}\d[A-Z\d]?\d[ABD-HJLNP-UW-Z]{2})", typed):
        return None
    return "Enter a full postcode, like ST4 1AA"


@check(*_TEXT)
def names_another_child(value: Value, leaf: Leaf, about: About) -> str | None:
    """The full name of another child whom the writer may already see; anybody else's gives no sign."""
    if not about.other_children or not isinstance(value, str):
        return None
    by_first_word = _names_by_first_word(about.other_children)
    found = _words_of(value)
    for place, word in enumerate(found):
        for name, shown in by_first_word.get(word, ()):
            if tuple(found[place : place + len(name)]) == name:
                return f"This names another child, {shown}. Check the name"
    return None


@lru_cache(maxsize=128)
def _names_by_first_word(names: frozenset[str]) -> dict[str, list[tuple[tuple[str, ...], str]]]:
    """Full names by how they begin; a single name is no full name."""
    found: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for shown in sorted(names):
        name = tuple(_words_of(shown))
        if len(name) > 1:
            found.setdefault(name[0], []).append((name, shown))
    return found


def _words_of(text: str) -> list[str]:
    """The words of a text, without accents and capitals."""
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return re.findall(r"[^\W_]+", text.casefold())


# Learning

_GRADE = re.compile(
    r"""
      u | x | absent | ungraded | not\ graded | working\ towards
    | [1-9] (?:\.\d{1,2} | [+\-=abc])?                                # 9 to 1, with what schools put behind
    | [1-9] \s?[-/]?\s? [1-9]                                         # combined science; a target of 4/5
    | u \s?[-/]\s? u | [1-9] \s?[-/]\s? u
    | a\*{0,2} | [b-g] | a\*?a\*? | ([b-g])\1
    | (?:(?:level|l)\ ?[12]\ ?)? (?:p|m|d|dist|pass|merit|distinction|near\ pass|fail) \ ?\*?
      (?:\ ?level\ ?[12])?
    | (?:[dmp]\*?){2,3}                                               # double and triple awards
    | (?:level|l)\ ?[12](?:[pmd]\*?)? | [12](?:p|m|d|d\*)
    | (?:entry(?:\ level)?|el|e)\ ?[123]? (?:\ ?(?:pass|fail))?
    | not\ achieved | achieved | n/?a | not\ entered | withdrawn
    """,
    re.VERBOSE,
)


@check("text")
def grade(value: Value, leaf: Leaf, about: About) -> str | None:
    """A grade of a course in school or college."""
    typed = " ".join(str(value).casefold().replace("–", "-").split())
    return None if _GRADE.fullmatch(typed) else "Enter a grade, like 5, 5-5, U, Pass, Merit or Distinction"


@check("number")
def school_hours(value: Value, leaf: Leaf, about: About) -> str | None:
    """Hours of school in a week: more than 40 may be a slip, or hours in a fortnight."""
    if isinstance(value, int | float) and value > 40:
        return f"{value:g} hours a week is more than a school week holds. Check the figure"
    return None


# Rows: the value is the answered cells by column


@check("row")
def attendance_band(value: Value, leaf: Leaf, about: About) -> str | None:
    """No more sessions present or absent than were possible."""
    row = value if isinstance(value, dict) else {}
    possible = row.get("possible")
    if not isinstance(possible, int | float):
        return None
    for column, words in (("present", "present"), ("authorised", "absent"), ("unauthorised", "absent")):
        sessions = row.get(column)
        if isinstance(sessions, int | float) and sessions > possible:
            return At(
                column, f"{sessions:g} {words} is more than the {possible:g} sessions possible. Check both"
            )
    return None


@check("row")
def attendance_adds_up(value: Value, leaf: Leaf, about: About) -> str | None:
    """Sessions add up to those possible; percentages to 100, give or take one for rounding."""
    row = value if isinstance(value, dict) else {}
    named = ("present", "authorised", "unauthorised")
    figures = [row[name] for name in named if isinstance(row.get(name), int | float)]
    total, whole = round(sum(figures), 2), len(figures) == len(named)
    if isinstance(leaf.field, Rows) and "possible" in leaf.field.by_column:
        possible = row.get("possible")
        if not isinstance(possible, int | float) or total == possible or not (whole or total > possible):
            return None
        return f"Present and absent come to {total:g}, and {possible:g} sessions were possible. Check them"
    if total > 101 or (whole and total < 99):
        return f"The figures of this row add up to {total:g}. Check them: they should add up to 100"
    return None


@check("row")
def start_before_end(value: Value, leaf: Leaf, about: About) -> str | None:
    """The row's first date is not after its second: what starts, ends later."""
    row = value if isinstance(value, dict) else {}
    columns = [c for c in leaf.field.columns if c.kind == "date"] if isinstance(leaf.field, Rows) else []
    if len(columns) < 2:
        return None
    starts, ends = (_day(row.get(column.id)) for column in columns[:2])
    if starts is None or ends is None or starts <= ends:
        return None
    return At(columns[1].id, f"This is before it starts, on {day_words(starts)}. Check both dates")


@check("row")
def gap_in_history(value: Value, leaf: Leaf, about: About) -> str | None:
    """More than two weeks between this row's first date and the end of the row before, holidays apart."""
    columns = [c.id for c in leaf.field.columns if c.kind == "date"] if isinstance(leaf.field, Rows) else []
    starts = _day(value.get(columns[0])) if isinstance(value, dict) and len(columns) > 1 else None
    if starts is None:
        return None
    prefix = f"{leaf.field.id}."
    rows = {key[len(prefix) :].partition(".")[0] for key in about.answers if key.startswith(prefix)}
    ends: list[date] = []
    for row in rows - {leaf.row}:
        first = _day(about.answers.get(f"{prefix}{row}.{columns[0]}"))
        last = _day(about.answers.get(f"{prefix}{row}.{columns[1]}"))
        if about.answers.get(f"{prefix}{row}") is False or first is None or first > starts:
            continue
        if last is None or last >= starts:
            return None
        ends.append(last)
    if not ends or _school_days(max(ends), starts) <= 10:
        return None
    sentence = f"There is a gap from {_span(max(ends), starts)}. Say where they learnt in between"
    return At(columns[0], sentence)


def _school_days(after: date, before: date) -> int:
    """Days from Monday to Friday between two days, without those of a summer holiday."""
    days = (after + timedelta(days=n) for n in range(1, min((before - after).days, 400)))
    return sum(d.weekday() < 5 and not (7, 20) <= (d.month, d.day) <= (9, 7) for d in days)
