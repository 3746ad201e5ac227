"""What a section's page shows, gathered for one person: answers, comments, who reads what, what is wrong.

Everything is loaded in a fixed number of statements, whatever the section holds.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from flask import current_app, url_for
from markupsafe import Markup

from vsportal import clock, filters, policy, wording
from vsportal.children.queries import Around, Places, surroundings_of_one
from vsportal.editions import answers, smart
from vsportal.editions.checks import About
from vsportal.editions.judging import Verdict
from vsportal.editions.kinds import kind_of
from vsportal.editions.reading import Value
from vsportal.editions.schema import Rows
from vsportal.peps import beside, drawing, projection
from vsportal.peps.drawing import Conflict, Fact, Live, Said
from vsportal.peps.knowing import about, facts_for
from vsportal.peps.loading import Sheet
from vsportal.peps.operations.saving import Theirs, comment_role, is_writable, signed_as
from vsportal.peps.remembering import Memory
from vsportal.peps.saying import said_in
from vsportal.policy import Can, Tie
from vsportal.wording import Spoken, spoken

if TYPE_CHECKING:
    from vsportal.peps.overview import Overview

SOURCES = {"child": "From the social care record", "care": "From the social care record"}
FROM_RECORD = "From the Virtual School’s record"


@dataclass(frozen=True)
class Narrowed:
    """An answer that begins with social care, and who is ticked beside."""

    id: str
    label: str
    ticked: Collection[str]
    groups: Sequence[tuple[str, str]]
    when: str
    """The condition under which it is asked at all, as JSON; empty when it always is."""
    asked: bool


@dataclass(frozen=True)
class SectionPage:
    """One section for one person. Parts are loaded when first asked for, each once."""

    sheet: Sheet
    conflicts: Mapping[str, Theirs]
    typed: Mapping[str, Value]
    """What was posted and could not be saved: drawn in the controls instead of what is stored."""
    remembers: bool = False
    """Whether it says beside the questions what stood there in the plan before."""

    @cached_property
    def memory(self) -> Memory:
        """What the section remembers of the plan before."""
        return Memory(self)

    @cached_property
    def verdict(self) -> Verdict:
        """What is wrong with the answers there are, for whoever writes them."""
        if not self.sheet.sight.writable:
            return Verdict()
        return answers.judge(self.sheet.asked, self.answers, self.about)

    @property
    def carried(self) -> Mapping[str, str]:
        """What is to be checked, of what this person may write: leaf → the term it is from, in words."""
        kept, sight = self.sheet.row.carried, self.sheet.sight
        terms = {term: filters.term(term) for term in set(kept.values())}
        return {
            key: terms[term]
            for key, term in kept.items()
            if key.partition("~")[0].partition(".")[0] in sight.writable
            and (not sight.hidden_columns or is_writable(self.sheet, key))
        }

    @cached_property
    def names(self) -> Spoken:
        """How sentences speak of the child."""
        return spoken(self.sheet.child.called, self.sheet.child.pronouns)

    @cached_property
    def around(self) -> Sequence[Around]:
        """The people around the child today: one statement."""
        return self.surroundings[0]

    @cached_property
    def surroundings(self) -> tuple[Sequence[Around], Places]:
        """The people around the child, and where the child lives and learns: one statement."""
        return surroundings_of_one(self.sheet.child.id, clock.today())

    @cached_property
    def about(self) -> About:
        """What checks may know; a statement in sections whose checks look at the term."""
        return about(self.sheet, facts=self.facts)

    @cached_property
    def facts(self) -> Mapping[str, Value]:
        """Facts of the record by source; statements only in sections that show any."""
        return facts_for(self.sheet, self.around) if any(f.source for f in self.sheet.asked.fields) else {}

    @cached_property
    def from_record(self) -> Mapping[str, Sequence[tuple[str, str]]]:
        """Rows that come from a record; a statement only in sections that have such."""
        return projection.rows_from_record(self.sheet)

    @cached_property
    def answers(self) -> Mapping[str, Value]:
        """The answers as they are drawn: stored, derived, and what was just typed and not saved."""
        stored = {**self.sheet.row.answers, **self.typed}
        return answers.with_derived(self.sheet.asked, stored, self.facts)

    @property
    def base_url(self) -> str:
        """The section's own address."""
        return url_for("peps.section", ref=self.sheet.pep.ref, section_id=self.sheet.row.section_id)

    # What stands around the form

    @cached_property
    def reason(self) -> str:
        """Why this person cannot write here, when they cannot; nothing for those who can."""
        sight, sheet = self.sheet.sight, self.sheet
        if sight.writable:
            return ""
        if sight.reason != "not_owner":
            return wording.why_not(sight.reason)
        if sight.commentable:
            return ""
        owner = sheet.row.owner
        who = sheet.child.called if owner == Tie.YOUNG_PERSON else f"The {wording.role_words(owner)}"
        return f"{who} writes it. You can read what is for you."

    @property
    def locked(self) -> bool:
        """Whether the section is closed to everybody now."""
        return self.sheet.sight.reason in ("locked", "part_submitted", "not_returned")

    @cached_property
    def may_complete(self) -> bool:
        """Whether this person completes the section."""
        return bool(self.sheet.may(Can.COMPLETE_SECTION, self.sheet.subject))

    @cached_property
    def may_reopen(self) -> bool:
        """Whether this person may open the section again."""
        return bool(self.sheet.may(Can.REOPEN_SECTION, self.sheet.subject))

    @property
    def helped_by(self) -> str:
        """Who sat beside the child at these answers: “Amira, with Tina Marlowe helping”; or nothing."""
        helped = beside.WHO in self.sheet.sight.readable and beside.helper_of(self.sheet.row.answers)
        return beside.with_help(self.sheet.child.called, self.sheet.row.answers) if helped else ""

    @property
    def warns_of_the_child(self) -> str:
        """Before an adult writes: the child can read it (rule 11 of who sees what)."""
        child = self.sheet.child
        own = Tie.YOUNG_PERSON in self.sheet.seen.ties
        if own or not (self.sheet.sight.writable or self.sheet.sight.commentable):
            return ""
        read = any("young_person" in policy.audience_of(f) for f in self.sheet.asked.fields)
        return f"{child.called} can read what is marked so now, and may read it at 30." if read else ""

    def whose(self, overview: Overview) -> str:
        """Whose section it is and by when, in words."""
        line = overview.line(self.sheet.row.section_id)
        due = filters.weekday(line.due_on, clock.today())
        if completed := self.sheet.row.completed_at:
            return f"Completed on {filters.day_month(clock.local(completed), clock.today())}"
        if line.mine:
            return f"Yours to complete by {due}"
        who = ", ".join(words for words in (line.who, line.words) if words)
        return f"Waiting for {who}, by {due}" if overview.is_open else f"Not completed by {who}"

    @property
    def narrowed_here(self) -> Sequence[Narrowed]:
        """Narrowed answers this person writes, with who else may read them."""
        kept = self.sheet.row.readers
        words = (
            ("home", f"{self.names.childs} carers"),
            ("school", f"{self.names.childs} designated teacher"),
        )
        return [
            Narrowed(
                f.id,
                wording.fill(f.label, self.names),
                kept.get(f.id, {}).get("groups", ()),
                words,
                json.dumps(f.when) if f.when else "",
                self._is_asked(f.id),
            )
            for f in self.sheet.asked.fields
            if f.narrowed and f.id in self.sheet.sight.writable
        ]

    def _is_asked(self, key: str) -> bool:
        leaf = self.sheet.asked.leaf(key)
        return leaf is not None and answers.applies(leaf, self.answers)

    def slots(self, leaves: Collection[str], verdict: Verdict, rows: Collection[str] = ()) -> Markup:
        """The slots of some leaves, out of band, with what is worked out and the helpers of these rows."""
        sight = self.sheet.sight
        live = Live(
            answers=self.answers,
            names=self.names.placeholders(),
            errors=verdict.errors,
            warnings=verdict.warnings,
            conflicts=self._conflicts(),
            readable=sight.readable,
            writable=sight.writable,
            commentable=sight.commentable,
            hidden_columns=sight.hidden_columns,
            helpers=self.helpers(rows),
            base_url=self.base_url,
        )
        return drawing.slots(current_app.jinja_env, self.sheet.asked, leaves, live)

    def checks(self, questions: Collection[str]) -> Markup:
        """The marks of what is still to be checked at some questions, out of band."""
        live = Live(
            answers=self.answers,
            names=self.names.placeholders(),
            carried=self.carried,
            from_record=self.from_record,
            base_url=self.base_url,
        )
        return drawing.checks(current_app.jinja_env, self.sheet.asked, questions, live)

    def verdict_on(self, leaves: Collection[str]) -> Verdict:
        """What is wrong with some answers, as they stand on the page; other children's names included."""
        texts = [v for k in leaves if isinstance(v := self.answers.get(k), str)]
        known = about(self.sheet, texts=texts, facts=self.facts)
        return answers.judge(self.sheet.asked, self.answers, known, only=leaves)

    def _conflicts(self) -> Mapping[str, Conflict]:
        today = clock.today()
        return {k: _conflict(t, today) for k, t in self.conflicts.items()}

    def live(self, *, missing: Mapping[str, str] | None = None) -> Live:
        """Everything live for drawing. `missing`: what completion found, shown at the fields."""
        sheet, sight = self.sheet, self.sheet.sight
        verdict, memory = self.verdict, self.memory
        errors = {**verdict.errors, **{k: v for k, v in (missing or {}).items() if k not in verdict.warnings}}
        return Live(
            answers=self.answers,
            names=self.names.placeholders(),
            errors=errors,
            warnings=verdict.warnings,
            conflicts=self._conflicts(),
            said=self.said,
            signed=self._signed(),
            own_label="Your words" if Tie.YOUNG_PERSON in sheet.seen.ties else "Your comment",
            readers=self.readers,
            facts=self._facts(),
            readable=sight.readable,
            writable=sight.writable,
            commentable=sight.commentable,
            hidden_columns=sight.hidden_columns,
            from_record=self.from_record,
            helpers=self.helpers(),
            people=self._people(),
            carried=self.carried,
            last=memory.last if self.remembers else {},
            past=memory.past if self.remembers else (),
            fold=memory.fold(missing or {}) if self.remembers else None,
            term=sheet.choice.season,
            base_url=self.base_url,
        )

    def _signed(self) -> str:
        """The name under one's own comment, with the role; the child is called by name alone."""
        sheet = self.sheet
        if Tie.YOUNG_PERSON in sheet.seen.ties:
            return sheet.child.called
        return f"{sheet.seen.actor.name}, {signed_as(sheet, comment_role(sheet))}"

    def _people(self) -> Sequence[str]:
        """Names offered where a person is asked for; a colleague with a lent section is told of nobody."""
        return [] if self.sheet.seen.only_as_delegate else [f"{p.name}, {p.words}" for p in self.around]

    @cached_property
    def said(self) -> Mapping[str, Sequence[Said]]:
        """Comments by question, the child's first: one statement, only where there are such questions."""
        questions = [
            f.id for f in self.sheet.asked.fields if f.kind == "views" and f.id in self.sheet.sight.readable
        ]
        if not questions:
            return {}
        said = self._said.get(self.sheet.row.id, {})
        return {question: said[question] for question in questions if question in said}

    @property
    def said_before(self) -> Mapping[str, Sequence[Said]]:
        """The same of the plan before; whoever shows it asks for each question who may read it there."""
        same = self.memory.same if self.remembers else None
        return self._said.get(same.row.id, {}) if same else {}

    @cached_property
    def _said(self) -> Mapping[int, Mapping[str, Sequence[Said]]]:
        """Comments of this section and the one before it, by the section's number: one statement."""
        same = self.memory.same if self.remembers else None
        before = {same.row.id: same.asked} if same else {}
        return said_in({self.sheet.row.id: self.sheet.asked, **before}, self.sheet)

    @cached_property
    def readers(self) -> Mapping[str, str]:
        """Beside each question, who can read it: “Amira, her carers and her school can read this”."""
        kept = self.sheet.row.readers
        return {
            f.id: self._who_reads(f, kept.get(f.id, {})) for f in self.sheet.asked.fields if f.kind != "note"
        }

    def _who_reads(self, field: object, chosen: Mapping[str, Sequence[object]]) -> str:
        audience = getattr(field, "audience", None) or "care"
        ticked = chosen.get("groups", ()) if getattr(field, "narrowed", False) else None
        if "people" in chosen or audience == "child_chosen":
            people = set(chosen.get("people", ()))
            first = policy.CHILD_CHOSEN - {Tie.YOUNG_PERSON}
            named = [f"{p.name} ({p.words})" for p in self.around if p.role in first or p.user_id in people]
            return wording.who_can_read("child_chosen", self.names, list(dict.fromkeys(named)))
        return wording.who_can_read(
            audience,
            self.names,
            ticked=[str(t) for t in ticked] if ticked is not None else None,
            parents=getattr(field, "parents", False),
        )

    def _facts(self) -> Mapping[str, Fact]:
        """Facts of the record with where they come from."""
        fields = [f for f in self.sheet.asked.fields if f.source and f.id in self.sheet.sight.readable]
        found = {}
        for f in fields:
            value = self.answers.get(f.id)
            text = kind_of(f).show(f, value) if value is not None else ""
            found[f.id] = Fact(text, SOURCES.get(f.source.partition(".")[0], FROM_RECORD))
        return found

    def helpers(self, rows: Collection[str] | None = None) -> Mapping[str, Markup]:
        """The SMART panel of each card (or of `rows`), for those who write them."""
        found: dict[str, Markup] = {}
        env = current_app.jinja_env
        for f in self.sheet.asked.fields:
            if not isinstance(f, Rows) or f.helper != "smart" or f.id not in self.sheet.sight.writable:
                continue
            for row in answers.rows_of(f, self.answers):
                if rows is None or row in rows:
                    card = {c.id: self.answers.get(f"{f.id}.{row}.{c.id}") for c in f.columns}
                    found[row] = drawing.smart_panel(env, smart.smart(card), self.sheet.child.called)
        return found


def page_of(
    sheet: Sheet, *, conflicts: Mapping[str, Theirs] | None = None, typed: Mapping[str, Value] | None = None
) -> SectionPage:
    """The page of a section."""
    return SectionPage(sheet, conflicts or {}, typed or {})


def _conflict(theirs: Theirs, today: date) -> Conflict:
    """Both answers, and who wrote the other, when."""
    at = filters.moment(theirs.at, today)
    return Conflict(theirs.value, theirs.by or "Somebody", at, theirs.mine)
