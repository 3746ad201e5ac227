"""Rows of a section: tables that find room for their columns, cards, and what they are called."""

from __future__ import annotations

from tests.drawn import ASKED, ENV, FULL, edited, live
from vsportal.editions.smart import smart
from vsportal.peps import drawing


def test_a_row_is_called_by_what_is_typed_in_it():
    page = edited(answers=FULL)

    names = [s["aria-label"] for s in page.find_all("select") if s["name"].endswith("autumn_effort")]
    assert names == ["Maths, autumn effort", "Subject 2, autumn effort"]
    assert page.find(id="targets-k1-title").text == "1. Solve equations"
    assert page.find("button", {"name": "remove", "value": "subjects.k1"}).text == "Remove Maths"


def test_rows_that_people_add_carry_their_marker_and_fixed_ones_do_not():
    page = edited(answers=FULL)

    assert page.find("input", {"name": "subjects.k1", "type": "hidden"})["value"] == "1"
    assert page.find("input", {"name": "terms.autumn"}) is None
    assert [t.text for t in page.find(id="terms-rows").find_all("th", scope="row")] == ["Autumn", "Spring"]


def test_rows_can_be_added_until_there_are_enough():
    def button(count: int) -> str | None:
        page = edited(answers={f"subjects.k{n}": True for n in range(count)})
        found = page.find("button", {"name": "add", "value": "subjects"})
        return found and found.text

    assert [button(n) for n in (0, 1, 3)] == ["Add a subject", "Add another subject", None]


def test_a_removed_row_is_gone():
    assert (
        edited(answers={"subjects.k1": False, "subjects.k1.subject": "Maths"}).find(id="subjects-k1") is None
    )


def test_rows_of_a_record_come_with_their_titles():
    page = edited(from_record={"previous": [("7", "Join a club")]})

    assert page.find(id="previous-7-title").text == "Join a club"
    assert page.find(id="previous-7-how") is not None
    assert page.find("button", {"name": "add", "value": "previous"}) is None


def test_a_wide_table_puts_a_term_in_one_cell_and_marks_the_one_of_now():
    page = edited(answers=FULL, term="autumn")

    heads = [
        (t.text, "is-now" in t.get("class", [])) for t in page.find(id="subjects-rows").thead.find_all("th")
    ]
    assert heads == [("Subject", False), ("Prior, Target", False), ("Autumn", True), ("Spring", False)]
    term = page.find(id="subjects-k1").find("td", class_="vs-grid__term")
    assert [c.text for c in term.find_all(class_="vs-cell__label")] == ["Progress", "Effort"]


def test_an_error_in_a_table_names_its_column_and_stands_over_its_row():
    page = edited(answers=FULL, errors={"subjects.k1.target": "Enter a grade"})

    assert page.find(id="subjects-k1-target-error").text == "Error: Target: Enter a grade"
    assert (
        page.find(id="subjects-k1-target-error")
        .find_parent("tr")
        .find_next_sibling("tr")
        .find(id="subjects-k1-target")
    )


def test_a_row_alone_is_the_row_of_the_page():
    field = ASKED.by_id["subjects"]
    alone = drawing.row(ENV, ASKED, field, "k2", live(answers=FULL))  # type: ignore[arg-type]  # it is one with rows

    assert alone in drawing.edit(ENV, ASKED, live(answers=FULL))
    assert alone.startswith('<tbody class="vs-row"')


def test_a_target_has_a_panel_of_what_is_there_and_what_is_not():
    panel = drawing.smart_panel(ENV, smart({"outcome": "Score 7 of 10 by 24 March"}), "Amira")
    page = edited(answers=FULL, helpers={"k1": panel})

    assert "you and Amira do" in page.find(id="smart-k1").text
    assert page.find(id="smart-k1").find_all(class_="not")
