"""Children's records in the office: particulars and time in care; no answer is ever on them."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from tests.children import days
from tests.client import PageClient
from tests.factories import (
    EnrolmentFactory,
    SchoolFactory,
)
from tests.office import as_support, changes, fill_in, record, tags
from tests.plans import sign_in
from tests.world import World
from vsportal import clock
from vsportal.extensions import db
from vsportal.models import (
    AccessEvent,
    Allocation,
    CarePeriod,
    Child,
)
from vsportal.policy import Tie

# The record ---------------------------------------------------------------------------------------------


def test_a_record_shows_names_and_dates_and_is_noted_as_looked_at(client: PageClient, world: World) -> None:
    page = as_support(client, world).get(record(world))

    for words in (world.child.social_care_id, world.school.name, world.household.name, "Full care order"):
        assert words in page.text
    worker = world.people[Tie.SOCIAL_WORKER]
    assert worker.name in page.text
    looks = db.session.scalars(select(AccessEvent).where(AccessEvent.child_id == world.child.id)).all()
    assert [(look.actor_role, look.what) for look in looks] == [("business_support", "child")]


def test_no_answer_of_a_plan_is_on_a_record(client: PageClient, world: World) -> None:
    for section in ("my_views", "at_home", "progress", "my_details"):
        world.section(section).answers = {"hard": "QzxSecretXzq", "going_well": "QzxSecretXzq"}
    db.session.commit()

    assert "QzxSecretXzq" not in as_support(client, world).get(record(world)).body


@pytest.mark.parametrize(
    "who", [Tie.SOCIAL_WORKER, Tie.HEAD, Tie.DESIGNATED_TEACHER, Tie.CARER, Tie.YOUNG_PERSON, "administrator"]
)
def test_nobody_but_business_support_of_the_authority_finds_a_record(
    client: PageClient, world: World, who: str
) -> None:
    sign_in(client, world.people.get(who) or world.unplaced[who])

    assert client.get(record(world)).status == 404
    assert client.post(record(world, "home"), {}).status == 404
    assert client.get("/office/children").status == 404


def test_business_support_of_another_authority_finds_no_record(client: PageClient, world: World) -> None:
    sign_in(client, world.other.people[Tie.BUSINESS_SUPPORT])

    assert client.get(record(world)).status == 404
    assert world.child.last_name not in client.get("/office/children").text


def test_the_list_finds_by_name_and_number_and_by_what_is_missing(client: PageClient, world: World) -> None:
    as_support(client, world)
    for asked in ("bel", "amira", world.child.social_care_id):
        page = client.submit(client.get("/office/children"), {"q": asked}, button="Find", follow=True)
        assert world.child.full_name in page.text, asked
        assert asked not in page.response.request.url

    assert "No child in care is without a social worker" in client.get("/office/children?without=worker").text
    db.session.execute(update(Allocation).values(ends_on=clock.today()))
    assert world.child.full_name in client.get("/office/children?without=worker").text
    assert "1 without a social worker" in client.get("/office").text


def test_two_schools_at_once_are_said_plainly(client: PageClient, world: World) -> None:
    EnrolmentFactory(child=world.child, school=SchoolFactory(name="Sedge Hill College"))

    page = as_support(client, world).get(record(world))

    assert "On the roll of 2 schools" in page.text
    assert "Sedge Hill College" in page.text


def test_names_are_initials_here_too_while_they_are_hidden(client: PageClient, world: World) -> None:
    as_support(client, world).post("/session/names", {"hide": "yes"})

    page = client.get(record(world))

    assert "A. B." in page.text
    assert "Belhadj" not in page.text


# Particulars --------------------------------------------------------------------------------------------


def test_a_new_child_is_added_with_their_particulars(client: PageClient, world: World) -> None:
    page = fill_in(
        as_support(client, world),
        "/office/children/new",
        {"first_name": "Teodor", "last_name": "Żak", "date_of_birth": "4/9/2014", "sen_status": "K"},
    )

    assert "Teodor Żak is added" in page.text
    made = db.session.scalars(select(Child).where(Child.last_name == "Żak")).one()
    assert (made.authority_id, made.sen_status) == (world.authority.id, "K")


def test_a_changed_name_is_found_by_the_new_one_and_the_old_is_on_record(
    client: PageClient, world: World
) -> None:
    as_support(client, world)

    fill_in(client, record(world, "particulars"), {"last_name": "Ferreira", "known_as": "Mira"})

    page = client.submit(client.get("/office/children"), {"q": "ferr"}, button="Find", follow=True)
    assert "Mira Ferreira" in page.text
    lines = changes("child:record:changed")
    assert {(line["field"], line["old"], line["new"]) for line in lines} == {
        ("last_name", "Belhadj", "Ferreira"),
        ("known_as", "", "Mira"),
    }


def test_nothing_changed_is_said_and_not_written_down(client: PageClient, world: World) -> None:
    page = fill_in(as_support(client, world), record(world, "particulars"), {})

    assert "Nothing was changed" in page.text
    assert "child:record:changed" not in tags()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"first_name": "", "last_name": ""}, "Enter the child’s name"),
        ({"date_of_birth": "31 February 2012"}, "is not a date"),
        ({"date_of_birth": "1 January 2090"}, "Enter a date up to today"),
        ({"upn": "123"}, "Enter a UPN of 13 letters and figures"),
        ({"ethnicity": "NONSENSE"}, "Select one from the list"),
    ],
)
def test_what_cannot_be_is_said_at_its_question_and_stays_as_typed(
    client: PageClient, world: World, typed: dict[str, str], said: str
) -> None:
    page = fill_in(as_support(client, world), record(world, "particulars"), typed)

    assert page.status == 422
    assert any(said in error for error in page.errors())
    field, value = next(iter(typed.items()))
    wrong = page.one(f"#{field}")
    assert said in page.one(f"#{field}-error").get_text()
    assert wrong.name == "select" or wrong["value"] == value


def test_a_upn_in_use_elsewhere_is_refused_without_a_word_of_whose(client: PageClient, world: World) -> None:
    world.other.child.upn = "T925990299013"
    db.session.commit()

    page = fill_in(as_support(client, world), record(world, "particulars"), {"upn": "T925990299013"})

    assert page.errors() == ["Check the UPN: it cannot be used for this child."]


# Time in care -------------------------------------------------------------------------------------------


def test_a_status_changes_and_care_ends_from_their_days(client: PageClient, world: World) -> None:
    as_support(client, world)

    fill_in(client, record(world, "care", "status"), {"legal_status": "V2", "starts_on": days(-3)})
    page = client.get(record(world))
    assert "Accommodated under section 20" in page.text

    fill_in(client, record(world, "care", "end"), {"ends_on": days(-1), "reason": "Adopted"})
    period = db.session.scalars(select(CarePeriod).where(CarePeriod.child_id == world.child.id)).one()
    assert (period.ends_on, period.end_reason) == (days(-1), "Adopted")
    assert client.get(record(world, "care", "end")).status == 404
    assert {"child:care:changed", "child:care:ended"} <= tags()


def test_care_that_would_end_before_it_began_is_refused_at_the_date(client: PageClient, world: World) -> None:
    page = fill_in(
        as_support(client, world), record(world, "care", "end"), {"ends_on": days(-999), "reason": "x"}
    )

    assert "is before the beginning" in page.one("#ends_on-error").get_text()
    assert page.one("#reason")["value"] == "x"
