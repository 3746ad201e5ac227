"""Friday evening: a worker ends a carer's access while she is typing; seen from both browsers."""

from __future__ import annotations

import re

from playwright.sync_api import expect
from sqlalchemy import select, update

from tests.e2e.neighbourhood import HEAD, WORKER, Neighbourhood, Person, Pupil
from tests.e2e.pages.section import SectionPage
from tests.e2e.pages.sign_in import SignIn
from tests.e2e.person import Arrive
from tests.factories import HouseholdFactory, HouseholdMemberFactory, MembershipFactory
from vsportal.extensions import db
from vsportal.models import Authority, Child, Home, Role

END_HERS = re.compile(r"End access now.*Tina Marlowe")
LAST = "He says he will be at the school gate on Monday."


def cared_for(neighbourhood: Neighbourhood, first_name: str) -> tuple[Pupil, Person]:
    """A child in a home of their own, and its carer: what ends for her ends for nobody else’s journey."""
    pupil = neighbourhood.child(first_name)
    with neighbourhood.writing():
        authority = db.session.get_one(Authority, neighbourhood.ids["authority"])
        home = HouseholdFactory(authority=authority)
        carer = MembershipFactory(role=Role.CARER, user__name="Tina Marlowe").user
        HouseholdMemberFactory(household=home, user=carer)
        child = select(Child.id).where(Child.ref == pupil.ref).scalar_subquery()
        db.session.execute(update(Home).where(Home.child_id == child).values(household_id=home.id))
        return pupil, Person(carer.name, carer.email)


def test_access_ends_while_she_is_typing_and_her_words_reach_the_worker(
    arrive: Arrive, neighbourhood: Neighbourhood
) -> None:
    amira, tina = cared_for(neighbourhood, "Amira")
    carer = arrive(tina, afresh=True)
    page = SectionPage(carer, amira, "at_home").open()
    page.fill("for_professionals", "She slept badly.").saved()

    # In the other browser: the worker finds her among those who can see the plan, and ends it.
    worker = arrive(neighbourhood.people[WORKER])
    worker.open(f"/children/{amira.ref}").follow("Who can see this plan today, by name")
    assert tina.name in worker.text()
    worker.follow(END_HERS)
    worker.fits()
    worker.page.get_by_label("They no longer work with or care for the child").check()
    worker.page.get_by_label("What happened").fill("Moved in an emergency.")
    worker.press("End access now")
    assert "can no longer see Amira’s plan" in worker.text()

    # Her page saves once more (what else it asks is refused, as she is signed out), and is taken away:
    # nothing of the child is left on it.
    carer.statuses |= {401}
    page.control("for_professionals").fill(LAST)
    page.control("for_professionals").blur()
    carer.page.wait_for_url("**/access-ended")
    carer.look()
    assert carer.heading == "Your access has ended"
    assert "has been kept for the social worker" in carer.text()
    assert LAST not in carer.page.content()
    assert "Amira" not in carer.page.content()

    # She signs in again: the child is not there, as if she had never been.
    SignIn(carer).open().sign_in(tina)
    assert "Amira" not in carer.text()
    carer.statuses.add(404)
    gone = carer.open(amira.section("at_home")).text()
    invented = carer.open("/peps/Zz0-Zz0_Zz0-Zz0_/sections/at_home").text()
    assert gone == invented

    # The words are with the worker, who reads them and marks them as read.
    worker.open(f"/children/{amira.ref}")
    expect(worker.page.get_by_role("heading", name="Words kept for you to read")).to_be_visible()
    worker.follow("Read the words that were kept")
    assert LAST in worker.text()
    worker.press("I have read this")
    worker.open(f"/children/{amira.ref}")
    assert "Words kept for you to read" not in worker.text()

    # And lets her see the plan again, when it was a mistake.
    worker.open(f"/children/{amira.ref}/access").follow(re.compile("Let them see it again"))
    worker.page.get_by_label("Why can they see it again?").fill("It was another carer.")
    worker.press("Let them see it again")
    carer.open(amira.section("at_home"))
    assert page.value("for_professionals") == "She slept badly."


def test_without_javascript_the_form_is_answered_by_the_same_page(
    arrive: Arrive, neighbourhood: Neighbourhood
) -> None:
    amira, tina = cared_for(neighbourhood, "Amira")
    carer = arrive(tina, afresh=True, script=False)
    page = SectionPage(carer, amira, "at_home").open()
    worker = arrive(neighbourhood.people[WORKER], width=320)
    worker.open(f"/children/{amira.ref}/access")
    worker.fits()
    worker.follow(END_HERS)
    worker.fits()
    worker.page.get_by_label("Somebody may be at risk").check()
    worker.press("End access now")

    page.fill("for_professionals", LAST)
    page.save()

    assert carer.heading == "Your access has ended"
    worker.open(f"/children/{amira.ref}/kept-words")
    worker.fits()
    assert LAST in worker.text()


def test_a_record_is_opened_in_an_emergency_ended_early_and_reported(
    arrive: Arrive, neighbourhood: Neighbourhood
) -> None:
    kofi = neighbourhood.child("Kofi")
    with neighbourhood.writing():
        authority = db.session.get_one(Authority, neighbourhood.ids["authority"])
        on_duty = MembershipFactory(
            role=Role.SOCIAL_WORKER, authority=authority, user__name="Nadia Okafor"
        ).user
        duty = Person(on_duty.name, on_duty.email)
    worker = arrive(duty)
    worker.open("/children").follow("A child you cannot find, in an emergency")
    worker.fits()
    worker.press("Open the record")
    assert "Enter the first name, or the social care number" in worker.text()
    worker.page.get_by_label("First name").fill("Kofi")
    worker.page.get_by_label("Last name").fill(kofi.full_name.removeprefix("Kofi "))
    worker.page.get_by_label("Date of birth").fill(kofi.born.isoformat())
    worker.page.get_by_label("Why you need it now").fill("The police rang about him at nine tonight.")
    worker.page.get_by_label("4 hours").check()
    worker.press("Open the record")
    expect(worker.page.get_by_text("Opened in an emergency until")).to_be_visible()
    worker.fits()
    worker.press("End now")
    worker.statuses.add(404)
    worker.open(f"/children/{kofi.ref}")
    assert worker.heading == "Page not found"

    head = arrive(neighbourhood.people[HEAD], width=320)
    head.open("/").follow("Emergencies")
    head.fits()
    assert "The police rang about him" in head.text()
    assert "the child’s page" in head.text()
    head.page.get_by_label("Your remark").first.fill("Right to do.")
    head.press(re.compile("Mark as read"))
    assert "Right to do." in head.text()
    head.open(f"/children/{kofi.ref}/looks")
    head.fits()
    assert "Nadia Okafor" in head.text()
    child = arrive(kofi.young_person, width=320)
    child.open("/").follow("Who has looked at my plan")
    assert "A social worker on duty, in an emergency" in child.text()
    child.open("/").follow("Who can see my plan today")
    child.fits()
