"""What a link to one line leaves behind, and what it does not: two writers, records, cookies, logs."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from sqlalchemy import select

from tests.client import PageClient
from tests.links import EFFORT, PROGRESS, ROW, leaf, make, phone, save, season, start, the_link
from tests.sharing import address
from tests.world import World
from vsportal import clock
from vsportal.database import statements
from vsportal.editions.answers import mark
from vsportal.extensions import db
from vsportal.models import (
    AuditEvent,
    PepSection,
    RowLink,
    SignInFailure,
)
from vsportal.policy import Tie
from vsportal.sharing import links
from vsportal.sharing.lines import hash_of, linked_by


@pytest.fixture
def teacher(client: PageClient, world: World) -> PageClient:
    """The designated teacher, signed in; the plan has a line for history."""
    section = world.section("progress")
    section.answers = {ROW: True, f"{ROW}.subject": "History", f"{ROW}.target": "6", "hard": "Qzxsecret"}
    section.status, section.changed_at = "in_progress", clock.now()
    client.sign_in(world.people[Tie.DESIGNATED_TEACHER])
    return client


# Two people in one line ----------------------------------------------------------------------------------


def test_what_the_designated_teacher_wrote_meanwhile_stands(teacher: PageClient, world: World) -> None:
    path = make(teacher, world)
    jo = phone(teacher)
    line = start(jo, path)
    wrote = {leaf(world, PROGRESS): "bep", "page": "dt", "seen": "{}"}
    assert teacher.htmx.post(f"/peps/{world.pep.ref}/sections/progress/draft", wrote).status == 200
    thanks = save(jo, line, world)
    kept = world.section("progress").answers
    shown = teacher.get(f"/peps/{world.pep.ref}/sections/progress").text

    assert thanks.h1 == "Thank you"
    assert (kept[leaf(world, PROGRESS)], kept[leaf(world, EFFORT)]) == ("bep", "g")
    assert "Writes well. Would have said" in shown
    assert f"{season(world).capitalize()} progress: Expected." in shown


def test_an_open_page_of_the_teacher_does_not_overwrite_what_came_by_the_link(
    teacher: PageClient, world: World
) -> None:
    path = make(teacher, world)
    seen = json.dumps({leaf(world, PROGRESS): mark(None)})
    jo = phone(teacher)
    save(jo, start(jo, path), world)
    wrote = {leaf(world, PROGRESS): "bep", "page": "dt", "seen": seen}
    answer = teacher.htmx.post(f"/peps/{world.pep.ref}/sections/progress/draft", wrote)

    assert answer.status == 409
    assert world.section("progress").answers[leaf(world, PROGRESS)] == "ep"


def test_what_was_carried_forward_is_not_shown_and_counts_as_checked_once_answered(
    teacher: PageClient, world: World
) -> None:
    section = world.section("progress")
    section.answers = {**section.answers, leaf(world, PROGRESS): "ep"}
    section.carried = {leaf(world, PROGRESS): "2025-26-summer"}
    path = make(teacher, world)
    jo = phone(teacher)
    line = start(jo, path)
    before = line.soup.select(f"#{season(world)}_progress option[selected]")
    save(jo, line, world)

    assert [o.get("value") for o in before] in ([], [""])
    assert world.section("progress").carried == {}


# What it leaves behind, and what it does not ---------------------------------------------------------------


def test_the_link_and_the_name_it_was_made_for_are_written_down(teacher: PageClient, world: World) -> None:
    path = make(teacher, world)
    jo = phone(teacher)
    save(jo, start(jo, path), world)
    events = db.session.scalars(
        select(AuditEvent).where(AuditEvent.actor_role == links.SUBJECT_TEACHER).order_by(AuditEvent.id)
    ).all()

    assert [e.tag for e in events] == ["pep:link:opened", "pep:section:saved", "pep:link:used"]
    assert {e.actor_id for e in events} == {None}
    assert {e.child_id for e in events} == {world.child.id}
    assert events[-1].changes[0]["label"] == "Jo Marsh"
    assert events[-1].changes[0]["new"] == the_link().ref
    assert events[1].request_id == events[2].request_id


def test_only_hashes_of_the_token_and_of_the_browsers_own_are_kept(teacher: PageClient, world: World) -> None:
    path = make(teacher, world)
    jo = phone(teacher)
    start(jo, path)
    token = path.rpartition("/")[2]
    link = the_link()

    assert link.token_hash == hash_of(token)
    assert len(token) >= 43
    cookie = jo._browser.get_cookie("line", path=path)
    assert cookie is not None
    assert link.browser_hash == hash_of(cookie.value)
    for column in RowLink.__table__.columns:
        assert getattr(link, column.key) not in (token, cookie.value)


def test_the_cookie_is_for_this_address_alone_and_opens_nothing_else(
    teacher: PageClient, world: World
) -> None:
    path = make(teacher, world)
    jo = phone(teacher)
    answer = jo.submit(jo.get(path), action=path)
    [cookie] = [c for c in answer.headers.getlist("Set-Cookie") if c.startswith("line=")]

    assert f"Path={path}" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    for closed_page in ("/", f"/children/{world.child.ref}", f"/peps/{world.pep.ref}", address(world)):
        assert jo.get(closed_page).location.endswith("/sign-in")
    assert jo.get(f"/peps/{world.pep.ref}/sections/progress").location.endswith("/sign-in")
    draft = f"/peps/{world.pep.ref}/sections/progress/draft"
    assert jo.htmx.post(draft, {"hard": "x", "page": "p", "seen": "{}"}).status in (400, 401)


def test_the_token_is_in_no_log(teacher: PageClient, world: World, logged: StringIO) -> None:
    path = make(teacher, world)
    jo = phone(teacher)
    save(jo, start(jo, path), world)
    jo.get(path)
    jo.get("/row/" + "B" * 43)

    assert path.rpartition("/")[2] not in logged.getvalue()
    assert "B" * 43 not in logged.getvalue()


def test_the_token_leaves_by_no_address_and_stays_in_no_cache(teacher: PageClient, world: World) -> None:
    path = make(teacher, world)
    jo = phone(teacher)
    for page in (jo.get(path), start(jo, path)):
        assert page.headers["Referrer-Policy"] == "same-origin"
        assert page.headers["Cache-Control"] == "no-store"
        assert [to for to in page.links().values() if not to.startswith(("/", "#"))] == []


def test_the_child_and_the_carer_read_what_was_said_beside_the_line(
    teacher: PageClient, world: World
) -> None:
    path = make(teacher, world)
    jo = phone(teacher)
    save(jo, start(jo, path), world)

    for tie in (Tie.YOUNG_PERSON, Tie.CARER, Tie.SOCIAL_WORKER):
        browser = PageClient(teacher.app)
        browser.sign_in(world.people[tie])
        assert "Writes well." in browser.get(f"/peps/{world.pep.ref}/sections/progress").text
    stranger = PageClient(teacher.app)
    stranger.sign_in(world.people[Tie.BUSINESS_SUPPORT])
    assert "Writes well." not in stranger.get(f"/peps/{world.pep.ref}/sections/progress").body


# Guessing ------------------------------------------------------------------------------------------------


def test_too_many_tries_from_one_address_are_made_to_wait_and_signing_in_is_not(
    teacher: PageClient, world: World
) -> None:
    path = make(teacher, world)
    guesser = phone(teacher)
    guesser.get("/row/" + "C" * 43)
    key = db.session.scalars(select(SignInFailure.key).where(SignInFailure.kind == "address")).one()
    db.session.add_all(
        SignInFailure(kind="address", key=key, at=clock.now()) for _ in range(links.MOST_BY_ADDRESS)
    )

    assert guesser.get("/row/" + "C" * 43).status == 429
    assert guesser.get(path).status == 429
    assert guesser.sign_in(world.people[Tie.CARER]).status == 200


def test_an_unknown_link_costs_no_more_than_one_that_is_known(teacher: PageClient, world: World) -> None:
    path = make(teacher, world)
    browser = phone(teacher)
    browser.get(path)
    with statements(db.engine) as known:
        browser.get(path)
    with statements(db.engine) as unknown:
        browser.get("/row/" + "D" * 43)

    assert len(unknown) <= len(known) + 1  # the try is counted
    assert len(known) <= 6
    assert linked_by("") is None
    assert db.session.scalars(select(PepSection.version).where(PepSection.pep_id == world.pep.id)).all()
