"""What every request keeps to: one transaction, headers, a page for each error.
Also: two people at once lose nothing, and cannot both win.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from io import StringIO
from threading import Barrier

import pytest
from flask import Flask, abort, request
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from tests.client import PageClient
from tests.databases import Databases, let_go, portal
from tests.watch import Watch
from tests.world import World, make_world
from vsportal import create_app, workflow
from vsportal.database import statements
from vsportal.extensions import db
from vsportal.guards import public
from vsportal.models import Authority, PartState, Pep, PepPart, PepSection, PepState, SectionState, User
from vsportal.policy import Tie
from vsportal.settings import Settings
from vsportal.workflow import Act, NotPossible

# One transaction a request ----------------------------------------------------------------------------


@pytest.fixture
def trying(databases: Databases, tables: str) -> Iterator[PageClient]:
    """A portal with views that change the authority's telephone and then end in some way."""
    with databases.copied("trying", tables) as address:
        app = portal(address)
        app.config["PROPAGATE_EXCEPTIONS"] = False

        @app.route("/ring/<number>/<how>", methods=["GET", "POST"])
        @public
        def ring(number: str, how: str) -> tuple[str, int]:
            db.session.execute(update(Authority).values(duty_phone=number))
            if how == "raises":
                raise RuntimeError("a fault of ours")
            if how == "busy":
                raise OperationalError("select", {}, Exception("database is locked"))
            if how.startswith("abort"):
                abort(int(how.removeprefix("abort")))
            return "", int(how)

        with app.app_context():
            db.session.add(Authority(name="One", short_name="One", la_code="1", duty_phone="before"))
            db.session.commit()
            yield PageClient(app)
        let_go(app)


def phone() -> str:
    return db.session.scalars(select(Authority.duty_phone)).one()


@pytest.mark.parametrize("how", ["200", "204", "409", "422"])
def test_what_a_view_did_is_kept_when_it_answers_even_with_a_4xx(trying: PageClient, how: str) -> None:
    trying.post(f"/ring/after/{how}", bare=True)

    assert phone() == "after"


@pytest.mark.parametrize("how", ["raises", "busy", "abort404", "abort403", "abort413", "500", "503"])
def test_what_a_view_did_is_undone_when_it_fails_or_refuses(trying: PageClient, how: str) -> None:
    trying.post(f"/ring/after/{how}", bare=True, may_fail=True)

    assert phone() == "before"


def test_a_page_that_only_reads_changes_nothing(trying: PageClient) -> None:
    trying.get("/ring/after/200", bare=True)

    assert phone() == "before"


# Errors -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("how", "status", "heading"),
    [
        ("abort400", 400, "That did not reach us whole"),
        ("abort401", 401, "Sign in first"),
        ("abort403", 403, "You cannot do that here"),
        ("abort404", 404, "Page not found"),
        ("abort413", 413, "That is too big to send"),
        ("abort429", 429, "Too many tries"),
        ("raises", 500, "Something went wrong"),
        ("busy", 503, "The portal is busy"),
    ],
)
def test_each_error_has_a_page_of_its_own_and_htmx_gets_none(
    trying: PageClient, how: str, status: int, heading: str
) -> None:
    page = trying.post(f"/ring/after/{how}", may_fail=True)
    fragment = trying.htmx.post(f"/ring/after/{how}", may_fail=True)

    assert page.status == fragment.status == status
    assert page.h1
    assert fragment.body == ""


def test_a_way_that_is_not_offered_has_a_page_too(client: PageClient) -> None:
    assert client.post("/privacy").status == 405


def test_a_fault_gives_a_reference_that_finds_it_in_the_log_and_no_detail(
    trying: PageClient, logged: StringIO
) -> None:
    page = trying.post("/ring/after/raises", may_fail=True)

    reference = page.soup.select("main b")[0].get_text()
    assert f'"request_id": "{reference}"' in logged.getvalue()
    assert "RuntimeError" in logged.getvalue()
    assert "a fault of ours" not in logged.getvalue()  # what an error quotes may be what a person wrote
    assert "a fault of ours" not in page.body
    assert "Traceback" not in page.body


