"""The forms of copies for parents: what somebody gets, and how it was given."""

from datetime import date

from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, Length

from vsportal.editions.reading import Unreadable, read_date
from vsportal.meetings.releasing import KINDS, MOST_HOW, MOST_REASON


class DecideForm(FlaskForm):
    """What one person gets, with a reason when that is nothing."""

    person = HiddenField()
    kind = StringField("What do they get?", validators=[InputRequired("Select what they get")])
    """One of `KINDS`, drawn as buttons to choose from."""
    reason = TextAreaField(
        "Why?", validators=[Length(max=MOST_REASON, message=f"Shorten this to {MOST_REASON:,} characters")]
    )

    def validate_kind(self, field: StringField) -> None:
        """One of those offered."""
        if field.data not in KINDS:
            raise ValidationError("Select what they get")

    def validate_reason(self, field: TextAreaField) -> None:
        """Nothing is withheld without a reason."""
        if self.kind.data == "none" and not (field.data or "").strip():
            raise ValidationError("Enter why they get nothing")


class ReleaseForm(FlaskForm):
    """How and when it was given."""

    mark = HiddenField()
    given_how = StringField(
        "How was it given?",
        validators=[
            InputRequired("Enter how it was given"),
            Length(max=MOST_HOW, message=f"Shorten this to {MOST_HOW} characters"),
        ],
    )
    given_on = StringField("When?", validators=[InputRequired("Enter the day on which it was given")])

    def validate_given_on(self, field: StringField) -> None:
        """A day that can be read."""
        try:
            read_date(field.data or "")
        except Unreadable as reason:
            raise ValidationError(reason.sentence) from reason

    @property
    def on(self) -> date:
        """The day, once the form has been found right."""
        return read_date(self.given_on.data or "")
