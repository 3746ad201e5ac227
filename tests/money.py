"""What tests of money share: a request somebody approved, a budget, what the accounts hold."""

from __future__ import annotations

from itertools import count
from typing import Any

from sqlalchemy import select

from tests.world import Surroundings, World
from vsportal import clock
from vsportal.audit import By
from vsportal.extensions import db
from vsportal.funding import batches, ledger
from vsportal.funding.policies import starting_policies, year_bounds
from vsportal.models import Account, FundingPolicy, FundingRequest, Role
from vsportal.policy import Tie

YEAR, FUND = "2026-27", "pp_plus"
_numbers = count(1)


def head_of(world: Surroundings) -> By:
    """The head of the child's authority acts."""
    return By(world.people[Tie.HEAD].id, "head", world.authority.id)


def approved_request(world: Surroundings, pence: int, **more: Any) -> FundingRequest:
    """A request as its decision leaves it; the money is not set aside yet."""
    values: dict[str, Any] = {
        "number": f"PP-{next(_numbers):06d}",
        "authority_id": world.authority.id,
        "child_id": world.child.id,
        "pep_id": world.pep.id,
        "school_id": world.school.id,
        "phase": "secondary",
        "in_area": True,
        "financial_year": YEAR,
        "state": "approved",
        "decider": "adviser",
        "fund": FUND,
        "category": "tuition",
        "vendor": "V-100",
        "amount_pence": pence,
        "approved_pence": pence,
        "raised_by_id": world.people[Tie.DESIGNATED_TEACHER].id,
        "raised_as": str(Tie.DESIGNATED_TEACHER),
        "decided_at": clock.now(),
        "decided_by_id": world.people[Tie.ALLOCATED_ADVISER].id,
        "decided_as": str(Tie.ALLOCATED_ADVISER),
    }
    request = FundingRequest(**(values | more))
    db.session.add(request)
    db.session.flush()
    return request


def balances(world: Surroundings, fund: str = FUND, year: str = YEAR) -> dict[str, int]:
    """What the accounts of a fund hold, by kind."""
    rows = db.session.execute(
        select(Account.kind, Account.balance).where(
            Account.authority_id == world.authority.id, Account.fund == fund, Account.financial_year == year
        )
    )
    return {kind: balance for kind, balance in rows}  # noqa: C416


def finance_of(world: World) -> By:
    """The finance officer of the child's authority acts."""
    return By(world.unplaced[Role.FINANCE].id, "finance", world.authority.id)


def with_budget(world: Surroundings, pence: int, fund: str = FUND, year: str = YEAR) -> None:
    """Give a fund something to spend."""
    ledger.give_budget(head_of(world), world.authority.id, year, fund, pence=pence, why="For the year")


def committed(world: Surroundings, pence: int, **more: Any) -> FundingRequest:
    """An approved request whose money is set aside."""
    made = approved_request(world, pence, **more)
    ledger.commit_money(made, head_of(world))
    return made


def paid(world: World, *requests: FundingRequest) -> None:
    """These go out in a batch and are paid today."""
    numbers = [r.number for r in requests]
    made = batches.make_batch(finance_of(world), world.authority.id, YEAR, f"for {numbers}", numbers)
    batches.book(finance_of(world), made.batch, clock.today())


def policy_of(world: Surroundings, year: str = YEAR) -> FundingPolicy:
    """The itemised policy, in force since April; it holds the payment of what is rated red."""
    said = starting_policies()["itemised"].model_copy(update={"red_holds_payment": True})
    row = FundingPolicy(
        authority_id=world.authority.id,
        financial_year=year,
        version=1,
        state="published",
        starts_on=year_bounds(year)[0],
        body=said.model_dump(mode="json"),
        published_at=clock.now(),
        published_by_id=world.people[Tie.HEAD].id,
    )
    db.session.add(row)
    db.session.flush()
    return row
