"""A part that was carried forward: what needs a look is in sight, the rest put away, one press checks it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from playwright.sync_api import expect
from sqlalchemy import select

from tests.e2e.neighbourhood import WORKER, Neighbourhood, Pupil
from tests.e2e.pages.section import SectionPage
from tests.e2e.person import Arrive
from tests.factories import TermFactory
from tests.filled import needed
from vsportal import clock, editions
from vsportal.audit import SYSTEM
from vsportal.editions import Choice
from vsportal.editions.checks import About
from vsportal.extensions import db
from vsportal.models import Authority, Child, Pep, PepSection, SectionState, Term
from vsportal.peps.operations import open_pep

DETAILS = "my_details"
NOTHING_ELSE = "I have checked this, nothing else has changed"


def carried_forward(neighbourhood: Neighbourhood, pupil: Pupil) -> Pupil:
    """The child's part was whole last term, but for a score that has grown old; the next plan is open."""
    with neighbourhood.writing():
        old = db.session.scalars(select(Pep).where(Pep.ref == pupil.pep)).one()
        child = db.session.get_one(Child, old.child_id)
        asked = editions.asked(old.edition, DETAILS, Choice("secondary", "summer", year=11))
        assert asked is not None
        row = db.session.scalars(
            select(PepSection).where(PepSection.pep_id == old.id, PepSection.section_id == DETAILS)
        ).one()
        whole = needed(asked, About(today=clock.today(), date_of_birth=child.date_of_birth, year=11))
        whole |= {key: f"Person {n}" for n, key in enumerate(whole) if key.endswith(".name")}
        ago = clock.today() - timedelta(days=400)
        row.answers = {**whole, "sdq": "yes", "sdq_date": ago.isoformat(), "sdq_score": 12}
        row.status, row.completed_at = SectionState.COMPLETE, clock.now() - timedelta(days=1)
        authority = db.session.get_one(Authority, old.authority_id)
        starts = clock.today() + timedelta(days=400)
        there = select(Term).where(Term.authority_id == authority.id, Term.starts_on == starts)
        term = db.session.scalars(there).first() or TermFactory(authority=authority, starts_on=starts)
        pep = open_pep(SYSTEM, child, term=term, on=clock.today(), phase="secondary", nc_year=11)
        return replace(pupil, pep=pep.ref)


def test_the_worker_looks_at_what_is_old_and_checks_the_rest_in_one_press(
    arrive: Arrive, neighbourhood: Neighbourhood
) -> None:
    amira = carried_forward(neighbourhood, neighbourhood.child("Amira"))
    worker = arrive(neighbourhood.people[WORKER])
    page = SectionPage(worker, amira, DETAILS).open()

    expect(page.control("sdq_date")).to_be_visible()
    expect(page.control("interpreter").first).to_be_hidden()
    expect(worker.page.locator(".vs-look")).to_contain_text("This date is older than a year")

    worker.page.get_by_text("Show them").first.click()
    expect(page.control("interpreter").first).to_be_visible()
    worker.page.locator("button[name=confirm][value=interpreter]").click()
    expect(worker.page.locator("#interpreter-check")).to_be_hidden()
    expect(page.control("interpreter").first).to_be_focused()
    worker.look()

    page.fill("sdq_date", clock.today().isoformat()).saved()
    expect(worker.page.locator("#sdq_date-check")).to_be_hidden()
    worker.press(NOTHING_ELSE)
    expect(worker.page.locator("main")).to_contain_text("complete: checked, nothing else changed")


def test_a_fact_that_is_wrong_leads_to_where_it_is_said(arrive: Arrive, neighbourhood: Neighbourhood) -> None:
    amira = carried_forward(neighbourhood, neighbourhood.child("Amira"))
    worker = arrive(neighbourhood.people[WORKER])
    page = SectionPage(worker, amira, DETAILS).open()
    worker.page.locator("#others > summary").click()

    worker.page.get_by_role("link", name=re.compile("This is wrong.*Legal name")).click()

    expect(page.control("identity_wrong")).to_be_focused()
    worker.look()


def test_without_script_the_rest_opens_and_the_same_press_completes_the_part(
    arrive: Arrive, neighbourhood: Neighbourhood
) -> None:
    amira = carried_forward(neighbourhood, neighbourhood.child("Amira"))
    worker = arrive(neighbourhood.people[WORKER], script=False)
    page = SectionPage(worker, amira, DETAILS).open()
    page.fill("sdq_date", clock.today().isoformat())

    worker.page.locator("#carried > summary").click()
    expect(page.control("interpreter").first).to_be_visible()
    worker.press(NOTHING_ELSE)

    expect(worker.page.locator("main")).to_contain_text("complete: checked, nothing else changed")


def test_an_earlier_text_is_put_back_from_its_history(arrive: Arrive, neighbourhood: Neighbourhood) -> None:
    amira = neighbourhood.child("Amira")
    worker = arrive(neighbourhood.people[WORKER])
    page = SectionPage(worker, amira, DETAILS).open()
    page.fill("culture", "Halal food.").saved()
    page.fill("culture", "").saved()
    page.fill("culture", "Halal food, and Eid.").saved()
    page.open()

    worker.follow(re.compile("^History of “Culture"))

    expect(worker.page.locator(".vs-history > li").first).to_contain_text("wrote it")
    worker.fits()
