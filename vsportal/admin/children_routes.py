"""Children's records: the list, one record, who the child is, the time in care, an account of their own."""

from __future__ import annotations

from functools import partial

from flask import abort, redirect, render_template, request, url_for

from vsportal import audit, clock, codes
from vsportal.admin import accounts, blueprint, operations, rolls
from vsportal.admin.child_forms import (
    CareForm,
    ChildAccountForm,
    DayForm,
    EndCareForm,
    ParticularsForm,
    coded,
)
from vsportal.admin.desk import Answer, Asking, Desk, ask, desk, keep_search, only_for, page_number, searched
from vsportal.admin.fields import with_first
from vsportal.admin.forms import SearchForm
from vsportal.children import operations as keeping
from vsportal.children import record
from vsportal.children.identity import Identity
from vsportal.children.queries import load_child
from vsportal.editions.reading import day_words
from vsportal.filters import day
from vsportal.guards import actor, requires
from vsportal.models import Child
from vsportal.offices import Office
from vsportal.policy import Tie

CHILDREN = Office.KEEP_CHILDREN
blueprint.add_app_template_filter(partial(codes.label, "placement"), "placement")
blueprint.add_app_template_filter(partial(codes.label, "legal_status"), "legal_status")
LACKING = {
    "worker": "without a social worker",
    "school": "on no school’s roll",
    "home": "without a home on record",
}


def trail(*more: tuple[str, str]) -> list[tuple[str, str]]:
    """Where these pages stand."""
    return [(url_for("admin.office"), "Office"), (url_for("admin.children"), "Children"), *more]


def load_record(ref: str) -> tuple[Desk, Child]:
    """A child whose record this person keeps, noted as looked at; 404 for any other and for none."""
    found = load_child(actor(), ref)
    if found is None or Tie.BUSINESS_SUPPORT not in found[1].ties:
        abort(404)
    child = found[0]
    here = only_for(CHILDREN, child.authority_id)
    audit.look(
        user_id=here.actor.user_id,
        role=str(Tie.BUSINESS_SUPPORT),
        child_id=child.id,
        pep_id=None,
        what="child",
    )
    return here, child


def to(child: Child) -> str:
    """The record's address."""
    return url_for("admin.child", ref=child.ref)


def above(child: Child) -> list[tuple[str, str]]:
    """Where the pages of one record stand."""
    return trail((to(child), child.full_name))


def bar(child: Child) -> Identity:
    """Whose record it is."""
    age = f"{clock.age(child.date_of_birth, clock.today())}, born {day(child.date_of_birth)}"
    return Identity(child.full_name, " · ".join(w for w in (child.pronouns, age) if w))


@blueprint.get("/office/children")
@requires(CHILDREN)
def children() -> Answer:
    """An authority's children: all, those a search found, or those who lack something."""
    here, asked = desk(CHILDREN), searched()
    lacks = request.args.get("without", "")
    lacks = lacks if lacks in LACKING else ""
    found = rolls.children(here.actor, here.authority.id, asked=asked, lacks=lacks, number=page_number())
    if found.number > found.pages:
        abort(404)
    form = SearchForm(formdata=None, q=asked)
    return render_template(
        "admin/children.html", here=here, form=form, found=found, lacks=lacks, lacking=LACKING
    )


@blueprint.post("/office/children")
@requires(CHILDREN)
def find_children() -> Answer:
    """Search by name or social care number."""
    here, form = desk(CHILDREN), SearchForm()
    if not form.validate():
        page = render_template(
            "admin/children.html", here=here, form=form, found=None, lacks="", lacking=LACKING
        )
        return page, 422
    token = keep_search(form.q.data) if form.q.data else None
    return redirect(url_for("admin.children", find=token), 303)


@blueprint.route("/office/children/new", methods=["GET", "POST"])
@requires(CHILDREN)
def new_child() -> Answer:
    """A child who is not here yet."""
    here, form = desk(CHILDREN), ParticularsForm()

    def act() -> tuple[str, str]:
        child = keeping.create_child(here.by, here.authority, **form.particulars())
        return f"{child.full_name} is added. Record the time in care, home, school and worker next.", to(
            child
        )

    page = Asking("Add a child", "Add a child", "Add this child", trail(), blames="upn")
    return ask(page, form, act)


@blueprint.get("/office/children/<ref>")
@requires(CHILDREN)
def child(ref: str) -> Answer:
    """A child's record: everything dated in it, and what can be recorded next."""
    here, found = load_record(ref)
    return render_template(
        "admin/child.html", here=here, child=found, record=rolls.record_of(found.id), identity=bar(found)
    )


