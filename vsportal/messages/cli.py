"""`flask outbox send`: what a timer calls every minute or so. Exit code 1 when a mail was not sent."""

import sys

import click
from flask import current_app
from flask.cli import with_appcontext

from vsportal.messages.sender import send_waiting, transport_of


@click.group("outbox")
def outbox() -> None:
    """Mail that waits to be sent."""


@outbox.command("send")
@click.option(
    "--limit", type=click.IntRange(1), default=500, show_default=True, help="At most so many mails."
)
@with_appcontext
def send(limit: int) -> None:
    """Send the mail that is due, each once; run twice at a time it does no harm.

    A mail that is refused is tried again later, five times in all. One of which nobody knows whether it
    arrived is not sent again: it stands in the outbox as uncertain.
    """
    settings = current_app.config["VSPORTAL"]
    label = "Sending" if sys.stderr.isatty() else ""
    with click.progressbar(length=limit, label=label, file=sys.stderr, hidden=not label) as bar:
        done = send_waiting(
            transport_of(settings), sender=settings.mail_from, limit=limit, each=lambda: bar.update(1)
        )
    click.echo(f"{done.sent} sent, {done.refused} refused, {done.uncertain} uncertain.")
    if done.refused or done.uncertain:
        click.echo("See the outbox for why: Office, Outbox.", err=True)
        raise SystemExit(1)
