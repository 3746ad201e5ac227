"""A new plan begins with what the last one still says, marked until somebody has checked it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.client import PageClient
from tests.factories import HomeFactory, HouseholdFactory, TermFactory
from tests.integration.test_peps_concurrency import at_once
from tests.plans import draft, events, fill, sign_in
from tests.world import World, actor_of, make_world
from vsportal import clock
from vsportal.audit import SYSTEM
from vsportal.database import statements
from vsportal.editions import answers
from vsportal.editions.schema import Asked
from vsportal.extensions import db
from vsportal.models import Home, Pep, PepSection, PepState, SectionState, Target, Term
from vsportal.peps.loading import Sheet, load_plan, load_sheet
from vsportal.peps.operations import (
    AlreadyOpen,
    complete_section,
    confirm_answers,
    confirm_unchanged,
    open_pep,
    remove_row,
    save_draft,
)
from vsportal.peps.operations.carrying import form_of
from vsportal.peps.operations.finishing import UNCHANGED
from vsportal.policy import Tie

SUBJECT = {"subjects.r1": True, "subjects.r1.subject": "Maths", "subjects.r1.target": "7"}
"""A row of *My progress* as the world's own plan keeps it."""


def later(world: World, n: int = 1) -> Term:
    """A term after the world's own, of the same school year."""
    year = world.term.key.rpartition("-")[0]
    season = ("spring", "summer")[n - 1]
    starts = world.term.starts_on + timedelta(days=100 * n)
    return TermFactory(authority=world.authority, key=f"{year}-{season}", starts_on=starts)  # type: ignore[no-any-return]


def open_next(world: World, term: Term | None = None, **more: Any) -> Pep:
    """The child's next plan; it becomes the world's."""
    given = {"phase": "secondary", "nc_year": 10, "on": clock.today(), **more}
    world.pep = open_pep(SYSTEM, world.child, term=term or later(world), **given)
    db.session.commit()
    return world.pep


def keep(world: World, section: str, kept: dict[str, Any], **columns: Any) -> None:
    """What a section of the last plan holds."""
    row = world.section(section)
    row.answers = {**row.answers, **kept}
    for name, value in columns.items():
        setattr(row, name, value)
    db.session.commit()


def sheet(world: World, section: str, tie: str) -> Sheet:
    found = load_sheet(actor_of(world.people[tie]), world.pep.ref, section, lock=True)
    assert found is not None
    return found


def asked(world: World, section: str) -> Asked:
    return next(a for a in form_of(world.pep) if a.id == section)


def fill_in(world: World) -> None:
    """What is missing in *My progress*, its row of a subject included."""
    fill(world, "progress")
    cells = {"course": "gcse", "spring_progress": "ep", "spring_effort": "g"}
    keep(world, "progress", {f"subjects.r1.{column}": value for column, value in cells.items()})


# What a new plan begins with --------------------------------------------------------------------------------


def test_answers_are_there_marked_with_the_term_they_are_from(world: World) -> None:
    first = world.pep
    keep(world, "progress", {**SUBJECT, "hard": "Fractions."})

    new = open_next(world)

    row = world.section("progress")
    assert new.previous_id == first.id
    assert row.answers == {**SUBJECT, "hard": "Fractions."}
    assert row.carried == dict.fromkeys(["subjects.r1.subject", "subjects.r1.target", "hard"], first.term_key)
    assert (row.status, row.authors, row.written_by) == (SectionState.NOT_STARTED, {}, {})
    assert (row.answered, row.asked) == answers.progress(asked(world, "progress"), row.answers)


def test_an_answer_nobody_checked_keeps_the_term_it_is_from(world: World) -> None:
    autumn = world.pep.term_key
    keep(world, "progress", {"hard": "Fractions.", "extra_curricular": "Swimming."})
    open_next(world)
    mine = sheet(world, "progress", Tie.DESIGNATED_TEACHER)
    save_draft(mine, {"hard": ["Algebra."]}, marks={"hard": answers.mark("Fractions.")}, page="p")
    db.session.commit()
    spring = world.pep.term_key

    open_next(world, later(world, 2))

    assert world.section("progress").carried == {"hard": spring, "extra_curricular": autumn}


