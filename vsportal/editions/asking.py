"""Which questions and cells a section asks now, given what has been answered, and with which checks.

Everything that does not depend on the answers is worked out once for each section and kept.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from vsportal.editions.checks import LOOKS_FURTHER, NEEDS_TERM, Check, check_named
from vsportal.editions.derive import DERIVED
from vsportal.editions.kinds import Kind, kind_of
from vsportal.editions.reading import Value
from vsportal.editions.schema import Asked, Column, Derived, Field, Leaf, LongText, Rows, Spec, Text, Views

Answers = Mapping[str, Value]
FromRecord = Mapping[str, Sequence[str | tuple[str, str]]] | Sequence[str | tuple[str, str]]
"""Rows that come from a record: their ids (or id and title) for every such question, or by question."""


@dataclass(frozen=True)
class Rule:
    """One question or column, with everything that judging it needs looked up."""

    spec: Spec
    kind: Kind[Any]  # of any spec
    checks: tuple[Check, ...]
    warns: tuple[Check, ...]
    takes_anything: bool
    """No answer that could be read is wrong: a choice from a list, as a rule."""


@dataclass(frozen=True)
class Plan:
    """What a section's questions come down to, worked out once for each `Asked`."""

    rules: Mapping[tuple[str, str | None], Rule]
    derived: tuple[Derived, ...]
    sources: Mapping[str, str]
    """Questions that are facts of a record: their id and their source."""
    row_checks: Mapping[str, tuple[tuple[Check, ...], tuple[Check, ...]]]
    look_further: tuple[str, ...]
    """Questions whose checks look at other questions' answers."""
    needs_term: bool
    """Whether any check looks at the term's dates."""


@lru_cache(maxsize=1024)
def plan_of(asked: Asked) -> Plan:
    """The plan of a section, kept."""
    specs: list[tuple[tuple[str, str | None], Spec]] = []
    for question in asked.fields:
        if isinstance(question, Rows):
            specs += [((question.id, column.id), column) for column in question.columns]
        elif kind_of(question).asks and not question.source:
            specs.append(((question.id, None), question))
    rows = [f for f in asked.fields if isinstance(f, Rows)]
    return Plan(
        rules={key: _rule_of(spec) for key, spec in specs},
        derived=tuple(f for f in asked.fields if isinstance(f, Derived)),
        sources={f.id: f.source for f in asked.fields if f.source},
        row_checks={
            f.id: (_named(f.row_checks), _named(f.row_warns)) for f in rows if f.row_checks or f.row_warns
        },
        look_further=tuple(
            name
            for (name, column), s in specs
            if column is None and not LOOKS_FURTHER.isdisjoint((*s.checks, *s.warns))
        ),
        needs_term=any(not NEEDS_TERM.isdisjoint((*s.checks, *s.warns)) for _, s in specs)
        or any(not NEEDS_TERM.isdisjoint((*f.row_checks, *f.row_warns)) for f in rows),
    )


def _rule_of(spec: Spec) -> Rule:
    kind, checks, warns = kind_of(spec), _named(spec.checks), _named(_warns_of(spec))
    bounded = type(kind).bounds is not Kind.bounds
    return Rule(spec, kind, checks, warns, takes_anything=not (bounded or checks or warns))


def needs_term(asked: Asked) -> bool:
    """Whether judging the section takes the term's dates."""
    return plan_of(asked).needs_term


def _named(names: Sequence[str]) -> tuple[Check, ...]:
    return tuple(check_named(name) for name in dict.fromkeys(names))


def _warns_of(spec: Spec) -> tuple[str, ...]:
    """Free text is always looked through for other children's names; no question has to ask for it."""
    return (*spec.warns, "names_another_child") if isinstance(spec, Text | LongText | Views) else spec.warns


