"""What a policy makes of a request: eligible or not and why, what is used, who decides and by when.

Pure. `read` always answers; its `errors` stop a request from being sent, all else is advice.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from vsportal.filters import capital, day, listed, pence
from vsportal.funding.checking import check
from vsportal.funding.shape import (
    PHASES,
    RATINGS,
    Automatic,
    Band,
    Category,
    Fund,
    Policy,
    Sentences,
    spans,
    year_words,
)
from vsportal.funding.years import financial_year, year_bounds

__all__ = [
    "Automatic", "Band", "Category", "Facts", "Fund", "Point", "Policy", "Reading", "Sentences",
    "check", "read",
]  # fmt: skip

NOBODY = "No rule of the policy says who decides this, so it goes to the head of the Virtual School."
FALLBACK_DAYS = 10
"""Working days where a policy has a gap, which none that was published has."""


@dataclass(frozen=True)
class Facts:
    """What a request and its child are, on a day; an empty word or None where it is not known yet."""

    today: date
    amount_pence: int
    child_total_pence: int
    """Approved for the child this year, without this request."""
    fund: str
    category: str
    phase: str
    in_area: bool | None
    rating: str
    """What the plan's school part came to; "" while it is not rated."""
    expected_progress: bool | None
    in_care: bool
    nc_year: int | None
    has_target: bool
    """Also for a need before the child's first plan, which stands in for the target."""
    starts_on: date | None
    ends_on: date | None
    age: int | None = None


@dataclass(frozen=True)
class Point:
    """One thing the policy says about a request."""

    ok: bool
    words: str


@dataclass(frozen=True)
class Reading:
    """What a policy makes of a request."""

    points: tuple[Point, ...]
    errors: tuple[str, ...]
    """What stops it from being sent."""
    warnings: tuple[str, ...]
    decider: str
    working_days: int
    band_words: str
    will_ask: tuple[str, ...]
    ceiling_pence: int | None
    used_pence: int
    automatic: bool
    """Approved without a person, up to its whole amount."""
    clinical: bool


@dataclass(frozen=True)
class _Said:
    """One finding while reading: fine, a warning, or an error."""

    kind: str
    words: str


Rule = Callable[[Policy, Facts], Iterable[_Said]]


def _ok(words: str) -> _Said:
    return _Said("ok", words)


def _warn(words: str) -> _Said:
    return _Said("warning", words)


def _error(words: str) -> _Said:
    return _Said("error", words)


def read(policy: Policy, facts: Facts) -> Reading:
    """What the policy makes of it: points in the order a person thinks of them."""
    said = [each for rule in RULES for each in rule(policy, facts) if each.words]
    errors = tuple(s.words for s in said if s.kind == "error")
    category = policy.category(facts.category)
    clinical = bool(category and category.clinical)
    band = deciding_band(policy, facts)
    paid_by = None if errors or clinical or _over(policy, facts) else automatic_rule(policy, facts)
    if paid_by:
        said.append(_ok(paid_by.words))
    elif band is None:
        said.append(_warn(NOBODY))
    return Reading(
        points=tuple(Point(s.kind == "ok", s.words) for s in said),
        errors=errors,
        warnings=tuple(s.words for s in said if s.kind == "warning"),
        decider=band.decider if band else "head",
        working_days=band.working_days if band else FALLBACK_DAYS,
        band_words=paid_by.words if paid_by else band.words if band else NOBODY,
        will_ask=category.asks if category else (),
        ceiling_pence=policy.child_ceiling_pence,
        used_pence=facts.child_total_pence,
        automatic=paid_by is not None,
        clinical=clinical,
    )


# Who decides ----------------------------------------------------------------------------------------------


def deciding_band(policy: Policy, facts: Facts) -> Band | None:
    """The first band whose conditions all hold; None in a gap."""
    return next((band for band in policy.bands if matches(band, facts)), None)


def matches(band: Band, facts: Facts) -> bool:
    """Whether all the conditions of a band hold."""
    total = facts.child_total_pence + facts.amount_pence
    return (
        (band.up_to_pence is None or facts.amount_pence <= band.up_to_pence)
        and (band.child_total_up_to_pence is None or total <= band.child_total_up_to_pence)
        and (not band.funds or facts.fund in band.funds)
        and (not band.categories or facts.category in band.categories)
        and (not band.phases or facts.phase in band.phases)
        and (band.in_area is None or facts.in_area is band.in_area)
        and (not band.ratings or facts.rating in band.ratings)
    )


def automatic_rule(policy: Policy, facts: Facts) -> Automatic | None:
    """The first rule by which it is paid without a person deciding."""
    total = facts.child_total_pence + facts.amount_pence
    return next(
        (
            rule
            for rule in policy.automatic
            if 0 < facts.amount_pence <= rule.pence
            and (rule.child_total_up_to_pence is None or total <= rule.child_total_up_to_pence)
            and (rule.expected_progress is None or facts.expected_progress is rule.expected_progress)
            and (not rule.ratings or facts.rating in rule.ratings)
            and (not rule.phases or facts.phase in rule.phases)
        ),
        None,
    )


