"""What the next plan begins with: the answers of the last one that are still asked, as they stood there.

Pure, and it invents nothing: each value stood in the old plan, under an id that the new form knows, and
nobody reads it in the new one who could not have read it in the old.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from typing import NamedTuple, Protocol

from vsportal.editions.asking import column_applies, question_applies, with_derived
from vsportal.editions.kinds import answered, kind_of, options_of
from vsportal.editions.reading import Value
from vsportal.editions.schema import (
    Asked,
    Column,
    Date,
    Derived,
    Field,
    ManyOf,
    Note,
    OneOf,
    Question,
    Rows,
    Scale,
    Spec,
    Views,
    YesNo,
)

WITHIN: Mapping[str, Collection[str]] = {
    "everyone": ("everyone", "adults_around", "professionals", "school_named", "care", "child_chosen"),
    "adults_around": ("adults_around", "professionals", "school_named", "care"),
    "professionals": ("professionals", "school_named", "care"),
    "school_named": ("school_named", "care"),
    "care": ("care",),
    "child_chosen": ("child_chosen",),
}
"""Audiences that hold nobody whom this one does not hold (`policy.AUDIENCES`; a test compares them)."""
OWNERS_IN: Mapping[str, Collection[str]] = {
    "everyone": ("young_person", "carer", "designated_teacher", "social_worker", "adviser"),
    "adults_around": ("designated_teacher", "social_worker", "adviser"),
    "professionals": ("designated_teacher", "social_worker", "adviser"),
    "school_named": ("designated_teacher", "social_worker", "adviser"),
    "care": ("social_worker", "adviser"),
    "child_chosen": ("young_person",),
}
"""Owners, with all who act as they do, who are in an audience: an owner reads what they answer."""
HOLDS: Mapping[str, type | tuple[type, ...]] = {
    "number": (int, float),
    "percent": (int, float),
    "money": int,
    "scale": int,
    "many_of": list,
}
"""What a kind keeps its answers as; the others keep text."""


class Carried(NamedTuple):
    """One value with where it stood in the old plan."""

    value: Value
    section: str
    key: str


def carry(
    old_asked: Sequence[Asked],
    old_answers: Mapping[str, Mapping[str, Value]],
    new_asked: Asked,
    *,
    same_year: bool,
) -> dict[str, Value]:
    """The answers with which a section of a new plan begins: leaf → value.

    `old_asked` and `old_answers` are the last plan’s sections and, by section, its answers. `same_year`:
    both plans are of one school year, so that what is kept for a year is carried as well.
    """
    found = carried(old_asked, old_answers, new_asked, same_year=same_year)
    return {key: each.value for key, each in found.items()}


def carried(
    old_asked: Sequence[Asked],
    old_answers: Mapping[str, Mapping[str, Value]],
    new_asked: Asked,
    *,
    same_year: bool,
) -> dict[str, Carried]:
    """As `carry`, each value with the section and leaf it stood under."""
    routes = _routes(tuple(old_asked), new_asked, same_year)
    found: dict[str, Carried] = {}
    markers: dict[str, Carried] = {}
    hanging: dict[str, tuple[Route, str | None]] = {}
    for section in dict.fromkeys(section for section, _, _ in routes):
        stood = old_answers.get(section) or {}
        gone = {key for key, value in stood.items() if value is False and key.count(".") == 1}
        for key, value in stood.items():
            place = _placed(routes, section, key, value, gone)
            if place is None:
                continue
            route, row, new_key = place
            if route.is_row:
                markers[new_key] = Carried(value, section, key)
                continue
            found[new_key] = Carried(value, section, key)
            if route.hangs_on_another:
                hanging[new_key] = route, row
    _drop_unasked(new_asked, found, hanging)
    rows = {key.rpartition(".")[0] for key in found if "." in key}
    return {**{key: each for key, each in markers.items() if key in rows}, **found}


def to_check(found: Mapping[str, Carried]) -> dict[str, Carried]:
    """What somebody has to look at again: the answers; that a row is there is seen by its cells."""
    return {key: each for key, each in found.items() if not _is_row(key)}


def _is_row(key: str) -> bool:
    return key.count(".") == 1


# From an old leaf to a new one ------------------------------------------------------------------------------


class Takes(Protocol):
    """Whether a new question can take an old answer."""

    def __call__(self, value: Value) -> bool:
        """True when it can."""


@dataclass(frozen=True)
class Route:
    """Where the answers to one old question or column go."""

    field: Field
    column: Column | None
    takes: Takes
    is_row: bool = False
    """It is that a row is there."""
    hangs_on_another: bool = False
    """It is asked only while another question has an answer."""


Routes = Mapping[tuple[str, str, str | None], Route]
"""Old section, question and column (None for the question, and for that its row is there) → the new one."""


def _placed(
    routes: Routes, section: str, key: str, value: Value, gone: Collection[str]
) -> tuple[Route, str | None, str] | None:
    """The route, row and leaf under which an old answer stands in the new section; None for none."""
    if not answered(value):
        return None
    base, _, about = key.partition("~")
    name, *place = base.split(".")
    route = routes.get((section, name, place[1] if len(place) == 2 else None))
    if route is None or not _may_stand(route, value, about):
        return None
    row = place[0] if place else None
    if row is not None and (f"{name}.{row}" in gone or not _has_row(route.field, row)):
        return None
    if row is None:
        new = route.field.id
    else:
        new = f"{route.field.id}.{row}.{route.column.id}" if route.column else f"{route.field.id}.{row}"
    return route, row, f"{new}~{about}" if about else new


def _may_stand(route: Route, value: Value, about: str) -> bool:
    """Whether the new question takes the answer, or the reason why it is not known yet."""
    if about:
        return about == "unknown" and bool(route.field.statute) and isinstance(value, str)
    return route.takes(value)


def _has_row(field: Field, row: str) -> bool:
    return isinstance(field, Rows) and (field.repeat or row in field.row_ids)


@lru_cache(maxsize=4096)
def _routes(old_asked: tuple[Asked, ...], new_asked: Asked, same_year: bool) -> Routes:
    """The routes into one section, worked out once for two forms."""
    old = {asked.id: asked for asked in old_asked}
    found: dict[tuple[str, str, str | None], Route] = {}
    for field in new_asked.fields:
        for section, name in _where_it_stood(new_asked, field):
            asked = old.get(section)
            before = asked.by_id.get(name) if asked else None
            if asked is None or before is None:
                continue
            owners = (asked.owner_of(before), new_asked.owner_of(field))
            found |= {
                (section, name, column): route
                for column, route in _routes_of(before, field, owners, same_year)
            }
            break
    return found


def _where_it_stood(new_asked: Asked, field: Field) -> Iterator[tuple[str, str]]:
    """Where the old form may have asked it: under its own id, or under the one it had."""
    yield new_asked.id, field.id
    if field.was:
        section, _, name = field.was.rpartition(".")
        yield section or new_asked.id, name


def _routes_of(
    old: Field, new: Field, owners: tuple[str, str], same_year: bool
) -> Iterator[tuple[str | None, Route]]:
    """The routes from one question to another: its own, or those of its columns and rows."""
    if not _is_carried(new, same_year) or not _is_private_enough(old, new, owners):
        return
    if not isinstance(new, Rows) or not isinstance(old, Rows):
        if (takes := _takes(old, new)) is not None:
            yield None, Route(new, None, takes, hangs_on_another=bool(new.when))
        return
    if new.kind != old.kind or new.rows_from or new.repeat != old.repeat:
        return
    yield None, Route(new, None, _is_there, is_row=True)
    for column in new.columns:
        before = next(
            (old.by_column[name] for name in (column.id, column.was) if name in old.by_column), None
        )
        if before is None or not _is_carried(column, same_year):
            continue
        reads_less = _column_is_private_enough(old, before, new, column, owners)
        if reads_less and (takes := _takes(before, column)) is not None:
            yield before.id, Route(new, column, takes, hangs_on_another=bool(new.when or column.when))


def _is_carried(spec: Spec, same_year: bool) -> bool:
    """Whether the form wants it carried; words of the form, facts and what is worked out never are."""
    if isinstance(spec, Note | Derived | Views) or (isinstance(spec, Question) and spec.source):
        return False
    return spec.carry is True or (spec.carry == "year" and same_year)


def _takes(old: Spec, new: Spec) -> Takes | None:
    """What decides whether the new question takes an answer to the old; None when it takes none."""
    if kind_of(old) is not kind_of(new) or old.kind != new.kind:  # type: ignore[attr-defined]  # all have one
        return None
    if isinstance(new, OneOf | YesNo | Scale | ManyOf):
        return partial(_is_offered, new, frozenset(code for code, _ in options_of(new)))
    return partial(_is_within, new)


def _is_there(value: Value) -> bool:
    return value is True


def _is_offered(spec: Spec, codes: Collection[str], value: Value) -> bool:
    values = value if isinstance(value, list) else [str(value)]
    return _is_kept_so(spec, value) and all(each in codes for each in values)


def _is_within(spec: Spec, value: Value) -> bool:
    """Within the bounds of the question; whether a day has passed is for whoever checks it."""
    if not _is_kept_so(spec, value):
        return False
    return isinstance(spec, Date) or kind_of(spec).bounds(spec, value, date.min) is None


def _is_kept_so(spec: Spec, value: Value) -> bool:
    """Whether a value is of the type its kind keeps: one that is not never stops a term from opening."""
    held = HOLDS.get(spec.kind, str)  # type: ignore[attr-defined]  # every spec in use has a kind
    return isinstance(value, held) and not isinstance(value, bool)


# Nobody reads more than before ------------------------------------------------------------------------------


def _is_private_enough(old: Field, new: Field, owners: tuple[str, str]) -> bool:
    """Whether everybody who will read the answer could read it where it stood."""
    was, will = old.audience or "care", new.audience or "care"
    if will not in WITHIN[was] or (_a_parent_reads(new) and not _a_parent_reads(old)):
        return False
    if old.narrowed and not new.narrowed and will != "care":
        return False
    return _owner_is_in("care" if old.narrowed else was, owners)


def _column_is_private_enough(
    old: Field, before: Column, new: Field, column: Column, owners: tuple[str, str]
) -> bool:
    """The same of a column, which may be for fewer people than its question."""
    was = before.audience or old.audience or "care"
    will = column.audience or new.audience or "care"
    return will in WITHIN[was] and _owner_is_in(was, owners)


def _owner_is_in(audience: str, owners: tuple[str, str]) -> bool:
    """Whether the new owner, who reads what they answer, is the old one or was a reader."""
    return owners[0] == owners[1] or owners[1] in OWNERS_IN[audience]


def _a_parent_reads(field: Field) -> bool:
    if field.narrowed:
        return False
    return field.audience == "everyone" if field.parents is None else field.parents


# Only what is asked -----------------------------------------------------------------------------------------


def _drop_unasked(
    asked: Asked, found: dict[str, Carried], hanging: Mapping[str, tuple[Route, str | None]]
) -> None:
    """Take out answers to questions that are not asked while what they hang on is open.

    Repeated until nothing goes, because an answer that goes can be what another hangs on.
    """
    while hanging:
        whole = with_derived(asked, {key: each.value for key, each in found.items()})
        left = {key: place for key, place in hanging.items() if _is_asked(asked, *place, whole)}
        if len(left) == len(hanging):
            return
        for key in hanging.keys() - left.keys():
            del found[key]
        hanging = left


def _is_asked(asked: Asked, route: Route, row: str | None, answers: Mapping[str, Value]) -> bool:
    if not question_applies(route.field, asked, answers):
        return False
    if route.column is None or row is None or not isinstance(route.field, Rows):
        return True
    return column_applies(route.field, row, route.column, asked, answers)
