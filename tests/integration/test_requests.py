"""Asking for PP+: begun from a target, written with the policy beside it, sent; who may, and who may not."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.asking import ADVISER, CARER, OUTCOME, TEACHER, begun, card, edit_page, lines, ready, send, whole
from tests.client import Page, PageClient
from tests.deciding import by
from tests.money import balances
from tests.world import World
from vsportal import clock, settled
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.funding import asking
from vsportal.funding.asking import About, AlreadyAsked
from vsportal.models import (
    AccessEvent,
    AuditEvent,
    CarePeriod,
    FundingPolicy,
    FundingRequest,
    Membership,
    PepState,
    Role,
)
from vsportal.policy import Tie

SEND, SAVE, ADD = "Send the request", "Save for later", "Add another line"


def tags(request: FundingRequest) -> list[str]:
    """What was written down about it."""
    query = select(AuditEvent.tag).where(
        AuditEvent.subject_type == "funding_request", AuditEvent.subject_id == request.id
    )
    return list(db.session.scalars(query.order_by(AuditEvent.id)))


def the_request() -> FundingRequest:
    """The only one there is."""
    return db.session.scalars(select(FundingRequest)).one()


def ask_for(client: PageClient, world: World, tie: str = TEACHER) -> Page:
    """Press “Ask for PP+” on the plan's page of requests."""
    client.sign_in(world.people[tie])
    path = f"/peps/{world.pep.ref}/requests"
    page = client.get(path)
    button = page.one("button[name=target]")
    return client.follow(client.submit(page, {"target": str(button["value"])}, action=path))


# Begun ----------------------------------------------------------------------------------------------------


def test_a_teacher_asks_from_a_target_and_the_form_begins_with_what_its_card_says(
    client: PageClient, world: World
) -> None:
    ready(world)
    target = card(world)
    page = ask_for(client, world)
    request = the_request()

    assert page.h1 == "PP+ request for this target"
    assert page.one("#need").get_text(strip=True) == "Maths is below what is expected"
    assert page.one("#buying").get_text(strip=True) == "One-to-one maths tutoring, an hour every Monday"
    assert page.one("#delivered_by")["value"] == "Ben Ashby, school’s tutor list"
    assert page.one("#measure").get_text(strip=True) == "Unit test, 7 of 10"
    assert page.one("#payee_name")["value"] == world.school.name
    assert page.one("#sum").get_text() == "£480"
    assert (request.state, request.raised_as, request.target_id) == ("draft", TEACHER, target.id)
    assert request.ends_on == target.by_when
    assert tags(request) == ["funding:request:begun"]


def test_pressing_twice_makes_one_request_and_leads_to_it(client: PageClient, world: World) -> None:
    target = card(ready(world))
    client.sign_in(world.people[TEACHER])
    path = f"/peps/{world.pep.ref}/requests"
    first = client.post(path, {"target": target.ref})
    second = client.post(path, {"target": target.ref})

    assert first.location == f"/requests/{the_request().ref}/edit"
    assert second.location == f"/requests/{the_request().ref}"
    assert client.follow(second).notices() == [
        f"There is a request for this target already: {the_request().number}."
    ]


def test_a_target_has_one_open_request_and_another_when_that_is_over(world: World) -> None:
    target = card(ready(world))
    first = begun(world, on=target)

    with pytest.raises(AlreadyAsked, match=first.number):
        begun(world, on=target)
    first.state = "withdrawn"
    db.session.commit()

    assert begun(world, on=target).id != first.id


