"""What the facts of a plan say before anybody rates it: suggestions, each with where it comes from.

The reviewer decides. `findings` is pure over the facts it is given; `findings_for` reads them, and only
what the reviewer may read: an answer kept from them gives no finding.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select

from vsportal import clock
from vsportal.database import read_columns
from vsportal.editions.answers import rows_of, with_derived
from vsportal.editions.kinds import answered
from vsportal.editions.reading import Value
from vsportal.editions.schema import Asked
from vsportal.editions.smart import smart
from vsportal.extensions import db
from vsportal.filters import day, listed
from vsportal.models import AuditEvent, Comment, FundingRequest, PepSection, Target
from vsportal.peps.loading import Plan, Sheet, sheets_of
from vsportal.peps.projection import BELOW_95, PREVIOUS, TARGETS, previous_targets
from vsportal.reviews.schemes import Scheme

WHOLE = ""
"""The key of what is said about the part as a whole and not about one section."""
STALE_DAYS = 365
"""How long a strengths and difficulties score holds, where the form does not say."""
QUOTED = 60
"""The most characters of a target's words in a sentence."""


@dataclass(frozen=True)
class Finding:
    """One thing a fact says: `ok` or to be looked at, in a sentence, and which question it comes from."""

    section: str
    ok: bool
    sentence: str
    source: str
    """The question's id, or “record” for dates of the plan itself."""
    at_best: str = ""
    """The best rating the part can have because of it, where the scheme says so."""


@dataclass(frozen=True)
class Facts:
    """What findings are made from: all of it values, and only what the reviewer may read."""

    part: str
    today: date
    asked: Mapping[str, Asked] = field(default_factory=dict)
    answers: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    """Section → its answers that the reviewer reads, with those worked out."""
    told_an_adult: int = 0
    """How often an adult wrote down what the child told them, as far as the reviewer reads it."""
    meeting_on: date | None = None
    sent_on: date | None = None
    due_on: date | None = None
    """By when the last of the part's sections was to be complete."""
    for_meeting: Mapping[str, date | None] = field(default_factory=dict)
    """Sections of the part that the meeting needed, by title → when each was complete first."""
    previous: Sequence[tuple[str, str]] = ()
    """The targets before: reference and words."""
    requested: frozenset[str] = frozenset()
    """Rows of targets for which money was asked."""
    caps_late_care: bool = False
    """Whether the scheme gives social care's part amber at best when it came after the meeting."""


def findings(facts: Facts, only: Collection[str] | None = None) -> Mapping[str, tuple[Finding, ...]]:
    """Section → what the facts say of it; under “” what they say of the part as a whole.

    `only`: of these sections alone, and of the whole.
    """
    found: dict[str, tuple[Finding, ...]] = {}
    for section, judge in JUDGES.items():
        if section == WHOLE or (section in facts.asked and (only is None or section in only)):
            said = tuple(judge(facts))
            if said:
                found[section] = said
    return found


# One section after another ------------------------------------------------------------------------------


def _part(facts: Facts) -> list[Finding]:
    """When the part came."""
    if facts.sent_on is None:
        return []
    found = []
    late = _after_the_meeting(facts)
    if facts.part == "care" and late:
        cap = "amber" if facts.caps_late_care else ""
        more = " By your scheme the part is amber at best." if cap else ""
        found.append(Finding(WHOLE, False, late + more, "record", cap))
    if facts.due_on and facts.sent_on > facts.due_on:
        said = f"Sent on {day(facts.sent_on)}; it was due on {day(facts.due_on)}."
        found.append(Finding(WHOLE, False, said, "record"))
    if not found:
        found.append(Finding(WHOLE, True, f"Sent in time, on {day(facts.sent_on)}.", "record"))
    return found


def _after_the_meeting(facts: Facts) -> str:
    """What the meeting needed of the part and did not have, in a sentence; nothing when it had all.

    The first completion counts: a section that was sent back and mended later was there.
    """
    held = facts.meeting_on
    if held is None:
        return ""
    late = [(title, on) for title, on in facts.for_meeting.items() if on is None or on > held]
    names = listed([f"“{title}”" for title, _ in late])
    if not late or any(on is None for _, on in late):
        return f"{names} was not complete for the meeting on {day(held)}." if late else ""
    return (
        f"{names} was complete on {day(max(on for _, on in late if on))}, after the meeting on {day(held)}."
    )


