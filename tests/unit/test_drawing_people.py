"""Who reads and who writes what in a section, what people say in it, and what is sent while they work."""

from __future__ import annotations

import json

from bs4 import BeautifulSoup

from tests.drawn import ASKED, ENV, FULL, IDS, answer, edited, live, shown
from vsportal.editions.answers import mark
from vsportal.peps import drawing
from vsportal.peps.drawing import Conflict, Fact, Said


def test_what_one_may_not_write_is_read_in_its_place():
    page = edited(answers=FULL, writable={"essay"}, commentable=())

    assert {c["name"] for c in page.find_all(["input", "textarea", "select"]) if c.has_attr("name")} == {
        "essay"
    }
    assert answer(page, "How many") == "12 hours"


def test_what_one_may_not_read_is_nowhere():
    planted = {
        "line": "SECRET",
        "subjects.k1": True,
        "subjects.k1.subject": "SECRET",
        "targets.k1": True,
        "targets.k1.amount": 4242,
        "targets.k1.funding": "pp",
    }
    given = {
        "answers": planted,
        "readable": set(IDS) - {"line", "subjects", "views"},
        "writable": set(IDS) - {"line", "subjects", "views"},
        "commentable": set(),
        "hidden_columns": {"targets.amount"},
        "said": {"views": [Said("Tina", "carer", "SECRET", "today")]},
        "errors": {"line": "SECRET", "targets.k1.amount": "42.42"},
    }
    slots = drawing.slots(
        ENV, ASKED, ["line", "subjects.k1.subject", "targets.k1.amount", "views"], live(**given)
    )

    for page in (drawing.edit(ENV, ASKED, live(**given)), drawing.read(ENV, ASKED, live(**given)), slots):
        assert "SECRET" not in page
        assert "42.42" not in page
        assert "A line" not in page
        assert "How much" not in page
    assert set(json.loads(drawing.marks(ASKED, live(**given)))) == {"targets.k1", "targets.k1.funding"}


def test_each_question_says_who_can_read_it():
    page = edited(
        readers={"line": "Amira can read this", "targets.amount": "Only care"}, answers={"targets.k1": True}
    )

    assert page.find(id="line-readers").text == "Amira can read this"
    assert "line-readers" in page.find(id="line")["aria-describedby"]
    assert page.find(id="targets-k1-amount-readers").text == "Only care"


def test_a_fact_is_shown_with_its_source_and_never_typed():
    page = edited(facts={"born": Fact("14 May 2012", "From the social care record")})

    assert page.find(attrs={"name": "born"}) is None
    assert answer(page, "Born") == "14 May 2012 From the social care record"
    assert answer(edited(), "Born") == "Not on the record"


SAID = [
    Said("Rhian Castell", "designated teacher", "Mine", "today", mine=True),
    Said("Tina", "carer", "At the kitchen table", "28 February"),
    Said("Amira", "", "Maths goes too fast", "1 March", child=True),
]


def test_the_childs_words_come_first_and_ones_own_stand_in_ones_own_box():
    views = edited(said={"views": SAID}).find(id="views-all")

    assert views.blockquote.p.text == "Maths goes too fast"
    assert [li.p.text for li in views.find_all("li")] == ["At the kitchen table"]
    assert views.find(id="views").text == "Mine"


def test_those_who_only_read_see_everybodys_words_signed():
    views = shown(said={"views": SAID}, commentable=()).find(class_="vs-views")

    assert [" ".join(li.get_text(" ").split()) for li in views.find_all("li")] == [
        "Mine Rhian Castell designated teacher today",
        "At the kitchen table Tina carer 28 February",
    ]
    assert views.textarea is None


def test_silence_of_the_child_is_seen():
    views = edited(said={"views": SAID[:2]}).find(id="views-all")

    assert (
        "Amira has not said anything here yet. Ask how she would like to."
        in views.find(class_="vs-voice--none").text
    )


