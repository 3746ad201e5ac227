"""The meeting for one's own calendar: who gets it, and what it never says."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select

from tests.client import Page, PageClient
from tests.plans import draft
from tests.world import World, next_week
from vsportal.database import statements
from vsportal.extensions import db
from vsportal.models import AccessEvent, PepState
from vsportal.peps.knowing import term_dates
from vsportal.policy import Tie


def entry(page: Page) -> dict[str, object]:
    """The meeting as a calendar reads it."""
    (event,) = Calendar.from_ical(page.body).walk("VEVENT")
    return {key: getattr(event[key], "dt", event[key]) for key in event}


def path(world: World) -> str:
    return f"/peps/{world.pep.ref}/meeting.ics"


def test_a_carer_puts_the_meeting_in_a_calendar_from_the_plans_page(client: PageClient, world: World) -> None:
    world.section("meeting").answers = {"time": "3:30pm", "venue": world.school.name}
    db.session.commit()
    client.sign_in(world.people[Tie.CARER])

    page = client.get(client.get(f"/peps/{world.pep.ref}").links()["Put it in my calendar"], bare=True)

    assert page.headers["Content-Type"].startswith("text/calendar")
    assert page.headers["Content-Disposition"] == 'attachment; filename="education-meeting.ics"'
    assert entry(page)["DTSTART"].strftime("%Y-%m-%d %H:%M") == f"{next_week()} 15:30"  # type: ignore[attr-defined]
    look = db.session.scalars(select(AccessEvent).where(AccessEvent.what == "calendar")).one()
    assert look.actor_role == Tie.CARER


def test_it_names_no_child_school_home_or_person_and_says_no_pep(client: PageClient, world: World) -> None:
    world.section("meeting").answers = {
        "time": "3:30pm",
        "venue": world.school.name,
        "attendees.r1.name": "Rhian Castell",
    }
    db.session.commit()
    client.sign_in(world.people[Tie.SOCIAL_WORKER])

    body = client.get(path(world), bare=True).body

    private = (world.child.first_name, world.child.last_name, world.school.name, world.household.name)
    people = [user.name for user in world.people.values()] + [user.email for user in world.people.values()]
    assert [word for word in (*private, *people, "Castell", "PEP", world.pep.ref) if word in body] == []


def test_a_new_date_is_the_same_entry_with_a_higher_number(client: PageClient, world: World) -> None:
    client.sign_in(world.people[Tie.ALLOCATED_ADVISER])
    before = entry(client.get(path(world), bare=True))

    later = next_week() + timedelta(days=7)
    draft(client, world, {"date": later.strftime("%d/%m/%Y"), "time": "10am"}, section="meeting")
    after = entry(client.get(path(world), bare=True))

    assert after["UID"] == before["UID"]
    assert int(str(after["SEQUENCE"])) > int(str(before["SEQUENCE"]))
    assert after["DTSTART"].date() == later  # type: ignore[attr-defined]


def test_the_meeting_of_a_cancelled_plan_is_cancelled(client: PageClient, world: World) -> None:
    world.pep.state = PepState.CANCELLED
    db.session.commit()
    client.sign_in(world.people[Tie.CARER])

    assert entry(client.get(path(world), bare=True))["STATUS"] == "CANCELLED"


def test_without_a_date_one_is_told_so(client: PageClient, world: World) -> None:
    world.pep.meeting_on = None
    db.session.commit()
    client.sign_in(world.people[Tie.CARER])

    page = client.follow(client.get(path(world)))

    assert page.notices() == ["No date has been set for the meeting yet."]
    assert "Put it in my calendar" not in page.links()


@pytest.mark.parametrize(("tie", "status"), [(Tie.DELEGATE, 403), (Tie.BUSINESS_SUPPORT, 403)])
def test_who_reads_no_plan_gets_no_entry(client: PageClient, world: World, tie: str, status: int) -> None:
    client.sign_in(world.people[tie])

    assert client.get(path(world)).status == status


def test_a_stranger_gets_the_same_404_as_for_a_plan_there_is_not(client: PageClient, world: World) -> None:
    client.sign_in(world.strangers[Tie.CARER])

    assert client.get(path(world)).status == client.get("/peps/nothing/meeting.ics").status == 404


def test_it_costs_few_statements(client: PageClient, world: World) -> None:
    client.sign_in(world.people[Tie.CARER])
    client.get(path(world), bare=True)

    with statements(db.engine) as seen:
        client.get(path(world), bare=True)

    assert len(seen) <= 6


def test_the_date_of_the_next_meeting_is_checked_against_bank_holidays_and_half_term(world: World) -> None:
    known = term_dates(world.pep)

    assert known is not None
    assert date(2026, 12, 25) in known.bank_holidays
    assert (world.term.half_term_starts_on, world.term.half_term_ends_on) in known.half_terms