def test_more_than_a_form_may_hold_is_refused_with_a_sentence(client: PageClient) -> None:
    page = client.post("/sign-in", {"email": "x" * 2_100_000})

    assert page.status == 413
    assert page.h1


def test_a_refusal_says_why(client: PageClient, world: World) -> None:
    client.sign_in(world.people[Tie.HEAD])

    page = client.post(f"/peps/{world.pep.ref}/sign-off")

    assert page.status == 403
    assert "once the meeting has been held" in page.text


def test_what_was_typed_into_a_section_that_has_closed_comes_back(client: PageClient, world: World) -> None:
    client.sign_in(world.people[Tie.DESIGNATED_TEACHER])
    db.session.execute(update(PepPart).values(state=PartState.SUBMITTED))

    page = client.post(
        f"/peps/{world.pep.ref}/sections/progress", {"hard": "Ratio, and reading scales.", "page": "p1"}
    )

    assert page.status == 403
    assert "Ratio, and reading scales." in page.text
    assert "with the Virtual School" in page.text


# Headers ------------------------------------------------------------------------------------------------


def test_a_static_file_is_kept_by_browsers_and_pages_are_not(client: PageClient) -> None:
    page = client.get("/sign-in")
    script = next(str(s["src"]) for s in page.soup.find_all("script") if "htmx" in str(s["src"]))

    answer = client.get(script, bare=True)

    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Cache-Control"] == "no-store"


def test_each_answer_has_its_own_nonce(client: PageClient) -> None:
    nonces = [client.get("/sign-in").headers["Content-Security-Policy"] for _ in range(2)]

    assert nonces[0] != nonces[1]


def test_health_is_told_without_detail(client: PageClient) -> None:
    page = client.get("/healthz", bare=True)

    assert (page.status, page.body) == (200, "ok\n")


def test_a_database_that_does_not_answer_is_told_and_nothing_more(
    client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_args: object) -> None:
        raise OperationalError("select", {}, Exception("the password of the database"))

    monkeypatch.setattr(db.session, "execute", fails)

    page = client.get("/healthz", bare=True, may_fail=True)

    assert (page.status, page.body) == (503, "unavailable\n")


def test_an_authority_gives_its_pages_their_colour_and_only_a_colour(
    client: PageClient, world: World
) -> None:
    world.authority.colour = "#1f5e5b"
    client.sign_in(world.people[Tie.HEAD])

    link = str(client.get("/").one("link[href^='/theme/']")["href"])
    colours = client.get(link, bare=True)
    world.authority.colour = "red}body{display:none"

    assert colours.body == ":root{--authority:#1f5e5b;--govuk-brand-colour:#1f5e5b}"
    assert colours.response.mimetype == "text/css"
    assert client.get(link).status == 404
    assert client.get("/theme/no-such-one.css").status == 404


def test_a_sign_in_page_that_was_open_too_long_is_shown_anew(client: PageClient, world: World) -> None:
    teacher = world.people[Tie.DESIGNATED_TEACHER]
    form = client.get("/sign-in")
    client.forget_cookies()

    again = client.submit(
        form, {"email": teacher.email, "password": "a-secret-slip"}, action="/sign-in", follow=True
    )

    assert again.h1 == "Sign in"
    assert "open too long" in again.text
    assert "a-secret-slip" not in again.body


def test_what_a_page_costs_is_counted_without_transaction_control(world: World) -> None:
    with statements(db.engine) as seen:
        db.session.commit()
        db.session.scalars(select(User.id)).all()

    assert len(seen) == 1
    assert seen[0].startswith("SELECT")


def test_over_https_cookies_are_secure_and_http_is_sent_on(
    databases: Databases, tables: str, client: PageClient
) -> None:
    with databases.copied("https", tables) as address:
        app = create_app(Settings(testing=False, https=True, secret_key="s" * 40, database_url=address))
        browser = app.test_client()

        plain = browser.get("/sign-in")
        secure = browser.get("/sign-in", base_url="https://localhost")
        let_go(app)

    assert client.get("/sign-in").status == 200  # another application keeps to its own settings
    assert plain.headers["Location"].startswith("https://")
    cookie = secure.headers["Set-Cookie"]
    assert "Secure" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "max-age" in secure.headers["Strict-Transport-Security"]


