"""Schools and their inspections, and social work teams."""

from __future__ import annotations

from flask import abort, redirect, render_template, url_for

from vsportal.admin import accounts, blueprint, operations, places, upkeep
from vsportal.admin.desk import Answer, Asking, ask, desk, keep_search, page_number, searched
from vsportal.admin.fields import with_first
from vsportal.admin.forms import InspectionForm, RenameTeamForm, SchoolForm, SearchForm, TeamForm
from vsportal.guards import requires
from vsportal.models import School
from vsportal.offices import Office

PEOPLE = Office.KEEP_PEOPLE
SHARED = "Other authorities may use this school too: what you change here is changed for everybody."


def trail(*more: tuple[str, str]) -> list[tuple[str, str]]:
    """Where these pages stand."""
    return [(url_for("admin.office"), "Office"), (url_for("admin.schools"), "Schools"), *more]


def _load(ref: str) -> School:
    return places.school(ref) or abort(404)


def _above(school: School) -> list[tuple[str, str]]:
    return trail((_to(school), school.name))


def _to(school: School) -> str:
    return url_for("admin.school", ref=school.ref)


@blueprint.get("/office/schools")
@requires(PEOPLE)
def schools() -> Answer:
    """All schools, or those a search found."""
    here, asked = desk(PEOPLE), searched()
    found = places.schools(asked, page_number(), here.actor.today)
    if found.number > found.pages:
        abort(404)
    form = SearchForm(formdata=None, q=asked)
    return render_template("admin/schools.html", here=here, form=form, found=found)


@blueprint.post("/office/schools")
@requires(PEOPLE)
def find_schools() -> Answer:
    """Search by name, town or URN."""
    here, form = desk(PEOPLE), SearchForm()
    if not form.validate():
        return render_template("admin/schools.html", here=here, form=form, found=None), 422
    token = keep_search(form.q.data) if form.q.data else None
    return redirect(url_for("admin.schools", find=token), 303)


@blueprint.route("/office/schools/new", methods=["GET", "POST"])
@requires(PEOPLE)
def new_school() -> Answer:
    """A school that is not here yet."""
    here, form = desk(PEOPLE), SchoolForm()

    def act() -> tuple[str, str]:
        given = _particulars(form)
        school = operations.create_school(
            here.by,
            name=str(given["name"]),
            kind=str(given["kind"]),
            urn=given["urn"],
            town=given["town"] or "",
            phone=given["phone"] or "",
        )
        upkeep.change_school(here.by, school, **given)
        accounts.name_school(here.authority, school)
        return f"{school.name} is added.", _to(school)

    page = Asking(
        title="Add a school",
        heading="Add a school, nursery or college",
        button="Add this school",
        trail=trail(),
        lead="Look for it in the list first: schools are shared by all authorities.",
        blames="urn",
    )
    return ask(page, form, act)


def _particulars(form: SchoolForm) -> dict[str, str | None]:
    """What was typed; numbers that are not there are nothing, not an empty text."""
    given: dict[str, str | None] = {name: form[name].data or "" for name in upkeep.SCHOOL_COLUMNS}
    return {**given, "urn": given["urn"] or None, "ukprn": given["ukprn"] or None}


@blueprint.get("/office/schools/<ref>")
@requires(PEOPLE)
def school(ref: str) -> Answer:
    """A school: its particulars, who works there, what inspections found."""
    here, found = desk(PEOPLE), _load(ref)
    return render_template(
        "admin/school.html",
        here=here,
        school=found,
        staff=places.staff_of(found.id, here.actor.today),
        inspections=places.inspections_of(found.id),
        shared=SHARED,
        used=places.is_used(here.authority.id, found.id),
    )


@blueprint.route("/office/schools/<ref>/particulars", methods=["GET", "POST"])
@requires(PEOPLE)
def change_school(ref: str) -> Answer:
    """Put a school's particulars right."""
    here, found = desk(PEOPLE), _load(ref)
    form = SchoolForm(obj=found)

    def act() -> tuple[str, str]:
        changed = upkeep.change_school(here.by, found, **_particulars(form))
        return "The school’s particulars are changed." if changed else "Nothing was changed.", _to(found)

    page = Asking(
        title="Change a school",
        heading=f"Change the particulars of {found.name}",
        button="Change them",
        trail=_above(found),
        lead=SHARED,
        blames="urn",
    )
    return ask(page, form, act)


@blueprint.route("/office/schools/<ref>/inspections/new", methods=["GET", "POST"])
@requires(PEOPLE)
def new_inspection(ref: str) -> Answer:
    """What an inspection found in one area."""
    here, found, form = desk(PEOPLE), _load(ref), InspectionForm()

    def act() -> tuple[str, str]:
        upkeep.add_inspection(
            here.by,
            found,
            inspected_on=form.inspected_on.on,
            framework=form.framework.data or "",
            area=form.area.data or "",
            grade=form.grade.data or "",
        )
        return f"“{form.area.data}: {form.grade.data}” is added.", _to(found)

    page = Asking(
        title="Add an inspection",
        heading=f"Add an inspection of {found.name}",
        button="Add this judgement",
        trail=_above(found),
        lead="One area at a time, as the report says it. Newer inspections have no overall grade.",
        blames="area",
    )
    return ask(page, form, act)


# Teams --------------------------------------------------------------------------------------------------


def _teams_trail() -> list[tuple[str, str]]:
    return [(url_for("admin.office"), "Office"), (url_for("admin.teams"), "Teams")]


@blueprint.get("/office/teams")
@requires(PEOPLE)
def teams() -> Answer:
    """Social work teams, who manages them and who works in them."""
    here = desk(PEOPLE)
    return render_template(
        "admin/teams.html", here=here, teams=places.teams(here.authority.id, here.actor.today)
    )


@blueprint.route("/office/teams/new", methods=["GET", "POST"])
@requires(PEOPLE)
def new_team() -> Answer:
    """A new team; people join it by their role."""
    here, form = desk(PEOPLE), TeamForm()

    def act() -> tuple[str, str]:
        team = operations.create_team(here.by, here.authority, form.name.data or "")
        return f"{team.name} is added. Give its manager and workers their role in it.", url_for("admin.teams")

    page = Asking("Add a team", "Add a team", "Add this team", _teams_trail(), blames="name")
    return ask(page, form, act)


@blueprint.route("/office/teams/rename", methods=["GET", "POST"])
@requires(PEOPLE)
def rename_team() -> Answer:
    """Call a team something else."""
    here, form = desk(PEOPLE), RenameTeamForm()
    form.team.choices = with_first("Select a team", places.team_choices(here.authority.id))

    def act() -> tuple[str, str]:
        team = places.team(here.authority.id, form.team.data) or abort(404)
        upkeep.rename_team(here.by, team, form.name.data or "")
        return f"The team is called {team.name} now.", url_for("admin.teams")

    page = Asking("Rename a team", "Rename a team", "Rename it", _teams_trail(), blames="name")
    return ask(page, form, act)
