"""Deciding a PP+ request: state, money, event and mail together; never one's own; two at once, one wins."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import select

from tests.children import say
from tests.client import Page, PageClient
from tests.deciding import BOOKS, TUTOR, by, mails, on_target, seen_by, waiting, with_policy
from tests.money import approved_request, balances, head_of, with_budget
from tests.world import World, make_world
from vsportal import clock
from vsportal.database import statements
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.funding import deciding, ledger
from vsportal.funding.escalating import escalate_late
from vsportal.models import AccessEvent, AuditEvent, FundingNote, FundingRequest, Role, Target
from vsportal.policy import Tie

SENT = "Send decision and open next"
ADVISER, HEAD, TEACHER = Tie.ALLOCATED_ADVISER, Tie.HEAD, Tie.DESIGNATED_TEACHER


@pytest.fixture
def rich(world: World) -> World:
    """The world with a policy and £10,000 to spend."""
    with_policy(world)
    with_budget(world, 1_000_000)
    db.session.commit()
    return world


def opened(client: PageClient, world: World, request: FundingRequest, tie: str = ADVISER) -> Page:
    """The request's page, as somebody signed in sees it."""
    client.sign_in(world.people[tie])
    return client.get(address(request))


def address(request: FundingRequest) -> str:
    return f"/requests/{request.ref}/decision"


def decide(client: PageClient, page: Page, request: FundingRequest, **typed: object) -> Page:
    """Send the form of the page."""
    return client.submit(page, typed, action=address(request))


def tags(request: FundingRequest) -> list[str]:
    """What was written down about it."""
    query = select(AuditEvent.tag).where(
        AuditEvent.subject_type == "funding_request", AuditEvent.subject_id == request.id
    )
    return list(db.session.scalars(query.order_by(AuditEvent.id)))


# The page -----------------------------------------------------------------------------------------------


def test_an_adviser_approves_and_the_money_is_set_aside(client: PageClient, rich: World) -> None:
    request = waiting(rich, target_id=on_target(rich))
    page = opened(client, rich, request)
    answer = client.follow(decide(client, page, request, decision="approve"))

    assert "Maths tutoring, one to one for Amira, £560" in page.h1
    assert "two-step equations" in page.text
    assert answer.notices() == [f"{request.number}: £560 approved. Nothing more waits for you."]
    assert (request.state, request.approved_pence) == ("approved", 56000)
    assert (request.decided_by_id, request.decided_as) == (rich.people[ADVISER].id, "allocated_adviser")
    assert balances(rich) == {
        "grant": -1_000_000,
        "budget": 944_000,
        "committed": 56_000,
        "paid": 0,
        "returned": 0,
    }
    assert tags(request) == ["funding:request:approved"]


def test_a_part_is_approved_line_by_line_with_a_reason(client: PageClient, rich: World) -> None:
    request = waiting(rich, TUTOR, BOOKS)
    page = opened(client, rich, request)
    typed = {"decision": "part", "amount_1": "£240", "amount_2": "25.50", "reason": "Six hours now."}
    decide(client, page, request, **typed)

    assert (request.state, request.approved_pence, request.reason) == (
        "part_approved",
        26550,
        "Six hours now.",
    )
    assert [line.approved_pence for line in seen_by(rich, request, ADVISER).lines] == [24000, 2550]
    assert balances(rich)["committed"] == 26550


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "Select your decision"),
        ({"decision": "nonsense"}, "Select your decision"),
        ({"decision": "decline"}, "Enter why you decline it"),
        ({"decision": "ask"}, "Enter your question"),
        ({"decision": "part", "amount_1": "100"}, "Enter why you approve a part"),
        ({"decision": "part", "amount_1": "560.01", "reason": "x"}, "Enter £560 or less for “One"),
        ({"decision": "part", "amount_1": "-1", "reason": "x"}, "Enter an amount of £0 or more, like £45.50"),
        ({"decision": "part", "amount_1": "0.005", "reason": "x"}, "Enter pounds and pence with no more"),
        ({"decision": "part", "amount_1": "0", "reason": "x"}, "Enter an amount for at least one line"),
        ({"decision": "part", "amount_1": "560", "reason": "x"}, "Enter less than was asked for"),
        ({"decision": "pass_on", "reason": "x"}, "Select to whom you pass it on"),
        ({"decision": "pass_on", "to": "adviser", "reason": "x"}, "Select to whom you pass it on"),
        ({"decision": "decline", "reason": "x" * 2001}, "Shorten this to 2,000 characters or fewer"),
    ],
)  # fmt: skip
def test_what_is_missing_is_said_at_its_place_and_nothing_is_lost(
    client: PageClient, rich: World, typed: dict[str, str], said: str
) -> None:
    request = waiting(rich)
    answer = decide(client, opened(client, rich, request), request, **typed)

    assert answer.status == 422
    assert answer.errors()[0].startswith(said)
    assert answer.one("#reason").get_text().strip() == typed.get("reason", "")
    assert request.state == "with_adviser"


