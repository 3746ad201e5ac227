"""Every change of state there is, and that there is no other: the complement of the tables is enumerated.
That two people pressing at once cannot both win is shown with a database, in `tests/integration`.
"""

from collections.abc import Iterable
from itertools import product

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from vsportal import workflow
from vsportal.models import (
    FundingPolicy,
    FundingRequest,
    PartState,
    Pep,
    PepPart,
    PepSection,
    PepState,
    RequestState,
    Review,
    ReviewScheme,
    SectionState,
)
from vsportal.workflow import Act, Moved, NotPossible

MOVES = """
section  not_started    start         in_progress
section  not_started    complete      complete
section  in_progress    complete      complete
section  complete       reopen        in_progress
section  complete       return        in_progress
section  in_progress    hand_on       not_started
part     in_progress    submit        submitted
part     returned       submit        submitted
part     submitted      return        returned
part     submitted      review        reviewed
part     reviewed       return        returned
pep      open           hold_meeting  meeting_held
pep      meeting_held   sign_off      signed_off
pep      open           close         not_completed
pep      meeting_held   close         not_completed
pep      not_completed  reopen        open
pep      open           cancel        cancelled
request  proposed       take_up       draft
request  proposed       withdraw      withdrawn
request  proposed       cancel        cancelled
request  draft          withdraw      withdrawn
request  draft          cancel        cancelled
request  draft          to_adviser    with_adviser
request  draft          to_head       with_head
request  draft          to_panel      with_panel
request  queried        to_adviser    with_adviser
request  queried        to_head       with_head
request  queried        to_panel      with_panel
request  with_adviser   to_head       with_head
request  with_adviser   to_panel      with_panel
request  with_adviser   ask           queried
request  with_adviser   approve       approved
request  with_adviser   approve_part  part_approved
request  with_adviser   decline       declined
request  with_head      to_adviser    with_adviser
request  with_head      to_panel      with_panel
request  with_head      ask           queried
request  with_head      approve       approved
request  with_head      approve_part  part_approved
request  with_head      decline       declined
request  with_panel     to_adviser    with_adviser
request  with_panel     to_head       with_head
request  with_panel     ask           queried
request  with_panel     approve       approved
request  with_panel     approve_part  part_approved
request  with_panel     decline       declined
request  with_adviser   withdraw      withdrawn
request  with_adviser   cancel        cancelled
request  with_head      withdraw      withdrawn
request  with_head      cancel        cancelled
request  with_panel     withdraw      withdrawn
request  with_panel     cancel        cancelled
request  queried        withdraw      withdrawn
request  queried        cancel        cancelled
request  approved       cancel        cancelled
request  approved       schedule      scheduled
request  part_approved  cancel        cancelled
request  part_approved  schedule      scheduled
request  scheduled      pay           paid
request  paid           evaluate      evaluated
review   under_way      finish        finished
review   under_way      send_back     returned
review   under_way      stop          stopped
policy   draft          publish       published
scheme   draft          publish       published
"""
"""What, from, act, to: all there are."""

KINDS: dict[str, tuple[type[Moved], Iterable[str]]] = {
    "section": (PepSection, SectionState),
    "part": (PepPart, PartState),
    "pep": (Pep, PepState),
    "request": (FundingRequest, RequestState),
    "review": (Review, ("under_way", "finished", "returned", "stopped")),
    "policy": (FundingPolicy, ("draft", "published")),
    "scheme": (ReviewScheme, ("draft", "published")),
}
ALLOWED = {
    (what, old, act): new for what, old, act, new in (line.split() for line in MOVES.strip().splitlines())
}
REFUSED = [
    (what, str(state), str(act))
    for what, (_model, states) in KINDS.items()
    for state, act in product(states, Act)
    if (what, str(state), str(act)) not in ALLOWED
]


class Nowhere(Session):
    """A session that may not be asked anything: a move that does not exist is refused without one."""

    def execute(self, *_args: object, **_more: object) -> None:  # type: ignore[override]
        raise AssertionError("The database was asked about a move that the tables do not have.")

    flush = execute


def thing(what: str, state: str) -> Moved:
    model, _states = KINDS[what]
    return model(**{"status" if what == "section" else "state": state})


@pytest.mark.parametrize(("what", "old", "act"), REFUSED, ids="-".join)
def test_a_move_not_in_the_table_is_refused_and_changes_nothing(what: str, old: str, act: str) -> None:
    it = thing(what, old)

    with Nowhere(create_engine("sqlite://")) as session, pytest.raises(NotPossible) as refused:
        workflow.apply(session, it, Act(act))

    assert (refused.value.act, refused.value.state) == (act, old)
    assert (it.status if isinstance(it, PepSection) else it.state) == old


def test_the_tables_are_these_moves_and_no_others() -> None:
    tables = {what: workflow.TABLES[model][0] for what, (model, _states) in KINDS.items()}

    found = {
        (what, str(old), str(act)): str(new) for what, t in tables.items() for (old, act), new in t.items()
    }

    assert found == ALLOWED


@pytest.mark.parametrize("what", KINDS)
def test_every_state_but_the_first_can_be_reached(what: str) -> None:
    _model, states = KINDS[what]

    reached = {new for (kind, _old, _act), new in ALLOWED.items() if kind == what}

    assert {str(state) for state in states} - reached <= {
        "not_started",
        "in_progress",
        "open",
        "proposed",
        "under_way",
        "draft",
    }


def test_a_plan_that_is_signed_off_or_cancelled_stays_so() -> None:
    final = {str(s) for s in PepState} - {old for what, old, _act in ALLOWED if what == "pep"}

    assert final == {"signed_off", "cancelled"}


def test_a_refusal_names_the_act_and_the_state() -> None:
    assert str(NotPossible("submit", "reviewed")) == "“submit” is not possible while it is “reviewed”."
