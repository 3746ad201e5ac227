"""What each kind of row makes of the record, and which rows are refused with what to do."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.factories import (
    ChildFactory,
    EnrolmentFactory,
    HouseholdFactory,
    MembershipFactory,
    SchoolFactory,
    UserFactory,
)
from tests.world import World
from vsportal import clock
from vsportal.audit import SYSTEM
from vsportal.extensions import db
from vsportal.imports.findings import Findings
from vsportal.imports.operations import bring_in
from vsportal.models import (
    Allocation,
    AuditEvent,
    CarePeriod,
    Child,
    Enrolment,
    Home,
    Household,
    HouseholdMember,
    Inspection,
    Membership,
    PepSection,
    Role,
    School,
    SchoolReference,
    Team,
    User,
)
from vsportal.policy import Tie

HEADERS = {
    "settings": "setting_ref,urn,ukprn,name,phase,type,la_code,la_name,postcode,trust",
    "inspections": "setting_ref,date,framework,area,grade",
    "people": "email,name,role,team,setting_ref",
    "children": "child_ref,upn,first_name,last_name,known_as,date_of_birth,sex,ethnicity,first_language,uasc,"
    "sen_status,sen_need",
    "care_periods": "child_ref,start,end,legal_status,legal_status_from,end_reason",
    "households": "household_ref,kind,carer_email",
    "homes": "child_ref,start,end,placement_code,in_area,household_ref",
    "allocations": "child_ref,role,email,start,end",
    "enrolments": "child_ref,setting_ref,start,end,nc_year,reason_left",
}


def ago(days: int) -> str:
    return (clock.today() - timedelta(days=days)).isoformat()


SINCE = 200
"""For how many days everything of the world has held."""


@pytest.fixture
def known(world: World) -> World:
    """The world under the authority's own numbers: child C, home H-1, school S-1."""
    world.child.social_care_id = "C"
    world.household.external_ref = "H-1"
    db.session.add(
        SchoolReference(authority_id=world.authority.id, school_id=world.school.id, setting_ref="S-1")
    )
    db.session.flush()
    return world


def bring(world: World, kind: str, *rows: str) -> Findings:
    """Bring in rows of a kind; twice, and the second time changes nothing."""
    content = "\n".join([HEADERS[kind], *rows]).encode()
    found = bring_in(SYSTEM, world.authority, kind, content)
    db.session.flush()
    if not found.problems:
        again = bring_in(SYSTEM, world.authority, kind, content)
        assert (again.problems, again.lines) == ([], [])
    return found


def refused(found: Findings) -> list[tuple[int, str]]:
    return [(problem.line, problem.column) for problem in found.problems]


def said(found: Findings) -> list[tuple[str, str]]:
    return [(line.verb, line.what) for line in found.lines]


def events(tag: str) -> list[AuditEvent]:
    return list(db.session.scalars(select(AuditEvent).where(AuditEvent.tag == tag).order_by(AuditEvent.id)))


# Settings and inspections -----------------------------------------------------------------------------------


def test_a_setting_is_added_and_one_on_record_is_found_by_its_urn(world: World) -> None:
    world.school.urn = "123456"
    found = bring(
        world,
        "settings",
        "S-1,123456,10012345,Lodewater,Secondary,,998,Fenland,PE1 1AA,",
        "S-2,,,Sutton Nursery,Nursery,,,,,",
    )

    assert [line.verb for line in found.lines] == ["added", "added"]
    there = dict(
        db.session.execute(
            select(SchoolReference.setting_ref, SchoolReference.school_id).where(
                SchoolReference.authority_id == world.authority.id
            )
        ).all()
    )
    assert there["S-1"] == world.school.id
    assert (world.school.ukprn, world.school.name) == ("10012345", "Lodewater")
    assert db.session.get_one(School, there["S-2"]).kind == "nursery"


def test_what_another_authority_uses_too_is_filled_in_and_not_changed(known: World) -> None:
    EnrolmentFactory(child=known.other.child, school=known.school)
    name = known.school.name

    found = bring(known, "settings", f"S-1,{known.school.urn},,New name,Secondary,,,,PE1 1AA,")

    assert (known.school.name, known.school.postcode) == (name, "PE1 1AA")
    assert "used by others too" in found.remarks[0].sentence