@blueprint.route("/office/children/<ref>/particulars", methods=["GET", "POST"])
@requires(CHILDREN)
def change_child(ref: str) -> Answer:
    """Put a child's particulars right."""
    here, found = load_record(ref)
    form = ParticularsForm(obj=found)

    def act() -> tuple[str, str]:
        changed = record.change_child(here.by, found, **form.particulars())
        return "The particulars are changed." if changed else "Nothing was changed.", to(found)

    page = Asking(
        title="Change a child’s particulars",
        heading=f"Change {found.full_name}’s particulars",
        button="Change them",
        trail=above(found),
        blames="upn",
        identity=bar(found),
    )
    return ask(page, form, act)


# Time in care -------------------------------------------------------------------------------------------


@blueprint.route("/office/children/<ref>/care/new", methods=["GET", "POST"])
@requires(CHILDREN)
def start_care(ref: str) -> Answer:
    """The child comes into care."""
    here, found = load_record(ref)
    form = CareForm()

    def act() -> tuple[str, str]:
        keeping.start_care(here.by, found, starts_on=form.starts_on.on, legal_status=form.legal_status.data)
        return f"In care from {day_words(form.starts_on.on)}.", to(found)

    page = Asking(
        title="A time in care begins",
        heading=f"{found.called} comes into care",
        button="Record it",
        trail=above(found),
        blames="starts_on",
        identity=bar(found),
    )
    return ask(page, form, act)


@blueprint.route("/office/children/<ref>/care/status", methods=["GET", "POST"])
@requires(CHILDREN)
def change_status(ref: str) -> Answer:
    """Another legal status from a day on."""
    here, found = load_record(ref)
    period = rolls.record_of(found.id).open_care() or abort(404)
    form = CareForm(legal_status=period.legal_status)
    form.legal_status.choices = with_first("Select a status", coded("legal_status", period.legal_status))

    def act() -> tuple[str, str]:
        record.change_status(
            here.by, found, period, legal_status=form.legal_status.data, starts_on=form.starts_on.on
        )
        return f"Another legal status from {day_words(form.starts_on.on)}.", to(found)

    page = Asking(
        title="Another legal status",
        heading=f"{found.called} is looked after under another status",
        button="Record it",
        trail=above(found),
        blames="starts_on",
        identity=bar(found),
    )
    return ask(page, form, act)


@blueprint.route("/office/children/<ref>/care/end", methods=["GET", "POST"])
@requires(CHILDREN)
def end_care(ref: str) -> Answer:
    """The time in care ends; home, school and worker are ended on pages of their own."""
    here, found = load_record(ref)
    period = rolls.record_of(found.id).open_care() or abort(404)
    form = EndCareForm()

    def act() -> tuple[str, str]:
        record.end_care(here.by, found, period, ends_on=form.ends_on.on, reason=form.reason.data or "")
        return f"In care until {day_words(form.ends_on.on)}. Now end what has ended with it.", to(found)

    page = Asking(
        title="A time in care ends",
        heading=f"{found.called} is no longer looked after",
        button="Record it",
        trail=above(found),
        blames="ends_on",
        lead="This alone ends nobody’s sight. End the home and the workers as well, each from its own day.",
        identity=bar(found),
    )
    return ask(page, form, act)


# An account of their own --------------------------------------------------------------------------------


@blueprint.route("/office/children/<ref>/account", methods=["GET", "POST"])
@requires(CHILDREN)
def give_account(ref: str) -> Answer:
    """An account for the young person."""
    here, found = load_record(ref)
    form = ChildAccountForm(name=f"{found.known_as or found.first_name} {found.last_name}")

    def act() -> tuple[str, str]:
        accounts.give_child_account(
            here.by,
            found,
            here.authority,
            name=form.name.data or "",
            email=form.email.data or "",
            starts_on=form.starts_on.on,
        )
        return f"{found.called} has an account from {day_words(form.starts_on.on)}.", to(found)

    page = Asking(
        title="A young person’s account",
        heading=f"Give {found.called} an account",
        button="Give this account",
        trail=above(found),
        lead="An address of their own that nobody else reads. Check it letter by letter.",
        blames="email",
        identity=bar(found),
    )
    return ask(page, form, act)


@blueprint.route("/office/children/<ref>/account/end", methods=["GET", "POST"])
@requires(CHILDREN)
def end_account(ref: str) -> Answer:
    """The young person's account ends."""
    here, found = load_record(ref)
    row = next(
        (r for r in rolls.record_of(found.id).accounts if r.Membership.ends_on is None), None
    ) or abort(404)
    form = DayForm()

    def act() -> tuple[str, str]:
        operations.end_membership(here.by, row.Membership, ends_on=form.ends_on.on)
        return f"{found.called}’s account ends on {day_words(form.ends_on.on)}.", to(found)

    page = Asking(
        title="End a young person’s account",
        heading=f"End {found.called}’s account",
        button="End this account",
        trail=above(found),
        blames="ends_on",
        warns=lambda: f"From {day_words(form.ends_on.on)} on {found.called} sees no plan with {row.email}.",
        identity=bar(found),
    )
    return ask(page, form, act)
