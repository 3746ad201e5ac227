"""Writing a request: begun on a target or a need, proposed and taken up, saved. Verbs; they never commit.

The caller has asked policy; what the records forbid is refused here with a sentence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from vsportal import audit, clock, editions
from vsportal.audit import By
from vsportal.editions.reading import Value
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.funding import amounts, policies
from vsportal.funding.loading import Ask, circumstances_of, lines_of, new_number
from vsportal.funding.prefilling import Start, prefilled
from vsportal.funding.written import DATES, LABELS, Merged, Written, as_stored, in_words, merge
from vsportal.models import (
    OPEN_REQUESTS,
    Child,
    Enrolment,
    FundingLine,
    FundingRequest,
    Membership,
    Pep,
    RequestState,
    Role,
    School,
    Target,
    User,
)
from vsportal.policy import Seen, Tie
from vsportal.ties import holds
from vsportal.workflow import Act, NotPossible, apply

HAS_ONE = "There is a request for this target already: {number}."
ASK_THE_TEACHER = "{who} is designated teacher here and asks for PP+. You can propose it to them."
GONE = "This target is not in the plan any more."


class AlreadyAsked(OperationError):
    """The target has an open request; `ref` says which."""

    def __init__(self, request: FundingRequest) -> None:
        super().__init__(HAS_ONE.format(number=request.number))
        self.ref = request.ref


@dataclass(frozen=True)
class About:
    """What a request is for: a child, and as far as there is one a plan and a target."""

    child: Child
    pep: Pep | None = None
    target: Target | None = None


@dataclass(frozen=True)
class Saved:
    """What a save did, and what stands against it."""

    kept: Mapping[str, Value]
    conflicts: Mapping[str, Value]
    others_changed: bool
    problems: Sequence[tuple[str, str]]


# Beginning ----------------------------------------------------------------------------------------------


def begin(
    by: By, about: About, *, proposed: bool = False, need: str = "", buying: str = ""
) -> FundingRequest:
    """A draft, or what is `proposed` to the one who asks, prefilled from the target's card.

    AlreadyAsked when the target has an open one, also when somebody else makes it at this moment.
    OperationError when somebody else is the one to ask, or the target was removed.
    """
    if not proposed:
        _or_not_theirs(by, about.child.id)
    if about.target is not None:
        if about.target.removed:
            raise OperationError(GONE)
        if there := open_on(about.target.id):
            raise AlreadyAsked(there)
    elif (there := _begun_already(by, about)) is not None and not proposed:
        return there
    request = _new(by, about, proposed)
    start = prefilled(about.pep, about.target)
    _fill(request, start, need, buying)
    try:
        with db.session.begin_nested():
            db.session.add(request)
            db.session.flush()
    except IntegrityError as error:
        there = open_on(about.target.id) if about.target else None
        if there is None:
            raise
        raise AlreadyAsked(there) from error
    if start.line is not None:
        _put_lines(request, (), [start.line])
    note(by, "funding:request:proposed" if proposed else "funding:request:begun", request)
    return request


def _new(by: By, about: About, proposed: bool) -> FundingRequest:
    """The row, with where the child is today."""
    today = clock.today()
    now = circumstances_of(about.child.id, about.pep.id if about.pep else None, today)
    policy = policies.in_force(about.child.authority_id, today)
    edition = editions.get(editions.current(today))
    school = db.session.get(School, now.school_id) if now.school_id else None
    if by.user_id is None:
        raise ValueError("A request is raised by somebody.")
    request = FundingRequest(
        number=_free_number(),
        authority_id=about.child.authority_id,
        child_id=about.child.id,
        pep_id=about.pep.id if about.pep else None,
        target_id=about.target.id if about.target else None,
        school_id=now.school_id,
        phase=about.pep.phase if about.pep else edition.phase_for(now.nc_year) or "",
        in_area=now.in_area,
        financial_year=policies.financial_year(today),
        policy_id=policy.row.id if policy else None,
        state=RequestState.PROPOSED if proposed else RequestState.DRAFT,
        payee="setting",
        payee_name=school.name if school else "",
        raised_by_id=by.user_id,
        raised_as=by.role,
        proposed_by_id=by.user_id if proposed else None,
    )
    funds = policy.policy.funds if policy else ()
    fits = [f for f in funds if not f.phases or request.phase in f.phases]
    request.fund = fits[0].id if fits else ""
    return request


def _free_number() -> str:
    """A number that nobody has had: they are drawn at random, and two would meet some day."""
    while True:
        number = new_number()
        if not db.session.scalar(select(FundingRequest.id).where(FundingRequest.number == number)):
            return number


def _fill(request: FundingRequest, start: Start, need: str, buying: str) -> None:
    """What the target's card says already, and what was said with a proposal."""
    request.need, request.buying = need or start.need, buying or start.buying
    request.delivered_by, request.measure = start.delivered_by, start.measure
    request.starts_on, request.ends_on = start.starts_on, start.ends_on


