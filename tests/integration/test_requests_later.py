"""A request once it is sent: a question, taking it back, a target that goes, a move, what the money did."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tests.asking import ADVISER, CARER, TEACHER, begun, card, ready, whole
from tests.client import PageClient
from tests.deciding import by, seen_by, waiting
from tests.factories import EnrolmentFactory, SchoolFactory
from tests.integration.test_requests import tags
from tests.money import approved_request, balances
from tests.world import World
from vsportal import clock, settled
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.funding import asking, deciding, evaluating, ledger, moving, sending
from vsportal.models import (
    CarePeriod,
    Enrolment,
    FundingNote,
    FundingPolicy,
    FundingRequest,
    PepSection,
    PepState,
    School,
)
from vsportal.peps.operations import open_pep
from vsportal.policy import Tie


def paid(world: World, pence: int = 56_000, **more: object) -> FundingRequest:
    """A request that was paid, with its movements."""
    request = approved_request(world, pence, buying="One-to-one maths tutoring", **more)
    ledger.commit_money(request, by(world, ADVISER))
    ledger.pay(request, by(world, Tie.HEAD), pence)
    request.state = "paid"
    db.session.commit()
    return request


# A question -----------------------------------------------------------------------------------------------


def test_an_answer_goes_back_to_the_same_decider_who_has_the_days_it_was_open_longer(
    client: PageClient, world: World
) -> None:
    request = waiting(ready(world), to="head")
    asked_on = settled.working_day(clock.today(), -3)
    by_when = request.decide_by
    deciding.ask_question(seen_by(world, request, Tie.HEAD), by(world, Tie.HEAD), "How often?")
    request.queried_on = asked_on
    client.sign_in(world.people[TEACHER])
    page = client.get(f"/requests/{request.ref}")
    assert "How often?" in page.text
    path = f"/requests/{request.ref}/answer"
    assert client.submit(page, action=path).errors() == ["Enter your answer."]
    client.follow(client.submit(page, {"answer": "Every Monday."}, action=path))

    assert (request.state, request.decider, request.queried_on) == ("with_head", "head", None)
    assert by_when is not None
    assert request.decide_by == settled.working_day(by_when, 3)
    said = db.session.scalars(select(FundingNote).where(FundingNote.kind == "answer")).one()
    assert (said.words, said.role) == ("Every Monday.", TEACHER)
    assert tags(request)[-1] == "funding:request:answered"


def test_an_answer_to_a_question_that_is_not_open_any_more_is_refused_and_stays_on_the_page(
    client: PageClient, world: World
) -> None:
    request = waiting(ready(world))
    client.sign_in(world.people[TEACHER])
    page = client.post(f"/requests/{request.ref}/answer", {"answer": "Every Monday."})

    assert page.status == 422
    assert page.errors() == ["There is no open question. Somebody has answered it, or it was withdrawn."]


def test_only_those_who_ask_answer(client: PageClient, world: World) -> None:
    request = waiting(ready(world))
    deciding.ask_question(seen_by(world, request, ADVISER), by(world, ADVISER), "How often?")
    client.sign_in(world.people[Tie.HEAD])

    assert client.post(f"/requests/{request.ref}/answer", {"answer": "x"}).status == 403


# Taken back -----------------------------------------------------------------------------------------------


def test_a_request_is_taken_back_with_a_reason_until_it_is_decided(client: PageClient, world: World) -> None:
    request = waiting(ready(world))
    client.sign_in(world.people[TEACHER])
    path = f"/requests/{request.ref}/withdraw"
    page = client.submit(client.get(f"/requests/{request.ref}"), action=path)
    assert page.errors() == ["Enter why you take it back."]
    page = client.follow(client.submit(page, {"reason": "The tutor has left."}, action=path))

    assert request.state == "withdrawn"
    assert "The tutor has left." in page.text
    again = client.post(path, {"reason": "Again"})
    assert again.status == 422
    assert "decided or closed already" in again.errors()[0]


def test_what_is_approved_is_not_taken_back_by_the_one_who_asked(world: World) -> None:
    request = approved_request(ready(world), 100)
    with pytest.raises(OperationError, match="Tell the Virtual School"):
        sending.withdraw(seen_by(world, request, TEACHER), by(world, TEACHER), "No longer")


# A target that goes ---------------------------------------------------------------------------------------


def test_a_request_whose_target_was_taken_out_says_so_and_moves_to_another(
    client: PageClient, world: World
) -> None:
    gone, other = card(ready(world)), card(world, "Zeal for reading: three books")
    request = waiting(world, target_id=gone.id)
    gone.removed = True
    client.sign_in(world.people[TEACHER])
    page = client.get(f"/requests/{request.ref}")

    assert "Its target is not in the plan any more" in page.text
    path = f"/requests/{request.ref}/target"
    assert client.submit(page, action=path).errors() == [
        "Select a target of the plan that has no request yet."
    ]
    client.follow(client.submit(page, {"target": other.ref}, action=path))
    assert (request.target_id, request.state) == (other.id, "with_adviser")
    assert tags(request)[-1] == "funding:request:moved"


def test_a_draft_whose_target_was_taken_out_is_not_sent(world: World) -> None:
    target = card(ready(world))
    request = whole(world, on=target)
    target.removed = True
    db.session.commit()

    with pytest.raises(sending.NotReady, match="Move the request to another target"):
        sending.send(seen_by(world, request, TEACHER), by(world, TEACHER))


def test_a_request_does_not_move_to_a_target_that_has_an_open_one_or_is_another_childs(world: World) -> None:
    taken, gone = card(ready(world)), card(world, "Zeal for reading")
    waiting(world, target_id=taken.id)
    request = waiting(world, target_id=gone.id)
    gone.removed = True
    elsewhere = card(world.other)
    ask = seen_by(world, request, TEACHER)

    for target in (taken, elsewhere):
        with pytest.raises(OperationError, match="no request yet"):
            moving.move_to_target(ask, by(world, TEACHER), target.ref)


def test_a_need_before_the_first_plan_is_tied_to_a_target_once_there_is_one(world: World) -> None:
    request = waiting(ready(world), pep_id=None, target_id=None)
    target = card(world)

    moving.move_to_target(seen_by(world, request, TEACHER), by(world, TEACHER), target.ref)

    assert (request.pep_id, request.target_id) == (world.pep.id, target.id)


# A move ---------------------------------------------------------------------------------------------------


def move_school(world: World) -> School:
    """The child is on another school's roll from today."""
    for stay in db.session.scalars(select(Enrolment).where(Enrolment.child_id == world.child.id)):
        stay.ends_on = clock.today()
    new = SchoolFactory(name="Harbour High")
    EnrolmentFactory(child=world.child, school=new, starts_on=clock.today())
    db.session.commit()
    return new  # type: ignore[no-any-return]


