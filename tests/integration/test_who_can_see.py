"""Who can see a child's plan today: everybody with a tie and nobody else, in words that fit the reader."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.children import days
from tests.client import Page, PageClient
from tests.factories import (
    DelegationFactory,
    HouseholdMemberFactory,
    MembershipFactory,
    UserFactory,
)
from tests.world import World, actor_of
from vsportal import clock
from vsportal.access.people import people_who_see
from vsportal.database import statements
from vsportal.extensions import db
from vsportal.models import AccessCut, AccessEvent, Cover, Household, Role, RowLink, User
from vsportal.policy import Tie
from vsportal.ties import ties

READERS = (
    Tie.SOCIAL_WORKER,
    Tie.TEAM_MANAGER,
    Tie.INDEPENDENT_REVIEWER,
    Tie.ALLOCATED_ADVISER,
    Tie.ADVISER,
    Tie.HEAD,
    Tie.YOUNG_PERSON,
)


def page_of(client: PageClient, world: World, tie: str) -> Page:
    client.forget_cookies()
    client.sign_in(world.people[tie])
    return client.get(f"/children/{world.child.ref}/access")


def cover(world: World, by: User) -> Cover:
    """Somebody stands in for the child's worker."""
    worker = world.people[Tie.SOCIAL_WORKER]
    row = Cover(
        authority_id=world.authority.id,
        worker_id=worker.id,
        covered_by_id=by.id,
        made_by_id=by.id,
        starts_on=clock.today(),
        ends_on=days(10),
    )
    db.session.add(row)
    db.session.flush()
    return row


def tied(user: User, world: World) -> set[str]:
    """This person's ties to the child, as `ties.py` has them."""
    found = ties(actor_of(user))
    return set(db.session.scalars(select(found.c.tie).where(found.c.child_id == world.child.id)))


# The same people as in ties.py ---------------------------------------------------------------------------


def test_the_page_names_exactly_those_who_have_a_tie_and_by_the_same_ties(world: World) -> None:
    cover(world, MembershipFactory(role=Role.SOCIAL_WORKER, authority=world.authority).user)
    closed = MembershipFactory(role=Role.DESIGNATED_TEACHER, school=world.school, user__active=False).user
    both = MembershipFactory(role=Role.SAFEGUARDING_LEAD, school=world.school).user
    MembershipFactory(role=Role.DESIGNATED_TEACHER, school=world.school, user=both)
    past = MembershipFactory(role=Role.CARER).user
    HouseholdMemberFactory(household=world.household, user=past, ends_on=clock.today())
    db.session.flush()

    named = {p.user_id: {str(t) for t in p.ties} for p in people_who_see(world.child, clock.today())}
    known = {u.id: tied(u, world) for u in db.session.scalars(select(User)) if u.active}

    assert named == {user: found for user, found in known.items() if found}
    assert closed.id not in named
    assert len(named[both.id]) == 2


def test_whose_access_was_ended_is_not_among_them(world: World) -> None:
    carer, worker = world.people[Tie.CARER], world.people[Tie.SOCIAL_WORKER]
    db.session.add(AccessCut(child_id=world.child.id, user_id=carer.id, cut_by_id=worker.id, reason="Moved."))
    db.session.flush()

    assert carer.id not in {p.user_id for p in people_who_see(world.child, clock.today())}


# What it says ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tie", READERS)
def test_those_who_may_know_it_find_it(client: PageClient, world: World, tie: str) -> None:
    assert page_of(client, world, tie).status == 200


@pytest.mark.parametrize("tie", sorted(set(Tie) - set(READERS) - {Tie.PARENT}))
def test_nobody_else_is_told_who_can_see(client: PageClient, world: World, tie: str) -> None:
    assert page_of(client, world, tie).status == 403


def test_a_stranger_gets_what_is_not_there(client: PageClient, world: World) -> None:
    client.sign_in(world.strangers[Tie.SOCIAL_WORKER])

    assert client.get(f"/children/{world.child.ref}/access").status == 404


