"""Time is told in England, years begin in September, and a test can move it."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from vsportal import clock


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-07-01T22:59:00+00:00", date(2026, 7, 1)),
        ("2026-07-01T23:30:00+00:00", date(2026, 7, 2)),  # half past midnight, summer time
        ("2026-12-01T23:30:00+00:00", date(2026, 12, 1)),
        ("2026-12-02T00:00:00+00:00", date(2026, 12, 2)),
    ],
)
def test_today_is_the_date_on_an_english_wall(moment: str, expected: date) -> None:
    with time_machine.travel(moment, tick=False):
        assert clock.today() == expected


def test_now_is_aware_and_in_utc() -> None:
    assert clock.now().utcoffset() == timedelta(0)


def test_a_moment_is_shown_as_an_english_clock_shows_it() -> None:
    assert clock.local(datetime(2026, 7, 1, 13, 2, tzinfo=UTC)).hour == 14
    assert clock.local(datetime(2026, 12, 1, 13, 2, tzinfo=UTC)).hour == 13


def test_time_stands_still_at_the_moment_given_and_goes_on_afterwards() -> None:
    moment = datetime(2026, 10, 5, 15, 30, tzinfo=clock.LONDON)

    with clock.at(moment):
        inside = clock.now()

    assert inside == moment
    assert inside.tzinfo is UTC
    assert clock.now() != moment


def test_time_is_given_back_even_when_something_goes_wrong_and_one_inside_another() -> None:
    first, second = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)

    with clock.at(first):
        with pytest.raises(RuntimeError), clock.at(second):
            raise RuntimeError
        assert clock.now() == first


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"), clock.at(datetime(2026, 10, 5)):  # noqa: DTZ001  the point
        pass


@pytest.mark.parametrize(
    ("on", "year"),
    [
        (date(2026, 8, 31), "2025-26"),
        (date(2026, 9, 1), "2026-27"),
        (date(2027, 3, 4), "2026-27"),
        (date(2099, 9, 1), "2099-00"),
    ],
)
def test_an_academic_year_begins_on_the_first_of_september(on: date, year: str) -> None:
    assert clock.academic_year(on) == year


@pytest.mark.parametrize(
    ("on", "season"),
    [
        (date(2026, 9, 1), "autumn"),
        (date(2026, 12, 31), "autumn"),
        (date(2027, 1, 1), "spring"),
        (date(2027, 3, 31), "spring"),
        (date(2027, 4, 1), "summer"),
        (date(2027, 8, 31), "summer"),
    ],
)
def test_a_date_falls_in_a_term_even_when_no_dates_are_known(on: date, season: str) -> None:
    assert clock.season(on) == season


@pytest.mark.parametrize(
    ("born", "on", "year"),
    [
        (date(2010, 8, 31), date(2026, 9, 1), 12),  # the youngest of the year
        (date(2010, 9, 1), date(2026, 9, 1), 11),  # a day younger, a year below
        (date(2010, 9, 1), date(2026, 8, 31), 10),  # the year has not turned yet
        (date(2021, 9, 5), date(2026, 9, 5), 0),  # Reception
        (date(2024, 2, 29), date(2026, 11, 22), -2),
    ],
)
def test_the_year_group_expected_follows_from_the_date_of_birth(born: date, on: date, year: int) -> None:
    assert clock.expected_year(born, on) == year


@pytest.mark.parametrize(
    ("born", "on", "age"),
    [
        (date(2010, 11, 22), date(2026, 11, 21), 15),
        (date(2010, 11, 22), date(2026, 11, 22), 16),
        (date(2012, 2, 29), date(2026, 2, 28), 13),
        (date(2012, 2, 29), date(2026, 3, 1), 14),
    ],
)
def test_age_turns_on_the_birthday(born: date, on: date, age: int) -> None:
    assert clock.age(born, on) == age