def test_approved_money_follows_a_child_to_the_new_school(client: PageClient, world: World) -> None:
    request = approved_request(ready(world), 56_000, payee_name=world.school.name)
    ledger.commit_money(request, by(world, ADVISER))
    new = move_school(world)
    client.sign_in(world.people[ADVISER])
    page = client.get(f"/requests/{request.ref}")
    path = f"/requests/{request.ref}/moved"
    assert client.submit(page, action=path).errors() == ["Select what becomes of it"]
    page = client.follow(client.submit(page, {"follow": "yes"}, action=path))

    assert (request.school_id, request.payee_name, request.vendor) == (new.id, "Harbour High", "")
    assert request.state == "approved"
    assert "goes with the child" in page.text
    assert balances(world)["committed"] == 56_000


def test_or_it_ends_and_what_was_set_aside_goes_back_to_the_budget(world: World) -> None:
    request = approved_request(ready(world), 56_000)
    ledger.commit_money(request, by(world, ADVISER))
    move_school(world)

    moving.child_moved(by(world, ADVISER), request, follow=False)

    assert (request.state, balances(world)["budget"]) == ("cancelled", 1_000_000)
    assert "has left" in request.reason
    assert tags(request)[-1] == "funding:request:cancelled"


def test_of_paid_money_what_is_not_spent_comes_back_and_what_it_did_can_still_be_said(world: World) -> None:
    request = paid(ready(world))
    move_school(world)

    with pytest.raises(OperationError, match="how much of what was paid"):
        moving.child_moved(by(world, ADVISER), request, follow=False, unspent=56_001)
    moving.child_moved(by(world, ADVISER), request, follow=False, unspent=20_000)
    evaluating.evaluate(seen_by(world, request, ADVISER), by(world, ADVISER), "some", "54%", 30_000)

    assert (request.state, request.unspent_pence) == ("evaluated", 30_000)
    assert balances(world)["returned"] == 30_000


def test_while_a_payment_is_under_way_nothing_is_settled(world: World) -> None:
    request = approved_request(ready(world), 100, state="scheduled")
    move_school(world)
    for follow in (True, False):
        with pytest.raises(OperationError, match="payment is under way"):
            moving.child_moved(by(world, ADVISER), request, follow=follow)
    assert request.state == "scheduled"


def test_the_old_teacher_sees_nothing_and_the_new_one_does(client: PageClient, world: World) -> None:
    request = waiting(ready(world))
    move_school(world)
    client.sign_in(world.people[TEACHER])

    assert client.get(f"/requests/{request.ref}").status == 404


# What it did ----------------------------------------------------------------------------------------------


