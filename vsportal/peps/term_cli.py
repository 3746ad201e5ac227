"""`flask term open 2026-27-spring`: opens the term’s plans; run twice it changes nothing.

Exit code 0 when it is done, 1 when plans could not be opened, 2 when it was asked wrongly.
"""

import re
import sys

import click
from flask.cli import with_appcontext

from vsportal import clock
from vsportal.audit import By
from vsportal.database import transaction
from vsportal.errors import OperationError
from vsportal.filters import plural
from vsportal.models import Authority, Term
from vsportal.peps.terms import BATCH, Scope, open_plans, scope_of, terms_called
from vsportal.wording import year_words

_KEY = re.compile(r"\d{4}-\d{2}-(autumn|spring|summer)")


@click.group("term")
def term() -> None:
    """A school term."""


@term.command("open")
@click.argument("key")
@click.option("--authority", "la_code", metavar="LA_CODE", help="Only this authority; otherwise all.")
@click.option("--dry-run", is_flag=True, help="Say what would be opened, and open nothing.")
@with_appcontext
def open_term(key: str, la_code: str | None, *, dry_run: bool) -> None:
    """Open a plan for each child in scope who has none for the term KEY, like 2026-27-spring.

    Plans are kept a hundred at a time: it can be stopped, and run again to go on.
    """
    if not _KEY.fullmatch(key):
        raise click.UsageError(f"“{key}” is not a term. Write it like 2026-27-spring.")
    found = [(t, a) for t, a in terms_called(key) if la_code in (None, a.la_code)]
    if not found:
        of = f"of the authority {la_code} " if la_code else ""
        raise click.UsageError(f"There is no term {key} {of}yet. Enter its dates first: Office, Terms.")
    failed = False
    for each, authority in found:
        try:
            _open(each, authority, dry_run=dry_run)
        except OperationError as error:
            click.echo(f"{authority.name}: {error}", err=True)
            failed = True
    if failed:
        raise SystemExit(1)


def _open(term: Term, authority: Authority, *, dry_run: bool) -> None:
    """Open the plans of one authority, and say how many."""
    name, on = authority.name, clock.today()
    by = By(None, "system", authority.id)
    scope = scope_of(term, on)
    opened = 0
    if not dry_run:
        on_screen = sys.stderr.isatty()
        with click.progressbar(
            length=len(scope.to_open), label=name, file=sys.stderr, hidden=not on_screen
        ) as bar:
            for start in range(0, len(scope.to_open), BATCH):
                batch = scope.to_open[start : start + BATCH]
                with transaction():
                    opened += open_plans(by, term, batch, on=on)
                bar.update(len(batch))
    click.echo(_said(name, scope, opened, dry_run=dry_run))


def _said(name: str, scope: Scope, opened: int, *, dry_run: bool) -> str:
    """What was done, counted: no child is named."""
    done = (
        f"{plural(len(scope.to_open), 'plan')} would be opened"
        if dry_run
        else f"{plural(opened, 'plan')} opened"
    )
    lines = [f"{name}: {plural(scope.children, 'child', 'children')} in scope, {done}, {scope.have} had one."]
    if years := scope.years("no_form"):
        counted = ", ".join(f"{number} in {year_words(year)}" for year, number in years.items())
        lines.append(f"  Not opened yet, because there is no form for them: {counted}.")
    if years := scope.years("no_school"):
        number = sum(years.values())
        nowhere = f"{plural(number, 'child', 'children')} on no school’s roll"
        lines.append(f"  Not opened yet: {nowhere}. Their adviser decides.")
    return "\n".join(lines)
