"""Opening a plan: once a term, in the form of its term, every section in the right hands; and by whom."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, update

from tests.client import Page, PageClient
from tests.factories import CarePeriodFactory, ChildFactory, EnrolmentFactory, TermFactory
from tests.plans import TIES, events, sign_in
from tests.world import World
from vsportal import clock, editions, settled
from vsportal.audit import SYSTEM
from vsportal.editions.answers import progress
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.models import (
    AuditEvent,
    Child,
    Enrolment,
    Pep,
    PepPart,
    PepSection,
    PepState,
    SectionState,
    Term,
)
from vsportal.peps.operations import AlreadyOpen, open_pep
from vsportal.policy import Tie

MAY_OPEN = [Tie.ALLOCATED_ADVISER, Tie.ADVISER, Tie.HEAD, Tie.BUSINESS_SUPPORT]


@pytest.fixture
def newcomer(world: World) -> Child:
    """A child of the same authority and school, who has no plan yet."""
    child = ChildFactory(authority=world.authority, first_name="Zofia", last_name="Żak")
    CarePeriodFactory(child=child)
    EnrolmentFactory(child=child, school=world.school, nc_year=9)
    db.session.commit()
    return child  # type: ignore[no-any-return]


def opened(child: Child, term: Term, **more: object) -> Pep:
    """A plan for this child, as the term's own page opens it."""
    given = {"on": clock.today(), "phase": "secondary", "nc_year": 9, "meeting_on": None} | more
    return open_pep(SYSTEM, child, term=term, **given)  # type: ignore[arg-type]


def sections_of(pep: Pep) -> list[PepSection]:
    found = select(PepSection).where(PepSection.pep_id == pep.id).order_by(PepSection.position)
    return list(db.session.scalars(found))


# The operation ------------------------------------------------------------------------------------------


def test_a_plan_has_every_section_of_its_form_in_order_with_owner_part_and_questions(
    newcomer: Child, world: World
) -> None:
    pep = opened(newcomer, world.term)

    season = world.term.key.rpartition("-")[2]
    asked = editions.all_asked(pep.edition, editions.Choice("secondary", season, "termly", 9))  # type: ignore[arg-type]
    found = [(s.section_id, s.position, s.owner, s.part, s.asked, s.status) for s in sections_of(pep)]
    assert found == [
        (a.id, n, a.owner, a.part, progress(a, {})[1], SectionState.NOT_STARTED)
        for n, a in enumerate(asked, 1)
    ]
    assert {s.owner for s in sections_of(pep)} == {
        "young_person",
        "carer",
        "designated_teacher",
        "social_worker",
        "adviser",
    }
    parts = db.session.scalars(select(PepPart.part).where(PepPart.pep_id == pep.id)).all()
    assert sorted(parts) == ["care", "school"]


def test_a_plan_keeps_its_edition_year_term_and_deadline(newcomer: Child, world: World) -> None:
    pep = opened(newcomer, world.term)

    assert (pep.edition, pep.nc_year, pep.term_key) == ("2026-27", 9, world.term.key)
    assert (pep.due_on, pep.opened_on, pep.state) == (world.term.deadline_on, clock.today(), PepState.OPEN)
    (event,) = db.session.scalars(select(AuditEvent).where(AuditEvent.child_id == newcomer.id))
    assert (event.tag, event.subject_id, event.authority_id) == (
        "pep:plan:opened",
        pep.id,
        world.authority.id,
    )


@pytest.mark.parametrize("meeting", [None, 7, 30])
def test_sections_are_due_around_the_meeting_and_never_after_the_deadline(
    newcomer: Child, world: World, meeting: int | None
) -> None:
    on = clock.today() + timedelta(days=meeting) if meeting else None
    pep = opened(newcomer, world.term, meeting_on=on)

    due = {s.section_id: s.due_on for s in sections_of(pep)}
    held = on or settled.working_day(pep.due_on, -10)
    assert due["meeting"] == held
    assert due["my_views"] == due["at_home"] == settled.working_day(held, -5)
    assert due["progress"] <= max(pep.due_on, settled.working_day(held, 10))


