"""The starting table, row by row: who sees which item of the form, as it was decided before the first field.

Every question of the edition stands in one row. A question whose audience contradicts its row fails, and so
does a new question that nobody has put into a row: its sight is decided here first.
"""

from collections import Counter
from dataclasses import replace
from datetime import date
from itertools import product
from typing import get_args

import pytest

from vsportal import editions
from vsportal.editions.schema import Asked, Field, Occasion, Rows, Season
from vsportal.policy import Actor, Seen, Subject, Tie, may_read, readable_columns

EDITION = "2026-27"
WRITER, ANOTHER = 7, 8
"""The home that wrote the carer's section, and one that did not."""

COLUMNS: dict[str, tuple[Tie, ...]] = {
    "child": (Tie.YOUNG_PERSON,),
    "carer": (Tie.CARER,),
    "parent": (Tie.PARENT,),
    "teacher": (Tie.DESIGNATED_TEACHER,),
    "delegate": (Tie.DELEGATE,),
    "worker": (Tie.SOCIAL_WORKER,),
    "care": (Tie.TEAM_MANAGER, Tie.INDEPENDENT_REVIEWER),
    "adviser": (Tie.ALLOCATED_ADVISER,),
    "vs": (Tie.ADVISER, Tie.HEAD),
    "support": (Tie.BUSINESS_SUPPORT,),
}

TABLE = """
item                             child  carer  parent  teacher  delegate  worker  care  adviser  vs   support
child_about_learning             yes    yes    yes     yes      lent      yes     yes   yes      yes  -
child_about_home_and_feelings    yes    -      -       -        -         yes     -     yes      -    -
identity_school_year             yes    yes    yes     yes      lent      yes     yes   yes      yes  -
numbers_of_the_record            -      -      -       yes      lent      yes     yes   yes      yes  -
legal_status                     -      yes    yes     yes      lent      yes     yes   yes      yes  -
parental_responsibility          -      yes    -       yes      lent      yes     yes   yes      yes  -
care_plan_and_life_story         -      -      -       -        -         yes     yes   yes      yes  -
sensitive_and_immigration        -      -      -       -        -         yes     yes   yes      yes  -
contact_and_collection           -      yes    -       yes      lent      yes     yes   yes      yes  -
in_simple_words                  yes    yes    yes     yes      lent      yes     yes   yes      yes  -
agreed_with_the_home             -      yes    yes     yes      lent      yes     yes   yes      yes  -
family_time                      yes    yes    -       yes      lent      yes     yes   yes      yes  -
health                           yes    yes    yes     yes      lent      yes     yes   yes      yes  -
sdq_rating_screening             -      -      -       yes      -         yes     yes   yes      yes  -
at_home_shared                   yes    yes    -       yes      lent      yes     yes   yes      yes  -
at_home_for_professionals        -      yes    -       yes      lent      yes     yes   yes      yes  -
education_and_progress           yes    yes    yes     yes      lent      yes     yes   yes      yes  -
likelihood_of_exclusion_neet     -      -      -       yes      -         yes     yes   yes      yes  -
suspensions                      yes    yes    yes     yes      lent      yes     yes   yes      yes  -
targets_actions_date_letter      yes    yes    yes     yes      lent      yes     yes   yes      yes  -
pp_plus_amount                   -      -      -       yes      -         yes     yes   yes      yes  -
work_of_professionals            -      -      -       yes      lent      yes     yes   yes      yes  -
parents_views                    -      -      -       -        -         yes     yes   yes      yes  -
"""
"""yes: sees it; lent: sees it in a section that was lent; -: nothing. Before anything is ticked or chosen.

Parent: with whom the child is placed, here one whose home did not write *At home*. A section of social care
or of the carer is never lent (`children.operations.delegate`), so “lent” there lets nobody in."""

