"""Named checks answer what people get wrong with what to do, and leave alone what is right."""

from __future__ import annotations

from datetime import date

import pytest

from tests.editions.forms import leaf
from vsportal.editions import checks
from vsportal.editions.checks import CHECKS, SUITS, About, At, TermDates
from vsportal.editions.reading import Value
from vsportal.editions.schema import Leaf

TODAY = date(2026, 11, 3)
TERM = TermDates(
    starts=date(2026, 9, 1),
    ends=date(2026, 12, 18),
    next_starts=date(2027, 1, 4),
    next_ends=date(2027, 3, 26),
    deadline=date(2027, 2, 12),
    half_terms=((date(2026, 10, 26), date(2026, 10, 30)), (date(2027, 2, 15), date(2027, 2, 19))),
    bank_holidays=frozenset({date(2027, 3, 26)}),
)
ABOUT = About(today=TODAY, date_of_birth=date(2011, 10, 4), year=10, term=TERM)
ANY = leaf("upn")


def said(name: str, value: Value, about: About = ABOUT, at: Leaf = ANY) -> str | None:
    return CHECKS[name](value, at, about)


@pytest.mark.parametrize(
    "number",
    [
        "H801200001001",
        "A950000178301",
        "H243278544154",
        "B801200005001",
        "A203102209083",
        "A203202811068",
        "P207000016049",
        "Q80123422501C",
        "U80120000100A",
        "h801 2000 01001",
    ],
)
def test_a_upn_whose_letter_fits_is_left_alone(number: str) -> None:
    assert said("upn", number) is None


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (
            "A801200005001",
            "The first letter does not fit the figures: it would be B. Check it against the register",
        ),
        (
            "R247962919251",
            "The first letter does not fit the figures: it would be Q. Check it against the register",
        ),
        (
            "Q207000016049",
            "The first letter does not fit the figures: it would be P. Check it against the register",
        ),
        ("H80120000100", "A UPN has 13 characters and this has 12. Check it against the school’s register"),
        ("H8012O0001001", "A UPN never has the letter O. Check whether it is a figure"),
        (
            "H80120000100!",
            "A UPN is a letter and 12 figures, the last sometimes a letter. Check it against the register",
        ),
    ],
)
def test_a_upn_that_does_not_fit_says_why(number: str, sentence: str) -> None:
    assert said("upn", number) == sentence


@pytest.mark.parametrize("year", ["10", "Year 10", 10, "year 10"])
def test_the_year_group_of_the_childs_age_is_left_alone(year: Value) -> None:
    assert said("year_from_birth", year) is None


def test_another_year_group_than_the_date_of_birth_says_is_asked_about() -> None:
    sentence = said("year_from_birth", "9")

    assert sentence == "Children born on 4 October 2011 are usually in Year 10. Check that Year 9 is right"


@pytest.mark.parametrize("year", ["", "X", "N1", "2026", {"typed": "ten"}])
def test_a_year_group_that_is_no_number_is_left_alone(year: Value) -> None:
    assert said("year_from_birth", year) is None
    assert said("year_from_birth", "R", About(today=TODAY, date_of_birth=date(2024, 1, 1))) is None
    assert said("year_from_birth", "9", About(today=TODAY)) is None


@pytest.mark.parametrize(
    ("born", "on", "year"),
    [
        (date(2011, 8, 31), date(2026, 9, 1), 11),
        (date(2011, 9, 1), date(2026, 9, 1), 10),
        (date(2011, 9, 1), date(2026, 8, 31), 9),
        (date(2022, 8, 31), date(2026, 9, 1), 0),
    ],
)
def test_the_expected_year_turns_over_on_the_first_of_september(born: date, on: date, year: int) -> None:
    assert checks.expected_year(born, on) == year


