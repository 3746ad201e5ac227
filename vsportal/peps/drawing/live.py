"""What is alive in a section when it is drawn: answers, names, errors, who may read and write what.

The words of the form come from the edition; everything here is typed by people and escaped when drawn.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from vsportal.editions.reading import Value


@dataclass(frozen=True)
class Said:
    """What one person says in a `views` question, in words ready to show ("28 February", "carer")."""

    by: str
    role: str
    text: str
    at: str
    mine: bool = False
    """Written by the person who looks: drawn in their own box where they may comment."""
    child: bool = False
    role_id: str = ""
    """The tie by which they said it."""


@dataclass(frozen=True)
class Fact:
    """A fact of the record, shown and never typed: “From the social care record”."""

    text: str
    source: str


@dataclass(frozen=True)
class Last:
    """What stood at a question in the plan before this one, and the feedback it got."""

    when: str
    """“autumn 2026”."""
    text: str = ""
    rows: str = ""
    """For a question with rows: those that were otherwise, drawn to be read."""
    feedback: str = ""

    @property
    def is_short(self) -> bool:
        """Short enough to stand there whole; longer ones open."""
        return not self.rows and not self.feedback and len(self.text) <= 100 and "\n" not in self.text


@dataclass(frozen=True)
class Fold:
    """How a section that was carried forward is folded: these questions need a look, the rest is put away."""

    reasons: Mapping[str, str]
    """Question → why it needs a look."""
    given: Collection[str] = ()
    """Questions answered in this plan, which stay in sight as well."""
    carried: str = ""
    """Over what was carried: “12 answers carried from autumn 2026”."""
    carried_ids: Collection[str] = ()
    others: str = ""
    """Over the rest: facts of the record, and what was left empty."""

    def in_sight(self, question: str) -> bool:
        """Whether a question stands open on the page."""
        return question in self.reasons or question in self.given


@dataclass(frozen=True)
class Conflict:
    """Somebody else changed an answer after this page was opened; both are kept until one is chosen."""

    theirs: Value
    by: str
    at: str
    """When, in words: “Today, 1:56pm”."""
    mine: Value


@dataclass(frozen=True, kw_only=True)
class Live:
    """Everything live in one drawing of one section, for one person. Only `answers` must be given.

    `readers` may name a column as well ("targets.pp_amount") where its audience is not its question's.
    """

    answers: Mapping[str, Value]
    names: Mapping[str, str] = field(default_factory=dict)
    """Placeholder to text: child, child's, they, them, their, they_are, they_have."""
    errors: Mapping[str, str] = field(default_factory=dict)
    warnings: Mapping[str, str] = field(default_factory=dict)
    conflicts: Mapping[str, Conflict] = field(default_factory=dict)
    said: Mapping[str, Sequence[Said]] = field(default_factory=dict)
    signed: str = ""
    """Under one's own comment: “Shown as Rhian Castell, designated teacher. Only you can change it.”"""
    own_label: str = "Your comment"
    """The label of one's own box; “Your words” for the child."""
    readers: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, Fact] = field(default_factory=dict)
    readable: Collection[str] = ()
    writable: Collection[str] = ()
    commentable: Collection[str] = ()
    hidden_columns: Collection[str] = ()
    """“field.column” of what this person may not read."""
    from_record: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)
    """Rows that come from a record: field to (row id, title)."""
    helpers: Mapping[str, Markup] = field(default_factory=dict)
    """Row id to the filled panel of its helper; see `drawing.smart_panel`."""
    people: Sequence[str] = ()
    """Names offered where a person is asked for."""
    carried: Mapping[str, str] = field(default_factory=dict)
    """Leaves to be checked, of those this person may write: the term each answer is from, in words."""
    last: Mapping[str, Last] = field(default_factory=dict)
    past: Collection[str] = ()
    """Questions whose history this person can open."""
    fold: Fold | None = None
    term: str = ""
    """The season of now, marked in grids that ask by term."""
    base_url: str = ""
    """The section's own address; drafts, checks and rows are saved under it."""
