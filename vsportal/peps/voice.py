"""My views as the young person meets it: one question at a time, who sees each, how far they are.

All words here are for a reader of nine to eleven. Nothing is loaded that the section's page has not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from flask import url_for
from sqlalchemy import select

from vsportal import clock, filters, policy, wording
from vsportal.children.queries import Around
from vsportal.editions import answers
from vsportal.editions.kinds import kind_of, options_of
from vsportal.editions.reading import Value
from vsportal.editions.schema import Field
from vsportal.extensions import db
from vsportal.models import SectionState, User
from vsportal.peps.beside import HOW, WHO, Beside, beside_from
from vsportal.peps.drawing import Said
from vsportal.peps.operations import choosing
from vsportal.peps.page import SectionPage
from vsportal.policy import Can, Tie
from vsportal.wording import YOU, fill

SECTION = "my_views"
NOT_QUESTIONS = frozenset({"note", "derived", "views", "grid", "records"})
SADDEST = 2
"""Faces up to this one are answered with whom to turn to."""
ROLES_FOR_CHILDREN = {
    Tie.DESIGNATED_TEACHER: "the teacher who helps with your plan",
    Tie.SAFEGUARDING_LEAD: "keeps people safe at your school",
    Tie.SOCIAL_WORKER: "your social worker",
    Tie.INDEPENDENT_REVIEWER: "checks that your care plan works",
    Tie.ALLOCATED_ADVISER: "your Virtual School adviser",
    Tie.CARER: "your carer",
    Tie.PARENT: "your parent",
}
STATES = {
    "answered": ("done", "Answered"),
    "talk": ("done", "You would rather talk"),
    "skipped": ("done", "You chose not to say"),
    "": ("todo", "Not answered yet"),
}


def role_for_child(person: Around) -> str:
    """What somebody is to the child: their own title if they have one, else the role in plain words."""
    plain = ROLES_FOR_CHILDREN.get(Tie(person.role), person.words)
    return plain if person.words in (wording.role_words(person.role), "parent") else person.words


def name_and_role(person: Around) -> str:
    """“Marcus Adair (your social worker)”."""
    return f"{person.name} ({role_for_child(person)})"


@dataclass(frozen=True)
class Tick:
    """Somebody the child can let see an answer."""

    user_id: int
    name: str
    role: str
    ticked: bool


@dataclass(frozen=True)
class Sees:
    """Who sees one answer, as it stands."""

    private: bool
    """The question begins with the social worker and the adviser alone."""
    some: bool
    """Kept to some people: from the start, or by choice."""
    always: Sequence[str]
    """Those who see it whatever is chosen, with their roles."""
    named: Sequence[str]
    """The same by name alone, where they have one."""
    everyone: Sequence[str]
    """Names of all around the child."""
    ticks: Sequence[Tick]
    gone: Sequence[str]
    """Chosen people who are no longer around the child."""

    @property
    def simply(self) -> str:
        """Who sees it, in as few words as will do: “Just you, Marcus Adair and Priya Raman can see this.”"""
        if not self.some:
            return "All the people round you can see this."
        chosen = [t.name for t in self.ticks if t.ticked]
        return f"Just you, {filters.listed([*self.named, *chosen])} can see this."

    @property
    def names(self) -> str:
        """Who sees it, in one phrase: “everyone around you: Tina and Marcus”, “only Marcus and Priya”."""
        if not self.some:
            return (
                f"everyone around you: {filters.listed(self.everyone)}"
                if self.everyone
                else "everyone around you"
            )
        chosen = [f"{t.name} ({t.role})" for t in self.ticks if t.ticked]
        return f"only you, {filters.listed([*self.always, *chosen])}"

    @property
    def gone_words(self) -> str:
        """“Dena Frost is no longer around you. Choose again.”"""
        verb = "is" if len(self.gone) == 1 else "are"
        return f"{filters.listed(self.gone)} {verb} no longer around you. Choose again." if self.gone else ""


@dataclass(frozen=True)
class Question:
    """One question of the child's, and how it stands."""

    field: Field
    number: int
    url: str
    value: Value
    how: str
    """How they passed over it: “skipped”, “talk”, or nothing."""
    sees: Sees
    error: str = ""
    alone: bool = False
    """Whether to say that the child can do this one on their own: it is private, and an adult sits beside."""

    @property
    def label(self) -> str:
        """The question."""
        return fill(self.field.label, YOU)

    @property
    def hint(self) -> str:
        """A word on how it may be answered."""
        return fill(self.field.hint, YOU) if self.field.hint else ""

    @property
    def options(self) -> Sequence[tuple[str, str]]:
        """Codes and words; of faces the happiest first."""
        found = options_of(self.field)
        return found[::-1] if self.field.kind == "scale" else found

    @property
    def text(self) -> str:
        """What stands in the control."""
        return kind_of(self.field).text(self.field, self.value)

    def is_chosen(self, code: str) -> bool:
        """Whether this option is the answer, or one of them."""
        return code in self.value if isinstance(self.value, list) else str(self.value) == code

    @property
    def said(self) -> str:
        """The answer in words."""
        return kind_of(self.field).show(self.field, self.value)

    @property
    def has_words(self) -> bool:
        """Whether anything stands in the control."""
        return answers.answered(self.value) or answers.typed(self.value) is not None

    @property
    def state(self) -> tuple[str, str]:
        """How it stands, as a pill; what was written counts before how it was passed over."""
        return STATES["answered" if self.has_words else self.how]

    @property
    def is_open(self) -> bool:
        """Neither answered nor passed over."""
        return not (self.has_words or self.how)

    @property
    def safe(self) -> bool:
        """Whether it may touch on home, safety or feelings: those begin with few readers."""
        return self.sees.private

    @property
    def is_sad(self) -> bool:
        """Whether the child chose one of the two saddest faces."""
        return self.field.kind == "scale" and isinstance(self.value, int) and self.value <= SADDEST


