"""Runs the cases on one database, interleaved: the portal, its floor, the bare floor, again and again.

So that whatever else the machine does meanwhile falls on all three alike.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from statistics import median, quantiles

from flask import Flask

from bench import floor
from bench.calling import Answer, Request, call
from bench.cases import Case
from vsportal.database import statements
from vsportal.extensions import db

WARM_UP = 25
VARIANTS = ("portal", "floor", "bare")


@dataclass(frozen=True)
class Times:
    """Milliseconds of server time."""

    median: float
    p95: float
    processor: float
    """The median of what the process itself worked."""


@dataclass(frozen=True)
class Result:
    """One case on one database."""

    name: str
    database: str
    rounds: int
    portal: Times
    floor: Times
    bare: Times
    ratio: float
    """The portal's median in floors."""
    ratio_processor: float
    """The same of the process's own work: what another process does meanwhile is not in it."""
    goal: float | None
    statements: int
    floor_statements: int
    bytes: int
    compressed: int
    sql: Sequence[str]

    @property
    def missed(self) -> bool:
        """Whether there is a goal and it was not reached."""
        return self.goal is not None and self.ratio > self.goal


def measure(app: Flask, cases: Sequence[Case], *, rounds: int) -> list[Result]:
    """Measure all cases together; each has `rounds` times of each variant after its warm-up."""
    first = {case.name: _first(app, n, case) for n, case in enumerate(cases)}
    answers: dict[str, dict[str, list[Answer]]] = {c.name: {v: [] for v in VARIANTS} for c in cases}
    for turn in range(-WARM_UP, rounds):
        for n, case in enumerate(cases):
            for variant, ask in _in_turn(_variants(n, case), turn):
                took = call(app, ask(), "" if variant == "bare" else case.who.cookie)
                _check(case, took)
                if variant == "portal" and case.after:
                    case.after()
                if turn >= 0:
                    answers[case.name][variant].append(replace(took, headers=[], body=b""))
        _say(f"  {max(0, turn + 1)} of {rounds} rounds")
    _say("", end=True)
    return [_result(app, case, first[case.name], answers[case.name], rounds) for case in cases]


def _in_turn(
    variants: dict[str, Callable[[], Request]], turn: int
) -> list[tuple[str, Callable[[], Request]]]:
    """Each variant goes first as often as the others."""
    found = list(variants.items())
    at = turn % len(found)
    return found[at:] + found[:at]


def _variants(n: int, case: Case) -> dict[str, Callable[[], Request]]:
    """The case, its floor with the same request's form, and the bytes alone."""

    def beside() -> Request:
        asked = case.request()
        return Request(f"/floor/{case.floor}/{n}", asked.form, asked.htmx)

    return {"portal": case.request, "floor": beside, "bare": lambda: Request(f"/floor/bare/{n}")}


@dataclass(frozen=True)
class First:
    """The answer from which a case's floor is made, and the statements of a later one."""

    answer: Answer
    sql: Sequence[str]
    floor_sql: Sequence[str]


def _first(app: Flask, n: int, case: Case) -> First:
    """Ask once, make the floor of the answer, and count what each asks the database."""
    answer = call(app, case.request(), case.who.cookie)
    _check(case, answer)
    floor.put(app, str(n), answer.text, pep=case.pep, looks=case.looks, status=case.status)
    variants = _variants(n, case)
    found = {}
    with app.app_context():
        engine = db.engine
    for variant in ("portal", "floor"):
        if case.after:
            case.after()
        with statements(engine) as seen:
            _check(case, call(app, variants[variant](), case.who.cookie))
        found[variant] = list(seen)
    if case.after:
        case.after()
    return First(answer, found["portal"], found["floor"])


def _check(case: Case, answer: Answer) -> None:
    """A figure of an answer that is not the one meant is no figure."""
    if answer.status != case.status:
        raise RuntimeError(f"{case.name}: answered {answer.status}, not {case.status}: {answer.text[:500]}")


def _times(answers: Sequence[Answer]) -> Times:
    took = [a.milliseconds for a in answers]
    return Times(median(took), quantiles(took, n=20)[-1], median(a.processor for a in answers))


def _result(app: Flask, case: Case, first: First, answers: dict[str, list[Answer]], rounds: int) -> Result:
    told = {variant: _times(found) for variant, found in answers.items()}
    with app.app_context():
        database = db.engine.dialect.name
    return Result(
        name=case.name,
        database=database,
        rounds=rounds,
        portal=told["portal"],
        floor=told["floor"],
        bare=told["bare"],
        ratio=told["portal"].median / told["floor"].median,
        ratio_processor=told["portal"].processor / told["floor"].processor,
        goal=case.goal,
        statements=len(first.sql),
        floor_statements=len(first.floor_sql),
        bytes=len(first.answer.body),
        compressed=first.answer.compressed,
        sql=first.sql,
    )


def _say(words: str, *, end: bool = False) -> None:
    """How far it is, on a terminal."""
    if sys.stderr.isatty():
        print(f"\r{words:40}", end="\n" if end else "", file=sys.stderr, flush=True)
