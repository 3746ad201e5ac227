"""The teacher's ten minutes: broken off in the middle of a section, carried on at the very question.

And a table of subjects pasted from the school's own sheet instead of typed again.
"""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.e2e.neighbourhood import TEACHER, Neighbourhood
from tests.e2e.pages.section import SectionPage
from tests.e2e.pages.sign_in import SignIn
from tests.e2e.person import Arrive

SHEET = "Subject\tCourse\tTarget\tTeacher\nMaths\tGCSE\t6\tMrs Lowe\nArt\tskating\t7\tMr Bell"


def test_after_signing_in_again_one_is_back_at_the_question(
    arrive: Arrive, neighbourhood: Neighbourhood
) -> None:
    amira = neighbourhood.child("Amira")
    teacher = arrive(neighbourhood.people[TEACHER], afresh=True)
    section = SectionPage(teacher, amira, "progress").open()
    section.fill("hard", "Long division.").saved()

    teacher.press("Sign out")
    SignIn(teacher).open().sign_in(neighbourhood.people[TEACHER])
    teacher.open("/")
    teacher.follow(re.compile(f"Carry on: {amira.full_name}, My progress"))

    assert teacher.page.url.endswith(f"{amira.section('progress')}#hard")
    expect(section.control("hard")).to_be_focused()
    assert section.value("hard") == "Long division."


def test_a_sheet_is_pasted_looked_at_and_filled_in(arrive: Arrive, neighbourhood: Neighbourhood) -> None:
    amira = neighbourhood.child("Amira")
    teacher = arrive(neighbourhood.people[TEACHER])
    section = SectionPage(teacher, amira, "progress").open()

    teacher.follow(re.compile("^Paste from a spreadsheet"))
    teacher.page.get_by_label("Cells copied from a spreadsheet").fill(SHEET)
    teacher.press("Look at it first")
    main = teacher.page.locator("main")
    expect(main).to_contain_text("The form has no column called “Teacher”")
    expect(main).to_contain_text("Enter one of: ")
    teacher.press("Fill in these 2 rows")

    maths, art = section.rows("subjects")
    assert (section.value(f"{maths}.subject"), section.value(f"{maths}.target")) == ("Maths", "6")
    assert (section.value(f"{art}.subject"), section.value(f"{art}.course")) == ("Art", "")
    expect(main).to_contain_text("1 cell with a problem left out")


def test_the_same_without_script_on_a_phone(arrive: Arrive, neighbourhood: Neighbourhood) -> None:
    amira = neighbourhood.child("Amira")
    teacher = arrive(neighbourhood.people[TEACHER], width=320, script=False)
    section = SectionPage(teacher, amira, "progress").open()

    teacher.follow(re.compile("^Paste from a spreadsheet"))
    teacher.page.get_by_label("Cells copied from a spreadsheet").fill("Maths,GCSE\nArt,GCSE")
    teacher.press("Look at it first").fits()
    teacher.press("Fill in these 2 rows")

    assert [section.value(f"{row}.subject") for row in section.rows("subjects")] == ["Maths", "Art"]
