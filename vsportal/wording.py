"""The portal's vocabulary: what roles, states and readers are called, and how a child is spoken of.

Words that an authority chooses for itself come in as values; nothing here asks the database.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from vsportal.filters import capital, late_by, listed, possessive

if TYPE_CHECKING:
    from vsportal.policy import Actor

# The authority ------------------------------------------------------------------------------------------

COHORT = {
    "in_care": "children in care",
    "cared_for": "cared-for children",
    "looked_after": "children looked after",
}
"""What an authority may call the children it looks after."""


@dataclass(frozen=True)
class AuthorityWords:
    """What a page says of the authority it belongs to; without one, of the portal."""

    name: str = "Virtual School portal"
    duty_phone: str = ""
    colour: str = ""
    ref: str = ""

    @property
    def theme_url(self) -> str | None:
        """The address of its colours as a stylesheet, or None when it has chosen none."""
        return f"/theme/{self.ref}.css" if self.colour and self.ref else None


# Roles ----------------------------------------------------------------------------------------------------

ROLES = {
    "young_person": "young person",
    "carer": "carer",
    "parent": "parent",
    "designated_teacher": "designated teacher",
    "safeguarding_lead": "safeguarding lead",
    "school_staff": "school staff",
    "delegate": "colleague at school",
    "social_worker": "social worker",
    "team_manager": "team manager",
    "independent_reviewer": "independent reviewing officer",
    "duty_worker": "worker who opened it in an emergency",
    "allocated_adviser": "Virtual School adviser",
    "adviser": "Virtual School adviser",
    "head": "Virtual School head",
    "finance": "Virtual School finance officer",
    "business_support": "Virtual School business support",
    "governor": "governor",
    "administrator": "system administrator",
}
"""Roles and ties as they stand in a sentence."""
SEE_NO_CHILD = frozenset({"finance", "governor", "administrator"})


def role_words(role: str) -> str:
    """A role or tie as it stands in a sentence: “designated teacher”."""
    return ROLES.get(role, role.replace("_", " "))


def acting_as(role: str, place: str = "", title: str = "") -> str:
    """In which role somebody acts: “Designated teacher, Lodewater Academy”; a `title` replaces the role."""
    return capital(", ".join(w for w in (title or role_words(role), place) if w))


def roles_held(actor: Actor) -> str:
    """Everything a person is today, for the header; nothing for a young person, whose pages say so."""
    words = (acting_as(h.role, h.school, h.title) for h in actor.held if h.role != "young_person")
    return " · ".join(dict.fromkeys(words))


def sees_children(actor: Actor) -> bool:
    """Whether a list of children is of use: not to a young person, nor to those who see no child."""
    return bool(actor.roles - SEE_NO_CHILD - {"young_person"})


def is_young_person(actor: Actor | None) -> bool:
    """Whether this person is here about a plan of their own."""
    return actor is not None and actor.roles == {"young_person"}


def year_words(nc_year: int) -> str:
    """A national curriculum year as people say it: “Year 10”, “Reception”, “Nursery”."""
    return f"Year {nc_year}" if nc_year > 0 else "Reception" if nc_year == 0 else "Nursery"


# A child, in sentences ------------------------------------------------------------------------------------

PRONOUNS = {
    "she": ("she", "her", "her", "she is", "she has"),
    "he": ("he", "him", "his", "he is", "he has"),
    "they": ("they", "them", "their", "they are", "they have"),
}


@dataclass(frozen=True)
class Spoken:
    """How sentences speak of a child, or to them: the name, whose, and the pronouns."""

    child: str
    childs: str
    they: str
    them: str
    their: str
    they_are: str
    they_have: str

    def placeholders(self) -> dict[str, str]:
        """What the placeholders of an edition stand for: “{child's} progress”."""
        return {
            "child": self.child,
            "child's": self.childs,
            "they": self.they,
            "them": self.them,
            "their": self.their,
            "they_are": self.they_are,
            "they_have": self.they_have,
        }


YOU = Spoken("you", "your", "you", "you", "your", "you are", "you have")
"""For the young person's own pages."""


def spoken(name: str, pronouns: str = "") -> Spoken:
    """How to speak of a child: by first name, and by the pronouns they gave (“she/her”, “they/them”).

    The first that is known counts; of a child who gave none, or others, we say they.
    """
    first = pronouns.casefold().replace("/", " ").split()
    they, them, their, they_are, they_have = PRONOUNS[next((w for w in first if w in PRONOUNS), "they")]
    return Spoken(name, possessive(name), they, them, their, they_are, they_have)


def fill(text: str, child: Spoken) -> str:
    """A heading or label of an edition with its placeholders filled in; plain text, not yet escaped."""
    words = child.placeholders()
    return capital(re.sub(r"\{([^}]*)\}", lambda m: words.get(m[1], m[0]), text))


# Who can read it ------------------------------------------------------------------------------------------

GROUP_WORDS = {"home": "carers", "school": "school"}


def who_can_read(
    audience: str,
    child: Spoken,
    narrowed_to: Sequence[str] = (),
    *,
    ticked: Collection[str] | None = None,
    parents: bool = False,
) -> str:
    """The quiet line beside a question: “Amira, her carers and her school can read this”.

    `narrowed_to`: the named people a child chose, “Marcus Adair (social worker)”. `ticked`: of a
    question that begins with social care only, the groups let in since (“home”, “school”); None when
    it is not such a question. `parents`: a parent with whom the child lives reads it as well
    (of what everyone reads they do anyway).
    """
    if ticked is not None:
        groups = [GROUP_WORDS[g] for g in GROUP_WORDS if g in ticked]
        words = f"{child.childs} {listed([*groups, 'social workers', 'the Virtual School'])}"
        return capital(f"{words} can read this" if groups else f"only {words} can read this")
    if audience == "child_chosen" or narrowed_to:
        people = narrowed_to or (f"{child.their} social worker", f"{child.their} adviser")
        who = [child.child, *people] if audience in ("child_chosen", "everyone") else people
        return capital(f"only {listed(who)} can read this")
    also = f". So can a parent who cares for {child.them}" if parents and audience != "everyone" else ""
    return capital(_AUDIENCES[audience](child) + also)


_AUDIENCES = {
    "everyone": lambda c: f"{c.child}, {c.their} carers and {c.their} school can read this",
    "adults_around": lambda c: (
        f"{c.childs} carers, school, social workers and the Virtual School can read this, but not {c.child}"
    ),
    "professionals": lambda c: (
        f"{c.childs} school, social workers and the Virtual School can read this, "
        f"but not {c.child} or {c.their} carers"
    ),
    "school_named": lambda c: (
        f"{c.childs} designated teacher, safeguarding lead, social workers "
        f"and the Virtual School can read this"
    ),
    "care": lambda c: f"only {c.childs} social workers and the Virtual School can read this",
}


# States -----------------------------------------------------------------------------------------------------

SECTION_STATES = {
    "not_started": ("todo", "Not started"),
    "in_progress": ("going", "In progress"),
    "complete": ("done", "Complete"),
}
PART_STATES = {
    "in_progress": ("going", "Being written"),
    "submitted": ("done", "With the Virtual School"),
    "returned": ("returned", "Returned"),
    "reviewed": ("done", "Reviewed"),
}
PLAN_STATES = {
    "open": ("going", "Open"),
    "meeting_held": ("going", "Meeting held"),
    "signed_off": ("done", "Signed off"),
    "not_completed": ("todo", "Not completed"),
    "cancelled": ("todo", "Cancelled"),
}
PARTS = {"school": "the school’s part", "care": "social care’s part"}
OCCASIONS = {
    "initial": "First plan",
    "termly": "Termly plan",
    "transition": "Change of school",
    "emergency": "Emergency plan",
    "exit": "Leaving care",
}
HOW_IT_WENT = {
    "": "Not looked back on yet",
    "achieved": "Achieved",
    "partly": "Partly achieved",
    "not": "Not achieved",
    "not_relevant": "No longer relevant",
}
"""What became of a target, as the next plan says it."""


def section_state(
    status: str, *, due_on: date | None = None, today: date | None = None, returned: bool = False
) -> tuple[str, str]:
    """A section's state as a pill: its kind (done, going, todo, late, returned) and its words.

    Being late outweighs being begun; a section sent back says so whatever the date.
    """
    if status == "complete":
        return SECTION_STATES[status]
    if returned:
        return "returned", "Returned"
    if due_on and today and due_on < today:
        return "late", capital(late_by(due_on, today))
    return SECTION_STATES[status]


# Why something may not be done ------------------------------------------------------------------------------

WHY_NOT = {
    "not_yours": "This is not open to you in the roles you hold today.",
    "not_owner": "Somebody else writes this section.",
    "not_held": "This can be done once the meeting has been held.",
    "locked": "This plan is closed. It can be read, not changed.",
    "part_submitted": "This part is with the Virtual School. It can be changed if it comes back.",
    "not_returned": "This part came back, but not this section. It stays as it was sent.",
    "complete": "This section is complete. Reopen it to change an answer.",
    "your_own": "This is your own work. Somebody else looks at it.",
    "not_signed": "This can be done once the plan has been signed off.",
    "not_complete": "This section is not complete, so it is open already.",
}
"""A refusal of `policy.decide` in a sentence."""


def why_not(reason: str) -> str:
    """The sentence for a refusal."""
    return WHY_NOT.get(reason, WHY_NOT["not_yours"])


def signed(name: str, role: str, *, title: str = "") -> str:
    """How a comment is signed: “Rhian Castell, designated teacher”."""
    return f"{name}, {title or role_words(role)}"


def names(people: Iterable[str], *, at_most: int = 4) -> str:
    """People in a sentence, the rest counted: “Tina, Marcus and 3 others”."""
    everyone = list(people)
    if len(everyone) <= at_most:
        return listed(everyone)
    rest = len(everyone) - at_most + 1
    return listed([*everyone[: at_most - 1], f"{rest} others"])
