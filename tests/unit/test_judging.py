"""Answers are judged leaf by leaf, and what is still missing is counted."""

from __future__ import annotations

from datetime import date

from tests.editions.forms import asked
from vsportal.editions.answers import (
    judge,
    progress,
    still_missing,
    touched,
)
from vsportal.editions.checks import About, TermDates
from vsportal.editions.reading import Value

SCHOOL = asked("school")
ME = asked("about_me")
ABOUT = About(today=date(2026, 11, 3), date_of_birth=date(2011, 10, 4), year=10)


# Judging


def test_what_could_not_be_read_is_told_with_the_reason() -> None:
    verdict = judge(
        SCHOOL, {"starts": {"typed": "31/02/2020"}, "move_to": {"typed": "x"}, "moving": "yes"}, ABOUT
    )

    assert verdict.errors == {
        "starts": "31 February 2020 is not a date. Enter a real date, like 4 September 2019",
        "move_to": "Select one of the answers offered",
    }


def test_nobody_is_told_while_typing_that_something_is_not_answered_yet() -> None:
    assert judge(SCHOOL, {}, ABOUT) == judge(SCHOOL, {"subjects.r1": True, "moving": "yes"}, ABOUT)
    assert judge(SCHOOL, {}, ABOUT).errors == {}


def test_an_error_comes_before_a_warning_and_a_bound_before_a_check() -> None:
    assert judge(SCHOOL, {"hours": 61}, ABOUT).errors == {"hours": "Enter a number from 0 to 60"}
    assert judge(SCHOOL, {"hours": 61}, ABOUT).warnings == {}
    assert judge(SCHOOL, {"hours": 50}, ABOUT).warnings.keys() == {"hours"}


def test_a_rows_sentence_stands_at_the_column_it_is_about_and_in_page_order() -> None:
    answers: dict[str, Value] = {
        "attendance.autumn.possible": 120,
        "attendance.autumn.present": 130,
        "attendance.spring.possible": 100,
        "attendance.spring.present": 90,
        "attendance.spring.authorised": 5,
        "attendance.spring.unauthorised": 4,
        "barriers": "word " * 501,
        "starts": "2010-01-01",
    }

    errors = judge(SCHOOL, answers, ABOUT).errors

    assert list(errors) == [
        "starts",
        "attendance.autumn.possible",
        "attendance.autumn.present",
        "attendance.spring.possible",
        "barriers",
    ]
    assert errors["attendance.autumn.present"].startswith("130 present is more than")


def test_a_cell_that_is_wrong_in_itself_keeps_its_own_sentence() -> None:
    answers: dict[str, Value] = {
        "targets.r1.starts_on": "2026-11-04",
        "targets.r1.by_when": {"typed": "31/02/2027"},
    }

    assert judge(SCHOOL, answers, ABOUT).errors["targets.r1.by_when"].startswith("31 February 2027")


def test_judging_one_leaf_gives_its_row_and_nothing_else() -> None:
    answers: dict[str, Value] = {
        "starts": {"typed": "x"},
        "targets.r1.starts_on": "2026-11-04",
        "targets.r1.by_when": "2026-11-03",
    }

    verdict = judge(SCHOOL, answers, ABOUT, only=["targets.r1.starts_on"])

    assert verdict.errors.keys() == {"targets.r1.by_when"}
    assert "targets.r1.by_when" in touched(SCHOOL, ["targets.r1.starts_on"])


def test_what_depends_on_an_answer_is_touched_with_it() -> None:
    assert "targets.r1.by_when" in touched(SCHOOL, ["targets.r1.further_ahead"])
    assert "ehcp_next_review" in touched(SCHOOL, ["ehcp_last_review"])
    assert touched(SCHOOL, ["upn~kept"])[0] == "upn"
    assert "upn" not in touched(SCHOOL, ["subjects.r1.grade"])
    assert touched(SCHOOL, ["nothing"]) == []


def test_every_judged_leaf_of_one_is_judged_the_same_with_all() -> None:
    answers: dict[str, Value] = {
        "upn": "A801200005001",
        "hours": 50,
        "starts": {"typed": "4/9"},
        "attendance.autumn.possible": 120,
        "attendance.autumn.present": 130,
        "targets.r1.by_when": "2028-01-01",
    }
    about = About(today=ABOUT.today, term=TermDates(starts=date(2026, 9, 1), ends=date(2026, 12, 18),
                                                    deadline=date(2027, 2, 12)))  # fmt: skip

    whole = judge(SCHOOL, answers, about)
    each = [judge(SCHOOL, answers, about, only=touched(SCHOOL, [key])) for key in answers]

    assert {k: v for one in each for k, v in one.errors.items()} == whole.errors
    assert {k: v for one in each for k, v in one.warnings.items()} == whole.warnings
    assert whole.errors
    assert whole.warnings


def test_free_text_is_looked_through_for_other_children_without_being_asked_to() -> None:
    about = About(today=ABOUT.today, other_children=frozenset({"Leon Whitby"}))

    warnings = judge(
        SCHOOL, {"targets.r1.outcome": "Sits with Leon Whitby", "mentor": "Leon Whitby"}, about
    ).warnings

    assert warnings == {"targets.r1.outcome": "This names another child, Leon Whitby. Check the name"}


