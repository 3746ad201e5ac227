"""A worker is away: their manager arranges who stands in, and that person finds the worker’s parts."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.neighbourhood import Neighbourhood, Person, day
from tests.e2e.person import Arrive
from tests.factories import AllocationFactory, ChildFactory, MembershipFactory, TeamFactory
from vsportal.audit import SYSTEM
from vsportal.editions.reading import day_words
from vsportal.extensions import db
from vsportal.models import Authority, Role, Term
from vsportal.peps.operations import open_pep


@pytest.fixture
def team(neighbourhood: Neighbourhood) -> dict[str, Person]:
    """A manager, a worker of the team with one child, and a worker of another team."""
    with neighbourhood.writing():
        authority = db.session.get_one(Authority, neighbourhood.ids["authority"])
        term = db.session.get_one(Term, neighbourhood.ids["term"])
        team = TeamFactory(authority=authority)
        people = {
            "manager": MembershipFactory(role=Role.TEAM_MANAGER, authority=authority, team_id=team.id).user,
            "away": MembershipFactory(
                role=Role.SOCIAL_WORKER, authority=authority, team_id=team.id, user__name="Jonas Holt"
            ).user,
            "stands in": MembershipFactory(
                role=Role.SOCIAL_WORKER, authority=authority, user__name="Priya Nair"
            ).user,
        }
        child = ChildFactory(authority=authority, first_name="Wren", last_name="Okafor")
        AllocationFactory(child=child, user=people["away"], role=Role.SOCIAL_WORKER)
        open_pep(SYSTEM, child, term=term, on=day(-7), phase="secondary", nc_year=9, meeting_on=day(9))
        return {key: Person(user.name, user.email) for key, user in people.items()}


def test_arranged_found_and_ended(arrive: Arrive, team: dict[str, Person]) -> None:
    manager = arrive(team["manager"])
    manager.open("/").follow("Cover for leave")
    manager.page.get_by_label("Who is away").select_option(label="Jonas Holt")
    manager.page.get_by_label("Who stands in").select_option(label="Priya Nair, social worker")
    manager.press("Arrange cover")
    expect(manager.page.locator(".govuk-error-summary")).to_contain_text("Enter the last day, with its year")
    manager.page.get_by_label("Last day").fill(day_words(day(10)))
    manager.press("Arrange cover")
    expect(manager.page.locator("table")).to_contain_text("Covered now")

    priya = arrive(team["stands in"], width=320)
    priya.open("/")
    expect(priya.page.locator(".vs-kid")).to_contain_text(f"For Jonas Holt, away until {day_words(day(10))}")

    manager.press("End now")
    priya.open("/")
    expect(priya.page.locator("main")).to_contain_text("No child is with you today.")
