"""End access now: at once and everywhere, whatever the records say later; what was being typed is kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from tests.children import days
from tests.client import Page, PageClient
from tests.factories import (
    AllocationFactory,
    DelegationFactory,
    EnrolmentFactory,
    HomeFactory,
    HouseholdFactory,
    HouseholdMemberFactory,
    MembershipFactory,
)
from tests.plans import sign_in
from tests.walk import Walk
from tests.world import World, actor_of
from vsportal import clock
from vsportal.access.people import people_who_see
from vsportal.audit import SYSTEM
from vsportal.children.operations import leave_home, place
from vsportal.extensions import db
from vsportal.messages.operations import queue
from vsportal.models import (
    AccessCut,
    AuditEvent,
    BrokenGlass,
    Cover,
    Delegation,
    Home,
    Mail,
    Role,
    RowLink,
    User,
)
from vsportal.policy import Tie
from vsportal.ties import ties

REASON = "She moved on Friday evening."


def path(world: World, *rest: str) -> str:
    return "/".join((f"/children/{world.child.ref}/access", *rest))


def end_access(
    client: PageClient, world: World, user: User, *, by: str = Tie.SOCIAL_WORKER, **more: str
) -> Page:
    """As the worker does it: the page, the person's link, the form."""
    sign_in(client, world.people[by])
    address = path(world, f"end?who={user.ref}")
    return client.post(address, {"why": "left", "words": REASON, **more})


def cuts(world: World) -> list[AccessCut]:
    return list(db.session.scalars(select(AccessCut).where(AccessCut.child_id == world.child.id)))


def sees(user: User, world: World) -> bool:
    found = ties(actor_of(user))
    return bool(db.session.scalar(select(func.count()).where(found.c.child_id == world.child.id)))


def other_browser(client: PageClient) -> PageClient:
    return PageClient(client.app)


# Ending ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "tie", [Tie.CARER, Tie.DESIGNATED_TEACHER, Tie.DELEGATE, Tie.ALLOCATED_ADVISER, Tie.DUTY_WORKER]
)
def test_whose_access_ends_sees_nothing_from_the_next_request_on(
    client: PageClient, world: World, tie: str
) -> None:
    theirs = other_browser(client)
    theirs.sign_in(world.people[tie])
    assert theirs.get(f"/children/{world.child.ref}").status == 200

    end_access(client, world, world.people[tie])

    assert theirs.get(f"/children/{world.child.ref}").location.endswith("/sign-in")
    theirs.sign_in(world.people[tie])
    assert theirs.get(f"/children/{world.child.ref}").status == 404
    assert theirs.get(f"/peps/{world.pep.ref}").status == 404
    assert "Amira" not in theirs.get("/children").body


def test_a_feed_that_says_later_that_the_carer_is_back_gives_nothing_back(
    client: PageClient, world: World
) -> None:
    end_access(client, world, world.people[Tie.CARER])
    home = db.session.scalars(select(Home).where(Home.child_id == world.child.id)).one()
    leave_home(SYSTEM, world.child, home, ends_on=days(0))
    place(SYSTEM, world.child, world.household, placement_code="U6", starts_on=days(0))
    db.session.flush()

    assert not sees(world.people[Tie.CARER], world)


def test_it_is_written_down_by_whom_and_why(client: PageClient, world: World) -> None:
    end_access(client, world, world.people[Tie.CARER])

    event = db.session.scalars(select(AuditEvent).where(AuditEvent.tag == "child:access:ended")).one()
    text = client.get(path(world)).text

    assert event.actor_id == world.people[Tie.SOCIAL_WORKER].id
    assert event.child_id == world.child.id
    assert REASON in text
    assert "They no longer work with or care for the child" in text


def test_what_they_had_of_this_child_ends_with_it(client: PageClient, world: World) -> None:
    teacher, colleague = world.people[Tie.DESIGNATED_TEACHER], world.people[Tie.DELEGATE]
    link = RowLink(
        token_hash="h",
        pep_id=world.pep.id,
        section_id="progress",
        field_id="subjects",
        row="k1",
        teacher="Jo Marsh",
        made_by_id=teacher.id,
        expires_at=clock.now() + timedelta(days=14),
    )
    db.session.add(link)
    for user in (teacher, colleague):
        queue(
            key=f"m{user.id}",
            kind="test",
            subject="A plan is waiting",
            body="Sign in to see it.",
            to_user=user,
            child_id=world.child.id,
        )

    end_access(client, world, teacher)
    end_access(client, world, colleague)

    mail = db.session.scalars(select(Mail)).all()
    lent = db.session.scalars(select(Delegation).where(Delegation.child_id == world.child.id)).one()
    assert link.revoked_at is not None
    assert [m.stopped_at is not None for m in mail] == [True, True]
    assert lent.ends_on == clock.today()