def test_more_rows_than_there_is_room_for_are_told() -> None:
    answers: dict[str, Value] = {f"subjects.r{n}": True for n in range(5)}

    assert judge(SCHOOL, answers, ABOUT).errors == {"subjects": "There is room for 3. Remove 2"}


def test_what_was_typed_before_a_rule_was_bettered_is_asked_for_again() -> None:
    answers: dict[str, Value] = {"starts": {"typed": "4 September 2019"}}

    assert judge(SCHOOL, answers, ABOUT).errors == {"starts": "Enter this again"}


def test_judging_what_is_not_there_says_nothing() -> None:
    keys = [
        "nothing",
        "upn~kept",
        "subjects.r1",
        "subjects.r1.grade",
        "move_to",
        "targets.r1.outcome",
        "words",
    ]

    assert judge(SCHOOL, {"move_to": {"typed": "x"}, "words": "x"}, ABOUT, only=keys) == judge(
        SCHOOL, {}, ABOUT
    )


def test_a_row_of_a_record_is_judged_with_the_others() -> None:
    errors = judge(SCHOOL, {"previous.t1.result": {"typed": "x"}, "previous.t1": None}, ABOUT).errors

    assert errors == {"previous.t1.result": "Select one of the answers offered"}


# What is still missing


DONE: dict[str, Value] = {
    "starts": "2019-09-04",
    "moving": "no",
    "attendance.autumn.possible": 100,
    "attendance.autumn.present": 100,
    "subjects.r1": True,
    "subjects.r1.subject": "Maths",
}


def test_a_section_with_everything_that_must_be_answered_lacks_nothing() -> None:
    assert still_missing(SCHOOL, DONE, ABOUT) == {}
    assert progress(SCHOOL, DONE) == (5, 5)


def test_what_is_missing_is_listed_in_page_order_with_its_sentence() -> None:
    assert still_missing(SCHOOL, {}, ABOUT) == {
        "starts": "Enter the date {child} started",
        "moving": "Select whether a move is planned",
        "attendance": "Enter the attendance of at least one term",
        "subjects": "Add a subject",
    }
    assert list(still_missing(SCHOOL, {"moving": "yes"}, ABOUT)) == [
        "starts",
        "move_to",
        "attendance",
        "subjects",
    ]
    assert progress(SCHOOL, {}) == (0, 4)


def test_an_added_row_asks_for_its_cells_and_a_removed_one_does_not() -> None:
    assert "subjects.r2.subject" in still_missing(SCHOOL, {**DONE, "subjects.r2": True}, ABOUT)
    assert still_missing(SCHOOL, {**DONE, "subjects.r2": False}, ABOUT) == {}


def test_rows_of_a_record_are_asked_for_when_there_are_any() -> None:
    assert still_missing(SCHOOL, DONE, ABOUT, ["t1"]) == {"previous.t1.result": "Select how it went"}
    assert still_missing(SCHOOL, {**DONE, "previous.t1.result": "not"}, ABOUT, ["t1"]) == {}
    assert progress(SCHOOL, DONE, from_record=["t1"]) == (5, 6)


def test_not_known_yet_with_a_reason_satisfies_a_statutory_question_and_no_other() -> None:
    reasons: dict[str, Value] = {"moving~unknown": "Waiting for the panel", "starts~unknown": "Do not know"}

    missing = still_missing(SCHOOL, {**DONE, "moving": None, "starts": None, **reasons}, ABOUT)

    assert list(missing) == ["starts"]


def test_a_question_the_child_passed_over_is_not_asked_again() -> None:
    about_me: dict[str, Value] = {"enjoys~how": "talk"}

    assert "enjoys" in still_missing(ME, {}, ABOUT, said=["told"])
    assert still_missing(ME, about_me, ABOUT, said=["told"]) == {}


def test_views_are_answered_when_somebody_has_said_something() -> None:
    assert list(still_missing(ME, {"enjoys": "Art"}, ABOUT)) == ["told"]
    assert still_missing(ME, {"enjoys": "Art"}, ABOUT, said={"told"}) == {}
    assert progress(ME, {"enjoys": "Art"}, {"told"}) == (2, 2)


def test_what_cannot_be_read_is_no_answer_and_says_why() -> None:
    missing = still_missing(SCHOOL, {**DONE, "starts": {"typed": "4/9"}}, ABOUT)

    assert missing == {"starts": "Enter the year as well, like 4 September 2019"}
    assert progress(SCHOOL, {**DONE, "starts": {"typed": "4/9"}}) == (4, 5)


def test_a_warning_holds_a_section_up_until_somebody_keeps_it_with_a_reason() -> None:
    wrong: dict[str, Value] = {**DONE, "upn": "A801200005001"}

    assert still_missing(SCHOOL, wrong, ABOUT).keys() == {"upn"}
    assert still_missing(SCHOOL, {**wrong, "upn~kept": "It is what the register says"}, ABOUT) == {}


def test_an_answer_that_is_not_asked_any_more_holds_nothing_up() -> None:
    assert still_missing(SCHOOL, {**DONE, "move_to": {"typed": "x"}}, ABOUT) == {}
