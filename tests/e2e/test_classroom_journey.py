"""A plan on a screen that others can see: names hidden, the screen covered, an address for a moment only."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.e2e.neighbourhood import TEACHER, WORKER, Neighbourhood
from tests.e2e.pages.section import SectionPage
from tests.e2e.person import Arrive
from vsportal.extensions import db
from vsportal.models import Household

ADDRESS = "9 Plumtree Lane"


def test_a_teacher_reads_the_card_after_a_change_and_says_so(
    arrive: Arrive, neighbourhood: Neighbourhood
) -> None:
    amira = neighbourhood.child("Amira")
    worker = SectionPage(arrive(neighbourhood.people[WORKER]), amira, "my_details").open()
    worker.choose("photographs", "inside").saved()

    teacher = arrive(neighbourhood.people[TEACHER]).open(f"/children/{amira.ref}")
    teacher.follow("read who may collect Amira")
    assert "Inside school only" in teacher.text()
    teacher.press("I have read this")
    assert "You have read this" in teacher.text()

    worker.visitor.open(f"/children/{amira.ref}/card")
    assert neighbourhood.people[TEACHER].name in worker.visitor.text()
    worker.open().choose("photographs", "nowhere").saved()
    teacher.open(f"/children/{amira.ref}/card")
    assert "This has changed since you read it" in teacher.text()


def test_an_address_comes_at_a_press_and_goes_by_itself(arrive: Arrive, neighbourhood: Neighbourhood) -> None:
    amira = neighbourhood.child("Amira")
    with neighbourhood.writing():
        db.session.get_one(Household, neighbourhood.ids["home"]).address = ADDRESS
    visitor = arrive(neighbourhood.people[WORKER])
    visitor.page.clock.install()
    visitor.open(f"/children/{amira.ref}")
    assert ADDRESS not in visitor.page.content()

    visitor.page.get_by_role("button", name="Show the address").click()
    expect(visitor.page.locator("#address")).to_contain_text(ADDRESS)
    visitor.look()
    for _ in range(2):
        visitor.page.clock.fast_forward(61_000)
        visitor.page.keyboard.press("Shift")

    expect(visitor.page.locator("#address")).not_to_contain_text(ADDRESS)
    expect(visitor.page.get_by_role("button", name="Show the address")).to_be_visible()


def test_names_are_hidden_until_they_are_asked_for_again(
    arrive: Arrive, neighbourhood: Neighbourhood
) -> None:
    zofia = neighbourhood.child("Zofia")
    visitor = arrive(neighbourhood.people[TEACHER]).open(f"/peps/{zofia.pep}")

    visitor.press("Hide names")
    body = visitor.page.locator("body")
    expect(body).not_to_contain_text("Zofia")
    visitor.open(zofia.section("progress"))
    expect(body).not_to_contain_text("Zofia")
    visitor.press("Show names")

    expect(body).to_contain_text("Zofia")


def test_the_cover_comes_by_itself_and_leaves_what_was_typed(
    arrive: Arrive, neighbourhood: Neighbourhood
) -> None:
    amira = neighbourhood.child("Amira")
    visitor = arrive(neighbourhood.people[TEACHER])
    visitor.page.clock.install()
    page = SectionPage(visitor, amira, "my_education").open()
    cover = visitor.page.locator(".vs-cover")
    box = page.control("hours")
    box.fill("25")

    visitor.page.clock.fast_forward(91_000)
    expect(cover).to_be_visible()
    expect(visitor.page.get_by_role("main")).to_have_count(0)  # nor is anything left to be read out
    visitor.look()
    visitor.page.keyboard.press("7")

    expect(cover).to_be_hidden()
    expect(box).to_have_value("25")
    expect(box).to_be_focused()
    visitor.page.get_by_role("button", name="Cover now").click()
    expect(cover).to_be_visible()
    visitor.page.mouse.click(300, 300)
    expect(cover).to_be_hidden()
