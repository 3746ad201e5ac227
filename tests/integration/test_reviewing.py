"""Reviewing a part: section by section, what it comes to, who may, and what each may read meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tests.client import PageClient
from tests.plans import complete, events, part_of, sign_in
from tests.reviewing import SCHOOL, by, page_of, part_at, rate, ratings_of, reviewed, sent, start
from tests.terms import next_plan
from tests.world import World
from vsportal import clock
from vsportal.database import statements
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.models import Comment, PartState, PepState, Rating, Review
from vsportal.policy import Tie
from vsportal.reviews import operations
from vsportal.reviews.operations import Said
from vsportal.reviews.schemes import ensure, starting

MOST_STATEMENTS = 15
"""Of the page on which a section is rated."""


def scheme(world: World, **changed: object) -> None:
    """The authority's scheme from now on: the starting one but for this."""
    row = ensure(world.authority.id, clock.today() - timedelta(days=1)).row
    assert row is not None
    row.body = starting().model_copy(update=changed).model_dump(mode="json")
    db.session.commit()


# A whole review -------------------------------------------------------------------------------------------


def test_an_adviser_rates_every_section_one_press_each_and_finishes(client: PageClient, world: World) -> None:
    sent(world)
    page = start(client, world)
    for section in SCHOOL:
        assert str(page.one("input[name=section]")["value"]) == section
        page = rate(client, page, "green")
    page = client.submit(page, button="Finish the review", follow=True)

    assert page.notices() == ["The school’s part is reviewed: Green (good). Its writers are told."]
    assert part_of(world, "school").state == PartState.REVIEWED
    finished = part_at(world, Tie.HEAD).finished
    assert finished is not None
    assert finished.review.overall == "green"
    assert [
        e.tag for e in events(world, "review:part:begun", "review:part:finished", "pep:part:reviewed")
    ] == [
        "review:part:begun",
        "review:part:finished",
        "pep:part:reviewed",
    ]


def test_the_rating_form_is_where_one_lands_and_the_rail_shows_every_rating(
    client: PageClient, world: World
) -> None:
    sent(world)
    page = start(client, world)
    sent_on = client.submit(page, {"review-rating": "amber"}, action=f"/peps/{world.pep.ref}/review")
    after = client.follow(sent_on)

    assert sent_on.location.endswith("#review-rating")
    assert after.one("#review-rating")["type"] == "radio"
    rail = [li.get_text(" ", strip=True) for li in after.soup.select(".vs-rail li")]
    assert rail[:3] == ["My views Amber", "My education rating now", "How I am doing to rate"]
    assert "the school’s part comes to Green (good) ; 6 sections still to rate" in after.text


def test_what_is_saved_is_there_when_one_comes_back(client: PageClient, world: World) -> None:
    sent(world)
    page = start(client, world)
    rate(client, page, "gold", feedback="Kofi’s idea\nis in it.", note="Ask Rhian.")
    page = client.get(f"/peps/{world.pep.ref}/review?part=school&section=my_views")

    assert page.one("[name=review-rating][checked]")["value"] == "gold"
    assert page.one("#review-feedback").get_text() == "Kofi’s idea\nis in it."
    assert page.one("#review-note").get_text() == "Ask Rhian."


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "Select a rating"),
        ({"review-rating": "brilliant"}, "Select a rating"),
        ({"review-rating": "red", "review-returned": "y"}, "Enter why this section goes back"),
        ({"review-rating": "red", "review-note": "x" * 4001}, "Shorten this to 4,000 letters"),
    ],
)
def test_what_will_not_do_is_said_at_its_box_and_stays_as_typed(
    client: PageClient, world: World, typed: Mapping[str, str], said: str
) -> None:
    sent(world)
    start(client, world)
    here = f"/peps/{world.pep.ref}/review"
    page = client.get(f"{here}?part=school&section=targets")
    page = client.submit(page, {"review-feedback": "Well begun.", **typed}, action=here)

    assert (page.status, page.errors()) == (422, [said])
    assert page.one("#review-feedback").get_text() == "Well begun."
    assert ratings_of(db.session.scalars(select(Review)).one()) == {}


