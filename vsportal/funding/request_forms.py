"""The small forms around a request: a proposal, and what the money did. Its own form is `written.py`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length

from vsportal.editions.reading import Unreadable, one_line, plain, read_pence
from vsportal.funding.evaluating import EFFECTS, MOST_WORDS

NO_TARGET = ("", "No target, or not sure")


def _clean(text: str | None) -> str:
    return plain(text or "").strip()


def _line(text: str | None) -> str:
    return one_line(text or "")


def _at_most(number: int) -> Length:
    return Length(max=number, message=f"Shorten this to {number:,} characters or fewer")


class ProposalForm(FlaskForm):
    """What would help, and why: for the one who asks for money."""

    target = SelectField("Which target does it help with?", choices=[], validate_choice=False)
    buying = TextAreaField(
        "What would help?",
        filters=[_clean],
        validators=[DataRequired("Enter what would help"), _at_most(1000)],
    )
    need = TextAreaField(
        "Why is it needed?",
        filters=[_clean],
        validators=[DataRequired("Enter why it is needed"), _at_most(2000)],
    )

    def offer(self, targets: Sequence[tuple[str, str]]) -> None:
        """Say which targets there are."""
        self.target.choices = [NO_TARGET, *targets]

    def fail(self, field: Any, sentence: str) -> None:  # any WTForms field
        """Put what was refused at the field it is about."""
        field.errors = [*field.errors, sentence.rstrip(".")]


class EvaluationForm(FlaskForm):
    """Which difference the money made, how one knows, and what is left of it."""

    effect = RadioField(
        "Which difference did it make?",
        choices=[],
        validate_choice=False,
        validators=[InputRequired("Select which difference it made")],
    )
    words = TextAreaField(
        "How do you know?",
        filters=[_clean],
        validators=[DataRequired("Say how you know"), _at_most(MOST_WORDS)],
    )
    unspent = StringField(
        "How much of it was not spent?",
        filters=[_line],
        validators=[InputRequired("Enter how much was not spent, 0 if nothing")],
    )
    unspent_pence = 0

    def validate_effect(self, field: RadioField) -> None:
        """One of those there are."""
        if field.data not in EFFECTS:
            raise ValidationError("Select which difference it made")

    def validate_unspent(self, field: StringField) -> None:
        """An amount in pounds."""
        try:
            self.unspent_pence = read_pence(field.data or "")
        except Unreadable as unreadable:
            raise ValidationError(unreadable.sentence) from unreadable
