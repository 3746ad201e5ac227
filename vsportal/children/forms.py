"""The search among the children somebody may see, and the form of a cover."""

from datetime import date, timedelta

from flask_wtf import FlaskForm
from wtforms import Field, SearchField, SelectField, StringField, ValidationError
from wtforms.validators import InputRequired, Length

from vsportal import clock
from vsportal.children.cover import MOST_WEEKS
from vsportal.editions.reading import Unreadable, day_words, read_date


def _without_controls(text: str | None) -> str:
    """What was typed without control characters, which no name has and not every database takes."""
    return " ".join("".join(c if c.isprintable() else " " for c in text or "").split())


class SearchForm(FlaskForm):
    """A name, or the beginning of one."""

    q = SearchField(
        "Name",
        filters=[_without_controls],
        validators=[Length(max=100, message="Shorten the name to 100 characters or fewer")],
    )


class CoverForm(FlaskForm):
    """Who stands in for whom, from a day until a day."""

    worker = SelectField(
        "Who is away", choices=[], validate_choice=False, validators=[InputRequired("Select who is away")]
    )
    covered_by = SelectField(
        "Who stands in", choices=[], validate_choice=False, validators=[InputRequired("Select who stands in")]
    )
    first_day = StringField(
        "First day",
        filters=[_without_controls],
        validators=[InputRequired("Enter the first day, with its year")],
    )
    last_day = StringField(
        "Last day",
        filters=[_without_controls],
        validators=[InputRequired("Enter the last day, with its year")],
    )

    def validate_worker(self, field: SelectField) -> None:
        """One of the team today."""
        _offered(field, "Select a worker of your team")

    def validate_covered_by(self, field: SelectField) -> None:
        """Somebody of social care today."""
        _offered(field, "Select a colleague who works here today")

    def validate_first_day(self, field: StringField) -> None:
        """A day from today on."""
        if _day(field) < clock.today():
            raise ValidationError("Enter a first day from today on")

    def validate_last_day(self, field: StringField) -> None:
        """A day not before the first, and within some weeks of it."""
        last = _day(field)
        if self.first_day.errors or not self.first_day.data:
            return
        latest = self.starts_on + timedelta(weeks=MOST_WEEKS, days=-1)
        if last < self.starts_on:
            raise ValidationError("Enter a last day that is not before the first")
        if last > latest:
            raise ValidationError(f"Enter a last day within {MOST_WEEKS} weeks, at most {day_words(latest)}")

    @property
    def starts_on(self) -> date:
        """The first day, once the form has been found right."""
        return read_date(self.first_day.data or "")

    @property
    def ends_on(self) -> date:
        """The first day on which it no longer holds."""
        return read_date(self.last_day.data or "") + timedelta(days=1)

    def refuse(self, sentence: str, worker: str) -> None:
        """Put what was refused at the worker it speaks of, else at who was to stand in."""
        field: Field = self.worker if sentence.startswith(worker) else self.covered_by
        field.errors = [*field.errors, sentence.rstrip(".")]


def _day(field: StringField) -> date:
    try:
        return read_date(field.data or "")
    except Unreadable as reason:
        raise ValidationError(reason.sentence) from reason


def _offered(field: SelectField, sentence: str) -> None:
    if field.data not in {str(choice[0]) for choice in field.choices or ()}:
        raise ValidationError(sentence)
