"""Signing in and out: nothing tells whose account exists, a session ends when it should, and nothing
that was typed is lost on the way.
"""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from tests.client import PageClient
from tests.factories import PASSWORD, MembershipFactory, SchoolFactory, UserFactory
from tests.world import World
from vsportal import clock
from vsportal.accounts import operations, passwords
from vsportal.extensions import db
from vsportal.models import AuditEvent, Role, SignInFailure, SignInSession, User
from vsportal.policy import Tie

WRONG = "Check your e-mail address and password. One of them is not right."
WAIT = "There have been too many tries. Wait 15 minutes, then try again."


@pytest.fixture
def teacher(world: World) -> User:
    return world.people[Tie.DESIGNATED_TEACHER]


def try_to_sign_in(client: PageClient, email: str, password: str = "wrong") -> list[str]:
    page = client.post("/sign-in", {"email": email, "password": password})
    return page.errors()


def sessions() -> list[SignInSession]:
    return list(db.session.scalars(select(SignInSession).order_by(SignInSession.id)))


# Signing in -----------------------------------------------------------------------------------------------


def test_a_person_signs_in_with_the_form_and_sees_their_work(client: PageClient, teacher: User) -> None:
    page = client.sign_in(teacher)

    assert (page.status, page.response.request.path) == (200, "/")
    assert teacher.name in page.soup.header.get_text()


def test_an_address_may_be_typed_with_capitals_and_spaces(client: PageClient, teacher: User) -> None:
    page = client.post("/sign-in", {"email": f" {teacher.email.upper()} ", "password": PASSWORD})

    assert page.location == "/"


def test_the_answer_is_the_same_for_unknown_wrong_closed_and_without_a_password(
    client: PageClient, teacher: User
) -> None:
    closed = UserFactory(active=False).email
    no_password = UserFactory(password_hash="").email

    answers = [
        try_to_sign_in(client, teacher.email),
        try_to_sign_in(client, "nobody@example.org"),
        try_to_sign_in(client, closed, PASSWORD),
        try_to_sign_in(client, no_password, ""),
        try_to_sign_in(client, no_password, "nobody has this password"),
    ]

    assert answers == [[WRONG], [WRONG], [WRONG], ["Enter your password"], [WRONG]]


