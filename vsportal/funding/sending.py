"""A request on its way: sent to who decides, a question answered, taken back. Verbs; they never commit.

The policy says who decides and by when; what it pays without a person is approved at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from vsportal import clock, settled
from vsportal.audit import By
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.filters import day
from vsportal.funding import deciding, policies
from vsportal.funding.asking import change, note
from vsportal.funding.loading import Ask, circumstances_of, facts_of
from vsportal.funding.rules import Reading, read
from vsportal.models import FundingNote, FundingRequest, RequestState
from vsportal.workflow import Act, NotPossible, apply

NO_POLICY = (
    "There is no policy for PP+ this year yet, so nothing can be sent. What you wrote is kept. "
    "The head of the Virtual School publishes the policy."
)
TO = {"adviser": Act.TO_ADVISER, "head": Act.TO_HEAD, "panel": Act.TO_PANEL}
NEEDED = {
    "need": "Enter the need it answers",
    "buying": "Enter what will be bought",
    "delivery": "Select how it is given",
    "delivered_by": "Enter who delivers it",
    "measure": "Enter how you will know it worked",
    "additional": "Enter how this is more than every pupil gets",
}
PLACES = {
    "Select which fund pays.": "fund",
    "Select what the money is for.": "category",
    "Enter what it costs, line by line.": "line-0-cost",
}
"""Sentences of the policy that are about one control."""


class NotReady(OperationError):
    """It cannot be sent as it is: pairs of a control's id and a sentence. What was written is kept."""

    def __init__(self, problems: Sequence[tuple[str, str]]) -> None:
        super().__init__(problems[0][1])
        self.problems = list(problems)


def send(ask: Ask, by: By) -> None:
    """Send a draft to who decides by the policy in force today; what the policy pays by itself is approved.

    NotReady when something is missing or against the policy; OperationError when it is no draft any more.
    """
    request, today = ask.request, clock.today()
    if request.state != RequestState.DRAFT:
        raise OperationError("This has been sent or withdrawn already.")
    found = policies.in_force(request.authority_id, today)
    if found is None:
        raise NotReady([("", NO_POLICY)])
    _bring_up_to_date(request, today, found.row.id)
    reading = read(found.policy, facts_of(ask, today=today))
    if problems := [*missing(ask), *_against(reading)]:
        raise NotReady(problems)
    by_when = settled.working_day(today, reading.working_days)
    act = TO[reading.decider]
    try:
        apply(
            db.session,
            request,
            act,
            decider=reading.decider,
            decide_by=by_when,
            submitted_at=clock.now(),
        )
    except NotPossible as error:
        raise OperationError("This has been sent or withdrawn already.") from error
    changes = [
        change("Who decides", reading.decider, field="decider"),
        change("Decided by", day(by_when), field="decide_by"),
    ]
    note(by, "funding:request:submitted", request, changes)
    if reading.automatic:
        _approve_at_once(ask, reading)


def _approve_at_once(ask: Ask, reading: Reading) -> None:
    """What the policy pays by itself; when the budget does not reach, a person decides after all."""
    try:
        deciding.approve_automatically(ask, reading.band_words)
    except OperationError:
        db.session.refresh(ask.request)


def _bring_up_to_date(request: FundingRequest, today: date, policy_id: int) -> None:
    """The year, the policy, the school and the area that count are those of the day it is sent."""
    now = circumstances_of(request.child_id, request.pep_id, today)
    request.financial_year = policies.financial_year(today)
    request.policy_id = policy_id
    request.in_area, request.school_id = now.in_area, now.school_id
    db.session.flush()


def missing(ask: Ask) -> list[tuple[str, str]]:
    """What the form still needs before it can be sent, beside what the policy wants."""
    request = ask.request
    problems = [(name, words) for name, words in NEEDED.items() if not getattr(request, name)]
    if not request.starts_on:
        problems.append(("starts_on", "Enter the date it starts"))
    if not request.ends_on:
        problems.append(("ends_on", "Enter the date it ends"))
    if request.payee in ("provider", "authority") and not request.payee_name:
        problems.append(("payee_name", "Enter the name of who is paid"))
    for n, line in enumerate(ask.lines):
        if not line.what:
            problems.append((f"line-{n}-what", "Enter what is bought in this line"))
        if not line.unit_pence:
            problems.append((f"line-{n}-cost", "Enter what one of it costs"))
    if ask.target is not None and ask.target.removed:
        problems.append(("", "Its target is not in the plan any more. Move the request to another target."))
    return problems


def _against(reading: Reading) -> list[tuple[str, str]]:
    """What the policy refuses, each at its control where it is about one."""
    return [(PLACES.get(words, "reading"), words) for words in reading.errors]


# A question -----------------------------------------------------------------------------------------------


def answer_question(ask: Ask, by: By, words: str) -> None:
    """Answer what was asked: it goes back to the same decider, who has the days it was open longer."""
    request, today = ask.request, clock.today()
    if not words.strip():
        raise OperationError("Enter your answer.")
    if request.state != RequestState.QUERIED:
        raise OperationError("There is no open question. Somebody has answered it, or it was withdrawn.")
    open_for = settled.working_days_between(request.queried_on, today) if request.queried_on else 0
    by_when = request.decide_by or today
    if open_for > 0:
        by_when = settled.working_day(by_when, open_for)
    apply(db.session, request, TO[request.decider], decide_by=by_when, queried_on=None)
    said = FundingNote(
        request_id=request.id, kind="answer", words=words.strip(), author_id=by.user_id, role=by.role
    )
    db.session.add(said)
    note(by, "funding:request:answered", request)


# Taken back -----------------------------------------------------------------------------------------------


def withdraw(ask: Ask, by: By, reason: str) -> None:
    """Take a request back before it is decided, with the reason."""
    if not reason.strip():
        raise OperationError("Enter why you take it back.")
    try:
        apply(db.session, ask.request, Act.WITHDRAW, reason=reason.strip())
    except NotPossible as error:
        raise OperationError(
            "This is decided or closed already, so it cannot be taken back. Tell the Virtual School."
        ) from error
    note(by, "funding:request:taken_back", ask.request, [change("Why", reason.strip())])
