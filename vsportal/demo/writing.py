"""One plan of the demo, written by the people around the child.

Every answer is saved, completed and sent by the operations people's pages call, at a plausible time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from vsportal import clock, editions
from vsportal.demo import answers_care as care
from vsportal.demo import answers_school as school
from vsportal.demo.answers_school import Times
from vsportal.demo.answers_targets import targets
from vsportal.demo.calendar import TermDates, at, in_term, terms
from vsportal.demo.quality import Reviewing, soon
from vsportal.demo.scribe import EVENING, Posted, Scribe, Span
from vsportal.demo.states import SCHOOL, State
from vsportal.demo.stories import ORDER
from vsportal.demo.stories.story import Story
from vsportal.demo.voices import Teller
from vsportal.demo.world import World, account_of, joined_on
from vsportal.models import Pep
from vsportal.peps.operations import open_pep
from vsportal.peps.projection import previous_targets
from vsportal.settled import working_day

HEADS = {"fenland": "head", "holland": "adrian.voss"}
WHOSE = {
    "my_views": "young_person",
    "at_home": "carer",
    "my_details": "social_worker",
    "summary": "social_worker",
}
"""Who writes a section; the designated teacher writes the others."""
COMMENTS = {
    "wellbeing": (("strengths", "carer"), ("strengths", "young_person"), ("support", "young_person")),
    "progress": (("progress_views", "carer"), ("progress_views", "young_person")),
    "attendance": (("attendance_views", "carer"),),
    "careers": (("ideas", "young_person"), ("ideas", "carer")),
    "targets": (
        ("target_views", "young_person"),
        ("target_views", "carer"),
        ("target_views", "social_worker"),
    ),
    "my_details": (("matters", "young_person"), ("matters", "carer")),
}
"""Who says something beside the writer, at which question."""
SHARES = {"my_details": 0.45, "my_views": 0.62, "at_home": 0.78, "my_education": 0.88}
"""How far into the time before the meeting each is written."""


def phase_of(year: int) -> str:
    """The phase that the form proposes for a year; empty when it has none yet."""
    return editions.get(editions.current(clock.today())).phase_for(year) or ""


@dataclass(frozen=True)
class Writing:
    """A plan to be written: whose, for which term and year group, and how far.

    `pep`: when it is open already. `ago`: how many terms ago it was.
    """

    world: World
    story: Story
    number: int
    term: TermDates
    year: int
    state: State
    ago: int = 0
    pep: Pep | None = None

    def write(self) -> None:
        """Open the plan and let everybody write as far as it has got."""
        self._arrange()
        for section_id in ("my_details", "my_views", "at_home", "my_education"):
            self._section(section_id)
        if self.state.held:
            self._hold()
        for section_id in (*(s for s in SCHOOL if s != "my_education"), "summary"):
            self._section(section_id)
        last = self.after.moment(0.86)
        for part, lead in (("school", "designated_teacher"), ("care", "social_worker")):
            if part in self.state.sent:
                sent = self._after(last, 0.88)
                self.scribe.send(self.who[lead], part, sent, lead)
                last = self._after(sent, 0.95)
                self._review(part, last)
        if self.state.signed:
            self.scribe.sign_off(self.who["head"], self._after(last, 0.99))

    def _after(self, before: datetime, share: float) -> datetime:
        """A moment after this share of the time since the meeting, and after what came before it."""
        return min(max(self.after.moment(share), before + timedelta(minutes=23)), clock.now())

    def _review(self, part: str, moment: datetime) -> None:
        """The Virtual School reviews a part that was sent, as far as it has got with it."""
        reviewing = Reviewing(self.world, self.scribe.pep, part, self.number + 3 * self.ago, self.teller)
        if part in self.state.reviewed:
            reviewing.finish(moment)
            if self.number % 3 == 0:
                reviewing.rate_again(soon(moment, 2))
        elif part in self.state.rating:
            reviewing.begin(moment)
        elif part == "school" and self.state.back:
            reviewing.send_back(moment, self.state.back)

    # Who and when ---------------------------------------------------------------------------------------

    @cached_property
    def is_past(self) -> bool:
        """True for a plan of a term before this."""
        return self.ago > 0

    @cached_property
    def who(self) -> Mapping[str, str]:
        """Role → key of the person who has it around this child."""
        return {
            "young_person": account_of(self.story),
            "carer": self.world.carers[self.story.home][0],
            "designated_teacher": self.world.teachers[self.story.school],
            "social_worker": self.story.worker,
            "adviser": self.story.adviser,
            "head": HEADS[self.story.authority],
        }

    @cached_property
    def opened(self) -> datetime:
        """When the plan is opened: on the first day of term, or when the child came to the school."""
        return min(at(max(self.term.starts_on, joined_on(self.story, self.world)), "08:40"), clock.now())

    @cached_property
    def following(self) -> TermDates:
        """The term after the plan's."""
        return next(t for t in terms(self.world.today) if t.starts_on > self.term.starts_on)

    @cached_property
    def is_told_of_at_length(self) -> bool:
        """Whether everybody has something to say, as around the children whom newcomers meet first."""
        return self.number < len(ORDER) and self.ago < 2

    @cached_property
    def meeting_on(self) -> date | None:
        """When the meeting is or was, on a school day."""
        first = self.opened.date()
        if self.is_past:
            length = (self.term.ends_on - self.term.starts_on).days
            return in_term(
                self.term.starts_on + timedelta(days=length * 55 // 100 + self.number % 9), self.term
            )
        if self.state.meeting is None:
            return None
        day = working_day(self.world.today, self.state.meeting)
        if self.state.meeting > 0:
            if day > self.term.ends_on:
                return in_term(day, self.following)
            return max(in_term(min(day, working_day(self.term.ends_on, -11)), self.term), self.world.today)
        return min(max(in_term(day, self.term), first), self.world.today)

    @cached_property
    def before(self) -> Span:
        """From the opening to the morning of the meeting, or to now."""
        ends = at(self.meeting_on, "08:30") if self.meeting_on else clock.now()
        return Span(self.opened, min(max(ends, self.opened + timedelta(minutes=30)), clock.now()))

    @cached_property
    def after(self) -> Span:
        """From the meeting's end to the term's deadline, or to now."""
        starts = min(at(self.meeting_on or self.world.today, "16:10"), clock.now())
        ends = at(working_day(self.term.ends_on, -4), "16:00") if self.is_past else clock.now()
        return Span(starts, max(ends, starts))

    @cached_property
    def teller(self) -> Teller:
        """What everybody says in this plan."""
        people = {role: self.world.users[key].name for role, key in self.who.items()}
        names = {
            "teacher": people["designated_teacher"],
            "carer": people["carer"],
            "worker": people["social_worker"],
            "adviser": people["adviser"],
            "school": self.world.schools[self.story.school].name,
        }
        on = self.after.ends.date() if self.is_past else self.world.today
        return Teller(self.story, self.number, on, self.ago, names)

    # What they write ------------------------------------------------------------------------------------

    @cached_property
    def scribe(self) -> Scribe:
        """Writes in the plan, which the adviser opens unless it was opened with the term."""
        if self.pep is not None:
            return Scribe(self.world, self.pep)
        child = self.world.children[self.story.key]
        with clock.at(self.opened):
            pep = open_pep(
                self.world.by(self.story.adviser, "adviser", self.story.authority),
                child,
                term=self.world.terms[self.story.authority, self.term.key],
                on=self.opened.date(),
                phase=phase_of(self.year),
                nc_year=self.year,
                occasion=self.state.occasion,
            )
        return Scribe(self.world, pep)

    def _arrange(self) -> None:
        """The chair arranges the meeting, when there is a date."""
        scribe = self.scribe
        if self.meeting_on:
            posted = care.meeting_plan(self.teller, self.meeting_on)
            scribe.save(self.who["adviser"], "meeting", self.before.moment(0.06), posted)

    def _hold(self) -> None:
        """The meeting is held and recorded; afterwards people add what they said."""
        chair, moment = self.who["adviser"], self.after.moment(0.04)
        next_on = in_term(self.following.starts_on + timedelta(days=30 + self.number % 12), self.following)
        self.scribe.save(
            self.who["social_worker"], "meeting", self.after.moment(0.02), care.parents_views(self.teller)
        )
        sheet = self.scribe.save(chair, "meeting", moment, care.meeting_record(self.teller, moment, next_on))
        self.scribe.complete(chair, sheet, moment)
        for n, role in enumerate(("young_person", "designated_teacher", "carer")):
            if (self.number + n) % 3 and (self.is_told_of_at_length or n == self.number % 3):
                said = {"said_at_meeting": self.teller.tell("said", "said_at_meeting", role)}
                self.scribe.save(self.who[role], "meeting", self.after.moment(0.06 + n / 100), said)

    def _section(self, section_id: str) -> None:
        """One section: seen, begun or done, by whoever it belongs to."""
        writer = self.who[WHOSE.get(section_id, "designated_teacher")]
        moment = self._moment(section_id)
        if section_id in self.state.seen:
            self.scribe.look(writer, section_id, moment)
        if section_id not in (*self.state.begun, *self.state.done):
            return
        whole = self._posted(section_id, moment)
        is_done = section_id in self.state.done
        given = whole if is_done else self._half(section_id, whole)
        sheet = self.scribe.save(writer, section_id, moment, given)
        self._others_say(section_id, moment)
        if is_done:
            self.scribe.complete(writer, sheet, min(moment + timedelta(minutes=17), clock.now()))

    def _moment(self, section_id: str) -> datetime:
        """When a section is written."""
        share = SHARES.get(section_id)
        hours = EVENING if section_id in ("my_views", "at_home") else "09:10-16:40"
        if share is not None:
            return self.before.moment(share - self.number % 7 / 50, hours)
        place = (*SCHOOL, "summary").index(section_id)
        span = self.after if self.state.held or self.is_past else self.before
        return span.moment(0.2 + place * 0.1 + self.number % 5 / 60)

    def _posted(self, section_id: str, moment: datetime) -> Posted:
        """Everything the writer of a section puts into it."""
        t = self.teller
        if section_id in ("my_views", "at_home", "summary"):
            simple = {"my_views": care.my_views, "at_home": care.at_home, "summary": care.summary}
            return simple[section_id](t)
        if section_id == "my_details":
            return care.my_details(t, moment)
        joined = min(joined_on(self.story, self.world), self.opened.date())
        times = Times(self.year, self.term, terms(self.world.today), joined, moment)
        if section_id == "targets":
            refs = [ref for ref, _ in previous_targets(self.scribe.pep)]
            by_when = in_term(self.following.starts_on + timedelta(days=16 + self.number % 5), self.following)
            return targets(t, times, by_when, refs)
        of_school = {
            "my_education": school.my_education,
            "wellbeing": school.wellbeing,
            "progress": school.progress,
            "attendance": school.attendance,
            "careers": school.careers,
        }
        return of_school[section_id](t, times)

    def _half(self, section_id: str, whole: Posted) -> Posted:
        """What stands there so far in a section that is begun."""
        if section_id == "my_views":
            first = ("going_well", "hard", "who_helps", "friends", "enjoy", "happy_at_school")
            kept = first if self.number % 2 == 0 else first[:4]
            return {k: v for k, v in whole.items() if k in kept}
        return dict(list(whole.items())[: max(len(whole) // 2, 3)])

    def _others_say(self, section_id: str, moment: datetime) -> None:
        """Comments of the others, each under their own name, and the adviser's on wellbeing."""
        later = min(moment + timedelta(minutes=9), clock.now())
        for n, (question, role) in enumerate(COMMENTS.get(section_id, ())):
            if (self.number + n) % 5 != 4 if self.is_told_of_at_length else (self.number + n) % 4 == 0:
                said = {question: self.teller.tell("said", question, role)}
                self.scribe.save(self.who[role], section_id, later, said)
        if section_id == "my_details" and self.is_told_of_at_length:
            self.scribe.save(self.who["young_person"], section_id, later, {"pronouns": self.story.pronouns})
        if section_id == "wellbeing" and self.number % 3 and self.is_told_of_at_length:
            said = {"adviser_comment": self.teller.tell("school", "wellbeing", "adviser_comment")}
            self.scribe.save(self.who["adviser"], section_id, later, said)
