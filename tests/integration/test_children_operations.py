"""People, places and the ties around a child: dated, never two of a kind at once, and written down."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.factories import (
    AuthorityFactory,
    ChildFactory,
    HouseholdFactory,
    MembershipFactory,
    SchoolFactory,
    TeamFactory,
    UserFactory,
)
from vsportal import clock, policy
from vsportal.accounts import queries
from vsportal.accounts.operations import sign_in
from vsportal.accounts.passwords import hashed
from vsportal.admin import operations as admin
from vsportal.audit import SYSTEM, By
from vsportal.children import operations as children
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.models import AuditEvent, Authority, Child, Role, School, User
from vsportal.policy import Actor, Tie
from vsportal.sharing import operations as sharing

SEPTEMBER, JANUARY, JUNE = date(2025, 9, 1), date(2026, 1, 5), date(2026, 6, 1)


@dataclass
class Scene:
    """A child of an authority, a school, and somebody who acts."""

    authority: Authority
    child: Child
    school: School
    by: By


@pytest.fixture
def scene() -> Scene:
    authority, officer = AuthorityFactory(), UserFactory()
    child = ChildFactory(authority_id=authority.id, first_name="Amira", known_as="")
    return Scene(authority, child, SchoolFactory(), By(officer.id, Role.BUSINESS_SUPPORT, authority.id))


def person(role: str, **places: Any) -> User:  # an authority or a school
    user: User = UserFactory()
    MembershipFactory(user=user, role=role, starts_on=SEPTEMBER, **places)
    return user


def events() -> list[tuple[str, int | None, int | None]]:
    rows = db.session.execute(
        select(AuditEvent.tag, AuditEvent.actor_id, AuditEvent.child_id).order_by(AuditEvent.id)
    )
    return [(tag, actor, child) for tag, actor, child in rows]


# What is made can be used at once


def test_a_person_made_by_an_administrator_can_sign_in_as_what_they_are(scene: Scene) -> None:
    user = admin.create_user(
        scene.by, name="Rhian Castell", email=" Rhian@Example.org ", password_hash=hashed("a good one")
    )
    admin.add_membership(scene.by, user, Role.DESIGNATED_TEACHER, starts_on=SEPTEMBER, school=scene.school)

    token = sign_in("rhian@example.org", "a good one", address="127.0.0.1", device="", secret="s").token
    found = queries.signed_in(token, timedelta(hours=1))

    assert found is not None
    assert [(h.role, h.school_id) for h in found.actor.held] == [(Role.DESIGNATED_TEACHER, scene.school.id)]


def test_sight_begins_with_an_allocation_and_ends_with_it(scene: Scene) -> None:
    worker = person(Role.SOCIAL_WORKER, authority=scene.authority)
    allocation = children.allocate(scene.by, scene.child, worker, "social_worker", starts_on=JANUARY)
    children.end_allocation(scene.by, scene.child, allocation, ends_on=JUNE)

    def sees_on(day: date) -> bool:
        held = (policy.Held(Role.SOCIAL_WORKER, authority_id=scene.authority.id),)
        return (
            scene.child in db.session.scalars(policy.visible_children(Actor(worker.id, "", day, held))).all()
        )

    days = (JANUARY - timedelta(days=1), JANUARY, JUNE - timedelta(days=1), JUNE)
    assert [sees_on(day) for day in days] == [False, True, True, False]


def test_a_carer_sees_a_child_by_the_home_both_live_in(scene: Scene) -> None:
    home = children.create_household(scene.by, scene.authority, kind="foster", name="Tina and Paul Marlowe")
    carer = person(Role.CARER)
    children.join_household(scene.by, home, carer, starts_on=SEPTEMBER)
    children.place(scene.by, scene.child, home, placement_code="U4", starts_on=JANUARY)

    actor = Actor(carer.id, "", JUNE, (policy.Held(Role.CARER),))
    ties = policy.ties(actor)

    assert db.session.execute(select(ties)).all() == [(scene.child.id, Tie.CARER, home.id)]


def test_a_colleague_sees_by_delegation_until_its_end(scene: Scene) -> None:
    teacher = person(Role.DESIGNATED_TEACHER, school=scene.school)
    colleague = person(Role.SCHOOL_STAFF, school=scene.school)
    roll(scene, SEPTEMBER, None)
    sharing.delegate(
        By(teacher.id, Role.DESIGNATED_TEACHER),
        scene.child,
        scene.school,
        colleague,
        sections=["careers"],
        starts_on=JANUARY,
        ends_on=JUNE,
    )

    def sees_on(day: date) -> bool:
        held = (policy.Held(Role.SCHOOL_STAFF, school_id=scene.school.id),)
        return bool(db.session.scalars(policy.visible_children(Actor(colleague.id, "", day, held))).all())

    assert [sees_on(day) for day in (JANUARY, JUNE - timedelta(days=1), JUNE)] == [True, True, False]


def test_a_childs_name_is_kept_so_that_it_is_found_without_case_and_marks(scene: Scene) -> None:
    child = children.create_child(
        scene.by, scene.authority, first_name="Élodie", last_name="O’Neill", date_of_birth=date(2012, 5, 1)
    )

    assert child.sort_key == "o'neill elodie"


# Two of a kind never hold at once

Act = Callable[[Scene, date, date | None], object]


def care(scene: Scene, starts: date, ends: date | None) -> object:
    return children.start_care(scene.by, scene.child, starts_on=starts, ends_on=ends, legal_status="C2")


def home(scene: Scene, starts: date, ends: date | None) -> object:
    return children.place(scene.by, scene.child, None, placement_code="U6", starts_on=starts, ends_on=ends)


def worker(scene: Scene, starts: date, ends: date | None) -> object:
    user = person(Role.SOCIAL_WORKER, authority=scene.authority)
    return children.allocate(scene.by, scene.child, user, "social_worker", starts_on=starts, ends_on=ends)


def roll(scene: Scene, starts: date, ends: date | None) -> object:
    return children.enrol(scene.by, scene.child, scene.school, nc_year=9, starts_on=starts, ends_on=ends)


@pytest.mark.parametrize("act", [care, home, worker, roll])
@pytest.mark.parametrize(
    ("first", "second", "refused"),
    [
        ((SEPTEMBER, None), (JANUARY, None), True),
        ((JANUARY, None), (SEPTEMBER, None), True),
        ((SEPTEMBER, JUNE), (JANUARY, None), True),
        ((JANUARY, None), (SEPTEMBER, JUNE), True),
        ((SEPTEMBER, None), (SEPTEMBER, None), True),
        ((SEPTEMBER, JANUARY), (JANUARY, None), False),  # an end is the first day on which it no longer holds
        ((JANUARY, None), (SEPTEMBER, JANUARY), False),
    ],
)
def test_what_would_overlap_is_refused_and_what_follows_is_not(
    scene: Scene, act: Act, first: tuple[date, date | None], second: tuple[date, date | None], refused: bool
) -> None:
    act(scene, *first)

    if not refused:
        assert act(scene, *second)
        return
    with pytest.raises(OperationError, match="Amira"):
        act(scene, *second)


def test_an_end_before_the_beginning_is_refused(scene: Scene) -> None:
    with pytest.raises(OperationError, match="before the beginning, 1 June 2026"):
        home(scene, JUNE, JANUARY)


def test_what_has_ended_cannot_end_again(scene: Scene) -> None:
    stay = children.place(
        scene.by, scene.child, None, placement_code="U6", starts_on=SEPTEMBER, ends_on=JANUARY
    )

    with pytest.raises(OperationError, match="ended already, on 5 January 2026"):
        children.leave_home(scene.by, scene.child, stay, ends_on=JUNE)


def test_a_child_may_be_on_two_rolls_at_once(scene: Scene) -> None:
    roll(scene, SEPTEMBER, None)

    assert children.enrol(scene.by, scene.child, SchoolFactory(), nc_year=9, starts_on=JANUARY)


def test_one_person_is_the_same_thing_in_one_place_once(scene: Scene) -> None:
    user = UserFactory(name="Rhian Castell")
    admin.add_membership(scene.by, user, Role.DESIGNATED_TEACHER, starts_on=SEPTEMBER, school=scene.school)
    admin.add_membership(scene.by, user, Role.DESIGNATED_TEACHER, starts_on=SEPTEMBER, school=SchoolFactory())

    with pytest.raises(OperationError, match="Rhian Castell is designated teacher there already"):
        admin.add_membership(scene.by, user, Role.DESIGNATED_TEACHER, starts_on=JANUARY, school=scene.school)


def test_terms_of_an_authority_do_not_overlap(scene: Scene) -> None:
    def autumn(key: str, first: date) -> None:
        admin.create_term(
            scene.by,
            scene.authority,
            key,
            starts_on=first,
            ends_on=date(2026, 12, 18),
            half_term=(date(2026, 10, 26), date(2026, 10, 30)),
            deadline_on=date(2026, 12, 11),
        )

    autumn("2026-27-autumn", date(2026, 9, 2))

    for key in ("2026-27-autumn", "2026-27-spring"):
        with pytest.raises(OperationError, match="Autumn 2026 is there already"):
            autumn(key, date(2026, 9, 10))


# Refusals say what to do


def make_child(scene: Scene, **changed: Any) -> Child:
    given = {"first_name": "Theo", "last_name": "Marchetti", "date_of_birth": date(2012, 5, 1)} | changed
    return children.create_child(scene.by, scene.authority, **given)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"first_name": " ", "last_name": ""}, "Enter the child’s name"),
        ({"date_of_birth": clock.today() + timedelta(days=1)}, "in the future"),
        ({"ethnicity": "ZZZZ"}, "not a code"),
        ({"first_language": "Klingon"}, "not a code"),
    ],
)
def test_a_childs_record_that_cannot_be_is_refused(scene: Scene, changed: dict[str, Any], said: str) -> None:
    with pytest.raises(OperationError, match=said):
        make_child(scene, **changed)


def test_a_number_in_use_is_refused_without_saying_whose_it_is(scene: Scene) -> None:
    ChildFactory(upn="T925990299013", first_name="Secret")

    with pytest.raises(OperationError) as refused:
        make_child(scene, upn="T925990299013")

    assert "Secret" not in str(refused.value)
    assert "another" not in str(refused.value)


def test_somebody_who_is_no_social_worker_here_is_not_allocated(scene: Scene) -> None:
    elsewhere = person(Role.SOCIAL_WORKER)

    with pytest.raises(OperationError, match="not a social worker of this authority"):
        children.allocate(scene.by, scene.child, elsewhere, "social_worker", starts_on=JANUARY)


def test_only_a_carer_joins_a_household(scene: Scene) -> None:
    teacher = person(Role.DESIGNATED_TEACHER, school=scene.school)

    with pytest.raises(OperationError, match="is not a carer"):
        children.join_household(scene.by, HouseholdFactory(), teacher, starts_on=JANUARY)


def test_a_home_of_another_authoritys_records_is_refused(scene: Scene) -> None:
    with pytest.raises(OperationError, match="another authority"):
        children.place(scene.by, scene.child, HouseholdFactory(), placement_code="U4", starts_on=JANUARY)


@pytest.mark.parametrize(
    ("sections", "said"),
    [
        ([], "at least one section"),
        (["summary"], "“What we agreed” is not the school’s"),
        (["nonsense"], "“nonsense”"),
    ],
)
def test_only_the_schools_own_sections_are_lent(scene: Scene, sections: list[str], said: str) -> None:
    roll(scene, SEPTEMBER, None)
    teacher = person(Role.DESIGNATED_TEACHER, school=scene.school)
    colleague = person(Role.SCHOOL_STAFF, school=scene.school)

    with pytest.raises(OperationError, match=said):
        sharing.delegate(
            By(teacher.id, Role.DESIGNATED_TEACHER),
            scene.child,
            scene.school,
            colleague,
            sections=sections,
            starts_on=JANUARY,
            ends_on=JUNE,
        )


def test_sections_of_a_child_who_is_not_on_roll_are_not_lent(scene: Scene) -> None:
    teacher = person(Role.DESIGNATED_TEACHER, school=scene.school)
    colleague = person(Role.SCHOOL_STAFF, school=scene.school)

    with pytest.raises(OperationError, match="not on roll"):
        sharing.delegate(
            By(teacher.id, Role.DESIGNATED_TEACHER),
            scene.child,
            scene.school,
            colleague,
            sections=["careers"],
            starts_on=JANUARY,
            ends_on=JUNE,
        )


@pytest.mark.parametrize(
    ("role", "places", "said"),
    [
        ("wizard", (), "not a role"),
        (Role.DESIGNATED_TEACHER, (), "Choose the school"),
        (Role.SOCIAL_WORKER, ("school", "authority"), "belongs to no school"),
        (Role.SOCIAL_WORKER, (), "Choose the authority"),
        (Role.YOUNG_PERSON, ("authority",), "Choose the child"),
        (Role.ADVISER, ("authority", "child"), "is not one child"),
        (Role.ADVISER, ("authority", "team"), "Only social workers and their managers"),
        (Role.SOCIAL_WORKER, ("authority", "other_team"), "another authority"),
    ],
)
def test_a_membership_has_its_own_place_and_no_other(
    scene: Scene, role: str, places: tuple[str, ...], said: str
) -> None:
    there = {
        "authority": scene.authority,
        "school": scene.school,
        "child": scene.child,
        "team": TeamFactory(authority_id=scene.authority.id),
        "other_team": TeamFactory(),
    }
    given = {name.removeprefix("other_"): there[name] for name in places}

    with pytest.raises(OperationError, match=said):
        admin.add_membership(scene.by, UserFactory(), role, starts_on=SEPTEMBER, **given)


@pytest.mark.parametrize(
    ("email", "said"), [("no address", "Enter an e-mail address"), ("TAKEN@example.org", "already")]
)
def test_an_account_needs_an_email_of_its_own(scene: Scene, email: str, said: str) -> None:
    UserFactory(email="taken@example.org")

    with pytest.raises(OperationError, match=said):
        admin.create_user(scene.by, name="Somebody", email=email)


# All of it is written down


def test_everything_done_to_a_child_is_written_down_with_who_did_it(scene: Scene) -> None:
    child = make_child(scene)
    there = Scene(scene.authority, child, scene.school, scene.by)
    care(there, SEPTEMBER, None)
    stay = children.place(scene.by, child, None, placement_code="U6", starts_on=SEPTEMBER)
    children.leave_home(scene.by, child, stay, ends_on=JUNE)
    enrolment = children.enrol(scene.by, child, scene.school, nc_year=9, starts_on=SEPTEMBER)
    children.leave_school(scene.by, child, enrolment, ends_on=JUNE, reason="Change of home")
    user = person(Role.ADVISER, authority=scene.authority)
    allocation = children.allocate(scene.by, child, user, "adviser", starts_on=SEPTEMBER)
    children.end_allocation(scene.by, child, allocation, ends_on=JUNE)

    tags = [
        "child:record:created",
        "child:care:started",
        "child:home:started",
        "child:home:ended",
        "child:school:enrolled",
        "child:school:left",
        "child:worker:allocated",
        "child:worker:ended",
    ]
    assert events() == [(tag, scene.by.user_id, child.id) for tag in tags]


def test_everything_done_to_people_and_places_is_written_down(scene: Scene) -> None:
    authority = admin.create_authority(SYSTEM, name="Holland Coast", short_name="Coast", la_code="9970")
    admin.create_team(scene.by, authority, "North")
    school = admin.create_school(scene.by, name="Eastbank School", urn="900103")
    user = admin.create_user(scene.by, name="Dominic Achterberg", email="d@example.org")
    membership = admin.add_membership(
        scene.by, user, Role.DESIGNATED_TEACHER, starts_on=SEPTEMBER, school=school
    )
    admin.end_membership(scene.by, membership, ends_on=JUNE)
    admin.settle(scene.by, authority, "cohort", "cared_for", starts_on=SEPTEMBER)

    assert [tag for tag, _, _ in events()] == [
        "admin:authority:created",
        "admin:team:created",
        "admin:school:created",
        "account:user:created",
        "account:membership:started",
        "account:membership:ended",
        "admin:setting:settled",
    ]


def test_what_is_refused_is_not_written_down(scene: Scene) -> None:
    care(scene, SEPTEMBER, None)
    before = db.session.scalar(select(func.count()).select_from(AuditEvent))

    with pytest.raises(OperationError):
        care(scene, JANUARY, None)

    assert db.session.scalar(select(func.count()).select_from(AuditEvent)) == before


def test_an_event_says_who_the_new_worker_is(scene: Scene) -> None:
    user = person(Role.SOCIAL_WORKER, authority=scene.authority)
    user.name = "Marcus Adair"
    children.allocate(scene.by, scene.child, user, "social_worker", starts_on=JANUARY)

    changes = db.session.scalars(
        select(AuditEvent.changes).where(AuditEvent.tag == "child:worker:allocated")
    ).one()

    assert changes == [
        {"field": "role", "label": "social worker", "kind": "text", "old": None, "new": "Marcus Adair"}
    ]
