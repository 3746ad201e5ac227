"""The forms of a policy: one for the whole, one for a fund, a kind, a rule, and one for the texts.

Each form fills itself from a value of `shape.py` and gives one back; nothing is typed as JSON.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Self

from flask_wtf import FlaskForm

from vsportal.admin.fields import Day, Line, Lines, Radios, Tick
from vsportal.filters import capital, pence
from vsportal.funding.checking import SENTENCES
from vsportal.funding.describing import MODELS, PERIODS
from vsportal.funding.policy_fields import Ages, Amounts, Money, Number, Several
from vsportal.funding.shape import (
    DECIDERS,
    PHASES,
    RATINGS,
    Automatic,
    Band,
    Category,
    Frozen,
    Fund,
    Policy,
    Sentences,
    year_words,
)

MOST_BUDGET = 10_000_000_000
"""A budget of more than £100 million is a slip."""
MOST_TEXT = 600
YEARS = tuple((str(y), year_words(y)) for y in range(-2, 15))
ANY = ("", "Does not matter")
YES_NO = [("yes", "Yes"), ("no", "No")]
_AS_BOOL = {"yes": True, "no": False}


class PartForm(FlaskForm):
    """A form for one part of a policy."""

    kept: Frozen | None = None
    """What the form was filled from: what it does not ask for, stays."""

    @classmethod
    def of(cls, policy: Policy, value: Any) -> Self:
        """The form, filled from the value unless something was sent."""
        form = cls(data=cls.filled(value) if value is not None else None)
        form.kept = value
        form.offer(policy)
        return form

    def offer(self, policy: Policy) -> None:
        """Put the policy's own funds and kinds into the lists."""

    @staticmethod
    def filled(value: Any) -> dict[str, Any]:
        """What stands in the boxes."""
        return {name: getattr(value, name) for name in type(value).model_fields}

    def value(self, taken: Iterable[str]) -> Any:
        """What was entered, once it was found right; `taken`: ids that are in use."""
        raise NotImplementedError


def new_id(name: str, taken: Iterable[str]) -> str:
    """An id made of a name, that no other has: it stays when the name changes."""
    words = re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")[:30] or "row"
    first = words if words[0].isalpha() else f"n_{words}"
    used = set(taken)
    numbered = (first if n == 1 else f"{first}_{n}" for n in range(1, len(used) + 2))
    return next(each for each in numbered if each not in used)


def _either(field: Any) -> bool | None:  # a WTForms field
    return _AS_BOOL.get(field.data)


def _said(value: bool | None) -> str:
    return {True: "yes", False: "no"}.get(value, "") if value is not None else ""


class WholeForm(PartForm):
    """What holds for the whole policy."""

    name = Line("Name of the policy", missing="Enter a name for the policy", longest=80)
    model = Radios("How money is asked for", choices=list(MODELS.items()), missing="Select one")
    tiers_pence = Amounts(
        "Amounts that can be asked for",
        description="Only where the school asks for one of a few amounts, for example £0, £400, £800, £1,500",
        longest=120,
    )
    child_ceiling_pence = Money(
        "The usual most for one child in a year",
        description="Going above it is pointed out, not refused. Empty: no limit is mentioned.",
    )
    closes_on = Day(
        "Last day for requests of this year",
        missing="",
        ahead=None,
        description="Empty: requests can be sent to the end of the financial year.",
    )
    red_holds_payment = Tick("A plan rated red holds the payment until it is mended")
    carer_sees_amount = Tick("Carers see how much was approved")
    child_sees_amount = Tick("Young people see how much was approved")

    @staticmethod
    def filled(value: Any) -> dict[str, Any]:
        """Amounts on one line."""
        asked = PartForm.filled(value)
        return asked | {"tiers_pence": ", ".join(pence(tier) for tier in value.tiers_pence)}

    def value(self, taken: Iterable[str]) -> Any:
        """The policy with these values, its parts as they were."""
        return self.kept.model_copy(  # type: ignore[union-attr]
            update={
                "name": self.name.data or "",
                "model": self.model.data,
                "tiers_pence": self.tiers_pence.tiers,
                "child_ceiling_pence": self.child_ceiling_pence.pence,
                "closes_on": self.closes_on.day,
                "red_holds_payment": bool(self.red_holds_payment.data),
                "carer_sees_amount": bool(self.carer_sees_amount.data),
                "child_sees_amount": bool(self.child_sees_amount.data),
            }
        )


