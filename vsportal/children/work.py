"""What waits for whom: a child's open plan as one person's work, or as somebody follows it.

Pure: made of rows that `listing` has read, and of `policy`, so that a list offers what its page allows.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from itertools import groupby
from typing import Any

from vsportal import editions, wording
from vsportal import names as child_names
from vsportal.children.identity import name_for
from vsportal.children.queries import Around, Places
from vsportal.filters import capital, day_month, html_id, late_by, listed, plural, term, weekday
from vsportal.models import NEVER_LATE, PartState, PepState, SectionState
from vsportal.policy import ACTS_AS, Can, Seen, Subject, Tie, decide

SENT = frozenset({PartState.SUBMITTED, PartState.REVIEWED})
TOLD_WHO_IS_LATE = frozenset(Tie) - {Tie.YOUNG_PERSON, Tie.CARER, Tie.PARENT, Tie.DELEGATE}
"""Whom a page tells that another adult is late: the adults' work is not for the child's and carer's pages."""


@dataclass(frozen=True)
class Task:
    """Something that waits for the person whose page it is."""

    words: str
    """The section's title, or what is to be done with the plan."""
    section_id: str
    """Empty when it is done on the plan's own page."""
    due_on: date
    state: tuple[str, str]
    """A pill: its kind and words."""
    whose: str = ""
    """For a manager: the worker whose it is."""
    is_new: bool = True
    """Nothing in it is answered yet."""
    minutes: int = 0
    """About how long the section takes, as the form says."""
    to_answer: int = 0
    """Needed answers that are not given yet."""
    to_check: int = 0
    """Answers carried forward that nobody has checked."""
    at: datetime | None = None
    """When the reader wrote in it last, being the last who did."""
    at_key: str = ""
    """Where they were then: a leaf of the section."""

    @property
    def effort(self) -> str:
        """“About 6 minutes, 12 questions, 30 answers to check”."""
        words = (
            f"about {plural(self.minutes, 'minute')}" if self.minutes else "",
            plural(self.to_answer, "question") if self.to_answer else "",
            f"{plural(self.to_check, 'answer')} to check" if self.to_check else "",
        )
        return capital(", ".join(w for w in words if w))


@dataclass(frozen=True)
class Waiting:
    """What a plan waits for from somebody."""

    what: str
    """“My details”, or “6 sections”."""
    whom: str
    """“Marcus Adair (social worker)”."""
    due_on: date
    late: str = ""
    """“3 days late”, or empty."""
    sections: frozenset[str] = frozenset()
    """Ids of the sections."""


