"""What tests of the office share: who sits there, a form sent as a person sends it, who sees a child."""

from datetime import date
from typing import Any

from sqlalchemy import select

from tests.client import Page, PageClient
from tests.world import World
from vsportal.editions.reading import day_words
from vsportal.extensions import db
from vsportal.models import AuditEvent, Role, User
from vsportal.policy import Tie


def as_support(client: PageClient, world: World) -> PageClient:
    """Business support of the child's authority is signed in."""
    client.forget_cookies()
    client.sign_in(world.people[Tie.BUSINESS_SUPPORT])
    return client


def as_administrator(client: PageClient, world: World) -> PageClient:
    """The administrator of the child's authority is signed in."""
    client.forget_cookies()
    client.sign_in(world.unplaced[Role.ADMINISTRATOR])
    return client


def fill_in(client: PageClient, path: str, typed: dict[str, Any], *, sure: bool = True) -> Page:
    """Send the form of a page; where it says what would end, go on (`sure`) or stay there."""
    where, _, query = path.partition("?")
    page = client.get(path)
    assert page.status == 200, page.status
    sent = {**page.form(where).fields(), **{k: words(v) for k, v in typed.items()}}
    answer = client.post(f"{where}?{query}" if query else where, sent)
    if sure and answer.status == 200:
        return client.submit(answer, {"sure": "yes"}, action=where, follow=True)
    return client.follow(answer)


def words(value: Any) -> str:
    """A date as somebody types it; anything else as it is."""
    return day_words(value) if isinstance(value, date) else str(value)


def tags() -> set[str]:
    """What has been written down."""
    return set(db.session.scalars(select(AuditEvent.tag)))


def changes(tag: str) -> list[Any]:
    """What the events of a tag say was changed."""
    rows = db.session.scalars(select(AuditEvent).where(AuditEvent.tag == tag))
    return [line for event in rows for line in event.changes]


def record(world: World, *more: str) -> str:
    return "/".join(("/office/children", world.child.ref, *more))


def sees(client: PageClient, user: User, world: World) -> bool:
    """Whether somebody's own browser finds the child's page and the plan."""
    client.forget_cookies()
    client.sign_in(user)
    found = {
        client.get(f"/{what}").status for what in (f"children/{world.child.ref}", f"peps/{world.pep.ref}")
    }
    assert len(found) == 1, "A plan and its child are seen together or not at all."
    return found == {200}
