"""PP+ in the demo: policies, budgets, and requests in every state, by the operations of the pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from vsportal import clock
from vsportal.audit import By
from vsportal.demo.calendar import at
from vsportal.demo.scribe import DemoError
from vsportal.demo.stories import stories
from vsportal.demo.stories.story import Story
from vsportal.demo.voices import Teller
from vsportal.demo.world import World
from vsportal.extensions import db
from vsportal.funding import asking, batches, deciding, ledger, policies, publishing, sending
from vsportal.funding.asking import About
from vsportal.funding.evaluating import evaluate
from vsportal.funding.loading import Ask, load_request
from vsportal.funding.paying import ready
from vsportal.funding.written import as_stored, marks_of, read_form
from vsportal.models import Child, FundingRequest, Pep, RequestState, Target
from vsportal.policy import Tie

POLICIES = {"fenland": "itemised", "holland": "tiers"}
DECIDERS = {"fenland": ("adviser", "owen.birch", "head"), "holland": ("fiona.leckie", "adrian.voss")}
PAYERS = {"fenland": "finance"}
"""Who pays; the smaller authority has no finance officer of its own, so its head’s batches wait."""
BUDGET = {"fenland": 4_500_000, "holland": 1_200_000}
"""Pence for PP+ in a year."""
KINDS = {
    "subject": ("tuition", "one_to_one"),
    "enrichment": ("music", "activity"),
    "wellbeing": ("mentoring", "mentoring"),
    "attendance": ("mentoring", "mentoring"),
}
ENDS = (
    "approved", "with_adviser", "part", "queried", "draft", "approved", "declined", "answered", "sent_on",
    "approved", "withdrawn", "therapy",
)  # fmt: skip
"""How this term's requests have gone, dealt out in turn."""


def fund(world: World) -> None:
    """Policies and budgets of the years that matter; then a request for each target that PP+ pays for."""
    days = sorted({world.last_term.starts_on, world.today})
    for year, first in {policies.financial_year(day): day for day in reversed(days)}.items():
        _settle_year(world, year, min(first, policies.year_bounds(year)[0]))
    _ask_for(world, world.last_term.key, _last_term)
    _pay(world, min(at(world.last_term.ends_on - timedelta(days=3), "10:00"), clock.now()))
    _evaluate(world)
    _ask_for(world, world.this_term.key, _this_term)
    _propose(world)
    _pay(world, min(at(world.today - timedelta(days=1), "15:00"), clock.now()), book=False)


