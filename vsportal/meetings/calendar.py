"""The meeting as an entry for a calendar (RFC 5545): when, and nothing that says whom or where it is about.

Calendars are shared, shown on locked screens and synchronised to anywhere (who-sees-what.md, rule 8): the
entry has no name, place, people, address or link.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import NAMESPACE_URL, uuid5

from icalendar import Calendar, Event

from vsportal import clock

SUMMARY = "Education meeting"
DESCRIPTION = "Sign in to the portal to read more."
PRODUCT = "-//Education meetings//EN"
LASTS = timedelta(hours=1)
"""How long a meeting is taken to last when no end is given."""
LAST_AFTERNOON_HOUR = 7
"""“3:30” with neither am nor pm: an hour up to this one is in the afternoon, for nobody meets at night."""

_TIME = re.compile(
    r"(?<![\d:.])(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))?\s*(?P<half>[ap]\.?m\b\.?)?(?![\d:])",
    re.IGNORECASE,
)
_MIDDAY = re.compile(r"\b(midday|noon)\b", re.IGNORECASE)
_TO = re.compile(r"\s*(?:–|—|-|\bto\b|\buntil\b|\btill\b)\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Meeting:
    """What a calendar is told of a meeting."""

    ref: str
    """The plan's reference, from which the entry's own number is made."""
    on: date
    words: str
    """Its time, as it was typed: “3:30pm”, “15:30 to 16:30”, or anything else."""
    version: int
    """How often the record of the meeting was saved: a calendar takes the entry with the higher one."""
    changed_at: datetime
    cancelled: bool = False


def calendar_of(meeting: Meeting) -> bytes:
    """The file for one meeting; with no time that can be read, an entry for the whole day."""
    event = Event()
    event.add("uid", str(uuid5(NAMESPACE_URL, f"education-meeting:{meeting.ref}")))
    event.add("dtstamp", clock.now())
    event.add("last-modified", meeting.changed_at)
    event.add("sequence", meeting.version)
    event.add("summary", SUMMARY)
    event.add("description", DESCRIPTION)
    event.add("class", "PRIVATE")
    event.add("status", "CANCELLED" if meeting.cancelled else "CONFIRMED")
    if times := times_in(meeting.words):
        start, end = (datetime.combine(meeting.on, t, tzinfo=clock.LONDON) for t in times)
        event.add("dtstart", start)
        event.add("dtend", end)
    else:
        event.add("dtstart", meeting.on)
        event.add("dtend", meeting.on + timedelta(days=1))
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODUCT)
    calendar.add_component(event)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def times_in(words: str) -> tuple[time, time] | None:
    """From when until when, as far as the words say: “3:30pm”, “15:30”, “3.30 to 4.30pm”, “midday”."""
    first, *rest = _TO.split(words.strip(), maxsplit=1)
    end = _time_in(rest[0]) if rest else None
    start = _start_in(first, rest[0], end) if end else _time_in(first)
    if start is None:
        start, end = _time_in(words), None
    if start is None:
        return None
    return start, end if end and end > start else _later(start)


def _start_in(first: str, last: str, end: time) -> time | None:
    """Of “3.30 to 4.30pm”: what is said of the end holds for the beginning, where it can."""
    said_of_end, bare = _TIME.search(last), _TIME.fullmatch(first.strip())
    if not (said_of_end and said_of_end["half"] and bare and not bare["half"]):
        return _time_in(first)
    both = (_time_in(f"{first.strip()}{half}") for half in ("pm", "am"))
    return next((start for start in both if start and start < end), None)


def _time_in(words: str) -> time | None:
    """The first time of day in the words."""
    if _MIDDAY.search(words):
        return time(12)
    for found in _TIME.finditer(words):
        if found["minute"] is None and found["half"] is None:
            continue  # “room 4” is no time
        hour, minute = int(found["hour"]), int(found["minute"] or 0)
        half = (found["half"] or "")[:1].lower()
        if half and 1 <= hour <= 12:
            hour = hour % 12 + (12 if half == "p" else 0)
        elif not half and len(found["hour"]) == 1 and 1 <= hour <= LAST_AFTERNOON_HOUR:
            hour += 12
        if hour < 24 and minute < 60:
            return time(hour, minute)
    return None


def _later(start: time) -> time:
    """When a meeting ends of which only the beginning is known; at the end of the day at the latest."""
    end = datetime.combine(date(2000, 1, 1), start) + LASTS
    return end.time() if end.day == 1 else time(23, 59)