@pytest.mark.parametrize(("proxies", "seen"), [(0, "127.0.0.1 http"), (1, "192.0.2.7 https")])
def test_a_proxy_is_believed_only_when_there_is_one(
    databases: Databases, tables: str, proxies: int, seen: str
) -> None:
    with databases.copied("proxies", tables) as address:
        app = create_app(
            Settings(testing=True, secret_key="s" * 40, database_url=address, trusted_proxies=proxies)
        )

        @app.get("/who")
        @public
        def who() -> str:
            return f"{request.remote_addr} {request.scheme}"

        sent = {"X-Forwarded-For": "203.0.113.9, 192.0.2.7", "X-Forwarded-Proto": "https"}
        answer = app.test_client().get("/who", headers=sent)
        let_go(app)

    assert answer.get_data(as_text=True) == seen


# Two at once --------------------------------------------------------------------------------------------


@pytest.fixture
def shared(own_database: Flask) -> Iterator[tuple[Flask, World]]:
    """A world with real commits, for several threads."""
    with own_database.app_context():
        world = make_world()
        db.session.commit()
        yield own_database, world


def test_many_who_save_at_once_in_different_questions_lose_nothing(shared: tuple[Flask, World]) -> None:
    app, world = shared
    teacher, path = world.people[Tie.DESIGNATED_TEACHER], f"/peps/{world.pep.ref}/sections/progress/draft"
    fields, together = ["hard", "achievements", "extra_curricular", "on_track_why"], Barrier(4)

    def write(field: str) -> list[int]:
        with app.app_context():
            client = PageClient(app)
            client.sign_in(db.session.get_one(User, teacher.id))
            together.wait()
            sent = {"page": field, "seen": "{}"}
            return [client.htmx.post(path, sent | {field: f"{field} {n}"}).status for n in range(5)]

    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(write, fields))

    db.session.rollback()
    assert statuses == [[200] * 5] * 4
    assert world.section("progress").answers == {field: f"{field} 4" for field in fields}


MOVES = [
    (PepSection, Act.COMPLETE, SectionState.COMPLETE),
    (PepPart, Act.SUBMIT, PartState.SUBMITTED),
    (Pep, Act.HOLD_MEETING, PepState.MEETING_HELD),
]


@pytest.mark.parametrize(("kind", "act", "new"), MOVES)
def test_two_who_press_at_once_cannot_both_win(
    shared: tuple[Flask, World], kind: type, act: Act, new: str
) -> None:
    app, _world = shared
    late = db.session.scalars(select(kind).order_by(kind.id)).first()
    db.session.commit()  # what they saw stays with them

    with app.app_context():
        first = db.session.get_one(kind, late.id)
        assert workflow.apply(db.session, first, act) == new
        db.session.commit()

    with pytest.raises(NotPossible) as refused:
        workflow.apply(db.session, late, act)
    assert refused.value.state == "changed meanwhile"


def test_a_move_is_seen_by_the_database_and_by_the_object_alike(world: World) -> None:
    section = world.section("progress")

    workflow.apply(db.session, section, Act.COMPLETE)
    assert (section.status, section.completed_at is not None) == (SectionState.COMPLETE, True)
    workflow.apply(db.session, section, Act.REOPEN)

    kept = db.session.execute(
        select(PepSection.status, PepSection.completed_at).where(PepSection.id == section.id)
    ).one()
    assert tuple(kept) == (section.status, section.completed_at) == (SectionState.IN_PROGRESS, None)


def test_a_plan_goes_through_its_states_and_stays_where_it_ends(world: World) -> None:
    for act in (Act.HOLD_MEETING, Act.SIGN_OFF):
        workflow.apply(db.session, world.pep, act)

    assert world.pep.state == PepState.SIGNED_OFF
    with pytest.raises(NotPossible):
        workflow.apply(db.session, world.pep, Act.CLOSE)


def test_times_come_back_aware_and_in_utc_from_both_databases(world: World, watch: Watch) -> None:
    moment = datetime(2026, 7, 1, 12, 30, tzinfo=UTC)
    section = world.section("progress")
    section.changed_at = moment
    db.session.commit()
    db.session.expire_all()

    assert world.section("progress").changed_at == moment
