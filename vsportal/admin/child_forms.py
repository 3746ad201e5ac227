"""The office's forms about children, their homes, schools and workers, and about households."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from wtforms.validators import ValidationError

from vsportal import clock, codes, wording
from vsportal.admin.fields import Choice, Day, Line, Lines, Radios, Tick, today_in_words, with_first
from vsportal.admin.forms import DATE, Named, WithSchool

HOME_KINDS = (
    ("foster", "Foster carers"),
    ("kinship", "Kinship carers"),
    ("residential", "Residential home"),
    ("supported", "Supported accommodation"),
    ("parent", "A parent"),
)
NOBODY = "nobody"
"""In place of a household: there is none with an account."""
SEXES = (("F", "Female"), ("M", "Male"), ("U", "Not recorded as either"))
YEARS = tuple(
    (str(n), wording.year_words(n) if n >= 0 else f"Nursery, {-n} before Reception") for n in range(-2, 15)
)


def coded(name: str, now: str = "") -> list[tuple[str, str]]:
    """What can be chosen of a code list today, and what stands now though it may be retired."""
    options = list(codes.options(name, clock.today()))
    if now and now not in {code for code, _ in options}:
        options.append((now, codes.label(name, now)))
    return options


class ParticularsForm(FlaskForm):
    """Who a child is."""

    first_name = Line("First name", longest=80)
    last_name = Line("Last name", longest=80)
    known_as = Line(
        "Known as", longest=80, description="The first name the child goes by, if it is another one."
    )
    date_of_birth = Day(
        "Date of birth",
        missing="Enter the date of birth",
        ahead=0,
        description="For example 4 September 2014.",
    )
    social_care_id = Line("Social care number", longest=40, width="20")
    upn = Line(
        "UPN",
        longest=13,
        width="20",
        description="Unique pupil number: a letter and twelve figures or letters.",
    )
    sex = Choice("Sex", choices=with_first("Not recorded", SEXES))
    pronouns = Line(
        "Pronouns", longest=40, width="20", description="As the child gave them, for example she/her."
    )
    ethnicity = Choice("Ethnicity")
    first_language = Choice("First language")
    uasc = Tick("Came to the country alone, seeking asylum")
    sen_status = Choice("Special educational needs")
    sen_need = Choice("Kind of need")

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for name, of in (
            ("ethnicity", "ethnicity"),
            ("first_language", "language"),
            ("sen_status", "sen_status"),
            ("sen_need", "sen_need"),
        ):
            self[name].choices = with_first("Not recorded", coded(of, self[name].object_data or ""))

    def validate_first_name(self, field: Line) -> None:
        """A child has a name."""
        if not field.data and not self.last_name.data:
            raise ValidationError("Enter the child’s name")

    def validate_upn(self, field: Line) -> None:
        """As long as it is, and nothing else."""
        field.data = (field.data or "").replace(" ", "").upper()
        if field.data and not (len(field.data) == 13 and field.data.isascii() and field.data.isalnum()):
            raise ValidationError("Enter a UPN of 13 letters and figures, or leave it empty")

    def particulars(self) -> dict[str, Any]:
        """What was typed, as the record takes it."""
        given = {f.name: f.data for f in self if f.name not in ("csrf_token", "date_of_birth")}
        for name in ("upn", "social_care_id"):
            given[name] = given[name] or None
        return {**given, "date_of_birth": self.date_of_birth.on}


class CareForm(FlaskForm):
    """Under which legal status, from when."""

    legal_status = Choice("Legal status", missing="Select the legal status")
    starts_on = Day("From which day", ahead=0, description=DATE)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.legal_status.choices = with_first("Select a status", coded("legal_status"))


class EndCareForm(FlaskForm):
    """When and why a time in care ended."""

    ends_on = Day("First day on which the child is no longer looked after", default=today_in_words, ahead=0)
    reason = Line("Reason", missing="Enter why it ended", longest=120)


class HomeForm(FlaskForm):
    """Where a child lives from a day on."""

    starts_on = Day("First day in this home", default=today_in_words, ahead=0, description=DATE)
    household = Choice(
        "Home",
        missing="Select the home",
        description="One that is not in the list is added under Households first.",
    )
    placement_code = Choice("Kind of home", missing="Select the kind of home")
    in_area = Radios(
        "Where is it?",
        missing="Select whether the home is in the authority’s area",
        choices=(("yes", "In the authority’s area"), ("no", "Outside it")),
        default="yes",
    )
    address_secret = Tick(
        "The address is secret",
        description="Nobody at school can then reveal it.",
    )

    def __init__(self, *args: Any, households: Any = (), **more: Any) -> None:
        super().__init__(*args, **more)
        nobody = (NOBODY, "A home where nobody has an account")
        self.household.choices = with_first("Select the home", [nobody, *households])
        self.placement_code.choices = with_first("Select a kind", coded("placement"))


class DayForm(FlaskForm):
    """The day on which something ends."""

    ends_on = Day("From which day", default=today_in_words, ahead=0, description=DATE)


class SchoolPlaceForm(WithSchool):
    """A place on a school's roll."""

    nc_year = Choice(
        "Year group", missing="Select the year group", choices=with_first("Select a year", YEARS)
    )
    starts_on = Day("First day on roll", missing="Enter the first day on roll", description=DATE)
    hours = Line(
        "Hours a week", longest=5, width="5", mode="numeric", description="Leave it empty if it is full time."
    )
    stays = Radios("What about the present school?", missing="Select what happens with the present school")

    def __init__(self, *args: Any, present: str = "", **more: Any) -> None:
        super().__init__(*args, **more)
        if present:
            self.stays.choices = (
                ("leaves", f"Leaves {present} on that day"),
                ("stays", f"Stays on the roll of {present} as well (dual registration)"),
            )
        else:
            self.stays.missing = ""

    def validate_hours(self, field: Line) -> None:
        """As many as a week has for school."""
        if field.data and not (field.data.isdecimal() and 1 <= int(field.data) <= 60):
            raise ValidationError("Enter the hours as a whole number from 1 to 60, or leave it empty")


