"""Whether a scheme can be published: criteria for every section of the form, rules that fit together. Pure.

A roll-up rule is tried on every case there is: few sections and four grades make a few hundred.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations_with_replacement

from vsportal.editions.schema import Edition
from vsportal.filters import listed
from vsportal.models import Rating
from vsportal.reviews.rollup import grade_of, holds
from vsportal.reviews.schemes import GRADES, RANK, Grade, RollUp, Rule, Scheme

PART_WORDS = {"school": "the school’s part", "care": "social care’s part"}
MOST_SECTIONS = 12
"""No part has more sections that count; a case with more is not tried."""


def check(scheme: Scheme, editions: Sequence[Edition]) -> list[str]:
    """What keeps a scheme from being published, a sentence each; none: it can be.

    `editions`: the forms whose plans it will judge.
    """
    return [
        *_words(scheme),
        *_criteria(scheme, editions),
        *_counted(scheme),
        *_blocks(scheme),
        *_rules(scheme),
    ]


def _words(scheme: Scheme) -> Iterator[str]:
    """Every rating has a word of its own."""
    seen: dict[str, str] = {}
    for rating in Rating:
        word = scheme.ratings.get(rating, "").strip()
        if not word:
            yield f"Enter the word for the rating “{rating.replace('_', ' ')}”."
        elif word.casefold() in seen:
            yield f"“{word}” stands for two ratings. Give each a word of its own."
        seen[word.casefold()] = rating


def _criteria(scheme: Scheme, editions: Sequence[Edition]) -> Iterator[str]:
    """Every section of the form has criteria for each grade, once."""
    titles = {s.id: s.title for edition in editions for s in edition.sections}
    known = [s.id for s in scheme.sections]
    for section, title in titles.items():
        if section not in known and section not in scheme.not_rated:
            yield f"“{title}” is in the form and has no criteria. Write them, or leave it out of rating."
    for double in dict.fromkeys(s for s in known if known.count(s) > 1):
        yield f"“{titles.get(double, double)}” is there twice."
    for sect in scheme.sections:
        open_still = [scheme.word(g) or g for g in GRADES if not sect.criteria.of(g).strip()]
        if open_still:
            title = titles.get(sect.id) or sect.title or sect.id
            yield f"“{title}” has no criterion for {listed(open_still)}."


def _counted(scheme: Scheme) -> Iterator[str]:
    """In each part at least one section counts."""
    for part, words in PART_WORDS.items():
        if not any(s.counts for s in scheme.sections if s.rated_with == part):
            yield f"No section counts for {words}, so it can never be rated."


def _blocks(scheme: Scheme) -> Iterator[str]:
    """What blocks for a grade blocks for every worse one."""
    for blocked, what in ((scheme.blocks_sign_off, "signing off"), (scheme.blocks_funding, "PP+")):
        grades = [g for g in GRADES if g in blocked]
        passing = [g for g in GRADES if grades and RANK[g] > RANK[grades[0]] and g not in blocked]
        if passing:
            better, worse = scheme.word(grades[0]), listed(scheme.word(g) for g in passing)
            yield f"{better} blocks {what} and {worse} does not."


# The roll-up --------------------------------------------------------------------------------------------


def _rules(scheme: Scheme) -> Iterator[str]:
    """No rule stands idle behind another, and a better section never makes a part worse."""
    rule = scheme.roll_up
    cases = [case for n in range(1, _most(scheme) + 1) for case in combinations_with_replacement(GRADES, n)]
    deciding = {_first(rule, case) for case in cases}
    for n, each in enumerate(rule.rules):
        if n not in deciding:
            yield f"Rule {n + 1} never decides: “{sentence(scheme, each)}”. Take it out or move it up."
    if found := _worse_for_better(rule, cases):
        case, better = found
        yield (
            f"The rules contradict each other: {_counted_words(scheme, case)} come to "
            f"{scheme.word(grade_of(rule, case))}, and {_counted_words(scheme, better)} to "
            f"{scheme.word(grade_of(rule, better))}. A better section may not make a part worse."
        )


def _most(scheme: Scheme) -> int:
    """The most sections that count for one part."""
    counted: list[str] = [s.rated_with for s in scheme.sections if s.counts]
    return min(MOST_SECTIONS, max((counted.count(part) for part in PART_WORDS), default=0))


def _first(rule: RollUp, case: Sequence[Grade]) -> int | None:
    """Which rule decides a case; None for `otherwise`."""
    return next((n for n, each in enumerate(rule.rules) if holds(each, case)), None)


def _worse_for_better(
    rule: RollUp, cases: Sequence[Sequence[Grade]]
) -> tuple[Sequence[Grade], Sequence[Grade]] | None:
    """A case that gets worse when one of its sections gets better, and how; None when there is none."""
    for case in cases:
        for i, grade in enumerate(case):
            if RANK[grade] == 0:
                continue
            better = (*case[:i], GRADES[RANK[grade] - 1], *case[i + 1 :])
            if RANK[grade_of(rule, better)] > RANK[grade_of(rule, case)]:
                return case, better
    return None


def _counted_words(scheme: Scheme, case: Sequence[Grade]) -> str:
    """“2 sections Gold and 1 Red”."""
    counts = [(g, case.count(g)) for g in GRADES if g in case]
    return listed(f"{n} {scheme.word(g)}" for g, n in counts)


# A rule as it is read -----------------------------------------------------------------------------------


def sentence(scheme: Scheme, rule: Rule) -> str:
    """A rule as it is read: “Red (inadequate) when at least 1 section is Red (inadequate)”."""
    of = scheme.word(rule.of)
    side = {"amber": " or worse", "green": " or better"}.get(rule.of, "")
    share = (
        f"at least {rule.at_least}% of sections are"
        if rule.unit == "percent"
        else f"at least {rule.at_least} {'section is' if rule.at_least == 1 else 'sections are'}"
    )
    below = f" and none is below {scheme.word(rule.none_below)}" if rule.none_below else ""
    return f"{scheme.word(rule.gives)} when {share} {of}{side}{below}"


def sentences(scheme: Scheme) -> list[str]:
    """The whole roll-up as it is read, first rule first."""
    found = [sentence(scheme, rule) for rule in scheme.roll_up.rules]
    lead = "Otherwise" if found else "Always"
    return [*found, f"{lead} {scheme.word(scheme.roll_up.otherwise)}"]
