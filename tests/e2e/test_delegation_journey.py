"""The chain of hands: the teacher lends, a colleague fills in, a subject teacher writes one line by a link.

The teacher sees both and completes the section; a link that was forwarded, ended or used stays closed.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.neighbourhood import TEACHER, Neighbourhood, Person, Pupil
from tests.e2e.pages.plan import PlanPage
from tests.e2e.pages.section import SectionPage
from tests.e2e.person import Arrive, Visitor
from tests.factories import MembershipFactory
from vsportal.extensions import db
from vsportal.models import Role, School

GONE = 410


@pytest.fixture
def sam(neighbourhood: Neighbourhood) -> Person:
    """A colleague at the school."""
    with neighbourhood.writing():
        school = db.session.get_one(School, neighbourhood.ids["school"])
        name = f"Sam Okafor {neighbourhood.made}"
        user = MembershipFactory(role=Role.SCHOOL_STAFF, school=school, user__name=name).user
        return Person(user.name, user.email)


def lend(teacher: Visitor, pupil: Pupil, to: Person, *titles: str) -> None:
    """Lend sections by the form."""
    teacher.open(f"/children/{pupil.ref}").follow(re.compile("^Share out"))
    teacher.page.get_by_label("Colleague", exact=True).select_option(label=f"{to.name}, school staff")
    for title in titles:
        teacher.page.get_by_label(title, exact=True).check()
    teacher.press("Lend these sections")


def ask(teacher: Visitor, pupil: Pupil, subject: str, name: str) -> str:
    """Make a link to a line by the form; its address."""
    teacher.open(f"/children/{pupil.ref}/sharing")
    teacher.page.get_by_label("Line", exact=True).select_option(label=subject)
    teacher.page.get_by_label("Name of the subject teacher").fill(name)
    teacher.press("Make the link")
    return teacher.page.get_by_label("Link", exact=True).input_value()


def test_lent_filled_in_asked_for_and_completed(
    arrive: Arrive, neighbourhood: Neighbourhood, sam: Person
) -> None:
    amira = neighbourhood.child("Amira")
    teacher = arrive(neighbourhood.people[TEACHER])
    lend(teacher, amira, sam, "My progress")
    expect(teacher.page.locator("main")).to_contain_text("“My progress”")

    colleague = arrive(sam, width=320)
    colleague.open("/").follow("My progress")
    colleague.fits()
    assert amira.full_name.split()[1] not in colleague.text()
    page = SectionPage(colleague, amira, "progress")
    page.answer({"on_track": "yes", "approach": "yes", "hard": "Algebra"})
    page.fill("achievements", "A print in the library")
    row = page.add("subjects", {"subject": "History", "course": "gcse", "target": "6"})
    page.saved()
    assert colleague.page.get_by_role("button", name="Complete this section").count() == 0
    colleague.press("I have done my part")

    PlanPage(teacher, amira).open()
    expect(teacher.page.locator("main")).to_contain_text(re.compile(rf"{sam.name} has done their part, \d"))
    address = ask(teacher, amira, "History", "Jo Marsh")

    jo = arrive(width=320)
    jo.open(address).fits()
    assert "Amira" not in jo.page.content()
    jo.press("Start").fits()
    assert jo.heading == "History: Amira"
    jo.page.get_by_label(re.compile("progress")).select_option(label="Expected")
    jo.page.get_by_label(re.compile("effort")).select_option(label="Good")
    jo.page.get_by_label("One comment").fill("Asks good questions.")
    jo.press("Save and finish").fits()
    assert jo.heading == "Thank you"

    page = SectionPage(teacher, amira, "progress").open()
    assert page.value(f"{row}.summer_progress") == "ep"
    expect(teacher.page.get_by_text("Asks good questions.")).to_be_visible()
    page.complete()
    assert "“My progress” is complete." in teacher.text()


def test_a_link_that_was_forwarded_or_ended_shows_nothing(
    arrive: Arrive, neighbourhood: Neighbourhood
) -> None:
    amira = neighbourhood.child("Amira")
    teacher = arrive(neighbourhood.people[TEACHER])
    page = SectionPage(teacher, amira, "progress").open()
    page.add("subjects", {"subject": "History"})
    page.saved()
    address = ask(teacher, amira, "History", "Jo Marsh")
    jo, other = arrive(), arrive()
    for visitor in (jo, other):
        visitor.statuses.add(GONE)
    jo.open(address).press("Start")
    other.open(address)
    assert other.heading == "This link is not open"
    assert "Amira" not in other.page.content()

    jo.page.get_by_label("One comment").fill("Half written when it ended.")
    teacher.open(f"/children/{amira.ref}/sharing").press(re.compile("^End the link"))
    jo.page.get_by_label(re.compile("progress")).select_option(label="Expected")
    jo.page.get_by_label(re.compile("effort")).select_option(label="Good")
    jo.press("Save and finish")

    assert jo.heading == "This link is not open"
    assert "Half written when it ended." in jo.text()


def test_what_is_ended_early_can_be_saved_in_no_more_and_the_open_page_says_so(
    arrive: Arrive, neighbourhood: Neighbourhood, sam: Person
) -> None:
    amira = neighbourhood.child("Amira")
    teacher = arrive(neighbourhood.people[TEACHER])
    lend(teacher, amira, sam, "My progress", "My attendance")
    colleague = arrive(sam)
    colleague.statuses |= {403, 404}
    page = SectionPage(colleague, amira, "progress").open()
    page.fill("hard", "Algebra").saved()
    teacher.open(f"/children/{amira.ref}/sharing").press(re.compile("^End now"))
    page.fill("hard", "Something else")

    expect(page.save_line).not_to_contain_text("Saved at")
    assert page.value("hard") == "Something else"
    assert SectionPage(teacher, amira, "progress").open().value("hard") == "Algebra"


def test_a_deputy_is_named_sees_the_plan_and_is_ended(
    arrive: Arrive, neighbourhood: Neighbourhood, sam: Person
) -> None:
    amira = neighbourhood.child("Amira")
    teacher = arrive(neighbourhood.people[TEACHER], width=320)
    teacher.open(f"/children/{amira.ref}/sharing").follow("Deputies at Lodewater Academy")
    teacher.page.get_by_label("Colleague", exact=True).select_option(label=f"{sam.name}, school staff")
    teacher.press("Name as deputy").fits()
    assert "Enter the last day" in teacher.text()
    teacher.page.get_by_label("Last day").fill(teacher.page.get_by_label("First day").input_value())
    teacher.press("Name as deputy").fits()
    assert "Deputy now" in teacher.text()

    deputy = arrive(sam)
    PlanPage(deputy, amira).open()
    assert "Deputy designated teacher" in deputy.page.locator("header").inner_text()

    teacher.press(re.compile(f"^End now {sam.name}"))
    deputy.statuses.add(404)
    deputy.page.goto(f"/peps/{amira.pep}")
    assert "Amira" not in deputy.page.content()
