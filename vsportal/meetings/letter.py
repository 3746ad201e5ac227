"""“What we agreed”: the letter to the child, or until somebody writes it the list of what was agreed.

Pages and PDF draw it from here. It holds nothing that the reader it is made for may not read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from vsportal import clock, filters, settled, wording
from vsportal.editions.reading_age import ENOUGH, whole, words_of
from vsportal.extensions import db
from vsportal.meetings.told import Told, all_told
from vsportal.models import PepState, User
from vsportal.peps.loading import Plan
from vsportal.peps.overview import OPENING_WORDS
from vsportal.wording import YOU, fill

SUMMARY, MEETING, TARGETS, VIEWS = "summary", "meeting", "targets", "my_views"
SECTIONS = (SUMMARY, MEETING, TARGETS, VIEWS)
"""The sections a letter is made of."""


class Step(NamedTuple):
    """One thing that happens next."""

    who: str
    what: str
    by_when: str
    """The day in words, “Friday 12 March 2027”; empty when none was set."""


@dataclass(frozen=True)
class Letter:
    """The letter as one reader gets it."""

    to: str
    """The name the child goes by."""
    you_said: str | None
    """The child's own words, when the reader may read them."""
    paragraphs: tuple[tuple[str, str], ...]
    """Heading and text, in the order of the form; none while the agreed list stands in the letter's place."""
    next_steps: tuple[Step, ...]
    """Decisions of the meeting, then targets."""
    next_meeting: str
    """“Thursday 17 June 2027 at 3:30pm, Lodewater Academy”; empty when it is not settled."""
    signed: str
    """“Marcus Adair, your social worker”; empty when nobody has written it."""
    reading_age: float | None
    """Years, of the paragraphs; None for so few words that it would say nothing."""
    written: bool
    """False when the agreed list stands in the letter's place."""
    draft: bool = False
    """Still being written: only whoever writes it is given it so."""
    met_on: date | None = None
    awaited_until: date | None = None
    """Until when the letter is waited for; None when it is written, or that day has passed."""


def letter_of(plan: Plan) -> Letter | None:
    """The letter for the person who looks; None before the meeting has been held. At most three statements.

    Until *What we agreed* is complete the agreed list stands in its place; whoever writes it is given the
    draft instead.
    """
    sections = all_told(plan, *SECTIONS)
    return letter_from(plan, sections) if is_held(plan, sections.get(MEETING)) else None


def is_held(plan: Plan, meeting: Told | None) -> bool:
    """Whether the meeting has been held; of a plan that was closed without being finished as well."""
    if plan.pep.state in (PepState.MEETING_HELD, PepState.SIGNED_OFF):
        return True
    closed = plan.pep.state == PepState.NOT_COMPLETED
    return closed and plan.pep.meeting_on is not None and meeting is not None and meeting.is_complete


def letter_from(plan: Plan, sections: Mapping[str, Told]) -> Letter:
    """The letter made of these sections, as their reader is told of them. At most two statements."""
    summary = sections.get(SUMMARY)
    written = summary is not None and summary.is_complete
    draft = summary is not None and not written and summary.writes
    paragraphs = tuple(_paragraphs(summary)) if summary and (written or draft) else ()
    return Letter(
        to=plan.child.called,
        you_said=_said(sections.get(VIEWS)),
        paragraphs=paragraphs,
        next_steps=tuple(_steps(sections)),
        next_meeting=_next_meeting(sections.get(MEETING)),
        signed=_signed(summary) if summary and written else "",
        reading_age=age_of(text for _, text in paragraphs),
        written=written,
        draft=draft and bool(paragraphs),
        met_on=plan.pep.meeting_on,
        awaited_until=None if written else awaited_until(plan),
    )


def awaited_until(plan: Plan) -> date | None:
    """The last day on which the letter is waited for; None once it has passed. One statement."""
    held = plan.pep.meeting_on
    if held is None:
        return None
    days = settled.due_rules(plan.pep.authority_id, plan.pep.opened_on).agreed_list
    last = settled.working_day(held, days) if days else held
    return last if clock.today() <= last else None


def age_of(texts: Iterable[str]) -> float | None:
    """The reading age of a letter's texts, in years; None for so few words that it would say nothing."""
    found = list(texts)
    enough = sum(len(words_of(text)) for text in found) >= ENOUGH
    return whole(found) if enough else None


def _paragraphs(summary: Told) -> Iterator[tuple[str, str]]:
    """The boxes of the letter that hold words, under their headings."""
    for field in summary.asked.fields:
        if text := summary.text(field.id):
            yield fill(field.label, YOU), text


def _said(views: Told | None) -> str | None:
    """What the child says, to open the letter with, if the reader may read any of it."""
    found = (views.text(name) for name in OPENING_WORDS) if views else iter(())
    return next((text for text in found if text), None)


def _steps(sections: Mapping[str, Told]) -> Sequence[Step]:
    """What was decided, and the targets, each with who does it and by when."""
    meeting, targets = sections.get(MEETING), sections.get(TARGETS)
    decided = [(d, d["what"]) for d in meeting.rows("decisions")] if meeting else []
    aimed = [(t, t["outcome"]) for t in targets.rows("targets")] if targets else []
    return [Step(row["who"], what, _by(row["by_when"])) for row, what in (*decided, *aimed) if what]


def _by(iso: str) -> str:
    """A day in words, when it is one."""
    try:
        on = date.fromisoformat(iso)
    except ValueError:
        return ""
    return f"{filters.DAYS[on.weekday()]} {filters.day(on)}"


def _next_meeting(meeting: Told | None) -> str:
    """When and where people meet again."""
    if meeting is None or not (on := _by(meeting.text("next_date"))):
        return ""
    when = f"{on} at {time}" if (time := meeting.text("next_time")) else on
    return ", ".join(words for words in (when, meeting.text("next_venue")) if words)


def _signed(summary: Told) -> str:
    """Who wrote it: “Marcus Adair, your social worker”. One statement."""
    by = summary.row.completed_by_id or summary.row.changed_by_id
    user = db.session.get(User, by) if by else None
    return f"{user.name}, your {wording.role_words(summary.asked.owner)}" if user else ""
