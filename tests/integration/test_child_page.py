"""A child’s page, for those around the child and for the child."""

import pytest
from sqlalchemy import select

from tests.children import days, page_of, same, say, signed_in_as, target, waiting
from tests.client import PageClient
from tests.factories import (
    AllocationFactory,
    DelegationFactory,
    HomeFactory,
    HouseholdFactory,
    HouseholdMemberFactory,
    PepFactory,
    SchoolFactory,
)
from tests.world import World, person
from vsportal import clock
from vsportal.children.queries import people_around
from vsportal.extensions import db
from vsportal.models import (
    AccessEvent,
    Role,
)
from vsportal.policy import Tie

# Who gets there ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("tie", sorted(set(Tie) - {Tie.PARENT}))
def test_everybody_around_a_child_opens_all_three_pages(client: PageClient, world: World, tie: str) -> None:
    signed_in_as(client, world, tie)

    found = [client.get(p, follow=True).status for p in ("/", "/children", f"/children/{world.child.ref}")]

    assert found == [200, 200, 200]


def test_a_parent_with_whom_the_child_lives_opens_all_three_pages(client: PageClient, world: World) -> None:
    world.household.kind = "parent"
    signed_in_as(client, world, Tie.CARER)

    assert "At home" in client.get("/").text
    assert page_of(client, world).status == 200


@pytest.mark.parametrize("tie", [*sorted(set(Tie) - {Tie.PARENT}), "finance", "governor", "administrator"])
def test_a_strangers_child_and_an_invented_one_give_the_same_404(
    client: PageClient, world: World, tie: str
) -> None:
    client.sign_in(world.strangers[tie])

    unseen, absent = page_of(client, world), client.get("/children/" + "x" * len(world.child.ref))

    assert unseen.status == absent.status == 404
    assert same(unseen) == same(absent)


@pytest.mark.parametrize("role", ["finance", "governor", "administrator"])
def test_those_who_see_no_child_are_told_what_will_come(client: PageClient, world: World, role: str) -> None:
    client.sign_in(world.unplaced[role])

    work = client.get("/")

    assert "You see no child and no plan." in work.text
    assert "Belhadj" not in work.body
    assert client.get("/children").location == "/"


# A child's page -----------------------------------------------------------------------------------------


def test_a_childs_page_opens_with_their_words_and_says_who_is_around_and_where(
    client: PageClient, world: World
) -> None:
    say(world, "Art is going well")

    page = page_of(signed_in_as(client, world, Tie.DESIGNATED_TEACHER), world)

    assert page.h1 == "Amira’s page"
    assert page.title.startswith("Child’s page")
    assert "Art is going well" in page.one(".vs-voice").get_text()
    bar = page.one(".vs-id").get_text(" ")
    assert f"{world.school.name}, Year 10" in bar
    assert f"with {world.household.name}" in bar
    assert world.people[Tie.SOCIAL_WORKER].name in bar
    for tie in (Tie.CARER, Tie.SAFEGUARDING_LEAD, Tie.INDEPENDENT_REVIEWER, Tie.ALLOCATED_ADVISER):
        assert world.people[tie].name in page.text


def test_words_kept_for_chosen_people_are_not_on_anybody_elses_page(client: PageClient, world: World) -> None:
    say(world, "Only for Marcus", going_well={"people": [world.people[Tie.SOCIAL_WORKER].id]})

    chosen = page_of(signed_in_as(client, world, Tie.SOCIAL_WORKER), world)
    teacher = page_of(signed_in_as(PageClient(client.app), world, Tie.DESIGNATED_TEACHER), world)

    assert "Only for Marcus" in chosen.text
    assert "Only for Marcus" not in teacher.body
    assert "here for you to read yet" in teacher.text


def test_a_colleague_with_a_lent_section_sees_the_first_name_and_that_section_alone(
    client: PageClient, world: World
) -> None:
    target(world.pep, "Read aloud to the class", by_when=days(20))
    say(world, "Art is going well")
    signed_in_as(client, world, Tie.DELEGATE)
    hidden = ("Belhadj", "Read aloud", "Art is going well", "My targets", "Meeting", world.household.name)

    for path in ("/", "/children", f"/children/{world.child.ref}"):
        page = client.get(path)

        assert "Amira" in page.text
        assert [words for words in hidden if words in page.body] == []
    assert waiting(page) == ["My progress"]


def test_targets_are_agreed_once_the_meeting_was_held_for_child_and_home(
    client: PageClient, world: World
) -> None:
    target(world.pep, "Read aloud to the class", by_when=days(20), amount_pence=56000)
    signed_in_as(client, world, Tie.CARER)

    before = page_of(client, world)
    world.pep.state = "meeting_held"
    after = page_of(client, world)

    assert "Read aloud" not in before.body
    assert "Read aloud" in after.text
    assert "560" not in after.text


def test_targets_stand_by_term_with_what_became_of_them(client: PageClient, world: World) -> None:
    old = PepFactory(child=world.child, term_key="2024-25-summer", state="signed_off", opened_on=days(-300))
    target(old, "Play one song", review="partly")
    target(world.pep, "Read aloud", by_when=days(20))
    target(world.pep, "Taken out again", removed=True)

    page = page_of(signed_in_as(client, world, Tie.SOCIAL_WORKER), world)

    assert page.text.index("Read aloud") < page.text.index("Summer 2025") < page.text.index("Play one song")
    assert "Partly achieved" in page.text
    assert "Taken out again" not in page.body


