"""`flask files tidy`: takes away bytes that no plan has, left behind by a crash or a removal."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import with_appcontext

from vsportal.errors import OperationError
from vsportal.files import queries
from vsportal.files.storage import Storage, storage_of


@click.group("files")
def files() -> None:
    """The files of plans."""


@files.command("tidy")
@click.option("--dry-run", is_flag=True, help="Count only, take nothing away.")
@with_appcontext
def tidy(*, dry_run: bool) -> None:
    """Take away bytes without a plan that are older than a day. Run it once a day; twice does no harm."""
    storage = storage_of(current_app.config["VSPORTAL"])
    try:
        count = _take_away(storage, dry_run=dry_run)
    except OperationError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{count} to take away." if dry_run else f"{count} taken away.")


def _take_away(storage: Storage, *, dry_run: bool) -> int:
    """Take away what no plan has: how many there were."""
    count = 0
    for name in storage.unclaimed(queries.all_kept()):
        count += 1
        if not dry_run:
            storage.forget(name)
    return count