def open_on(target_id: int) -> FundingRequest | None:
    """The request for a target that nobody has decided yet."""
    return db.session.scalars(
        select(FundingRequest).where(
            FundingRequest.target_id == target_id, FundingRequest.state.in_(OPEN_REQUESTS)
        )
    ).first()


def _begun_already(by: By, about: About) -> FundingRequest | None:
    """A draft of this person for no target of this child: pressing twice makes one."""
    db.session.execute(select(Child.id).where(Child.id == about.child.id).with_for_update())
    return db.session.scalars(
        select(FundingRequest).where(
            FundingRequest.child_id == about.child.id,
            FundingRequest.target_id.is_(None),
            FundingRequest.pep_id.is_(None) if about.pep is None else FundingRequest.pep_id == about.pep.id,
            FundingRequest.state == RequestState.DRAFT,
            FundingRequest.raised_by_id == by.user_id,
        )
    ).first()


# Whose it is --------------------------------------------------------------------------------------------


def teacher_of(child_id: int, today: date) -> str:
    """The name of a designated teacher where the child is on roll today; empty without one. One statement."""
    found = db.session.scalar(
        select(User.name)
        .join(Membership, Membership.user_id == User.id)
        .join(Enrolment, Enrolment.school_id == Membership.school_id)
        .where(
            Enrolment.child_id == child_id,
            holds(Enrolment.starts_on, Enrolment.ends_on, today),
            Membership.role == str(Role.DESIGNATED_TEACHER),
            holds(Membership.starts_on, Membership.ends_on, today),
            User.active,
        )
        .order_by(User.name)
        .limit(1)
    )
    return found or ""


def _or_not_theirs(by: By, child_id: int) -> None:
    """The designated teacher asks; an adviser only where there is none (`pp-plus.md`)."""
    if by.role == Tie.DESIGNATED_TEACHER:
        return
    if who := teacher_of(child_id, clock.today()):
        raise OperationError(ASK_THE_TEACHER.format(who=who))


def writes(seen: Seen, request: FundingRequest) -> bool:
    """Whether it is this person's to write, send, answer for and take back.

    Whoever raised it, and every designated teacher of the child for what a teacher raised: a deputy
    goes on. An adviser's own is nobody else's, so that another is free to decide it.
    """
    if seen.actor.user_id == request.raised_by_id:
        return bool(seen.ties & {Tie.DESIGNATED_TEACHER, Tie.ALLOCATED_ADVISER, Tie.ADVISER, Tie.HEAD})
    return Tie.DESIGNATED_TEACHER in seen.ties


def take_up(ask: Ask, by: By) -> None:
    """What somebody proposed becomes a draft of the one who asks."""
    _or_not_theirs(by, ask.child.id)
    try:
        apply(db.session, ask.request, Act.TAKE_UP, raised_by_id=by.user_id, raised_as=by.role)
    except NotPossible as error:
        raise OperationError("Somebody has taken this up or turned it down meanwhile.") from error
    note(by, "funding:request:taken_up", ask.request)


