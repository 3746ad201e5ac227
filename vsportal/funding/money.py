"""Where the money went: what the head and finance read. Every figure is a sum of movements.

One row a request, and everything else is added up from these rows, so that a page costs the same
statements whatever it is cut by.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from typing import Any

from sqlalchemy import case, func, literal, select

from vsportal import clock, editions
from vsportal.database import json_text
from vsportal.editions.kinds import options_of
from vsportal.extensions import db
from vsportal.funding import ledger, paying
from vsportal.funding.evaluating import EFFECTS
from vsportal.funding.shape import PHASES, Policy
from vsportal.models import (
    CarePeriod,
    Child,
    Enrolment,
    FundingRequest,
    Movement,
    PepSection,
    School,
    Target,
)
from vsportal.ties import holds

WELLBEING = "wellbeing"
"""What a target is about in the form, for the share that goes to wellbeing."""
TARGETS = "targets"
"""The section of the form and its question; columns of it say what a target is about and the kind of help."""
WHERE = {"in": "In area", "out": "Out of area", "": "Not known"}
ALONE, NOT_CHOSEN = "No target", "Not said"


@dataclass(frozen=True)
class Line:
    """A request whose money was set aside this year, and what has become of it, in pence."""

    ref: str
    number: str
    child_id: int
    fund: str
    category: str
    phase: str
    where: str
    """"in", "out", or empty where it is not known."""
    area: str
    """What its target is about; empty without a target."""
    strand: str
    """The kind of help, after the EEF's toolkit; empty where none was chosen."""
    effect: str
    """The difference it made, once that was said."""
    setting: str
    setting_ref: str
    committed: int
    """Approved and not paid yet."""
    paid: int
    returned: int

    @property
    def net(self) -> int:
        """Set aside and paid, without what came back."""
        return self.committed + self.paid - self.returned


@dataclass
class Group:
    """The requests that share something, added up."""

    value: str
    """What stands for it in an address."""
    words: str
    requests: int = 0
    committed: int = 0
    paid: int = 0
    returned: int = 0
    children: set[int] = field(default_factory=set)

    @property
    def net(self) -> int:
        """Set aside and paid, without what came back."""
        return self.committed + self.paid - self.returned

    def add(self, line: Line) -> Group:
        """With one more request."""
        self.requests += 1
        self.committed += line.committed
        self.paid += line.paid
        self.returned += line.returned
        self.children.add(line.child_id)
        return self


@dataclass(frozen=True)
class Cut:
    """One way to cut the money."""

    key: str
    heading: str
    column: str
    value: Callable[[Line], str]


CUTS = (
    Cut("setting", "By setting", "Setting", lambda line: line.setting_ref),
    Cut("phase", "By phase", "Phase", lambda line: line.phase),
    Cut("category", "By what it is for", "What for", lambda line: line.category),
    Cut("area", "By what the target is about", "About", lambda line: line.area),
    Cut("strand", "By kind of help", "Kind of help", lambda line: line.strand),
    Cut("effect", "By the difference it made", "Difference", lambda line: line.effect),
    Cut("where", "In and out of area", "Where", lambda line: line.where),
)
FILTERS: Mapping[str, Callable[[Line], str]] = {"fund": lambda line: line.fund} | {
    cut.key: cut.value for cut in CUTS
}
"""What the list behind a figure can be asked for, by the word in its address."""
PARTS = {"committed": "approved and not paid yet", "paid": "paid", "returned": "come back"}
"""Which money the list behind a figure is about."""


def lines(authority_id: int, year: str) -> list[Line]:
    """Each request of a year whose money was ever set aside, the newest decision first; one statement.

    One that was cancelled before it was paid has nothing any more and is not there.
    """

    def moved(*kinds: str) -> Any:  # a sum
        return func.coalesce(func.sum(case((Movement.kind.in_(kinds), Movement.pence), else_=0)), 0)

    rows = db.session.execute(
        select(
            FundingRequest.ref,
            FundingRequest.number,
            FundingRequest.child_id,
            FundingRequest.fund,
            FundingRequest.category,
            FundingRequest.phase,
            FundingRequest.in_area,
            Target.area,
            func.max(json_text(PepSection.answers, literal(f"{TARGETS}.") + Target.row + literal(".strand"))),
            FundingRequest.effect,
            School.name,
            School.ref,
            moved("committed") - moved("released"),
            moved("paid"),
            moved("returned"),
        )
        .join(Movement, Movement.request_id == FundingRequest.id)
        .outerjoin(School, School.id == FundingRequest.school_id)
        .outerjoin(Target, Target.id == FundingRequest.target_id)
        .outerjoin(PepSection, (PepSection.pep_id == Target.pep_id) & (PepSection.section_id == TARGETS))
        .where(FundingRequest.authority_id == authority_id, FundingRequest.financial_year == year)
        .group_by(FundingRequest.id, School.id, Target.id)
        .order_by(FundingRequest.decided_at.desc(), FundingRequest.id.desc())
    )
    found = []
    for (
        ref,
        number,
        child,
        fund,
        category,
        phase,
        near,
        area,
        strand,
        effect,
        setting,
        setting_ref,
        *sums,
    ) in rows:
        approved, paid, returned = (int(pence) for pence in sums)
        where = "" if near is None else "in" if near else "out"
        if approved:
            found.append(
                Line(ref, number, child, fund, category, phase, where, area or "", strand or "", effect,
                     setting or "", setting_ref or "", approved - paid, paid, returned)
            )  # fmt: skip
    return found