@pytest.mark.parametrize(
    ("name", "fine", "wrong", "sentence"),
    [
        ("not_before_birth", "2011-10-04", "2011-10-03",
         "3 October 2011 is before the date of birth, 4 October 2011. Check the year"),
        ("not_in_future", "2026-11-03", "2026-11-04",
         "4 November 2026 is still to come. Enter a date up to today"),
        ("not_in_past", "2026-11-03", "2026-11-02",
         "2 November 2026 has passed. Enter today’s date or a later one"),
        ("looked_after_date", "2019-09-04", "2011-01-01",
         "1 January 2011 is before the date of birth, 4 October 2011. Check the year"),
        ("looked_after_date", "2019-09-04", "2027-01-01",
         "1 January 2027 is still to come. Enter a date up to today"),
        ("more_than_five_years", "2031-11-03", "2032-11-03",
         "3 November 2032 is more than five years ahead. Check the year"),
        ("more_than_five_years", "2021-11-04", "2019-11-03",
         "3 November 2019 is more than five years ago. Check the year"),
        ("within_term", "2026-11-19", "2027-01-19",
         "19 January 2027 is not in this plan’s term, 1 September 2026 to 18 December 2026. Check the date"),
        ("next_pep_next_term", "2027-02-04", "2026-12-04",
         "The next plan is made next term, 4 January 2027 to 26 March 2027. Check the date"),
        ("not_in_holidays", "2027-02-04", "2026-12-23",
         "23 December 2026 is in the school holidays. Choose a day in term time"),
        ("not_in_holidays", "2027-02-04", "2027-02-06", "6 February 2027 is a Saturday. Choose a school day"),
        ("not_in_holidays", "2027-02-12", "2027-02-15",
         "15 February 2027 is in the half-term holiday. Choose a day in term time"),
        ("not_in_holidays", "2027-03-25", "2027-03-26",
         "26 March 2027 is a bank holiday. Choose a school day"),
        ("not_in_holidays", "2027-03-25", "2027-03-29",
         "29 March 2027 is in the school holidays. Choose a day in term time"),
        ("before_deadline", "2027-02-12", "2027-02-15",
         "The next plan is due by 12 February 2027. Choose an earlier day"),
        ("target_date", "2026-11-04", "2026-11-03",
         "Enter a date after today: a target is for what is to come"),
    ],
)  # fmt: skip
def test_a_date_outside_its_meaning_says_so(name: str, fine: str, wrong: str, sentence: str) -> None:
    assert said(name, fine) is None
    assert said(name, wrong) == sentence


@pytest.mark.parametrize("name", sorted(name for name, kinds in SUITS.items() if "date" in kinds))
def test_a_check_of_dates_says_nothing_when_it_knows_nothing(name: str) -> None:
    about = About(today=TODAY)

    assert said(name, "2027-01-13", about) in (None, CHECKS["not_in_future"]("2027-01-13", ANY, about))
    assert said(name, "not a date", about) is None


def test_a_target_beyond_the_next_plan_is_fine_when_it_serves_further_ahead() -> None:
    at = leaf("targets.r1.by_when")
    further = About(today=TODAY, term=TERM, answers={"targets.r1.further_ahead": "yes"})

    assert said("target_before_next_pep", "2027-02-12", ABOUT, at) is None
    assert said("target_before_next_pep", "2027-06-01", further, at) is None
    assert said("target_before_next_pep", "2027-06-01", ABOUT, at) == (
        "The next plan, due by 12 February 2027, looks at this target again. Choose a date before it"
    )


@pytest.mark.parametrize(
    ("last", "next_review", "year", "sentence"),
    [
        ("2026-03-02", "2027-03-02", 10, None),
        ("2024-02-29", "2025-02-28", 10, None),
        ("2026-03-02", "2027-03-03", 10,
         "An EHC plan is reviewed within 12 months, by 2 March 2027. Check the date"),
        ("2026-03-02", "2026-03-02", 10,
         "The next review comes after the last one, on 2 March 2026. Check both dates"),
        (None, "2027-03-03", 10, None),
        ("2026-03-02", "2027-02-02", 11,
         "In a year that ends with a move, the review is best held in the autumn term. Check the date"),
        ("2026-03-02", "2026-11-20", 11, None),
    ],
)  # fmt: skip
def test_an_ehc_plan_is_reviewed_within_the_year_and_in_autumn_before_a_move(
    last: str | None, next_review: str, year: int, sentence: str | None
) -> None:
    about = About(today=TODAY, year=year, answers={"ehcp_last_review": last})

    assert said("ehcp_review_within_year", next_review, about, leaf("ehcp_next_review")) == sentence


@pytest.mark.parametrize(
    "address", ["rhian.castell@lodewater.example.org", "a+b@example.org", "zoë@example.org"]
)
def test_an_email_address_is_left_alone(address: str) -> None:
    assert said("email", address) is None


