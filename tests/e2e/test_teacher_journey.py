"""The designated teacher: sections of the school's part, saved while they are typed.

What is typed wrongly gets its sentence at the field, and nothing typed is lost.
"""

from tests.e2e.neighbourhood import TEACHER, Neighbourhood
from tests.e2e.pages.section import SectionPage
from tests.e2e.person import Arrive


def test_an_answer_saves_itself_and_is_there_again(arrive: Arrive, neighbourhood: Neighbourhood) -> None:
    amira = neighbourhood.child("Amira")
    teacher = arrive(neighbourhood.people[TEACHER])

    section = SectionPage(teacher, amira, "attendance").open()
    section.fill("conduct", "Two merits a week.").saved()

    assert SectionPage(teacher, amira, "attendance").open().value("conduct") == "Two merits a week."