def test_the_child_begins_afresh_and_targets_come_as_last_terms(world: World) -> None:
    keep(world, "my_views", {"going_well": "Art."})
    keep(world, "targets", {"targets.t1": True, "targets.t1.outcome": "Read more."})
    db.session.add(Target(pep_id=world.pep.id, child_id=world.child.id, row="t1", outcome="Read more."))
    db.session.execute(update(Pep).values(opened_on=clock.today() - timedelta(days=90)))

    open_next(world)

    assert world.section("my_views").answers == {}
    assert world.section("targets").answers == {}
    page = load_plan(actor_of(world.people[Tie.DESIGNATED_TEACHER]), world.pep.ref)
    assert page is not None
    assert db.session.scalars(select(Target).where(Target.pep_id == world.pep.id)).all() == []


def test_a_cancelled_plan_is_passed_over_and_without_one_all_is_empty(world: World) -> None:
    keep(world, "progress", {"hard": "Fractions."})
    world.pep.state = PepState.CANCELLED
    db.session.commit()

    new = open_next(world)

    assert new.previous_id is None
    assert world.section("progress").answers == {}
    assert events(world, "pep:plan:opened")[-1].changes == []


def test_of_two_plans_of_one_day_the_later_one_is_the_last(world: World) -> None:
    moved = open_next(world, world.term, occasion="transition")
    keep(world, "progress", {"hard": "Fractions."})

    assert open_next(world).previous_id == moved.id
    assert world.section("progress").answers == {"hard": "Fractions."}


def test_nothing_is_carried_when_that_is_asked_for(world: World) -> None:
    keep(world, "progress", {"hard": "Fractions."})

    new = open_next(world, carry=False)

    assert world.section("progress").answers == {}
    assert new.previous_id is not None


def test_the_event_says_how_many_answers_were_carried_and_none_of_them(world: World) -> None:
    keep(world, "progress", {**SUBJECT, "hard": "Fractions."})

    open_next(world)

    event = events(world, "pep:plan:opened")[-1]
    assert [(c["field"], c["new"]) for c in event.changes] == [("carried", 3)]


def test_who_else_may_read_an_answer_goes_with_it(world: World) -> None:
    narrowed = next(
        f
        for f in asked(world, "my_details").fields
        if f.narrowed and f.carry is True and f.kind in ("text", "long_text")
    )
    keep(world, "my_details", {narrowed.id: "As it is."}, readers={narrowed.id: {"groups": ["school"]}})

    open_next(world)

    assert world.section("my_details").readers == {narrowed.id: {"groups": ["school"]}}


# What a carer wrote -----------------------------------------------------------------------------------------


def a_line_of_the_carer(world: World) -> str:
    return next(f.id for f in asked(world, "at_home").fields if f.carry is True and f.kind == "long_text")


def test_what_the_carer_wrote_is_carried_while_the_child_lives_there(world: World) -> None:
    line = a_line_of_the_carer(world)
    keep(world, "at_home", {line: "At the table."}, household_id=world.household.id)

    open_next(world)

    row = world.section("at_home")
    assert row.answers == {line: "At the table."}
    assert row.household_id == world.household.id


def test_the_next_home_never_reads_what_the_last_one_wrote(world: World) -> None:
    keep(world, "at_home", {a_line_of_the_carer(world): "At the table."}, household_id=world.household.id)
    db.session.execute(update(Home).values(ends_on=clock.today()))
    HomeFactory(child=world.child, household=HouseholdFactory(authority=world.authority))

    open_next(world)

    row = world.section("at_home")
    assert (row.answers, row.carried, row.household_id) == ({}, {}, None)


# Checking ---------------------------------------------------------------------------------------------------


