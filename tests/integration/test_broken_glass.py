"""In an emergency: who may open a record, for how long, what is said and kept, and who reads the report."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.client import Page, PageClient
from tests.factories import ChildFactory, MembershipFactory
from tests.plans import sign_in
from tests.world import World
from vsportal import clock
from vsportal.database import statements
from vsportal.extensions import db
from vsportal.filters import clock_time
from vsportal.models import AccessCut, AuditEvent, BrokenGlass, Child, Role, User
from vsportal.policy import Tie

REASON = "The police rang about her at nine tonight."
NOT_OPENED = "No record was opened. Check the name and date of birth; your try has been recorded."


@pytest.fixture
def on_duty(world: World) -> User:
    """A worker of the child's authority who has nothing to do with her."""
    made = MembershipFactory(role=Role.SOCIAL_WORKER, authority=world.authority).user
    db.session.commit()
    return made  # type: ignore[no-any-return]


def entered(child: Child, **more: str) -> dict[str, str]:
    born = child.date_of_birth
    return {
        "first_name": child.first_name,
        "last_name": child.last_name,
        "born": f"{born.day}/{born.month}/{born.year}",
        "reason": REASON,
        "hours": "4",
        **more,
    }


def break_in(client: PageClient, user: User, child: Child, **more: str) -> Page:
    sign_in(client, user)
    return client.post("/emergency", entered(child, **more))


def openings(user: User) -> list[BrokenGlass]:
    found = select(BrokenGlass).where(BrokenGlass.user_id == user.id).order_by(BrokenGlass.id)
    return list(db.session.scalars(found))


def page_of(client: PageClient, world: World) -> Page:
    return client.get(f"/children/{world.child.ref}")


# Opening --------------------------------------------------------------------------------------------------


def test_the_record_is_open_until_its_hour_and_says_so_on_top(
    client: PageClient, world: World, on_duty: User
) -> None:
    sign_in(client, on_duty)
    assert page_of(client, world).status == 404

    answer = break_in(client, on_duty, world.child)
    opened = openings(on_duty)[0]
    page = client.get(answer.location)

    until = f"Opened in an emergency until {clock_time(opened.ends_at)}."
    assert until in page.soup.get_text(" ")
    assert until in client.get(f"/peps/{world.pep.ref}").soup.get_text(" ")
    assert opened.ends_at - opened.starts_at == timedelta(hours=4)
    with clock.at(opened.ends_at):
        assert page_of(client, world).status in (303, 404)


def test_nothing_can_be_written_in_it(client: PageClient, world: World, on_duty: User) -> None:
    break_in(client, on_duty, world.child)

    answer = client.post(f"/peps/{world.pep.ref}/sections/my_details", {"life_story": "x", "page": "p"})

    assert answer.status == 403


def test_it_can_be_ended_early_and_is_over_at_once(client: PageClient, world: World, on_duty: User) -> None:
    break_in(client, on_duty, world.child)

    client.submit(page_of(client, world), action="/emergency/end", button="End now")

    assert page_of(client, world).status == 404


def test_somebody_elses_opening_is_not_theirs_to_end(client: PageClient, world: World, on_duty: User) -> None:
    break_in(client, on_duty, world.child)
    ref = openings(on_duty)[0].ref
    sign_in(client, world.people[Tie.SOCIAL_WORKER])

    assert client.post("/emergency/end", {"emergency": ref}).status == 404


@pytest.mark.parametrize(
    "how",
    [
        {"first_name": "amíra", "last_name": " BELHADJ "},
        {"first_name": "Mimi"},
        {"first_name": "", "last_name": "", "born": "", "number": "sc-1"},
    ],
)
def test_names_count_but_for_case_and_marks_and_the_number_alone_will_do(
    client: PageClient, world: World, on_duty: User, how: dict[str, str]
) -> None:
    world.child.known_as, world.child.social_care_id = "Mimi", "SC-1"

    break_in(client, on_duty, world.child, **how)

    assert [o.child_id for o in openings(on_duty)] == [world.child.id]


@pytest.mark.parametrize(
    "how", [{"first_name": "Ami"}, {"last_name": "Bel"}, {"born": "1 March 2010"}, {"number": "nobody"}]
)
def test_almost_is_not_found(client: PageClient, world: World, on_duty: User, how: dict[str, str]) -> None:
    page = break_in(client, on_duty, world.child, **how)

    assert page.errors() == [NOT_OPENED]
    assert page_of(client, world).status == 404


def test_another_authoritys_child_gets_the_answer_of_no_child_at_the_same_cost(
    client: PageClient, world: World, on_duty: User
) -> None:
    sign_in(client, on_duty)
    bodies, costs = [], []
    nobody = ChildFactory.build(
        authority=world.authority,
        first_name="Kofi",
        last_name="Fenwick",
        date_of_birth=world.other.child.date_of_birth - timedelta(days=9),
    )
    for child in (nobody, world.other.child):
        typed = entered(child, born="4/9/2011")
        if child is world.other.child:
            child.date_of_birth = clock.today().replace(year=2011, month=9, day=4)
        db.session.commit()
        with statements(db.engine) as seen:
            page = client.post("/emergency", typed)
        costs.append(len([s for s in seen if "FROM child" not in s or "emergency" in s]))
        bodies.append(page.errors())

    assert bodies == [[NOT_OPENED], [NOT_OPENED]]
    assert costs[0] == costs[1]


