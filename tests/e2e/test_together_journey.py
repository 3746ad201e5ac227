"""Two people in one section at once: in different fields both are kept, in the same field both are shown.

Nobody's text is overwritten unseen; whoever comes second chooses.
"""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.e2e.neighbourhood import SECOND_TEACHER, TEACHER, Neighbourhood
from tests.e2e.pages.section import SectionPage
from tests.e2e.person import Arrive


def test_two_people_in_different_fields_both_keep_what_they_typed(
    arrive: Arrive, neighbourhood: Neighbourhood
) -> None:
    amira = neighbourhood.child("Amira")
    rhian = SectionPage(arrive(neighbourhood.people[TEACHER]), amira, "progress").open()
    dominic = SectionPage(arrive(neighbourhood.people[SECOND_TEACHER]), amira, "progress").open()

    rhian.fill("hard", "Algebra").add("subjects", {"subject": "History"})
    dominic.fill("achievements", "A print in the library").add("subjects", {"subject": "Spanish"})
    rhian.saved()
    dominic.saved()

    rhian.open()
    assert rhian.value("hard") == "Algebra"
    assert rhian.value("achievements") == "A print in the library"
    subjects = {rhian.value(f"{row}.subject") for row in rhian.rows("subjects")}
    assert subjects == {"History", "Spanish"}


def test_the_second_of_two_in_the_same_field_sees_both_texts_and_chooses(
    arrive: Arrive, neighbourhood: Neighbourhood
) -> None:
    amira = neighbourhood.child("Amira")
    rhian = SectionPage(arrive(neighbourhood.people[TEACHER]), amira, "progress").open()
    dominic = SectionPage(arrive(neighbourhood.people[SECOND_TEACHER]), amira, "progress").open()

    rhian.fill("hard", "Algebra, mostly").saved()
    dominic.fill("hard", "Reading long texts")
    dominic.warns("hard", "Rhian Castell saved Algebra, mostly")
    dominic.warns("hard", "You have Reading long texts. Nothing is lost")
    dominic.visitor.look()
    dominic.visitor.press(re.compile("^Keep “?Reading"))

    rhian.open()
    assert rhian.value("hard") == "Reading long texts"


def test_the_other_text_can_be_taken_instead(arrive: Arrive, neighbourhood: Neighbourhood) -> None:
    amira = neighbourhood.child("Amira")
    rhian = SectionPage(arrive(neighbourhood.people[TEACHER]), amira, "progress").open()
    dominic = SectionPage(arrive(neighbourhood.people[SECOND_TEACHER]), amira, "progress").open()

    rhian.fill("hard", "Algebra, mostly").saved()
    dominic.fill("hard", "Reading long texts").warns("hard", "Nothing is lost")
    dominic.fill("achievements", "A print in the library")
    dominic.visitor.press(re.compile("^Use “?Algebra"))

    assert dominic.value("hard") == "Algebra, mostly"
    assert dominic.value("achievements") == "A print in the library"


def test_a_row_that_one_removes_comes_back_when_another_writes_in_it(
    arrive: Arrive, neighbourhood: Neighbourhood
) -> None:
    amira = neighbourhood.child("Amira")
    rhian = SectionPage(arrive(neighbourhood.people[TEACHER]), amira, "progress").open()
    row = rhian.add("subjects", {"subject": "History"})
    rhian.saved()
    dominic = SectionPage(arrive(neighbourhood.people[SECOND_TEACHER]), amira, "progress").open()

    rhian.remove(row).saved()
    dominic.fill(f"{row}.target", "6").saved()

    rhian.open()
    assert rhian.value(f"{row}.target") == "6"


def test_a_section_completed_by_another_says_so_and_leaves_the_text_on_the_page(
    arrive: Arrive, neighbourhood: Neighbourhood
) -> None:
    amira = neighbourhood.child("Amira")
    rhian = SectionPage(arrive(neighbourhood.people[TEACHER]), amira, "progress").open()
    dominic = SectionPage(arrive(neighbourhood.people[SECOND_TEACHER]), amira, "progress").open()
    row = rhian.add(
        "subjects",
        {
            "subject": "History",
            "course": "gcse",
            "target": "6",
            "summer_progress": "ep",
            "summer_effort": "g",
        },
    )
    assert row
    rhian.answer({"on_track": "yes", "approach": "yes", "achievements": "A print"}).complete()

    dominic.visitor.statuses.add(404)  # nobody judges an answer that is no longer asked

    dominic.fill("hard", "Algebra")
    expect(dominic.save_line).to_contain_text("This section is complete.")
    expect(dominic.save_line).to_contain_text("Your text stays on this page; it is not saved.")

    assert dominic.value("hard") == "Algebra"
