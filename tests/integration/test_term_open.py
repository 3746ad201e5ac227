"""Opening a term: a plan for each child in scope, once, whoever presses, wherever it was stopped."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import event, func, select

from tests.client import PageClient
from tests.factories import (
    AuthorityFactory,
    CarePeriodFactory,
    ChildFactory,
    EnrolmentFactory,
    MembershipFactory,
    PepFactory,
    SchoolFactory,
    TermFactory,
)
from tests.integration.test_peps_concurrency import Browser, at_once
from vsportal import clock
from vsportal.audit import SYSTEM
from vsportal.database import statements
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.models import (
    AuditEvent,
    Authority,
    Child,
    Pep,
    PepSection,
    PepState,
    Role,
    School,
    Term,
    User,
)
from vsportal.peps.terms import BATCH, Scope, open_plans, scope_of


def child_of(authority: Authority, *, year: int | None = 9, age: int = 13, **more: object) -> Child:
    """A child who is looked after today; on roll unless `year` is None."""
    born = clock.today() - timedelta(days=365 * age + 60)
    child: Child = ChildFactory(authority=authority, date_of_birth=more.pop("born", born))
    CarePeriodFactory(child=child, **more)
    if year is not None:
        EnrolmentFactory(child=child, nc_year=year, school=_school())
    return child


def _school() -> object:
    return db.session.scalars(select(School).limit(1)).first() or SchoolFactory()


@pytest.fixture
def term() -> Term:
    """A term of an authority of its own."""
    return TermFactory(authority=AuthorityFactory(la_code="T100"))  # type: ignore[no-any-return]


def authority_of(term: Term) -> Authority:
    return db.session.get_one(Authority, term.authority_id)


def scope(term: Term) -> Scope:
    return scope_of(term, clock.today())


def plans(term: Term) -> list[Pep]:
    found = select(Pep).where(Pep.authority_id == term.authority_id, Pep.term_key == term.key)
    return list(db.session.scalars(found.order_by(Pep.child_id)))


def open_all(term: Term) -> int:
    return open_plans(SYSTEM, term, scope(term).to_open, on=clock.today())


# Who is in scope --------------------------------------------------------------------------------------------


def test_a_child_looked_after_today_is_to_have_a_plan_in_the_phase_of_their_year(term: Term) -> None:
    child = child_of(authority_of(term), year=9)

    (found,) = scope(term).to_open

    assert (found.child_id, found.year, found.phase) == (child.id, 9, "secondary")


@pytest.mark.parametrize(
    "care",
    [
        {"legal_status": "V3"},
        {"legal_status": "V4"},
        {"ends_on": "today"},
        {"starts_on": "tomorrow"},
    ],
)
def test_a_short_break_and_a_child_not_in_care_today_are_out_of_scope(
    term: Term, care: dict[str, object]
) -> None:
    days = {"today": clock.today(), "tomorrow": clock.today() + timedelta(days=1)}
    child_of(authority_of(term), **{k: days.get(str(v), v) for k, v in care.items()})  # type: ignore[arg-type]

    assert scope(term).children == 0


@pytest.mark.parametrize(("year", "age", "counted"), [(-1, 1, 0), (-1, 2, 1), (13, 17, 1), (14, 18, 0)])
def test_plans_are_owed_from_the_start_age_to_year_13(term: Term, year: int, age: int, counted: int) -> None:
    child_of(authority_of(term), year=year, age=age)

    assert scope(term).children == counted


def test_a_child_of_another_authority_is_not_in_scope(term: Term) -> None:
    child_of(AuthorityFactory())

    assert scope(term).children == 0


def test_a_year_without_a_form_is_listed_with_why_and_not_opened(term: Term) -> None:
    child_of(authority_of(term), year=12, age=16)

    found = scope(term)

    assert [(each.year, each.why) for each in found.not_yet] == [(12, "no_form")]
    assert found.to_open == []


def test_a_child_on_no_roll_is_listed_for_the_adviser_with_the_year_of_their_age(term: Term) -> None:
    born = date(clock.today().year - 12, clock.today().month, 1)
    child_of(authority_of(term), year=None, born=born)

    (found,) = scope(term).not_yet

    assert (found.why, found.year) == ("no_school", clock.expected_year(born, clock.today()))


def test_of_two_schools_the_one_with_more_hours_says_the_year(term: Term) -> None:
    child = child_of(authority_of(term), year=None)
    EnrolmentFactory(child=child, nc_year=8, hours=5)
    EnrolmentFactory(child=child, nc_year=9, hours=20)
    EnrolmentFactory(child=child, nc_year=7, hours=None)

    assert [each.year for each in scope(term).to_open] == [9]


def test_before_the_summer_ends_a_plan_for_autumn_is_for_the_next_year(term: Term) -> None:
    later = TermFactory(
        authority=authority_of(term),
        key="2027-28-autumn",
        starts_on=date(int(clock.academic_year(clock.today())[:4]) + 1, 9, 3),
    )
    child_of(authority_of(term), year=9)

    assert [each.year for each in scope(later).to_open] == [10]


@pytest.mark.parametrize(
    ("occasion", "state", "counts"),
    [
        ("termly", PepState.OPEN, True),
        ("termly", PepState.SIGNED_OFF, True),
        ("initial", PepState.OPEN, True),
        ("transition", PepState.OPEN, False),
        ("termly", PepState.CANCELLED, False),
    ],
)
def test_what_is_the_terms_plan_already(term: Term, occasion: str, state: str, counts: bool) -> None:
    child = child_of(authority_of(term))
    PepFactory(child=child, term_key=term.key, occasion=occasion, state=state)

    assert (scope(term).have == 1) is counts


# Opening ----------------------------------------------------------------------------------------------------


def test_opening_twice_changes_nothing_and_a_child_new_since_is_added(term: Term) -> None:
    for _ in range(3):
        child_of(authority_of(term))

    assert open_all(term) == 3
    before = [p.id for p in plans(term)]
    assert open_all(term) == 0
    child_of(authority_of(term))
    assert open_all(term) == 1
    assert [p.id for p in plans(term)][:3] == before


def test_each_plan_has_its_sections_and_one_event_and_no_meeting_yet(term: Term) -> None:
    child_of(authority_of(term), year=9)
    child_of(authority_of(term), year=4, age=8)
    open_all(term)

    opened = plans(term)
    assert [(p.phase, p.nc_year, p.meeting_on) for p in opened] == [
        ("secondary", 9, None),
        ("primary", 4, None),
    ]
    for pep in opened:
        assert db.session.scalar(select(func.count()).where(PepSection.pep_id == pep.id)) >= 10
        tags = db.session.scalars(select(AuditEvent.tag).where(AuditEvent.child_id == pep.child_id)).all()
        assert tags == ["pep:plan:opened"]


def test_a_hundred_plans_take_as_many_statements_as_two(term: Term) -> None:
    def counted(many: int) -> int:
        for _ in range(many):
            child_of(authority_of(term))
        waiting = scope(term).to_open
        db.session.flush()
        with statements(db.engine) as seen:
            assert open_plans(SYSTEM, term, waiting, on=clock.today()) == many
        return len(seen)

    counted(1)
    few = counted(2)

    assert counted(BATCH) == few


def test_finding_who_is_in_scope_costs_the_same_for_fifty_as_for_one(term: Term) -> None:
    def counted() -> int:
        with statements(db.engine) as seen:
            scope(term)
        return len(seen)

    child_of(authority_of(term))
    for_one = counted()
    for _ in range(49):
        child_of(authority_of(term))

    assert counted() == for_one == 3


def test_nothing_is_opened_for_a_term_that_is_over(term: Term) -> None:
    child_of(authority_of(term))
    past = TermFactory(
        authority=authority_of(term), key="2020-21-autumn", starts_on=clock.today() - timedelta(days=200)
    )

    with pytest.raises(OperationError, match="No more plans are opened for it"):
        open_all(past)


# The command ------------------------------------------------------------------------------------------------


def run(app: Flask, *words: str) -> Result:
    db.session.commit()
    return app.test_cli_runner().invoke(args=["term", "open", *words])


def test_the_command_opens_the_term_and_says_how_many(app: Flask, term: Term) -> None:
    for _ in range(3):
        child_of(authority_of(term))
    child_of(authority_of(term), year=12, age=16)
    child_of(authority_of(term), year=None)

    first, second = run(app, term.key), run(app, term.key)

    assert first.exit_code == second.exit_code == 0
    assert "5 children in scope, 3 plans opened, 0 had one." in first.stdout
    assert "no form for them: 1 in Year 12." in first.stdout
    assert "1 child on no school’s roll" in first.stdout
    assert "5 children in scope, 0 plans opened, 3 had one." in second.stdout
    assert len(plans(term)) == 3


def test_a_dry_run_opens_nothing(app: Flask, term: Term) -> None:
    child_of(authority_of(term))

    said = run(app, term.key, "--dry-run")

    assert (said.exit_code, plans(term)) == (0, [])
    assert "1 plan would be opened" in said.stdout


def test_the_command_names_no_child(app: Flask, term: Term) -> None:
    child = child_of(authority_of(term), year=None)

    said = run(app, term.key)

    assert child.last_name not in said.output
    assert child.first_name not in said.output


def test_one_authority_can_be_opened_alone(app: Flask, term: Term) -> None:
    other = TermFactory(authority=AuthorityFactory(la_code="T200"), key=term.key)
    child_of(authority_of(term))
    child_of(authority_of(other))

    assert run(app, term.key, "--authority", "T200").exit_code == 0
    assert (len(plans(term)), len(plans(other))) == (0, 1)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["spring"], "Write it like 2026-27-spring."),
        (["2031-32-spring"], "Enter its dates first"),
        (["KEY", "--authority", "nowhere"], "of the authority nowhere"),
    ],
)
def test_a_wrong_command_ends_with_2_and_says_what_to_do(
    app: Flask, term: Term, words: list[str], said: str
) -> None:
    found = run(app, *[term.key if word == "KEY" else word for word in words])

    assert found.exit_code == 2
    assert said in found.stderr


def test_a_term_that_is_over_ends_with_1_and_the_others_are_opened(app: Flask, term: Term) -> None:
    over = TermFactory(
        authority=AuthorityFactory(name="A Virtual School"),
        key=term.key,
        starts_on=clock.today() - timedelta(days=200),
    )
    child_of(authority_of(over))
    child_of(authority_of(term))

    found = run(app, term.key)

    assert found.exit_code == 1
    assert "A Virtual School: " in found.stderr
    assert len(plans(term)) == 1


# On a database of its own, with real commits ----------------------------------------------------------------


@pytest.fixture
def portal(own_database: Flask) -> Iterator[Flask]:
    """The application on a database of its own."""
    with own_database.app_context():
        yield own_database


def test_stopped_halfway_it_keeps_what_it_opened_and_goes_on_when_run_again(portal: Flask) -> None:
    term: Term = TermFactory(authority=AuthorityFactory())
    for _ in range(BATCH + 20):
        child_of(authority_of(term))
    db.session.commit()
    batches: list[str] = []

    def power_cut(_connection: object, _cursor: object, sql: str, *_rest: object) -> None:
        if sql.startswith("INSERT INTO pep ("):
            batches.append(sql)
            if len(batches) == 2:
                raise KeyboardInterrupt

    engine = db.engine
    event.listen(engine, "before_cursor_execute", power_cut)
    try:
        assert portal.test_cli_runner().invoke(args=["term", "open", term.key]).exit_code != 0
    finally:
        event.remove(engine, "before_cursor_execute", power_cut)
    db.session.rollback()
    assert len(plans(term)) == BATCH

    again = portal.test_cli_runner().invoke(args=["term", "open", term.key])

    assert f"20 plans opened, {BATCH} had one." in again.stdout
    assert len(plans(term)) == BATCH + 20


def test_two_people_pressing_at_once_open_each_plan_once(portal: Flask) -> None:
    term: Term = TermFactory(authority=AuthorityFactory())
    people = [MembershipFactory(role=Role.BUSINESS_SUPPORT, authority=authority_of(term)).user for _ in "ab"]
    for _ in range(30):
        child_of(authority_of(term))
    db.session.commit()
    browsers = [_browser(portal, user) for user in people]
    path = f"/office/terms/{term.key}/plans"

    at_once(*[lambda b=b: b.post(path, {}) for b in browsers])

    assert [status for b in browsers for status, _ in b.answers] == [303, 303]
    assert len(plans(term)) == 30
    assert db.session.scalar(select(func.count()).where(AuditEvent.tag == "pep:plan:opened")) == 30


def _browser(portal: Flask, user: User) -> Browser:
    client = PageClient(portal)
    client.sign_in(user)
    return Browser(client, client.token)
