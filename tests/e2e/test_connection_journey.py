"""When the line, the server or the sign-in fails under somebody's hands: the text stays, and is saved later.

Nothing that was typed is kept anywhere but in the page, so leaving it unsaved is asked about first.
"""

from __future__ import annotations

from playwright.sync_api import expect

from tests.e2e.neighbourhood import TEACHER, Neighbourhood
from tests.e2e.pages.section import SectionPage
from tests.e2e.pages.sign_in import SignIn
from tests.e2e.person import Arrive


def test_without_a_connection_the_text_stays_and_is_saved_when_it_is_back(
    arrive: Arrive, neighbourhood: Neighbourhood
) -> None:
    amira = neighbourhood.child("Amira")
    teacher = arrive(neighbourhood.people[TEACHER])
    page = SectionPage(teacher, amira, "attendance").open()
    page.fill("conduct", "Two merits").saved()

    teacher.offline = True
    teacher.context.set_offline(True)
    page.fill("conduct", "Two merits a week")
    expect(page.save_line).to_contain_text("Not saved since")
    page.fill("attendance_views", "She likes the bus")
    assert page.value("conduct") == "Two merits a week"
    teacher.context.set_offline(False)
    page.saved()

    page.open()
    assert page.value("conduct") == "Two merits a week"


def test_while_the_server_is_busy_it_goes_on_trying(arrive: Arrive, neighbourhood: Neighbourhood) -> None:
    amira = neighbourhood.child("Amira")
    teacher = arrive(neighbourhood.people[TEACHER])
    page = SectionPage(teacher, amira, "attendance").open()
    teacher.statuses.add(503)
    tries: list[str] = []

    teacher.page.route("**/draft", lambda route: (tries.append(""), route.fulfill(status=503, body="")))
    page.fill("conduct", "Two merits")
    expect(page.save_line).to_contain_text("Not saved yet, still trying")
    teacher.page.unroute("**/draft")
    page.saved()

    assert tries
    assert page.open().value("conduct") == "Two merits"


def test_signed_out_in_between_one_signs_in_in_another_tab_and_goes_on(
    arrive: Arrive, neighbourhood: Neighbourhood
) -> None:
    amira = neighbourhood.child("Amira")
    teacher = arrive(neighbourhood.people[TEACHER], afresh=True)
    page = SectionPage(teacher, amira, "attendance").open()
    teacher.statuses |= {400, 401}

    teacher.context.clear_cookies()
    page.fill("conduct", "Two merits")
    expect(page.save_line).to_contain_text("You have been signed out.")
    assert page.value("conduct") == "Two merits"
    with teacher.context.expect_page() as opened:
        page.save_line.get_by_role("link", name="Sign in in another tab").click()
    tab = type(teacher)(opened.value, statuses=teacher.statuses)
    SignIn(tab.look()).sign_in(neighbourhood.people[TEACHER])
    page.page.bring_to_front()
    page.fill("attendance_views", "She likes the bus").saved()

    page.open()
    assert page.value("conduct") == "Two merits"


def test_signed_out_a_form_that_is_sent_is_given_back_to_be_sent_again(
    arrive: Arrive, neighbourhood: Neighbourhood
) -> None:
    amira = neighbourhood.child("Amira")
    teacher = arrive(neighbourhood.people[TEACHER], afresh=True, script=False)
    page = SectionPage(teacher, amira, "attendance").open()
    teacher.statuses |= {400, 401}

    page.fill("conduct", "Two merits")
    teacher.context.clear_cookies()
    page.save()

    assert "Two merits" in teacher.page.content()


def test_two_minutes_before_the_session_ends_one_is_asked_to_stay(
    arrive: Arrive, neighbourhood: Neighbourhood
) -> None:
    amira = neighbourhood.child("Amira")
    teacher = arrive(neighbourhood.people[TEACHER])
    teacher.page.clock.install()
    page = SectionPage(teacher, amira, "attendance").open()

    teacher.page.clock.fast_forward("58:01")
    dialog = teacher.page.get_by_role("dialog", name="You will be signed out at")  # over the cover
    expect(dialog).to_be_visible()
    teacher.look()
    dialog.get_by_role("button", name="Stay signed in").click()

    expect(dialog).to_be_hidden()
    teacher.page.clock.fast_forward("57:00")
    expect(dialog).to_be_hidden()
    assert page.rows("suspensions") == []


def test_what_is_not_saved_yet_is_sent_when_one_follows_a_link(
    arrive: Arrive, neighbourhood: Neighbourhood
) -> None:
    amira = neighbourhood.child("Amira")
    teacher = arrive(neighbourhood.people[TEACHER])
    page = SectionPage(teacher, amira, "attendance").open()

    page.control("conduct").press_sequentially("Two merits")
    teacher.follow("My future")

    assert page.open().value("conduct") == "Two merits"


def test_going_back_shows_what_was_saved(arrive: Arrive, neighbourhood: Neighbourhood) -> None:
    amira = neighbourhood.child("Amira")
    teacher = arrive(neighbourhood.people[TEACHER])
    page = SectionPage(teacher, amira, "attendance").open()
    page.fill("conduct", "Two merits").saved()

    teacher.follow("My future")
    teacher.page.go_back()
    teacher.look()

    assert page.value("conduct") == "Two merits"
    page.fill("conduct", "Three merits").saved()
    assert page.open().value("conduct") == "Three merits"
