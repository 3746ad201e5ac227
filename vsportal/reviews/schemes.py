"""An authority's rating scheme: the words of its scale, criteria for each section, the roll-up rule, what
a rating blocks. Data, typed; a version in `review_scheme`, which never changes once it is published.

Where an authority has published nothing, our starting scheme holds (`schemes/starting.toml`).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlalchemy import Date, Select, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from vsportal import clock
from vsportal.extensions import db
from vsportal.models import Rating, ReviewScheme

FOLDER = Path(__file__).parent / "schemes"
Grade = Literal["gold", "green", "amber", "red"]
GRADES: tuple[Grade, ...] = ("gold", "green", "amber", "red")
"""The grades with criteria, best first."""
RANK: Mapping[str, int] = {grade: n for n, grade in enumerate(GRADES)}
"""Grade → how far below the best."""
Words = Annotated[str, Field(max_length=1000)]
Part = Literal["school", "care"]


class _Frozen(BaseModel):
    """Refuses what it does not know, and never changes."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Criterion(_Frozen):
    """What a section has to be for each grade, in words that stand beside it while writing and rating."""

    gold: Words
    green: Words
    amber: Words
    red: Words

    def of(self, grade: str) -> str:
        """The words of one grade; nothing for what is no grade."""
        return str(getattr(self, grade)) if grade in RANK else ""


class Sect(_Frozen):
    """A section that is rated."""

    id: str
    title: str = ""
    """What it is called while the form does not have it; the form's own title goes first."""
    rated_with: Part
    """With which part it is rated, when it belongs to none of its own (`my_views`, `at_home`)."""
    counts: bool = True
    """Whether its rating counts for the part as a whole."""
    criteria: Criterion


class Rule(_Frozen):
    """One line of the roll-up: “red when at least 1 section is red”.

    `of` is amber or red: sections that bad or worse. `of` is green or gold: that good or better.
    """

    gives: Grade
    at_least: Annotated[int, Field(ge=1, le=100)]
    unit: Literal["sections", "percent"] = "sections"
    """Of the sections that count and apply."""
    of: Grade
    none_below: Literal["", "gold", "green", "amber"] = ""
    """And no section is worse than this."""


class RollUp(_Frozen):
    """How ratings of sections become the rating of a part: the first rule that holds, else `otherwise`."""

    name: str = ""
    """Of the starting point it came from."""
    rules: Annotated[tuple[Rule, ...], Field(max_length=8)] = ()
    otherwise: Grade = "green"
    not_completed_as: Literal["amber", "red"] = "red"
    """What a section counts as that was not completed."""


class Scheme(_Frozen):
    """A whole scheme, one version."""

    name: str = ""
    ratings: dict[Rating, Annotated[str, Field(max_length=60)]]
    """Rating → its word on screen."""
    sections: tuple[Sect, ...]
    not_rated: tuple[str, ...] = ()
    """Sections of the form that nobody rates: the Virtual School's own."""
    roll_up: RollUp
    blocks_sign_off: tuple[Rating, ...] = ()
    """The ratings of a part with which a plan is not signed off."""
    blocks_funding: tuple[Rating, ...] = ()
    """The ratings of the school's part with which PP+ waits."""
    late_care_at_best_amber: bool = False
    """Social care's part that was sent after the meeting is amber at best."""
    not_plans_they_chaired: bool = False
    """Nobody rates a plan whose meeting they chaired, either."""
    second_percent: Annotated[int, Field(ge=0, le=100)] = 0
    """How many of a hundred finished reviews are offered for a blind second rating."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        """Ratings in their own order, whatever order the database gave them back in."""
        ordered = {rating: self.ratings[rating] for rating in Rating if rating in self.ratings}
        object.__setattr__(self, "ratings", ordered)
        return self

    def word(self, rating: str) -> str:
        """A rating as it is read: “Green (good)”; nothing for none."""
        return self.ratings.get(Rating(rating), rating) if rating else ""

    def sect(self, section_id: str) -> Sect | None:
        """How a section is rated, or None when it is not."""
        return next((s for s in self.sections if s.id == section_id), None)


@dataclass(frozen=True)
class SchemeInForce:
    """A scheme with the row that keeps it; no row while the starting scheme was not needed yet."""

    row: ReviewScheme | None
    scheme: Scheme


def scheme_of(row: ReviewScheme) -> Scheme:
    """The scheme that a row keeps."""
    return Scheme.model_validate(row.body)


def sections_for(scheme: Scheme, part: str, parts: Mapping[str, str] | None = None) -> tuple[Sect, ...]:
    """The sections rated with a part, in the scheme's order.

    `parts`: the plan's own sections → the part each belongs to (“” for none). With it, sections that
    the plan does not ask are left out, and one that belongs to a part is rated with that part.
    """
    if parts is None:
        return tuple(s for s in scheme.sections if s.rated_with == part)
    return tuple(s for s in scheme.sections if s.id in parts and (parts[s.id] or s.rated_with) == part)


# The starting points ------------------------------------------------------------------------------------


@cache
def starting() -> Scheme:
    """The scheme an authority begins with."""
    return Scheme.model_validate(tomllib.loads((FOLDER / "starting.toml").read_text(encoding="utf-8")))


@cache
def roll_ups() -> Mapping[str, RollUp]:
    """Roll-up rules to start from, by a short name."""
    found = tomllib.loads((FOLDER / "roll_ups.toml").read_text(encoding="utf-8"))
    return {key: RollUp.model_validate(rule) for key, rule in found.items()}


# Which one holds ----------------------------------------------------------------------------------------


def in_force(authority_id: int, on: date) -> SchemeInForce:
    """The scheme that holds for an authority on a day: one statement, nothing is written."""
    row = db.session.scalars(_in_force_query(), {"authority": authority_id, "on": on}).first()
    return SchemeInForce(row, scheme_of(row) if row else starting())


@cache
def _in_force_query() -> Select[ReviewScheme]:
    """The version of the authority `authority` that is in force on the day `on`: built once."""
    return (
        select(ReviewScheme)
        .where(
            ReviewScheme.authority_id == bindparam("authority"),
            ReviewScheme.state == "published",
            ReviewScheme.starts_on <= bindparam("on", type_=Date),
        )
        .order_by(ReviewScheme.starts_on.desc(), ReviewScheme.version.desc())
        .limit(1)
    )


def ensure(authority_id: int, on: date) -> SchemeInForce:
    """The same, with a row for a review to hang on: the starting scheme is kept as version 1 when needed.

    Of two who need it at the same moment one keeps it, and both get that row.
    """
    found = in_force(authority_id, on)
    if found.row is not None:
        return found
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    kept = starting()
    values: dict[str, Any] = {
        "authority_id": authority_id,
        "version": 1,
        "state": "published",
        "starts_on": on,
        "body": kept.model_dump(mode="json"),
        "published_at": clock.now(),
    }
    db.session.execute(
        insert(ReviewScheme)
        .values(**values)
        .on_conflict_do_nothing(index_elements=["authority_id", "version"])
    )
    first = db.session.scalars(
        select(ReviewScheme).where(ReviewScheme.authority_id == authority_id, ReviewScheme.version == 1)
    ).one()
    return SchemeInForce(first, scheme_of(first))
