"""What a rating scheme must be before it is published: whole, and with rules that fit together."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from vsportal import editions
from vsportal.editions.reading_age import reading_age
from vsportal.models import Rating
from vsportal.reviews.scheme_checks import check, sentences
from vsportal.reviews.schemes import GRADES, RollUp, Rule, Scheme, roll_ups, sections_for, starting

EDITION = editions.get(editions.current(date(2026, 11, 3)))


def scheme(**changes: object) -> Scheme:
    return starting().model_copy(update=changes)


def faults(**changes: object) -> list[str]:
    return check(scheme(**changes), [EDITION])


def with_rules(*rules: dict[str, Any], otherwise: str = "green") -> list[str]:
    made = tuple(Rule.model_validate(r) for r in rules)
    return faults(roll_up=RollUp(rules=made, otherwise=otherwise))  # type: ignore[arg-type]


def test_the_starting_scheme_is_whole_for_every_form_there_is() -> None:
    assert check(starting(), [editions.get(name) for name in editions.names()]) == []


@pytest.mark.parametrize("name", list(roll_ups()))
def test_each_starting_rule_fits_together(name: str) -> None:
    assert faults(roll_up=roll_ups()[name]) == []


def test_what_a_database_gives_back_in_another_order_is_the_same_scheme() -> None:
    body = starting().model_dump(mode="json")
    body["ratings"] = dict(sorted(body["ratings"].items()))

    assert Scheme.model_validate(body) == starting()
    assert list(Scheme.model_validate(body).ratings) == list(Rating)


def test_the_starting_criteria_differ_from_grade_to_grade_and_are_easy_to_read() -> None:
    for sect in starting().sections:
        words = [sect.criteria.of(g) for g in GRADES]
        assert len(set(words)) == len(GRADES), sect.id
        assert all(w.endswith(".") for w in words), sect.id
        assert reading_age(" ".join(words)) <= 14, sect.id


def test_sections_are_rated_with_their_own_part_and_without_one_as_the_scheme_says() -> None:
    parts = {"my_views": "", "at_home": "", "wellbeing": "care", "targets": "school", "meeting": ""}

    care = [s.id for s in sections_for(starting(), "care", parts)]
    school = [s.id for s in sections_for(starting(), "school", parts)]

    assert care == ["at_home", "wellbeing"]
    assert school == ["my_views", "targets"]


# What is refused ----------------------------------------------------------------------------------------


def test_a_section_of_the_form_without_criteria_is_named() -> None:
    rest = tuple(s for s in starting().sections if s.id != "targets")

    assert faults(sections=rest) == [
        "“My targets” is in the form and has no criteria. Write them, or leave it out of rating."
    ]
    assert faults(sections=rest, not_rated=("meeting", "targets")) == []


def test_a_grade_without_a_criterion_is_named() -> None:
    first, *rest = starting().sections
    bare = first.model_copy(update={"criteria": first.criteria.model_copy(update={"amber": " "})})

    assert faults(sections=(bare, *rest)) == ["“My views” has no criterion for Amber (requires improvement)."]


def test_a_rating_without_a_word_and_two_with_the_same_are_named() -> None:
    words = {**starting().ratings, Rating.GOLD: "", Rating.RED: "Green (GOOD)"}

    assert faults(ratings=words) == [
        "Enter the word for the rating “gold”.",
        "“Green (GOOD)” stands for two ratings. Give each a word of its own.",
    ]


def test_a_part_in_which_nothing_counts_is_named() -> None:
    idle = tuple(s.model_copy(update={"counts": s.rated_with == "school"}) for s in starting().sections)

    assert faults(sections=idle) == ["No section counts for social care’s part, so it can never be rated."]


def test_a_grade_that_blocks_while_a_worse_one_does_not_is_named() -> None:
    assert faults(blocks_sign_off=(Rating.AMBER,)) == [
        "Amber (requires improvement) blocks signing off and Red (inadequate) does not."
    ]
    assert faults(blocks_sign_off=(Rating.AMBER, Rating.RED), blocks_funding=(Rating.RED,)) == []


def test_a_rule_behind_one_that_takes_all_its_cases_is_named() -> None:
    found = with_rules(
        {"gives": "red", "at_least": 1, "of": "amber"}, {"gives": "amber", "at_least": 2, "of": "amber"}
    )

    assert len(found) == 1
    assert found[0].startswith("Rule 2 never decides: “Amber (requires improvement) when at least 2 sections")


def test_rules_that_punish_a_better_section_are_shown_by_an_example() -> None:
    found = with_rules({"gives": "green", "at_least": 2, "of": "red"}, otherwise="red")

    assert len(found) == 1
    assert found[0].startswith("The rules contradict each other: 2 Red (inadequate) come to Green (good)")


# How it reads -------------------------------------------------------------------------------------------


def test_the_rule_is_read_in_sentences() -> None:
    gold = "Gold (outstanding)"
    assert sentences(starting()) == [
        "Red (inadequate) when at least 1 section is Red (inadequate)",
        "Amber (requires improvement) when at least 2 sections are Amber (requires improvement) or worse",
        f"{gold} when at least 85% of sections are {gold} and none is below Green (good)",
        "Otherwise Green (good)",
    ]