def test_a_declined_request_has_its_reason_and_the_asker_a_mail_that_names_nobody(
    client: PageClient, rich: World
) -> None:
    request = waiting(rich)
    decide(
        client, opened(client, rich, request), request, decision="decline", reason="Every pupil gets this."
    )
    mail = mails("request_decided")[0]

    assert (request.state, request.reason) == ("declined", "Every pupil gets this.")
    assert mail.to_user_id == rich.people[TEACHER].id
    assert (mail.subject, "Amira" in mail.body) == ("Something to read is waiting", False)
    assert "committed" not in balances(rich) or balances(rich)["committed"] == 0


def test_a_question_stops_the_clock_and_can_be_read_on_the_page(client: PageClient, rich: World) -> None:
    request = waiting(rich)
    page = opened(client, rich, request)
    decide(client, page, request, decision="ask", reason="Is Mr Kaya free on Mondays?")
    again = client.get(address(request))

    assert (request.state, request.queried_on) == ("queried", clock.today())
    assert "Is Mr Kaya free on Mondays?" in again.text
    assert "A question about this is open" in again.text
    assert again.soup.select("form.vs-decide") == []
    assert mails("request_decided")[0].subject == "Something to write is waiting"


def test_an_adviser_passes_a_request_on_and_the_head_is_told(client: PageClient, rich: World) -> None:
    request = waiting(rich)
    page = opened(client, rich, request)
    decide(client, page, request, decision="pass_on", to="head", reason="It sets an example.")
    after = client.get(address(request))

    assert (request.state, request.decider) == ("with_head", "head")
    assert "This request is with the head now." in after.text
    assert [m.to_user_id for m in mails("request_waiting")] == [rich.people[HEAD].id]
    assert tags(request) == ["funding:request:passed_on"]


def test_the_next_that_waits_is_opened_after_a_decision(client: PageClient, rich: World) -> None:
    first, second, third = (waiting(rich, decide_by=clock.today() + timedelta(days=n)) for n in (1, 2, 3))
    page = opened(client, rich, second)
    answer = client.follow(decide(client, page, second, decision="approve"))

    assert "2 of 3 waiting for you" in page.text
    assert page.links()["Previous"] == address(first)
    assert page.links()["Next"] == address(third)
    assert third.number in answer.text
    assert "2 of 2 waiting for you" in answer.text


def test_the_page_shows_the_childs_money_and_what_the_last_money_did(client: PageClient, rich: World) -> None:
    before = approved_request(rich, 118_000, buying="Guitar lessons")
    ledger.commit_money(before, head_of(rich))
    before.effect, before.effect_words, before.evaluated_at = "some", "It worked each week.", clock.now()
    request = waiting(rich)
    page = opened(client, rich, request)

    assert "£1,180 agreed and £560 asked for: £90 over the limit of £1,650" in page.text
    assert "Guitar lessons: some difference." in page.text
    assert page.links()["Guitar lessons"] == address(before)


