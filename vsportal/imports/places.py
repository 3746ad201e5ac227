"""Settings and inspections: what several authorities share is filled in by each and overruled by none."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from vsportal.editions.reading import day_words
from vsportal.imports import snapshot
from vsportal.imports.findings import Edit, Event, Findings, New, change, told
from vsportal.imports.kinds import Parsed
from vsportal.models import Authority, Inspection, School, SchoolReference

PARTICULARS = {
    "name": "Name",
    "kind": "Kind",
    "urn": "URN",
    "ukprn": "UKPRN",
    "la_code": "Code of its authority",
    "la_name": "Its authority",
    "postcode": "Postcode",
    "trust": "Trust",
}


@cache
def _words() -> dict[str, dict[str, str]]:
    """What registers call a kind of setting."""
    return tomllib.loads((Path(__file__).parent / "setting_phases.toml").read_text(encoding="utf-8"))


def kind_of(phase: str, kind: str | None) -> str | None:
    """The kind of a setting from its phase and type; None when the phase is not known."""
    by_type = next((ours for word, ours in _words()["type"].items() if word in (kind or "").casefold()), None)
    by_phase = _words()["phase"].get(phase.casefold())
    return by_phase and (by_type or by_phase)


class Settings:
    """Checks a file of settings."""

    def __init__(self, parsed: Sequence[Parsed], authority: Authority, found: Findings) -> None:
        self.authority = authority
        self.found = found
        self.by_ref = snapshot.schools(authority.id)
        self.by_urn = snapshot.schools_by(School.urn, _given(parsed, "urn"))
        self.by_ukprn = snapshot.schools_by(School.ukprn, _given(parsed, "ukprn"))
        there = (*self.by_ref.values(), *self.by_urn.values(), *self.by_ukprn.values())
        self.shared = snapshot.shared(authority.id, (school.id for school in there))
        self.taken: dict[tuple[str, str], int] = {}
        self.claimed: dict[int, int] = {}

    def plan(self, row: Parsed) -> None:
        """One row."""
        values = {name: value for name, value in row.values.items() if value is not None}
        values["kind"] = kind_of(values.pop("phase"), values.pop("type", None))
        if values["kind"] is None:
            known = ", ".join(_words()["phase"])
            self.found.refuse(
                row.line, "phase", row.values["phase"], f"This phase is not known. Write one of: {known}."
            )
            return
        if self._is_taken(row):
            return
        matches = self._matches(values)
        if len({school.id for school in matches.values()}) > 1:
            names = " and ".join(f"{column} “{school.name}”" for column, school in matches.items())
            self.found.refuse(
                row.line,
                "setting_ref",
                values["setting_ref"],
                f"These numbers belong to different settings: {names}. Check them.",
            )
            return
        school = next(iter(matches.values()), None)
        if school is None:
            self._add(row, values)
        elif (before := self.claimed.setdefault(school.id, row.line)) != row.line:
            self.found.refuse(
                row.line,
                "setting_ref",
                values["setting_ref"],
                f"Line {before} is about the same setting under another number. Keep one of them.",
            )
        else:
            self._change(row, school, values)

    def _is_taken(self, row: Parsed) -> bool:
        """A URN or UKPRN that stands twice in the file."""
        for column in ("urn", "ukprn"):
            number = row.values[column]
            if number and (before := self.taken.setdefault((column, number), row.line)) != row.line:
                self.found.refuse(
                    row.line, column, number, f"Line {before} has the same {column.upper()}. Check both."
                )
                return True
        return False

    def _matches(self, values: dict[str, Any]) -> dict[str, School]:
        """The settings on record that this row's numbers lead to."""
        found = {
            "setting_ref": self.by_ref.get(values["setting_ref"]),
            "urn": self.by_urn.get(values.get("urn", "")),
            "ukprn": self.by_ukprn.get(values.get("ukprn", "")),
        }
        return {column: school for column, school in found.items() if school is not None}

    def _add(self, row: Parsed, values: dict[str, Any]) -> None:
        """A setting that nobody has brought in yet."""
        ref = values.pop("setting_ref")
        school = School(**values)
        self.found.steps += [
            New(school, Event("admin:school:created"), first=True),
            self._reference(ref, school),
        ]
        self.found.say(row.line, "added", values["name"], f"setting {ref}")

    def _reference(self, ref: str, school: School) -> New:
        """The authority's own number for a setting."""
        reference = SchoolReference(authority_id=self.authority.id, setting_ref=ref)
        return New(reference, None, {"school_id": school})

    def _change(self, row: Parsed, school: School, values: dict[str, Any]) -> None:
        """A setting on record: its number here, and whatever may be changed of it."""
        ref = values.pop("setting_ref")
        new_here = ref not in self.by_ref
        if new_here:
            self.found.steps.append(self._reference(ref, school))
        differs = {name: new for name, new in values.items() if (getattr(school, name) or "") != new}
        if school.id in self.shared:
            if stays := [PARTICULARS[name].lower() for name in differs if getattr(school, name)]:
                self.found.remark(
                    row.line,
                    f"{school.name} is used by others too, so the portal’s {', '.join(stays)} "
                    "stays although the file says otherwise. Tell the system administrator what is right.",
                )
            differs = {name: new for name, new in differs.items() if not getattr(school, name)}
        changes = [
            change(name, PARTICULARS[name], old=getattr(school, name) or "", new=new)
            for name, new in differs.items()
        ]
        if changes:
            self.found.steps.append(Edit(school, differs, Event("admin:school:changed", changes=changes)))
        if new_here:
            self.found.say(row.line, "added", school.name, f"setting {ref}, which is on record already")
        elif changes:
            self.found.say(row.line, "changed", school.name, told(changes))


