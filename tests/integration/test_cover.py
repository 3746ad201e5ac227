"""Cover for a worker who is away: arranged by their manager, seen by all around, over by itself."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.children import days, waiting
from tests.client import Page, PageClient
from tests.factories import MembershipFactory
from tests.world import World
from vsportal import clock
from vsportal.database import statements
from vsportal.editions.reading import day_words
from vsportal.extensions import db
from vsportal.models import AccessCut, AuditEvent, Cover, Role, User
from vsportal.policy import Tie


@pytest.fixture
def priya(world: World) -> User:
    """A social worker of the same authority and of another team."""
    user: User = MembershipFactory(
        role=Role.SOCIAL_WORKER, authority=world.authority, user__name="Priya Nair"
    ).user
    return user


@pytest.fixture
def manager(client: PageClient, world: World) -> PageClient:
    """The team manager of the child's worker."""
    client.sign_in(world.people[Tie.TEAM_MANAGER])
    return client


def arrange(
    client: PageClient, worker: User, by: User, first: date | None = None, last: date | None = None
) -> Page:
    """Send the form."""
    return client.post(
        "/cover",
        {
            "worker": worker.ref,
            "covered_by": by.ref,
            "first_day": day_words(first or days(0)),
            "last_day": day_words(last or days(10)),
        },
    )


def lent(world: World, by: User, first: date | None = None, after: date | None = None) -> Cover:
    """A cover of the child's worker."""
    row = Cover(
        authority_id=world.authority.id,
        worker_id=world.people[Tie.SOCIAL_WORKER].id,
        covered_by_id=by.id,
        made_by_id=world.people[Tie.TEAM_MANAGER].id,
        starts_on=first or days(0),
        ends_on=after or days(11),
    )
    db.session.add(row)
    db.session.commit()
    return row


def as_(client: PageClient, user: User) -> PageClient:
    client.forget_cookies()
    client.sign_in(user)
    return client


def words(page: Page) -> str:
    return " ".join(page.soup.get_text(" ").split())


# Arranging ----------------------------------------------------------------------------------------------


def test_whoever_stands_in_finds_the_workers_parts_on_their_own_page(
    manager: PageClient, world: World, priya: User
) -> None:
    worker = world.people[Tie.SOCIAL_WORKER]
    assert waiting(as_(PageClient(manager.app), priya).get("/")) == []

    sent = arrange(manager, worker, priya)

    assert sent.status == 303
    work = as_(PageClient(manager.app), priya).get("/")
    assert waiting(work)[:1] == ["My details"]
    assert f"For {worker.name}, away until {day_words(days(10))}" in words(work)


def test_the_last_day_is_one_on_which_it_still_holds(manager: PageClient, world: World, priya: User) -> None:
    arrange(manager, world.people[Tie.SOCIAL_WORKER], priya)

    assert db.session.scalars(select(Cover.ends_on)).one() == days(11)


def test_it_is_written_down_once_with_who_and_until_when(
    manager: PageClient, world: World, priya: User
) -> None:
    arrange(manager, world.people[Tie.SOCIAL_WORKER], priya)

    event = db.session.scalars(select(AuditEvent).where(AuditEvent.tag == "team:cover:arranged")).one()
    assert event.authority_id == world.authority.id
    assert event.changes[0]["new"].startswith("Priya Nair, from ")


def test_the_manager_can_stand_in_themselves(manager: PageClient, world: World) -> None:
    me = world.people[Tie.TEAM_MANAGER]

    assert arrange(manager, world.people[Tie.SOCIAL_WORKER], me).status == 303


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ((-1, 3), "Enter a first day from today on"),
        ((5, 4), "Enter a last day that is not before the first"),
        ((0, 84), "Enter a last day within 12 weeks"),
    ],
)
def test_days_that_will_not_do_are_refused_at_the_day(
    manager: PageClient, world: World, priya: User, asked: tuple[int, int], said: str
) -> None:
    page = arrange(manager, world.people[Tie.SOCIAL_WORKER], priya, *map(days, asked))

    assert page.status == 422
    assert [e for e in page.errors() if e.startswith(said)]
    assert db.session.scalars(select(Cover)).all() == []


def test_twelve_whole_weeks_will_do(manager: PageClient, world: World, priya: User) -> None:
    worker = world.people[Tie.SOCIAL_WORKER]

    assert arrange(manager, worker, priya, days(0), days(83)).status == 303


def test_nobody_stands_in_for_themselves(manager: PageClient, world: World) -> None:
    worker = world.people[Tie.SOCIAL_WORKER]
    page = arrange(manager, worker, worker)

    assert page.status == 422
    assert f"Select somebody else: {worker.name} cannot stand in for themselves" in page.errors()


