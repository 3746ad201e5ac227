"""Who may do what: the whole grid of ties, acts and states, as a table that people can read.
Then who reads which answer: audiences, and what narrows or widens them.
"""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
from vsportal.models import PartState, PepState, SectionState
from vsportal.policy import (
    ACTS_AS,
    AUDIENCES,
    ORDER,
    RULES,
    Actor,
    Can,
    Seen,
    Subject,
    Tie,
    audience_of,
    decide,
    may_read,
    sight,
)

TODAY = date(2027, 3, 4)
ACTOR = Actor(1, "Rhian Castell", TODAY)
HEADS = ["yp", "ca", "pa", "dt", "sl", "de", "sw", "tm", "ir", "dw", "aa", "ad", "he", "bs"]
"""The columns of the grids: young person, carer, parent, designated teacher, safeguarding lead, delegate,
social worker, team manager, independent reviewer, duty worker, allocated adviser, adviser, head,
business support."""
SHORT = dict(zip(HEADS, Tie, strict=True))
STATES = {"O": "open", "H": "meeting_held", "S": "signed_off", "N": "not_completed", "C": "cancelled"}

GRID = """
act               owner               yp   ca   pa   dt   sl   de   sw   tm   ir   dw   aa   ad   he   bs
see_child         -                   all  all  all  all  all  all  all  all  all  all  all  all  all  all
see_pep           -                   all  all  all  all  all  all  all  all  all  all  all  all  all  all
see_section       -                   all  all  all  all  all  all  all  all  all  all  all  all  all  -
see_timeline      -                   -    -    -    all  all  -    all  all  all  all  all  all  all  -
answer            young_person        OH   -    -    -    -    -    -    -    -    -    -    -    -    -
answer            carer               -    OH   OH   -    -    -    -    -    -    -    -    -    -    -
answer            designated_teacher  -    -    -    OH   -    OH   -    -    -    -    -    -    -    -
answer            social_worker       -    -    -    -    -    -    OH   OH   -    -    -    -    -    -
answer            adviser             -    -    -    -    -    -    -    -    -    -    OH   OH   OH   -
comment           young_person        OH   -    -    -    -    -    -    -    -    -    -    -    -    -
comment           carer               -    OH   OH   -    -    -    -    -    -    -    -    -    -    -
comment           designated_teacher  -    -    -    OH   -    OH   -    -    -    -    -    -    -    -
comment           social_worker       -    -    -    -    -    -    OH   OH   -    -    -    -    -    -
comment           adviser             -    -    -    -    -    -    -    -    -    -    OH   OH   OH   -
complete_section  young_person        OH   -    -    -    -    -    -    -    -    -    -    -    -    -
complete_section  carer               -    OH   OH   -    -    -    -    -    -    -    -    -    -    -
complete_section  designated_teacher  -    -    -    OH   -    -    -    -    -    -    -    -    -    -
complete_section  social_worker       -    -    -    -    -    -    OH   OH   -    -    -    -    -    -
complete_section  adviser             -    -    -    -    -    -    -    -    -    -    OH   OH   OH   -
reopen_section    young_person        OH   -    -    -    -    -    -    -    -    -    -    -    -    -
reopen_section    carer               -    OH   OH   -    -    -    -    -    -    -    -    -    -    -
reopen_section    designated_teacher  -    -    -    OH   -    -    -    -    -    -    -    -    -    -
reopen_section    social_worker       -    -    -    -    -    -    OH   OH   -    -    -    -    -    -
reopen_section    adviser             -    -    -    -    -    -    -    -    -    -    OH   OH   OH   -
choose_readers    young_person        OH   -    -    -    -    -    -    -    -    -    -    -    -    -
choose_readers    carer               -    OH   OH   -    -    -    -    -    -    -    -    -    -    -
choose_readers    designated_teacher  -    -    -    OH   -    OH   -    -    -    -    -    -    -    -
choose_readers    social_worker       -    -    -    -    -    -    OH   OH   -    -    -    -    -    -
choose_readers    adviser             -    -    -    -    -    -    -    -    -    -    OH   OH   OH   -
submit_part       designated_teacher  -    -    -    OH   -    -    -    -    -    -    -    -    -    -
submit_part       social_worker       -    -    -    -    -    -    OH   OH   -    -    -    -    -    -
submit_part       adviser             -    -    -    -    -    -    -    -    -    -    OH   OH   OH   -
sign_off          -                   -    -    -    -    -    -    -    -    -    -    -    -    H    -
open_pep          -                   -    -    -    -    -    -    -    -    -    -    all  all  all  all
delegate          -                   -    -    -    all  -    -    -    -    -    -    -    -    -    -
link_row          designated_teacher  -    -    -    OH   -    -    -    -    -    -    -    -    -    -
end_access        -                   -    -    -    -    -    -    all  all  -    -    all  all  all  -
see_who_can_see   -                   all  -    -    -    -    -    all  all  all  -    all  all  all  -
see_looks         -                   -    -    -    -    -    -    -    -    -    -    -    -    all  -
see_own_looks     -                   all  -    -    -    -    -    -    -    -    -    -    -    -    -
reveal            -                   -    all  all  all  -    -    all  all  all  all  all  all  all  -
see_card          -                   -    all  all  all  all  -    all  all  all  all  all  all  all  -
confirm_card      -                   -    -    -    all  all  -    -    -    -    -    -    -    -    -
read_kept_words   -                   -    -    -    -    -    -    all  all  -    -    -    -    -    -
answer_wish       -                   -    all  -    all  -    -    all  all  -    -    all  all  all  -
"""
"""For each act (and owner of what it is about), the states of the plan in which each tie may do it."""


