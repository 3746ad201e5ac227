"""A section from its first answer to its completion, and back: rows, dependent questions, buttons.

What can only be read says why.
"""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.e2e import year_11
from tests.e2e.neighbourhood import ADVISER, CARER, TEACHER, WORKER, Neighbourhood, Pupil
from tests.e2e.pages.plan import PlanPage
from tests.e2e.pages.section import SectionPage
from tests.e2e.person import Arrive, Visitor

PROGRESS = {"on_track": "yes", "approach": "yes", "achievements": "A print in the library"}
HISTORY = {
    "subject": "History",
    "course": "gcse",
    "target": "6",
    "summer_progress": "ep",
    "summer_effort": "g",
}


def filled_in(teacher: Visitor, pupil: Pupil) -> SectionPage:
    """My progress with everything that is needed."""
    page = SectionPage(teacher, pupil, "progress").open().answer(PROGRESS)
    page.add("subjects", HISTORY)
    return page.saved()


def test_a_question_is_asked_only_while_another_is_answered_so(
    arrive: Arrive, neighbourhood: Neighbourhood
) -> None:
    amira = neighbourhood.child("Amira")
    page = SectionPage(arrive(neighbourhood.people[TEACHER]), amira, "progress").open()

    expect(page.control("on_track_why")).to_be_hidden()
    page.choose("on_track", "no")
    expect(page.control("on_track_why")).to_be_visible()
    page.fill("on_track_why", "Mathematics lags").choose("on_track", "yes")
    expect(page.control("on_track_why")).to_be_hidden()

    page.choose("on_track", "no").saved()
    assert page.open().value("on_track_why") == "Mathematics lags"


def test_a_question_that_leans_on_a_worked_out_answer_comes_when_the_figure_falls(
    arrive: Arrive, neighbourhood: Neighbourhood
) -> None:
    amira = neighbourhood.child("Amira")
    page = SectionPage(arrive(neighbourhood.people[TEACHER]), amira, "attendance").open()

    page.choose("recorded_as", "sessions").fill("sessions.autumn.possible", "100")
    page.fill("sessions.autumn.present", "90").fill("sessions.autumn.authorised", "10")

    expect(page.page.locator("#so_far")).to_contain_text("90")
    expect(page.control("barriers")).to_be_visible()


def test_a_row_is_added_named_removed_and_brought_back(arrive: Arrive, neighbourhood: Neighbourhood) -> None:
    amira = neighbourhood.child("Amira")
    teacher = arrive(neighbourhood.people[TEACHER])
    page = SectionPage(teacher, amira, "progress").open()

    row = page.add("subjects", HISTORY)
    expect(teacher.page.get_by_role("button", name="Remove History")).to_be_visible()
    page.remove(row).saved()
    expect(page.control(f"{row}.subject")).to_be_hidden()
    teacher.page.get_by_role("button", name="Undo").click()

    expect(page.control(f"{row}.subject")).to_be_visible()
    page.fill("hard", "Algebra").saved()
    assert page.open().value(f"{row}.subject") == "History"


def test_completing_too_early_says_at_each_field_what_is_missing(
    arrive: Arrive, neighbourhood: Neighbourhood
) -> None:
    amira = neighbourhood.child("Amira")
    teacher = arrive(neighbourhood.people[TEACHER])
    page = SectionPage(teacher, amira, "progress").open().fill("hard", "Algebra").ask_to_complete()

    assert page.missing() == [
        "Select whether Amira is making the progress you expect",
        "Select yes or no for Amira’s approach to learning",
        "Add each course Amira is taking",
        "Enter at least one thing Amira has achieved",
    ]
    assert teacher.page.title().startswith("Error:")
    expect(teacher.page.locator(".govuk-error-summary")).to_be_focused()
    page.says("on_track", "Select whether Amira is making the progress you expect")
    teacher.page.get_by_role("link", name="Enter at least one thing").click()
    expect(page.control("achievements")).to_be_focused()
    assert page.value("hard") == "Algebra"


def test_a_section_is_completed_once_however_often_the_button_is_pressed(
    arrive: Arrive, neighbourhood: Neighbourhood
) -> None:
    amira = neighbourhood.child("Amira")
    teacher = arrive(neighbourhood.people[TEACHER])
    page = filled_in(teacher, amira).ask_to_complete()
    posts: list[str] = []
    teacher.page.on("request", lambda request: request.method == "POST" and posts.append(request.url))

    with teacher.page.expect_navigation():
        teacher.page.get_by_role("button", name="Yes, it is complete").dblclick()
    teacher.look()

    assert [url for url in posts if url.endswith("/check")] == posts
    assert len(posts) == 1
    assert "“My progress” is complete." in teacher.text()
    assert page.pupil.section("progress") not in teacher.page.url


