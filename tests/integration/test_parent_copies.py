"""Copies for parents: who gets what, read through first, given once; and what a copy never holds."""

from __future__ import annotations

import pytest

from tests.agreed import agree, write_letter
from tests.client import Page, PageClient
from tests.integration.test_private_answers import PLANTED, plant, token
from tests.plans import close, events, hold_the_meeting, sign_in
from tests.world import World
from vsportal import clock
from vsportal.audit import By
from vsportal.children.queries import people_around
from vsportal.database import statements
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.meetings.copies import Copy, Holder, copy_of, never_named, sheets_for
from vsportal.meetings.releasing import decide, release
from vsportal.models import Comment, ParentCopy, PepState
from vsportal.peps.loading import Plan, load_plan
from vsportal.policy import Tie

PEOPLE = {
    "parental_responsibility.r1": True,
    "parental_responsibility.r1.name": "Leila Belhadj",
    "parental_responsibility.r1.relation": "mother",
    "parental_responsibility.r2": True,
    "parental_responsibility.r2.name": "Omar Haddad",
}


@pytest.fixture
def named(world: World) -> World:
    """A plan whose meeting was held, with a letter, that names two people with parental responsibility."""
    agree(world)
    write_letter(world)
    world.section("my_details").answers = dict(PEOPLE)
    db.session.commit()
    return world


def path(world: World, *rest: str) -> str:
    return "/".join((f"/peps/{world.pep.ref}/copies", *rest))


def worker(client: PageClient, world: World) -> PageClient:
    return sign_in(client, world.people[Tie.SOCIAL_WORKER])


def plan_of(world: World) -> Plan:
    plan = load_plan(world.actor(Tie.SOCIAL_WORKER), world.pep.ref)
    assert plan is not None
    return plan


def by(world: World) -> By:
    return By(world.people[Tie.SOCIAL_WORKER].id, Tie.SOCIAL_WORKER, world.authority.id)


def decided(client: PageClient, world: World, **typed: str) -> Page:
    """What the page answers when this is decided for the mother."""
    client.get(path(world))
    return client.post(path(world), {"person": "r1", "kind": "letter", "reason": ""} | typed)


def only(world: World) -> ParentCopy:
    return db.session.query(ParentCopy).filter_by(pep_id=world.pep.id).one()


# Deciding and giving ------------------------------------------------------------------------------------


def test_a_worker_decides_looks_at_the_letter_and_says_that_it_was_given(
    client: PageClient, named: World
) -> None:
    she = worker(client, named)

    preview = she.follow(decided(she, named))
    said = she.follow(she.submit(preview, {"given_how": "By hand"}, button="It was given"))
    twice = she.submit(preview, {"given_how": "By hand"}, button="It was given")

    assert "Below is exactly what Leila Belhadj gets" in preview.text
    assert "You told us that you want to sit at the front." in preview.text
    assert "Leila Belhadj was given this" in said.notices()[0]
    assert "The letter only: By hand." in said.text
    assert she.follow(twice).notices() == ["This has been given already."]
    assert [e.tag for e in events(named, "pep:copy:decided", "pep:copy:previewed", "pep:copy:released")] == [
        "pep:copy:decided",
        "pep:copy:previewed",
        "pep:copy:released",
    ]


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ({"kind": ""}, "Select what they get"),
        ({"kind": "everything"}, "Select what they get"),
        ({"kind": "none", "reason": " "}, "Enter why they get nothing"),
    ],
)
def test_a_decision_that_cannot_be_kept_says_why(
    client: PageClient, named: World, typed: dict[str, str], error: str
) -> None:
    page = decided(worker(client, named), named, **typed)

    assert (page.status, page.errors()) == (422, [error])
    assert db.session.query(ParentCopy).count() == 0


