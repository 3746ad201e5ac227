"""What tests of links to one line share: a link made by the form, and a phone in which it is opened."""

from sqlalchemy import select

from tests.client import Page, PageClient
from tests.sharing import address
from tests.world import World
from vsportal.extensions import db
from vsportal.models import RowLink

ROW = "subjects.k1"
PROGRESS, EFFORT = "progress", "effort"


def season(world: World) -> str:
    """The term of the plan."""
    return world.pep.term_key.rpartition("-")[2]


def leaf(world: World, name: str) -> str:
    """The cell of this term for progress or effort."""
    return f"{ROW}.{season(world)}_{name}"


def make(teacher: PageClient, world: World, name: str = "Jo Marsh") -> str:
    """Make a link by the form; its address as it is shown, once."""
    page = teacher.get(address(world))
    made = teacher.submit(
        page,
        {"line": f"progress:{ROW}", "teacher": name},
        action=f"/peps/{world.pep.ref}/row-links",
    )
    assert made.status == 200, made.errors()
    return "/row/" + str(made.one("#made-link")["value"]).rpartition("/")[2]


def phone(teacher: PageClient) -> PageClient:
    """A browser in which nobody is signed in."""
    return PageClient(teacher.app)


def start(browser: PageClient, path: str) -> Page:
    """Press Start; the line."""
    return browser.submit(browser.get(path), action=path, follow=True)


def save(browser: PageClient, page: Page, world: World, **more: str) -> Page:
    """Fill in the line and press Save."""
    typed = {leaf(world, PROGRESS): "ep", leaf(world, EFFORT): "g", "comment": "Writes well."}
    names = {"progress": leaf(world, PROGRESS), "effort": leaf(world, EFFORT)}
    return browser.submit(
        page, typed | {names.get(k, k): v for k, v in more.items()}, button="Save and finish"
    )


def the_link() -> RowLink:
    """The only link there is."""
    return db.session.scalars(select(RowLink)).one()


def closed(page: Page) -> bool:
    """Whether this is the page of a link that is not open."""
    return page.status == 410 and page.h1 == "This link is not open"
