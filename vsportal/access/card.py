"""The contact, collection and permission card: what the newest plan says, for those who act on it.

Who may collect a child, who must not, what to do if they come; photographs; who decides. It never holds
an address. Only the social worker writes it, in *My details* of the plan; here it is read and confirmed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, cast

from sqlalchemy import func, select

from vsportal import audit, clock, editions
from vsportal.audit import By
from vsportal.editions import answers
from vsportal.editions.kinds import answered, kind_of
from vsportal.editions.reading import Value
from vsportal.editions.schema import Asked, Occasion, Phase, Rows, Season, Stage
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.messages.card_questions import QUESTIONS, READERS, SECTION
from vsportal.models import CardReading, Child, Pep, PepSection, PepState, User
from vsportal.policy import Actor, Seen, Subject, may_read, ties

LOOKED_AT = 3
"""Plans looked through: of a plan in which nothing is said yet, the one before still holds."""

Words = Mapping[str, str]
"""The cells of one row in words, by column."""


@dataclass(frozen=True)
class Restriction:
    """Somebody who must not collect the child or get in touch, with what the order's dates mean today."""

    said: Words
    lapsed_on: date | None
    """The day on which the order ran out."""
    review_passed: date | None
    """The day on which it should have been looked at again."""
    not_yet: date | None
    """The day from which it holds, when that is still to come."""

    @property
    def is_in_force(self) -> bool:
        """Whether it holds today."""
        return self.lapsed_on is None and self.not_yet is None


@dataclass(frozen=True)
class Card:
    """A child's card as one plan's answers say it, as far as one person reads them."""

    pep_ref: str
    term_key: str
    asked: Asked
    answers: Mapping[str, Value]
    """Of the questions this person reads, and no others."""
    keeps_the_address: bool
    """The address is to be kept secret: by the newest plan that says, whoever reads the card."""
    readable: frozenset[str]
    mark: str
    """A mark of what the whole card says, whoever reads it; empty when it says nothing yet."""
    changed_at: datetime | None
    carried_from: str
    """The newest term from which anything was carried and not yet checked; of an older plan, its term."""

    def one(self, question: str) -> str:
        """An answer in words; empty when none is given or it is not for this reader."""
        spec = self.asked.by_id.get(question)
        if spec is None or question not in self.readable:
            return ""
        return kind_of(spec).show(spec, self.answers.get(question))

    def rows(self, question: str) -> list[tuple[str, dict[str, Value]]]:
        """The rows of a question that say anything: the row's id and its cells."""
        spec = self.asked.by_id.get(question)
        if not isinstance(spec, Rows) or question not in self.readable:
            return []
        rows = ((row, self._cells(spec, row)) for row in answers.rows_of(spec, self.answers))
        return [(row, cells) for row, cells in rows if any(map(_says, cells.values()))]

    def _cells(self, spec: Rows, row: str) -> dict[str, Value]:
        return {c.id: self.answers.get(f"{spec.id}.{row}.{c.id}") for c in spec.columns}

    def _in_words(self, question: str, cells: Mapping[str, Value]) -> Words:
        spec = cast(Rows, self.asked.by_id[question])
        return {c.id: kind_of(c).show(c, cells[c.id]) for c in spec.columns}

    def shows(self, question: str) -> bool:
        """Whether this part of the card is for this reader."""
        return question in self.readable

    @property
    def says_anything(self) -> bool:
        """Whether anything has been written on it."""
        return bool(self.mark)

    @cached_property
    def collectors(self) -> Sequence[Words]:
        """Who may collect the child."""
        return [self._in_words("may_collect", cells) for _, cells in self.rows("may_collect")]

    @property
    def restricted(self) -> str:
        """“yes” when somebody must not collect or get in touch, “no” when nobody is named, else nothing."""
        found = self.answers.get("restrictions")
        return found if isinstance(found, str) and self.shows("restrictions") else ""

    def restrictions(self, today: date) -> Sequence[Restriction]:
        """Who must not collect or get in touch: those in force first, then those that lapsed."""
        if self.restricted != "yes":
            return []
        found = [_restriction(self._in_words("must_not", c), c, today) for _, c in self.rows("must_not")]
        return sorted(found, key=lambda r: not r.is_in_force)

    @cached_property
    def decisions(self) -> Sequence[tuple[str, Words]]:
        """Who decides: matter, and who decides and is told, in words."""
        spec = self.asked.by_id.get("delegated")
        titles = dict(spec.rows) if isinstance(spec, Rows) else {}
        rows = self.rows("delegated")
        return [(titles.get(row, row), self._in_words("delegated", cells)) for row, cells in rows]