class FundForm(PartForm):
    """One fund."""

    name = Line("Name of the fund", missing="Enter a name for the fund", longest=80)
    period = Radios("Its year", choices=list(PERIODS.items()), missing="Select its year", default="financial")
    per_child_pence = Money(
        "Amount for each child in the year",
        description="As it is published for this year. Empty: not known yet.",
    )
    held_centrally_pence = Money("Of it, held centrally")
    budget_pence = Money(
        "To give in the year",
        most=MOST_BUDGET,
        description="Used for checking this policy, not for payments.",
    )
    share_percent = Number("Share of the cost it pays, in per cent", least=1, most=100, default="100")
    phases = Several("Phases", choices=list(PHASES.items()), description="None ticked: any phase.")
    nc_years = Several("Years", choices=YEARS, description="None ticked: any year.")
    ages = Ages("Ages", description="For example 3, 4 or 16 to 18. Empty: any age.", longest=40)
    needs_target = Tick("A request belongs to a target of the plan", default=True)
    in_care_on_the_day = Tick("The child is in care on the day the request is sent", default=True)

    @staticmethod
    def filled(value: Any) -> dict[str, Any]:
        """Numbers as they stand in boxes."""
        return PartForm.filled(value) | {
            "nc_years": [str(y) for y in value.nc_years],
            "ages": ", ".join(map(str, value.ages)),
            "share_percent": str(value.share_percent),
        }

    def value(self, taken: Iterable[str]) -> Fund:
        """The fund as entered."""
        return Fund(
            id=self.kept.id if isinstance(self.kept, Fund) else new_id(self.name.data or "", taken),
            name=self.name.data or "",
            period=self.period.data,
            phases=_tuple(self.phases),
            nc_years=tuple(int(y) for y in _tuple(self.nc_years)),
            ages=self.ages.ages,
            needs_target=bool(self.needs_target.data),
            in_care_on_the_day=bool(self.in_care_on_the_day.data),
            per_child_pence=self.per_child_pence.pence,
            held_centrally_pence=self.held_centrally_pence.pence or 0,
            share_percent=self.share_percent.number,
            budget_pence=self.budget_pence.pence or 0,
        )


def _tuple(field: Any) -> tuple[str, ...]:  # a WTForms field
    return tuple(field.data or ())


class CategoryForm(PartForm):
    """One kind of thing that money is asked for."""

    name = Line("Name", missing="Enter a name", longest=80)
    allowed = Radios("Is it paid for?", choices=YES_NO, missing="Select yes or no", default="yes")
    words = Lines(
        "What people read about it",
        description="What it covers; or why it is not paid for, and what to do instead.",
        longest=MOST_TEXT,
    )
    clinical = Tick("The clinical team gives its view before anybody decides")
    asks = Lines(
        "What an adviser will ask about", description="One question on each line.", longest=MOST_TEXT * 2
    )

    @staticmethod
    def filled(value: Any) -> dict[str, Any]:
        """Questions one below the other."""
        return PartForm.filled(value) | {"allowed": _said(value.allowed), "asks": "\n".join(value.asks)}

    def value(self, taken: Iterable[str]) -> Category:
        """The kind as entered."""
        return Category(
            id=self.kept.id if isinstance(self.kept, Category) else new_id(self.name.data or "", taken),
            name=self.name.data or "",
            allowed=_either(self.allowed) is True,
            words=self.words.data or "",
            clinical=bool(self.clinical.data),
            asks=tuple(line.strip() for line in (self.asks.data or "").splitlines() if line.strip()),
        )


