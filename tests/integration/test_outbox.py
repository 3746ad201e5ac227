"""The outbox: once by its key, nothing that names a child, each mail sent once, stopped when sight ends."""

import smtplib
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from tests.client import PageClient
from tests.world import World
from vsportal import clock
from vsportal.database import statements
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.messages import transports
from vsportal.messages.operations import queue, stop_mail
from vsportal.messages.sender import MOST_ATTEMPTS, send_waiting, transport_of
from vsportal.messages.telling import gives_away
from vsportal.messages.transports import SMTP, Files, Refused
from vsportal.models import AccessCut, Child, Mail, User
from vsportal.policy import Tie
from vsportal.settings import Settings

SUBJECT = "Something to read is waiting"
BODY = "Sign in to the portal to read it."


class Kept:
    """A transport that keeps what it is given, or does what it is told."""

    def __init__(self, *raising: Exception | None) -> None:
        self.sent: list[EmailMessage] = []
        self.raising = list(raising)

    def send(self, message: EmailMessage) -> None:
        error = self.raising.pop(0) if self.raising else None
        if error:
            raise error
        self.sent.append(message)


def put(to: User, key: str = "one", child: Child | None = None, **more: Any) -> bool:
    """A mail in the outbox."""
    more = {"subject": SUBJECT, "body": BODY} | more
    return queue(key=key, kind="test", to_user=to, child_id=child.id if child else None, **more)


def the_mail() -> Mail:
    return db.session.scalars(select(Mail).execution_options(populate_existing=True)).one()


# Putting in -----------------------------------------------------------------------------------------------


def test_the_same_key_twice_is_one_mail_and_no_error(world: World) -> None:
    teacher = world.people[Tie.DESIGNATED_TEACHER]

    first, second = put(teacher), put(teacher)

    assert (first, second) == (True, False)
    assert db.session.scalar(select(func.count(Mail.id))) == 1


def test_a_mail_that_is_rolled_back_with_its_change_is_never_sent(world: World) -> None:
    put(world.people[Tie.CARER])
    db.session.rollback()

    assert send_waiting(Kept(), sender="portal@example.org").sent == 0


@pytest.mark.parametrize(
    "body",
    [
        "Amira’s plan is waiting.",
        "AMIRA",
        "About A. B.",
        "About AB: read it.",
        "Belhadj",
        "Her PEP is waiting.",
        "The pep is waiting.",
        "Something from {school} is waiting.",
    ],
)
def test_a_mail_that_says_whom_it_is_about_is_refused(world: World, body: str) -> None:
    with pytest.raises(OperationError, match="out of the mail"):
        put(world.people[Tie.CARER], child=world.child, body=body.format(school=world.school.name))


def test_a_subject_of_ones_own_is_refused(world: World) -> None:
    with pytest.raises(OperationError, match="subject"):
        put(world.people[Tie.CARER], subject="Come and see")


class Somebody:
    """A child with names that are words as well."""

    first_name, last_name, known_as = "May", "Rose", ""


def test_a_word_that_is_somebodys_name_may_still_be_used() -> None:
    assert gives_away("You may read it. The sun rose.", Somebody()) == ""


@given(before=st.text(" ,.(“", max_size=3), after=st.text(" ,.)”’", max_size=3))
def test_a_name_is_found_whatever_stands_around_it(before: str, after: str) -> None:
    assert gives_away(f"{before}May{after}", Somebody()) == "the child’s name"


# Sending --------------------------------------------------------------------------------------------------


def test_a_mail_is_sent_once_however_often_it_is_tried(world: World) -> None:
    put(world.people[Tie.DESIGNATED_TEACHER], child=world.child)
    db.session.commit()
    kept = Kept()

    for _ in range(3):
        send_waiting(kept, sender="portal@example.org")

    assert [m["To"] for m in kept.sent] == [world.people[Tie.DESIGNATED_TEACHER].email]
    assert the_mail().sent_at is not None


def test_a_mail_waits_for_its_day(world: World) -> None:
    put(world.people[Tie.CARER], due_at=clock.now() + timedelta(hours=2))
    db.session.commit()
    kept = Kept()

    send_waiting(kept, sender="portal@example.org")
    before = len(kept.sent)
    with clock.at(clock.now() + timedelta(hours=3)):
        send_waiting(kept, sender="portal@example.org")

    assert (before, len(kept.sent)) == (0, 1)