def test_settings_that_contradict_are_refused(known: World) -> None:
    other = SchoolFactory(urn="654321")
    found = bring(
        known,
        "settings",
        f"S-1,{other.urn},,A,Secondary,,,,,",
        "S-3,111111,,B,Tertiary,,,,,",
        "S-4,222222,,C,Primary,,,,,",
        "S-5,222222,,D,Primary,,,,,",
        "S-6,12,,E,Primary,,,,,",
    )

    assert refused(found) == [(2, "setting_ref"), (3, "phase"), (5, "urn"), (6, "urn")]


def test_an_inspection_is_a_row_an_area_and_a_grade_can_be_put_right(known: World) -> None:
    row = f"S-1,{ago(100)},2025,inclusion,"
    bring(known, "inspections", row + "strong standard", f"S-1,{ago(100)},2025,leadership,expected standard")

    found = bring(known, "inspections", row + "exceptional")

    assert said(found)[0][0] == "changed"
    grades = db.session.scalars(select(Inspection.grade).where(Inspection.school_id == known.school.id))
    assert sorted(grades) == ["exceptional", "expected standard"]
    assert refused(bring(known, "inspections", f"S-9,{ago(100)},2025,x,y")) == [(2, "setting_ref")]


# People and households --------------------------------------------------------------------------------------


def test_a_person_gets_an_account_a_role_and_a_team(known: World) -> None:
    bring(
        known,
        "people",
        "Jo@example.org,Jo Marsh,social_worker,North,",
        "sam@example.org,Sam Reed,designated_teacher,,S-1",
        "sam@example.org,Sam Reed,carer,,",
    )

    rows = db.session.execute(
        select(User.email, User.password_hash, Membership.role, Membership.school_id, Team.name)
        .join(Membership, Membership.user_id == User.id)
        .outerjoin(Team, Team.id == Membership.team_id)
        .where(User.email.in_(["jo@example.org", "sam@example.org"]))
        .order_by(User.email, Membership.role)
    ).all()
    assert [tuple(row) for row in rows] == [
        ("jo@example.org", "", "social_worker", None, "North"),
        ("sam@example.org", "", "carer", None, None),
        ("sam@example.org", "", "designated_teacher", known.school.id, None),
    ]


def test_a_name_and_a_team_that_differ_are_changed_with_what_was(known: World) -> None:
    worker = known.people[Tie.SOCIAL_WORKER]
    was = worker.name

    bring(known, "people", f"{worker.email},Priya Raman,social_worker,South,")

    assert worker.name == "Priya Raman"
    assert events("account:user:changed")[-1].changes[0]["old"] == was
    assert events("account:membership:changed")[-1].changes[0]["new"] == "South"


def test_a_name_that_others_use_too_stays(known: World) -> None:
    worker = known.people[Tie.SOCIAL_WORKER]
    MembershipFactory(user=worker, role=Role.SOCIAL_WORKER, authority=known.other.authority)
    was = worker.name

    found = bring(known, "people", f"{worker.email},Somebody Else,social_worker,,")

    assert worker.name == was
    assert "so it stays" in found.remarks[0].sentence


def test_nothing_tells_that_somebody_is_known_elsewhere(known: World) -> None:
    stranger = known.other.people[Tie.SOCIAL_WORKER]

    there = bring(known, "people", f"{stranger.email},Jo Marsh,adviser,,")
    new = bring(known, "people", "nobody@example.org,Jo Marsh,adviser,,")

    assert there.remarks == new.remarks == []
    assert [line._replace(who="") for line in there.lines] == [line._replace(who="") for line in new.lines]


def test_a_role_that_was_ended_in_the_portal_stays_ended(known: World) -> None:
    worker = known.people[Tie.ADVISER]
    held = db.session.scalars(select(Membership).where(Membership.user_id == worker.id)).one()
    held.ends_on = clock.today()
    db.session.flush()

    found = bring(known, "people", f"{worker.email},{worker.name},adviser,,")

    assert found.lines == []
    assert "stays ended" in found.remarks[0].sentence


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("a@example.org,A,wizard,,", "role"),
        ("a@example.org,A,young_person,,", "role"),
        ("a@example.org,A,designated_teacher,,", "setting_ref"),
        ("a@example.org,A,designated_teacher,,S-9", "setting_ref"),
        ("a@example.org,A,adviser,,S-1", "setting_ref"),
        ("a@example.org,A,adviser,North,", "team"),
        ("nobody,A,adviser,,", "email"),
        ("a@example.org,,adviser,,", "name"),
    ],
)
def test_a_person_who_makes_no_sense_is_refused_at_the_cell(known: World, row: str, column: str) -> None:
    assert refused(bring(known, "people", row)) == [(2, column)]


