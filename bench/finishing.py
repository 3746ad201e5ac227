"""What comes after the writing: the review of a section, five hundred requests, a decision, the PDF."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

import typst
from flask import Flask
from sqlalchemy import insert, select, update

from bench.calling import Person, Request, call
from bench.cases import Case
from bench.world import World
from vsportal import clock
from vsportal.audit import SYSTEM
from vsportal.extensions import db
from vsportal.funding import policies, publishing
from vsportal.models import FundingLine, FundingRequest, PartState, Pep, PepPart, PepSection, Target, User
from vsportal.settled import working_day
from vsportal.signing.fonts import fonts

REQUESTS = 500
PDF_ROUNDS = 40
PDF_GOAL = 500
"""Milliseconds, the median of the largest plan."""


def prepare(app: Flask, world: World) -> str:
    """Requests for one adviser and a part to be reviewed; the reference of the request that is decided."""
    with app.app_context():
        pep = db.session.scalars(select(Pep).where(Pep.ref == world.reviewed)).one()
        year = policies.financial_year(clock.today())
        first = policies.year_bounds(year)[0]
        policy = policies.starting_policies()["itemised"]
        publishing.publish(SYSTEM, pep.authority_id, policy, first, year)
        now = clock.now()
        db.session.execute(
            update(PepSection)
            .where(PepSection.pep_id == pep.id)
            .values(status="complete", completed_at=now, completed_by_id=None)
        )
        db.session.execute(
            update(PepPart)
            .where(PepPart.pep_id == pep.id)
            .values(state=PartState.SUBMITTED, submitted_at=now)
        )
        ref = _requests(world, pep, year)
        db.session.commit()
        return ref


def _requests(world: World, pep: Pep, year: str) -> str:
    """Requests that all wait for an adviser, the first of them on a target."""
    asker = db.session.scalars(select(User.id).where(User.email == world.teacher)).one()
    target = db.session.scalars(select(Target.id).where(Target.pep_id == pep.id).limit(1)).first()
    plans = db.session.execute(select(Pep.id, Pep.child_id).where(Pep.ref.in_(p.ref for p in world.peps)))
    around = [tuple(row) for row in plans]
    due = working_day(clock.today(), 5)
    alike = {
        "authority_id": pep.authority_id, "financial_year": year, "state": "with_adviser",
        "decider": "adviser", "fund": "pp_plus", "category": "tuition", "amount_pence": 4_000,
        "raised_by_id": asker, "raised_as": "designated_teacher", "submitted_at": clock.now(),
        "decide_by": due, "buying": "Tuition, one hour a week", "need": "Two-step equations",
    }  # fmt: skip
    rows = [
        {
            **alike,
            "number": f"PP-{n:06}",
            "pep_id": around[n % len(around)][0],
            "child_id": around[n % len(around)][1],
        }
        for n in range(1, REQUESTS)
    ]
    db.session.execute(insert(FundingRequest), rows)
    one = FundingRequest(**alike, number="PP-000000", pep_id=pep.id, child_id=pep.child_id, target_id=target)
    db.session.add(one)
    db.session.flush()
    line = FundingLine(request_id=one.id, position=0, what="Tuition", unit="hours", quantity_hundredths=100)
    line.unit_pence = line.amount_pence = 4_000
    db.session.add(line)
    return one.ref


def cases_of(app: Flask, world: World, adviser: Person, ref: str) -> list[Case]:
    """The pages, each beside its floor."""
    review = f"/peps/{world.reviewed}/review"
    begun = call(
        app, Request(f"{review}/begin", {"csrf_token": adviser.token, "part": "school"}), adviser.cookie
    )
    if begun.status != 303:
        raise RuntimeError(f"The review cannot be begun: {begun.status}.")
    decision = f"/requests/{ref}/decision"

    def ask() -> Request:
        form = {"csrf_token": adviser.token, "decision": "ask", "reason": "How often?", "version": "0"}
        return Request(decision, form)

    def put_back() -> None:
        with app.app_context():
            db.session.execute(
                update(FundingRequest)
                .where(FundingRequest.ref == ref)
                .values(state="with_adviser", version=0, queried_on=None)
            )
            db.session.commit()

    page = f"{review}?part=school&section=progress"
    read, pep = "read", world.reviewed
    return [
        Case("A section’s review", adviser, lambda: Request(page), read, pep, True, goal=3.0),
        Case(f"A queue of {REQUESTS} requests", adviser, lambda: Request("/requests"), read, pep, goal=3.0),
        Case("A request to decide", adviser, lambda: Request(decision), read, pep, True, goal=3.0),
        Case("A decision", adviser, ask, "save", pep, status=303, goal=3.0, after=put_back),
    ]


# The PDF --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Printed:
    """The largest plan as PDF, and an empty document beside it: milliseconds, bytes."""

    plan: float
    empty: float
    bytes: int


def measure_pdf(app: Flask, world: World, who: Person) -> Printed:
    """The whole request for the largest plan's PDF; an empty page with the same fonts and tags."""
    path = f"/peps/{world.long}.pdf"
    plan, empty, size = [], [], 0
    with tempfile.TemporaryDirectory() as folder:
        blank = Path(folder) / "empty.typ"
        blank.write_text('#set document(title: "Empty")\nEmpty', encoding="utf-8")
        for _ in range(PDF_ROUNDS):
            answer = call(app, Request(path), who.cookie)
            plan.append(answer.milliseconds)
            size = len(answer.body)
            began = perf_counter()
            typst.compile(blank, font_paths=fonts(), ignore_system_fonts=True, pdf_standards=["ua-1"])
            empty.append((perf_counter() - began) * 1000)
    return Printed(median(plan), median(empty), size)


def lines(found: Sequence[tuple[str, Printed]]) -> Iterator[str]:
    """What was found, for people."""
    yield "\n**The largest plan as PDF**\n"
    yield "| | ms, median | goal | an empty document, ms | × empty | bytes |"
    yield "|---|--:|--:|--:|--:|--:|"
    for database, one in found:
        missed = " **missed**" if one.plan > PDF_GOAL else ""
        yield (
            f"| {database} | {one.plan:.0f} | ≤ {PDF_GOAL}{missed} | {one.empty:.1f} "
            f"| {one.plan / one.empty:.0f} | {one.bytes:,} |"
        )