def test_no_two_requests_are_called_the_same(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter(["PP-AAAAAA", "PP-AAAAAA", "PP-BBBBBB"])
    monkeypatch.setattr(asking, "new_number", lambda: next(drawn))
    who = by(world, TEACHER)

    first = asking.begin(who, About(world.child, world.pep), need="A quiet place", proposed=True)
    second = asking.begin(who, About(world.child, world.pep), need="A radio aid", proposed=True)

    assert (first.number, second.number) == ("PP-AAAAAA", "PP-BBBBBB")


def test_before_the_first_plan_a_need_stands_alone_and_pressing_twice_makes_one(
    client: PageClient, world: World
) -> None:
    ready(world)
    world.pep.state = PepState.CANCELLED
    client.sign_in(world.people[TEACHER])
    path = f"/children/{world.child.ref}/requests"
    page = client.get(path)
    client.submit(page, action=path)
    edit = client.follow(client.submit(page, action=path))
    request = the_request()

    assert edit.h1 == "PP+ request"
    assert (request.pep_id, request.target_id, request.phase) == (None, None, "secondary")


def test_once_there_is_a_plan_one_asks_from_its_targets(client: PageClient, world: World) -> None:
    ready(world)
    client.sign_in(world.people[TEACHER])
    page = client.get(f"/children/{world.child.ref}/requests")

    assert page.links()["Go to the requests of the plan"] == f"/peps/{world.pep.ref}/requests"
    answer = client.post(f"/children/{world.child.ref}/requests", follow=True)
    assert answer.notices() == ["This child has a plan. Ask from a target of it."]
    assert db.session.scalars(select(FundingRequest)).all() == []


# Who asks -------------------------------------------------------------------------------------------------


def test_an_adviser_asks_only_where_there_is_no_designated_teacher_and_another_decides(
    client: PageClient, world: World
) -> None:
    target = card(ready(world))
    client.sign_in(world.people[ADVISER])
    path = f"/peps/{world.pep.ref}/requests"

    assert client.get(path).soup.select("button[name=target]") == []
    refused = client.post(path, {"target": target.ref}, follow=True)
    assert "asks for PP+. You can propose it to them." in refused.notices()[0]

    role = str(Role.DESIGNATED_TEACHER)
    for held in db.session.scalars(select(Membership).where(Membership.role == role)):
        held.ends_on = clock.today()
    edit = client.follow(client.post(path, {"target": target.ref}))
    request = the_request()
    request.category, request.delivery, request.additional = (
        "tuition",
        "one_to_one",
        "More than the class has.",
    )
    client.follow(send(client, client.get(edit.response.request.path), request, SEND))

    assert request.state == "with_adviser"
    assert "You asked for this yourself" in client.get(f"/requests/{request.ref}/decision").text


def test_whoever_may_not_see_requests_meets_the_same_404_as_for_none(
    client: PageClient, world: World
) -> None:
    request = begun(ready(world))
    for tie in (CARER, Tie.YOUNG_PERSON, Tie.DELEGATE, Tie.BUSINESS_SUPPORT, Tie.SAFEGUARDING_LEAD):
        client.forget_cookies()
        client.sign_in(world.people[tie])
        for path in (f"/requests/{request.ref}", f"/peps/{world.pep.ref}/requests"):
            assert client.get(path).status == 404, (tie, path)
    client.forget_cookies()
    client.sign_in(world.other.people[TEACHER])

    assert client.get(f"/requests/{request.ref}").status == client.get("/requests/none").status == 404


def test_a_social_worker_reads_a_request_and_changes_nothing(client: PageClient, world: World) -> None:
    request = begun(ready(world))
    client.sign_in(world.people[Tie.SOCIAL_WORKER])
    page = client.get(f"/requests/{request.ref}")

    assert "One-to-one maths tutoring" in page.h1
    assert [f["action"] for f in page.soup.main.select("form")] == []  # type: ignore[union-attr]
    assert client.get(f"/requests/{request.ref}/edit").status == 303
    assert client.post(f"/requests/{request.ref}/edit", {"need": "x"}).status == 403
    assert client.post(f"/requests/{request.ref}/withdraw", {"reason": "x"}).status == 403


def test_reading_a_request_is_a_look(client: PageClient, world: World) -> None:
    request = begun(ready(world))
    client.sign_in(world.people[TEACHER])
    client.get(f"/requests/{request.ref}")
    look = db.session.scalars(select(AccessEvent).order_by(AccessEvent.id.desc())).first()

    assert look is not None
    assert (look.what, look.child_id, look.actor_role) == ("request", world.child.id, TEACHER)


# Written --------------------------------------------------------------------------------------------------


def test_lines_are_added_and_taken_out_without_script_and_the_sum_is_exact(
    client: PageClient, world: World
) -> None:
    request = begun(ready(world))
    page = edit_page(client, world, request)
    typed = {"line__0__what": "Tutoring", "line__0__quantity": "1.5", "line__0__cost": "0.1"}
    more = {"line__1__what": "Books", "line__1__cost": "0.2", "line__1__unit": "set"}
    page = client.follow(send(client, page, request, ADD, **typed, **more))

    assert lines(request) == [("Tutoring", 150, 10, 15), ("Books", 100, 20, 20)]
    assert page.one("#sum").get_text() == "£0.35"
    send(client, page, request, "Take out line 1")
    assert lines(request) == [("Books", 100, 20, 20)]
    assert request.amount_pence == 20


def test_what_cannot_be_read_stays_as_typed_and_everything_else_is_saved(
    client: PageClient, world: World
) -> None:
    request = begun(ready(world))
    page = edit_page(client, world, request)
    bad = {"line__0__quantity": "-3", "starts_on": "31 February 2027", "need": "A new need 🙂 ሰላም"}
    page = send(client, page, request, SAVE, **bad)

    assert page.status == 422
    assert [e.partition(",")[0] for e in page.errors()] == [
        "31 February 2027 is not a date. Enter a real date",
        "Enter how many as a number above 0",
    ]
    assert page.one("#line-0-quantity")["value"] == "-3"
    assert page.one("#starts_on")["value"] == "31 February 2027"
    assert request.need == "A new need 🙂 ሰላም"
    assert lines(request)[0][1] == 100


def test_a_draft_saves_itself_and_the_answer_has_the_sum_and_the_policys_reading(
    client: PageClient, world: World
) -> None:
    request = begun(ready(world))
    page = edit_page(client, world, request)
    form = page.form(f"/requests/{request.ref}/edit").fields()
    form.setlist("line-0-quantity", ["2"])
    form.setlist("category", ["tuition"])
    answer = client.htmx.post(f"/requests/{request.ref}/draft", form, roots=True)

    assert answer.status == 200
    assert answer.one("#sum").get_text() == "£960"
    assert answer.one("#sum-0").get_text() == "£960"
    assert "Saved" in answer.one("#reading").get_text()
    assert "With this, £960 of" in answer.one("#reading").get_text()
    assert lines(request)[0][3] == 96_000
    assert tags(request)[-1] == "funding:request:saved"


def test_a_page_that_was_open_before_somebody_elses_save_overwrites_nothing_and_shows_both(
    client: PageClient, world: World
) -> None:
    request = begun(ready(world))
    page = edit_page(client, world, request)
    send(client, client.get(f"/requests/{request.ref}/edit"), request, SAVE, need="Hers", measure="Her test")
    again = send(client, page, request, SAVE, need="His", additional="His reason")

    assert again.status == 409
    assert (request.need, request.measure, request.additional) == ("Hers", "Her test", "His reason")
    assert "Hers" in again.one("#need-stored").get_text()
    assert again.one("#need").get_text(strip=True) == "His"
    assert again.one("#measure").get_text(strip=True) == "Her test"
    client.follow(send(client, again, request, SAVE))
    assert request.need == "His"


def test_a_page_that_saves_itself_says_that_somebody_else_changed_the_same_answer(
    client: PageClient, world: World
) -> None:
    request = begun(ready(world))
    page = edit_page(client, world, request)
    form = page.form(f"/requests/{request.ref}/edit").fields()
    send(client, page, request, SAVE, need="Hers", measure="Her test")
    form.setlist("need", ["His"])
    answer = client.htmx.post(f"/requests/{request.ref}/draft", form, roots=True)

    assert answer.status == 409
    assert "Nothing of theirs is overwritten" in answer.one("#reading").get_text()
    form.setlist("seen", [str(answer.one("#seen")["value"])])
    assert client.htmx.post(f"/requests/{request.ref}/draft", form, roots=True).status == 409
    assert (request.need, request.measure) == ("Hers", "Her test")


def test_the_draft_says_when_the_policy_has_changed_since_it_was_begun(
    client: PageClient, world: World
) -> None:
    request = begun(ready(world))
    first = db.session.scalars(select(FundingPolicy)).one()
    with db.session.no_autoflush:
        newer = with_policy_version(world, first)
    page = edit_page(client, world, request)

    assert "The policy has changed since you began." in page.one("#reading").get_text()
    assert request.policy_id == first.id != newer.id


def with_policy_version(world: World, before: FundingPolicy) -> FundingPolicy:
    """A newer version of the same year's policy, in force from today."""
    row = FundingPolicy(
        authority_id=world.authority.id,
        financial_year=before.financial_year,
        version=before.version + 1,
        state="published",
        starts_on=clock.today(),
        body=before.body,
        published_at=clock.now(),
    )
    db.session.add(row)
    db.session.commit()
    return row


# Sent -----------------------------------------------------------------------------------------------------


def test_a_whole_draft_goes_to_who_decides_by_a_working_day(client: PageClient, world: World) -> None:
    request = whole(ready(world))
    page = edit_page(client, world, request)
    sent = client.follow(send(client, page, request, SEND))

    assert (request.state, request.decider) == ("with_adviser", "adviser")
    assert request.decide_by is not None
    assert settled.is_working_day(request.decide_by)
    assert request.policy_id == db.session.scalars(select(FundingPolicy.id)).one()
    assert "An adviser decides by" in sent.notices()[0]
    assert tags(request)[-1] == "funding:request:submitted"
    twice = client.follow(send(client, page, request, SEND))
    assert twice.status == 409
    assert tags(request).count("funding:request:submitted") == 1


def test_what_is_missing_is_said_once_it_is_sent_and_the_draft_is_saved_first(
    client: PageClient, world: World
) -> None:
    request = begun(ready(world))
    page = send(client, edit_page(client, world, request), request, SEND, need="", other_funding="The school")

    assert page.status == 422
    assert page.errors() == [
        "Enter the need it answers",
        "Select how it is given",
        "Enter how this is more than every pupil gets",
        "Select what the money is for.",
    ]
    assert (request.state, request.other_funding, request.need) == ("draft", "The school", "")
    assert page.one("#need-error").get_text() == "Error: Enter the need it answers"


def test_without_a_policy_in_force_a_draft_can_be_written_and_not_sent(
    client: PageClient, world: World
) -> None:
    request = whole(world)
    page = edit_page(client, world, request)

    assert "There is no policy for PP+ in force yet" in page.one("#reading").get_text()
    answer = send(client, page, request, SEND)
    assert answer.status == 422
    assert "There is no policy for PP+ this year yet" in answer.errors()[0]
    assert request.state == "draft"


def test_a_child_who_is_not_in_care_today_is_said_before_and_refused_when_it_is_sent(
    client: PageClient, world: World
) -> None:
    request = whole(ready(world))
    db.session.scalars(
        select(CarePeriod).where(CarePeriod.child_id == world.child.id)
    ).one().ends_on = clock.today()
    page = send(client, edit_page(client, world, request), request, SEND)

    assert any("in care on the day" in e for e in page.errors())
    assert request.state == "draft"


def test_after_the_years_closing_day_nothing_is_sent(client: PageClient, world: World) -> None:
    request = whole(ready(world))
    row = db.session.scalars(select(FundingPolicy)).one()
    row.body = {**row.body, "closes_on": (clock.today() - timedelta(days=1)).isoformat()}
    page = send(client, edit_page(client, world, request), request, SEND)

    assert any("Requests for this year closed on" in e for e in page.errors())
    assert request.state == "draft"


def test_therapy_is_sent_and_the_page_says_that_the_clinical_team_is_asked(
    client: PageClient, world: World
) -> None:
    request = whole(ready(world))
    body = db.session.scalars(select(FundingPolicy)).one().body
    therapy = next(c["id"] for c in body["categories"] if c["clinical"])
    page = edit_page(client, world, request)
    client.follow(send(client, page, request, SAVE, category=therapy))

    assert "Needs the clinical team’s view" in client.get(f"/requests/{request.ref}/edit").text
    client.follow(send(client, client.get(f"/requests/{request.ref}/edit"), request, SEND))
    assert request.state.startswith("with_")


def test_what_the_policy_pays_by_itself_is_approved_at_once_by_the_portal(
    client: PageClient, world: World
) -> None:
    request = whole(ready(world, "expected-progress"), on=card(world, amount=40_000))
    automatic = db.session.scalars(select(FundingPolicy)).one()
    rule = automatic.body["automatic"][0]
    free = {**rule, "ratings": [], "expected_progress": None, "phases": []}
    automatic.body = {**automatic.body, "automatic": [free]}
    answer = client.follow(send(client, edit_page(client, world, request), request, SEND))

    assert (request.state, request.decided_by_id, request.approved_pence) == ("approved", None, 40_000)
    assert "approved at once" in answer.notices()[0]
    assert balances(world)["committed"] == 40_000


def test_when_the_budget_does_not_reach_a_person_decides_after_all(client: PageClient, world: World) -> None:
    request = whole(ready(world, "expected-progress", budget=100), on=card(world, amount=40_000))
    automatic = db.session.scalars(select(FundingPolicy)).one()
    free = {**automatic.body["automatic"][0], "ratings": [], "expected_progress": None, "phases": []}
    automatic.body = {**automatic.body, "automatic": [free]}
    client.follow(send(client, edit_page(client, world, request), request, SEND))

    assert request.state.startswith("with_")
    assert balances(world)["committed"] == 0


# Refused at the operation too ---------------------------------------------------------------------------


def test_an_adviser_does_not_begin_for_a_teacher_by_the_operation_either(world: World) -> None:
    about = About(world.child, world.pep, card(ready(world)))

    with pytest.raises(OperationError, match="is designated teacher here"):
        asking.begin(by(world, ADVISER), about)


def test_a_target_that_was_taken_out_cannot_be_asked_for(world: World) -> None:
    target = card(ready(world))
    target.removed = True
    db.session.commit()

    with pytest.raises(OperationError, match="not in the plan any more"):
        asking.begin(by(world, TEACHER), About(world.child, world.pep, target))


def test_the_outcome_stands_in_where_the_card_names_no_need(world: World) -> None:
    request = begun(ready(world), on=card(world, why="", amount=None))

    assert request.need == OUTCOME
    assert lines(request) == []
    assert request.starts_on == clock.today() + timedelta(days=7)
    assert isinstance(request.ends_on, date)
