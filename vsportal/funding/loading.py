"""One request for PP+ as one person sees it: loaded, or not there for them; and what the policy makes of it.

A request is seen with its child or not at all: unseen and absent cost the same and give the same None.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, select

from vsportal import clock, policy
from vsportal.children.queries import seen_from
from vsportal.extensions import db
from vsportal.funding import ledger, policies
from vsportal.funding.rules import Facts, Reading, read
from vsportal.models import (
    Authority,
    CarePeriod,
    Child,
    Enrolment,
    FundingLine,
    FundingPolicy,
    FundingRequest,
    Home,
    Pep,
    PepSection,
    PepState,
    RequestState,
    Review,
    Target,
)
from vsportal.policy import Actor, Can, Decision, Seen, Subject, Whoever
from vsportal.ties import holds
from vsportal.wording import AuthorityWords

UNAMBIGUOUS = "23456789BCDFGHJKMNPQRSTVWXYZ"
"""No 0 and O, no 1, I and L, and no vowels: numbers are read aloud, and spell nothing."""
BEING_WRITTEN = (RequestState.PROPOSED, RequestState.DRAFT)
"""States in which the newest policy counts; from submission on it is the one it was routed by."""
COUNTED = (
    RequestState.APPROVED,
    RequestState.PART_APPROVED,
    RequestState.SCHEDULED,
    RequestState.PAID,
    RequestState.EVALUATED,
)
"""States in which a request's own money is in the child's total already."""
JUDGED, JUDGEMENT = "progress", "on_track"
"""The section and question in which the school says whether progress is as expected."""


@dataclass(frozen=True)
class Ask:
    """A request with its lines, child, plan and target, and how the person who looks is tied to the child."""

    request: FundingRequest
    child: Child
    seen: Seen
    pep: Pep | None
    target: Target | None
    authority: AuthorityWords
    lines: tuple[FundingLine, ...]

    @property
    def subject(self) -> Subject:
        """What policy needs to know of it."""
        wrote = (self.request.raised_by_id, self.request.proposed_by_id)
        return Subject(
            pep_state=self.pep.state if self.pep else PepState.OPEN,
            decider=self.request.decider,
            authors=frozenset(i for i in wrote if i is not None),
        )

    def may(self, can: Can) -> Decision:
        """Ask policy about this request."""
        return policy.decide(self.seen, can, self.subject)


@dataclass(frozen=True)
class Circumstances:
    """Where a child is today, as far as a policy asks, and how their plan stands."""

    in_care: bool
    in_area: bool | None
    school_id: int | None
    nc_year: int | None
    rating: str
    """Of the school's part of the plan; empty while it is not rated."""
    expected_progress: bool | None
    """As the plan's school says; None while it does not."""


def new_number() -> str:
    """What people call a request: “PP-7K3M9Q”, at random, so that it says nothing."""
    return "PP-" + "".join(secrets.choice(UNAMBIGUOUS) for _ in range(6))


def load_request(actor: Actor, ref: str, *, lock: bool = False) -> Ask | None:
    """The request with this reference, if this person sees its child today. Two statements.

    `lock`: hold the request's row until the transaction ends. Whether this person may see requests
    at all is for policy: ask `may(Can.SEE_REQUEST)`.
    """
    query = _query(policy.whoever(actor), lock)
    rows = db.session.execute(query, {**policy.values_of(actor), "ref": ref}).all()
    if not rows:
        return None
    request, child, pep, target, *words = rows[0][:8]
    seen = seen_from(actor, [(row.tie, row.by) for row in rows])
    return Ask(request, child, seen, pep, target, AuthorityWords(*words), lines_of(request.id))


def lines_of(request_id: int) -> tuple[FundingLine, ...]:
    """The lines of a request in order: one statement."""
    found = select(FundingLine).where(FundingLine.request_id == request_id).order_by(FundingLine.position)
    return tuple(db.session.scalars(found))