@pytest.mark.parametrize(
    "address", ["rhian", "rhian@", "@example.org", "rhian@example", "a b@example.org", "a@b@c.uk"]
)
def test_what_is_no_email_address_is_told(address: str) -> None:
    assert said("email", address) == "Enter an e-mail address, like name@example.org"


@pytest.mark.parametrize(
    "number",
    ["01632 960142", "(01632) 960-142",
     "07700 900982", "+44 7700 900982", "+44 (0)7700 900982", "0044 7700 900982",
     "020 7946 0000", "01632 960142 ext 12", "+353 1 234 5678", "0800 1111 111"],
)  # fmt: skip
def test_a_phone_number_is_taken_however_it_is_grouped(number: str) -> None:
    assert said("phone", number) is None


@pytest.mark.parametrize("number", ["960142", "ask school", "0770090098", "07700 900982 3", "+44"])
def test_what_is_no_phone_number_is_told(number: str) -> None:
    expected = None if number == "0770090098" else "Enter a phone number, like 01632 960 001 or 07700 900 982"

    assert said("phone", number) == expected


@pytest.mark.parametrize("code", ["ST4 1AA", "st41aa", "EC1A 1BB", "M1 1AE"])
def test_a_postcode_is_left_alone(code: str) -> None:
    assert said("postcode", code) is None


@pytest.mark.parametrize("code", ["ST4", "ST4 1A", "12345"])
def test_half_a_postcode_is_told(code: str) -> None:
    assert said("postcode", code) == "Enter a full postcode, like ST4 1AA"


OTHERS = About(today=TODAY, other_children=frozenset({"Leon Whitby", "Zoë O’Hara-Li", "Max"}))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Leon Whitby helped her", "Leon Whitby"),
        ("She sat with LEON  WHITBY.", "Leon Whitby"),
        ("with Leon\nWhitby", "Leon Whitby"),
        ("zoe o'hara li", "Zoë O’Hara-Li"),
        ("Leon’s brother, Leon Whitby’s twin", "Leon Whitby"),
    ],
)
def test_the_full_name_of_another_child_is_asked_about(text: str, name: str) -> None:
    assert said("names_another_child", text, OTHERS) == f"This names another child, {name}. Check the name"


@pytest.mark.parametrize(
    "text", ["Leon helped her", "Whitby", "Leonora Whitby", "Max did", "Dana Frost", "Leon. A Whitby"]
)
def test_part_of_a_name_and_a_stranger_give_no_sign(text: str) -> None:
    assert said("names_another_child", text, OTHERS) is None
    assert said("names_another_child", text, About(today=TODAY)) is None


@pytest.mark.parametrize(
    "grade",
    ["9", "1", "U", "5-5", "55", "5–4", "4/5",
     "Pass", "merit", "Distinction*", "D*", "L2 Pass", "Level 1 Merit", "L2M",
     "Entry level 3", "EL1", "A*", "B", "DDM", "5+", "4.2", "2 pass", "Not entered"],
)  # fmt: skip
def test_a_grade_of_any_usual_course_is_left_alone(grade: str) -> None:
    expected = None if grade != "2 pass" else "Enter a grade, like 5, 5-5, U, Pass, Merit or Distinction"

    assert said("grade", grade) == expected


@pytest.mark.parametrize("grade", ["10", "0", "good", "75%", "H", "5-5-5"])
def test_what_is_no_grade_is_told(grade: str) -> None:
    assert said("grade", grade) == "Enter a grade, like 5, 5-5, U, Pass, Merit or Distinction"


def test_more_hours_than_a_school_week_holds_are_asked_about() -> None:
    assert said("school_hours", 32.5) is None
    assert said("school_hours", 50) == "50 hours a week is more than a school week holds. Check the figure"


def test_a_check_of_the_row_says_nothing_about_rows_without_dates_or_figures() -> None:
    for name in ("start_before_end", "gap_in_history", "attendance_band", "attendance_adds_up"):
        assert said(name, {}, ABOUT, leaf("subjects.r1.grade")) is None


def test_two_names_that_begin_alike_are_both_looked_for() -> None:
    about = About(today=TODAY, other_children=frozenset({"Leon Whitby", "Leon Ashby"}))

    assert said("names_another_child", "Leon went with Leon Ashby", about) == (
        "This names another child, Leon Ashby. Check the name"
    )