@dataclass(frozen=True)
class Entry:
    """A child, and their open plan if there is one, as somebody's list shows them."""

    row: Any
    """The columns `CHILD` and `PLAN` of `listing`."""
    seen: Seen
    steps: Sequence[Any] = ()
    around: Sequence[Around] = ()
    places: Places = field(default_factory=Places)

    # Who, where, when

    @property
    def today(self) -> date:
        """The day the list is for."""
        return self.seen.actor.today

    @property
    def name(self) -> str:
        """What the reader may call the child."""
        return name_for(self.row, self.seen)

    @property
    def about(self) -> str:
        """Year and school; nothing for somebody who knows the child by first name only."""
        if self.seen.only_as_delegate:
            return ""
        return listed(f"{wording.year_words(year)}, {name}" for name, year in self.places.schools)

    @property
    def has_plan(self) -> bool:
        """Whether a plan is open."""
        return self.row.pep_id is not None

    @property
    def meeting(self) -> str:
        """The meeting in words: “Meeting Thursday 4 March, 1:30pm, in school”."""
        if not self.has_plan or self.seen.only_as_delegate:
            return ""
        return meeting_words(self.row, self.today, place=self.seen.reads_the_plan)

    # How far

    @cached_property
    def told(self) -> bool:
        """Whether the reader is told how far the others are."""
        return bool(self.seen.ties & TOLD_WHO_IS_LATE)

    @property
    def done(self) -> int:
        """Sections that are complete."""
        return sum(s.status == SectionState.COMPLETE for s in self.steps)

    @property
    def going(self) -> int:
        """Sections that are begun."""
        return sum(s.status == SectionState.IN_PROGRESS for s in self.steps)

    @cached_property
    def state(self) -> tuple[str, str]:
        """The plan's state as a pill: late outweighs the rest."""
        if not self.has_plan:
            return "todo", "No plan open"
        if self.told and (late := [s for s in self._open if self._is_late(s)]):
            return "late", capital(late_by(min(s.due_on for s in late), self.today))
        parts = {s.part: s.part_state for s in self.steps if s.part}
        if parts and set(parts.values()) <= SENT:
            return "done", "With the Virtual School"
        return wording.PLAN_STATES[self.row.state]

    @property
    def lent(self) -> Sequence[Task]:
        """The sections of this plan that were lent to the reader, complete ones too."""
        return [self._task(s) for s in self.steps if s.section_id in self.seen.sections]

    @property
    def own_words(self) -> Task | None:
        """The section in which the child says what they think, for the child's own page."""
        found = next((s for s in self.steps if s.owner == "young_person"), None)
        return self._task(found) if found else None

    # What waits for whom

    @cached_property
    def tasks(self) -> Sequence[Task]:
        """What waits for this person, in the form's order, a part to be sent at the end."""
        sections = [self._task(s) for s in self._open if decide(self.seen, Can.ANSWER, self._subject(s))]
        return [*sections, *self._parts_to_send()]

    @cached_property
    def waiting(self) -> Sequence[Waiting]:
        """What the plan waits for from anybody, the reader too, the longest overdue first."""
        found: dict[tuple[str, bool], list[Any]] = {}
        for step in self._open:
            found.setdefault((self._whom(step), self._is_late(step)), []).append(step)
        waiting = [self._waiting(whom, steps) for (whom, _), steps in found.items()]
        return sorted(waiting, key=lambda w: w.due_on)

    @property
    def effort(self) -> str:
        """How much waits for this person in one plan, where it is more than one section."""
        writing = [t for t in self.tasks if t.section_id]
        if len(writing) < 2:
            return ""
        whole = Task("", "", date.max, ("", ""), minutes=sum(t.minutes for t in writing))
        return replace(
            whole,
            to_answer=sum(t.to_answer for t in writing),
            to_check=sum(t.to_check for t in writing),
        ).effort

    @property
    def late_others(self) -> Sequence[Waiting]:
        """What other people are late with, for those who are told: not the reader, nor whom they cover."""
        if not self.told:
            return []
        mine = {t.section_id for t in self.tasks}
        return [w for w in self.waiting if w.late and not mine & w.sections]

    @property
    def soonest(self) -> date:
        """The date by which the list is sorted: the coming meeting, or the first thing due."""
        meeting = self.row.meeting_on if self.has_plan else None
        dates = [t.due_on for t in self.tasks] or [self.row.due_on or date.max]
        return min([*dates, meeting] if meeting and meeting >= self.today else dates)

    @cached_property
    def _open(self) -> Sequence[Any]:
        """Sections that somebody can still complete."""
        return [s for s in self.steps if s.status != SectionState.COMPLETE]

    def _is_late(self, step: Any) -> bool:
        """Whether a section should have been complete by now, of those that can be late."""
        return bool(step.due_on < self.today) and step.owner not in NEVER_LATE

    def _subject(self, step: Any) -> Subject:
        return Subject(
            pep_state=self.row.state,
            section_id=step.section_id,
            owner=step.owner,
            status=step.status,
            part=step.part,
            part_state=step.part_state,
            returned=step.returned,
            household_id=step.household_id,
        )

    def _task(self, step: Any) -> Task:
        state = wording.section_state(
            step.status,
            due_on=None if step.owner in NEVER_LATE else step.due_on,
            today=self.today,
            returned=step.returned,
        )
        if state == wording.SECTION_STATES["not_started"] and step.looked_at is None:
            state = state[0], "Not looked at"
        elif step.returned:
            state = state[0], "Returned to you"
        covers = Tie.TEAM_MANAGER in self.seen.ties and step.owner == "social_worker"
        whose = self._names(step) if covers else ""
        return Task(
            section_title(self.row.edition, step.section_id),
            step.section_id,
            step.due_on,
            state,
            whose,
            step.status == SectionState.NOT_STARTED,
            minutes=_minutes(self.row.edition, step.section_id),
            to_answer=max(step.asked - step.answered, 0),
            to_check=step.to_check,
            at=step.changed_at if step.changed_by_id == self.seen.actor.user_id else None,
            at_key=step.last_key,
        )

    def _parts_to_send(self) -> Iterable[Task]:
        """Parts whose sections are all complete, and that this person sends."""
        in_parts = sorted((s for s in self.steps if s.part), key=lambda s: str(s.part))
        for part, steps in groupby(in_parts, key=lambda s: str(s.part)):
            lines = list(steps)
            it = Subject(pep_state=self.row.state, leads={s.owner for s in lines})
            ready = all(s.status == SectionState.COMPLETE for s in lines) and lines[0].part_state not in SENT
            if ready and decide(self.seen, Can.SUBMIT_PART, it):
                due = self.row.due_on
                state = ("late", capital(late_by(due, self.today))) if due < self.today else ("todo", "Ready")
                yield Task(f"Send {wording.PARTS[part]}", "", due, state)

    def _waiting(self, whom: str, steps: Sequence[Any]) -> Waiting:
        due = min(s.due_on for s in steps)
        titles = [section_title(self.row.edition, s.section_id) for s in steps]
        what = listed(titles) if len(titles) < 3 else f"{len(titles)} sections"
        late = late_by(due, self.today) if self._is_late(steps[0]) else ""
        return Waiting(what, whom, due, late, frozenset(s.section_id for s in steps))

    def _whom(self, step: Any) -> str:
        names = self._names(step)
        if names == "you":
            return names
        role = wording.role_words(step.owner)
        if not names and step.owner == "young_person":
            return f"{child_names.shown(self.row.known_as or self.row.first_name)} (no account yet)"
        return f"{names} ({role})" if names else f"{role} (nobody named yet)"

    def _names(self, step: Any) -> str:
        """Who writes it: the home's carers, the school's teacher, the allocated worker."""
        covering = {Tie.TEAM_MANAGER, Tie.ADVISER, Tie.HEAD, Tie.DELEGATE}
        ties = ACTS_AS.get(step.owner, frozenset()) - covering
        me = self.seen.actor.user_id
        writers = (p for p in self.around if p.role in ties and _of_that_home(p, step.household_id))
        return wording.names(("you" if p.user_id == me else p.name for p in writers), at_most=3)


