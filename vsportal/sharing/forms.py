"""The forms of sharing: what is lent to whom until when, a deputy’s time, a line for a subject teacher."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, SelectMultipleField, StringField, ValidationError
from wtforms.validators import InputRequired, Length

from vsportal import clock
from vsportal.editions.reading import Unreadable, day_words, plain, read_date

Choices = Sequence[tuple[str, str]]
NOBODY = ("", "Select a name")


def last_day_of_school_year(today: date) -> date:
    """31 August: nothing is lent beyond the school year."""
    return date(today.year + (today.month >= 9), 8, 31)


def _cleaned(text: str | None) -> str:
    """What was typed, without what no database and no page takes."""
    return plain(text or "").strip()


def _day(field: StringField) -> date:
    """The date somebody typed, from today until the end of the school year; ValidationError otherwise."""
    try:
        on = read_date(field.data or "")
    except Unreadable as reason:
        raise ValidationError(reason.sentence) from reason
    today = clock.today()
    if on < today:
        raise ValidationError("Enter a date from today on")
    if on > (latest := last_day_of_school_year(today)):
        raise ValidationError(f"Enter a date in this school year, at most {day_words(latest)}")
    return on


def _offered(field: SelectField | SelectMultipleField) -> set[str]:
    """What can be chosen."""
    return {str(choice[0]) for choice in field.choices or ()}


class LendForm(FlaskForm):
    """Sections for a colleague until a day; `act` is “lend”, or “change” for what they have already."""

    act = HiddenField(default="lend")
    colleague = SelectField(
        "Colleague",
        choices=[],
        validate_choice=False,
        validators=[InputRequired("Select the colleague")],
    )
    sections = SelectMultipleField("Sections", choices=[], validate_choice=False)
    last_day = StringField(
        "Last day", filters=[_cleaned], validators=[InputRequired("Enter the last day, with its year")]
    )

    def offer(self, colleagues: Choices, sections: Choices) -> None:
        """Say who and what can be chosen."""
        self.colleague.choices = [NOBODY, *colleagues]
        self.sections.choices = list(sections)

    def validate_colleague(self, field: SelectField) -> None:
        """One of those at the school today; somebody may have left while the page was open."""
        if field.data not in _offered(field):
            raise ValidationError("Select a colleague who works at the school today")

    def validate_sections(self, field: SelectMultipleField) -> None:
        """At least one, and only what can be lent."""
        offered = _offered(field)
        field.data = [one for one in field.data or () if one in offered]
        if not field.data:
            raise ValidationError("Select at least one section to lend")

    def validate_last_day(self, field: StringField) -> None:
        """A day on which it can still hold."""
        _day(field)

    @property
    def ends_on(self) -> date:
        """The first day on which it no longer holds, once the form has been found right."""
        return read_date(self.last_day.data or "") + timedelta(days=1)

    @property
    def is_change(self) -> bool:
        """Whether it changes what a colleague has."""
        return bool(self.act.data == "change")


class AskForm(FlaskForm):
    """A line of the plan, and the subject teacher who is to fill it in."""

    line = SelectField(
        "Line", choices=[], validate_choice=False, validators=[InputRequired("Select the line")]
    )
    teacher = StringField(
        "Name of the subject teacher",
        filters=[_cleaned],
        validators=[
            InputRequired("Enter the name of the subject teacher"),
            Length(max=100, message="Shorten the name to 100 letters"),
        ],
    )


class DeputyForm(FlaskForm):
    """A colleague who stands in for the designated teacher from a day until a day."""

    colleague = SelectField(
        "Colleague", choices=[], validate_choice=False, validators=[InputRequired("Select the colleague")]
    )
    first_day = StringField(
        "First day", filters=[_cleaned], validators=[InputRequired("Enter the first day, with its year")]
    )
    last_day = StringField(
        "Last day", filters=[_cleaned], validators=[InputRequired("Enter the last day, with its year")]
    )

    def validate_colleague(self, field: SelectField) -> None:
        """One of those at the school today."""
        if field.data not in _offered(field):
            raise ValidationError("Select a colleague who works at the school today")

    def validate_first_day(self, field: StringField) -> None:
        """A day from today on."""
        _day(field)

    def validate_last_day(self, field: StringField) -> None:
        """A day from today on, not before the first."""
        last = _day(field)
        if not self.first_day.errors and self.first_day.data and last < read_date(self.first_day.data):
            raise ValidationError("Enter a last day that is not before the first")

    @property
    def starts_on(self) -> date:
        """The first day, once the form has been found right."""
        return read_date(self.first_day.data or "")

    @property
    def ends_on(self) -> date:
        """The first day on which it no longer holds."""
        return read_date(self.last_day.data or "") + timedelta(days=1)


def fail(field: Any, sentence: str) -> None:  # any WTForms field
    """Put what an operation refused at the field it is about."""
    field.errors = [*field.errors, sentence.rstrip(".")]
