"""What a calendar makes of the time somebody typed for a meeting, and what its entry does not say."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from vsportal.meetings.calendar import Meeting, calendar_of, times_in

HALF_PAST_THREE, HALF_PAST_FOUR = time(15, 30), time(16, 30)


@pytest.mark.parametrize(
    ("words", "start", "end"),
    [
        ("3:30pm", HALF_PAST_THREE, HALF_PAST_FOUR),
        ("15:30", HALF_PAST_THREE, HALF_PAST_FOUR),
        ("3.30 p.m.", HALF_PAST_THREE, HALF_PAST_FOUR),
        ("3:30", HALF_PAST_THREE, HALF_PAST_FOUR),
        ("03:30", time(3, 30), time(4, 30)),
        ("9:30", time(9, 30), time(10, 30)),
        ("midday", time(12), time(13)),
        ("12am", time(0), time(1)),
        ("11 to 12.30pm", time(11), time(12, 30)),
        ("2.15–3.45pm", time(14, 15), time(15, 45)),
        ("15:30 until 17:00", HALF_PAST_THREE, time(17)),
        ("4pm to 3pm", time(16), time(17)),
        ("Room 4-5, 3pm", time(15), time(16)),
        ("23:30", time(23, 30), time(23, 59)),
    ],
)
def test_a_time_is_read_as_people_write_it(words: str, start: time, end: time) -> None:
    assert times_in(words) == (start, end)


@pytest.mark.parametrize("words", ["", "after school", "room 4", "25:00", "3:75pm", "12/03/2027"])
def test_what_is_no_time_is_none(words: str) -> None:
    assert times_in(words) is None


@given(st.text(max_size=40))
def test_whatever_is_typed_the_meeting_ends_after_it_begins(words: str) -> None:
    found = times_in(words)

    assert found is None or found[0] < found[1]


def meeting(**changes: object) -> Meeting:
    given = {
        "ref": "abcdef",
        "on": date(2027, 3, 4),
        "words": "3:30pm",
        "version": 3,
        "changed_at": datetime(2027, 2, 1, tzinfo=UTC),
    }
    return Meeting(**(given | changes))  # type: ignore[arg-type]


def entry(made: Meeting) -> dict[str, object]:
    """The entry as a calendar reads it back."""
    (event,) = Calendar.from_ical(calendar_of(made).decode()).walk("VEVENT")
    return {key: getattr(event[key], "dt", event[key]) for key in event}


def test_the_time_is_a_time_in_england_in_winter_and_in_summer() -> None:
    winter, summer = entry(meeting()), entry(meeting(on=date(2027, 6, 17)))

    assert winter["DTSTART"].astimezone(UTC).hour == 15  # type: ignore[attr-defined]
    assert summer["DTSTART"].astimezone(UTC).hour == 14  # type: ignore[attr-defined]
    assert b"BEGIN:VTIMEZONE" in calendar_of(meeting())


def test_without_a_time_it_takes_the_whole_day() -> None:
    made = entry(meeting(words="after school"))

    assert (made["DTSTART"], made["DTEND"]) == (date(2027, 3, 4), date(2027, 3, 5))


def test_a_changed_meeting_is_the_same_entry_with_a_higher_number_and_a_cancelled_one_says_so() -> None:
    before, after = entry(meeting()), entry(meeting(on=date(2027, 3, 11), version=4))
    cancelled = entry(meeting(cancelled=True))

    assert before["UID"] == after["UID"] == cancelled["UID"] != entry(meeting(ref="other"))["UID"]
    assert int(str(before["SEQUENCE"])) < int(str(after["SEQUENCE"]))
    assert (before["STATUS"], cancelled["STATUS"]) == ("CONFIRMED", "CANCELLED")


def test_the_entry_says_that_there_is_a_meeting_and_nothing_about_whom_or_where() -> None:
    made = entry(meeting())

    assert set(made) == {
        *("UID", "DTSTAMP", "LAST-MODIFIED", "SEQUENCE", "SUMMARY", "DESCRIPTION", "CLASS"),
        *("STATUS", "DTSTART", "DTEND"),
    }
    assert made["SUMMARY"] == "Education meeting"
    assert "abcdef" not in calendar_of(meeting()).decode()
