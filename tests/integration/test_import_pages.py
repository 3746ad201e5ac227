"""A file is sent, looked at and brought in: each state of its page, and for whom there is none."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from io import StringIO

import pytest
from flask import Flask
from sqlalchemy import select, update
from werkzeug.datastructures import FileStorage
from werkzeug.test import stream_encode_multipart

from tests.client import Page, PageClient
from tests.factories import ChildFactory, MembershipFactory
from tests.world import World
from vsportal import clock
from vsportal.database import statements
from vsportal.extensions import db
from vsportal.imports.kinds import KINDS
from vsportal.imports.reading import read
from vsportal.models import AuditEvent, Authority, Child, ImportRun, Role
from vsportal.policy import Tie

CHILDREN = (
    "child_ref,upn,first_name,last_name,known_as,date_of_birth,sex,ethnicity,first_language,uasc,"
    "sen_status,sen_need\n"
)
ONE = CHILDREN + "SC9001,,Idris,Pryce,,2012-02-03,M,,,,,\n"
OFFICE = "/office/imports"


@pytest.fixture
def support(client: PageClient, world: World) -> PageClient:
    """Business support of the child's authority, signed in."""
    client.sign_in(world.people[Tie.BUSINESS_SUPPORT])
    return client


@pytest.fixture
def send(support: PageClient, world: World) -> Callable[..., Page]:
    """Send a file through the form."""

    def sent(text: str | bytes, kind: str = "children", name: str = "file.csv", **more: object) -> Page:
        support.get(OFFICE)
        form: dict[str, object] = {
            "csrf_token": support.token,
            "kind": kind,
            "authority": world.authority.ref,
        }
        if name:
            content = io.BytesIO(text.encode() if isinstance(text, str) else text)
            form["file"] = FileStorage(content, filename=name, content_type="text/csv")
        body, length, boundary = stream_encode_multipart(form, use_tempfile=False)
        page = support._open(
            OFFICE,
            "POST",
            checks={},
            data=body.read(),
            content_length=length,
            content_type=f"multipart/form-data; boundary={boundary}",
        )
        return support.follow(page)

    return sent


def children() -> list[str]:
    return list(db.session.scalars(select(Child.social_care_id).where(Child.social_care_id.like("SC900%"))))


def run() -> ImportRun:
    return db.session.scalars(select(ImportRun).order_by(ImportRun.id.desc())).first()  # type: ignore[return-value]


# From sending to bringing in ------------------------------------------------------------------------------


def test_a_file_is_looked_at_before_it_is_brought_in(
    send: Callable[..., Page], support: PageClient, world: World
) -> None:
    page = send(ONE)

    assert page.status == 200
    assert "1 change to bring in" in page.text
    assert "Idris Pryce (SC9001)" in page.text
    assert children() == []

    done = support.submit(page, button="Bring in 1 change", follow=True)

    assert "1 change brought in" in done.text
    assert children() == ["SC9001"]
    assert run().content is None
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.tag == "child:record:created")).all()[-1]
    assert (event.actor_id, event.actor_role) == (
        world.people[Tie.BUSINESS_SUPPORT].id,
        "business_support",
    )


def test_pressing_twice_brings_it_in_once_and_says_so(send: Callable[..., Page], support: PageClient) -> None:
    page = send(ONE)
    support.submit(page, button="Bring in 1 change")

    again = support.submit(page, button="Bring in 1 change", follow=True)

    assert again.notices()[-1] == "This file has been brought in already. Nothing was changed now."
    assert children() == ["SC9001"]


def test_what_changed_meanwhile_is_said_and_nothing_is_brought_in(
    send: Callable[..., Page], support: PageClient, world: World
) -> None:
    page = send(ONE)
    ChildFactory(authority=world.authority, social_care_id="SC9001", first_name="Idriss", last_name="Pryce")

    answer = support.submit(page, button="Bring in 1 change", follow=True)

    assert "Something has changed since this file was checked" in answer.notices()[0]
    assert "First name: Idris, was Idriss" in answer.text
    assert run().applied_at is None


