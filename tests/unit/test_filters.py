"""How dates, names, numbers and money read on a page.
Each claim is what a person would expect to read.
"""

from datetime import UTC, date, datetime

import pytest

from vsportal import filters

TODAY = date(2027, 3, 2)


@pytest.mark.parametrize(
    ("when", "words"),
    [
        (date(2026, 11, 3), "3 November 2026"),
        (datetime(2026, 11, 3, 9, tzinfo=UTC), "3 November 2026"),
        (None, ""),
    ],
)
def test_a_date_is_written_in_full(when, words):
    assert filters.day(when) == words


def test_half_past_midnight_in_an_english_summer_is_already_the_next_day():
    assert filters.day(datetime(2026, 6, 30, 23, 30, tzinfo=UTC)) == "1 July 2026"


def test_a_date_people_plan_by_has_its_weekday_and_no_year():
    assert filters.weekday(date(2027, 3, 18)) == "Thursday 18 March"
    assert filters.short_weekday(date(2027, 3, 4)) == "Thu 4 March"
    assert filters.weekday(None) == filters.short_weekday(None) == ""


def test_a_date_far_from_today_says_its_year():
    assert filters.weekday(date(2026, 3, 18), TODAY) == "Wednesday 18 March 2026"
    assert filters.day_month(date(2027, 2, 25), TODAY) == "25 February"
    assert filters.day_month(None) == ""


@pytest.mark.parametrize(
    ("hour", "minute", "words"),
    [
        (14, 2, "2:02pm"),
        (8, 0, "8am"),
        (8, 30, "8:30am"),
        (0, 5, "12:05am"),
        (12, 1, "12:01pm"),
        (12, 0, "midday"),
        (0, 0, "midnight"),
        (23, 59, "11:59pm"),
    ],
)
def test_a_time_reads_as_on_a_wall_clock(hour, minute, words):
    assert filters.clock_time(datetime(2027, 3, 2, hour, minute, tzinfo=UTC)) == words


def test_a_time_in_summer_is_english_summer_time():
    assert filters.clock_time(datetime(2027, 7, 1, 13, 2, tzinfo=UTC)) == "2:02pm"
    assert filters.clock_time(None) == ""


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (datetime(2027, 3, 2, 13, 52, tzinfo=UTC), "Today, 1:52pm"),
        (datetime(2027, 3, 1, 8, 0, tzinfo=UTC), "Yesterday, 8am"),
        (datetime(2027, 2, 26, 9, 0, tzinfo=UTC), "Friday 26 February, 9am"),
        (datetime(2027, 2, 1, 9, 0, tzinfo=UTC), "1 February, 9am"),
        (datetime(2025, 2, 1, 9, 0, tzinfo=UTC), "1 February 2025, 9am"),
        (None, ""),
    ],
)
def test_what_happened_is_dated_as_one_would_say_it(at, words):
    assert filters.moment(at, TODAY) == words


@pytest.mark.parametrize(
    ("on", "words"),
    [
        (date(2027, 3, 2), "today"),
        (date(2027, 3, 3), "tomorrow"),
        (date(2027, 3, 4), "Thursday"),
        (date(2027, 3, 9), "Tuesday 9 March"),
        (date(2027, 2, 25), "Thursday 25 February"),
        (None, ""),
    ],
)
def test_a_coming_date_goes_by_its_nearest_name(on, words):
    assert filters.ahead(on, TODAY) == words


@pytest.mark.parametrize(
    ("due", "how"),
    [
        (date(2027, 3, 1), "late"),
        (date(2027, 3, 2), "soon"),
        (date(2027, 3, 9), "soon"),
        (date(2027, 3, 10), ""),
        (None, ""),
    ],
)
def test_a_date_stands_out_from_a_week_before_and_is_late_only_the_day_after(due, how):
    assert filters.urgency(due, TODAY) == how


def test_lateness_is_counted_in_days():
    assert filters.late_by(date(2027, 3, 1), TODAY) == "1 day late"
    assert filters.late_by(date(2027, 2, 25), TODAY) == "5 days late"


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("2026-27-autumn", "autumn 2026"),
        ("2026-27-spring", "spring 2027"),
        ("2026-27-summer", "summer 2027"),
        ("before", "before"),
        (None, ""),
    ],
)
def test_a_term_has_the_year_it_lies_in(key, words):
    assert filters.term(key) == words


