"""A link to one line for a subject teacher: made, opened once, used once, ended; and useless otherwise."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.client import Page, PageClient
from tests.factories import MembershipFactory
from tests.links import EFFORT, PROGRESS, ROW, closed, leaf, make, phone, save, season, start, the_link
from tests.sharing import address
from tests.world import World
from vsportal import clock, editions
from vsportal.audit import SYSTEM
from vsportal.extensions import db
from vsportal.models import (
    AuditEvent,
    Enrolment,
    Membership,
    PepPart,
    Role,
    RowLink,
)
from vsportal.policy import Tie
from vsportal.sharing.lines import columns_by_link
from vsportal.sharing.operations import revoke_links


@pytest.fixture
def teacher(client: PageClient, world: World) -> PageClient:
    """The designated teacher, signed in; the plan has a line for history."""
    section = world.section("progress")
    section.answers = {ROW: True, f"{ROW}.subject": "History", f"{ROW}.target": "6", "hard": "Qzxsecret"}
    section.status, section.changed_at = "in_progress", clock.now()
    client.sign_in(world.people[Tie.DESIGNATED_TEACHER])
    return client


def plain_words(page: Page) -> str:
    """A page without what differs each time it is made."""
    nonce = re.findall(r"'nonce-([^']+)'", page.headers["Content-Security-Policy"])
    body = page.body
    for changing in nonce:
        body = body.replace(changing, "…")
    return body


# From the teacher's page to the line and back ---------------------------------------------------------


def test_a_line_is_asked_for_filled_in_and_read_in_the_plan(teacher: PageClient, world: World) -> None:
    path = make(teacher, world)
    jo = phone(teacher)
    begun = jo.get(path)
    line = start(jo, path)
    thanks = save(jo, line, world)
    section = teacher.get(f"/peps/{world.pep.ref}/sections/progress")

    assert begun.h1 == "You have been asked to fill in one line"
    assert line.h1 == "History: Amira"
    assert thanks.h1 == "Thank you"
    kept = world.section("progress").answers
    assert (kept[leaf(world, PROGRESS)], kept[leaf(world, EFFORT)]) == ("ep", "g")
    assert "Jo Marsh (History) Writes well." in section.text
    assert "Done" in teacher.get(address(world)).one("#links").parent.get_text(" ")  # type: ignore[union-attr]


def test_the_start_page_holds_nothing_of_the_child(teacher: PageClient, world: World) -> None:
    path = make(teacher, world)
    page = phone(teacher).get(path)

    for word in ("Amira", "Belhadj", "History", "Jo Marsh", world.school.name, "progress"):
        assert word not in page.text
    assert "Amira" not in page.body


def test_the_line_holds_the_name_and_the_subject_and_nothing_else_of_the_child(
    teacher: PageClient, world: World
) -> None:
    world.child.known_as, world.child.first_name, world.child.last_name = "Mira", "Zzamira", "Zzbelhadj"
    path = make(teacher, world)
    jo = phone(teacher)
    page = start(jo, path)

    assert page.h1 == "History: Mira"
    names = {c["name"] for c in page.soup.select("main select, main textarea, main input:not([type=hidden])")}
    assert names == {leaf(world, PROGRESS), leaf(world, EFFORT), "comment"}
    people = (p.name for p in world.people.values())
    hidden = ["Zzamira", "Zzbelhadj", "Qzxsecret", world.child.ref, world.pep.ref, world.school.name, *people]
    assert [word for word in hidden if word in page.body] == []
    assert set(page.links().values()) <= {"#main", "/", "/accessibility", "/privacy"}


def test_only_this_terms_columns_are_asked_by_link(world: World) -> None:
    for term in ("autumn", "spring", "summer"):
        choice = editions.Choice("secondary", term, "termly", 10)  # type: ignore[arg-type]
        question = editions.asked(world.pep.edition, "progress", choice).by_id["subjects"]  # type: ignore[union-attr]
        found = [c.id for c in columns_by_link(question, term)]  # type: ignore[arg-type]

        assert found == [f"{term}_progress", f"{term}_effort"]


def test_what_is_wrong_is_said_at_its_field_and_stays_as_typed(teacher: PageClient, world: World) -> None:
    path = make(teacher, world)
    jo = phone(teacher)
    line = start(jo, path)
    long = " ".join(["word"] * 61)
    page = save(jo, line, world, effort="", comment=long)

    assert page.status == 422
    assert page.errors() == [
        f"Select the {season(world)} effort",
        "Shorten your comment to 60 words. It has 61",
    ]
    assert page.one("textarea").get_text().strip() == long
    assert page.one(f"#{season(world)}_progress option[selected]")["value"] == "ep"
    assert save(jo, page, world).h1 == "Thank you"


@pytest.mark.parametrize("typed", ["nonsense", "<b>", "aep\x02"])
def test_an_answer_that_is_not_offered_is_refused(teacher: PageClient, world: World, typed: str) -> None:
    path = make(teacher, world)
    jo = phone(teacher)
    page = save(jo, start(jo, path), world, progress=typed)

    assert page.status in (200, 422)
    assert world.section("progress").answers.get(leaf(world, PROGRESS)) in (None, "aep")


def test_nothing_else_of_the_plan_can_be_posted(teacher: PageClient, world: World) -> None:
    path = make(teacher, world)
    jo = phone(teacher)
    more = {"hard": "Overwritten", f"{ROW}.target": "9", "subjects.k2.subject": "Art", f"{ROW}": ""}
    save(jo, start(jo, path), world, **more)
    kept = world.section("progress").answers

    assert kept["hard"] == "Qzxsecret"
    assert kept[f"{ROW}.target"] == "6"
    assert kept[ROW] is True
    assert "subjects.k2.subject" not in kept


# Once, in one browser ------------------------------------------------------------------------------------


def test_a_link_that_was_used_is_closed_for_good(teacher: PageClient, world: World) -> None:
    path = make(teacher, world)
    jo = phone(teacher)
    line = start(jo, path)
    save(jo, line, world)

    assert closed(jo.get(path))
    assert closed(save(jo, line, world, progress="bep"))
    assert world.section("progress").answers[leaf(world, PROGRESS)] == "ep"


def test_a_forwarded_link_does_not_open_in_another_browser(teacher: PageClient, world: World) -> None:
    path = make(teacher, world)
    jo, other = phone(teacher), phone(teacher)
    unopened = other.get(path)
    line = start(jo, path)

    assert closed(other.get(path))
    assert closed(other.submit(unopened, action=path))
    assert closed(other.post(f"{path}/line", {leaf(world, PROGRESS): "bep", leaf(world, EFFORT): "i"}))
    assert save(jo, line, world).h1 == "Thank you"


def test_starting_twice_in_the_same_browser_goes_on(teacher: PageClient, world: World) -> None:
    path = make(teacher, world)
    jo = phone(teacher)
    begun = jo.get(path)
    jo.submit(begun, action=path)
    again = jo.submit(begun, action=path, follow=True)

    assert again.h1 == "History: Amira"
    opened = db.session.scalars(select(AuditEvent).where(AuditEvent.tag == "pep:link:opened")).all()
    assert len(opened) == 1


def run_out(world: World) -> None:
    link = the_link()
    link.created_at, link.expires_at = clock.now() - timedelta(days=15), clock.now() - timedelta(days=1)


def revoke(world: World) -> None:
    assert revoke_links(child_id=world.child.id) == 1


def leave_school(world: World) -> None:
    rows = db.session.scalars(select(Enrolment).where(Enrolment.child_id == world.child.id))
    rows.one().ends_on = clock.today()


def move_school(world: World) -> None:
    leave_school(world)
    db.session.add(
        Enrolment(
            child_id=world.child.id, school_id=world.other.school.id, nc_year=10, starts_on=clock.today()
        )
    )


def send_part(world: World) -> None:
    part = select(PepPart).where(PepPart.pep_id == world.pep.id, PepPart.part == "school")
    db.session.scalars(part).one().state = "submitted"


def complete_section(world: World) -> None:
    section = world.section("progress")
    section.status, section.completed_at = "complete", clock.now()


def sign_off(world: World) -> None:
    world.pep.state = "signed_off"


def remove_row(world: World) -> None:
    section = world.section("progress")
    section.answers = {**section.answers, ROW: False}


ENDS = [run_out, revoke, leave_school, move_school, send_part, complete_section, sign_off, remove_row]


@pytest.mark.parametrize("end", ENDS)
def test_a_link_ends_with_what_it_is_for_even_while_it_is_open(
    teacher: PageClient, world: World, end: Any
) -> None:
    path = make(teacher, world)
    jo = phone(teacher)
    line = start(jo, path)
    end(world)
    refused = save(jo, line, world, comment="Kept for me to copy.")

    assert closed(refused)
    assert "Kept for me to copy." in refused.text
    assert closed(jo.get(path))
    assert leaf(world, PROGRESS) not in world.section("progress").answers


def test_every_closed_link_is_one_and_the_same_page(teacher: PageClient, world: World) -> None:
    path = make(teacher, world)
    unknown = plain_words(phone(teacher).get("/row/" + "A" * 43))
    start(phone(teacher), path)
    elsewhere = plain_words(phone(teacher).get(path))
    revoke(world)
    revoked = plain_words(phone(teacher).get(path))
    run_out(world)
    expired = plain_words(phone(teacher).get(path))

    assert unknown == elsewhere == revoked == expired


def test_the_teacher_ends_a_link_and_a_new_one_can_be_made(teacher: PageClient, world: World) -> None:
    path = make(teacher, world)
    page = teacher.get(address(world))
    said = teacher.submit(page, action=f"/peps/{world.pep.ref}/row-links/end", follow=True)

    assert said.notices() == ["The link for Jo Marsh is not open any more."]
    assert closed(phone(teacher).get(path))
    assert phone(teacher).get(make(teacher, world, "Ann Lowe")).status == 200


def test_two_links_to_one_line_are_not_made(teacher: PageClient, world: World) -> None:
    page = teacher.get(address(world))
    make(teacher, world)
    twice = teacher.submit(
        page,
        {"line": f"progress:{ROW}", "teacher": "Ann Lowe"},
        action=f"/peps/{world.pep.ref}/row-links",
    )

    assert twice.status == 422
    assert twice.errors() == ["Jo Marsh has a link to History already. End it first"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"teacher": ""}, "Enter the name of the subject teacher"),
        ({"line": ""}, "Select the line"),
        ({"line": "progress:subjects.zz"}, "Select a line of the plan that can still be filled in"),
        ({"line": "my_details:history.k1"}, "Select a line of the plan that can still be filled in"),
        ({"line": "nonsense"}, "Select a line of the plan that can still be filled in"),
    ],
)
def test_a_link_that_cannot_be_made_is_said_at_its_field(
    teacher: PageClient, world: World, typed: dict[str, str], said: str
) -> None:
    sent = {"line": f"progress:{ROW}", "teacher": "Jo Marsh"} | typed
    page = teacher.submit(teacher.get(address(world)), sent, action=f"/peps/{world.pep.ref}/row-links")

    assert page.status == 422
    assert page.errors() == [said]
    assert db.session.scalar(select(func.count()).select_from(RowLink)) == 0


def test_a_new_teacher_ends_the_links_of_the_old_one(teacher: PageClient, world: World) -> None:
    path = make(teacher, world)
    old = world.people[Tie.DESIGNATED_TEACHER]
    held = db.session.scalars(select(Membership).where(Membership.user_id == old.id)).one()
    held.ends_on = clock.today() + timedelta(days=1)
    new = MembershipFactory(role=Role.DESIGNATED_TEACHER, school=world.school).user
    after = PageClient(teacher.app)
    after.sign_in(new)
    open_still = phone(teacher).get(path).status
    after.submit(after.get(address(world)), action=f"/peps/{world.pep.ref}/row-links/end")

    assert open_still == 200
    assert closed(phone(teacher).get(path))


def test_ending_access_ends_the_links_that_one_person_made_and_no_others(
    teacher: PageClient, world: World
) -> None:
    make(teacher, world)
    maker, somebody = world.people[Tie.DESIGNATED_TEACHER].id, world.people[Tie.SOCIAL_WORKER].id

    assert revoke_links(SYSTEM, child_id=world.other.child.id) == 0
    assert revoke_links(SYSTEM, child_id=world.child.id, made_by=somebody) == 0
    assert revoke_links(SYSTEM, child_id=world.child.id, made_by=maker) == 1
    assert revoke_links(SYSTEM, child_id=world.child.id) == 0
