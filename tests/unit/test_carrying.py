"""What a new plan begins with stood in the old one, is still asked, and is read by nobody else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vsportal import editions
from vsportal.editions import Choice, asked_of
from vsportal.editions.answers import answered
from vsportal.editions.carrying import OWNERS_IN, WITHIN, carry
from vsportal.editions.reading import Value
from vsportal.editions.schema import Asked, Edition, Rows, Section
from vsportal.policy import ACTS_AS, AUDIENCES, Tie


def form(*fields: Mapping[str, Any], owner: str = "designated_teacher", section: str = "school") -> Asked:
    """A section with these questions."""
    written = [{"kind": "text", "label": "A question", "audience": "everyone", **f} for f in fields]
    made = Section.model_validate(
        {"id": section, "title": "A section", "heading": "A section", "owner": owner, "field": written}
    )
    edition = Edition(
        name="2026-27", title="", starts="2026-09-01", phases=["secondary"], order=[section], sections=[made]
    )
    return asked_of(edition, Choice("secondary", "autumn"))[0]


def carries(
    old: Asked, answers: Mapping[str, Value], new: Asked | None = None, *, same_year: bool = True
) -> dict[str, Value]:
    return carry([old], {old.id: answers}, new or old, same_year=same_year)


def grid(*columns: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """A question with rows that people add."""
    rows = {} if "rows" in more or "rows_from" in more else {"repeat": True, "row_name": "row"}
    written = [{"kind": "text", "label": "A column", **column} for column in columns]
    return {"id": "rows", "kind": "grid", "columns": written, **rows, **more}


# What the form says -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("flag", "same_year", "kept"),
    [(True, True, True), (True, False, True), (False, True, False), (False, False, False),
     ("year", True, True), ("year", False, False)],
)  # fmt: skip
def test_an_answer_is_carried_always_never_or_within_the_school_year(
    flag: object, same_year: bool, kept: bool
) -> None:
    asked = form({"id": "one", "carry": flag})

    assert carries(asked, {"one": "a"}, same_year=same_year) == ({"one": "a"} if kept else {})


def test_a_column_for_the_year_is_dropped_in_september_and_the_rest_of_its_row_stays() -> None:
    asked = form(grid({"id": "subject"}, {"id": "autumn", "carry": "year"}))
    answers: dict[str, Value] = {"rows.r1": True, "rows.r1.subject": "Maths", "rows.r1.autumn": "ep"}

    assert carries(asked, answers) == answers
    assert carries(asked, answers, same_year=False) == {"rows.r1": True, "rows.r1.subject": "Maths"}


def test_a_row_of_which_nothing_is_carried_is_not_there() -> None:
    asked = form(grid({"id": "mark", "carry": "year"}))

    assert carries(asked, {"rows.r1": True, "rows.r1.mark": "5"}, same_year=False) == {}


@pytest.mark.parametrize(
    "question",
    [
        {"id": "one", "kind": "derived", "derive": "attendance_below_95"},
        {"id": "one", "kind": "note", "text": "Words"},
        {"id": "one", "source": "child.upn"},
        {"id": "one", "kind": "views"},
    ],
)
def test_facts_notes_and_what_is_said_or_worked_out_are_never_carried(question: dict[str, Any]) -> None:
    assert carries(form(question), {"one": "a"}) == {}


def test_why_it_was_not_known_is_carried_and_why_a_warning_was_kept_is_not() -> None:
    asked = form({"id": "one", "statute": ["A1"]}, {"id": "two"})
    answers: dict[str, Value] = {
        "one~unknown": "We wait for the school.",
        "one~kept": "It is right.",
        "one~how": "talk",
        "two~unknown": "Nobody asks.",
    }

    assert carries(asked, answers) == {"one~unknown": "We wait for the school."}


def test_a_removed_row_is_not_carried_and_the_others_keep_their_ids() -> None:
    asked = form(grid({"id": "subject"}))
    answers: dict[str, Value] = {
        "rows.r1": False, "rows.r1.subject": "Latin", "rows.r2": True, "rows.r2.subject": "Maths",
        "rows.r3.subject": "Art",
    }  # fmt: skip

    assert carries(asked, answers) == {
        "rows.r2": True,
        "rows.r2.subject": "Maths",
        "rows.r3.subject": "Art",
    }


def test_rows_that_come_from_a_record_are_not_carried() -> None:
    asked = form(grid({"id": "result"}, rows_from="previous_targets"))

    assert carries(asked, {"rows.t1.result": "achieved"}) == {}


def test_what_could_not_be_read_is_not_carried() -> None:
    asked = form({"id": "one", "kind": "number"})

    assert carries(asked, {"one": {"typed": "many"}}) == {}


def test_an_answer_that_hangs_on_one_that_is_not_carried_is_not_carried_either() -> None:
    asked = form(
        {"id": "moved", "kind": "yes_no", "carry": False},
        {"id": "where", "when": {"moved": ["yes"]}},
        {"id": "which", "when": {"where": ["home"]}},
        {"id": "other"},
    )

    assert carries(asked, {"moved": "yes", "where": "home", "which": "a", "other": "b"}) == {"other": "b"}


# A form that has changed --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "value", "kept"),
    [
        ({"kind": "text"}, {"kind": "number"}, "5", False),
        ({"kind": "text"}, {"kind": "text", "max_length": 3}, "four", False),
        ({"kind": "number"}, {"kind": "number", "maximum": 60}, 61, False),
        ({"kind": "number"}, {"kind": "number", "maximum": 60}, 60, True),
        ({"kind": "one_of", "options": [["a", "A"]]},
         {"kind": "one_of", "options": [["b", "B"]]}, "a", False),
        ({"kind": "one_of", "options": [["a", "A"]]}, {"kind": "one_of", "options": [["a", "Z"]]}, "a", True),
        ({"kind": "many_of", "options": [["a", "A"], ["b", "B"]]},
         {"kind": "many_of", "options": [["a", "A"]]}, ["a", "b"], False),
        ({"kind": "yes_no", "unsure": "Not known"}, {"kind": "yes_no"}, "unsure", False),
        ({"kind": "date", "within": "future"}, {"kind": "date", "within": "future"}, "2020-01-01", True),
    ],
)  # fmt: skip
def test_an_answer_is_carried_only_while_the_question_can_take_it(
    old: dict[str, Any], new: dict[str, Any], value: Value, kept: bool
) -> None:
    found = carries(form({"id": "one", **old}), {"one": value}, form({"id": "one", **new}))

    assert found == ({"one": value} if kept else {})


@pytest.mark.parametrize("was", ["old", "school.old"])
def test_a_renamed_question_keeps_its_answer(was: str) -> None:
    assert carries(form({"id": "old"}), {"old": "a"}, form({"id": "new", "was": was})) == {"new": "a"}


def test_a_question_that_moved_to_another_section_takes_its_answer_along() -> None:
    new = form({"id": "new", "was": "school.old"}, section="home")

    assert carries(form({"id": "old"}), {"old": "a"}, new) == {"new": "a"}


def test_a_renamed_column_keeps_its_cells() -> None:
    old, new = form(grid({"id": "old"})), form(grid({"id": "new", "was": "old"}))

    assert carries(old, {"rows.r1": True, "rows.r1.old": "a"}, new) == {"rows.r1": True, "rows.r1.new": "a"}


def test_a_fixed_row_the_form_no_longer_has_is_not_carried() -> None:
    old = form(grid({"id": "have"}, rows=[["one", "One"], ["two", "Two"]]))
    new = form(grid({"id": "have"}, rows=[["two", "Two"]]))

    assert carries(old, {"rows.one.have": "a", "rows.two.have": "b"}, new) == {"rows.two.have": "b"}


# Nobody reads more than before --------------------------------------------------------------------------


def readers(audience: str) -> frozenset[Tie]:
    return AUDIENCES[audience]


def test_the_order_of_audiences_and_their_owners_is_the_one_of_policy() -> None:
    for outer, held in AUDIENCES.items():
        assert set(WITHIN[outer]) == {name for name, inner in AUDIENCES.items() if inner <= held}
        # A delegate is no owner: they read what delegates read (`policy.may_read`).
        owners = {owner for owner, ties in ACTS_AS.items() if ties - {Tie.DELEGATE} <= held}
        assert set(OWNERS_IN[outer]) == owners


@pytest.mark.parametrize("was", AUDIENCES)
@pytest.mark.parametrize("will", AUDIENCES)
def test_an_answer_is_carried_only_to_those_who_could_read_it(was: str, will: str) -> None:
    found = carries(form({"id": "one", "audience": was}), {"one": "a"}, form({"id": "one", "audience": will}))

    assert bool(found) is (readers(will) <= readers(was))


def test_an_answer_that_was_narrowed_is_not_carried_to_a_question_that_is_not() -> None:
    wide = {"id": "one", "audience": "adults_around"}

    assert carries(form({**wide, "narrowed": True}), {"one": "a"}, form(wide)) == {}
    assert carries(form(wide), {"one": "a"}, form({**wide, "narrowed": True})) == {"one": "a"}


def test_an_answer_a_parent_could_not_read_is_not_carried_to_where_they_can() -> None:
    kept = {"id": "one", "audience": "adults_around"}

    assert carries(form(kept), {"one": "a"}, form({**kept, "parents": True})) == {}


def test_a_column_that_opens_to_more_people_is_not_carried() -> None:
    old = form(grid({"id": "name", "audience": "care"}, {"id": "role"}))
    new = form(grid({"id": "name"}, {"id": "role"}))

    assert carries(old, {"rows.r1.name": "A", "rows.r1.role": "B"}, new) == {"rows.r1.role": "B"}


def test_an_answer_for_social_care_does_not_go_to_a_section_the_school_now_writes() -> None:
    old = form({"id": "one", "audience": "care"}, {"id": "two"}, owner="social_worker")
    new = form({"id": "one", "audience": "care"}, {"id": "two"}, owner="designated_teacher")

    assert carries(old, {"one": "a", "two": "b"}, new) == {"two": "b"}


# The form as it is --------------------------------------------------------------------------------------

PHASES = editions.get("2026-27").phases
CHOICES = [
    Choice(phase, season, year=year)
    for phase in PHASES
    for year in editions.get("2026-27").phase_years[phase]
    for season in ("autumn", "spring", "summer")
]
TEXTS = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 200),
    st.sampled_from(["yes", "no", "unsure", "a", "2020-01-01"]),
    st.lists(st.sampled_from(["time", "reader"]), max_size=2), st.just({"typed": "x"}),
)  # fmt: skip


def anything(asked: Asked) -> st.SearchStrategy[dict[str, Value]]:
    """Any answers a section can hold, right or wrong."""
    keys: list[str] = []
    for field in asked.fields:
        keys += [field.id, f"{field.id}~unknown", f"{field.id}~kept", f"{field.id}~how"]
        if isinstance(field, Rows):
            rows = sorted(field.row_ids) or ["r1", "r2"]
            keys += [f"{field.id}.{row}" for row in rows]
            keys += [f"{field.id}.{row}.{column.id}" for row in rows for column in field.columns]
    return st.dictionaries(st.sampled_from(keys), TEXTS, max_size=12)


@given(data=st.data())
def test_of_any_answers_only_what_stood_there_and_is_known_is_carried_and_once_is_enough(
    data: st.DataObject,
) -> None:
    was, will = data.draw(st.sampled_from(CHOICES)), data.draw(st.sampled_from(CHOICES))
    new = data.draw(st.sampled_from(editions.all_asked("2026-27", will)))
    same_year = data.draw(st.booleans())
    old = editions.all_asked("2026-27", was)
    before = editions.asked("2026-27", new.id, was)
    if before is None:
        return
    stood = {before.id: data.draw(anything(before))}

    found = carry(old, stood, new, same_year=same_year)

    assert found.items() <= {k: v for k, v in stood[before.id].items() if answered(v)}.items()
    for key in found:
        leaf = new.leaf(key)
        assert leaf is not None
        assert leaf.field.carry in ((True, "year") if same_year else (True,))
    assert carry([new], {new.id: found}, new, same_year=same_year) == found


@pytest.mark.parametrize("choice", CHOICES, ids=lambda c: f"{c.phase}-{c.year}-{c.season}")
def test_what_other_parts_of_the_portal_read_from_a_plan_is_never_carried(choice: Choice) -> None:
    """Targets and the meeting's date are projected when they are saved: a carried one would be nowhere."""
    for section, names in {"targets": ("targets", "previous"), "meeting": ("date", "time", "venue")}.items():
        asked = editions.asked("2026-27", section, choice)
        assert asked is not None
        assert [asked.by_id[name].carry for name in names] == [False] * len(names)


@pytest.mark.parametrize("choice", CHOICES, ids=lambda c: f"{c.phase}-{c.year}-{c.season}")
def test_my_views_begins_empty_each_term(choice: Choice) -> None:
    asked = editions.asked("2026-27", "my_views", choice)
    assert asked is not None

    assert {field.carry for field in asked.fields} == {False}
