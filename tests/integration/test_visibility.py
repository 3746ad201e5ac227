"""Lists and pages see the same children, and a stranger learns nothing.

`visible_*`, the loading of one child and `decide` are asked about worlds that hypothesis makes up: dates
before, around and after today, every role, every kind of tie.
"""

from datetime import timedelta
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from tests.client import Page, PageClient
from tests.factories import (
    AllocationFactory,
    AuthorityFactory,
    ChildFactory,
    DelegationFactory,
    EnrolmentFactory,
    HomeFactory,
    HouseholdFactory,
    HouseholdMemberFactory,
    MembershipFactory,
    PepFactory,
    SchoolFactory,
    TeamFactory,
    UserFactory,
)
from tests.world import World, actor_of
from vsportal import clock
from vsportal.children.queries import load_child
from vsportal.extensions import db
from vsportal.models import Child, Enrolment, Membership, Pep, Role, School, User
from vsportal.models.people import SCHOOL_ROLES
from vsportal.peps.loading import load_plan
from vsportal.policy import Actor, Can, Tie, decide, visible_children, visible_peps

Span = tuple[int, int | None]
HOLDS: list[Span] = [(-30, None), (-30, 1), (0, None), (0, 1), (-1, 5)]
HOLDS_NOT: list[Span] = [(-30, 0), (-30, -1), (1, None), (1, 9), (0, 0)]
"""First day and end, in days from today; an end is the first day on which it no longer holds."""
TIED_BY_ROLE = {
    Role.YOUNG_PERSON: {Tie.YOUNG_PERSON},
    Role.CARER: {Tie.CARER},
    Role.DESIGNATED_TEACHER: {Tie.DESIGNATED_TEACHER},
    Role.SAFEGUARDING_LEAD: {Tie.SAFEGUARDING_LEAD},
    Role.SCHOOL_STAFF: {Tie.DELEGATE},
    Role.SOCIAL_WORKER: {Tie.SOCIAL_WORKER},
    Role.TEAM_MANAGER: {Tie.TEAM_MANAGER},
    Role.INDEPENDENT_REVIEWER: {Tie.INDEPENDENT_REVIEWER},
    Role.ADVISER: {Tie.ALLOCATED_ADVISER, Tie.ADVISER},
    Role.HEAD: {Tie.HEAD},
    Role.BUSINESS_SUPPORT: {Tie.BUSINESS_SUPPORT},
}


def days(span: Span) -> dict[str, object]:
    """A span as the two columns of a dated row."""
    today, (start, end) = clock.today(), span
    ends_on = None if end is None else today + timedelta(days=end)
    return {"starts_on": today + timedelta(days=start), "ends_on": ends_on}


def sees(actor: Actor, child: Child) -> frozenset[str]:
    """By which ties somebody sees a child, with every way of asking in agreement."""
    pep = db.session.scalar(select(Pep).where(Pep.child_id == child.id)) or PepFactory(child=child)
    in_list = db.session.scalar(visible_children(actor).where(Child.id == child.id)) is not None
    plan_in_list = pep in db.session.scalars(visible_peps(actor)).all()
    loaded, plan = load_child(actor, child.ref), load_plan(actor, pep.ref)

    assert in_list == plan_in_list == (loaded is not None) == (plan is not None)
    if loaded is None or plan is None:
        return frozenset()
    assert loaded[1].ties == plan.seen.ties
    assert decide(loaded[1], Can.SEE_CHILD)
    assert decide(plan.seen, Can.SEE_PEP)
    return loaded[1].ties


