"""What the office puts right about schools, inspections, teams, terms and the authority itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from vsportal import audit, clock
from vsportal.admin.operations import TERM_KEY
from vsportal.audit import By
from vsportal.dated import hold_still
from vsportal.editions.reading import day_words
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.models import Authority, Inspection, School, Team, Term

SCHOOL_COLUMNS: Mapping[str, str] = {
    "name": "Name",
    "kind": "Kind",
    "urn": "URN",
    "ukprn": "UKPRN",
    "town": "Town",
    "postcode": "Postcode",
    "phone": "Telephone",
    "la_name": "Council area",
    "trust": "Trust",
}


def change_school(by: By, school: School, **values: str | None) -> bool:
    """Put a school's particulars right, for everybody who uses it; False when nothing was changed."""
    if not (values.get("name") or "").strip():
        raise OperationError("Enter the school’s name.")
    for column, label in (("urn", "URN"), ("ukprn", "UKPRN")):
        number = values.get(column)
        taken = select(School.id).where(getattr(School, column) == number, School.id != school.id)
        if number and db.session.scalar(taken):
            raise OperationError(f"Another school has the {label} {number}. Check the number.")
    changes = changed(school, SCHOOL_COLUMNS, values)
    if changes:
        db.session.flush()
        audit.record(db.session, by, "admin:school:changed", school, changes=changes)
    return bool(changes)


def add_inspection(
    by: By, school: School, *, inspected_on: date, framework: str, area: str, grade: str
) -> Inspection:
    """One judgement of one inspection; newer frameworks have a grade for each area and none overall."""
    if inspected_on > clock.today():
        raise OperationError("Check the date: it is in the future.")
    if not (framework and area and grade):
        raise OperationError("Enter the framework, the area and the grade.")
    hold_still(school)
    there = db.session.scalar(
        select(Inspection).where(
            Inspection.school_id == school.id,
            Inspection.inspected_on == inspected_on,
            Inspection.framework == framework,
            Inspection.area == area,
        )
    )
    if there is not None:
        raise OperationError(f"“{area}” of {day_words(inspected_on)} is there already, as “{there.grade}”.")
    found = Inspection(
        school_id=school.id, inspected_on=inspected_on, framework=framework, area=area, grade=grade
    )
    db.session.add(found)
    db.session.flush()
    what = {"field": "grade", "label": area, "kind": "text", "old": None, "new": grade}
    audit.record(db.session, by, "admin:inspection:added", found, changes=[what])
    return found


def rename_team(by: By, team: Team, name: str) -> None:
    """Call a team something else."""
    taken = select(Team.id).where(
        Team.authority_id == team.authority_id, Team.name == name, Team.id != team.id
    )
    if db.session.scalar(taken):
        raise OperationError(f"There is a team called {name} already.")
    changes = changed(team, {"name": "Name"}, {"name": name})
    if changes:
        db.session.flush()
        audit.record(
            db.session, by, "admin:team:renamed", team, authority_id=team.authority_id, changes=changes
        )


def in_its_year(key: str, starts_on: date, ends_on: date) -> None:
    """Refuse dates that lie in another school year than the term's name says; OperationError."""
    found = TERM_KEY.fullmatch(key)
    first = int(found[1]) if found else 0
    if not date(first, 8, 1) <= starts_on <= ends_on <= date(first + 1, 8, 31):
        raise OperationError(f"Check the dates: the school year {key[:7]} runs from August {first}.")


def change_term(
    by: By,
    term: Term,
    *,
    starts_on: date,
    ends_on: date,
    half_term: tuple[date, date],
    deadline_on: date,
) -> bool:
    """Put a term's dates right; open plans keep the dates they were given. False when nothing changed."""
    in_its_year(term.key, starts_on, ends_on)
    if not starts_on < half_term[0] <= half_term[1] < ends_on:
        raise OperationError("Check the dates: the half-term holiday lies within the term.")
    if deadline_on < starts_on:
        raise OperationError("Check the deadline: it is before the term begins.")
    there = db.session.scalar(
        select(Term).where(
            Term.authority_id == term.authority_id,
            Term.id != term.id,
            Term.starts_on <= ends_on,
            Term.ends_on >= starts_on,
        )
    )
    if there:
        raise OperationError(
            f"{there.name} is there already, from {day_words(there.starts_on)} to {day_words(there.ends_on)}."
        )
    labels = {
        "starts_on": "First day",
        "ends_on": "Last day",
        "half_term_starts_on": "Half term begins",
        "half_term_ends_on": "Half term ends",
        "deadline_on": "Deadline",
    }
    given = {
        "starts_on": starts_on,
        "ends_on": ends_on,
        "half_term_starts_on": half_term[0],
        "half_term_ends_on": half_term[1],
        "deadline_on": deadline_on,
    }
    changes = changed(term, labels, given)
    if changes:
        db.session.flush()
        audit.record(
            db.session, by, "admin:term:changed", term, authority_id=term.authority_id, changes=changes
        )
    return bool(changes)


def change_authority(by: By, authority: Authority, *, duty_phone: str, colour: str) -> bool:
    """How an authority is rung and what colour its pages have; False when nothing was changed."""
    if colour and not re.fullmatch(r"#[0-9a-f]{6}", colour):
        raise OperationError("Enter the colour as # and six figures, like #1f5e5b.")
    if colour and not _is_dark(colour):
        raise OperationError("Choose a darker colour: white words must be readable on it.")
    labels = {"duty_phone": "Duty line", "colour": "Colour"}
    changes = changed(authority, labels, {"duty_phone": duty_phone, "colour": colour})
    if changes:
        db.session.flush()
        audit.record(
            db.session,
            by,
            "admin:authority:changed",
            authority,
            authority_id=authority.id,
            changes=changes,
        )
    return bool(changes)


def _is_dark(colour: str) -> bool:
    """Whether white text on it has a contrast of at least 4.5 to 1 (WCAG 2.2, relative luminance)."""
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 1.05 / (luminance + 0.05) >= 4.5


def changed(row: Any, labels: Mapping[str, str], values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Set columns of any row to what was given; what changed, as `audit.record` takes it."""
    changes = []
    for column, label in labels.items():
        if column in values and getattr(row, column) != values[column]:
            old = getattr(row, column)
            setattr(row, column, values[column])
            changes.append(
                {
                    "field": column,
                    "label": label,
                    "kind": "text",
                    "old": _json(old),
                    "new": _json(values[column]),
                }
            )
    return changes


def _json(value: Any) -> Any:  # a column's value
    """As JSON keeps it."""
    return value.isoformat() if isinstance(value, date) else value