def test_nobody_gets_anything_of_which_the_worker_has_not_seen_every_word(
    client: PageClient, named: World
) -> None:
    she = worker(client, named)
    preview = she.follow(decided(she, named))
    row = named.section("summary")
    row.answers = {**row.answers, "did_well": "And something new."}
    db.session.commit()

    page = she.submit(preview, {"given_how": "By post"}, button="It was given")

    assert page.status == 409
    assert page.errors() == [
        "The plan has changed since you looked at this copy. Read it again, then say that it was given."
    ]
    assert only(named).released_at is None


def test_a_changed_mind_asks_for_another_look_and_what_was_given_stands(named: World) -> None:
    plan, mother = plan_of(named), Holder("r1", "Leila Belhadj", "mother")
    row = decide(by(named), plan, mother, "letter")
    row.previewed_at = clock.now()
    decide(by(named), plan, mother, "none", "She asked not to have it.")
    decide(by(named), plan, mother, "letter")

    with pytest.raises(OperationError, match="Look at it first"):
        release(by(named), plan.pep, row, how="By hand", on=clock.today(), mark="m")
    row.previewed_at = clock.now()
    release(by(named), plan.pep, row, how="By hand", on=clock.today(), mark="m")

    with pytest.raises(OperationError, match="stands"):
        decide(by(named), plan, mother, "none", "Too late.")


@pytest.mark.parametrize(
    ("kind", "state", "sentence"),
    [
        ("letter", PepState.OPEN, "once the meeting has been held"),
        ("copy", PepState.MEETING_HELD, "once it is signed off"),
    ],
)
def test_nothing_is_given_that_can_still_change(
    named: World, kind: str, state: PepState, sentence: str
) -> None:
    plan = plan_of(named)
    plan.pep.state = state
    row = decide(by(named), plan, Holder("r1", "Leila Belhadj", ""), kind)
    row.previewed_at = clock.now()

    with pytest.raises(OperationError, match=sentence):
        release(by(named), plan.pep, row, how="By hand", on=clock.today(), mark="m")


@pytest.mark.parametrize("tie", [Tie.DESIGNATED_TEACHER, Tie.CARER, Tie.HEAD, Tie.INDEPENDENT_REVIEWER])
def test_only_social_care_decides(client: PageClient, named: World, tie: str) -> None:
    somebody = sign_in(client, named.people[tie])

    assert somebody.get(path(named)).status == 403
    assert "Copies for parents" not in somebody.get(f"/peps/{named.pep.ref}").links()


def test_without_anybody_named_the_page_says_where_to_name_them(client: PageClient, world: World) -> None:
    page = worker(client, world).get(path(world))

    assert "Nobody is named as having parental responsibility in this plan yet." in page.text
    assert page.links()["Name them in My details"].endswith("/sections/my_details")


def test_the_page_costs_the_same_statements_for_two_people_as_for_eight(
    client: PageClient, named: World
) -> None:
    she, where = worker(client, named), path(named)
    costs = []
    for more in ({}, {f"parental_responsibility.r{n}.name": f"Person {n}" for n in range(3, 9)}):
        details = named.section("my_details")
        details.answers = {**details.answers, **more}
        db.session.commit()
        plan = plan_of(named)
        for n in range(1, 9 if more else 3):
            decide(by(named), plan, Holder(f"r{n}", f"Person {n}", ""), "letter")
        db.session.commit()
        she.get(where)
        with statements(db.engine) as seen:
            she.get(where)
        costs.append(len(seen))

    assert costs[0] == costs[1] <= 8


# What a copy never holds --------------------------------------------------------------------------------


def copy_for(world: World) -> Copy:
    plan = plan_of(world)
    around = people_around([world.child.id], clock.today())[world.child.id]
    others = [Holder("r2", "Omar Haddad", "")]
    never = never_named(plan, around, world.household.name, others)
    return copy_of(plan, sheets_for(plan), around, whole=True, never=never)


def words_in(copy: Copy) -> str:
    return repr(copy)


