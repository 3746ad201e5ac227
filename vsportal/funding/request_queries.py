"""Requests as lists show them, what was said about one, its files: the selects. One statement each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, exists, or_, select
from sqlalchemy.orm import aliased

from vsportal import filters
from vsportal.database import read_columns
from vsportal.extensions import db
from vsportal.models import (
    Child,
    FundingFile,
    FundingNote,
    FundingRequest,
    Pep,
    RequestState,
    Target,
    User,
)
from vsportal.policy import Actor, Tie, Whoever, ties, values_of, whoever

MOST = 200
"""Requests of a list: a teacher with forty children has fewer open in a year."""
NEXT = {
    "proposed": "Take it up, or turn it down",
    "draft": "Finish it and send it",
    "with_adviser": "An adviser decides{by}",
    "with_head": "The head decides{by}",
    "with_panel": "The panel decides{by}",
    "queried": "Answer the question",
    "approved": "Finance pays it",
    "part_approved": "Finance pays it",
    "scheduled": "Finance is paying it",
    "paid": "Say what it did, at the next plan",
}
"""What happens next, by state."""
YOURS = (RequestState.QUERIED, RequestState.PROPOSED, RequestState.DRAFT)
CLOSED = (RequestState.DECLINED, RequestState.WITHDRAWN, RequestState.CANCELLED, RequestState.EVALUATED)


@dataclass
class Line:
    """A request in a list."""

    ref: str
    number: str
    state: str
    buying: str
    amount_pence: int
    approved_pence: int | None
    decide_by: date | None
    financial_year: str
    child_ref: str
    known_as: str
    first_name: str
    last_name: str
    outcome: str | None
    removed: bool | None
    term_key: str | None
    asker: str
    proposer: str | None

    @property
    def next_step(self) -> str:
        """What happens next; nothing for what is closed."""
        by = f" by {filters.weekday(self.decide_by)}" if self.decide_by else ""
        return NEXT.get(self.state, "").format(by=by)

    @property
    def is_yours(self) -> bool:
        """Whether it waits for the one who asks."""
        return self.state in YOURS

    @property
    def is_closed(self) -> bool:
        """Whether nothing more happens with it."""
        return self.state in CLOSED

    def is_late(self, today: date) -> bool:
        """Whether its decision is overdue."""
        return self.state.startswith("with_") and self.decide_by is not None and self.decide_by < today


def _lines() -> Select[*tuple[Any, ...]]:
    """Columns of `Line`; what waits for the one who asks first, what is closed last."""
    asker, proposer = aliased(User), aliased(User)
    request = FundingRequest
    order = case(
        (request.state == RequestState.QUERIED, 0),
        (request.state.in_(YOURS), 1),
        (request.state.in_(CLOSED), 3),
        else_=2,
    )
    return (
        select(
            request.ref,
            request.number,
            request.state,
            request.buying,
            request.amount_pence,
            request.approved_pence,
            request.decide_by,
            request.financial_year,
            Child.ref,
            Child.known_as,
            Child.first_name,
            Child.last_name,
            Target.outcome,
            Target.removed,
            Pep.term_key,
            asker.name,
            proposer.name,
        )
        .select_from(request)
        .join(Child, Child.id == request.child_id)
        .join(asker, asker.id == request.raised_by_id)
        .outerjoin(proposer, proposer.id == request.proposed_by_id)
        .outerjoin(Target, Target.id == request.target_id)
        .outerjoin(Pep, Pep.id == request.pep_id)
        .order_by(order, request.created_at.desc(), request.id.desc())
        .limit(MOST)
    )


@cache
def _of_child() -> Select[*tuple[Any, ...]]:
    return _lines().where(FundingRequest.child_id == bindparam("id"))


@cache
def _of_plan() -> Select[*tuple[Any, ...]]:
    return _lines().where(FundingRequest.pep_id == bindparam("id"))


def of_child(child_id: int) -> list[Line]:
    """All requests of a child."""
    return [Line(*row) for row in read_columns(_of_child(), {"id": child_id})]


def of_plan(pep_id: int) -> list[Line]:
    """The requests of a plan."""
    return [Line(*row) for row in read_columns(_of_plan(), {"id": pep_id})]


def of_person(actor: Actor) -> list[Line]:
    """What this person asked for or proposed, and as a designated teacher all of their children's."""
    return [Line(*row) for row in read_columns(_of_person(whoever(actor)), values_of(actor))]


@lru_cache(maxsize=256)
def _of_person(who: Whoever) -> Select[*tuple[Any, ...]]:
    """The same for anybody who holds just these roles: built once."""
    tied = ties(who)
    mine: ColumnElement[bool] = or_(
        FundingRequest.raised_by_id == who.user_id, FundingRequest.proposed_by_id == who.user_id
    )
    seen = exists().where(tied.c.child_id == FundingRequest.child_id)
    taught = exists().where(
        tied.c.child_id == FundingRequest.child_id, tied.c.tie == str(Tie.DESIGNATED_TEACHER)
    )
    return _lines().where(or_(taught, and_(mine, seen)))


def without_request(pep_id: int) -> list[Target]:
    """Targets of a plan that name PP+ and have no request yet."""
    has = exists().where(
        FundingRequest.target_id == Target.id,
        FundingRequest.state.not_in((RequestState.WITHDRAWN, RequestState.CANCELLED)),
    )
    found = select(Target).where(
        Target.pep_id == pep_id,
        Target.removed.is_(False),
        Target.funding == "pp_plus",
        Target.outcome != "",
        ~has,
    )
    return list(db.session.scalars(found.order_by(Target.row)))


def target_of(pep_id: int, ref: str) -> Target | None:
    """One target of a plan."""
    return db.session.scalars(select(Target).where(Target.pep_id == pep_id, Target.ref == ref)).first()


# What was said, and files -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Said:
    """A question, an answer or another note, with who said it."""

    kind: str
    words: str
    role: str
    at: datetime
    name: str | None


def notes_of(request_id: int) -> list[Said]:
    """What was said about a request, in order."""
    rows = db.session.execute(
        select(FundingNote.kind, FundingNote.words, FundingNote.role, FundingNote.created_at, User.name)
        .outerjoin(User, User.id == FundingNote.author_id)
        .where(FundingNote.request_id == request_id)
        .order_by(FundingNote.created_at, FundingNote.id)
    )
    return [Said(*row) for row in rows]


@dataclass(frozen=True)
class Paper:
    """A file as a list shows it."""

    ref: str
    name: str
    bytes: int
    added_at: datetime
    added_by: str


def files_of(request_id: int) -> list[Paper]:
    """The files of a request, in the order in which they were added."""
    rows = db.session.execute(
        select(FundingFile.ref, FundingFile.name, FundingFile.bytes, FundingFile.created_at, User.name)
        .join(User, User.id == FundingFile.added_by_id)
        .where(FundingFile.request_id == request_id, FundingFile.removed_at.is_(None))
        .order_by(FundingFile.created_at, FundingFile.id)
    )
    return [Paper(*row) for row in rows]


def file_of(request_id: int, ref: str) -> FundingFile | None:
    """One file of a request."""
    return db.session.scalars(
        select(FundingFile).where(
            FundingFile.request_id == request_id, FundingFile.ref == ref, FundingFile.removed_at.is_(None)
        )
    ).first()


def names_of(*user_ids: int | None) -> dict[int, str]:
    """What people are called, by number."""
    wanted = [i for i in user_ids if i is not None]
    if not wanted:
        return {}
    rows = db.session.execute(select(User.id, User.name).where(User.id.in_(wanted)))
    return {row.id: row.name for row in rows}
