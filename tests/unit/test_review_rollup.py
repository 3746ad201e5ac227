"""What ratings of sections come to: by each starting rule, and by any rule in every case there is."""

from __future__ import annotations

from itertools import combinations_with_replacement

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vsportal.models import Rating
from vsportal.reviews.rollup import grade_of, roll_up
from vsportal.reviews.schemes import GRADES, RANK, Grade, RollUp, Rule, Scheme, roll_ups, starting

SCHOOL = [s.id for s in starting().sections if s.rated_with == "school"]
CARE = [s.id for s in starting().sections if s.rated_with == "care"]


def scheme(rule: str = "any_red", **changes: object) -> Scheme:
    return starting().model_copy(update={"roll_up": roll_ups()[rule], **changes})


def rated(*grades: str, sections: list[str] = SCHOOL) -> dict[str, str]:
    return dict(zip(sections, grades, strict=False))


@pytest.mark.parametrize(
    ("rule", "grades", "comes_to"),
    [
        ("any_red", "gold gold gold gold gold gold gold green", "gold"),
        ("any_red", "gold gold gold gold gold gold green green", "green"),
        ("any_red", "gold gold gold gold gold gold gold amber", "green"),
        ("any_red", "green green green green green green amber amber", "amber"),
        ("any_red", "gold gold gold gold gold gold gold red", "red"),
        ("two_reds", "gold gold gold gold gold gold gold red", "amber"),
        ("two_reds", "gold gold gold gold gold gold red red", "red"),
        ("majority", "gold gold gold gold red red red red", "green"),
        ("majority", "gold gold gold red red red red red", "red"),
        ("majority", "amber amber amber amber red green green green", "amber"),
        ("majority", "gold gold gold gold gold green green green", "gold"),
    ],
)
def test_the_starting_rules(rule: str, grades: str, comes_to: str) -> None:
    assert roll_up(scheme(rule), rated(*grades.split())) == comes_to


def test_nothing_is_said_while_a_section_that_counts_has_no_rating() -> None:
    assert roll_up(scheme(), rated("red", "red", "")) == ""
    assert roll_up(scheme(), {}) == ""


def test_a_section_that_does_not_count_may_stay_unrated_and_changes_nothing() -> None:
    first, *rest = starting().sections
    left_out = scheme(sections=(first.model_copy(update={"counts": False}), *rest))

    assert roll_up(left_out, {first.id: "", "targets": "gold"}) == "gold"
    assert roll_up(left_out, {first.id: "red", "targets": "gold"}) == "gold"


def test_a_section_the_scheme_does_not_know_changes_nothing() -> None:
    assert roll_up(scheme(), {"targets": "gold", "of_another_year": "red"}) == "gold"


def test_what_does_not_apply_is_left_out_of_count_and_share() -> None:
    gold = rated("gold", "gold", "gold", *["not_applicable"] * 4)

    assert roll_up(scheme(), gold) == "gold"
    assert roll_up(scheme(), rated(*["not_applicable"] * 3)) == Rating.NOT_APPLICABLE


def test_what_was_not_completed_counts_as_the_scheme_says_and_a_whole_part_is_called_so() -> None:
    rule = roll_ups()["any_red"]
    lenient = scheme(roll_up=rule.model_copy(update={"not_completed_as": "amber"}))

    assert roll_up(scheme(), rated("gold", "not_completed")) == "red"
    assert roll_up(lenient, rated("gold", "not_completed")) == "green"
    assert roll_up(scheme(), rated("not_completed", "not_applicable")) == Rating.NOT_COMPLETED


def test_late_social_care_is_amber_at_best_only_where_the_scheme_says_so() -> None:
    strict = scheme(late_care_at_best_amber=True)
    gold, red = rated("gold", "gold", sections=CARE), rated("gold", "red", sections=CARE)

    assert roll_up(strict, gold, late_care=True) == "amber"
    assert roll_up(strict, gold) == "gold"
    assert roll_up(scheme(), gold, late_care=True) == "gold"
    assert roll_up(strict, red, late_care=True) == "red"


@pytest.mark.parametrize("name", list(roll_ups()))
@pytest.mark.parametrize("n", range(1, 9))
def test_a_better_section_never_makes_a_part_worse(name: str, n: int) -> None:
    rule = roll_ups()[name]
    for grades in combinations_with_replacement(GRADES, n):
        for i, grade in enumerate(grades):
            if RANK[grade] == 0:
                continue
            better = [*grades[:i], GRADES[RANK[grade] - 1], *grades[i + 1 :]]
            assert RANK[grade_of(rule, better)] <= RANK[grade_of(rule, grades)], (grades, better)


rules = st.builds(
    Rule,
    gives=st.sampled_from(GRADES),
    at_least=st.integers(1, 100),
    unit=st.sampled_from(["sections", "percent"]),
    of=st.sampled_from(GRADES),
    none_below=st.sampled_from(["", "gold", "green", "amber"]),
)


@given(st.lists(rules, max_size=8), st.sampled_from(GRADES), st.lists(st.sampled_from(GRADES), min_size=1))
def test_any_rule_gives_a_grade_and_order_does_not_matter(
    some: list[Rule], otherwise: Grade, grades: list[Grade]
) -> None:
    rule = RollUp(rules=tuple(some), otherwise=otherwise)

    assert grade_of(rule, grades) in GRADES
    assert grade_of(rule, grades) == grade_of(rule, sorted(grades))
