"""Judging a section's answers: what is wrong, what to look at again, and what is still missing.

Never while somebody is typing is a person told that something is not answered yet: `judge` leaves that
to `still_missing`, which is for completing a section.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from vsportal.editions.asking import (
    Answers,
    FromRecord,
    Rule,
    applies,
    asked_now,
    column_applies,
    plan_of,
    question_applies,
    rows_answered,
    rows_of,
    with_derived,
)
from vsportal.editions.checks import About, At
from vsportal.editions.kinds import answered, kind_of, typed
from vsportal.editions.reading import Unreadable, Value
from vsportal.editions.schema import Asked, Field, Leaf, Rows, Views


@dataclass(frozen=True)
class Verdict:
    """What is wrong with answers, and what should be looked at again; both by leaf, in page order."""

    errors: dict[str, str] = field(default_factory=dict)
    warnings: dict[str, str] = field(default_factory=dict)


def judge(asked: Asked, answers: Answers, about: About, only: Collection[str] | None = None) -> Verdict:
    """What is wrong with what is answered; never that something is not answered yet.

    With `only`, those leaves and the rows they stand in. A row's sentence can belong to another leaf
    of the row: `touched` says which slots a page has to renew.
    """
    whole = with_derived(asked, answers, about.facts)
    about = _with_answers(about, whole)
    verdict = Verdict()
    if only is None:
        _judge_all(asked, whole, about, verdict)
    else:
        _judge_some(asked, whole, about, only, verdict)
    return verdict


def _with_answers(about: About, whole: Answers) -> About:
    """`about` with the answers that are judged; built by hand, because `replace` takes ten times as long."""
    return About(
        today=about.today,
        answers=whole,
        date_of_birth=about.date_of_birth,
        year=about.year,
        term=about.term,
        meeting_on=about.meeting_on,
        other_children=about.other_children,
        facts=about.facts,
    )


def _judge_all(asked: Asked, answers: Answers, about: About, verdict: Verdict) -> None:
    """Every answer there is, each row after its cells."""
    row_checks = plan_of(asked).row_checks
    rows: dict[tuple[str, str], Leaf] = {}
    order: list[str] = []
    for leaf, rule in asked_now(asked, answers, rows_answered(asked, answers)):
        order.append(leaf.key)
        value = answers.get(leaf.key)
        if value is not None and not (rule.takes_anything and value.__class__ is not dict):
            _judge_leaf(leaf, rule, value, about, verdict)
        if leaf.row is not None and leaf.field.id in row_checks:
            rows.setdefault((leaf.field.id, leaf.row), leaf)
    for leaf in rows.values():
        _judge_row(leaf, answers, about, verdict)
    for found in (verdict.errors, verdict.warnings) if rows else ():
        ordered = {key: found[key] for key in order if key in found}
        found.clear()
        found.update(ordered)
    for question in asked.fields:
        if isinstance(question, Rows) and question.repeat:
            over = len(rows_of(question, answers)) - question.max_rows
            if over > 0:
                verdict.errors[question.id] = f"There is room for {question.max_rows}. Remove {over}"


def _judge_some(
    asked: Asked, answers: Answers, about: About, only: Collection[str], verdict: Verdict
) -> None:
    """The named leaves, and the checks of the rows they stand in."""
    rules = plan_of(asked).rules
    rows: dict[tuple[str, str], Leaf] = {}
    for key in only:
        leaf = asked.leaf(key)
        if leaf is None or leaf.about or leaf.is_row or not applies(leaf, answers):
            continue
        rule = rules.get((leaf.field.id, leaf.column.id if leaf.column else None))
        if rule is not None and (value := answers.get(key)) is not None:
            _judge_leaf(leaf, rule, value, about, verdict)
        if leaf.row is not None:
            rows.setdefault((leaf.field.id, leaf.row), leaf)
    for leaf in rows.values():
        _judge_row(leaf, answers, about, verdict)


def _judge_leaf(leaf: Leaf, rule: Rule, value: Value, about: About, verdict: Verdict) -> None:
    """The first thing that is wrong with one answer; only if nothing is, what to look at again."""
    if (error := _error(leaf, rule, value, about)) is not None:
        verdict.errors[leaf.key] = error
        return
    warnings = [said for check in rule.warns if (said := check(value, leaf, about))]
    if warnings:
        verdict.warnings[leaf.key] = ". ".join(warnings)


def _error(leaf: Leaf, rule: Rule, value: Value, about: About) -> str | None:
    if (unread := typed(value)) is not None:
        return _why_unreadable(rule, unread)
    if (said := rule.kind.bounds(rule.spec, value, about.today)) is not None:
        return said
    return next((said for check in rule.checks if (said := check(value, leaf, about))), None)


def _why_unreadable(rule: Rule, unread: str) -> str:
    """The sentence about what was typed, found again by reading it again."""
    try:
        rule.kind.read(rule.spec, [unread])
    except Unreadable as reason:
        return reason.sentence
    return "Enter this again"


def _judge_row(leaf: Leaf, answers: Answers, about: About, verdict: Verdict) -> None:
    """A row as a whole; a cell that is wrong in itself keeps its own sentence."""
    question = leaf.field
    checks = plan_of(leaf.asked).row_checks.get(question.id) if leaf.asked else None
    if checks is None or not isinstance(question, Rows):
        return
    start = f"{question.id}.{leaf.row}"
    row: dict[str, Any] = {c.id: answers.get(f"{start}.{c.id}") for c in question.columns}
    row = {name: value for name, value in row.items() if answered(value)}
    whole = Leaf(start, question, leaf.row, None, "", leaf.asked)
    for check, found in [(c, verdict.errors) for c in checks[0]] + [(c, verdict.warnings) for c in checks[1]]:
        if said := check(row, whole, about):
            column = said.column if isinstance(said, At) else question.columns[0].id
            key = f"{start}.{column}"
            if key not in verdict.errors:
                found.setdefault(key, str(said))


def touched(asked: Asked, keys: Collection[str]) -> list[str]:
    """The leaves whose error or warning can change with `keys`: judge these, and renew their slots.

    Beside the keys themselves: all that is checked in the same rows, and questions whose check looks
    at other questions.
    """
    plan = plan_of(asked)
    found: dict[str, None] = {}
    for key in keys:
        leaf = asked.leaf(key)
        if leaf is None:
            continue
        if leaf.row is None or not isinstance(leaf.field, Rows):
            found[leaf.base] = None
            continue
        for column in leaf.field.columns:
            rule = plan.rules[leaf.field.id, column.id]
            if column is leaf.column or leaf.field.id in plan.row_checks or rule.checks or rule.warns:
                found[f"{leaf.field.id}.{leaf.row}.{column.id}"] = None
    return list(found | dict.fromkeys(plan.look_further)) if found else []


# What is still missing


def still_missing(
    asked: Asked, answers: Answers, about: About, from_record: FromRecord = (), said: Collection[str] = ()
) -> dict[str, str]:
    """What stands between the section and its completion, by leaf in page order, in sentences.

    What must be answered and is not; what is wrong; and warnings that nobody has kept. `said` has the
    views questions in which somebody has said something.
    """
    whole = with_derived(asked, answers, about.facts)
    missing = still_open(asked, whole, from_record, said)
    verdict = judge(asked, answers, about)
    kept = {key: s for key, s in verdict.warnings.items() if not answered(answers.get(f"{key}~kept"))}
    found = {**missing, **kept, **verdict.errors}
    order = {key: place for place, key in enumerate(_page_order(asked, whole, from_record))}
    return dict(sorted(found.items(), key=lambda item: order.get(item[0], len(order))))


def still_open(
    asked: Asked, whole: Answers, from_record: FromRecord = (), said: Collection[str] = ()
) -> dict[str, str]:
    """What must be answered and is not, by leaf, in sentences; `whole` has what is worked out as well."""
    return {key: sentence for key, sentence, done in _required(asked, whole, from_record, said) if not done}


def progress(
    asked: Asked, answers: Answers, said: Collection[str] = (), from_record: FromRecord = ()
) -> tuple[int, int]:
    """How many of the questions that must be answered are, and how many there are now."""
    done = [is_done for _, _, is_done in _required(asked, with_derived(asked, answers), from_record, said)]
    return sum(done), len(done)


def _required(
    asked: Asked, answers: Answers, from_record: FromRecord, said: Collection[str]
) -> Iterator[tuple[str, str, bool]]:
    """What must be answered now: its leaf, what to say when it is not, and whether it is."""
    for question in asked.fields:
        if question.source or (question.when and not question_applies(question, asked, answers)):
            continue
        excused = _is_excused(question, answers)
        if isinstance(question, Rows):
            yield from _required_of_rows(
                question, asked, answers, rows_of(question, answers, from_record), excused
            )
        elif question.missing and kind_of(question).asks:
            is_said = isinstance(question, Views) and question.id in said
            yield question.id, question.missing, excused or is_said or answered(answers.get(question.id))


def _is_excused(question: Field, answers: Answers) -> bool:
    """Whether somebody said why it is not known yet, or the child passed over it or would rather talk."""
    if question.statute and answered(answers.get(f"{question.id}~unknown")):
        return True
    return answered(answers.get(f"{question.id}~how"))


def _required_of_rows(
    question: Rows, asked: Asked, answers: Answers, rows: Sequence[str], excused: bool
) -> Iterator[tuple[str, str, bool]]:
    """The rows there must be, and the cells that must be answered in each row there is."""
    if question.missing and question.repeat:
        yield question.id, question.missing, excused or len(rows) >= max(1, question.min_rows)
    elif question.missing and question.rows and not any(column.missing for column in question.columns):
        cells = (answers.get(f"{question.id}.{row}.{c.id}") for row in rows for c in question.columns)
        yield question.id, question.missing, excused or any(map(answered, cells))
    for row in rows:
        for column in question.columns:
            if column.missing and (not column.when or column_applies(question, row, column, asked, answers)):
                key = f"{question.id}.{row}.{column.id}"
                yield key, column.missing, excused or answered(answers.get(key))


def _page_order(asked: Asked, answers: Answers, from_record: FromRecord) -> Iterator[str]:
    """Every key that can carry a sentence, as they stand on the page."""
    for question in asked.fields:
        yield question.id
        if isinstance(question, Rows):
            for row in rows_of(question, answers, from_record):
                yield from (f"{question.id}.{row}.{column.id}" for column in question.columns)
