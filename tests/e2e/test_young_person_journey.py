"""The young person: My views one question at a time, who sees each answer, targets, who can see the plan.

On a phone, with and without JavaScript; what is private stays so for those who were not chosen.
"""

from __future__ import annotations

import re

import pytest

from tests.e2e.neighbourhood import CARER, TEACHER, WORKER, Neighbourhood
from tests.e2e.pages.section import SectionPage
from tests.e2e.person import Arrive


@pytest.mark.parametrize("script", [True, False], ids=["with-script", "without-script"])
def test_my_views_are_given_one_question_at_a_time(
    arrive: Arrive, neighbourhood: Neighbourhood, *, script: bool
) -> None:
    amira = neighbourhood.child("Amira")
    young = arrive(amira.young_person, width=390, script=script)
    young.open(f"/peps/{amira.pep}/my-views").fits()

    young.follow(re.compile("Start")).fits()
    young.page.locator("#going_well").fill("Art. And Bea.")
    young.press("Next").press("Skip this one").press(re.compile("rather talk"))
    young.open(f"/peps/{amira.pep}/my-views/happy_at_school").fits()
    young.page.get_by_label("Happy", exact=True).check()
    young.press("Next")
    young.open(f"/peps/{amira.pep}/my-views/finish").fits()
    young.press("I have finished").fits()

    assert "You have finished" in young.text()
    teacher = SectionPage(arrive(neighbourhood.people[TEACHER]), amira, "my_views").open().visitor
    assert "Art. And Bea." in teacher.text()
    assert "How happy are you at school?" not in teacher.text()
    worker = SectionPage(arrive(neighbourhood.people[WORKER]), amira, "my_views").open().visitor
    assert "How happy are you at school?" in worker.text()


def test_what_is_written_in_my_views_saves_itself(arrive: Arrive, neighbourhood: Neighbourhood) -> None:
    amira = neighbourhood.child("Amira")
    young = arrive(amira.young_person, width=390)
    young.open(f"/peps/{amira.pep}/my-views/going_well")

    with young.page.expect_response("**/draft"):
        young.page.locator("#going_well").press_sequentially("Art")

    young.open(f"/peps/{amira.pep}/my-views/going_well")
    assert young.page.locator("#going_well").input_value() == "Art"


def test_a_person_who_is_chosen_reads_a_private_answer_and_others_do_not(
    arrive: Arrive, neighbourhood: Neighbourhood
) -> None:
    amira = neighbourhood.child("Amira")
    young = arrive(amira.young_person, width=390)
    young.open(f"/peps/{amira.pep}/my-views/who_helps")
    young.page.locator("#who_helps").fill("Tina, always")
    young.page.get_by_text("Let somebody else see it").click()
    young.page.get_by_label("Tina Marlowe").check()
    young.press("Next")

    carer = SectionPage(arrive(neighbourhood.people[CARER]), amira, "my_views").open().visitor
    assert "Tina, always" in carer.text()
    teacher = SectionPage(arrive(neighbourhood.people[TEACHER]), amira, "my_views").open().visitor
    assert "Tina, always" not in teacher.page.content()


def test_the_young_persons_own_pages_are_open_to_them_and_fit_a_phone(
    arrive: Arrive, neighbourhood: Neighbourhood
) -> None:
    amira = neighbourhood.child("Amira")
    young = arrive(amira.young_person, width=320)

    for path in ("/", f"/children/{amira.ref}", f"/peps/{amira.pep}", "/sessions"):
        young.open(path).fits()
    for page in ("my-views", "my-targets", "who-can-see", "sections/targets", "sections/my_details"):
        young.open(f"/peps/{amira.pep}/{page}").fits()

    assert "born" not in young.text()
