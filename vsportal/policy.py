"""Who may do what, and why not: one table, read top to bottom, and one place that asks it.

A person sees a child because of a tie that holds today (`ties.py`: on roll, allocated, home,
delegation) and for no other reason. Pure: no request, no session.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from vsportal.editions.schema import Asked, Field, Rows
from vsportal.models import PartState, PepState, SectionState
from vsportal.ties import (
    Actor,
    Held,
    Seen,
    Tie,
    Whoever,
    ties,
    values_of,
    visible_children,
    visible_peps,
    whoever,
)

__all__ = [
    "ACTS_AS",
    "AUDIENCES",
    "RULES",
    "Actor",
    "Can",
    "Decision",
    "Held",
    "Seen",
    "Sight",
    "Subject",
    "Tie",
    "Whoever",
    "decide",
    "finds_anything",
    "may_read",
    "sight",
    "ties",
    "values_of",
    "visible_children",
    "visible_peps",
    "whoever",
]


class Can(StrEnum):
    """The acts there are."""

    SEE_CHILD = "see_child"
    SEE_PEP = "see_pep"
    SEE_SECTION = "see_section"
    SEE_TIMELINE = "see_timeline"
    ANSWER = "answer"
    COMMENT = "comment"
    COMPLETE_SECTION = "complete_section"
    REOPEN_SECTION = "reopen_section"
    CHOOSE_READERS = "choose_readers"
    SUBMIT_PART = "submit_part"
    SIGN_OFF = "sign_off"
    OPEN_PEP = "open_pep"
    DELEGATE = "delegate"
    LINK_ROW = "link_row"
    END_ACCESS = "end_access"
    SEE_WHO_CAN_SEE = "see_who_can_see"
    SEE_LOOKS = "see_looks"
    SEE_OWN_LOOKS = "see_own_looks"
    REVEAL = "reveal"
    SEE_CARD = "see_card"
    CONFIRM_CARD = "confirm_card"
    READ_KEPT_WORDS = "read_kept_words"
    ANSWER_WISH = "answer_wish"


# The table: who may do what while the plan is where ---------------------------------------------------

OPEN = frozenset({PepState.OPEN, PepState.MEETING_HELD})
HELD = frozenset({PepState.MEETING_HELD})
ANY = frozenset(PepState)

READERS = frozenset(Tie) - {Tie.BUSINESS_SUPPORT}
ACTS_AS: Mapping[str, frozenset[str]] = {
    "young_person": frozenset({Tie.YOUNG_PERSON}),
    "carer": frozenset({Tie.CARER, Tie.PARENT}),
    "designated_teacher": frozenset({Tie.DESIGNATED_TEACHER, Tie.DELEGATE}),
    "social_worker": frozenset({Tie.SOCIAL_WORKER, Tie.TEAM_MANAGER}),
    "adviser": frozenset({Tie.ALLOCATED_ADVISER, Tie.ADVISER, Tie.HEAD}),
}
"""Owner in the form → who acts as that owner: a manager covers the worker, the head covers the adviser."""
ORDER = tuple(Tie)
"""When several ties allow an act, the earlier one is named."""


@dataclass(frozen=True)
class Subject:
    """What an act is about, as far as it matters: plan, section, part, question."""

    pep_state: str = PepState.OPEN
    section_id: str = ""
    owner: str = ""
    commenters: Collection[str] = ()
    status: str = SectionState.NOT_STARTED
    part: str = ""
    part_state: str = PartState.IN_PROGRESS
    returned: bool = False
    household_id: int | None = None
    leads: Collection[str] = ()
    """Owners of the part, for who may submit it."""


def always(_seen: Seen, _tie: str, _it: Subject) -> bool:
    """No further condition."""
    return True


def lent(seen: Seen, tie: str, it: Subject) -> bool:
    """A delegate is held to the sections lent."""
    return tie != Tie.DELEGATE or it.section_id in seen.sections


def owns_it(seen: Seen, tie: str, it: Subject) -> bool:
    """The question or section is this role's, and a carer's own home's."""
    if tie not in ACTS_AS.get(it.owner, ()) or not lent(seen, tie, it):
        return False
    return it.owner != "carer" or it.household_id in (None, seen.household_id)