def tie(role: Role, span: Span, member: Span) -> tuple[User, Child]:
    """Somebody with a role and the child it ties them to; tie and membership each hold for a span."""
    authority, user = AuthorityFactory(), UserFactory()
    child = ChildFactory(authority=authority)
    place: dict[str, object] = {"authority": authority}
    if role in SCHOOL_ROLES:
        place = {"school": _tie_at_school(role, user, child, span)}
    elif role == Role.CARER:
        place, household = {}, HouseholdFactory(authority=authority)
        HomeFactory(child=child, household=household, **days(span))
        HouseholdMemberFactory(household=household, user=user)
    elif role == Role.YOUNG_PERSON:
        place["child_id"] = child.id
    elif role == Role.TEAM_MANAGER:
        place["team_id"] = TeamFactory(authority=authority).id
        worker = MembershipFactory(role=Role.SOCIAL_WORKER, **place)
        AllocationFactory(child=child, user=worker.user, **days(span))
    elif role in (Role.SOCIAL_WORKER, Role.INDEPENDENT_REVIEWER, Role.ADVISER):
        AllocationFactory(child=child, user=user, role=role, **days(span))
    MembershipFactory(user=user, role=role, **place, **days(member))
    return user, child


def _tie_at_school(role: Role, user: User, child: Child, span: Span) -> School:
    """On the roll for a span, or on the roll and lent for a span."""
    school = SchoolFactory()
    if role == Role.SCHOOL_STAFF:
        EnrolmentFactory(child=child, school=school)
        until = days(span)["ends_on"] or clock.today() + timedelta(days=90)
        DelegationFactory(child=child, school=school, user=user, **(days(span) | {"ends_on": until}))
    else:
        EnrolmentFactory(child=child, school=school, **days(span))
    return school


ALWAYS = {Role.YOUNG_PERSON, Role.HEAD, Role.BUSINESS_SUPPORT}
"""Roles whose membership is itself the tie."""


@pytest.mark.parametrize("role", TIED_BY_ROLE)
@pytest.mark.parametrize("span", HOLDS, ids=str)
def test_a_tie_that_holds_today_shows_the_child_everywhere(role: Role, span: Span) -> None:
    user, child = tie(role, span, member=(-30, None))

    assert sees(actor_of(user), child) == TIED_BY_ROLE[role]


@pytest.mark.parametrize("role", [r for r in TIED_BY_ROLE if r not in ALWAYS])
@pytest.mark.parametrize("span", HOLDS_NOT, ids=str)
def test_a_tie_that_does_not_hold_today_shows_nothing(role: Role, span: Span) -> None:
    user, child = tie(role, span, member=(-30, None))

    assert sees(actor_of(user), child) == ({Tie.ADVISER} if role == Role.ADVISER else frozenset())


@pytest.mark.parametrize("role", TIED_BY_ROLE)
@pytest.mark.parametrize("span", HOLDS_NOT, ids=str)
def test_a_membership_that_does_not_hold_today_shows_nothing(role: Role, span: Span) -> None:
    user, child = tie(role, (-30, None), member=span)

    assert sees(actor_of(user), child) == frozenset()


@pytest.mark.parametrize("role", [Role.FINANCE, Role.GOVERNOR, Role.ADMINISTRATOR])
def test_some_roles_see_no_child_of_their_own_authority(role: Role, world: World) -> None:
    actor = actor_of(world.unplaced[role])

    assert sees(actor, world.child) == frozenset()


def test_everybody_of_the_world_sees_the_child_by_their_tie_and_nobody_else_does(world: World) -> None:
    found = {name: sees(actor_of(user), world.child) for name, user in world.people.items()}

    also = {Tie.ALLOCATED_ADVISER: {Tie.ADVISER}}
    assert found == {name: {name} | also.get(Tie(name), set()) for name in world.people}
    assert {
        name: sees(actor_of(user), world.child) for name, user in world.strangers.items()
    } == dict.fromkeys(world.strangers, frozenset())


def test_a_parent_with_whom_the_child_lives_is_a_parent_and_no_carer() -> None:
    household = HouseholdFactory(kind="parent")
    child = ChildFactory(authority_id=household.authority_id)
    HomeFactory(child=child, household=household)
    member = HouseholdMemberFactory(household=household, user=MembershipFactory(role=Role.CARER).user)

    actor = actor_of(db.session.get_one(User, member.user_id))

    assert sees(actor, child) == {Tie.PARENT}