# What the policy says, in the order it is said --------------------------------------------------------------


def _the_fund(policy: Policy, facts: Facts) -> Iterable[_Said]:
    """Whether the fund is for this child."""
    fund = policy.fund(facts.fund)
    if fund is None:
        yield _error("Select which fund pays.")
        return
    if refused := list(_not_for_them(fund, facts)):
        yield from refused
    else:
        yield _ok(f"{fund.name} is for children like this one.")
    if fund.in_care_on_the_day and not facts.in_care:
        yield _error(f"{fund.name} is for children who are in care on the day the request is sent.")
    if fund.needs_target:
        if facts.has_target:
            yield _ok("It belongs to a target of the plan.")
        else:
            yield _error("Select the target that this pays for.")
    if fund.share_percent < 100:
        share = facts.amount_pence * fund.share_percent // 100
        yield _warn(f"{fund.name} pays {fund.share_percent}% of the cost: {pence(share)} of this request.")


def _not_for_them(fund: Fund, facts: Facts) -> Iterable[_Said]:
    """Why a fund is not for a child of this phase, year or age; a warning where that is not known."""
    phases = listed((PHASES.get(p, p) for p in fund.phases), "or")
    years, ages = spans(fund.nc_years, year_words, "or"), spans(fund.ages, str, "or")
    for needed, known, fits, words in (
        (fund.phases, bool(facts.phase), facts.phase in fund.phases, f"in this phase: {phases}"),
        (fund.nc_years, facts.nc_year is not None, facts.nc_year in fund.nc_years, f"in {years}"),
        (fund.ages, facts.age is not None, facts.age in fund.ages, f"aged {ages}"),
    ):
        if needed and not fits:
            yield (_error if known else _warn)(f"{fund.name} is for children {words}.")


def _what_for(policy: Policy, facts: Facts) -> Iterable[_Said]:
    """Whether the policy pays for this kind of thing."""
    category = policy.category(facts.category)
    if category is None:
        yield _error("Select what the money is for.")
    elif not category.allowed:
        yield _error(category.words)
    else:
        yield _ok(f"{category.name}: {category.words}" if category.words else category.name)
        if category.clinical:
            yield _warn(policy.sentences.therapy)


def _amount(policy: Policy, facts: Facts) -> Iterable[_Said]:
    """Whether this amount can be asked for."""
    if policy.model == "tiered":
        if facts.amount_pence not in policy.tiers_pence:
            yield _error(f"Ask for one of these amounts: {listed(map(pence, policy.tiers_pence), 'or')}.")
    elif facts.amount_pence <= 0:
        yield _error("Enter what it costs, line by line.")


def _ceiling(policy: Policy, facts: Facts) -> Iterable[_Said]:
    """How much of the child's ceiling is used; going over it warns."""
    ceiling, total = policy.child_ceiling_pence, facts.child_total_pence + facts.amount_pence
    if ceiling is None:
        return
    words = f"With this, {pence(total)} of {pence(ceiling)} this year."
    yield _warn(f"{words} {policy.sentences.ceiling}") if _over(policy, facts) else _ok(words)


def _over(policy: Policy, facts: Facts) -> bool:
    """Whether it takes the child over the ceiling: then nothing is paid without a person."""
    total = facts.child_total_pence + facts.amount_pence
    return policy.child_ceiling_pence is not None and total > policy.child_ceiling_pence


def _dates(policy: Policy, facts: Facts) -> Iterable[_Said]:
    """Whether the year is open, and the days in order."""
    if policy.closes_on and facts.today > policy.closes_on:
        yield _error(f"Requests for this year closed on {day(policy.closes_on)}. {policy.sentences.closing}")
    starts, ends = facts.starts_on, facts.ends_on
    if starts and ends and ends < starts:
        yield _error(f"It ends on {day(ends)}, before it starts on {day(starts)}. Check both dates.")
    if starts and starts < facts.today:
        yield _warn("It has started already: an adviser will ask why it was not requested before.")
    last = year_bounds(financial_year(facts.today))[1]
    if ends and ends > last:
        yield _warn(f"It goes on after {day(last)}, when the financial year ends. {policy.sentences.unspent}")


def _standing(policy: Policy, facts: Facts) -> Iterable[_Said]:
    """What the plan's rating means for the money."""
    if policy.red_holds_payment and facts.rating == "red":
        yield _warn(policy.sentences.red)
    elif facts.rating:
        yield _ok(f"{capital('the plan')} is rated {RATINGS.get(facts.rating, facts.rating)}.")


RULES: tuple[Rule, ...] = (_the_fund, _what_for, _amount, _ceiling, _dates, _standing)