def completes_it(seen: Seen, tie: str, it: Subject) -> bool:
    """As for answering, but a delegate only fills in: the designated teacher completes."""
    return tie != Tie.DELEGATE and owns_it(seen, tie, it)


def is_asked_to_comment(seen: Seen, tie: str, it: Subject) -> bool:
    """The section's own owner and the roles that it invites add comments, each under their own name."""
    asked = any(tie in ACTS_AS.get(role, ()) for role in (it.owner, *it.commenters))
    return lent(seen, tie, it) and asked


def leads_the_part(_seen: Seen, tie: str, it: Subject) -> bool:
    """The owner of the part's sections sends it."""
    return tie != Tie.DELEGATE and any(tie in ACTS_AS.get(role, ()) for role in it.leads)


WORKERS = frozenset({Tie.SOCIAL_WORKER, Tie.TEAM_MANAGER})
VIRTUAL_SCHOOL = frozenset({Tie.ALLOCATED_ADVISER, Tie.ADVISER, Tie.HEAD})
AT_HOME = frozenset({Tie.CARER, Tie.PARENT})

Rule = tuple[frozenset[Any], frozenset[PepState], Callable[[Seen, str, Subject], bool]]

RULES: Mapping[Can, Rule] = {
    # may …                 who                                    while the plan is   and
    Can.SEE_CHILD: (frozenset(Tie), ANY, always),
    Can.SEE_PEP: (frozenset(Tie), ANY, always),
    Can.SEE_SECTION: (READERS, ANY, lent),
    Can.SEE_TIMELINE: (READERS - {Tie.YOUNG_PERSON, Tie.CARER, Tie.PARENT, Tie.DELEGATE}, ANY, always),
    Can.ANSWER: (READERS, OPEN, owns_it),
    Can.COMMENT: (READERS, OPEN, is_asked_to_comment),
    Can.COMPLETE_SECTION: (READERS - {Tie.DELEGATE}, OPEN, completes_it),
    Can.REOPEN_SECTION: (READERS - {Tie.DELEGATE}, OPEN, completes_it),
    Can.CHOOSE_READERS: (READERS, OPEN, owns_it),
    Can.SUBMIT_PART: (READERS - {Tie.DELEGATE}, OPEN, leads_the_part),
    Can.SIGN_OFF: (frozenset({Tie.HEAD}), HELD, always),
    Can.OPEN_PEP: (
        frozenset({Tie.ALLOCATED_ADVISER, Tie.ADVISER, Tie.HEAD, Tie.BUSINESS_SUPPORT}),
        ANY,
        always,
    ),
    Can.DELEGATE: (frozenset({Tie.DESIGNATED_TEACHER}), ANY, always),
    Can.LINK_ROW: (frozenset({Tie.DESIGNATED_TEACHER}), OPEN, owns_it),
    Can.END_ACCESS: (WORKERS | VIRTUAL_SCHOOL, ANY, always),
    Can.SEE_WHO_CAN_SEE: (
        WORKERS | VIRTUAL_SCHOOL | {Tie.INDEPENDENT_REVIEWER, Tie.YOUNG_PERSON},
        ANY,
        always,
    ),
    Can.SEE_LOOKS: (frozenset({Tie.HEAD}), ANY, always),
    Can.SEE_OWN_LOOKS: (frozenset({Tie.YOUNG_PERSON}), ANY, always),
    Can.REVEAL: (
        WORKERS
        | VIRTUAL_SCHOOL
        | AT_HOME
        | {Tie.DESIGNATED_TEACHER, Tie.INDEPENDENT_REVIEWER, Tie.DUTY_WORKER},
        ANY,
        always,
    ),
    Can.SEE_CARD: (
        WORKERS
        | VIRTUAL_SCHOOL
        | AT_HOME
        | {Tie.DESIGNATED_TEACHER, Tie.SAFEGUARDING_LEAD, Tie.INDEPENDENT_REVIEWER, Tie.DUTY_WORKER},
        ANY,
        always,
    ),
    Can.CONFIRM_CARD: (frozenset({Tie.DESIGNATED_TEACHER, Tie.SAFEGUARDING_LEAD}), ANY, always),
    Can.READ_KEPT_WORDS: (WORKERS, ANY, always),
    Can.ANSWER_WISH: (WORKERS | VIRTUAL_SCHOOL | {Tie.CARER, Tie.DESIGNATED_TEACHER}, ANY, always),
}
CHANGES_A_SECTION = frozenset(
    {Can.ANSWER, Can.COMMENT, Can.COMPLETE_SECTION, Can.REOPEN_SECTION, Can.CHOOSE_READERS}
)


