"""The forms of a review: a section's rating, taking over, finishing, an action."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, Length

from vsportal import clock
from vsportal.editions.reading import Unreadable, one_line, plain, read_date
from vsportal.reviews.operations import MOST_WORDS, Said

Choices = Sequence[tuple[str, str]]
SHORTER = Length(max=MOST_WORDS, message=f"Shorten this to {MOST_WORDS:,} letters")


def _text(text: str | None) -> str:
    """What was typed, without what no database and no page takes."""
    return plain(text or "").strip()


def _line(text: str | None) -> str:
    return one_line(text or "")


def _offered(field: RadioField | SelectField) -> set[str]:
    """What can be chosen."""
    return {str(choice[0]) for choice in field.choices or ()}


class RatingForm(FlaskForm):
    """What a reviewer says of one section."""

    rating = RadioField("Rating", choices=[], validate_choice=False)
    feedback = TextAreaField("Feedback", filters=[_text], validators=[SHORTER])
    note = TextAreaField("Note for the Virtual School", filters=[_text], validators=[SHORTER])
    returned = BooleanField("Return this section")
    reason = TextAreaField("Why it goes back", filters=[_text], validators=[SHORTER])

    def offer(self, ratings: Choices) -> None:
        """Say what can be chosen."""
        self.rating.choices = list(ratings)

    def begin(self, said: Said) -> None:
        """Draw it with what was said before."""
        self.rating.data = said.rating
        self.feedback.data, self.note.data = said.feedback, said.note
        self.returned.data, self.reason.data = said.returned, said.reason

    def validate_rating(self, field: RadioField) -> None:
        """One of those there are; a section that goes back may wait for its rating."""
        known = _offered(field)
        if field.data not in known and not (self.returned.data and not field.data):
            raise ValidationError("Select a rating")

    def validate_reason(self, field: TextAreaField) -> None:
        """Nothing goes back without a reason."""
        if self.returned.data and not field.data:
            raise ValidationError("Enter why this section goes back")

    @property
    def said(self) -> Said:
        """What the form says, once found right; a reason stands only where a section goes back."""
        returned = bool(self.returned.data)
        return Said(
            self.rating.data or "",
            self.feedback.data or "",
            self.note.data or "",
            returned,
            (self.reason.data or "") if returned else "",
        )


class TakeOverForm(FlaskForm):
    """Why somebody goes on with a review that another began."""

    why = StringField(
        "Why you take it over",
        filters=[_line],
        validators=[
            InputRequired("Enter why you take the review over"),
            Length(max=500, message="Shorten this to 500 letters"),
        ],
    )


class FinishForm(FlaskForm):
    """The rating of the part: the rule's, or another with a reason."""

    overall = RadioField("Rating of the part", choices=[], validate_choice=False)
    override_reason = TextAreaField("Why it is another", filters=[_text], validators=[SHORTER])

    def offer(self, ratings: Choices, derived: str) -> None:
        """Say what can be chosen, and what the rule gives."""
        self.overall.choices = list(ratings)
        self.derived = derived

    def validate_overall(self, field: RadioField) -> None:
        """One of those there are."""
        if field.data not in _offered(field):
            raise ValidationError("Select the rating of the part")

    def validate_override_reason(self, field: TextAreaField) -> None:
        """Another rating than the rule's has a reason."""
        if self.overall.data != self.derived and not field.data:
            raise ValidationError("Enter why your rating is another than the rule’s")


class ActionForm(FlaskForm):
    """Something to be done: what, by whom, by when."""

    what = StringField(
        "What is to be done",
        filters=[_line],
        validators=[
            InputRequired("Enter what is to be done"),
            Length(max=300, message="Shorten this to 300 letters"),
        ],
    )
    owner = SelectField(
        "By whom", choices=[], validate_choice=False, validators=[InputRequired("Select who does it")]
    )
    by_on = StringField(
        "By when", filters=[_line], validators=[InputRequired("Enter the date by which it is done")]
    )

    def offer(self, people: Choices) -> None:
        """Say who can be chosen."""
        self.owner.choices = [("", "Select a name"), *people]

    def validate_owner(self, field: SelectField) -> None:
        """One of those around the child who are told of the review; somebody may have left meanwhile."""
        if field.data not in _offered(field):
            raise ValidationError("Select somebody who is around the child today")

    def validate_by_on(self, field: StringField) -> None:
        """A date from today on."""
        try:
            on = read_date(field.data or "")
        except Unreadable as reason:
            raise ValidationError(reason.sentence) from reason
        if on < clock.today():
            raise ValidationError("Enter a date from today on")

    @property
    def on(self) -> date:
        """The date, once the form has been found right."""
        return read_date(self.by_on.data or "")


def fail(field: Any, sentence: str) -> None:  # any WTForms field
    """Put what an operation refused at the field it is about."""
    field.errors = [*field.errors, sentence.rstrip(".")]
