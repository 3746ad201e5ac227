"""What a policy for Pupil Premium Plus is made of: funds, categories, who decides, what is paid by itself.

Pure data, kept as JSON in `funding_policy.body`. Money is whole pence. An empty tuple in a condition means
that anything will do; so does None.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from vsportal import codes, wording
from vsportal.filters import listed

Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Pence = Annotated[int, Field(ge=0)]
Days = Annotated[int, Field(ge=0, le=60)]
Model = Literal["itemised", "fixed", "tiered", "panel"]
Decider = Literal["adviser", "head", "panel"]
Period = Literal["financial", "academic"]

DECIDERS = {"adviser": "an adviser", "head": "the head of the Virtual School", "panel": "the panel"}
PHASES = dict(codes.options("phase"))
"""The phases an edition may have, as they stand in a sentence."""
RATINGS = {
    "": "not rated yet",
    "gold": "gold",
    "green": "green",
    "amber": "amber",
    "red": "red",
    "not_applicable": "not applicable",
    "not_completed": "not completed",
}
"""What a plan's school part can have come to; the empty one is no rating yet."""


def year_words(year: int) -> str:
    """A national curriculum year in a sentence."""
    return wording.year_words(year) if year >= 0 else f"Nursery {year + 3}"


def spans(numbers: Sequence[int], word: Callable[[int], str], last: str = "and") -> str:
    """Numbers in a sentence, by their ends where they follow one another: “Reception to Year 11”."""
    found = sorted(numbers)
    if len(found) > 2 and found[-1] - found[0] == len(found) - 1:
        return f"{word(found[0])} to {word(found[-1])}"
    return listed(map(word, found), last)


class Frozen(BaseModel):
    """A value that cannot change once read, and that refuses keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Fund(Frozen):
    """Where money comes from, for whom it is, and how much of it there is."""

    id: Id
    name: str
    period: Period = "financial"
    phases: tuple[str, ...] = ()
    nc_years: tuple[int, ...] = ()
    """National curriculum years; 0 is Reception, −1 and −2 are the nursery years."""
    ages: tuple[int, ...] = ()
    needs_target: bool = True
    in_care_on_the_day: bool = True
    per_child_pence: Pence | None = None
    """What the grant brings for each child and year; None until the authority has entered it."""
    held_centrally_pence: Pence = 0
    """Of it, what the Virtual School keeps for what it does for all."""
    share_percent: Annotated[int, Field(ge=1, le=100)] = 100
    """How much of a request's cost it pays."""
    budget_pence: Pence = 0
    """What there is to give in the year; 0 until it is entered."""


class Category(Frozen):
    """Something money is asked for, and whether the policy pays for it."""

    id: Id
    name: str
    allowed: bool = True
    words: str = ""
    """Shown to the one who asks: what it covers, or why it is not paid for and what to do instead."""
    clinical: bool = False
    """The clinical team gives its view before anybody decides."""
    asks: tuple[str, ...] = ()
    """What an adviser will ask about."""


class Band(Frozen):
    """One rule of who decides; the first whose conditions all hold, counts."""

    words: str
    """The rule in a sentence, for the one who asks."""
    decider: Decider
    working_days: Days = 10
    up_to_pence: Pence | None = None
    child_total_up_to_pence: Pence | None = None
    """The child's approved money this year and this request together."""
    funds: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    phases: tuple[str, ...] = ()
    in_area: bool | None = None
    ratings: tuple[str, ...] = ()


class Automatic(Frozen):
    """Money that is paid without asking line by line, while its conditions hold."""

    words: str
    pence: Pence
    """A request up to this amount is approved without a person."""
    child_total_up_to_pence: Pence | None = None
    """Only while the child's approved money this year and this request stay within it."""
    expected_progress: bool | None = None
    ratings: tuple[str, ...] = ()
    phases: tuple[str, ...] = ()


class Sentences(Frozen):
    """The texts a policy shows to the people it is for."""

    purpose: str = ""
    """What the money is for, above every request."""
    not_for: str = ""
    """What it never pays for."""
    ceiling: str = ""
    """Said when a child's money this year goes over the ceiling, which is no refusal."""
    closing: str = ""
    """Said once the year is closed to new requests."""
    red: str = ""
    """Why a plan that is rated red holds the payment, and what to do."""
    therapy: str = ""
    """Said of what the clinical team must see first."""
    unspent: str = ""
    """What becomes of money that is not spent."""
    family: str = ""
    """For carers and young people, in plain words: what this money is."""


class Policy(Frozen):
    """One authority's policy for one financial year."""

    name: str
    model: Model
    funds: tuple[Fund, ...] = ()
    categories: tuple[Category, ...] = ()
    bands: tuple[Band, ...] = ()
    automatic: tuple[Automatic, ...] = ()
    tiers_pence: tuple[Pence, ...] = ()
    """The only amounts that can be asked for, where the model is `tiered`."""
    child_ceiling_pence: Pence | None = None
    closes_on: date | None = None
    """The last day on which a request for this year can be sent."""
    red_holds_payment: bool = False
    carer_sees_amount: bool = False
    child_sees_amount: bool = False
    sentences: Sentences = Sentences()

    def fund(self, fund_id: str) -> Fund | None:
        """The fund with this id."""
        return next((f for f in self.funds if f.id == fund_id), None)

    def category(self, category_id: str) -> Category | None:
        """The category with this id."""
        return next((c for c in self.categories if c.id == category_id), None)
