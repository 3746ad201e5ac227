"""Who has looked: the whole list for a head, kinds of people and days for the child, nothing for others."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest

from tests.client import Page, PageClient
from tests.factories import UserFactory
from tests.plans import sign_in
from tests.world import World
from vsportal import clock
from vsportal.database import statements
from vsportal.extensions import db
from vsportal.models import AccessEvent
from vsportal.policy import Tie

DAY = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)


def look(world: World, tie: str, *, at: datetime = DAY, what: str = "progress", whole: bool = True) -> None:
    """Somebody looked at the plan, or at what is at no plan."""
    db.session.add(
        AccessEvent(
            at=at,
            actor_id=world.people[tie].id,
            actor_role=tie,
            child_id=world.child.id,
            pep_id=world.pep.id if whole else None,
            what=what,
        )
    )
    db.session.flush()


def looks(client: PageClient, world: World, tie: str = Tie.HEAD, **asked: str) -> Page:
    sign_in(client, world.people[tie])
    return client.get(f"/children/{world.child.ref}/looks?{urlencode(asked)}")


def rows(page: Page) -> list[str]:
    return [" ".join(tr.get_text(" ", strip=True).split()) for tr in page.soup.select("tbody tr")]


# For a head -----------------------------------------------------------------------------------------------


def test_a_head_reads_who_looked_at_what_as_what_and_when(client: PageClient, world: World) -> None:
    look(world, Tie.CARER, what="at_home")
    look(world, Tie.DESIGNATED_TEACHER, what="address", whole=False, at=DAY + timedelta(hours=1))

    found = rows(looks(client, world))

    assert len(found) == 2
    assert world.people[Tie.DESIGNATED_TEACHER].name in found[0]
    assert "An address or phone number, shown by a press" in found[0]
    assert "Carer" in found[1]
    assert "“At home”" in found[1]


def test_the_list_is_narrowed_by_person_kind_and_days(client: PageClient, world: World) -> None:
    look(world, Tie.CARER, at=DAY)
    look(world, Tie.CARER, what="address", whole=False, at=DAY + timedelta(days=1))
    look(world, Tie.SOCIAL_WORKER, at=DAY + timedelta(days=2))
    carer = world.people[Tie.CARER].ref

    assert len(rows(looks(client, world, who=carer))) == 2
    assert len(rows(looks(client, world, what="address"))) == 1
    assert len(rows(looks(client, world, since="4 November 2026", until="5/11/2026"))) == 2
    assert len(rows(looks(client, world, who=carer, until="3 November 2026"))) == 1
    assert looks(client, world, who="nobody").text.count("Nobody has looked") == 1


def test_a_day_ends_at_midnight_in_england(client: PageClient, world: World) -> None:
    look(world, Tie.CARER, at=datetime(2026, 7, 3, 23, 30, tzinfo=UTC))

    assert rows(looks(client, world, since="4 July 2026", until="4 July 2026")) != []
    assert rows(looks(client, world, until="3 July 2026")) == []


def test_a_date_that_is_none_is_said_at_its_box(client: PageClient, world: World) -> None:
    page = looks(client, world, since="31 February")

    assert page.status == 422
    assert len(page.errors()) == 1
    assert "31 February" in page.body


def test_a_long_list_has_pages_of_fifty(client: PageClient, world: World) -> None:
    for n in range(51):
        look(world, Tie.CARER, at=DAY + timedelta(minutes=n))

    first, second = looks(client, world), looks(client, world, page="2")

    assert len(rows(first)) == 50
    assert "Page 1 of 2" in first.text
    assert len(rows(second)) >= 1
    assert looks(client, world, page="9").status == 404


def test_fifty_looks_cost_the_statements_of_one(client: PageClient, world: World) -> None:
    sign_in(client, world.people[Tie.HEAD])
    path = f"/children/{world.child.ref}/looks"
    look(world, Tie.CARER)
    client.get(path)

    def cost() -> int:
        db.session.commit()
        with statements(db.engine) as seen:
            client.get(path)
        return len(seen)

    one = cost()
    for n in range(49):
        user = UserFactory()
        world.people[f"more{n}"] = user
        look(world, f"more{n}", at=DAY + timedelta(minutes=n))

    assert cost() == one


# For the child --------------------------------------------------------------------------------------------


def test_the_child_reads_kinds_and_days_and_never_who(client: PageClient, world: World) -> None:
    teacher = world.people[Tie.DESIGNATED_TEACHER]
    teacher.name = "Quillan Zephyr"
    look(world, Tie.DESIGNATED_TEACHER)
    look(world, Tie.DESIGNATED_TEACHER, at=DAY + timedelta(hours=2), what="attendance")
    look(world, Tie.DUTY_WORKER, at=DAY - timedelta(days=1))
    look(world, Tie.YOUNG_PERSON, at=DAY - timedelta(days=5))

    page = looks(client, world, Tie.YOUNG_PERSON)
    days = {h.get_text(): h.find_next("ul").get_text(" ", strip=True) for h in page.soup.select("h2")}

    assert days == {
        "3 November 2026": "A teacher at your school",
        "2 November 2026": "A social worker on duty, in an emergency",
    }
    assert "Quillan" not in page.body
    assert "12pm" not in page.body


def test_when_nobody_has_looked_the_child_is_told_so(client: PageClient, world: World) -> None:
    assert "Nobody has looked yet." in looks(client, world, Tie.YOUNG_PERSON).text


@pytest.mark.parametrize("tie", sorted(set(Tie) - {Tie.HEAD, Tie.YOUNG_PERSON, Tie.PARENT}))
def test_nobody_else_is_told_who_has_looked(client: PageClient, world: World, tie: str) -> None:
    assert looks(client, world, tie).status == 403


def test_every_tie_has_words_for_the_child(client: PageClient, world: World) -> None:
    for n, tie in enumerate(sorted(set(Tie) - {Tie.YOUNG_PERSON, Tie.PARENT})):
        look(world, tie, at=clock.now() - timedelta(minutes=n))

    text = looks(client, world, Tie.YOUNG_PERSON).text

    assert "Somebody who works with you" not in text
    assert "None" not in text