def test_words_that_the_child_kept_for_others_stand_on_nobodys_page_of_a_decision(
    client: PageClient, rich: World
) -> None:
    say(rich, "A private thing.", going_well={"people": [rich.people[Tie.SOCIAL_WORKER].id]})
    request = waiting(rich)

    assert "A private thing." not in opened(client, rich, request, HEAD).body


def test_a_target_taken_out_of_the_plan_is_said_and_the_request_stays_readable(
    client: PageClient, rich: World
) -> None:
    request = waiting(rich, target_id=on_target(rich))
    db.session.execute(Target.__table__.update().values(removed=True))
    page = opened(client, rich, request)

    assert "This target has since been taken out of the plan." in page.text
    assert page.one("form.vs-decide")


def test_a_look_is_recorded_and_costs_stay_the_same_however_much_was_said(
    client: PageClient, rich: World
) -> None:
    request = waiting(rich)
    opened(client, rich, request)
    costs = []
    for more in (0, 12):
        for n in range(more):
            approved_request(rich, 1000 + n)
            db.session.add(FundingNote(request_id=request.id, kind="answer", words=f"{n}", role="adviser"))
        db.session.flush()
        client.get(address(request))
        with statements(db.engine) as seen:
            client.get(address(request))
        costs.append(len(seen))
    looks = db.session.scalars(select(AccessEvent).where(AccessEvent.what == "request")).all()

    assert costs[0] == costs[1] <= 24
    assert {(one.child_id, one.actor_id) for one in looks} == {(rich.child.id, rich.people[ADVISER].id)}


# Who ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrote", ["raised_by_id", "proposed_by_id"])
@pytest.mark.parametrize("tie", [ADVISER, HEAD])
def test_nobody_decides_what_they_asked_for_or_proposed(
    client: PageClient, rich: World, tie: str, wrote: str
) -> None:
    request = waiting(rich, **{wrote: rich.people[tie].id})
    page = opened(client, rich, request, tie)
    token = str(page.soup.select_one("input[name=csrf_token]")["value"])  # type: ignore[index]
    answer = client.post(address(request), {"decision": "approve", "version": "0", "csrf_token": token})

    assert "somebody else decides it" in page.text
    assert page.soup.select("form.vs-decide") == []
    assert answer.status == 403
    assert request.state == "with_adviser"


def test_another_adviser_of_the_authority_and_the_head_cover(client: PageClient, rich: World) -> None:
    for tie in (Tie.ADVISER, HEAD):
        request = waiting(rich)
        decide(client, opened(client, rich, request, tie), request, decision="approve")
        assert (request.state, request.decided_by_id) == ("approved", rich.people[tie].id)
        client.forget_cookies()


def test_an_adviser_does_not_decide_what_is_with_the_head(client: PageClient, rich: World) -> None:
    request = waiting(rich, to="head")
    page = opened(client, rich, request)

    assert "This request is with the head now." in page.text
    assert client.post(address(request), {"decision": "approve", "version": "0"}).status == 403
    assert request.state == "with_head"


def test_what_the_panel_decided_is_written_down_by_an_adviser(client: PageClient, rich: World) -> None:
    request = waiting(rich, to="panel")
    page = opened(client, rich, request)
    decide(client, page, request, decision="decline", reason="The panel sees no need yet.")

    assert request.state == "declined"


def test_others_who_see_the_child_have_no_page_for_it_and_strangers_find_nothing(
    client: PageClient, rich: World
) -> None:
    request = waiting(rich)
    found = {}
    tied = (TEACHER, Tie.CARER, Tie.YOUNG_PERSON, Tie.SOCIAL_WORKER, Tie.BUSINESS_SUPPORT, ADVISER)
    strange = (ADVISER, HEAD, Role.FINANCE)
    for who, user in (
        *((str(t), rich.people[t]) for t in tied),
        *((f"strange {t}", rich.strangers[t]) for t in strange),
    ):
        client.forget_cookies()
        client.sign_in(user)
        found[who] = client.get(address(request)).status

    assert {who for who, status in found.items() if status == 200} == {str(ADVISER)}
    assert {status for who, status in found.items() if who.startswith("strange ")} == {404}


