"""The forms of a rating scheme: words of the scale, what ratings do, a section's criteria, the roll-up rule.

Each reads a scheme into its boxes and gives the changed scheme back; nothing here is saved.
"""

from __future__ import annotations

from typing import Any, cast

from flask_wtf import FlaskForm
from wtforms.validators import ValidationError

from vsportal.admin.fields import Choice, Day, Line, Lines, Radios, Tick
from vsportal.models import Rating
from vsportal.reviews.schemes import GRADES, Criterion, Grade, RollUp, Rule, Scheme, Sect

MOST_RULES = 6
"""Rules a page offers room for."""
BLOCKING = (Rating.GREEN, Rating.AMBER, Rating.RED, Rating.NOT_COMPLETED)
"""Ratings that can block something."""
PARTS = (("school", "The school’s part"), ("care", "Social care’s part"))
LONGEST = 1000
"""Letters of a criterion."""


class WordsForm(FlaskForm):
    """What each rating is called."""

    name = Line("What the scheme is called", longest=80)
    gold = Line("Best", missing="Enter the word for the best rating", longest=60)
    green = Line("Second", missing="Enter the word for the second rating", longest=60)
    amber = Line("Third", missing="Enter the word for the third rating", longest=60)
    red = Line("Last", missing="Enter the word for the last rating", longest=60)
    not_applicable = Line(
        "A section that does not apply",
        missing="Enter the word for a section that does not apply",
        longest=60,
    )
    not_completed = Line(
        "A section that was not completed",
        missing="Enter the word for a section that was not completed",
        longest=60,
    )

    @classmethod
    def of(cls, scheme: Scheme) -> WordsForm:
        """With the scheme's words in it."""
        return cls(data={"name": scheme.name, **{str(r): word for r, word in scheme.ratings.items()}})

    def changed(self, scheme: Scheme) -> Scheme:
        """The scheme with these words."""
        words = {rating: self[str(rating)].data for rating in Rating}
        return remade(scheme, name=self.name.data, ratings=words)


class DoesForm(FlaskForm):
    """What ratings do, and who may rate."""

    late_care_at_best_amber = Tick("Social care’s details that came after the meeting: amber at best")
    not_plans_they_chaired = Tick("Nobody rates a plan whose meeting they chaired")
    second_percent = Line(
        "Reviews offered for a blind second rating",
        description="Of a hundred: a whole number from 0 to 100. 0 means only when somebody asks.",
        missing="Enter a whole number from 0 to 100",
        width="3",
        mode="numeric",
    )

    def validate_second_percent(self, field: Line) -> None:
        """A whole number of a hundred."""
        typed = field.data or ""
        if not (typed.isascii() and typed.isdecimal() and int(typed) <= 100):
            raise ValidationError("Enter a whole number from 0 to 100")

    def changed(self, scheme: Scheme) -> Scheme:
        """The scheme with these settings."""
        return remade(
            scheme,
            late_care_at_best_amber=self.late_care_at_best_amber.data,
            not_plans_they_chaired=self.not_plans_they_chaired.data,
            second_percent=int(self.second_percent.data or 0),
            **{what: [r for r in BLOCKING if self[f"{what}_{r}"].data] for what, _ in BLOCKS},
        )


BLOCKS = (("blocks_sign_off", "stops signing off"), ("blocks_funding", "makes PP+ wait"))


def does_form(scheme: Scheme) -> DoesForm:
    """The form with a box for each rating that can block, in the scheme's own words."""
    boxes = {
        f"{what}_{rating}": Tick(f"{scheme.word(rating)} {does}")
        for what, does in BLOCKS
        for rating in BLOCKING
    }
    made = cast("type[DoesForm]", type("DoesForm", (DoesForm,), boxes))
    return made(
        data={
            **{f"{what}_{r}": r in getattr(scheme, what) for what, _ in BLOCKS for r in BLOCKING},
            "late_care_at_best_amber": scheme.late_care_at_best_amber,
            "not_plans_they_chaired": scheme.not_plans_they_chaired,
            "second_percent": str(scheme.second_percent),
        }
    )


class SectionForm(FlaskForm):
    """A section's criteria, with which part it is rated, whether it counts."""

    rated = Tick("This section is rated")
    counts = Tick("Its rating counts for the part as a whole")
    rated_with = Radios(
        "Rated with",
        description="For a section that belongs to no part of its own.",
        choices=PARTS,
        missing="Select the part it is rated with",
    )
    gold = Lines("", longest=LONGEST)
    green = Lines("", longest=LONGEST)
    amber = Lines("", longest=LONGEST)
    red = Lines("", longest=LONGEST)

    def changed(self, scheme: Scheme, section_id: str) -> Scheme:
        """The scheme with this section as the form says; one it did not have comes last."""
        others = [s for s in scheme.sections if s.id != section_id]
        left_out = [s for s in scheme.not_rated if s != section_id]
        if not self.rated.data:
            return remade(scheme, sections=others, not_rated=[*left_out, section_id])
        before = scheme.sect(section_id)
        sect = Sect(
            id=section_id,
            title=before.title if before else "",
            rated_with=self.rated_with.data,
            counts=self.counts.data,
            criteria=Criterion(**{grade: self[grade].data or "" for grade in GRADES}),
        )
        at = next((i for i, s in enumerate(scheme.sections) if s.id == section_id), len(others))
        return remade(scheme, sections=[*others[:at], sect, *others[at:]], not_rated=left_out)


