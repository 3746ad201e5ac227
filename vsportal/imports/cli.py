"""`flask --app app import KIND FILE`: a file checked and applied whole, or a report of what is wrong with it.

Exit code 0: done, or nothing to do; 1: problems in the file; 2: asked for what there is not.
"""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from vsportal.audit import By
from vsportal.database import transaction
from vsportal.extensions import db
from vsportal.filters import plural
from vsportal.imports import operations
from vsportal.imports.findings import Findings
from vsportal.imports.kinds import KINDS
from vsportal.models import Authority

MOST_SHOWN = 200


@click.command("import")
@click.argument("kind", type=click.Choice(list(KINDS)))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.option("--authority", "la_code", default="", help="The code of the authority, when there are several.")
@with_appcontext
def import_file(kind: str, file: Path, la_code: str, *, dry_run: bool) -> None:
    """Bring in a CSV file of one kind: all of it, or nothing. Run twice, it changes nothing."""
    content = file.read_bytes()
    rows = max(content.count(b"\n"), 1)
    with click.progressbar(length=rows * 3, label=f"{kind}", file=sys.stderr) as bar:
        with transaction() if not dry_run else nullcontext():
            authority = _authority(la_code)
            found = _bring_in(authority, kind, file, content, bar.update, dry_run=dry_run)
        bar.update(rows * 3 - bar.pos)
    _report(file, found, dry_run=dry_run)


def _bring_in(
    authority: Authority, kind: str, file: Path, content: bytes, tick: operations.Tick, *, dry_run: bool
) -> Findings:
    """Check the file, and apply it unless it is only tried."""
    if dry_run:
        return operations.check(kind, authority, content, tick=tick)
    by = By(None, "system", authority.id)
    return operations.bring_in_at_once(by, authority, kind, file_name=file.name, content=content, tick=tick)


def _authority(la_code: str) -> Authority:
    """The authority that is meant; wrong use when it must be named and is not."""
    there = db.session.scalars(select(Authority).order_by(Authority.la_code)).all()
    named = [authority for authority in there if not la_code or authority.la_code == la_code]
    if len(named) == 1:
        return named[0]
    known = ", ".join(f"{authority.la_code} ({authority.short_name})" for authority in there) or "none yet"
    if la_code:
        raise click.UsageError(f"There is no authority {la_code}. There are: {known}.")
    raise click.UsageError(f"Say for which authority with --authority. There are: {known}.")


def _report(file: Path, found: Findings, *, dry_run: bool) -> None:
    """Problems and remarks on standard error, what changed on standard output."""
    for problem in found.problems:
        where = f"{file}:{problem.line}" + (f": {problem.column}" if problem.column else "")
        value = f" “{problem.value}”" if problem.value else ""
        click.echo(f"{where}:{value} {problem.sentence}", err=True)
    for remark in found.remarks:
        where = f"{file}:{remark.line}" if remark.line else f"{file}"
        click.echo(f"{where}: note: {remark.sentence}", err=True)
    if found.problems:
        count = f"{plural(len(found.problems), 'problem')} in {plural(found.rows, 'row')}"
        click.echo(f"Nothing was brought in: {count}.", err=True)
        raise click.exceptions.Exit(1)
    if dry_run:
        for line in found.lines[:MOST_SHOWN]:
            click.echo(f"{line.line}: {line.verb}: {line.who}: {line.what}")
        if len(found.lines) > MOST_SHOWN:
            click.echo(f"… and {len(found.lines) - MOST_SHOWN} more")
    verbs = ", ".join(f"{count} {verb}" for verb, count in found.verbs.items())
    done = "would be made" if dry_run else "made"
    counted = f"{plural(found.rows, 'row')}, {plural(len(found.lines), 'change')} {done}"
    click.echo(f"{counted}{f' ({verbs})' if verbs else ''}.")
