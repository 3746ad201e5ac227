"""Addenda: added to a signed-off plan, dated and signed, never changed, read by whoever reads that answer."""

from __future__ import annotations

import io
import re

import pytest
from click.testing import Result
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from tests.client import Page, PageClient
from tests.plans import events, fill, hold_the_meeting, path_of, review, sign_in
from tests.world import World
from vsportal.database import statements
from vsportal.extensions import db
from vsportal.models import Addendum, SignedPlan
from vsportal.peps.loading import load_plan
from vsportal.policy import Tie
from vsportal.signing.document import checksum
from vsportal.signing.keeping import sign_off

WORDS = "The target grade was 6, not 5."


@pytest.fixture
def signed(world: World) -> World:
    """A plan that is signed off."""
    fill(world, "progress")
    review(world, "school", "care")
    hold_the_meeting(world)
    plan = load_plan(world.actor(Tie.HEAD), world.pep.ref)
    assert plan is not None
    sign_off(plan, Tie.HEAD)
    db.session.commit()
    return world


def add(client: PageClient, world: World, about: str, words: str = WORDS) -> Page:
    return client.post(f"/peps/{world.pep.ref}/addenda", {"about": about, "words": words}, follow=True)


def reads(client: PageClient, world: World, tie: str, words: str = WORDS) -> tuple[bool, bool]:
    """Whether somebody finds it on the page of addenda, and on paper."""
    sign_in(client, world.people[tie])
    page = client.get(f"/peps/{world.pep.ref}/addenda")
    pdf = client.get(f"/peps/{world.pep.ref}.pdf", bare=True)
    pages = PdfReader(io.BytesIO(pdf.response.get_data())).pages
    paper = re.sub(r"\s+", " ", " ".join(p.extract_text() for p in pages))
    return words in page.text, words in paper


def test_a_correction_is_signed_dated_and_shown_beside_the_question(
    client: PageClient, signed: World
) -> None:
    teacher = signed.people[Tie.DESIGNATED_TEACHER]
    sign_in(client, teacher)
    page = client.get(f"/peps/{signed.pep.ref}/addenda")

    done = client.submit(
        page, {"about": "progress.achievements", "words": WORDS}, button="Add it for good", follow=True
    )

    assert done.notices() == ["Added. Whoever reads that answer reads this beside it."]
    section = client.get(path_of(signed, "progress"))
    panel = section.one("#added").parent
    assert panel is not None
    assert WORDS in panel.get_text()
    assert f"{teacher.name}, designated teacher" in panel.get_text()
    assert "1 correction was added since" in client.get(f"/peps/{signed.pep.ref}").text
    assert [e.tag for e in events(signed, "pep:addendum:added")] == ["pep:addendum:added"]
    assert reads(client, signed, Tie.YOUNG_PERSON) == (True, True)


def test_a_question_that_was_not_asked_is_not_offered(client: PageClient, signed: World) -> None:
    sign_in(client, signed.people[Tie.SOCIAL_WORKER])

    offered = {o["value"] for o in client.get(f"/peps/{signed.pep.ref}/addenda").soup.select("#about option")}

    assert {"meeting.date", "meeting."} <= offered
    assert "meeting.venue" not in offered  # nobody said that people met in a room


def test_a_correction_to_a_private_answer_is_read_by_those_who_read_the_answer(
    client: PageClient, signed: World
) -> None:
    sign_in(client, signed.people[Tie.SOCIAL_WORKER])
    add(client, signed, "my_views.who_helps")

    assert reads(client, signed, Tie.YOUNG_PERSON)[0]
    assert reads(client, signed, Tie.DESIGNATED_TEACHER) == (False, False)
    assert reads(client, signed, Tie.CARER) == (False, False)
    sign_in(client, signed.people[Tie.DESIGNATED_TEACHER])
    assert WORDS not in client.get(path_of(signed, "my_views")).text


def test_what_is_added_to_a_whole_section_is_for_those_who_read_all_of_it(
    client: PageClient, signed: World
) -> None:
    sign_in(client, signed.people[Tie.SOCIAL_WORKER])
    add(client, signed, "targets.")

    assert reads(client, signed, Tie.DESIGNATED_TEACHER) == (True, True)
    assert reads(client, signed, Tie.CARER) == (False, False)  # what PP+ is left is not for them


@pytest.mark.parametrize(
    ("about", "words", "error"),
    [
        ("", WORDS, "Select the section or question it is about"),
        ("progress.achievements", " ", "Enter what is right, or what is added"),
        ("my_views.who_helps", WORDS, "Select the section or question it is about"),
        ("nonsense.", WORDS, "Select the section or question it is about"),
        ("progress.achievements", "x" * 4001, "Shorten this to 4,000 characters or fewer"),
    ],
)
def test_what_cannot_be_added_is_said_and_nothing_typed_is_lost(
    client: PageClient, signed: World, about: str, words: str, error: str
) -> None:
    sign_in(client, signed.people[Tie.DESIGNATED_TEACHER])

    page = add(client, signed, about, words)

    assert page.status == 422
    assert page.errors() == [error]
    assert words.strip() in str(page.one("textarea").string)
    assert db.session.scalars(select(Addendum)).all() == []


@pytest.mark.parametrize("tie", [Tie.YOUNG_PERSON, Tie.CARER, Tie.INDEPENDENT_REVIEWER])
def test_those_who_do_not_add_read_what_was_added(client: PageClient, signed: World, tie: str) -> None:
    sign_in(client, signed.people[tie])

    assert (
        "Nothing has been added to what you can read." in client.get(f"/peps/{signed.pep.ref}/addenda").text
    )
    assert add(client, signed, "progress.achievements").status == 403


def test_an_open_plan_has_none(client: PageClient, world: World) -> None:
    sign_in(client, world.people[Tie.SOCIAL_WORKER])

    page = client.get(f"/peps/{world.pep.ref}/addenda", follow=True)

    assert page.notices() == ["This can be done once the plan has been signed off."]
    assert add(client, world, "progress.achievements").status == 403


def test_more_addenda_take_no_more_statements(client: PageClient, signed: World) -> None:
    sign_in(client, signed.people[Tie.SOCIAL_WORKER])
    counts = []
    for more in (1, 12):
        for number in range(more):
            add(client, signed, "progress.achievements", f"Number {number}.")
        for path in (f"/peps/{signed.pep.ref}/addenda", path_of(signed), f"/peps/{signed.pep.ref}"):
            with statements(db.engine) as seen:
                client.get(path)
            counts.append(len(seen))

    assert counts[:3] == counts[3:]


@pytest.mark.parametrize("act", ["UPDATE addendum SET words = 'x'", "DELETE FROM addendum"])
def test_the_database_refuses_to_change_an_addendum(client: PageClient, signed: World, act: str) -> None:
    sign_in(client, signed.people[Tie.SOCIAL_WORKER])
    add(client, signed, "progress.achievements")

    with pytest.raises(DatabaseError), db.session.begin_nested():
        db.session.execute(text(act))


# flask signing verify ---------------------------------------------------------------------------------------


def verify(app: Flask) -> Result:
    return app.test_cli_runner().invoke(args=["signing", "verify"])


def test_the_check_finds_a_copy_that_is_not_what_was_signed(app: Flask, signed: World, world: World) -> None:
    assert verify(app).exit_code == 0

    other = world.other.pep
    db.session.add(SignedPlan(pep_id=other.id, content="{}", sha256=checksum("something else")))
    db.session.commit()
    found = verify(app)

    assert found.exit_code == 1
    assert found.output.split() == [other.ref, "is", "not", "what", "was", "signed", "off."]
