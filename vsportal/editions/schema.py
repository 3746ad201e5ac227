"""What an edition of the PEP form may say: frozen models that refuse unknown keys.

One TOML file a section; `Edition.asked()` gives the section as one plan asks it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import date
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import ConfigDict, model_validator
from pydantic import Field as Setting

from vsportal.editions.spec import (
    PLACEHOLDERS,
    Audience,
    Column,
    Date,
    Due,
    Frozen,
    Id,
    LongText,
    ManyOf,
    Money,
    Number,
    Occasion,
    OneOf,
    Owner,
    Part,
    Percent,
    Person,
    Phase,
    Scale,
    Season,
    Spec,
    Stage,
    Text,
    YesNo,
    known_placeholders,
)

__all__ = [
    "KEY",
    "PLACEHOLDERS",
    "Asked",
    "Audience",
    "Column",
    "Date",
    "DateQuestion",
    "Derived",
    "Due",
    "Edition",
    "Field",
    "Frozen",
    "Grid",
    "Id",
    "Leaf",
    "LongText",
    "LongTextQuestion",
    "ManyOf",
    "ManyOfQuestion",
    "Money",
    "MoneyQuestion",
    "Note",
    "Number",
    "NumberQuestion",
    "Occasion",
    "OneOf",
    "OneOfQuestion",
    "Owner",
    "Part",
    "Percent",
    "PercentQuestion",
    "Person",
    "PersonQuestion",
    "Phase",
    "Question",
    "Records",
    "Rows",
    "Scale",
    "ScaleQuestion",
    "Season",
    "Section",
    "Spec",
    "Stage",
    "Text",
    "TextQuestion",
    "Variant",
    "Views",
    "YesNo",
    "YesNoQuestion",
]


class Variant(Frozen):
    """How a question is put in one phase or one stage of *My views*; what it leaves out stays as it is."""

    label: str = ""
    hint: str = ""
    options: tuple[tuple[str, str], ...] = ()
    """Those of the question's answers that are offered here, in words of their own."""
    rows: tuple[tuple[Id, str], ...] = ()
    """Those of its fixed rows that are asked here."""


class Question(Frozen):
    """What only a question has, not a column: where it stands, who owns it, which law it meets."""

    group: str = ""
    """The heading it stands under; shown when it changes."""
    owner: Owner | None = None
    """Who answers it when that is not the section's owner."""
    statute: tuple[str, ...] = ()
    """Statutory items it meets (A1 to A11, B1 to B20); it then also accepts “not known yet, because …”."""
    stages: tuple[Stage, ...] = ()
    variants: dict[Phase | Stage, Variant] = {}
    """Other words for some phases and stages: one question, one id, so that its answers stay one item."""
    narrowed: bool = False
    """An `adults_around` answer that only care reads until the social worker ticks who else."""
    parents: bool | None = None
    """Whether a parent who is the carer reads it, where that differs from its audience (only `everyone`)."""
    in_copies: bool = True
    """Whether it goes into a copy for a parent who lives elsewhere, where everyone reads it."""
    wish: bool = False
    """The child asks for something here: a named adult owes an answer (`peps/wishes.py`)."""
    files: bool = False
    """Whether files can be added beside it, and beside each of its fixed rows (`vsportal/files`)."""
    source: str = ""
    """The record it is a fact of (“child.date_of_birth”): shown with its source, never typed."""
    agrees_with: str = ""
    """The fact of the record that its answer should agree with, for the check `agrees_with_record`."""
    reports: str = ""
    """Which record is wrong when it is answered, in words for business support: “care record”."""
    stale_after_days: int = 0
    """For a date: after how many days it has grown old, and is worth a look in a plan it was carried into."""
    leans_on: tuple[Literal["home", "school", "worker", "status"], ...] = ()
    """What, when it has changed since the last plan, puts an answer that was carried from there in doubt."""

    @model_validator(mode="after")
    def _variants_change_words_alone(self) -> Self:
        """A variant offers no answer and asks no row that the question does not have."""
        for name, variant in self.variants.items():
            known_placeholders(variant.label, variant.hint)
            for part in ("options", "rows"):
                own = getattr(self, part, ())
                has = {code for code, _ in own} if isinstance(own, tuple) else set()
                for code, _ in getattr(variant, part):
                    if code not in has:
                        raise ValueError(f"the variant {name} has {code}, which is none of its {part}")
        return self