@pytest.fixture
def carried(world: World) -> World:
    """A plan with three answers of *My progress* still to be checked."""
    keep(world, "progress", {**SUBJECT, "hard": "Fractions."})
    open_next(world)
    return world


def test_saving_an_answer_takes_it_off_the_list_and_notes_where_the_writer_stopped(
    client: PageClient, carried: World
) -> None:
    sign_in(client, carried.people[Tie.DESIGNATED_TEACHER])

    draft(client, carried, {"hard": "Algebra."}, seen={"hard": "Fractions."})

    row = carried.section("progress")
    db.session.refresh(row)
    assert set(row.carried) == {"subjects.r1.subject", "subjects.r1.target"}
    assert (row.last_key, row.changed_by_id) == ("hard", carried.people[Tie.DESIGNATED_TEACHER].id)


def test_posting_an_answer_as_it_stands_checks_nothing(client: PageClient, carried: World) -> None:
    sign_in(client, carried.people[Tie.DESIGNATED_TEACHER])
    before = dict(carried.section("progress").carried)

    draft(client, carried, {"hard": "Fractions."}, seen={"hard": "Fractions."})

    assert carried.section("progress").carried == before


def test_a_row_that_is_removed_takes_what_is_to_be_checked_in_it_along(carried: World) -> None:
    assert remove_row(sheet(carried, "progress", Tie.DESIGNATED_TEACHER), "subjects.r1", "p")

    assert set(carried.section("progress").carried) == {"hard"}


def test_an_autosave_costs_no_statement_more_with_carried_answers(client: PageClient, carried: World) -> None:
    sign_in(client, carried.people[Tie.DESIGNATED_TEACHER])

    def counted(old: str, new: str) -> int:
        with statements(db.engine) as seen:
            assert draft(client, carried, {"hard": new}, seen={"hard": old}).status == 200
        return len(seen)

    draft(client, carried, {"extra_curricular": "Swimming."})
    assert "hard" in carried.section("progress").carried
    with_carried = counted("Fractions.", "Algebra.")
    keep(carried, "progress", {}, carried={})

    assert counted("Algebra.", "Shapes.") == with_carried


@pytest.mark.parametrize(
    ("named", "checked"),
    [
        (["hard"], {"hard"}),
        (["subjects.r1"], {"subjects.r1.subject", "subjects.r1.target"}),
        (["subjects"], {"subjects.r1.subject", "subjects.r1.target"}),
        (["subjects.r1.target", "hard"], {"subjects.r1.target", "hard"}),
        (["on_track", "nothing", "my_details", "subjects.r"], set()),
    ],
)
def test_still_right_checks_what_is_named_and_says_so(
    carried: World, named: list[str], checked: set[str]
) -> None:
    before = dict(carried.section("progress").answers)

    saved = confirm_answers(sheet(carried, "progress", Tie.DESIGNATED_TEACHER), named, page="p")

    row = carried.section("progress")
    assert set(saved.kept) == checked
    assert set(row.carried) == {"subjects.r1.subject", "subjects.r1.target", "hard"} - checked
    assert row.answers == before
    told = events(carried, "pep:section:confirmed")
    assert [{c["field"] for c in e.changes} for e in told] == ([checked] if checked else [])
    assert all(c["old"] == c["new"] for e in told for c in e.changes)
    assert row.status == (SectionState.IN_PROGRESS if checked else SectionState.NOT_STARTED)


def test_still_right_twice_is_said_once(carried: World) -> None:
    for _ in range(2):
        confirm_answers(sheet(carried, "progress", Tie.DESIGNATED_TEACHER), ["hard"], page="p")

    assert len(events(carried, "pep:section:confirmed")) == 1


@pytest.mark.parametrize("tie", [Tie.SOCIAL_WORKER, Tie.HEAD])
def test_nobody_checks_what_is_not_theirs_to_write(carried: World, tie: str) -> None:
    saved = confirm_answers(sheet(carried, "progress", tie), ["hard"], page="p")

    assert (saved.kept, "hard" in carried.section("progress").carried) == ({}, True)


