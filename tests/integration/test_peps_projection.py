"""What other pages read of a plan is kept beside its answers: targets, the meeting, what is due around it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.client import PageClient
from tests.plans import complete, draft, events, fill, path_of, sign_in
from tests.world import World
from vsportal import clock, settled
from vsportal.audit import SYSTEM
from vsportal.extensions import db
from vsportal.models import Pep, PepSection, PepState, SectionState, Target
from vsportal.peps.operations import open_pep
from vsportal.policy import Tie


@pytest.fixture
def teacher(client: PageClient, world: World) -> PageClient:
    """The designated teacher, signed in."""
    return sign_in(client, world.people[Tie.DESIGNATED_TEACHER])


def targets(world: World) -> dict[str, Target]:
    """The targets of the plan, by row."""
    found = db.session.scalars(select(Target).where(Target.pep_id == world.pep.id))
    return {target.row: target for target in found}


def card(row: str, **cells: str) -> dict[str, str]:
    """A card of a target, as a page sends it."""
    return {f"targets.{row}": "1", **{f"targets.{row}.{name}": value for name, value in cells.items()}}


# Targets ------------------------------------------------------------------------------------------------


def test_a_card_becomes_a_target_that_other_pages_can_read(teacher: PageClient, world: World) -> None:
    typed = card(
        "k1",
        outcome="Reads a whole book",
        area="subject",
        who="Rhian Castell",
        measure="Books read",
        by_when="31 March 2027",
        funding="pp_plus",
        pp_amount="£120.50",
    )
    draft(teacher, world, typed, section="targets")

    target = targets(world)["k1"]
    assert (target.outcome, target.area, target.who) == ("Reads a whole book", "subject", "Rhian Castell")
    assert (target.by_when, target.funding, target.amount_pence) == (date(2027, 3, 31), "pp_plus", 12050)
    assert (target.child_id, target.removed, target.review) == (world.child.id, False, "")


def test_a_changed_card_changes_its_target_and_makes_no_other(teacher: PageClient, world: World) -> None:
    draft(teacher, world, card("k1", outcome="Reads a book"), section="targets")
    ref = targets(world)["k1"].ref

    draft(teacher, world, {"targets.k1.outcome": "Reads two books"}, section="targets")

    assert {row: (t.ref, t.outcome) for row, t in targets(world).items()} == {"k1": (ref, "Reads two books")}


def test_a_removed_card_removes_its_target_and_writing_in_it_brings_it_back(
    teacher: PageClient, world: World
) -> None:
    draft(teacher, world, card("k1", outcome="Reads a book"), section="targets")
    draft(teacher, world, {"targets.k1": "0"}, section="targets")
    assert targets(world)["k1"].removed

    draft(teacher, world, {"targets.k1.outcome": "Reads two books"}, section="targets", page="p1")
    draft(teacher, world, {"targets.k1": "1"}, section="targets", page="p1")

    assert not targets(world)["k1"].removed


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ({"by_when": "31/02/2027"}, {"by_when": None}),
        ({"funding": "school", "pp_amount": "100"}, {"amount_pence": None}),
        ({"funding": "pp_plus", "pp_amount": "a lot"}, {"amount_pence": None}),
        ({"outcome": ""}, {"outcome": ""}),
    ],
)
def test_what_cannot_be_read_or_does_not_count_is_not_on_the_target(
    teacher: PageClient, world: World, typed: dict[str, str], expected: dict[str, Any]
) -> None:
    draft(teacher, world, card("k1", **typed), section="targets")

    assert {name: getattr(targets(world)["k1"], name) for name in expected} == expected


def test_two_saves_of_one_card_at_a_time_keep_all_of_it(teacher: PageClient, world: World) -> None:
    draft(teacher, world, card("k1", outcome="Reads a book"), section="targets")
    draft(teacher, world, {"targets.k1.who": "Rhian", "targets.k2": "1"}, section="targets", page="p2")

    found = targets(world)
    assert (found["k1"].outcome, found["k1"].who, found["k2"].outcome) == ("Reads a book", "Rhian", "")


# The targets of the plan before -------------------------------------------------------------------------


def an_earlier_plan(world: World, *outcomes: str, days: int = 120, state: str = PepState.SIGNED_OFF) -> Pep:
    """A plan before this one, with targets."""
    pep = open_pep(
        SYSTEM,
        world.child,
        term=world.term,
        on=clock.today() - timedelta(days=days),
        phase="secondary",
        nc_year=10,
        occasion="initial" if days > 100 else "transition",
    )
    pep.state = state
    for number, outcome in enumerate(outcomes):
        db.session.add(Target(pep_id=pep.id, child_id=world.child.id, row=f"k{number}", outcome=outcome))
    db.session.commit()
    return pep


def test_last_terms_targets_are_reviewed_in_this_plan(teacher: PageClient, world: World) -> None:
    before = an_earlier_plan(world, "Joins a club", "Learns to swim")
    first = db.session.scalars(select(Target).where(Target.pep_id == before.id, Target.row == "k0")).one()

    page = teacher.get(path_of(world, "targets"))
    assert "Joins a club" in page.text
    assert "Learns to swim" in page.text
    draft(teacher, world, {f"previous.{first.ref}.result": "partly"}, section="targets")

    rows = db.session.execute(
        select(Target.row, Target.review, Target.reviewed_in_id).where(Target.pep_id == before.id)
    ).all()
    assert sorted(rows) == [("k0", "partly", world.pep.id), ("k1", "", None)]


def test_only_the_plan_just_before_is_looked_back_on(teacher: PageClient, world: World) -> None:
    an_earlier_plan(world, "Long ago", days=200)
    an_earlier_plan(world, "Last term", days=90)

    page = teacher.get(path_of(world, "targets"))

    assert "Last term" in page.text
    assert "Long ago" not in page.text


def test_a_cancelled_plan_and_removed_or_empty_targets_are_not_looked_back_on(
    teacher: PageClient, world: World
) -> None:
    before = an_earlier_plan(world, "Joins a club", "", "Taken back", days=120)
    an_earlier_plan(world, "Opened in error", days=60, state=PepState.CANCELLED)
    taken = db.session.scalars(select(Target).where(Target.pep_id == before.id, Target.row == "k2")).one()
    taken.removed = True
    db.session.commit()

    page = teacher.get(path_of(world, "targets"))

    assert "Joins a club" in page.text
    assert "Taken back" not in page.text
    assert "Opened in error" not in page.text
    assert len(page.soup.select("[name^='previous.'][name$='.helped']")) == 1


def test_the_section_is_not_complete_until_each_old_target_is_reviewed(
    teacher: PageClient, world: World
) -> None:
    an_earlier_plan(world, "Joins a club")
    fill(world, "targets")
    db.session.commit()
    path = path_of(world, "targets")

    page = teacher.submit(teacher.get(path), action=path, button="Complete this section")

    assert page.status == 422
    assert "Select how the target went" in page.errors()


def test_nobody_reviews_another_childs_target(teacher: PageClient, world: World) -> None:
    stranger = Target(
        pep_id=world.other.pep.id, child_id=world.other.child.id, row="k0", outcome="Kofi reads"
    )
    db.session.add(stranger)
    db.session.commit()

    draft(teacher, world, {f"previous.{stranger.ref}.result": "not"}, section="targets")

    assert (stranger.review, stranger.reviewed_in_id) == ("", None)
    assert "Kofi" not in teacher.get(path_of(world, "targets")).text


# The meeting --------------------------------------------------------------------------------------------


def due(world: World) -> dict[str, date]:
    """By when each section is due."""
    rows = db.session.execute(
        select(PepSection.section_id, PepSection.due_on).where(PepSection.pep_id == world.pep.id)
    )
    return {section: on for section, on in rows}  # noqa: C416  rows are no pairs to mypy


def test_a_new_date_of_the_meeting_moves_what_is_due_around_it(client: PageClient, world: World) -> None:
    sign_in(client, world.people[Tie.ALLOCATED_ADVISER])
    before = due(world)
    held = settled.working_day(world.pep.meeting_on or clock.today(), 3)

    draft(client, world, {"date": held.isoformat(), "time": "2.30pm", "venue": "Room 4"}, section="meeting")

    after = due(world)
    assert world.pep.meeting_on == held
    assert world.pep.meeting_words == "2.30pm, Room 4"
    assert after["meeting"] == held
    assert after["at_home"] == settled.working_day(held, -5)
    assert after["progress"] == min(settled.working_day(held, 10), world.pep.due_on)
    assert all(after[section] >= on for section, on in before.items())
    assert [c["new"] for e in events(world, "pep:meeting:planned") for c in e.changes] == [held.isoformat()]


@pytest.mark.parametrize("typed", ["", "soon", "31/02/2027"])
def test_no_date_and_no_readable_date_leave_the_meeting_where_it_was(
    client: PageClient, world: World, typed: str
) -> None:
    sign_in(client, world.people[Tie.ALLOCATED_ADVISER])
    before, on = due(world), world.pep.meeting_on

    draft(client, world, {"date": typed}, section="meeting")

    assert (due(world), world.pep.meeting_on) == (before, on)
    assert events(world, "pep:meeting:planned") == []


@pytest.mark.parametrize(
    ("days", "state"), [(-1, PepState.MEETING_HELD), (0, PepState.MEETING_HELD), (3, PepState.OPEN)]
)
def test_completing_the_record_of_a_meeting_that_has_been_moves_the_plan_on(
    client: PageClient, world: World, days: int, state: str
) -> None:
    held = clock.today() + timedelta(days=days)
    fill(world, "meeting")
    db.session.commit()
    sign_in(client, world.people[Tie.ALLOCATED_ADVISER])
    draft(client, world, {"date": held.isoformat()}, section="meeting", seen=world.section("meeting").answers)
    assert world.pep.meeting_on == held

    client.post(path_of(world, "meeting", "check"), {"complete": "yes"})

    assert world.section("meeting").status == SectionState.COMPLETE
    assert world.pep.state == state
    assert len(events(world, "pep:meeting:held")) == (state == PepState.MEETING_HELD)


# Attendance below 95% drafts a target -------------------------------------------------------------------


def attendance(present: int, possible: int = 100) -> dict[str, str]:
    """A term's sessions, as a page sends them."""
    return {
        "recorded_as": "sessions",
        "sessions.autumn.possible": str(possible),
        "sessions.autumn.present": str(present),
        "sessions.autumn.authorised": str(possible - present),
        "sessions.autumn.unauthorised": "0",
    }


