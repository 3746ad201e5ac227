"""What tests of decisions share: a request that waits for one, a policy, loading it as somebody."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

from tests.children import target
from tests.money import FUND, YEAR
from tests.world import Surroundings
from vsportal import clock
from vsportal.audit import By
from vsportal.extensions import db
from vsportal.funding import policies
from vsportal.funding.loading import Ask, load_request
from vsportal.models import FundingLine, FundingPolicy, FundingRequest, Mail
from vsportal.policy import Tie

_numbers = count(1)
TUTOR, BOOKS = ("One-to-one tutoring", 1400, "hours", 4000), ("Books", 100, "", 2550)


def with_policy(world: Surroundings, name: str = "itemised") -> FundingPolicy:
    """One of the worked policies, published for this year."""
    policy = policies.starting_policies()[name]
    row = FundingPolicy(
        authority_id=world.authority.id,
        financial_year=policies.financial_year(clock.today()),
        version=1,
        state="published",
        starts_on=clock.today() - timedelta(days=30),
        body=policy.model_dump(mode="json"),
        published_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    return row


def waiting(
    world: Surroundings, *lines: tuple[str, int, str, int], to: str = "adviser", **more: Any
) -> FundingRequest:
    """A request that waits for an adviser, the head or the panel; £560 of tutoring unless lines are given."""
    lines = lines or (TUTOR,)
    amounts = [quantity * cost // 100 for _, quantity, _, cost in lines]
    values: dict[str, Any] = {
        "number": f"PP-W{next(_numbers):05d}",
        "authority_id": world.authority.id,
        "child_id": world.child.id,
        "pep_id": world.pep.id,
        "school_id": world.school.id,
        "phase": "secondary",
        "in_area": True,
        "financial_year": YEAR,
        "state": f"with_{to}",
        "decider": to,
        "fund": FUND,
        "category": "tuition",
        "need": "Maths is below what is expected",
        "buying": "Maths tutoring, one to one",
        "amount_pence": sum(amounts),
        "raised_by_id": world.people[Tie.DESIGNATED_TEACHER].id,
        "raised_as": str(Tie.DESIGNATED_TEACHER),
        "submitted_at": clock.now(),
        "decide_by": clock.today() + timedelta(days=5),
    }
    request = FundingRequest(**(values | more))
    db.session.add(request)
    db.session.flush()
    db.session.add_all(
        FundingLine(
            request_id=request.id,
            position=n,
            what=what,
            quantity_hundredths=quantity,
            unit=unit,
            unit_pence=cost,
            amount_pence=amount,
        )
        for n, ((what, quantity, unit, cost), amount) in enumerate(zip(lines, amounts, strict=True), 1)
    )
    db.session.flush()
    return request


def on_target(world: Surroundings, outcome: str = "Amira can solve two-step equations") -> int:
    """A target of the plan; its number."""
    row = target(world.pep, outcome, funding="pp_plus")
    db.session.flush()
    return row.id


def seen_by(world: Surroundings, request: FundingRequest, tie: str) -> Ask:
    """The request as somebody of the world loads it."""
    ask = load_request(world.actor(tie), request.ref, lock=True)
    assert ask is not None
    return ask


def by(world: Surroundings, tie: str) -> By:
    """Somebody of the world acts."""
    return By(world.people[tie].id, str(tie), world.authority.id)


def mails(kind: str) -> list[Mail]:
    """What lies in the outbox of this kind."""
    return list(db.session.query(Mail).filter_by(kind=kind).order_by(Mail.id))