# What stands in the way ---------------------------------------------------------------------------------


def test_without_enough_money_nothing_changes_and_the_sentence_says_what_is_left(
    client: PageClient, world: World
) -> None:
    with_policy(world)
    with_budget(world, 50_000)
    request = waiting(world)
    answer = decide(client, opened(client, world, request), request, decision="approve", reason="Good.")

    assert answer.status == 422
    assert answer.errors()[0].startswith("There is £500 left in this fund’s budget")
    assert (request.state, request.approved_pence, request.decided_at) == ("with_adviser", None, None)
    assert [line.approved_pence for line in seen_by(world, request, ADVISER).lines] == [None]
    assert (balances(world)["committed"], tags(request), mails("request_decided")) == (0, [], [])


def test_therapy_waits_for_the_clinical_team_then_is_decided(client: PageClient, rich: World) -> None:
    request = waiting(rich, to="head", category="therapy")
    page = opened(client, rich, request, HEAD)
    refused = decide(client, page, request, decision="approve")
    client.submit(
        refused, {"view": "It belongs to her plan with us."}, action=f"/requests/{request.ref}/clinical-view"
    )
    decided = decide(client, client.get(address(request)), request, decision="approve")

    assert refused.errors() == ["Note what the clinical team says first. Therapy is decided after that."]
    assert request.clinical_view == "It belongs to her plan with us."
    assert decided.status == 303
    assert tags(request) == ["funding:view:recorded", "funding:request:approved"]


def test_an_empty_clinical_view_is_refused_at_its_box(client: PageClient, rich: World) -> None:
    request = waiting(rich, to="head", category="therapy")
    page = opened(client, rich, request, HEAD)
    answer = client.submit(page, {"view": "  "}, action=f"/requests/{request.ref}/clinical-view")

    assert (answer.status, answer.errors()) == (422, ["Enter what the clinical team says"])


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("withdrawn", "This request has been withdrawn. There is nothing to decide any more."),
        ("cancelled", "This request has been cancelled. There is nothing to decide any more."),
        ("queried", "A question about this is open. It can be decided once it has been answered."),
        ("draft", "This request is still being written. There is nothing to decide yet."),
    ],
)
def test_a_decision_on_what_is_not_waiting_is_answered_with_what_became_of_it(
    client: PageClient, rich: World, state: str, said: str
) -> None:
    request = waiting(rich)
    page = opened(client, rich, request)
    db.session.execute(FundingRequest.__table__.update().values(state=state))
    answer = decide(client, page, request, decision="approve", reason="Yes.")

    assert answer.status == 409
    assert said in answer.text
    assert request.state == state


def test_a_second_decision_is_told_who_was_quicker_and_ones_own_second_press_is_no_error(
    client: PageClient, rich: World
) -> None:
    request = waiting(rich)
    page = opened(client, rich, request)
    decide(client, page, request, decision="approve")
    pressed_again = decide(client, page, request, decision="approve")
    client.forget_cookies()
    client.sign_in(rich.people[HEAD])
    late = client.post(address(request), {"decision": "decline", "reason": "No.", "version": "0"})

    assert pressed_again.status == 303
    assert late.status == 409
    assert f"{rich.people[ADVISER].name} approved it on" in late.text
    assert balances(rich)["committed"] == 56_000
    assert tags(request) == ["funding:request:approved"]


def test_a_request_that_was_changed_meanwhile_is_read_again_first(client: PageClient, rich: World) -> None:
    request = waiting(rich)
    page = opened(client, rich, request)
    request.version += 1
    answer = decide(client, page, request, decision="approve", reason="Good.")

    assert answer.status == 409
    assert answer.errors() == [
        "The request was changed while this page was open. Read it again, then decide."
    ]
    assert answer.one("#reason").get_text().strip() == "Good."
    assert request.state == "with_adviser"