def _my_views(facts: Facts) -> list[Finding]:
    """Whether there is anything of the child's own to read; never how they put it."""
    asked, kept = facts.asked["my_views"], facts.answers.get("my_views", {})
    own = [f.id for f in asked.fields if f.kind == "long_text" and asked.owner_of(f) == "young_person"]
    said = sum(answered(kept.get(name)) for name in own)
    if said or facts.told_an_adult:
        parts = [f"{said} {'answer' if said == 1 else 'answers'} in the child’s own words"] if said else []
        if facts.told_an_adult:
            parts.append(f"{facts.told_an_adult} written down by an adult who listened")
        return [Finding("my_views", True, f"{listed(parts)}.", own[0] if own else "")]
    sentence = "There are no words of the child here that you may read."
    return [Finding("my_views", False, sentence, own[0] if own else "")]


def _my_details(facts: Facts) -> list[Finding]:
    """Whether the strengths and difficulties score is there and recent."""
    asked, kept = facts.asked["my_details"], facts.answers.get("my_details", {})
    if "sdq" not in asked.by_id:
        return []
    if kept.get("sdq") == "no":
        why = answered(kept.get("sdq_reason"))
        said = "with the reason why" if why else "and no reason why"
        sentence = f"There is no strengths and difficulties score, {said}."
        return [Finding("my_details", why, sentence, "sdq_reason")]
    on = _date(kept.get("sdq_date"))
    if kept.get("sdq") != "yes" or on is None:
        sentence = "The strengths and difficulties score is not filled in."
        return [Finding("my_details", False, sentence, "sdq")]
    question = asked.by_id.get("sdq_date")
    days = (question.stale_after_days if question else 0) or STALE_DAYS
    old = on < (facts.meeting_on or facts.today) - timedelta(days=days)
    sentence = (
        f"The strengths and difficulties score is of {day(on)}{': more than a year old' if old else ''}."
    )
    return [Finding("my_details", not old, sentence, "sdq_date")]


def _at_home(facts: Facts) -> list[Finding]:
    """Whether the carer wrote anything."""
    asked, kept = facts.asked["at_home"], facts.answers.get("at_home", {})
    own = [f.id for f in asked.fields if f.kind == "long_text" and asked.owner_of(f) == "carer"]
    said = sum(answered(kept.get(name)) for name in own)
    sentence = (
        f"{said} of {len(own)} questions are answered by the carer." if said else "Nothing by the carer."
    )
    return [Finding("at_home", bool(said), sentence, own[0])] if own else []


def _attendance(facts: Facts) -> list[Finding]:
    """Attendance below 95 % needs a target, or a reason why none is right."""
    kept, targets = facts.answers.get("attendance", {}), facts.answers.get(TARGETS, {})
    below = kept.get(BELOW_95)
    if below is None:
        sentence = "There are no attendance figures for this school year."
        return [Finding("attendance", False, sentence, "recorded_as")]
    if below != "yes":
        return [Finding("attendance", True, "Attendance is 95% or more in the latest term.", BELOW_95)]
    rows = _new_targets(facts)
    if any(targets.get(f"{TARGETS}.{row}.area") == "attendance" for row in rows):
        sentence = "Attendance is below 95%, and there is an attendance target."
        return [Finding("attendance", True, sentence, BELOW_95)]
    why = kept.get("target_agreed") == "declined" and answered(kept.get("target_declined_why"))
    more = "but the reason is given" if why else "and no reason is given"
    sentence = f"Attendance is below 95% without an attendance target, {more}."
    return [Finding("attendance", bool(why), sentence, "target_agreed")]


def _targets(facts: Facts) -> list[Finding]:
    """Earlier targets reviewed; new ones with a measure, a date and a person; PP+ with a request."""
    return [*_earlier_targets(facts), *_whole_targets(facts), *_paid_targets(facts)]


def _earlier_targets(facts: Facts) -> list[Finding]:
    kept = facts.answers.get(TARGETS, {})
    if PREVIOUS not in facts.asked[TARGETS].by_id or not facts.previous:
        return []
    open_still = [
        words for ref, words in facts.previous if not answered(kept.get(f"{PREVIOUS}.{ref}.result"))
    ]
    n = len(facts.previous)
    if not open_still:
        every = "The earlier target is reviewed." if n == 1 else f"{_all(n)} earlier targets are reviewed."
        return [Finding(TARGETS, True, every, PREVIOUS)]
    names = listed([_quoted(words) for words in open_still])
    return [Finding(TARGETS, False, f"Not reviewed of {n} earlier: {names}.", PREVIOUS)]