def test_the_worker_reads_why_each_person_is_there_and_until_when(client: PageClient, world: World) -> None:
    stand_in = MembershipFactory(role=Role.SOCIAL_WORKER, authority=world.authority).user
    cover(world, stand_in)

    text = page_of(client, world, Tie.SOCIAL_WORKER).text

    assert f"Foster carer, {world.household.name}, since" in text
    assert f"Designated teacher, {world.school.name}, since" in text
    assert f"Stands in for {world.people[Tie.SOCIAL_WORKER].name}, until" in text
    assert "Opened it in an emergency, until" in text
    assert "Only “My progress”, and Amira’s first name" in text
    assert "1 adviser, 1 head and 1 person in business support" in text
    assert world.people[Tie.HEAD].name not in text


def test_a_head_reads_the_names_of_the_virtual_schools_people(client: PageClient, world: World) -> None:
    text = page_of(client, world, Tie.HEAD).text

    assert world.people[Tie.ADVISER].name in text
    assert world.people[Tie.BUSINESS_SUPPORT].name in text
    assert "no answers" in text


def test_an_open_link_is_there_and_one_that_was_used_is_not(client: PageClient, world: World) -> None:
    for n, used in enumerate((None, clock.now())):
        db.session.add(
            RowLink(
                token_hash=f"h{n}",
                pep_id=world.pep.id,
                section_id="progress",
                field_id="subjects",
                row="k1",
                teacher="Jo Marsh" if used is None else "Ola Brandt",
                made_by_id=world.people[Tie.DESIGNATED_TEACHER].id,
                expires_at=clock.now() + timedelta(days=14),
                used_at=used,
            )
        )

    text = page_of(client, world, Tie.SOCIAL_WORKER).text

    assert "Jo Marsh: one line of the plan" in text
    assert "Ola Brandt" not in text


def test_the_child_reads_first_names_in_plain_words(client: PageClient, world: World) -> None:
    world.people[Tie.SOCIAL_WORKER].name = "Marcus Adair"
    db.session.flush()

    page = page_of(client, world, Tie.YOUNG_PERSON)

    assert "Marcus , your social worker" in page.text
    assert "Adair" not in page.text
    assert "a social worker on duty" in page.text
    assert "End access" not in page.body


def test_the_child_reaches_it_from_their_own_page(client: PageClient, world: World) -> None:
    client.sign_in(world.people[Tie.YOUNG_PERSON])

    links = client.get("/").links()

    assert client.get(links["Who can see my plan today"]).h1 == "Who can see my plan today"
    assert client.get(links["Who has looked at my plan"]).h1 == "Who has looked at my plan"


def test_the_worker_reaches_it_from_the_childs_page(client: PageClient, world: World) -> None:
    client.sign_in(world.people[Tie.SOCIAL_WORKER])
    links = client.get(f"/children/{world.child.ref}").links()

    page = client.get(links["Who can see this plan today, by name"])

    assert page.h1 == "Who can see Amira’s plan today"


def test_looking_is_itself_a_look(client: PageClient, world: World) -> None:
    page_of(client, world, Tie.SOCIAL_WORKER)

    assert db.session.scalars(select(AccessEvent.what)).all() == ["access"]


def test_fifty_people_cost_the_statements_of_one(client: PageClient, world: World) -> None:
    path = f"/children/{world.child.ref}/access"

    def cost() -> int:
        db.session.commit()
        with statements(db.engine) as seen:
            client.get(path)
        return len(seen)

    page_of(client, world, Tie.SOCIAL_WORKER)
    one = cost()
    home = db.session.get_one(Household, world.household.id)
    teacher = world.people[Tie.DESIGNATED_TEACHER]
    for _ in range(25):
        carer = MembershipFactory(role=Role.CARER).user
        HouseholdMemberFactory(household=home, user=carer)
        colleague = MembershipFactory(role=Role.SCHOOL_STAFF, school=world.school).user
        DelegationFactory(child=world.child, school=world.school, user=colleague, granted_by=teacher)
        gone = UserFactory()
        db.session.add(
            AccessCut(child_id=world.child.id, user_id=gone.id, cut_by_id=teacher.id, reason="Moved.")
        )

    assert cost() == one
    assert one <= 20
