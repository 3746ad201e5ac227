"""What a file's moves mean for plans under way: a home that was left makes room for the next one.

The same as when a move is recorded by hand (`children/home_sections.py`), for all children of a file at once.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from vsportal import clock
from vsportal.audit import By
from vsportal.children.home_sections import OWNER, hand_on
from vsportal.extensions import db
from vsportal.imports.findings import Edit
from vsportal.imports.snapshot import in_parts
from vsportal.models import Child, Home, Pep, PepSection, PepState, SectionState
from vsportal.ties import holds


def homes_left(edits: Sequence[Edit]) -> set[tuple[int, int]]:
    """Child and household of each home that holds today and is about to be changed; asked before it is."""
    today = clock.today()
    homes = (edit.row for edit in edits if isinstance(edit.row, Home))
    return {
        (home.child_id, home.household_id)
        for home in homes
        if home.household_id is not None and (home.ends_on is None or home.ends_on > today)
    }


def hand_on_all(by: By, left: set[tuple[int, int]]) -> None:
    """Of these, hand on what a home that the child has left had begun in an open plan."""
    for part in in_parts(child_id for child_id, _ in left):
        rows = db.session.execute(
            select(Child, PepSection.household_id)
            .join(Pep, Pep.child_id == Child.id)
            .join(PepSection, PepSection.pep_id == Pep.id)
            .where(
                Child.id.in_(part),
                Pep.state.in_((PepState.OPEN, PepState.MEETING_HELD)),
                PepSection.owner == OWNER,
                PepSection.household_id.is_not(None),
                PepSection.status != SectionState.COMPLETE,
            )
            .distinct()
        ).all()
        today = clock.today()
        homes = select(Home.child_id, Home.household_id).where(
            Home.child_id.in_(part), holds(Home.starts_on, Home.ends_on, today)
        )
        now = {(child_id, household_id) for child_id, household_id in db.session.execute(homes)}
        for child, household_id in rows:
            pair = (child.id, household_id)
            if household_id is not None and pair in left and pair not in now:
                hand_on(by, child, household_id)
