"""Households: what they are called, who belongs to them, which children live and lived there."""

from __future__ import annotations

from flask import abort, redirect, render_template, url_for

from vsportal import clock
from vsportal.admin import accounts, blueprint, places
from vsportal.admin.child_forms import AddressForm, HouseholdForm, MemberForm
from vsportal.admin.desk import Answer, Asking, Desk, ask, desk, keep_search, only_for, page_number, searched
from vsportal.admin.forms import EndForm, SearchForm
from vsportal.children import households as keeping
from vsportal.children import operations as children
from vsportal.editions.reading import day_words
from vsportal.guards import actor, requires
from vsportal.models import Household, Role, User
from vsportal.offices import Office, offices

CHILDREN = Office.KEEP_CHILDREN


def trail(*more: tuple[str, str]) -> list[tuple[str, str]]:
    """Where these pages stand."""
    return [(url_for("admin.office"), "Office"), (url_for("admin.households"), "Households"), *more]


def _load(ref: str) -> tuple[Desk, Household]:
    """A household of an authority whose children this person keeps; else 404."""
    found = places.household(ref, offices(actor(), CHILDREN)) or abort(404)
    return only_for(CHILDREN, found.authority_id), found


def _to(household: Household) -> str:
    return url_for("admin.household", ref=household.ref)


def _above(household: Household) -> list[tuple[str, str]]:
    return trail((_to(household), household.name))


@blueprint.get("/office/households")
@requires(CHILDREN)
def households() -> Answer:
    """An authority's households, all or those a search found."""
    here, asked = desk(CHILDREN), searched()
    found = places.households(here.authority.id, asked, page_number(), here.actor.today)
    if found.number > found.pages:
        abort(404)
    form = SearchForm(formdata=None, q=asked)
    return render_template("admin/households.html", here=here, form=form, found=found)


@blueprint.post("/office/households")
@requires(CHILDREN)
def find_households() -> Answer:
    """Search by name, or by the authority's own number."""
    here, form = desk(CHILDREN), SearchForm()
    if not form.validate():
        return render_template("admin/households.html", here=here, form=form, found=None), 422
    token = keep_search(form.q.data) if form.q.data else None
    return redirect(url_for("admin.households", find=token), 303)


@blueprint.route("/office/households/new", methods=["GET", "POST"])
@requires(CHILDREN)
def new_household() -> Answer:
    """A home that is not here yet."""
    here, form = desk(CHILDREN), HouseholdForm()

    def act() -> tuple[str, str]:
        made = children.create_household(
            here.by, here.authority, kind=form.kind.data, name=form.name.data or ""
        )
        keeping.change_household(here.by, made, external_ref=form.external_ref.data or None)
        return f"{made.name} is added. Add the people who live or work there.", _to(made)

    page = Asking("Add a household", "Add a household", "Add this household", trail(), blames="external_ref")
    return ask(page, form, act)


@blueprint.get("/office/households/<ref>")
@requires(CHILDREN)
def household(ref: str) -> Answer:
    """A household: people and children, of today and before. Its address is not shown."""
    here, found = _load(ref)
    return render_template(
        "admin/household.html",
        here=here,
        household=found,
        members=places.members_of(found.id),
        stays=places.children_in(found.id),
    )


@blueprint.route("/office/households/<ref>/particulars", methods=["GET", "POST"])
@requires(CHILDREN)
def change_household(ref: str) -> Answer:
    """What it is called and what kind it is."""
    here, found = _load(ref)
    form = HouseholdForm(obj=found)

    def act() -> tuple[str, str]:
        changed = keeping.change_household(
            here.by,
            found,
            name=form.name.data,
            kind=form.kind.data,
            external_ref=form.external_ref.data or None,
        )
        return "The home’s particulars are changed." if changed else "Nothing was changed.", _to(found)

    page = Asking(
        title="Change a household",
        heading=f"Change the particulars of {found.name}",
        button="Change them",
        trail=_above(found),
        blames="external_ref",
    )
    return ask(page, form, act)


@blueprint.route("/office/households/<ref>/address", methods=["GET", "POST"])
@requires(CHILDREN)
def change_address(ref: str) -> Answer:
    """Where it is and how it is rung. What is kept is not shown here: revealing it is recorded."""
    here, found = _load(ref)
    form = AddressForm()

    def act() -> tuple[str, str]:
        given = {n: form[n].data for n in ("address", "phone") if form[n].data}
        changed = keeping.change_household(here.by, found, **given)
        return "The address is kept." if changed else "Nothing was changed.", _to(found)

    kept = [
        words
        for words, value in (("an address", found.address), ("a telephone number", found.phone))
        if value
    ]
    page = Asking(
        title="Address and telephone",
        heading=f"Address and telephone of {found.name}",
        button="Keep them",
        trail=_above(found),
        lead=f"There is {' and '.join(kept) or 'nothing'} on record. What is kept is not shown here; "
        "what you leave empty stays as it is.",
    )
    return ask(page, form, act)


@blueprint.route("/office/households/<ref>/people/new", methods=["GET", "POST"])
@requires(CHILDREN)
def new_member(ref: str) -> Answer:
    """Somebody lives or works there from a day on: a carer from then on, if they were none."""
    here, found = _load(ref)
    form = MemberForm()

    def act() -> tuple[str, str]:
        user = accounts.account_for(here.by, name=form.name.data or "", email=form.email.data or "")
        _make_carer(here, user, form)
        children.join_household(here.by, found, user, starts_on=form.starts_on.on)
        return f"Added to {found.name} from {day_words(form.starts_on.on)}.", _to(found)

    page = Asking(
        title="Add somebody to a household",
        heading=f"Add somebody to {found.name}",
        button="Add this person",
        trail=_above(found),
        lead="From that day they see the children who live there.",
        blames="email",
    )
    return ask(page, form, act)


def _make_carer(here: Desk, user: User, form: MemberForm) -> None:
    """A carer from the day on, for this authority, unless they are one then."""
    if not children.holds_role(user, (Role.CARER,), form.starts_on.on):
        accounts.give_role(here.by, user, Role.CARER, starts_on=form.starts_on.on, authority=here.authority)


@blueprint.route("/office/households/<ref>/people/end", methods=["GET", "POST"])
@requires(CHILDREN)
def end_member(ref: str) -> Answer:
    """Somebody leaves a household."""
    here, found = _load(ref)
    there = {
        str(n): row
        for n, row in enumerate(places.members_of(found.id), start=1)
        if row.HouseholdMember.ends_on is None
    }
    if not there:
        abort(404)
    form = EndForm(which=next(iter(there)) if len(there) == 1 else None)
    form.which.label.text = "Who leaves?"
    form.which.missing = "Select who leaves"
    form.which.choices = [(n, row.name) for n, row in there.items()]

    def act() -> tuple[str, str]:
        row = there[form.which.data]
        keeping.leave_household(here.by, found, row.HouseholdMember, ends_on=form.ends_on.on)
        return f"{row.name} has left {found.name} on {day_words(form.ends_on.on)}.", _to(found)

    page = Asking(
        title="Somebody leaves a household",
        heading=f"Somebody leaves {found.name}",
        button="Record that they leave",
        trail=_above(found),
        blames="ends_on",
        warns=lambda: (
            f"From {_from(form)} on {there[form.which.data].name} sees nothing of the children who live "
            "there."
        ),
    )
    return ask(page, form, act)


def _from(form: EndForm) -> str:
    return "today" if form.ends_on.on == clock.today() else day_words(form.ends_on.on)