def test_a_second_cover_of_the_same_days_is_refused_and_one_after_it_is_not(
    manager: PageClient, world: World, priya: User
) -> None:
    worker = world.people[Tie.SOCIAL_WORKER]
    lent(world, priya)

    page = arrange(manager, worker, world.people[Tie.TEAM_MANAGER], days(10), days(12))

    assert page.status == 422
    assert page.errors()[0].startswith(f"{worker.name} is covered from ")
    assert arrange(manager, worker, priya, days(11), days(12)).status == 303


def test_somebody_who_is_away_cannot_stand_in(manager: PageClient, world: World, priya: User) -> None:
    other = MembershipFactory(role=Role.SOCIAL_WORKER, authority=world.authority, team_id=world.team.id).user
    lent(world, priya)

    page = arrange(manager, other, world.people[Tie.SOCIAL_WORKER])

    assert page.status == 422
    assert "is away from" in page.errors()[0]


def test_only_workers_of_the_team_and_colleagues_of_the_authority_can_be_chosen(
    manager: PageClient, world: World, priya: User
) -> None:
    stranger = world.other.people[Tie.SOCIAL_WORKER]

    assert arrange(manager, priya, world.people[Tie.SOCIAL_WORKER]).status == 422
    assert arrange(manager, world.people[Tie.SOCIAL_WORKER], stranger).status == 422
    assert stranger.name not in manager.get("/cover").text


@pytest.mark.parametrize("tie", [Tie.SOCIAL_WORKER, Tie.HEAD, Tie.DESIGNATED_TEACHER, Tie.BUSINESS_SUPPORT])
def test_the_page_is_there_for_managers_alone(client: PageClient, world: World, tie: str) -> None:
    client.sign_in(world.people[tie])

    assert client.get("/cover").status == 404


# While it lasts, and after -------------------------------------------------------------------------------


def test_the_childs_page_says_who_covers_the_worker_and_until_when(
    client: PageClient, world: World, priya: User
) -> None:
    lent(world, priya)

    page = as_(client, world.people[Tie.DESIGNATED_TEACHER]).get(f"/children/{world.child.ref}")

    assert f"Covered by Priya Nair until {day_words(days(10))}" in words(page)


def test_somebody_whose_sight_was_ended_is_not_named_as_covering(
    client: PageClient, world: World, priya: User
) -> None:
    lent(world, priya)
    cut_by = world.people[Tie.TEAM_MANAGER].id
    db.session.add(AccessCut(child_id=world.child.id, user_id=priya.id, cut_by_id=cut_by, reason="Related."))
    db.session.commit()

    page = as_(client, world.people[Tie.DESIGNATED_TEACHER]).get(f"/children/{world.child.ref}")

    assert "Covered by" not in words(page)
    assert as_(client, priya).get(f"/children/{world.child.ref}").status == 404


def test_ended_early_it_is_over_at_the_next_request(manager: PageClient, world: World, priya: User) -> None:
    cover = lent(world, priya, first=days(-3))
    standing_in = as_(PageClient(manager.app), priya)
    assert standing_in.get(f"/peps/{world.pep.ref}").status == 200

    manager.get("/cover")
    assert manager.post("/cover/end", {"cover": cover.ref}).status == 303

    assert standing_in.get(f"/peps/{world.pep.ref}").status == 404
    assert "Nobody of your team is covered" in manager.get("/cover").text


def test_one_to_come_is_taken_back(manager: PageClient, world: World, priya: User) -> None:
    cover = lent(world, priya, first=days(3))
    assert "To come" in manager.get("/cover").text

    manager.post("/cover/end", {"cover": cover.ref})

    assert "Nobody of your team is covered" in manager.get("/cover").text
    assert arrange(manager, world.people[Tie.SOCIAL_WORKER], priya).status == 303


def test_another_teams_cover_cannot_be_ended(client: PageClient, world: World, priya: User) -> None:
    cover = lent(world, priya)
    stranger = as_(client, world.other.people[Tie.TEAM_MANAGER])
    stranger.get("/cover")

    assert stranger.post("/cover/end", {"cover": cover.ref}).status == 404
    db.session.expire_all()
    assert db.session.scalars(select(Cover.ends_on)).one() == days(11)


def test_the_day_after_the_last_it_is_over_by_itself(client: PageClient, world: World, priya: User) -> None:
    lent(world, priya, first=days(-10), after=clock.today())

    assert as_(client, priya).get(f"/peps/{world.pep.ref}").status == 404


def test_ten_covers_cost_what_one_costs(manager: PageClient, world: World, priya: User) -> None:
    lent(world, priya)
    costs = []
    for more in (0, 9):
        for n in range(more):
            first = days(20 + 5 * n)
            lent(world, priya, first, first + timedelta(days=4))
        manager.get("/cover")
        with statements(db.engine) as seen:
            manager.get("/cover")
        costs.append(len(seen))

    assert costs[0] == costs[1]
    assert costs[0] <= 6
