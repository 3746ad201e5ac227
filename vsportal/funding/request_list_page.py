"""The requests of a plan or of a child as one person sees them. Each list is one statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from sqlalchemy import select

from vsportal import clock
from vsportal.children.identity import Identity, identity_of, name_for
from vsportal.children.queries import Around, Places, surroundings_of_one
from vsportal.extensions import db
from vsportal.filters import listed
from vsportal.funding import request_queries
from vsportal.funding.queue import STATES
from vsportal.funding.request_queries import Line
from vsportal.models import OPEN_REQUESTS, Child, FundingRequest, Pep, PepState, Target
from vsportal.peps.loading import Plan
from vsportal.policy import ASKABLE, Can, Decision, Seen, Subject, Tie, decide
from vsportal.wording import Spoken, spoken, why_not


@dataclass(frozen=True)
class ListPage:
    """Requests of a child, or of one `plan`."""

    child: Child
    seen: Seen
    plan: Plan | None = None
    today: date = field(default_factory=clock.today)

    @cached_property
    def names(self) -> Spoken:
        """How sentences speak of the child."""
        return spoken(self.child.called, self.child.pronouns)

    @property
    def name(self) -> str:
        """What the reader calls the child."""
        return name_for(self.child, self.seen)

    @cached_property
    def surroundings(self) -> tuple[Sequence[Around], Places]:
        """The people around the child and where the child is: one statement."""
        return surroundings_of_one(self.child.id, self.today)

    @property
    def identity(self) -> Identity:
        """The bar at the top."""
        return identity_of(self.child, self.seen, *self.surroundings)

    @property
    def reads(self) -> bool:
        """Whether this person sees requests; those at home only propose."""
        return bool(decide(self.seen, Can.SEE_REQUEST))

    # What there is

    @cached_property
    def lines(self) -> Sequence[Line]:
        """The requests."""
        if self.plan is not None:
            return request_queries.of_plan(self.plan.pep.id)
        return request_queries.of_child(self.child.id)

    @cached_property
    def waiting(self) -> Sequence[Target]:
        """Targets of the plan that name PP+ and have no request yet."""
        return request_queries.without_request(self.plan.pep.id) if self.plan else ()

    def state(self, line: Line) -> tuple[str, str]:
        """A mark and its words."""
        return ("late", "Late") if line.is_late(self.today) else STATES[line.state]

    # What may be done

    @property
    def teachers(self) -> str:
        """The designated teachers around the child, by name."""
        return listed(p.name for p in self.surroundings[0] if p.role == Tie.DESIGNATED_TEACHER)

    @property
    def _asks(self) -> Decision:
        return self.plan.may(Can.REQUEST_FUNDING) if self.plan else decide(self.seen, Can.REQUEST_FUNDING)

    @property
    def may_ask(self) -> bool:
        """Whether this person asks here: the designated teacher, or an adviser where there is none."""
        asks = self._asks
        return bool(asks) and (asks.tie == Tie.DESIGNATED_TEACHER or not self.teachers)

    @property
    def may_propose(self) -> bool:
        """Whether this person proposes instead."""
        it = Subject(pep_state=self.plan.pep.state) if self.plan else None
        return not self.may_ask and bool(decide(self.seen, Can.PROPOSE_FUNDING, it))

    @property
    def closed(self) -> str:
        """Why nothing can be asked for on this plan by somebody who otherwise might."""
        asks = self._asks
        return why_not(asks.reason) if asks.reason == "locked" else ""

    @cached_property
    def plan_ref(self) -> str:
        """The child's newest plan that money can be asked for on; empty before the first: one statement."""
        if self.plan is not None:
            return self.plan.pep.ref
        return self.latest.ref if self.latest else ""

    @cached_property
    def latest(self) -> Pep | None:
        """The child's newest plan that was not cancelled."""
        return db.session.scalars(
            select(Pep)
            .where(Pep.child_id == self.child.id, Pep.state.in_(sorted(ASKABLE)))
            .order_by(Pep.opened_on.desc(), Pep.id.desc())
            .limit(1)
        ).first()

    # Proposing

    @cached_property
    def proposable(self) -> Sequence[Target]:
        """Targets of the newest plan without an open request: two statements."""
        if self.latest is None or self.latest.state == PepState.CANCELLED:
            return ()
        taken = select(FundingRequest.target_id).where(
            FundingRequest.child_id == self.child.id,
            FundingRequest.target_id.is_not(None),
            FundingRequest.state.in_(OPEN_REQUESTS),
        )
        return list(
            db.session.scalars(
                select(Target)
                .where(
                    Target.pep_id == self.latest.id,
                    Target.removed.is_(False),
                    Target.outcome != "",
                    Target.id.not_in(taken),
                )
                .order_by(Target.row)
            )
        )

    @property
    def targets_to_propose(self) -> list[tuple[str, str]]:
        """The same to choose from."""
        return [(t.ref, t.outcome) for t in self.proposable]

    def target_called(self, ref: str) -> Target | None:
        """One of them."""
        return next((t for t in self.proposable if t.ref == ref), None)

    @property
    def proposed_words(self) -> str:
        """What becomes of a proposal."""
        who = self.teachers or "The Virtual School adviser"
        return f"Proposed. {who} reads it and decides whether to ask for it."