def _given(parsed: Sequence[Parsed], column: str) -> list[str]:
    """What stands in a column."""
    return [row.values[column] for row in parsed if row.values[column]]


def plan_settings(parsed: Sequence[Parsed], authority: Authority, found: Findings) -> None:
    """Check a file of settings."""
    settings = Settings(parsed, authority, found)
    for row in parsed:
        settings.plan(row)


def plan_inspections(parsed: Sequence[Parsed], authority: Authority, found: Findings) -> None:
    """Check a file of inspections."""
    schools = snapshot.schools(authority.id)
    wanted = {schools[row.values["setting_ref"]].id for row in parsed if row.values["setting_ref"] in schools}
    there = snapshot.inspections(wanted)
    shared = snapshot.shared(authority.id, wanted)
    for row in parsed:
        v = row.values
        school = schools.get(v["setting_ref"])
        if school is None:
            found.refuse(
                row.line,
                "setting_ref",
                v["setting_ref"],
                "No setting has this number. Bring it in with a settings file first.",
            )
            continue
        key = (school.id, v["date"], v["framework"], v["area"])
        words = f"{v['area']}, {day_words(v['date'])}: {v['grade']}"
        kept = there.get(key)
        if kept is None:
            new = Inspection(school_id=school.id, inspected_on=v["date"], framework=v["framework"])
            new.area, new.grade = v["area"], v["grade"]
            there[key] = new
            note = Event("admin:inspection:added", changes=[change("grade", v["area"], new=v["grade"])])
            found.steps.append(New(new, note))
            found.say(row.line, "added", school.name, words)
        elif kept.grade != v["grade"] and school.id in shared:
            found.remark(
                row.line,
                f"{school.name} is used by others too, so the portal’s grade “{kept.grade}” stays. "
                "Tell the system administrator what is right.",
            )
        elif kept.grade != v["grade"]:
            noted = [change("grade", v["area"], old=kept.grade, new=v["grade"])]
            event = Event("admin:inspection:added", changes=noted)
            found.steps.append(Edit(kept, {"grade": v["grade"]}, event))
            found.say(row.line, "changed", school.name, f"{words}, was {kept.grade}")
