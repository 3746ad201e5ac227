"""The acts there are, and who may do each while a plan is where it is: one table, read top to bottom.

Asked by `policy.decide` and nowhere else. Pure: no request, no session.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from vsportal.models import PartState, PepState, SectionState
from vsportal.ties import Seen, Tie


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
    CLOSE_PEP = "close_pep"
    CANCEL_PEP = "cancel_pep"
    REOPEN_PEP = "reopen_pep"
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
    SEE_PURPOSE = "see_purpose"
    SEE_REQUEST = "see_request"
    REQUEST_FUNDING = "request_funding"
    PROPOSE_FUNDING = "propose_funding"
    DECIDE_FUNDING = "decide_funding"
    GIVE_CLINICAL_VIEW = "give_clinical_view"
    EVALUATE_FUNDING = "evaluate_funding"
    REVIEW = "review"
    RATE_AGAIN = "rate_again"
    SEE_RATINGS = "see_ratings"
    SEE_REVIEW_NOTES = "see_review_notes"
    SEE_DOCUMENT = "see_document"
    SEE_LETTER = "see_letter"
    ADD_ADDENDUM = "add_addendum"
    RELEASE_COPY = "release_copy"
    SEE_CONCERNS = "see_concerns"
    RAISE_CONCERN = "raise_concern"
    ANSWER_CONCERN = "answer_concern"


# The table: who may do what while the plan is where ---------------------------------------------------

OPEN = frozenset({PepState.OPEN, PepState.MEETING_HELD})
HELD = frozenset({PepState.MEETING_HELD})
SIGNED = frozenset({PepState.SIGNED_OFF})
UNFINISHED = frozenset({PepState.NOT_COMPLETED})
ASKABLE = OPEN | SIGNED
"""Money is asked for on a target of a plan that is open or signed off."""
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
    authors: Collection[int] = ()
    """The numbers of the people whose own work it is: nobody rates or decides their own."""
    decider: str = ""
    """Whom a request is with: adviser, head or panel."""


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


def decides_it(seen: Seen, tie: str, it: Subject) -> bool:
    """The request is with this role, and somebody else asked for it (rule 10)."""
    return tie in DECIDES.get(it.decider, ()) and seen.actor.user_id not in it.authors


def not_the_author(seen: Seen, _tie: str, it: Subject) -> bool:
    """Nobody rates a section they wrote (rule 10)."""
    return seen.actor.user_id not in it.authors


def of_their_part(_seen: Seen, tie: str, it: Subject) -> bool:
    """School and social care are told how their own part was rated; the Virtual School reads all."""
    return tie in RATED.get(it.part, frozenset()) | VIRTUAL_SCHOOL


WORKERS = frozenset({Tie.SOCIAL_WORKER, Tie.TEAM_MANAGER})
VIRTUAL_SCHOOL = frozenset({Tie.ALLOCATED_ADVISER, Tie.ADVISER, Tie.HEAD})
AT_HOME = frozenset({Tie.CARER, Tie.PARENT})
RATED: Mapping[str, frozenset[Tie]] = {
    "school": frozenset({Tie.DESIGNATED_TEACHER}),
    "care": WORKERS | {Tie.INDEPENDENT_REVIEWER},
}
"""Part → who is told how it was rated, beside the Virtual School."""
DECIDES: Mapping[str, frozenset[Tie]] = {
    "adviser": VIRTUAL_SCHOOL,
    "head": frozenset({Tie.HEAD}),
    "panel": VIRTUAL_SCHOOL,
}
"""Whom a request is with → who decides it: advisers cover each other and the head covers them; what a
panel decided is written down by the head or an adviser."""

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
    Can.CLOSE_PEP: (VIRTUAL_SCHOOL, OPEN, always),
    Can.CANCEL_PEP: (VIRTUAL_SCHOOL, frozenset({PepState.OPEN}), always),
    Can.REOPEN_PEP: (VIRTUAL_SCHOOL, UNFINISHED, always),
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
    Can.SEE_PURPOSE: (
        WORKERS
        | VIRTUAL_SCHOOL
        | AT_HOME
        | {Tie.YOUNG_PERSON, Tie.DESIGNATED_TEACHER, Tie.INDEPENDENT_REVIEWER},
        ANY,
        always,
    ),
    Can.SEE_REQUEST: (
        WORKERS | VIRTUAL_SCHOOL | {Tie.DESIGNATED_TEACHER, Tie.INDEPENDENT_REVIEWER},
        ANY,
        always,
    ),
    Can.REQUEST_FUNDING: (VIRTUAL_SCHOOL | {Tie.DESIGNATED_TEACHER}, ASKABLE, always),
    Can.PROPOSE_FUNDING: (WORKERS | VIRTUAL_SCHOOL | {Tie.CARER}, ASKABLE, always),
    Can.DECIDE_FUNDING: (VIRTUAL_SCHOOL, ANY, decides_it),
    Can.GIVE_CLINICAL_VIEW: (VIRTUAL_SCHOOL, ANY, not_the_author),
    Can.EVALUATE_FUNDING: (VIRTUAL_SCHOOL | {Tie.DESIGNATED_TEACHER}, ANY, always),
    Can.REVIEW: (VIRTUAL_SCHOOL, OPEN, not_the_author),
    Can.RATE_AGAIN: (VIRTUAL_SCHOOL, ANY, not_the_author),
    Can.SEE_RATINGS: (
        WORKERS | VIRTUAL_SCHOOL | {Tie.DESIGNATED_TEACHER, Tie.INDEPENDENT_REVIEWER},
        ANY,
        of_their_part,
    ),
    Can.SEE_REVIEW_NOTES: (VIRTUAL_SCHOOL, ANY, always),
    Can.SEE_DOCUMENT: (READERS - {Tie.DELEGATE}, ANY, always),
    Can.SEE_LETTER: (READERS - {Tie.DELEGATE}, ANY, always),
    Can.ADD_ADDENDUM: (WORKERS | VIRTUAL_SCHOOL | {Tie.DESIGNATED_TEACHER}, SIGNED, always),
    Can.RELEASE_COPY: (WORKERS, ANY, always),
    Can.SEE_CONCERNS: (WORKERS | VIRTUAL_SCHOOL | {Tie.INDEPENDENT_REVIEWER}, ANY, always),
    Can.RAISE_CONCERN: (frozenset({Tie.INDEPENDENT_REVIEWER}), ANY, always),
    Can.ANSWER_CONCERN: (WORKERS | VIRTUAL_SCHOOL, ANY, always),
}
CHANGES_A_SECTION = frozenset(
    {Can.ANSWER, Can.COMMENT, Can.COMPLETE_SECTION, Can.REOPEN_SECTION, Can.CHOOSE_READERS}
)
