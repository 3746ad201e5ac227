"""What stands beside a decision: the target, the child's money this year, what the last money did, the talk.

Each list is one statement, whatever it holds; nothing is shown that the reader may not read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import select

from vsportal import clock
from vsportal.children.identity import Identity, identity_of
from vsportal.children.queries import Around, Places, surroundings_of_one
from vsportal.children.voice import Voice, voice_of
from vsportal.editions.reading import Value
from vsportal.editions.smart import SmartPart, smart
from vsportal.extensions import db
from vsportal.filters import capital
from vsportal.funding import deciding, queue
from vsportal.funding.loading import COUNTED, Ask, facts_of, policy_of
from vsportal.funding.request_queries import Paper, files_of
from vsportal.funding.rules import Policy, Reading, read
from vsportal.funding.shape import RATINGS
from vsportal.models import FundingNote, FundingRequest, Pep, PepState, RequestState, Review, User
from vsportal.peps.loading import Plan, sheets_of
from vsportal.peps.projection import TARGETS
from vsportal.policy import Can, Decision
from vsportal.wording import Spoken, spoken, why_not
from vsportal.workflow import WITH

EFFECTS = {"none": "no difference", "some": "some difference", "significant": "a significant difference"}
NOTES = {
    "question": "asked",
    "answer": "answered",
    "clinical": "noted what the clinical team says",
    "moved": "moved it on",
    "escalated": "late",
}
MOST_BEFORE = 40
"""Requests of a child that are looked at: more than anybody has in three years."""
BAR = 100


@dataclass(frozen=True)
class Bar:
    """The child's money as a bar: widths in hundredths of it."""

    agreed: int
    asked: int
    """Beginning where `agreed` ends."""
    over: bool
    """With this request, more than the ceiling."""


@dataclass(frozen=True)
class Place:
    """Where this request stands in what waits for the reader."""

    number: int
    """0 when it does not wait for them."""
    total: int
    before: str = ""
    after: str = ""


def place_in(refs: Sequence[str], ref: str) -> Place:
    """Where a request stands in a list of references; after the last comes the first."""
    if ref not in refs:
        return Place(0, len(refs), after=refs[0] if refs else "")
    at = refs.index(ref)
    others = len(refs) > 1
    return Place(
        at + 1,
        len(refs),
        refs[at - 1] if at else "",
        refs[(at + 1) % len(refs)] if others else "",
    )


