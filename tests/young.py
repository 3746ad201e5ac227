"""What tests of the young person's pages share: addresses, answering a question, reading as somebody else."""

from tests.client import Page, PageClient
from tests.world import World
from vsportal.extensions import db
from vsportal.models import SectionState

WORDS = "Being believed when I say that I am tired."
TEXT, PRIVATE, FACES = "going_well", "who_helps", "safe_at_school"


def at(world: World, *rest: str) -> str:
    """An address of the young person's own pages."""
    return "/".join((f"/peps/{world.pep.ref}/my-views", *rest))


def answer(young: PageClient, world: World, field: str, button: str = "Next", **changed: object) -> Page:
    """Open a question, change its form and press a button; the answer is not followed."""
    page = young.get(at(world, field))
    return young.submit(page, {name.replace("__", "~"): v for name, v in changed.items()}, button=button)


def keep(world: World, answers: dict[str, object], readers: dict[str, list[int]] | None = None) -> None:
    """Answers that are there already."""
    row = world.section("my_views")
    row.answers = {**row.answers, **answers}
    row.readers = {k: {"people": v} for k, v in (readers or {}).items()}
    row.status = SectionState.IN_PROGRESS
    db.session.commit()


def reads(client: PageClient, world: World, tie: str) -> str:
    """The section as somebody else reads it."""
    client.forget_cookies()
    client.sign_in(world.people[tie])
    return client.get(f"/peps/{world.pep.ref}/sections/my_views").text