class BandForm(PartForm):
    """One rule of who decides."""

    decider = Radios(
        "Who decides", choices=[(k, capital(v)) for k, v in DECIDERS.items()], missing="Select who decides"
    )
    working_days = Number("Within how many working days", least=1, most=60, default="10")
    words = Lines(
        "What people read when this rule is used", description="The rule in a sentence.", longest=MOST_TEXT
    )
    up_to_pence = Money("Requests up to", description="Empty: any amount.")
    child_total_up_to_pence = Money(
        "While the child’s money this year stays within",
        description="With this request. Empty: whatever the child has had.",
    )
    funds = Several("Only from these funds", description="None ticked: from any fund.")
    categories = Several("Only for these kinds", description="None ticked: for any kind.")
    phases = Several(
        "Only in these phases", choices=list(PHASES.items()), description="None ticked: in any phase."
    )
    in_area = Radios(
        "Where the child lives", choices=[ANY, ("yes", "In the area"), ("no", "Out of the area")], default=""
    )
    ratings = Several(
        "Only while the plan is",
        choices=[(r or "none", words) for r, words in RATINGS.items()],
        description="None ticked: whatever its rating.",
    )

    def offer(self, policy: Policy) -> None:
        """The policy's own funds and kinds."""
        self.funds.choices = [(f.id, f.name or f.id) for f in policy.funds]
        self.categories.choices = [(c.id, c.name or c.id) for c in policy.categories if c.allowed]

    @staticmethod
    def filled(value: Any) -> dict[str, Any]:
        """No rating yet is a choice as any other."""
        return PartForm.filled(value) | {
            "working_days": str(value.working_days),
            "in_area": _said(value.in_area),
            "ratings": [r or "none" for r in value.ratings],
        }

    def value(self, taken: Iterable[str]) -> Band:
        """The rule as entered."""
        return Band(
            words=self.words.data or "",
            decider=self.decider.data,
            working_days=self.working_days.number,
            up_to_pence=self.up_to_pence.pence,
            child_total_up_to_pence=self.child_total_up_to_pence.pence,
            funds=_tuple(self.funds),
            categories=_tuple(self.categories),
            phases=_tuple(self.phases),
            in_area=_either(self.in_area),
            ratings=_rated(self.ratings),
        )


def _rated(field: Any) -> tuple[str, ...]:  # a WTForms field
    return tuple("" if r == "none" else r for r in field.data or ())


class AutomaticForm(PartForm):
    """One rule of what is paid by itself."""

    pence = Money("Requests up to", missing="Enter an amount")
    words = Lines("What people read when this rule is used", longest=MOST_TEXT)
    child_total_up_to_pence = Money(
        "While the child’s money this year stays within",
        description="With this request: three times the amount for one payment a term. Empty: no limit.",
    )
    expected_progress = Radios(
        "Progress as the school says",
        choices=[ANY, ("yes", "As expected"), ("no", "Not as expected")],
        default="",
    )
    ratings = Several("Only while the plan is", choices=BandForm.ratings.kwargs["choices"])
    phases = Several(
        "Only in these phases", choices=list(PHASES.items()), description="None ticked: in any phase."
    )

    @staticmethod
    def filled(value: Any) -> dict[str, Any]:
        """Conditions as they stand on the page."""
        return PartForm.filled(value) | {
            "expected_progress": _said(value.expected_progress),
            "ratings": [r or "none" for r in value.ratings],
        }

    def value(self, taken: Iterable[str]) -> Automatic:
        """The rule as entered."""
        return Automatic(
            words=self.words.data or "",
            pence=self.pence.pence or 0,
            child_total_up_to_pence=self.child_total_up_to_pence.pence,
            expected_progress=_either(self.expected_progress),
            ratings=_rated(self.ratings),
            phases=_tuple(self.phases),
        )


class SentencesForm(PartForm):
    """The texts that people read."""

    def value(self, taken: Iterable[str]) -> Sentences:
        """The texts as entered."""
        return Sentences(**{name: self[name].data or "" for name in SENTENCES})


for _name, _what in SENTENCES.items():
    setattr(SentencesForm, _name, Lines(capital(_what), longest=MOST_TEXT))