def test_a_household_has_several_people_who_become_carers(known: World) -> None:
    tina, paul = UserFactory(name="Tina Marlowe"), UserFactory(name="Paul Marlowe")

    bring(known, "households", f"H-7,foster,{tina.email}", f"H-7,foster,{paul.email}", "H-8,residential,")

    home = db.session.scalars(select(Household).where(Household.external_ref == "H-7")).one()
    assert home.name == "Tina Marlowe and Paul Marlowe"
    there = db.session.scalars(select(HouseholdMember.user_id).where(HouseholdMember.household_id == home.id))
    assert set(there) == {tina.id, paul.id}
    roles = db.session.scalars(select(Membership.role).where(Membership.user_id.in_([tina.id, paul.id])))
    assert list(roles) == ["carer", "carer"]


def test_who_left_a_household_in_the_portal_does_not_come_back(known: World) -> None:
    carer = known.people[Tie.CARER]
    member = db.session.scalars(select(HouseholdMember).where(HouseholdMember.user_id == carer.id)).one()
    member.ends_on = clock.today()
    db.session.flush()

    found = bring(known, "households", f"H-1,foster,{carer.email}")

    assert found.lines == []
    assert "stays ended" in found.remarks[0].sentence


def test_an_email_that_belongs_to_nobody_rejects_its_row(known: World) -> None:
    assert refused(bring(known, "households", "H-1,foster,nobody@example.org")) == [(2, "carer_email")]
    assert refused(bring(known, "households", "H-9,foster,", "H-9,kinship,a@example.org")) == [(3, "kind")]


# Children ---------------------------------------------------------------------------------------------------


def test_a_child_is_added_and_changed_with_what_was_and_empty_cells_change_nothing(known: World) -> None:
    bring(known, "children", "C-2,,Idris,Pryce,,2012-02-03,M,WBRI,ENG,Y,K,MLD")

    found = bring(known, "children", "C-2,,Idriss,Pryce,Id,2012-02-03,,,,,E,")

    child = db.session.scalars(select(Child).where(Child.social_care_id == "C-2")).one()
    assert (child.first_name, child.sex, child.uasc, child.sen_status) == ("Idriss", "M", True, "E")
    assert child.sort_key == "pryce id idriss"
    assert said(found)[0][0] == "changed"
    event = events("child:record:changed")[-1]
    assert event.child_id == child.id
    assert event.changes[0] == {
        "field": "first_name",
        "label": "First name",
        "kind": "text",
        "old": "Idris",
        "new": "Idriss",
    }


def test_children_that_contradict_are_refused(known: World) -> None:
    upn = "M821200100001"
    ChildFactory(authority=known.other.authority, upn=upn)
    row = ",{0},Idris,Pryce,,{1},,,,,,"

    found = bring(
        known,
        "children",
        "C" + row.format("", ago(SINCE - 50)),
        "C-2" + row.format(upn, "2012-02-03"),
        "C-3" + row.format("", ago(-3)),
        "C-4,,Idris,Pryce,,2012-02-03,,XXXX,Klingon,maybe,Q,Z",
    )

    assert refused(found) == [
        (2, "date_of_birth"),
        (3, "upn"),
        (4, "date_of_birth"),
        *((5, column) for column in ("ethnicity", "first_language", "uasc", "sen_status", "sen_need")),
    ]
    (sentence,) = [p.sentence for p in found.problems if p.column == "upn"]
    assert "cannot be used for this child" in sentence


def test_one_record_on_two_lines_is_refused_unless_they_say_the_same(known: World) -> None:
    row = "C-2,,Idris,Pryce,,2012-02-03,,,,,,"

    assert bring(known, "children", row, row).remarks[0].line == 3
    assert refused(bring(known, "children", row, row.replace("Idris", "Kofi"))) == [(3, "child_ref")]


# Dated rows -------------------------------------------------------------------------------------------------