def test_an_opening_in_an_emergency_ends_with_it(client: PageClient, world: World) -> None:
    end_access(client, world, world.people[Tie.DUTY_WORKER])

    opened = db.session.scalars(select(BrokenGlass).where(BrokenGlass.child_id == world.child.id)).one()
    assert opened.ends_at <= clock.now()


def test_their_other_children_stay_theirs(client: PageClient, world: World) -> None:
    carer = world.people[Tie.CARER]
    HomeFactory(child=world.other.child, household=world.household, starts_on=days(-1), ends_on=days(30))

    end_access(client, world, carer)

    sign_in(client, carer)
    assert client.get(f"/children/{world.other.child.ref}").status == 200


def test_everybody_of_a_home_can_be_ended_together(client: PageClient, world: World) -> None:
    second = MembershipFactory(role=Role.CARER).user
    HouseholdMemberFactory(household=world.household, user=second)
    db.session.flush()

    end_access(client, world, world.people[Tie.CARER], everyone="y")

    assert {c.user_id for c in cuts(world)} == {second.id, world.people[Tie.CARER].id}
    assert not sees(second, world)


def test_ending_twice_is_ending_once(client: PageClient, world: World) -> None:
    end_access(client, world, world.people[Tie.CARER])

    again = end_access(client, world, world.people[Tie.CARER])

    assert again.status == 303
    assert len(cuts(world)) == 1


def test_without_a_reason_nothing_ends_and_the_words_stay(client: PageClient, world: World) -> None:
    none = end_access(client, world, world.people[Tie.CARER], why="")
    other = end_access(client, world, world.people[Tie.CARER], why="other", words="")

    assert (none.status, none.errors()) == (422, ["Select why it ends"])
    assert REASON in none.body
    assert (other.status, other.errors()) == (422, ["Enter what happened"])
    assert cuts(world) == []


# Whose ----------------------------------------------------------------------------------------------------

NOT_TO_END = [
    (Tie.SOCIAL_WORKER, Tie.SOCIAL_WORKER),
    (Tie.SOCIAL_WORKER, Tie.YOUNG_PERSON),
    (Tie.SOCIAL_WORKER, Tie.HEAD),
    (Tie.SOCIAL_WORKER, Tie.BUSINESS_SUPPORT),
    (Tie.ADVISER, Tie.HEAD),
    (Tie.HEAD, Tie.HEAD),
    (Tie.HEAD, Tie.YOUNG_PERSON),
]


@pytest.mark.parametrize(("by", "whose"), NOT_TO_END)
def test_some_people_cannot_be_ended_by_everybody(
    client: PageClient, world: World, by: str, whose: str
) -> None:
    end_access(client, world, world.people[whose], by=by)

    assert cuts(world) == []
    assert sees(world.people[whose], world)


@pytest.mark.parametrize(
    "by", [Tie.SOCIAL_WORKER, Tie.TEAM_MANAGER, Tie.ALLOCATED_ADVISER, Tie.ADVISER, Tie.HEAD]
)
def test_worker_manager_adviser_and_head_end_access(client: PageClient, world: World, by: str) -> None:
    end_access(client, world, world.people[Tie.CARER], by=by)

    assert len(cuts(world)) == 1


@pytest.mark.parametrize(
    "by", [Tie.CARER, Tie.DESIGNATED_TEACHER, Tie.INDEPENDENT_REVIEWER, Tie.DUTY_WORKER, Tie.BUSINESS_SUPPORT]
)
def test_nobody_else_ends_access(client: PageClient, world: World, by: str) -> None:
    answer = end_access(client, world, world.people[Tie.DELEGATE], by=by)

    assert answer.status == 403
    assert cuts(world) == []


def test_a_person_who_is_not_there_cannot_be_told_from_one_who_is_elsewhere(
    client: PageClient, world: World
) -> None:
    elsewhere = end_access(client, world, world.other.people[Tie.CARER])
    invented = client.post(path(world, "end?who=Zz0-Zz0_Zz0-Zz0_"), {"why": "left"})

    assert elsewhere.status == invented.status == 303
    assert elsewhere.location == invented.location
    assert db.session.scalars(select(AccessCut)).all() == []


# Giving it back -------------------------------------------------------------------------------------------


def test_access_is_given_back_with_a_reason(client: PageClient, world: World) -> None:
    carer = world.people[Tie.CARER]
    end_access(client, world, carer)
    address = path(world, f"restore?who={carer.ref}")

    refused = client.post(address, {"words": " "})
    client.post(address, {"words": "It was somebody else."})

    assert refused.errors() == ["Enter why they can see it again"]
    assert sees(carer, world)
    assert "Given back" in client.get(path(world)).text
    tags = db.session.scalars(select(AuditEvent.tag).where(AuditEvent.tag.like("child:access:%"))).all()
    assert tags == ["child:access:ended", "child:access:restored"]