def _whole_targets(facts: Facts) -> list[Finding]:
    rows = _new_targets(facts)
    if not rows:
        return [Finding(TARGETS, False, "There is no target for the coming term.", TARGETS)]
    found = []
    for row in rows:
        cells = _cells(facts, row)
        missing = [f"no {word}" for word, there in _has(cells).items() if not there]
        if missing:
            said = f"Target {_named(facts, row)}: {listed(missing)}."
            found.append(Finding(TARGETS, False, said, TARGETS))
    if not found:
        each = "The target has" if len(rows) == 1 else f"{_all(len(rows))} targets have"
        said = f"{each} a measure, a date and a person by name."
        found.append(Finding(TARGETS, True, said, TARGETS))
    return found


def _all(n: int) -> str:
    """“Both” or “All 3”."""
    return "Both" if n == 2 else f"All {n}"


def _has(cells: Mapping[str, Value]) -> Mapping[str, bool]:
    """What a target needs → whether it is there. A role alone (“all teachers”) is nobody by name."""
    person = next(part.found for part in smart(cells) if part.name == "A person")
    return {
        "measure": answered(cells.get("measure")),
        "date": _date(cells.get("by_when")) is not None,
        "person by name": bool(person),
    }


def _paid_targets(facts: Facts) -> list[Finding]:
    if "pp_amount" not in getattr(facts.asked[TARGETS].by_id.get(TARGETS), "by_column", {}):
        return []
    found = []
    for row in _new_targets(facts):
        cells = _cells(facts, row)
        if cells.get("funding") != "pp_plus" or row in facts.requested:
            continue
        what = "an amount and a request" if not answered(cells.get("pp_amount")) else "a request"
        said = f"Target {_named(facts, row)}: PP+ is to pay, without {what}."
        found.append(Finding(TARGETS, False, said, TARGETS))
    return found


JUDGES: Mapping[str, Callable[[Facts], Sequence[Finding]]] = {
    WHOLE: _part,
    "my_views": _my_views,
    "my_details": _my_details,
    "at_home": _at_home,
    "attendance": _attendance,
    TARGETS: _targets,
}
"""Section → what looks at it; a section that a plan does not ask is passed over."""


LOOKS_AT: Mapping[str, Collection[str]] = {"attendance": (TARGETS,)}
"""Section → others that what looks at it reads as well."""


def _new_targets(facts: Facts) -> list[str]:
    asked = facts.asked.get(TARGETS)
    question = asked.by_id.get(TARGETS) if asked else None
    return rows_of(question, facts.answers.get(TARGETS, {})) if question else []


def _cells(facts: Facts, row: str) -> dict[str, Value]:
    """A target's answers by column."""
    start = f"{TARGETS}.{row}."
    kept = facts.answers.get(TARGETS, {})
    return {key[len(start) :]: value for key, value in kept.items() if key.startswith(start)}


def _named(facts: Facts, row: str) -> str:
    """A target as a sentence names it: its words, or its number while it has none."""
    words = facts.answers.get(TARGETS, {}).get(f"{TARGETS}.{row}.outcome")
    return _quoted(words) if isinstance(words, str) and words else str(_new_targets(facts).index(row) + 1)


def _quoted(words: str) -> str:
    short = " ".join(words.split())
    return f"“{short if len(short) <= QUOTED else short[: QUOTED - 2].rstrip() + ' …'}”"


def _date(value: Value) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


# Reading the facts --------------------------------------------------------------------------------------


def findings_for(
    plan: Plan,
    part: str,
    *,
    sheets: Sequence[Sheet] | None = None,
    scheme: Scheme | None = None,
    only: Collection[str] | None = None,
    sent_at: datetime | None = None,
) -> Mapping[str, tuple[Finding, ...]]:
    """What the facts of a plan say of a part; under “” what they say of it as a whole.

    Five statements, whatever the plan holds; four with `sheets`, all that were loaded already.
    `scheme`: the review's own, for what it makes of a late part. `only`: what is said of these sections
    and of the whole, from fewer statements; `sheets` holds them and what `LOOKS_AT` names for them.
    `sent_at`: when the part was sent, where none of the sheets belongs to it.
    """
    here = sheets_of(plan, [*(s for s in JUDGES if s)]) if sheets is None else sheets
    caps = bool(scheme and scheme.late_care_at_best_amber)
    facts = facts_from(plan, part, here, caps_late_care=caps, only=only, sent_at=sent_at)
    return findings(facts, only)


