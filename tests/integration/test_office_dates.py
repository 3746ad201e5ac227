"""Terms and settings in the office: dates that fit together, values that hold from a day on."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from tests.children import days
from tests.client import PageClient
from tests.office import as_administrator, as_support, changes, fill_in, tags
from tests.plans import sign_in
from tests.world import World
from vsportal import clock, settled
from vsportal.admin import settling
from vsportal.extensions import db
from vsportal.models import AuthoritySetting, Term
from vsportal.policy import Tie

FAR = int(clock.academic_year(clock.today())[:4]) + 2
KEY = f"{FAR}-{(FAR + 1) % 100:02d}-autumn"
AUTUMN = {
    "key": KEY,
    "starts_on": date(FAR, 9, 2),
    "ends_on": date(FAR, 12, 18),
    "half_term_starts_on": date(FAR, 10, 26),
    "half_term_ends_on": date(FAR, 10, 30),
    "deadline_on": date(FAR, 12, 4),
}


@pytest.mark.parametrize("sit_down", [as_support, as_administrator])
def test_the_next_term_is_added_and_put_right(client: PageClient, world: World, sit_down: object) -> None:
    sit_down(client, world)  # type: ignore[operator]
    page = fill_in(client, "/office/terms/new", AUTUMN)
    assert f"2 September {FAR} to 18 December {FAR}" in page.text

    fill_in(client, f"/office/terms/change?term={KEY}", {"deadline_on": date(FAR, 12, 7)})

    term = db.session.scalars(select(Term).where(Term.key == KEY)).one()
    assert (term.authority_id, term.deadline_on) == (world.authority.id, date(FAR, 12, 7))
    assert [(line["field"], line["new"]) for line in changes("admin:term:changed")] == [
        ("deadline_on", f"{FAR}-12-07")
    ]


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"key": ""}, "key", "Select the term"),
        ({"ends_on": date(FAR, 9, 1)}, "ends_on", "after the first day of term"),
        ({"half_term_ends_on": date(FAR, 10, 20)}, "half_term_ends_on", "on or after the one"),
        ({"half_term_starts_on": date(FAR, 9, 1)}, "half_term_starts_on", "after the first day of term"),
        ({"half_term_ends_on": date(FAR, 12, 20)}, "starts_on", "the half-term holiday lies within the term"),
        ({"deadline_on": date(FAR, 8, 1)}, "deadline_on", "on or after the first day of term"),
        ({"starts_on": date(FAR - 3, 9, 2)}, "starts_on", "the school year"),
        ({"ends_on": "31 November"}, "ends_on", "Enter the year as well"),
    ],
)
def test_dates_that_do_not_fit_are_refused_at_their_question(
    client: PageClient, world: World, typed: dict[str, object], field: str, said: str
) -> None:
    page = fill_in(as_support(client, world), "/office/terms/new", {**AUTUMN, **typed})

    assert page.status == 422
    assert said in page.one(f"#{field}-error").get_text()
    assert not db.session.scalar(select(Term.id).where(Term.key == KEY))


def test_terms_do_not_overlap(client: PageClient, world: World) -> None:
    as_support(client, world)
    fill_in(client, "/office/terms/new", AUTUMN)
    spring = {**AUTUMN, "key": KEY.replace("autumn", "spring")}

    page = fill_in(client, "/office/terms/new", spring)

    assert "is there already, from" in page.one("#starts_on-error").get_text()


def test_a_missing_next_term_is_said(client: PageClient, world: World) -> None:
    as_support(client, world)

    assert "No term is entered for the time to come" in client.get("/office/terms").text
    fill_in(client, "/office/terms/new", AUTUMN)
    assert "No term is entered" not in client.get("/office/terms").text


def test_a_term_of_another_authority_is_not_found(client: PageClient, world: World) -> None:
    as_support(client, world)

    assert client.get("/office/terms/change?term=2001-02-autumn").status == 404
    assert client.get("/office/terms/change").status == 404


# Settings -----------------------------------------------------------------------------------------------


def test_a_value_holds_from_its_day_and_the_old_one_until_then(client: PageClient, world: World) -> None:
    as_support(client, world)
    fill_in(client, "/office/settings/change?what=due.review", {"value": "8", "starts_on": clock.today()})
    page = fill_in(client, "/office/settings/change?what=due.review", {"value": "6", "starts_on": days(20)})

    assert settled.due_rules(world.authority.id, clock.today()).review == 8
    assert settled.due_rules(world.authority.id, days(20)).review == 6
    assert "8 working days" in page.text
    assert "6 working days" in page.text
    assert "admin:setting:settled" in tags()


def test_the_word_for_the_children_is_chosen(client: PageClient, world: World) -> None:
    page = fill_in(as_support(client, world), "/office/settings/change?what=cohort", {"value": "cared_for"})

    assert "Cared-for children" in page.text
    assert settled.in_force(world.authority.id, clock.today()).cohort == "cared_for"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"value": "many"}, "Enter a whole number from 0 to 60"),
        ({"value": "61"}, "Enter a whole number from 0 to 60"),
        ({"value": "-1"}, "Enter a whole number from 0 to 60"),
        ({"value": ""}, "Enter a number"),
        ({"starts_on": ""}, "Enter the date"),
    ],
)
def test_a_value_that_cannot_be_is_refused(
    client: PageClient, world: World, typed: dict[str, str], said: str
) -> None:
    page = fill_in(
        as_support(client, world), "/office/settings/change?what=due.review", {"value": "8", **typed}
    )

    assert page.status == 422
    assert said in " ".join(page.errors())
    assert not db.session.scalars(select(AuthoritySetting)).all()


def test_a_value_is_not_settled_for_a_day_on_which_one_is_settled_already(
    client: PageClient, world: World
) -> None:
    as_support(client, world)
    for value in ("8", "7"):
        page = fill_in(client, "/office/settings/change?what=due.review", {"value": value})

    assert "Enter a later date" in page.one("#starts_on-error").get_text()


def test_what_is_no_setting_is_not_found(client: PageClient, world: World) -> None:
    as_support(client, world)

    for what in ("", "due", "secret_key", "due.nonsense"):
        assert client.get(f"/office/settings/change?what={what}").status == 404


def test_everything_there_is_to_settle_has_words() -> None:
    keys = {rule.key for rule in settling.rules({}, clock.today())}

    assert keys == set(settling.WORDS)
    assert all(rule.is_changed_here for rule in settling.rules({}, clock.today()))


# The authority itself -----------------------------------------------------------------------------------


def test_an_administrator_chooses_a_colour_on_which_white_can_be_read(
    client: PageClient, world: World
) -> None:
    as_administrator(client, world)

    pale = fill_in(client, "/office/authority", {"colour": "#ffee88"})
    assert "Choose a darker colour" in pale.one("#colour-error").get_text()
    odd = fill_in(client, "/office/authority", {"colour": "teal"})
    assert "like #1f5e5b" in odd.one("#colour-error").get_text()
    fill_in(client, "/office/authority", {"colour": "#1F5E5B", "duty_phone": "01632 960 999"})
    assert (world.authority.colour, world.authority.duty_phone) == ("#1f5e5b", "01632 960 999")


def test_business_support_does_not_change_the_colour(client: PageClient, world: World) -> None:
    assert as_support(client, world).get("/office/authority").status == 404


@pytest.mark.parametrize("tie", [Tie.SOCIAL_WORKER, Tie.HEAD, Tie.DESIGNATED_TEACHER, Tie.CARER])
def test_nobody_else_keeps_dates(client: PageClient, world: World, tie: str) -> None:
    sign_in(client, world.people[tie])

    for path in ("terms", "terms/new", "settings", "settings/change?what=cohort", "authority"):
        assert client.get(f"/office/{path}").status == 404
