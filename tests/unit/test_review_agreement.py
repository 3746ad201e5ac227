"""Cohen's kappa: worked examples, what cannot be said, and what always holds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vsportal.reviews.agreement import FEW_PAIRS, LEAST_PAIRS, Pair, kappa


def table(**counts: int) -> list[Pair]:
    """Pairs from `gold_green=3`: three times gold first and green second."""
    found: list[Pair] = []
    for pair, n in counts.items():
        first, _, second = pair.partition("_")
        found += [(first, second)] * n
    return found


def test_a_worked_example_of_two_ratings() -> None:
    # 35 of 50 agree (0.7) where chance gives 0.5: kappa 0.4. By hand: variance 0.2016 / 12.5, error 0.127.
    found = kappa(table(green_green=20, green_amber=5, amber_green=10, amber_amber=15))

    assert (found.pairs, found.agreed) == (50, 35)
    assert found.kappa == pytest.approx(0.4)
    assert (found.low, found.high) == pytest.approx((0.1511, 0.6489), abs=0.0001)


def test_a_worked_example_of_three_ratings() -> None:
    # 70 of 100 agree; chance 0.4 * 0.4 + 0.4 * 0.4 + 0.2 * 0.2 = 0.36: kappa 0.34 / 0.64.
    found = kappa(
        table(
            gold_gold=30,
            gold_green=10,
            green_gold=10,
            green_green=25,
            green_red=5,
            red_green=5,
            red_red=15,
        )
    )

    assert found.kappa == pytest.approx(0.34 / 0.64)
    assert found.low < 0.34 / 0.64 < found.high


def test_agreement_by_chance_alone_is_nothing() -> None:
    found = kappa(table(gold_gold=10, gold_red=10, red_gold=10, red_red=10))

    assert found.kappa == pytest.approx(0)
    assert found.low < 0 < found.high


def test_raters_who_always_differ_are_below_chance() -> None:
    found = kappa(table(gold_red=10, red_gold=10))

    assert found.kappa == pytest.approx(-1)
    assert found.meaning == "They agree less often than by chance"


def test_full_agreement_on_few_plans_does_not_pretend_to_be_certain() -> None:
    few, many = kappa(table(gold_gold=3, red_red=3)), kappa(table(gold_gold=300, red_red=300))

    assert few.kappa == many.kappa == 1
    assert few.low < 0.3
    assert many.low > 0.97


@pytest.mark.parametrize(
    ("pairs", "why"),
    [
        ([], "Too few plans were rated twice."),
        (table(gold_gold=2, red_gold=LEAST_PAIRS - 3), "Too few plans were rated twice."),
        (
            table(green_green=40),
            "Both gave the same rating every time, so chance cannot be told apart.",
        ),
    ],
)
def test_what_cannot_be_said_is_not_a_number_and_says_why(pairs: list[Pair], why: str) -> None:
    found = kappa(pairs)

    assert (found.kappa, found.why, found.meaning) == (None, why, "")


@pytest.mark.parametrize(
    ("agree", "differ", "words"),
    [
        (20, 20, "They agree hardly more often than by chance"),
        (13, 7, "They agree a little more often than by chance"),
        (15, 5, "They agree fairly well"),
        (17, 3, "They agree well"),
        (20, 1, "They agree very well"),
    ],
)
def test_a_kappa_is_said_in_words(agree: int, differ: int, words: str) -> None:
    found = kappa(table(gold_gold=agree, red_red=agree, gold_red=differ, red_gold=differ))

    assert found.meaning == words


def test_few_pairs_are_said_to_say_little() -> None:
    assert kappa(table(gold_gold=FEW_PAIRS - 2, red_red=1)).says_little
    assert not kappa(table(gold_gold=FEW_PAIRS, red_red=1)).says_little


ratings = st.sampled_from(["gold", "green", "amber", "red", "not_applicable", "not_completed"])
many = st.lists(st.tuples(ratings, ratings), max_size=80)


@given(many)
def test_a_kappa_and_its_interval_lie_between_minus_one_and_one(pairs: list[Pair]) -> None:
    found = kappa(pairs)

    if found.kappa is not None:
        assert -1 <= found.low <= found.kappa + 1e-9
        assert found.kappa - 1e-9 <= found.high <= 1


@given(many)
def test_it_does_not_matter_who_rated_first(pairs: list[Pair]) -> None:
    there, back = kappa(pairs), kappa([(second, first) for first, second in pairs])

    assert (there.pairs, there.agreed, there.why) == (back.pairs, back.agreed, back.why)
    if there.kappa is not None and back.kappa is not None:
        assert (there.kappa, there.low, there.high) == pytest.approx((back.kappa, back.low, back.high))


@given(st.lists(ratings, min_size=LEAST_PAIRS, max_size=80).filter(lambda r: len(set(r)) > 1))
def test_full_agreement_on_more_than_one_rating_is_one(given_by_both: list[str]) -> None:
    assert kappa([(r, r) for r in given_by_both]).kappa == 1


@given(many, st.randoms())
def test_the_order_of_plans_does_not_matter(pairs: list[Pair], random: object) -> None:
    mixed = list(pairs)
    random.shuffle(mixed)  # type: ignore[attr-defined]

    assert kappa(mixed) == kappa(pairs)
