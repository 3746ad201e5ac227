"""What tests of schemes and agreement share: reviews as rows, without going through their pages."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import func, select

from tests.world import Surroundings
from vsportal import clock
from vsportal.extensions import db
from vsportal.models import Pep, Review, SectionRating, User
from vsportal.policy import Tie
from vsportal.reviews.schemes import ensure


def finished(
    world: Surroundings,
    ratings: Mapping[str, str],
    *,
    overall: str = "green",
    part: str = "school",
    kind: str = "first",
    times: int = 1,
    by: User | None = None,
    pep: Pep | None = None,
) -> Review:
    """A review that is finished, by the scheme in force today."""
    kept = ensure(world.authority.id, clock.today()).row
    assert kept is not None
    review = Review(
        pep_id=(pep or world.pep).id,
        part=part,
        round=times,
        kind=kind,
        scheme_id=kept.id,
        reviewer_id=(by or world.people[Tie.ADVISER]).id,
        state="finished",
        derived=overall,
        overall=overall,
        ended_at=clock.now(),
    )
    db.session.add(review)
    db.session.flush()
    for section, rating in ratings.items():
        db.session.add(
            SectionRating(review_id=review.id, section_id=section, rating=rating, changed_at=clock.now())
        )
    db.session.commit()
    return review


def other_plans(world: Surroundings, count: int) -> list[Pep]:
    """More plans of the term, only to hang reviews on: of the same child, on other occasions."""
    last = db.session.scalar(select(func.count()).select_from(Pep)) or 0
    made = [
        Pep(
            authority_id=world.authority.id,
            child_id=world.child.id,
            term_key=world.pep.term_key,
            edition=world.pep.edition,
            phase=world.pep.phase,
            occasion="termly",
            state="cancelled",
            opened_on=clock.today(),
            due_on=clock.today(),
        )
        for _ in range(last, last + count)
    ]
    db.session.add_all(made)
    db.session.flush()
    return made