def test_a_refused_mail_is_tried_later_and_given_up_after_five_times(world: World) -> None:
    put(world.people[Tie.CARER])
    db.session.commit()
    kept = Kept(*[Refused("No route.")] * MOST_ATTEMPTS)

    at_once = [send_waiting(kept, sender="portal@example.org").refused for _ in range(2)]
    for day in range(1, 9):
        with clock.at(clock.now() + timedelta(days=day)):
            send_waiting(kept, sender="portal@example.org")

    assert at_once == [1, 0], "It is not tried again in the same minute."
    assert kept.sent == [], "After five refusals nobody tries it again."
    assert (the_mail().attempts, the_mail().last_error) == (5, "No route.")


def test_a_crash_between_claim_and_result_never_sends_twice(world: World) -> None:
    put(world.people[Tie.CARER])
    db.session.commit()

    with pytest.raises(KeyboardInterrupt):
        send_waiting(Kept(KeyboardInterrupt()), sender="portal@example.org")  # type: ignore[arg-type]
    kept = Kept()
    with clock.at(clock.now() + timedelta(days=2)):
        send_waiting(kept, sender="portal@example.org")

    assert kept.sent == []
    assert the_mail().sent_at is None


def test_a_connection_lost_on_the_way_leaves_the_mail_to_a_person(world: World, client: PageClient) -> None:
    put(world.people[Tie.CARER], child=world.child)
    db.session.commit()
    lost = Kept(ConnectionResetError("gone"))
    send_waiting(lost, sender="portal@example.org")
    send_waiting(lost, sender="portal@example.org")
    assert lost.sent == []

    client.sign_in(world.people[Tie.BUSINESS_SUPPORT])
    page = client.get("/office/outbox")
    assert "Not certain" in page.text
    again = client.submit(page, action=f"/office/outbox/{the_mail().ref}/again", follow=True)
    assert again.notices() == ["The mail waits to be sent again."]
    send_waiting(lost, sender="portal@example.org")

    assert len(lost.sent) == 1


# Stopping -------------------------------------------------------------------------------------------------


def test_stopping_ends_what_waits_for_one_person_about_one_child(world: World) -> None:
    carer, teacher = world.people[Tie.CARER], world.people[Tie.DESIGNATED_TEACHER]
    put(carer, "theirs", world.child)
    put(carer, "of another child", world.other.child)
    put(teacher, "somebody else’s", world.child)
    db.session.commit()

    assert stop_mail(user_id=carer.id, child_id=world.child.id) == 1
    db.session.commit()
    kept = Kept()
    send_waiting(kept, sender="portal@example.org")

    assert len(kept.sent) == 2


def test_stopping_leaves_what_was_sent_as_it_was(world: World) -> None:
    put(world.people[Tie.CARER], child=world.child)
    db.session.commit()
    send_waiting(Kept(), sender="portal@example.org")

    assert stop_mail(user_id=world.people[Tie.CARER].id) == 0


def test_mail_put_in_after_sight_was_ended_is_not_sent_either(world: World) -> None:
    carer, worker = world.people[Tie.CARER], world.people[Tie.SOCIAL_WORKER]
    db.session.add(AccessCut(child_id=world.child.id, user_id=carer.id, cut_by_id=worker.id, reason="Moved."))
    put(carer, child=world.child)
    db.session.commit()
    kept = Kept()

    send_waiting(kept, sender="portal@example.org")

    assert kept.sent == []
    assert the_mail().stopped_at is not None


def test_nobody_gets_mail_after_their_account_is_closed(world: World) -> None:
    carer = world.people[Tie.CARER]
    put(carer)
    carer.active = False
    db.session.commit()
    kept = Kept()

    send_waiting(kept, sender="portal@example.org")

    assert kept.sent == []


# Where mail goes ------------------------------------------------------------------------------------------


def test_without_a_mail_server_mails_are_files_one_for_each(world: World, tmp_path: Path) -> None:
    put(world.people[Tie.CARER])
    db.session.commit()
    settings = Settings(testing=True, files_dir=str(tmp_path))

    send_waiting(transport_of(settings), sender=settings.mail_from)

    (written,) = (tmp_path / "outbox").iterdir()
    assert written.suffix == ".eml"
    assert SUBJECT in written.read_text(encoding="utf-8")


