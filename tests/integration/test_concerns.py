"""What a reviewing officer is worried about, the answer it is owed, and the one page for the care review."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.agreed import agree
from tests.client import Page, PageClient
from tests.plans import events, sign_in
from tests.world import World
from vsportal import clock, settled
from vsportal.audit import By
from vsportal.database import statements
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.models import AccessEvent, Concern, Mail
from vsportal.policy import Tie
from vsportal.reviews.concerns import answer_concern, raise_concern

WORDS = "The maths tutor agreed last term has not begun."


def path(world: World, *rest: str) -> str:
    return "/".join((f"/children/{world.child.ref}/concerns", *rest))


def raised(world: World, *, answer_by: date | None = None) -> Concern:
    """A concern that the reviewing officer has raised."""
    reviewer = world.people[Tie.INDEPENDENT_REVIEWER]
    made = raise_concern(
        By(reviewer.id, Tie.INDEPENDENT_REVIEWER, world.authority.id),
        world.child,
        words=WORDS,
        answer_by=clock.today() + timedelta(days=14),
    )
    if answer_by:
        made.answer_by = answer_by
    db.session.commit()
    return made


def as_(client: PageClient, world: World, tie: str) -> PageClient:
    return sign_in(client, world.people[tie])


def test_a_reviewer_raises_a_concern_with_ten_working_days_for_an_answer(
    client: PageClient, world: World
) -> None:
    reviewer = as_(client, world, Tie.INDEPENDENT_REVIEWER)

    form = reviewer.get(path(world))
    said = reviewer.follow(reviewer.submit(form, {"words": WORDS}, action=path(world)))

    made = db.session.scalars(select(Concern)).one()
    assert made.answer_by == settled.working_day(clock.today(), 10)
    assert WORDS in said.text
    assert said.notices()[0].startswith("Your concern is with the social worker and the Virtual School")
    assert [e.actor_id for e in events(world, "child:concern:raised")] == [made.raised_by_id]


def test_the_worker_and_the_adviser_are_told_by_mail_that_says_nothing_of_whom(world: World) -> None:
    raised(world)

    mails = db.session.scalars(select(Mail)).all()

    told = {world.people[Tie.SOCIAL_WORKER].id, world.people[Tie.ALLOCATED_ADVISER].id}
    assert {m.to_user_id for m in mails} == told
    assert {m.subject for m in mails} == {"Something to write is waiting"}
    assert not any(word in m.body for m in mails for word in (world.child.first_name, "tutor", "PEP"))


@pytest.mark.parametrize("tie", [Tie.SOCIAL_WORKER, Tie.TEAM_MANAGER, Tie.ALLOCATED_ADVISER, Tie.HEAD])
def test_social_care_or_the_virtual_school_answers_and_the_reviewer_reads_it(
    client: PageClient, world: World, tie: str
) -> None:
    made = raised(world)
    answering = as_(client, world, tie)

    form = answering.get(path(world))
    answering.submit(form, {"answer": "She begins on Monday."}, action=path(world, made.ref))
    page = as_(client, world, Tie.INDEPENDENT_REVIEWER).get(path(world))

    assert "She begins on Monday." in page.text
    assert f"{world.people[tie].name} answered" in page.text
    assert [e.actor_role for e in events(world, "child:concern:answered")] == [tie]


def test_an_answer_that_came_second_is_given_back_and_the_first_stands(world: World) -> None:
    made = raised(world)
    worker, head = (
        By(world.people[tie].id, tie, world.authority.id) for tie in (Tie.SOCIAL_WORKER, Tie.HEAD)
    )
    answer_concern(worker, world.child, made, "She begins on Monday.")

    with pytest.raises(OperationError, match="Somebody has answered this already"):
        answer_concern(head, world.child, made, "Never mind.")

    assert made.answer == "She begins on Monday."


def test_what_was_typed_too_late_stays_on_the_page(client: PageClient, world: World) -> None:
    made = raised(world)
    worker = as_(client, world, Tie.SOCIAL_WORKER)
    form = worker.get(path(world))
    answer_concern(
        By(world.people[Tie.HEAD].id, Tie.HEAD, world.authority.id), world.child, made, "On Monday."
    )
    db.session.commit()

    page = worker.submit(form, {"answer": "My long answer."}, action=path(world, made.ref))

    assert page.status == 409
    assert page.errors() == ["Somebody has answered this already. Your words were not kept."]
    assert "My long answer." in page.text


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ({"words": ""}, "Enter what you are worried about"),
        (
            {"answer_by": "31 February 2027"},
            "31 February 2027 is not a date. Enter a real date, like 4 September 2019",
        ),
        ({"answer_by": "1 January 2020"}, "Enter a day from today to half a year ahead."),
        ({"words": "a" * 4001}, "Shorten this to 4,000 characters"),
    ],
)
def test_a_concern_that_cannot_be_kept_says_why_and_keeps_what_was_typed(
    client: PageClient, world: World, typed: dict[str, str], error: str
) -> None:
    reviewer = as_(client, world, Tie.INDEPENDENT_REVIEWER)
    form = reviewer.get(path(world))

    page = reviewer.submit(form, {"words": WORDS} | typed, action=path(world))

    assert page.status == 422
    assert page.errors() == [error]
    assert db.session.scalars(select(Concern)).all() == []
    assert (typed.get("words", WORDS) or "words") in page.body


def test_a_late_answer_is_marked_on_the_plans_page_and_the_childs(client: PageClient, world: World) -> None:
    raised(world, answer_by=clock.today() - timedelta(days=1))
    worker = as_(client, world, Tie.SOCIAL_WORKER)

    pages = [worker.get(f"/peps/{world.pep.ref}"), worker.get(f"/children/{world.child.ref}")]

    assert ["Answer was due" in page.one("#concerns ~ ul").get_text() for page in pages] == [True] * 2
    assert all(page.links()["Read and answer"] == path(world) for page in pages)


@pytest.mark.parametrize("tie", [Tie.YOUNG_PERSON, Tie.CARER, Tie.DESIGNATED_TEACHER, Tie.BUSINESS_SUPPORT])
def test_home_school_and_child_are_told_nothing_of_a_concern(
    client: PageClient, world: World, tie: str
) -> None:
    raised(world)
    somebody = as_(client, world, tie)

    pages = [somebody.get(f"/peps/{world.pep.ref}"), somebody.get(f"/children/{world.child.ref}")]

    assert somebody.get(path(world)).status == 403
    assert not any("oncern" in page.text or WORDS in page.body for page in pages)


@pytest.mark.parametrize(("tie", "status"), [(Tie.SOCIAL_WORKER, 403), (Tie.HEAD, 403), (Tie.CARER, 403)])
def test_only_the_reviewer_raises_one(client: PageClient, world: World, tie: str, status: int) -> None:
    assert as_(client, world, tie).post(path(world), {"words": WORDS}).status == status


def test_a_concern_about_another_child_is_not_there(client: PageClient, world: World) -> None:
    made = raised(world)
    other = sign_in(client, world.other.people[Tie.SOCIAL_WORKER])

    answers = [
        other.post(f"/children/{world.other.child.ref}/concerns/{made.ref}", {"answer": "x"}),
        other.post(path(world, made.ref), {"answer": "x"}),
    ]

    assert [page.status for page in answers] == [404, 404]


# One page -----------------------------------------------------------------------------------------------


def one_page(client: PageClient, world: World, tie: str = Tie.INDEPENDENT_REVIEWER) -> Page:
    return as_(client, world, tie).get(f"/children/{world.child.ref}/one-page")


def test_the_reviewer_has_words_people_plan_targets_and_concerns_on_one_page(
    client: PageClient, world: World
) -> None:
    agree(world)
    raised(world)
    world.section("my_views").answers = {"going_well": "Art, and nobody shouts."}
    world.section("my_details").answers = {"sdq_score": 14, "sdq_date": "2026-09-03"}
    world.section("progress").answers = {"on_track": "yes"}
    db.session.commit()

    page = one_page(client, world)

    assert "Art, and nobody shouts." in page.text
    assert "Solve two-step equations alone" in page.text
    assert "14, on 3 September 2026" in page.text
    assert "Is Amira making the progress you expect of them? Yes" in page.text
    assert world.people[Tie.SOCIAL_WORKER].name in page.text
    assert "Answer by" in page.text
    assert db.session.scalars(select(AccessEvent.what).where(AccessEvent.what == "one_page")).one()


def test_a_child_without_a_plan_has_a_page_that_says_so(client: PageClient, world: World) -> None:
    world.pep.state = "cancelled"
    db.session.commit()

    assert "There is no plan yet." in one_page(client, world).text


def test_it_says_who_is_late(client: PageClient, world: World) -> None:
    for name in ("my_details", "progress"):
        world.section(name).due_on = clock.today() - timedelta(days=3)
    db.session.commit()

    page = one_page(client, world)

    assert f"My details ({world.people[Tie.SOCIAL_WORKER].name})" in page.text


@pytest.mark.parametrize("tie", [Tie.CARER, Tie.DESIGNATED_TEACHER, Tie.YOUNG_PERSON])
def test_it_is_not_for_home_or_school(client: PageClient, world: World, tie: str) -> None:
    assert one_page(client, world, tie).status == 403


def test_the_pages_cost_the_same_statements_for_one_concern_as_for_twelve(
    client: PageClient, world: World
) -> None:
    raised(world)
    reviewer = as_(client, world, Tie.INDEPENDENT_REVIEWER)
    costs = []
    paths = [path(world), f"/children/{world.child.ref}/one-page", f"/peps/{world.pep.ref}"]
    for _ in range(2):
        counts = []
        for address in paths:
            reviewer.get(address)
            with statements(db.engine) as seen:
                reviewer.get(address)
            counts.append(len(seen))
        costs.append(counts)
        for _ in range(11):
            raised(world)

    assert costs[0] == costs[1]
    assert max(costs[0]) <= 15
