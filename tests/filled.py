"""Answers to a whole section, made from its questions alone, so that no test knows a form by heart.

`needed` gives the least with which a section can be completed; `full` an answer to everything there is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from vsportal.editions import answers
from vsportal.editions.checks import About
from vsportal.editions.kinds import kind_of, options_of
from vsportal.editions.reading import Value
from vsportal.editions.schema import Asked, Date, Rows, Spec

LINES = {"grade": "5", "phone": "01632 960 123", "email": "tina@example.org", "postcode": "ST4 1AA"}
FIGURES = {"possible": 100, "present": 97, "authorised": 2, "unauthorised": 1}
"""Figures of a term that add up."""
FromRecord = Mapping[str, Sequence[tuple[str, str]]]


def needed(asked: Asked, about: About, from_record: FromRecord | None = None) -> dict[str, Value]:
    """The least that must be answered; what people say (`views`) is no answer and is left out."""
    given: dict[str, Value] = {}
    for _ in range(30):
        missing = answers.still_missing(asked, given, about, from_record or {}, _views(asked))
        for key in missing:
            given |= _to_meet(asked, key, given, about)
    left = answers.still_missing(asked, given, about, from_record or {}, _views(asked))
    assert not left, f"{asked.id} cannot be completed with what was made up for it: {left}"
    return given


def full(asked: Asked, about: About, from_record: FromRecord | None = None) -> dict[str, Value]:
    """An answer to every question and cell that can be asked, two rows wherever rows are added."""
    given: dict[str, Value] = {}
    for question in asked.fields:
        if isinstance(question, Rows) and question.repeat:
            given |= {f"{question.id}.k{n}": True for n in (1, 2)}
    for _ in range(6):
        for leaf in answers.leaves(asked, given, from_record or {}):
            if leaf.key not in given and kind_of(leaf.spec).asks and not leaf.field.source:
                given[leaf.key] = answer_to(leaf.spec, about.today, opening=_openers(asked, leaf.spec))
    for key in answers.judge(asked, given, about).warnings:
        given[f"{key}~kept"] = "It is right."
    return given


def answer_to(spec: Spec, today: date, *, opening: frozenset[str] = frozenset()) -> Value:
    """One answer that will do; of several the first that is in `opening`, if there is one."""
    if isinstance(spec, Date):
        days = -30 if spec.within == "past" or "not_in_future" in spec.checks else 21
        days += 2 if spec.id.startswith(("end", "by_when", "last", "return")) else 0
        return _school_day(today + timedelta(days=days)).isoformat()
    if spec.kind in ("number", "percent", "money"):
        return FIGURES.get(spec.id, 0 if spec.kind == "money" else int(getattr(spec, "minimum", 0)))
    if offered := [code for code, _ in options_of(spec)]:
        code = next((c for c in offered if c in opening), offered[0])
        return [code] if spec.kind == "many_of" else int(code) if spec.kind == "scale" else code
    return next((LINES[c] for c in spec.checks if c in LINES), "Some words")


def posted(given: Mapping[str, Value], asked: Asked) -> dict[str, str | list[str]]:
    """The same answers as a form sends them."""
    sent: dict[str, str | list[str]] = {}
    for key, value in given.items():
        leaf = asked.leaf(key)
        assert leaf is not None, key
        if leaf.about:
            sent[key] = str(value)
        elif leaf.is_row:
            sent[key] = "1" if value else "0"
        elif isinstance(value, list):
            sent[key] = ["", *value]
        else:
            said = kind_of(leaf.spec).text(leaf.spec, value)
            sent[key] = str(value) if leaf.spec.kind == "one_of" else said
    return sent


def _views(asked: Asked) -> list[str]:
    return [f.id for f in asked.fields if f.kind == "views"]


def _to_meet(asked: Asked, key: str, given: Mapping[str, Value], about: About) -> dict[str, Value]:
    """What meets one sentence of what is missing; of an answer that is there, a warning is kept."""
    leaf = asked.leaf(key)
    assert leaf is not None, key
    question = leaf.field
    if key in given:
        return {f"{key}~kept": "It is right."}
    if not isinstance(question, Rows) or leaf.column is not None:
        quiet = frozenset(c for c, _ in options_of(leaf.spec)) - _openers(asked, leaf.spec)
        return {key: answer_to(leaf.spec, about.today, opening=quiet)}
    if question.repeat:
        return {f"{question.id}.k{n}": True for n in range(max(1, question.min_rows))}
    row = question.rows[0][0]
    return {f"{question.id}.{row}.{c.id}": answer_to(c, about.today) for c in question.columns}


def _openers(asked: Asked, spec: Spec) -> frozenset[str]:
    """The answers to a question or column upon which something else is asked."""
    specs: list[Spec] = [*asked.fields, *(c for f in asked.fields if isinstance(f, Rows) for c in f.columns)]
    return frozenset(value for one in specs for value in one.when.get(spec.id, ()))


def _school_day(day: date) -> date:
    return day + timedelta(days=max(0, 7 - day.weekday())) if day.weekday() > 4 else day
