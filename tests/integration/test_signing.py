"""Signing off: by the head, once, with the missing part named; and what is kept never changes."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from tests.client import Page, PageClient
from tests.plans import (
    SECTIONS,
    TIES,
    events,
    fill,
    hold_the_meeting,
    how,
    path_of,
    review,
    send,
    send_back,
    sign_in,
)
from tests.world import World
from vsportal import clock
from vsportal.extensions import db
from vsportal.models import (
    PepState,
    Rating,
    Review,
    ReviewScheme,
    SectionRating,
    SignedPlan,
    Wish,
)
from vsportal.peps.loading import load_plan
from vsportal.policy import Tie
from vsportal.reviews import schemes
from vsportal.signing.document import canonical, checksum, document_of
from vsportal.signing.keeping import kept_of


def post(client: PageClient, world: World, **form: str) -> Page:
    return client.post(f"/peps/{world.pep.ref}/sign-off", form, follow=True)


@pytest.fixture
def head(client: PageClient, world: World) -> PageClient:
    """The head, at a plan whose meeting was held and whose parts are reviewed."""
    review(world, "school", "care")
    hold_the_meeting(world)
    return sign_in(client, world.people[Tie.HEAD])


def kept(world: World) -> SignedPlan:
    found = kept_of(world.pep.id)
    assert found is not None
    return found


# Who, and when ------------------------------------------------------------------------------------------


def test_the_head_looks_over_what_is_kept_and_signs_off(head: PageClient, world: World) -> None:
    page = head.get(f"/peps/{world.pep.ref}/sign-off")
    assert "Which part is missing?" not in page.text

    done = head.submit(page, button="Sign off and lock", follow=True)

    assert done.notices() == ["You have signed the plan off. It is locked now."]
    assert (world.pep.state, world.pep.signed_off_by_id) == (PepState.SIGNED_OFF, world.people[Tie.HEAD].id)
    assert {how(head.get(path_of(world, section))) for section in SECTIONS} == {"r"}
    assert kept(world).sha256 == checksum(kept(world).content)


def test_a_plan_whose_meeting_was_not_held_is_not_signed_off(client: PageClient, world: World) -> None:
    review(world, "school", "care")
    sign_in(client, world.people[Tie.HEAD])
    assert "Sign off this plan" not in client.get(f"/peps/{world.pep.ref}").text

    page = post(client, world)

    assert page.status == 403
    assert "This can be done once the meeting has been held." in page.text
    assert world.pep.state == PepState.OPEN


@pytest.mark.parametrize("tie", [t for t in TIES if t != Tie.HEAD])
def test_nobody_but_the_head_signs_off(client: PageClient, world: World, tie: str) -> None:
    review(world, "school", "care")
    hold_the_meeting(world)
    sign_in(client, world.people[tie])

    page = post(client, world)

    assert page.status == 403
    assert "This is not open to you in the roles you hold today." in page.text
    assert world.pep.state == PepState.MEETING_HELD


def test_signing_off_twice_does_it_once(head: PageClient, world: World) -> None:
    first, second = post(head, world), post(head, world)

    assert (first.status, second.status) == (200, 200)
    assert "This plan is closed. It can be read, not changed." in second.notices()
    assert len(events(world, "pep:plan:signed_off")) == 1


# A part that is missing ---------------------------------------------------------------------------------


def test_a_part_that_was_sent_and_not_reviewed_is_named_as_missing_with_the_reason(
    client: PageClient, world: World
) -> None:
    review(world, "school")
    send(world, "care")
    hold_the_meeting(world)
    sign_in(client, world.people[Tie.HEAD])

    assert post(client, world).errors() == [
        "Social care’s part has not been reviewed. Name it as missing, and say why."
    ]
    assert post(client, world, without="care").errors() == [
        "Enter why the plan is signed off without social care’s part."
    ]
    page = client.get(f"/peps/{world.pep.ref}/sign-off")
    done = client.submit(
        page, {"without": "care", "reason": "Two workers left."}, button="Sign off and lock", follow=True
    )

    assert done.notices() == ["You have signed the plan off. It is locked now."]
    assert (world.pep.signed_off_without, world.pep.signed_off_reason) == ("care", "Two workers left.")
    signed = json.loads(kept(world).content)["signed"]
    assert (signed["without"], signed["reason"]) == ("social care’s part", "Two workers left.")


def test_a_part_that_was_reviewed_meanwhile_is_not_written_down_as_missing(
    head: PageClient, world: World
) -> None:
    page = post(head, world, without="care", reason="It did not come.")

    assert page.notices() == ["You have signed the plan off. It is locked now."]
    assert (world.pep.signed_off_without, world.pep.signed_off_reason) == ("", "")


def test_a_plan_with_neither_part_reviewed_is_not_signed_off(client: PageClient, world: World) -> None:
    send(world, "care")
    send_back(world, "school", "progress")
    hold_the_meeting(world)
    sign_in(client, world.people[Tie.HEAD])
    assert "Sign off and lock" not in client.get(f"/peps/{world.pep.ref}/sign-off").text

    page = post(client, world, without="school", reason="It did not come.")

    assert page.errors() == [
        "Neither the school’s part nor social care’s part has been reviewed. Review one of them first."
    ]
    assert world.pep.state == PepState.MEETING_HELD
    assert kept_of(world.pep.id) is None


def rate(world: World, part: str, overall: str, *, blocks: bool = False) -> None:
    """A finished review of a part, by a scheme that may block."""
    row = db.session.scalars(
        select(ReviewScheme).where(ReviewScheme.authority_id == world.authority.id)
    ).first()
    if row is None:
        body = schemes.in_force(world.authority.id, clock.today()).scheme.model_dump(mode="json")
        row = ReviewScheme(
            authority_id=world.authority.id,
            version=1,
            starts_on=clock.today(),
            body=body | {"blocks_sign_off": ["red"] if blocks else []},
            state="published",
            published_at=clock.now(),
        )
        db.session.add(row)
        db.session.flush()
    one = Review(
        pep_id=world.pep.id,
        part=part,
        scheme_id=row.id,
        reviewer_id=world.people[Tie.ADVISER].id,
        state="finished",
        derived=overall,
        overall=overall,
        ended_at=clock.now(),
    )
    db.session.add(one)
    db.session.flush()
    section = "progress" if part == "school" else "my_details"
    db.session.add(
        SectionRating(
            review_id=one.id,
            section_id=section,
            rating=overall,
            feedback=f"Words about {section}.",
            changed_at=clock.now(),
        )
    )
    db.session.commit()


def test_a_rating_that_blocks_is_said_and_the_part_can_be_named_as_missing(
    head: PageClient, world: World
) -> None:
    rate(world, "school", Rating.RED, blocks=True)

    page = post(head, world)
    assert page.status == 422
    assert "The school’s part is rated" in page.errors()[0]
    done = post(head, world, without="school", reason="The school closed.")

    assert done.notices() == ["You have signed the plan off. It is locked now."]
    ratings = json.loads(kept(world).content)["reviews"]
    assert [(r["part"], r["overall"], r["reviewer"]) for r in ratings] == [
        ("school", "red", world.people[Tie.ADVISER].name)
    ]


def test_what_stays_open_is_listed_before_the_press(head: PageClient, world: World) -> None:
    plan = load_plan(world.actor(Tie.HEAD), world.pep.ref)
    assert plan is not None
    views = next(a for a in plan.sections if a.id == "my_views")
    asked = next(f.id for f in views.fields if f.wish and f.audience == "everyone")  # another each term
    world.section("my_views").answers = {asked: "I want to sit at the front."}
    db.session.add(Wish(pep_id=world.pep.id, child_id=world.child.id, field_id=asked, asked_on=clock.today()))
    db.session.commit()

    page = head.get(f"/peps/{world.pep.ref}/sign-off")

    assert "I want to sit at the front." in page.text
    assert "Nobody owes an answer yet." in page.text


# What is kept ---------------------------------------------------------------------------------------------


@pytest.fixture
def signed(client: PageClient, world: World) -> SignedPlan:
    """A plan with answers that is signed off."""
    fill(world, "progress", "targets")
    review(world, "school", "care")
    hold_the_meeting(world)
    post(sign_in(client, world.people[Tie.HEAD]), world)
    return kept(world)


def test_what_is_kept_stays_the_same_when_names_and_schools_change(signed: SignedPlan, world: World) -> None:
    before, name, school = signed.content, world.child.last_name, world.school.name
    world.child.first_name, world.child.known_as, world.child.last_name = "Zora", "", "Quill"
    world.school.name = "Another Academy"
    world.people[Tie.HEAD].name = "Somebody Else"
    db.session.commit()
    db.session.expire_all()

    again = kept(world)

    assert again.content == before
    assert checksum(again.content) == again.sha256
    assert name in again.content
    assert school in again.content
    plan = load_plan(world.actor(Tie.HEAD), world.pep.ref)
    assert plan is not None
    assert "Quill" in canonical(document_of(plan))
    assert "Quill" not in again.content


def test_the_kept_plan_holds_every_question_asked_with_its_words(signed: SignedPlan, world: World) -> None:
    document = json.loads(signed.content)
    progress = next(s for s in document["sections"] if s["id"] == "progress")

    assert [s["id"] for s in document["sections"]] == SECTIONS
    assert document["signed"]["by"] == world.people[Tie.HEAD].name
    assert "Amira" in progress["heading"]
    assert all(q["label"] or q["kind"] == "note" for s in document["sections"] for q in s["questions"])
    assert "{child" not in signed.content


def test_hidden_names_are_kept_in_full(head: PageClient, world: World) -> None:
    head.post("/session/names", {"hide": "yes"})

    post(head, world)

    assert json.loads(kept(world).content)["child"]["name"] == "Amira Belhadj"


@pytest.mark.parametrize("act", ["UPDATE signed_plan SET content = '{}'", "DELETE FROM signed_plan"])
def test_the_database_refuses_to_change_what_is_kept(signed: SignedPlan, act: str) -> None:
    with pytest.raises(DatabaseError), db.session.begin_nested():
        db.session.execute(text(act))
