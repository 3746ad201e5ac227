"""Files of a plan: added beside a question, fetched, removed; and to everybody else not there at all."""

from __future__ import annotations

import io
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import stream_encode_multipart

from tests.client import Page, PageClient
from tests.factories import DelegationFactory
from tests.filed import PDF, photo
from tests.plans import close, events, path_of
from tests.sharing import as_somebody_else
from tests.world import World
from vsportal.database import statements
from vsportal.extensions import db
from vsportal.models import AccessEvent, Attachment
from vsportal.policy import Tie

NOWHERE = "/files/nothing-is-here"


@pytest.fixture(autouse=True)
def files(app: Flask, tmp_path: Path) -> Iterator[Path]:
    """A folder of one's own for the bytes."""
    with settings(app, files_dir=str(tmp_path)):
        yield tmp_path / "plans"


@contextmanager
def settings(app: Flask, **changed: object) -> Iterator[None]:
    """Other settings for a while."""
    before = app.config["VSPORTAL"]
    app.config["VSPORTAL"] = before.model_copy(update=changed)
    try:
        yield
    finally:
        app.config["VSPORTAL"] = before


@pytest.fixture
def teacher(client: PageClient, world: World) -> PageClient:
    """The designated teacher, signed in."""
    return as_somebody_else(client, world.people[Tie.DESIGNATED_TEACHER])


@pytest.fixture
def adviser(client: PageClient, world: World) -> PageClient:
    """The allocated adviser, signed in: the record of the meeting is theirs."""
    client.sign_in(world.people[OWNER])
    return client


OWNER = Tie.ALLOCATED_ADVISER
"""Whose the record of the meeting is."""


def send(
    client: PageClient,
    world: World,
    *sent: tuple[bytes, str],
    section: str = "meeting",
    field: str = "documents",
    row: str = "work",
    **more: str,
) -> Page:
    """Send files as the form does."""
    if not client.token:
        client.get(path_of(world, section))
    form: MultiDict[str, object] = MultiDict({"row": row, "csrf_token": client.token, **more})
    for content, name in sent:
        form.add("files", FileStorage(io.BytesIO(content), name))
    body, length, boundary = stream_encode_multipart(form, use_tempfile=False)
    return client._open(
        f"{path_of(world, section)}/files?field={field}",
        "POST",
        checks={},
        input_stream=body,
        content_length=length,
        content_type=f"multipart/form-data; boundary={boundary}",
    )


def kept() -> list[Attachment]:
    """The files there are, the first first."""
    return list(
        db.session.scalars(select(Attachment).where(Attachment.removed_at.is_(None)).order_by(Attachment.id))
    )


# Added, fetched, removed ----------------------------------------------------------------------------------


def test_a_document_is_added_to_the_checklist_listed_and_fetched(
    adviser: PageClient, world: World, files: Path
) -> None:
    page = adviser.follow(send(adviser, world, (PDF, "letter.pdf")))
    shown = " ".join(page.one("#files-documents").get_text(" ").split())
    fetched = adviser.get(page.links()["letter.pdf"], bare=True)

    assert page.notices() == ["1 file added."]
    assert "Examples of work letter.pdf 1 KB, added by" in shown
    assert world.people[OWNER].name in shown
    assert fetched.status == 200
    assert fetched.response.data == (files / kept()[0].ref).read_bytes()
    assert [e.changes[0]["new"] for e in events(world, "pep:file:added")] == ["letter.pdf"]


def test_a_file_is_always_saved_and_never_shown_in_the_portals_name(
    adviser: PageClient, world: World
) -> None:
    send(adviser, world, (PDF, "plan für “Amira”.pdf"))
    headers = adviser.get(f"/files/{kept()[0].ref}", bare=True).headers

    assert headers["Content-Disposition"].startswith("attachment;")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in headers["Content-Security-Policy"]
    assert "script" not in headers["Content-Security-Policy"].replace("script-src 'nonce", "")
    assert headers["Cache-Control"] == "no-store"


def test_fetching_a_file_is_recorded_as_a_look(adviser: PageClient, world: World) -> None:
    send(adviser, world, (PDF, "plan.pdf"))
    adviser.get(f"/files/{kept()[0].ref}", bare=True)
    looks = db.session.scalars(select(AccessEvent).where(AccessEvent.what == "file")).all()

    assert [(look.actor_id, look.child_id, look.pep_id) for look in looks] == [
        (world.people[OWNER].id, world.child.id, world.pep.id)
    ]


