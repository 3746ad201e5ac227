"""Deputies; and a new designated teacher, who finds everything, and the old one, who finds nothing."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.client import PageClient
from tests.factories import MembershipFactory
from tests.sharing import address, as_somebody_else, days, lend
from tests.world import World
from vsportal.audit import By
from vsportal.editions.reading import day_words
from vsportal.extensions import db
from vsportal.models import Membership, Role, User
from vsportal.policy import Tie
from vsportal.sharing import operations
from vsportal.sharing.operations import DEPUTY


@pytest.fixture
def sam(world: World) -> User:
    """A colleague at the school to whom nothing is lent yet."""
    return MembershipFactory(role=Role.SCHOOL_STAFF, school=world.school, user__name="Sam Okafor").user  # type: ignore[no-any-return]


@pytest.fixture
def teacher(client: PageClient, world: World) -> PageClient:
    """The designated teacher, signed in."""
    client.sign_in(world.people[Tie.DESIGNATED_TEACHER])
    return client


# A new teacher and the old ------------------------------------------------------------------------------


def test_a_new_teacher_finds_everything_and_the_old_one_nothing_from_the_day_it_changes(
    client: PageClient, world: World, sam: User
) -> None:
    old = world.people[Tie.DESIGNATED_TEACHER]
    client.sign_in(old)
    lend(client, world, sam, "careers")
    new = MembershipFactory(
        role=Role.DESIGNATED_TEACHER, school=world.school, starts_on=days(0), user__name="Nia Prosser"
    ).user
    held = db.session.scalars(select(Membership).where(Membership.user_id == old.id)).one()
    held.ends_on = days(0)
    after = as_somebody_else(client, new)
    page = after.get(address(world))

    assert client.get(address(world)).status == 404
    assert client.get(f"/peps/{world.pep.ref}").status == 404
    assert client.get("/").text.find("Amira") == -1
    assert f"Lent by {old.name}" in page.text
    assert after.get(f"/peps/{world.pep.ref}").status == 200
    ended = after.post(f"{address(world)}/end", {"colleague": sam.ref}, follow=True)
    assert "Sam Okafor sees nothing" in ended.notices()[0]


def test_what_the_old_teacher_lent_holds_until_its_end(client: PageClient, world: World) -> None:
    old = world.people[Tie.DESIGNATED_TEACHER]
    held = db.session.scalars(select(Membership).where(Membership.user_id == old.id)).one()
    held.ends_on = days(0)
    client.sign_in(world.people[Tie.DELEGATE])

    assert client.get(f"/peps/{world.pep.ref}/sections/progress").status == 200


# Deputies -----------------------------------------------------------------------------------------------


def deputies(world: World) -> str:
    return f"/schools/{world.school.ref}/deputies"


def test_a_deputy_sees_what_the_teacher_sees_from_the_first_day_to_the_last(
    teacher: PageClient, world: World, sam: User
) -> None:
    sent = {"colleague": sam.ref, "first_day": day_words(days(0)), "last_day": day_words(days(3))}
    listed = teacher.submit(teacher.get(deputies(world)), sent, action=deputies(world), follow=True)
    colleague = as_somebody_else(teacher, sam)
    plan = colleague.get(f"/peps/{world.pep.ref}")
    membership = db.session.scalars(select(Membership).where(Membership.title == DEPUTY)).one()

    assert "Deputy now" in listed.text
    assert plan.status == 200
    assert "Deputy designated teacher" in plan.one(".vs-who").get_text(" ")
    assert membership.ends_on == days(4)
    assert colleague.get(address(world)).status == 200


def test_a_deputys_time_ends_when_the_teacher_says(teacher: PageClient, world: World, sam: User) -> None:
    by = By(world.people[Tie.DESIGNATED_TEACHER].id, Role.DESIGNATED_TEACHER)
    operations.name_deputy(by, world.school, sam, starts_on=days(0), ends_on=days(9))
    colleague = as_somebody_else(teacher, sam)
    before = colleague.get(f"/peps/{world.pep.ref}").status
    ended = teacher.submit(teacher.get(deputies(world)), action=f"{deputies(world)}/end", follow=True)

    assert before == 200
    assert ended.notices() == ["Sam Okafor is no longer deputy."]
    assert colleague.get(f"/peps/{world.pep.ref}").status == 404
    again = teacher.post(f"{deputies(world)}/end", {"deputy": sam.ref}, follow=True)
    assert again.notices() == ["This has ended already."]


def test_a_deputy_to_come_sees_nothing_yet(teacher: PageClient, world: World, sam: User) -> None:
    by = By(world.people[Tie.DESIGNATED_TEACHER].id, Role.DESIGNATED_TEACHER)
    operations.name_deputy(by, world.school, sam, starts_on=days(2), ends_on=days(9))

    assert "To come" in teacher.get(deputies(world)).text
    assert as_somebody_else(teacher, sam).get(f"/peps/{world.pep.ref}").status == 404


def test_a_deputy_names_no_deputy_and_nobody_else_does(client: PageClient, world: World, sam: User) -> None:
    by = By(world.people[Tie.DESIGNATED_TEACHER].id, Role.DESIGNATED_TEACHER)
    operations.name_deputy(by, world.school, sam, starts_on=days(0), ends_on=days(9))
    others = [
        sam,
        world.people[Tie.SAFEGUARDING_LEAD],
        world.people[Tie.HEAD],
        world.other.people[Tie.DESIGNATED_TEACHER],
    ]

    for user in others:
        browser = as_somebody_else(client, user)
        assert browser.get(deputies(world)).status == 404
        assert browser.post(f"{deputies(world)}/end", {"deputy": sam.ref}).status == 404
        assert browser.post(deputies(world), {"colleague": sam.ref}).status == 404
    assert deputies(world) not in as_somebody_else(client, sam).get(address(world)).body


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"last_day": "PAST"}, "Enter a date from today on"),
        ({"first_day": "LATER"}, "Enter a last day that is not before the first"),
        ({"colleague": "nobody"}, "Select a colleague who works at the school today"),
        ({"last_day": ""}, "Enter the last day, with its year"),
    ],
)
def test_a_deputy_who_cannot_be_named_is_said_at_the_field(
    teacher: PageClient, world: World, sam: User, typed: dict[str, str], said: str
) -> None:
    real = {"PAST": day_words(days(-1)), "LATER": day_words(days(2))}
    sent = {"colleague": sam.ref, "first_day": day_words(days(0)), "last_day": day_words(days(1))}
    sent |= {k: real.get(v, v) for k, v in typed.items()}
    page = teacher.submit(teacher.get(deputies(world)), sent, action=deputies(world))

    assert page.status == 422
    assert page.errors() == [said]
    assert db.session.scalar(select(Membership).where(Membership.title == DEPUTY)) is None
