"""The PEP form as data: editions, and each section as one plan asks it.

Pure: knows neither pages nor tables. Editions are loaded once and never change while the portal runs.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, get_args

from vsportal.editions.loading import EditionError, load
from vsportal.editions.schema import (
    Asked,
    Edition,
    Field,
    Occasion,
    Phase,
    Rows,
    Season,
    Section,
    Spec,
    Stage,
)

__all__ = [
    "FOLDER",
    "Choice",
    "EditionError",
    "all_asked",
    "asked",
    "asked_of",
    "current",
    "get",
    "load",
    "names",
]

FOLDER = Path(__file__).parent
"""Where the editions lie: one folder each."""

S = TypeVar("S", bound=Spec)
_NAME = re.compile(r"\d{4}-\d{2}(\.\d+)?")
_STAGES: frozenset[str] = frozenset(get_args(Stage))


@dataclass(frozen=True)
class Choice:
    """What decides which questions one plan asks; a year that is not known leaves none out."""

    phase: Phase
    season: Season
    occasion: Occasion = "termly"
    year: int | None = None
    stage: Stage = "full"
    """The form of *My views*; it changes nothing else."""


@lru_cache(maxsize=1)
def names() -> tuple[str, ...]:
    """The editions there are, oldest first."""
    folders = (file.parent.name for file in FOLDER.glob("*/edition.toml"))
    return tuple(sorted(name for name in folders if _NAME.fullmatch(name)))


@lru_cache(maxsize=64)
def get(name: str) -> Edition:
    """The edition called `name`, whole. Raises LookupError, or EditionError when it is at fault."""
    if name not in names():
        raise LookupError(f"There is no edition “{name}”. There are: {', '.join(names()) or 'none'}.")
    return load(FOLDER / name)


@lru_cache(maxsize=512)
def current(on: date) -> str:
    """The name of the edition in force on a day; before the first one starts, the first."""
    editions = sorted((get(name) for name in names()), key=lambda e: (e.starts, e.name))
    if not editions:
        raise LookupError("There is no edition of the form.")
    return next((e.name for e in reversed(editions) if e.starts <= on), editions[0].name)


@lru_cache(maxsize=512)
def all_asked(name: str, choice: Choice) -> tuple[Asked, ...]:
    """The sections of a plan in order, each with the questions it asks. Raises LookupError.

    A section that is the same in every stage is one object in all of them, so that it is drawn once.
    """
    edition = get(name)
    if choice.stage == "full":
        return asked_of(edition, choice)
    staged = {section.id for section in edition.sections if _has_stages(section)}
    plain = all_asked(name, replace(choice, stage="full"))
    return tuple(
        _asked(edition, section, choice) if section.id in staged else same
        for same in plain
        if (section := edition.section(same.id))
    )


def _has_stages(section: Section) -> bool:
    """Whether anything in a section depends on the stage."""
    return any(f.stages or not _STAGES.isdisjoint(f.variants) for f in section.fields)


def asked(name: str, section_id: str, choice: Choice) -> Asked | None:
    """One section as a plan asks it, the same object each time; None when the plan does not have it."""
    return next((section for section in all_asked(name, choice) if section.id == section_id), None)


def asked_of(edition: Edition, choice: Choice) -> tuple[Asked, ...]:
    """The sections `edition` asks for `choice`, made anew: `all_asked` keeps them."""
    return tuple(
        _asked(edition, section, choice)
        for section in edition.sections
        if not section.phases or choice.phase in section.phases
    )


def _asked(edition: Edition, section: Section, choice: Choice) -> Asked:
    """A section with its owner, its part and its questions chosen."""
    owner = section.owner
    part = section.part
    asked_fields = (
        _put(_with_columns(f, choice), choice)
        for f in section.fields
        if _is_asked(f, choice) and (not f.stages or choice.stage in f.stages)
    )
    return Asked(
        edition=edition.name,
        id=section.id,
        title=section.title,
        heading=section.heading,
        lede=section.lede,
        owner=owner if isinstance(owner, str) else owner.get(choice.phase) or owner["default"],
        part=part if isinstance(part, str) else part.get(choice.phase, part.get("default", "")),
        comments=section.comments,
        due=section.due,
        minutes=section.minutes,
        fields=tuple(f for f in asked_fields if not isinstance(f, Rows) or f.columns),
    )


def _is_asked(spec: Spec, choice: Choice) -> bool:
    """Whether the plan asks a question or column; an empty list means all."""
    limits: tuple[tuple[Sequence[str | int], str | int | None], ...] = (
        (spec.phases, choice.phase),
        (spec.terms, choice.season),
        (spec.occasions, choice.occasion),
        (spec.years, choice.year),
    )
    return all(not allowed or chosen is None or chosen in allowed for allowed, chosen in limits)


def _with_columns(field: Field, choice: Choice) -> Field:
    """The question, without those of its columns that the plan does not ask."""
    if not isinstance(field, Rows):
        return _required_now(field, choice)
    columns = tuple(_required_now(column, choice) for column in field.columns if _is_asked(column, choice))
    if len(columns) == len(field.columns) and all(map(operator.is_, columns, field.columns)):
        return field
    # Made anew and not copied: a copy would keep what the original has worked out about its columns.
    return type(field).model_construct(**{**dict(field), "columns": columns})


def _put(field: Field, choice: Choice) -> Field:
    """The question in the words of the plan's phase and stage; those of the stage count last."""
    changes: dict[str, Any] = {}
    for name in (choice.phase, choice.stage):
        if variant := field.variants.get(name):
            changes |= {key: value for key, value in dict(variant).items() if value}
    if not changes:
        return field
    # Made anew and not copied, as above.
    return type(field).model_construct(**{**dict(field), **changes})


def _required_now(spec: S, choice: Choice) -> S:
    """The question or column, optional in a term in which it may stay open."""
    if not spec.missing_terms or choice.season in spec.missing_terms:
        return spec
    return spec.model_copy(update={"missing": ""})