def test_a_try_that_opens_nothing_is_kept_and_reported(
    client: PageClient, world: World, on_duty: User
) -> None:
    break_in(client, on_duty, world.child, first_name="Nobody")

    kept = openings(on_duty)
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.tag == "child:emergency:refused")).one()
    sign_in(client, world.people[Tie.HEAD])
    report = client.get("/emergency/report").text

    assert [o.child_id for o in kept] == [None]
    assert event.actor_id == on_duty.id
    assert REASON in report
    assert "No record was opened" in report
    assert "Nobody Belhadj" not in report


def test_whose_access_was_ended_by_hand_does_not_get_round_it(
    client: PageClient, world: World, on_duty: User
) -> None:
    by = world.people[Tie.SOCIAL_WORKER]
    db.session.add(AccessCut(child_id=world.child.id, user_id=on_duty.id, cut_by_id=by.id, reason="Kin."))

    page = break_in(client, on_duty, world.child)

    assert page.errors() == [NOT_OPENED]
    assert page_of(client, world).status == 404


def test_a_worker_who_sees_the_child_needs_no_emergency(client: PageClient, world: World) -> None:
    worker = world.people[Tie.SOCIAL_WORKER]

    answer = break_in(client, worker, world.child)

    assert answer.location.endswith(world.child.ref)
    assert openings(worker) == []


def test_after_five_tries_a_day_there_is_no_sixth(client: PageClient, world: World, on_duty: User) -> None:
    for _ in range(5):
        break_in(client, on_duty, world.child, first_name="Nobody")

    page = break_in(client, on_duty, world.child)

    assert page.status == 429
    assert "five times" in page.errors()[0]
    assert len(openings(on_duty)) == 5
    with clock.at(clock.now() + timedelta(hours=25)):
        assert break_in(client, on_duty, world.child).status == 303


def test_what_is_missing_is_said_and_what_was_typed_stays(
    client: PageClient, world: World, on_duty: User
) -> None:
    sign_in(client, on_duty)

    page = client.post("/emergency", {"first_name": "Amira", "reason": "Quick"})

    assert page.status == 422
    assert len(page.errors()) == 4
    assert "Amira" in page.body
    assert "Quick" in page.body
    assert openings(on_duty) == []


@pytest.mark.parametrize("tie", sorted({Tie.CARER, Tie.DESIGNATED_TEACHER, Tie.ADVISER, Tie.HEAD}))
def test_nobody_but_workers_and_managers_finds_the_page(client: PageClient, world: World, tie: str) -> None:
    sign_in(client, world.people[tie])

    assert client.get("/emergency").status == 404
    assert "in an emergency" not in client.get("/children").text


def test_a_worker_reaches_it_from_the_search_for_children(client: PageClient, on_duty: User) -> None:
    sign_in(client, on_duty)

    links = client.get("/children").links()

    assert client.get(links["A child you cannot find, in an emergency"]).status == 200


# The report -----------------------------------------------------------------------------------------------


def test_the_head_reads_what_was_looked_at_and_marks_it_with_a_remark(
    client: PageClient, world: World, on_duty: User
) -> None:
    break_in(client, on_duty, world.child)
    page_of(client, world)
    client.get(f"/peps/{world.pep.ref}/sections/progress")
    opened = openings(on_duty)[0]
    sign_in(client, world.people[Tie.HEAD])

    assert "2 emergencies to read" in client.get("/").links()
    report = client.get("/emergency/report")
    client.post("/emergency/report", {"emergency": opened.ref, "remark": "Rang her back. Right."})
    again = client.get("/emergency/report").text

    assert "2 to read" in report.text  # the world's own, and this one
    assert on_duty.name in report.text
    assert "the child’s page" in report.text
    assert "“My progress”" in report.text
    assert "1 to read" in again
    assert "Rang her back. Right." in again
    assert "Emergencies" in report.links()


def test_a_report_is_marked_once(client: PageClient, world: World) -> None:
    opened = openings(world.people[Tie.DUTY_WORKER])[0]
    sign_in(client, world.people[Tie.HEAD])

    client.post("/emergency/report", {"emergency": opened.ref, "remark": "First."})
    client.post("/emergency/report", {"emergency": opened.ref, "remark": "Second."})

    assert openings(world.people[Tie.DUTY_WORKER])[0].remark == "First."


def test_another_authoritys_head_reads_and_marks_nothing_of_it(client: PageClient, world: World) -> None:
    opened = openings(world.people[Tie.DUTY_WORKER])[0]
    sign_in(client, world.other.people[Tie.HEAD])

    assert world.people[Tie.DUTY_WORKER].name not in client.get("/emergency/report").text
    assert client.post("/emergency/report", {"emergency": opened.ref}).status == 404


def test_the_report_of_fifty_costs_the_statements_of_one(client: PageClient, world: World) -> None:
    sign_in(client, world.people[Tie.HEAD])
    client.get("/emergency/report")

    def cost() -> int:
        db.session.commit()
        with statements(db.engine) as seen:
            client.get("/emergency/report")
        return len(seen)

    one = cost()
    for n in range(49):
        db.session.add(
            BrokenGlass(
                authority_id=world.authority.id,
                child_id=world.child.id if n % 2 else None,
                user_id=world.people[Tie.DUTY_WORKER].id,
                reason=REASON,
                starts_at=clock.now() - timedelta(days=n + 2),
                ends_at=clock.now() - timedelta(days=n + 1),
            )
        )

    assert cost() == one


def test_the_allocated_worker_sees_that_it_was_opened(
    client: PageClient, world: World, on_duty: User
) -> None:
    break_in(client, on_duty, world.child)
    sign_in(client, world.people[Tie.SOCIAL_WORKER])

    text = client.get(f"/children/{world.child.ref}/access").text

    assert on_duty.name in text
    assert REASON in text