def test_the_childs_own_words_are_theirs_to_change():
    mine = Said("Amira", "", "Too fast", "1 March", mine=True, child=True)
    views = edited(said={"views": [mine, SAID[1]]}, own_label="Your words").find(id="views-all")

    assert views.blockquote is None
    assert views.find("label", {"for": "views"}).text.startswith("Your words")
    assert views.find(id="views").text == "Too fast"


def test_slots_are_swapped_where_they_stand_and_hold_what_the_page_would():
    given = {
        "answers": {**FULL, "essay~kept": "Her nickname"},
        "errors": {"line": "Enter a line for {child}"},
        "warnings": {"essay": "Check the name"},
    }
    found = BeautifulSoup(
        drawing.slots(ENV, ASKED, ["line", "essay", "essay~kept", "nonsense", "subjects.k1"], live(**given)),
        "html5lib",
    )

    by_id = {t["id"]: t for t in found.find_all(attrs={"hx-swap-oob": True})}
    assert set(by_id) == {"line-error", "line-warning", "essay-error", "essay-warning", "low"}
    assert by_id["line-error"].text == "Error: Enter a line for Amira"
    assert by_id["essay-warning"].input["name"] == "essay~kept"
    assert by_id["essay-warning"].input["value"] == "Her nickname"
    assert by_id["low"]["data-value"] == "yes"
    page = edited(**given)
    assert page.find(id="essay-warning").decode_contents() == by_id["essay-warning"].decode_contents()


def test_two_answers_in_conflict_are_both_there_with_two_buttons():
    page = edited(answers={"way": "l"}, conflicts={"way": Conflict("r", "Kwame Dent", "1:56pm", "l")})

    slot = page.find(id="way-warning")
    assert "Kwame Dent saved Right after you opened this page (1:56pm). You have Left." in slot.text
    assert [(b.text, b["value"]) for b in slot.find_all("button")] == [
        ("Keep Left", "mine:way"),
        ("Use Right", "theirs:way"),
    ]


def test_an_answer_in_conflict_has_no_mark_and_an_empty_one_needs_none():
    conflicts = {"way": Conflict("r", "Kwame Dent", "1:56pm", "l")}
    marks = json.loads(
        drawing.marks(
            ASKED, live(answers={"way": "l", "line": "One", "essay": None, "low": "yes"}, conflicts=conflicts)
        )
    )

    assert marks == {"line": mark("One")}


def test_new_marks_tell_what_was_saved():
    found = BeautifulSoup(drawing.new_marks({"line": None, "ticks": ["a"]}), "html5lib").div

    assert json.loads(found["data-marks"]) == {"line": mark(None), "ticks": mark(["a"])}


def test_the_form_saves_itself_and_works_without_script():
    form = BeautifulSoup(
        f"<form {drawing.form_attributes(live(base_url='/peps/x/sections/s'))}>", "html5lib"
    ).form

    assert (form["method"], form["action"], form["hx-post"]) == (
        "post",
        "/peps/x/sections/s",
        "/peps/x/sections/s/draft",
    )
    assert form.has_attr("novalidate")


def test_answers_are_read_in_words_and_silence_is_named():
    page = shown(answers={**FULL, "essay": None, "essay~unknown": "After the meeting", "line": None})

    assert answer(page, "What it costs") == "£1,200.50"
    assert answer(page, "She wrote") == "Not known yet: After the meeting"
    assert answer(page, "A line for Amira") == "Not answered"
    assert answer(page, "How is it?") == "Good"
    assert [h.text for h in page.select("h2[id^=group-]")] == ["First", "Second"]


def test_a_table_is_read_as_a_table_and_an_empty_one_is_named():
    table = shown(answers=FULL).find("table", attrs={"aria-labelledby": "subjects-label"})

    assert [r.th.get_text(" ", strip=True) for r in table.tbody.find_all("tr")] == ["Maths –", "Subject 2 –"]
    assert "Expected" in table.tbody.text
    assert shown().find(id="subjects-label").find_next("p").text == "Not answered"


def test_nothing_to_read_can_be_typed():
    assert not shown(answers=FULL, commentable=()).find_all(["input", "select", "textarea", "button"])