def test_nobody_gives_access_back_to_themselves(client: PageClient, world: World) -> None:
    adviser = world.people[Tie.ALLOCATED_ADVISER]
    end_access(client, world, adviser)

    sign_in(client, adviser)
    answer = client.post(path(world, f"restore?who={adviser.ref}"), {"words": "I need it."})

    assert answer.status == 404
    assert not sees(adviser, world)


# Whatever the records say ---------------------------------------------------------------------------------


def _home(world: World, user: User) -> None:
    MembershipFactory(role=Role.CARER, user=user)
    house = HouseholdFactory(authority=world.authority, kind="residential")
    HouseholdMemberFactory(household=house, user=user)
    HomeFactory(child=world.child, household=house, ends_on=days(9))


def _parent(world: World, user: User) -> None:
    MembershipFactory(role=Role.CARER, user=user)
    house = HouseholdFactory(authority=world.authority, kind="parent")
    HouseholdMemberFactory(household=house, user=user)
    HomeFactory(child=world.child, household=house, ends_on=days(9))


def _school(world: World, user: User) -> None:
    held = MembershipFactory(role=Role.DESIGNATED_TEACHER, user=user)
    EnrolmentFactory(child=world.child, school=held.school)


def _lead(world: World, user: User) -> None:
    MembershipFactory(role=Role.SAFEGUARDING_LEAD, user=user, school=world.school)


def _lent(world: World, user: User) -> None:
    MembershipFactory(role=Role.SCHOOL_STAFF, user=user, school=world.school)
    by = world.people[Tie.DESIGNATED_TEACHER]
    DelegationFactory(child=world.child, school=world.school, user=user, granted_by=by)


def _worker(world: World, user: User) -> None:
    MembershipFactory(role=Role.SOCIAL_WORKER, user=user, authority=world.authority)
    AllocationFactory(child=world.child, user=user, role=Role.SOCIAL_WORKER, ends_on=days(9))


def _manager(world: World, user: User) -> None:
    MembershipFactory(role=Role.TEAM_MANAGER, user=user, authority=world.authority, team_id=world.team.id)


def _cover(world: World, user: User) -> None:
    MembershipFactory(role=Role.SOCIAL_WORKER, user=user, authority=world.authority)
    worker = world.people[Tie.SOCIAL_WORKER]
    db.session.add(
        Cover(
            authority_id=world.authority.id,
            worker_id=worker.id,
            covered_by_id=user.id,
            made_by_id=worker.id,
            starts_on=days(-n_covers(world)),
            ends_on=days(3),
        )
    )


def n_covers(world: World) -> int:
    """Another first day for each cover of one worker."""
    return db.session.scalar(select(func.count()).select_from(Cover)) or 0


def _glass(world: World, user: User) -> None:
    MembershipFactory(role=Role.SOCIAL_WORKER, user=user, authority=world.authority)
    db.session.add(
        BrokenGlass(
            authority_id=world.authority.id,
            child_id=world.child.id,
            user_id=user.id,
            reason="A call at night.",
            starts_at=clock.now() - timedelta(minutes=1),
            ends_at=clock.now() + timedelta(hours=4),
        )
    )


def _virtual_school(world: World, user: User) -> None:
    for role in (Role.ADVISER, Role.HEAD, Role.BUSINESS_SUPPORT):
        MembershipFactory(role=role, user=user, authority=world.authority)


WAYS: list[Callable[[World, User], None]] = [
    _home, _parent, _school, _lead, _lent, _worker, _manager, _cover, _glass, _virtual_school,
]  # fmt: skip


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=st.sets(st.sampled_from(WAYS), min_size=1), after=st.sets(st.sampled_from(WAYS)))
def test_whose_access_was_ended_has_no_tie_whatever_rows_say(
    world: World, before: set[Callable[[World, User], None]], after: set[Callable[[World, User], None]]
) -> None:
    with db.session.begin_nested() as nested:
        user = MembershipFactory(role=Role.FINANCE, authority=world.authority).user
        for way in before:
            way(world, user)
        db.session.flush()
        assert sees(user, world)
        assert user.id in {p.user_id for p in people_who_see(world.child, clock.today())}

        by = world.people[Tie.SOCIAL_WORKER]
        db.session.add(AccessCut(child_id=world.child.id, user_id=user.id, cut_by_id=by.id, reason="Ended."))
        for way in after - before:
            way(world, user)
        db.session.flush()

        assert not sees(user, world)
        assert user.id not in {p.user_id for p in people_who_see(world.child, clock.today())}
        nested.rollback()


@pytest.mark.parametrize("tie", [Tie.CARER, Tie.DESIGNATED_TEACHER])
def test_a_walk_through_everything_finds_nothing_of_the_child(
    client: PageClient, world: World, tie: str
) -> None:
    end_access(client, world, world.people[tie])
    sign_in(client, world.people[tie])

    walked = Walk(client, world, [("progress", "hard")])
    walked.everywhere()

    assert walked.where(world.child.last_name) == []