def late_care(found: Mapping[str, Sequence[Finding]]) -> bool:
    """Whether a finding holds the part at amber at best: what `rollup.roll_up` is told."""
    return any(f.at_best for f in found.get(WHOLE, ()))


def facts_from(
    plan: Plan,
    part: str,
    sheets: Sequence[Sheet],
    *,
    caps_late_care: bool = False,
    only: Collection[str] | None = None,
    sent_at: datetime | None = None,
) -> Facts:
    """The facts, as far as whoever loaded the plan may read them; the rest as for `findings_for`."""
    sent = next((s.part for s in sheets if s.part is not None and s.part.part == part), None)
    sent_at = sent.submitted_at if sent else sent_at
    of_targets = only is None or TARGETS in only
    mine = {section: (due, done) for section, due, done in _sections_of(plan, part)}
    wanted = {a.id: a.title for a in plan.sections if a.due == "before_meeting" and a.id in mine}
    views = next((s for s in sheets if s.row.section_id == "my_views"), None)
    return Facts(
        part=part,
        today=clock.today(),
        asked={s.row.section_id: s.asked for s in sheets},
        answers={s.row.section_id: readable_answers(s) for s in sheets},
        told_an_adult=_told(views) if views else 0,
        meeting_on=plan.pep.meeting_on,
        sent_on=clock.local(sent_at).date() if sent_at else None,
        due_on=max((due for due, _ in mine.values()), default=None),
        for_meeting={title: mine[section][1] for section, title in wanted.items()},
        previous=previous_targets(plan.pep) if of_targets else (),
        requested=_requested(plan.pep.id) if of_targets else frozenset(),
        caps_late_care=caps_late_care,
    )


def readable_answers(sheet: Sheet) -> Mapping[str, Value]:
    """A section's answers that this person reads, with what is worked out from those alone."""
    sight = sheet.sight

    def seen(key: str) -> bool:
        name, _, rest = key.partition("~")[0].partition(".")
        column = rest.partition(".")[2]
        return name in sight.readable and f"{name}.{column}" not in sight.hidden_columns

    return with_derived(sheet.asked, {k: v for k, v in sheet.row.answers.items() if seen(k)})


def _sections_of(plan: Plan, part: str) -> list[tuple[str, date, date | None]]:
    """The part's sections: when each was due, and when it was complete for the first time. One statement."""
    values = {"child": plan.child.id, "pep": plan.pep.id, "part": part}
    rows = read_columns(_sections_query(), values)
    return [(section, due, clock.local(at).date() if at else None) for section, due, at in rows]


@cache
def _sections_query() -> Select[*tuple[Any, ...]]:
    """The same as a select, built once."""
    first = (
        select(func.min(AuditEvent.at))
        .where(
            AuditEvent.child_id == bindparam("child"),
            AuditEvent.subject_type == PepSection.__tablename__,
            AuditEvent.subject_id == PepSection.id,
            AuditEvent.tag == "pep:section:completed",
        )
        .scalar_subquery()
    )
    return select(
        PepSection.section_id, PepSection.due_on, func.coalesce(first, PepSection.completed_at)
    ).where(PepSection.pep_id == bindparam("pep"), PepSection.part == bindparam("part"))


def _told(views: Sheet) -> int:
    """How many adults wrote down what the child told them, where this person reads it: one statement."""
    fields = db.session.scalars(select(Comment.field_id).where(Comment.pep_section_id == views.row.id))
    return sum(name in views.sight.readable for name in fields)


def _requested(pep_id: int) -> frozenset[str]:
    """The rows of targets for which a request stands: one statement."""
    rows = db.session.scalars(
        select(Target.row)
        .join(FundingRequest, FundingRequest.target_id == Target.id)
        .where(Target.pep_id == pep_id, FundingRequest.state.not_in(("withdrawn", "cancelled", "declined")))
    )
    return frozenset(rows)
