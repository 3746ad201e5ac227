"""What tests of sharing share: lending by the form, and other people’s browsers."""

from datetime import date, timedelta

from sqlalchemy import select

from tests.client import Page, PageClient
from tests.world import World
from vsportal import clock
from vsportal.extensions import db
from vsportal.models import Delegation, User


def days(count: int) -> date:
    """The day that many days from today."""
    return clock.today() + timedelta(days=count)


def address(world: World) -> str:
    """The page on which a child’s plan is shared out."""
    return f"/children/{world.child.ref}/sharing"


def lend(client: PageClient, world: World, to: User, *sections: str, **more: str) -> Page:
    """Lend by the form as it stands on the page."""
    form = {"colleague": to.ref, "sections": list(sections), **more}
    return client.submit(client.get(address(world)), form, action=address(world))


def as_somebody_else(client: PageClient, user: User) -> PageClient:
    """Another browser, in which this person is signed in."""
    other = PageClient(client.app)
    other.sign_in(user)
    return other


def lent_to(user: User) -> list[Delegation]:
    """All that was lent to somebody, the first first."""
    query = select(Delegation).where(Delegation.user_id == user.id).order_by(Delegation.id)
    return list(db.session.scalars(query))
