"""Says what was measured: a table for people, a JSON file for comparing runs."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from bench.cases import CARRIED, EMPTY, LARGEST
from bench.measuring import Result
from bench.weight import A_SECTION, FIRST_VISIT, Weight

FILE = Path(__file__).parent / "results.json"
NAMES = {"postgresql": "PostgreSQL", "sqlite": "SQLite"}
HEAD = (
    "| | portal ms | p95 | floor ms | p95 | bare ms | × floor | goal | processor × floor "
    "| SQL | floor SQL | bytes | compressed |"
)
CARRIED_GOAL = 1.15
"""At most so many times an empty section's page."""
RULE = "|---" + "|--:" * 12 + "|"


def table(results: Sequence[Result], careful: Mapping[str, str]) -> Iterator[str]:
    """The lines of the table, one database after the other."""
    for database, words in careful.items():
        mine = [r for r in results if r.database == database]
        yield f"\n**{NAMES[database]}** ({words}; {mine[0].rounds} rounds)\n"
        yield HEAD
        yield RULE
        yield from (_line(r) for r in mine)
    yield f"\nLoad of the machine while measuring: {_load()} on {os.cpu_count()} processors."
    if "postgresql" not in careful:
        yield "\nThere is no PostgreSQL here (TEST_DATABASE_URL names none): SQLite only."


def _load() -> str:
    """How busy the machine was in the last minutes, this measuring included."""
    return ", ".join(f"{load:.1f}" for load in os.getloadavg())


def _line(r: Result) -> str:
    goal = "" if r.goal is None else f"≤ {r.goal:.1f}{' **missed**' if r.missed else ''}"
    return (
        f"| {r.name} | {r.portal.median:.2f} | {r.portal.p95:.2f} | {r.floor.median:.2f} | {r.floor.p95:.2f} "
        f"| {r.bare.median:.2f} | **{r.ratio:.2f}** | {goal} | {r.ratio_processor:.2f} "
        f"| {r.statements} | {r.floor_statements} | {r.bytes:,} | {r.compressed:,} |"
    )


def weights(visit: Sequence[Weight], section: Weight) -> Iterator[str]:
    """What a first visit and a section weigh."""
    yield "\n**Bytes, compressed**\n"
    yield "| | bytes | at most |"
    yield "|---|--:|--:|"
    yield from (f"| {w.what} | {w.bytes:,} | |" for w in visit)
    total = sum(w.bytes for w in visit)
    yield f"| **a first visit together** | **{total:,}** | {_most(total, FIRST_VISIT)} |"
    yield f"| **{section.what}** | **{section.bytes:,}** | {_most(section.bytes, A_SECTION)} |"


def _most(found: int, most: int) -> str:
    return f"{most:,}{' **missed**' if found > most else ''}"


def carried(results: Sequence[Result]) -> Iterator[str]:
    """A section that was carried forward beside an empty one and beside the same when it has been checked."""
    yield "\n**A section carried forward, in times of**\n"
    yield "| | an empty one | the same, checked | goal |"
    yield "|---|--:|--:|--:|"
    for database in dict.fromkeys(r.database for r in results):
        times = {r.name.partition(",")[0]: r.portal.median for r in results if r.database == database}
        empty, checked = times[CARRIED] / times[EMPTY], times[CARRIED] / times[LARGEST]
        missed = " **missed**" if empty > CARRIED_GOAL else ""
        yield f"| {NAMES[database]} | {empty:.2f} | {checked:.2f} | ≤ {CARRIED_GOAL}{missed} |"


def write(
    results: Sequence[Result],
    careful: Mapping[str, str],
    visit: Sequence[Weight],
    section: Weight,
    more: Mapping[str, object],
) -> Path:
    """All of it, each statement too, into one file."""
    told = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "machine": platform.machine(),
        "load": _load(),
        "databases": dict(careful),
        "results": [asdict(r) | {"missed": r.missed} for r in results],
        "first_visit": [asdict(w) for w in visit],
        "section": asdict(section),
        **more,
    }
    FILE.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n")
    return FILE
