"""What holds of policy and workflow whoever asks, whatever they are and wherever a plan is.

Hypothesis makes up people with any ties, sections in any state, and asks about every section of the form.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from vsportal import editions
from vsportal.editions import Choice
from vsportal.editions.schema import Asked, Rows
from vsportal.models import PartState, PepState, SectionState
from vsportal.policy import (
    ACTS_AS,
    AUDIENCES,
    CHANGES_A_SECTION,
    OPEN,
    Actor,
    Can,
    Seen,
    Sight,
    Subject,
    Tie,
    audience_of,
    decide,
    finds_anything,
    may_read,
    sight,
)
from vsportal.workflow import PART, PEP, SECTION, Act

FORM = editions.all_asked("2026-27", Choice("secondary", "summer", "transition", 11))
always = settings(deadline=None, max_examples=60)
ME, HOMES = 1, (None, 7, 8)
NARROWING = st.one_of(
    st.builds(dict),
    st.builds(lambda groups: {"groups": groups}, st.lists(st.sampled_from(["home", "school"]), unique=True)),
    st.builds(lambda people: {"people": people}, st.lists(st.sampled_from([ME, 99]), unique=True)),
)


@st.composite
def people(draw: st.DrawFn) -> Seen:
    """Somebody with any ties to the child."""
    ties = draw(st.frozensets(st.sampled_from([str(tie) for tie in Tie])))
    lent = draw(st.frozensets(st.sampled_from([a.id for a in FORM]), max_size=3))
    actor = Actor(ME, "Rhian Castell", date(2027, 3, 4))
    return Seen(actor, ties, draw(st.sampled_from(HOMES)), lent if Tie.DELEGATE in ties else frozenset())


@st.composite
def pages(draw: st.DrawFn, **fixed: Any) -> tuple[Asked, Subject]:
    """A section of the form in any state; `fixed`: what is not made up."""
    asked = draw(st.sampled_from(FORM))
    made: dict[str, Any] = {
        "pep_state": draw(st.sampled_from(PepState)),
        "section_id": asked.id,
        "owner": asked.owner,
        "commenters": asked.comments,
        "status": draw(st.sampled_from(SectionState)),
        "part": asked.part,
        "part_state": draw(st.sampled_from(PartState)),
        "returned": draw(st.booleans()),
        "household_id": draw(st.sampled_from(HOMES)) if asked.owner == "carer" else None,
        "leads": (asked.owner,),
    }
    return asked, Subject(**(made | fixed))


@st.composite
def narrowings(draw: st.DrawFn) -> Mapping[int, dict[str, Any]]:
    """Readers chosen or ticked for some of a section's questions, by their place in it."""
    return draw(st.dictionaries(st.integers(0, 59), NARROWING, max_size=6))


