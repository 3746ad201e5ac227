"""“My requests”: what somebody asked for or proposed, each with its state and what happens next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from vsportal.children.identity import name_for
from vsportal.funding import request_queries
from vsportal.funding.queue import STATES
from vsportal.funding.request_queries import Line
from vsportal.models import Role
from vsportal.policy import Actor, Seen, Tie

__all__ = ["Mine", "page"]

FOR_THOSE_AT_HOME = {
    "proposed": ("going", "With the school"),
    "draft": ("going", "With the school"),
    "declined": ("todo", "Not going ahead"),
    "withdrawn": ("todo", "Not going ahead"),
    "cancelled": ("todo", "Not going ahead"),
    "approved": ("done", "Agreed"),
    "part_approved": ("done", "Agreed"),
    "scheduled": ("done", "Agreed"),
    "paid": ("done", "Agreed"),
    "evaluated": ("done", "Agreed"),
}
"""A proposer at home is told where it has got to, not how it is decided (rule 11)."""
ASKED = ("going", "Asked for")


@dataclass(frozen=True)
class Mine:
    """The requests of one person."""

    actor: Actor
    today: date

    @cached_property
    def lines(self) -> Sequence[Line]:
        """All of them, what waits for this person first: one statement."""
        return request_queries.of_person(self.actor)

    @property
    def open(self) -> Sequence[Line]:
        """What is not closed."""
        return [line for line in self.lines if not line.is_closed]

    @property
    def closed(self) -> Sequence[Line]:
        """What is over."""
        return [line for line in self.lines if line.is_closed]

    @property
    def at_home(self) -> bool:
        """Whether this person only proposes and is told no more than what becomes of it."""
        return Role.CARER in self.actor.roles and not self.reads

    @property
    def reads(self) -> bool:
        """Whether this person reads the requests themselves."""
        return bool(
            self.actor.roles
            & {Role.DESIGNATED_TEACHER, Role.SOCIAL_WORKER, Role.TEAM_MANAGER, Role.ADVISER, Role.HEAD}
        )

    @property
    def asks(self) -> bool:
        """Whether this person asks for money themselves."""
        return Role.DESIGNATED_TEACHER in self.actor.roles

    def name(self, line: Line) -> str:
        """What the child is called here."""
        return name_for(line, Seen(self.actor, frozenset({Tie.DESIGNATED_TEACHER})))

    def state(self, line: Line) -> tuple[str, str]:
        """Where a request has got to: a mark and its words."""
        if self.at_home:
            return FOR_THOSE_AT_HOME.get(line.state, ASKED)
        if line.is_late(self.today):
            return "late", "Late"
        return STATES[line.state]


def page(actor: Actor) -> Mine:
    """“My requests” of this person; nothing is read before it is shown."""
    return Mine(actor, actor.today)
