"""A whole plan, through the browser: the summer term of a Year 11 pupil, from the first word to sign-off.

Amira and four adults each write their own; money is asked for, both parts are reviewed by two advisers,
two sections go back and are mended; the head approves a part and signs off, finance pays once.
"""

from __future__ import annotations

import re

from sqlalchemy import select

from tests.e2e import year_11
from tests.e2e.neighbourhood import ADVISER, CARER, HEAD, TEACHER, WORKER, Neighbourhood, Person, Pupil, day
from tests.e2e.pages.money import DecisionPage, RequestPage, pay_everything
from tests.e2e.pages.plan import PlanPage
from tests.e2e.pages.review import ReviewPage
from tests.e2e.pages.section import SectionPage
from tests.e2e.person import Arrive, Visitor
from tests.factories import MembershipFactory
from vsportal.audit import By
from vsportal.extensions import db
from vsportal.funding import ledger, policies, publishing
from vsportal.models import Authority, FundingRequest, Role

SAID_BY = {
    # section: question → who says something on it, beside Amira
    "my_details": {"matters": (CARER, WORKER)},
    "my_education": {"looking_forward": (TEACHER, CARER, WORKER)},
    "wellbeing": {
        "strengths": (TEACHER, CARER, WORKER, ADVISER),
        "relationships": (TEACHER, CARER, WORKER),
        "support": (TEACHER, CARER, WORKER),
    },
    "progress": {"progress_views": (TEACHER, CARER, WORKER)},
    "attendance": {"attendance_views": (TEACHER, CARER, WORKER, ADVISER)},
    "careers": {"ideas": (TEACHER, CARER, WORKER)},
    "targets": {"target_views": (TEACHER, CARER, WORKER, ADVISER)},
    "meeting": {"said_at_meeting": (TEACHER, CARER, WORKER, ADVISER)},
    "at_home": {"home_views": ()},
}


def says(question: str, who: str) -> str:
    """What somebody says on a question."""
    return f"On {question.replace('_', ' ')}, from {who.replace('_', ' ')}: she is proud of her prints."


def test_from_an_empty_plan_to_money_and_sign_off(arrive: Arrive, neighbourhood: Neighbourhood) -> None:
    amira = neighbourhood.child("Amira", meeting_on=day())
    finance, second = with_money_and_a_second_adviser(neighbourhood)
    people = {role: arrive(neighbourhood.people[role]) for role in (TEACHER, CARER, WORKER, ADVISER, HEAD)}
    young = arrive(amira.young_person, width=390)

    everybody_speaks({**{r: v for r, v in people.items() if r != HEAD}, "amira": young}, amira)
    the_carer_writes_at_home(people[CARER], amira)
    the_social_worker_writes_details(people[WORKER], amira)
    the_teacher_writes_the_schools_part(people[TEACHER], amira)
    the_adviser_records_the_meeting(people[ADVISER], people[WORKER], amira)
    SectionPage(people[WORKER], amira, "summary").open().answer(year_11.letter()).complete()

    the_teacher_asks_for_money(people[TEACHER], amira)
    PlanPage(people[TEACHER], amira).open().send()
    the_adviser_sends_two_sections_back(people[ADVISER], amira)
    they_are_mended(people[TEACHER], amira)
    the_adviser_finishes(people[ADVISER], amira)
    PlanPage(people[WORKER], amira).open().send()
    ReviewPage(arrive(second), amira, "care").start().rate_the_rest("Green").finish()
    the_head_approves_a_part(people[HEAD], amira)
    pay_everything(arrive(finance))

    PlanPage(people[HEAD], amira).open().sign_off()

    assert "Signed off" in people[HEAD].text()
    everything_is_there(people[TEACHER], amira)
    it_can_be_read_and_not_changed(people[TEACHER], amira)
    it_can_be_kept(people, young, amira)
    the_child_reads_what_was_agreed(young, amira)
    the_books_are_right(neighbourhood)


def with_money_and_a_second_adviser(neighbourhood: Neighbourhood) -> tuple[Person, Person]:
    """A policy and a budget for the authority; its finance officer and another adviser."""
    with neighbourhood.writing():
        authority = db.session.get_one(Authority, neighbourhood.ids["authority"])
        by = By(neighbourhood.ids[HEAD], HEAD, authority.id)
        year = policies.financial_year(day())
        first, _last = policies.year_bounds(year)
        publishing.publish(by, authority.id, policies.starting_policies()["itemised"], first, year)
        ledger.give_budget(by, authority.id, year, "pp_plus", pence=1_000_000, why="Agreed for the year.")
        payer = MembershipFactory(role=Role.FINANCE, authority=authority, user__name="Gareth Munslow").user
        other = MembershipFactory(role=Role.ADVISER, authority=authority, user__name="Owen Birch").user
        return Person(payer.name, payer.email), Person(other.name, other.email)