class TextQuestion(Text, Question):
    """A question answered in a line."""


class LongTextQuestion(LongText, Question):
    """A question answered in a paragraph."""


class NumberQuestion(Number, Question):
    """A question answered with a number."""


class PercentQuestion(Percent, Question):
    """A question answered with a percentage."""


class MoneyQuestion(Money, Question):
    """A question answered with an amount."""


class DateQuestion(Date, Question):
    """A question answered with a date."""


class YesNoQuestion(YesNo, Question):
    """A question answered with yes or no."""


class OneOfQuestion(OneOf, Question):
    """A question with one answer from a list."""


class ManyOfQuestion(ManyOf, Question):
    """A question with several answers from a list."""


class PersonQuestion(Person, Question):
    """A question answered with a person."""


class ScaleQuestion(Scale, Question):
    """A question answered with one of five faces."""


class Views(Spec, Question):
    """What the child says, and beside it what each adult says, each under the author's name."""

    kind: Literal["views"] = "views"
    max_words: int = 500


class Rows(Spec, Question):
    """A question with rows: fixed ones, rows people add, or rows that come from a record."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Id, str], ...] = ()
    """Fixed rows: id and label."""
    repeat: bool = False
    rows_from: Literal["", "previous_targets"] = ""
    row_name: str = ""
    """What a row is called, for “Add another subject” and “Remove this subject”."""
    row_title: str = ""
    """The column whose answer names the row."""
    min_rows: int = 0
    max_rows: int = 40
    row_checks: tuple[str, ...] = ()
    """Named checks of a whole row whose answer is an error at its first column."""
    row_warns: tuple[str, ...] = ()
    """Named checks of a whole row whose answer is a warning at its first column."""
    helper: Literal["", "smart"] = ""

    @cached_property
    def by_column(self) -> dict[str, Column]:
        """Columns by id."""
        return {c.id: c for c in self.columns}

    @cached_property
    def row_ids(self) -> frozenset[str]:
        """The ids of fixed rows."""
        return frozenset(row_id for row_id, _ in self.rows)


class Grid(Rows):
    """Rows in a table: subjects, terms, history."""

    kind: Literal["grid"] = "grid"


class Records(Rows):
    """Rows as cards, for rows with many or long answers: targets, suspensions, people."""

    kind: Literal["records"] = "records"


class Note(Spec, Question):
    """Words of the form itself: no answer."""

    kind: Literal["note"] = "note"
    text: str


class Derived(Spec, Question):
    """An answer worked out from others by a named function of `derive.py`; never typed."""

    kind: Literal["derived"] = "derived"
    derive: str


Field = Annotated[
    TextQuestion
    | LongTextQuestion
    | NumberQuestion
    | PercentQuestion
    | MoneyQuestion
    | DateQuestion
    | YesNoQuestion
    | OneOfQuestion
    | ManyOfQuestion
    | PersonQuestion
    | ScaleQuestion
    | Views
    | Grid
    | Records
    | Note
    | Derived,
    Setting(discriminator="kind"),
]


class Section(Frozen):
    """One tab of the plan, as its TOML file says it."""

    id: Id
    title: str
    """On the child's own pages and in lists: “My progress”."""
    heading: str
    """On the page itself, with the child's name in it: “{child's} progress”."""
    lede: str = ""
    phases: tuple[Phase, ...] = ()
    owner: Owner | dict[str, Owner]
    """One role, or a role by phase with a `default`."""
    part: Part | dict[str, Part] = ""
    comments: tuple[Owner, ...] = ()
    """Who adds comments beside the owner."""
    due: Due = "after_meeting"
    minutes: int = 0
    fields: tuple[Field, ...] = Setting(alias="field")

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Edition(Frozen):
    """A year's form: sections in order, phases it is whole for, and where answers are carried from."""

    name: str
    title: str
    starts: date
    phases: tuple[Phase, ...]
    """The phases this edition is whole for; a plan can be opened in these only."""
    order: tuple[Id, ...]
    phase_years: dict[Phase, tuple[int, ...]] = {}
    """The national curriculum years for which a phase is proposed; whoever opens a plan decides."""
    stage_years: dict[Stage, tuple[int, ...]] = {}
    """The years for which *My views* is proposed in another form than the full one."""
    carries_from: str = ""
    sections: tuple[Section, ...] = ()

    def phase_for(self, year: int | None) -> Phase | None:
        """The phase to propose for a national curriculum year; None when the form has none for it yet."""
        return next((p for p in self.phases if year in self.phase_years.get(p, ())), None)

    def stage_for(self, year: int | None) -> Stage:
        """The form of *My views* for a national curriculum year; full when the edition says nothing."""
        return next((stage for stage, years in self.stage_years.items() if year in years), "full")

    def section(self, section_id: str) -> Section | None:
        """The section as written, or None."""
        return next((s for s in self.sections if s.id == section_id), None)


