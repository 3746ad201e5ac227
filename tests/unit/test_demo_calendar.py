"""The demo's terms: they follow one another whatever the day, around an Easter that moves."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from vsportal.demo.calendar import easter, terms, this_and_last


def test_terms_follow_one_another_on_every_day_of_four_years() -> None:
    day = date(2026, 1, 1)
    while day < date(2030, 1, 1):
        listed = terms(day)
        this, last = this_and_last(day)

        assert all(a.ends_on < b.starts_on for a, b in pairwise(listed))
        assert all(t.starts_on < t.half_term[0] <= t.half_term[1] < t.ends_on for t in listed)
        assert last.ends_on < this.starts_on <= day
        assert listed.index(this) < len(listed) - 1
        day += timedelta(days=1)


@pytest.mark.parametrize(
    ("year", "day"), [(2026, "5 April"), (2027, "28 March"), (2035, "25 March"), (2038, "25 April")]
)
def test_easter_is_where_the_church_puts_it(year: int, day: str) -> None:
    assert f"{easter(year).day} {easter(year):%B}" == day