def test_a_file_with_problems_lists_each_with_what_to_do_and_has_no_button(
    send: Callable[..., Page], support: PageClient
) -> None:
    page = send(CHILDREN + "SC9001,,Idris,Pryce,,03/02/2012,X,,,,,\n")

    assert "2 problems" in page.text
    assert "write 2012-02-03" in page.text
    assert not page.soup.select("main form")
    listed = support.get(f"{OFFICE}/{run().ref}/problems")
    assert listed.headers["Content-Disposition"] == 'attachment; filename="children-problems.csv"'
    assert listed.body.count("\r\n") == 3


def test_what_was_missing_in_the_portal_can_be_added_and_the_page_opened_again(
    send: Callable[..., Page], support: PageClient, world: World
) -> None:
    day = (clock.today() - timedelta(days=20)).isoformat()
    header = "child_ref,start,end,legal_status,legal_status_from,end_reason\n"
    assert "1 problem" in send(header + f"SC9001,{day},,C2,,\n", "care_periods").text

    ChildFactory(authority=world.authority, social_care_id="SC9001")
    page = support.get(f"{OFFICE}/{run().ref}")

    assert "1 change to bring in" in page.text


def test_a_file_that_is_in_the_portal_already_has_nothing_to_change(
    send: Callable[..., Page], support: PageClient
) -> None:
    support.submit(send(ONE), button="Bring in 1 change")

    page = send(ONE)

    assert "Everything in this file is in the portal already" in page.text
    assert not page.soup.select("main form")


def test_a_file_is_kept_for_a_day(send: Callable[..., Page], support: PageClient) -> None:
    page = send(ONE)
    db.session.execute(update(ImportRun).values(created_at=clock.now() - timedelta(hours=25)))

    late = support.submit(page, button="Bring in 1 change", follow=True)
    support.get(OFFICE)

    assert late.notices() == ["This file is no longer kept. Send it again."]
    assert "This file is no longer kept" in support.get(f"{OFFICE}/{run().ref}").text
    assert run().content is None
    assert children() == []


def test_what_was_quoted_of_a_rejected_file_is_forgotten_with_it(
    send: Callable[..., Page], support: PageClient
) -> None:
    send(CHILDREN + "SC9001,,Idris,Pryce,,03/02/2012,M,,,,,\n")
    db.session.execute(update(ImportRun).values(created_at=clock.now() - timedelta(hours=25)))

    support.get(OFFICE)

    assert run().problems == [{"line": 2, "column": "date_of_birth"}]
    assert "It had 1 problem" in support.get(f"{OFFICE}/{run().ref}").text


def test_windows_1252_is_taken_and_said(send: Callable[..., Page]) -> None:
    page = send(ONE.replace("Idris", "Élodie").encode("cp1252"))

    assert "Windows-1252" in page.text
    assert "Élodie Pryce" in page.text


def test_an_empty_file_and_a_missing_column_are_one_problem_each(send: Callable[..., Page]) -> None:
    assert "The file is empty" in send(b"").text
    assert "“sen_need” is missing" in send(ONE.replace(",sen_need", "")).text


# The form ---------------------------------------------------------------------------------------------------


def test_without_a_file_or_a_kind_the_form_says_what_to_do(send: Callable[..., Page]) -> None:
    page = send("", kind="", name="")

    assert page.status == 422
    assert page.errors() == ["Select what kind of file it is", "Select a CSV file"]


def test_a_file_may_be_larger_than_a_form_and_not_larger_than_five_megabytes(
    send: Callable[..., Page],
) -> None:
    large = "x" * 2_500_000

    assert send(large).status == 200
    assert send("x" * 5_100_000).status == 413