@dataclass(frozen=True)
class Decision:
    """Whether it may be done, by which tie, and if not why not (a key of `wording.WHY_NOT`)."""

    allowed: bool
    tie: str = ""
    reason: str = ""

    def __bool__(self) -> bool:
        return self.allowed


def decide(seen: Seen, can: Can, it: Subject | None = None) -> Decision:
    """May this person do this to that?

    The order is fixed: tie to the child, then whose section it is, then the plan's state, so that a
    reason never tells anything to somebody who has no part in it.
    """
    it = it or Subject()
    who, states, also = RULES[can]
    mine = [t for t in seen.in_order if t in who]
    if not mine:
        return Decision(False, reason="not_yours")
    by = next((t for t in mine if also(seen, t, it)), None)
    if by is None:
        return Decision(False, reason="not_owner")
    if it.pep_state not in states:
        return Decision(
            False, by, "not_held" if states == HELD and it.pep_state == PepState.OPEN else "locked"
        )
    closed = _closed(can, it) if can in CHANGES_A_SECTION else ""
    return Decision(False, by, closed) if closed else Decision(True, by)


def _closed(can: Can, it: Subject) -> str:
    """Why a section cannot be changed now, or nothing."""
    if it.part and it.part_state in (PartState.SUBMITTED, PartState.REVIEWED):
        return "part_submitted"
    if it.part and it.part_state == PartState.RETURNED and not it.returned:
        return "not_returned"
    complete = it.status == SectionState.COMPLETE
    if can is Can.REOPEN_SECTION:
        return "" if complete else "not_complete"
    return "complete" if complete and can is not Can.COMMENT else ""


# Who reads which answer ---------------------------------------------------------------------------------

CARE = frozenset(
    {
        Tie.SOCIAL_WORKER,
        Tie.TEAM_MANAGER,
        Tie.INDEPENDENT_REVIEWER,
        Tie.DUTY_WORKER,
        Tie.ALLOCATED_ADVISER,
        Tie.ADVISER,
        Tie.HEAD,
    }
)
SCHOOL_NAMED = CARE | {Tie.DESIGNATED_TEACHER, Tie.SAFEGUARDING_LEAD}
PROFESSIONALS = SCHOOL_NAMED | {Tie.DELEGATE}
ADULTS_AROUND = PROFESSIONALS | {Tie.CARER}
EVERYONE = ADULTS_AROUND | {Tie.PARENT, Tie.YOUNG_PERSON}
CHILD_CHOSEN = frozenset({Tie.YOUNG_PERSON, Tie.SOCIAL_WORKER, Tie.ALLOCATED_ADVISER})

AUDIENCES: Mapping[str, frozenset[Tie]] = {
    "everyone": EVERYONE,
    "adults_around": ADULTS_AROUND,
    "professionals": PROFESSIONALS,
    "school_named": SCHOOL_NAMED,
    "care": CARE,
    "child_chosen": CHILD_CHOSEN,
}
GROUPS: Mapping[str, frozenset[Tie]] = {
    "home": frozenset({Tie.CARER}),
    "school": frozenset({Tie.DESIGNATED_TEACHER}),
}
"""Whom a social worker ticks for a narrowed answer (“if ticked” in the starting table)."""


def audience_of(field: Field, readers: Mapping[str, Any] | None = None) -> frozenset[Tie]:
    """The ties that read this question's answer, before named people are added.

    `readers` is what the section keeps for the question: people a child chose, groups ticked. Neither
    lets in anybody whom the question itself keeps out: only a `child_chosen` answer is ever widened.
    """
    found = AUDIENCES[field.audience or "care"]
    if readers and "people" in readers:
        return CHILD_CHOSEN & found
    if field.narrowed:
        ticked = (readers or {}).get("groups", ())
        return found & CARE.union(*(GROUPS[g] for g in ticked if g in GROUPS))
    if field.parents is None:
        return found
    return found | {Tie.PARENT} if field.parents else found - {Tie.PARENT}