def everybody_speaks(people: dict[str, Visitor], amira: Pupil) -> None:
    """Amira and the adults comment, each under their own name."""
    for section, questions in SAID_BY.items():
        speakers = {who for said in questions.values() for who in said} | {"amira"}
        for who in sorted(speakers):
            page = SectionPage(people[who], amira, section).open()
            for question, said in questions.items():
                if who == "amira" or who in said:
                    page.fill(question, says(question, who))
            page.saved()


def the_carer_writes_at_home(carer: Visitor, amira: Pupil) -> None:
    """Ten questions."""
    SectionPage(carer, amira, "at_home").open().answer(year_11.at_home()).complete()


def the_social_worker_writes_details(worker: Visitor, amira: Pupil) -> None:
    """Who Amira is, who decides, who may not come."""
    page = SectionPage(worker, amira, "my_details").open().answer(year_11.details())
    for person in year_11.parents():
        page.add("parental_responsibility", person)
    for contact in year_11.contacts():
        page.add("contacts", contact)
    page.add("must_not", year_11.must_not())
    page.complete()


def the_teacher_writes_the_schools_part(teacher: Visitor, amira: Pupil) -> None:
    """Six sections; attendance comes before targets, because it drafts one."""
    page = SectionPage(teacher, amira, "my_education").open().answer(year_11.education())
    history = [page.add("history", setting) for setting in year_11.settings()]
    for gap in year_11.gaps():
        page.add("gaps", gap)
    for row in history[2:]:
        page.warns(f"{row}.starts_on", "There is a gap from")
        page.fill(f"{row}.starts_on~kept", "See the times without a school place")
    page.complete()

    SectionPage(teacher, amira, "wellbeing").open().answer(year_11.wellbeing()).complete()

    page = SectionPage(teacher, amira, "progress").open().answer(year_11.progress())
    for subject in year_11.subjects():
        page.add("subjects", subject)
    page.complete()

    SectionPage(teacher, amira, "attendance").open().answer(year_11.attendance()).complete()

    page = SectionPage(teacher, amira, "careers").open().answer(year_11.careers())
    for interview in year_11.interviews():
        page.add("interviews", interview)
    page.complete()

    page = SectionPage(teacher, amira, "targets").open().fill("pp_unspent", "£0")
    [drafted] = page.rows("targets")
    page.answer({f"{drafted}.{column}": text for column, text in year_11.attendance_target().items()})
    page.add("targets", year_11.maths_target())
    page.complete()


def the_adviser_records_the_meeting(adviser: Visitor, worker: Visitor, amira: Pupil) -> None:
    """Six people, one decision, the next date; what the parents said is the social worker's to write."""
    page = SectionPage(adviser, amira, "meeting").open().answer(year_11.meeting())
    for person in year_11.attendees():
        page.add("attendees", person)
    page.add("you_said", {"said": "To be told first", "did": "Marcus rings before a letter comes"})
    decision = "Monday lessons in mathematics begin"
    page.add("decisions", {"what": decision, "who": "Rhian Castell", "by_when": year_11.slashed(day(10))})
    [left] = page.ask_to_complete().missing()
    assert left.endswith("This is for the social worker to answer")

    SectionPage(worker, amira, "meeting").open().answer(year_11.from_the_parents()).saved()
    page.complete()


def everything_is_there(reader: Visitor, amira: Pupil) -> None:
    """What was typed can be read, in the form meant, under the names of those who said it."""
    wanted = {
        "my_education": ["Saltmere High School", "Online lessons, ten hours a week"],
        "progress": [row[0] for row in year_11.SUBJECTS] + ["5-4", "Above expected"],
        "attendance": ["90.9", "Eleven merits"],
        "careers": ["Book design", "Something with art", "Printmaking"],
        "targets": ["£1,200.50", "7 of 10 right", "at least 95"],
        "meeting": ["Salma Belhadj", "Sent apologies", "Marcus rings before a letter comes"],
    }
    for section, texts in wanted.items():
        SectionPage(reader, amira, section).open()
        shown = reader.text()
        for text in texts:
            assert text in shown, f"{section}: {text}"
        for question, said in SAID_BY[section].items():
            for who in (*said, "amira"):
                assert says(question, who) in shown


