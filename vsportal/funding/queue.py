"""The queues of PP+ requests: what waits for one person, what is late, and where everything else is.

Selects of light rows, without what was written. Each list costs the same statements for one request
and for five hundred. A request is in a list only of somebody who sees its child today.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, func, literal, or_, select
from sqlalchemy.types import Date, Integer, String

from vsportal import clock, names
from vsportal.extensions import db
from vsportal.funding import policies
from vsportal.funding.loading import COUNTED
from vsportal.models import Child, FundingRequest, Payment, RequestState, School, User
from vsportal.models.base import UTCDateTime
from vsportal.models.people import Role
from vsportal.offices import Office, offices
from vsportal.policy import VIRTUAL_SCHOOL, Actor, Tie, Whoever, ties, values_of, whoever
from vsportal.workflow import WITH

A_PAGE = 50
MOST_TO_PAY = 200
LATELY = timedelta(days=60)
"""How long a decision stays in the list of those made lately."""
UNDECIDED = (*WITH, RequestState.QUERIED)
DECIDED = (*COUNTED, RequestState.DECLINED)
VIEWS = {
    "waiting": "Waiting for you",
    "late": "Late",
    "panel": "With the panel",
    "clinical": "With the clinical team",
    "queried": "Question open",
    "open": "All open",
    "decided": "Decided lately",
}
"""The lists there are: word in the address → what it is called."""
DECIDERS = {"adviser": "Adviser", "head": "Head", "panel": "Panel"}
STATES = {
    "with_adviser": ("going", "With an adviser"),
    "with_head": ("going", "With the head"),
    "with_panel": ("going", "With the panel"),
    "queried": ("soon", "Question open"),
    "approved": ("done", "Approved"),
    "part_approved": ("done", "Approved in part"),
    "declined": ("todo", "Declined"),
    "scheduled": ("done", "Being paid"),
    "paid": ("done", "Paid"),
    "evaluated": ("done", "Evaluated"),
    "withdrawn": ("todo", "Withdrawn"),
    "cancelled": ("todo", "Cancelled"),
    "proposed": ("todo", "Proposed"),
    "draft": ("todo", "Being written"),
}
"""Where a request is, as a pill: its kind and its words."""


@dataclass(frozen=True)
class Sieve:
    """Which of the requests are asked for; an empty word is no condition."""

    view: str = "waiting"
    state: str = ""
    decider: str = ""
    fund: str = ""
    setting: str = ""
    """The reference of a school."""

    def chosen(self) -> dict[str, str]:
        """What stands in an address: never a name."""
        all_of_it = {**vars(self)}
        return {k: v for k, v in all_of_it.items() if v and (k, v) != ("view", "waiting")}


@dataclass(frozen=True)
class Line:
    """One request in a list."""

    row: Any  # a row of the select below
    today: date
    clinical: Collection[str] = ()

    @property
    def child(self) -> str:
        """The child's name, as it may stand on the screen."""
        return names.shown(self.row.known_as or self.row.first_name, self.row.last_name)

    @property
    def is_late(self) -> bool:
        """It should have been decided by now."""
        by = self.row.decide_by
        return self.row.state in WITH and by is not None and by < self.today

    @property
    def waits_for_clinic(self) -> bool:
        """The clinical team has not been heard."""
        open_still = self.row.state in UNDECIDED
        return open_still and self.row.category in self.clinical and not self.row.clinical_view


