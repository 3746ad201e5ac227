"""What the portal calls people, states and readers, and how it speaks of a child.
A sentence about who reads an answer is a promise: each audience has its own.
"""

from datetime import date

import pytest

from vsportal import wording
from vsportal.editions.schema import Audience
from vsportal.models import PartState, PepState, Role, SectionState
from vsportal.policy import Actor, Held, Tie

AMIRA = wording.spoken("Amira", "she/her")
TODAY = date(2027, 3, 2)


def actor(*held: Held) -> Actor:
    """Somebody holding these memberships today."""
    return Actor(1, "Rhian Castell", TODAY, held)


# A child, in sentences


@pytest.mark.parametrize(
    ("pronouns", "they", "their", "they_are"),
    [
        ("she/her", "she", "her", "she is"),
        ("He / Him", "he", "his", "he is"),
        ("they/them", "they", "their", "they are"),
        ("she/they", "she", "her", "she is"),
        ("", "they", "their", "they are"),
        ("xe/xem", "they", "their", "they are"),
        ("ask me", "they", "their", "they are"),
    ],
)
def test_a_child_is_spoken_of_by_the_pronouns_they_gave(pronouns, they, their, they_are):
    child = wording.spoken("Sam", pronouns)

    assert (child.they, child.their, child.they_are) == (they, their, they_are)


def test_every_placeholder_of_an_edition_has_words():
    from vsportal.editions.schema import PLACEHOLDERS

    assert set(AMIRA.placeholders()) == PLACEHOLDERS


def test_a_heading_is_filled_in_and_begins_with_a_capital():
    assert wording.fill("{child's} progress", AMIRA) == "Amira’s progress"
    assert wording.fill("{child's} progress", wording.YOU) == "Your progress"
    assert wording.fill("{they_are} {unknown}", AMIRA) == "She is {unknown}"


def test_a_name_that_looks_like_a_placeholder_is_only_a_name():
    assert wording.fill("What {child} says", wording.spoken("{their}")) == "What {their} says"


# Who can read it


@pytest.mark.parametrize(
    ("audience", "sentence"),
    [
        ("everyone", "Amira, her carers and her school can read this"),
        (
            "adults_around",
            "Amira’s carers, school, social workers and the Virtual School can read this, but not Amira",
        ),
        (
            "professionals",
            (
                "Amira’s school, social workers and the Virtual School can read this, "
                "but not Amira or her carers"
            ),
        ),
        (
            "school_named",
            (
                "Amira’s designated teacher, safeguarding lead, social workers "
                "and the Virtual School can read this"
            ),
        ),
        ("care", "Only Amira’s social workers and the Virtual School can read this"),
        ("child_chosen", "Only Amira, her social worker and her adviser can read this"),
    ],
)
def test_each_audience_is_named_in_a_sentence(audience, sentence):
    assert wording.who_can_read(audience, AMIRA) == sentence


def test_no_audience_of_the_form_is_without_words():
    for audience in Audience.__args__:
        assert wording.who_can_read(audience, AMIRA).endswith(
            ("can read this", "but not Amira", "her carers")
        )


def test_the_child_reads_it_about_themself():
    assert wording.who_can_read("everyone", wording.YOU) == "You, your carers and your school can read this"
    assert wording.who_can_read("child_chosen", wording.YOU) == (
        "Only you, your social worker and your adviser can read this"
    )


def test_people_the_child_chose_are_named():
    chosen = ("Marcus Adair (social worker)", "Priya Raman (adviser)")

    assert wording.who_can_read("child_chosen", AMIRA, chosen) == (
        "Only Amira, Marcus Adair (social worker) and Priya Raman (adviser) can read this"
    )


def test_an_answer_narrowed_from_adults_never_names_the_child_as_a_reader():
    assert wording.who_can_read("care", AMIRA, ("Marcus Adair",)) == "Only Marcus Adair can read this"


