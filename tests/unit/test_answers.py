"""Answers are read, merged and kept leaf by leaf, and nothing anybody typed is lost."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.editions.forms import asked, leaf
from vsportal.editions.answers import (
    EMPTY,
    judge,
    mark,
    merge,
    new_row_id,
    read_posted,
    rows_of,
    still_missing,
)
from vsportal.editions.checks import About
from vsportal.editions.reading import Value

SCHOOL = asked("school")
ME = asked("about_me")
ABOUT = About(today=date(2026, 11, 3), date_of_birth=date(2011, 10, 4), year=10)


# Keys


@pytest.mark.parametrize(
    "key",
    ["upn", "upn~kept", "moving~unknown", "subjects.r1", "subjects.r1.grade", "attendance.autumn.present",
     "subjects.r1.grade~kept", "previous.t9.result"],
)  # fmt: skip
def test_a_key_of_the_section_is_a_leaf_under_its_own_name(key: str) -> None:
    found = SCHOOL.leaf(key)

    assert found is not None
    assert found.key == key


@pytest.mark.parametrize(
    "key",
    ["", "nothing", "upn.", "upn~", "upn~why", "upn~kept~kept", "upn.r1", "subjects.", "subjects..grade",
     "subjects.r1.", "subjects.r1.nothing", "subjects.r1.grade.x", "subjects.r 1", "attendance.autumn",
     "attendance.summer.present", "hopes.x", "subjects.r1.score", "subjects." + "r" * 25, "upn\n"],
)  # fmt: skip
def test_any_other_key_is_none(key: str) -> None:
    assert SCHOOL.leaf(key) is None


def test_a_column_that_is_asked_in_summer_is_a_leaf_in_summer_only() -> None:
    assert leaf("subjects.r1.score", season="summer").spec.label == "Score"
    assert SCHOOL.leaf("subjects.r1.score") is None


# Reading a post


def test_a_post_is_read_by_leaf_and_what_the_section_does_not_have_is_passed_over() -> None:
    posted = read_posted(
        SCHOOL,
        {
            "csrf_token": ["x"],
            "page": ["p1"],
            "starts": ["4 Sept 2019"],
            "spent": ["£12.50"],
            "help": ["", "room", "time"],
            "subjects.r1": ["1"],
            "subjects.r2": ["0"],
            "subjects.r1.subject": [" Maths "],
            "attendance.autumn.present": [""],
            "moving~unknown": ["Waiting for the panel"],
            "below_95": ["no"],
            "words": ["x"],
            "attendance": ["x"],
        },
    )

    assert posted == {
        "starts": "2019-09-04",
        "spent": 1250,
        "help": ["time", "room"],
        "subjects.r1": True,
        "subjects.r2": False,
        "subjects.r1.subject": "Maths",
        "attendance.autumn.present": None,
        "moving~unknown": "Waiting for the panel",
    }


def test_what_cannot_be_read_is_kept_as_it_was_typed() -> None:
    assert read_posted(
        SCHOOL, {"starts": ["31/02/2020"], "move_to": ["moon"], "help": ["", "time", "dog"]}
    ) == {
        "starts": {"typed": "31/02/2020"},
        "move_to": {"typed": "moon"},
        "help": {"typed": "time, dog"},
    }


def test_a_fact_of_the_record_is_never_typed() -> None:
    assert read_posted(ME, {"born": ["4/9/2011"], "enjoys": ["Art"]}) == {"enjoys": "Art"}


def test_a_child_passes_over_a_question_in_two_ways_only() -> None:
    posted = read_posted(ME, {"enjoys~how": ["skipped"], "hopes~how": ["talk"], "happy~how": ["later"]})

    assert posted == {"enjoys~how": "skipped", "hopes~how": "talk", "happy~how": None}


def test_a_form_that_hides_its_lists_is_read_through_getlist() -> None:
    class Form(dict[str, str]):
        def getlist(self, key: str) -> list[str]:
            return ["", "time", "room"] if key == "help" else [self[key]]

    assert read_posted(SCHOOL, Form({"help": "", "upn": "A"})) == {"help": ["time", "room"], "upn": "A"}


@given(st.dictionaries(st.text(max_size=20), st.lists(st.text(max_size=20), max_size=3), max_size=5))
def test_no_post_at_all_breaks_the_reading(form: dict[str, list[str]]) -> None:
    keys = [
        "starts",
        "spent",
        "hours",
        "help",
        "moving",
        "subjects.r1",
        "subjects.r1.grade",
        "upn~kept",
        "mentor",
    ]
    hostile = {**form, **dict(zip(keys, form.values(), strict=False))}

    answers = read_posted(SCHOOL, hostile)

    judge(SCHOOL, answers, ABOUT)
    still_missing(SCHOOL, answers, ABOUT)


# Merging


def test_two_people_in_different_cells_both_keep_theirs() -> None:
    stored: dict[str, Value] = {"subjects.r1.grade": "5"}

    save, conflicts = merge(
        stored, {"subjects.r1.grade": "theirs"}, {}, {"subjects.r1.subject": "Maths"}, "mine"
    )

    assert save == {"subjects.r1.subject": "Maths"}
    assert conflicts == {}


def test_an_answer_that_somebody_else_changed_meanwhile_is_not_overwritten() -> None:
    stored: dict[str, Value] = {"upn": "theirs"}

    save, conflicts = merge(
        stored, {"upn": "their page"}, {"upn": mark("before")}, {"upn": "mine"}, "my page"
    )

    assert save == {}
    assert conflicts == {"upn": "theirs"}


def test_a_leaf_without_a_mark_was_empty_on_the_page() -> None:
    assert merge({}, {}, {}, {"upn": "A"}, "p") == ({"upn": "A"}, {})
    assert merge({"upn": "B"}, {"upn": "q"}, {}, {"upn": "A"}, "p") == ({}, {"upn": "B"})
    assert mark(None) == EMPTY


def test_the_same_answer_from_two_people_is_no_conflict() -> None:
    assert merge({"upn": "A"}, {"upn": "q"}, {}, {"upn": "A"}, "p") == ({}, {})


def test_what_a_page_did_not_change_does_not_undo_what_another_saved() -> None:
    assert merge({"upn": "new"}, {"upn": "q"}, {"upn": mark("old")}, {"upn": "old"}, "p") == ({}, {})


def test_a_page_can_take_back_its_own_save_before_it_was_told_of_it() -> None:
    stored: dict[str, Value] = {"upn": "second"}

    save, conflicts = merge(stored, {"upn": "p"}, {"upn": mark("first")}, {"upn": "first"}, "p")

    assert save == {"upn": "first"}
    assert conflicts == {}


def test_writing_in_a_row_that_another_page_removed_brings_it_back() -> None:
    stored: dict[str, Value] = {"subjects.r1": False, "subjects.r1.subject": "Maths"}

    save, _ = merge(stored, {"subjects.r1": "theirs"}, {}, {"subjects.r1.grade": "5"}, "mine")

    assert save == {"subjects.r1.grade": "5", "subjects.r1": True}
    assert rows_of(SCHOOL.by_id["subjects"], {**stored, **save}) == ["r1"]


def test_a_row_stays_removed_when_its_own_page_still_had_a_cell_on_its_way() -> None:
    stored: dict[str, Value] = {"subjects.r1": False}

    save, _ = merge(stored, {"subjects.r1": "mine"}, {}, {"subjects.r1.grade": "5"}, "mine")

    assert "subjects.r1" not in save


def test_emptying_a_cell_of_a_removed_row_does_not_bring_it_back() -> None:
    stored: dict[str, Value] = {"subjects.r1": False, "subjects.r1.grade": "5"}

    save, _ = merge(
        stored, {"subjects.r1": "q"}, {"subjects.r1.grade": mark("5")}, {"subjects.r1.grade": None}, "p"
    )

    assert save == {"subjects.r1.grade": None}


def test_a_reason_for_keeping_a_warning_goes_with_the_answer_it_was_about() -> None:
    stored: dict[str, Value] = {"upn": "A1", "upn~kept": "It is what the register says"}
    seen = {"upn": mark("A1")}

    assert merge(stored, {}, seen, {"upn": "B2"}, "p")[0] == {"upn": "B2", "upn~kept": None}
    assert merge(
        stored, {}, {**seen, "upn~kept": mark(stored["upn~kept"])}, {"upn": "B2", "upn~kept": "Yes"}, "p"
    )[0] == {
        "upn": "B2",
        "upn~kept": "Yes",
    }


LEAVES = ["upn", "starts", "subjects.r1", "subjects.r1.grade", "subjects.r2.grade", "moving~unknown"]
VALUES = st.one_of(st.none(), st.text(max_size=3), st.integers(0, 3), st.booleans(), st.just(["a"]))
POSTS = st.lists(
    st.tuples(
        st.sampled_from("PQ"), st.dictionaries(st.sampled_from(LEAVES), VALUES, max_size=4), st.booleans()
    ),
    max_size=12,
)


class Page:
    """A page as a browser keeps it: what it saw of each answer, and what its controls say."""

    def __init__(self, stored: dict[str, Value]) -> None:
        self.seen = {key: mark(value) for key, value in stored.items()}
        self.shows = dict(stored)


@given(POSTS)
def test_nothing_a_page_changed_is_lost_unless_it_is_told_of_a_conflict(posts: list[Any]) -> None:
    stored: dict[str, Value] = {}
    written_by: dict[str, str] = {}
    pages = {"P": Page(stored), "Q": Page(stored)}

    for name, posted, told in posts:
        page = pages[name]
        changed = {key: value for key, value in posted.items() if page.shows.get(key) != value}
        page.shows |= changed
        save, conflicts = merge(stored, written_by, page.seen, changed, name)
        before = dict(stored)
        stored |= save
        written_by |= dict.fromkeys(save, name)

        for key, value in changed.items():
            went_back = mark(value) == page.seen.get(key, EMPTY) and written_by.get(key) != name
            assert stored.get(key) == value or key in conflicts or went_back
        for key in conflicts:
            assert before.get(key) == stored.get(key), "a conflict is never saved over"
            assert written_by.get(key) not in (None, name), "a page never conflicts with its own saves"
            assert stored.get(key) != changed[key], "equal answers never conflict"
        if told:
            # The answer that carries new marks has arrived; while it has not, saves still hold.
            page.seen |= {key: mark(stored.get(key)) for key in save}


@given(st.dictionaries(st.sampled_from(LEAVES), VALUES), st.dictionaries(st.sampled_from(LEAVES), VALUES))
def test_different_leaves_never_conflict(mine: dict[str, Value], theirs: dict[str, Value]) -> None:
    theirs = {key: value for key, value in theirs.items() if key not in mine}

    _, conflicts = merge(theirs, dict.fromkeys(theirs, "Q"), {}, mine, "P")

    assert conflicts == {}


def test_marks_are_the_same_after_the_database_reordered_and_reread_an_answer() -> None:
    assert mark({"typed": "x", "a": 1}) == mark({"a": 1, "typed": "x"})
    assert len(mark("Ünïcödé")) == 8


# Rows


def test_rows_people_add_are_shown_in_the_order_they_were_added() -> None:
    start = datetime(2026, 11, 3, 9, tzinfo=UTC)
    ids = [new_row_id(start + timedelta(seconds=n)) for n in range(50)]

    assert ids == sorted(ids)
    assert len({new_row_id(start) for _ in range(200)}) > 150
    assert all(SCHOOL.leaf(f"subjects.{row}") for row in ids)


def test_rows_are_those_added_and_not_removed() -> None:
    answers: dict[str, Value] = {
        "subjects.b": True,
        "subjects.a": True,
        "subjects.c": False,
        "subjects.c.grade": "5",
        "subjects.d.grade": "6",
        "subjects.e.grade": None,
        "subjects.f~kept": "yes",
        "subjectsx.g": True,
    }

    assert rows_of(SCHOOL.by_id["subjects"], answers) == ["a", "b", "d"]


def test_fixed_rows_and_rows_of_a_record_are_given() -> None:
    assert rows_of(SCHOOL.by_id["attendance"], {}) == ["autumn", "spring"]
    assert rows_of(SCHOOL.by_id["previous"], {}, ["t1", "t2"]) == ["t1", "t2"]
    assert rows_of(SCHOOL.by_id["previous"], {}, {"previous": [("t1", "Reads daily")]}) == ["t1"]
    assert rows_of(SCHOOL.by_id["previous"], {}) == []
    assert rows_of(SCHOOL.by_id["upn"], {}) == []