def _settle_year(world: World, year: str, first: date) -> None:
    for key, name in POLICIES.items():
        with clock.at(at(first, "09:00")):
            by, authority = world.by(_head(key), "head", key), world.authorities[key]
            publishing.publish(by, authority.id, policies.starting_policies()[name], first, year)
            for pot, pence in (("pp_plus", BUDGET[key]), ("central", BUDGET[key] // 4)):
                ledger.give_budget(by, authority.id, year, pot, pence=pence, why="Agreed for the year.")


def _head(authority: str) -> str:
    return {"fenland": "head", "holland": "adrian.voss"}[authority]


# Requests ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """One target that PP+ is to pay for, and the people around it."""

    world: World
    story: Story
    number: int
    child: Child
    pep: Pep
    target: Target
    teller: Teller

    @property
    def teacher(self) -> str:
        """The designated teacher, by key."""
        return self.world.teachers[self.story.school]

    def told(self, part: str, question: str) -> str:
        """What somebody says around this request."""
        return self.teller.tell("money", part, question, self.target.id)

    def ask(self, who: str, ref: str) -> Ask:
        """The request as somebody has it open now."""
        found = load_request(self.world.actor(who, clock.today()), ref, lock=True)
        if found is None:
            raise DemoError(f"{who} does not see a request of {self.story.key}.")
        return found

    def by(self, who: str, role: str) -> By:
        """Somebody acting in a role."""
        return By(self.world.users[who].id, role, self.child.authority_id)

    def begin(self, moment: datetime, *, therapy: bool = False) -> str:
        """The teacher writes the request; the reference of the draft."""
        with clock.at(moment):
            by = self.by(self.teacher, Tie.DESIGNATED_TEACHER)
            ref = asking.begin(by, About(self.child, self.pep, self.target)).ref
            ask = self.ask(self.teacher, ref)
            stored = as_stored(ask.request, ask.lines)
            asking.save(ask, by, read_form(self._form(therapy=therapy)), marks_of(stored))
            return ref

    def send(self, ref: str, moment: datetime) -> None:
        """The teacher sends it."""
        with clock.at(moment):
            sending.send(self.ask(self.teacher, ref), self.by(self.teacher, Tie.DESIGNATED_TEACHER))

    def decide(self, ref: str, moment: datetime, what: str) -> None:
        """Somebody who may decides; what went through by itself is left alone."""
        with clock.at(moment):
            request = db.session.scalars(select(FundingRequest).where(FundingRequest.ref == ref)).one()
            if not request.state.startswith("with_"):
                return
            authority = self.story.authority
            who = _head(authority) if request.decider == "head" else self.story.adviser
            role = "head" if who == _head(authority) else "adviser"
            ask, by = self.ask(who, ref), self.by(who, role)
            if deciding.needs_clinical_view(ask):
                deciding.give_clinical_view(ask, by, self.told("decided", "clinical"))
                ask = self.ask(who, ref)
            DECISIONS[what](self, ask, by)

    def _form(self, *, therapy: bool) -> dict[str, str]:
        """What the teacher types beside what the target says."""
        kind, delivery = KINDS.get(self.target.area, ("books_equipment", "equipment"))
        typed = {name: self.told("asked", name) for name in ("additional", "other_funding", "childs_view")}
        typed |= {"category": "therapy" if therapy else kind, "delivery": delivery, "fund": "pp_plus"}
        typed |= {"payee": "setting", "vendor": self.told("asked", "vendor")}
        return typed | self._costs()

    def _costs(self) -> dict[str, str]:
        """Lessons and what is needed for them, to about the amount on the target's card."""
        pence = self.target.amount_pence or 30_000
        if tiers := policies.starting_policies()[POLICIES[self.story.authority]].tiers_pence:
            pence = next((tier for tier in sorted(tiers) if tier >= pence), max(tiers))
        hours = max(pence // 4_000, 1)
        rest = pence - hours * 4_000
        typed = {"line-0-what": "Sessions", "line-0-quantity": str(hours), "line-0-unit": "hours"}
        typed["line-0-cost"] = "40"
        if rest > 0:
            typed |= {"line-1-what": "Books and materials", "line-1-quantity": "1", "line-1-unit": "set"}
            typed["line-1-cost"] = f"{rest / 100:.2f}"
        return typed


def _approve(_case: Case, ask: Ask, by: By) -> None:
    deciding.approve(ask, by)


def _approve_part(case: Case, ask: Ask, by: By) -> None:
    first = ask.lines[0]
    deciding.approve_part(ask, by, {first.id: first.amount_pence // 2}, case.told("decided", "part"))


def _decline(case: Case, ask: Ask, by: By) -> None:
    deciding.decline(ask, by, case.told("decided", "decline"))


def _query(case: Case, ask: Ask, by: By) -> None:
    deciding.ask_question(ask, by, case.told("decided", "question"))


def _send_on(case: Case, ask: Ask, by: By) -> None:
    deciding.pass_on(ask, by, "panel", case.told("decided", "moved"))


DECISIONS: dict[str, Callable[[Case, Ask, By], None]] = {
    "approved": _approve,
    "part": _approve_part,
    "declined": _decline,
    "queried": _query,
    "answered": _query,
    "sent_on": _send_on,
}


def _cases(world: World, term_key: str) -> Sequence[Case]:
    """The targets of a term that PP+ pays for, of children who are at a school with a teacher."""
    found = []
    ago = 0 if term_key == world.this_term.key else 1
    for number, story in enumerate(stories()):
        child = world.children[story.key]
        rows = db.session.execute(
            select(Target, Pep)
            .join(Pep, Pep.id == Target.pep_id)
            .where(Target.child_id == child.id, Pep.term_key == term_key, Target.funding == "pp_plus")
            .where(~Target.removed)
            .order_by(Target.id)
        )
        names = {
            "teacher": world.users[world.teachers[story.school]].name,
            "worker": world.users[story.worker].name,
            "school": world.schools[story.school].name,
        }
        names |= {"carer": world.users[world.carers[story.home][0]].name}
        names |= {"adviser": world.users[story.adviser].name}
        teller = Teller(story, number, world.today, ago, names)
        found += [Case(world, story, number, child, pep, target, teller) for target, pep in rows]
    return found


def _ask_for(world: World, term_key: str, tell: Callable[[Case, int], None]) -> None:
    for n, case in enumerate(_cases(world, term_key)):
        tell(case, n)


def _last_term(case: Case, n: int) -> None:
    """Asked for in the term, decided within days: nearly all was agreed."""
    world = case.world
    asked = at(world.last_term.ends_on - timedelta(days=40 - n % 9), "12:35")
    ref = case.begin(asked)
    case.send(ref, asked + timedelta(minutes=22))
    case.decide(ref, asked + timedelta(days=3), ("approved", "approved", "part", "declined")[n % 4])


def _this_term(case: Case, n: int) -> None:
    """As far as each has got by now."""
    end = ENDS[n % len(ENDS)]
    days = 9 - n % 6
    asked = max(at(case.world.today - timedelta(days=days), "12:40"), at(case.pep.opened_on, "12:40"))
    asked = min(asked, clock.now())
    ref = case.begin(asked, therapy=end == "therapy")
    if end == "draft" or case.target.by_when is None:  # the target is not written out yet
        return
    case.send(ref, min(asked + timedelta(minutes=31), clock.now()))
    if end == "withdrawn":
        with clock.at(min(asked + timedelta(days=1), clock.now())):
            by = case.by(case.teacher, Tie.DESIGNATED_TEACHER)
            sending.withdraw(case.ask(case.teacher, ref), by, case.told("decided", "withdraw"))
    elif end in DECISIONS:
        case.decide(ref, min(asked + timedelta(days=2), clock.now()), end)
    if end == "answered":
        _answer(case, ref, min(asked + timedelta(days=3), clock.now()))


def _propose(world: World) -> None:
    """Amira's social worker puts something to her teacher; it waits for her to take it up."""
    child = world.children["amira"]
    with clock.at(min(at(world.today - timedelta(days=2), "16:20"), clock.now())):
        pep = db.session.scalars(
            select(Pep).where(Pep.child_id == child.id, Pep.term_key == world.this_term.key)
        ).one()
        need = "Amira loses the thread in noisy rooms and comes home worn out on Thursdays."
        buying = "A portable sound panel for the corner of the art room, where she goes at lunch."
        by = By(world.users["socialworker"].id, Tie.SOCIAL_WORKER, child.authority_id)
        asking.begin(by, About(child, pep), proposed=True, need=need, buying=buying)


def _answer(case: Case, ref: str, moment: datetime) -> None:
    with clock.at(moment):
        ask = case.ask(case.teacher, ref)
        if ask.request.state == RequestState.QUERIED:
            by = case.by(case.teacher, Tie.DESIGNATED_TEACHER)
            sending.answer_question(ask, by, case.told("decided", "answer"))


# Paying, and what it did ------------------------------------------------------------------------------------


def _pay(world: World, moment: datetime, *, book: bool = True) -> None:
    """Finance makes a batch of what is approved, and notes it as paid."""
    with clock.at(moment):
        for key, who in PAYERS.items():
            by, authority = world.by(who, "finance", key), world.authorities[key]
            year = policies.financial_year(clock.today())
            if not any(not one.held for one in ready(authority.id, year)):
                continue
            made = batches.make_batch(by, authority.id, year, f"demo {key} {moment.isoformat()}")
            if book:
                batches.book(by, made.batch, clock.today())


def _evaluate(world: World) -> None:
    """What last term's money did, for those whose plan of this term has got that far."""
    paid = select(FundingRequest).where(FundingRequest.state == RequestState.PAID).order_by(FundingRequest.id)
    cases = {case.target.id: case for case in _cases(world, world.last_term.key)}
    for n, request in enumerate(db.session.scalars(paid).all()):
        case = cases.get(request.target_id or 0)
        if case is None or n % 3 == 2:
            continue
        with clock.at(min(at(world.this_term.starts_on + timedelta(days=20), "12:50"), clock.now())):
            by = case.by(case.teacher, Tie.DESIGNATED_TEACHER)
            effect = ("some", "significant", "none")[n % 3]
            unspent = 2_500 if n % 4 == 0 else 0
            evaluate(case.ask(case.teacher, request.ref), by, effect, case.told("decided", "effect"), unspent)
