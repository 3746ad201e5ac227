"""What a child asked for in *My views*, and the answer that a named adult owes.

The words stay where the child wrote them, and only those who may read them there read them here. An
answer is owed from the day the child finishes until it is given, also after the plan is signed off.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import aliased

from vsportal import audit, clock, editions, policy, settled
from vsportal.audit import By
from vsportal.children.queries import Around, people_around
from vsportal.editions.schema import Field, Occasion, Phase, Season
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.models import Child, Pep, PepSection, PepState, User, Wish
from vsportal.peps.loading import Plan, Sheet
from vsportal.policy import Actor, Can, Seen, Subject, Tie

SAID_IN = "my_views"
WORKING_DAYS = 10
"""An answer is late after as many working days as a section has after the meeting."""
MOST_CHARACTERS = 2000
OWES = {
    "everyone": (Tie.DESIGNATED_TEACHER, Tie.SOCIAL_WORKER),
    "child_chosen": (Tie.SOCIAL_WORKER, Tie.ALLOCATED_ADVISER),
}
"""Who owes the answer, by who may read the wish: the first of these who is around."""


@dataclass(frozen=True)
class Asked:
    """One wish as one person sees it."""

    ref: str
    question: str
    """The question's label, with its placeholders."""
    words: str
    """The child's own."""
    asked_on: date
    term_key: str
    owed_by_id: int | None
    owed_by: str
    answer: str
    answered_at: datetime | None
    answered_by: str
    may_answer: bool
    is_late: bool
    may_owe: Sequence[Around]
    """The adults around the child who may read it and answer: to whom it can be passed on."""

    @property
    def days(self) -> int:
        """How long ago it was asked."""
        return (clock.today() - self.asked_on).days


# Asking -------------------------------------------------------------------------------------------------


def note_wishes(sheet: Sheet, by: By) -> None:
    """The child has finished *My views*: each wish in it is owed an answer, by somebody who may read it.

    Finishing again notes what is new and takes back what was taken back; an answer that was given stays.
    """
    questions = [f for f in sheet.asked.fields if f.wish]
    if not questions:
        return
    kept = {
        w.field_id: w
        for w in db.session.scalars(select(Wish).where(Wish.pep_id == sheet.pep.id).with_for_update())
    }
    around = people_around([sheet.child.id], clock.today()).get(sheet.child.id, [])
    for question in questions:
        said, wish = sheet.row.answers.get(question.id), kept.get(question.id)
        if isinstance(said, str) and wish is None:
            _ask(sheet, question, around, by)
        elif not isinstance(said, str) and wish is not None and wish.answered_at is None:
            db.session.delete(wish)
            _record(by, "pep:wish:taken_back", wish, sheet.child)


def _ask(sheet: Sheet, question: Field, around: Sequence[Around], by: By) -> None:
    """A wish, owed by the first around the child who may read it."""
    owes = _who_owes(question, sheet.row.readers.get(question.id), around)
    wish = Wish(
        pep_id=sheet.pep.id,
        child_id=sheet.child.id,
        field_id=question.id,
        asked_on=clock.today(),
        owed_by_id=owes.user_id if owes else None,
    )
    db.session.add(wish)
    db.session.flush()
    _record(by, "pep:wish:asked", wish, sheet.child, _changed("Owed by", "", owes.name if owes else ""))


def _who_owes(question: Field, readers: Mapping[str, Any] | None, around: Sequence[Around]) -> Around | None:
    """The first around the child, in the order of `OWES`, who reads an answer with these readers."""
    chosen = readers is not None and "people" in readers
    audience = "child_chosen" if chosen else question.audience or "child_chosen"
    order = OWES.get(audience, OWES["child_chosen"])
    reads = policy.audience_of(question, readers)
    return next((p for tie in order for p in around if p.role == tie and tie in reads), None)


# Reading ------------------------------------------------------------------------------------------------


def wishes_of(plan: Plan, around: Sequence[Around] | None = None) -> list[Asked]:
    """What the child asked for in this plan, and in earlier ones without an answer.

    Two statements, one when the people `around` the child are loaded already.

    In this person's sight: a wish whose words they may not read is not there. Unanswered ones first,
    the oldest at the top.
    """
    owed = _wishes().where(
        Wish.child_id == plan.child.id,
        Pep.opened_on <= plan.pep.opened_on,
        or_(Wish.pep_id.in_([plan.pep.id, plan.pep.previous_id]), Wish.answered_at.is_(None)),
    )
    if around is None:
        around = people_around([plan.child.id], clock.today()).get(plan.child.id, [])
    return _seen(plan.seen, owed, around)


def own_wishes(child: Child, seen: Seen, at_most: int = 6) -> list[Asked]:
    """The child's latest wishes and what became of them, for their own page: one statement."""
    found = _seen(seen, _wishes().where(Wish.child_id == child.id))
    return sorted(found, key=lambda w: w.asked_on, reverse=True)[:at_most]


def owed_by(actor: Actor) -> Sequence[Any]:
    """Plans in which somebody owes a child an answer: rows of child_id, pep_ref, asked_on; one statement.

    Only of children they are tied to today, and without the words: the plan's page shows those.
    """
    return db.session.execute(
        select(Wish.child_id, Pep.ref.label("pep_ref"), Wish.asked_on)
        .join(Pep, Pep.id == Wish.pep_id)
        .where(
            Wish.owed_by_id == actor.user_id,
            Wish.answered_at.is_(None),
            Wish.child_id.in_(select(policy.ties(actor).c.child_id)),
        )
        .order_by(Wish.asked_on, Wish.id)
    ).all()


def late_on(asked_on: date) -> date:
    """The last working day by which an answer is in time."""
    return settled.working_day(asked_on, WORKING_DAYS)


