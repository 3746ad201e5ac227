"""`flask funding …`: what is done with money from the command line."""

import click
from flask.cli import with_appcontext

from vsportal.filters import plural
from vsportal.funding.reconciling import what_is_wrong


@click.group("funding")
def funding() -> None:
    """Pupil Premium Plus: the books, and decisions that are late."""


@funding.command("reconcile")
@with_appcontext
def reconcile() -> None:
    """Work the books out again from the movements; exit code 1 when anything does not agree."""
    wrong = what_is_wrong()
    for sentence in wrong:
        click.echo(sentence, err=True)
    if wrong:
        click.echo(f"{plural(len(wrong), 'thing does', 'things do')} not agree.", err=True)
        raise SystemExit(1)
    click.echo("The books agree.")