def section_form(scheme: Scheme, section_id: str) -> SectionForm:
    """The form with a section's criteria in it, its boxes called by the scheme's own words."""
    sect = scheme.sect(section_id)
    form = SectionForm(
        data={
            "rated": sect is not None,
            "counts": sect.counts if sect else True,
            "rated_with": sect.rated_with if sect else "school",
            **({grade: sect.criteria.of(grade) for grade in GRADES} if sect else {}),
        }
    )
    for grade in GRADES:
        form[grade].label.text = scheme.word(grade)
    return form


class PublishForm(FlaskForm):
    """From which day a draft holds."""

    starts_on = Day("It holds from", missing="Enter the day from which it holds")


# The roll-up --------------------------------------------------------------------------------------------


class RulesForm(FlaskForm):
    """The rules in order; one that gives nothing is left out. Boxes: `gives_1`, `at_least_1`, …"""

    otherwise: Choice
    not_completed_as: Choice

    def validate(self, extra_validators: Any = None) -> bool:
        """Whatever else is asked of a rule, once it gives something."""
        well: bool = super().validate(extra_validators)
        for n in range(1, MOST_RULES + 1):
            if self[f"gives_{n}"].data and not self._number(n):
                box = self[f"at_least_{n}"]
                box.errors = [*box.errors, f"Rule {n}: enter a whole number from 1 to 100"]
                well = False
        return well

    def _number(self, n: int) -> int:
        """How many a rule asks for; 0 when that is no number it can ask for."""
        typed = self[f"at_least_{n}"].data or ""
        return (
            int(typed)
            if typed.isascii() and typed.isdecimal() and len(typed) < 4 and int(typed) <= 100
            else 0
        )

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The boxes of each rule, for the page."""
        return [{name: self[f"{name}_{n}"] for name in COLUMNS} for n in range(1, MOST_RULES + 1)]

    def changed(self, scheme: Scheme) -> Scheme:
        """The scheme with these rules."""
        rules = [
            Rule(
                gives=self[f"gives_{n}"].data,
                at_least=self._number(n),
                unit=self[f"unit_{n}"].data,
                of=self[f"of_{n}"].data,
                none_below=self[f"none_below_{n}"].data or "",
            )
            for n in range(1, MOST_RULES + 1)
            if self[f"gives_{n}"].data
        ]
        rule = RollUp(
            name=scheme.roll_up.name if tuple(rules) == scheme.roll_up.rules else "",
            rules=tuple(rules),
            otherwise=self.otherwise.data,
            not_completed_as=self.not_completed_as.data,
        )
        return remade(scheme, roll_up=rule)


COLUMNS = ("gives", "at_least", "unit", "of", "none_below")


def rules_form(scheme: Scheme) -> RulesForm:
    """The form with the scheme's rules in it, and room for more."""
    grades: list[tuple[str, str]] = [(g, scheme.word(g)) for g in GRADES]
    boxes: dict[str, Any] = {
        "otherwise": Choice("Otherwise the part is", choices=grades),
        "not_completed_as": Choice(
            "A section that was not completed counts as", choices=[g for g in grades if g[0] in WORSE]
        ),
    }
    for n in range(1, MOST_RULES + 1):
        boxes |= {f"{name}_{n}": box for name, box in _boxes(n, grades).items()}
    made = cast("type[RulesForm]", type("RulesForm", (RulesForm,), boxes))
    return made(data=_rules_data(scheme.roll_up))


WORSE: tuple[Grade, ...] = ("amber", "red")


def _boxes(n: int, grades: list[tuple[str, str]]) -> dict[str, Any]:
    """The boxes of one rule."""
    return {
        "gives": Choice("The part is", choices=[("", "(no rule)"), *grades]),
        "at_least": Line("when at least", width="3", mode="numeric"),
        "unit": Choice("counted in", choices=[("sections", "sections"), ("percent", "% of sections")]),
        "of": Choice("are", choices=grades),
        "none_below": Choice("and none is below", choices=[("", "(does not matter)"), *grades[:-1]]),
    }


def _rules_data(rule: RollUp) -> dict[str, Any]:
    data: dict[str, Any] = {"otherwise": rule.otherwise, "not_completed_as": rule.not_completed_as}
    for n in range(1, MOST_RULES + 1):
        here = rule.rules[n - 1] if n <= len(rule.rules) else None
        data |= {
            f"gives_{n}": here.gives if here else "",
            f"at_least_{n}": str(here.at_least) if here else "",
            f"unit_{n}": here.unit if here else "sections",
            f"of_{n}": here.of if here else GRADES[0],
            f"none_below_{n}": here.none_below if here else "",
        }
    return data


def remade(scheme: Scheme, **changes: Any) -> Scheme:
    """The scheme with other values, looked through again."""
    return Scheme.model_validate({**scheme.model_dump(), **changes})


__all__ = ["PublishForm", "RulesForm", "SectionForm", "WordsForm", "does_form", "rules_form", "section_form"]
