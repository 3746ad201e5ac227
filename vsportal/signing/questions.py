"""A section’s questions as plain data: what was asked, in the words of that day, and what was answered.

Pure. Nothing of it refers to an edition or to the record: whoever reads it needs neither.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from vsportal.editions import answers, asking
from vsportal.editions.kinds import kind_of
from vsportal.editions.reading import Value
from vsportal.editions.schema import Asked, Column, Derived, Field, Grid, Note, Records, Spec
from vsportal.filters import capital
from vsportal.wording import Spoken, fill

SOURCES = {"child": "From the social care record", "care": "From the social care record"}
FROM_RECORD = "From the Virtual School’s record"
ABOUT = ("unknown", "kept", "how")
"""What is said of an answer: why it is not known yet, why a warning is kept, how the child passed it over."""
NOT_ON_PAPER = frozenset({"phone", "postcode", "email"})
"""The checks of answers that never leave the portal (who sees what: address and phone)."""

Data = dict[str, Any]


@dataclass(frozen=True)
class Given:
    """What a section’s questions are filled with."""

    asked: Asked
    names: Spoken
    stored: Mapping[str, Value]
    facts: Mapping[str, Value] = field(default_factory=dict)
    from_record: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)
    readers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    said: Mapping[str, Sequence[Data]] = field(default_factory=dict)
    """Comments by question, as data."""


def questions_of(given: Given) -> list[Data]:
    """The questions that are asked now, in order; a question that is not asked is no part of the plan."""
    whole = answers.with_derived(given.asked, given.stored, given.facts)
    return [
        _question(given, question, whole)
        for question in given.asked.fields
        if not question.when or asking.question_applies(question, given.asked, whole)
    ]


def _question(given: Given, question: Field, whole: Mapping[str, Value]) -> Data:
    found: Data = {
        "id": question.id,
        "kind": question.kind,
        "group": fill(question.group, given.names),
        "label": fill(question.label, given.names),
        "owner": given.asked.owner_of(question),
        "audience": question.audience or "care",
        "narrowed": question.narrowed,
        "parents": question.parents,
        "readers": dict(given.readers.get(question.id, {})),
    }
    if isinstance(question, Grid | Records):
        found["row_name"] = capital(question.row_name) or "Row"
        found["columns"] = [_column(given, column) for column in question.columns]
        found["rows"] = list(_rows(given, question, whole))
    elif question.kind == "views":
        found["said"] = list(given.said.get(question.id, ()))
    elif isinstance(question, Note):
        found["text"] = fill(question.text, given.names)
    else:
        found |= _answer(question, question.id, whole)
        if question.source:
            found["fact"] = question.source
            found["source"] = SOURCES.get(question.source.partition(".")[0], FROM_RECORD)
        if isinstance(question, Derived):
            found["worked_out"] = True
    return found


def _column(given: Given, column: Column) -> Data:
    return {
        "id": column.id,
        "kind": column.kind,
        "label": fill(column.label, given.names),
        "audience": column.audience,
    }


def _rows(given: Given, question: Grid | Records, whole: Mapping[str, Value]) -> Iterator[Data]:
    """The rows there are, each with its cells that are asked and its title in words."""
    recorded = dict(given.from_record.get(question.id, ()))
    labels = {row: fill(label, given.names) for row, label in question.rows}
    for number, row in enumerate(asking.rows_of(question, whole, given.from_record), start=1):
        cells = {
            column.id: _answer(column, f"{question.id}.{row}.{column.id}", whole)
            for column in question.columns
            if not column.when or asking.column_applies(question, row, column, given.asked, whole)
        }
        named = cells.get(question.row_title, {}).get("shown", "")
        title = labels.get(row) or recorded.get(row) or named or f"{capital(question.row_name)} {number}"
        yield {"id": row, "title": title.strip(), "cells": cells}


def _answer(spec: Spec, key: str, whole: Mapping[str, Value]) -> Data:
    """An answer as it is kept and as it reads, with what is said about it."""
    value = whole.get(key)
    found: Data = {"value": value, "shown": kind_of(spec).show(spec, value)}
    about = {about: whole[f"{key}~{about}"] for about in ABOUT if whole.get(f"{key}~{about}")}
    if about:
        found["about"] = about
    if NOT_ON_PAPER.intersection(spec.checks):
        found["not_on_paper"] = True
    return found