def may_read(seen: Seen, field: Field, it: Subject, readers: Mapping[str, Any] | None = None) -> bool:
    """May this person read the answer to this question? `it.owner` is who answers it."""
    if not decide(seen, Can.SEE_SECTION, it):
        return False
    if it.owner == "carer" and Tie.PARENT in seen.ties and not _own_home(seen, it):
        return False  # a parent never reads the foster carer's page (rule 2)
    if seen.ties & audience_of(field, readers):
        return True
    chosen = seen.actor.user_id in (readers or {}).get("people", ())
    if chosen and (field.audience == "child_chosen" or seen.ties & AUDIENCES[field.audience or "care"]):
        return True
    if field.kind == "views":
        return False  # what others say there is not the owner's: only its audience reads it
    return _answers_it_themselves(seen, it)


def finds_anything(seen: Seen, asked: Asked, section: Subject) -> bool:
    """Whether anything in a section is for this person: as `sight` says, but sooner.

    Writing and commenting need no look of their own: what somebody may write, they may read.
    """
    return any(may_read(seen, f, _with_owner(section, asked.owner_of(f))) for f in asked.fields)


def _answers_it_themselves(seen: Seen, it: Subject) -> bool:
    """Whoever answers reads the answer; a delegate only what delegates may read (`school_named`)."""
    return any(tie != Tie.DELEGATE and owns_it(seen, tie, it) for tie in seen.ties)


def _own_home(seen: Seen, it: Subject) -> bool:
    """The section is written by the home this person belongs to, or by nobody yet."""
    return it.household_id in (None, seen.household_id)


def readable_columns(seen: Seen, field: Rows, it: Subject) -> frozenset[str]:
    """The columns of a question's rows that this person reads: a column may be for fewer people."""
    owns = _answers_it_themselves(seen, it)
    return frozenset(
        c.id for c in field.columns if owns or c.audience is None or seen.ties & AUDIENCES[c.audience]
    )


@dataclass(frozen=True)
class Sight:
    """What one person may do on one section's page, question by question."""

    readable: frozenset[str]
    writable: frozenset[str]
    commentable: frozenset[str]
    hidden_columns: frozenset[str]
    reason: str = ""
    """Why nothing is writable, when nothing is."""

    @property
    def leaves_nothing(self) -> bool:
        """True when there is nothing here for this person."""
        return not (self.readable or self.writable or self.commentable)


def sight(seen: Seen, asked: Asked, section: Subject, readers: Mapping[str, Mapping[str, Any]]) -> Sight:
    """Question by question, what this person reads, answers and comments on in a section.

    `section` describes the section with its own owner; a question with an owner of its own is asked
    about with that one.
    """
    readable, writable, commentable, hidden = set(), set(), set(), set()
    reasons: list[str] = []
    for field in asked.fields:
        it = _with_owner(section, asked.owner_of(field))
        if not may_read(seen, field, it, readers.get(field.id)):
            continue
        readable.add(field.id)
        if isinstance(field, Rows):
            hidden |= {f"{field.id}.{c.id}" for c in field.columns} - {
                f"{field.id}.{c}" for c in readable_columns(seen, field, it)
            }
        if field.kind == "views":
            if decide(seen, Can.COMMENT, section):
                commentable.add(field.id)
        elif field.kind not in ("note", "derived") and not field.source:
            answer = decide(seen, Can.ANSWER, it)
            if answer:
                writable.add(field.id)
            else:
                reasons.append(answer.reason)
    strongest = next(
        (r for r in ("locked", "part_submitted", "not_returned", "complete") if r in reasons), "not_owner"
    )
    return Sight(
        frozenset(readable),
        frozenset(writable),
        frozenset(commentable),
        frozenset(hidden),
        "" if writable else strongest,
    )


def _with_owner(it: Subject, owner: str) -> Subject:
    """The same subject, for a question that somebody else answers."""
    if owner == it.owner:
        return it
    return Subject(
        it.pep_state,
        it.section_id,
        owner,
        it.commenters,
        it.status,
        it.part,
        it.part_state,
        it.returned,
        it.household_id if owner == "carer" else None,
        it.leads,
    )
