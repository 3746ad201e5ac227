"""`flask funding …`: what is done with money from the command line."""

import click
from flask.cli import with_appcontext

from vsportal.database import transaction
from vsportal.extensions import db
from vsportal.filters import plural
from vsportal.funding.escalating import escalate_late
from vsportal.funding.reconciling import what_is_wrong


@click.group("funding")
def funding() -> None:
    """Pupil Premium Plus: the books, and decisions that are late."""


@funding.command("reconcile")
@with_appcontext
def reconcile() -> None:
    """Work the books out again from the movements; exit code 1 when anything does not agree."""
    wrong = what_is_wrong()
    if wrong:
        db.session.rollback()  # what is gone at a second look was somebody’s work under way
        again = set(what_is_wrong())
        wrong = [sentence for sentence in wrong if sentence in again]
    for sentence in wrong:
        click.echo(sentence, err=True)
    if wrong:
        click.echo(f"{plural(len(wrong), 'thing does', 'things do')} not agree.", err=True)
        raise SystemExit(1)
    click.echo("The books agree.")


@funding.command("escalate")
@with_appcontext
def escalate() -> None:
    """Note decisions that are late, and tell the heads that something waits; run again it does nothing."""
    with transaction():
        new = escalate_late()
    click.echo(f"{plural(new, 'decision')} newly late." if new else "No decision is newly late.")
