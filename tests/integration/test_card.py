"""The contact, collection and permission card: who reads it, what has lapsed, who read it, who is told."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.client import Page, PageClient
from tests.factories import ChildFactory, EnrolmentFactory
from tests.plans import draft, sign_in
from tests.world import World, next_week
from vsportal import clock
from vsportal.access.card import cards_to_read
from vsportal.audit import SYSTEM
from vsportal.database import statements
from vsportal.extensions import db
from vsportal.filters import day
from vsportal.models import Child, Home, Household, Mail, PepSection
from vsportal.peps.operations import open_pep
from vsportal.policy import RULES, Can, Tie

SAYS: Mapping[str, Any] = {
    "may_collect.k1.name": "Tina Marlowe",
    "may_collect.k1.who": "her carer",
    "restrictions": "yes",
    "must_not.k1.name": "Darren Vance",
    "must_not.k1.what": ["collect", "online"],
    "must_not.k1.under": "Prohibited steps order",
    "must_not.k1.if_they_come": "Keep the door shut and ring 999.",
    "online_contact": "Not in the game’s chat.",
    "photographs": "inside",
    "secret_address": "yes",
    "delegated.day_trip.decides": "carer",
    "delegated.day_trip.told": "social_worker",
}
MAY_SEE = sorted(map(str, RULES[Can.SEE_CARD][0] - {Tie.PARENT}))
ADDRESS = "9 Plumtree Lane"


def write(world: World, **more: Any) -> None:
    """What the social worker has written on the card; in a name, two underscores stand for a full stop."""
    row = world.section("my_details")
    row.answers = {**SAYS, **{k.replace("__", "."): v for k, v in more.items()}}
    db.session.commit()


def card(client: PageClient, world: World, tie: str, child: Child | None = None) -> Page:
    """The card as one of the child's people sees it."""
    return sign_in(client, world.people[tie]).get(f"/children/{(child or world.child).ref}/card")


# Who reads it ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tie", MAY_SEE)
def test_everybody_who_acts_on_it_reads_the_whole_card(world: World, client: PageClient, tie: str) -> None:
    write(world)

    text = card(client, world, tie).text

    for said in (
        "Tina Marlowe",
        "Darren Vance",
        "Prohibited steps order",
        "ring 999",
        "Day trip",
        "Inside school",
    ):
        assert said in text


@pytest.mark.parametrize("tie", [Tie.YOUNG_PERSON, Tie.DELEGATE, Tie.BUSINESS_SUPPORT])
def test_the_child_a_delegate_and_business_support_do_not(world: World, client: PageClient, tie: str) -> None:
    write(world)

    page = card(client, world, tie)

    assert page.status == 403
    assert "Darren" not in page.body


def test_a_stranger_finds_no_card(world: World, client: PageClient) -> None:
    write(world)
    stranger = sign_in(client, world.other.people[Tie.DESIGNATED_TEACHER])

    assert stranger.get(f"/children/{world.child.ref}/card").status == 404
    assert stranger.post(f"/children/{world.child.ref}/card/read", {"mark": "x"}).status == 404


def test_a_parent_reads_what_is_theirs_and_no_names_of_others(world: World, client: PageClient) -> None:
    write(world)
    world.household.kind = "parent"
    db.session.commit()

    text = card(client, world, Tie.CARER).text

    assert "Inside school" in text
    assert "Day trip" in text
    assert "Darren" not in text
    assert "Tina Marlowe" not in text.replace(world.people[Tie.CARER].name, "")


def test_no_card_holds_the_address(world: World, client: PageClient) -> None:
    write(world)
    household = db.session.get_one(Household, world.household.id)
    household.address = ADDRESS
    db.session.commit()

    for tie in MAY_SEE:
        assert ADDRESS not in card(client, world, tie).body


# What it says ---------------------------------------------------------------------------------------------


def test_a_card_on_which_nothing_is_written_says_whom_to_ask(world: World, client: PageClient) -> None:
    page = card(client, world, Tie.DESIGNATED_TEACHER)

    assert "Nothing is written on this card yet." in page.text
    assert "I have read this" not in page.text


def test_an_order_that_ran_out_is_shown_as_that(world: World, client: PageClient) -> None:
    yesterday = clock.today() - timedelta(days=1)
    write(world, must_not__k1__ends_on=yesterday.isoformat())

    assert f"Ran out on {day(yesterday)}" in card(client, world, Tie.DESIGNATED_TEACHER).text