@pytest.fixture
def planted(world: World) -> World:
    """A sentence in every question of a signed-off plan, and what the carer says."""
    plant(world, plan_of(world))
    hold_the_meeting(world)
    close(world)
    said = db.session.query(Comment).filter_by(field_id="said_at_meeting").one()
    db.session.add(
        Comment(
            pep_section_id=said.pep_section_id,
            field_id="said_at_meeting",
            author_id=world.people[Tie.CARER].id,
            role=Tie.CARER,
            signed="foster carer",
            text="zqfrom_the_homeqz",
            changed_at=clock.now(),
        )
    )
    db.session.commit()
    return world


@pytest.mark.parametrize(
    "left_out",
    [
        token("my_views", "meeting_wish"),  # child_chosen
        token("my_details", "matters_not"),
        token("my_details", "may_collect", "name"),  # adults_around
        token("my_details", "emergency_contact"),  # for a parent who is the carer alone
        token("my_details", "life_story"),  # narrowed
        token("my_details", "other_reviews"),  # professionals
        token("my_details", "family_time"),  # other relatives
        token("my_details", "told_simply"),
        token("my_details", "parental_responsibility", "name"),  # the other parent
        token("meeting", "attendees", "name"),
        token("at_home", "going_well"),  # the home's own page
        token("my_views", "told_an_adult"),
        "zqfrom_the_homeqz",
    ],
)
def test_a_parents_copy_leaves_out(planted: World, left_out: str) -> None:
    assert left_out not in words_in(copy_for(planted))


def test_a_parents_copy_holds_what_everyone_reads_and_no_name_of_the_home(planted: World) -> None:
    words = words_in(copy_for(planted))
    found = set(PLANTED.findall(words))

    assert {token("my_views", "going_well"), token("progress", "achievements")} <= found
    assert token("meeting", "decisions", "what") in found
    assert planted.people[Tie.CARER].name not in words
    assert planted.household.name not in words
    assert planted.school.name in words


def test_no_question_beyond_those_for_everyone_goes_into_a_copy(planted: World) -> None:
    plan, found = plan_of(planted), set(PLANTED.findall(words_in(copy_for(planted))))
    for_others = {
        token(asked.id, field.id, *column)
        for asked in plan.sections
        for field in asked.fields
        if field.audience != "everyone" or asked.owner_of(field) == "carer"
        for column in ((), *((c.id,) for c in getattr(field, "columns", ())))
    }

    assert len(for_others) > 100
    assert found & for_others == set()


def test_where_the_address_is_secret_neither_school_nor_place_is_named(planted: World) -> None:
    details = planted.section("my_details")
    details.answers = {**details.answers, "secret_address": "yes"}
    db.session.commit()

    words = words_in(copy_for(planted))

    assert planted.school.name not in words
    assert token("meeting", "venue") not in words
    assert token("meeting", "decisions", "what") in words


def test_what_the_child_narrowed_to_few_people_stays_with_them(planted: World) -> None:
    views = planted.section("my_views")
    views.readers = {"going_well": {"people": [planted.people[Tie.CARER].id]}}
    db.session.commit()

    assert token("my_views", "going_well") not in words_in(copy_for(planted))


def test_names_of_home_and_other_parents_numbers_and_postcodes_are_taken_out_of_what_people_typed(
    client: PageClient, named: World
) -> None:
    named.people[Tie.CARER].name = "Tina Marlowe"
    row = named.section("summary")
    row.answers = {
        "heard": "Tina at ST4 1AA rings 01632 960 123. Omar knows, Amira too.",
        "did_well": "Tinsel.",
    }
    db.session.commit()
    she = worker(client, named)

    page = she.follow(decided(she, named))
    letter = page.one("article").get_text(" ", strip=True)

    assert "[left out] at [left out] rings [left out] . " in letter.replace("].", "] .")
    assert "[left out] knows, Amira too." in letter
    assert "Tinsel." in letter
    assert "taken out of what people typed: Tina, Omar, ST4 1AA and 01632 960 123" in page.text