def test_a_plan_opened_in_error_is_not_on_the_childs_page(client: PageClient, world: World) -> None:
    PepFactory(child=world.child, term_key="2023-24-summer", state="cancelled", opened_on=days(-500))

    assert "Summer 2024" not in page_of(signed_in_as(client, world, Tie.HEAD), world).text


def test_opening_a_childs_page_is_recorded_with_the_role_and_a_list_is_not(
    client: PageClient, world: World
) -> None:
    signed_in_as(client, world, Tie.INDEPENDENT_REVIEWER)
    client.get("/children")
    listed = db.session.scalars(select(AccessEvent)).all()

    page_of(client, world)

    look = db.session.scalars(select(AccessEvent)).one()
    assert listed == []
    assert (look.actor_role, look.what, look.child_id) == ("independent_reviewer", "child", world.child.id)


def test_a_page_about_a_child_says_in_which_role_one_is_there(client: PageClient, world: World) -> None:
    page = page_of(signed_in_as(client, world, Tie.DESIGNATED_TEACHER), world)

    assert f"Designated teacher, {world.school.name}" in page.one(".vs-who").get_text(" ")
    assert world.authority.name in page.title


# The young person ---------------------------------------------------------------------------------------


def test_a_young_person_comes_to_their_own_plan_and_sees_who_can_see_it(
    client: PageClient, world: World
) -> None:
    page = signed_in_as(client, world, Tie.YOUNG_PERSON).get("/")

    assert page.h1 == "Your plan"
    assert page.links()["Say what you think"] == f"/peps/{world.pep.ref}/my-views"
    assert world.people[Tie.CARER].name in page.text
    assert world.people[Tie.SOCIAL_WORKER].name in page.text
    assert "late" not in page.text


def test_a_young_person_reads_what_was_agreed_but_no_drafts(client: PageClient, world: World) -> None:
    target(world.pep, "Read aloud to the class", by_when=days(20))
    signed_in_as(client, world, Tie.YOUNG_PERSON)

    before = client.get("/").text
    world.pep.state = "meeting_held"
    after = client.get("/").text

    assert "Nothing is agreed yet" in before
    assert "Read aloud" not in before
    assert "Read aloud to the class" in after


def test_a_young_person_without_a_plan_is_told_when_one_comes(client: PageClient, world: World) -> None:
    world.pep.state = "cancelled"

    page = signed_in_as(client, world, Tie.YOUNG_PERSON).get("/")

    assert "There is no plan open for you just now." in page.text


def test_a_young_persons_own_page_speaks_to_them(client: PageClient, world: World) -> None:
    page = page_of(signed_in_as(client, world, Tie.YOUNG_PERSON), world)

    assert page.h1 == "About you"
    assert "Year 10" in page.text


# The people around --------------------------------------------------------------------------------------


def test_only_people_whose_relationship_holds_today_are_around(world: World) -> None:
    gone = person(Role.CARER)
    HouseholdMemberFactory(household=world.household, user=gone, starts_on=days(-50), ends_on=days(0))
    moved_from = HouseholdFactory(authority=world.authority)
    HomeFactory(child=world.child, household=moved_from, starts_on=days(-400), ends_on=days(-200))
    HouseholdMemberFactory(household=moved_from, user=person(Role.CARER))
    former = person(Role.SOCIAL_WORKER, authority=world.authority)
    AllocationFactory(child=world.child, user=former, starts_on=days(-400), ends_on=days(-200))
    elsewhere = SchoolFactory()
    person(Role.DESIGNATED_TEACHER, school=elsewhere)
    world.people[Tie.INDEPENDENT_REVIEWER].active = False
    db.session.flush()

    around = people_around([world.child.id], clock.today())[world.child.id]

    expected = (
        Tie.YOUNG_PERSON, Tie.CARER, Tie.DESIGNATED_TEACHER, Tie.SAFEGUARDING_LEAD, Tie.SOCIAL_WORKER,
        Tie.ALLOCATED_ADVISER,
    )  # fmt: skip
    assert [p.role for p in around] == list(expected)
    assert [p.user_id for p in around] == [world.people[tie].id for tie in expected]


@pytest.mark.parametrize(
    ("kind", "role", "words"),
    [
        ("foster", Tie.CARER, "foster carer"),
        ("kinship", Tie.CARER, "kinship carer"),
        ("residential", Tie.CARER, "carer at Beck House"),
        ("supported", Tie.CARER, "worker at Beck House"),
        ("parent", Tie.PARENT, "parent"),
    ],
)
def test_people_at_home_are_called_by_the_kind_of_home(
    world: World, kind: str, role: str, words: str
) -> None:
    world.household.kind, world.household.name = kind, "Beck House"
    db.session.flush()

    around = people_around([world.child.id], clock.today())[world.child.id]

    carer = next(p for p in around if p.user_id == world.people[Tie.CARER].id)
    assert (carer.role, carer.words, carer.household_id) == (role, words, world.household.id)


def test_a_delegation_that_has_ended_shows_nothing(client: PageClient, world: World) -> None:
    former = person(Role.SCHOOL_STAFF, school=world.school)
    DelegationFactory(child=world.child, school=world.school, user=former, ends_on=days(0))
    client.sign_in(former)

    assert "Amira" not in client.get("/").body
    assert page_of(client, world).status == 404
