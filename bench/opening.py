"""Opening a term for a thousand children who each had a full plan last term: seconds and statements.

An order of magnitude, in one go: it is no page, so it has no floor beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from time import perf_counter, process_time

from flask import Flask
from sqlalchemy import insert, select, update

from bench.world import FIRST, LAST, World
from vsportal import clock, names
from vsportal.admin import operations as admin
from vsportal.audit import SYSTEM
from vsportal.database import statements, transaction
from vsportal.extensions import db
from vsportal.models import Authority, CarePeriod, Child, Enrolment, Pep, PepSection, School, Term
from vsportal.peps.terms import BATCH, open_plans, scope_of

CHILDREN = 1000
SECONDS = 30
"""The goal, on PostgreSQL."""


@dataclass(frozen=True)
class Opened:
    """What opening the term took."""

    database: str
    children: int
    carried: int
    """Answers carried forward, all plans together."""
    seconds: float
    processor: float
    """Seconds this process itself worked: what the machine does meanwhile is not in it."""
    statements: int


def measure(app: Flask, world: World) -> Opened:
    """Make the children with last term's plans, untimed; then open the term's."""
    with app.app_context():
        with transaction():
            before, term = _terms(world)
            _children(term)
        _open(before, before.starts_on)
        with transaction():
            _fill(before, world)
        engine = db.engine
        with statements(engine) as seen:
            began, begun_work = perf_counter(), process_time()
            opened = _open(term, clock.today())
            took, worked = perf_counter() - began, process_time() - begun_work
        kept = db.session.scalars(
            select(PepSection.carried)
            .join(Pep)
            .where(Pep.term_key == term.key, Pep.authority_id == term.authority_id)
        )
        return Opened(engine.dialect.name, opened, sum(map(len, kept)), took, worked, len(seen))


def lines(found: Sequence[Opened]) -> Iterator[str]:
    """What was found, for people."""
    yield "\n**Opening a term**\n"
    yield "| | children | answers carried | seconds | goal | processor | statements | a child |"
    yield "|---|--:|--:|--:|--:|--:|--:|--:|"
    for each in found:
        missed = " **missed**" if each.seconds > SECONDS else ""
        yield (
            f"| {each.database} | {each.children:,} | {each.carried:,} | {each.seconds:.1f} "
            f"| ≤ {SECONDS}{missed} | {each.processor:.1f} "
            f"| {each.statements} | {each.statements / each.children:.2f} |"
        )


def _terms(world: World) -> tuple[Term, Term]:
    """Another authority with the same two terms."""
    authority = admin.create_authority(
        SYSTEM, name="Wide Virtual School", short_name="Wide", la_code="B02", duty_phone=""
    )
    like = db.session.scalars(
        select(Term)
        .join(Pep, (Pep.term_key == Term.key) & (Pep.authority_id == Term.authority_id))
        .where(Pep.ref == world.read)
    ).one()
    year = like.key.rpartition("-")[0]
    starts = {f"{year}-spring": timedelta(days=100), f"{year}-summer": timedelta()}
    before, term = (_term(authority, key, like, ago) for key, ago in starts.items())
    return before, term


def _term(authority: Authority, key: str, like: Term, ago: timedelta) -> Term:
    return admin.create_term(
        SYSTEM,
        authority,
        key,
        starts_on=like.starts_on - ago,
        ends_on=like.ends_on - ago,
        half_term=(like.half_term_starts_on - ago, like.half_term_ends_on - ago),
        deadline_on=like.deadline_on,
    )


def _children(term: Term) -> None:
    """Children looked after and on roll, in bulk: making them is not what is measured."""
    since = clock.today() - timedelta(days=300)
    school = db.session.scalars(select(School.id).order_by(School.id).limit(1)).one()
    people = [(FIRST[n % len(FIRST)], LAST[n // len(FIRST) % len(LAST)]) for n in range(CHILDREN)]
    db.session.execute(
        insert(Child),
        [
            {
                "authority_id": term.authority_id,
                "first_name": first,
                "last_name": last,
                "sort_key": names.child_key(first, last, ""),
                "date_of_birth": clock.today() - timedelta(days=15 * 365 + 200),
                "social_care_id": f"W{n}",
            }
            for n, (first, last) in enumerate(people)
        ],
    )
    ids = db.session.scalars(select(Child.id).where(Child.authority_id == term.authority_id)).all()
    care = {"starts_on": since, "legal_status": "C2", "legal_status_from": since}
    db.session.execute(insert(CarePeriod), [{"child_id": n, **care} for n in ids])
    roll = {"starts_on": since, "nc_year": 11, "school_id": school}
    db.session.execute(insert(Enrolment), [{"child_id": n, **roll} for n in ids])


def _fill(term: Term, world: World) -> None:
    """Give each plan the answers of one that was filled in by its people."""
    full = db.session.execute(
        select(PepSection.section_id, PepSection.answers).join(Pep).where(Pep.ref == world.read)
    )
    plans = select(Pep.id).where(Pep.authority_id == term.authority_id, Pep.term_key == term.key)
    for section, answers in full.all():
        db.session.execute(
            update(PepSection)
            .where(PepSection.section_id == section, PepSection.pep_id.in_(plans))
            .values(answers=answers)
            .execution_options(synchronize_session=False)
        )


def _open(term: Term, on: date) -> int:
    """As the command does it."""
    waiting = scope_of(term, on).to_open
    opened = 0
    for start in range(0, len(waiting), BATCH):
        with transaction():
            opened += open_plans(SYSTEM, term, waiting[start : start + BATCH], on=on)
    return opened