def row(field: str) -> Leaf:
    return leaf(f"{field}.autumn.present")


@pytest.mark.parametrize(
    ("figures", "sentence"),
    [
        ({"possible": 120, "present": 110, "authorised": 6, "unauthorised": 4}, None),
        ({"possible": 120, "present": 110}, None),
        ({"present": 110}, None),
        ({"possible": 120, "present": 110, "authorised": 6, "unauthorised": 3},
         "Present and absent come to 119, and 120 sessions were possible. Check them"),
        ({"possible": 120, "present": 110, "authorised": 12},
         "Present and absent come to 122, and 120 sessions were possible. Check them"),
    ],
)  # fmt: skip
def test_sessions_add_up_to_those_possible(figures: dict[str, Value], sentence: str | None) -> None:
    assert said("attendance_adds_up", figures, ABOUT, row("attendance")) == sentence


@pytest.mark.parametrize(
    ("figures", "sentence"),
    [
        ({"present": 94.5, "authorised": 3.5, "unauthorised": 2}, None),
        ({"present": 94, "authorised": 3, "unauthorised": 2}, None),
        ({"present": 95, "authorised": 4, "unauthorised": 2}, None),
        ({"present": 94}, None),
        ({"present": 94, "authorised": 3, "unauthorised": 1},
         "The figures of this row add up to 98. Check them: they should add up to 100"),
        ({"present": 94, "authorised": 8},
         "The figures of this row add up to 102. Check them: they should add up to 100"),
        ({"present": 0.1, "authorised": 0.2, "unauthorised": 98.7}, None),
    ],
)  # fmt: skip
def test_percentages_add_up_to_a_hundred_give_or_take_one(
    figures: dict[str, Value], sentence: str | None
) -> None:
    assert said("attendance_adds_up", figures, ABOUT, leaf("subjects.r1.grade")) == sentence


def test_more_sessions_present_than_possible_are_told_at_their_column() -> None:
    sentence = said("attendance_band", {"possible": 120, "present": 121}, ABOUT, row("attendance"))

    assert sentence == "121 present is more than the 120 sessions possible. Check both"
    assert isinstance(sentence, At)
    assert sentence.column == "present"
    assert said("attendance_band", {"possible": 120, "present": 120}, ABOUT, row("attendance")) is None


def test_what_ends_before_it_starts_is_told_at_its_end() -> None:
    at = leaf("targets.r1.by_when")
    sentence = said("start_before_end", {"starts_on": "2026-11-04", "by_when": "2026-11-03"}, ABOUT, at)

    assert sentence == "This is before it starts, on 4 November 2026. Check both dates"
    assert isinstance(sentence, At)
    assert sentence.column == "by_when"
    for fine in ({"starts_on": "2026-11-03", "by_when": "2026-11-03"}, {"starts_on": "2026-11-03"}, {}):
        assert said("start_before_end", fine, ABOUT, at) is None


def history(first: tuple[str, str | None], second: str) -> tuple[dict[str, Value], About]:
    answers: dict[str, Value] = {
        "targets.r1": True, "targets.r1.starts_on": first[0], "targets.r1.by_when": first[1],
        "targets.r2": True, "targets.r2.starts_on": second,
    }  # fmt: skip
    return {"starts_on": second}, About(today=TODAY, answers=answers)


@pytest.mark.parametrize(
    ("first", "second", "gap"),
    [
        (("2023-09-05", "2024-02-02"), "2024-04-15", True),
        (("2023-09-05", "2024-02-02"), "2024-02-12", False),
        (("2023-09-05", "2024-07-19"), "2024-09-03", False),
        (("2023-09-05", None), "2024-04-15", False),
        (("2024-09-05", "2024-10-02"), "2024-04-15", False),
    ],
)
def test_weeks_without_a_place_are_asked_about_but_not_the_summer(
    first: tuple[str, str | None], second: str, gap: bool
) -> None:
    value, about = history(first, second)

    sentence = said("gap_in_history", value, about, leaf("targets.r2.starts_on"))

    assert bool(sentence) == gap
    if sentence is not None:
        assert (
            sentence
            == "There is a gap from 2 February 2024 to 15 April 2024. Say where they learnt in between"
        )
