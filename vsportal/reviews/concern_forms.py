"""The forms of concerns: what a reviewer is worried about and by when, and the answer."""

from datetime import date

from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, Length

from vsportal.editions.reading import Unreadable, read_date
from vsportal.reviews.concerns import MOST_CHARACTERS

TOO_LONG = Length(max=MOST_CHARACTERS, message=f"Shorten this to {MOST_CHARACTERS:,} characters")


class RaiseForm(FlaskForm):
    """A concern, and by when it is to be answered."""

    words = TextAreaField(
        "What are you worried about?",
        validators=[InputRequired("Enter what you are worried about"), TOO_LONG],
    )
    answer_by = StringField(
        "Answer by", validators=[InputRequired("Enter the day by which you want an answer, with its year")]
    )

    def validate_answer_by(self, field: StringField) -> None:
        """A day that can be read; whether it will do is asked when it is kept."""
        try:
            read_date(field.data or "")
        except Unreadable as reason:
            raise ValidationError(reason.sentence) from reason

    @property
    def day(self) -> date:
        """The day, once the form has been found right."""
        return read_date(self.answer_by.data or "")


class AnswerForm(FlaskForm):
    """An answer in words."""

    answer = TextAreaField("Your answer", validators=[InputRequired("Enter the answer"), TOO_LONG])
