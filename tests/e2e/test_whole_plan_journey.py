"""A whole plan, through the browser: the summer term of a Year 11 pupil, written by those around her.

Amira and four adults each write their own; then both parts are sent and the head signs it off.
"""

from __future__ import annotations

from sqlalchemy import select

from tests.e2e import year_11
from tests.e2e.neighbourhood import ADVISER, CARER, HEAD, TEACHER, WORKER, Neighbourhood, Pupil, day
from tests.e2e.pages.plan import PlanPage
from tests.e2e.pages.section import SectionPage
from tests.e2e.person import Arrive, Visitor
from vsportal.extensions import db
from vsportal.models import Pep, PepPart
from vsportal.workflow import Act, apply

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


def test_a_whole_plan_is_written_by_those_around_a_child_and_signed_off(
    arrive: Arrive, neighbourhood: Neighbourhood
) -> None:
    amira = neighbourhood.child("Amira", meeting_on=day())
    people = {role: arrive(neighbourhood.people[role]) for role in (TEACHER, CARER, WORKER, ADVISER, HEAD)}
    young = arrive(amira.young_person, width=390)

    everybody_speaks({**{r: v for r, v in people.items() if r != HEAD}, "amira": young}, amira)
    the_carer_writes_at_home(people[CARER], amira)
    the_social_worker_writes_details(people[WORKER], amira)
    the_teacher_writes_the_schools_part(people[TEACHER], amira)
    the_adviser_records_the_meeting(people[ADVISER], people[WORKER], amira)
    SectionPage(people[WORKER], amira, "summary").open().answer(year_11.letter()).complete()

    PlanPage(people[TEACHER], amira).open().send()
    PlanPage(people[WORKER], amira).open().send()
    both_parts_are_reviewed(neighbourhood, amira)
    PlanPage(people[HEAD], amira).open().sign_off()

    assert "Signed off" in people[HEAD].text()
    everything_is_there(people[TEACHER], amira)
    it_can_be_read_and_not_changed(people[TEACHER], amira)
    young.open(f"/peps/{amira.pep}")


def both_parts_are_reviewed(neighbourhood: Neighbourhood, amira: Pupil) -> None:
    """Reviewing has a journey of its own."""
    with neighbourhood.writing():
        parts = select(PepPart).join(Pep, Pep.id == PepPart.pep_id).where(Pep.ref == amira.pep)
        for part in db.session.scalars(parts).all():
            apply(db.session, part, Act.REVIEW)


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