def test_a_folder_that_cannot_be_written_is_a_refusal(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("a file", encoding="utf-8")

    with pytest.raises(Refused):
        Files(tmp_path / "outbox").send(a_message())


def test_a_mail_server_that_is_not_there_is_a_refusal_without_an_address() -> None:
    with pytest.raises(Refused) as refused:
        SMTP("smtp://127.0.0.1:9").send(a_message())

    assert "@" not in str(refused.value)


class Server:
    """A mail server that says what a test wants it to."""

    said: list[str]

    def __init__(self, answer: Exception | None) -> None:
        self.answer, self.said = answer, []

    def __call__(self, host: str, port: int, **_more: object) -> "Server":
        self.said.append(f"{host}:{port}")
        return self

    def starttls(self, **_more: object) -> None:
        self.said.append("tls")

    def login(self, name: str, password: str) -> None:
        self.said.append(f"{name}/{password}")

    def send_message(self, message: EmailMessage) -> None:
        if self.answer:
            raise self.answer
        self.said.append(str(message["To"]))

    def close(self) -> None:
        self.said.append("closed")


def a_message() -> EmailMessage:
    return transports.written(
        ref="abc",
        sender="portal@example.org",
        to="tina@example.org",
        subject=SUBJECT,
        body=BODY,
        at=clock.now(),
    )


def test_nothing_is_said_to_a_mail_server_before_the_line_is_safe(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server(None)
    monkeypatch.setattr(transports.smtplib, "SMTP", server)

    SMTP("smtp://portal:s%40fe@mail.example.org").send(a_message())

    assert server.said == ["mail.example.org:587", "tls", "portal/s@fe", "tina@example.org", "closed"]


@pytest.mark.parametrize(
    ("answer", "raised"),
    [
        (smtplib.SMTPRecipientsRefused({"tina@example.org": (550, b"no such person")}), Refused),
        (smtplib.SMTPDataError(451, b"later"), Refused),
        (smtplib.SMTPServerDisconnected("gone"), smtplib.SMTPServerDisconnected),
        (TimeoutError(), TimeoutError),
    ],
)
def test_a_no_is_a_refusal_and_silence_is_not(
    monkeypatch: pytest.MonkeyPatch, answer: Exception, raised: type[Exception]
) -> None:
    monkeypatch.setattr(transports.smtplib, "SMTP_SSL", Server(answer))

    with pytest.raises(raised) as error:
        SMTP("smtps://mail.example.org").send(a_message())

    assert raised is not Refused or "tina" not in str(error.value)


def test_the_command_says_how_many_were_sent(world: World, app: Flask, tmp_path: Path) -> None:
    put(world.people[Tie.CARER])
    db.session.commit()
    kept = app.config["VSPORTAL"]
    app.config["VSPORTAL"] = kept.model_copy(update={"files_dir": str(tmp_path)})
    try:
        result = app.test_cli_runner().invoke(args=["outbox", "send"])
    finally:
        app.config["VSPORTAL"] = kept

    assert result.exit_code == 0, result.output
    assert "1 sent, 0 refused, 0 uncertain." in result.output


# The page -------------------------------------------------------------------------------------------------


def test_the_office_sees_what_went_to_whom_and_not_what_it_said(world: World, client: PageClient) -> None:
    put(world.people[Tie.CARER], child=world.child, body="Quite particular words.")
    db.session.commit()
    client.sign_in(world.people[Tie.BUSINESS_SUPPORT])

    page = client.get("/office/outbox")

    assert world.people[Tie.CARER].name in page.text
    assert SUBJECT in page.text
    assert "Quite particular" not in page.body
    assert "Belhadj" not in page.body


def test_the_office_of_another_authority_sees_none_of_it(world: World, client: PageClient) -> None:
    put(world.people[Tie.CARER], child=world.child)
    db.session.commit()
    client.sign_in(world.other.people[Tie.BUSINESS_SUPPORT])

    assert "No mail has been written yet." in client.get("/office/outbox").text
    assert client.post(f"/office/outbox/{the_mail().ref}/again").status == 404


def test_whoever_keeps_no_outbox_finds_no_page(world: World, client: PageClient) -> None:
    client.sign_in(world.people[Tie.HEAD])

    assert client.get("/office/outbox").status == 404
    assert client.post("/office/outbox/send").status == 404


def test_outside_the_demo_nobody_sends_by_a_press(world: World, client: PageClient) -> None:
    client.sign_in(world.people[Tie.BUSINESS_SUPPORT])

    assert "Send now" not in client.get("/office/outbox").text
    assert client.post("/office/outbox/send").status == 404


def test_a_long_outbox_has_pages_and_costs_no_more(world: World, client: PageClient) -> None:
    carer = world.people[Tie.CARER]
    client.sign_in(world.people[Tie.BUSINESS_SUPPORT])
    put(carer, "first", world.child)
    db.session.commit()
    with statements(db.engine) as few:
        client.get("/office/outbox")
    for n in range(51):
        put(carer, f"more {n}", world.child)
    db.session.commit()

    with statements(db.engine) as many:
        page = client.get("/office/outbox")

    assert len(many) == len(few)
    assert "Page 1 of 2" in page.text
    assert client.get("/office/outbox?page=2").status == 200
    assert client.get("/office/outbox?page=3").status == 404