def _says(value: Value) -> bool:
    """An answer, or what was typed for one and could not be read: on a card nothing is passed over."""
    return answered(value) or isinstance(value, dict)


def _restriction(said: Words, cells: Mapping[str, Value], today: date) -> Restriction:
    """What the dates of an order mean today; a date that cannot be read means nothing."""
    until, review, since = (_day(cells.get(name)) for name in ("ends_on", "review_on", "starts_on"))
    return Restriction(
        said,
        lapsed_on=until if until and until < today else None,
        review_passed=review if review and review < today else None,
        not_yet=since if since and since > today else None,
    )


def _day(value: Value) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


# Reading it ---------------------------------------------------------------------------------------------


def card_of(child_id: int, seen: Seen) -> Card | None:
    """The card of a child as this person may read it: one statement; None when there is no plan."""
    cards = _cards([child_id], {child_id: seen})
    return cards.get(child_id)


def _cards(child_ids: Collection[int], seen: Mapping[int, Seen]) -> dict[int, Card]:
    """The cards of these children, each as its reader sees it: one statement."""
    newest: dict[int, Any] = {}
    first: dict[int, Any] = {}
    kept: dict[int, bool] = {}
    for row in _sections(child_ids):
        first.setdefault(row.child_id, row)
        if row.child_id not in newest and mark_of(row):
            newest[row.child_id] = row
        if isinstance(said := row.answers.get("secret_address"), str):
            kept.setdefault(row.child_id, said == "yes")
    found = {**first, **newest}
    return {
        child_id: _card(row, seen[child_id], newer=first[child_id] is not row, kept=kept.get(child_id, False))
        for child_id, row in found.items()
    }


def _sections(child_ids: Collection[int]) -> Sequence[Any]:
    """*My details* of the newest plans of these children, the newest first."""
    place = func.row_number().over(partition_by=Pep.child_id, order_by=(Pep.opened_on.desc(), Pep.id.desc()))
    numbered = (
        select(Pep.id, place.label("place"))
        .where(Pep.child_id.in_(child_ids), Pep.state != PepState.CANCELLED)
        .subquery()
    )
    return db.session.execute(
        select(
            Pep.child_id,
            Pep.ref,
            Pep.edition,
            Pep.phase,
            Pep.term_key,
            Pep.occasion,
            Pep.nc_year,
            Pep.stage,
            Pep.state,
            PepSection.owner,
            PepSection.answers,
            PepSection.readers,
            PepSection.authors,
            PepSection.carried,
        )
        .join(numbered, numbered.c.id == Pep.id)
        .join(PepSection, PepSection.pep_id == Pep.id)
        .where(numbered.c.place <= LOOKED_AT, PepSection.section_id == SECTION)
        .order_by(numbered.c.place)
    ).all()


def _card(row: Any, seen: Seen, *, newer: bool, kept: bool) -> Card:
    """The card that one section says; `newer`: there is a plan after it in which nothing is said."""
    asked = _asked(row)
    it = Subject(pep_state=row.state, section_id=SECTION, owner=row.owner)
    known = asked.by_id if asked else {}
    readable = frozenset(
        q for q in QUESTIONS if q in known and may_read(seen, known[q], it, row.readers.get(q))
    )
    unchecked = [term for key, term in row.carried.items() if _question(key) in QUESTIONS]
    return Card(
        pep_ref=row.ref,
        term_key=row.term_key,
        asked=cast(Asked, asked),
        answers={k: v for k, v in row.answers.items() if _question(k) in readable},
        keeps_the_address=kept,
        readable=readable,
        mark=mark_of(row),
        changed_at=_changed_at(row),
        carried_from=row.term_key if newer else max(unchecked, default=""),
    )


def _asked(row: Any) -> Asked | None:
    choice = editions.Choice(
        cast(Phase, row.phase),
        cast(Season, row.term_key.rpartition("-")[2]),
        cast(Occasion, row.occasion),
        row.nc_year,
        cast(Stage, row.stage),
    )
    return editions.asked(row.edition, SECTION, choice)


def _question(key: str) -> str:
    return key.partition(".")[0].partition("~")[0]


