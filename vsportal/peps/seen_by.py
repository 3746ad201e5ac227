"""Who can see a child's plan today and what kinds of things, in words for the child.

It is drawn from the audiences themselves, so that it cannot promise less or more than policy keeps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import select

from vsportal import clock, filters, policy
from vsportal.children.queries import Around, people_around
from vsportal.extensions import db
from vsportal.models import Delegation, User
from vsportal.peps.loading import Plan, Sheet
from vsportal.peps.voice import role_for_child
from vsportal.policy import Tie
from vsportal.ties import holds
from vsportal.wording import YOU, fill

KINDS = (
    ("everyone", "what you and others write for everyone, your targets, and what you all agreed"),
    ("child_chosen", "your private answers"),
    ("adults_around", "notes for the adults around you"),
    ("professionals", "notes for your school and the people who plan your care"),
    ("school_named", "notes on how you are, for a few people only"),
    ("care", "notes for social workers and the Virtual School only"),
)
"""Audiences, in the order in which they are told, and what is in them."""


@dataclass(frozen=True)
class Seer:
    """Somebody who can see the plan, with what they see."""

    name: str
    role: str
    kinds: Sequence[str]
    chosen_for: Sequence[str] = ()
    """Questions whose private answer the child lets them see."""


@dataclass(frozen=True)
class SeenBy:
    """Who can see one plan."""

    plan: Plan
    views: Sheet | None

    @cached_property
    def around(self) -> Sequence[Around]:
        """The people around the child today."""
        return people_around([self.plan.child.id], clock.today()).get(self.plan.child.id, [])

    @cached_property
    def people(self) -> Sequence[Seer]:
        """Each person around the child, once, with everything their ties let them see."""
        ties: dict[int, set[Tie]] = {}
        first: dict[int, Around] = {}
        for p in self.around:
            if p.role != Tie.YOUNG_PERSON:
                ties.setdefault(p.user_id, set()).add(Tie(p.role))
                first.setdefault(p.user_id, p)
        return [
            Seer(p.name, role_for_child(p), _kinds(ties[user]), self._chosen(user))
            for user, p in first.items()
        ]

    def _chosen(self, user: int) -> Sequence[str]:
        """The questions of *My views* for which the child chose this person."""
        if self.views is None:
            return ()
        kept = self.views.row.readers
        return [
            fill(f.label, YOU)
            for f in self.views.asked.fields
            if user in kept.get(f.id, {}).get("people", ()) and f.audience == "child_chosen"
        ]

    @cached_property
    def lent(self) -> Sequence[tuple[str, str]]:
        """Colleagues at school to whom pages are lent: name, and which pages. One statement."""
        today, titles = clock.today(), {a.id: a.title for a in self.plan.sections}
        rows = db.session.execute(
            select(User.name, Delegation.sections)
            .join(User, User.id == Delegation.user_id)
            .where(
                Delegation.child_id == self.plan.child.id,
                holds(Delegation.starts_on, Delegation.ends_on, today),
                User.active,
            )
            .order_by(User.name)
        )
        return [(name, filters.listed(titles[s] for s in sections if s in titles)) for name, sections in rows]


def _kinds(ties: set[Tie]) -> Sequence[str]:
    return [words for audience, words in KINDS if ties & policy.AUDIENCES[audience]]


def seen_by(plan: Plan, views: Sheet | None) -> SeenBy:
    """Who can see this plan; `views`: its section *My views*, if there is one."""
    return SeenBy(plan, views)
