"""Times in care, homes, workers, enrolments: a file's dated rows beside those on record, child by child."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from vsportal import clock
from vsportal.editions.reading import day_words
from vsportal.filters import listed
from vsportal.imports import snapshot
from vsportal.imports.dated_kinds import STAYS
from vsportal.imports.findings import Edit, Event, Findings, New, change, told
from vsportal.imports.kinds import ALLOCATED, Parsed
from vsportal.imports.spans import Kept, Merged, Refusal, Said, Span, merge
from vsportal.models import Authority, CarePeriod, Child, Enrolment
from vsportal.wording import role_words


class Target(NamedTuple):
    """Whom or what a row ties a child to."""

    id: Hashable
    name: str


@dataclass
class _Group:
    """The rows of one child that stand against each other."""

    child: Child
    value: Any = None
    """What sets the group apart: the role, the school."""
    said: list[Said] = field(default_factory=list)
    rows: dict[int, Any] = field(default_factory=dict)


class Planner:
    """Checks a file of one dated kind for one authority."""

    def __init__(self, kind: str, authority: Authority, found: Findings) -> None:
        self.stays = STAYS[kind]
        self.authority = authority
        self.found = found
        self.children = snapshot.children(authority.id)
        self.names: dict[Any, str] = {}
        self.resolve: Callable[[Parsed], Target | None] = getattr(self, f"_for_{kind}")()

    def plan(self, parsed: Sequence[Parsed]) -> None:
        """Find everything about these rows."""
        groups = self._groups(parsed)
        kept = snapshot.dated(self.stays.table, self.authority.id)
        by_child: dict[int, list[Span]] = defaultdict(list)
        for group in groups.values():
            merged = self._merge(group, kept.get(group.child.id, ()))
            by_child[group.child.id] += merged.spans
        if self.stays.table is Enrolment:
            self._note_dual(by_child, kept)

    # Rows ---------------------------------------------------------------------------------------------------

    def _groups(self, parsed: Sequence[Parsed]) -> dict[Hashable, _Group]:
        """The rows that make sense by themselves, by what they stand against."""
        groups: dict[Hashable, _Group] = {}
        for row in parsed:
            child = self.children.get(row.values["child_ref"])
            if child is None:
                self.found.refuse(
                    row.line,
                    "child_ref",
                    row.values["child_ref"],
                    "No child of this authority has this number. Bring them in with a children file first.",
                )
                continue
            target = self.resolve(row)
            if target is None or not self._after_birth(row, child) or not self._has_come(row):
                continue
            apart = (
                row.values["role"] if self.stays.group == "role" else target.id if self.stays.group else None
            )
            group = groups.setdefault((child.id, apart), _Group(child, apart))
            facts = {fact.name: row.values[fact.name] for fact in self.stays.facts}
            said = Said(row.line, row.values["start"], row.values["end"], target.id, facts)
            group.said.append(said)
            if target.id is not None:
                self.names[target.id] = target.name
        return groups

    def _after_birth(self, row: Parsed, child: Child) -> bool:
        """Nothing begins before the child was born."""
        born = child.date_of_birth
        for column in ("start", "legal_status_from"):
            on = row.values.get(column)
            if on is not None and on < born:
                self.found.refuse(
                    row.line,
                    column,
                    on.isoformat(),
                    f"This is before the child was born, {day_words(born)}. Check the date and child_ref.",
                )
                return False
        return True

    def _has_come(self, row: Parsed) -> bool:
        """A move is brought in once it has happened: until then the old home cares, sees and writes."""
        for column in ("start", "end"):
            on = row.values[column]
            if not self.stays.ahead and on is not None and on > clock.today():
                sentence = "This day is still to come. Bring the row in on that day or after it."
                self.found.refuse(row.line, column, on.isoformat(), sentence)
                return False
        return True

    # What each kind ties a child to -------------------------------------------------------------------------

    def _for_care_periods(self) -> Callable[[Parsed], Target | None]:
        return lambda _row: Target(None, "")

    def _for_homes(self) -> Callable[[Parsed], Target | None]:
        there = snapshot.households(self.authority.id)
        self.names = {household.id: household.name for household in there}
        by_ref = {h.external_ref: Target(h.id, h.name) for h in there if h.external_ref}

        def find(row: Parsed) -> Target | None:
            ref = row.values["household_ref"]
            if ref is None:
                return Target(None, "")
            return by_ref.get(ref) or self._unknown(
                row,
                "household_ref",
                "No household has this number. Bring it in with a households file first.",
            )

        return find

    def _for_enrolments(self) -> Callable[[Parsed], Target | None]:
        self.names.update(snapshot.attended(self.authority.id))
        by_ref = {ref: Target(s.id, s.name) for ref, s in snapshot.schools(self.authority.id).items()}
        return lambda row: (
            by_ref.get(row.values["setting_ref"])
            or self._unknown(
                row, "setting_ref", "No setting has this number. Bring it in with a settings file first."
            )
        )

    def _for_allocations(self) -> Callable[[Parsed], Target | None]:
        self.names.update(snapshot.allocated_names(self.authority.id))
        there: dict[tuple[str, str], list[snapshot.Worker]] = defaultdict(list)
        for worker in snapshot.workers(self.authority.id, list(ALLOCATED)):
            there[worker.email, worker.role].append(worker)

        def find(row: Parsed) -> Target | None:
            role, start = row.values["role"], row.values["start"]
            for worker in there[row.values["email"], role]:
                if worker.ends_on is None or worker.ends_on > start:
                    return Target(worker.user_id, worker.name)
            return self._unknown(
                row,
                "email",
                f"Nobody with this e-mail address is {role_words(role)} of this authority then. "
                "Check it, or bring the person in with a people file first.",
            )

        return find

    def _unknown(self, row: Parsed, column: str, sentence: str) -> Target | None:
        """A reference that leads nowhere."""
        self.found.refuse(row.line, column, row.values[column], sentence)
        return None

    # Against the record -------------------------------------------------------------------------------------

    def _merge(self, group: _Group, rows: Sequence[Any]) -> Merged:
        """One group's rows merged with those on record, and what comes of it."""
        apart = self.stays.group
        group.rows = {r.id: r for r in rows if not apart or getattr(r, apart) == group.value}
        merged = merge(
            [self._kept(row) for row in group.rows.values()],
            group.said,
            by_target=self.stays.by_target,
            moves=self.stays.moves,
        )
        self.found.remarks += merged.remarks
        for refusal in merged.refusals:
            self._refuse(refusal, merged)
        for span in merged.changed:
            self._write(group, span)
        return merged

    def _kept(self, row: Any) -> Kept:  # a row of the kind's table
        """A row on record as the merging sees it."""
        facts = {fact.name: getattr(row, fact.name) for fact in self.stays.facts}
        target = getattr(row, self.stays.target) if self.stays.target else None
        return Kept(row.id, row.starts_on, row.ends_on, target, facts)

    def _refuse(self, refusal: Refusal, merged: Merged) -> None:
        """A contradiction, in a sentence."""
        said = next((s.said for s in merged.spans if s.said and s.said.line == refusal.line), None)
        value = said.start.isoformat() if said and refusal.column == "start" else ""
        if refusal.why == "order" or refusal.other is None:
            sentence = "The end is before the start. Check both dates."
        elif refusal.why == "continued":
            ended = day_words(refusal.other.end or refusal.other.start)
            sentence = (
                f"This ended on {ended} in the portal, and the file does not know of that end. "
                "If it goes on after all, record that in the portal."
            )
        else:
            other = refusal.other
            where = f"line {other.said.line}" if other.said else "in the portal"
            sentence = self.stays.overlap.format(since=_since(other.start, other.end), where=where)
        self.found.refuse(refusal.line, refusal.column, value, sentence)

    # What is to be written ----------------------------------------------------------------------------------

    def _write(self, group: _Group, span: Span) -> None:
        """One row to be added, changed or ended, with its line and its event."""
        columns: dict[str, Any] = {"starts_on": span.start, "ends_on": span.end, **span.facts}
        if self.stays.target:
            columns[self.stays.target] = span.target
        if self.stays.group == "role":
            columns["role"] = group.value
        if self.stays.table is CarePeriod:
            columns.setdefault("legal_status_from", span.start)
        name = self.names.get(span.target, "")
        words = {**dict.fromkeys(("reason_left", "end_reason"), ""), **columns}
        what = self.stays.what(words, name)
        who = f"{group.child.full_name} ({group.child.social_care_id})"
        if span.kept is None:
            self._begin(group, columns, self.stays.noted(words, name, False))
            self.found.say(span.line, "added", who, f"{what}, {_since(span.start, span.end)}")
            return
        ends = span.end != span.kept.end
        changes = self._changes(span, span.kept)
        first = self.stays.noted(words, name, True) if ends else None
        noted = [first, *(c for c in changes if c["field"] != first["field"])] if first else changes
        event = Event(self.stays.tags[1 if ends else 2], group.child.id, noted)
        self.found.steps.append(Edit(group.rows[span.kept.id], columns, event))
        if ends and span.end:
            said = f"{what}, ends on {day_words(span.end)}{'; ' + told(changes) if changes else ''}"
            self.found.say(span.line, "ended", who, said)
        else:
            self.found.say(span.line, "changed", who, f"{what}; {told(changes)}")

    def _begin(self, group: _Group, columns: dict[str, Any], first: dict[str, Any] | None) -> None:
        """A new row."""
        columns = {name: value for name, value in columns.items() if value is not None}
        row = self.stays.table(child_id=group.child.id, **columns)
        event = Event(self.stays.tags[0], group.child.id, [first] if first else [])
        self.found.steps.append(New(row, event))

    def _changes(self, span: Span, kept: Kept) -> list[dict[str, Any]]:
        """What is otherwise than on record, but for the end."""
        changes = [
            change(
                fact.name,
                fact.label,
                old=fact.words(kept.facts[fact.name]),
                new=fact.words(span.facts[fact.name]),
            )
            for fact in self.stays.facts
            if span.facts[fact.name] != kept.facts[fact.name]
        ]
        if span.target != kept.target:
            old, new = self.names.get(kept.target, ""), self.names.get(span.target, "")
            changes.append(change(self.stays.target, "Household", old=old, new=new))
        return changes

    def _note_dual(self, spans: Mapping[int, list[Span]], kept: Mapping[int, list[Any]]) -> None:
        """A child who is then on the roll of two settings: it may be so, and is said."""
        for child_id, merged in spans.items():
            heard = {span.kept.id for span in merged if span.kept}
            rest = [
                Span(row.starts_on, row.ends_on, row.school_id, {})
                for row in kept.get(child_id, ())
                if row.id not in heard
            ]
            held = [s for s in (*merged, *rest) if s.end is None or s.end > clock.today()]
            line = max((s.line for s in held), default=0)
            if len(held) > 1 and line and len({s.target for s in held}) > 1:
                where = listed(self.names.get(s.target, "") for s in sorted(held, key=lambda s: s.start))
                self.found.remark(
                    line,
                    f"The child is then on roll at {where} at once: dual registration. "
                    "If one of them has ended, give its row the end.",
                )


def _since(start: date, end: date | None) -> str:
    """From when until when: “since 3 November 2026”, “from … until …”."""
    if end is None:
        return f"since {day_words(start)}"
    return f"from {day_words(start)} until {day_words(end)}"


def plan(kind: str, parsed: Sequence[Parsed], authority: Authority, found: Findings) -> None:
    """Check a file of dated rows."""
    Planner(kind, authority, found).plan(parsed)