def _of_that_home(person: Around, household_id: int | None) -> bool:
    """A section that a home writes is written by that home; others have none."""
    return household_id is None or person.household_id in (None, household_id)


def section_title(edition: str, section_id: str) -> str:
    """What a section is called in lists; one the edition no longer has keeps its id in words."""
    found = editions.get(edition).section(section_id)
    return found.title if found else capital(section_id.replace("_", " "))


def _minutes(edition: str, section_id: str) -> int:
    """About how long a section takes, as its edition says."""
    found = editions.get(edition).section(section_id)
    return found.minutes if found else 0


@dataclass(frozen=True)
class Resume:
    """Where somebody was when they stopped: the last section they wrote in that still waits for them."""

    entry: Entry
    task: Task

    @property
    def question(self) -> str:
        """The question they were at, as the form asks it; empty when the form no longer has it."""
        section = editions.get(self.entry.row.edition).section(self.task.section_id)
        wanted = self.task.at_key.partition(".")[0].partition("~")[0]
        found = next((f for f in section.fields if f.id == wanted), None) if section else None
        called = self.entry.row.known_as or self.entry.row.first_name
        return wording.fill(found.label, wording.spoken(called)) if found else ""

    @property
    def anchor(self) -> str:
        """The question's place on the page."""
        return html_id(self.task.at_key)


def resume_of(entries: Iterable[Entry]) -> Resume | None:
    """The section somebody wrote in last and has not completed, wherever it is; None when there is none."""
    found = [(t.at, e, t) for e in entries for t in e.tasks if t.at is not None and t.at_key]
    if not found:
        return None
    _, entry, task = max(found, key=lambda each: each[0])
    return Resume(entry, task)


def plan_title(row: Any) -> str:
    """What a plan is called in a list: “Spring 2027”, “Spring 2027, change of school”."""
    title = capital(term(row.term_key))
    if row.occasion == "termly":
        return title
    words = wording.OCCASIONS[row.occasion]
    return f"{title}, {words[:1].lower()}{words[1:]}"


def meeting_words(row: Any, today: date, *, place: bool = False) -> str:
    """A plan's meeting: coming, held, past and not recorded, or without a date.

    `place`: also its time and place, which are an answer of the plan; a date is not.
    """
    if row.meeting_on is None:
        return "No meeting date yet" if row.state == PepState.OPEN else ""
    if row.state in (PepState.MEETING_HELD, PepState.SIGNED_OFF):
        return f"Meeting held {day_month(row.meeting_on, today)}"
    if row.meeting_on < today:
        return f"Meeting was to be on {weekday(row.meeting_on, today)}"
    where = row.meeting_words if place else ""
    return ", ".join(w for w in (f"Meeting {weekday(row.meeting_on, today)}", where) if w)


def entries_of(
    rows: Iterable[Any],
    seen: Mapping[int, Seen],
    steps: Iterable[Any],
    around: Mapping[int, Sequence[Around]],
    places: Mapping[int, Places],
) -> list[Entry]:
    """One entry for each child and open plan, in the order of the rows.

    `rows` have the columns `CHILD` and `PLAN`; there may be several for one plan, one for each tie.
    """
    of_plan: dict[int, list[Any]] = {}
    for step in steps:
        of_plan.setdefault(step.pep_id, []).append(step)
    found: dict[tuple[int, int | None], Entry] = {}
    for row in rows:
        child_id = row.child_id
        if (child_id, row.pep_id) not in found:
            found[child_id, row.pep_id] = Entry(
                row,
                seen[child_id],
                of_plan.get(row.pep_id, ()),
                around.get(child_id, ()),
                places.get(child_id, Places()),
            )
    return list(found.values())


def in_order_of_need(entries: Iterable[Entry]) -> list[Entry]:
    """Those with work first, the soonest meeting or date at the top; then the rest by name."""
    return sorted(entries, key=lambda e: (not e.tasks, e.soonest if e.tasks else date.max, e.row.sort_key))
