"""What tests of my work, the list and a child’s page share."""

import re
from datetime import date, timedelta
from typing import Any

from sqlalchemy import insert

from tests.client import Page, PageClient
from tests.world import World
from vsportal import clock
from vsportal.extensions import db
from vsportal.models import (
    Allocation,
    Child,
    Enrolment,
    Home,
    Pep,
    PepSection,
    Target,
)
from vsportal.policy import Tie

MOST_STATEMENTS = 12


def signed_in_as(client: PageClient, world: World, tie: str) -> PageClient:
    """A browser in which this person of the world is signed in."""
    client.sign_in(world.people[tie])
    return client


def search(client: PageClient, asked: str) -> Page:
    """What a search by name answers."""
    return client.post("/children", {"q": asked}, follow=True)


def page_of(client: PageClient, world: World) -> Page:
    """The child's page."""
    return client.get(f"/children/{world.child.ref}")


def days(count: int) -> date:
    """The day that many days from today."""
    return clock.today() + timedelta(days=count)


def complete(*sections: PepSection) -> None:
    """As their owners would have left them."""
    for section in sections:
        section.status, section.completed_at = "complete", clock.now()


def target(pep: Pep, outcome: str, **more: Any) -> Target:
    """A target as the section on targets projects it."""
    row = Target(pep_id=pep.id, child_id=pep.child_id, row=outcome[:8], outcome=outcome, **more)
    db.session.add(row)
    return row


def waiting(page: Page) -> list[str]:
    """What a card offers to do, without the child's name that is read out after it."""
    for hidden in page.soup.select(".vs-tasks .govuk-visually-hidden"):
        hidden.extract()
    return [a.get_text(strip=True) for a in page.soup.select(".vs-tasks a")]


def same(page: Page, echoed: str = "") -> str:
    """A page without what differs each time it is made, and without the name that was asked for."""
    nonce = re.findall(r"'nonce-([^']+)'", page.headers["Content-Security-Policy"])
    token = page.soup.select_one("input[name=csrf_token]")
    body = page.body
    for changing in {*nonce, token["value"] if token else "", echoed} - {""}:
        body = body.replace(str(changing), "…")
    return body


def many(world: World, count: int) -> None:
    """More children at the world's school and with its adviser, each with an open plan and something late."""
    children = [
        {"authority_id": world.authority.id, "first_name": "Kim", "last_name": f"Many{n:03d}",
         "sort_key": f"many{n:03d} kim", "date_of_birth": date(2012, 1, 1)}
        for n in range(count)
    ]  # fmt: skip
    if not children:
        return
    ids = db.session.scalars(insert(Child).returning(Child.id), children).all()
    since = {"starts_on": days(-100)}
    adviser = world.people[Tie.ALLOCATED_ADVISER].id
    db.session.execute(
        insert(Enrolment), [{"child_id": i, "school_id": world.school.id, "nc_year": 9, **since} for i in ids]
    )
    db.session.execute(
        insert(Allocation), [{"child_id": i, "user_id": adviser, "role": "adviser", **since} for i in ids]
    )
    db.session.execute(
        insert(Home),
        [{"child_id": i, "household_id": world.household.id, "placement_code": "U6", **since} for i in ids],
    )
    plans = [
        {"authority_id": world.authority.id, "child_id": i, "term_key": world.pep.term_key,
         "phase": "secondary", "edition": world.pep.edition, "opened_on": days(-10), "due_on": days(30)}
        for i in ids
    ]  # fmt: skip
    pep_ids = db.session.scalars(insert(Pep).returning(Pep.id), plans).all()
    sections = [
        {"pep_id": i, "section_id": section, "position": n, "owner": owner, "part": "", "due_on": days(n - 1)}
        for i in pep_ids
        for n, (section, owner) in enumerate(
            [("my_views", "young_person"), ("at_home", "carer"), ("progress", "designated_teacher")]
        )
    ]
    db.session.execute(insert(PepSection), sections)


def say(world: World, text: str, **readers: Any) -> None:
    """The child answers a question of My views."""
    section = world.section("my_views")
    section.answers, section.readers = {"going_well": text}, readers
    section.status, section.changed_at = "in_progress", clock.now()
