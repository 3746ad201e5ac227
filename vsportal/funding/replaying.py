"""What a policy would have made of the requests that were sent in a term: read again, beside what was done.

Nobody is named: a request is its number, its setting and its amount.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, select

from vsportal import clock
from vsportal.extensions import db
from vsportal.funding.loading import COUNTED, JUDGED, JUDGEMENT
from vsportal.funding.rules import Facts, Reading, read
from vsportal.funding.shape import Policy
from vsportal.models import Child, FundingRequest, Pep, PepSection, Review, School, Term

ITSELF, UNSENT = "itself", "unsent"
WHO = {
    ITSELF: "Paid by itself",
    "adviser": "An adviser",
    "head": "The head of the Virtual School",
    "panel": "The panel",
    UNSENT: "Could not have been sent",
}
"""Who decides, in the order of the table."""


@dataclass(frozen=True)
class Replayed:
    """One request: what was done, and what this policy would have made of it."""

    number: str
    setting: str
    amount_pence: int
    was: str
    """Who decided or is to decide: a key of WHO."""
    state: str
    approved_pence: int | None
    would: str
    working_days: int
    errors: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """Whether somebody else would have decided."""
        return self.was != self.would


@dataclass(frozen=True)
class Tally:
    """One line of the summary."""

    words: str
    was: int
    would: int
    would_pence: int


@dataclass(frozen=True)
class Replay:
    """All requests of a term, and what they come to."""

    requests: Sequence[Replayed]
    tallies: Sequence[Tally]

    @property
    def differing(self) -> int:
        """How many would have gone to somebody else."""
        return sum(each.differs for each in self.requests)


def terms_to_replay(authority_id: int, today: date, at_most: int = 3) -> Sequence[Term]:
    """Terms that have begun, the last one that is over first, then the one that goes on, then older ones."""
    begun = db.session.scalars(
        select(Term)
        .where(Term.authority_id == authority_id, Term.starts_on <= today)
        .order_by(Term.starts_on.desc())
        .limit(at_most)
    ).all()
    return sorted(begun, key=lambda term: (term.ends_on < today, term.starts_on), reverse=True)


def replay(policy: Policy, authority_id: int, first: date, last: date) -> Replay:
    """Read every request that was sent from the first to the last day by this policy. Two statements."""
    rows = db.session.execute(_sent(authority_id, first, last)).all()
    had = _had({row.FundingRequest.child_id for row in rows}) if rows else {}
    found = [_replayed(policy, row, had) for row in rows]
    return Replay(found, _tallies(found))


def _sent(authority_id: int, first: date, last: date) -> Select[Any]:
    """The requests that were sent between two days, with what a policy asks about them."""
    rating = (
        select(Review.overall)
        .where(
            Review.pep_id == Pep.id,
            Review.part == "school",
            Review.kind == "first",
            Review.state == "finished",
        )
        .order_by(Review.ended_at.desc())
        .limit(1)
        .correlate(Pep)
        .scalar_subquery()
    )
    judged = (
        select(PepSection.answers[JUDGEMENT].as_string())
        .where(PepSection.pep_id == Pep.id, PepSection.section_id == JUDGED)
        .limit(1)
        .correlate(Pep)
        .scalar_subquery()
    )
    return (
        select(
            FundingRequest,
            School.name.label("setting"),
            Child.date_of_birth,
            Pep.nc_year,
            rating.label("rating"),
            judged.label("judged"),
        )
        .join(Child, Child.id == FundingRequest.child_id)
        .outerjoin(Pep, Pep.id == FundingRequest.pep_id)
        .outerjoin(School, School.id == FundingRequest.school_id)
        .where(
            FundingRequest.authority_id == authority_id,
            FundingRequest.submitted_at >= _midnight(first),
            FundingRequest.submitted_at < _midnight(last + timedelta(days=1)),
        )
        .order_by(FundingRequest.submitted_at, FundingRequest.id)
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)


def _had(child_ids: set[int]) -> Mapping[tuple[int, str], Sequence[tuple[datetime, int]]]:
    """What children were approved, when, by child and financial year."""
    found: dict[tuple[int, str], list[tuple[Any, Any]]] = defaultdict(list)
    rows = db.session.execute(
        select(
            FundingRequest.child_id,
            FundingRequest.financial_year,
            FundingRequest.decided_at,
            FundingRequest.approved_pence,
        ).where(FundingRequest.child_id.in_(child_ids), FundingRequest.state.in_(COUNTED))
    )
    for child_id, year, decided_at, approved in rows:
        found[child_id, year].append((decided_at, approved))
    return found


def _replayed(
    policy: Policy, row: Any, had: Mapping[tuple[int, str], Sequence[tuple[datetime, int]]]
) -> Replayed:
    """One request read by the policy, as things stood when it was sent."""
    request = row.FundingRequest
    earlier = had.get((request.child_id, request.financial_year), ())
    on = clock.local(request.submitted_at).date()
    reading = read(
        policy,
        Facts(
            today=on,
            amount_pence=request.amount_pence,
            child_total_pence=sum(pence for at, pence in earlier if at < request.submitted_at),
            fund=request.fund,
            category=request.category,
            phase=request.phase,
            in_area=request.in_area,
            rating=row.rating or "",
            expected_progress={"yes": True, "no": False}.get(row.judged or ""),
            in_care=True,
            nc_year=row.nc_year,
            has_target=request.target_id is not None or request.pep_id is None,
            starts_on=request.starts_on,
            ends_on=request.ends_on,
            age=clock.age(row.date_of_birth, on),
        ),
    )
    return Replayed(
        number=request.number,
        setting=row.setting or "",
        amount_pence=request.amount_pence,
        was=ITSELF if request.decided_as == "system" else request.decider or "adviser",
        state=request.state,
        approved_pence=request.approved_pence,
        would=_would(reading),
        working_days=reading.working_days,
        errors=reading.errors,
    )


def _would(reading: Reading) -> str:
    if reading.errors:
        return UNSENT
    return ITSELF if reading.automatic else reading.decider


def _tallies(found: Sequence[Replayed]) -> list[Tally]:
    """How many went and would have gone to whom, and for how much."""
    was, would = Counter(each.was for each in found), Counter(each.would for each in found)
    return [
        Tally(words, was[who], would[who], sum(e.amount_pence for e in found if e.would == who))
        for who, words in WHO.items()
        if was[who] or would[who]
    ]