def test_an_order_holds_on_its_last_day(world: World, client: PageClient) -> None:
    write(world, must_not__k1__ends_on=clock.today().isoformat())

    assert "Ran out" not in card(client, world, Tie.DESIGNATED_TEACHER).text


def test_a_review_that_is_overdue_is_shown(world: World, client: PageClient) -> None:
    write(world, must_not__k1__review_on=(clock.today() - timedelta(days=1)).isoformat())

    assert "Review date passed" in card(client, world, Tie.DESIGNATED_TEACHER).text


def test_somebody_must_not_collect_but_nobody_is_named(world: World, client: PageClient) -> None:
    row = world.section("my_details")
    row.answers = {"restrictions": "yes"}
    db.session.commit()

    assert "no name is written yet" in card(client, world, Tie.DESIGNATED_TEACHER).text


def test_rows_left_over_from_a_yes_are_not_shown_after_a_no(world: World, client: PageClient) -> None:
    write(world, restrictions="no")

    assert "Darren" not in card(client, world, Tie.DESIGNATED_TEACHER).text


def test_what_could_not_be_read_as_a_date_still_stands_there(world: World, client: PageClient) -> None:
    write(world, must_not__k1__ends_on={"typed": "31/02/2027"})

    assert "31/02/2027" in card(client, world, Tie.DESIGNATED_TEACHER).text


def test_a_card_that_was_carried_says_that_nobody_has_checked_it(world: World, client: PageClient) -> None:
    write(world)
    world.section("my_details").carried = {"photographs": "2025-26-summer"}
    db.session.commit()

    assert "From summer 2026, not checked since." in card(client, world, Tie.DESIGNATED_TEACHER).text


def a_plan_after(world: World) -> PepSection:
    """*My details* of a plan opened after the world's."""
    with clock.at(clock.now() + timedelta(days=120)):
        pep = open_pep(
            SYSTEM,
            world.child,
            term=world.other.term,
            on=clock.today(),
            phase="secondary",
            nc_year=10,
            meeting_on=next_week(),
        )
    return db.session.scalars(
        select(PepSection).where(PepSection.pep_id == pep.id, PepSection.section_id == "my_details")
    ).one()


def test_until_the_new_plan_says_something_the_card_of_the_last_one_holds(
    world: World, client: PageClient
) -> None:
    write(world)
    world.other.term.key = "2030-31-spring"
    a_plan_after(world).answers = {}
    db.session.commit()

    page = card(client, world, Tie.DESIGNATED_TEACHER)

    assert "Darren Vance" in page.text
    assert "not checked since" in page.text


# Having read it -------------------------------------------------------------------------------------------


def confirm(client: PageClient, page: Page) -> Page:
    return client.submit(page, action=page.response.request.path + "/read", follow=True)


def test_the_worker_sees_who_has_read_it(world: World, client: PageClient) -> None:
    write(world)

    confirm(client, card(client, world, Tie.DESIGNATED_TEACHER))

    assert world.people[Tie.DESIGNATED_TEACHER].name in card(client, world, Tie.SOCIAL_WORKER).one(
        "section[aria-labelledby=readings]"
    ).get_text(" ")
    assert "Who has read it" not in card(client, world, Tie.CARER).text


def test_confirming_twice_is_one_reading(world: World, client: PageClient) -> None:
    write(world)
    page = card(client, world, Tie.DESIGNATED_TEACHER)

    first, second = confirm(client, page), confirm(client, page)

    assert (first.status, second.status) == (200, 200)
    readings = card(client, world, Tie.SOCIAL_WORKER).soup.select("section[aria-labelledby=readings] li")
    assert len(readings) == 1


def test_a_card_that_changed_under_the_readers_eyes_is_not_confirmed(
    world: World, client: PageClient
) -> None:
    write(world)
    page = card(client, world, Tie.DESIGNATED_TEACHER)
    write(world, photographs="nowhere")

    answer = confirm(client, page)

    assert "The card has changed since you opened it." in answer.notices()[0]
    assert "Nobody at school has said so yet." in card(client, world, Tie.SOCIAL_WORKER).text