def rows_of(question: Field, answers: Answers, from_record: FromRecord = ()) -> list[str]:
    """The ids of the rows a question shows: fixed, a record's, or those people added and did not remove."""
    if not isinstance(question, Rows):
        return []
    if question.rows:
        return [row_id for row_id, _ in question.rows]
    if question.rows_from:
        given = from_record.get(question.id, ()) if isinstance(from_record, Mapping) else from_record
        return [row if isinstance(row, str) else row[0] for row in given]
    there: set[str] = set()
    removed: set[str] = set()
    prefix = f"{question.id}."
    for key, value in answers.items():
        if not key.startswith(prefix) or value is None or "~" in key:
            continue
        row, _, column = key[len(prefix) :].partition(".")
        # A cell without its marker is an answer all the same: it is never lost from sight.
        (removed if not column and value is False else there).add(row)
    return sorted(there - removed)


def rows_answered(asked: Asked, answers: Answers) -> dict[str, list[str]]:
    """Rows of a record in which something is answered: judging needs no others."""
    found: dict[str, dict[str, None]] = {
        f.id: {} for f in asked.fields if isinstance(f, Rows) and f.rows_from
    }
    for key in answers if found else ():
        name, _, row = key.partition("~")[0].partition(".")
        if row and name in found:
            found[name][row.partition(".")[0]] = None
    return {name: list(rows) for name, rows in found.items()}


def applies(leaf: Leaf, answers: Answers) -> bool:
    """Whether what `leaf` stands for is asked now: its `when`, its question's, and those they lean on."""
    if not question_applies(leaf.field, leaf.asked, answers):
        return False
    if leaf.column is None or leaf.row is None or not isinstance(leaf.field, Rows):
        return True
    return column_applies(leaf.field, leaf.row, leaf.column, leaf.asked, answers)


def question_applies(question: Field, asked: Asked | None, answers: Answers) -> bool:
    """Whether a question is asked; an answer to a question that is not asked itself counts for nothing."""
    for name, values in question.when.items():
        other = asked.by_id.get(name) if asked else None
        if not _is_one_of(answers.get(name), values):
            return False
        if other is not None and other.when and not question_applies(other, asked, answers):
            return False
    return True


def column_applies(question: Rows, row: str, column: Column, asked: Asked | None, answers: Answers) -> bool:
    """Whether a cell is asked: its column's `when` names a column of the same row, or a question."""
    for name, values in column.when.items():
        other = question.by_column.get(name)
        if other is None:
            named = asked.by_id.get(name) if asked else None
            if not _is_one_of(answers.get(name), values):
                return False
            if named is not None and named.when and not question_applies(named, asked, answers):
                return False
        elif not _is_one_of(answers.get(f"{question.id}.{row}.{name}"), values) or (
            other.when and not column_applies(question, row, other, asked, answers)
        ):
            return False
    return True


def _is_one_of(value: Value, values: Collection[str]) -> bool:
    """Whether an answer is, or holds, one of the values a `when` names."""
    if isinstance(value, list):
        return any(each in values for each in value)
    return value is not None and not isinstance(value, dict) and str(value) in values


def leaves(asked: Asked, answers: Answers, from_record: FromRecord = ()) -> list[Leaf]:
    """Every answer that is asked now, in page order: questions, and the cells of the rows there are."""
    return [leaf for leaf, _ in asked_now(asked, with_derived(asked, answers), from_record)]


def asked_now(asked: Asked, answers: Answers, from_record: FromRecord) -> Iterator[tuple[Leaf, Rule]]:
    """As `leaves`, each with its rule."""
    rules = plan_of(asked).rules
    for question in asked.fields:
        if question.when and not question_applies(question, asked, answers):
            continue
        if not isinstance(question, Rows):
            rule = rules.get((question.id, None))
            if rule is not None:
                yield Leaf(question.id, question, None, None, "", asked), rule
            continue
        for row in rows_of(question, answers, from_record):
            for column in question.columns:
                if not column.when or column_applies(question, row, column, asked, answers):
                    key = f"{question.id}.{row}.{column.id}"
                    yield Leaf(key, question, row, column, "", asked), rules[question.id, column.id]


def with_derived(
    asked: Asked, answers: Answers, facts: Mapping[str, Value] | None = None
) -> dict[str, Value]:
    """The answers, with those that are worked out and, where `facts` are given, those of the record."""
    plan = plan_of(asked)
    whole = dict(answers)
    if facts:
        whole.update({name: facts[source] for name, source in plan.sources.items() if source in facts})
    for question in plan.derived:
        whole[question.id] = DERIVED[question.derive](whole)
    return whole
