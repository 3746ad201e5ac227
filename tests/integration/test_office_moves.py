"""Moves in the office: workers, schools, homes; and that sight moves with them on that very day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.children import days
from tests.client import PageClient
from tests.factories import (
    HouseholdFactory,
    HouseholdMemberFactory,
    MembershipFactory,
    SchoolFactory,
)
from tests.office import as_support, fill_in, record, sees, tags
from tests.plans import sign_in
from tests.world import World, person
from vsportal import clock
from vsportal.extensions import db
from vsportal.models import (
    Enrolment,
    Home,
    Household,
    KeptWords,
    Membership,
    Role,
    SectionState,
    User,
)
from vsportal.policy import Tie

# Workers: the new one finds everything, the old one nothing, from the day -------------------------------


@pytest.mark.parametrize(
    ("role", "tie"),
    [("social_worker", Tie.SOCIAL_WORKER), ("independent_reviewer", Tie.INDEPENDENT_REVIEWER)],
)
def test_a_new_worker_finds_everything_and_the_old_one_nothing_from_the_day(
    client: PageClient, world: World, role: str, tie: str
) -> None:
    old, new = world.people[tie], person(role, authority=world.authority)
    assert sees(client, old, world)
    assert not sees(client, new, world)

    page = fill_in(
        as_support(client, world),
        record(world, f"worker?role={role}"),
        {"person": new.ref, "starts_on": clock.today()},
    )

    assert f"{new.name} is" in " ".join(page.notices())
    assert not sees(client, old, world)
    assert sees(client, new, world)


def test_a_change_of_worker_ahead_changes_nothing_until_its_day(client: PageClient, world: World) -> None:
    old, new = world.people[Tie.SOCIAL_WORKER], person("social_worker", authority=world.authority)

    fill_in(
        as_support(client, world),
        record(world, "worker?role=social_worker"),
        {"person": new.ref, "starts_on": days(5)},
    )

    assert sees(client, old, world)
    assert not sees(client, new, world)
    with clock.at(clock.now() + timedelta(days=5)):
        assert not sees(client, old, world)
        assert sees(client, new, world)


def test_before_sight_ends_it_is_said_and_nothing_is_done_until_they_are_sure(
    client: PageClient, world: World
) -> None:
    new = person("social_worker", authority=world.authority)
    path = record(world, "worker?role=social_worker")

    page = fill_in(as_support(client, world), path, {"person": new.ref}, sure=False)

    assert "Check before you go on" in page.text
    assert world.people[Tie.SOCIAL_WORKER].name in page.text
    assert "child:worker:ended" not in tags()
    back = client.submit(page, {"sure": "no"}, action=path.partition("?")[0])
    assert back.status == 200
    assert back.one("#person option[selected]")["value"] == new.ref
    assert "child:worker:ended" not in tags()


def test_a_worker_is_not_followed_by_one_from_before_their_own_beginning(
    client: PageClient, world: World
) -> None:
    new = person("social_worker", authority=world.authority)

    page = fill_in(
        as_support(client, world),
        record(world, "worker?role=social_worker"),
        {"person": new.ref, "starts_on": days(-400)},
    )

    assert page.status == 422
    assert "has the present social worker since" in page.one("#starts_on-error").get_text()
    assert sees(client, world.people[Tie.SOCIAL_WORKER], world)


def test_somebody_of_another_authority_cannot_be_named(client: PageClient, world: World) -> None:
    stranger = world.other.people[Tie.SOCIAL_WORKER]
    page = fill_in(
        as_support(client, world), record(world, "worker?role=social_worker"), {"person": stranger.ref}
    )

    assert page.status == 422
    assert not sees(client, stranger, world)


def test_an_allocation_that_ends_ends_sight(client: PageClient, world: World) -> None:
    fill_in(
        as_support(client, world),
        record(world, "worker", "end?role=social_worker"),
        {"ends_on": clock.today()},
    )

    assert not sees(client, world.people[Tie.SOCIAL_WORKER], world)


# School -------------------------------------------------------------------------------------------------


def test_a_new_school_finds_everything_and_the_old_one_nothing_from_the_day(
    client: PageClient, world: World
) -> None:
    school = SchoolFactory(name="Wrayburn Academy")
    new = MembershipFactory(role=Role.DESIGNATED_TEACHER, school=school).user
    old = world.people[Tie.DESIGNATED_TEACHER]
    assert not sees(client, new, world)

    fill_in(
        as_support(client, world),
        record(world, "school"),
        {"school": "wrayburn", "nc_year": "10", "starts_on": clock.today(), "stays": "leaves"},
    )

    assert sees(client, new, world)
    assert not sees(client, old, world)


def test_two_schools_may_teach_a_child_at_once(client: PageClient, world: World) -> None:
    school = SchoolFactory(name="Wrayburn Academy")
    new = MembershipFactory(role=Role.DESIGNATED_TEACHER, school=school).user

    fill_in(
        as_support(client, world),
        record(world, "school"),
        {"school": school.urn, "nc_year": "10", "starts_on": clock.today(), "stays": "stays"},
    )

    assert sees(client, new, world)
    assert sees(client, world.people[Tie.DESIGNATED_TEACHER], world)


def test_of_several_schools_called_alike_one_is_chosen(client: PageClient, world: World) -> None:
    SchoolFactory(name="St Osyth’s Primary", town="Thornmoor")
    wanted = SchoolFactory(name="St Osyth’s College", town="Ternbridge")
    as_support(client, world)
    typed = {"school": "st osyth", "nc_year": "10", "starts_on": clock.today(), "stays": "leaves"}

    page = fill_in(client, record(world, "school"), typed)
    assert "Several schools are called like this" in page.text
    assert "St Osyth’s College, Ternbridge" in page.text

    sent = {**page.form(record(world, "school")).fields(), "school_ref": wanted.ref}
    sure = client.post(record(world, "school"), sent)
    client.submit(sure, {"sure": "yes"}, action=record(world, "school"))
    now = db.session.scalars(
        select(Enrolment).where(Enrolment.child_id == world.child.id, Enrolment.ends_on.is_(None))
    ).one()
    assert now.school_id == wanted.id


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"school": "Nowhere"}, "school", "No school is called like this"),
        ({"school": ""}, "school", "Enter the school’s name or URN"),
        ({"nc_year": ""}, "nc_year", "Select the year group"),
        ({"starts_on": "1 January 2001"}, "starts_on", "before the"),
        ({"starts_on": "1 January 2099"}, "starts_on", "Enter a date within the next year"),
        ({"hours": "many"}, "hours", "Enter the hours as a whole number"),
    ],
)
def test_a_place_on_roll_that_cannot_be_is_refused_at_its_question(
    client: PageClient, world: World, typed: dict[str, str], field: str, said: str
) -> None:
    school = SchoolFactory(name="Wrayburn Academy")
    good = {"school": school.name, "nc_year": "10", "starts_on": clock.today(), "stays": "stays"}

    page = fill_in(as_support(client, world), record(world, "school"), {**good, **typed})

    assert page.status == 422
    assert said in page.one(f"#{field}-error").get_text()


def test_a_child_leaves_a_school_and_it_sees_nothing(client: PageClient, world: World) -> None:
    fill_in(
        as_support(client, world),
        record(world, "school", "end"),
        {"ends_on": clock.today(), "reason": "Moved away"},
    )

    assert not sees(client, world.people[Tie.DESIGNATED_TEACHER], world)
    assert "Moved away" in as_support(client, world).get(record(world)).text


# Home ---------------------------------------------------------------------------------------------------


@pytest.fixture
def next_home(world: World) -> tuple[Household, User]:
    """Another foster home of the authority, with its carer."""
    household = HouseholdFactory(authority=world.authority, name="Gwen Ferris")
    carer = MembershipFactory(role=Role.CARER).user
    HouseholdMemberFactory(household=household, user=carer)
    db.session.commit()
    return household, carer


def move(client: PageClient, world: World, household: Household, **more: object) -> object:
    typed = {"household": household.ref, "placement_code": "U6", "starts_on": clock.today(), **more}
    return fill_in(as_support(client, world), record(world, "home"), typed)


def begin_at_home(client: PageClient, world: World) -> None:
    """The carer of today begins *At home*, on its own page."""
    sign_in(client, world.people[Tie.CARER])
    saved = client.htmx.post(
        f"/peps/{world.pep.ref}/sections/at_home/draft",
        {"hard": "Homework at the kitchen table.", "page": "p1", "seen": "{}"},
    )
    assert saved.status == 200


def test_a_new_home_finds_everything_and_the_old_one_nothing_from_the_day(
    client: PageClient, world: World, next_home: tuple[Household, User]
) -> None:
    household, carer = next_home

    move(client, world, household, address_secret="yes", in_area="no")

    assert sees(client, carer, world)
    assert not sees(client, world.people[Tie.CARER], world)
    home = db.session.scalars(
        select(Home).where(Home.child_id == world.child.id, Home.ends_on.is_(None))
    ).one()
    assert (home.household_id, home.address_secret, home.in_area) == (household.id, True, False)
    assert "The address is secret" in as_support(client, world).get(record(world)).text


def test_what_the_old_home_had_begun_is_kept_for_the_worker_and_the_new_home_begins_with_nothing(
    client: PageClient, world: World, next_home: tuple[Household, User]
) -> None:
    begin_at_home(client, world)
    household, carer = next_home

    move(client, world, household)

    section = world.section("at_home")
    assert (section.answers, section.household_id, section.status) == ({}, None, SectionState.NOT_STARTED)
    kept = db.session.scalars(select(KeptWords)).one()
    assert kept.text == "Homework at the kitchen table."
    assert kept.user_id == world.people[Tie.CARER].id
    sign_in(client, carer)
    page = client.get(f"/peps/{world.pep.ref}/sections/at_home")
    assert "kitchen table" not in page.body
    saved = client.htmx.post(
        f"/peps/{world.pep.ref}/sections/at_home/draft", {"hard": "Nothing yet.", "page": "p2", "seen": "{}"}
    )
    assert saved.status == 200
    assert world.section("at_home").household_id == household.id


def test_what_the_old_home_had_completed_stands(
    client: PageClient, world: World, next_home: tuple[Household, User]
) -> None:
    begin_at_home(client, world)
    section = world.section("at_home")
    section.status, section.completed_at = SectionState.COMPLETE, clock.now()
    db.session.commit()

    move(client, world, next_home[0])

    section = world.section("at_home")
    assert section.answers["hard"] == "Homework at the kitchen table."
    assert section.household_id == world.household.id
    assert not db.session.scalars(select(KeptWords)).all()


@pytest.mark.parametrize(
    ("starts_on", "said"),
    [
        (3, "Enter a date up to today"),
        (-900, "lives in the present home since"),
        (-9000, "lives in the present home"),
    ],
)
def test_a_move_that_cannot_be_is_refused_at_its_date_and_ends_nothing(
    client: PageClient, world: World, next_home: tuple[Household, User], starts_on: int, said: str
) -> None:
    page = move(client, world, next_home[0], starts_on=days(starts_on))

    assert page.status == 422  # type: ignore[attr-defined]
    assert said in page.one("#starts_on-error").get_text()  # type: ignore[attr-defined]
    home = db.session.scalars(select(Home).where(Home.child_id == world.child.id)).one()
    assert home.ends_on is None


def test_a_home_of_another_authority_cannot_be_chosen(client: PageClient, world: World) -> None:
    page = move(client, world, world.other.household)

    assert "Select the home" in page.one("#household-error").get_text()  # type: ignore[attr-defined]


def test_a_home_ends_when_no_new_one_is_known(client: PageClient, world: World) -> None:
    fill_in(as_support(client, world), record(world, "home", "end"), {"ends_on": clock.today()})

    assert not sees(client, world.people[Tie.CARER], world)
    assert "1 without a home on record" in as_support(client, world).get("/office").text


# An account of their own --------------------------------------------------------------------------------


def test_an_account_ends_and_a_new_one_is_given(client: PageClient, world: World) -> None:
    young = world.people[Tie.YOUNG_PERSON]
    as_support(client, world)
    fill_in(client, record(world, "account", "end"), {"ends_on": clock.today()})

    fill_in(client, record(world, "account"), {"email": "Amira@home.example.org"})

    now = db.session.scalars(
        select(Membership).where(Membership.child_id == world.child.id, Membership.ends_on.is_(None))
    ).one()
    assert db.session.get_one(User, now.user_id).email == "amira@home.example.org"
    assert not sees(client, young, world)


@pytest.mark.parametrize("whose", [Tie.CARER, "stranger", "closed"])
def test_an_address_that_is_somebodys_is_refused_whoever_that_is(
    client: PageClient, world: World, whose: str
) -> None:
    strangers = {"stranger": world.other.people[Tie.HEAD], "closed": world.other.people[Tie.CARER]}
    user = world.people.get(whose) or strangers[whose]
    user.active = whose != "closed"
    db.session.execute(
        update(Membership).where(Membership.child_id == world.child.id).values(ends_on=clock.today())
    )
    db.session.commit()

    page = fill_in(as_support(client, world), record(world, "account"), {"email": user.email})

    assert page.errors() == ["Check the e-mail address: it cannot be used for this account."]
    assert not sees(client, user, world) if whose == "stranger" else True
