"""Who sits beside a child who gives their views, as the child says: nobody, somebody around them, or other.

It is kept in two questions of *My views*, so that it is read, changed and recorded like every answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from vsportal.children.queries import Around
from vsportal.editions.reading import Value, one_line

HOW, WHO = "helped", "helped_by"
"""The questions: how somebody helps, and who."""
ALONE, READS, TALKS = "alone", "read_or_typed", "talked"
WAYS = (
    (ALONE, "No, I am doing it on my own"),
    (READS, "Yes, they read it to me or type for me"),
    (TALKS, "Yes, we talk and they write it down"),
)
OTHER = "other"
"""What is posted for somebody who is not among the people around the child."""
CHOOSE_HOW = "Select one of the three"
CHOOSE_WHO = "Select who is helping you"
WRITE_WHO = "Enter who is helping you"


@dataclass(frozen=True)
class Beside:
    """Who helps, as it is kept or was just posted, and what is wrong with it."""

    how: str
    who: str
    picked: str
    """The number of the person ticked, `OTHER`, or nothing."""
    people: Sequence[Around]
    errors: Mapping[str, str]

    @property
    def is_said(self) -> bool:
        """Whether the child has said it, either way."""
        return bool(self.how)

    @cached_property
    def helper(self) -> str:
        """Who helps; nothing when nobody does."""
        return self.who if self.how in (READS, TALKS) else ""

    @property
    def answer(self) -> dict[str, str]:
        """What is kept: control name → text."""
        return {HOW: self.how, WHO: self.helper}


def beside_from(answers: Mapping[str, Value], people: Sequence[Around]) -> Beside:
    """Who helps, as the section has it."""
    how, who = str(answers.get(HOW) or ""), str(answers.get(WHO) or "")
    picked = next((str(p.user_id) for p in people if p.name == who), OTHER if who else "")
    return Beside(how, who, picked, people, {})


def beside_posted(posted: Mapping[str, str], people: Sequence[Around]) -> Beside:
    """Who helps, as the page says it; with what is wrong by control."""
    how = next((code for code, _ in WAYS if code == posted.get("how")), "")
    picked = posted.get("who", "")
    found = next((p for p in people if str(p.user_id) == picked), None)
    other = one_line(posted.get("other", ""))[:120]
    who = found.name if found else other
    errors = {}
    if not how:
        errors["how"] = CHOOSE_HOW
    elif how != ALONE and not who:
        errors["other" if picked == OTHER else "who"] = WRITE_WHO if picked == OTHER else CHOOSE_WHO
    return Beside(how, who, picked if found or picked == OTHER else "", people, errors)


def helper_of(answers: Mapping[str, Value]) -> str:
    """The name of whoever helped the child to answer; nothing when nobody did, or nobody said."""
    return beside_from(answers, ()).helper


def with_help(child: str, answers: Mapping[str, Value]) -> str:
    """Who says it: “Amira, with Tina Marlowe helping”, or the child's name alone."""
    helper = helper_of(answers)
    return f"{child}, with {helper} helping" if helper else child