def test_attendance_below_95_drafts_a_target_once(teacher: PageClient, world: World) -> None:
    draft(teacher, world, attendance(94), section="attendance")
    drafted = targets(world)["attendance"]
    assert (drafted.area, drafted.removed) == ("attendance", False)
    assert world.section("targets").answers["targets.attendance"] is True
    assert world.section("targets").status == SectionState.IN_PROGRESS
    assert drafted.outcome in teacher.get(path_of(world, "targets")).text.replace("\n", " ")

    draft(teacher, world, attendance(90), section="attendance")

    assert set(targets(world)) == {"attendance"}
    assert len(events(world, "pep:target:drafted")) == 1
    assert "An attendance target was drafted" in teacher.get(f"/peps/{world.pep.ref}").text


def test_a_drafted_target_that_was_removed_is_not_drafted_again(teacher: PageClient, world: World) -> None:
    draft(teacher, world, attendance(94), section="attendance")
    drafted = world.section("targets").answers
    draft(teacher, world, {"targets.attendance": "0"}, section="targets", seen=drafted)

    draft(teacher, world, attendance(80), section="attendance")

    assert targets(world)["attendance"].removed
    assert len(events(world, "pep:target:drafted")) == 1


@pytest.mark.parametrize("present", [95, 96, 100])
def test_attendance_of_95_and_more_drafts_nothing(teacher: PageClient, world: World, present: int) -> None:
    draft(teacher, world, attendance(present), section="attendance")

    assert targets(world) == {}