def test_a_file_removed_is_gone_with_its_bytes_and_leaves_a_trace(
    adviser: PageClient, world: World, files: Path
) -> None:
    page = adviser.follow(send(adviser, world, (PDF, "plan.pdf")))
    ref = kept()[0].ref
    after = adviser.follow(adviser.submit(page, action=f"/files/{ref}/remove"))

    assert after.notices() == ["“plan.pdf” removed."]
    assert "No files yet" in after.one("#files-documents").get_text()
    assert list(files.iterdir()) == []
    assert adviser.get(f"/files/{ref}").status == 404
    assert [e.changes[0]["old"] for e in events(world, "pep:file:removed")] == ["plan.pdf"]


def test_a_piece_of_work_is_added_as_evidence(teacher: PageClient, world: World) -> None:
    send(teacher, world, (photo(), "drawing.jpg"), section="progress", field="evidence", row="", others="yes")

    assert [(file.name, file.row, file.field_id) for file in kept()] == [("drawing.jpg", "", "evidence")]
    assert events(world, "pep:file:added")[0].changes[1]["label"] == "Somebody else is in it"


def test_htmx_gets_the_list_anew(adviser: PageClient, world: World) -> None:
    adviser.get(path_of(world, "meeting"))
    page = send(adviser.htmx, world, (PDF, "plan.pdf"))
    wrong = send(adviser.htmx, world, (b"MZ\x90\0", "a.exe"))

    assert page.status == 200
    assert page.one(".vs-files__said").get_text() == "1 file added."
    assert "plan.pdf" in page.links()
    assert wrong.status == 422
    assert "not a kind of file" in wrong.one(".govuk-error-message").get_text()
    assert "plan.pdf" in wrong.links()


# Refused --------------------------------------------------------------------------------------------------


def test_what_is_refused_is_said_at_the_place_and_the_good_file_beside_it_is_kept(
    adviser: PageClient, world: World
) -> None:
    page = send(adviser, world, (PDF, "plan.pdf"), (b"<html>", "page.html"))

    assert page.status == 422
    assert [error.partition(". ")[0] for error in page.errors()] == [
        "“page.html” is not a kind of file that can be kept here"
    ]
    assert page.title.startswith("Error:")
    assert [file.name for file in kept()] == ["plan.pdf"]
    assert page.one("#files-documents-row option[selected]")["value"] == "work"


def test_nothing_chosen_is_said(adviser: PageClient, world: World) -> None:
    assert send(adviser, world).errors() == ["Choose a file to add."]
    assert send(adviser, world, (PDF, "plan.pdf"), row="").errors() == ["Select which document it is."]
    assert (
        send(adviser, world, *[(PDF, f"{n}.pdf") for n in range(6)])
        .errors()[0]
        .startswith("Send no more than 5")
    )
    assert kept() == []


def test_a_file_that_is_too_large_is_refused_with_the_way_back(
    app: Flask, adviser: PageClient, world: World, files: Path
) -> None:
    with settings(app, files_dir=str(files.parent), upload_megabytes=1):
        one = send(adviser, world, (PDF + b" " * 1_000_000 + b"%%EOF", "plan.pdf"))
        all_of_it = send(adviser, world, (b" " * 7_000_000, "plan.pdf"))
        in_place = send(adviser.htmx, world, (b" " * 7_000_000, "plan.pdf"))

    assert one.status == 422
    assert "larger than 1 MB" in one.errors()[0]
    assert all_of_it.status == 413
    assert "up to 1 MB" in all_of_it.errors()[0]
    assert any(link.startswith(path_of(world, "meeting") + "#") for link in all_of_it.links().values())
    assert in_place.status == 422
    assert "up to 1 MB" in in_place.one(".govuk-error-message").get_text()
    assert kept() == []


def test_three_gigabytes_are_refused_before_they_are_read(adviser: PageClient, world: World) -> None:
    class Endless(io.RawIOBase):
        taken = 0

        def seek(self, at: int, whence: int = 0) -> int:
            return 0

        def readable(self) -> bool:
            return True

        def readinto(self, room: memoryview) -> int:  # type: ignore[override]
            self.taken += len(room)
            return len(room)

    endless = Endless()
    page = adviser._open(
        f"{path_of(world, 'meeting')}/files?field=documents",
        "POST",
        checks={},
        input_stream=endless,
        environ_overrides={"CONTENT_LENGTH": "3000000000"},
        content_type="multipart/form-data; boundary=x",
    )

    assert page.status == 413
    assert endless.taken < 1_000_000


