"""Why a policy may not be published: gaps between its bands, sums that cannot be, texts that are missing.

Pure. Each finding is a sentence that says what to do, and where on the form it belongs.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from vsportal.filters import listed, pence
from vsportal.funding.shape import DECIDERS, PHASES, RATINGS, Band, Fund, Policy

SENTENCES = {
    "purpose": "what the money is for",
    "not_for": "what it never pays for",
    "ceiling": "what is said above the yearly ceiling",
    "closing": "what is said once the year is closed",
    "red": "why a red plan holds the payment",
    "therapy": "what is said of therapy",
    "unspent": "what becomes of money that is not spent",
    "family": "what carers and young people read",
}


@dataclass(frozen=True)
class Finding:
    """One thing to put right; `place` is where: policy, funds, categories, bands, automatic, sentences."""

    place: str
    words: str


def check(policy: Policy) -> list[str]:
    """Why it may not be published, in sentences; nothing when it may."""
    return [finding.words for finding in findings(policy)]


def findings(policy: Policy) -> list[Finding]:
    """The same, each with its place."""
    return [Finding(place, words) for place, rule in RULES for words in rule(policy)]


# Names and numbers ----------------------------------------------------------------------------------------


def _whole(policy: Policy) -> Iterator[str]:
    """The name, and what its model needs."""
    if not policy.name.strip():
        yield "Enter a name for the policy."
    if policy.model == "tiered" and not policy.tiers_pence:
        yield "Enter the amounts that can be asked for."
    if policy.model == "tiered" and list(policy.tiers_pence) != sorted(set(policy.tiers_pence)):
        yield "Enter each amount once, the smallest first."
    if policy.model == "fixed" and not policy.automatic:
        yield "Add the amount that is paid by itself: a fixed policy has at least one."
    if policy.model == "panel" and all(band.decider != "panel" for band in policy.bands):
        yield "Add a rule by which the panel decides: this policy has none."
    most = max((fund.budget_pence for fund in policy.funds), default=0)
    if most and all(fund.budget_pence for fund in policy.funds):
        if policy.child_ceiling_pence is not None and policy.child_ceiling_pence > most:
            yield f"The ceiling for a child, {pence(policy.child_ceiling_pence)}, is more than any budget."
        if any(tier > most for tier in policy.tiers_pence):
            yield f"An amount of {pence(max(policy.tiers_pence))} is more than any budget."


def _repeated(what: str, ids: Iterable[str]) -> Iterator[str]:
    """Ids that stand twice."""
    seen: set[str] = set()
    for each in ids:
        if each in seen:
            yield f"There are two {what} called “{each}”. Remove one of them."
        seen.add(each)


def _funds(policy: Policy) -> Iterator[str]:
    """Each fund has a name, and sums that can be."""
    if not policy.funds:
        yield "Add at least one fund."
    yield from _repeated("funds", (fund.id for fund in policy.funds))
    for fund in policy.funds:
        yield from _fund(fund)


def _fund(fund: Fund) -> Iterator[str]:
    name = fund.name.strip() or f"The fund “{fund.id}”"
    if not fund.name.strip():
        yield f"Enter a name for the fund “{fund.id}”."
    if unknown := [phase for phase in fund.phases if phase not in PHASES]:
        yield f"{name}: there is no phase “{unknown[0]}”."
    if fund.per_child_pence is None:
        if fund.held_centrally_pence:
            held = pence(fund.held_centrally_pence)
            yield f"{name}: enter the amount for each child, of which {held} is held centrally."
    elif fund.held_centrally_pence > fund.per_child_pence:
        held, each = pence(fund.held_centrally_pence), pence(fund.per_child_pence)
        yield f"{name}: {held} held centrally is more than the {each} there is for each child."


def _categories(policy: Policy) -> Iterator[str]:
    """Each category has a name and its text, and something is allowed."""
    if not any(category.allowed for category in policy.categories):
        yield "Add at least one kind of thing the money may be asked for."
    yield from _repeated("kinds", (category.id for category in policy.categories))
    for category in policy.categories:
        if not category.name.strip():
            yield f"Enter a name for the kind “{category.id}”."
        if not category.words.strip():
            yield f"Enter what people read about “{category.name or category.id}”."


def _automatic(policy: Policy) -> Iterator[str]:
    """Each amount paid by itself is some, is said, and can be reached."""
    most = max((fund.budget_pence for fund in policy.funds), default=0)
    budgets_known = all(fund.budget_pence for fund in policy.funds)
    for n, rule in enumerate(policy.automatic, 1):
        where = f"Paid by itself, rule {n}"
        if not rule.words.strip():
            yield f"{where}: enter what people read when it is used."
        if not rule.pence:
            yield f"{where}: enter an amount."
        elif budgets_known and rule.pence > most:
            yield f"{where}: {pence(rule.pence)} is more than any budget."
        if unknown := _unknown(rule.phases, PHASES) + _unknown(rule.ratings, RATINGS):
            yield f"{where}: there is no “{unknown[0]}”."


def _sentences(policy: Policy) -> Iterator[str]:
    """Every text that can be shown is there."""
    shown = {"purpose", "not_for", "unspent", "family"}
    shown |= {"ceiling"} if policy.child_ceiling_pence is not None else set()
    shown |= {"closing"} if policy.closes_on else set()
    shown |= {"red"} if policy.red_holds_payment else set()
    shown |= {"therapy"} if any(c.clinical and c.allowed for c in policy.categories) else set()
    for name, what in SENTENCES.items():
        if name in shown and not getattr(policy.sentences, name).strip():
            yield f"Enter {what}."


# Who decides ------------------------------------------------------------------------------------------------


def _unknown(named: Sequence[str], known: Iterable[str]) -> list[str]:
    there = set(known)
    return [each for each in named if each not in there]


def _bands(policy: Policy) -> Iterator[str]:
    """Each rule is said and names what there is; together they leave no gap."""
    if not policy.bands:
        yield "Add a rule that says who decides."
        return
    for n, band in enumerate(policy.bands, 1):
        if not band.words.strip():
            yield f"Rule {n}: enter what people read when it is used."
        for named, known in (
            (band.funds, [fund.id for fund in policy.funds]),
            (band.categories, [category.id for category in policy.categories]),
            (band.phases, PHASES),
            (band.ratings, RATINGS),
        ):
            for each in _unknown(named, known):
                yield f"Rule {n}: there is no “{each}” in this policy. Take it out of the rule."
        if n < len(policy.bands) and decides_everything(band):
            yield (
                f"Rule {n} decides everything, so the rules after it are never used. "
                "Move it to the end or give it a condition."
            )
            return
    if gap := _first_gap(policy):
        yield gap


def decides_everything(band: Band) -> bool:
    """Whether it has no condition."""
    return band == Band(words=band.words, decider=band.decider, working_days=band.working_days)


def _first_gap(policy: Policy) -> str:
    """The first combination for which no band is sure to match, in a sentence; empty when there is none.

    A band that matches an amount matches every smaller one, so only the largest has to be tried: bands
    without a limit. Of what no band names one stands for all.
    """
    bands = policy.bands

    def tried(named: Iterable[Sequence[str]], values: Iterable[str]) -> list[str | None]:
        asked = {each for one in named for each in one}
        known = list(values)
        others = [value for value in known if value not in asked]
        return [*[v for v in known if v in asked], *others[:1]] if asked else [None]

    cases = product(
        tried((b.funds for b in bands), (f.id for f in policy.funds)),
        tried((b.categories for b in bands), (c.id for c in policy.categories if c.allowed)),
        tried((b.phases for b in bands), ("", *PHASES)),
        ("yes", "no", "") if any(b.in_area is not None for b in bands) else (None,),
        tried((b.ratings for b in bands), RATINGS),
    )
    areas = {"yes": True, "no": False}
    for fund, category, phase, area, rating in cases:
        fitting = [
            b
            for b in bands
            if (not b.funds or fund in b.funds)
            and (not b.categories or category in b.categories)
            and (not b.phases or phase in b.phases)
            and (b.in_area is None or areas.get(area or "") is b.in_area)
            and (not b.ratings or rating in b.ratings)
        ]
        if not any(b.up_to_pence is None and b.child_total_up_to_pence is None for b in fitting):
            return _gap_words(policy, fitting, fund, category, phase, area, rating)
    return ""


def _gap_words(policy: Policy, fitting: Sequence[Band], *case: str | None) -> str:
    """The gap in a sentence."""
    fund, category, phase, area, rating = case
    found_fund, found_category = policy.fund(fund or ""), policy.category(category or "")
    areas = {"yes": "in the area", "no": "out of the area", "": "where the area is not known"}
    words = [
        f"from {found_fund.name or found_fund.id}" if found_fund else "",
        f"for {found_category.name or found_category.id}" if found_category else "",
        "" if phase is None else f"in the phase {PHASES[phase]}" if phase else "before the phase is known",
        "" if area is None else areas[area],
        "" if rating is None else f"on a plan that is {RATINGS[rating]}",
    ]
    without_total = [b for b in fitting if b.child_total_up_to_pence is None]
    limits = [b.up_to_pence for b in without_total if b.up_to_pence is not None]
    if limits:
        words.append(f"above {pence(max(limits))}")
    elif fitting:
        words.append("of a large amount")
    deciders = listed(DECIDERS.values(), "or")
    return (
        f"{' '.join(['Nobody decides a request', *filter(None, words)])}. "
        f"Add a last rule without conditions, by which {deciders} decides."
    )


RULES: tuple[tuple[str, Callable[[Policy], Iterator[str]]], ...] = (
    ("policy", _whole),
    ("funds", _funds),
    ("categories", _categories),
    ("bands", _bands),
    ("automatic", _automatic),
    ("sentences", _sentences),
)