@dataclass(frozen=True)
class DecisionPage:
    """One request as somebody who decides sees it."""

    ask: Ask
    today: date = field(default_factory=clock.today)

    @property
    def request(self) -> FundingRequest:
        """The request."""
        return self.ask.request

    @cached_property
    def names(self) -> Spoken:
        """How sentences speak of the child."""
        return spoken(self.ask.child.called, self.ask.child.pronouns)

    # Whose it is

    @cached_property
    def surroundings(self) -> tuple[Sequence[Around], Places]:
        """The people around the child, and where the child is: one statement."""
        return surroundings_of_one(self.ask.child.id, self.today)

    @cached_property
    def identity(self) -> Identity:
        """The bar at the top."""
        return identity_of(self.ask.child, self.ask.seen, *self.surroundings)

    @cached_property
    def voice(self) -> Voice | None:
        """The child's newest words that the reader may read: one statement."""
        return voice_of(self.ask.child.id, self.ask.seen)

    @cached_property
    def people(self) -> Mapping[int, str]:
        """The names of who asked, proposed, decided and spoke for the clinical team: one statement."""
        r = self.request
        who = {r.raised_by_id, r.proposed_by_id, r.decided_by_id, r.clinical_by_id} - {None}
        rows = db.session.execute(select(User.id, User.name).where(User.id.in_(who)))
        return {number: name for number, name in rows}  # noqa: C416  rows are no pairs to mypy

    @property
    def asker(self) -> str:
        """Who asked."""
        return self.people[self.request.raised_by_id]

    @property
    def title(self) -> str:
        """What is asked for, in a few words: the first line of what will be bought."""
        first = next(iter(self.request.buying.strip().splitlines()), "")
        words = first.split()
        short = " ".join(words[:8]) + (" …" if len(words) > 8 else "")
        return short or "PP+"

    # Whether it can be decided

    @cached_property
    def decision(self) -> Decision:
        """May the reader decide it, wherever it is?"""
        return self.ask.may(Can.DECIDE_FUNDING)

    @cached_property
    def closed(self) -> str:
        """Why it cannot be decided by the reader now, in a sentence; empty when it can."""
        if self.request.state not in WITH:
            return deciding.what_became(self.request)
        if self.decision:
            return ""
        if self.decision.reason == "your_own":
            return "You asked for this yourself, so somebody else decides it."
        if self.decision.reason == "not_owner":
            return deciding.what_became(self.request)
        return why_not(self.decision.reason)

    @cached_property
    def needs_clinical_view(self) -> bool:
        """The clinical team is to be heard first."""
        return bool(self.reading and self.reading.clinical and not self.request.clinical_view)

    @property
    def may_note_clinical_view(self) -> bool:
        """Whether the reader may write down what the clinical team says."""
        is_open = self.request.state in (*WITH, RequestState.QUERIED)
        asked = bool(self.reading and self.reading.clinical)
        return asked and is_open and bool(self.ask.may(Can.GIVE_CLINICAL_VIEW))

    @property
    def is_late(self) -> bool:
        """It should have been decided by now."""
        by = self.request.decide_by
        return self.request.state in WITH and by is not None and by < self.today

    # The policy

    @cached_property
    def policy(self) -> Policy | None:
        """The policy it is read by."""
        found = policy_of(self.ask, today=self.today)
        return found.policy if found else None

    @cached_property
    def reading(self) -> Reading | None:
        """What the policy makes of it."""
        return read(self.policy, facts_of(self.ask, today=self.today)) if self.policy else None

    @property
    def fund(self) -> str:
        """The fund's name."""
        found = self.policy.fund(self.request.fund) if self.policy else None
        return found.name if found else self.request.fund

    @property
    def category(self) -> str:
        """What kind of thing it is."""
        found = self.policy.category(self.request.category) if self.policy else None
        return found.name if found else self.request.category.replace("_", " ")

    # The target

    @cached_property
    def card(self) -> Mapping[str, Value]:
        """The target as its card in the plan has it, by column, as far as it is read: one statement."""
        if self.ask.pep is None or self.ask.target is None:
            return {}
        plan = Plan(self.ask.pep, self.ask.child, self.ask.seen, self.ask.authority)
        sheet = next(iter(sheets_of(plan, [TARGETS])), None)
        if sheet is None or TARGETS not in sheet.sight.readable:
            return {}
        begin = f"{TARGETS}.{self.ask.target.row}."
        return {
            key.removeprefix(begin): value
            for key, value in sheet.row.answers.items()
            if key.startswith(begin)
            and f"{TARGETS}.{key.removeprefix(begin)}" not in sheet.sight.hidden_columns
        }

    @cached_property
    def five(self) -> Sequence[SmartPart]:
        """What of the five parts of a good target is there."""
        return smart(self.card) if self.card else ()

    @property
    def facts(self) -> list[tuple[str, str]]:
        """The need, and what is to be done about it: words and what was written."""
        r, card = self.request, self.card

        def said(column: str) -> str:
            value = card.get(column)
            return value if isinstance(value, str) else ""

        who = ", ".join(w for w in (said("who") or r.delivered_by, said("frequency")) if w)
        pairs = (
            ("The need", r.need or said("why")),
            ("Now", said("baseline")),
            ("What will be done", r.buying),
            ("Who, how often", who),
            ("How we will know", r.measure or said("measure")),
            ("More than others get", r.additional),
            ("Also tried", r.other_funding),
        )
        return [(word, words) for word, words in pairs if words]

    # The child's money

    @cached_property
    def others(self) -> Sequence[Any]:
        """The child's other requests, latest decision first: one statement."""
        return db.session.execute(
            select(
                FundingRequest.ref,
                FundingRequest.number,
                FundingRequest.state,
                FundingRequest.financial_year,
                FundingRequest.buying,
                FundingRequest.amount_pence,
                FundingRequest.approved_pence,
                FundingRequest.unspent_pence,
                FundingRequest.effect,
                FundingRequest.effect_words,
                FundingRequest.evaluated_at,
                User.name.label("asker"),
            )
            .join(User, User.id == FundingRequest.raised_by_id)
            .where(
                FundingRequest.child_id == self.request.child_id,
                FundingRequest.id != self.request.id,
                FundingRequest.state.in_((*COUNTED, *queue.UNDECIDED)),
            )
            .order_by(FundingRequest.decided_at.desc().nulls_last(), FundingRequest.id.desc())
            .limit(MOST_BEFORE)
        ).all()

    @property
    def agreed(self) -> list[tuple[str, str, int]]:
        """What was agreed for the child this year: its reference, what for, pence without what came back."""
        return [
            (
                o.ref,
                next(iter(o.buying.strip().splitlines()), o.number),
                o.approved_pence - (o.unspent_pence or 0),
            )
            for o in self.others
            if o.state in COUNTED and o.financial_year == self.request.financial_year
        ]

    @property
    def still_open(self) -> list[Any]:
        """The child's other requests that nobody has decided."""
        return [o for o in self.others if o.state in queue.UNDECIDED]

    @property
    def used(self) -> int:
        """Agreed for the child this year without this request, in pence, from the ledger."""
        return self.reading.used_pence if self.reading else sum(pence for *_, pence in self.agreed)

    @property
    def asks_for(self) -> int:
        """What this request takes: what is asked for, or what was agreed."""
        r = self.request
        return r.amount_pence if r.approved_pence is None else r.approved_pence - (r.unspent_pence or 0)

    @property
    def ceiling(self) -> int | None:
        """What the policy holds to be enough for a child in a year."""
        return self.reading.ceiling_pence if self.reading else None

    @property
    def left(self) -> int | None:
        """What would be left under the ceiling with this request; below nothing when it goes over."""
        return None if self.ceiling is None else self.ceiling - self.used - self.asks_for

    @property
    def bar(self) -> Bar | None:
        """The same as a bar, of the ceiling or of everything when that is more."""
        whole = max(self.ceiling or 0, self.used + self.asks_for)
        if not whole:
            return None
        agreed = round(self.used * BAR / whole)
        asked = min(round(self.asks_for * BAR / whole), BAR - agreed)
        return Bar(agreed, asked, self.left is not None and self.left < 0)

    @property
    def effects(self) -> list[Any]:
        """What money for this child did before, the latest first: at most three."""
        told = [o for o in self.others if o.effect and o.evaluated_at]
        return sorted(told, key=lambda o: o.evaluated_at, reverse=True)[:3]

    @cached_property
    def plans(self) -> Sequence[Any]:
        """This plan and the one before, with what the school's part was rated: one statement."""
        if self.ask.pep is None:
            return ()
        overall = (
            select(Review.overall)
            .where(
                Review.pep_id == Pep.id,
                Review.part == "school",
                Review.kind == "first",
                Review.state == "finished",
            )
            .order_by(Review.ended_at.desc())
            .limit(1)
            .scalar_subquery()
        )
        return db.session.execute(
            select(Pep.id, Pep.ref, Pep.term_key, Pep.state, Pep.meeting_on, overall.label("rating"))
            .where(
                Pep.child_id == self.request.child_id,
                Pep.opened_on <= self.ask.pep.opened_on,
                Pep.state != PepState.CANCELLED,
            )
            .order_by(Pep.opened_on.desc(), Pep.id.desc())
            .limit(2)
        ).all()

    # The talk

    @cached_property
    def notes(self) -> Sequence[Any]:
        """What was said about it, oldest first: one statement."""
        return db.session.execute(
            select(FundingNote.kind, FundingNote.words, FundingNote.created_at, User.name)
            .outerjoin(User, User.id == FundingNote.author_id)
            .where(FundingNote.request_id == self.request.id)
            .order_by(FundingNote.id)
        ).all()

    @cached_property
    def files(self) -> Sequence[Paper]:
        """Quotes and other papers: one statement."""
        return files_of(self.request.id)

    @cached_property
    def place(self) -> Place:
        """Where it stands in what waits for the reader: one statement."""
        return place_in(queue.waiting_for(self.ask.seen.actor), self.request.ref)

    @property
    def passes_to(self) -> tuple[str, ...]:
        """To whom it can be passed on."""
        return deciding.PASSES_TO.get(self.request.decider, ())


def rating_words(rating: str) -> str:
    """A rating as it stands beside its mark."""
    return capital(RATINGS.get(rating, rating.replace("_", " ")))
