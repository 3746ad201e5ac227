"""What a policy makes of a request, and why a policy may not be published. Nothing here needs a database."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vsportal.editions.reading import read_pence
from vsportal.filters import pence
from vsportal.funding import policy_parts
from vsportal.funding.policies import starting_policies
from vsportal.funding.policy_forms import new_id
from vsportal.funding.rules import Band, Category, Facts, Fund, Policy, check, deciding_band, matches, read
from vsportal.funding.shape import PHASES, RATINGS
from vsportal.funding.years import financial_year, year_bounds

WORKED = starting_policies()
ITEMISED = WORKED["itemised"]
FACTS = Facts(
    today=date(2026, 11, 3),
    amount_pence=40_000,
    child_total_pence=0,
    fund="pp_plus",
    category="tuition",
    phase="primary",
    in_area=True,
    rating="green",
    expected_progress=True,
    in_care=True,
    nc_year=5,
    has_target=True,
    starts_on=date(2026, 11, 10),
    ends_on=date(2027, 2, 1),
    age=10,
)


def fact(**other: Any) -> Facts:
    return replace(FACTS, **other)


def with_(policy: Policy = ITEMISED, **other: Any) -> Policy:
    return policy.model_copy(update=other)


# The worked policies --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", WORKED)
def test_a_worked_policy_could_be_published_as_it_stands(name: str) -> None:
    policy = WORKED[name]

    assert check(policy) == []
    assert Policy.model_validate(json.loads(json.dumps(policy.model_dump(mode="json")))) == policy
    assert all(fund.per_child_pence is None for fund in policy.funds), (
        "The amount is the authority's to enter."
    )


def test_there_are_four_and_itemised_requests_come_first() -> None:
    assert list(WORKED) == ["itemised", "expected-progress", "tiers", "fixed-on-green"]


@pytest.mark.parametrize(
    ("name", "facts", "automatic"),
    [
        ("itemised", {}, False),
        ("expected-progress", {}, True),
        ("expected-progress", {"amount_pence": 40_001}, False),
        ("expected-progress", {"expected_progress": False}, False),
        ("expected-progress", {"expected_progress": None}, False),
        ("expected-progress", {"rating": "amber"}, False),
        ("expected-progress", {"rating": ""}, False),
        ("expected-progress", {"child_total_pence": 80_000}, True),
        ("expected-progress", {"child_total_pence": 80_001}, False),
        ("expected-progress", {"category": "therapy"}, False),
        ("expected-progress", {"category": "uniform"}, False),
        ("fixed-on-green", {"amount_pence": 60_000, "expected_progress": False}, True),
        ("fixed-on-green", {"rating": "amber"}, False),
    ],
)
def test_money_comes_by_itself_only_where_every_condition_holds(
    name: str, facts: dict[str, Any], automatic: bool
) -> None:
    assert read(WORKED[name], fact(**facts)).automatic is automatic


@pytest.mark.parametrize(
    ("facts", "decider", "days"),
    [
        ({"amount_pence": 50_000}, "adviser", 5),
        ({"amount_pence": 50_001}, "head", 10),
        ({"amount_pence": 50_000, "child_total_pence": 115_000}, "adviser", 5),
        ({"amount_pence": 50_000, "child_total_pence": 115_001}, "head", 10),
        ({"amount_pence": 150_001}, "panel", 15),
        ({"amount_pence": 100, "category": "therapy"}, "head", 10),
    ],
)
def test_the_first_rule_that_fits_says_who_decides(facts: dict[str, Any], decider: str, days: int) -> None:
    found = read(ITEMISED, fact(**facts))

    assert (found.decider, found.working_days) == (decider, days)


def test_therapy_is_for_the_clinical_team_first_and_says_so() -> None:
    found = read(ITEMISED, fact(category="therapy"))

    assert found.clinical
    assert ITEMISED.sentences.therapy in found.warnings
    assert found.errors == ()


def test_a_trip_is_asked_the_three_questions() -> None:
    assert len(read(ITEMISED, fact(category="trips")).will_ask) == 3


# What stops a request -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"fund": ""}, "Select which fund pays"),
        ({"category": ""}, "Select what the money is for"),
        ({"category": "uniform"}, "carer’s allowance"),
        ({"category": "funded_elsewhere"}, "tell your adviser"),
        ({"nc_year": 12}, "is for children in Reception to Year 11"),
        ({"fund": "early_years", "age": 5}, "aged 3 or 4"),
        ({"in_care": False}, "in care on the day"),
        ({"has_target": False}, "Select the target"),
        ({"amount_pence": 0}, "Enter what it costs"),
        ({"ends_on": date(2026, 11, 9)}, "before it starts"),
    ],
)
def test_what_stops_a_request_is_said_with_what_to_do(facts: dict[str, Any], said: str) -> None:
    found = read(ITEMISED, fact(**facts))

    assert said in " ".join(found.errors)
    assert [point.ok for point in found.points if point.words in found.errors] == [False] * len(found.errors)


def test_what_is_not_known_yet_warns_and_does_not_stop() -> None:
    found = read(ITEMISED, fact(nc_year=None))

    assert found.errors == ()
    assert "Reception to Year 11" in " ".join(found.warnings)


def test_a_fund_without_a_target_serves_a_project() -> None:
    assert read(ITEMISED, fact(fund="central", has_target=False, in_care=False, nc_year=None)).errors == ()


def test_after_the_closing_day_nothing_can_be_sent_and_on_it_still() -> None:
    policy = with_(closes_on=date(2026, 11, 3))

    assert read(policy, FACTS).errors == ()
    assert "closed on 3 November 2026" in read(policy, fact(today=date(2026, 11, 4))).errors[0]


def test_the_ceiling_warns_to_the_penny_and_never_refuses() -> None:
    at, over = fact(child_total_pence=125_000), fact(child_total_pence=125_001)

    assert read(ITEMISED, at).warnings == ()
    assert read(ITEMISED, over).errors == ()
    assert "£1,650.01 of £1,650" in read(ITEMISED, over).warnings[0]
    assert (read(ITEMISED, over).ceiling_pence, read(ITEMISED, over).used_pence) == (165_000, 125_001)


def test_tiers_take_their_amounts_and_no_other() -> None:
    assert read(WORKED["tiers"], fact(amount_pence=0)).errors == ()
    assert "£0, £400, £800 or £1,500" in read(WORKED["tiers"], fact(amount_pence=40_001)).errors[0]


def test_a_red_plan_is_warned_of_only_where_it_holds_the_payment() -> None:
    red = fact(rating="red")

    assert ITEMISED.sentences.red not in read(ITEMISED, red).warnings
    assert ITEMISED.sentences.red in read(with_(red_holds_payment=True), red).warnings


def test_a_share_is_said_in_money() -> None:
    fund = ITEMISED.funds[0].model_copy(update={"share_percent": 60})

    assert "pays 60% of the cost: £240" in " ".join(read(with_(funds=(fund,)), FACTS).warnings)


# Why a policy may not be published --------------------------------------------------------------------------


FUND, KIND = ITEMISED.funds[0], ITEMISED.categories[0]
LAST = ITEMISED.bands[-1]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": " "}, "Enter a name for the policy"),
        ({"funds": ()}, "Add at least one fund"),
        ({"categories": ()}, "Add at least one kind"),
        ({"bands": ()}, "Add a rule that says who decides"),
        ({"funds": (FUND, FUND)}, "two funds called “pp_plus”"),
        ({"categories": (*ITEMISED.categories, KIND)}, "two kinds called “tuition”"),
        ({"categories": (*ITEMISED.categories, Category(id="x", name="X"))}, "what people read about “X”"),
        (
            {"funds": (FUND.model_copy(update={"per_child_pence": 1000, "held_centrally_pence": 1001}),)},
            "£10.01 held centrally is more than the £10",
        ),
        (
            {"funds": (FUND.model_copy(update={"held_centrally_pence": 1}),)},
            "enter the amount for each child",
        ),
        ({"funds": (FUND.model_copy(update={"budget_pence": 100_000}),)}, "more than any budget"),
        ({"bands": (LAST, *ITEMISED.bands)}, "decides everything, so the rules after it are never used"),
        ({"bands": (Band(words="", decider="head"),)}, "enter what people read"),
        ({"bands": (LAST.model_copy(update={"funds": ("gone",)}), LAST)}, "there is no “gone”"),
        ({"model": "tiered"}, "Enter the amounts"),
        ({"model": "tiered", "tiers_pence": (2, 1)}, "the smallest first"),
        ({"model": "fixed"}, "Add the amount that is paid by itself"),
        ({"model": "panel", "bands": (Band(words="w", decider="head"),)}, "by which the panel decides"),
        ({"sentences": ITEMISED.sentences.model_copy(update={"family": ""})}, "carers and young people read"),
        (
            {
                "closes_on": date(2027, 3, 1),
                "sentences": ITEMISED.sentences.model_copy(update={"closing": ""}),
            },
            "once the year is closed",
        ),
    ],
)
def test_what_cannot_be_published_is_said(changed: dict[str, Any], said: str) -> None:
    assert said in " ".join(check(with_(**changed)))


@pytest.mark.parametrize(
    ("bands", "said"),
    [
        ([{"up_to_pence": 50_000}], "above £500"),
        ([{"child_total_up_to_pence": 50_000}], "of a large amount"),
        ([{"in_area": True}, {"in_area": False}], "where the area is not known"),
        ([{"ratings": ("green", "gold")}], "on a plan that is not rated yet"),
        ([{"phases": ("primary",)}, {"up_to_pence": 1}], "before the phase is known above £0.01"),
        ([{"funds": ("pp_plus",)}], "from Early years pupil premium"),
    ],
)
def test_a_gap_is_named_by_what_falls_into_it(bands: list[dict[str, Any]], said: str) -> None:
    made = tuple(Band(words="A rule.", decider="head", **conditions) for conditions in bands)

    assert said in " ".join(check(with_(bands=made)))


def test_rules_that_share_all_cases_between_them_leave_no_gap() -> None:
    made = tuple(Band(words="A rule.", decider="head", funds=(fund.id,)) for fund in ITEMISED.funds)

    assert check(with_(bands=made)) == []


# For every policy and request -----------------------------------------------------------------------------

FUNDS, KINDS = ("a", "b"), ("k", "l")
AMOUNTS = st.integers(min_value=0, max_value=10_000_000)


def some(values: Any) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(list(values)), unique=True, max_size=3).map(tuple)


BANDS = st.lists(
    st.builds(
        Band,
        words=st.just("A rule."),
        decider=st.sampled_from(["adviser", "head", "panel"]),
        working_days=st.integers(1, 60),
        up_to_pence=st.none() | AMOUNTS,
        child_total_up_to_pence=st.none() | AMOUNTS,
        funds=some(FUNDS),
        categories=some(KINDS),
        phases=some(PHASES),
        in_area=st.sampled_from([None, True, False]),
        ratings=some(RATINGS),
    ),
    min_size=1,
    max_size=5,
).map(tuple)
POLICIES = st.builds(
    lambda bands: with_(
        funds=tuple(Fund(id=f, name=f) for f in FUNDS),
        categories=tuple(Category(id=k, name=k, words=k) for k in KINDS),
        bands=bands,
    ),
    BANDS,
)
ASKED = st.builds(
    fact,
    amount_pence=AMOUNTS,
    child_total_pence=AMOUNTS,
    fund=st.sampled_from(FUNDS),
    category=st.sampled_from(KINDS),
    phase=st.sampled_from(["", *PHASES]),
    in_area=st.sampled_from([None, True, False]),
    rating=st.sampled_from(list(RATINGS)),
)


@given(POLICIES, ASKED)
def test_the_first_matching_rule_wins_whatever_the_policy(policy: Policy, facts: Facts) -> None:
    found = deciding_band(policy, facts)
    before = policy.bands[: policy.bands.index(found)] if found else policy.bands

    assert not any(matches(band, facts) for band in before)
    assert found is None or matches(found, facts)


@given(POLICIES, ASKED)
def test_a_policy_that_may_be_published_always_names_a_decider(policy: Policy, facts: Facts) -> None:
    last = Band(words="All else.", decider="panel")
    bands = tuple(band for band in policy.bands if not check(with_(policy, bands=(band, last))))
    whole = with_(policy, bands=(*bands, last))

    assert check(whole) == []
    assert deciding_band(whole, facts) is not None
    assert read(whole, facts).decider in ("adviser", "head", "panel")


@given(POLICIES, ASKED)
def test_a_request_that_nobody_decides_means_that_the_policy_is_refused(policy: Policy, facts: Facts) -> None:
    if deciding_band(policy, facts) is None:
        assert check(policy) != []


@given(POLICIES, ASKED)
def test_reading_changes_no_figure(policy: Policy, facts: Facts) -> None:
    found = read(with_(policy, child_ceiling_pence=165_000), facts)
    total = facts.amount_pence + facts.child_total_pence

    assert found.used_pence == facts.child_total_pence
    assert any("this year" in words for words in found.warnings) is (total > 165_000)


@given(AMOUNTS)
def test_an_amount_read_back_from_its_own_words_is_the_same_to_the_penny(amount: int) -> None:
    assert read_pence(pence(amount)) == amount


# Parts and ids ----------------------------------------------------------------------------------------------


@given(st.integers(0, 6), st.sampled_from(["up", "down", "remove"]))
def test_moving_a_row_loses_none_and_taking_one_out_loses_one(place: int, act: str) -> None:
    part = policy_parts.PARTS["bands"]
    moved = policy_parts.moved(ITEMISED, part, place, act)

    there = 1 <= place <= len(ITEMISED.bands)
    assert len(moved.bands) == len(ITEMISED.bands) - (act == "remove" and there)
    assert set(moved.bands) <= set(ITEMISED.bands)


@pytest.mark.parametrize(
    ("name", "taken", "made"),
    [
        ("Forest school", [], "forest_school"),
        ("Forest school", ["forest_school"], "forest_school_2"),
        ("16–18 fund", [], "n_16_18_fund"),
        ("❤", [], "row"),
        ("Ünïform", [], "n_form"),
    ],
)
def test_a_new_row_gets_an_id_that_no_other_has(name: str, taken: list[str], made: str) -> None:
    found = new_id(name, taken)

    assert Fund(id=found, name=name).id == found
    assert found not in taken
    assert found == made


@pytest.mark.parametrize(
    ("on", "year"),
    [(date(2026, 3, 31), "2025-26"), (date(2026, 4, 1), "2026-27"), (date(2100, 1, 1), "2099-00")],
)
def test_a_financial_year_begins_in_april(on: date, year: str) -> None:
    assert financial_year(on) == year
    first, last = year_bounds(year)
    assert first <= on <= last


def test_a_year_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="no financial year"):
        year_bounds("2026-28")