class LeaveSchoolForm(FlaskForm):
    """Which place on roll ends, when and why."""

    which = Radios("Which school?", missing="Select the school")
    ends_on = Day(
        "First day on which the child is no longer on roll", default=today_in_words, description=DATE
    )
    reason = Line("Reason", missing="Enter why the child leaves", longest=120)


class WorkerForm(FlaskForm):
    """Who is named for a child from a day on."""

    person = Choice("Name", missing="Select who it is")
    starts_on = Day("From which day", default=today_in_words, description=DATE)


class ChildAccountForm(FlaskForm):
    """A young person's own account."""

    name = Line("Name", missing="Enter the young person’s name", longest=100)
    email = Line("E-mail address", missing="Enter their e-mail address", longest=254, mode="email")
    starts_on = Day("From which day", default=today_in_words)


class HouseholdForm(FlaskForm):
    """What a household is called and how it is reached."""

    name = Line(
        "Name",
        missing="Enter what the home is called",
        longest=120,
        description="As everybody around the child calls it: “Tina and Paul Marlowe”, “Beck House”.",
    )
    kind = Radios("Kind", missing="Select the kind of home", choices=HOME_KINDS)
    external_ref = Line(
        "Number in the authority’s own system",
        longest=40,
        width="20",
        description="Used by the files brought in.",
    )


class AddressForm(FlaskForm):
    """Where a household is and how it is rung: what is kept is never shown here."""

    address = Lines("Address", longest=400)
    phone = Line("Telephone", longest=30, width="20", mode="tel")


class MemberForm(Named):
    """Somebody who lives or works in a household."""

    starts_on = Day("From which day", default=today_in_words)