ROWS: dict[str, dict[str, str]] = {
    "child_about_learning": {
        "my_views": "going_well hard settling better looking_back next_year my_targets enjoy future"
        " meeting_how helped helped_by told_an_adult",
    },
    "child_about_home_and_feelings": {
        "my_views": "happy_at_school safe_at_school who_helps friends meeting_wish anything_else",
        "my_details": "gender",
        "at_home": "home_views",
    },
    "identity_school_year": {
        "my_details": "legal_name known_as date_of_birth ethnicity first_language pronouns religion culture"
        " interpreter interpreter_language social_worker carer reviewer virtual_school matters",
        "my_education": "school on_roll_since designated_teacher year_group hours",
    },
    "numbers_of_the_record": {
        "my_details": "upn social_care_id school_upn no_upn homes_ever homes_year",
    },
    "legal_status": {
        "my_details": "care_started_on legal_status placing_authority educating_authority",
    },
    "parental_responsibility": {"my_details": "parental_responsibility home_kind contacts"},
    "care_plan_and_life_story": {"my_details": "care_plan life_story"},
    "sensitive_and_immigration": {
        "my_details": "unaccompanied arrived_on age_assessment immigration_status sensitive",
    },
    "contact_and_collection": {
        "my_details": "may_collect restrictions must_not online_contact secret_address",
    },
    "in_simple_words": {"my_details": "told_simply"},
    "agreed_with_the_home": {
        "my_details": "emergency_contact emergency_phone delegated photographs",
        "attendance": "target_declined_why",
        "meeting": "carers_had_plan",
    },
    "family_time": {"my_details": "family_time"},
    "health": {"my_details": "health"},
    "sdq_rating_screening": {
        "my_details": "sdq sdq_date sdq_score sdq_band sdq_reason",
        "wellbeing": "rating care_sdq education_sdq screened screening_tool screened_on screening_outcome",
    },
    "at_home_shared": {"at_home": "going_well hard leisure my_part at_hand wishes"},
    "at_home_for_professionals": {"at_home": "for_professionals last_plan help_wanted"},
    "education_and_progress": {
        "my_education": "history had_gaps gaps sen_status sen_need sen_need_2 ehcp_authority ehcp_last_review"
        " ehcp_next_review review_together ehcp_fit access_arrangements access_other provision behind"
        " catch_up out_of_hours change change_plan next_school next_school_matched next_school_why_not"
        " next_school_contact next_school_invited secondary_place secondary_visits secondary_ready"
        " options_help bursary handover handover_teachers"
        " record_passed_on between_schools looking_forward",
        "wellbeing": "strengths relationships support what_works",
        "progress": "on_track on_track_why approach subjects_ks1 phonics phonics_score phonics_met"
        " subjects_ks2 tables_check tables_score scaled_scores subjects_ks3 subjects hard achievements"
        " extra_curricular evidence progress_views",
        "attendance": "recorded_as sessions percentages so_far below_95 target_agreed barriers"
        " reduced_timetable reduced_timetable_plan alternative_provision alternative_provision_plan conduct"
        " emergency_plan attendance_views",
        "careers": "ideas met_work feed_interests growing_up interviewed interviews offered offer_target"
        " offer_target_why_not gatsby higher_education has_job job destination courses reserve"
        " matched matched_why_not further_ahead",
    },
    "likelihood_of_exclusion_neet": {"attendance": "likelihood risk_of_neet"},
    "suspensions": {"attendance": "suspended suspensions"},
    "targets_actions_date_letter": {
        "targets": "previous targets target_views",
        "meeting": "date time held venue chair joined_with attendees participation not_there_why"
        " not_there_tells not_there_next_time you_said said_at_meeting decisions next_date next_time"
        " next_venue next_coordinator",
        "summary": "heard how_you_are your_friends your_learning did_well happens_next goodbye",
    },
    "pp_plus_amount": {"targets": "pp_unspent"},
    "work_of_professionals": {
        "my_details": "identity_wrong other_reviews care_wrong not_known_yet",
        "my_education": "school_wrong high_needs",
        "wellbeing": "needs referrals adjustments needs_in_targets needs_left_out adviser_comment",
        "meeting": "documents other_information",
    },
    "parents_views": {"meeting": "parents_asked parents_said parents_not_asked_why"},
}
"""Item of the table → section → its questions."""

COLUMN_ROWS = {
    ("attendance", "suspensions", "notes"): "likelihood_of_exclusion_neet",
    ("targets", "targets", "pp_amount"): "pp_plus_amount",
}
"""Columns that fewer people see than the rest of their question, and the item whose row they follow."""

EXPECTED = {
    item: dict(zip(COLUMNS, marks, strict=True))
    for item, *marks in (line.split() for line in TABLE.strip().splitlines()[1:])
}
PLACED = [
    (item, section, field)
    for item, sections in ROWS.items()
    for section, names in sections.items()
    for field in names.split()
]


def everything_asked() -> dict[tuple[str, str], tuple[Asked, Field]]:
    """Every question of the edition, whatever phase, term, occasion or year it is asked in."""
    edition = editions.get(EDITION)
    found: dict[tuple[str, str], tuple[Asked, Field]] = {}
    for phase, season, occasion in product(edition.phases, get_args(Season), get_args(Occasion)):
        for asked in editions.all_asked(EDITION, editions.Choice(phase, season, occasion)):
            found |= {(asked.id, field.id): (asked, field) for field in asked.fields}
    return found


ASKED = everything_asked()