def test_a_completed_section_is_read_and_can_be_reopened_by_its_owner_alone(
    arrive: Arrive, neighbourhood: Neighbourhood
) -> None:
    amira = neighbourhood.child("Amira")
    teacher = arrive(neighbourhood.people[TEACHER])
    page = filled_in(teacher, amira).complete()

    page.open()
    assert "This section is complete. Reopen it to change an answer." in teacher.text()
    expect(page.control("hard")).to_have_count(0)
    carer = SectionPage(arrive(neighbourhood.people[CARER]), amira, "progress").open()
    expect(carer.page.get_by_role("button", name="Reopen this section")).to_have_count(0)
    teacher.press("Reopen this section")

    page.fill("hard", "Algebra").saved()
    assert PlanPage(teacher, amira).open().state_of("My progress") == "In progress"


def test_a_section_of_somebody_else_says_who_writes_it(arrive: Arrive, neighbourhood: Neighbourhood) -> None:
    amira = neighbourhood.child("Amira")
    adviser = arrive(neighbourhood.people[ADVISER])
    page = SectionPage(adviser, amira, "progress").open()

    assert "You can read this section" in adviser.text()
    assert "The designated teacher writes it." in adviser.text()
    expect(page.control("hard")).to_have_count(0)
    expect(adviser.page.get_by_role("button", name=re.compile("Complete|^Save$"))).to_have_count(0)


def test_the_draft_of_an_attendance_target_waits_among_the_targets(
    arrive: Arrive, neighbourhood: Neighbourhood
) -> None:
    amira = neighbourhood.child("Amira")
    teacher = arrive(neighbourhood.people[TEACHER])
    SectionPage(teacher, amira, "attendance").open().answer(
        {key: text for key, text in year_11.attendance().items() if key.startswith(("recorded", "sessions"))}
    ).saved()

    page = SectionPage(teacher, amira, "targets").open()
    [drafted] = page.rows("targets")

    assert "Amira is in school for at least 95" in page.value(f"{drafted}.outcome")
    page.fill(f"{drafted}.who", "Rhian Castell")
    expect(teacher.page.locator("[id^=smart-]", has_text="Is it all there?")).to_contain_text("Rhian Castell")


def test_the_care_plan_is_read_in_school_only_once_the_social_worker_ticks_it(
    arrive: Arrive, neighbourhood: Neighbourhood
) -> None:
    amira = neighbourhood.child("Amira")
    page = SectionPage(arrive(neighbourhood.people[WORKER]), amira, "my_details").open()
    teacher = arrive(neighbourhood.people[TEACHER])

    page.choose("care_plan", "stay").saved()
    SectionPage(teacher, amira, "my_details").open()
    assert "What is the care plan for Amira?" not in teacher.text()
    ticks = page.page.get_by_role("group", name="What is the care plan for Amira?")
    ticks.get_by_label("Amira’s designated teacher").check()
    page.saved()

    SectionPage(teacher, amira, "my_details").open()
    assert "Stay in the present home, long term" in teacher.text()


def test_who_may_read_an_answer_is_asked_only_when_the_answer_is(
    arrive: Arrive, neighbourhood: Neighbourhood
) -> None:
    amira = neighbourhood.child("Amira")
    page = SectionPage(arrive(neighbourhood.people[WORKER]), amira, "my_details").open()
    ticks = page.page.locator("#readers-immigration_status-school")

    expect(ticks).to_be_hidden()
    page.choose("unaccompanied", "yes")

    expect(ticks).to_be_visible()


def test_what_the_child_told_an_adult_stands_under_the_adults_name(
    arrive: Arrive, neighbourhood: Neighbourhood
) -> None:
    amira = neighbourhood.child("Amira")
    carer = SectionPage(arrive(neighbourhood.people[CARER]), amira, "my_views").open()

    carer.fill("told_an_adult", "On Sunday, baking: she wants to drop Spanish.").saved()

    young = arrive(amira.young_person, width=390).open(f"/peps/{amira.pep}/my-views")
    assert "she wants to drop Spanish" in young.text()
    assert "Tina Marlowe" in young.text()
