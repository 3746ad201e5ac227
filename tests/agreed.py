"""What tests around the meeting share: a plan whose meeting was held, with something agreed and written."""

from __future__ import annotations

from datetime import timedelta

from tests.plans import hold_the_meeting
from tests.world import Surroundings
from vsportal import clock
from vsportal.extensions import db
from vsportal.models import SectionState
from vsportal.policy import Tie

HEARD = "You told us that you want to sit at the front. We heard that."
DECISIONS = {
    "decisions.r1": True,
    "decisions.r1.what": "Move seats in science",
    "decisions.r1.who": "Mr Hale",
    "decisions.r1.by_when": "2027-03-05",
    "next_date": "2027-06-17",
    "next_time": "3:30pm",
    "next_venue": "Lodewater Academy",
}
TARGETS = {
    "targets.k1": True,
    "targets.k1.outcome": "Solve two-step equations alone",
    "targets.k1.who": "Ben Ruddock",
    "targets.k1.by_when": "2027-04-01",
    "targets.k2": False,
    "targets.k2.outcome": "Taken away again",
}


def agree(world: Surroundings, *, held: bool = True, days_ago: int = 1) -> None:
    """Something was decided at the meeting, which has been unless `held` is false."""
    world.section("meeting").answers = dict(DECISIONS)
    world.section("targets").answers = dict(TARGETS)
    if held:
        hold_the_meeting(world)
        world.pep.meeting_on = clock.today() - timedelta(days=days_ago)
    db.session.commit()


def write_letter(world: Surroundings, *, complete: bool = True) -> None:
    """The social worker has written “What we agreed”, and completed it unless told otherwise."""
    row = world.section("summary")
    row.answers = {"heard": HEARD, "did_well": "Your linocut was chosen for the county show."}
    row.status = SectionState.COMPLETE if complete else SectionState.IN_PROGRESS
    row.completed_at = clock.now() if complete else None
    row.completed_by_id = world.people[Tie.SOCIAL_WORKER].id if complete else None
    db.session.commit()