def seen_by(tie: Tie, section: str) -> Seen:
    """Somebody with one tie; to a delegate this section was lent, a parent's home is another."""
    home = ANOTHER if tie == Tie.PARENT else WRITER
    return Seen(Actor(1, "Somebody", date(2027, 3, 4)), frozenset({tie}), home, frozenset({section}))


def subject(asked: Asked, field: Field) -> Subject:
    owner = asked.owner_of(field)
    return Subject(
        section_id=asked.id, owner=owner, part=asked.part, household_id=WRITER if owner == "carer" else None
    )


def sees(tie: Tie, asked: Asked, field: Field, *, column: str = "") -> bool:
    """Whether somebody with this tie reads the question, or one column of it."""
    seen, it = seen_by(tie, asked.id), subject(asked, field)
    if not may_read(seen, field, it):
        return False
    return not column or (isinstance(field, Rows) and column in readable_columns(seen, field, it))


def columns_seen(asked: Asked, field: Field, expected: dict[str, str], *, column: str = "") -> dict[str, str]:
    """The row as policy has it, in the words of the table."""
    found = {}
    for name, ties in COLUMNS.items():
        answers = {sees(tie, asked, field, column=column) for tie in ties}
        assert len(answers) == 1, f"Not all of {name} see the same."
        yes = "lent" if name == "delegate" else "yes"
        found[name] = yes if answers == {True} else "-"
    return found


def own(asked: Asked, field: Field) -> set[str]:
    """Columns of those who write the answer: they read what they wrote, whatever the row says."""
    owner = asked.owner_of(field)
    columns = {"designated_teacher": {"teacher"}, "carer": {"carer"}, "young_person": {"child"}}
    return columns.get(owner, set())


@pytest.mark.parametrize(("item", "section", "field"), PLACED, ids="-".join)
def test_a_question_is_seen_by_those_in_its_row_and_nobody_else(item: str, section: str, field: str) -> None:
    assert (section, field) in ASKED, "The form does not ask this any more: take it out of the table."
    asked, question = ASKED[section, field]

    found = columns_seen(asked, question, EXPECTED[item])

    written = own(asked, question)
    assert {k: v for k, v in found.items() if k not in written} == {
        k: v for k, v in EXPECTED[item].items() if k not in written
    }


@pytest.mark.parametrize("key", COLUMN_ROWS, ids="-".join)
def test_a_column_for_fewer_people_is_seen_by_those_of_its_own_item(key: tuple[str, str, str]) -> None:
    section, field, column = key
    asked, question = ASKED[section, field]
    expected = EXPECTED[COLUMN_ROWS[key]]

    assert columns_seen(asked, question, expected, column=column) == expected


def test_every_column_for_fewer_people_is_in_the_table() -> None:
    narrower = {
        (asked.id, field.id, column.id)
        for asked, field in ASKED.values()
        if isinstance(field, Rows)
        for column in field.columns
        if column.audience is not None
    }

    assert narrower == set(COLUMN_ROWS)


def test_every_question_of_the_form_stands_in_one_row() -> None:
    placed = Counter((section, field) for _item, section, field in PLACED)
    asked = {key for key, (_section, field) in ASKED.items() if field.kind != "note"}

    assert [key for key, count in placed.items() if count > 1] == []
    assert sorted(asked - set(placed)) == [], "Decide who sees these, and put each into a row of the table."


def test_every_row_of_the_table_has_questions() -> None:
    assert set(ROWS) == set(EXPECTED)


def test_a_childs_private_answer_is_private_until_the_child_chooses() -> None:
    for item, section, field in PLACED:
        if item == "child_about_home_and_feelings":
            asked, question = ASKED[section, field]
            carer = seen_by(Tie.CARER, section)

            assert not may_read(carer, question, subject(asked, question))
            if asked.owner_of(question) == "young_person":
                assert may_read(carer, question, subject(asked, question), {"people": [carer.actor.user_id]})


def test_what_is_ticked_lets_in_carers_or_school_and_no_parent() -> None:
    for item, section, field in PLACED:
        if item in ("care_plan_and_life_story", "sensitive_and_immigration"):
            asked, question = ASKED[section, field]
            it = subject(asked, question)
            ticked = {"groups": ["home", "school"]}

            let_in = {tie for tie in Tie if may_read(seen_by(tie, section), question, it, ticked)}
            before = {tie for tie in Tie if may_read(seen_by(tie, section), question, it)}
            assert let_in - before == {Tie.CARER, Tie.DESIGNATED_TEACHER}


def test_a_parent_reads_what_their_own_home_wrote() -> None:
    asked, question = ASKED["at_home", "for_professionals"]
    parent = replace(seen_by(Tie.PARENT, "at_home"), household_id=WRITER)

    assert may_read(parent, question, subject(asked, question))
