"""What a parent who lives elsewhere gets of a plan (who-sees-what.md, rule 2): the one rule, and the copy.

A copy is made by leaving out, never by choosing what to put in: addresses and the home, the other parent,
brothers and sisters, what the child keeps to few people, what is for professionals.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from vsportal import clock, wording
from vsportal.children.facts import facts_of
from vsportal.children.queries import Around
from vsportal.editions.asking import rows_of
from vsportal.editions.reading import Value
from vsportal.editions.schema import Field, Rows
from vsportal.meetings import letter as letters
from vsportal.meetings.inwords import in_words, texts_of
from vsportal.meetings.letter import Letter
from vsportal.meetings.pack import Part
from vsportal.meetings.told import Told, told_as
from vsportal.peps import projection
from vsportal.peps.drawing import Said
from vsportal.peps.loading import Plan, Sheet, sheets_of
from vsportal.peps.saying import said_in
from vsportal.policy import AT_HOME

DETAILS, PEOPLE, SECRET = "my_details", "parental_responsibility", "secret_address"
PLACES = ("venue", "next_venue")
"""Questions that say where a meeting is: the school, as a rule."""
OF_THE_HOME = ("home.", "people.carer")
OF_THE_SCHOOL = ("school.", "people.designated_teacher")
"""Facts of the record by how their source begins."""
LEFT_OUT = "[left out]"
_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}\b", re.IGNORECASE)
_PHONE = re.compile(r"(?<!\d)0\d(?:[\s()-]?\d){8,9}(?!\d)")


@dataclass(frozen=True)
class Holder:
    """Somebody with parental responsibility."""

    row: str
    name: str
    relation: str


@dataclass(frozen=True)
class Copy:
    """What one parent gets: the letter, and of a whole copy the sections."""

    letter: Letter | None
    parts: Sequence[Part]
    left_out: Sequence[str] = ()
    """Names, numbers and postcodes that people typed and that were taken out, each once."""

    @property
    def mark(self) -> str:
        """A checksum of every word of it: what was looked at is what is released."""
        letter = self.letter
        around = (
            (letter.next_meeting, letter.signed, *(s.by_when for s in letter.next_steps)) if letter else ()
        )
        said = [list(self.texts()), around, [part.title for part in self.parts]]
        return sha256(repr(said).encode()).hexdigest()

    def texts(self) -> Iterator[tuple[str, str]]:
        """Everything in it that people wrote: where, and the text."""
        for part in self.parts:
            yield from texts_of(part.groups)
        if self.letter:
            yield from self.letter.paragraphs
            yield from (("What happens next", f"{step.who} {step.what}") for step in self.letter.next_steps)
            yield from (("You said", text) for text in (self.letter.you_said,) if text)


# The rule -----------------------------------------------------------------------------------------------


def parents_read(field: Field, owner: str, readers: Mapping[str, Any] | None, *, secret: bool) -> bool:
    """Whether a question goes into a parent's copy.

    `owner`: who answers it. `readers`: whom it was narrowed to. `secret`: the address is kept secret from
    somebody, so nothing says where the child learns either.
    """
    if field.audience != "everyone" or field.parents is False or not field.in_copies:
        return False
    if owner == "carer" or field.source.startswith(OF_THE_HOME) or "people" in (readers or {}):
        return False
    return not (secret and (field.source.startswith(OF_THE_SCHOOL) or field.id in PLACES))


def parents_read_column(field: Field, column: str) -> bool:
    """Whether a column of a question that goes into the copy does: only what everyone reads."""
    if not isinstance(field, Rows) or not column:
        return True
    spec = field.by_column.get(column)
    return spec is not None and spec.audience in (None, "everyone")


def parents_hear(said: Said) -> bool:
    """Whether what somebody said goes into the copy: never what the home says, which names it."""
    return said.role_id not in AT_HOME


# The copy -----------------------------------------------------------------------------------------------


def copy_of(
    plan: Plan, sheets: Mapping[str, Sheet], around: Sequence[Around], *, whole: bool, never: Sequence[str]
) -> Copy:
    """What a parent gets of the plan. `whole`: the plan as well, not the letter alone.

    `never`: names that are taken out of what people typed (`never_named`).
    """
    out = LeftOut(never)
    secret = keeps_the_address(sheets)
    facts: dict[str, Value] = facts_of(plan.child, clock.today(), around) if whole else {}
    told = {name: _told(sheet, facts, out, secret=secret) for name, sheet in sheets.items()}
    held = letters.is_held(plan, told.get(letters.MEETING))
    letter = letters.letter_from(plan, told) if held else None
    parts = _parts(plan, sheets, told, out) if whole else ()
    return Copy(letter, parts, tuple(out.found))


class LeftOut:
    """What is taken out of what people typed: names of the home and of other parents, numbers, postcodes."""

    def __init__(self, never: Sequence[str]) -> None:
        # The longest first, so that a whole name goes at once.
        names = sorted((re.escape(name) for name in never if len(name) > 1), key=len, reverse=True)
        self._patterns = [_POSTCODE, _PHONE]
        if names:
            self._patterns.insert(0, re.compile(rf"(?<!\w)(?:{'|'.join(names)})(?!\w)"))
        self.found: dict[str, None] = {}

    def of(self, text: str) -> str:
        """The text without them; where something stood is seen."""
        for pattern in self._patterns:
            text = pattern.sub(self._note, text)
        return text

    def _note(self, match: re.Match[str]) -> str:
        self.found[match[0]] = None
        return LEFT_OUT


def _told(sheet: Sheet, facts: Mapping[str, Value], out: LeftOut, *, secret: bool) -> Told:
    """A section as a parent gets it."""

    def reads(question: str, column: str) -> bool:
        field = sheet.asked.by_id.get(question)
        if field is None:
            return False
        readers = sheet.row.readers.get(question)
        read = parents_read(field, sheet.asked.owner_of(field), readers, secret=secret)
        return read and parents_read_column(field, column)

    told = told_as(sheet, reads, facts)
    return replace(told, answers={k: out.of(v) if isinstance(v, str) else v for k, v in told.answers.items()})


def _parts(plan: Plan, sheets: Mapping[str, Sheet], told: Mapping[str, Told], out: LeftOut) -> list[Part]:
    """The sections in words; the letter stands before them."""
    names = wording.spoken(plan.child.called, plan.child.pronouns)
    secret = keeps_the_address(sheets)
    voices = said_in({s.row.id: s.asked for s in sheets.values()}, plan)
    parts = []
    for name, section in told.items():
        if name == letters.SUMMARY:
            continue
        sheet = sheets[name]

        def takes(field: Field, sheet: Sheet = sheet) -> bool:
            readers = sheet.row.readers.get(field.id)
            return parents_read(field, sheet.asked.owner_of(field), readers, secret=secret)

        said = {
            question: [replace(s, text=out.of(s.text)) for s in voiced if parents_hear(s)]
            for question, voiced in voices.get(sheet.row.id, {}).items()
        }
        groups = in_words(section, names, takes=takes, said=said, from_record=_recorded(sheet, out))
        parts += [Part(name, sheet.asked.title, groups)] if groups else []
    return parts


def _recorded(sheet: Sheet, out: LeftOut) -> Mapping[str, Sequence[tuple[str, str]]]:
    """Last term's targets, in the section that asks for them."""
    found = projection.rows_from_record(sheet)
    return {question: [(ref, out.of(title)) for ref, title in rows] for question, rows in found.items()}


