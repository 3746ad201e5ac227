"""Files as a whole: all or nothing, twice changes nothing, sight that ended stays ended; the command."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from tests.factories import AuthorityFactory, ChildFactory
from tests.world import World, actor_of, make_world
from vsportal import clock
from vsportal.audit import SYSTEM
from vsportal.children import operations as children
from vsportal.database import statements
from vsportal.extensions import db
from vsportal.imports.findings import Findings
from vsportal.imports.operations import bring_in, check
from vsportal.models import (
    AccessCut,
    AuditEvent,
    CarePeriod,
    Child,
    Enrolment,
    Home,
    ImportRun,
    SchoolReference,
)
from vsportal.policy import Tie
from vsportal.ties import visible_children

CARE = "child_ref,start,end,legal_status,legal_status_from,end_reason\n"
HOMES = "child_ref,start,end,placement_code,in_area,household_ref\n"
ENROLMENTS = "child_ref,setting_ref,start,end,nc_year,reason_left\n"
WORKERS = "child_ref,role,email,start,end\n"


def days_ago(days: int) -> str:
    return (clock.today() - timedelta(days=days)).isoformat()


def bring(world: World, kind: str, text: str) -> Findings:
    """Bring a file in for the child's authority."""
    found = bring_in(SYSTEM, world.authority, kind, text.encode())
    db.session.flush()
    return found


def sentences(found: Findings) -> list[str]:
    return [problem.sentence for problem in found.problems]


def sees(world: World, tie: str) -> bool:
    """Whether the person of this tie sees the child today."""
    found = db.session.scalars(visible_children(actor_of(world.people[tie])))
    return world.child.id in [child.id for child in found]


@pytest.fixture
def known(world: World) -> World:
    """The world, its home and school under the authority's own numbers."""
    world.household.external_ref = "H-1"
    db.session.add(
        SchoolReference(authority_id=world.authority.id, school_id=world.school.id, setting_ref="S-1")
    )
    db.session.commit()
    return world


@pytest.fixture
def many(world: World) -> list[str]:
    """The numbers of 60 children of the authority."""
    made = [ChildFactory(authority=world.authority) for _ in range(60)]
    db.session.commit()
    return [str(child.social_care_id) for child in made]


# All or nothing -------------------------------------------------------------------------------------------


