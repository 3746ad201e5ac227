"""What moves in a child's record: home, school and workers, each from a day on, the old one until then."""

from __future__ import annotations

from flask import abort, request

from vsportal import filters, wording
from vsportal.admin import blueprint, places, queries, rolls
from vsportal.admin.child_forms import NOBODY, DayForm, HomeForm, LeaveSchoolForm, SchoolPlaceForm, WorkerForm
from vsportal.admin.children_routes import CHILDREN, above, bar, load_record, to
from vsportal.admin.desk import Answer, Asking, ask
from vsportal.admin.fields import with_first
from vsportal.children import moves
from vsportal.children import operations as keeping
from vsportal.editions.reading import day_words
from vsportal.errors import OperationError
from vsportal.guards import requires
from vsportal.models import Household, User

NAMED = ("social_worker", "adviser", "independent_reviewer")
"""Roles of which a child has one at a time."""


# Home ---------------------------------------------------------------------------------------------------


@blueprint.route("/office/children/<ref>/home", methods=["GET", "POST"])
@requires(CHILDREN)
def move_home(ref: str) -> Answer:
    """The child moves: the old home ends on the day on which the new one begins."""
    here, found = load_record(ref)
    before = rolls.record_of(found.id).open_home()
    form = HomeForm(households=places.household_choices(here.authority.id))

    def act() -> tuple[str, str]:
        household = _household(form.household.data, here.authority.id)
        moves.move_home(
            here.by,
            found,
            household,
            placement_code=form.placement_code.data,
            starts_on=form.starts_on.on,
            in_area=form.in_area.data == "yes",
            address_secret=bool(form.address_secret.data),
        )
        where = household.name if household else "the new home"
        return f"{found.called} lives with {where} from {day_words(form.starts_on.on)}.", to(found)

    def warns() -> str:
        left = f"the people of {before.household}" if before and before.household else "the home before"
        return (
            f"From {day_words(form.starts_on.on)} on, {left} see nothing of {found.called} and the plan. "
            "What they began in “At home” and did not complete goes to the social worker; the new home "
            "begins with empty questions."
        )

    page = Asking(
        title="A new home",
        heading=f"{found.called} moves to a new home" if before else f"{found.called}’s home",
        button="Record the move" if before else "Record the home",
        trail=above(found),
        blames="starts_on",
        warns=warns if before else None,
        identity=bar(found),
    )
    return ask(page, form, act)


def _household(ref: str, authority_id: int) -> Household | None:
    """The household that was chosen; None when nobody there has an account."""
    return places.household(ref, (authority_id,)) if ref != NOBODY else None


@blueprint.route("/office/children/<ref>/home/end", methods=["GET", "POST"])
@requires(CHILDREN)
def end_home(ref: str) -> Answer:
    """The child leaves a home and no new one is known."""
    here, found = load_record(ref)
    row = rolls.record_of(found.id).open_home() or abort(404)
    name, form = row.household or "this home", DayForm()

    def act() -> tuple[str, str]:
        moves.end_home(here.by, found, row.Home, ends_on=form.ends_on.on)
        return f"{found.called} has left this home on {day_words(form.ends_on.on)}.", to(found)

    page = Asking(
        title="A home ends",
        heading=f"{found.called} leaves this home",
        button="Record that it ends",
        trail=above(found),
        lead="If the new home is known, record the move instead: both in one act.",
        blames="ends_on",
        warns=lambda: (
            f"From {day_words(form.ends_on.on)} on, the people of {name} see nothing of"
            f" {found.called} and the plan."
        ),
        identity=bar(found),
    )
    return ask(page, form, act)


# School -------------------------------------------------------------------------------------------------


@blueprint.route("/office/children/<ref>/school", methods=["GET", "POST"])
@requires(CHILDREN)
def move_school(ref: str) -> Answer:
    """The child goes to a school; the present one is left that day, or stays as well."""
    here, found = load_record(ref)
    now = rolls.record_of(found.id).open_schools()
    present = filters.listed(row.school for row in now)
    form = SchoolPlaceForm(present=present)

    def act() -> tuple[str, str]:
        school = places.school(form.found.ref) or abort(404)
        leaves = now if form.stays.data == "leaves" else []
        moves.change_school(
            here.by,
            found,
            school,
            nc_year=int(form.nc_year.data),
            starts_on=form.starts_on.on,
            leaving=[row.Enrolment for row in leaves],
            reason=f"Moved to {school.name}",
            hours=int(form.hours.data) if form.hours.data else None,
        )
        return f"On the roll of {school.name} from {day_words(form.starts_on.on)}.", to(found)

    def warns() -> str:
        on = day_words(form.starts_on.on)
        if form.stays.data == "leaves":
            return f"From {on} on, {form.found.name} sees {found.called}; {present} sees nothing any more."
        return f"From {on} on, {present} and {form.found.name} both see {found.called} and share one plan."

    page = Asking(
        title="A new school",
        heading=f"{found.called} goes to a new school" if now else f"{found.called}’s school",
        button="Record the school",
        trail=above(found),
        blames="starts_on",
        warns=warns if now else None,
        identity=bar(found),
    )
    return ask(page, form, act)