def test_a_change_asks_its_reader_again_on_the_childs_page(world: World, client: PageClient) -> None:
    write(world)
    confirm(client, card(client, world, Tie.DESIGNATED_TEACHER))
    child = f"/children/{world.child.ref}"
    assert "Changed" not in client.get(child).one("section[aria-labelledby=card]").get_text(" ")

    write(world, photographs="nowhere")

    assert "Changed" in client.get(child).one("section[aria-labelledby=card]").get_text(" ")
    assert "This has changed since you read it" in client.get(f"{child}/card").text


def test_carried_unchanged_into_the_next_plan_it_has_been_read(world: World, client: PageClient) -> None:
    write(world)
    confirm(client, card(client, world, Tie.DESIGNATED_TEACHER))
    world.other.term.key = "2030-31-spring"
    again = {k.replace(".k1.", ".k9."): v for k, v in SAYS.items()}
    a_plan_after(world).answers = again
    db.session.commit()

    assert "You have read this" in card(client, world, Tie.DESIGNATED_TEACHER).text


def test_only_those_at_school_are_asked(world: World, client: PageClient) -> None:
    write(world)

    assert "I have read this" not in card(client, world, Tie.SOCIAL_WORKER).text
    assert client.post(f"/children/{world.child.ref}/card/read", {"mark": "x"}).status == 403
    assert cards_to_read(world.actor(Tie.SOCIAL_WORKER)) == {}
    assert set(cards_to_read(world.actor(Tie.SAFEGUARDING_LEAD))) == {world.child.id}


def test_asking_what_is_to_be_read_costs_the_same_for_many_children(world: World) -> None:
    write(world)
    actor = world.actor(Tie.DESIGNATED_TEACHER)
    with statements(db.engine) as one:
        cards_to_read(actor)
    for _ in range(5):
        child = ChildFactory(authority=world.authority)
        EnrolmentFactory(child=child, school=world.school)
        pep = open_pep(
            SYSTEM,
            child,
            term=world.term,
            on=clock.today(),
            phase="secondary",
            nc_year=8,
            meeting_on=next_week(),
        )
        row = select(PepSection).where(PepSection.pep_id == pep.id, PepSection.section_id == "my_details")
        db.session.scalars(row).one().answers = dict(SAYS)
    db.session.commit()

    with statements(db.engine) as many:
        found = cards_to_read(actor)

    assert len(found) == 6
    assert len(many) == len(one) == 3


# Telling the school ---------------------------------------------------------------------------------------


def test_a_change_tells_the_school_the_same_day_once(world: World, client: PageClient) -> None:
    sign_in(client, world.people[Tie.SOCIAL_WORKER])
    draft(client, world, {"photographs": "nowhere"}, section="my_details")
    draft(client, world, {"online_contact": "None."}, section="my_details")

    mails = db.session.scalars(select(Mail)).all()

    assert {m.to_user_id for m in mails} == {
        world.people[Tie.DESIGNATED_TEACHER].id,
        world.people[Tie.SAFEGUARDING_LEAD].id,
    }
    assert len(mails) == 2
    assert all(m.due_at < clock.now() + timedelta(hours=1) for m in mails)
    assert all("Amira" not in m.subject + m.body and "PEP" not in m.subject + m.body for m in mails)


def test_another_day_is_another_mail(world: World, client: PageClient) -> None:
    sign_in(client, world.people[Tie.SOCIAL_WORKER])
    draft(client, world, {"photographs": "nowhere"}, section="my_details")
    for mail in db.session.scalars(select(Mail)):
        mail.key = mail.key.replace(clock.today().isoformat(), "2020-01-01")
    db.session.commit()

    draft(client, world, {"photographs": "inside"}, section="my_details", seen={"photographs": "nowhere"})

    assert len(db.session.scalars(select(Mail)).all()) == 4


def test_an_answer_that_is_not_on_the_card_tells_nobody(world: World, client: PageClient) -> None:
    sign_in(client, world.people[Tie.SOCIAL_WORKER])
    draft(client, world, {"culture": "Eid"}, section="my_details")

    assert db.session.scalars(select(Mail)).all() == []


def test_the_home_of_a_child_is_needed_for_none_of_it(world: World, client: PageClient) -> None:
    write(world)
    for home in db.session.scalars(select(Home).where(Home.child_id == world.child.id)):
        home.ends_on = clock.today()
    db.session.commit()

    assert card(client, world, Tie.DESIGNATED_TEACHER).status == 200
