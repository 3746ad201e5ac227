"""`flask signing verify`: whether every plan that was signed off is still kept as it was."""

import click
from flask.cli import with_appcontext

from vsportal.filters import plural
from vsportal.signing.keeping import broken, counted


@click.group("signing")
def signing() -> None:
    """Plans that are signed off."""


@signing.command("verify")
@with_appcontext
def verify() -> None:
    """Work out every checksum again; exit code 1 with the references of plans that do not agree."""
    found = list(broken())
    for ref in found:
        click.echo(f"{ref} is not what was signed off.", err=True)
    if found:
        raise SystemExit(1)
    click.echo(f"{plural(counted(), 'plan')} kept as signed off.")