def of(asked: Asked, narrowed: Mapping[int, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The same by question, as a section keeps it."""
    return {f.id: narrowed[n] for n, f in enumerate(asked.fields) if n in narrowed}


def changes(found: Sight) -> frozenset[str]:
    """Everything that could be changed on a page."""
    return found.writable | found.commentable


@always
@given(
    seen=people(),
    page=pages(),
    state=st.sampled_from([PartState.SUBMITTED, PartState.REVIEWED]),
    narrowed=narrowings(),
)
def test_a_part_that_was_sent_cannot_be_changed_by_anybody(
    seen: Seen, page: tuple[Asked, Subject], state: PartState, narrowed: Mapping[int, dict[str, Any]]
) -> None:
    asked, about = page
    sent = Subject(**{**vars(about), "part": "school", "part_state": state})

    assert not [can for can in CHANGES_A_SECTION if decide(seen, can, sent)]
    assert not changes(sight(seen, asked, sent, of(asked, narrowed)))


@always
@given(
    seen=people(), page=pages(), state=st.sampled_from(sorted(set(PepState) - OPEN)), narrowed=narrowings()
)
def test_a_plan_that_is_closed_cannot_be_changed_by_anybody(
    seen: Seen, page: tuple[Asked, Subject], state: PepState, narrowed: Mapping[int, dict[str, Any]]
) -> None:
    asked, about = page
    closed = Subject(**{**vars(about), "pep_state": state})

    acts = CHANGES_A_SECTION | {Can.SUBMIT_PART, Can.SIGN_OFF}
    assert not [can for can in acts if decide(seen, can, closed)]
    assert not changes(sight(seen, asked, closed, of(asked, narrowed)))


@always
@given(seen=people(), page=pages(), narrowed=narrowings())
def test_nobody_writes_or_comments_on_what_they_may_not_read(
    seen: Seen, page: tuple[Asked, Subject], narrowed: Mapping[int, dict[str, Any]]
) -> None:
    asked, about = page
    found = sight(seen, asked, about, of(asked, narrowed))

    assert changes(found) <= found.readable <= set(asked.by_id)
    assert {column.partition(".")[0] for column in found.hidden_columns} <= found.readable
    assert bool(found.reason) == (not found.writable)


@always
@given(seen=people(), page=pages(), narrowed=narrowings())
def test_every_answer_is_read_by_its_audience_its_writers_and_those_the_child_chose_alone(
    seen: Seen, page: tuple[Asked, Subject], narrowed: Mapping[int, dict[str, Any]]
) -> None:
    asked, about = page
    readers = of(asked, narrowed)

    for field in asked.fields:
        kept, owner = readers.get(field.id), asked.owner_of(field)
        if not may_read(seen, field, Subject(**{**vars(about), "owner": owner}), kept):
            continue
        is_chosen = ME in (kept or {}).get("people", ()) and bool(seen.ties - {Tie.BUSINESS_SUPPORT})
        writes = bool(seen.ties & ACTS_AS[owner]) and field.kind != "views"
        assert seen.ties & audience_of(field, kept) or is_chosen or writes
        assert (
            seen.ties & AUDIENCES[field.audience or "care"] | seen.ties & {Tie.PARENT} or is_chosen or writes
        )


@always
@given(seen=people(), page=pages(), narrowed=narrowings())
def test_several_ties_show_no_more_than_each_of_them_alone_together(
    seen: Seen, page: tuple[Asked, Subject], narrowed: Mapping[int, dict[str, Any]]
) -> None:
    asked, about = page
    readers = of(asked, narrowed)

    alone = [
        sight(Seen(seen.actor, frozenset({tie}), seen.household_id, seen.sections), asked, about, readers)
        for tie in seen.ties
    ]

    found = sight(seen, asked, about, readers)
    assert found.readable <= frozenset().union(*(one.readable for one in alone))
    assert found.writable <= frozenset().union(*(one.writable for one in alone))
    assert found.commentable <= frozenset().union(*(one.commentable for one in alone))


@always
@given(seen=people(), page=pages())
def test_a_section_is_listed_with_a_link_when_its_page_holds_anything(
    seen: Seen, page: tuple[Asked, Subject]
) -> None:
    asked, about = page

    assert finds_anything(seen, asked, about) == (not sight(seen, asked, about, {}).leaves_nothing)


@always
@given(seen=people(), page=pages())
def test_business_support_alone_reads_nothing_and_nobody_reads_without_a_tie(
    seen: Seen, page: tuple[Asked, Subject]
) -> None:
    asked, about = page
    everybody = {f.id: {"people": [ME], "groups": ["home", "school"]} for f in asked.fields}

    for ties in (frozenset(), frozenset({str(Tie.BUSINESS_SUPPORT)})):
        nobody = Seen(seen.actor, ties, seen.household_id, seen.sections)
        assert sight(nobody, asked, about, everybody).leaves_nothing


@always
@given(seen=people(), page=pages())
def test_a_column_for_fewer_people_is_hidden_from_all_others_but_its_writer(
    seen: Seen, page: tuple[Asked, Subject]
) -> None:
    asked, about = page
    found = sight(seen, asked, about, {})

    for field in asked.fields:
        for column in field.columns if isinstance(field, Rows) and field.id in found.readable else ():
            if column.audience and f"{field.id}.{column.id}" not in found.hidden_columns:
                owner = asked.owner_of(field)
                assert seen.ties & AUDIENCES[column.audience] or seen.ties & ACTS_AS[owner]


# Where things can get to ----------------------------------------------------------------------------------


def moved(table: Any, state: str, acts: list[Act]) -> list[str]:
    """The states a thing goes through; what is not in the table does nothing."""
    through = [str(state)]
    for act in acts:
        through.append(str(table.get((through[-1], act), through[-1])))
    return through


@always
@given(acts=st.lists(st.sampled_from(Act), max_size=30))
def test_whatever_is_tried_a_sent_part_comes_back_only_by_being_returned(acts: list[Act]) -> None:
    through = moved(PART, PartState.IN_PROGRESS, acts)

    if PartState.SUBMITTED in through:
        assert PartState.IN_PROGRESS not in through[through.index(PartState.SUBMITTED) :]
    for before, act, after in zip(through, acts, through[1:], strict=False):
        assert after != PartState.RETURNED or before == PartState.RETURNED or act is Act.RETURN


@always
@given(acts=st.lists(st.sampled_from(Act), max_size=30))
def test_whatever_is_tried_a_plan_signed_off_or_cancelled_stays_so(acts: list[Act]) -> None:
    through = moved(PEP, PepState.OPEN, acts)

    for end in (PepState.SIGNED_OFF, PepState.CANCELLED):
        if end in through:
            assert set(through[through.index(end) :]) == {end}
    if PepState.SIGNED_OFF in through:
        assert PepState.MEETING_HELD in through


@always
@given(acts=st.lists(st.sampled_from(Act), max_size=30))
def test_whatever_is_tried_only_a_new_home_begins_a_section_anew_and_never_one_that_is_complete(
    acts: list[Act],
) -> None:
    through = moved(SECTION, SectionState.NOT_STARTED, acts)

    for before, act, after in zip(through, acts, through[1:], strict=False):
        if after == SectionState.NOT_STARTED and before != after:
            assert (before, act) == (SectionState.IN_PROGRESS, Act.HAND_ON)
