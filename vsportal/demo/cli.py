"""`flask demo load`, `reset` and `sign-ins`: only with DEMO=1, only in a database that is the demo's.

Exit code 1 and a sentence on standard error when it is refused.
"""

import sys
import time
from email.message import EmailMessage

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_migrate import downgrade, upgrade
from sqlalchemy import select

from vsportal import clock
from vsportal.database import begin_to_write
from vsportal.demo import DOMAIN, PASSWORD, SIGN_INS
from vsportal.demo.calendar import at
from vsportal.extensions import db
from vsportal.messages.sender import send_waiting
from vsportal.models import Authority, Mail, User


@click.group()
def demo() -> None:
    """The demo’s data: two invented authorities."""


@demo.command("load")
@click.option("--if-empty", is_flag=True, help="Do nothing when the demo is there already.")
@with_appcontext
def load(*, if_empty: bool) -> None:
    """Make the demo’s children, people and plans, with dates around today."""
    _only_in_the_demo()
    if _is_loaded():
        if not if_empty:
            _refuse("The demo is there already. Use “flask demo reset” to make it anew.")
        return
    _make()


@demo.command("reset")
@with_appcontext
def reset() -> None:
    """Delete the demo’s data and make it anew."""
    _only_in_the_demo()
    db.session.remove()
    # Events cannot be deleted, by design; so the tables go, and come back by the migrations.
    downgrade(revision="base")
    upgrade()
    _make()


@demo.command("sign-ins")
def sign_ins() -> None:
    """Say who may sign in to the demo, and with which password."""
    width = max(len(who.email) for who in SIGN_INS)
    for who in SIGN_INS:
        click.echo(f"  {who.email:<{width}}  {who.name}, {who.words}")
    click.echo(f"Password: {PASSWORD}")
    sys.stdout.flush()


def _make() -> None:
    """Make the demo in one transaction, and say how long it took."""
    from vsportal.demo.world import make

    began = time.monotonic()
    db.session.rollback()  # what was read so far; a transaction that writes begins as one
    begin_to_write()
    made = make()
    db.session.commit()
    _send_what_was_due()
    click.echo(f"Made the demo: {made}, in {time.monotonic() - began:.0f} seconds.")


class _Nowhere:
    """The post of the demo: what was due on a past day left the outbox then, and reaches nobody."""

    def send(self, message: EmailMessage) -> None:
        """Take a mail."""


def _send_what_was_due() -> None:
    """Send each day’s mail on its day, as a server does; what is due today still waits in the outbox."""
    days = sorted({clock.local(due).date() for due in db.session.scalars(select(Mail.due_at))})
    for day in days:
        if day < clock.today():
            with clock.at(at(day, "23:00")):
                send_waiting(_Nowhere(), sender=f"portal@{DOMAIN}")


def _only_in_the_demo() -> None:
    """Refuse without DEMO=1, and in a database in which anybody is not of the demo."""
    from vsportal.demo.places import AUTHORITIES

    if not current_app.config["VSPORTAL"].demo:
        _refuse("The demo’s data is only for the demo. Set DEMO=1 to try the portal out.")
    ours = [authority.name for authority in AUTHORITIES]
    strangers = db.session.scalar(
        select(User.id).where(User.email.not_like(f"%@{DOMAIN}")).limit(1)
    ) or db.session.scalar(select(Authority.id).where(Authority.name.not_in(ours)).limit(1))
    if strangers:
        _refuse(
            "This database holds more than the demo, so it is left alone. Name another with DATABASE_URL."
        )


def _is_loaded() -> bool:
    """Whether the demo is there."""
    return db.session.scalar(select(Authority.id).limit(1)) is not None


def _refuse(sentence: str) -> None:
    """Say why not, and end with an error."""
    click.echo(sentence, err=True)
    raise click.exceptions.Exit(1)