def test_the_part_comes_to_what_the_rule_makes_of_it_unless_a_reason_is_given(
    client: PageClient, world: World
) -> None:
    sent(world)
    at = part_at(world, Tie.ADVISER)
    review = operations.begin_review(at, by(at))
    for section in SCHOOL:
        at = part_at(world, Tie.ADVISER)
        operations.rate(at, by(at), section, Said("amber" if section in ("targets", "careers") else "green"))
    db.session.commit()
    sign_in(client, world.people[Tie.ADVISER])
    here = f"/peps/{world.pep.ref}/review/finish"
    page = client.get(f"{here}?part=school")
    assert "By the rule it comes to Amber (requires improvement)" in page.text
    page = client.submit(page, {"overall": "green"}, action=here)
    assert page.errors() == ["Enter why your rating is another than the rule’s"]
    client.submit(page, {"overall": "green", "override_reason": "Both are new this week."}, action=here)

    db.session.refresh(review)
    assert (review.state, review.derived, review.overall) == ("finished", "amber", "green")
    assert review.override_reason == "Both are new this week."


def test_a_late_part_of_social_care_is_amber_at_best_where_the_scheme_says_so(world: World) -> None:
    scheme(world, late_care_at_best_amber=True)
    sent(world, "care")
    world.pep.meeting_on = clock.today() - timedelta(days=3)
    db.session.commit()

    assert reviewed(world, Tie.ADVISER, part="care").overall == "amber"


# What cannot be done --------------------------------------------------------------------------------------


def test_a_part_is_reviewed_when_it_is_here_and_finished_when_every_section_is_rated(world: World) -> None:
    at = part_at(world, Tie.ADVISER)
    with pytest.raises(OperationError, match="not with the Virtual School"):
        operations.begin_review(at, by(at))
    sent(world)
    at = part_at(world, Tie.ADVISER)
    with pytest.raises(OperationError, match="has ended"):
        operations.rate(at, by(at), "targets", Said("green"))
    operations.begin_review(at, by(at))
    at = part_at(world, Tie.ADVISER)
    with pytest.raises(OperationError, match="Rate “My views”, “My education”"):
        operations.finish(at, by(at))
    with pytest.raises(OperationError, match="Mark at least one"):
        operations.send_back(at, by(at))
    with pytest.raises(OperationError, match="not rated with this part"):
        operations.rate(at, by(at), "my_details", Said("green"))
    with pytest.raises(OperationError, match="Only a complete section of this part"):
        operations.rate(at, by(at), "my_views", Said("green", returned=True, reason="Say more."))


def test_the_review_of_a_closed_plan_cannot_be_begun(client: PageClient, world: World) -> None:
    sent(world)
    world.pep.state = PepState.SIGNED_OFF
    page = page_of(client, world, Tie.ADVISER)

    assert "This plan is closed" in page.text
    client.post(f"/peps/{world.pep.ref}/review/begin?part=school")
    assert db.session.scalars(select(Review)).all() == []


@pytest.mark.parametrize(
    "tie", [Tie.DESIGNATED_TEACHER, Tie.SOCIAL_WORKER, Tie.CARER, Tie.YOUNG_PERSON, Tie.BUSINESS_SUPPORT]
)
def test_the_pages_of_a_review_are_the_virtual_schools_alone(
    client: PageClient, world: World, tie: str
) -> None:
    sent(world)
    sign_in(client, world.people[tie])

    for path in ("review", "review/finish", "second-rating"):
        assert client.get(f"/peps/{world.pep.ref}/{path}?part=school").status == 403
    for path in ("review", "review/begin", "review/take-over", "review/send-back", "review/actions"):
        assert client.post(f"/peps/{world.pep.ref}/{path}?part=school").status == 403
    assert client.get("/reviews").status == 404


def test_another_authoritys_part_and_one_there_is_not_are_the_same_404(
    client: PageClient, world: World
) -> None:
    sign_in(client, world.people[Tie.ADVISER])

    assert client.get(f"/peps/{world.other.pep.ref}/review?part=school").status == 404
    assert client.get("/peps/nothing/review?part=school").status == 404
    assert client.get(f"/peps/{world.pep.ref}/review?part=home").status == 404


