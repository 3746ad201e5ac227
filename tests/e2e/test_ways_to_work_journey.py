"""The same pages without JavaScript, in a window of 320 px, and with the keyboard alone.

Each way gets through a section from its first answer to its completion.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import year_11
from tests.e2e.neighbourhood import CARER, TEACHER, WORKER, Neighbourhood
from tests.e2e.pages.plan import PlanPage
from tests.e2e.pages.section import SectionPage
from tests.e2e.pages.sign_in import SignIn
from tests.e2e.person import Arrive

FOCUSED = """() => {
  const on = document.activeElement, style = getComputedStyle(on);
  const label = on.labels?.[0]?.innerText ?? on.getAttribute("aria-label") ?? on.innerText ?? "";
  const ring = style.outlineStyle !== "none" || style.boxShadow !== "none";
  return [label.trim().replace(/\\s+/g, " "), ring || on === document.body || /radio|checkbox/.test(on.type)];
}"""
"""What has the focus: how it is called, and whether one sees it (a radio's ring is beside it)."""
SECTIONS = (
    "my_details",
    "my_education",
    "wellbeing",
    "progress",
    "attendance",
    "careers",
    "targets",
    "meeting",
    "summary",
)


def test_without_javascript_a_section_is_filled_in_and_completed(
    arrive: Arrive, neighbourhood: Neighbourhood
) -> None:
    amira = neighbourhood.child("Amira")
    teacher = arrive(neighbourhood.people[TEACHER], script=False)
    page = SectionPage(teacher, amira, "progress").open()

    expect(page.control("on_track_why")).to_be_visible()
    page.answer({"on_track": "yes", "approach": "yes", "hard": "Algebra"})
    teacher.press("Add a subject")
    [row] = page.rows("subjects")
    assert page.value("hard") == "Algebra"
    page.answer({f"{row}.subject": "History", f"{row}.course": "gcse", f"{row}.target": "excellent"})
    teacher.press("Add another subject")
    teacher.press("Remove Subject 2")
    assert page.rows("subjects") == [row]

    page.ask_to_complete()
    assert "Enter a grade, like 5, 5-5, U, Pass, Merit or Distinction" in page.missing()
    page.answer({f"{row}.target": "6", f"{row}.summer_progress": "ep", f"{row}.summer_effort": "g"})
    page.fill("achievements", "A print in the library").complete()

    assert "“My progress” is complete." in teacher.text()


def test_without_javascript_two_people_in_the_same_field_choose(
    arrive: Arrive, neighbourhood: Neighbourhood
) -> None:
    amira = neighbourhood.child("Amira")
    one = SectionPage(arrive(neighbourhood.people[TEACHER], script=False), amira, "progress").open()
    other = SectionPage(arrive(neighbourhood.people[TEACHER]), amira, "progress").open()

    other.fill("hard", "Algebra, mostly").saved()
    one.fill("hard", "Reading long texts").fill("achievements", "A print").save()
    assert "Two of you changed the same answer" in one.visitor.text()
    one.visitor.press(re.compile("^Use “?Algebra"))

    assert one.value("hard") == "Algebra, mostly"
    assert one.value("achievements") == "A print"


def test_on_a_phone_the_carer_completes_at_home(arrive: Arrive, neighbourhood: Neighbourhood) -> None:
    amira = neighbourhood.child("Amira")
    carer = arrive(neighbourhood.people[CARER], width=320)
    carer.open("/").fits()
    carer.open(f"/children/{amira.ref}").fits()
    PlanPage(carer, amira).open().visitor.fits()

    page = SectionPage(carer, amira, "at_home").open()
    carer.fits()
    page.answer(year_11.at_home()).ask_to_complete()
    carer.fits()
    carer.press("Yes, it is complete").fits()

    assert PlanPage(carer, amira).open().state_of("At home") == "Complete"


@pytest.mark.parametrize("section", SECTIONS)
def test_no_section_scrolls_sideways_at_320_px(
    arrive: Arrive, neighbourhood: Neighbourhood, section: str
) -> None:
    amira = neighbourhood.child("Amira")
    writer = WORKER if section in ("my_details", "summary") else TEACHER
    visitor = arrive(neighbourhood.people[writer], width=320)
    page = SectionPage(visitor, amira, section).open()
    for add in visitor.page.locator("button[name=add]:visible").all():
        page.add(add.get_attribute("value") or "")

    visitor.look().fits()


def test_with_the_keyboard_alone_a_section_is_reached_filled_in_and_saved(
    arrive: Arrive, neighbourhood: Neighbourhood
) -> None:
    amira = neighbourhood.child("Amira")
    teacher = arrive()
    SignIn(teacher).open()
    keys = teacher.page.keyboard

    tab_to(teacher.page, "E-mail address")
    keys.type(neighbourhood.people[TEACHER].email)
    tab_to(teacher.page, "Password")
    keys.type("correct horse battery")
    with teacher.page.expect_navigation():
        keys.press("Enter")
    teacher.page.goto(amira.section("progress"))
    keys.press("Tab")
    expect(teacher.page.get_by_role("link", name="Skip to main content")).to_be_focused()
    keys.press("Enter")
    tab_to(teacher.page, "Yes")
    keys.press("Space")
    tab_to(teacher.page, "Add a subject")
    keys.press("Enter")
    page = SectionPage(teacher, amira, "progress")
    expect(teacher.page.locator('[data-row^="subjects."]')).to_have_count(1)
    [row] = page.rows("subjects")
    expect(page.control(f"{row}.subject")).to_be_focused()
    keys.type("History")
    tab_to(teacher.page, "Remove History")
    keys.press("Enter")
    expect(teacher.page.get_by_role("button", name="Undo")).to_be_focused()
    keys.press("Enter")
    expect(page.control(f"{row}.subject")).to_have_value("History")
    page.saved()
    teacher.look()

    assert page.open().control("on_track").first.is_checked()


def tab_to(page: Page, name: str, most: int = 80) -> None:
    """Press the tab key until what has the focus is called so; each stop on the way shows where it is."""
    for _ in range(most):
        page.keyboard.press("Tab")
        called, ring = page.evaluate(FOCUSED)
        assert ring, f"Nobody sees where the focus is: {called}"
        if called.startswith(name):
            return
    raise AssertionError(f"The tab key does not come to “{name}”.")
