"""A plan at a glance, for one person: its sections, whose they are, what is missing, whom it waits for.

Each list is loaded when first asked for, each in one statement, whatever the plan holds.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from flask import url_for

from vsportal import clock, filters, policy, wording
from vsportal.children.identity import Identity, identity_of, name_for
from vsportal.children.queries import Around, Places, surroundings_of_one
from vsportal.children.work import TOLD_WHO_IS_LATE
from vsportal.editions import answers
from vsportal.editions.checks import About
from vsportal.editions.schema import Asked
from vsportal.filters import html_id
from vsportal.models import NEVER_LATE, PartState, PepState, SectionState
from vsportal.peps import beside, loading, projection, timeline
from vsportal.peps.knowing import about
from vsportal.peps.loading import Line, Plan, Sheet, sheets_of, subject_of
from vsportal.peps.operations.saving import said_in_all
from vsportal.peps.wishes import Asked as Wished
from vsportal.peps.wishes import wishes_of
from vsportal.policy import ACTS_AS, Can, Decision, Subject, Tie
from vsportal.wording import Spoken, spoken

OPENING_WORDS = ("meeting_wish", "better", "settling", "next_year", "going_well")
"""Questions of *My views* whose answer may open the plan, first answered first."""


@dataclass(frozen=True)
class SectionLine:
    """A section in the list of a plan."""

    section_id: str
    title: str
    url: str | None
    """None when nothing in it is for this person."""
    who: str
    words: str
    """Who writes it: name and role; “you” beside one's own."""
    due_on: date
    state: tuple[str, str]
    note: str
    status: str
    mine: bool
    answered: int
    asked: int


@dataclass(frozen=True)
class Waiting:
    """Somebody the plan waits for, with the sections and since when."""

    who: str
    words: str
    sections: Sequence[str]
    since: date | None
    """The due date that has passed, when one has."""


