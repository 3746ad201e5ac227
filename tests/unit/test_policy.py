"""Who may do what: the whole grid of ties, acts and states, as a table that people can read."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.grids import SHORT, rows, seen_by, subject
from vsportal.models import PartState, PepState, SectionState
from vsportal.policy import (
    ACTS_AS,
    ORDER,
    RULES,
    Can,
    Tie,
    decide,
)

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
close_pep         -                   -    -    -    -    -    -    -    -    -    -    OH   OH   OH   -
cancel_pep        -                   -    -    -    -    -    -    -    -    -    -    O    O    O    -
reopen_pep        -                   -    -    -    -    -    -    -    -    -    -    N    N    N    -
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
see_purpose       -                   all  all  all  all  -    -    all  all  all  -    all  all  all  -
see_request       -                   -    -    -    all  -    -    all  all  all  -    all  all  all  -
request_funding   -                   -    -    -    OHS  -    -    -    -    -    -    OHS  OHS  OHS  -
propose_funding   -                   -    OHS  -    -    -    -    OHS  OHS  -    -    OHS  OHS  OHS  -
decide_funding    adviser             -    -    -    -    -    -    -    -    -    -    all  all  all  -
decide_funding    head                -    -    -    -    -    -    -    -    -    -    -    -    all  -
decide_funding    panel               -    -    -    -    -    -    -    -    -    -    all  all  all  -
give_clinical_view  -                 -    -    -    -    -    -    -    -    -    -    all  all  all  -
evaluate_funding  -                   -    -    -    all  -    -    -    -    -    -    all  all  all  -
review            -                   -    -    -    -    -    -    -    -    -    -    OH   OH   OH   -
rate_again        -                   -    -    -    -    -    -    -    -    -    -    all  all  all  -
see_ratings       school              -    -    -    all  -    -    -    -    -    -    all  all  all  -
see_ratings       care                -    -    -    -    -    -    all  all  all  -    all  all  all  -
see_review_notes  -                   -    -    -    -    -    -    -    -    -    -    all  all  all  -
see_document      -                   all  all  all  all  all  -    all  all  all  all  all  all  all  -
see_letter        -                   all  all  all  all  all  -    all  all  all  all  all  all  all  -
add_addendum      -                   -    -    -    S    -    -    S    S    -    -    S    S    S    -
release_copy      -                   -    -    -    -    -    -    all  all  -    -    -    -    -    -
see_concerns      -                   -    -    -    -    -    -    all  all  all  -    all  all  all  -
raise_concern     -                   -    -    -    -    -    -    -    -    all  -    -    -    -    -
answer_concern    -                   -    -    -    -    -    -    all  all  -    -    all  all  all  -
"""
"""For each act (and owner of what it is about), the states of the plan in which each tie may do it."""


# Acts ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", rows(GRID), ids=lambda row: f"{row['act']}-{row['owner']}")
def test_each_tie_may_do_what_the_grid_says_and_nothing_else(row: dict[str, str]) -> None:
    status = SectionState.COMPLETE if row["act"] == Can.REOPEN_SECTION else SectionState.IN_PROGRESS
    about = subject(row["owner"], status=status)
    if row["act"] == Can.DECIDE_FUNDING:
        about = replace(about, decider=row["owner"])
    elif row["act"] == Can.SEE_RATINGS:
        about = replace(about, part=row["owner"])

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