def test_whoever_is_not_signed_in_sends_no_more_than_a_form(client: PageClient, world: World) -> None:
    client.get("/privacy")
    page = send(client, world, (b" " * 3_000_000, "plan.pdf"))

    assert page.status == 413
    assert kept() == []


def test_a_locked_plan_shows_its_files_and_takes_none(adviser: PageClient, world: World) -> None:
    send(adviser, world, (PDF, "plan.pdf"))
    ref = kept()[0].ref
    close(world)
    page = adviser.get(path_of(world, "meeting"))

    assert "plan.pdf" in page.links()
    assert page.soup.select("#files form") == []
    assert send(adviser, world, (PDF, "late.pdf")).status == 403
    assert adviser.post(f"/files/{ref}/remove").status == 403
    assert [file.name for file in kept()] == ["plan.pdf"]


# Who sees it ----------------------------------------------------------------------------------------------

MAY = {
    Tie.DESIGNATED_TEACHER,
    Tie.SAFEGUARDING_LEAD,
    Tie.SOCIAL_WORKER,
    Tie.TEAM_MANAGER,
    Tie.INDEPENDENT_REVIEWER,
    Tie.ALLOCATED_ADVISER,
    Tie.ADVISER,
    Tie.HEAD,
    Tie.DUTY_WORKER,
}


def test_a_file_at_a_professionals_question_is_there_for_professionals_alone(
    adviser: PageClient, world: World
) -> None:
    send(adviser, world, (PDF, "plan.pdf"))
    address = f"/files/{kept()[0].ref}"
    around = {str(tie): person for tie, person in world.people.items()}
    elsewhere = {f"{tie} elsewhere": person for tie, person in world.other.people.items()}
    everybody = around | elsewhere | {f"{role}, no child": person for role, person in world.unplaced.items()}

    found = {
        who
        for who, person in everybody.items()
        if as_somebody_else(adviser, person).get(address, bare=True).status == 200
    }

    assert found == {str(tie) for tie in MAY if tie in world.people}


@pytest.mark.parametrize("tie", [Tie.CARER, Tie.YOUNG_PERSON])
def test_a_file_that_is_not_theirs_is_the_same_404_as_one_that_is_not_there(
    adviser: PageClient, world: World, tie: Tie
) -> None:
    send(adviser, world, (PDF, "plan.pdf"))
    address = f"/files/{kept()[0].ref}"
    other = as_somebody_else(adviser, world.people[tie])
    answers, costs = [], []
    for path in (address, NOWHERE):
        with statements(db.engine) as seen:
            page = other.get(path)
        answers.append((page.status, page.text))
        costs.append(len(seen))

    assert answers[0] == answers[1]
    assert answers[0][0] == 404
    assert costs[0] == costs[1]
    assert other.post(f"{address}/remove").status == 404
    assert "plan.pdf" not in other.get(path_of(world, "meeting")).body


def test_whoever_reads_but_does_not_answer_adds_and_removes_nothing(
    adviser: PageClient, world: World
) -> None:
    send(adviser, world, (PDF, "plan.pdf"))
    reader = as_somebody_else(adviser, world.people[Tie.INDEPENDENT_REVIEWER])
    page = reader.get(path_of(world, "meeting"))

    assert "plan.pdf" in page.links()
    assert page.soup.select("#files form") == []
    assert send(reader, world, (PDF, "mine.pdf")).status == 403
    assert reader.post(f"/files/{kept()[0].ref}/remove").status == 403


def test_a_colleague_adds_files_in_the_section_lent_and_nowhere_else(
    adviser: PageClient, world: World
) -> None:
    send(adviser, world, (PDF, "plan.pdf"))
    colleague = as_somebody_else(adviser, world.people[Tie.DELEGATE])
    lent = DelegationFactory._meta.model  # the world's colleague has some sections already
    sections = {
        one
        for row in db.session.scalars(select(lent)).all()
        if row.user_id == world.people[Tie.DELEGATE].id
        for one in row.sections
    }

    assert "meeting" not in sections
    assert "progress" in sections
    assert send(colleague, world, (PDF, "mine.pdf")).status == 404
    assert colleague.get(f"/files/{kept()[0].ref}").status == 404
    assert (
        send(colleague, world, (PDF, "work.pdf"), section="progress", field="evidence", row="").status == 303
    )


