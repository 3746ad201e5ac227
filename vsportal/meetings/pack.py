"""What people hold in their hands at the meeting, for the one who prints it: the child's words first.

It holds what this person reads of the plan and no more. What neither home nor school reads stands on a sheet
of its own at the end, so that it can be left in the bag (who-sees-what.md, rule 9).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from vsportal import clock, policy, wording
from vsportal.children.facts import facts_of
from vsportal.editions import answers
from vsportal.editions.checks import About
from vsportal.editions.reading import Value
from vsportal.editions.schema import Field
from vsportal.meetings.inwords import Group, in_words
from vsportal.meetings.told import Told, told
from vsportal.models import SectionState
from vsportal.peps import projection
from vsportal.peps.drawing import Said
from vsportal.peps.knowing import SDQ, about, sdq_words
from vsportal.peps.loading import Plan, Sheet, sheets_of
from vsportal.peps.overview import Overview, overview_of
from vsportal.peps.saying import said_in
from vsportal.policy import ACTS_AS, Tie

VIEWS, TARGETS, DETAILS = "my_views", projection.TARGETS, "my_details"
LOOKED_BACK_ON = (projection.PREVIOUS, "pp_unspent")
"""Questions of *My targets* about the last ones."""
AT_THE_TABLE = frozenset({Tie.DESIGNATED_TEACHER, Tie.CARER})
"""What none of these reads is printed apart."""


class Part(NamedTuple):
    """A section, or a part of one."""

    id: str
    title: str
    groups: Sequence[Group]


@dataclass(frozen=True)
class Pack:
    """The pack for one person. Everything is loaded when first asked for, each in one statement."""

    overview: Overview

    @property
    def plan(self) -> Plan:
        """The plan it is of."""
        return self.overview.plan

    @property
    def is_childs_own(self) -> bool:
        """Whether the child prints it."""
        return self.overview.is_childs_own

    @cached_property
    def sheets(self) -> Mapping[str, Sheet]:
        """The sections in which anything is for this person."""
        found = sheets_of(self.plan, [asked.id for asked in self.plan.sections])
        return {sheet.row.section_id: sheet for sheet in found}

    @cached_property
    def facts(self) -> Mapping[str, Value]:
        """Facts of the record, by source: two statements."""
        found: dict[str, Value] = facts_of(self.plan.child, clock.today(), self.overview.around)
        details = self.sheets.get(DETAILS)
        return found | {SDQ: sdq_words(details.row.answers) if details else None}

    @cached_property
    def said(self) -> Mapping[int, Mapping[str, Sequence[Said]]]:
        """What people say in all sections, by the section's number."""
        return said_in({sheet.row.id: sheet.asked for sheet in self.sheets.values()}, self.plan)

    @cached_property
    def from_record(self) -> Mapping[str, Sequence[tuple[str, str]]]:
        """Last term's targets."""
        targets = self.sheets.get(TARGETS)
        return projection.rows_from_record(targets) if targets else {}

    # The parts, in the order of the paper

    @cached_property
    def views(self) -> Part | None:
        """What the child says."""
        return self._part(VIEWS)

    @cached_property
    def last_targets(self) -> Part | None:
        """How the last targets went."""
        return self._part(TARGETS, only=LOOKED_BACK_ON)

    @cached_property
    def sections(self) -> Sequence[Part]:
        """What each of the other sections says."""
        found = (self._part(name) for name in self.sheets if name not in (VIEWS, TARGETS))
        return [part for part in found if part]

    @cached_property
    def new_targets(self) -> Part | None:
        """The new targets so far."""
        return self._part(TARGETS, never=LOOKED_BACK_ON)

    @cached_property
    def apart(self) -> Sequence[Part]:
        """What is not for the table; nothing of it for the child, whose own words it may be."""
        if self.is_childs_own:
            return []
        return [part for name in self.sheets if (part := self._part(name, apart=True))]

    @cached_property
    def to_settle(self) -> Sequence[tuple[str, Sequence[str]]]:
        """What is missing or does not agree, by section; of others' parts for those who are told of it."""
        if not self.overview.is_open:
            return []
        known = about(self.plan, facts=self.facts)
        found = ((sheet.asked.title, list(self._open(sheet, known))) for sheet in self.sheets.values())
        return [(title, sentences) for title, sentences in found if sentences]

    def _open(self, sheet: Sheet, known: About) -> Iterator[str]:
        """What a section still lacks, in sentences, as far as this person reads the questions."""
        if sheet.row.status == SectionState.COMPLETE or not (self.overview.told or self._is_mine(sheet)):
            return
        said = [q for q, voices in self._said(sheet) if voices]
        left = answers.still_missing(sheet.asked, sheet.row.answers, known, self.from_record, said)
        for key, sentence in left.items():
            if key.partition("~")[0].partition(".")[0] in sheet.sight.readable:
                yield wording.fill(sentence, self.overview.names)

    def _is_mine(self, sheet: Sheet) -> bool:
        return bool(self.plan.seen.ties & ACTS_AS.get(sheet.row.owner, frozenset()))

    def _part(
        self, name: str, *, only: Collection[str] = (), never: Collection[str] = (), apart: bool = False
    ) -> Part | None:
        """A section in words, what is to be kept apart or the rest; None when nothing is there.

        Facts of the record are no news to anybody at the meeting and stay where they are kept.
        """
        sheet = self.sheets.get(name)
        if sheet is None:
            return None

        def takes(field: Field) -> bool:
            chosen = (field.id in only or not only) and field.id not in never and not field.source
            return chosen and (self.is_childs_own or self._is_apart(sheet, field) == apart)

        groups = in_words(
            self._told[name],
            self.overview.names,
            takes=takes,
            said={q: voices for q, voices in self._said(sheet) if q in sheet.sight.readable},
            from_record=self.from_record if projection.PREVIOUS in sheet.sight.readable else {},
        )
        return Part(name, sheet.asked.title, groups) if groups else None

    def _said(self, sheet: Sheet) -> Collection[tuple[str, Sequence[Said]]]:
        """What people say in one section, by question."""
        return self.said.get(sheet.row.id, {}).items()

    @cached_property
    def _told(self) -> Mapping[str, Told]:
        return {name: told(sheet, self.facts) for name, sheet in self.sheets.items()}

    @staticmethod
    def _is_apart(sheet: Sheet, field: Field) -> bool:
        return not policy.audience_of(field, sheet.row.readers.get(field.id)) & AT_THE_TABLE


def pack_of(plan: Plan) -> Pack:
    """The meeting pack for the person who looks."""
    return Pack(overview_of(plan))