@blueprint.route("/office/children/<ref>/school/end", methods=["GET", "POST"])
@requires(CHILDREN)
def leave_school(ref: str) -> Answer:
    """The child leaves a school and goes to no other yet."""
    here, found = load_record(ref)
    now = {str(n): row for n, row in enumerate(rolls.record_of(found.id).open_schools(), start=1)}
    if not now:
        abort(404)
    form = LeaveSchoolForm(which="1" if len(now) == 1 else None)
    form.which.choices = [(n, row.school) for n, row in now.items()]

    def act() -> tuple[str, str]:
        row = now[form.which.data]
        keeping.leave_school(
            here.by, found, row.Enrolment, ends_on=form.ends_on.on, reason=form.reason.data or ""
        )
        return f"{found.called} is on the roll of {row.school} until {day_words(form.ends_on.on)}.", to(found)

    page = Asking(
        title="Leaving a school",
        heading=f"{found.called} leaves a school",
        button="Record that it ends",
        trail=above(found),
        lead="If the new school is known, record that instead: both in one act.",
        blames="ends_on",
        warns=lambda: (
            f"From {day_words(form.ends_on.on)} on {now[form.which.data].school} no longer sees"
            f" {found.called} or the plan."
        ),
        identity=bar(found),
    )
    return ask(page, form, act)


# Workers ------------------------------------------------------------------------------------------------


def _role() -> str:
    """Which worker it is about, as the address says; 404 for what no child has one of."""
    role = request.args.get("role", "")
    return role if role in NAMED else abort(404)


@blueprint.route("/office/children/<ref>/worker", methods=["GET", "POST"])
@requires(CHILDREN)
def change_worker(ref: str) -> Answer:
    """Somebody else is the child's social worker, adviser or reviewer from a day on."""
    here, found = load_record(ref)
    role = _role()
    words, now = wording.role_words(role), rolls.record_of(found.id).open_workers(role)
    people = {row.ref: row.name for row in queries.people_with(here.authority.id, role, here.actor.today)}
    form = WorkerForm()
    form.person.choices = with_first(f"Select a {words}", list(people.items()))

    def act() -> tuple[str, str]:
        user = _chosen(form.person.data, here.authority.id)
        moves.change_worker(here.by, found, user, role, starts_on=form.starts_on.on)
        return f"{user.name} is {words} from {day_words(form.starts_on.on)}.", to(found)

    def warns() -> str:
        on, old = day_words(form.starts_on.on), filters.listed(row.worker for row in now)
        return (
            f"From {on} on {people[form.person.data]} finds everything about {found.called}, and {old} finds "
            "nothing by having been named."
        )

    page = Asking(
        title=f"A new {words}",
        heading=f"{found.called} has a new {words}" if now else f"{found.called}’s {words}",
        button="Record it",
        trail=above(found),
        lead=""
        if people
        else f"Nobody is {words} of this authority. Add the person, or give them the role, first.",
        blames="starts_on",
        warns=warns if now else None,
        identity=bar(found),
    )
    return ask(page, form, act)


def _chosen(ref: str, authority_id: int) -> User:
    """Who was chosen; OperationError when they have left meanwhile."""
    user = queries.person(authority_id, ref, with_children=True)
    if user is None:
        raise OperationError("This person is no longer here. Select somebody else.")
    return user


@blueprint.route("/office/children/<ref>/worker/end", methods=["GET", "POST"])
@requires(CHILDREN)
def end_worker(ref: str) -> Answer:
    """Nobody is the child's worker in this role from a day on."""
    here, found = load_record(ref)
    role = _role()
    words = wording.role_words(role)
    row = next(iter(rolls.record_of(found.id).open_workers(role)), None) or abort(404)
    form = DayForm()
    form.ends_on.ahead = 366

    def act() -> tuple[str, str]:
        keeping.end_allocation(here.by, found, row.Allocation, ends_on=form.ends_on.on)
        return f"{row.worker} is {words} until {day_words(form.ends_on.on)}.", to(found)

    page = Asking(
        title=f"The time of a {words} ends",
        heading=f"{row.worker} is no longer {found.called}’s {words}",
        button="Record that it ends",
        trail=above(found),
        lead="If the next one is known, record the change instead: both in one act.",
        blames="ends_on",
        warns=lambda: (
            f"From {day_words(form.ends_on.on)} on {row.worker} finds nothing of {found.called} by it."
        ),
        identity=bar(found),
    )
    return ask(page, form, act)
