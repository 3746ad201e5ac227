"""A section as plain data, and as it is drawn: what is asked, what is left out, what stands apart."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from vsportal import editions
from vsportal.signing.document import canonical, checksum
from vsportal.signing.questions import Data, Given, questions_of
from vsportal.signing.shape import Printed, is_private, plan_data, state_line
from vsportal.wording import spoken

CHOICE = editions.Choice("secondary", "autumn", "termly", 10)
AT = datetime(2026, 11, 3, 14, 2, tzinfo=UTC)


def asked(section: str, stored: dict[str, Any], **more: Any) -> dict[str, Data]:
    """The questions of a section, by id."""
    form = editions.asked("2026-27", section, CHOICE)
    assert form is not None
    return {q["id"]: q for q in questions_of(Given(form, spoken("Amira", "she/her"), stored, **more))}


def document(section: str, questions: dict[str, Data], **more: Any) -> Data:
    """A whole document with this one section."""
    one = {
        "id": section,
        "title": "A title",
        "heading": "A heading",
        "owner": "designated_teacher",
        "owner_words": "designated teacher",
        "completed_at": None,
        "completed_by": "",
        "questions": list(questions.values()),
    }
    plan = {"ref": "r", "term_words": "autumn 2026", "occasion": "Termly plan", "meeting_on": None}
    child = {"called_s": "Amira’s", "name": "Amira B", "date_of_birth": "2011-05-14", "pronouns": ""}
    return {
        "plan": plan | {"meeting_words": "", "state": "open"},
        "child": child,
        "authority": "Fenland",
        "places": {"schools": []},
        "people": [],
        "sections": [one],
        "wishes": [],
        "requests": [],
        "reviews": [],
        "signed": None,
    } | more


def drawn(section: str, stored: dict[str, Any]) -> list[Data]:
    """The blocks of a section as the template gets them."""
    data = plan_data(document(section, asked(section, stored)), Printed("Sue, head,", AT, "head"))
    return data["sections"][0]["blocks"] if data["sections"] else []


def test_a_question_stands_in_words_with_the_child_in_it_and_the_answer_as_it_reads() -> None:
    found = asked("meeting", {"date": "2026-11-03", "held": "both"})

    assert found["date"]["shown"] == "3 November 2026"
    assert found["held"]["shown"] == "Both"
    assert found["participation"]["label"] == "How did Amira take part?"


def test_what_is_not_asked_is_no_part_of_the_plan_even_if_something_was_typed_there() -> None:
    stored = {"held": "online", "venue": "Room 12"}

    assert "venue" not in asked("meeting", stored)
    assert asked("meeting", stored | {"held": "both"})["venue"]["shown"] == "Room 12"


def test_a_row_is_titled_by_its_own_answer_and_a_removed_one_is_gone() -> None:
    stored = {
        "decisions.k1": True,
        "decisions.k1.what": "A quiet room",
        "decisions.k2": False,
        "decisions.k2.what": "Nothing",
    }

    rows = asked("meeting", stored)["decisions"]["rows"]

    assert [row["title"] for row in rows] == ["A quiet room"]


def test_why_an_answer_is_not_known_stands_in_its_place() -> None:
    (block,) = [b for b in drawn("meeting", {"chair~unknown": "The notes are lost"}) if b["k"] == "qa"]

    assert block["a"] == "Not known yet: The notes are lost"


def test_what_nobody_answered_is_named_once_and_not_drawn() -> None:
    blocks = drawn("meeting", {"chair": "Priya Raman"})

    assert [b["k"] for b in blocks] == ["group", "qa", "empty"]
    assert "Date of the meeting" in blocks[-1]["text"]


@pytest.mark.parametrize(
    ("section", "question", "readers", "apart"),
    [
        ("my_views", "who_helps", {}, True),
        ("my_views", "going_well", {}, False),
        ("my_details", "care_plan", {}, True),
        ("my_details", "care_plan", {"groups": ["school"]}, False),
    ],
)
def test_a_private_answer_stands_on_the_sensitive_sheet(
    section: str, question: str, readers: dict[str, Any], apart: bool
) -> None:
    found = asked(section, {question: "Words"}, readers={question: readers})

    assert is_private(found[question]) is apart


def test_the_childs_own_copy_has_no_sheet_apart() -> None:
    questions = asked("my_views", {"who_helps": "Ms Frost"})
    whole = document("my_views", questions)

    own = plan_data(whole, Printed("the young person", AT, "young_person"))
    workers = plan_data(whole, Printed("Marcus, social worker,", AT, "social_worker"))

    assert (len(own["sections"]), own["apart"]) == (1, [])
    assert [b["a"] for b in workers["apart"][0]["blocks"] if b["k"] == "qa"] == ["Ms Frost"]
    assert "Ms Frost" not in str(workers["sections"])


def test_private_words_do_not_open_a_plan_that_others_may_see_lying_about() -> None:
    whole = document("my_views", asked("my_views", {"meeting_wish": "Only Tina", "going_well": "Art"}))

    assert plan_data(whole, Printed("Marcus, social worker,", AT, "social_worker"))["voice"] == "Art"
    assert plan_data(whole, Printed("the young person", AT, "young_person"))["voice"] != "Art"


def test_the_cover_says_that_a_plan_is_open_and_who_printed_it_when() -> None:
    whole = document("meeting", {})

    assert state_line(whole, AT) == "Not signed off, as of 3 November 2026"
    assert Printed("Sue, head,", AT).line == "Printed by Sue, head, on 3 November 2026 at 2:02pm"


def test_the_cover_says_what_a_plan_was_signed_off_without() -> None:
    signed = {
        "by": "Sue",
        "at": "2026-11-03T14:02:00+00:00",
        "without": "social care’s part",
        "reason": "Two workers left.",
    }

    assert state_line(document("meeting", {}, signed=signed), AT) == (
        "Signed off by Sue on 3 November 2026, without social care’s part: Two workers left."
    )


def test_the_same_plan_is_the_same_text_whatever_order_it_was_put_together_in() -> None:
    one = canonical({"b": ["e\u0301", 1], "a": {"y": None, "x": "ትግርኛ"}})
    two = canonical({"a": {"x": "ትግርኛ", "y": None}, "b": ["é", 1]})

    assert one == two == '{"a":{"x":"ትግርኛ","y":null},"b":["é",1]}'
    assert checksum(one) == checksum(two)
