"""Quotes and other papers of a PP+ request: added, fetched, removed, and for nobody else there at all."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import stream_encode_multipart

from tests.asking import ADVISER, CARER, TEACHER, begun, ready
from tests.client import Page, PageClient
from tests.filed import PDF
from tests.integration.test_files import settings
from tests.world import World
from vsportal.extensions import db
from vsportal.files import queries
from vsportal.funding import papers
from vsportal.models import AccessEvent, AuditEvent, FundingFile, FundingRequest
from vsportal.policy import Tie


@pytest.fixture(autouse=True)
def files(app: Flask, tmp_path: Path) -> Iterator[Path]:
    """A folder of one's own for the bytes."""
    with settings(app, files_dir=str(tmp_path)):
        yield tmp_path


def add(client: PageClient, request: FundingRequest, name: str, content: bytes) -> Page:
    """Send a paper as a browser does."""
    form: MultiDict[str, object] = MultiDict({"csrf_token": client.token})
    form.add("paper", FileStorage(io.BytesIO(content), name))
    body, length, boundary = stream_encode_multipart(form, use_tempfile=False)
    return client._open(
        f"/requests/{request.ref}/files",
        "POST",
        checks={},
        input_stream=body,
        content_length=length,
        content_type=f"multipart/form-data; boundary={boundary}",
    )


@pytest.fixture
def request_(client: PageClient, world: World) -> FundingRequest:
    """A draft, its teacher signed in on its page."""
    made = begun(ready(world))
    client.sign_in(world.people[TEACHER])
    client.get(f"/requests/{made.ref}")
    return made


def the_paper() -> FundingFile:
    db.session.expire_all()
    return db.session.scalars(select(FundingFile)).one()


def test_a_quote_is_kept_and_comes_back_as_it_was_always_to_be_saved(
    client: PageClient, request_: FundingRequest, files: Path
) -> None:
    forty_pages = PDF[:9] + b"% page\n" * 200_000 + PDF[9:]
    add(client, request_, "quote.pdf", forty_pages)
    paper = the_paper()
    page = client.get(f"/requests/{request_.ref}")
    got = client.get(f"/requests/{request_.ref}/files/{paper.ref}", bare=True)

    assert "quote.pdf" in page.one("#papers").get_text()
    assert got.response.get_data() == forty_pages
    assert got.headers["Content-Disposition"] == "attachment; filename=quote.pdf"
    assert "sandbox" in got.headers["Content-Security-Policy"]
    assert paper.ref in queries.all_kept()
    look = db.session.scalars(select(AccessEvent).order_by(AccessEvent.id.desc())).first()
    assert look is not None
    assert look.what == "file"


def test_what_is_no_quote_is_refused_with_a_sentence_and_nothing_is_kept(
    client: PageClient, request_: FundingRequest
) -> None:
    for name, content, says in (
        ("quote.pdf", b"MZ\x90\x00 a program", "is not what its name says"),
        ("empty.pdf", b"", "is empty"),
    ):
        page = add(client, request_, name, content)
        assert page.status == 422
        assert says in page.errors()[0]
    assert client.post(f"/requests/{request_.ref}/files").errors() == ["Choose a file to add."]
    assert db.session.scalars(select(FundingFile)).all() == []


def test_a_paper_that_is_too_large_is_said_where_it_was_sent_from(
    app: Flask, client: PageClient, request_: FundingRequest
) -> None:
    with settings(app, upload_megabytes=1):
        page = add(client, request_, "quote.pdf", PDF + b"%" * 1_500_000)
        more = add(client, request_, "quote.pdf", PDF + b"%" * 3_000_000)

    assert (page.status, more.status) == (422, 413)
    assert "larger than 1 MB" in page.errors()[0]
    assert "too large" in more.errors()[0]


def test_a_removed_paper_is_gone_and_that_it_was_there_stays(
    client: PageClient, request_: FundingRequest
) -> None:
    add(client, request_, "quote.pdf", PDF)
    paper = the_paper()
    path = f"/requests/{request_.ref}/files/{paper.ref}"
    page = client.get(f"/requests/{request_.ref}")
    client.follow(client.submit(page, action=f"{path}/remove"))

    assert client.get(path).status == 404
    assert client.post(f"{path}/remove").status == 404
    tags = list(db.session.scalars(select(AuditEvent.tag).where(AuditEvent.tag.like("funding:file:%"))))
    assert tags == ["funding:file:added", "funding:file:removed"]


def test_a_paper_is_not_there_for_those_who_do_not_see_requests_or_under_another_request(
    client: PageClient, request_: FundingRequest, world: World
) -> None:
    add(client, request_, "quote.pdf", PDF)
    paper = the_paper()
    path = f"/requests/{request_.ref}/files/{paper.ref}"
    for tie, status in ((CARER, 404), (Tie.YOUNG_PERSON, 404), (Tie.SOCIAL_WORKER, 200), (ADVISER, 200)):
        client.forget_cookies()
        client.sign_in(world.people[tie])
        assert client.get(path, bare=status == 200).status == status, tie
    assert client.post(f"{path}/remove").status == 403


def test_what_was_there_when_it_was_decided_stays(
    client: PageClient, request_: FundingRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(client, request_, "quote.pdf", PDF)
    monkeypatch.setattr(papers, "MOST_FILES", 1)
    assert "Remove one to make room" in add(client, request_, "two.pdf", PDF).errors()[0]
    request_.state, request_.approved_pence = "declined", None
    db.session.commit()
    path = f"/requests/{request_.ref}/files/{the_paper().ref}"

    assert client.post(f"{path}/remove", follow=True).notices() == [
        "This was there when the request was decided, so it stays."
    ]
    assert add(client, request_, "late.pdf", PDF).errors() == [papers.CLOSED]
