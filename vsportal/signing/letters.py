"""“What we agreed” on paper: the letter to the child, as one reader gets it."""

from __future__ import annotations

from vsportal import filters
from vsportal.meetings.letter import VIEWS, Letter
from vsportal.meetings.told import all_told
from vsportal.peps.loading import Plan
from vsportal.peps.overview import OPENING_WORDS
from vsportal.policy import Tie
from vsportal.signing.questions import Data
from vsportal.signing.shape import Printed


def letter_data(plan: Plan, letter: Letter, printed: Printed) -> Data:
    """What the template `letter` draws."""
    met = f", after our meeting on {filters.day(letter.met_on)}" if letter.met_on else ""
    signed_off = plan.pep.signed_off_at
    return {
        "title": f"What we agreed, {filters.term(plan.pep.term_key)}",
        "ref": plan.pep.ref,
        "authority": plan.authority.name,
        "printed": printed.line,
        "top": f"{filters.capital(filters.term(plan.pep.term_key))}{met}",
        "state": f"Signed off on {filters.day(signed_off)}" if signed_off else "Not signed off yet",
        "draft": letter.draft,
        "to": letter.to,
        "you_said": _you_said(plan, letter),
        "written": letter.written or letter.draft,
        "paragraphs": [[heading, text] for heading, text in letter.paragraphs],
        "steps": [[step.who, step.what, step.by_when] for step in letter.next_steps],
        "next": letter.next_meeting,
        "signed": letter.signed,
        "reading_age": f"{letter.reading_age:.0f}" if letter.reading_age is not None else "",
    }


def _you_said(plan: Plan, letter: Letter) -> str:
    """The child’s words on paper: whatever they said in their own copy, in others what everyone may read.

    A letter lies about at home; private words would lie there with it. One statement, for adults alone.
    """
    if Tie.YOUNG_PERSON in plan.seen.ties or not letter.you_said:
        return letter.you_said or ""
    views = all_told(plan, VIEWS).get(VIEWS)
    asked = views.asked.by_id if views else {}
    open_to_all = [name for name in OPENING_WORDS if name in asked and asked[name].audience == "everyone"]
    return next((text for name in open_to_all if views and (text := views.text(name))), "")