def rows(table: str) -> list[dict[str, str]]:
    heads, *lines = (line.split() for line in table.strip().splitlines())
    return [dict(zip(heads, line, strict=True)) for line in lines]


def seen_by(
    *ties: str, household_id: int | None = 7, sections: frozenset[str] = frozenset({"progress"})
) -> Seen:
    return Seen(ACTOR, frozenset(ties), household_id, sections)


def subject(owner: str = "designated_teacher", **more: object) -> Subject:
    given: dict[str, object] = {
        "section_id": "progress",
        "owner": owner,
        "leads": (owner,),
        "household_id": None,
    }
    return Subject(**(given | more))  # type: ignore[arg-type]


# Acts ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", rows(GRID), ids=lambda row: f"{row['act']}-{row['owner']}")
def test_each_tie_may_do_what_the_grid_says_and_nothing_else(row: dict[str, str]) -> None:
    status = SectionState.COMPLETE if row["act"] == Can.REOPEN_SECTION else SectionState.IN_PROGRESS
    about = subject(row["owner"], status=status)

    found = {}
    for short, tie in SHORT.items():
        allowed = "".join(
            letter
            for letter, state in STATES.items()
            if decide(seen_by(tie), Can(row["act"]), replace(about, pep_state=state))
        )
        found[short] = {"OHSNC": "all", "": "-"}.get(allowed, allowed)

    assert found == {short: row[short] for short in SHORT}


def test_the_grid_holds_every_act_and_every_owner() -> None:
    about_somebodys = {Can.ANSWER, Can.COMMENT, Can.COMPLETE_SECTION, Can.REOPEN_SECTION, Can.CHOOSE_READERS}

    found = {(row["act"], row["owner"]) for row in rows(GRID)}

    assert {act for act, _ in found} == set(Can) == set(RULES)
    assert {(act, owner) for act in about_somebodys for owner in ACTS_AS} <= found


COMPLETING = (Can.COMPLETE_SECTION, Can.REOPEN_SECTION)
CLOSED = """
part         returned  status       answer        comment       complete      reopen        choose
in_progress  no        not_started  yes           yes           yes           not_complete  yes
in_progress  no        in_progress  yes           yes           yes           not_complete  yes
in_progress  no        complete     complete      yes           complete      yes           complete
submitted    no        in_progress  with_vs       with_vs       with_vs       with_vs       with_vs
submitted    no        complete     with_vs       with_vs       with_vs       with_vs       with_vs
submitted    yes       in_progress  with_vs       with_vs       with_vs       with_vs       with_vs
reviewed     no        complete     with_vs       with_vs       with_vs       with_vs       with_vs
returned     no        not_started  not_returned  not_returned  not_returned  not_returned  not_returned
returned     no        in_progress  not_returned  not_returned  not_returned  not_returned  not_returned
returned     no        complete     not_returned  not_returned  not_returned  not_returned  not_returned
returned     yes       in_progress  yes           yes           yes           not_complete  yes
returned     yes       complete     complete      yes           complete      yes           complete
"""
"""For the owner of a section of a part: may it be changed, or why not (“with_vs”: its part was sent)."""