def test_completing_checks_the_rest_and_the_event_names_each(carried: World) -> None:
    fill_in(carried)

    assert complete_section(sheet(carried, "progress", Tie.DESIGNATED_TEACHER)) == {}

    assert carried.section("progress").carried == {}
    (event,) = events(carried, "pep:section:completed")
    assert {c["field"] for c in event.changes} == {"subjects.r1.subject", "subjects.r1.target", "hard"}


def test_nothing_else_has_changed_checks_all_and_completes_in_one_act(carried: World) -> None:
    fill_in(carried)

    assert confirm_unchanged(sheet(carried, "progress", Tie.DESIGNATED_TEACHER)) == {}

    row = carried.section("progress")
    assert (row.status, row.carried) == (SectionState.COMPLETE, {})
    checked, completed = events(carried)[-2:]
    assert (checked.tag, len(checked.changes)) == ("pep:section:confirmed", 3)
    assert completed.tag == "pep:section:completed"
    assert [c["field"] for c in completed.changes] == [UNCHANGED]


def test_with_something_missing_it_says_what_and_does_nothing(carried: World) -> None:
    missing = confirm_unchanged(sheet(carried, "progress", Tie.DESIGNATED_TEACHER))

    row = carried.section("progress")
    assert missing
    assert (row.status, len(row.carried)) == (SectionState.NOT_STARTED, 3)
    assert events(carried, "pep:section:confirmed", "pep:section:completed") == []


# Two at once ------------------------------------------------------------------------------------------------


def test_two_people_opening_one_plan_at_once_open_it_once(own_database: Any) -> None:
    with own_database.app_context():
        world = make_world()
        keep(world, "progress", {"hard": "Fractions."})
        term_id, child_id = later(world).id, world.child.id
        db.session.commit()
        opened: list[str] = []

        def press() -> None:
            with own_database.app_context():
                from vsportal.database import transaction
                from vsportal.models import Child

                try:
                    with transaction():
                        child, term = db.session.get_one(Child, child_id), db.session.get_one(Term, term_id)
                        given = {"on": clock.today(), "phase": "secondary", "nc_year": 10}
                        open_pep(SYSTEM, child, term=term, **given)  # type: ignore[arg-type]
                    opened.append("open")
                except AlreadyOpen:
                    opened.append("there")

        at_once(press, press, press)

        assert sorted(opened) == ["open", "there", "there"]
        found = db.session.scalars(select(Pep).where(Pep.child_id == child_id)).all()
        assert len(found) == 2
        rows = db.session.scalars(select(PepSection).where(PepSection.pep_id == found[-1].id)).all()
        assert len(rows) == len({row.section_id for row in rows})


def test_a_plan_that_somebody_slipped_in_past_the_lock_is_refused_in_words(world: World) -> None:
    """The index is the last word: who does not hold the child's row still cannot make two."""
    from sqlalchemy import event

    term, engine, slipped = later(world), db.engine, list[str]()

    def slip_in(connection: Any, _cursor: object, sql: str, *_rest: object) -> None:
        if sql.startswith("INSERT INTO pep (") and not slipped:
            slipped.append(sql)
            columns = "authority_id, child_id, edition, phase, occasion, state, stage, opened_on, due_on"
            connection.exec_driver_sql(
                f"INSERT INTO pep ({columns}, meeting_words, ref, created_at, term_key) "
                f"SELECT {columns}, '', 'another', created_at, '{term.key}' FROM pep "
                f"WHERE id = {world.pep.id}"
            )

    event.listen(engine, "before_cursor_execute", slip_in)
    try:
        with pytest.raises(AlreadyOpen, match="There is a plan for"):
            open_pep(SYSTEM, world.child, term=term, on=clock.today(), phase="secondary", nc_year=10)
    finally:
        event.remove(engine, "before_cursor_execute", slip_in)

    assert db.session.scalar(select(Pep.id).where(Pep.id == world.pep.id)) == world.pep.id
