"""A policy in plain words, for the page that anybody may read and for the head who changes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vsportal.filters import capital, day, listed, pence, plural
from vsportal.funding.shape import (
    DECIDERS,
    PHASES,
    RATINGS,
    Automatic,
    Band,
    Category,
    Fund,
    Policy,
    spans,
    year_words,
)

MODELS = {
    "itemised": "Each request is costed line by line",
    "fixed": "A fixed amount is paid once a plan is good enough; more can be asked for",
    "tiered": "The school asks for one of a few amounts",
    "panel": "A panel decides",
}
PERIODS = {"financial": "April to March", "academic": "September to August"}


@dataclass(frozen=True)
class Row:
    """One fund, kind or rule: what it is called, and what is to be said of it."""

    title: str
    said: tuple[str, ...]
    note: str = ""
    lead: str = ""
    """A sentence before the list."""


def fund_row(fund: Fund) -> Row:
    """A fund with who it is for and how much there is."""
    said = [f"For {who}" if (who := listed(_who(fund), "and")) else "For any child"]
    said.append(f"{PERIODS[fund.period]}")
    if fund.per_child_pence is not None:
        each = f"{pence(fund.per_child_pence)} for each child"
        held = f", of which {pence(fund.held_centrally_pence)} is held centrally"
        said.append(each + (held if fund.held_centrally_pence else ""))
    else:
        said.append("The amount for each child is not entered yet")
    if fund.share_percent < 100:
        said.append(f"Pays {fund.share_percent}% of the cost")
    if fund.budget_pence:
        said.append(f"{pence(fund.budget_pence)} to give in the year")
    said.append("Needs a target" if fund.needs_target else "Needs no target")
    return Row(fund.name or fund.id, tuple(said))


def _who(fund: Fund) -> Iterable[str]:
    """For which children a fund is."""
    if fund.phases:
        yield listed(PHASES.get(p, p) for p in fund.phases)
    if fund.nc_years:
        yield spans(fund.nc_years, year_words)
    if fund.ages:
        yield f"ages {spans(fund.ages, str)}"
    if fund.in_care_on_the_day:
        yield "children in care on the day"


def category_row(category: Category) -> Row:
    """A kind of thing with what is said of it."""
    note = "" if category.allowed else "Not paid for"
    return Row(
        category.name or category.id,
        category.asks,
        "Clinical team first" if category.clinical else note,
        f"{category.words} An adviser will ask:" if category.asks else category.words,
    )


def band_row(policy: Policy, band: Band) -> Row:
    """A rule of who decides, with its conditions."""
    days = plural(band.working_days, "working day")
    who = f"{capital(DECIDERS[band.decider])} decides within {days}"
    return Row(who, tuple(_conditions(policy, band)) or ("Everything else",), band.words)


def automatic_row(rule: Automatic) -> Row:
    """A rule of what is paid by itself, with its conditions."""
    said = []
    if rule.child_total_up_to_pence is not None:
        said.append(f"While the child’s money this year stays within {pence(rule.child_total_up_to_pence)}")
    if rule.expected_progress is not None:
        said.append("Progress is as expected" if rule.expected_progress else "Progress is not as expected")
    said += _ratings(rule.ratings) + _phases(rule.phases)
    return Row(f"Up to {pence(rule.pence)} is paid by itself", tuple(said) or ("Always",), rule.words)


def _conditions(policy: Policy, band: Band) -> Iterable[str]:
    """What must hold for a rule to be used."""
    if band.up_to_pence is not None:
        yield f"Up to {pence(band.up_to_pence)}"
    if band.child_total_up_to_pence is not None:
        yield f"While the child’s money this year stays within {pence(band.child_total_up_to_pence)}"
    if band.funds:
        found = {fund.id: fund.name for fund in policy.funds}
        yield f"From {listed((found.get(f, f) for f in band.funds), 'or')}"
    if band.categories:
        named = {category.id: category.name for category in policy.categories}
        yield f"For {listed((named.get(c, c) for c in band.categories), 'or')}"
    yield from _phases(band.phases)
    if band.in_area is not None:
        yield "The child lives in the area" if band.in_area else "The child lives out of the area"
    yield from _ratings(band.ratings)


def _phases(phases: Sequence[str]) -> list[str]:
    words = listed((PHASES.get(p, p) if p else "not known yet" for p in phases), "or")
    return [f"The child’s phase is {words}"] if phases else []


def _ratings(ratings: Sequence[str]) -> list[str]:
    return [f"The plan is {listed((RATINGS.get(r, r) for r in ratings), 'or')}"] if ratings else []


ROWS: Mapping[str, Callable[[Policy, Any], Row]] = {
    "funds": lambda _policy, fund: fund_row(fund),
    "categories": lambda _policy, category: category_row(category),
    "bands": band_row,
    "automatic": lambda _policy, rule: automatic_row(rule),
}


def whole(policy: Policy) -> tuple[str, ...]:
    """What holds for the whole policy, a sentence each."""
    said = [f"{MODELS[policy.model]}."]
    if policy.model == "tiered":
        said.append(f"The amounts are {listed(map(pence, policy.tiers_pence), 'or')}.")
    if policy.child_ceiling_pence is not None:
        said.append(f"The usual most for one child in a year is {pence(policy.child_ceiling_pence)}.")
    if policy.closes_on:
        said.append(f"Requests for this year can be sent until {day(policy.closes_on)}.")
    if policy.red_holds_payment:
        said.append("A plan that is rated red holds the payment.")
    seeing = listed(
        who
        for who, sees in (("carers", policy.carer_sees_amount), ("young people", policy.child_sees_amount))
        if sees
    )
    said.append(f"{capital(seeing) or 'Neither carers nor young people'} see how much was approved.")
    return tuple(said)


@dataclass(frozen=True)
class Described:
    """A whole policy as a page shows it."""

    policy: Policy
    whole: tuple[str, ...]
    """What holds for all of it."""
    funds: tuple[Row, ...]
    paid_for: tuple[Row, ...]
    not_paid_for: tuple[Row, ...]
    kinds: tuple[Row, ...]
    """All kinds in their order."""
    automatic: tuple[Row, ...]
    bands: tuple[Row, ...]


def describe(policy: Policy) -> Described:
    """A policy in words."""
    return Described(
        policy=policy,
        whole=whole(policy),
        funds=tuple(map(fund_row, policy.funds)),
        paid_for=tuple(category_row(c) for c in policy.categories if c.allowed),
        not_paid_for=tuple(category_row(c) for c in policy.categories if not c.allowed),
        kinds=tuple(map(category_row, policy.categories)),
        automatic=tuple(map(automatic_row, policy.automatic)),
        bands=tuple(band_row(policy, band) for band in policy.bands),
    )