def test_a_child_has_one_plan_a_term(newcomer: Child, world: World) -> None:
    opened(newcomer, world.term)

    with pytest.raises(AlreadyOpen, match=r"There is a plan for .* already"):
        opened(newcomer, world.term)


@pytest.mark.parametrize("state", [PepState.SIGNED_OFF, PepState.NOT_COMPLETED, PepState.MEETING_HELD])
def test_a_finished_plan_is_the_terms_plan_as_well(newcomer: Child, world: World, state: str) -> None:
    opened(newcomer, world.term).state = state
    db.session.flush()

    with pytest.raises(AlreadyOpen):
        opened(newcomer, world.term)


def test_after_a_cancelled_plan_another_is_opened(newcomer: Child, world: World) -> None:
    first = opened(newcomer, world.term)
    first.state = PepState.CANCELLED
    db.session.flush()

    assert opened(newcomer, world.term).id != first.id


def test_another_occasion_has_a_plan_of_its_own_with_its_own_questions(newcomer: Child, world: World) -> None:
    termly, moved = opened(newcomer, world.term), opened(newcomer, world.term, occasion="transition")

    asked = {p.occasion: {s.section_id: s.asked for s in sections_of(p)} for p in (termly, moved)}
    assert asked["transition"]["my_education"] > asked["termly"]["my_education"]


def test_a_phase_the_form_is_not_whole_for_has_no_plan(newcomer: Child, world: World) -> None:
    with pytest.raises(OperationError, match="not ready for this phase yet"):
        opened(newcomer, world.term, phase="early_years")

    assert db.session.scalar(select(func.count()).where(Pep.child_id == newcomer.id)) == 0


def test_the_term_chooses_the_questions(newcomer: Child, world: World) -> None:
    spring = TermFactory(
        authority=world.authority,
        key="2026-27-spring",
        starts_on=world.term.ends_on + timedelta(days=14),
    )
    pep = opened(newcomer, spring, nc_year=10)

    asked = editions.asked(pep.edition, "my_views", editions.Choice("secondary", "spring", "termly", 10))
    assert asked is not None
    assert "better" in asked.by_id
    assert "settling" not in asked.by_id
    assert pep.term_key == "2026-27-spring"


# The page -----------------------------------------------------------------------------------------------


def path_of(child: Child) -> str:
    return f"/children/{child.ref}/plans/new"


def press(client: PageClient, child: Child, meeting: str = "") -> Page:
    return client.submit(client.get(path_of(child)), {"meeting_on": meeting}, button="Open the plan")


def plan_of(child: Child) -> Pep | None:
    return db.session.scalars(select(Pep).where(Pep.child_id == child.id)).first()


@pytest.mark.parametrize("tie", [Tie.ADVISER, Tie.HEAD, Tie.BUSINESS_SUPPORT])
def test_the_virtual_school_opens_this_terms_plan(
    client: PageClient, world: World, newcomer: Child, tie: str
) -> None:
    sign_in(client, world.people[tie])
    page = client.get(path_of(newcomer))
    assert "Year 9" in page.text

    sent = press(client, newcomer, "")

    pep = plan_of(newcomer)
    assert pep is not None
    assert (sent.status, sent.location) == (303, f"/peps/{pep.ref}")
    assert (pep.nc_year, pep.phase, pep.meeting_on) == (9, "secondary", None)
    assert client.follow(sent).notices()[0].endswith("is open.")


def test_the_child_page_leads_there_for_those_who_may_and_for_nobody_else(
    client: PageClient, world: World
) -> None:
    leads = set()
    for tie in TIES:
        sign_in(client, world.people[tie])
        page = client.get(f"/children/{world.child.ref}", follow=True)
        if path_of(world.child) in page.links().values():
            leads.add(tie)

    assert leads <= {str(tie) for tie in MAY_OPEN}