def test_a_move_ends_the_home_before_and_what_it_had_begun_makes_room(known: World) -> None:
    new = HouseholdFactory(authority=known.authority, external_ref="H-2")
    section = known.section("at_home")
    section.household_id = known.household.id
    db.session.flush()

    found = bring(known, "homes", f"C,{ago(1)},,U4,Y,H-2")

    assert [line.verb for line in found.lines] == ["ended", "added"]
    assert "ends on" in found.remarks[0].sentence
    homes = db.session.scalars(select(Home).where(Home.child_id == known.child.id).order_by(Home.starts_on))
    assert [(h.household_id, h.ends_on) for h in homes] == [
        (known.household.id, clock.today() - timedelta(days=1)),
        (new.id, None),
    ]
    assert db.session.get_one(PepSection, section.id).household_id != known.household.id


def test_a_worker_is_followed_by_another(known: World) -> None:
    new = MembershipFactory(role=Role.SOCIAL_WORKER, authority=known.authority).user

    bring(known, "allocations", f"C,social_worker,{new.email},{ago(1)},")

    rows = db.session.scalars(
        select(Allocation)
        .where(Allocation.child_id == known.child.id, Allocation.role == "social_worker")
        .order_by(Allocation.starts_on)
    )
    assert [(a.user_id, a.ends_on is None) for a in rows] == [
        (known.people[Tie.SOCIAL_WORKER].id, False),
        (new.id, True),
    ]
    assert events("child:worker:ended")[-1].changes[0]["old"] == known.people[Tie.SOCIAL_WORKER].name


def test_two_open_enrolments_at_two_schools_are_taken_and_said(known: World) -> None:
    second = SchoolFactory()
    db.session.add(SchoolReference(authority_id=known.authority.id, school_id=second.id, setting_ref="S-2"))

    found = bring(known, "enrolments", f"C,S-2,{ago(10)},,10,")

    assert "dual registration" in found.remarks[0].sentence
    rows = db.session.scalars(select(Enrolment).where(Enrolment.child_id == known.child.id)).all()
    assert [row.ends_on for row in rows] == [None, None]


def test_a_year_group_and_a_status_that_differ_are_changed_with_what_was(known: World) -> None:
    bring(known, "enrolments", f"C,S-1,{ago(SINCE)},,11,")
    bring(known, "care_periods", f"C,{ago(SINCE)},,V2,,")

    assert events("child:school:changed")[-1].changes[0]["old"] == "Year 10"
    assert events("child:care:changed")[-1].changes[0]["old"] == "Full care order"
    period = db.session.scalars(select(CarePeriod).where(CarePeriod.child_id == known.child.id)).one()
    assert (period.legal_status, period.ends_on) == ("V2", None)


@pytest.mark.parametrize(
    ("kind", "row", "column"),
    [
        ("homes", f"C,{ago(10)},{ago(20)},U6,Y,", "end"),
        ("homes", f"C,{ago(100)},{ago(50)},U6,Y,", "start"),
        ("homes", f"C,{ago(300)},,U6,Y,", "start"),
        ("homes", f"C,{ago(10)},,Z9,Y,", "placement_code"),
        ("homes", f"C,{ago(10)},,U6,Y,H-9", "household_ref"),
        ("homes", f"C,{ago(-1)},,U6,Y,", "start"),
        ("homes", f"X,{ago(10)},,U6,Y,", "child_ref"),
        ("care_periods", f"C,{ago(365 * 40)},{ago(365 * 39)},C2,,", "start"),
        ("care_periods", f"C,{ago(SINCE)},,XX,,", "legal_status"),
        ("enrolments", f"C,S-1,{ago(10)},,10,", "start"),
        ("enrolments", f"C,S-9,{ago(10)},,10,", "setting_ref"),
        ("enrolments", f"C,S-1,{ago(SINCE)},,15,", "nc_year"),
        ("allocations", f"C,social_worker,nobody@example.org,{ago(10)},", "email"),
        ("allocations", f"C,head,nobody@example.org,{ago(10)},", "role"),
    ],
)
def test_a_row_that_contradicts_is_refused_at_the_cell(
    known: World, kind: str, row: str, column: str
) -> None:
    before = len(events("child:home:started"))

    assert refused(bring(known, kind, row)) == [(2, column)]

    assert len(events("child:home:started")) == before