def test_the_policys_own_decision_names_no_person_and_gives_its_rule(rich: World) -> None:
    request = waiting(rich)
    deciding.approve_automatically(seen_by(rich, request, TEACHER), "£400 a term on expected progress.")

    assert (request.state, request.decided_by_id, request.decided_as) == ("approved", None, "system")
    assert request.reason == "£400 a term on expected progress."
    assert "The portal, by the policy, approved it" in deciding.what_became(request)
    assert mails("request_decided") == []


@pytest.mark.parametrize(
    ("amounts", "said"),
    [
        ({}, "Enter an amount for at least one line"),
        ({0: 56000}, "That is all that was asked for"),
        ({0: 56001}, "Enter between £0 and £560"),
        ({0: -1}, "Enter between £0 and £560"),
    ],
)
def test_the_operation_refuses_amounts_that_are_no_part(
    rich: World, amounts: dict[int, int], said: str
) -> None:
    request = waiting(rich)
    ask = seen_by(rich, request, ADVISER)
    given = {ask.lines[n].id: pence for n, pence in amounts.items()}

    with pytest.raises(OperationError, match=said):
        deciding.approve_part(ask, by(rich, ADVISER), given, "Why")
    assert request.state == "with_adviser"


def test_a_request_passed_on_does_not_come_down_again(rich: World) -> None:
    request = waiting(rich, to="head")

    with pytest.raises(OperationError, match="Select to whom"):
        deciding.pass_on(seen_by(rich, request, HEAD), by(rich, HEAD), "adviser", "You do it.")


# Late ---------------------------------------------------------------------------------------------------


def test_late_decisions_are_noted_once_and_the_head_is_told_once(rich: World) -> None:
    late = [waiting(rich, decide_by=clock.today() - timedelta(days=1)) for _ in range(2)]
    waiting(rich)
    first, second = escalate_late(), escalate_late()
    notes = db.session.scalars(select(FundingNote).where(FundingNote.kind == "escalated")).all()

    assert (first, second) == (2, 0)
    assert {n.request_id for n in notes} == {r.id for r in late}
    assert [m.to_user_id for m in mails("request_waiting")] == [rich.people[HEAD].id]
    assert tags(late[0]) == ["funding:request:escalated"]


def test_the_command_says_how_many_are_newly_late(app: Flask, rich: World) -> None:
    waiting(rich, decide_by=clock.today() - timedelta(days=1))
    db.session.commit()
    run = app.test_cli_runner().invoke
    said = [run(args=["funding", "escalate"]).output for _ in range(2)]

    assert said == ["1 decision newly late.\n", "No decision is newly late.\n"]


# Two at once --------------------------------------------------------------------------------------------


@pytest.fixture
def portal(own_database: Flask) -> Iterator[Flask]:
    """The application on a database of its own, with its context for the test itself."""
    with own_database.app_context():
        yield own_database


def test_of_six_who_decide_at_once_one_wins_and_the_others_are_told(portal: Flask) -> None:
    world = make_world()
    with_policy(world)
    with_budget(world, 1_000_000)
    request = waiting(world)
    db.session.commit()
    ties = [ADVISER, Tie.ADVISER, HEAD] * 2
    start, answers, path = Barrier(len(ties)), [], address(request)

    def press(client: PageClient, token: str, n: int) -> None:
        typed = {"decision": "approve" if n % 2 else "decline", "reason": "So it is.", "version": "0"}
        start.wait()
        answer = client._browser.open(path, method="POST", data={**typed, "csrf_token": token})
        answers.append(answer.status_code)

    threads = []
    for n, tie in enumerate(ties):
        client = PageClient(portal)
        client.sign_in(world.people[tie])
        client.get(path)
        threads.append(Thread(target=press, args=(client, client.token, n)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    db.session.refresh(request)

    # The winner's own second press leads on, as the first does; nobody meets an error.
    assert set(answers) <= {303, 409}
    assert 1 <= answers.count(303) <= 2
    assert len(tags(request)) == 1
    committed = balances(world).get("committed", 0)
    assert committed == (56_000 if request.state == "approved" else 0)