def test_lending_ends_when_the_child_leaves_the_school() -> None:
    user, child = tie(Role.SCHOOL_STAFF, (-30, None), member=(-30, None))
    enrolment = db.session.scalars(select(Enrolment).where(Enrolment.child_id == child.id)).one()

    enrolment.ends_on = clock.today()
    db.session.flush()

    assert sees(actor_of(user), child) == frozenset()


def test_a_manager_sees_no_child_of_a_worker_who_has_left_the_team() -> None:
    user, child = tie(Role.TEAM_MANAGER, (-30, None), member=(-30, None))
    assert sees(actor_of(user), child) == {Tie.TEAM_MANAGER}

    worker = db.session.scalars(select(Membership).where(Membership.role == Role.SOCIAL_WORKER)).one()
    worker.ends_on = clock.today()
    db.session.flush()

    assert sees(actor_of(user), child) == frozenset()


spans = st.sampled_from(HOLDS + HOLDS_NOT)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ties=st.lists(st.tuples(st.sampled_from(list(TIED_BY_ROLE)), spans, spans), min_size=1, max_size=3))
def test_lists_pages_and_policy_agree_about_any_person(ties: list[tuple[Role, Span, Span]]) -> None:
    people = [tie(*one) for one in ties]

    for (user, _), (_, child) in product(people, people):
        sees(actor_of(user), child)


# No oracle ------------------------------------------------------------------------------------------------

ADDRESSES = [
    "/children/{child}",
    "/peps/{pep}",
    "/peps/{pep}/sections/progress",
    "/peps/{pep}/sections/no_such_section",
    "/peps/{pep}/sections/progress/check",
    "/peps/{pep}/my-views",
]
POSTS = [
    "/peps/{pep}/sections/progress",
    "/peps/{pep}/sections/progress/draft",
    "/peps/{pep}/sections/progress/fields/achievements",
    "/peps/{pep}/sections/progress/rows",
    "/peps/{pep}/sections/progress/reopen",
    "/peps/{pep}/parts/school/submit",
    "/peps/{pep}/sign-off",
]
INVENTED = "Zz0-Zz0_Zz0-Zz0_"


@pytest.mark.parametrize("path", ADDRESSES)
def test_a_strangers_child_and_an_invented_one_are_the_same_404(
    client: PageClient, world: World, path: str
) -> None:
    for stranger in (Tie.DESIGNATED_TEACHER, Tie.CARER, Tie.YOUNG_PERSON, Tie.HEAD, Role.ADMINISTRATOR):
        client.forget_cookies()
        client.sign_in(world.strangers[stranger])

        unseen = client.get(path.format(child=world.child.ref, pep=world.pep.ref))
        absent = client.get(path.format(child=INVENTED, pep=INVENTED))

        assert unseen.status == absent.status == 404
        assert without_what_differs(unseen) == without_what_differs(absent)


@pytest.mark.parametrize("path", POSTS)
def test_nothing_can_be_sent_to_a_strangers_child_and_nothing_is_told(
    client: PageClient, world: World, path: str
) -> None:
    client.sign_in(world.strangers[Tie.DESIGNATED_TEACHER])

    unseen = client.post(path.format(pep=world.pep.ref), {"achievements": "Reads"})
    absent = client.post(path.format(pep=INVENTED), {"achievements": "Reads"})

    assert unseen.status == absent.status == 404
    assert without_what_differs(unseen) == without_what_differs(absent)
    assert world.section("progress").answers == {}


def without_what_differs(page: Page) -> str:
    """A page without what is new in every answer: the nonce and the token."""
    body = page.body
    for tag in page.soup.select("script[nonce], [name=csrf_token]"):
        body = body.replace(str(tag.get("nonce") or tag["value"]), "…")
    return body
