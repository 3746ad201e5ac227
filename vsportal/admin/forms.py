"""The office's forms about people, schools and dates."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from wtforms import SearchField
from wtforms.validators import Length, ValidationError

from vsportal import wording
from vsportal.admin import places
from vsportal.admin.fields import Choice, Day, Line, Radios, Tick, today_in_words, with_first
from vsportal.editions.reading import one_line
from vsportal.filters import capital
from vsportal.models import Role

DATE = "For example 4 September 2026."
FROM_THEN = "From that day they see nothing by it."

SCHOOL_KINDS = (
    ("nursery", "Nursery"),
    ("primary", "Primary"),
    ("secondary", "Secondary"),
    ("all_through", "All-through"),
    ("special", "Special"),
    ("college", "College"),
    ("provider", "Another provider"),
    ("other", "Other"),
)
AT_SCHOOL = (Role.DESIGNATED_TEACHER, Role.SAFEGUARDING_LEAD, Role.SCHOOL_STAFF)
IN_A_TEAM = (Role.SOCIAL_WORKER, Role.TEAM_MANAGER)
GIVEN = tuple(role for role in Role if role != Role.YOUNG_PERSON)
"""Roles that are given on a person's page; a child's own account is given on the child's record."""


def role_choices() -> list[tuple[str, str]]:
    """The roles there are to give, in words, by the alphabet."""
    return sorted(((str(r), capital(wording.role_words(r))) for r in GIVEN), key=lambda c: c[1])


class SearchForm(FlaskForm):
    """A search by name, on any list of the office."""

    q = SearchField(
        "Name",
        filters=[lambda text: one_line(text or "")],
        validators=[Length(max=100, message="Shorten the name to 100 characters or fewer")],
    )


class Named(FlaskForm):
    """Somebody by name and e-mail address; asked first wherever it is asked."""

    name = Line("Name", missing="Enter the person’s name", longest=100)
    email = Line("E-mail address", missing="Enter the e-mail address", longest=254, mode="email")


class WithSchool(FlaskForm):
    """A school by name or URN; when several are like it, one of them."""

    school = Line("School", description="Enter its name or URN.", longest=200)
    school_ref = Radios("Which of these?", choices=())
    found: Any = None
    """The school, once the form was found right (`places.SCHOOL`)."""
    school_is_due = True

    def needs_school(self) -> bool:
        """Whether a school must be named."""
        return self.school_is_due

    def validate_school(self, field: Line) -> None:
        """One school that is known here, or those to choose from."""
        if not self.needs_school():
            return
        if not field.data:
            raise ValidationError("Enter the school’s name or URN")
        like = places.schools_like(field.data)
        chosen = next((s for s in like if s.ref == self.school_ref.data), None)
        self.found = chosen or (like[0] if len(like) == 1 else None)
        if self.found is None and not like:
            raise ValidationError(
                "No school is called like this. Check the spelling, or add the school first"
            )
        if self.found is None:
            self.school_ref.choices = [(s.ref, f"{s.name}{', ' + s.town if s.town else ''}") for s in like]
            raise ValidationError("Several schools are called like this. Select one of them below")
        if chosen is not None:
            self.school_ref.choices = [(s.ref, f"{s.name}{', ' + s.town if s.town else ''}") for s in like]

    def validate_school_ref(self, field: Radios) -> None:
        """It was read together with the name."""
        field.errors = []


class RoleForm(WithSchool):
    """What somebody is, where and from when."""

    role = Choice("Role", missing="Select the role")
    school = Line("School", description="For roles at a school: its name or URN.", longest=200)
    school_ref = Radios("Which of these?", choices=())
    team = Choice("Team", description="For social workers and their managers.")
    title = Line(
        "Called", description="Only if the role’s own word will not do, like “deputy head”.", longest=60
    )
    starts_on = Day("First day", default=today_in_words, description=DATE)

    def __init__(self, *args: Any, teams: Any = (), **more: Any) -> None:
        super().__init__(*args, **more)
        self.role.choices = with_first("Select a role", role_choices())
        self.team.choices = with_first("No team", teams)

    def needs_school(self) -> bool:
        """Roles at a school need it."""
        return self.role.data in AT_SCHOOL

    def validate_school(self, field: Line) -> None:
        """A school for the roles at one, and for no other."""
        if self.role.data and not self.needs_school() and field.data:
            raise ValidationError(
                f"Leave this empty: a {wording.role_words(self.role.data)} belongs to no school"
            )
        super().validate_school(field)

    def validate_team(self, field: Choice) -> None:
        """A team for those who belong to one."""
        if field.data and self.role.data and self.role.data not in IN_A_TEAM:
            raise ValidationError("Select “No team”: only social workers and their managers belong to one")


class PersonForm(Named, RoleForm):
    """Somebody, and what they are."""


class AccountForm(FlaskForm):
    """How an account is called."""

    name = Line("Name", missing="Enter the person’s name", longest=100)
    email = Line(
        "E-mail address",
        missing="Enter the e-mail address",
        longest=254,
        mode="email",
        description="They sign in with it.",
    )


