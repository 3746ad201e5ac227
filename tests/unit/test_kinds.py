"""Each kind of question reads, puts back and shows its answers, and says when one is out of bounds."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vsportal.editions import schema
from vsportal.editions.kinds import KINDS, answered, kind_of, label_of, options_of
from vsportal.editions.reading import Unreadable

TODAY = date(2026, 11, 3)
TEXT = schema.Text(id="a", label="A", max_length=10)
LONG = schema.LongText(id="a", label="A", max_words=500)
NUMBER = schema.Number(id="a", label="A", minimum=0, maximum=40)
COUNT = schema.Number(id="a", label="A")
HOURS = schema.Number(id="a", label="A", maximum=60, decimals=1, unit="hours")
PERCENT = schema.Percent(id="a", label="A")
MONEY = schema.Money(id="a", label="A", maximum_pence=50_000)
DATE = schema.Date(id="a", label="A")
PAST = schema.Date(id="a", label="A", within="past")
FUTURE = schema.Date(id="a", label="A", within="future")
YES_NO = schema.YesNo(id="a", label="A")
UNSURE = schema.YesNo(id="a", label="A", unsure="Not known yet")
ONE = schema.OneOf(id="a", label="A", options=(("school", "Another school"), ("none", "Nowhere")))
MANY = schema.ManyOf(
    id="a", label="A", options=(("time", "Extra time"), ("reader", "Reader"), ("it", "IT, laptop"))
)
SCALE = schema.Scale(id="a", label="A", words=("Awful", "Bad", "So so", "Good", "Great"))
PERSON = schema.Person(id="a", label="A")
VIEWS = schema.Views(id="a", label="A")


@pytest.mark.parametrize(
    ("spec", "raw", "value", "text", "shown"),
    [
        (TEXT, [" Ann \n Lee"], "Ann Lee", "Ann Lee", "Ann Lee"),
        (LONG, [" one\r\n\r\ntwo "], "one\n\ntwo", "one\n\ntwo", "one\n\ntwo"),
        (VIEWS, ["I like art"], "I like art", "I like art", "I like art"),
        (PERSON, ["Tina Moss, carer"], "Tina Moss, carer", "Tina Moss, carer", "Tina Moss, carer"),
        (NUMBER, ["1,200"], 1200, "1200", "1,200"),
        (HOURS, ["24.5 hours"], 24.5, "24.5", "24.5 hours"),
        (PERCENT, ["94,50 %"], 94.5, "94.5", "94.5%"),
        (PERCENT, ["94"], 94, "94", "94%"),
        (MONEY, ["£1200.50"], 120050, "1,200.50", "£1,200.50"),
        (MONEY, ["45"], 4500, "45", "£45"),
        (DATE, ["4/9/19"], "2019-09-04", "4 September 2019", "4 September 2019"),
        (YES_NO, ["yes"], "yes", "yes", "Yes"),
        (UNSURE, ["unsure"], "unsure", "unsure", "Not known yet"),
        (ONE, ["school"], "school", "school", "Another school"),
        (MANY, ["", "reader", "time"], ["time", "reader"], "time, reader", "Extra time, Reader"),
        (MANY, ["", "it", "time"], ["time", "it"], "time, it", "Extra time; IT, laptop"),
        (SCALE, ["4"], 4, "4", "Good"),
    ],
)
def test_each_kind_reads_puts_back_and_shows(
    spec: schema.Spec, raw: list[str], value: Any, text: str, shown: str
) -> None:
    kind = kind_of(spec)

    read = kind.read(spec, raw)

    assert read == value
    assert type(read) is type(value)
    assert kind.text(spec, read) == text
    assert kind.show(spec, read) == shown
    assert kind.read(spec, [*map(str, value)] if isinstance(value, list) else [text]) == value


@pytest.mark.parametrize(
    "spec", [TEXT, LONG, NUMBER, PERCENT, MONEY, DATE, YES_NO, ONE, MANY, SCALE, PERSON, VIEWS]
)
@pytest.mark.parametrize("raw", [[], [""], ["  \n "]])
def test_nothing_typed_is_no_answer(spec: schema.Spec, raw: list[str]) -> None:
    assert kind_of(spec).read(spec, raw) is None
    assert kind_of(spec).text(spec, None) == ""
    assert kind_of(spec).show(spec, None) == ""


@pytest.mark.parametrize(
    ("spec", "raw", "sentence"),
    [
        (YES_NO, ["unsure"], "Select one of the answers offered"),
        (ONE, ["elsewhere"], "Select one of the answers offered"),
        (MANY, ["", "time", "robot"], "Select from the answers offered"),
        (SCALE, ["6"], "Select one of the five faces"),
        (NUMBER, ["many"], "Enter a number, like 12"),
    ],
)
def test_what_is_not_offered_is_refused(spec: schema.Spec, raw: list[str], sentence: str) -> None:
    with pytest.raises(Unreadable) as refused:
        kind_of(spec).read(spec, raw)

    assert refused.value.sentence == sentence


def test_what_could_not_be_read_is_shown_again_as_it_was_typed() -> None:
    unread = {"typed": "31/02/2020"}

    assert kind_of(DATE).text(DATE, unread) == "31/02/2020"
    assert kind_of(DATE).show(DATE, unread) == "31/02/2020"
    assert not answered(unread)


@pytest.mark.parametrize(
    ("spec", "value", "sentence"),
    [
        (TEXT, "a" * 11, "This is 1 character over the 10 this holds. Shorten it"),
        (NUMBER, 41, "Enter a number from 0 to 40"),
        (NUMBER, -1, "Enter a number from 0 to 40"),
        (NUMBER, 12.5, "Enter a whole number, like 12"),
        (HOURS, 12.55, "Enter a number with no more than 1 figure after the point"),
        (COUNT, 1_000_001, "Enter a smaller number: this is more than it can be"),
        (PERCENT, 101, "Enter a percentage from 0 to 100"),
        (PERCENT, 94.567, "Enter a percentage with no more than two figures after the point, like 94.25"),
        (MONEY, 50_001, "Enter an amount of no more than £500"),
        (PAST, "2026-11-04", "4 November 2026 is still to come. Enter a date up to today"),
        (FUTURE, "2026-11-02", "2 November 2026 has passed. Enter today’s date or a later one"),
    ],
)
def test_an_answer_out_of_bounds_is_told_what_fits(spec: schema.Spec, value: Any, sentence: str) -> None:
    assert kind_of(spec).bounds(spec, value, TODAY) == sentence


@pytest.mark.parametrize(
    ("spec", "value"),
    [
        (TEXT, "a" * 10),
        (NUMBER, 0),
        (NUMBER, 40),
        (PERCENT, 100),
        (PAST, "2026-11-03"),
        (FUTURE, "2026-11-03"),
    ],
)
def test_an_answer_at_its_bound_is_fine(spec: schema.Spec, value: Any) -> None:
    assert kind_of(spec).bounds(spec, value, TODAY) is None


def test_a_long_paste_is_kept_whole_and_answered_with_a_count() -> None:
    paste = "word " * 3000

    kept = kind_of(LONG).read(LONG, [paste])

    assert kept == paste.strip()
    said = kind_of(LONG).bounds(LONG, kept, TODAY)
    assert said is not None
    assert said.startswith("This is 2,500 words over the 500 this holds. Shorten it")


def test_a_box_counted_in_words_does_not_take_one_endless_word() -> None:
    said = kind_of(LONG).bounds(LONG, "a" * 10_001, TODAY)

    assert said == "This is 1 character longer than this can hold. Shorten it"


def test_a_code_that_left_its_list_keeps_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    from vsportal import codes

    kind_list = schema.OneOf(id="a", label="A", codes="participation")
    offered = options_of(kind_list)
    gone = offered[0]
    monkeypatch.setattr("vsportal.editions.kinds._from_codes", lambda *_: offered[1:])

    assert label_of(kind_list, gone[0]) == codes.label("participation", gone[0]) == gone[1]
    assert kind_of(kind_list).read(kind_list, [gone[0]]) == gone[0]
    assert kind_of(kind_list).show(kind_list, gone[0]) == gone[1]


def test_every_kind_of_the_schema_is_there() -> None:
    # Append-only: a kind that is gone would leave old plans unreadable.
    assert set(KINDS) == {
        "text", "long_text", "number", "percent", "money", "date", "yes_no", "one_of", "many_of", "person",
        "scale", "views", "grid", "records", "note", "derived",
    }  # fmt: skip


def test_rows_notes_and_derived_answers_are_never_typed() -> None:
    assert {name for name, kind in KINDS.items() if not kind.asks} == {"grid", "records", "note", "derived"}


@given(st.integers(0, 10_000_000))
def test_every_amount_comes_back_from_its_control(pence: int) -> None:
    money = KINDS["money"]

    assert money.read(MONEY, [money.text(MONEY, pence)]) == pence
    assert money.read(MONEY, [money.show(MONEY, pence)]) == pence


@given(st.decimals(0, 100, places=2))
def test_every_percentage_comes_back_from_its_control(percent: Any) -> None:
    kind = KINDS["percent"]
    value = kind.read(PERCENT, [str(percent)])

    assert kind.read(PERCENT, [kind.text(PERCENT, value)]) == value
    assert kind.bounds(PERCENT, value, TODAY) is None


def test_a_derived_answer_is_shown_in_its_words_or_as_a_figure() -> None:
    below = schema.Derived(id="a", label="A", derive="attendance_below_95")
    percent = schema.Derived(id="a", label="A", derive="attendance_percent")

    assert kind_of(below).show(below, "yes") == "Yes"
    assert kind_of(percent).show(percent, 94.5) == "94.5"
    assert kind_of(percent).show(percent, None) == ""
