"""The forms of signing: what a plan is signed off without, and a correction to one that is signed off."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, TextAreaField
from wtforms.validators import DataRequired, Length

from vsportal.editions.reading import plain
from vsportal.signing.keeping import MOST_WORDS

MOST_ADDED = 4000
"""How many characters an addendum may have."""
TOO_LONG = "Shorten this to {most:,} characters or fewer"


def _clean(text: str | None) -> str:
    return plain(text or "").strip()


class SignOffForm(FlaskForm):
    """Which part is missing, and why it is signed off all the same."""

    without = RadioField("Which part is missing?", choices=[], validate_choice=False)
    reason = TextAreaField(
        "Why is it signed off without it?",
        filters=[_clean],
        validators=[Length(max=MOST_WORDS, message=TOO_LONG.format(most=MOST_WORDS))],
    )


class AddendumForm(FlaskForm):
    """A correction: which section and question, and the words."""

    about = SelectField(
        "What is it about?",
        choices=[],
        validators=[DataRequired("Select the section or question it is about")],
        validate_choice=False,
    )
    words = TextAreaField(
        "What is right, or what is added",
        filters=[_clean],
        validators=[
            DataRequired("Enter what is right, or what is added"),
            Length(max=MOST_ADDED, message=TOO_LONG.format(most=MOST_ADDED)),
        ],
    )