@pytest.mark.parametrize(
    "row", rows(CLOSED), ids=lambda row: f"{row['part']}-{row['returned']}-{row['status']}"
)
def test_a_section_closes_with_its_part_and_reopens_only_when_it_came_back(row: dict[str, str]) -> None:
    about = subject(
        part="school",
        part_state=PartState(row["part"]),
        status=SectionState(row["status"]),
        returned=row["returned"] == "yes",
    )
    acts = dict(zip(list(row)[3:], [Can.ANSWER, Can.COMMENT, *COMPLETING, Can.CHOOSE_READERS], strict=True))

    found = {name: decide(seen_by(Tie.DESIGNATED_TEACHER), act, about) for name, act in acts.items()}

    words = {"part_submitted": "with_vs"}
    assert {name: "yes" if d else words.get(d.reason, d.reason) for name, d in found.items()} == {
        name: row[name] for name in acts
    }


def test_a_section_of_neither_part_never_closes_with_one() -> None:
    about = subject("young_person", part="", part_state=PartState.SUBMITTED)

    assert decide(seen_by(Tie.YOUNG_PERSON), Can.ANSWER, about)


@pytest.mark.parametrize("state", PepState)
@pytest.mark.parametrize("can", Can)
def test_nobody_without_a_tie_may_do_anything_or_learns_the_state(can: Can, state: PepState) -> None:
    refused = decide(seen_by(), can, subject(pep_state=state))

    assert (refused.allowed, refused.reason) == (False, "not_yours")


@pytest.mark.parametrize("state", PepState)
def test_somebody_elses_section_says_only_that_whatever_the_state(state: PepState) -> None:
    refused = decide(seen_by(Tie.CARER), Can.ANSWER, subject("designated_teacher", pep_state=state))

    assert (refused.allowed, refused.reason) == (False, "not_owner")


def test_a_plan_is_signed_off_after_its_meeting_and_not_before() -> None:
    reasons = {
        state: decide(seen_by(Tie.HEAD), Can.SIGN_OFF, subject(pep_state=state)).reason for state in PepState
    }

    assert reasons == {
        PepState.OPEN: "not_held",
        PepState.MEETING_HELD: "",
        PepState.SIGNED_OFF: "locked",
        PepState.NOT_COMPLETED: "locked",
        PepState.CANCELLED: "locked",
    }


@pytest.mark.parametrize("can", [Can.SEE_SECTION, Can.ANSWER, Can.COMMENT, Can.CHOOSE_READERS])
def test_a_delegate_is_held_to_the_sections_that_were_lent(can: Can) -> None:
    delegate = seen_by(Tie.DELEGATE, sections=frozenset({"progress"}))

    assert decide(delegate, can, subject(section_id="progress"))
    assert not decide(delegate, can, subject(section_id="wellbeing"))


def test_a_designated_teacher_who_was_lent_something_elsewhere_keeps_the_whole_plan() -> None:
    both = seen_by(Tie.DESIGNATED_TEACHER, Tie.DELEGATE, sections=frozenset())

    decision = decide(both, Can.ANSWER, subject(section_id="wellbeing"))

    assert (decision.allowed, decision.tie) == (True, Tie.DESIGNATED_TEACHER)


@pytest.mark.parametrize("tie", [Tie.CARER, Tie.PARENT])
@pytest.mark.parametrize("can", [Can.ANSWER, Can.COMPLETE_SECTION, Can.CHOOSE_READERS])
def test_a_carer_writes_only_what_their_own_home_writes(can: Can, tie: Tie) -> None:
    carer = seen_by(tie, household_id=7)

    assert decide(carer, can, subject("carer", household_id=7))
    assert decide(carer, can, subject("carer", household_id=8)).reason == "not_owner"


def test_those_whom_a_section_invites_comment_beside_its_owner() -> None:
    about = subject("designated_teacher", commenters=("young_person", "carer"))

    allowed = {tie for tie in Tie if decide(seen_by(tie), Can.COMMENT, about)}

    assert allowed == {Tie.DESIGNATED_TEACHER, Tie.DELEGATE, Tie.YOUNG_PERSON, Tie.CARER, Tie.PARENT}


@given(ties=st.sets(st.sampled_from(Tie)), can=st.sampled_from(Can), owner=st.sampled_from(list(ACTS_AS)))
def test_several_ties_allow_what_one_of_them_allows_and_the_first_is_named(
    ties: set[Tie], can: Can, owner: str
) -> None:
    about = subject(
        owner, status=SectionState.COMPLETE if can is Can.REOPEN_SECTION else SectionState.IN_PROGRESS
    )

    decision = decide(seen_by(*ties), can, about)

    one_by_one = [tie for tie in ORDER if tie in ties and decide(seen_by(tie), can, about)]
    assert decision.allowed == bool(one_by_one)
    if one_by_one:
        assert decision.tie == one_by_one[0]


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
