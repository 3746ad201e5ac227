"""The forms of a decision: what is decided, how much for each line, why; and what the clinical team says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length

from vsportal.editions.reading import Unreadable, plain, read_pence
from vsportal.filters import pence
from vsportal.funding.amounts import cost_words
from vsportal.models import FundingLine

LONGEST = 2000
DECISIONS = ("approve", "part", "ask", "decline", "pass_on")
WHY = {
    "part": "Enter why you approve a part",
    "ask": "Enter your question",
    "decline": "Enter why you decline it",
    "pass_on": "Enter why you pass it on",
}
"""What is asked for when nothing was said; to approve, nothing need be."""
TOO_LONG = f"Shorten this to {LONGEST:,} characters or fewer"


def _cleaned(text: str | None) -> str:
    """What was typed, without what no database and no page takes."""
    return plain(text or "").strip()


class DecisionForm(FlaskForm):
    """A decision; the boxes for amounts are added for the lines of the request (`decision_form`)."""

    version = HiddenField()
    """Of the request as the page was drawn."""
    decision = StringField("Your decision", validators=[InputRequired("Select your decision")])
    to = StringField("Pass it on to")
    reason = TextAreaField(
        "Reason or question", filters=[_cleaned], validators=[Length(max=LONGEST, message=TOO_LONG)]
    )

    lines: Sequence[FundingLine] = ()
    tos: Sequence[str] = ()

    def validate_decision(self, field: Field) -> None:
        """One of those there are."""
        if field.data not in DECISIONS:
            raise ValidationError("Select your decision")

    def validate_to(self, field: Field) -> None:
        """Somebody it can be passed on to."""
        if self.decision.data == "pass_on" and field.data not in self.tos:
            raise ValidationError("Select to whom you pass it on")

    def validate_reason(self, field: Field) -> None:
        """Said wherever the one who asked is to know why."""
        if not field.data and self.decision.data in WHY:
            raise ValidationError(WHY[self.decision.data])

    @property
    def boxes(self) -> list[tuple[FundingLine, Any]]:  # WTForms' fields share no useful type
        """Each line with the box for its amount."""
        return [(line, self[f"amount_{n}"]) for n, line in enumerate(self.lines, 1)]

    def validate(self, extra_validators: Any = None) -> bool:  # as WTForms has it
        """The form, and for a part the amount of each line."""
        right: bool = super().validate(extra_validators)
        if self.decision.data != "part":
            return right
        for line, box in self.boxes:
            try:
                self.amounts[line.id] = _amount(box.data or "", line)
            except Unreadable as unreadable:
                box.errors = [unreadable.sentence]
        if any(box.errors for _, box in self.boxes):
            return False
        if self.boxes and not self._is_a_part():
            self.boxes[0][1].errors = [self._no_part()]
            return False
        return right

    @property
    def amounts(self) -> dict[int, int]:
        """Pence by the number of each line, once the form has been found right."""
        found: dict[int, int] = self.__dict__.setdefault("_amounts", {})
        return found

    def _is_a_part(self) -> bool:
        """Something, and not all of it."""
        return 0 < sum(self.amounts.values()) < sum(line.amount_pence for line in self.lines)

    def _no_part(self) -> str:
        if sum(self.amounts.values()):
            return "Enter less than was asked for, or select “Approve”"
        return "Enter an amount for at least one line, or select “Decline”"


def _amount(typed: str, line: FundingLine) -> int:
    """What one line gets, in pence; nothing typed is nothing given."""
    given = read_pence(typed) if typed.strip() else 0
    if given > line.amount_pence:
        raise Unreadable(f"Enter {pence(line.amount_pence)} or less for “{line.what}”")
    return given


def decision_form(lines: Sequence[FundingLine], tos: Sequence[str], version: int) -> DecisionForm:
    """The form for a request with these lines, that can be passed on to these."""
    boxes = {
        f"amount_{n}": StringField(
            f"Amount for {line.what}", filters=[_cleaned], default=cost_words(line.amount_pence)
        )
        for n, line in enumerate(lines, 1)
    }
    form: DecisionForm = type("DecisionForm", (DecisionForm,), boxes)()
    form.lines, form.tos = lines, tos
    if not form.is_submitted():
        form.version.data = str(version)
        if len(tos) == 1:
            form.to.data = tos[0]
    return form


class ClinicalForm(FlaskForm):
    """What the clinical team says of therapy that is asked for."""

    view = TextAreaField(
        "What the clinical team says",
        filters=[_cleaned],
        validators=[
            DataRequired("Enter what the clinical team says"),
            Length(max=LONGEST, message=TOO_LONG),
        ],
    )