class EndForm(FlaskForm):
    """Which of several things ends, and on which day."""

    which = Radios("What ends?", missing="Select what ends")
    ends_on = Day("From which day", default=today_in_words, description=FROM_THEN)


class SureForm(FlaskForm):
    """Nothing to be typed."""


class SchoolForm(FlaskForm):
    """A school's particulars."""

    name = Line("Name", missing="Enter the school’s name", longest=120)
    kind = Choice(
        "Kind", missing="Select the kind of school", choices=with_first("Select a kind", SCHOOL_KINDS)
    )
    urn = Line("URN", description="Six figures; leave it empty if it has none.", width="10", mode="numeric")
    ukprn = Line(
        "UKPRN", description="Eight figures; leave it empty if it has none.", width="10", mode="numeric"
    )
    town = Line("Town")
    postcode = Line("Postcode", longest=10, width="10")
    phone = Line("Telephone", longest=30, width="20", mode="tel")
    la_name = Line("Council area it lies in")
    trust = Line("Trust", description="The academy trust, if it belongs to one.")

    def validate_urn(self, field: Line) -> None:
        """Six figures."""
        _figures(field, 6)

    def validate_ukprn(self, field: Line) -> None:
        """Eight figures."""
        _figures(field, 8)


def _figures(field: Line, count: int) -> None:
    if field.data and not (field.data.isascii() and field.data.isdigit() and len(field.data) == count):
        raise ValidationError(f"Enter {count} figures, or leave it empty")


class InspectionForm(FlaskForm):
    """One judgement of an inspection."""

    inspected_on = Day(
        "Date of the inspection", missing="Enter the date of the inspection", ahead=0, description=DATE
    )
    framework = Line(
        "Framework",
        missing="Enter the framework",
        longest=60,
        description="Under which rules it was inspected, for example “Ofsted 2019” or “Ofsted 2025”.",
    )
    area = Line(
        "Area",
        missing="Enter the area that was judged",
        longest=100,
        description="For example “Overall effectiveness”, “Attendance and behaviour”.",
    )
    grade = Line("Grade", missing="Enter the grade", longest=60)


class TeamForm(FlaskForm):
    """A team's name."""

    name = Line("Name of the team", missing="Enter the team’s name", longest=100)


class RenameTeamForm(TeamForm):
    """Which team, and its new name."""

    team = Choice("Team", missing="Select the team")
    name = Line("New name", missing="Enter the team’s new name", longest=100)


class WhichTerm(FlaskForm):
    """A term by its season and year; asked first."""

    key = Choice("Term", missing="Select the term")


class TermForm(FlaskForm):
    """The dates of a term."""

    starts_on = Day("First day of term", missing="Enter the first day of term", ahead=None, description=DATE)
    half_term_starts_on = Day(
        "First day of the half-term holiday", missing="Enter when the half-term holiday begins", ahead=None
    )
    half_term_ends_on = Day(
        "Last day of the half-term holiday", missing="Enter when the half-term holiday ends", ahead=None
    )
    ends_on = Day("Last day of term", missing="Enter the last day of term", ahead=None)
    deadline_on = Day(
        "Deadline for plans",
        missing="Enter the deadline",
        ahead=None,
        description="By this day the parts of a plan go to the Virtual School.",
    )

    def validate_ends_on(self, field: Day) -> None:
        """After the first day."""
        if self.starts_on.day and field.day and field.day <= self.starts_on.day:
            raise ValidationError("Enter a last day after the first day of term")

    def validate_half_term_ends_on(self, field: Day) -> None:
        """Not before it begins."""
        if self.half_term_starts_on.day and field.day and field.day < self.half_term_starts_on.day:
            raise ValidationError("Enter a day on or after the one on which the holiday begins")

    def validate_half_term_starts_on(self, field: Day) -> None:
        """Within the term."""
        if self.starts_on.day and field.day and field.day <= self.starts_on.day:
            raise ValidationError("Enter a day after the first day of term")

    def validate_deadline_on(self, field: Day) -> None:
        """Not before the term."""
        if self.starts_on.day and field.day and field.day < self.starts_on.day:
            raise ValidationError("Enter a deadline on or after the first day of term")


class NextTermForm(WhichTerm, TermForm):
    """Which term it is, and its dates."""


class AuthorityForm(FlaskForm):
    """How an authority is rung, and its colour."""

    duty_phone = Line("Virtual School duty line", longest=30, width="20", mode="tel")
    colour = Line(
        "Colour of the header and buttons",
        longest=7,
        width="10",
        description="A dark colour as # and six figures, like #1f5e5b. Leave it empty for the portal’s own.",
    )


class TickedForm(FlaskForm):
    """A yes or no that holds from a day on."""

    value = Tick("Yes")
    starts_on = Day("From which day", default=today_in_words)


class NumberedForm(FlaskForm):
    """A whole number that holds from a day on."""

    value = Line("Number", missing="Enter a number", longest=5, width="5", mode="numeric")
    starts_on = Day("From which day", default=today_in_words)


class ChosenForm(FlaskForm):
    """One of a few that holds from a day on."""

    value = Radios("Which", missing="Select one")
    starts_on = Day("From which day", default=today_in_words)