def it_can_be_read_and_not_changed(teacher: Visitor, amira: Pupil) -> None:
    """A signed-off plan says so, and offers nothing to write in."""
    SectionPage(teacher, amira, "progress").open()

    assert "This plan is closed. It can be read, not changed." in teacher.text()
    assert teacher.page.locator("main textarea, main select").count() == 0


# Money ------------------------------------------------------------------------------------------------------


def the_teacher_asks_for_money(teacher: Visitor, amira: Pupil) -> None:
    """On the target that names the need; the policy answers while she types."""
    page = RequestPage(teacher, amira).begin()
    page.fill(
        {
            "category": "tuition",
            "delivery": "one_to_one",
            "line-0-what": "Tuition on her own",
            "line-0-quantity": "14",
            "line-0-unit": "hours",
            "line-0-cost": "40",
        }
    )
    page.comes_to("£560").reads(re.compile("head of the Virtual School decides"))
    page.add_line().fill(
        {
            "line-1-what": "A set of algebra tiles",
            "line-1-quantity": "1",
            "line-1-unit": "set",
            "line-1-cost": "35.50",
            "additional": "The Year 11 group has nine in it. She asked not to do it in front of others.",
        }
    )
    page.comes_to("£595.50").send()
    assert "With the head" in teacher.text()


def the_head_approves_a_part(head: Visitor, amira: Pupil) -> None:
    """The lessons, line by line; the teacher reads why."""
    page = DecisionPage(head, amira).open()
    assert "£595.50" in head.text()
    page.approve_part(
        {"Tuition on her own": "560", "A set of algebra tiles": "0"}, "The school has tiles in its cupboard."
    )


def the_books_are_right(neighbourhood: Neighbourhood) -> None:
    """What was approved is paid, and `flask funding reconcile` finds nothing."""
    with neighbourhood.app.app_context():
        [(state, approved)] = db.session.execute(
            select(FundingRequest.state, FundingRequest.approved_pence)
        ).all()
        assert (state, approved) == ("paid", 56_000)
    result = neighbourhood.app.test_cli_runner().invoke(args=["funding", "reconcile"])
    assert result.exit_code == 0, result.output


# Review and sign-off ----------------------------------------------------------------------------------------


def the_adviser_sends_two_sections_back(adviser: Visitor, amira: Pupil) -> None:
    """All rated; progress and targets go back with reasons."""
    review = ReviewPage(adviser, amira, "school").start()
    review.open("progress").rate("Amber", back="Science has no current grade. Add where she is now.")
    review.open("targets").rate("Amber", "Nearly there.", back="Say who counts the mornings.")
    for section_id in ("my_views", "my_education", "wellbeing", "attendance", "careers"):
        review.open(section_id).rate("Green")
    review.send_back()


def they_are_mended(teacher: Visitor, amira: Pupil) -> None:
    """Only the two are open; the reason stands above each; the part is sent again."""
    SectionPage(teacher, amira, "wellbeing").open()
    assert teacher.page.locator("main textarea[name=strategies]").count() == 0
    page = SectionPage(teacher, amira, "targets").open()
    assert "Say who counts the mornings." in teacher.text()
    [first, *_] = page.rows("targets")
    page.fill(f"{first}.measure", "The register, counted by Ms Frost every Friday").saved()
    page.complete()
    page = SectionPage(teacher, amira, "progress").open()
    assert "Science has no current grade." in teacher.text()
    page.complete()
    PlanPage(teacher, amira).open().send()


def the_adviser_finishes(adviser: Visitor, amira: Pupil) -> None:
    """What was good stays as it was rated; the two are looked at again."""
    review = ReviewPage(adviser, amira, "school").start()
    adviser.press(re.compile("^Confirm"))
    for section_id in ("progress", "targets"):
        review.open(section_id).rate("Green", "Thank you, that is clear now.")
    review.finish()


def it_can_be_kept(people: dict[str, Visitor], young: Visitor, amira: Pupil) -> None:
    """The plan and the letter as PDF, for those who may; a carer's copy lacks what is not for carers."""
    for visitor in (people[TEACHER], people[CARER], people[WORKER], people[HEAD], young):
        for path in (f"/peps/{amira.pep}.pdf", f"/peps/{amira.pep}/letter.pdf"):
            answer = visitor.page.request.get(path)
            assert answer.ok, f"{path}: {answer.status}"
            assert answer.body().startswith(b"%PDF-")


def the_child_reads_what_was_agreed(young: Visitor, amira: Pupil) -> None:
    """The letter, what the money is for, and no rating anywhere."""
    young.open(f"/peps/{amira.pep}")
    assert "Green" not in young.text()
    young.open(f"/peps/{amira.pep}/letter")
    young.fits()
    assert "Green" not in young.text()