def test_an_age_is_whole_years():
    assert filters.age(date(2012, 5, 14), TODAY) == "14"
    assert filters.age(None, TODAY) == ""


def test_a_date_for_machines_is_iso():
    assert filters.iso(date(2027, 3, 2)) == "2027-03-02"
    assert filters.iso(None) == ""


@pytest.mark.parametrize(
    ("name", "whose"), [("Amira", "Amira’s"), ("James", "James’s"), ("", ""), (None, "")]
)
def test_whose_it_is(name, whose):
    assert filters.possessive(name) == whose


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Amira Belhadj", "AB"),
        ("Amira Jane Belhadj", "AB"),
        ("Élodie", "É"),
        ("  ", ""),
        (None, ""),
        ("Sam (Samuel) Okafor", "SO"),
    ],
)
def test_initials_are_of_the_first_and_the_last_name(name, letters):
    assert filters.initials(name) == letters


def test_a_number_agrees_with_its_word():
    assert filters.plural(1, "section") == "1 section"
    assert filters.plural(0, "section") == "0 sections"
    assert filters.plural(1200, "child", "children") == "1,200 children"


def test_small_numbers_are_words():
    assert [filters.in_words(n) for n in (0, 1, 9, 10, 1200)] == ["no", "one", "nine", "10", "1,200"]


def test_things_are_listed_with_an_and():
    assert filters.listed([]) == ""
    assert filters.listed(["Tina"]) == "Tina"
    assert filters.listed(["Tina", "", "Marcus", "Priya"]) == "Tina, Marcus and Priya"
    assert filters.listed(["a", "b"], last="or") == "a or b"


def test_only_the_first_letter_becomes_a_capital():
    assert filters.capital("her SDQ score") == "Her SDQ score"
    assert filters.capital(None) == ""


def test_typed_text_is_escaped_and_keeps_its_paragraphs_and_lines():
    shown = filters.paragraphs("<b>One\r\ntwo\r\n\r\n\r\n three & four\n")

    assert shown == "<p>&lt;b&gt;One<br>two</p><p> three &amp; four</p>"


def test_nothing_typed_shows_nothing():
    assert (
        filters.paragraphs(None)
        == filters.paragraphs(" \n\n ")
        == filters.quoted(" ")
        == filters.quoted(None)
        == ""
    )


def test_what_a_child_said_stands_between_quotation_marks_once():
    assert filters.quoted("I like art.\n\nA <lot>\n") == "<p>“I like art.</p><p>A &lt;lot&gt;”</p>"


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0) Chrome/120.0 Safari/537.36 Edg/120.0",
            "Edge on Windows",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/120.0 Safari/537.36", "Chrome on Windows"),
        (
            "Mozilla/5.0 (iPhone; like Mac OS X) Version/17.0 Safari/604.1",
            "Safari on an iPhone",
        ),
        (
            "Mozilla/5.0 (X11; CrOS x86_64) Chrome/120.0 Safari/537.36",
            "Chrome on a Chromebook",
        ),
        ("curl/8.0", "A browser"),
        ("", "A browser"),
        (None, "A browser"),
    ],
)
def test_a_device_is_named_so_that_its_owner_knows_it(agent, words):
    assert filters.device(agent) == words


@pytest.mark.parametrize(
    ("value", "places", "words"),
    [(91, 0, "91%"), (90.5, 0, "91%"), (0.5, 0, "1%"), (47.85, 1, "47.9%"), (None, 0, "–"), (0, 0, "0%")],
)
def test_percentages_round_half_up(value, places, words):
    assert filters.percent(value, places) == words


def test_a_share_of_nothing_is_a_dash():
    assert filters.percent_of(192, 210) == "91%"
    assert filters.percent_of(1, 3, 2) == "33.33%"
    assert filters.percent_of(0, 0) == "–"


@pytest.mark.parametrize(
    ("amount", "words"),
    [(120050, "£1,200.50"), (56000, "£560"), (5, "£0.05"), (0, "£0"), (-1250, "−£12.50"), (None, "–")],
)
def test_money_shows_pence_only_when_there_are_any(amount, words):
    assert filters.pence(amount) == words
