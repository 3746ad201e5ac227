"""What tests of reviews share: a part that was sent, a review rated to its end."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from tests.client import Page, PageClient
from tests.plans import complete, part_of, sign_in
from tests.world import Surroundings, actor_of
from vsportal import clock
from vsportal.audit import By
from vsportal.extensions import db
from vsportal.models import PartState, Review, SectionRating, User
from vsportal.peps.loading import load_plan
from vsportal.policy import Tie
from vsportal.reviews import operations
from vsportal.reviews.loading import RatedPart, load_part
from vsportal.reviews.operations import Said
from vsportal.workflow import Act, apply

SCHOOL = ("my_views", "my_education", "wellbeing", "progress", "attendance", "careers", "targets")
"""What is rated with the school's part of the world's plan."""


def sent(world: Surroundings, part: str = "school") -> None:
    """A part whose sections are complete, each by its owner, and that was sent."""
    complete(world, part=part)
    who = {"school": Tie.DESIGNATED_TEACHER, "care": Tie.SOCIAL_WORKER}[part]
    row = part_of(world, part)
    apply(db.session, row, Act.SUBMIT)
    row.submitted_at, row.submitted_by_id = clock.now(), world.people[who].id
    db.session.commit()


def part_at(world: Surroundings, tie: str, part: str = "school", kind: str = "first") -> RatedPart:
    """The part as a person of the world loads it, to do something with it."""
    return part_for(world, world.people[tie], part, kind)


def part_for(world: Surroundings, user: User, part: str = "school", kind: str = "first") -> RatedPart:
    """The same for anybody."""
    plan = load_plan(actor_of(user), world.pep.ref, lock=True)
    assert plan is not None
    found = load_part(plan, part, kind)
    assert found is not None
    return found


def by(at: RatedPart) -> By:
    """The person who loaded it, as the record names them."""
    return By(at.me, str(at.plan.seen.in_order[0]), at.plan.pep.authority_id)


def reviewed(
    world: Surroundings,
    tie: str = Tie.ADVISER,
    ratings: Mapping[str, str] | None = None,
    *,
    part: str = "school",
    back: Mapping[str, str] | None = None,
    kind: str = "first",
) -> Review:
    """A part reviewed to its end: green unless `ratings` says otherwise; `back`: sections with reasons."""
    at = part_at(world, tie, part, kind)
    begin = operations.begin_review if kind == "first" else operations.begin_second
    review = begin(at, by(at))
    at = part_at(world, tie, part, kind)
    for sect in at.sects:
        rating = (ratings or {}).get(sect.id, "green")
        why = (back or {}).get(sect.id, "")
        said = Said(rating, f"Feedback on {sect.id}.", f"Note on {sect.id}.", bool(why), why)
        operations.rate(at, by(at), sect.id, said)
    at = part_at(world, tie, part, kind)
    if back:
        operations.send_back(at, by(at))
    else:
        operations.finish(at, by(at))
    db.session.commit()
    return review


def send_again(world: Surroundings, part: str = "school") -> None:
    """What went back is complete, and the part is with the Virtual School once more."""
    assert part_of(world, part).state == PartState.RETURNED
    sent(world, part)


def ratings_of(review: Review) -> dict[str, tuple[str, str, str, bool, str]]:
    """Every word that a review keeps, by section."""
    rows = db.session.scalars(select(SectionRating).where(SectionRating.review_id == review.id))
    return {r.section_id: (r.rating, r.feedback, r.note, r.returned, r.reason) for r in rows}


def page_of(
    client: PageClient, world: Surroundings, tie: str, part: str = "school", section: str = ""
) -> Page:
    """The page of a review as a person of the world sees it."""
    sign_in(client, world.people[tie])
    return client.get(f"/peps/{world.pep.ref}/review?part={part}&section={section}")


def start(client: PageClient, world: Surroundings, tie: str = Tie.ADVISER, part: str = "school") -> Page:
    """Begin a review as an adviser does, from its page."""
    page = page_of(client, world, tie, part)
    return client.submit(page, button="Start the review", follow=True)


def rate(client: PageClient, page: Page, rating: str, **more: str) -> Page:
    """Rate the section that a page shows, and go on to the next."""
    typed = {f"review-{name}": value for name, value in {"rating": rating, **more}.items()}
    button = page.one("form.vs-panel .govuk-button").get_text(strip=True)
    return client.submit(page, typed, button=button, follow=True)
