"""What the head looks at before a plan is signed off: what is kept, what is late, what stands in the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import select

from vsportal import clock, filters, wording
from vsportal.children.identity import Identity
from vsportal.extensions import db
from vsportal.models import PepPart
from vsportal.peps.loading import Plan
from vsportal.peps.overview import Overview, overview_of
from vsportal.peps.wishes import Asked, wishes_of
from vsportal.policy import Can
from vsportal.reviews.standing import Standing, standing
from vsportal.signing.beside import requests_of
from vsportal.signing.keeping import in_the_way, is_missing
from vsportal.signing.questions import Data

SETTLED = frozenset({"approved", "part_approved", "declined", "scheduled", "paid", "evaluated"})
"""Where a request is decided; the others stay open after the plan is signed off."""


@dataclass(frozen=True)
class PartLine:
    """One part as the page lists it."""

    part: str
    words: str
    state: tuple[str, str]
    sent: str
    rating: str


@dataclass(frozen=True)
class SignOffPage:
    """A plan before it is signed off. Parts are loaded when first asked for, each once."""

    plan: Plan

    @cached_property
    def overview(self) -> Overview:
        """The plan at a glance: people, sections, whom it waits for."""
        return overview_of(self.plan)

    @property
    def identity(self) -> Identity:
        """The bar at the top."""
        return self.overview.identity

    @cached_property
    def standing(self) -> Mapping[str, Standing]:
        """How each part was rated: one statement."""
        return standing(self.plan.pep.id)

    @cached_property
    def _parts(self) -> Sequence[PepPart]:
        return db.session.scalars(
            select(PepPart).where(PepPart.pep_id == self.plan.pep.id).order_by(PepPart.part.desc())
        ).all()

    @cached_property
    def parts(self) -> Sequence[PartLine]:
        """Each part: where it is, when it came, how it was rated."""
        found = []
        for row in self._parts:
            rated = self.standing.get(row.part)
            found.append(
                PartLine(
                    row.part,
                    filters.capital(wording.PARTS[row.part]),
                    wording.PART_STATES[row.state],
                    self._sent(row),
                    rated.word if rated else "",
                )
            )
        return found

    def _sent(self, row: PepPart) -> str:
        """When a part came, and how late."""
        today = clock.today()
        on = clock.local(row.submitted_at).date() if row.submitted_at else None
        due = self.plan.pep.due_on
        if on is None:
            return f"Not sent, {filters.late_by(due, today)}" if due < today else "Not sent yet"
        late = f", {filters.late_by(due, on)}" if on > due else ""
        return f"Sent on {filters.day_month(on, today)}{late}"

    @cached_property
    def problems(self) -> Sequence[str]:
        """What stands in the way before anything is named as missing."""
        states = {row.part: row.state for row in self._parts}
        return in_the_way(self.plan.pep.id, states)

    @property
    def may_name(self) -> Sequence[tuple[str, str]]:
        """The parts that can be named as missing: not reviewed, or with a rating that blocks."""
        states = {row.part: row.state for row in self._parts}
        return [(ln.part, ln.words) for ln in self.parts if is_missing(ln.part, states, self.standing)]

    @property
    def is_stuck(self) -> bool:
        """True while neither part can stand for the plan, so that nothing can be named."""
        return len(self.may_name) > 1

    @cached_property
    def wishes(self) -> Sequence[Asked]:
        """What the child asked for and nobody has answered, as far as this person reads it."""
        return [w for w in wishes_of(self.plan, self.overview.around) if w.answered_at is None]

    @cached_property
    def requests(self) -> Sequence[Data]:
        """Requests for PP+ that are still open."""
        if not self.plan.may(Can.SEE_REQUEST):
            return []
        return [r for r in requests_of(self.plan.pep) if r["state"] not in SETTLED]

    @cached_property
    def unfinished(self) -> Sequence[str]:
        """The titles of sections that are not complete: they are kept as they are."""
        return [s.title for s in self.overview.sections if s.status != "complete"]
