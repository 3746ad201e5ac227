"""A sentence is planted in every question of a plan, and every page of every person is read for it.

What somebody may read is what `policy.sight` says, and that is held to the starting table; this shows that
no page, list or message says more.
"""

import re
from collections.abc import Iterator

import pytest

from tests.client import PageClient
from tests.factories import HomeFactory, HouseholdFactory, HouseholdMemberFactory, MembershipFactory
from tests.world import World, actor_of
from vsportal import clock, editions
from vsportal.editions.schema import Asked, Rows
from vsportal.extensions import db
from vsportal.models import Comment, Home, PepSection, Role, Target, User
from vsportal.peps.loading import Plan, load_plan, sheet_of
from vsportal.policy import Tie

TYPED = ("text", "long_text", "person")
PLANTED = re.compile(r"zq[a-z0-9_]+qz")
ROW = "r1"


def token(*parts: str) -> str:
    """A word that stands nowhere else."""
    return f"zq{'_'.join(parts)}qz"


def plant(world: World, plan: Plan) -> None:
    """Write a token into every answer that is text, every cell of a row, every comment, every target."""
    for asked in plan.sections:
        row = world.section(asked.id)
        row.answers = dict(answers_of(asked))
        for field in asked.fields:
            if field.kind == "views":
                db.session.add(comment(world, row, asked, field.id))
    db.session.add(
        Target(
            pep_id=world.pep.id,
            child_id=world.child.id,
            row=ROW,
            outcome=token("targets", "targets", "outcome"),
            area="maths",
            who=token("targets", "targets", "who"),
        )
    )
    db.session.commit()


def answers_of(asked: Asked) -> Iterator[tuple[str, object]]:
    """Leaf and token of each question and cell that takes text."""
    for field in asked.fields:
        if field.source:
            continue
        if field.kind in TYPED:
            yield field.id, token(asked.id, field.id)
        elif isinstance(field, Rows):
            row = field.rows[0][0] if field.rows else ROW
            if not field.rows:
                yield f"{field.id}.{row}", True
            for column in field.columns:
                if column.kind in TYPED:
                    yield f"{field.id}.{row}.{column.id}", token(asked.id, field.id, column.id)


def comment(world: World, row: PepSection, asked: Asked, field_id: str) -> Comment:
    """What the young person says at a question for several voices."""
    return Comment(
        pep_section_id=row.id,
        field_id=field_id,
        author_id=world.people[Tie.YOUNG_PERSON].id,
        role=Tie.YOUNG_PERSON,
        signed="young person",
        text=token(asked.id, field_id),
        changed_at=clock.now(),
    )


def may_find(user: User, world: World) -> set[str]:
    """The tokens that policy lets somebody read."""
    plan = load_plan(actor_of(user), world.pep.ref)
    if plan is None:
        return set()
    found = set()
    for asked in plan.sections:
        sheet = sheet_of(plan, asked.id)
        if sheet is None:
            continue
        for field in asked.fields:
            if field.id in sheet.sight.readable:
                found.add(token(asked.id, field.id))
                columns = field.columns if isinstance(field, Rows) else ()
                hidden = sheet.sight.hidden_columns
                found |= {
                    token(asked.id, field.id, c.id) for c in columns if f"{field.id}.{c.id}" not in hidden
                }
    return found


def addresses(world: World) -> list[str]:
    """Every page about the child, and the lists that may name them."""
    pep = f"/peps/{world.pep.ref}"
    asked = editions.get(world.pep.edition).sections
    views = next(section for section in asked if section.id == "my_views")
    return [
        "/",
        "/children",
        f"/children/{world.child.ref}",
        pep,
        f"{pep}/who-can-see",
        f"{pep}/my-targets",
        f"{pep}/my-views",
        f"{pep}/my-views/finish",
        *(f"{pep}/my-views/{field.id}" for field in views.fields),
        *(f"{pep}/sections/{section.id}" for section in asked),
        *(f"{pep}/sections/{section.id}/check" for section in asked),
    ]


