"""How far two raters agree beyond chance: Cohen's kappa with its 95 % interval, section by section.

`kappa` is pure. Not weighted: gold against red counts as much as gold against green.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from sqlalchemy import and_, func, select
from sqlalchemy.orm import aliased

from vsportal.extensions import db
from vsportal.models import Pep, Review, SectionRating

Z = 1.96
"""Standard deviations either side that hold 95 of 100."""
LEAST_PAIRS = 5
"""Below this no kappa is given: it would be a number about chance."""
FEW_PAIRS = 30
"""Below this a kappa is given, and said to say little."""
MEANING = (
    # kappa below  in words
    (0.0, "They agree less often than by chance"),
    (0.2, "They agree hardly more often than by chance"),
    (0.4, "They agree a little more often than by chance"),
    (0.6, "They agree fairly well"),
    (0.8, "They agree well"),
)
BEST = "They agree very well"
Pair = tuple[str, str]
"""What the first rater gave a section, and what the second did."""


@dataclass(frozen=True)
class Agreement:
    """How far two raters agree on one section."""

    pairs: int
    agreed: int
    kappa: float | None = None
    """From −1 to 1; 0 is chance. None where it cannot be said: `why`."""
    low: float = 0.0
    high: float = 0.0
    """The bounds of its 95 % interval."""
    why: str = ""

    @property
    def says_little(self) -> bool:
        """Whether there are so few pairs that another term could look quite different."""
        return self.pairs < FEW_PAIRS

    @property
    def meaning(self) -> str:
        """What the kappa says, in words; nothing where there is none."""
        if self.kappa is None:
            return ""
        return next((words for below, words in MEANING if self.kappa < below), BEST)


def figure(value: float) -> str:
    """A kappa as it stands in a table: “0.40”, “−0.12”."""
    return f"{value:.2f}".replace("-0.00", "0.00").replace("-", "−")


def kappa(pairs: Iterable[Pair]) -> Agreement:
    """Cohen's kappa of these pairs with its interval, or why there is none.

    The interval is the large-sample one (Fleiss, Cohen and Everitt 1969). Where all pairs agree, its
    width would be nothing; then the lower bound comes from Wilson's bound on the share that agrees.
    """
    seen = Counter(sorted(pairs))
    n = seen.total()
    agreed = sum(count for (first, second), count in seen.items() if first == second)
    if n < LEAST_PAIRS:
        return Agreement(n, agreed, why="Too few plans were rated twice.")
    firsts, seconds = _shares(seen, 0, n), _shares(seen, 1, n)
    by_chance = sum(firsts[c] * seconds[c] for c in firsts)
    if by_chance >= 1:
        return Agreement(
            n, agreed, why="Both gave the same rating every time, so chance cannot be told apart."
        )
    found = (agreed / n - by_chance) / (1 - by_chance)
    if agreed == n:
        low = (n / (n + Z * Z) - by_chance) / (1 - by_chance)
        return Agreement(n, agreed, 1.0, max(-1.0, low), 1.0)
    reach = Z * _error(seen, firsts, seconds, by_chance, found)
    return Agreement(n, agreed, found, max(-1.0, found - reach), min(1.0, found + reach))


def _shares(seen: Counter[Pair], which: int, n: int) -> Mapping[str, float]:
    """Rating → how large a share of the pairs one rater gave it."""
    counts: Counter[str] = Counter()
    for pair, count in seen.items():
        counts[pair[which]] += count
    every = {rating for pair in seen for rating in pair}
    return {rating: counts[rating] / n for rating in sorted(every)}


def _error(
    seen: Counter[Pair],
    firsts: Mapping[str, float],
    seconds: Mapping[str, float],
    chance: float,
    found: float,
) -> float:
    """The large-sample standard error of a kappa."""
    n, rest = seen.total(), 1 - found
    alike = apart = 0.0
    for (first, second), count in seen.items():
        if first == second:
            alike += count / n * (1 - (firsts[first] + seconds[first]) * rest) ** 2
        else:
            apart += count / n * (seconds[first] + firsts[second]) ** 2
    variance = (alike + rest**2 * apart - (found - chance * rest) ** 2) / (n * (1 - chance) ** 2)
    return sqrt(max(0.0, variance))


# Reading the pairs --------------------------------------------------------------------------------------


def by_section(authority_id: int) -> Mapping[str, Mapping[str, Agreement]]:
    """Term → section → how far first and second raters agree there. One statement, whatever was rated.

    A blind second rating is held against the finished review of the same round of the same part.
    """
    first, second = aliased(Review), aliased(Review)
    one, two = aliased(SectionRating), aliased(SectionRating)
    rows = db.session.execute(
        select(Pep.term_key, one.section_id, one.rating, two.rating, func.count())
        .select_from(second)
        .join(
            first,
            and_(
                first.pep_id == second.pep_id,
                first.part == second.part,
                first.round == second.round,
                first.kind == "first",
                first.state == "finished",
            ),
        )
        .join(Pep, Pep.id == second.pep_id)
        .join(one, one.review_id == first.id)
        .join(two, and_(two.review_id == second.id, two.section_id == one.section_id))
        .where(
            Pep.authority_id == authority_id,
            second.kind == "second",
            second.state == "finished",
            one.rating != "",
            two.rating != "",
        )
        .group_by(Pep.term_key, one.section_id, one.rating, two.rating)
    )
    pairs: dict[str, dict[str, list[Pair]]] = {}
    for term, section, gave, gave_again, count in rows:
        pairs.setdefault(term, {}).setdefault(section, []).extend([(gave, gave_again)] * count)
    return {term: _each(sections) for term, sections in pairs.items()}


def _each(sections: Mapping[str, Sequence[Pair]]) -> Mapping[str, Agreement]:
    return {section: kappa(pairs) for section, pairs in sections.items()}
