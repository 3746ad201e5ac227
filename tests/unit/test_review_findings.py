"""What the facts of a plan suggest to whoever rates it: each from the facts it is given."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from vsportal import editions
from vsportal.editions.answers import with_derived
from vsportal.editions.reading import Value
from vsportal.reviews.findings import WHOLE, Facts, Finding, findings, late_care

EDITION = editions.current(date(2026, 11, 3))
CHOICE = editions.Choice("secondary", "autumn", "termly", 10)
ASKED = {a.id: a for a in editions.all_asked(EDITION, CHOICE)}
WHOLE_TARGET: dict[str, Value] = {
    "targets.a": True,
    "targets.a.outcome": "Amira can solve two-step equations alone",
    "targets.a.measure": "7 of 10 in the end-of-unit test",
    "targets.a.by_when": "2027-03-24",
    "targets.a.who": "Mr Yusuf Kaya",
}
SESSIONS: dict[str, Value] = {
    "recorded_as": "sessions",
    "sessions.autumn.possible": 100,
    "sessions.autumn.present": 90,
}


def facts(answers: Mapping[str, Mapping[str, Value]] | None = None, **more: Any) -> Facts:
    whole = {s: with_derived(ASKED[s], a) for s, a in (answers or {}).items()}
    given: dict[str, Any] = {"part": "school", "today": date(2026, 11, 23), "asked": ASKED, **more}
    return Facts(answers=whole, **given)


def said(
    section: str, answers: Mapping[str, Mapping[str, Value]] | None = None, **more: Any
) -> list[Finding]:
    return list(findings(facts(answers, **more)).get(section, ()))


def sentences(found: list[Finding], ok: bool = False) -> list[str]:
    return [f.sentence for f in found if f.ok is ok]


# My views -----------------------------------------------------------------------------------------------


def test_my_views_without_a_word_of_the_child_is_noticed() -> None:
    assert sentences(said("my_views")) == ["There are no words of the child here that you may read."]


def test_the_childs_words_are_counted_and_never_quoted() -> None:
    found = said(
        "my_views", {"my_views": {"going_well": "Qzx art Xzq", "happy_at_school": 1}}, told_an_adult=2
    )

    assert sentences(found, ok=True) == [
        "1 answer in the child’s own words and 2 written down by an adult who listened."
    ]


# Targets ------------------------------------------------------------------------------------------------


def test_a_whole_target_is_well() -> None:
    found = said("targets", {"targets": WHOLE_TARGET})

    assert [f.ok for f in found] == [True]
    assert found[0].sentence == "The target has a measure, a date and a person by name."


@pytest.mark.parametrize(
    ("column", "value", "missing"),
    [
        ("measure", None, "no measure"),
        ("by_when", None, "no date"),
        ("who", None, "no person by name"),
        ("who", "All teachers", "no person by name"),
    ],
)
def test_a_target_that_lacks_something_is_named_with_what_it_lacks(
    column: str, value: Value, missing: str
) -> None:
    found = said("targets", {"targets": {**WHOLE_TARGET, f"targets.a.{column}": value}})

    assert sentences(found) == [f"Target “Amira can solve two-step equations alone”: {missing}."]


def test_a_target_without_words_is_named_by_its_number_and_a_removed_one_not_at_all() -> None:
    rows: dict[str, Value] = {**WHOLE_TARGET, "targets.b": True, "targets.c": False, "targets.c.why": "old"}

    assert sentences(said("targets", {"targets": rows})) == [
        "Target 2: no measure, no date and no person by name."
    ]


def test_a_plan_without_a_target_is_noticed() -> None:
    assert sentences(said("targets")) == ["There is no target for the coming term."]


def test_earlier_targets_that_are_not_reviewed_are_named() -> None:
    before = [("ref1", "Reads aloud"), ("ref2", "Comes on time")]
    done = {**WHOLE_TARGET, "previous.ref1.result": "achieved"}

    assert sentences(said("targets", {"targets": done}, previous=before)) == [
        "Not reviewed of 2 earlier: “Comes on time”."
    ]
    both = {**done, "previous.ref2.result": "not"}
    assert sentences(said("targets", {"targets": both}, previous=before)) == []


def test_money_on_a_target_is_asked_for_with_an_amount_and_a_request() -> None:
    paid = {**WHOLE_TARGET, "targets.a.funding": "pp_plus"}
    with_amount = {**paid, "targets.a.pp_amount": 40000}

    assert "without an amount and a request" in sentences(said("targets", {"targets": paid}))[0]
    assert "without a request" in sentences(said("targets", {"targets": with_amount}))[0]
    assert sentences(said("targets", {"targets": with_amount}, requested=frozenset({"a"}))) == []


# Attendance, details, home ------------------------------------------------------------------------------


def test_attendance_below_95_without_a_target_is_noticed() -> None:
    found = said("attendance", {"attendance": SESSIONS, "targets": WHOLE_TARGET})

    assert sentences(found) == [
        "Attendance is below 95% without an attendance target, and no reason is given."
    ]


def test_an_attendance_target_or_a_reason_answers_it() -> None:
    target = {**WHOLE_TARGET, "targets.a.area": "attendance"}
    why: dict[str, Value] = {**SESSIONS, "target_agreed": "declined", "target_declined_why": "In hospital"}

    assert sentences(said("attendance", {"attendance": SESSIONS, "targets": target})) == []
    assert sentences(said("attendance", {"attendance": why, "targets": WHOLE_TARGET})) == []


def test_attendance_of_exactly_95_is_enough() -> None:
    enough: dict[str, Value] = {**SESSIONS, "sessions.autumn.present": 95}

    assert sentences(said("attendance", {"attendance": enough})) == []


@pytest.mark.parametrize(
    ("answers", "ok"),
    [
        ({"sdq": "yes", "sdq_date": "2026-01-10"}, True),
        ({"sdq": "yes", "sdq_date": "2025-12-01"}, True),
        ({"sdq": "yes", "sdq_date": "2025-11-29"}, False),
        ({"sdq": "yes"}, False),
        ({"sdq": "no", "sdq_reason": "SDQ1"}, True),
        ({"sdq": "no"}, False),
        ({}, False),
    ],
)
def test_the_score_is_less_than_a_year_old_on_the_day_of_the_meeting_or_has_a_reason(
    answers: dict[str, Value], ok: bool
) -> None:
    found = said("my_details", {"my_details": answers}, part="care", meeting_on=date(2026, 11, 30))

    assert [f.ok for f in found] == [ok]


def test_a_carer_who_wrote_nothing_is_noticed() -> None:
    assert sentences(said("at_home")) == ["Nothing by the carer."]
    assert sentences(said("at_home", {"at_home": {"going_well": "Reads a lot"}})) == []


# When it came -------------------------------------------------------------------------------------------


def test_social_cares_details_after_the_meeting_hold_the_part_at_amber_only_by_the_scheme() -> None:
    late: dict[str, Any] = {
        "part": "care",
        "meeting_on": date(2026, 11, 10),
        "sent_on": date(2026, 11, 20),
        "for_meeting": {"My details": date(2026, 11, 12)},
    }

    plain, strict = findings(facts(**late)), findings(facts(**late, caps_late_care=True))

    words = "“My details” was complete on 12 November 2026, after the meeting on 10 November 2026."
    assert [f.sentence for f in plain[WHOLE]] == [words]
    assert not late_care(plain)
    assert late_care(strict)
    assert strict[WHOLE][0].sentence == f"{words} By your scheme the part is amber at best."


def test_what_was_there_for_the_meeting_does_not_become_late_by_sending_the_part_afterwards() -> None:
    there: dict[str, Any] = {
        "part": "care",
        "meeting_on": date(2026, 11, 10),
        "sent_on": date(2026, 11, 20),
        "due_on": date(2026, 11, 24),
        "for_meeting": {"My details": date(2026, 11, 10)},
        "caps_late_care": True,
    }

    assert sentences(said(WHOLE, **there), ok=True) == ["Sent in time, on 20 November 2026."]


def test_a_part_that_came_late_says_by_which_dates() -> None:
    found = said(WHOLE, sent_on=date(2026, 11, 20), due_on=date(2026, 11, 18))

    assert sentences(found) == ["Sent on 20 November 2026; it was due on 18 November 2026."]


# Forms that ask less ------------------------------------------------------------------------------------


def test_nothing_breaks_where_a_form_does_not_ask() -> None:
    assert findings(Facts("school", date(2026, 11, 23))) == {}


@pytest.mark.parametrize("phase", editions.get(EDITION).phases)
@pytest.mark.parametrize("part", ["school", "care"])
def test_every_form_there_is_can_be_looked_at_empty(phase: str, part: str) -> None:
    for season in ("autumn", "spring", "summer"):
        choice = editions.Choice(phase, season, "termly", None)  # type: ignore[arg-type]
        asked = {a.id: a for a in editions.all_asked(EDITION, choice)}
        empty = {s: with_derived(a, {}) for s, a in asked.items()}
        found = findings(Facts(part, date(2026, 11, 23), asked, empty))
        assert {f.section for each in found.values() for f in each} <= {*asked, WHOLE}
