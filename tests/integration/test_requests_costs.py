"""What the pages of those who ask cost, however many requests there are; “my requests”; any order of acts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.asking import ADVISER, CARER, TEACHER, begun, card, ready, whole
from tests.client import PageClient
from tests.deciding import by, seen_by, waiting
from tests.world import World
from vsportal.database import statements
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.funding import asking, deciding, evaluating, mine, moving, sending
from vsportal.funding.reconciling import what_is_wrong
from vsportal.funding.written import as_stored, marks_of, read_form
from vsportal.models import FundingNote, FundingRequest


def many(world: World, first: int, last: int) -> None:
    """More requests, each with something said, and as many targets that have none yet."""
    for n in range(first, last):
        request = waiting(world, target_id=card(world, f"{n:03d} a target").id)
        card(world, f"{n:03d}b another")
        db.session.add(
            FundingNote(request_id=request.id, kind="question", words="How often?", role="adviser")
        )
    db.session.commit()


@pytest.mark.parametrize("where", ["plan", "child", "mine"])
def test_lists_of_requests_cost_the_same_statements_for_1_and_30(
    client: PageClient, world: World, where: str
) -> None:
    ready(world)
    path = {
        "plan": f"/peps/{world.pep.ref}/requests",
        "child": f"/children/{world.child.ref}/requests",
        "mine": "/requests",
    }[where]
    client.sign_in(world.people[TEACHER])
    costs = []
    for first, last in ((0, 1), (1, 30)):
        many(world, first, last)
        client.get(path)
        with statements(db.engine) as seen:
            page = client.get(path)
        costs.append(len(seen))

    assert costs[0] == costs[1] <= 12
    assert len(page.soup.select("tbody tr")) == 30


def test_a_request_and_its_form_cost_the_same_whatever_was_said_and_however_many_lines(
    client: PageClient, world: World
) -> None:
    request = begun(ready(world))
    client.sign_in(world.people[TEACHER])
    for path, most in ((f"/requests/{request.ref}", 18), (f"/requests/{request.ref}/edit", 14)):
        costs = []
        for more in (0, 15):
            for n in range(more):
                db.session.add(
                    FundingNote(request_id=request.id, kind="answer", words=f"{n}", role="adviser")
                )
            ask = seen_by(world, request, TEACHER)
            extra = [asking.amounts.Costed(f"Line {n}", 100, "", 100) for n in range(more + 1)]
            asking._put_lines(request, ask.lines, extra)
            db.session.commit()
            client.get(path)
            with statements(db.engine) as seen:
                client.get(path)
            costs.append(len(seen))
        assert costs[0] == costs[1] <= most, path


# My requests ----------------------------------------------------------------------------------------------


def test_my_requests_show_what_waits_for_me_first_with_the_next_step(
    client: PageClient, world: World
) -> None:
    waiting(ready(world), buying="Sent")
    waiting(world, buying="Asked about", state="queried")
    waiting(world, buying="Over", state="declined")
    client.sign_in(world.people[TEACHER])
    page = client.get("/requests")
    rows = [[c.get_text(" ", strip=True) for c in tr.select("td")] for tr in page.soup.select("tbody tr")]

    assert [row[0] for row in rows] == ["Asked about", "Sent", "Over"]
    assert rows[0][3] == "Answer the question"
    assert rows[1][3].startswith("An adviser decides by")


def test_a_teacher_elsewhere_sees_nothing_and_a_carer_what_they_proposed_without_amounts(
    client: PageClient, world: World
) -> None:
    carer = world.people[CARER]
    mine_too = {"raised_by_id": carer.id, "proposed_by_id": carer.id, "raised_as": "carer"}
    waiting(ready(world), state="proposed", buying="Swimming", **mine_too)
    waiting(world, buying="Not the carer’s")

    assert mine.page(world.other.actor(TEACHER)).lines == []
    client.sign_in(carer)
    text = client.get("/requests").text
    assert "Swimming" in text
    assert "With the school" in text
    assert "Not the carer’s" not in text
    assert "£" not in text


# Any order of acts ----------------------------------------------------------------------------------------

Doing = Callable[[World, FundingRequest], object]
ACTS: dict[str, Doing] = {
    "save": lambda w, r: _save(w, r),  # noqa: PLW0108  defined below
    "send": lambda w, r: sending.send(seen_by(w, r, TEACHER), by(w, TEACHER)),
    "ask": lambda w, r: deciding.ask_question(seen_by(w, r, ADVISER), by(w, ADVISER), "How often?"),
    "answer": lambda w, r: sending.answer_question(seen_by(w, r, TEACHER), by(w, TEACHER), "Weekly."),
    "approve": lambda w, r: deciding.approve(seen_by(w, r, ADVISER), by(w, ADVISER)),
    "part": lambda w, r: deciding.approve_part(
        seen_by(w, r, ADVISER), by(w, ADVISER), {n.id: 1 for n in seen_by(w, r, ADVISER).lines}, "Less"
    ),
    "decline": lambda w, r: deciding.decline(seen_by(w, r, ADVISER), by(w, ADVISER), "No"),
    "withdraw": lambda w, r: sending.withdraw(seen_by(w, r, TEACHER), by(w, TEACHER), "No longer"),
    "evaluate": lambda w, r: evaluating.evaluate(seen_by(w, r, TEACHER), by(w, TEACHER), "some", "Yes", 1),
    "move": lambda w, r: moving.child_moved(by(w, ADVISER), r, follow=False),
}


def _save(world: World, request: FundingRequest) -> None:
    """A form with a line more."""
    ask = seen_by(world, request, TEACHER)
    form = {"need": "A need", "line-0-what": "Books", "line-0-quantity": "1.5", "line-0-cost": "0.1"}
    asking.save(ask, by(world, TEACHER), read_form(form), marks_of(as_stored(request, ask.lines)))


@pytest.fixture
def draft(world: World) -> FundingRequest:
    """A draft that lacks nothing, with a policy and money."""
    return whole(ready(world))


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(st.sampled_from(sorted(ACTS)), min_size=3, max_size=10))
def test_no_order_of_acts_breaks_a_rule_of_the_database_or_the_books(
    world: World, draft: FundingRequest, acts: list[str]
) -> None:
    undone = db.session.begin_nested()
    try:
        for act in ("send", *acts):
            try:
                with db.session.begin_nested():
                    ACTS[act](world, draft)
                    db.session.flush()
            except OperationError:
                db.session.expire_all()
        kept = [line.amount_pence for line in seen_by(world, draft, TEACHER).lines]
        assert draft.amount_pence == sum(kept)
        assert what_is_wrong() == []
    finally:
        undone.rollback()
        db.session.expire_all()
