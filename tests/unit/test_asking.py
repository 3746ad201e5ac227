"""What is asked of one plan, and what it costs to know it."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import Any

import pytest

from tests.editions.forms import asked, leaf
from vsportal.editions.answers import (
    applies,
    judge,
    leaves,
    still_missing,
    with_derived,
)
from vsportal.editions.checks import About
from vsportal.editions.derive import DERIVED
from vsportal.editions.reading import Value
from vsportal.editions.schema import Rows

SCHOOL = asked("school")
ME = asked("about_me")
ABOUT = About(today=date(2026, 11, 3), date_of_birth=date(2011, 10, 4), year=10)


# What is asked


def test_a_question_is_asked_only_while_the_question_it_depends_on_says_so() -> None:
    assert not applies(leaf("move_to"), {})
    assert not applies(leaf("move_to"), {"moving": "no"})
    assert not applies(leaf("move_to"), {"moving": {"typed": "yes"}})
    assert applies(leaf("move_to"), {"moving": "yes"})


def test_an_answer_to_a_question_that_is_no_longer_asked_counts_for_nothing() -> None:
    answers: dict[str, Value] = {"moving": "no", "move_to": "college", "move_course": {"typed": "x"}}

    assert not applies(leaf("move_course"), answers)
    assert "move_course" not in [each.key for each in leaves(SCHOOL, answers)]
    assert judge(SCHOOL, answers, ABOUT).errors == {}
    assert applies(leaf("move_course"), {**answers, "moving": "yes"})


def test_a_face_opens_the_question_behind_it() -> None:
    assert applies(leaf("why_unhappy", "about_me"), {"happy": 2})
    assert not applies(leaf("why_unhappy", "about_me"), {"happy": 3})


def test_a_cell_is_asked_by_its_own_row() -> None:
    answers: dict[str, Value] = {"targets.r1.funding": "pp_plus", "targets.r2.funding": "none"}

    assert applies(leaf("targets.r1.amount"), answers)
    assert not applies(leaf("targets.r2.amount"), answers)


def test_a_cell_can_hang_on_a_question_and_on_another_cell() -> None:
    """Columns as an edition may write them, though none does today."""
    section = asked("school")
    targets = section.by_id["targets"]
    assert isinstance(targets, Rows)
    funding, amount = targets.by_column["funding"], targets.by_column["amount"]
    hung = funding.model_copy(update={"when": {"move_to": ("school",)}})
    rows = type(targets).model_construct(**{**dict(targets), "columns": (hung, amount)})
    other = dataclasses.replace(section, fields=(*section.fields[:-1], rows))
    cell, deeper = other.leaf("targets.r1.funding"), other.leaf("targets.r1.amount")
    assert cell is not None
    assert deeper is not None
    answers: dict[str, Value] = {"moving": "yes", "move_to": "school", "targets.r1.funding": "pp_plus"}

    assert applies(cell, answers)
    assert applies(deeper, answers)
    for undone in ({"move_to": "college"}, {"moving": "no"}):
        assert not applies(cell, {**answers, **undone})
        assert not applies(deeper, {**answers, **undone})
    assert not applies(deeper, {**answers, "targets.r1.funding": "none"})


def test_an_answer_that_is_one_of_several_opens_a_question() -> None:
    section = asked("school")
    upn = section.by_id["upn"].model_copy(update={"when": {"help": ("room",)}})
    other = dataclasses.replace(section, fields=(*section.fields[1:], upn))
    found = other.leaf("upn")
    assert found is not None

    assert applies(found, {"help": ["time", "room"]})
    assert not applies(found, {"help": ["time"]})


def test_leaves_are_what_is_asked_now_in_page_order() -> None:
    keys = [each.key for each in leaves(SCHOOL, {"subjects.r1": True, "moving": "yes"}, ["t1"])]

    assert keys[:5] == ["upn", "hours", "spent", "starts", "ehcp_last_review"]
    assert "move_to" in keys
    assert "move_course" not in keys
    assert "barriers" not in keys
    assert keys.index("attendance.spring.unauthorised") < keys.index("subjects.r1.subject")
    assert keys[-1] == "previous.t1.result"


def test_a_derived_answer_is_worked_out_and_opens_questions() -> None:
    answers: dict[str, Value] = {"attendance.autumn.possible": 100, "attendance.autumn.present": 90}

    assert with_derived(SCHOOL, answers)["below_95"] == "yes"
    assert "barriers" in still_missing(SCHOOL, answers, ABOUT)
    assert "below_95" not in answers, "what is given is not changed"


@pytest.mark.parametrize(
    ("answers", "below"),
    [
        ({}, None),
        ({"attendance.autumn.present": 90}, "yes"),
        ({"attendance.autumn.present": 95}, "no"),
        ({"attendance.autumn.possible": 120, "attendance.autumn.present": 114}, "no"),
        ({"attendance.autumn.possible": 120, "attendance.autumn.present": 113}, "yes"),
        ({"attendance.autumn.possible": 0, "attendance.autumn.present": 0}, None),
        ({"attendance.autumn.possible": 120, "attendance.autumn.present": {"typed": "many"}}, None),
        (
            {"attendance.autumn.possible": 100, "attendance.autumn.present": 90,
             "attendance.spring.possible": 100, "attendance.spring.present": 99},
            "no",
        ),
    ],
)  # fmt: skip
def test_below_95_is_of_the_newest_term_with_figures(answers: dict[str, Value], below: str | None) -> None:
    assert with_derived(SCHOOL, answers)["below_95"] == below


PERCENTAGES = {"a.autumn.present": 94.5, "a.spring.present": 96}


@pytest.mark.parametrize(
    ("answers", "percent"),
    [
        ({}, None),
        ({"a.autumn.possible": 120, "a.autumn.present": 118}, 98.3),
        (PERCENTAGES, 95.2),
        ({"a.autumn.present": 95}, 95),
        ({**PERCENTAGES, "recorded_as": "a"}, 95.2),
        ({**PERCENTAGES, "recorded_as": "sessions"}, None),
        ({"recorded_as": "sessions", "sessions.autumn.possible": 100, "sessions.autumn.present": 90,
          "percentages.autumn.present": 99}, 90),
        ({"a.autumn.possible": None, "a.autumn.present": 90}, None),
    ],
)  # fmt: skip
def test_attendance_so_far_counts_the_figures_that_are_asked(answers: dict[str, Value], percent: Any) -> None:
    assert DERIVED["attendance_percent"](answers) == percent


@pytest.mark.parametrize(
    ("score", "band"),
    [(0, "close"), (13, "close"), (14, "raised"), (16, "raised"), (17, "high"), (40, "high"), (41, None),
     (None, None), ({"typed": "x"}, None), (True, None)],
)  # fmt: skip
def test_an_sdq_score_falls_in_its_band(score: Value, band: str | None) -> None:
    assert DERIVED["sdq_band"]({"sdq_score": score}) == band


def test_facts_of_the_record_take_their_place_among_the_answers() -> None:
    whole = with_derived(ME, {}, {"child.date_of_birth": "2011-10-04"})

    assert whole["born"] == "2011-10-04"
