"""A section is drawn with every kind of question, and nothing that a person typed is markup or a template."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.drawn import ASKED, ENV, FULL, NAMES, answer, edited, live, section, shown
from vsportal import editions
from vsportal.editions import Choice
from vsportal.editions.answers import mark
from vsportal.editions.schema import Asked
from vsportal.peps import drawing
from vsportal.peps.drawing import Conflict, Fact, Live, Said

HOSTILE = st.sampled_from(
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=x>',
        "'{{ 7*7 }}'",
        "{% raise %}",
        "\x021\x03",
        "{child}",
        "</textarea>",
    ]
)
TYPED = st.builds("".join, st.lists(HOSTILE | st.text(max_size=8), min_size=1, max_size=4))


@settings(max_examples=30, deadline=None)
@given(one=TYPED, two=TYPED)
def test_whatever_people_type_comes_out_as_text(one, two):
    answers = {
        "line": one,
        "essay": two,
        "day": {"typed": one},
        "way": one,
        "long": two,
        "who": one,
        "line~unknown": two,
        "line~kept": one,
        "subjects.k1": True,
        "subjects.k1.subject": one,
        "subjects.k1.autumn_effort": two,
        "targets.k1": True,
        "targets.k1.outcome": two,
    }
    given = {
        "answers": answers,
        "names": dict.fromkeys(NAMES, one),
        "errors": {"line": one, "subjects.k1.prior": two},
        "warnings": {"line": two, "essay": one},
        "conflicts": {"who": Conflict(one, two, one, two)},
        "said": {
            "views": [
                Said(one, two, one, two),
                Said(two, one, two, one, child=True),
                Said(one, one, two, two, mine=True),
            ]
        },
        "readers": {"line": one},
        "facts": {"born": Fact(one, two)},
        "signed": one,
        "own_label": two,
        "people": [one, two],
        "from_record": {"previous": [("7", one)]},
    }

    for page in (edited(**given), shown(**given)):
        assert not page.find_all(["script", "img"])
        assert not [t for t in page.find_all(True) if any(a.startswith("on") for a in t.attrs)]
        assert "49" not in page.text or "49" in one + two
    page = drawing.edit(ENV, ASKED, live(**given))
    assert "<script" not in page
    assert "<script" not in drawing.slots(ENV, ASKED, ["line", "who"], live(**given))


def test_an_answer_comes_back_out_of_its_control_as_it_was_typed():
    typed = "  </textarea>\"& '<b>{{ x }}\n\nEnd "

    page = edited(answers={"essay": f"\n{typed}", "line": typed})

    assert page.find(id="essay").text == f"\n{typed}"
    assert page.find(id="line")["value"] == typed


def test_a_label_is_never_read_as_a_template():
    # The loader refuses such a label; the drawing must not lean on that.
    label = "{{ 7*7 }} {% raise %} <b>\x020\x03 {other} {child}"
    plain = section({"id": "line", "label": "Plain"})
    asked = replace(plain, fields=(plain.fields[0].model_copy(update={"label": label}),))

    page = edited(asked)

    assert page.label.get_text().startswith("{{ 7*7 }} {% raise %} <b>0 {other} Amira")


def test_a_name_that_opens_a_sentence_has_a_capital():
    assert edited().find("label", {"for": "essay"}).text.startswith("She wrote")


@pytest.mark.parametrize("answers", [{}, FULL], ids=["empty", "full"])
def test_ids_are_unique_and_whatever_points_somewhere_arrives(answers):
    page = edited(answers=answers, from_record={"previous": [("7", "Join a club")]})

    ids = [t["id"] for t in page.find_all(id=True)]
    assert len(ids) == len(set(ids))
    pointed = [
        i
        for t in page.find_all(True)
        for a in ("for", "aria-labelledby", "aria-describedby")
        for i in t.get(a, "").split()
    ]
    pointed += [t["list"] for t in page.find_all("input", list=True)]
    assert set(pointed) <= set(ids)


def test_every_control_has_a_name_aloud():
    page = edited(answers=FULL, from_record={"previous": [("7", "Join a club")]})

    labelled = {label.get("for") for label in page.find_all("label")}
    controls = page.find_all(["input", "select", "textarea"])
    silent = [
        c["name"]
        for c in controls
        if c.get("type") != "hidden"
        and not (c.get("id") in labelled or c.get("aria-label") or c.find_parent("label"))
    ]
    assert silent == []


def test_each_kind_puts_its_answer_back_into_its_control():
    page = edited(answers=FULL)

    assert page.find(id="count")["value"] == "12"
    assert page.find(id="share")["value"] == "94.5"
    assert page.find(id="cost")["value"] == "1,200.50"
    assert page.find(id="day")["value"] == "2 March 2027"
    checked = {
        (c["name"], c["value"])
        for c in page.find_all("input", checked=True)
        if not c["name"].endswith("~how")
    }
    assert checked == {
        ("sure", "no"),
        ("way", "r"),
        ("ticks", "b"),
        ("face", "4"),
        ("targets.k1.funding", "school"),
    }
    selected = {(o.parent["name"], o["value"]) for o in page.find_all("option", selected=True)}
    assert selected >= {("long", "o3"), ("subjects.k1.autumn_effort", "ep")}


def test_no_number_or_date_is_asked_in_a_control_that_refuses_a_paste():
    kinds = {c.get("type") for c in edited(answers=FULL).find_all("input")}

    assert kinds <= {"text", "radio", "checkbox", "hidden"}


def test_what_could_not_be_read_is_shown_again():
    page = edited(answers={"day": {"typed": "31/02/2020"}}, errors={"day": "Enter a real date"})

    assert page.find(id="day")["value"] == "31/02/2020"
    assert page.find(id="day")["aria-invalid"] == "true"
    assert page.find(id="day-error").text == "Error: Enter a real date"


def test_a_choice_that_has_left_its_list_stays_chosen():
    chosen = edited(answers={"long": "gone"}).find(id="long").find("option", selected=True)

    assert chosen["value"] == "gone"


def test_none_ticked_is_sent_as_well():
    first = edited().find(attrs={"name": "ticks"})

    assert (first["type"], first["value"]) == ("hidden", "")


def test_optional_is_said_where_nothing_is_missing_without_it():
    page = edited()

    assert "(optional)" in page.find("label", {"for": "essay"}).text
    assert "(optional)" not in page.find("label", {"for": "line"}).text


def test_what_the_law_asks_for_can_be_not_known_yet():
    page = edited(answers={"line~unknown": "The school is closed"})

    assert page.find(id="line--unknown")["value"] == "The school is closed"
    assert page.find(id="line--unknown").find_parent("details").has_attr("open")
    assert page.find(id="essay--unknown") is None


def test_a_child_may_pass_a_question_over_and_is_not_told_what_is_optional():
    asked = section({"id": "joy", "kind": "long_text", "label": "What do you enjoy?"}, owner="young_person")

    page = edited(asked, answers={"joy~how": "talk"})

    assert page.find("input", {"name": "joy~how", "checked": True})["value"] == "talk"
    assert "(optional)" not in page.text
    assert (
        answer(shown(asked, answers={"joy~how": "skipped"}), "What do you enjoy?") == "Amira chose not to say"
    )


def test_a_question_that_leans_on_another_says_so_and_hides_until_it_is_asked():
    place = edited().find(id="why").find_parent("div", class_="vs-asked")

    assert json.loads(place["data-when"]) == {"sure": ["no", "unsure"]}
    assert "vs-not-asked" in place["class"]
    assert place.find(class_="vs-nojs").text == "Answer this if “Is it so?” is “No” or “Not sure”."
    assert (
        "vs-not-asked"
        not in edited(answers={"sure": "no"}).find(id="why").find_parent("div", class_="vs-asked")["class"]
    )


def test_a_cell_leans_on_its_own_row():
    answers = {
        "targets.k1": True,
        "targets.k1.funding": "pp",
        "targets.k2": True,
        "targets.k2.funding": "school",
    }
    page = edited(answers=answers)

    asked = {
        k: "vs-not-asked" not in page.find(id=f"targets-{k}-amount").find_parent(class_="vs-asked")["class"]
        for k in ("k1", "k2")
    }
    assert asked == {"k1": True, "k2": False}


def test_a_question_that_is_not_asked_is_not_read_either():
    assert shown(answers={"sure": "yes", "why": "old"}).find("dt", string="Why?") is None
    assert answer(shown(answers={"sure": "no", "why": "new"}), "Why?") == "new"


@pytest.fixture(scope="module")
def largest() -> tuple[Asked, Live]:
    """Year 11 in summer, with eight subjects: about 135 controls."""
    asked = editions.asked("2026-27", "progress", Choice("secondary", "summer", year=11))
    assert asked is not None
    answers: dict[str, object] = {}
    for n in range(8):
        answers[f"subjects.m0abcdef{n}xy"] = True
        for column in asked.by_id["subjects"].columns:  # type: ignore[union-attr]  # it is a grid
            answers[f"subjects.m0abcdef{n}xy.{column.id}"] = (
                "ep" if "progress" in column.id else f"{column.id} {n}"
            )
    return asked, live(
        asked,
        answers=answers,
        readers={f.id: "Amira, her carers and her school can read this" for f in asked.fields},
    )


def test_the_largest_section_is_small_on_the_wire(largest):
    assert len(gzip.compress(drawing.edit(ENV, *largest).encode())) < 12_000


def test_the_page_has_seen_ones_own_comment_so_that_changing_it_is_no_conflict():
    said = {"views": (Said("Tina", "carer", "She reads more.", "today", mine=True),)}
    other = {"views": (Said("Rhian", "teacher", "So I see.", "today"),)}

    one = replace(live(), said=said, commentable={"views"})

    assert json.loads(drawing.marks(ASKED, one))["views"] == mark("She reads more.")
    assert "views" not in json.loads(drawing.marks(ASKED, replace(one, said=other)))