def find(client: PageClient, world: World) -> set[str]:
    """The tokens on all pages that somebody can open."""
    pages = [client.get(path, bare=True) for path in addresses(world)]
    return {word for page in pages for word in PLANTED.findall(page.body)}


@pytest.fixture
def planted(world: World) -> World:
    plan = load_plan(world.actor(Tie.HEAD), world.pep.ref)
    assert plan is not None
    plant(world, plan)
    return world


INSIDE = [tie for tie in Tie if tie != Tie.PARENT]
OUTSIDE = [*INSIDE, Role.FINANCE, Role.GOVERNOR, Role.ADMINISTRATOR]


@pytest.mark.parametrize("tie", INSIDE)
def test_nobody_finds_an_answer_that_is_not_for_them(client: PageClient, planted: World, tie: Tie) -> None:
    user = planted.people[tie]
    allowed = may_find(user, planted)
    client.sign_in(user)

    found = find(client, planted)

    assert found - allowed == set()
    if tie != Tie.BUSINESS_SUPPORT:
        assert found, "Nothing was found at all: the test reads nothing."


def test_a_parent_as_carer_finds_nothing_of_what_the_last_home_wrote(
    client: PageClient, planted: World
) -> None:
    planted.section("at_home").household_id = planted.household.id
    stay = db.session.query(Home).filter_by(child_id=planted.child.id).one()
    stay.ends_on = clock.today()
    household = HouseholdFactory(authority=planted.authority, kind="parent")
    HomeFactory(child=planted.child, household=household, starts_on=clock.today())
    parent = MembershipFactory(role=Role.CARER).user
    HouseholdMemberFactory(household=household, user=parent)
    db.session.commit()
    allowed = may_find(parent, planted)
    client.sign_in(parent)

    found = find(client, planted)

    assert found - allowed == set()
    assert found
    assert not [word for word in found if word.startswith("zqat_home")]


@pytest.mark.parametrize("who", OUTSIDE)
def test_a_stranger_finds_nothing_at_all(client: PageClient, planted: World, who: str) -> None:
    client.sign_in(planted.strangers[who])

    pages = [client.get(path, bare=True) for path in addresses(planted)]

    assert {word for page in pages for word in PLANTED.findall(page.body)} == set()
    assert [p for p in pages if planted.child.last_name in p.body] == []


def test_business_support_sees_names_and_dates_and_no_answer(client: PageClient, planted: World) -> None:
    client.sign_in(planted.people[Tie.BUSINESS_SUPPORT])

    assert find(client, planted) == set()
    assert planted.child.last_name in client.get("/children").body


def test_a_private_answer_is_found_by_the_person_the_child_chose_and_by_no_colleague(
    client: PageClient, planted: World
) -> None:
    views, private = planted.section("my_views"), token("my_views", "who_helps")
    teacher, lead = planted.people[Tie.DESIGNATED_TEACHER], planted.people[Tie.SAFEGUARDING_LEAD]
    views.readers = {"who_helps": {"people": [teacher.id]}}
    db.session.commit()

    client.sign_in(teacher)
    to_teacher = find(client, planted)
    client.forget_cookies()
    client.sign_in(lead)
    to_lead = find(client, planted)

    assert private in to_teacher
    assert private not in to_lead


def test_a_conflict_shows_nobody_an_answer_that_is_not_for_them(client: PageClient, planted: World) -> None:
    """A save with a stale mark is answered with both texts: only to who may read both."""
    client.sign_in(planted.people[Tie.CARER])
    everything = {leaf: "mine" for asked in all_asked(planted) for leaf, _ in answers_of(asked)}

    answers = [
        client.htmx.post(
            f"/peps/{planted.pep.ref}/sections/{asked.id}/draft", everything | {"page": "p", "seen": "{}"}
        )
        for asked in all_asked(planted)
    ]

    found = {word for answer in answers for word in PLANTED.findall(answer.body)}
    assert found - may_find(planted.people[Tie.CARER], planted) == set()


def all_asked(world: World) -> tuple[Asked, ...]:
    plan = load_plan(world.actor(Tie.HEAD), world.pep.ref)
    assert plan is not None
    return plan.sections
