"""Many people in one plan at the same moment, on real connections: nothing is lost and nothing slips in late.

Each writer is a browser in a thread of its own on a database of its own, with real commits.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from threading import Barrier, Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.client import PageClient
from tests.plans import complete, events, fill, hold_the_meeting, part_of, path_of, review
from tests.world import World, make_world
from vsportal.editions import answers
from vsportal.extensions import db
from vsportal.models import Comment, PartState, PepState, SectionState
from vsportal.policy import Tie

WRITERS, LEAVES = 6, 8
ROUNDS = 4


@pytest.fixture
def portal(own_database: Flask) -> Iterator[Flask]:
    """The application on a database of its own, with its context for the test itself."""
    with own_database.app_context():
        yield own_database


@pytest.fixture
def crowd(portal: Flask) -> World:
    """The small world, committed for everybody."""
    made = make_world()
    db.session.commit()
    return made


@dataclass
class Browser:
    """Somebody signed in, whose requests can be sent from any thread."""

    client: PageClient
    token: str
    answers: list[tuple[int, str]] = field(default_factory=list)

    def post(self, path: str, data: dict[str, Any]) -> int:
        """Send a form; the status. Kept with the body, for the test to look at."""
        sent = {**data, "csrf_token": self.token}
        fragment = path.endswith("/draft")
        response = self.client._browser.open(
            path, method="POST", data=sent, headers={"HX-Request": "true"} if fragment else {}
        )
        self.answers.append((response.status_code, response.get_data(as_text=True)))
        return int(response.status_code)

    def draft(self, world: str, typed: dict[str, Any], page: str, seen: dict[str, Any] | None = None) -> int:
        marks = {leaf: answers.mark(value) for leaf, value in (seen or {}).items()}
        return self.post(f"{world}/draft", {**typed, "page": page, "seen": json.dumps(marks)})


def browser(portal: Flask, world: World, tie: str) -> Browser:
    """A person of the world in a browser of their own."""
    client = PageClient(portal)
    client.sign_in(world.people[tie])
    return Browser(client, client.token)


def at_once(*acts: Callable[[], object]) -> None:
    """Do all of this at the same moment, each in a thread; what fails there fails here."""
    start, failures = Barrier(len(acts)), []

    def run(act: Callable[[], object]) -> None:
        start.wait(10)
        try:
            act()
        except BaseException as error:  # noqa: BLE001  it is raised below, in the test's own thread
            failures.append(error)

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    if failures:
        raise failures[0]
    db.session.rollback()
    db.session.expire_all()


def statuses(browsers: Sequence[Browser]) -> list[int]:
    return sorted(status for one in browsers for status, _ in one.answers)


def test_many_writers_of_many_answers_lose_nothing(portal: Flask, crowd: World) -> None:
    path = path_of(crowd)
    who = [Tie.DESIGNATED_TEACHER, Tie.DELEGATE] * (WRITERS // 2)
    browsers = [browser(portal, crowd, tie) for tie in who]

    def write(number: int, one: Browser) -> None:
        for leaf in range(LEAVES):
            row = f"subjects.k{leaf}x{number}"
            one.draft(path, {row: "1", f"{row}.subject": f"Subject {leaf} of {number}"}, f"page{number}")

    at_once(*(partial(write, n, b) for n, b in enumerate(browsers)))

    assert statuses(browsers) == [200] * (WRITERS * LEAVES)
    kept = crowd.section("progress").answers
    rows = {f"subjects.k{leaf}x{n}" for leaf in range(LEAVES) for n in range(WRITERS)}
    assert {k for k in kept if kept[k] is True} == rows
    assert len([k for k in kept if k.endswith(".subject")]) == WRITERS * LEAVES
    assert crowd.section("progress").version == WRITERS * LEAVES
    assert len(events(crowd, "pep:section:saved")) == WRITERS * LEAVES


def test_of_many_who_write_the_same_answer_one_is_kept_and_all_others_are_told(
    portal: Flask, crowd: World
) -> None:
    path = path_of(crowd)
    browsers = [browser(portal, crowd, t) for t in (Tie.DESIGNATED_TEACHER, Tie.DELEGATE) * (WRITERS // 2)]

    at_once(
        *(
            partial(b.draft, path, {"hard": f"Words of {n}", f"subjects.k{n}": "1"}, f"page{n}")
            for n, b in enumerate(browsers)
        )
    )

    assert statuses(browsers) == [200] + [409] * (WRITERS - 1)
    kept = crowd.section("progress").answers["hard"]
    for number, one in enumerate(browsers):
        status, body = one.answers[0]
        assert kept in body if status == 409 else kept == f"Words of {number}"
        assert status == 200 or f"Words of {number}" in body
    assert {k for k in crowd.section("progress").answers if k.startswith("subjects")} == {
        f"subjects.k{n}" for n in range(WRITERS)
    }


def test_a_first_comment_from_two_windows_is_one_comment(portal: Flask, crowd: World) -> None:
    path = path_of(crowd)
    windows = [browser(portal, crowd, Tie.CARER) for _ in range(4)]

    at_once(
        *(
            partial(b.draft, path, {"progress_views": f"From window {n}"}, f"page{n}")
            for n, b in enumerate(windows)
        )
    )

    assert statuses(windows) == [200, 409, 409, 409]
    said = db.session.scalars(select(Comment.text)).all()
    assert len(said) == 1
    assert all(said[0] in body for status, body in (one.answers[0] for one in windows) if status == 409)


@pytest.mark.parametrize("attempt", range(ROUNDS))
def test_nothing_is_written_into_a_part_after_it_was_sent(portal: Flask, crowd: World, attempt: int) -> None:
    complete(crowd, part="school")
    sender = browser(portal, crowd, Tie.DESIGNATED_TEACHER)
    writer = browser(portal, crowd, Tie.DESIGNATED_TEACHER)
    carer = browser(portal, crowd, Tie.CARER)
    path, submit = path_of(crowd), f"/peps/{crowd.pep.ref}/parts/school/submit"

    def reopen_and_write() -> None:
        writer.post(f"{path}/reopen", {})
        writer.draft(path, {"hard": "Fractions"}, "w")

    at_once(
        partial(sender.post, submit, {}),
        reopen_and_write,
        partial(carer.draft, path, {"progress_views": "She reads."}, "c"),
    )

    tags = [e.tag for e in events(crowd) if e.tag != "pep:plan:opened"]
    sent = part_of(crowd, "school").state == PartState.SUBMITTED
    assert sent == ("pep:part:submitted" in tags)
    if sent:
        assert tags[-1] == "pep:part:submitted"
        assert crowd.section("progress").status == SectionState.COMPLETE
        assert "hard" not in crowd.section("progress").answers
    else:
        assert crowd.section("progress").answers == {"hard": "Fractions"}
    status, _ = carer.answers[0]
    assert (status == 200) == ("pep:comment:changed" in tags)


def test_a_part_sent_by_two_at_once_is_sent_once(portal: Flask, crowd: World) -> None:
    complete(crowd, part="school")
    senders = [browser(portal, crowd, Tie.DESIGNATED_TEACHER) for _ in range(3)]

    submit = f"/peps/{crowd.pep.ref}/parts/school/submit"
    at_once(*(partial(b.post, submit, {}) for b in senders))

    assert statuses(senders) == [303] * 3
    assert len(events(crowd, "pep:part:submitted")) == 1


def test_a_section_completed_by_two_at_once_is_completed_once(portal: Flask, crowd: World) -> None:
    fill(crowd, "progress")
    db.session.commit()
    windows = [browser(portal, crowd, Tie.DESIGNATED_TEACHER) for _ in range(3)]

    check = path_of(crowd, "progress", "check")
    at_once(*(partial(b.post, check, {"complete": "yes"}) for b in windows))

    assert statuses(windows) == [303] * 3
    assert len(events(crowd, "pep:section:completed")) == 1


def test_a_plan_is_signed_off_once_and_nothing_is_written_into_it_afterwards(
    portal: Flask, crowd: World
) -> None:
    review(crowd, "school", "care")
    hold_the_meeting(crowd)
    heads = [browser(portal, crowd, Tie.HEAD) for _ in range(2)]
    adviser = browser(portal, crowd, Tie.ALLOCATED_ADVISER)

    sign_off, meeting = f"/peps/{crowd.pep.ref}/sign-off", path_of(crowd, "meeting")
    writing = partial(adviser.draft, meeting, {"chair": "Ann"}, "m")
    at_once(*(partial(b.post, sign_off, {}) for b in heads), writing)

    tags = [e.tag for e in events(crowd, "pep:plan:signed_off", "pep:section:saved")]
    assert crowd.pep.state == PepState.SIGNED_OFF
    assert tags[-1] == "pep:plan:signed_off"
    assert tags.count("pep:plan:signed_off") == 1
    assert (adviser.answers[0][0] == 200) == ("pep:section:saved" in tags)
