"""A child of eight gives their views on a phone, with their carer beside: short questions, faces, who sees.

The first screens also without JavaScript; every page is looked at for barriers.
"""

from __future__ import annotations

import re

import pytest

from tests.e2e.neighbourhood import CARER, NAMES, TEACHER, WORKER, Neighbourhood
from tests.e2e.pages.section import SectionPage
from tests.e2e.person import Arrive, Visitor

SMALLEST = 44
"""What a finger needs, in pixels."""


def touchable(young: Visitor) -> None:
    """Everything to press is large enough for a small finger on a phone."""
    found = young.page.locator("main :is(button, a.yp-btn, .yp-tick, .yp-face, summary):visible")
    boxes = [found.nth(n).bounding_box() for n in range(found.count())]
    assert [box for box in boxes if box and min(box["height"], box["width"]) < SMALLEST - 0.5] == []


@pytest.mark.parametrize("script", [True, False], ids=["with-script", "without-script"])
def test_a_child_of_eight_begins_with_their_carer_beside(
    arrive: Arrive, neighbourhood: Neighbourhood, *, script: bool
) -> None:
    noor = neighbourhood.child("Noor", nc_year=3)
    young = arrive(noor.young_person, width=320, script=script)
    young.open("/").fits()
    young.open(f"/peps/{noor.pep}/my-views").fits()
    touchable(young)

    young.follow("Start").fits()
    assert young.heading == "Is somebody helping you?"
    young.page.get_by_label("Yes, they read it to me or type for me").check()
    young.page.get_by_label(re.compile(NAMES[CARER])).check()
    touchable(young)
    young.press("Next").fits()
    assert young.heading == "What is good at school?"
    touchable(young)
    young.page.locator("#going_well").fill("Lunch. And Bea.")
    young.press("Next").fits()

    young.open(f"/peps/{noor.pep}/my-views/going_well")
    assert young.page.locator("#going_well").input_value() == "Lunch. And Bea."


def test_the_whole_way_with_faces_a_private_answer_and_the_longer_questions(
    arrive: Arrive, neighbourhood: Neighbourhood
) -> None:
    ada = neighbourhood.child("Ada", nc_year=4)
    young = arrive(ada.young_person, width=390)
    young.open(f"/peps/{ada.pep}/my-views").follow("Start")
    young.page.get_by_label("Yes, we talk and they write it down").check()
    young.page.get_by_label(re.compile(NAMES[CARER])).check()
    young.press("Next")
    young.page.locator("#going_well").fill("I like art best")
    young.press("Next").press("Skip this one").press(re.compile("rather talk"))

    young.open(f"/peps/{ada.pep}/my-views/happy_at_school").fits()
    touchable(young)
    assert "You can do this one on your own." in young.text()
    young.page.get_by_label("Not happy", exact=True).check()
    young.press("Next")
    assert "0800 1111" in young.text()
    young.open(f"/peps/{ada.pep}/my-views/who_helps").fits()
    young.page.locator("#who_helps").fill("Only Miss Okoro")
    young.page.get_by_text("Choose who can see it").click()
    young.look()
    young.press("Next")

    young.open(f"/peps/{ada.pep}/my-views").press("Show me longer questions").fits()
    assert "What is going well at school?" in young.text()
    young.press("Show me shorter questions")
    young.open(f"/peps/{ada.pep}/my-targets").fits()
    young.open(f"/peps/{ada.pep}/my-views/finish").fits()
    assert "I like art best" in young.text()
    young.press("I have finished").fits()

    teacher = SectionPage(arrive(neighbourhood.people[TEACHER]), ada, "my_views").open().visitor
    assert "I like art best" in teacher.text()
    assert f"Ada, with {NAMES[CARER]} helping" in teacher.text()
    assert "Only Miss Okoro" not in teacher.page.content()
    worker = SectionPage(arrive(neighbourhood.people[WORKER]), ada, "my_views").open().visitor
    assert "Only Miss Okoro" in worker.text()
    assert "Not happy" in worker.text()


def test_a_teacher_finds_the_form_of_a_primary_child(arrive: Arrive, neighbourhood: Neighbourhood) -> None:
    finn = neighbourhood.child("Finn", nc_year=6)
    teacher = arrive(neighbourhood.people[TEACHER])

    for section in ("progress", "my_education", "careers", "attendance"):
        teacher.open(finn.section(section)).fits()

    teacher.open(finn.section("progress"))
    assert "National tests at the end of Year 6" in teacher.text()
    teacher.open(finn.section("careers"))
    assert "When I grow up" in teacher.text()
    assert "Gatsby" not in teacher.text()