@pytest.mark.parametrize("typed", ["3 December 2027", "03/12/2027", "2027-12-03"])
def test_the_meeting_can_be_dated_as_people_write_dates(
    client: PageClient, world: World, newcomer: Child, typed: str
) -> None:
    sign_in(client, world.people[Tie.ADVISER])

    assert press(client, newcomer, typed).status == 303
    pep = plan_of(newcomer)
    assert pep is not None
    assert pep.meeting_on == date(2027, 12, 3)


@pytest.mark.parametrize(
    ("typed", "said"),
    [("soon", ""), ("31/02/2027", ""), ("1 September 2019", "Enter a date from today on")],
)
def test_a_date_that_cannot_be_is_shown_again_with_what_to_do(
    client: PageClient, world: World, newcomer: Child, typed: str, said: str
) -> None:
    sign_in(client, world.people[Tie.ADVISER])

    page = press(client, newcomer, typed)

    assert page.status == 422
    assert page.one("[name=meeting_on]")["value"] == typed
    assert len(page.errors()) == 1
    assert page.errors()[0].startswith(said)
    assert plan_of(newcomer) is None


def test_a_second_plan_for_the_term_is_refused_in_words(client: PageClient, world: World) -> None:
    sign_in(client, world.people[Tie.ADVISER])

    page = client.post(path_of(world.child), {"meeting_on": ""}, follow=True)

    assert f"There is a plan for {world.term.name} already." in page.notices()
    assert len(events(world, "pep:plan:opened")) == 1


def test_pressing_twice_opens_one_plan(client: PageClient, world: World, newcomer: Child) -> None:
    sign_in(client, world.people[Tie.ADVISER])
    form = client.get(path_of(newcomer))

    first = client.submit(form, button="Open the plan")
    second = client.submit(form, button="Open the plan")

    assert (first.status, second.status) == (303, 303)
    assert db.session.scalar(select(func.count()).where(Pep.child_id == newcomer.id)) == 1


@pytest.mark.parametrize("tie", [t for t in TIES if t not in MAY_OPEN])
def test_nobody_else_opens_a_plan_and_each_is_told_why(client: PageClient, world: World, tie: str) -> None:
    sign_in(client, world.people[tie])

    for page in (client.get(path_of(world.child)), client.post(path_of(world.child), {"meeting_on": ""})):
        assert page.status == 403
        assert "This is not open to you in the roles you hold today." in page.text
    assert len(events(world, "pep:plan:opened")) == 1


@pytest.mark.parametrize("tie", [Tie.ADVISER, Tie.HEAD, Tie.DESIGNATED_TEACHER])
def test_a_stranger_finds_no_such_page(client: PageClient, world: World, tie: str) -> None:
    sign_in(client, world.strangers[tie])

    assert client.get(path_of(world.child)).status == 404
    assert client.post(path_of(world.child), {"meeting_on": ""}).status == 404


@pytest.mark.parametrize("year", [-1, 0, 12])
def test_a_child_whose_year_has_no_form_yet_has_no_button(
    client: PageClient, world: World, newcomer: Child, year: int
) -> None:
    db.session.execute(update(Enrolment).where(Enrolment.child_id == newcomer.id).values(nc_year=year))
    db.session.commit()
    sign_in(client, world.people[Tie.ADVISER])

    page = client.get(path_of(newcomer))
    assert "is not ready yet" in page.text
    assert not page.soup.select("main button")
    client.post(path_of(newcomer), {"meeting_on": ""})
    assert plan_of(newcomer) is None


def test_without_a_term_nothing_can_be_opened_and_the_page_says_so(
    client: PageClient, world: World, newcomer: Child
) -> None:
    db.session.execute(update(Term).values(ends_on=clock.today() - timedelta(days=1)))
    db.session.commit()
    sign_in(client, world.people[Tie.ADVISER])

    page = client.get(path_of(newcomer))
    assert "No term is entered for the time to come." in page.text
    client.post(path_of(newcomer), {"meeting_on": ""})
    assert plan_of(newcomer) is None
