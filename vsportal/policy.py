"""Who may do what, and why not: the one place that asks the table in `acts.py`, and who reads what.

A person sees a child because of a tie that holds today (`ties.py`: on roll, allocated, home,
delegation) and for no other reason. Pure: no request, no session.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from vsportal.acts import (
    ACTS_AS,
    ANY,
    ASKABLE,
    AT_HOME,
    CHANGES_A_SECTION,
    DECIDES,
    HELD,
    OPEN,
    ORDER,
    RATED,
    READERS,
    RULES,
    SIGNED,
    VIRTUAL_SCHOOL,
    WORKERS,
    Can,
    Rule,
    Subject,
    always,
    completes_it,
    decides_it,
    is_asked_to_comment,
    leads_the_part,
    lent,
    not_the_author,
    of_their_part,
    owns_it,
)
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
    "ANY",
    "ASKABLE",
    "AT_HOME",
    "AUDIENCES",
    "CHANGES_A_SECTION",
    "DECIDES",
    "HELD",
    "OPEN",
    "ORDER",
    "RATED",
    "READERS",
    "RULES",
    "SIGNED",
    "VIRTUAL_SCHOOL",
    "WORKERS",
    "Actor",
    "Can",
    "Decision",
    "Held",
    "Rule",
    "Seen",
    "Sight",
    "Subject",
    "Tie",
    "Whoever",
    "always",
    "completes_it",
    "decide",
    "decides_it",
    "finds_anything",
    "is_asked_to_comment",
    "leads_the_part",
    "lent",
    "may_read",
    "not_the_author",
    "of_their_part",
    "owns_it",
    "sight",
    "ties",
    "values_of",
    "visible_children",
    "visible_peps",
    "whoever",
]


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
        own = also in (decides_it, not_the_author) and seen.actor.user_id in it.authors
        return Decision(False, reason="your_own" if own else "not_owner")
    if it.pep_state not in states:
        return Decision(False, by, _not_now(states, it.pep_state))
    closed = _closed(can, it) if can in CHANGES_A_SECTION else ""
    return Decision(False, by, closed) if closed else Decision(True, by)


def _not_now(states: frozenset[PepState], state: str) -> str:
    """Why it cannot be done while the plan is where it is."""
    if states == SIGNED:
        return "not_signed"
    return "not_held" if states == HELD and state == PepState.OPEN else "locked"


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
    ties = _opening(seen, it)
    if ties & audience_of(field, readers):
        return True
    chosen = seen.actor.user_id in (readers or {}).get("people", ())
    if chosen and (field.audience == "child_chosen" or ties & AUDIENCES[field.audience or "care"]):
        return True
    if field.kind == "views":
        return False  # what others say there is not the owner's: only its audience reads it
    return _answers_it_themselves(seen, it)


def _opening(seen: Seen, it: Subject) -> frozenset[str]:
    """The ties by which this section is open to a person: what is lent opens the sections lent alone.

    A foster carer who teaches at the child's school reads by the lending what was lent, and nothing else.
    """
    if Tie.DELEGATE in seen.ties and not lent(seen, Tie.DELEGATE, it):
        return seen.ties - {Tie.DELEGATE}
    return seen.ties


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
    owns, ties = _answers_it_themselves(seen, it), _opening(seen, it)
    return frozenset(
        c.id for c in field.columns if owns or c.audience is None or ties & AUDIENCES[c.audience]
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
        reads = partial(may_read, field=field, it=it, readers=readers.get(field.id))
        if not reads(seen):
            continue
        readable.add(field.id)
        if isinstance(field, Rows):
            hidden |= {f"{field.id}.{c.id}" for c in field.columns} - {
                f"{field.id}.{c}" for c in readable_columns(seen, field, it)
            }
        if field.kind == "views":
            if _in_one_role(seen, Can.COMMENT, section, reads):
                commentable.add(field.id)
        elif field.kind not in ("note", "derived") and not field.source:
            answer = _in_one_role(seen, Can.ANSWER, it, reads)
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


def _in_one_role(seen: Seen, can: Can, about: Subject, reads: Callable[[Seen], bool]) -> Decision:
    """Whether this person does it to a question they read: reading and doing in one and the same role.

    Who is carer and adviser of a child reads as the adviser what only the carer would be asked about.
    """
    decision = decide(seen, can, about)
    if not decision or len(seen.ties) == 1:
        return decision
    for tie in seen.ties:
        alone = replace(seen, ties=frozenset({tie}))
        if decide(alone, can, about) and reads(alone):
            return decision
    return Decision(False, reason="not_owner")


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
