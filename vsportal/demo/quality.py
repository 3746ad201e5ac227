"""Reviews in the demo: a part is rated section by section, sent back or finished, by no author of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from vsportal import clock
from vsportal.audit import By
from vsportal.demo.scribe import DemoError
from vsportal.demo.voices import Teller
from vsportal.demo.world import World
from vsportal.models import Pep
from vsportal.peps.loading import load_plan
from vsportal.reviews import operations as reviews
from vsportal.reviews.loading import SECOND, RatedPart, load_part
from vsportal.reviews.operations import Said

RATERS = {
    "fenland": ("adviser", "owen.birch", "head"),
    "holland": ("fiona.leckie", "adrian.voss"),
}
"""Who reviews in each authority: the first who wrote nothing in the part."""
GRADES = ("green", "green", "gold", "green", "amber", "green", "gold", "green", "amber", "green")
"""Ratings, dealt out in turn."""


@dataclass(frozen=True)
class Reviewing:
    """One part of one plan to be reviewed."""

    world: World
    pep: Pep
    part: str
    number: int
    teller: Teller

    def finish(self, moment: datetime) -> None:
        """Rate every section and finish; what the part comes to follows from the rule."""
        with clock.at(moment):
            who, by = self._begin()
            self._rate(who, by, ())
            reviews.finish(self._at(who), by)

    def send_back(self, moment: datetime, sections: Sequence[str]) -> None:
        """Rate, and send some sections back with the reason."""
        with clock.at(moment):
            who, by = self._begin()
            self._rate(who, by, sections)
            reviews.send_back(self._at(who), by)

    def begin(self, moment: datetime) -> None:
        """Rate the first sections and leave it there."""
        with clock.at(moment):
            who, by = self._begin()
            self._rate(who, by, (), at_most=2)

    def rate_again(self, moment: datetime) -> None:
        """A second, blind rating by somebody else; no more is done when nobody is free to."""
        with clock.at(moment):
            for who in self._raters:
                at = self._at(who, SECOND)
                by = self._by(who)
                if by.user_id in at.authors | at.first_raters:
                    continue
                reviews.begin_second(at, by)
                for n, sect in enumerate(self._at(who, SECOND).sects):
                    shift = 0 if (self.number + n) % 4 else 1
                    said = Said(_grade(self.number + n + shift))
                    reviews.rate(self._at(who, SECOND), by, sect.id, said)
                reviews.finish(self._at(who, SECOND), by)
                return

    @property
    def _raters(self) -> Sequence[str]:
        authority = next(k for k, a in self.world.authorities.items() if a.id == self.pep.authority_id)
        return RATERS[authority]

    def _by(self, who: str) -> By:
        return By(self.world.users[who].id, self._role(who), self.pep.authority_id)

    def _role(self, who: str) -> str:
        return next(m.role for m in self.world.memberships[who])

    def _at(self, who: str, kind: str = "first") -> RatedPart:
        plan = load_plan(self.world.actor(who, clock.today()), self.pep.ref)
        at = load_part(plan, self.part, kind) if plan else None
        if at is None:
            raise DemoError(f"{who} does not see the {self.part} part of {self.pep.term_key}.")
        return at

    def _begin(self) -> tuple[str, By]:
        for who in self._raters:
            at, by = self._at(who), self._by(who)
            if by.user_id not in at.authors:
                reviews.begin_review(at, by)
                return who, by
        raise DemoError(f"Nobody is free to review the {self.part} part of {self.pep.term_key}.")

    def _rate(self, who: str, by: By, back: Sequence[str], at_most: int = 99) -> None:
        at = self._at(who)
        for n, sect in enumerate(at.sects[:at_most]):
            if sect.id in back:
                kind = sect.id if sect.id in ("targets", "progress") else "other"
                why = self.teller.tell("feedback", "back", kind)
                said = Said("amber", why, "", returned=True, reason=why)
            else:
                grade = _grade(self.number + n)
                said = Said(grade, self.teller.tell("feedback", sect.id, grade))
            reviews.rate(at, by, sect.id, said)


def _grade(n: int) -> str:
    return GRADES[n % len(GRADES)]


def soon(moment: datetime, days: int) -> datetime:
    """So many days later, and never after now."""
    return min(moment + timedelta(days=days), clock.now())