def grouped(found: Sequence[Line], value: Callable[[Line], str], words: Mapping[str, str]) -> list[Group]:
    """The requests added up by something they share, the largest sum first."""
    groups: dict[str, Group] = {}
    for line in found:
        key = value(line)
        groups.setdefault(key, Group(key, words.get(key) or key or "Not known")).add(line)
    return sorted(groups.values(), key=lambda g: (-g.net, g.words))


def in_all(found: Sequence[Line]) -> Group:
    """All of them added up."""
    return reduce(Group.add, found, Group("", "In all"))


def words_for(key: str, found: Sequence[Line], policy: Policy | None) -> Mapping[str, str]:
    """How the values of a cut read."""
    if key == "setting":
        return {line.setting_ref: line.setting for line in found}
    if key == "phase":
        return {phase: f"{words[:1].upper()}{words[1:]}" for phase, words in PHASES.items()}
    if key == "category":
        return {line.category: paying.category_name(policy, line.category) for line in found}
    if key == "fund":
        return {line.fund: paying.fund_name(policy, line.fund) for line in found}
    if key == "effect":
        return {**EFFECTS, "": "Not said yet"}
    return _options(key) if key in ("area", "strand") else WHERE


def _options(column_id: str) -> Mapping[str, str]:
    """What a column of the targets can say, in the words of the form that is in force."""
    section = editions.get(editions.current(clock.today())).section(TARGETS)
    rows = next((f for f in section.fields if f.id == TARGETS), None) if section else None
    column = next((c for c in getattr(rows, "columns", ()) if c.id == column_id), None)
    nothing = ALONE if column_id == "area" else NOT_CHOSEN
    return {**(dict(options_of(column)) if column else {}), "": nothing}


def chosen(found: Sequence[Line], asked: Mapping[str, str]) -> list[Line]:
    """The list behind a figure: what is asked for in an address; what is unknown is no condition."""
    kept = [line for line in found if all(FILTERS[k](line) == v for k, v in asked.items() if k in FILTERS)]
    part = asked.get("part", "")
    return [line for line in kept if getattr(line, part) > 0] if part in PARTS else kept


# Funds ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FundLine:
    """One fund of a year."""

    id: str
    name: str
    sums: ledger.Sums
    planned: int
    """What the policy says the year has; 0 where it says nothing."""


def funds(policy: Policy | None, sums: Mapping[str, ledger.Sums]) -> list[FundLine]:
    """The policy's funds in its order, then others that have money."""
    known = [(f.id, f.name, f.budget_pence) for f in policy.funds] if policy else []
    more = [(fund, fund, 0) for fund in sorted(set(sums) - {f for f, _, _ in known})]
    return [FundLine(i, name, sums.get(i, ledger.Sums()), plan) for i, name, plan in (*known, *more)]


# Who has had nothing --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Without:
    """Children in care today who have had nothing this year, and settings where nobody has had any."""

    children: tuple[int, ...]
    """Children, by number: names are for those who may see them."""
    looked_after: int
    """How many children are in care today: what the others are a part of."""
    settings: tuple[tuple[str, int], ...]
    """Settings without any money, with how many children in care each has; by name."""
    all_settings: int
    places: Mapping[int, str]
    """Child → the setting they are at today."""
    refs: Mapping[int, str]
    """Child → the word for them in addresses; finance's page has none of it."""


def without(authority_id: int, year: str, today: date) -> Without:
    """Who has had nothing: some settings do not ask. One statement.

    A child counts where they are on roll today, with the money of the whole year wherever it was asked.
    """
    aside = case((Movement.kind.in_(("committed",)), Movement.pence), else_=-Movement.pence)
    had = (
        select(func.coalesce(func.sum(aside), 0))
        .join(FundingRequest, FundingRequest.id == Movement.request_id)
        .where(
            FundingRequest.child_id == Child.id,
            FundingRequest.financial_year == year,
            Movement.kind.in_(("committed", "released")),
        )
        .correlate(Child)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Child.id, Child.ref, School.id, School.name, had)
        .join(CarePeriod, CarePeriod.child_id == Child.id)
        .outerjoin(
            Enrolment,
            (Enrolment.child_id == Child.id) & holds(Enrolment.starts_on, Enrolment.ends_on, today),
        )
        .outerjoin(School, School.id == Enrolment.school_id)
        .where(Child.authority_id == authority_id, holds(CarePeriod.starts_on, CarePeriod.ends_on, today))
        .order_by(School.name, Child.sort_key, Child.id)
    ).all()
    money: dict[int, int] = {child: int(pence) for child, _, _, _, pence in rows}
    at: dict[int, set[int]] = {}
    names: dict[int, str] = {}
    for child, _, school, name, _ in rows:
        if school is not None:
            at.setdefault(school, set()).add(child)
            names[school] = name
    dry = [s for s in at if not any(money[child] for child in at[s])]
    return Without(
        children=tuple(child for child, pence in money.items() if not pence),
        looked_after=len(money),
        settings=tuple((names[s], len(at[s])) for s in dry),
        all_settings=len(at),
        refs={child: ref for child, ref, *_ in rows},
        places={child: name for child, _, _, name, _ in reversed(rows) if name},
    )
