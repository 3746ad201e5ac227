"""The social worker's fortnight: every part of hers in one sitting, the soonest meeting first."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from playwright.sync_api import expect

from tests.e2e.neighbourhood import Neighbourhood, Person, day
from tests.e2e.person import Arrive
from tests.factories import ChildFactory, MembershipFactory
from tests.filled import needed
from tests.world import actor_of
from vsportal.audit import SYSTEM
from vsportal.children import operations as children
from vsportal.extensions import db
from vsportal.models import Authority, Child, PepSection, Role, Term
from vsportal.peps.knowing import about
from vsportal.peps.loading import load_plan, load_sheet
from vsportal.peps.operations import open_pep

PARTS = 22
UNCHANGED = "I have checked this, nothing else has changed"


@dataclass
class Caseload:
    """A worker and the names of her children, the soonest meeting first."""

    worker: Person
    names: list[str]


@pytest.fixture
def caseload(neighbourhood: Neighbourhood) -> Caseload:
    """Twenty-two children whose details were carried forward whole; one has something new to look at."""
    with neighbourhood.writing():
        authority = db.session.get_one(Authority, neighbourhood.ids["authority"])
        term = db.session.get_one(Term, neighbourhood.ids["term"])
        name = f"Leila Tamm {neighbourhood.made}"
        worker = MembershipFactory(role=Role.SOCIAL_WORKER, authority=authority, user__name=name).user
        names = []
        for n in range(PARTS):
            child: Child = ChildFactory(authority=authority, first_name=f"Robin{n:02d}", last_name="Ashdown")
            children.start_care(SYSTEM, child, starts_on=day(-100), legal_status="C2")
            children.allocate(SYSTEM, child, worker, Role.SOCIAL_WORKER, starts_on=day(-100))
            pep = open_pep(
                SYSTEM,
                child,
                term=term,
                on=day(-7),
                phase="secondary",
                nc_year=9,
                meeting_on=day(8 + n),
            )
            db.session.flush()
            names.append(f"{child.first_name} {child.last_name}")
            actor = actor_of(worker)
            plan, sheet = load_plan(actor, pep.ref), load_sheet(actor, pep.ref, "my_details")
            assert plan
            assert sheet
            row: PepSection = sheet.row
            row.answers = needed(sheet.asked, about(plan))
            people = [
                k for k in row.answers if k.startswith("parental_responsibility.") and k.endswith(".name")
            ]
            row.answers |= {key: f"Parent {number}" for number, key in enumerate(people, 1)}
            row.carried = dict.fromkeys(row.answers, pep.term_key.replace("summer", "spring"))
        return Caseload(Person(worker.name, worker.email), names)


def test_twenty_two_parts_in_one_sitting(arrive: Arrive, caseload: Caseload) -> None:
    worker = arrive(caseload.worker)
    worker.open("/")
    first = worker.page.locator(".vs-kid").first
    expect(first).to_contain_text(caseload.names[0])
    expect(first.locator(".vs-tasks li").first).to_contain_text("answers to check")
    worker.follow("My details", within=first)
    expect(worker.page.locator(".vs-onward")).to_contain_text(f"Next: {caseload.names[1]}, My details")

    for number, name in enumerate(caseload.names):
        expect(worker.page.locator("body")).to_contain_text(name)
        with worker.page.expect_navigation():
            worker.page.get_by_role("button", name=UNCHANGED).click()
        expect(worker.page.locator("main")).to_contain_text(f"{name}: “My details” is complete")
        if number == 0:
            worker.look()

    worker.open("/")
    expect(worker.page.locator(".vs-tasks a[href*=my_details]")).to_have_count(0)


def test_a_part_can_be_passed_over_on_a_phone_without_script(arrive: Arrive, caseload: Caseload) -> None:
    worker = arrive(caseload.worker, width=320, script=False)
    worker.open("/")
    worker.follow("My details", within=worker.page.locator(".vs-kid").first)
    worker.follow(f"Next: {caseload.names[1]}, My details")
    expect(worker.page.locator("body")).to_contain_text(caseload.names[1])
    worker.press(UNCHANGED)

    expect(worker.page.locator("main")).to_contain_text(f"{caseload.names[1]}: “My details” is complete")
    expect(worker.page.locator("body")).to_contain_text(caseload.names[2])