@dataclass(frozen=True, eq=False)
class Asked:
    """A section as one plan asks it: its phase, term, occasion and year chosen, owners resolved.

    Compared and hashed by identity: `editions.asked()` gives the same object for the same choice.
    """

    edition: str
    id: str
    title: str
    heading: str
    lede: str
    owner: str
    part: str
    comments: tuple[str, ...]
    due: str
    minutes: int
    fields: tuple[Field, ...]

    @cached_property
    def by_id(self) -> dict[str, Field]:
        """Questions by id."""
        return {f.id: f for f in self.fields}

    def owner_of(self, field: Field) -> str:
        """The role that answers this question."""
        return field.owner or self.owner

    def leaf(self, key: str) -> Leaf | None:
        """What `key` stands for in this section, or None when it is no key of it.

        Keys: `field`, `field.row` (the row itself: is it there?), `field.row.column`, and behind a
        tilde what is said about an answer: `~unknown` (why it is not known yet), `~kept` (why a
        warning is kept), `~how` (the child skipped it, or would rather talk).
        """
        found = KEY.fullmatch(key)
        field = self.by_id.get(found["field"]) if found else None
        if found is None or field is None:
            return None
        row, column, about = found["row"], found["column"], found["about"] or ""
        if row is None:
            return Leaf(key, field, None, None, about, self)
        if not isinstance(field, Rows) or (field.rows and row not in field.row_ids):
            return None
        if column is None:
            return None if field.rows else Leaf(key, field, row, None, about, self)
        spec = field.by_column.get(column)
        return Leaf(key, field, row, spec, about, self) if spec else None


KEY = re.compile(
    r"(?P<field>[a-z0-9_]{1,40})(?:\.(?P<row>[A-Za-z0-9_-]{1,24})(?:\.(?P<column>[a-z0-9_]{1,40}))?)?"
    r"(?:~(?P<about>unknown|kept|how))?"
)


@dataclass(frozen=True)
class Leaf:
    """One thing that can be saved on its own: an answer, a cell, a row's presence, a reason."""

    key: str
    field: Field
    row: str | None
    column: Column | None
    about: str = ""
    asked: Asked | None = dataclass_field(default=None, repr=False, compare=False)
    """The section it belongs to, so that what decides whether it is asked can be found."""

    @property
    def spec(self) -> Spec:
        """What says how it is read and shown: the column, or the question."""
        return self.column or self.field

    @property
    def base(self) -> str:
        """The key of the answer that `~kept` and its like are about."""
        return self.key.partition("~")[0]

    @property
    def is_row(self) -> bool:
        """True when it is the row itself, not a cell of it."""
        return self.row is not None and self.column is None