def test_one_bad_date_among_ten_thousand_rows_is_one_problem_and_nothing_is_applied(
    world: World, many: list[str]
) -> None:
    start = date(2000, 1, 1)
    rows = []
    for n in range(10_000):
        first = start + timedelta(days=n // 60 * 10)
        rows.append(f"{many[n % 60]},{first},{first + timedelta(days=10)},C2,,")
    rows[7_000] = rows[7_000].replace(rows[7_000].split(",")[1], "03/11/2026")
    for child in db.session.scalars(select(Child).where(Child.authority_id == world.authority.id)):
        child.date_of_birth = date(1999, 1, 1)
    db.session.flush()
    before = db.session.scalar(select(func.count()).select_from(CarePeriod))

    found = bring(world, "care_periods", CARE + "\n".join(rows))

    (problem,) = found.problems
    assert (problem.line, problem.column, problem.value) == (7_002, "start", "03/11/2026")
    assert "write 2026-11-03" in problem.sentence
    assert db.session.scalar(select(func.count()).select_from(CarePeriod)) == before


def test_every_rejected_row_is_in_one_report(world: World) -> None:
    ref = world.child.social_care_id
    text = HOMES + f"{ref},soon,,U6,Y,\nNOBODY,{days_ago(5)},,U6,Y,\n{ref},{days_ago(5)},,Z9,maybe,\n"

    found = bring(world, "homes", text)

    assert [(p.line, p.column) for p in found.problems] == [
        (2, "start"),
        (3, "child_ref"),
        (4, "placement_code"),
        (4, "in_area"),
    ]


def test_checking_writes_nothing(world: World, many: list[str]) -> None:
    text = CARE + "\n".join(f"{ref},{days_ago(50)},,C2,," for ref in many)
    before = db.session.scalar(select(func.count()).select_from(CarePeriod))

    found = check("care_periods", world.authority, text.encode())
    db.session.flush()

    assert len(found.lines) == 60
    assert db.session.scalar(select(func.count()).select_from(CarePeriod)) == before


def test_the_same_file_twice_changes_nothing_and_each_row_has_its_event(
    world: World, many: list[str]
) -> None:
    text = CARE + "\n".join(f"{ref},{days_ago(50)},,C2,," for ref in many)

    first = bring(world, "care_periods", text)
    second = bring(world, "care_periods", text)

    assert (len(first.lines), second.lines, second.problems) == (60, [], [])
    events = db.session.scalars(select(AuditEvent.child_id).where(AuditEvent.tag == "child:care:started"))
    refs = db.session.scalars(select(Child.id).where(Child.social_care_id.in_(many)))
    assert set(refs) <= set(events)


def test_what_another_authority_has_under_the_same_number_is_left_alone(world: World) -> None:
    world.other.child.social_care_id = world.child.social_care_id
    db.session.flush()

    bring(world, "care_periods", CARE + f"{world.child.social_care_id},{days_ago(200)},{days_ago(1)},C2,,\n")

    theirs = db.session.scalars(select(CarePeriod).where(CarePeriod.child_id == world.other.child.id)).one()
    assert theirs.ends_on is None


def test_statements_do_not_grow_with_rows(world: World, many: list[str]) -> None:
    def count(refs: list[str], day: int) -> int:
        text = CARE + "\n".join(f"{ref},{days_ago(day)},{days_ago(day - 10)},C2,," for ref in refs)
        with statements(db.engine) as seen:
            assert bring(world, "care_periods", text).problems == []
        # SQLite cannot give back the numbers of many new rows at once, so there each is a statement.
        return len([sql for sql in seen if db.engine.dialect.name != "sqlite" or "INSERT" not in sql])

    assert count(many[:1], 100) == count(many, 200)


# Sight that was ended ---------------------------------------------------------------------------------------


def still_open(world: World) -> dict[str, tuple[str, str]]:
    """For each tie a file that has not heard of an end: its kind and its rows."""
    ref, since = world.child.social_care_id, days_ago(200)
    worker = world.people[Tie.SOCIAL_WORKER].email
    return {
        Tie.CARER: ("homes", HOMES + f"{ref},{since},,U6,Y,H-1\n"),
        Tie.DESIGNATED_TEACHER: ("enrolments", ENROLMENTS + f"{ref},S-1,{since},,10,\n"),
        Tie.SOCIAL_WORKER: ("allocations", WORKERS + f"{ref},social_worker,{worker},{since},\n"),
    }


def end_by_hand(world: World, tie: str) -> None:
    """What a worker records on Friday."""
    child = world.child
    if tie == Tie.CARER:
        home = db.session.scalars(select(Home).where(Home.child_id == child.id)).one()
        children.leave_home(SYSTEM, child, home, ends_on=clock.today())
    elif tie == Tie.DESIGNATED_TEACHER:
        place = db.session.scalars(select(Enrolment).where(Enrolment.child_id == child.id)).one()
        children.leave_school(SYSTEM, child, place, ends_on=clock.today(), reason="Moved")
    else:
        allocation = world_allocation(world)
        children.end_allocation(SYSTEM, child, allocation, ends_on=clock.today())
    db.session.commit()


def world_allocation(world: World):
    from vsportal.models import Allocation

    return db.session.scalars(
        select(Allocation).where(Allocation.child_id == world.child.id, Allocation.role == "social_worker")
    ).one()


TIES = (Tie.CARER, Tie.DESIGNATED_TEACHER, Tie.SOCIAL_WORKER)


@pytest.mark.parametrize("tie", TIES)
def test_a_late_file_does_not_reopen_what_was_ended_by_hand_and_says_so(known: World, tie: str) -> None:
    kind, text = still_open(known)[tie]
    assert sees(known, tie)
    end_by_hand(known, tie)

    found = bring(known, kind, text)

    assert found.lines == []
    assert "earlier end" in found.remarks[0].sentence
    assert not sees(known, tie)


@pytest.mark.parametrize("tie", TIES)
def test_a_contradictory_start_does_not_reopen_it_either(known: World, tie: str) -> None:
    kind, text = still_open(known)[tie]
    end_by_hand(known, tie)

    for start in (days_ago(190), days_ago(0)):
        found = bring(known, kind, text.replace(days_ago(200), start))
        assert found.problems != []

    assert not sees(known, tie)


@pytest.mark.parametrize("tie", TIES)
def test_access_ended_by_hand_stands_whatever_is_brought_in(known: World, tie: str) -> None:
    kind, text = still_open(known)[tie]
    worker = known.people[Tie.ADVISER]
    db.session.add(
        AccessCut(child_id=known.child.id, user_id=known.people[tie].id, cut_by_id=worker.id, reason="Friday")
    )
    end_by_hand(known, tie)

    assert bring(known, kind, text).problems == []
    db.session.flush()

    assert not sees(known, tie)


moves = st.lists(
    st.tuples(st.integers(0, 30), st.one_of(st.none(), st.integers(0, 30)), st.booleans()),
    min_size=1,
    max_size=3,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(rows=moves)
def test_no_file_of_homes_gives_somebody_sight_whose_access_was_ended(
    clean_database: None, rows: list[tuple[int, int | None, bool]]
) -> None:
    world = make_world()
    world.household.external_ref = "H-1"
    carer = world.people[Tie.CARER]
    db.session.add(
        AccessCut(
            child_id=world.child.id,
            user_id=carer.id,
            cut_by_id=world.people[Tie.ADVISER].id,
            reason="Friday",
        )
    )
    db.session.flush()
    ref = world.child.social_care_id
    text = HOMES + "".join(
        f"{ref},{days_ago(start)},{days_ago(end) if end is not None else ''},U6,Y,{'H-1' if here else ''}\n"
        for start, end, here in rows
    )

    bring(world, "homes", text)

    assert not sees(world, Tie.CARER)
    db.session.rollback()


# The command ------------------------------------------------------------------------------------------------


@pytest.fixture
def file(tmp_path: Path, world: World) -> Path:
    """A file that ends the child's time in care."""
    made = tmp_path / "care.csv"
    made.write_text(CARE + f"{world.child.social_care_id},{days_ago(200)},{days_ago(1)},C2,,E11\n")
    return made


def command(app: Flask, *arguments: object):
    """Run the command, and see what it has made."""
    result = app.test_cli_runner().invoke(args=["import", *map(str, arguments)])
    db.session.expire_all()
    return result


def test_the_command_brings_a_file_in_and_says_how_much(app: Flask, world: World, file: Path) -> None:
    result = command(app, "care_periods", file, "--authority", world.authority.la_code)

    assert (result.exit_code, result.stdout.strip()) == (0, "1 row, 1 change made (1 ended).")
    period = db.session.scalars(select(CarePeriod).where(CarePeriod.child_id == world.child.id)).one()
    assert (period.ends_on, period.end_reason) == (clock.today() - timedelta(days=1), "E11")
    run = db.session.scalars(select(ImportRun)).one()
    assert (run.file_name, run.changed, run.content) == ("care.csv", 1, None)


def test_the_command_run_twice_changes_nothing(app: Flask, world: World, file: Path) -> None:
    command(app, "care_periods", file, "--authority", world.authority.la_code)

    result = command(app, "care_periods", file, "--authority", world.authority.la_code)

    assert (result.exit_code, result.stdout.strip()) == (0, "1 row, 0 changes made.")


def test_a_dry_run_lists_what_would_change_and_changes_nothing(app: Flask, world: World, file: Path) -> None:
    result = command(app, "care_periods", file, "--dry-run", "--authority", world.authority.la_code)

    assert result.exit_code == 0
    assert "2: ended: " in result.stdout
    assert "1 change would be made" in result.stdout
    assert db.session.scalars(select(CarePeriod.ends_on)).all() == [None, None]


def test_problems_are_told_with_file_line_and_column_and_exit_code_1(
    app: Flask, world: World, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text(CARE + "NOBODY,2026-09-01,,C2,,\n")

    result = command(app, "care_periods", bad, "--authority", world.authority.la_code)

    assert result.exit_code == 1
    assert f"{bad}:2: child_ref: “NOBODY” No child of this authority" in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    "wrong",
    [
        ["shoes", "{file}"],
        ["homes", "nowhere.csv"],
        ["homes", "{file}"],
        ["homes", "{file}", "--authority", "?"],
    ],
)
def test_wrong_use_is_exit_code_2(app: Flask, world: World, file: Path, wrong: list[str]) -> None:
    result = command(app, *(part.format(file=file) for part in wrong))

    assert result.exit_code == 2


def test_with_several_authorities_the_command_says_which_there_are(
    app: Flask, world: World, file: Path
) -> None:
    AuthorityFactory(la_code="771", short_name="Holland")
    db.session.commit()

    result = command(app, "care_periods", file)

    assert "771 (Holland)" in result.stderr
