"""What tests of remembering share: this term's plan, and the next one that was carried forward from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from tests.factories import TermFactory
from tests.world import World
from vsportal import clock
from vsportal.audit import SYSTEM
from vsportal.extensions import db
from vsportal.models import SectionState
from vsportal.peps.operations import open_pep


def keep(world: World, section: str, kept: Mapping[str, object], **more: object) -> None:
    """What stands in a section, as if its writers had written it."""
    row = world.section(section)
    row.answers = {**row.answers, **kept}
    row.status = SectionState.IN_PROGRESS
    for name, value in more.items():
        setattr(row, name, value)
    db.session.commit()


def next_plan(world: World, terms_on: int = 1) -> World:
    """The same world with the plan of a later term, opened today, that begins with what the last one says."""
    days = 120 if terms_on == 1 else 366
    term = TermFactory(authority=world.authority, starts_on=world.term.starts_on + timedelta(days=days))
    pep = open_pep(SYSTEM, world.child, term=term, on=clock.today(), phase="secondary", nc_year=10)
    db.session.commit()
    return replace(world, pep=pep)