@dataclass(frozen=True)
class Voice:
    """My views for the young person whose it is."""

    page: SectionPage

    @property
    def ref(self) -> str:
        """The plan's reference."""
        return self.page.sheet.pep.ref

    # The questions

    @cached_property
    def questions(self) -> Sequence[Question]:
        """What is asked now, one a screen, numbered from one."""
        sheet, given = self.page.sheet, self.page.answers
        asked = [f for f in sheet.asked.fields if f.kind not in NOT_QUESTIONS and not f.source]
        if self.is_simple:
            asked = [f for f in asked if f.id not in (HOW, WHO)]
        now = [f for f in asked if (leaf := sheet.asked.leaf(f.id)) and answers.applies(leaf, given)]
        errors = answers.judge(sheet.asked, given, self.page.about).errors if self.is_open else {}
        return [
            Question(
                field=f,
                number=number,
                url=url_for("peps.my_views_question", ref=self.ref, field_id=f.id),
                value=given.get(f.id),
                how=str(given.get(f"{f.id}~how") or ""),
                sees=self._sees(f),
                error=errors.get(f.id, ""),
                alone=f.audience == "child_chosen" and (self.is_simple or bool(self.beside.helper)),
            )
            for number, f in enumerate(now, 1)
        ]

    def question(self, field_id: str) -> Question | None:
        """One of them, or None when it is not asked now."""
        return next((q for q in self.questions if q.field.id == field_id), None)

    def after(self, question: Question) -> str:
        """Where “Next” leads: the next question, or the end."""
        onward = next((q.url for q in self.questions if q.number > question.number), None)
        return onward or url_for("peps.my_views_finish", ref=self.ref)

    def before(self, question: Question) -> str:
        """Where “Back” leads: the question before, or the start."""
        back = [q.url for q in self.questions if q.number < question.number]
        return back[-1] if back else url_for("peps.my_views", ref=self.ref)

    @cached_property
    def groups(self) -> Sequence[tuple[str, Sequence[Question]]]:
        """The questions under their headings."""
        found: dict[str, list[Question]] = {}
        for q in self.questions:
            found.setdefault(getattr(q.field, "group", ""), []).append(q)
        return list(found.items())

    @property
    def answered(self) -> int:
        """How many are answered or passed over."""
        return sum(not q.is_open for q in self.questions)

    @property
    def onward(self) -> str:
        """Where to carry on: the first question that is open, else the end.

        In the simple form it is asked first whether somebody helps.
        """
        if self.is_simple and not self.beside.is_said:
            return url_for("peps.my_views_helper", ref=self.ref)
        first = next((q.url for q in self.questions if q.is_open), None)
        return first or url_for("peps.my_views_finish", ref=self.ref)

    @property
    def wrong(self) -> Sequence[Question]:
        """Questions whose answer cannot be kept as it is."""
        return [q for q in self.questions if q.error]

    @property
    def to_choose_again(self) -> Sequence[Question]:
        """Questions of which somebody chosen is no longer around."""
        return [q for q in self.questions if q.sees.gone]

    # In which form, and with whom

    @property
    def is_simple(self) -> bool:
        """Whether the questions are the shorter ones."""
        return self.page.sheet.pep.stage == "simple"

    @cached_property
    def beside(self) -> Beside:
        """Who sits beside the child, as it is kept."""
        return beside_from(self.page.answers, self.others)

    # Who sees it

    @cached_property
    def others(self) -> Sequence[Around]:
        """The people around the child, each once, without the child."""
        found: dict[int, Around] = {}
        for p in self.page.around:
            if p.role != Tie.YOUNG_PERSON:
                found.setdefault(p.user_id, p)
        return list(found.values())

    @property
    def everyone(self) -> str:
        """Everyone around the child, in one phrase."""
        return filters.listed(p.name for p in self.others)

    @cached_property
    def always(self) -> Sequence[str]:
        """Who sees private answers whatever is chosen, in words even when nobody is named."""
        named = [name_and_role(p) for p in self.others if p.role in policy.CHILD_CHOSEN]
        roles = {p.role for p in self.others}
        missing = (t for t in (Tie.SOCIAL_WORKER, Tie.ALLOCATED_ADVISER) if t not in roles)
        return [*named, *(ROLES_FOR_CHILDREN[t] for t in missing)]

    @cached_property
    def named(self) -> Sequence[str]:
        """The same by name alone, where somebody has the role."""
        first = [(p.role, p.name) for p in self.others if p.role in policy.CHILD_CHOSEN]
        missing = {Tie.SOCIAL_WORKER, Tie.ALLOCATED_ADVISER} - {role for role, _ in first}
        return [*(name for _, name in first), *(ROLES_FOR_CHILDREN[t] for t in sorted(missing))]

    def _sees(self, question: Field) -> Sees:
        kept = self.page.sheet.row.readers.get(question.id, {})
        chosen = set(kept.get("people", ()))
        private = question.audience == "child_chosen"
        return Sees(
            private=private,
            some=private or "people" in kept,
            always=self.always,
            named=self.named,
            everyone=[p.name for p in self.others],
            ticks=[
                Tick(p.user_id, p.name, role_for_child(p), p.user_id in chosen)
                for p in choosing.choosable(self.page.around)
            ],
            gone=[
                name for user, name in self._chosen_names.items() if user in chosen and user not in self._here
            ],
        )

    @cached_property
    def _here(self) -> frozenset[int]:
        return frozenset(p.user_id for p in self.page.around)

    @cached_property
    def _chosen_names(self) -> Mapping[int, str]:
        """Names of chosen people who are not around today: a statement only when there are such."""
        kept = self.page.sheet.row.readers.values()
        gone = {user for chosen in kept for user in chosen.get("people", ())} - self._here
        if not gone:
            return {}
        found = db.session.execute(select(User.id, User.name).where(User.id.in_(gone)).order_by(User.name))
        return dict(found.all())

    # Where it has got to

    @property
    def is_open(self) -> bool:
        """Whether anything can be written now."""
        return bool(self.page.sheet.sight.writable)

    @property
    def is_finished(self) -> bool:
        """Whether the young person has finished."""
        return self.page.sheet.row.status == SectionState.COMPLETE

    @property
    def is_locked(self) -> bool:
        """Whether the plan itself is closed."""
        return self.page.sheet.pep.state not in policy.OPEN

    @property
    def may_reopen(self) -> bool:
        """Whether they may still change their mind."""
        sheet = self.page.sheet
        return bool(sheet.may(Can.REOPEN_SECTION, sheet.subject))

    @property
    def until(self) -> str:
        """Until when it is asked for: “Thursday 18 March”; nothing once that day has passed."""
        due, today = self.page.sheet.row.due_on, clock.today()
        if due < today:
            return ""
        return "the end of today" if due == today else filters.ahead(due, today)

    @property
    def minutes(self) -> int:
        """How long it takes."""
        return self.page.sheet.asked.minutes

    @property
    def told(self) -> Sequence[Said]:
        """What the child told an adult, as the adults wrote it down."""
        return [one for said in self.page.said.values() for one in said]


def voice_of(page: SectionPage) -> Voice:
    """My views, made of the section's page."""
    return Voice(page)
