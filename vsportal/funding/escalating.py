"""Decisions that are late: noted on the request once, and the heads told once a day that something waits.

The head's queue shows what is late by its date, whether or not this has run.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from vsportal import audit, clock
from vsportal.audit import SYSTEM
from vsportal.extensions import db
from vsportal.filters import day
from vsportal.funding.deciding import tell_heads
from vsportal.models import FundingNote, FundingRequest
from vsportal.workflow import WITH


def escalate_late() -> int:
    """Note every decision that is late and not noted yet, and tell the heads; says how many are new.

    Done again it does nothing; a request whose day was moved on and has passed again is noted again.
    """
    today = clock.today()
    late = _late(today)
    noted = _noted([request.id for request in late])
    by_authority: defaultdict[int, list[FundingRequest]] = defaultdict(list)
    for request in late:
        if (request.id, _words(request)) not in noted:
            by_authority[request.authority_id].append(request)
    for authority_id, requests in sorted(by_authority.items()):
        _note(authority_id, requests)
        tell_heads(authority_id, f"requests_late:{authority_id}:{today.isoformat()}")
    return sum(len(requests) for requests in by_authority.values())


def _late(today: date) -> Sequence[FundingRequest]:
    """What should have been decided by now, held until the transaction ends: one statement."""
    return db.session.scalars(
        select(FundingRequest)
        .where(FundingRequest.state.in_(WITH), FundingRequest.decide_by < today)
        .order_by(FundingRequest.id)
        .with_for_update()
    ).all()


def _noted(request_ids: Sequence[int]) -> set[tuple[int, str]]:
    """What was noted of these already, read once they are held."""
    rows = db.session.execute(
        select(FundingNote.request_id, FundingNote.words).where(
            FundingNote.kind == "escalated", FundingNote.request_id.in_(request_ids)
        )
    )
    return {(request_id, words) for request_id, words in rows}


def _words(request: FundingRequest) -> str:
    """What the note says: with the day, so that one of a later day is another."""
    return f"Not decided by {day(request.decide_by)}."


def _note(authority_id: int, requests: Sequence[FundingRequest]) -> None:
    db.session.add_all(
        FundingNote(request_id=r.id, kind="escalated", words=_words(r), author_id=None, role=SYSTEM.role)
        for r in requests
    )
    audit.record_all(
        db.session,
        SYSTEM,
        "funding:request:escalated",
        [(r, r.child_id, ()) for r in requests],
        authority_id=authority_id,
    )
