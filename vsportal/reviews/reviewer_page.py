"""One page for the care review: what a reviewing officer asks of a child's education, on one screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from vsportal.children.listing import plans_of
from vsportal.children.queries import Around
from vsportal.editions.kinds import kind_of
from vsportal.filters import listed
from vsportal.meetings.told import Told, all_told
from vsportal.models import Child, PepState
from vsportal.peps.knowing import sdq_words
from vsportal.peps.loading import Plan, load_plan
from vsportal.peps.overview import Overview, overview_of
from vsportal.policy import Can, Seen, Subject, Tie
from vsportal.reviews.standing import standing
from vsportal.wording import fill, spoken

SECTIONS = ("attendance", "progress", "my_details", "targets")
ASKED = {"attendance": ("so_far", "below_95"), "progress": ("on_track", "approach")}
"""Questions whose answers say in one line how it stands."""


@dataclass(frozen=True)
class OnePage:
    """The page for one reader. Parts are loaded when first asked for."""

    child: Child
    seen: Seen
    overview: Overview | None
    """The newest plan; None when there is none yet."""

    @property
    def plan(self) -> Plan | None:
        """The newest plan."""
        return self.overview.plan if self.overview else None

    @property
    def around(self) -> Sequence[Around]:
        """The adults around the child."""
        return [p for p in self.overview.around if p.role != Tie.YOUNG_PERSON] if self.overview else []

    @cached_property
    def told(self) -> Mapping[str, Told]:
        """The sections it draws on, as the reader reads them: one statement."""
        return all_told(self.plan, *SECTIONS) if self.plan else {}

    @property
    def lines(self) -> Sequence[tuple[str, str]]:
        """Attendance, progress and the SDQ, a line each."""
        found = [(self.told[name].asked.title, self._line(name)) for name in ASKED if name in self.told]
        details = self.told.get("my_details")
        score = sdq_words(details.answers) if details else None
        return [
            (title, words or "Nothing is written yet") for title, words in (*found, ("SDQ", str(score or "")))
        ]

    def _line(self, name: str) -> str:
        """The answers to a section's chief questions, in a line."""
        section, words = self.told[name], []
        names = spoken(self.child.called, self.child.pronouns)
        for question in ASKED[name]:
            field = section.asked.by_id.get(question)
            shown = kind_of(field).show(field, section.answers.get(question)) if field else ""
            if field and shown:
                words.append(f"{fill(field.label, names)} {shown}")
        return ". ".join(words)

    @property
    def targets(self) -> Sequence[Mapping[str, str]]:
        """The targets of the plan."""
        section = self.told.get("targets")
        return [row for row in section.rows("targets") if row["outcome"]] if section else []

    @cached_property
    def ratings(self) -> Sequence[tuple[str, str]]:
        """How the parts were rated last, of those this reader is told of: one statement."""
        if self.plan is None:
            return []
        return [
            (part, found.word)
            for part, found in standing(self.plan.pep.id).items()
            if self.plan.may(Can.SEE_RATINGS, Subject(self.plan.pep.state, part=part))
        ]

    @staticmethod
    def day(iso: str) -> date | None:
        """A date as an answer keeps it."""
        return date.fromisoformat(iso) if iso else None

    @property
    def late(self) -> str:
        """Which sections of the plan are late, and who writes each, in a sentence."""
        lines = self.overview.sections if self.overview and self.overview.is_open else ()
        return listed(f"{line.title} ({line.who})" for line in lines if line.state[0] == "late")


def one_page_of(child: Child, seen: Seen) -> OnePage:
    """The page: the newest plan that was not closed without being finished, or else the newest."""
    plans = plans_of(child.id)
    chosen = next((p for p in plans if p.state != PepState.NOT_COMPLETED), plans[0] if plans else None)
    plan = load_plan(seen.actor, chosen.pep_ref) if chosen else None
    return OnePage(child, seen, overview_of(plan) if plan else None)