@lru_cache(maxsize=256)
def _query(who: Whoever, lock: bool) -> Select[*tuple[Any, ...]]:
    """A request by `ref` with what is around it, and the ties of whoever looks: a row for each tie."""
    ties = policy.ties(who)
    query = (
        select(
            FundingRequest,
            Child,
            Pep,
            Target,
            Authority.name,
            Authority.duty_phone,
            Authority.colour,
            Authority.ref,
            ties.c.tie,
            ties.c.by,
        )
        .select_from(FundingRequest)
        .join(Child, Child.id == FundingRequest.child_id)
        .join(Authority, Authority.id == FundingRequest.authority_id)
        .join(ties, ties.c.child_id == FundingRequest.child_id)
        .outerjoin(Pep, Pep.id == FundingRequest.pep_id)
        .outerjoin(Target, Target.id == FundingRequest.target_id)
        .where(FundingRequest.ref == bindparam("ref"))
    )
    if lock:
        return query.with_for_update(of=FundingRequest).execution_options(populate_existing=True)
    return query


# What the policy makes of it ---------------------------------------------------------------------------


def policy_of(ask: Ask, *, today: date | None = None) -> policies.InForce | None:
    """The policy a request is read by: the newest while it is written, then the one it was routed by."""
    request = ask.request
    if request.state in BEING_WRITTEN or request.policy_id is None:
        return policies.in_force(request.authority_id, today or clock.today())
    row = db.session.get(FundingPolicy, request.policy_id)
    return policies.InForce(row, policies.policy_of(row)) if row else None


def facts_of(ask: Ask, *, today: date) -> Facts:
    """What a policy looks at: the request's own figures and where the child is today. Two statements."""
    request = ask.request
    now = circumstances_of(request.child_id, request.pep_id, today)
    total = ledger.child_total(request.child_id, request.financial_year)
    if request.state in COUNTED:
        total -= (request.approved_pence or 0) - (request.unspent_pence or 0)
    return Facts(
        today=today,
        amount_pence=request.amount_pence,
        child_total_pence=max(total, 0),
        fund=request.fund,
        category=request.category,
        phase=request.phase,
        in_area=now.in_area,
        rating=now.rating,
        expected_progress=now.expected_progress,
        in_care=now.in_care,
        nc_year=now.nc_year,
        has_target=request.target_id is not None or request.pep_id is None,
        starts_on=request.starts_on,
        ends_on=request.ends_on,
        age=clock.age(ask.child.date_of_birth, today),
    )


def reading_of(ask: Ask) -> Reading | None:
    """What the policy says of a request now; None while the authority has none in force. Three statements."""
    today = clock.today()
    found = policy_of(ask, today=today)
    return read(found.policy, facts_of(ask, today=today)) if found else None


def circumstances_of(child_id: int, pep_id: int | None, today: date) -> Circumstances:
    """Where a child is on a day and how this plan of theirs stands: one statement.

    Of two schools it is the one the child joined first.
    """
    row = db.session.execute(_circumstances(), {"child": child_id, "pep": pep_id, "today": today}).one()
    judged = {"yes": True, "no": False}.get(row.judged or "")
    rated = row.rating or ""
    return Circumstances(row.in_care is not None, row.in_area, row.school_id, row.nc_year, rated, judged)


@lru_cache(maxsize=1)
def _circumstances() -> Select[*tuple[Any, ...]]:
    """One row about `child` on `today`, with the rating and the judgement of the plan `pep`."""
    today = bindparam("today", type_=CarePeriod.starts_on.type)
    child, pep = bindparam("child", type_=Child.id.type), bindparam("pep", type_=Pep.id.type)

    def one(column: Any, *where: Any, order: Sequence[Any] = ()) -> Any:  # columns and conditions
        return select(column).where(*where).order_by(*order).limit(1).scalar_subquery()

    on_roll = (Enrolment.child_id == child, holds(Enrolment.starts_on, Enrolment.ends_on, today))
    first = (Enrolment.starts_on, Enrolment.id)
    rated = (
        Review.pep_id == pep,
        Review.part == "school",
        Review.kind == "first",
        Review.state == "finished",
    )
    return select(
        one(
            CarePeriod.id,
            CarePeriod.child_id == child,
            holds(CarePeriod.starts_on, CarePeriod.ends_on, today),
        ).label("in_care"),
        one(Home.in_area, Home.child_id == child, holds(Home.starts_on, Home.ends_on, today)).label(
            "in_area"
        ),
        one(Enrolment.school_id, *on_roll, order=first).label("school_id"),
        one(Enrolment.nc_year, *on_roll, order=first).label("nc_year"),
        one(Review.overall, *rated, order=(Review.ended_at.desc(),)).label("rating"),
        one(
            PepSection.answers[JUDGEMENT].as_string(),
            PepSection.pep_id == pep,
            PepSection.section_id == JUDGED,
        ).label("judged"),
    )
