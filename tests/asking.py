"""What tests of asking for PP+ share: a target with its card, a draft ready to send, its form filled in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from tests.children import target
from tests.client import Page, PageClient
from tests.deciding import by, with_policy
from tests.money import with_budget
from tests.world import Surroundings, World
from vsportal import clock
from vsportal.extensions import db
from vsportal.funding import asking
from vsportal.funding.asking import About
from vsportal.models import FundingLine, FundingRequest, Target
from vsportal.policy import Tie

TEACHER, CARER, ADVISER = Tie.DESIGNATED_TEACHER, Tie.CARER, Tie.ALLOCATED_ADVISER
OUTCOME = "Amira can solve two-step equations alone"


def ready(world: World, policy: str = "itemised", budget: int = 1_000_000) -> World:
    """The world with a policy in force and money to spend."""
    with_policy(world, policy)
    with_budget(world, budget)
    db.session.commit()
    return world


def card(world: Surroundings, outcome: str = OUTCOME, amount: int | None = 48_000, **cells: Any) -> Target:
    """A target of the plan that names PP+, with its card as the section keeps it."""
    row = target(world.pep, outcome, funding="pp_plus")
    row.amount_pence, row.who = amount, "Ben Ashby"
    row.by_when = clock.today() + timedelta(days=60)
    db.session.flush()
    given = {
        "why": "Maths is below what is expected",
        "how": "One-to-one maths tutoring",
        "who": "Ben Ashby, school’s tutor list",
        "frequency": "An hour every Monday",
        "measure": "Unit test, 7 of 10",
        "starts_on": (clock.today() + timedelta(days=7)).isoformat(),
        **cells,
    }
    section = world.section("targets")
    section.answers = {**section.answers, **{f"targets.{row.row}.{k}": v for k, v in given.items()}}
    db.session.commit()
    return row


def begun(world: Surroundings, tie: str = TEACHER, on: Target | None = None, **more: Any) -> FundingRequest:
    """A draft on a target, as somebody begins it."""
    about = About(world.child, world.pep, on or card(world))
    request = asking.begin(by(world, tie), about, **more)
    db.session.commit()
    return request


def whole(world: Surroundings, on: Target | None = None) -> FundingRequest:
    """A draft that lacks nothing."""
    request = begun(world, on=on)
    request.category, request.delivery = "tuition", "one_to_one"
    request.additional = "Year 10 intervention is a group of eight."
    db.session.commit()
    return request


def edit_page(client: PageClient, world: World, request: FundingRequest, tie: str = TEACHER) -> Page:
    """The form of a draft, as somebody signed in sees it."""
    client.sign_in(world.people[tie])
    return client.get(f"/requests/{request.ref}/edit")


def send(client: PageClient, page: Page, request: FundingRequest, button: str, **typed: object) -> Page:
    """Press a button of the form with what was typed."""
    fields = {name.replace("__", "-"): value for name, value in typed.items()}
    return client.submit(page, fields, action=f"/requests/{request.ref}/edit", button=button)


def lines(request: FundingRequest) -> list[tuple[str, int, int, int]]:
    """The lines as they are kept: what, hundredths, unit cost, amount."""
    query = select(FundingLine).where(FundingLine.request_id == request.id).order_by(FundingLine.position)
    return [(n.what, n.quantity_hundredths, n.unit_pence, n.amount_pence) for n in db.session.scalars(query)]