def test_an_unknown_account_costs_a_hash_as_a_known_one_does(
    client: PageClient, teacher: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[str] = []
    real = passwords.matches
    monkeypatch.setattr(
        passwords, "matches", lambda kept, typed: (checked.append(kept), real(kept, typed))[1]
    )

    try_to_sign_in(client, teacher.email)
    try_to_sign_in(client, "nobody@example.org")

    assert len(checked) == 2
    assert not passwords.matches("", "nobody has this password")


def test_an_empty_form_says_what_to_enter(client: PageClient) -> None:
    page = client.post("/sign-in", {"email": "", "password": ""})

    assert page.status == 422
    assert page.errors() == ["Enter your e-mail address", "Enter your password"]


def test_a_typed_password_never_comes_back(client: PageClient, teacher: User) -> None:
    page = client.post("/sign-in", {"email": teacher.email, "password": "a-secret-slip"})

    assert "a-secret-slip" not in page.body


def test_signing_in_is_written_down(client: PageClient, teacher: User) -> None:
    client.sign_in(teacher)

    event = db.session.scalars(select(AuditEvent).where(AuditEvent.actor_id == teacher.id)).one()
    assert (event.tag, event.subject_id) == ("account:session:started", sessions()[-1].id)


def test_a_password_hashed_with_old_parameters_is_hashed_anew_at_sign_in(
    client: PageClient, teacher: User
) -> None:
    weak = type(passwords.hasher)(time_cost=1, memory_cost=8, parallelism=1, hash_len=16)
    teacher.password_hash = weak.hash(PASSWORD)

    client.sign_in(teacher)

    assert not passwords.is_dated(db.session.get_one(User, teacher.id).password_hash)
    assert passwords.matches(teacher.password_hash, PASSWORD)


# Throttling -----------------------------------------------------------------------------------------------


def test_an_account_that_fails_too_often_waits_even_with_the_right_password(
    client: PageClient, teacher: User
) -> None:
    for _ in range(operations.MOST_BY_ACCOUNT):
        assert try_to_sign_in(client, teacher.email) == [WRONG]

    page = client.post("/sign-in", {"email": teacher.email, "password": PASSWORD})

    assert (page.status, page.errors()) == (429, [WAIT])
    assert sessions() == []


def test_an_account_that_does_not_exist_waits_just_the_same(client: PageClient, world: World) -> None:
    for _ in range(operations.MOST_BY_ACCOUNT):
        try_to_sign_in(client, "nobody@example.org")

    assert try_to_sign_in(client, "nobody@example.org") == [WAIT]


def test_one_account_that_waits_keeps_nobody_else_of_the_school_out(
    client: PageClient, world: World, teacher: User
) -> None:
    for _ in range(operations.MOST_BY_ACCOUNT):
        try_to_sign_in(client, teacher.email)

    page = client.sign_in(world.people[Tie.SAFEGUARDING_LEAD])

    assert page.status == 200


def test_waiting_ends_after_a_quarter_of_an_hour(client: PageClient, teacher: User) -> None:
    for _ in range(operations.MOST_BY_ACCOUNT):
        try_to_sign_in(client, teacher.email)

    with time_machine.travel(clock.now() + operations.WINDOW + timedelta(seconds=1)):
        page = client.sign_in(teacher)

    assert page.status == 200


def test_an_address_that_fails_for_many_accounts_waits(
    client: PageClient, teacher: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "MOST_BY_ADDRESS", 3)
    for n in range(3):
        assert try_to_sign_in(client, f"person-{n}@example.org") == [WRONG]

    assert try_to_sign_in(client, teacher.email, PASSWORD) == [WAIT]


def test_forty_teachers_at_one_address_sign_in_without_being_counted(
    app: Flask, teacher: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "MOST_BY_ADDRESS", 3)

    pages = [PageClient(app).sign_in(teacher) for _ in range(5)]

    assert {page.status for page in pages} == {200}
    assert db.session.scalar(select(func.count()).select_from(SignInFailure)) == 0


def test_what_is_kept_of_a_failure_names_neither_account_nor_address(
    client: PageClient, teacher: User
) -> None:
    try_to_sign_in(client, teacher.email)

    kept = " ".join(db.session.scalars(select(SignInFailure.key)))
    assert teacher.email not in kept
    assert "127.0.0.1" not in kept


# The session ----------------------------------------------------------------------------------------------


def test_nothing_of_before_signing_in_lives_on(app: Flask, client: PageClient, teacher: User) -> None:
    client.get("/sign-in")
    before = client.cookie()

    client.sign_in(teacher)

    assert client.cookie() != before
    client.set_cookie(before)
    assert client.get("/sessions").status == 303


def test_the_cookie_holds_a_token_of_which_only_the_hash_is_kept(client: PageClient, teacher: User) -> None:
    client.sign_in(teacher)

    token = str(client.session()["_user_id"])
    assert sessions()[-1].token_hash == operations.token_hash(token)
    assert token not in {sessions()[-1].token_hash, str(teacher.id), teacher.ref}


def test_a_session_ends_when_it_was_not_used_for_an_hour(client: PageClient, teacher: User) -> None:
    client.sign_in(teacher)
    start = clock.now()

    with time_machine.travel(start + timedelta(minutes=59), tick=False):
        assert client.get("/sessions").status == 200
    with time_machine.travel(start + timedelta(minutes=59 + 59), tick=False):
        assert client.get("/sessions").status == 200
    with time_machine.travel(start + timedelta(minutes=59 + 59 + 61), tick=False):
        assert client.get("/sessions").location == "/sign-in"


def test_use_is_noted_once_a_minute_and_not_on_every_page(client: PageClient, teacher: User) -> None:
    client.sign_in(teacher)
    first = sessions()[-1].last_seen_at

    with time_machine.travel(first + timedelta(seconds=50), tick=False):
        client.get("/sessions")
    soon = sessions()[-1].last_seen_at
    with time_machine.travel(first + timedelta(seconds=70), tick=False):
        client.get("/sessions")

    assert soon == first
    assert sessions()[-1].last_seen_at == first + timedelta(seconds=70)


def test_to_stay_signed_in_starts_the_hour_again(client: PageClient, teacher: User) -> None:
    client.sign_in(teacher)
    start = clock.now()

    with time_machine.travel(start + timedelta(seconds=30), tick=False):
        assert client.htmx.post("/session/keep").status == 204

    assert sessions()[-1].last_seen_at == start.replace(tzinfo=start.tzinfo) + timedelta(seconds=30)


def test_signing_out_ends_the_session_for_a_copied_cookie_too(client: PageClient, teacher: User) -> None:
    page = client.sign_in(teacher)
    stolen = client.cookie()

    answer = client.submit(page, action="/sign-out", follow=True)

    assert answer.notices() == ["You have signed out."]
    client.set_cookie(stolen)
    assert client.get("/sessions").location == "/sign-in"


def test_signing_out_twice_does_no_harm(client: PageClient, teacher: User) -> None:
    page = client.sign_in(teacher)
    client.submit(page, action="/sign-out", follow=True)

    again = client.post("/sign-out")

    assert again.location == "/sign-in"


def test_signing_out_everywhere_ends_every_device_and_only_ones_own(
    app: Flask, world: World, teacher: User
) -> None:
    here, there, colleague = PageClient(app), PageClient(app), PageClient(app)
    here.sign_in(teacher)
    there.sign_in(teacher)
    colleague.sign_in(world.people[Tie.SAFEGUARDING_LEAD])

    page = here.get("/sessions")
    here.submit(page, action="/sessions/end")

    assert [c.get("/sessions").status for c in (here, there, colleague)] == [303, 303, 200]


def test_an_account_that_is_closed_is_out_at_the_next_request(client: PageClient, teacher: User) -> None:
    client.sign_in(teacher)

    teacher.active = False

    assert client.get("/").location == "/sign-in"


def test_a_person_sees_where_they_are_signed_in_and_not_where_others_are(
    app: Flask, client: PageClient, world: World, teacher: User
) -> None:
    PageClient(app).sign_in(world.people[Tie.CARER])
    client.sign_in(teacher)

    mine = sessions()[-1]
    page = client.get("/sessions")

    assert mine.user_id == teacher.id
    assert len(page.soup.select("main li, main tbody tr")) >= 1
    assert world.people[Tie.CARER].name not in page.body


# Going on to the page asked for -----------------------------------------------------------------------------


def test_after_signing_in_one_goes_to_the_page_asked_for(client: PageClient, teacher: User) -> None:
    client.get("/sessions?from=mail")

    page = client.sign_in(teacher)

    assert page.response.request.full_path == "/sessions?from=mail"


@pytest.mark.parametrize(
    "onward",
    ["//example.org", "/\\example.org", "https://example.org", "javascript:alert(1)", "", "\t//example.org"],
)
def test_after_signing_in_one_never_leaves_the_portal(client: PageClient, teacher: User, onward: str) -> None:
    client.change_session(after_sign_in=onward)

    answer = client.post("/sign-in", {"email": teacher.email, "password": PASSWORD})

    assert answer.location == "/"


def test_who_is_signed_in_already_is_not_asked_again(client: PageClient, teacher: User) -> None:
    client.sign_in(teacher)

    assert client.get("/sign-in").location == "/"


# Several memberships ----------------------------------------------------------------------------------------


def test_a_person_is_everything_they_are_today_and_nothing_they_were(client: PageClient) -> None:
    user = UserFactory()
    today = clock.today()
    schools = [SchoolFactory(name=f"{name} School") for name in ("Now", "Past", "Next")]
    for school, starts, ends in zip(
        schools,
        (today - timedelta(9), today - timedelta(9), today + timedelta(1)),
        (None, today, None),
        strict=True,
    ):
        MembershipFactory(
            user=user, role=Role.DESIGNATED_TEACHER, school=school, starts_on=starts, ends_on=ends
        )
    MembershipFactory(user=user, role=Role.CARER)

    page = client.sign_in(user)

    header = page.soup.header.get_text()
    assert "Designated teacher, Now School" in header
    assert "Carer" in header
    assert "Past School" not in page.body
    assert "Next School" not in page.body


# Signed out -----------------------------------------------------------------------------------------------


def test_a_page_asked_for_signed_out_leads_to_signing_in(client: PageClient, world: World) -> None:
    answer = client.get(f"/peps/{world.pep.ref}")

    assert answer.location == "/sign-in"
    assert client.follow(answer).notices() == ["Sign in to see that page."]


def test_htmx_signed_out_gets_a_fragment_and_never_a_redirect(client: PageClient, world: World) -> None:
    page = client.htmx.get(f"/peps/{world.pep.ref}/sections/progress")

    assert page.status == 401
    assert "You have been signed out" in page.text
    assert "your text stays here" in page.text


def test_htmx_that_saves_with_the_token_of_an_ended_session_gets_401_and_not_400(
    client: PageClient, world: World, teacher: User
) -> None:
    client.sign_in(teacher)
    token = client.token
    operations.sign_out_everywhere(teacher.id)
    client.forget_cookies()

    page = client.htmx.post(f"/peps/{world.pep.ref}/sections/progress/draft", {"csrf_token": token})

    assert page.status == 401


def test_htmx_that_saves_with_an_old_token_after_signing_in_again_gets_400_and_a_new_token_works(
    client: PageClient, world: World, teacher: User
) -> None:
    client.sign_in(teacher)
    old = client.token
    client.forget_cookies()
    client.sign_in(teacher)
    draft = f"/peps/{world.pep.ref}/sections/progress/draft"

    refused = client.htmx.post(draft, {"csrf_token": old})
    new = client.get("/session/token").response.json["token"]
    taken = client.htmx.post(draft, {"csrf_token": new})

    assert (refused.status, taken.status) == (400, 200)


def test_what_was_sent_signed_out_comes_back_to_be_sent_again_and_nothing_is_lost(
    client: PageClient, world: World, teacher: User
) -> None:
    client.sign_in(teacher)
    section = f"/peps/{world.pep.ref}/sections/progress"
    typed = "Reads for pleasure now.\nSecond line, “with quotes” & <signs>."
    operations.sign_out_everywhere(teacher.id)

    given_back = client.post(section, {"achievements": typed, "page": "p1", "seen": "{}", "many": ["a", "b"]})
    assert given_back.status == 401
    kept = given_back.form(section).fields()
    assert kept["achievements"].replace("\r\n", "\n") == typed
    assert kept.getlist("many") == ["a", "b"]

    client.sign_in(teacher)
    once_more = client.submit(given_back, action=section)
    assert once_more.status == 400  # the token is older than the new sign-in: sent once more
    saved = client.submit(once_more, action=section)

    assert saved.status == 303
    assert world.section("progress").answers["achievements"] == typed


def test_a_password_is_never_given_back(client: PageClient) -> None:
    page = client.post("/sessions/end", {"password": "a-secret-slip", "other": "kept"}, token=False)

    assert page.status == 401
    assert "kept" in page.body
    assert "a-secret-slip" not in page.body


def test_a_form_without_a_token_is_not_taken(client: PageClient, teacher: User) -> None:
    client.sign_in(teacher)

    page = client.post("/sessions/end", token=False)

    assert page.status == 400
    assert client.get("/sessions").status == 200
