"""Whatever is done to the books, in any order: they balance, and nothing is paid that was not approved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from tests.money import FUND, YEAR, approved_request, balances, finance_of, head_of
from tests.world import World
from vsportal import clock, workflow
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.funding import batches, budgets, ledger, year_end
from vsportal.funding.reconciling import what_is_wrong
from vsportal.models import Account, FundingRequest, PaymentBatch
from vsportal.workflow import Act, NotPossible

REQUESTS, MOST = 3, 50_000
AFTER_THE_YEAR = datetime(2027, 4, 2, 12, tzinfo=UTC)
"""So that the year can be closed, too."""
REFUSED = (OperationError, NotPossible)


@dataclass
class Office:
    """People who do things with money, each thing an act that is done or refused as a whole."""

    world: World
    requests: list[FundingRequest]
    pages: int = 0

    @property
    def place(self) -> tuple[int, str, str]:
        return self.world.authority.id, YEAR, FUND

    def give(self, _which: int, pence: int) -> None:
        ledger.give_budget(head_of(self.world), *self.place, pence=pence, why="More")

    def take(self, _which: int, pence: int) -> None:
        ledger.take_budget(head_of(self.world), *self.place, pence=pence, why="Less")

    def set_to(self, _which: int, pence: int) -> None:
        budgets.set_budget(head_of(self.world), *self.place, pence=pence, why="So much")

    def allow(self, _which: int, pence: int) -> None:
        ledger.override(head_of(self.world), *self.place, lowest=-pence, why="Agreed")

    def approve(self, which: int, pence: int) -> None:
        one = self.requests[which]
        act = Act.APPROVE if pence == one.amount_pence else Act.APPROVE_PART
        workflow.apply(db.session, one, act, approved_pence=pence, decided_at=clock.now())
        ledger.commit_money(one, head_of(self.world))

    def cancel(self, which: int, _pence: int) -> None:
        workflow.apply(db.session, self.requests[which], Act.CANCEL)
        ledger.release(self.requests[which], head_of(self.world), "Moved away")

    def make_batch(self, which: int, _pence: int) -> None:
        self.pages += 1
        wanted = None if which else [self.requests[which].number]
        batches.make_batch(finance_of(self.world), *self.place[:2], f"page {self.pages}", wanted)

    def book(self, which: int, _pence: int) -> None:
        found = db.session.scalars(select(PaymentBatch).order_by(PaymentBatch.id)).all()
        if found:
            batches.book(finance_of(self.world), found[which % len(found)], clock.today())

    def evaluate(self, which: int, pence: int) -> None:
        one = self.requests[which]
        workflow.apply(db.session, one, Act.EVALUATE, unspent_pence=min(pence, one.approved_pence or 0))
        if one.unspent_pence:
            ledger.return_unspent(one, head_of(self.world), one.unspent_pence)

    def reuse(self, _which: int, pence: int) -> None:
        ledger.reuse(head_of(self.world), *self.place, pence=pence, why="For another")

    def give_back(self, which: int, pence: int) -> None:
        source = "returned" if which else "budget"
        ledger.give_back(head_of(self.world), *self.place, pence=pence, why="Not needed", source=source)

    def close(self, _which: int, _pence: int) -> None:
        year_end.close_year(head_of(self.world), *self.place[:2])


ACTS = (
    Office.give, Office.take, Office.set_to, Office.allow, Office.approve, Office.cancel, Office.make_batch,
    Office.book, Office.evaluate, Office.reuse, Office.give_back, Office.close,
)  # fmt: skip
USUALLY = (
    (Office.approve, 0, MOST), (Office.approve, 1, MOST // 2), (Office.make_batch, 1, 0), (Office.book, 0, 0),
    (Office.evaluate, 0, MOST // 4),
)  # fmt: skip
"""How it goes when nothing comes between; what is tried begins somewhere along the way."""
ANY_ACTS = st.lists(
    st.tuples(st.sampled_from(ACTS), st.integers(0, REQUESTS - 1), st.integers(1, MOST)),
    min_size=12,
    max_size=25,
)


def asked(world: World) -> FundingRequest:
    """A request that an adviser is to decide."""
    none = {"approved_pence": None, "decided_at": None, "decided_by_id": None}
    return approved_request(world, MOST, state="with_adviser", **none)


def try_it(office: Office, act: Callable[[Office, int, int], None], which: int, pence: int) -> None:
    """Do it as a request does: all of it, or nothing when it is refused."""
    try:
        with db.session.begin_nested():
            act(office, which, pence)
    except REFUSED:
        db.session.expire_all()


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(far=st.integers(0, len(USUALLY)), acts=ANY_ACTS)
def test_after_any_acts_in_any_order_the_books_agree_and_no_more_is_paid_than_was_approved(
    world: World, far: int, acts: list[tuple[Callable[[Office, int, int], None], int, int]]
) -> None:
    undone = db.session.begin_nested()
    try:
        office = Office(world, [asked(world) for _ in range(REQUESTS)])
        office.give(0, 2 * MOST)
        with clock.at(AFTER_THE_YEAR):
            for act, which, pence in (*USUALLY[:far], *acts):
                try_it(office, act, which, pence)

        assert what_is_wrong() == []
        assert sum(balances(world).values()) == 0
        too_low = select(func.count()).where(Account.kind != "grant", Account.balance < Account.lowest)
        assert db.session.scalar(too_low) == 0
        so_far = ledger.requests_so_far([r.id for r in office.requests])
        for one in office.requests:
            moved = so_far[one.id]
            assert 0 <= moved.returned <= moved.paid <= (one.approved_pence or 0) <= one.amount_pence
            assert moved.waiting >= 0
        total = ledger.child_total(world.child.id, YEAR)
        assert total == sum(m.waiting + m.spent for m in so_far.values())
        if (fund := ledger.sums(world.authority.id, YEAR).get(FUND)) is not None:
            held = balances(world)
            assert (fund.left, fund.committed) == (held["budget"], held["committed"])
            assert fund.paid - fund.returned == held["paid"]
    finally:
        undone.rollback()
        db.session.expire_all()


def test_a_refused_act_leaves_the_books_as_they_were(world: World) -> None:
    office = Office(world, [asked(world)])
    office.give(0, 1_000)
    before = balances(world)

    with pytest.raises(ledger.NotEnough):
        office.take(0, 1_001)

    assert balances(world) == before
    assert what_is_wrong() == []
