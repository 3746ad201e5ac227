"""What people type is read as they mean it, and what cannot be read is answered with what to do."""

from __future__ import annotations

import contextlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vsportal.editions.reading import (
    Unreadable,
    one_line,
    plain,
    read_date,
    read_number,
    read_pence,
    read_percent,
    words,
)

SEPTEMBER = date(2019, 9, 4)


@pytest.mark.parametrize(
    "typed",
    [
        "4 Sept 2019",
        "4 Sep 2019",
        "4 september 2019",
        "4th September 2019",
        "4th of September, 2019",
        "Wednesday 4 September 2019",
        "Wed, 4 Sep 2019",
        "September 4, 2019",
        "2019 September 4",
        "4-Sep-19",
        "4Sept2019",
        "4/9/19",
        "4/9/2019",
        "04.09.2019",
        "04-09-2019",
        "4 9 2019",
        " 04 / 09 / 2019 ",
        "2019-09-04",
        "2019/9/4",
        "2019-09-04T00:00",
        "04092019",
        "20190904",
        "４／９／２０１９",
        "٤/٩/٢٠١٩",
        "4\u00a0September\u00a02019",
        "\u200e4/9/2019",
        "4–9–2019",
    ],
)
def test_a_date_is_read_in_any_usual_form_the_day_first(typed: str) -> None:
    assert read_date(typed) == SEPTEMBER


@pytest.mark.parametrize(
    ("typed", "year"), [("1/2/00", 2000), ("1/2/49", 2049), ("1/2/50", 1950), ("1 feb 99", 1999)]
)
def test_a_year_of_two_figures_is_in_this_century_up_to_49(typed: str, year: int) -> None:
    assert read_date(typed) == date(year, 2, 1)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("31/02/2020", "31 February 2020 is not a date. Enter a real date, like 4 September 2019"),
        ("2019-02-29", "29 February 2019 is not a date. Enter a real date, like 4 September 2019"),
        ("0/1/2020", "0 January 2020 is not a date. Enter a real date, like 4 September 2019"),
        ("4 September", "Enter the year as well, like 4 September 2019"),
        ("4/9", "Enter the year as well, like 4 September 2019"),
        ("September 2019", "Enter the day as well, like 4 September 2019"),
        ("4/9/201", "Enter the year with four figures, like 4 September 2019"),
        ("9/25/2019", "There is no month 25. Enter the day first, then the month, like 4 September 2019"),
        ("25/13/2019", "There is no month 13. Enter a real date, like 4 September 2019"),
        ("1/1/1066", "1066 is not a year this can be. Enter a real date, like 4 September 2019"),
        ("4 5 September 2019", "Enter a real date, like 4 September 2019"),
        ("soon", "Enter a date, like 4 September 2019"),
        ("4 Septober 2019", "Enter a date, like 4 September 2019"),
        ("4/9/2019 to 5/9/2019", "Enter a date, like 4 September 2019"),
        ("", "Enter a date, like 4 September 2019"),
        ("9" * 5000 + " Sept 2019", "Enter a date, like 4 September 2019"),
    ],
)
def test_what_is_no_date_is_answered_with_what_to_do(typed: str, sentence: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_date(typed)

    assert refused.value.sentence == sentence


@given(
    st.dates(date(1900, 1, 1), date(2100, 12, 31)),
    st.sampled_from(["%d/%m/%Y", "%d %B %Y", "%Y-%m-%d", "%d.%m.%Y"]),
)
def test_every_date_comes_back_in_every_usual_form(day: date, form: str) -> None:
    assert read_date(day.strftime(form)) == day


@given(st.text(max_size=60))
def test_no_text_at_all_breaks_the_readers(typed: str) -> None:
    for read in (read_date, read_pence, read_number, read_percent):
        with contextlib.suppress(Unreadable):
            read(typed)


@pytest.mark.parametrize(
    ("typed", "pence"),
    [
        ("£1,200.50", 120050),
        (" 1 200.50 ", 120050),
        ("1200", 120000),
        ("£12.5", 1250),
        ("12.", 1200),
        (".5", 50),
        ("0", 0),
        ("50p", 50),
        ("12,50", 1250),
        ("GBP 12", 1200),
        ("12 pounds", 1200),
        ("￡12", None),
        ("£0.07", 7),
        ("£19.99", 1999),
    ],
)
def test_an_amount_is_read_to_the_penny(typed: str, pence: int | None) -> None:
    if pence is None:
        # NFKC makes the wide pound sign the usual one.
        pence = 1200

    assert read_pence(typed) == pence


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("12 quid", "Enter the amount in pounds, like £1,200 or £45.50"),
        ("about 12", "Enter the amount in pounds, like £1,200 or £45.50"),
        ("1e5", "Enter the amount in pounds, like £1,200 or £45.50"),
        ("£", "Enter the amount in pounds, like £1,200 or £45.50"),
        ("£12.345", "Enter pounds and pence with no more than two figures after the point, like £45.50"),
        ("-£3", "Enter an amount of £0 or more, like £45.50"),
        ("−3", "Enter an amount of £0 or more, like £45.50"),
    ],
)
def test_what_is_no_amount_is_answered_kindly(typed: str, sentence: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_pence(typed)

    assert refused.value.sentence == sentence


@pytest.mark.parametrize(
    ("typed", "percent"), [("94 %", 94), ("94%", 94), ("94,5", 94.5), ("94.25", 94.25), ("94 per cent", 94)]
)
def test_a_percentage_is_read_with_or_without_its_sign(typed: str, percent: float) -> None:
    assert read_percent(typed) == percent


@pytest.mark.parametrize(
    ("typed", "number"),
    [("12", 12), ("1,200", 1200), ("1 200", 1200), ("-3", -3), ("−3", -3), ("2.50", 2.5), ("3.0", 3)],
)
def test_a_whole_number_is_an_int_however_it_was_typed(typed: str, number: float) -> None:
    read = read_number(typed)

    assert read == number
    assert isinstance(read, int) == (number == int(number))


@pytest.mark.parametrize("typed", ["twelve", "1.2.3", "nan", "inf", "0x10", "1_000", "١٢٣x"])
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(Unreadable, match="Enter a number, like 12"):
        read_number(typed)


def test_text_is_cleaned_of_what_no_database_page_or_print_can_hold() -> None:
    assert plain("a\x00b\ud800c\x02d\x03e\x7f\ufffe") == "abcde"


def test_line_ends_become_one_kind_and_accents_are_composed() -> None:
    assert plain("a\r\nb\rc\x0bd\te\u0301") == "a\nb\nc\nd\té"


@pytest.mark.parametrize("text", ["👩🏽‍🎓 and 👍", "مرحبا بك", "שלום", "ትግርኛ", "“It’s” – fine…"])
def test_emoji_and_other_scripts_pass_untouched(text: str) -> None:
    assert plain(text) == text


@given(st.text(st.characters(), max_size=200))
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert plain(plain(text)) == plain(text)


def test_a_box_of_one_line_gives_one_line() -> None:
    assert one_line("  Mr \n Yusuf\tKaya ") == "Mr Yusuf Kaya"


def test_words_are_counted_as_people_count() -> None:
    assert words("It’s a well-known\nfact – so far") == 7
