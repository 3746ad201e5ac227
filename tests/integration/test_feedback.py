"""What those who wrote a part are told of its review, and that the child and the home are told nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.client import PageClient
from tests.plans import events, path_of, sign_in
from tests.reviewing import SCHOOL, by, part_at, reviewed, sent
from tests.terms import next_plan
from tests.walk import Walk
from tests.world import World
from vsportal import clock
from vsportal.database import statements
from vsportal.extensions import db
from vsportal.models import Mail, Review, ReviewAction
from vsportal.peps.loading import load_sheet
from vsportal.policy import Tie
from vsportal.reviews import operations
from vsportal.reviews.feedback import Feedback, feedback_for
from vsportal.reviews.operations import Said

AT_HOME = (Tie.YOUNG_PERSON, Tie.CARER)
RATED_WORDS = ("Feedback on", "Note on", "Green (good)", "Amber (requires", "vs-rated")
NEVER_TOLD = (Tie.YOUNG_PERSON, Tie.CARER, Tie.DELEGATE, Tie.SAFEGUARDING_LEAD, Tie.BUSINESS_SUPPORT)


def asked_for(world: World, owner: str, *, days: int = 7, part: str = "school") -> ReviewAction:
    """A finished review that asked somebody to do something by a day."""
    sent(world, part)
    at = part_at(world, Tie.ADVISER, part)
    operations.begin_review(at, by(at))
    for sect in at.sects:
        at = part_at(world, Tie.ADVISER, part)
        operations.rate(at, by(at), sect.id, Said("green"))
    at = part_at(world, Tie.ADVISER, part)
    action = operations.add_action(
        at,
        by(at),
        what="Ring the college",
        owner_id=world.people[owner].id,
        by_on=clock.today() + timedelta(days=days),
    )
    at = part_at(world, Tie.ADVISER, part)
    operations.finish(at, by(at))
    db.session.commit()
    return action


# Beside the section ---------------------------------------------------------------------------------------


def test_a_sections_owner_reads_what_was_said_of_it_now_and_next_term(
    client: PageClient, world: World
) -> None:
    sent(world)
    reviewed(world, ratings={"targets": "amber"})
    sign_in(client, world.people[Tie.DESIGNATED_TEACHER])
    now = (
        client.get(path_of(world, "targets"))
        .one("details.vs-said-of:not(.vs-noprint)")
        .get_text(" ", strip=True)
    )
    after = next_plan(world)
    later = (
        client.get(path_of(after, "targets"))
        .one("details.vs-said-of:not(.vs-noprint)")
        .get_text(" ", strip=True)
    )

    words = f"Amber (requires improvement) Feedback on targets. {world.people[Tie.ADVISER].name}"
    assert now.startswith(f"What the Virtual School said This term {words}")
    assert later.startswith(f"What the Virtual School said Last time {words}")
    assert "Note on" not in now + later


def test_feedback_is_read_in_one_statement_and_not_at_all_for_those_told_nothing(world: World) -> None:
    sent(world)
    reviewed(world)
    for tie, most in ((Tie.DESIGNATED_TEACHER, 1), (Tie.CARER, 0), (Tie.YOUNG_PERSON, 0)):
        sheet = load_sheet(world.actor(tie), world.pep.ref, "targets")
        assert sheet is not None
        with statements(db.engine) as seen:
            told = feedback_for(sheet)

        assert len(seen) == most
        assert (told == Feedback()) == (most == 0)


def test_a_review_under_way_is_told_to_nobody_who_wrote_the_part(client: PageClient, world: World) -> None:
    sent(world)
    at = part_at(world, Tie.ADVISER)
    operations.begin_review(at, by(at))
    at = part_at(world, Tie.ADVISER)
    operations.rate(at, by(at), "targets", Said("red", "No measure yet."))
    db.session.commit()
    sign_in(client, world.people[Tie.DESIGNATED_TEACHER])

    for path in (path_of(world, "targets"), f"/peps/{world.pep.ref}"):
        page = client.get(path)
        assert "No measure" not in page.text
        assert world.people[Tie.ADVISER].name + " is reviewing" not in page.text


def test_school_and_social_care_are_told_of_their_own_part_alone(client: PageClient, world: World) -> None:
    sent(world)
    reviewed(world, ratings=dict.fromkeys(SCHOOL, "red"))
    sent(world, "care")
    reviewed(world, part="care")
    sees = {
        Tie.DESIGNATED_TEACHER: ("targets",),
        Tie.SOCIAL_WORKER: ("my_details",),
        Tie.TEAM_MANAGER: ("my_details",),
        Tie.INDEPENDENT_REVIEWER: ("my_details",),
        Tie.HEAD: ("targets", "my_details"),
    }
    for tie, sections in sees.items():
        sign_in(client, world.people[tie])
        plan = client.get(f"/peps/{world.pep.ref}").text
        for section in ("targets", "my_details"):
            told = section in sections
            assert (f"Feedback on {section}." in plan) == told, (tie, section)
            page = client.get(path_of(world, section)).text
            assert (f"Feedback on {section}." in page) == told, (tie, section)


@pytest.mark.parametrize("tie", NEVER_TOLD)
def test_no_page_of_a_child_a_carer_or_a_colleague_holds_a_rating_or_a_return(
    client: PageClient, world: World, tie: str
) -> None:
    sent(world)
    reviewed(world, back={"targets": "It has no measure."})
    sent(world, "care")
    reviewed(world, part="care")
    later = next_plan(world)
    sign_in(client, world.people[tie])
    walk = Walk(client, world, ())
    walk._follow(["/"] if tie in AT_HOME else [])
    pages = dict(walk.given)
    for path in [f"/peps/{p.pep.ref}" for p in (world, later)] + [path_of(world, s) for s in SCHOOL]:
        pages[path] = client.get(path, follow=True).body

    for words in (*RATED_WORDS, "It has no measure.", "Returned", "sent the school’s part back"):
        assert [path for path, body in pages.items() if words in body] == [], words


def test_the_lead_of_a_reviewed_part_gets_one_mail(world: World) -> None:
    sent(world, "care")
    reviewed(world, part="care")
    mail = db.session.scalars(select(Mail)).one()

    assert mail.to_user_id == world.people[Tie.SOCIAL_WORKER].id
    assert mail.subject == "Something to read is waiting"


# Actions ----------------------------------------------------------------------------------------------------


def test_an_action_is_written_down_with_an_owner_and_a_date(client: PageClient, world: World) -> None:
    sent(world)
    at = part_at(world, Tie.ADVISER)
    operations.begin_review(at, by(at))
    db.session.commit()
    sign_in(client, world.people[Tie.ADVISER])
    here = f"/peps/{world.pep.ref}/review/finish?part=school"
    page = client.get(here)
    refused = client.submit(page, {"by_on": "1 March 2020"}, button="Add it")
    assert refused.errors() == [
        "Enter what is to be done",
        "Select who does it",
        "Enter a date from today on",
    ]
    offered = {str(o["value"]) for o in page.soup.select("#owner option")}
    typed = {
        "what": "Ring the college",
        "owner": world.people[Tie.DESIGNATED_TEACHER].ref,
        "by_on": (clock.today() + timedelta(days=9)).strftime("%-d %B %Y"),
    }
    page = client.submit(page, typed, button="Add it", follow=True)

    assert f"Ring the college {world.people[Tie.DESIGNATED_TEACHER].name}" in page.text
    assert not offered & {world.people[tie].ref for tie in NEVER_TOLD}
    assert len(events(world, "review:action:added")) == 1


def test_its_owner_says_on_the_plans_page_that_it_is_done(client: PageClient, world: World) -> None:
    asked_for(world, Tie.DESIGNATED_TEACHER)
    sign_in(client, world.people[Tie.DESIGNATED_TEACHER])
    page = client.get(f"/peps/{world.pep.ref}")
    page = client.submit(page, button="It is done : Ring the college", follow=True)

    assert page.notices() == ["Noted as done."]
    assert "It is done" not in page.text
    action = db.session.scalars(select(ReviewAction)).one()
    assert action.done_by_id == world.people[Tie.DESIGNATED_TEACHER].id
    assert len(events(world, "review:action:completed")) == 1


def test_an_action_that_is_late_says_so_and_nobody_else_ends_it(client: PageClient, world: World) -> None:
    action = asked_for(world, Tie.SOCIAL_WORKER, part="care")
    action.by_on = clock.today() - timedelta(days=2)
    db.session.commit()
    path = f"/peps/{world.pep.ref}/review-actions/done"
    for tie, status in ((Tie.CARER, 403), (Tie.DESIGNATED_TEACHER, 403), (Tie.TEAM_MANAGER, 403)):
        sign_in(client, world.people[tie])
        assert client.post(path, {"action": action.ref}).status == status
    sign_in(client, world.people[Tie.SOCIAL_WORKER])
    assert "(2 days late)" in client.get(f"/peps/{world.pep.ref}").text
    assert client.post(path, {"action": "nothing"}).status == 404
    assert client.post(path, {"action": action.ref}, follow=True).notices() == ["Noted as done."]
    assert client.post(path, {"action": action.ref}, follow=True).notices() == [
        "It was noted as done already."
    ]


# The plan's page --------------------------------------------------------------------------------------------


def test_the_plans_page_costs_the_same_statements_however_much_was_reviewed(
    client: PageClient, world: World
) -> None:
    sent(world)
    reviewed(world, back={"targets": "No measure."})
    sign_in(client, world.people[Tie.ALLOCATED_ADVISER])
    costs = []
    for _ in range(2):
        client.get(f"/peps/{world.pep.ref}")
        with statements(db.engine) as seen:
            client.get(f"/peps/{world.pep.ref}")
        costs.append(len(seen))
        first = db.session.scalars(select(Review)).first()
        assert first is not None
        for n in range(20):
            db.session.add(
                ReviewAction(
                    review_id=first.id,
                    pep_id=world.pep.id,
                    what=f"To do {n}",
                    owner_id=world.people[Tie.HEAD].id,
                    by_on=clock.today(),
                )
            )
        db.session.commit()

    assert costs[0] == costs[1]
