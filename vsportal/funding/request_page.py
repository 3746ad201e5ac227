"""One request as a page shows it to one person: where it stands, what may be done, what the policy says.

Each part is loaded when it is first asked for, each in one statement, whatever it holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from vsportal import clock, filters, settled
from vsportal.children.identity import Identity, identity_of, name_for
from vsportal.children.queries import Around, Places, surroundings_of_one
from vsportal.funding import moving, papers, policies, request_queries
from vsportal.funding.asking import writes
from vsportal.funding.loading import BEING_WRITTEN, COUNTED, Ask, facts_of, policy_of
from vsportal.funding.prefilling import Effect, effect_told
from vsportal.funding.queue import STATES
from vsportal.funding.request_queries import Paper, Said
from vsportal.funding.rules import Facts, Policy, Reading, read
from vsportal.funding.written import DELIVERY, PAYEES
from vsportal.models import OPEN_REQUESTS, FundingRequest, RequestState, School, Target
from vsportal.policy import VIRTUAL_SCHOOL, Can
from vsportal.wording import Spoken, spoken
from vsportal.workflow import WITH

DECIDES = {"adviser": "An adviser decides", "head": "The head decides", "panel": "The panel decides"}
NOTES = {
    "question": "asked",
    "answer": "answered",
    "clinical": "noted what the clinical team says",
    "moved": "moved it",
    "escalated": "told the head that it is late",
}


@dataclass(frozen=True)
class RequestPage:
    """A request for one person."""

    ask: Ask
    today: date = field(default_factory=clock.today)

    @property
    def request(self) -> FundingRequest:
        """The request."""
        return self.ask.request

    # Around it

    @cached_property
    def names(self) -> Spoken:
        """How sentences speak of the child."""
        return spoken(self.ask.child.called, self.ask.child.pronouns)

    @cached_property
    def surroundings(self) -> tuple[Sequence[Around], Places]:
        """The people around the child and where the child is: one statement."""
        return surroundings_of_one(self.ask.child.id, self.today)

    @property
    def identity(self) -> Identity:
        """The bar at the top."""
        return identity_of(self.ask.child, self.ask.seen, *self.surroundings)

    @property
    def name(self) -> str:
        """What the reader calls the child."""
        return name_for(self.ask.child, self.ask.seen)

    @cached_property
    def people(self) -> Mapping[int, str]:
        """Names of whoever had a hand in it: one statement."""
        r = self.request
        return request_queries.names_of(r.raised_by_id, r.proposed_by_id, r.decided_by_id)

    @property
    def asker(self) -> str:
        """Who asked."""
        return self.people.get(self.request.raised_by_id, "")

    @property
    def proposer(self) -> str:
        """Who proposed it, when somebody did."""
        return self.people.get(self.request.proposed_by_id or 0, "")

    @property
    def decided_by(self) -> str:
        """Who decided; the policy, where nobody did."""
        return self.people.get(self.request.decided_by_id or 0, "") or "The portal, by the policy"

    # Where it stands

    @property
    def is_late(self) -> bool:
        """Whether its decision is overdue."""
        by = self.request.decide_by
        return self.request.state in WITH and by is not None and by < self.today

    @property
    def state(self) -> tuple[str, str]:
        """A mark and its words."""
        if self.is_late and self.request.decide_by:
            return "late", filters.late_by(self.request.decide_by, self.today)
        return STATES[self.request.state]

    @property
    def steps(self) -> list[tuple[str, str, str]]:
        """The way of a request: words, when, and whether it is done, now or still to come."""
        r = self.request
        state = RequestState(r.state)
        undecided = "By " + filters.day_month(r.decide_by, self.today) if r.decide_by else ""
        decided = filters.day_month(r.decided_at, self.today)
        over = {
            RequestState.DECLINED: "Declined",
            RequestState.WITHDRAWN: "Taken back",
            RequestState.CANCELLED: "Cancelled",
        }.get(state)
        paid = state in (RequestState.PAID, RequestState.EVALUATED)
        found = [
            ("Written", filters.day_month(r.created_at, self.today), True),
            ("Sent", filters.day_month(r.submitted_at, self.today), r.submitted_at is not None),
            (
                over or "Decided",
                decided or ("" if over else undecided),
                bool(over) or r.decided_at is not None,
            ),
        ]
        if not over:
            found += [
                ("Paid", "", paid),
                ("Evaluated", filters.day_month(r.evaluated_at, self.today), r.evaluated_at is not None),
            ]
        now = next((n for n, (_, _, done) in enumerate(found) if not done), None)
        return [
            (words, at, "done" if done else "now" if n == now and not over else "")
            for n, (words, at, done) in enumerate(found)
        ]

    # What may be done

    @cached_property
    def is_mine(self) -> bool:
        """Whether it is this person's to write, send and answer for."""
        return bool(self.ask.may(Can.REQUEST_FUNDING)) and writes(self.ask.seen, self.request)

    @property
    def may_write(self) -> bool:
        """Whether it can be changed now."""
        return self.is_mine and self.request.state == RequestState.DRAFT

    @property
    def may_answer(self) -> bool:
        """Whether there is a question for this person."""
        return self.is_mine and self.request.state == RequestState.QUERIED

    @property
    def may_take_up(self) -> bool:
        """Whether it was proposed to this person, or to the adviser of a child without a teacher."""
        if self.request.state != RequestState.PROPOSED or not self.ask.may(Can.REQUEST_FUNDING):
            return False
        teachers = any(p.role == "designated_teacher" for p in self.surroundings[0])
        return "designated_teacher" in self.ask.seen.ties or not teachers

    @property
    def may_withdraw(self) -> bool:
        """Whether this person can take it back, or turn down what was proposed."""
        return self.request.state in OPEN_REQUESTS and (self.is_mine or self.may_take_up)

    @property
    def may_add_papers(self) -> bool:
        """Whether papers can be added now."""
        return self.is_mine and self.request.state in papers.TAKES

    @property
    def may_evaluate(self) -> bool:
        """Whether this person can say what the money did."""
        return self.request.state == RequestState.PAID and bool(self.ask.may(Can.EVALUATE_FUNDING))

    @property
    def may_decide(self) -> bool:
        """Whether there is a page of its decision for this person."""
        submitted = self.request.submitted_at is not None
        return submitted and bool(self.ask.seen.ties & VIRTUAL_SCHOOL)

    @property
    def may_carry(self) -> bool:
        """Whether this person settles what becomes of it when the child has moved.

        Of what is not agreed the one who asks does; of agreed money whoever decides such a request.
        """
        if self.request.state in OPEN_REQUESTS:
            return self.is_mine
        return self.request.state in moving.FOLLOWS and bool(self.ask.may(Can.DECIDE_FUNDING))

    # What it is for, and papers

    @property
    def target_is_gone(self) -> bool:
        """Whether the target was removed while the request was open."""
        open_now = self.request.state in OPEN_REQUESTS
        return open_now and self.ask.target is not None and self.ask.target.removed

    @cached_property
    def free_targets(self) -> Sequence[Target]:
        """Targets it can be moved to, where that is wanted: one statement."""
        wanted = self.target_is_gone or (
            self.ask.target is None and self.request.state in (*OPEN_REQUESTS, *COUNTED)
        )
        return moving.free_targets(self.request) if wanted and self.is_mine else ()

    @cached_property
    def moved(self) -> tuple[School | None, School | None] | None:
        """The school it was asked at and today's, when the child has moved since."""
        over = self.request.state not in moving.FOLLOWS
        return None if over else moving.has_moved(self.request)

    @cached_property
    def left_care(self) -> bool:
        """Whether the child is not in care today: what is paid can still be evaluated and returned."""
        return not self._facts.in_care

    @cached_property
    def notes(self) -> Sequence[Said]:
        """What was said about it, in order."""
        return request_queries.notes_of(self.request.id)

    @cached_property
    def files(self) -> Sequence[Paper]:
        """Its papers."""
        return request_queries.files_of(self.request.id)

    @cached_property
    def told(self) -> Effect:
        """What the plan after it says of the money."""
        return effect_told(self.request)

    # The policy

    @cached_property
    def found(self) -> policies.InForce | None:
        """The policy it is read by."""
        return policy_of(self.ask, today=self.today)

    @property
    def policy(self) -> Policy | None:
        """What that policy says."""
        return self.found.policy if self.found else None

    @cached_property
    def _facts(self) -> Facts:
        """What the policy looks at: two statements."""
        return facts_of(self.ask, today=self.today)

    @cached_property
    def reading(self) -> Reading | None:
        """What the policy makes of it; None while there is none in force."""
        return read(self.found.policy, self._facts) if self.found else None

    @property
    def policy_changed(self) -> bool:
        """Whether another policy is in force than when the draft was begun or saved last."""
        r = self.request
        return bool(
            self.found
            and r.state in BEING_WRITTEN
            and r.policy_id is not None
            and r.policy_id != self.found.row.id
        )

    @property
    def who_decides(self) -> str:
        """“An adviser decides”."""
        return DECIDES[self.reading.decider] if self.reading else ""

    @property
    def funds(self) -> list[tuple[str, str]]:
        """The funds to choose from."""
        return [(f.id, f.name) for f in self.policy.funds] if self.policy else []

    @property
    def categories(self) -> list[tuple[str, str]]:
        """What the policy knows that money is for, also what it does not pay for: it says so when chosen."""
        return [(c.id, c.name) for c in self.policy.categories] if self.policy else []

    @property
    def decided_by_then(self) -> date | None:
        """By when it is decided if it is sent today."""
        return settled.working_day(self.today, self.reading.working_days) if self.reading else None

    @property
    def fund(self) -> str:
        """The fund's name."""
        found = self.policy.fund(self.request.fund) if self.policy else None
        return found.name if found else self.request.fund

    @property
    def category(self) -> str:
        """What kind of thing it is for."""
        found = self.policy.category(self.request.category) if self.policy else None
        return found.name if found else ""

    @property
    def facts(self) -> list[tuple[str, str]]:
        """What was written, as pairs of a heading and words; only what there is."""
        r = self.request
        when = " to ".join(filters.day(d) for d in (r.starts_on, r.ends_on) if d)
        pairs = (
            ("The need it answers", r.need),
            ("What will be bought", r.buying),
            ("What the money is for", self.category),
            ("How it is given", DELIVERY.get(r.delivery, "")),
            ("Which fund pays", self.fund),
            ("When", when),
            ("Who delivers it", r.delivered_by),
            ("How you will know it worked", r.measure),
            ("More than every pupil gets", r.additional),
            ("Other funding tried", r.other_funding),
            (f"What {self.names.child} says about it", r.childs_view),
            ("Who is paid", ", ".join(w for w in (PAYEES.get(r.payee, ""), r.payee_name) if w)),
        )
        return [(word, words) for word, words in pairs if words]
