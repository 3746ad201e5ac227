"""What must hold across an edition and cannot be seen in one value of it.

Each finding is (section id or "", the ids that lead to the place, a sentence that says what to do).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from vsportal import codes
from vsportal.editions.checks import CHECKS, SUITS
from vsportal.editions.derive import DERIVED, WORDS
from vsportal.editions.kinds import KINDS, kind_of, options_of
from vsportal.editions.schema import (
    Column,
    Derived,
    Edition,
    Field,
    ManyOf,
    Note,
    Number,
    OneOf,
    Rows,
    Scale,
    Section,
    Spec,
    YesNo,
)

Finding = tuple[str, tuple[str, ...], str]

BEGINNINGS = ("Enter", "Select", "Say", "Record", "Add", "Choose", "Tell", "Give", "Check")
"""How a sentence about a missing answer begins."""
RESERVED = frozenset(
    [
        "csrf_token",
        "page",
        "seen",
        "marks",
        "add",
        "remove",
        "keep",
        "save",
        "saved",
        "send",
        "complete",
        "next",
        "back",
        "return",
        "action",
        "main",
        "content",
    ]
)
"""Names that the page itself uses for its controls and places."""
STATUTE = frozenset({*(f"A{n}" for n in range(1, 12)), *(f"B{n}" for n in range(1, 21))})
_OLD_ID = re.compile(r"[a-z0-9_]{1,40}(\.[a-z0-9_]{1,40})?")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+/-]{0,39}")


def proofread(edition: Edition) -> Iterator[Finding]:
    """Everything in the edition that would trip somebody later."""
    for phase in edition.phases:
        if not any(not section.phases or phase in section.phases for section in edition.sections):
            yield "", (), f"There is no section for the phase {phase}. Write one, or take the phase out."
    if not edition.phases:
        yield "", (), "phases is empty. Name the phases this edition is whole for."
    yield from _asked_twice(edition)
    yield from _renamed(edition)
    for section in edition.sections:
        for keys, sentence in _section(section):
            yield section.id, keys, sentence


def _section(section: Section) -> Iterator[tuple[tuple[str, ...], str]]:
    """What is wrong in one section, with the ids that lead there."""
    if isinstance(section.owner, dict) and "default" not in section.owner:
        yield (), "owner names roles by phase. Give it a default as well."
    for name in ("title", "heading", "lede"):
        for sentence in _wording(getattr(section, name)):
            yield (), f"{name}: {sentence}"
    for field_id in _twice(f.id for f in section.fields):
        yield (field_id,), f"The id {field_id} is used twice. Give each question its own."
    for position, question in enumerate(section.fields):
        for sentence in (*_question(question), *_around(section, position, question)):
            yield (question.id,), f"{question.id}: {sentence}"
        for column in question.columns if isinstance(question, Rows) else ():
            for sentence in _column(section, position, question, column):  # type: ignore[arg-type]  # it has rows
                yield (question.id, column.id), f"{question.id}, column {column.id}: {sentence}"


def _around(section: Section, position: int, question: Field) -> Iterator[str]:
    """What one question shares with columns, and what it says about other questions."""
    yield from _wording(question.group)
    yield from _spec(question)
    for name, values in question.when.items():
        yield from _when(section, position, name, values)
    if isinstance(question, Rows):
        yield from _rows(question)
    if isinstance(question, Note):
        yield from _wording(question.text)


def _question(question: Field) -> Iterator[str]:
    """What one question must say and must not."""
    if question.id in RESERVED:
        yield "the page itself uses this id. Choose another."
    if question.audience is None and not isinstance(question, Note):
        yield "it has no audience. Say who reads it."
    if not question.label and not isinstance(question, Note):
        yield "it has no label. Write the question."
    for item in question.statute:
        if item not in STATUTE:
            yield f"statute names {item}, which is none of A1 to A11 and B1 to B20. Correct it."
    if question.missing and (question.source or isinstance(question, Derived | Note)):
        yield "nobody types it. Take out missing."
    if isinstance(question, Derived) and question.derive not in DERIVED:
        yield f"derive names {question.derive}, which is not known. Use one of {_listed(DERIVED)}."


def _column(section: Section, position: int, question: Rows, column: Column) -> Iterator[str]:
    """What one column must say and must not."""
    if not column.label:
        yield "it has no label. Write what stands over it."
    yield from _spec(column)
    ids = list(question.by_column)
    for name, values in column.when.items():
        if name not in question.by_column:
            yield from _when(section, position, name, values)
        elif ids.index(name) >= ids.index(column.id):
            yield f"when names {name}, which does not come before it. Put it after {name}."
        else:
            yield from _values_taken(name, question.by_column[name], values)


def _spec(spec: Spec) -> Iterator[str]:
    """What holds for questions and columns alike."""
    for text in (spec.label, spec.hint, spec.missing):
        yield from _wording(text)
    if spec.missing and spec.missing.split()[0] not in BEGINNINGS:
        yield f"missing says “{spec.missing}”. Begin it with one of {_listed(BEGINNINGS)}."
    if spec.missing.endswith("."):
        yield "missing ends in a full stop. Take it out."
    yield from _checks((*spec.checks, *spec.warns), spec.kind)  # type: ignore[attr-defined]  # all have one
    if isinstance(spec, OneOf | ManyOf):
        yield from _options(spec)
    if isinstance(spec, Number) and spec.minimum >= spec.maximum:
        yield f"its minimum {spec.minimum:g} is not below its maximum {spec.maximum:g}."
    if isinstance(spec, Scale):
        for text in spec.words:
            yield from _wording(text)


def _checks(names: Sequence[str], kind: str) -> Iterator[str]:
    """Whether these checks are there, and look at answers of this kind."""
    for name in names:
        if name not in CHECKS:
            fitting = (each for each in sorted(CHECKS) if kind in SUITS[each])
            yield f"there is no check {name}. Use one of {_listed(fitting)}."
        elif kind not in SUITS[name]:
            yield f"the check {name} is for {_listed(sorted(SUITS[name]))}, not for {kind}. Take it out."


def _options(spec: OneOf | ManyOf) -> Iterator[str]:
    """Whether the answers offered can be offered."""
    if bool(spec.options) == bool(spec.codes):
        yield "it needs either options or the name of a code list, and not both."
        return
    if spec.codes:
        if spec.codes not in codes.names():
            yield f"there is no code list {spec.codes}. Use one of {_listed(codes.names())}."
        return
    for text in (*_twice(code for code, _ in spec.options), *_twice(label for _, label in spec.options)):
        yield f"“{text}” is offered twice. Offer it once."
    for code, label in spec.options:
        if not _CODE.fullmatch(code):
            yield f"“{code}” cannot be a code. Use letters, figures and underscores."
        yield from _wording(label)


def _rows(question: Rows) -> Iterator[str]:
    """What must hold of rows and columns together."""
    if sum((bool(question.rows), question.repeat, bool(question.rows_from))) != 1:
        yield "it needs rows, or repeat = true, or rows_from, and only one of them."
    if not question.columns:
        yield "it has no columns. Add one."
    for each in (*_twice(row for row, _ in question.rows), *_twice(c.id for c in question.columns)):
        yield f"{each} is there twice. Give each row and column its own id."
    for _, label in question.rows:
        yield from _wording(label)
    if question.row_title and question.row_title not in question.by_column:
        yield f"row_title names {question.row_title}, which is not a column."
    if question.repeat and not question.row_name:
        yield "people add rows to it. Say in row_name what one is called, like “subject”."
    yield from _how_many_rows(question)
    yield from _checks((*question.row_checks, *question.row_warns), "row")
    if question.helper == "smart" and "outcome" not in question.by_column:
        yield "the SMART helper reads a column outcome, and there is none."


def _how_many_rows(question: Rows) -> Iterator[str]:
    if question.min_rows > question.max_rows:
        yield f"min_rows {question.min_rows} is more than max_rows {question.max_rows}."
    if question.min_rows and not question.missing:
        yield "min_rows asks for rows. Say in missing what to do when there are none."


def _when(section: Section, position: int, name: str, values: tuple[str, ...]) -> Iterator[str]:
    """Whether a `when` names an earlier question of the section, and values it can take."""
    at = next((n for n, f in enumerate(section.fields) if f.id == name), None)
    if at is None:
        yield f"when names {name}, which is no question of this section."
        return
    other = section.fields[at]
    if at >= position:
        yield f"when names {name}, which does not come before it. Put it after {name}."
    elif isinstance(other, Derived):
        takes = WORDS.get(other.derive, dict.fromkeys(values, ""))
        for value in values:
            if value not in takes:
                yield f"when names the value {value} of {name}, which takes {_listed(takes)}."
    elif kind_of(other).asks or other.source:
        yield from _values_taken(name, other, values)
    else:
        yield f"when names {name}, which is a {other.kind} and has no answer of its own."
    if not values:
        yield f"when names no value of {name}."


def _values_taken(name: str, other: Spec, values: tuple[str, ...]) -> Iterator[str]:
    """Whether a question or column can have these values."""
    if isinstance(other, OneOf | ManyOf) and other.codes and other.codes not in codes.names():
        return
    if isinstance(other, OneOf | ManyOf | YesNo | Scale):
        offered = [code for code, _ in options_of(other)]
        for value in values:
            if value not in offered:
                yield f"when names the value {value} of {name}, which takes {_listed(offered)}."


def _asked_twice(edition: Edition) -> Iterator[Finding]:
    """The same item asked twice in one plan: ask it once, and show it elsewhere as a fact."""
    seen: dict[str, list[tuple[Section, Field]]] = {}
    for section in edition.sections:
        for question in section.fields:
            if question.source or (not KINDS[question.kind].asks and not isinstance(question, Rows)):
                continue
            asked = seen.setdefault(re.sub(r"[^\w{}]+", " ", question.label.casefold()).strip(), [])
            for other_section, other in asked:
                if _can_meet(section, question, other_section, other):
                    place = f"{other_section.id}, {other.id}"
                    sentence = f"{question.id}: “{question.label}” is asked in {place} as well. Ask it once."
                    yield section.id, (question.id,), sentence
                    break
            asked.append((section, question))


def _renamed(edition: Edition) -> Iterator[Finding]:
    """Old ids: the answers under one go to one question, and not away from one that is still asked."""
    taken: set[str] = set()
    for section in edition.sections:
        own = {f"{section.id}.{f.id}" for f in section.fields}
        for question in section.fields:
            was = _old_place(section, question)
            for sentence in _old_id(question.was, was in taken | own, "old_id or section.old_id"):
                yield section.id, (question.id,), f"{question.id}: {sentence}"
            taken.add(was)
            if isinstance(question, Rows):
                olds = [c.was for c in question.columns]
                for column in question.columns:
                    twice = column.was in question.by_column or olds.count(column.was) > 1
                    for sentence in _old_id(column.was.replace(".", "?"), twice, "the id it had"):
                        place = (question.id, column.id)
                        yield section.id, place, f"{question.id}, column {column.id}: {sentence}"


def _old_id(was: str, is_taken: bool, form: str) -> Iterator[str]:
    """What is wrong with an old id, if there is one."""
    if was and not _OLD_ID.fullmatch(was):
        yield f"was is no id. Write {form}."
    elif was and is_taken:
        yield f"was names {was}, whose answers another has. Take one out."


def _old_place(section: Section, question: Field) -> str:
    """Section and id that a question had; those it has when it was not renamed."""
    name = question.was or question.id
    return name if "." in name else f"{section.id}.{name}"


def unknown_before(edition: Edition, before: Edition) -> Iterator[Finding]:
    """Old ids that the edition before did not have: the answers would be lost without a word."""
    had = {f"{section.id}.{f.id}": f for section in before.sections for f in section.fields}
    for section in edition.sections:
        for question in section.fields:
            was = _old_place(section, question)
            if question.was and was not in had:
                sentence = f"{question.id}: was names {was}, which {before.name} does not ask. Correct it."
                yield section.id, (question.id,), sentence
            old = had.get(was)
            if not isinstance(question, Rows) or not isinstance(old, Rows):
                continue
            for column in question.columns:
                if column.was and column.was not in old.by_column:
                    place = f"{question.id}, column {column.id}"
                    sentence = (
                        f"{place}: was names {column.was}, which {before.name} does not ask. Correct it."
                    )
                    yield section.id, (question.id, column.id), sentence


def _can_meet(section: Section, question: Field, other_section: Section, other: Field) -> bool:
    """Whether one plan can ask both: no phase, term, occasion, year, stage or answer keeps them apart."""
    pairs: tuple[tuple[tuple[object, ...], tuple[object, ...]], ...] = (
        (section.phases, other_section.phases),
        (question.phases, other.phases),
        (section.phases, other.phases),
        (question.phases, other_section.phases),
        (question.terms, other.terms),
        (question.occasions, other.occasions),
        (question.years, other.years),
        (question.stages, other.stages),
    )
    if any(one and two and not set(one) & set(two) for one, two in pairs):
        return False
    both = question.when.keys() & other.when.keys() if section is other_section else set()
    return not any(not set(question.when[name]) & set(other.when[name]) for name in both)


def _wording(text: str) -> Iterator[str]:
    """House style of words on screen."""
    if re.search("[\"']", text.replace("{child's}", "")):
        yield f"“{text}” has a straight quote. Use curly ones: ’ “ ”."
    if re.search(r"\bplease\b", text, re.IGNORECASE):
        yield f"“{text}” says “please”. Say what to do without it."
    if text != text.strip() or "  " in text:
        yield f"“{text}” has a space too many."


def _twice(texts: Iterable[str]) -> list[str]:
    """What is there more than once."""
    return [text for text, times in Counter(texts).items() if times > 1]


def _listed(names: Iterable[str]) -> str:
    """The names there are, as a list to choose from."""
    return ", ".join(names) or "none"
