"""What people really type: each mistake gets its sentence where it was made, and nothing typed is lost.

What looks odd but is meant – another way to write a date, an emoji, another script – is taken as meant.
"""

from __future__ import annotations

from playwright.sync_api import expect

from tests.e2e.neighbourhood import TEACHER, WORKER, Neighbourhood
from tests.e2e.pages.section import SectionPage
from tests.e2e.person import Arrive
from vsportal.editions.checks import upn_letter

FROM_WORD = "• Amira’s\ttutor said\u00a0– “well\u00ad done” … \v" * 375  # 8 words each
MARKUP = "<script>alert('lost')</script> & <b>bold</b>"
ARABIC = "أمينة تحب الرسم"
EMOJI = "Proud 👩🏽‍🎨 of her print 🎉"


def test_a_mistake_gets_its_sentence_at_the_field_and_stays_as_typed(
    arrive: Arrive, neighbourhood: Neighbourhood
) -> None:
    amira = neighbourhood.child("Amira")
    page = SectionPage(arrive(neighbourhood.people[TEACHER]), amira, "my_education").open()

    row = page.add("history", {"setting": "Reed Lane", "starts_on": "31/02/2020"})
    page.says(f"{row}.starts_on", "31 February 2020 is not a date. Enter a real date")
    page.fill(f"{row}.ends_on", "13/25/2021").says(f"{row}.ends_on", "There is no month 25")
    page.fill("year_group", "9").warns("year_group", "are usually in Year 11")
    page.fill("hours", "fifty").says("hours", "Enter a number")
    page.saved()
    page.visitor.look()

    page.open()
    assert page.value(f"{row}.starts_on") == "31/02/2020"
    assert page.value(f"{row}.ends_on") == "13/25/2021"
    assert page.value("hours") == "fifty"
    page.says(f"{row}.starts_on", "is not a date").warns("year_group", "are usually in Year 11")


def test_a_mistake_that_is_put_right_is_no_longer_spoken_of(
    arrive: Arrive, neighbourhood: Neighbourhood
) -> None:
    amira = neighbourhood.child("Amira")
    page = SectionPage(arrive(neighbourhood.people[TEACHER]), amira, "my_education").open()

    page.fill("hours", "many").says("hours", "Enter a number")
    expect(page.control("hours")).to_have_attribute("aria-invalid", "true")
    page.fill("hours", "25").is_fine("hours")

    assert page.control("hours").get_attribute("aria-invalid") is None


def test_dates_and_amounts_are_read_as_people_write_them(
    arrive: Arrive, neighbourhood: Neighbourhood
) -> None:
    amira = neighbourhood.child("Amira")
    page = SectionPage(arrive(neighbourhood.people[TEACHER]), amira, "my_education").open()

    page.choose("sen_status", "K").fill("high_needs", " £ 1,200.50 ")
    row = page.add("history", {"setting": "Reed Lane", "starts_on": "4 Sept 2019", "ends_on": "20/7/23"})
    page.is_fine(f"{row}.starts_on").is_fine(f"{row}.ends_on").is_fine("high_needs").saved()

    page.open()
    assert page.value(f"{row}.starts_on") == "4 September 2019"
    assert page.value(f"{row}.ends_on") == "20 July 2023"
    assert page.value("high_needs") == "1,200.50"


def test_a_warning_is_kept_with_a_reason(arrive: Arrive, neighbourhood: Neighbourhood) -> None:
    amira = neighbourhood.child("Amira")
    page = SectionPage(arrive(neighbourhood.people[TEACHER]), amira, "my_education").open()

    page.fill("year_group", "10").warns("year_group", "are usually in Year 11")
    page.warning("year_group").get_by_label("If it is right, say why").fill("She repeats a year")
    page.control("hours").focus()
    page.saved().open()

    assert page.value("year_group~kept") == "She repeats a year"
    assert not any("Year 10" in sentence for sentence in page.ask_to_complete().missing())


def test_percentages_that_add_up_to_104_are_pointed_out(arrive: Arrive, neighbourhood: Neighbourhood) -> None:
    amira = neighbourhood.child("Amira")
    page = SectionPage(arrive(neighbourhood.people[TEACHER]), amira, "attendance").open()

    page.choose("recorded_as", "percentages")
    page.fill("percentages.autumn.present", "94,5 %").fill("percentages.autumn.authorised", "7.5")
    page.fill("percentages.autumn.unauthorised", "2")
    page.says("percentages.autumn.present", "add up to 104. Check them: they should add up to 100")
    page.fill("percentages.autumn.authorised", "3.5").is_fine("percentages.autumn.present").saved()

    page.open()
    assert page.value("percentages.autumn.present") == "94.5"


def test_a_upn_with_the_wrong_letter_is_named_with_the_right_one(
    arrive: Arrive, neighbourhood: Neighbourhood
) -> None:
    amira = neighbourhood.child("Amira")
    page = SectionPage(arrive(neighbourhood.people[WORKER]), amira, "my_details").open()
    figures = "801200001001"
    right = upn_letter(figures)
    wrong = next(letter for letter in "AB" if letter != right)

    page.fill("school_upn", f"{wrong}{figures}").warns("school_upn", f"it would be {right}")
    page.fill("school_upn", f"{right}{figures}").is_fine("school_upn")


def test_three_thousand_words_from_word_are_kept_whole_and_answered(
    arrive: Arrive, neighbourhood: Neighbourhood
) -> None:
    amira = neighbourhood.child("Amira")
    page = SectionPage(arrive(neighbourhood.people[TEACHER]), amira, "my_education").open()

    page.fill("provision", FROM_WORD)
    page.says("provision", "2,700 words over the 300 this holds. Shorten it")
    page.saved().visitor.look()

    page.open()
    kept = page.value("provision")
    assert len(kept.split()) == len(FROM_WORD.split()) == 3000
    assert kept.startswith("• Amira’s\ttutor said\u00a0– “well\u00ad done” …")


def test_emoji_another_script_and_markup_are_only_ever_text(
    arrive: Arrive, neighbourhood: Neighbourhood
) -> None:
    amira = neighbourhood.child("Amira")
    teacher = arrive(neighbourhood.people[TEACHER])
    page = SectionPage(teacher, amira, "progress").open()
    teacher.page.on("dialog", lambda dialog: teacher.wrong.append(f"dialog: {dialog.message}"))
    given = {"achievements": EMOJI, "extra_curricular": ARABIC, "hard": MARKUP, "progress_views": MARKUP}

    row = page.answer(given).add("subjects", {"subject": MARKUP[:55], "target": MARKUP[:20]})
    page.says(f"{row}.target", "Enter a grade").saved()

    page.open()
    for leaf, text in given.items():
        assert page.value(leaf) == text
    assert page.value(f"{row}.subject") == MARKUP[:55]
    page.visitor.look()
    young = SectionPage(arrive(amira.young_person), amira, "progress").open()
    for text in given.values():
        assert text in young.visitor.text()
