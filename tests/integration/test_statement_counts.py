"""What each page asks of the database: as much for fifty of anything as for one, never more than said here.

A count that grows is a query in a loop, whatever the clock says on a small database.
"""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask

from tests.client import PageClient
from tests.factories import (
    AllocationFactory,
    ChildFactory,
    EnrolmentFactory,
    HomeFactory,
    HouseholdMemberFactory,
    MembershipFactory,
    TermFactory,
)
from tests.world import World, actor_of, next_week
from vsportal import clock
from vsportal.audit import SYSTEM
from vsportal.database import statements
from vsportal.editions.answers import mark
from vsportal.extensions import db
from vsportal.models import Child, Comment, Pep, Role, User
from vsportal.peps.loading import load_sheet
from vsportal.peps.operations import open_pep, save_draft
from vsportal.policy import Tie

MANY = 50
PAGE, FRAGMENT, FINISH = 12, 8, 12
"""The most statements of a page, of a check or an autosave, and of completing a section."""


@pytest.fixture
def counted(app: Flask, client: PageClient) -> Callable[..., int]:
    """How many statements a request of this client takes, once whatever is made at first is there."""

    def count(path: str, form: dict[str, str] | None = None, *, expect: int = 200) -> int:
        def ask() -> None:
            page = client.get(path) if form is None else client.htmx.post(path, form)
            assert page.status == expect, f"{path} answered {page.status}."

        if form is None:
            ask()  # the second look at a page is the usual one
        with statements(db.engine) as seen:
            ask()
        return len(seen)

    return count


# Many children ------------------------------------------------------------------------------------------


def more_children(world: World, how_many: int) -> None:
    """Children like the world's own: the same school, home and workers, each with a plan."""
    for _ in range(how_many):
        child: Child = ChildFactory(authority=world.authority)
        EnrolmentFactory(child=child, school=world.school, nc_year=10)
        HomeFactory(child=child, household=world.household)
        for tie, role in (
            (Tie.SOCIAL_WORKER, Role.SOCIAL_WORKER),
            (Tie.INDEPENDENT_REVIEWER, Role.INDEPENDENT_REVIEWER),
            (Tie.ALLOCATED_ADVISER, Role.ADVISER),
        ):
            AllocationFactory(child=child, user=world.people[tie], role=role)
        open_pep(
            SYSTEM,
            child,
            term=world.term,
            on=clock.today(),
            phase="secondary",
            nc_year=10,
            meeting_on=next_week(),
        )


SEES_MANY = (
    Tie.CARER,
    Tie.DESIGNATED_TEACHER,
    Tie.SOCIAL_WORKER,
    Tie.TEAM_MANAGER,
    Tie.INDEPENDENT_REVIEWER,
    Tie.ALLOCATED_ADVISER,
    Tie.HEAD,
    Tie.BUSINESS_SUPPORT,
)


@pytest.mark.parametrize("path", ["/", "/children"])
@pytest.mark.parametrize("tie", SEES_MANY)
def test_a_list_asks_as_much_for_fifty_children_as_for_one(
    client: PageClient, world: World, counted: Callable[..., int], tie: str, path: str
) -> None:
    client.sign_in(world.people[tie])
    for_one = counted(path)
    more_children(world, MANY - 1)

    for_fifty = counted(path)

    assert for_fifty == for_one
    assert for_fifty <= PAGE


# Many comments and people -----------------------------------------------------------------------------------


def more_comments(world: World, section_id: str, field_id: str, how_many: int) -> None:
    """What many people once said at one question."""
    section = world.section(section_id)
    for n in range(how_many):
        someone: User = MembershipFactory(role=Role.SOCIAL_WORKER, authority=world.authority).user
        db.session.add(
            Comment(
                pep_section_id=section.id,
                field_id=field_id,
                author_id=someone.id,
                role=Tie.SOCIAL_WORKER,
                signed="social worker",
                text=f"What was said, {n}.",
                changed_at=clock.now(),
            )
        )
    db.session.flush()


def more_carers(world: World, how_many: int) -> None:
    """A home in which many people work."""
    for _ in range(how_many):
        carer = MembershipFactory(role=Role.CARER, authority=world.authority).user
        HouseholdMemberFactory(household=world.household, user=carer)