@dataclass(frozen=True)
class Overview:
    """A plan for one person."""

    plan: Plan
    given: tuple[Sequence[Around], Places] | None = None
    """The people around the child and where the child is, when they are loaded already."""
    today: date = field(default_factory=clock.today)

    @cached_property
    def names(self) -> Spoken:
        """How sentences speak of the child."""
        return spoken(self.plan.child.called, self.plan.child.pronouns)

    @cached_property
    def title(self) -> str:
        """“Amira’s plan, autumn 2026”."""
        return f"{self.names.childs} plan, {filters.term(self.plan.pep.term_key)}"

    @cached_property
    def around(self) -> Sequence[Around]:
        """The people around the child today."""
        return self._surroundings[0]

    @cached_property
    def _surroundings(self) -> tuple[Sequence[Around], Places]:
        """The people around the child, and where the child lives and learns: one statement."""
        return self.given or surroundings_of_one(self.plan.child.id, self.today)

    @cached_property
    def identity(self) -> Identity:
        """The bar at the top."""
        return identity_of(self.plan.child, self.plan.seen, *self._surroundings)

    @property
    def is_childs_own(self) -> bool:
        """True for the child's own pages, which have a look of their own."""
        return Tie.YOUNG_PERSON in self.plan.seen.ties

    @property
    def reads_answers(self) -> bool:
        """False for those who see names and dates only."""
        return bool(self.plan.seen.ties - {Tie.BUSINESS_SUPPORT})

    @property
    def crumbs(self) -> list[tuple[str, str]]:
        """The way here: the child's page."""
        return [
            (url_for("children.child", ref=self.plan.child.ref), name_for(self.plan.child, self.plan.seen))
        ]

    def note_on(self, line: SectionLine) -> str:
        """What stands under a section's name when nothing is still to be given, or by somebody else."""
        if line.section_id in self.missing:
            return "Everything is there: complete it"
        if line.status == SectionState.COMPLETE and line.title in self.unchanged:
            return "Checked, nothing else changed"
        if line.note or line.status == SectionState.COMPLETE or not line.asked:
            return line.note
        return f"{line.answered} of {filters.plural(line.asked, 'needed answer')} given"

    def number_of(self, section_id: str) -> int:
        """Where a section stands in the list, from one."""
        return next((i for i, s in enumerate(self.sections, start=1) if s.section_id == section_id), 0)

    def line(self, section_id: str) -> SectionLine:
        """One section of the list."""
        return next(s for s in self.sections if s.section_id == section_id)

    @cached_property
    def events(self) -> Sequence[timeline.Happened]:
        """What has happened to the plan, latest first, for those who may see it."""
        if not self.plan.may(Can.SEE_TIMELINE):
            return []
        events = timeline.of_pep(self.plan.pep, {a.id: a.title for a in self.plan.sections})
        return [e for e in events if e.tag != "pep:part:returned" or self.told_of_returns(e.part)]

    @cached_property
    def wishes(self) -> Sequence[Wished]:
        """What the child asked for, as far as this adult may read it: one statement."""
        told = self.plan.seen.reads_the_plan and not self.is_childs_own
        return wishes_of(self.plan, self.around) if told else []

    @property
    def handed_back(self) -> Mapping[str, timeline.Happened]:
        """By a section’s title, the colleague who said last that they have done their part of it."""
        return {e.section_title: e for e in reversed(self.events) if e.tag == "pep:section:handed_back"}

    @cached_property
    def unchanged(self) -> frozenset[str]:
        """The titles of sections that were completed last because nothing else had changed."""
        last = {e.section_title: e for e in reversed(self.events) if e.tag == "pep:section:completed"}
        return frozenset(title for title, event in last.items() if event.unchanged)

    @cached_property
    def lines(self) -> Sequence[Line]:
        """The plan's sections without answers."""
        return loading.lines_of(self.plan.pep.id)

    @cached_property
    def asked(self) -> Mapping[str, Asked]:
        """What each section asks."""
        return {a.id: a for a in self.plan.sections}

    @cached_property
    def sections(self) -> Sequence[SectionLine]:
        """The sections this person is told of: somebody with lent sections sees those alone."""
        only = self.plan.seen.sections if self.plan.seen.only_as_delegate else None
        return [
            self._line(line)
            for line in self.lines
            if line.section_id in self.asked and (only is None or line.section_id in only)
        ]

    def _subject(self, line: Line) -> Subject:
        return subject_of(self.plan.pep, line, line.part_state, self.asked[line.section_id])

    def _line(self, line: Line) -> SectionLine:
        asked, it = self.asked[line.section_id], self._subject(line)
        readable = policy.finds_anything(self.plan.seen, asked, it)
        writers = self.writers(line.owner)
        mine = any(policy.completes_it(self.plan.seen, tie, it) for tie in self.plan.seen.ties)
        return SectionLine(
            section_id=line.section_id,
            title=asked.title,
            url=url_for("peps.section", ref=self.plan.pep.ref, section_id=line.section_id)
            if readable
            else None,
            who=self._named(line.owner, writers),
            words=self._role(line.owner, writers, mine=mine),
            due_on=line.due_on,
            state=wording.section_state(
                line.status,
                due_on=line.due_on if line.owner not in NEVER_LATE and (mine or self.told) else None,
                today=self.today,
                returned=line.returned and self.told_of_returns(line.part),
            ),
            note="Not looked at yet"
            if line.looked_at is None and line.status == SectionState.NOT_STARTED
            else "",
            status=line.status,
            mine=mine,
            answered=line.answered,
            asked=line.asked,
        )

    def _named(self, owner: str, writers: Sequence[Around]) -> str:
        """The names of those who write a section; the child by the name they go by, account or none."""
        if owner == "young_person":
            return self.plan.child.called
        return " and ".join(w.name for w in writers) or "Nobody yet"

    def _role(self, owner: str, writers: Sequence[Around], *, mine: bool) -> str:
        """What stands beside the names."""
        if mine and self._is_me(writers):
            return "you"
        if owner == "young_person":
            return "" if writers else "has no account yet"
        return writers[0].words if writers else wording.role_words(owner)

    def writers(self, owner: str) -> list[Around]:
        """Who around the child writes sections of this owner: those allocated, not those who cover."""
        first = {"social_worker": {Tie.SOCIAL_WORKER}, "adviser": {Tie.ALLOCATED_ADVISER}}
        ties = first.get(owner, ACTS_AS.get(owner, frozenset()))
        return [p for p in self.around if p.role in ties]

    def _is_me(self, writers: Sequence[Around]) -> bool:
        return self.plan.seen.actor.user_id in {w.user_id for w in writers}

    @cached_property
    def complete(self) -> int:
        """How many sections are complete."""
        return sum(s.status == SectionState.COMPLETE for s in self.sections)

    @cached_property
    def mine(self) -> Sequence[SectionLine]:
        """The sections this person completes."""
        return [s for s in self.sections if s.mine]

    @cached_property
    def is_open(self) -> bool:
        """Whether the plan can still be written in."""
        return self.plan.pep.state in policy.OPEN

    def told_of_returns(self, part: str) -> bool:
        """Whether this person is told that a part came back: those who wrote it, and the Virtual School."""
        return bool(self.plan.may(Can.SEE_RATINGS, Subject(pep_state=self.plan.pep.state, part=part)))

    @property
    def told(self) -> bool:
        """Whether this person is told that others are late: carers and the child are not."""
        return bool(self.plan.seen.ties & TOLD_WHO_IS_LATE)

    @cached_property
    def waiting(self) -> Sequence[Waiting]:
        """Whom the plan waits for, the longest overdue first."""
        if not self.is_open:
            return []
        found: dict[str, list[SectionLine]] = {}
        for s in self.sections:
            if s.status != SectionState.COMPLETE:
                found.setdefault(f"{s.who}|{s.words}", []).append(s)
        waiting = [
            Waiting(
                who=lines[0].who,
                words=lines[0].words,
                sections=[s.title for s in lines],
                since=min((s.due_on for s in lines if s.state[0] == "late"), default=None),
            )
            for lines in found.values()
        ]
        return sorted(waiting, key=lambda w: w.since or date.max)

    @cached_property
    def parts(self) -> Sequence[tuple[str, str, tuple[str, str], Decision]]:
        """The plan's parts: name, words, state as a pill, and whether this person may send it now."""
        states = {line.part: line.part_state or PartState.IN_PROGRESS for line in self.lines if line.part}
        if not policy.decide(self.plan.seen, Can.SEE_TIMELINE):
            return []
        return [
            (
                part,
                filters.capital(wording.PARTS[part]),
                wording.PART_STATES[self._told_state(part, state)],
                self._may_send(part, state),
            )
            for part, state in sorted(states.items(), reverse=True)
        ]

    def _told_state(self, part: str, state: str) -> str:
        """Where a part has got to, as far as it is told: for the others, what came back is being written."""
        hidden = state == PartState.RETURNED and not self.told_of_returns(part)
        return PartState.IN_PROGRESS if hidden else state

    def _may_send(self, part: str, state: str) -> Decision:
        lines = [line for line in self.lines if line.part == part]
        decision = self.plan.may(
            Can.SUBMIT_PART, Subject(pep_state=self.plan.pep.state, leads={line.owner for line in lines})
        )
        if not decision or state not in (PartState.IN_PROGRESS, PartState.RETURNED):
            return Decision(False, reason=decision.reason)
        ready = all(line.status == SectionState.COMPLETE for line in lines)
        return decision if ready else Decision(False, decision.tie, "sections_open")

    @cached_property
    def may_sign_off(self) -> Decision:
        """Whether this person may sign the plan off now."""
        return self.plan.may(Can.SIGN_OFF)

    @cached_property
    def _sheets(self) -> Mapping[str, Sheet]:
        """The child's words and this person's own open sections, with their answers: one statement."""
        own = [s.section_id for s in self.mine if s.status != SectionState.COMPLETE] if self.is_open else []
        wanted = ["my_views", *own] if self.reads_answers else own
        return {s.row.section_id: s for s in sheets_of(self.plan, wanted)}

    @cached_property
    def missing(self) -> Mapping[str, Sequence[tuple[str, str]]]:
        """What this person's own open sections still lack, by section: (link to the field, sentence)."""
        open_lines = [s for s in self.mine if s.status != SectionState.COMPLETE and self.is_open]
        sheets = [
            (line, self._sheets[line.section_id]) for line in open_lines if line.section_id in self._sheets
        ]
        sheets = [(line, sheet) for line, sheet in sheets if sheet.sight.writable]
        if not sheets:
            return {}
        known, said = about(self.plan), said_in_all([sheet.row.id for _, sheet in sheets])
        return {line.section_id: self._left(line, sheet, known, said) for line, sheet in sheets}

    def _left(
        self, line: SectionLine, sheet: Sheet, known: About, said: Mapping[int, Collection[str]]
    ) -> Sequence[tuple[str, str]]:
        left = answers.still_missing(
            sheet.asked,
            sheet.row.answers,
            known,
            projection.rows_from_record(sheet),
            said.get(sheet.row.id, ()),
        )
        return [(f"{line.url}#{html_id(k)}", wording.fill(text, self.names)) for k, text in left.items()]

    @cached_property
    def opening_words(self) -> tuple[str, date | None] | None:
        """What the child says, to open the plan with; None when nothing of it is for this person."""
        sheet = self._sheets.get("my_views")
        if sheet is None:
            return None
        for name in OPENING_WORDS:
            text = sheet.row.answers.get(name)
            if name in sheet.sight.readable and isinstance(text, str):
                at = sheet.row.changed_at
                return text, clock.local(at).date() if at else None
        return None

    @cached_property
    def opening_by(self) -> str:
        """Whose words they are: “Amira, with Tina Marlowe helping”, for those who may read who helped."""
        sheet = self._sheets.get("my_views")
        if sheet is None or beside.WHO not in sheet.sight.readable:
            return self.names.child
        return beside.with_help(self.names.child, sheet.row.answers)

    @cached_property
    def steps(self) -> Sequence[tuple[str, str, str]]:
        """The plan's life: (words, date in words, done | now | "")."""
        pep = self.plan.pep
        sent = {line.part_state for line in self.lines if line.part} <= {
            PartState.SUBMITTED,
            PartState.REVIEWED,
        }
        held = pep.state in (PepState.MEETING_HELD, PepState.SIGNED_OFF)
        signed = pep.state == PepState.SIGNED_OFF
        done = [True, held, sent, signed]
        words = [
            ("Opened", filters.day_month(pep.opened_on, self.today)),
            ("Meeting", filters.weekday(pep.meeting_on, self.today) if pep.meeting_on else "No date yet"),
            ("With the Virtual School", f"by {filters.day_month(pep.due_on, self.today)}"),
            ("Signed off", filters.day_month(pep.signed_off_at, self.today) if signed else "and locked"),
        ]
        now = next((i for i, d in enumerate(done) if not d), None)
        return [
            (w, at, "done" if d else "now" if i == now else "")
            for i, ((w, at), d) in enumerate(zip(words, done, strict=True))
        ]


def overview_of(plan: Plan, *, given: tuple[Sequence[Around], Places] | None = None) -> Overview:
    """The plan at a glance; `given`: people and places around the child, when they are loaded already."""
    return Overview(plan, given)