def test_a_question_without_files_and_one_that_is_not_there_take_none(
    teacher: PageClient, world: World
) -> None:
    for field in ("hard", "nonsense", ""):
        assert send(teacher, world, (PDF, "a.pdf"), section="progress", field=field, row="").status == 404


# Viruses --------------------------------------------------------------------------------------------------


@contextmanager
def scanner(says: bytes) -> Iterator[tuple[str, bytearray]]:
    """A scanner that answers always the same, and what was sent to it."""
    heard = bytearray()
    door = socket.create_server(("127.0.0.1", 0))

    def listen() -> None:
        line, _ = door.accept()
        with line, line.makefile("rb") as sent:
            assert sent.read(10) == b"zINSTREAM\0"
            while length := struct.unpack("!L", sent.read(4))[0]:
                heard.extend(sent.read(length))
            line.sendall(says)

    door.settimeout(5)
    listening = threading.Thread(target=listen, daemon=True)
    listening.start()
    try:
        yield f"127.0.0.1:{door.getsockname()[1]}", heard
    finally:
        listening.join(5)
        door.close()


def test_what_the_scanner_passes_is_kept_as_clean(
    app: Flask, adviser: PageClient, world: World, files: Path
) -> None:
    with (
        scanner(b"stream: OK\0") as (address, heard),
        settings(app, clamd=address, files_dir=str(files.parent)),
    ):
        send(adviser, world, (PDF, "plan.pdf"))

    assert bytes(heard) == PDF
    assert [file.scan for file in kept()] == ["clean"]


def test_what_the_scanner_finds_is_not_kept_and_is_written_down(
    app: Flask, adviser: PageClient, world: World, files: Path
) -> None:
    with (
        scanner(b"stream: Eicar-Test-Signature FOUND\0") as (address, _),
        settings(app, clamd=address, files_dir=str(files.parent)),
    ):
        page = send(adviser, world, (PDF, "plan.pdf"))

    assert "refused by the virus scanner" in page.errors()[0]
    assert kept() == []
    assert not files.exists()
    assert len(events(world, "pep:file:refused")) == 1


def test_without_its_scanner_the_portal_keeps_nothing(app: Flask, adviser: PageClient, world: World) -> None:
    with settings(app, clamd="127.0.0.1:9"):
        page = send(adviser, world, (PDF, "plan.pdf"))

    assert "cannot be checked for viruses now" in page.errors()[0]
    assert kept() == []


# What it costs --------------------------------------------------------------------------------------------


def test_a_page_with_fifty_files_costs_no_more_statements_than_with_one(
    adviser: PageClient, world: World
) -> None:
    def add(count: int) -> None:
        for n in range(count):
            db.session.add(
                Attachment(
                    pep_id=world.pep.id,
                    section_id="meeting",
                    field_id="documents",
                    row="work",
                    name=f"{n}.pdf",
                    media_type="application/pdf",
                    bytes=1,
                    sha256="0" * 64,
                    added_by_id=world.people[OWNER].id,
                )
            )
        db.session.commit()

    adviser.get(path_of(world, "meeting"))
    costs = []
    for more in (1, 49):
        add(more)
        with statements(db.engine) as seen:
            adviser.get(path_of(world, "meeting"))
        costs.append(len(seen))
    full = send(adviser, world, (PDF, "one more.pdf"))

    assert costs[0] == costs[1]
    assert "There are 50 files here already" in full.errors()[0]


def test_tidying_takes_away_what_no_plan_has(
    app: Flask, adviser: PageClient, world: World, files: Path
) -> None:
    send(adviser, world, (PDF, "plan.pdf"))
    (files / "left-behind").write_bytes(b"x")
    import os

    os.utime(files / "left-behind", (0, 0))
    os.utime(files / kept()[0].ref, (0, 0))
    db.session.commit()
    said = app.test_cli_runner().invoke(args=["files", "tidy"]).output

    assert said == "1 taken away.\n"
    assert [one.name for one in files.iterdir()] == [kept()[0].ref]