@pytest.mark.parametrize(
    ("ticked", "sentence"),
    [
        ((), "Only Amira’s social workers and the Virtual School can read this"),
        (("home",), "Amira’s carers, social workers and the Virtual School can read this"),
        (("school", "home"), "Amira’s carers, school, social workers and the Virtual School can read this"),
    ],
)
def test_a_question_that_begins_with_care_names_the_groups_let_in_since(ticked, sentence):
    assert wording.who_can_read("adults_around", AMIRA, ticked=ticked) == sentence


def test_a_parent_who_reads_it_as_well_is_named():
    assert wording.who_can_read("professionals", AMIRA, parents=True).endswith(
        "her carers. So can a parent who cares for her"
    )
    assert "parent" not in wording.who_can_read("everyone", AMIRA, parents=True)


# Roles


def test_every_role_and_tie_has_words():
    assert {*map(str, Role), *map(str, Tie)} <= set(wording.ROLES)


def test_the_header_says_in_which_roles_a_person_acts():
    teacher = Held("designated_teacher", school="Lodewater Academy")
    carer = Held("carer", authority="Fenland Virtual School")

    assert wording.roles_held(actor(teacher, carer, carer)) == "Designated teacher, Lodewater Academy · Carer"


def test_a_title_of_ones_own_replaces_the_role():
    head_of_year = Held("school_staff", title="head of Year 10", school="Lodewater Academy")

    assert wording.roles_held(actor(head_of_year)) == "Head of Year 10, Lodewater Academy"
    assert (
        wording.signed("Kwame Dent", "school_staff", title="head of Year 10") == "Kwame Dent, head of Year 10"
    )
    assert wording.signed("Rhian Castell", "designated_teacher") == "Rhian Castell, designated teacher"


def test_a_young_person_is_not_told_that_they_are_one():
    child = actor(Held("young_person", child_id=1))

    assert wording.roles_held(child) == ""
    assert wording.is_young_person(child)
    assert not wording.is_young_person(None)


@pytest.mark.parametrize(
    ("roles", "sees"),
    [
        (("young_person",), False),
        (("governor",), False),
        (("administrator",), False),
        (("finance",), False),
        ((), False),
        (("carer",), True),
        (("governor", "designated_teacher"), True),
        (("business_support",), True),
    ],
)
def test_a_list_of_children_is_offered_only_to_those_who_see_some(roles, sees):
    assert wording.sees_children(actor(*map(Held, roles))) is sees


# States and refusals


@pytest.mark.parametrize(
    ("status", "due", "returned", "state"),
    [
        ("not_started", date(2027, 3, 2), False, ("todo", "Not started")),
        ("in_progress", date(2027, 3, 2), False, ("going", "In progress")),
        ("in_progress", date(2027, 3, 1), False, ("late", "1 day late")),
        ("not_started", date(2027, 3, 1), True, ("returned", "Returned")),
        ("complete", date(2027, 3, 1), False, ("done", "Complete")),
        ("complete", date(2027, 3, 1), True, ("done", "Complete")),
    ],
)
def test_a_section_says_the_one_thing_that_matters_most(status, due, returned, state):
    assert wording.section_state(status, due_on=due, today=TODAY, returned=returned) == state


def test_every_state_there_is_has_words():
    assert set(wording.SECTION_STATES) == set(map(str, SectionState))
    assert set(wording.PART_STATES) == set(map(str, PartState))
    assert set(wording.PLAN_STATES) == set(map(str, PepState))


def test_an_unknown_refusal_says_no_more_than_the_first():
    assert wording.why_not("locked") == "This plan is closed. It can be read, not changed."
    assert wording.why_not("something new") == wording.WHY_NOT["not_yours"]


def test_an_authority_with_a_colour_has_a_stylesheet():
    assert wording.AuthorityWords("Fenland", "", "#0e4a4a", "abc").theme_url == "/theme/abc.css"
    assert wording.AuthorityWords("Fenland").theme_url is None


def test_many_people_are_counted_after_the_first_few():
    assert wording.names(["Tina", "Marcus"]) == "Tina and Marcus"
    assert wording.names(["Tina", "Marcus", "Priya", "Sue", "Dena"]) == "Tina, Marcus, Priya and 2 others"