def test_what_it_did_begins_with_what_the_next_plan_says_and_what_is_left_comes_back(
    client: PageClient, world: World
) -> None:
    target = card(ready(world))
    request = paid(world, target_id=target.id)
    world.pep.state, world.pep.opened_on = PepState.SIGNED_OFF, clock.today() - timedelta(days=90)
    world.pep.term_key = "2025-26-summer"
    later = open_pep(
        by(world, Tie.HEAD), world.child, term=world.term, on=clock.today(), phase="secondary", nc_year=10
    )
    row = db.session.scalars(
        select(PepSection).where(PepSection.pep_id == later.id, PepSection.section_id == "targets")
    ).one()
    said = {"pp_effect": "significant", "evidence": "54%, up from 41%"}
    row.answers = {f"previous.{target.ref}.{k}": v for k, v in said.items()}
    client.sign_in(world.people[TEACHER])
    path = f"/requests/{request.ref}/evaluation"
    page = client.get(path)

    assert page.one("input[name=effect][checked]")["value"] == "significant"
    assert page.one("#words").get_text(strip=True) == "54%, up from 41%"
    assert client.submit(page, {"unspent": "600"}, action=path).errors() == [
        "Enter between £0 and £560 as not spent"
    ]
    client.follow(client.submit(page, {"unspent": "60.50"}, action=path))
    assert (request.state, request.effect, request.unspent_pence) == ("evaluated", "significant", 6_050)
    assert balances(world)["returned"] == 6_050
    assert client.get(path).status == 303


def test_a_child_who_has_left_care_still_has_what_was_paid_evaluated(
    client: PageClient, world: World
) -> None:
    request = paid(ready(world))
    care = db.session.scalars(select(CarePeriod).where(CarePeriod.child_id == world.child.id)).one()
    care.ends_on = clock.today()
    client.sign_in(world.people[TEACHER])

    assert "is not in care today; that changes nothing here" in client.get(f"/requests/{request.ref}").text
    assert client.get(f"/requests/{request.ref}/evaluation").status == 200


def test_nothing_is_evaluated_before_it_is_paid_or_twice(world: World) -> None:
    request = approved_request(ready(world), 100)
    with pytest.raises(OperationError, match="once it has been paid"):
        evaluating.evaluate(seen_by(world, request, TEACHER), by(world, TEACHER), "some", "words", 0)


# At home --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tie", "allowed"), [(CARER, "carer_sees_amount"), (Tie.YOUNG_PERSON, "child_sees_amount")]
)
def test_at_home_one_reads_what_the_money_is_for_and_the_amount_only_where_the_policy_says_so(
    client: PageClient, world: World, tie: str, allowed: str
) -> None:
    row = ready_policy(world)
    approved_request(world, 56_000, buying="Maths tutoring", policy_id=row.id, reason="Too dear, but yes")
    approved_request(world, 100, buying="Secret refusal", state="declined", approved_pence=None)
    client.sign_in(world.people[tie])
    plan = f"/peps/{world.pep.ref}"
    text = client.get(plan).text

    assert "Maths tutoring" in text
    assert "£" not in text
    assert "refusal" not in text
    assert "Too dear" not in text
    row.body = {**row.body, allowed: True}
    assert "Maths tutoring (£560)" in client.get(plan).text


def ready_policy(world: World) -> FundingPolicy:
    """The policy in force, which lets nobody at home see an amount."""
    ready(world)
    row = db.session.scalars(select(FundingPolicy)).one()
    row.body = {**row.body, "carer_sees_amount": False, "child_sees_amount": False}
    return row


def test_the_young_persons_targets_say_what_extra_money_pays_for(client: PageClient, world: World) -> None:
    approved_request(ready(world), 56_000, buying="Maths tutoring")
    client.sign_in(world.people[Tie.YOUNG_PERSON])

    page = client.get(f"/peps/{world.pep.ref}/my-targets")
    assert "What extra money pays for" in page.text
    assert "Maths tutoring" in page.text


def test_those_who_may_find_the_way_from_plan_targets_and_child(client: PageClient, world: World) -> None:
    client.sign_in(world.people[TEACHER])
    to = f"/peps/{world.pep.ref}/requests"

    assert client.get(f"/peps/{world.pep.ref}").links()["PP+ requests"]
    assert to in client.get(f"/peps/{world.pep.ref}").links().values()
    assert to in client.get(f"/peps/{world.pep.ref}/sections/targets").links().values()
    assert (
        f"/children/{world.child.ref}/requests" in client.get(f"/children/{world.child.ref}").links().values()
    )


def test_the_database_holds_a_target_to_one_open_request(world: World) -> None:
    target = card(ready(world))
    about = asking.About(world.child, world.pep, target)
    begun(world, on=target)
    db.session.add(asking._new(by(world, TEACHER), about, proposed=False))

    with pytest.raises(IntegrityError, match=r"(?i)unique"):
        db.session.flush()
    db.session.rollback()
