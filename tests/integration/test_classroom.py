"""On a classroom screen: initials instead of names on every page, until names are asked for (rule 14)."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from tests.client import Page, PageClient
from tests.plans import SECTIONS, draft, sign_in
from tests.world import World
from vsportal import names
from vsportal.extensions import db
from vsportal.models import Target
from vsportal.policy import Tie

WRITTEN = "Amira wrote this herself."
NAME = re.compile(r"Amira|Belhadj")


def hide(client: PageClient, path: str = "/") -> Page:
    """“Hide names” on a page."""
    return client.submit(client.get(path), {"hide": "yes"}, button="Hide names", follow=True)


def seen(page: Page) -> str:
    """All that stands in a page to be read, header and title too."""
    return page.soup.get_text(" ")


def paths(world: World) -> list[str]:
    child, plan = f"/children/{world.child.ref}", f"/peps/{world.pep.ref}"
    return ["/", "/children", child, f"{child}/card", plan, *(f"{plan}/sections/{name}" for name in SECTIONS)]


@pytest.mark.parametrize("tie", [Tie.DESIGNATED_TEACHER, Tie.CARER, Tie.SOCIAL_WORKER, Tie.ALLOCATED_ADVISER])
def test_no_page_says_the_name_while_names_are_hidden(world: World, client: PageClient, tie: str) -> None:
    sign_in(client, world.people[tie])
    hide(client)

    told = {
        path: NAME.findall(seen(page)) for path in paths(world) if (page := client.get(path)).status == 200
    }

    assert len(told) > 8
    assert {path: found for path, found in told.items() if found} == {}
    assert "A. B." in seen(client.get(f"/children/{world.child.ref}"))
    assert "A.’s page" in client.get(f"/children/{world.child.ref}").h1


def test_without_the_switch_the_name_is_there(world: World, client: PageClient) -> None:
    sign_in(client, world.people[Tie.DESIGNATED_TEACHER])

    assert NAME.search(seen(client.get(f"/children/{world.child.ref}")))


def test_it_is_said_in_words_and_undone_by_a_press(world: World, client: PageClient) -> None:
    sign_in(client, world.people[Tie.DESIGNATED_TEACHER])

    hidden = hide(client, f"/children/{world.child.ref}")
    assert "Children’s names are hidden on this screen." in seen(hidden)
    assert hidden.response.request.path == f"/children/{world.child.ref}", "One stays where one was."
    again = client.submit(hidden, {"hide": "no"}, button="Show names", follow=True)

    assert "Amira Belhadj" in seen(again)


def test_only_this_device_hides_them(world: World, client: PageClient) -> None:
    teacher = world.people[Tie.DESIGNATED_TEACHER]
    sign_in(client, teacher)
    hide(client)

    elsewhere = PageClient(client.app)
    elsewhere.sign_in(teacher)

    assert "Amira Belhadj" in seen(elsewhere.get(f"/children/{world.child.ref}"))
    assert "Amira" not in seen(client.get(f"/children/{world.child.ref}"))


def test_what_people_wrote_stays_as_it_is(world: World, client: PageClient) -> None:
    world.section("meeting").answers = {"venue": WRITTEN}
    db.session.commit()
    sign_in(client, world.people[Tie.ALLOCATED_ADVISER])
    hide(client)

    page = client.get(f"/peps/{world.pep.ref}/sections/meeting")

    assert WRITTEN in page.body


def test_what_is_kept_holds_the_name_although_the_screen_does_not(world: World, client: PageClient) -> None:
    sign_in(client, world.people[Tie.DESIGNATED_TEACHER])
    hide(client)
    figures = {"possible": "100", "present": "80", "authorised": "20", "unauthorised": "0"}
    page = client.get(f"/peps/{world.pep.ref}/sections/attendance")
    typed = {
        str(c["name"]): figures[str(c["name"]).rpartition(".")[2]]
        for c in page.soup.select("#section input[name]")
        if str(c["name"]).rpartition(".")[2] in figures
    }
    draft(client, world, typed, section="attendance")

    drafted = db.session.scalars(select(Target).where(Target.pep_id == world.pep.id)).first()
    assert drafted is not None, "Low attendance drafts a target."
    assert drafted.outcome.startswith("Amira ")


def test_the_next_person_on_the_machine_sees_names(world: World, client: PageClient) -> None:
    sign_in(client, world.people[Tie.DESIGNATED_TEACHER])
    hide(client)
    client.submit(client.get("/"), action="/sign-out")

    sign_in(client, world.people[Tie.SAFEGUARDING_LEAD])

    assert "Amira Belhadj" in seen(client.get(f"/children/{world.child.ref}"))


@pytest.mark.parametrize(
    ("came_from", "goes_to"),
    [
        ("http://localhost/children?page=2", "/children?page=2"),
        ("", "/"),
        ("https://example.org/children", "/"),
        ("http://localhost//example.org", "/"),
        ("http://localhost/\\\\example.org", "/"),
    ],
)
def test_one_goes_back_to_the_page_and_never_to_another_site(
    world: World, client: PageClient, came_from: str, goes_to: str
) -> None:
    sign_in(client, world.people[Tie.DESIGNATED_TEACHER])
    client._headers = {"Referer": came_from}

    assert client.post("/session/names", {"hide": "yes"}).location == goes_to


def test_the_child_has_no_such_switch_on_their_own_pages(world: World, client: PageClient) -> None:
    page = sign_in(client, world.people[Tie.YOUNG_PERSON])

    assert "Hide names" not in seen(page.get("/"))


def test_every_page_of_somebody_signed_in_can_be_covered(world: World, client: PageClient) -> None:
    for tie in (Tie.DESIGNATED_TEACHER, Tie.YOUNG_PERSON):
        page = sign_in(client, world.people[tie]).get("/")

        assert page.one("body")["data-cover-seconds"] == "90"
        assert page.soup.select("script[src*='cover.js']")
    client.forget_cookies()
    assert not client.get("/sign-in").soup.select("script[src*='cover.js']")


@given(first=st.text(min_size=1, max_size=9), last=st.text(max_size=9))
def test_initials_hold_one_letter_of_each_name(first: str, last: str) -> None:
    names.hide(True)
    try:
        shown = names.shown(first, last)
    finally:
        names.hide(False)

    assert all(len(part) <= 4 and part.endswith(".") for part in shown.split(" ") if part)
    assert names.shown(first, last) == " ".join(p.strip() for p in (first, last) if p.strip())


def test_a_child_without_an_account_is_named_in_what_waits_and_hidden_with_the_others(
    world: World, client: PageClient
) -> None:
    world.people[Tie.YOUNG_PERSON].active = False
    db.session.commit()
    sign_in(client, world.people[Tie.ALLOCATED_ADVISER])
    child = f"/children/{world.child.ref}"

    assert "Amira (no account yet)" in client.get(child).text
    hide(client)

    assert "A. (no account yet)" in client.get(child).text
