"""Files checked whole and applied all or nothing: check, plan, apply. Checking writes nothing.

Who applies holds the authority first, then its children, so that nobody else changes them meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from hashlib import sha256
from typing import Any

from sqlalchemy import select

from vsportal import audit, clock
from vsportal.audit import By
from vsportal.editions.reading import one_line
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.imports import children, handing, people, places, stays
from vsportal.imports.dated_kinds import STAYS
from vsportal.imports.findings import Edit, Event, Findings, New, change
from vsportal.imports.kinds import KINDS, Parsed
from vsportal.imports.reading import read
from vsportal.models import Authority, Child, ImportRun

KEPT = timedelta(hours=24)
"""How long a file is kept that was checked and not brought in."""
AT_ONCE = 1_000
"""Events written at a time."""

Plan = Callable[[Sequence[Parsed], Authority, Findings], None]
Tick = Callable[[int], object]
"""Told how many rows are done; each row is told of three times: read, checked, written."""

PLANS: dict[str, Plan] = {
    "settings": places.plan_settings,
    "inspections": places.plan_inspections,
    "people": people.plan_people,
    "children": children.plan,
    "households": people.plan_households,
    **{kind: partial(stays.plan, kind) for kind in STAYS},
}


def _unheard(_rows: int) -> None:
    """Nobody watches."""


# Check ------------------------------------------------------------------------------------------------------


def check(kind: str, authority: Authority, content: bytes, *, tick: Tick = _unheard) -> Findings:
    """Everything that is wrong with a file, or everything that it would change. LookupError: no such kind."""
    wanted = KINDS[kind]
    file = read(content, wanted.names)
    found = Findings(kind, len(file.rows), [*file.problems], [*file.remarks])
    parsed = wanted.parse(file.rows, found)
    tick(found.rows)
    PLANS[kind](parsed, authority, found)
    tick(found.rows)
    if found.problems:
        found.lines, found.steps = [], []
    return found.in_order()


# Apply ------------------------------------------------------------------------------------------------------


def bring_in(by: By, authority: Authority, kind: str, content: bytes, *, tick: Tick = _unheard) -> Findings:
    """Check a file and apply it; with a single problem nothing is applied, and the findings say why."""
    _hold(authority)
    found = check(kind, authority, content, tick=tick)
    if not found.problems:
        _write(by, authority, found.steps, tick)
    return found


def _hold(authority: Authority) -> None:
    """One import of an authority at a time, and no other change to its children meanwhile.

    NO KEY UPDATE: whoever only refers to them – every event does – need not wait.
    """
    for table, mine in ((Authority, Authority.id), (Child, Child.authority_id)):
        held = select(table.id).where(mine == authority.id).order_by(table.id)
        db.session.execute(held.with_for_update(key_share=True)).all()


def _write(by: By, authority: Authority, steps: Sequence[New | Edit], tick: Tick) -> None:
    """Write what was planned: first what others need, then ends, then beginnings; then the events."""
    news = [step for step in steps if isinstance(step, New)]
    edits = [step for step in steps if isinstance(step, Edit)]
    _add([new for new in news if new.first])
    left = handing.homes_left(edits)
    for edit in edits:
        for name, value in {**edit.values, **{name: row.id for name, row in edit.needs.items()}}.items():
            setattr(edit.row, name, value)
    db.session.flush()
    _add([new for new in news if not new.first])
    handing.hand_on_all(by, left)
    for start in range(0, len(steps), AT_ONCE):
        part = steps[start : start + AT_ONCE]
        for step in part:
            _note(by, authority, step.row, step.event)
        db.session.flush()
        tick(len(part))


def _add(news: Sequence[New]) -> None:
    """Rows into the session, with the numbers they need and then their own."""
    for new in news:
        for name, row in new.needs.items():
            setattr(new.row, name, row.id)
    db.session.add_all([new.row for new in news])
    db.session.flush()


def _note(by: By, authority: Authority, row: Any, event: Event | None) -> None:  # any table's row
    """Write down one change."""
    if event is None:
        return
    child_id = row.id if isinstance(row, Child) else event.child_id
    audit.record(
        db.session, by, event.tag, row, child_id=child_id, authority_id=authority.id, changes=event.changes
    )


# Runs: a file that was sent, looked at, and perhaps brought in ----------------------------------------------


def keep_run(by: By, authority: Authority, kind: str, *, file_name: str, content: bytes) -> ImportRun:
    """Check a file that was sent, and keep it for a day so that somebody can say yes to it."""
    found = check(kind, authority, content)
    run = ImportRun(
        authority_id=authority.id,
        kind=kind,
        file_name=one_line(file_name)[:100] or f"{kind}.csv",
        sha256=sha256(content).hexdigest(),
        content=content,
        made_by_id=by.user_id,
        rows=found.rows,
        changed=len(found.lines),
        problems=[problem._asdict() for problem in found.problems],
    )
    db.session.add(run)
    db.session.flush()
    return run


def is_kept(run: ImportRun) -> bool:
    """Whether the file is there still, and not older than a day."""
    return run.content is not None and run.created_at > clock.now() - KEPT


def apply_run(by: By, authority: Authority, run: ImportRun, *, seen: str) -> Findings:
    """Bring in what somebody has looked at; `seen`: the mark of the changes as they were shown.

    OperationError when it was brought in already, is no longer kept, or would now do something else.
    """
    _hold(authority)
    db.session.refresh(run, with_for_update=True)
    if run.applied_at is not None:
        raise OperationError("This file has been brought in already. Nothing was changed now.")
    if run.content is None or not is_kept(run):
        raise OperationError("This file is no longer kept. Send it again.")
    found = check(run.kind, authority, run.content)
    if found.problems or found.mark != seen:
        raise OperationError(
            "Something has changed since this file was checked. Nothing was brought in: look again."
        )
    _write(by, authority, found.steps, _unheard)
    run.applied_at = clock.now()
    run.changed = len(found.lines)
    run.content = None
    note_file(by, authority, run, found)
    return found


def note_file(by: By, authority: Authority, run: ImportRun, found: Findings) -> None:
    """Write down that a file was brought in, beside the events of its rows."""
    changes = [change("kind", KINDS[run.kind].title, new=str(len(found.lines)))]
    audit.record(db.session, by, "admin:file:imported", run, authority_id=authority.id, changes=changes)
    db.session.flush()


def bring_in_at_once(
    by: By, authority: Authority, kind: str, *, file_name: str, content: bytes, tick: Tick = _unheard
) -> Findings:
    """Check and apply a file without anybody looking in between, as the command does, and note the run."""
    found = bring_in(by, authority, kind, content, tick=tick)
    if found.problems:
        return found
    run = ImportRun(
        authority_id=authority.id,
        kind=kind,
        file_name=one_line(file_name)[:100],
        sha256=sha256(content).hexdigest(),
        made_by_id=by.user_id,
        applied_at=clock.now(),
        rows=found.rows,
        changed=len(found.lines),
    )
    db.session.add(run)
    db.session.flush()
    note_file(by, authority, run, found)
    return found


def forget_old() -> None:
    """Files that nobody brought in within a day go, and with them what was quoted of their rows."""
    old = db.session.scalars(
        select(ImportRun).where(ImportRun.content.is_not(None), ImportRun.created_at <= clock.now() - KEPT)
    )
    for run in old:
        run.content = None
        run.problems = [{"line": problem["line"], "column": problem["column"]} for problem in run.problems]
    db.session.flush()