@pytest.mark.parametrize("where", ["", "/sections/progress", "/sections/progress/check"])
def test_a_plan_asks_as_much_with_fifty_comments_and_carers_as_with_one(
    client: PageClient, world: World, counted: Callable[..., int], where: str
) -> None:
    client.sign_in(world.people[Tie.DESIGNATED_TEACHER])
    answer_all(world)
    path = f"/peps/{world.pep.ref}{where}"
    more_comments(world, "progress", "progress_views", 1)
    with_one = counted(path)
    more_comments(world, "progress", "progress_views", MANY - 1)
    more_carers(world, MANY - 1)

    with_fifty = counted(path)

    assert with_fifty == with_one
    assert with_fifty <= PAGE


def test_a_plan_and_a_child_ask_as_much_after_many_years_as_in_the_first(
    client: PageClient, world: World, counted: Callable[..., int]
) -> None:
    client.sign_in(world.people[Tie.ALLOCATED_ADVISER])
    paths = (
        f"/children/{world.child.ref}",
        f"/peps/{world.pep.ref}",
        f"/peps/{world.pep.ref}/sections/targets",
    )
    in_the_first = [counted(path) for path in paths]
    for year in range(1, 7):
        plan_of_year(world, year)

    after_many = [counted(path) for path in paths]

    assert after_many == in_the_first
    assert max(after_many) <= PAGE


def plan_of_year(world: World, years_ago: int) -> Pep:
    """A plan of an earlier year."""
    starts: date = clock.today() - timedelta(days=365 * years_ago + 40)
    term = TermFactory(authority=world.authority, starts_on=starts)
    return open_pep(SYSTEM, world.child, term=term, on=starts, phase="secondary", nc_year=10)


# A check and a save ---------------------------------------------------------------------------------------


def answer_all(world: World, rows: int = 1) -> None:
    """Everything that the progress section needs, with as many subjects as that."""
    posted = {
        "on_track": ["yes"],
        "approach": ["yes"],
        "achievements": ["Swam fifty metres at the gala."],
        "progress_views": ["A good term."],
    }
    cells = {
        "subject": "Science",
        "course": "gcse",
        "target": "6",
        **{
            f"{term}_{what}": code for term in SEASONS for what, code in (("progress", "ep"), ("effort", "g"))
        },
    }
    for n in range(rows):
        posted[f"subjects.r{n:02d}"] = ["1"]
        posted |= {f"subjects.r{n:02d}.{column}": [value] for column, value in cells.items()}
    sheet = load_sheet(actor_of(world.people[Tie.DESIGNATED_TEACHER]), world.pep.ref, "progress", lock=True)
    assert sheet is not None
    save_draft(sheet, posted, marks={}, page="a test")
    db.session.commit()


SEASONS = ("autumn", "spring", "summer")
CELL = "subjects.r00.target"


def one_cell(value: str) -> dict[str, str]:
    """What a page posts when one cell was changed from “6”."""
    return {CELL: value, "page": "page-one", "seen": f'{{"{CELL}": "{mark("6")}"}}'}


@pytest.mark.parametrize("act", ["fields/" + CELL, "draft"])
def test_a_check_and_an_autosave_ask_as_much_in_a_large_section_as_in_a_small_one(
    client: PageClient, world: World, counted: Callable[..., int], act: str
) -> None:
    client.sign_in(world.people[Tie.DESIGNATED_TEACHER])
    path = f"/peps/{world.pep.ref}/sections/progress/{act}"
    answer_all(world)
    in_a_small_one = counted(path, one_cell("7"))
    answer_all(world, rows=20)
    more_comments(world, "progress", "progress_views", MANY)

    in_a_large_one = counted(path, one_cell("8"))

    assert in_a_large_one == in_a_small_one
    assert in_a_large_one <= FRAGMENT


def test_a_check_of_what_needs_no_more_reads_who_asks_and_the_section(
    client: PageClient, world: World, counted: Callable[..., int]
) -> None:
    client.sign_in(world.people[Tie.DESIGNATED_TEACHER])
    answer_all(world)

    count = counted(f"/peps/{world.pep.ref}/sections/progress/fields/{CELL}", one_cell("7"))

    assert count == 2


def test_completing_a_large_section_asks_as_much_as_completing_a_small_one(
    client: PageClient, world: World, counted: Callable[..., int]
) -> None:
    client.sign_in(world.people[Tie.DESIGNATED_TEACHER])
    base = f"/peps/{world.pep.ref}/sections/progress"
    answer_all(world)
    small = counted(f"{base}/check", {"complete": "yes"}, expect=303)
    client.post(f"{base}/reopen")
    answer_all(world, rows=20)
    more_comments(world, "progress", "progress_views", MANY)

    large = counted(f"{base}/check", {"complete": "yes"}, expect=303)

    assert large == small
    assert large <= FINISH
