"""What questions and columns are made of: the words an edition may use, and each kind with its settings."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator
from pydantic import Field as Setting

Phase = Literal["early_years", "primary", "secondary", "post_16", "neet", "not_on_roll"]
Season = Literal["autumn", "spring", "summer"]
Occasion = Literal["initial", "termly", "transition", "emergency", "exit"]
Stage = Literal["pictures", "simple", "full"]
Audience = Literal["everyone", "adults_around", "professionals", "school_named", "care", "child_chosen"]
Owner = Literal["young_person", "carer", "designated_teacher", "social_worker", "adviser"]
Part = Literal["school", "care", ""]
Due = Literal["before_meeting", "meeting", "after_meeting"]

Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$", max_length=40)]
PLACEHOLDERS = frozenset({"child", "child's", "they", "them", "their", "they_are", "they_have"})
_PLACEHOLDER = re.compile(r"\{([^}]*)\}")


class Frozen(BaseModel):
    """A value that cannot change once read, and that refuses keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Spec(Frozen):
    """What a question and a column of a grid have in common."""

    id: Id
    label: str = ""
    hint: str = ""
    missing: str = ""
    """The sentence shown when it is not answered on completion; without one it is optional."""
    audience: Audience | None = None
    when: dict[str, tuple[str, ...]] = {}
    """Asked only while the named question (or column of the same row) has one of these values."""
    checks: tuple[str, ...] = ()
    """Named checks of `checks.py` whose answer is an error."""
    warns: tuple[str, ...] = ()
    """Named checks whose answer is a warning that can be kept with a reason."""
    report: str = ""
    phases: tuple[Phase, ...] = ()
    terms: tuple[Season, ...] = ()
    occasions: tuple[Occasion, ...] = ()
    years: tuple[int, ...] = ()
    """National curriculum years in which it is asked; none means all."""
    missing_terms: tuple[Season, ...] = ()
    """The terms in which `missing` counts, where it is asked in others too; none means all."""
    by_link: bool = False
    """A column that a subject teacher fills in by a link, in the terms in which `missing` counts."""
    carry: bool | Literal["year"] = True
    """Whether the next plan begins with the answer: always, never, or in the same school year only."""
    was: str = ""
    """The id it had in the edition before this one, for a question also “old_section.old_id”."""

    @model_validator(mode="after")
    def _placeholders_are_known(self) -> Self:
        known_placeholders(self.label, self.hint, self.missing)
        return self


def known_placeholders(*texts: str) -> None:
    """ValueError at the first placeholder that stands for nothing."""
    for text in texts:
        for name in _PLACEHOLDER.findall(text):
            if name not in PLACEHOLDERS:
                known = ", ".join(sorted(PLACEHOLDERS))
                raise ValueError(f"{{{name}}} is not a placeholder; use one of {known}")


class Text(Spec):
    """One line of text."""

    kind: Literal["text"] = "text"
    max_length: int = 200
    width: Literal["short", "medium", "full"] = "full"


class LongText(Spec):
    """A paragraph or more."""

    kind: Literal["long_text"] = "long_text"
    max_words: int = 500
    rows: int = 4


class Number(Spec):
    """A count or score."""

    kind: Literal["number"] = "number"
    minimum: float = 0
    maximum: float = 1_000_000
    decimals: int = 0
    unit: str = ""


class Percent(Spec):
    """A percentage, 0 to 100, at most two decimals."""

    kind: Literal["percent"] = "percent"


class Money(Spec):
    """An amount; kept as integer pence."""

    kind: Literal["money"] = "money"
    maximum_pence: int = 10_000_000


class Date(Spec):
    """A date, typed in one box in any usual form."""

    kind: Literal["date"] = "date"
    within: Literal["past", "future", "any"] = "any"


class YesNo(Spec):
    """Yes or no; with `unsure`, a third answer in those words."""

    kind: Literal["yes_no"] = "yes_no"
    unsure: str = ""


class OneOf(Spec):
    """One of a few answers, or of a dated code list."""

    kind: Literal["one_of"] = "one_of"
    options: tuple[tuple[str, str], ...] = ()
    codes: str = ""
    """The name of a list in `vsportal/codes`; instead of options."""
    as_select: bool = False


class ManyOf(Spec):
    """Any number of a few answers."""

    kind: Literal["many_of"] = "many_of"
    options: tuple[tuple[str, str], ...] = ()
    codes: str = ""


class Person(Spec):
    """A person's name and, if it helps, role; offered from the people around the child."""

    kind: Literal["person"] = "person"
    max_length: int = 120


class Scale(Spec):
    """Five faces with words, from the worst (1) to the best (5)."""

    kind: Literal["scale"] = "scale"
    words: tuple[str, str, str, str, str]


Column = Annotated[
    Text | LongText | Number | Percent | Money | Date | YesNo | OneOf | ManyOf | Person | Scale,
    Setting(discriminator="kind"),
]