def test_nothing_is_drafted_beside_an_attendance_target_or_into_a_finished_section(
    teacher: PageClient, world: World
) -> None:
    draft(teacher, world, card("k1", area="attendance", outcome="In by nine"), section="targets")
    draft(teacher, world, attendance(80), section="attendance")
    assert set(targets(world)) == {"k1"}

    complete(world, "targets")
    db.session.get_one(PepSection, world.section("targets").id).answers = {}
    db.session.commit()
    draft(teacher, world, attendance(70), section="attendance")
    assert set(targets(world)) == {"k1"}


def test_declining_an_attendance_target_needs_a_reason(teacher: PageClient, world: World) -> None:
    fill(world, "attendance")
    row = world.section("attendance")
    low = {"recorded_as": "sessions", "target_agreed": "declined", "barriers": "Sleep."}
    figures = {"possible": 100, "present": 80, "authorised": 20, "unauthorised": 0}
    row.answers = {**row.answers, **low, **{f"sessions.autumn.{k}": v for k, v in figures.items()}}
    db.session.commit()
    path = path_of(world, "attendance")

    page = teacher.submit(teacher.get(path), action=path, button="Complete this section")
    assert page.errors() == ["Say why an attendance target is not right now"]

    why = {"target_declined_why": "She is in hospital."}
    done = teacher.submit(page, why, action=path, button="Complete this section")
    assert done.location == path_of(world, "attendance", "check")