def sheets_for(plan: Plan) -> Mapping[str, Sheet]:
    """All sections of the plan, for the social worker who makes copies: one statement."""
    return {s.row.section_id: s for s in sheets_of(plan, [asked.id for asked in plan.sections])}


def keeps_the_address(sheets: Mapping[str, Sheet]) -> bool:
    """Whether the address is to be kept secret from anybody."""
    details = sheets.get(DETAILS)
    return bool(details and details.row.answers.get(SECRET) == "yes")


def holders_of(sheets: Mapping[str, Sheet]) -> list[Holder]:
    """The people with parental responsibility, as *My details* names them."""
    details = sheets.get(DETAILS)
    field = details.asked.by_id.get(PEOPLE) if details else None
    if details is None or field is None:
        return []
    kept = details.row.answers
    found = []
    for row in rows_of(field, kept):
        name, relation = (kept.get(f"{PEOPLE}.{row}.{column}") for column in ("name", "relation"))
        if isinstance(name, str) and name:
            found.append(Holder(row, name, relation if isinstance(relation, str) else ""))
    return found


# What people typed ----------------------------------------------------------------------------------------


def never_named(plan: Plan, around: Sequence[Around], home: str, others: Sequence[Holder]) -> list[str]:
    """Names that a copy for one parent does not hold: of carers, of the home, of the other parents.

    First names alone as well, but never the child's own.
    """
    people = [p.name for p in around if p.role in AT_HOME] + [holder.name for holder in others]
    firsts = [name.split()[0] for name in people if name.split()]
    own = {plan.child.first_name, plan.child.known_as, plan.child.last_name, plan.child.called}
    return [name for name in dict.fromkeys([*people, *firsts, home]) if name and name not in own]