# Saving ---------------------------------------------------------------------------------------------------


def save(ask: Ask, by: By, written: Written, marks: Mapping[str, object]) -> Saved:
    """Keep what a form sent of a draft; what others saved meanwhile is never overwritten.

    OperationError when it is no draft any more.
    """
    request = ask.request
    if request.state != RequestState.DRAFT:
        raise OperationError("This has been sent or withdrawn meanwhile. It can be read, not changed.")
    stored = as_stored(request, ask.lines)
    merged = merge(stored, written.values, marks)
    keep, problems = _dates_in_order(request, merged, written.problems)
    for name, value in keep.items():
        if name in DATES:
            setattr(request, name, date.fromisoformat(str(value)) if value else None)
        elif name != "lines":
            setattr(request, name, value)
    if "lines" in keep:
        _put_lines(request, ask.lines, written.costed)
    if keep:
        request.version += 1
        note(by, "funding:request:saved", request, [_change(k, stored[k], v) for k, v in keep.items()])
        db.session.flush()
    return Saved(keep, merged.conflicts, merged.others_changed, problems)


def _dates_in_order(
    request: FundingRequest, merged: Merged, problems: Sequence[tuple[str, str]]
) -> tuple[dict[str, Value], list[tuple[str, str]]]:
    """What is to be kept, without dates that would end before they begin with what is stored."""
    keep, said = dict(merged.keep), list(problems)

    def then(name: str) -> str:
        stored = getattr(request, name)
        return str(keep.get(name, stored.isoformat() if stored else "") or "")

    if then("ends_on") and then("starts_on") and then("ends_on") < then("starts_on"):
        for name in DATES:
            keep.pop(name, None)
        if not any(place in DATES for place, _ in said):
            said.append(("ends_on", "Enter an end that is not before the start"))
    return keep, said


def _put_lines(
    request: FundingRequest, there: Sequence[FundingLine], wanted: Sequence[amounts.Costed]
) -> None:
    """The lines as they are now, in their places, and their sum."""
    for position, line in enumerate(wanted):
        row = there[position] if position < len(there) else FundingLine(request_id=request.id)
        row.position = position
        row.what, row.unit = line.what, line.unit
        row.quantity_hundredths, row.unit_pence = line.quantity_hundredths, line.unit_pence
        row.amount_pence = line.amount_pence
        db.session.add(row)
    if gone := [line.id for line in there[len(wanted) :]]:
        db.session.execute(delete(FundingLine).where(FundingLine.id.in_(gone)))
    request.amount_pence = amounts.total(wanted)
    db.session.flush()


def again(ask: Ask) -> Ask:
    """The same request with its lines as they are after a save: one statement."""
    return Ask(ask.request, ask.child, ask.seen, ask.pep, ask.target, ask.authority, lines_of(ask.request.id))


# Shared ---------------------------------------------------------------------------------------------------


@contextmanager
def whole(request: FundingRequest) -> Iterator[None]:
    """All of what is inside or nothing; after a refusal the request is again as the database has it."""
    try:
        with db.session.begin_nested():
            yield
    except OperationError:
        db.session.refresh(request)
        raise


def note(by: By, tag: str, request: FundingRequest, changes: Sequence[dict[str, Any]] = ()) -> None:
    """Write down what was done to a request."""
    audit.record(
        db.session,
        by,
        tag,
        request,
        child_id=request.child_id,
        authority_id=request.authority_id,
        changes=changes,
    )


def change(label: str, new: str, old: str | None = None, *, field: str = "reason") -> dict[str, Any]:
    """One line of what changed, in words."""
    return {"field": field, "label": label, "kind": "text", "old": old, "new": new}


def _change(name: str, old: Value, new: Value) -> dict[str, Any]:
    return change(LABELS[name], in_words(name, new), in_words(name, old), field=name)
