"""Who reads which answer: audiences, and what narrows or widens them; then a section's page as a whole."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.grids import ACTOR, SHORT, rows, seen_by, subject
from vsportal.editions.schema import (
    Asked,
    Derived,
    Field,
    Grid,
    LongTextQuestion,
    Note,
    Text,
    TextQuestion,
    Views,
)
from vsportal.models import PartState
from vsportal.policy import (
    ACTS_AS,
    AUDIENCES,
    Seen,
    Tie,
    audience_of,
    may_read,
    sight,
)

# Who reads an answer --------------------------------------------------------------------------------------

READS = """
audience       yp   ca   pa   dt   sl   de   sw   tm   ir   dw   aa   ad   he   bs
everyone       yes  yes  yes  yes  yes  yes  yes  yes  yes  yes  yes  yes  yes  -
adults_around  -    yes  -    yes  yes  yes  yes  yes  yes  yes  yes  yes  yes  -
professionals  -    -    -    yes  yes  yes  yes  yes  yes  yes  yes  yes  yes  -
school_named   -    -    -    yes  yes  -    yes  yes  yes  yes  yes  yes  yes  -
care           -    -    -    -    -    -    yes  yes  yes  yes  yes  yes  yes  -
child_chosen   yes  -    -    -    -    -    yes  -    -    -    yes  -    -    -
"""


def question(**more: object) -> Field:
    return TextQuestion.model_validate({"id": "q", "label": "Question", "audience": "everyone"} | more)


def readers_of(
    field: Field, readers: dict[str, list[object]] | None = None, owner: str = "nobody"
) -> set[Tie]:
    return {tie for tie in Tie if may_read(seen_by(tie), field, subject(owner), readers)}


@pytest.mark.parametrize("row", rows(READS), ids=lambda row: row["audience"])
def test_each_audience_reads_what_the_grid_says(row: dict[str, str]) -> None:
    expected = {tie for short, tie in SHORT.items() if row[short] == "yes"}

    assert readers_of(question(audience=row["audience"])) == expected


def test_an_answer_without_an_audience_is_for_care_only() -> None:
    assert audience_of(question(audience=None)) == AUDIENCES["care"]


@pytest.mark.parametrize("owner", ACTS_AS)
def test_whoever_answers_a_question_reads_the_answer(owner: str) -> None:
    found = readers_of(question(audience="care"), owner=owner)

    assert found == AUDIENCES["care"] | ACTS_AS[owner] - {Tie.DELEGATE}


def test_a_delegate_fills_in_a_lent_section_but_for_what_is_the_named_teachers() -> None:
    delegate = seen_by(Tie.DELEGATE)

    assert may_read(delegate, question(audience="professionals"), subject(), {})
    assert not may_read(delegate, question(audience="school_named"), subject(), {})


def test_what_a_child_says_in_a_carers_section_is_not_the_carers_to_read() -> None:
    said = Views(id="say", label="What do you say?", audience="child_chosen")

    assert readers_of(said, owner="carer") == AUDIENCES["child_chosen"]


@pytest.mark.parametrize(
    ("groups", "let_in"),
    [
        ((), set()),
        (("home",), {Tie.CARER}),
        (("school",), {Tie.DESIGNATED_TEACHER}),
        (("home", "school", "somebody"), {Tie.CARER, Tie.DESIGNATED_TEACHER}),
    ],
)
def test_a_narrowed_answer_is_for_care_until_others_are_ticked(
    groups: tuple[str, ...], let_in: set[Tie]
) -> None:
    field = question(audience="adults_around", narrowed=True)

    assert readers_of(field, {"groups": list(groups)}) == AUDIENCES["care"] | let_in


def test_an_answer_nobody_has_ticked_yet_is_for_care_only() -> None:
    assert readers_of(question(audience="adults_around", narrowed=True)) == AUDIENCES["care"]


def test_a_childs_private_answer_is_for_the_worker_and_the_adviser_until_the_child_widens_it() -> None:
    field = question(audience="child_chosen")

    assert readers_of(field, owner="young_person") == {
        Tie.YOUNG_PERSON,
        Tie.SOCIAL_WORKER,
        Tie.ALLOCATED_ADVISER,
    }


@pytest.mark.parametrize("tie", [Tie.CARER, Tie.DESIGNATED_TEACHER, Tie.TEAM_MANAGER])
def test_a_person_the_child_chose_reads_a_private_answer_and_their_colleagues_do_not(tie: Tie) -> None:
    field, chosen = question(audience="child_chosen"), {"people": [ACTOR.user_id]}
    colleague = Seen(replace(ACTOR, user_id=2), frozenset({tie}))

    assert may_read(seen_by(tie), field, subject("young_person"), chosen)
    assert not may_read(colleague, field, subject("young_person"), chosen)


def test_a_chosen_person_who_has_no_tie_any_more_reads_nothing() -> None:
    assert not may_read(
        seen_by(), question(audience="child_chosen"), subject("young_person"), {"people": [1]}
    )


def test_a_child_may_keep_an_open_answer_to_chosen_people() -> None:
    kept = {"people": [99]}

    assert readers_of(question(audience="everyone"), kept, owner="young_person") == AUDIENCES["child_chosen"]


@given(
    audience=st.sampled_from([name for name in AUDIENCES if name != "child_chosen"]),
    narrowed=st.booleans(),
    groups=st.lists(st.sampled_from(["home", "school"])),
    people=st.one_of(st.none(), st.lists(st.just(ACTOR.user_id))),
)
def test_nothing_that_is_ticked_or_chosen_widens_an_answer_but_a_childs_private_one(
    audience: str, narrowed: bool, groups: list[str], people: list[int] | None
) -> None:
    field = question(audience=audience, narrowed=narrowed)
    readers: dict[str, list[object]] = {"groups": list(groups)}
    if people is not None:
        readers["people"] = list(people)

    assert readers_of(field, readers) <= AUDIENCES[audience]


def test_a_parent_with_whom_the_child_lives_reads_what_is_marked_for_parents() -> None:
    assert Tie.PARENT in readers_of(question(audience="adults_around", parents=True))
    assert Tie.PARENT not in readers_of(question(audience="adults_around"))


@pytest.mark.parametrize("audience", ["everyone", "adults_around"])
def test_a_parent_never_reads_what_the_foster_home_wrote(audience: str) -> None:
    parent = seen_by(Tie.PARENT, household_id=7)
    field = question(audience=audience, parents=True)

    assert not may_read(parent, field, subject("carer", household_id=8))
    assert may_read(parent, field, subject("carer", household_id=7))


def test_business_support_reads_no_answer_even_when_chosen() -> None:
    support = seen_by(Tie.BUSINESS_SUPPORT)

    assert not may_read(support, question(audience="everyone"), subject(), {"people": [ACTOR.user_id]})


# A section's page -----------------------------------------------------------------------------------------


def asked(*fields: Field) -> Asked:
    return Asked(
        "2026-27",
        "progress",
        "My progress",
        "Progress",
        "",
        "designated_teacher",
        "school",
        ("carer",),
        "",
        0,
        fields,
    )


PAGE = asked(
    question(id="how"),
    question(id="for_school", audience="school_named"),
    question(id="born", source="child.date_of_birth"),
    LongTextQuestion(id="advice", label="Advice", audience="everyone", owner="adviser"),
    Views(id="say", label="What do you say?", audience="everyone"),
    Note(id="words", text="Words", audience="everyone"),
    Derived(id="sum", label="Sum", derive="sum", audience="everyone"),
    Grid(
        id="subjects",
        label="Subjects",
        audience="everyone",
        columns=(Text(id="subject"), Text(id="likely", audience="school_named")),
    ),
)


def test_a_section_is_written_by_its_owner_question_by_question() -> None:
    found = sight(seen_by(Tie.DESIGNATED_TEACHER), PAGE, subject(), {})

    assert found.readable == set(PAGE.by_id)
    assert found.writable == {"how", "for_school", "subjects"}
    assert found.commentable == {"say"}
    assert found.hidden_columns == frozenset()
    assert found.reason == ""


def test_a_question_with_an_owner_of_its_own_is_written_by_that_owner() -> None:
    found = sight(seen_by(Tie.ALLOCATED_ADVISER), PAGE, subject(), {})

    assert found.writable == {"advice"}


def test_an_invited_commenter_reads_comments_and_is_told_whose_the_rest_is() -> None:
    found = sight(seen_by(Tie.CARER), PAGE, subject(commenters=("carer",)), {})

    assert "for_school" not in found.readable
    assert found.hidden_columns == {"subjects.likely"}
    assert found.writable == frozenset()
    assert found.commentable == {"say"}
    assert found.reason == "not_owner"


def test_a_closed_section_says_why_to_its_owner() -> None:
    about = subject(part="school", part_state=PartState.SUBMITTED)

    found = sight(seen_by(Tie.DESIGNATED_TEACHER), PAGE, about, {})

    assert (found.writable, found.commentable) == (frozenset(), frozenset())
    assert found.reason == "part_submitted"


def test_there_is_nothing_on_a_page_for_somebody_who_reads_nothing_of_it() -> None:
    found = sight(seen_by(Tie.DELEGATE, sections=frozenset({"wellbeing"})), PAGE, subject(), {})

    assert found.leaves_nothing


def test_nobody_comments_in_one_role_on_what_they_read_only_in_another() -> None:
    page = asked(Views(id="home_views", kind="views", label="Home?", group="A", audience="child_chosen"))
    about = subject("carer", section_id=page.id)

    both = sight(seen_by(Tie.CARER, Tie.ALLOCATED_ADVISER), page, about, {})

    assert (both.readable, both.commentable) == ({"home_views"}, frozenset())


def test_what_is_lent_opens_nothing_more_to_somebody_who_is_also_at_home() -> None:
    field = question(audience="professionals")
    carer_who_teaches = seen_by(Tie.CARER, Tie.DELEGATE, sections=frozenset({"wellbeing"}))

    assert may_read(carer_who_teaches, field, subject(section_id="wellbeing"))
    assert not may_read(carer_who_teaches, field, subject(section_id="progress"))


def test_nobody_answers_in_one_role_what_they_read_only_in_another() -> None:
    page = asked(TextQuestion(id="risk", kind="text", label="Risk?", group="A", audience="school_named"))

    both = sight(seen_by(Tie.DELEGATE, Tie.SAFEGUARDING_LEAD), page, subject(section_id=page.id), {})

    assert (both.readable, both.writable) == ({"risk"}, frozenset())