# Nobody rates what they wrote -------------------------------------------------------------------------------


def wrote_in(world: World, tie: str, section: str, leaf: str) -> None:
    """Somebody's answer in a section."""
    row = world.section(section)
    row.authors = {**row.authors, leaf: [world.people[tie].id, clock.now().isoformat()]}
    row.changed_by_id, row.last_key = world.people[tie].id, leaf
    db.session.commit()


def test_nobody_rates_a_section_they_wrote(client: PageClient, world: World) -> None:
    sent(world)
    wrote_in(world, Tie.ADVISER, "targets", "targets.k1.outcome")
    page = page_of(client, world, Tie.ADVISER)

    assert "You wrote in this part, so somebody else reviews it." in page.text
    assert "Start the review" not in page.text
    client.post(f"/peps/{world.pep.ref}/review/begin?part=school")
    assert db.session.scalars(select(Review)).all() == []
    assert "Start the review" in page_of(client, world, Tie.HEAD).body


def test_whoever_completed_a_section_wrote_it_and_an_advisers_own_question_is_not_the_section(
    world: World,
) -> None:
    sent(world)
    wrote_in(world, Tie.ADVISER, "wellbeing", "adviser_comment")
    world.section("progress").completed_by_id = world.people[Tie.HEAD].id
    db.session.commit()

    assert part_at(world, Tie.ADVISER).may_review
    assert part_at(world, Tie.HEAD).may_review.reason == "your_own"


def test_where_the_scheme_says_so_nobody_rates_a_plan_whose_meeting_they_chaired(world: World) -> None:
    sent(world)
    world.section("meeting").completed_by_id = world.people[Tie.ADVISER].id
    db.session.commit()
    assert part_at(world, Tie.ADVISER).may_review

    scheme(world, not_plans_they_chaired=True)

    assert part_at(world, Tie.ADVISER).may_review.reason == "your_own"


# Two advisers at once ---------------------------------------------------------------------------------------


def test_a_second_adviser_is_told_who_reviews_it_and_loses_nothing_they_typed(
    client: PageClient, world: World
) -> None:
    sent(world)
    at = part_at(world, Tie.ADVISER)
    operations.begin_review(at, by(at))
    db.session.commit()
    priya = world.people[Tie.ADVISER].name
    page = page_of(client, world, Tie.HEAD)
    assert f"{priya} is reviewing this part." in page.text
    late = client.post(
        f"/peps/{world.pep.ref}/review?part=school",
        {"section": "targets", "review-rating": "red", "review-feedback": "No measure."},
    )

    assert late.status == 409
    assert late.errors() == [f"{priya} is reviewing this part now. What you typed is not saved"]
    assert late.one("#review-feedback").get_text() == "No measure."


def test_of_two_who_begin_at_once_the_second_is_told_and_one_review_is_begun(
    client: PageClient, world: World
) -> None:
    sent(world)
    theirs = page_of(client, world, Tie.HEAD)
    at = part_at(world, Tie.ADVISER)
    operations.begin_review(at, by(at))
    db.session.commit()
    told = client.submit(theirs, button="Start the review", follow=True)

    assert told.notices() == [f"{world.people[Tie.ADVISER].name} is reviewing this part."]
    assert len(db.session.scalars(select(Review)).all()) == 1


def test_a_review_is_taken_over_with_a_reason_and_its_ratings_are_offered_to_be_confirmed(
    client: PageClient, world: World
) -> None:
    sent(world)
    start(client, world)
    rate(client, page_of(client, world, Tie.ADVISER), "gold")
    page = page_of(client, world, Tie.HEAD)
    refused = client.submit(page, button="Take it over")
    assert refused.errors() == ["Enter why you take the review over"]
    page = client.submit(page, {"over-why": "Priya is on leave."}, button="Take it over", follow=True)
    assert "My views Gold to confirm" in page.one(".vs-rail").get_text(" ", strip=True)
    client.submit(page, button="Confirm it", follow=True)

    old, new = db.session.scalars(select(Review).order_by(Review.id))
    assert (old.state, new.state, new.reviewer_id) == ("stopped", "under_way", world.people[Tie.HEAD].id)
    assert ratings_of(new) == ratings_of(old)
    taken = events(world, "review:part:stopped")[0]
    assert taken.changes[0]["new"] == "Priya is on leave."