def test_the_pages_explain_each_kind_and_give_an_example(support: PageClient) -> None:
    page = support.get(OFFICE)

    for kind in KINDS.values():
        assert page.links()[f"Example: {kind.title.lower()}"] == f"{OFFICE}/{kind.id}/example"
        answer = support.get(f"{OFFICE}/{kind.id}/example")
        assert read(answer.response.get_data(), kind.names).problems == []
    assert support.get(f"{OFFICE}/shoes/example").status == 404


def test_before_any_file_the_list_says_so(support: PageClient) -> None:
    assert "No file has been sent yet" in support.get(OFFICE).text


def test_the_list_says_how_far_each_file_has_got(send: Callable[..., Page], support: PageClient) -> None:
    support.submit(send(ONE), button="Bring in 1 change")
    send(ONE)
    send(ONE.replace("Idris", "Idriss"))
    send(b"")

    states = [tag.get_text() for tag in support.get(OFFICE).soup.select(".vs-state")]

    assert states == ["Has problems", "Waits for a yes", "Nothing to change", "Brought in"]


# For whom, and what leaves ----------------------------------------------------------------------------------


@pytest.mark.parametrize("tie", [Tie.HEAD, Tie.DESIGNATED_TEACHER, Tie.SOCIAL_WORKER, Tie.CARER])
def test_whoever_brings_nothing_in_finds_no_such_page(client: PageClient, world: World, tie: str) -> None:
    client.sign_in(world.people[tie])

    for path in (OFFICE, f"{OFFICE}/children/example", f"{OFFICE}/abc"):
        assert client.get(path).status == 404


def test_another_authoritys_file_is_as_one_that_is_not_there(
    send: Callable[..., Page], client: PageClient, world: World
) -> None:
    send(ONE)
    other = PageClient(client.app)
    other.sign_in(world.other.people[Tie.BUSINESS_SUPPORT])

    assert other.get(f"{OFFICE}/{run().ref}").status == 404
    assert other.get(f"{OFFICE}/{run().ref}/problems").status == 404
    assert other.post(f"{OFFICE}/{run().ref}/apply", {"seen": "x"}).status == 404
    assert children() == []


def test_a_colleague_of_the_same_authority_may_bring_it_in(
    send: Callable[..., Page], client: PageClient, world: World
) -> None:
    send(ONE)
    colleague = PageClient(client.app)
    colleague.sign_in(MembershipFactory(role=Role.BUSINESS_SUPPORT, authority=world.authority).user)

    colleague.submit(colleague.get(f"{OFFICE}/{run().ref}"), button="Bring in 1 change")

    assert children() == ["SC9001"]


def test_whoever_keeps_several_authorities_says_for_which(client: PageClient, world: World) -> None:
    both = world.people[Tie.BUSINESS_SUPPORT]
    MembershipFactory(user=both, role=Role.BUSINESS_SUPPORT, authority=world.other.authority)
    client.sign_in(both)

    options = [o.get_text() for o in client.get(OFFICE).soup.select("#authority option")]

    names = db.session.scalars(select(Authority.name).order_by(Authority.name)).all()
    assert options == list(names)


def test_a_downloaded_cell_is_no_formula(send: Callable[..., Page], support: PageClient) -> None:
    send(CHILDREN + 'SC9001,"=cmd|x",Idris,Pryce,,2012-02-03,M,,,,,\n')

    assert "'=cmd|x" in support.get(f"{OFFICE}/{run().ref}/problems").body


def test_no_row_of_a_file_is_in_the_log_or_an_address(
    send: Callable[..., Page], support: PageClient, logged: StringIO
) -> None:
    page = send(ONE)
    support.submit(page, button="Bring in 1 change")

    assert "Pryce" not in logged.getvalue()
    assert "Pryce" not in page.response.request.path


def test_the_list_asks_as_much_for_many_files_as_for_one(
    app: Flask, send: Callable[..., Page], support: PageClient
) -> None:
    send(ONE)
    support.get(OFFICE)
    with statements(db.engine) as one:
        support.get(OFFICE)
    for _ in range(8):
        send(ONE)
    with statements(db.engine) as many:
        support.get(OFFICE)

    assert len(many) == len(one)
