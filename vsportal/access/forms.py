"""The forms of access: why it ends, why it begins again, an emergency, its report."""

from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from vsportal.access.glass import HOURS, LEAST_REASON, Wanted
from vsportal.editions.reading import Unreadable, one_line, plain, read_date
from vsportal.filters import plural

WHY_ENDED = {
    "left": "They no longer work with or care for the child",
    "harm": "Somebody may be at risk",
    "mistake": "They should not have had access",
    "other": "Something else",
}
MOST = 1000


def _clean(text: str | None) -> str:
    return plain(text or "").strip()


def _line(text: str | None) -> str:
    return one_line(text or "")


class EndForm(FlaskForm):
    """Why somebody's access ends, and whether it ends for everybody of their home."""

    why = RadioField(
        "Why does it end?",
        choices=WHY_ENDED,
        validators=[InputRequired("Select why it ends")],
    )
    words = TextAreaField(
        "What happened",
        filters=[_clean],
        validators=[Length(max=MOST, message=f"Shorten this to {MOST:,} characters or fewer")],
    )
    everyone = BooleanField("Also everybody else there")

    def validate_words(self, field: Any) -> None:
        """“Something else” says nothing by itself."""
        if self.why.data == "other" and not field.data:
            raise ValidationError("Enter what happened")

    @property
    def reason(self) -> str:
        """Both in one sentence."""
        known = WHY_ENDED[self.why.data] if self.why.data != "other" else ""
        return ": ".join(w for w in (known, self.words.data) if w)


class RestoreForm(FlaskForm):
    """Why somebody is let see a child again."""

    words = TextAreaField(
        "Why can they see it again?",
        filters=[_clean],
        validators=[
            DataRequired("Enter why they can see it again"),
            Length(max=MOST, message=f"Shorten this to {MOST:,} characters or fewer"),
        ],
    )


class EmergencyForm(FlaskForm):
    """A child who cannot be found, exactly as the records have them; why; for how long."""

    first_name = StringField("First name", filters=[_line], validators=[Length(max=100)])
    last_name = StringField("Last name", filters=[_line], validators=[Length(max=100)])
    born = StringField("Date of birth", filters=[_line], validators=[Length(max=40)])
    number = StringField("Or: social care number", filters=[_line], validators=[Length(max=60)])
    reason = TextAreaField(
        "Why you need it now",
        filters=[_clean],
        validators=[Length(max=MOST, message=f"Shorten this to {MOST:,} characters or fewer")],
    )
    hours = RadioField(
        "For how long",
        choices={str(hours): plural(hours, "hour") for hours in HOURS},
        validators=[InputRequired("Select for how long")],
    )

    born_on: date | None = None

    @property
    def wanted(self) -> Wanted:
        """The child who is meant."""
        return Wanted(
            self.first_name.data or "", self.last_name.data or "", self.born_on, self.number.data or ""
        )

    def validate_first_name(self, field: Any) -> None:
        """Needed, unless the number is given."""
        if not self.number.data and not field.data:
            raise ValidationError("Enter the first name, or the social care number")

    def validate_last_name(self, field: Any) -> None:
        """Needed, unless the number is given."""
        if not self.number.data and not field.data:
            raise ValidationError("Enter the last name, or the social care number")

    def validate_born(self, field: Any) -> None:
        """Needed, unless the number is given; in any usual form."""
        if self.number.data and not field.data:
            return
        if not field.data:
            raise ValidationError("Enter the date of birth, or the social care number")
        try:
            self.born_on = read_date(field.data)
        except Unreadable as unreadable:
            raise ValidationError(unreadable.sentence) from unreadable

    def validate_reason(self, field: Any) -> None:
        """Whoever reads the report understands it."""
        if len(field.data) < LEAST_REASON:
            raise ValidationError(f"Enter why you need it now, in at least {LEAST_REASON} characters")


class ReadForm(FlaskForm):
    """What a head notes when they have read the report of an emergency."""

    remark = TextAreaField(
        "Your remark",
        filters=[_clean],
        validators=[Length(max=MOST, message=f"Shorten this to {MOST:,} characters or fewer")],
    )