@dataclass(frozen=True)
class Queue:
    """One page of a list, and how much there is in the others."""

    lines: Sequence[Line]
    total: int
    number: int
    counts: Mapping[str, int]
    funds: Mapping[str, str]
    """Funds there are: id → name."""
    settings: Sequence[tuple[str, str]] = field(default=())
    """Schools there are requests from: reference and name."""

    @property
    def pages(self) -> int:
        """How many pages the list has; at least one."""
        return max(1, -(-self.total // A_PAGE))


def decides(actor: Actor) -> bool:
    """Whether there is a queue for this person."""
    return bool(actor.roles & {Role.ADVISER, Role.HEAD})


def queue_of(actor: Actor, sieve: Sieve, number: int = 1) -> Queue:
    """One page of a list for an adviser or a head: three statements, and one for each authority of theirs."""
    funds, clinical = words_of(actor)
    who, values = whoever(actor), _values(actor, sieve, clinical)
    chosen = frozenset(name for name in COLUMNS if getattr(sieve, name))
    page = {**values, "skip": (number - 1) * A_PAGE}
    rows = db.session.execute(_page_query(who, sieve.view, chosen), page).all()
    counts = db.session.execute(_counts_query(who), values).one()
    return Queue(
        lines=[Line(row, actor.today, clinical) for row in rows],
        total=rows[0].total if rows else 0,
        number=number,
        counts={view: int(getattr(counts, view)) for view in VIEWS},
        funds=funds,
        settings=[(ref, name) for ref, name in db.session.execute(_settings_query(who), values)],
    )


def waiting_for(actor: Actor) -> list[str]:
    """The references of what waits for this person, in the order of their list: one statement."""
    if not decides(actor):
        return []
    return list(db.session.scalars(_waiting_query(whoever(actor)), values_of(actor)))


def words_of(actor: Actor) -> tuple[dict[str, str], frozenset[str]]:
    """The names of funds, and the categories that are for the clinical team, where this person decides."""
    mine = {h.authority_id for h in actor.held if h.role in (Role.ADVISER, Role.HEAD) and h.authority_id}
    found = [held for one in sorted(mine) if (held := policies.in_force(one, actor.today))]
    funds = {fund.id: fund.name for held in found for fund in held.policy.funds}
    clinical = frozenset(c.id for held in found for c in held.policy.categories if c.clinical)
    return funds, clinical


# How ------------------------------------------------------------------------------------------------------


# Each is built once for all who hold the same roles, because building takes as long as running.

COLUMNS: Mapping[str, Any] = {
    "state": FundingRequest.state,
    "decider": FundingRequest.decider,
    "fund": FundingRequest.fund,
    "setting": School.ref,
}
"""What a list can be narrowed by."""


def _values(actor: Actor, sieve: Sieve, clinical: Collection[str]) -> dict[str, Any]:
    """The values that the statements below have names for."""
    chosen = {f"chosen_{name}": getattr(sieve, name) for name in COLUMNS}
    since = clock.now() - LATELY
    return {**values_of(actor), **chosen, "clinical": sorted(clinical), "since": since}


def held_children(actor: Actor | Whoever) -> Any:  # a subquery
    """The children for whom this person decides: a row each with `own`, `advises` and `heads` as 0 or 1."""
    tied = ties(actor)

    def has(*which: Tie) -> ColumnElement[int]:
        return func.max(case((tied.c.tie.in_([str(t) for t in which]), 1), else_=0))

    return (
        select(
            tied.c.child_id,
            has(Tie.ALLOCATED_ADVISER).label("own"),
            has(Tie.ALLOCATED_ADVISER, Tie.ADVISER).label("advises"),
            has(Tie.HEAD).label("heads"),
        )
        .where(tied.c.tie.in_(sorted(VIRTUAL_SCHOOL)))
        .group_by(tied.c.child_id)
        .subquery("held")
    )


def _in_view(view: str, who: Whoever, held: Any) -> ColumnElement[bool]:
    """What belongs into a list."""
    state = FundingRequest.state
    late = and_(state.in_(WITH), FundingRequest.decide_by < who.today)
    if view == "waiting":
        with_them = or_(
            and_(state == RequestState.WITH_ADVISER, held.c.advises == 1),
            and_(state == RequestState.WITH_HEAD, held.c.heads == 1),
            and_(late, held.c.heads == 1),  # what is late goes to the head as well, at once
        )
        return and_(with_them, ~_own(who))
    clinical = FundingRequest.category.in_(bindparam("clinical", type_=String, expanding=True))
    since = bindparam("since", type_=UTCDateTime)
    return {
        "late": late,
        "panel": state == RequestState.WITH_PANEL,
        "clinical": and_(state.in_(UNDECIDED), clinical, FundingRequest.clinical_view == ""),
        "queried": state == RequestState.QUERIED,
        "open": state.in_(UNDECIDED),
        "decided": and_(state.in_(DECIDED), FundingRequest.decided_at >= since),
    }[view]


def _own(who: Whoever) -> ColumnElement[bool]:
    """This person asked for it or proposed it: somebody else decides (rule 10)."""
    proposed = func.coalesce(FundingRequest.proposed_by_id, 0)
    return or_(FundingRequest.raised_by_id == who.user_id, proposed == who.user_id)


def _order(view: str, held: Any) -> tuple[Any, ...]:
    """Their own children first, then by the day for the decision; what is decided, the latest first."""
    if view == "decided":
        return FundingRequest.decided_at.desc(), FundingRequest.id.desc()
    by = func.coalesce(FundingRequest.decide_by, literal(date.max, Date))
    return held.c.own.desc(), by, FundingRequest.id


@lru_cache(maxsize=256)
def _page_query(who: Whoever, view: str, chosen: frozenset[str]) -> Select[*tuple[Any, ...]]:
    """What the lines of one page show, of a list narrowed by what was `chosen`; from the row `skip` on."""
    held = held_children(who)
    narrowed = (COLUMNS[name] == bindparam(f"chosen_{name}", type_=String) for name in sorted(chosen))
    return (
        select(
            FundingRequest.ref,
            FundingRequest.number,
            FundingRequest.state,
            FundingRequest.decider,
            FundingRequest.decide_by,
            FundingRequest.decided_at,
            FundingRequest.amount_pence,
            FundingRequest.approved_pence,
            FundingRequest.fund,
            FundingRequest.category,
            FundingRequest.clinical_view,
            FundingRequest.buying,
            Child.known_as,
            Child.first_name,
            Child.last_name,
            School.name.label("setting"),
            User.name.label("asker"),
            held.c.own,
            case((_own(who), 1), else_=0).label("mine"),
            func.count().over().label("total"),
        )
        .select_from(FundingRequest)
        .join(held, held.c.child_id == FundingRequest.child_id)
        .join(Child, Child.id == FundingRequest.child_id)
        .join(User, User.id == FundingRequest.raised_by_id)
        .outerjoin(School, School.id == FundingRequest.school_id)
        .where(_in_view(view, who, held), *narrowed)
        .order_by(*_order(view, held))
        .limit(A_PAGE)
        .offset(bindparam("skip", type_=Integer))
    )


@lru_cache(maxsize=64)
def _waiting_query(who: Whoever) -> Select[*tuple[Any, ...]]:
    """The references of what waits."""
    held = held_children(who)
    return (
        select(FundingRequest.ref)
        .join(held, held.c.child_id == FundingRequest.child_id)
        .where(_in_view("waiting", who, held))
        .order_by(*_order("waiting", held))
    )


@lru_cache(maxsize=64)
def _counts_query(who: Whoever) -> Select[*tuple[Any, ...]]:
    """How many are in each list."""
    held = held_children(who)
    sums = [
        func.coalesce(func.sum(case((_in_view(view, who, held), 1), else_=0)), 0).label(view)
        for view in VIEWS
    ]
    return (
        select(*sums)
        .select_from(FundingRequest)
        .join(held, held.c.child_id == FundingRequest.child_id)
        .where(FundingRequest.state.in_((*UNDECIDED, *DECIDED)))
    )


@lru_cache(maxsize=64)
def _settings_query(who: Whoever) -> Select[*tuple[Any, ...]]:
    """The schools from which there are requests to decide or decided: reference and name."""
    held = held_children(who)
    return (
        select(School.ref, School.name)
        .join(FundingRequest, FundingRequest.school_id == School.id)
        .join(held, held.c.child_id == FundingRequest.child_id)
        .where(FundingRequest.state.in_((*UNDECIDED, *DECIDED)))
        .distinct()
        .order_by(School.name, School.ref)
    )


# Finance ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ToPay:
    """What is approved and in no batch yet: numbers and amounts, no child."""

    rows: Sequence[Any]
    """Rows of `number` and `approved_pence`."""
    total: int
    pence: int


def to_pay(actor: Actor) -> ToPay:
    """What waits to be paid where this person is finance officer: one statement."""
    approved = (RequestState.APPROVED, RequestState.PART_APPROVED)
    rows = db.session.execute(
        select(
            FundingRequest.number,
            FundingRequest.approved_pence,
            func.count().over().label("total"),
            func.sum(FundingRequest.approved_pence).over().label("pence"),
        )
        .outerjoin(Payment, Payment.request_id == FundingRequest.id)
        .where(
            FundingRequest.authority_id.in_(offices(actor, Office.PAY)),
            FundingRequest.state.in_(approved),
            Payment.id.is_(None),
        )
        .order_by(FundingRequest.decided_at, FundingRequest.id)
        .limit(MOST_TO_PAY)
    ).all()
    return ToPay(rows, rows[0].total if rows else 0, int(rows[0].pence) if rows else 0)
