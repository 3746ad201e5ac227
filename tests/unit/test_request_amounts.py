"""The lines of a request: exact to the penny, whatever people type."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vsportal.editions.reading import Unreadable
from vsportal.funding.amounts import (
    Costed,
    cost_words,
    quantity_words,
    read_cost,
    read_lines,
    read_quantity,
    shown,
    times,
    total,
)
from vsportal.models.funding import MOST_PENCE


@given(st.integers(1, 10_000_000), st.integers(0, 10_000_000))
def test_a_line_comes_to_what_a_person_works_out_on_paper(hundredths: int, unit_pence: int) -> None:
    exact = (Decimal(hundredths) / 100 * unit_pence).quantize(Decimal(1), ROUND_HALF_UP)

    assert times(hundredths, unit_pence) == int(exact)


@given(st.lists(st.tuples(st.integers(1, 100_000), st.integers(0, 100_000)), max_size=20))
def test_the_total_is_the_sum_of_the_lines_in_any_order(given_lines: list[tuple[int, int]]) -> None:
    lines = [Costed("", q, "", p) for q, p in given_lines]

    assert total(lines) == total(reversed(lines)) == sum(times(q, p) for q, p in given_lines)


@given(st.integers(1, 10_000_000), st.integers(1, MOST_PENCE))
def test_what_is_shown_of_a_line_is_read_back_as_the_same_line(hundredths: int, unit_pence: int) -> None:
    assert read_quantity(quantity_words(hundredths)) == hundredths
    assert read_cost(cost_words(unit_pence)) == unit_pence


def test_ten_pence_and_twenty_pence_are_thirty() -> None:
    kept, _ = read_lines([{"cost": "0.1"}, {"cost": "0.2"}])

    assert total(line for line in kept if line) == 30


def test_one_and_a_half_hours_at_forty_pounds_are_sixty() -> None:
    kept, drawn = read_lines([{"what": "Tutoring", "quantity": "1.5", "unit": "hours", "cost": "£40"}])

    assert kept == [Costed("Tutoring", 150, "hours", 4000)]
    assert drawn[0].comes_to == 6000


@pytest.mark.parametrize(
    ("typed", "hundredths"), [("14", 1400), ("1,5", 150), (".25", 25), ("1,200", 120_000), (" 2 ", 200)]
)
def test_quantities_are_read_as_people_type_them(typed: str, hundredths: int) -> None:
    assert read_quantity(typed) == hundredths


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("-1", "Enter how many as a number above 0"),
        ("−2", "Enter how many as a number above 0"),
        ("0", "Enter how many as a number above 0"),
        ("1.255", "two figures after the point"),
        ("1e9", "Enter how many as a number"),
        ("many", "Enter how many as a number"),
        ("100001", "100,000 at most"),
        ("9" * 60, "Enter how many as a number"),
    ],
)
def test_a_quantity_that_cannot_be_says_what_to_do(typed: str, says: str) -> None:
    with pytest.raises(Unreadable, match=says):
        read_quantity(typed)


@pytest.mark.parametrize(
    ("cost", "says"),
    [
        ("-5", "£0 or more"),
        ("1.005", "two figures after the point"),
        ("100000.01", "£100,000 at most"),
        ("999999999999", "£100,000 at most"),
        ("ten", "in pounds"),
    ],
)
def test_a_cost_that_cannot_be_says_what_to_do_and_what_was_typed_stays(cost: str, says: str) -> None:
    kept, drawn = read_lines([{"what": "Laptop", "quantity": "1", "cost": cost}])

    assert kept == [None]
    assert says in drawn[0].problems["cost"]
    assert (drawn[0].what, drawn[0].cost) == ("Laptop", cost)


def test_a_line_that_comes_to_too_much_is_refused_although_each_part_is_fine() -> None:
    kept, drawn = read_lines([{"quantity": "1000", "cost": "1000"}])

    assert kept == [None]
    assert "comes to £1,000,000" in drawn[0].problems["cost"]


def test_blank_lines_are_left_out_and_a_line_that_was_begun_is_kept() -> None:
    kept, drawn = read_lines([{}, {"what": "Books"}, {"what": "  "}])

    assert kept == [Costed("Books", 100, "", 0)]
    assert [line.what for line in drawn] == ["Books"]
    assert shown(kept[0]).cost == ""  # type: ignore[arg-type]
