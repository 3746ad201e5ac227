"""A process that stops half-way through making or booking a batch, and waits there to be killed.

`python -m tests.half_way make|book <database> <number of the authority>`: says “half-way” when it is there.
"""

from __future__ import annotations

import sys
import time
from typing import Any

import click
from sqlalchemy import select

from tests.databases import portal
from tests.money import YEAR
from vsportal import clock
from vsportal.audit import By
from vsportal.database import transaction
from vsportal.extensions import db
from vsportal.funding import batches
from vsportal.models import Membership, PaymentBatch

AT_THE = 3
"""At which request of several it stops: some are claimed by then and some are not."""


def stop_half_way() -> None:
    """From now on the third change of a request's state is the last thing this process does."""
    real, done = batches.apply, [0]

    def apply(*args: Any, **more: Any) -> str:
        done[0] += 1
        new = real(*args, **more)
        if done[0] == AT_THE:
            click.echo("half-way")
            sys.stdout.flush()
            time.sleep(60)
        return new

    batches.apply = apply  # type: ignore[assignment]


def main(act: str, address: str, authority: str) -> None:
    """Do the act on that database, and stop in the middle of it."""
    app = portal(address)
    with app.app_context(), transaction():
        officer = db.session.scalars(
            select(Membership.user_id).where(
                Membership.authority_id == int(authority), Membership.role == "finance"
            )
        ).one()
        by = By(officer, "finance", int(authority))
        stop_half_way()
        if act == "make":
            batches.make_batch(by, int(authority), YEAR, "the page")
        else:
            batches.book(by, db.session.scalars(select(PaymentBatch)).one(), clock.today())


if __name__ == "__main__":
    main(*sys.argv[1:])