def mark_of(row: Any) -> str:
    """A mark of what the card says in this section; empty when it says nothing.

    It leans on the words alone and not on the plan or the ids of rows: a card that is carried into the
    next plan unchanged has been read already.
    """
    asked = _asked(row)
    if asked is None:
        return ""
    said: list[Any] = []
    for name in QUESTIONS:
        spec = asked.by_id.get(name)
        if isinstance(spec, Rows):
            fixed = bool(spec.rows)
            rows = [
                [r if fixed else "", *(row.answers.get(f"{name}.{r}.{c.id}") for c in spec.columns)]
                for r in answers.rows_of(spec, row.answers)
            ]
            said += [[name, *cells] for cells in rows if any(map(_says, cells[1:]))]
        elif spec is not None and _says(row.answers.get(name)):
            said.append([name, row.answers[name]])
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:32] if said else ""


def _changed_at(row: Any) -> datetime | None:
    """When anything on the card was last written."""
    times = [stamp[1] for key, stamp in row.authors.items() if _question(key) in QUESTIONS]
    return datetime.fromisoformat(max(times)) if times else None


# Having read it -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reader:
    """Somebody who has read the card, and whether they read what it says now."""

    user_id: int
    name: str
    read_at: datetime
    is_current: bool


def readers_of(child_id: int, mark: str) -> list[Reader]:
    """Who has read the card and when, each once, the latest reading first: one statement."""
    rows = db.session.execute(
        select(User.id, User.name, CardReading.read_at, CardReading.mark)
        .join(User, User.id == CardReading.user_id)
        .where(CardReading.child_id == child_id)
        .order_by(CardReading.read_at.desc(), CardReading.id.desc())
    ).all()
    found: dict[int, Reader] = {}
    for user_id, name, read_at, read in rows:
        if read == mark or user_id not in found:
            found[user_id] = Reader(user_id, name, read_at, read == mark)
    return list(found.values())


def confirm_card(child: Child, card: Card | None, by: By, *, mark: str) -> None:
    """Note that this person has read the card. Pressed twice, it is one reading.

    `mark`: of the card as their page showed it. OperationError when it says something else by now.
    """
    if card is None or not card.mark or card.mark != mark:
        raise OperationError("The card has changed since you opened it. Read it again, then confirm.")
    there = select(CardReading.id).where(
        CardReading.child_id == child.id, CardReading.user_id == by.user_id, CardReading.mark == mark
    )
    if db.session.scalar(there) is not None:
        return
    reading = CardReading(child_id=child.id, user_id=by.user_id, mark=mark, read_at=clock.now())
    db.session.add(reading)
    db.session.flush()
    audit.record(db.session, by, "child:card:confirmed", reading, child_id=child.id)


@dataclass(frozen=True)
class ToRead:
    """A card that somebody has still to read."""

    child_ref: str
    changed_at: datetime | None
    is_change: bool
    """They have read it before, and it says something else now."""


def card_to_read(child: Child, seen: Seen) -> ToRead | None:
    """The card of a child whose ties are known, if this person is asked to read it and has not.

    Two statements, one while nothing is on the card, none for somebody who is never asked.
    """
    if not seen.ties & READERS:
        return None
    return _to_read(seen.actor.user_id, {child.id: child.ref}, {child.id: seen}).get(child.id)


def cards_to_read(actor: Actor, child_ids: Collection[int] | None = None) -> dict[int, ToRead]:
    """The cards that this person is asked to read and has not, by child; of all their children or of some.

    Three statements at most, none for somebody who is never asked.
    """
    if not actor.roles & {str(r) for r in READERS}:
        return {}
    tied = ties(actor)
    query = (
        select(Child.id, Child.ref, tied.c.tie)
        .join(tied, tied.c.child_id == Child.id)
        .where(tied.c.tie.in_(sorted(map(str, READERS))))
    )
    if child_ids is not None:
        query = query.where(Child.id.in_(child_ids))
    refs, seen = {}, {}
    for child_id, ref, tie in db.session.execute(query):
        refs[child_id], seen[child_id] = ref, Seen(actor, frozenset({tie}))
    return _to_read(actor.user_id, refs, seen)


def _to_read(user_id: int, refs: Mapping[int, str], seen: Mapping[int, Seen]) -> dict[int, ToRead]:
    """Of these children, the cards that say something this person has not read."""
    cards = {c: card for c, card in _cards(refs, seen).items() if card.mark} if refs else {}
    if not cards:
        return {}
    read: dict[int, set[str]] = {}
    for child_id, mark in db.session.execute(
        select(CardReading.child_id, CardReading.mark).where(
            CardReading.user_id == user_id, CardReading.child_id.in_(cards)
        )
    ):
        read.setdefault(child_id, set()).add(mark)
    return {
        child_id: ToRead(refs[child_id], card.changed_at, child_id in read)
        for child_id, card in cards.items()
        if card.mark not in read.get(child_id, ())
    }