def test_the_database_keeps_one_review_of_a_part_under_way(world: World) -> None:
    sent(world)
    at = part_at(world, Tie.ADVISER)
    review = operations.begin_review(at, by(at))
    again = Review(
        pep_id=review.pep_id,
        part="school",
        scheme_id=review.scheme_id,
        reviewer_id=world.people[Tie.HEAD].id,
    )
    db.session.add(again)

    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


# What the page shows ----------------------------------------------------------------------------------------


def test_a_childs_private_answers_are_on_the_page_of_those_alone_whom_the_child_chose(
    client: PageClient, world: World
) -> None:
    views = world.section("my_views")
    views.answers = {**views.answers, "who_helps": "Only Nan, secretly.", "going_well": "Art with Ms Bell."}
    sent(world)
    at_home = world.section("at_home")
    db.session.add(
        Comment(
            pep_section_id=at_home.id,
            field_id="home_views",
            author_id=world.people[Tie.YOUNG_PERSON].id,
            role="young_person",
            signed="",
            text="I hide the letters.",
            changed_at=clock.now(),
        )
    )
    complete(world, part="care")
    other = page_of(client, world, Tie.ADVISER, section="my_views").text
    home = page_of(client, world, Tie.ADVISER, part="care", section="at_home").text
    allocated = page_of(client, world, Tie.ALLOCATED_ADVISER, section="my_views").text

    assert "Art with Ms Bell." in other
    assert "Only Nan" not in other
    assert "I hide the letters" not in home
    assert "Only Nan, secretly." in allocated


def test_a_childs_words_are_not_rated_and_do_not_go_back(client: PageClient, world: World) -> None:
    sent(world)
    start(client, world)
    page = page_of(client, world, Tie.ADVISER, section="my_views")

    assert "The child was asked in a way that suits them" in page.text
    assert page.soup.select("#review-returned") == []
    teacher = world.people[Tie.DESIGNATED_TEACHER].name
    assert f"This section does not go back. Say to {teacher} what should change." in page.text


def test_last_terms_feedback_and_what_the_facts_say_stand_beside_the_section(
    client: PageClient, world: World
) -> None:
    sent(world)
    reviewed(world, ratings={"targets": "amber"})
    world = next_plan(world)
    sent(world)
    page = page_of(client, world, Tie.HEAD, section="targets")

    said = page.one(".vs-before").get_text(" ", strip=True)
    assert said.startswith("Amber (requires improvement) Feedback on targets.")
    assert world.people[Tie.ADVISER].name in said
    assert "Checked by the portal" in page.text


@pytest.mark.parametrize("section", ["my_views", "targets", "attendance"])
def test_the_page_of_a_section_costs_few_statements_whatever_was_reviewed_before(
    client: PageClient, world: World, section: str
) -> None:
    sent(world)
    start(client, world)
    costs = []
    for _ in range(2):
        path = f"/peps/{world.pep.ref}/review?part=school&section={section}"
        client.get(path)
        with statements(db.engine) as seen:
            client.get(path, bare=True)
        costs.append(len(seen))
        at = part_at(world, Tie.ADVISER)
        for sect in SCHOOL:
            operations.rate(at, by(at), sect, Said("green", "Good.", "So."))
        db.session.commit()

    assert costs[0] == costs[1]
    assert costs[0] <= MOST_STATEMENTS


def test_every_rating_there_is_can_be_given(world: World) -> None:
    sent(world)
    at = part_at(world, Tie.ADVISER)
    operations.begin_review(at, by(at))
    for rating in Rating:
        at = part_at(world, Tie.ADVISER)
        operations.rate(at, by(at), "targets", Said(rating))

        assert part_at(world, Tie.ADVISER).rating_of("targets") == rating
