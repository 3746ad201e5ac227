"""Children: new ones, and what has changed about those on record. An empty cell changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from vsportal import codes, names
from vsportal.editions.reading import day_words
from vsportal.imports import snapshot
from vsportal.imports.findings import Edit, Event, Findings, New, change, told
from vsportal.imports.kinds import Parsed
from vsportal.models import Authority, Child

Words = Callable[[Any], Any]
FACTS: dict[str, tuple[str, Words]] = {
    "upn": ("UPN", str),
    "first_name": ("First name", str),
    "last_name": ("Last name", str),
    "known_as": ("Known as", str),
    "date_of_birth": ("Date of birth", day_words),
    "sex": ("Sex", str),
    "ethnicity": ("Ethnicity", lambda value: codes.label("ethnicity", value)),
    "first_language": ("First language", lambda value: codes.label("language", value)),
    "uasc": ("Came alone to seek asylum", lambda value: "yes" if value else "no"),
    "sen_status": ("Special educational needs", lambda value: codes.label("sen_status", value)),
    "sen_need": ("Kind of need", lambda value: codes.label("sen_need", value)),
}
NAMES = frozenset({"first_name", "last_name", "known_as"})


class Children:
    """Checks a file of children."""

    def __init__(self, parsed: Sequence[Parsed], authority: Authority, found: Findings) -> None:
        self.authority = authority
        self.found = found
        self.by_ref = snapshot.children(authority.id)
        self.upns = snapshot.upns(row.values["upn"] for row in parsed if row.values["upn"])
        self.first_days = self._first_days(parsed)
        self.taken: dict[str, int] = {}

    def _first_days(self, parsed: Sequence[Parsed]) -> dict[int, Any]:
        """The first day on record of each child, when some date of birth is to be changed."""
        pairs = ((self.by_ref.get(row.values["child_ref"]), row.values["date_of_birth"]) for row in parsed)
        moved = any(child is not None and child.date_of_birth != born for child, born in pairs)
        return snapshot.first_days(self.authority.id) if moved else {}

    def plan(self, row: Parsed) -> None:
        """One row."""
        child = self.by_ref.get(row.values["child_ref"])
        given = {name: row.values[name] for name in FACTS if row.values[name] is not None}
        if not self._upn_is_free(row, child):
            return
        if child is None:
            self._add(row, given)
            return
        first = self.first_days.get(child.id)
        if first is not None and first < given["date_of_birth"]:
            self.found.refuse(
                row.line,
                "date_of_birth",
                given["date_of_birth"].isoformat(),
                f"The portal has something about this child from {day_words(first)}, before this date. "
                "Check the date and the child_ref.",
            )
            return
        self._change(row, child, given)

    def _upn_is_free(self, row: Parsed, child: Child | None) -> bool:
        """No two children share a UPN. Whose it is elsewhere is not for the person who asks (rule 6)."""
        upn = row.values["upn"]
        if upn is None:
            return True
        before = self.taken.setdefault(upn, row.line)
        owner, authority_id = self.upns.get(upn, (None, None))
        if before != row.line:
            sentence = f"Line {before} has the same UPN. Check both."
        elif owner is None or (child is not None and owner == child.id):
            return True
        elif authority_id == self.authority.id:
            sentence = "Another child of this authority has this UPN in the portal. Check both records."
        else:
            sentence = "This UPN cannot be used for this child. Check it against the register."
        self.found.refuse(row.line, "upn", upn, sentence)
        return False

    def _add(self, row: Parsed, given: dict[str, Any]) -> None:
        """A child who is not on record yet."""
        child = Child(authority_id=self.authority.id, social_care_id=row.values["child_ref"], **given)
        child.sort_key = names.child_key(child.first_name, child.last_name, given.get("known_as", ""))
        self.found.steps.append(New(child, Event("child:record:created"), first=True))
        called = names.shown(given.get("known_as") or child.first_name, child.last_name)
        who = f"{called} ({child.social_care_id})"
        self.found.say(row.line, "added", who, f"child, born {day_words(child.date_of_birth)}")

    def _change(self, row: Parsed, child: Child, given: dict[str, Any]) -> None:
        """What the file says otherwise than the record."""
        differs = {name: new for name, new in given.items() if getattr(child, name) != new}
        if not differs:
            return
        changes = []
        for name, new in differs.items():
            label, words = FACTS[name]
            old = getattr(child, name)
            was = "" if old in (None, "") else words(old)
            changes.append(change(name, label, old=was, new=words(new)))
        values = dict(differs)
        if NAMES & differs.keys():
            now = {name: differs.get(name, getattr(child, name)) for name in NAMES}
            values["sort_key"] = names.child_key(now["first_name"], now["last_name"], now["known_as"])
        self.found.steps.append(Edit(child, values, Event("child:record:changed", child.id, changes)))
        self.found.say(row.line, "changed", f"{child.full_name} ({child.social_care_id})", told(changes))


def plan(parsed: Sequence[Parsed], authority: Authority, found: Findings) -> None:
    """Check a file of children."""
    children = Children(parsed, authority, found)
    for row in parsed:
        children.plan(row)