def _wishes() -> Select[*tuple[Any, ...]]:
    """Wishes with the section they were said in, and the names of who owes and who answered."""
    owes, answered = aliased(User), aliased(User)
    return (
        select(
            Wish,
            Pep,
            PepSection,
            owes.name.label("owed_by"),
            answered.name.label("answered_by"),
        )
        .join(Pep, Pep.id == Wish.pep_id)
        .join(PepSection, (PepSection.pep_id == Pep.id) & (PepSection.section_id == SAID_IN))
        .outerjoin(owes, owes.id == Wish.owed_by_id)
        .outerjoin(answered, answered.id == Wish.answered_by_id)
        .where(Pep.state != PepState.CANCELLED)
        .order_by(Wish.answered_at.is_not(None), Wish.asked_on, Wish.id)
    )


def _seen(seen: Seen, wishes: Select[*tuple[Any, ...]], around: Sequence[Around] = ()) -> list[Asked]:
    """The wishes whose words this person may read."""
    may = policy.decide(seen, Can.ANSWER_WISH)
    found = []
    for wish, pep, section, owes, answered in db.session.execute(wishes):
        question = _question(pep, wish.field_id)
        words = section.answers.get(wish.field_id)
        it = Subject(
            pep_state=pep.state, section_id=SAID_IN, owner=section.owner, household_id=section.household_id
        )
        readers = section.readers.get(wish.field_id)
        if question is None or not isinstance(words, str) or not policy.may_read(seen, question, it, readers):
            continue
        found.append(
            Asked(
                ref=wish.ref,
                question=question.label,
                words=words,
                asked_on=wish.asked_on,
                term_key=pep.term_key,
                owed_by_id=wish.owed_by_id,
                owed_by=owes or "",
                answer=wish.answer,
                answered_at=wish.answered_at,
                answered_by=answered or "",
                may_answer=bool(may),
                is_late=wish.answered_at is None and late_on(wish.asked_on) < clock.today(),
                may_owe=_may_owe(question, readers, around),
            )
        )
    return found


def _may_owe(
    question: Field, readers: Mapping[str, Any] | None, around: Sequence[Around]
) -> Sequence[Around]:
    """Those who read an answer with these readers, and may answer what the child asks for."""
    reads, chosen = policy.audience_of(question, readers), set((readers or {}).get("people", ()))
    answers = policy.RULES[Can.ANSWER_WISH][0]
    return [p for p in around if p.role in answers and (p.role in reads or p.user_id in chosen)]


def _question(pep: Pep, field_id: str) -> Field | None:
    """The question as that plan's form asks it."""
    choice = editions.Choice(
        cast(Phase, pep.phase),
        cast(Season, pep.term_key.rpartition("-")[2]),
        cast(Occasion, pep.occasion),
        pep.nc_year,
        stage=pep.stage,  # type: ignore[arg-type]  # one of the stages, by the table's own rule
    )
    asked = editions.asked(pep.edition, SAID_IN, choice)
    return asked.by_id.get(field_id) if asked else None


# Answering ----------------------------------------------------------------------------------------------


def answer_wish(plan: Plan, ref: str, text: str, tie: str) -> None:
    """Answer what the child asked for, or change one's answer; whoever reads the wish reads it.

    OperationError without words, or for a wish that is not there for this person.
    """
    asked, wish = _held(plan, ref)
    text = text.strip()
    if not text:
        raise OperationError("Enter what will happen, or why it cannot.")
    if len(text) > MOST_CHARACTERS:
        raise OperationError(f"Enter an answer of at most {MOST_CHARACTERS} characters.")
    if wish.answered_by_id not in (None, plan.seen.actor.user_id):
        raise OperationError(f"{asked.answered_by} has answered already. Ask them to change it.")
    old = wish.answer
    wish.answer, wish.answered_at, wish.answered_by_id = text, clock.now(), plan.seen.actor.user_id
    _record(_by(plan, tie), "pep:wish:answered", wish, plan.child, _changed("Answer", old, text))


def pass_on(plan: Plan, ref: str, user_id: int, tie: str) -> None:
    """Let another adult around the child owe the answer; OperationError when they may not read the wish."""
    asked, wish = _held(plan, ref)
    if wish.answered_at is not None:
        raise OperationError("It is answered already.")
    to = next((p for p in asked.may_owe if p.user_id == user_id), None)
    if to is None:
        raise OperationError("Select somebody who is around the child today and may read what was asked.")
    wish.owed_by_id = to.user_id
    _record(
        _by(plan, tie), "pep:wish:passed_on", wish, plan.child, _changed("Owed by", asked.owed_by, to.name)
    )


def _held(plan: Plan, ref: str) -> tuple[Asked, Wish]:
    """A wish that this person reads, and its row, locked; OperationError when it is not there for them."""
    asked = next((w for w in wishes_of(plan) if w.ref == ref), None)
    if asked is None:
        raise OperationError("This is not here any more. Look at the list again.")
    wish = db.session.scalars(
        select(Wish).where(Wish.ref == ref).with_for_update().execution_options(populate_existing=True)
    ).one()
    return asked, wish


def _by(plan: Plan, tie: str) -> By:
    return By(plan.seen.actor.user_id, tie, plan.pep.authority_id)


def _changed(label: str, old: str, new: str) -> dict[str, Any]:
    """One line of what changed; never the child's own words."""
    return {"field": "wish", "label": label, "kind": "text", "old": old or None, "new": new or None}


def _record(by: By, tag: str, wish: Wish, child: Child, *changes: dict[str, Any]) -> None:
    audit.record(
        db.session, by, tag, wish, child_id=child.id, authority_id=child.authority_id, changes=changes
    )
