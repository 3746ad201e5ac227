"""People of an authority: the list, a person, what they are and since when, their account."""

from __future__ import annotations

from functools import partial

from flask import abort, redirect, render_template, request, url_for

from vsportal import clock, wording
from vsportal.admin import accounts, blueprint, places, queries
from vsportal.admin.desk import Answer, Asking, Desk, ask, desk, keep_search, page_number, searched
from vsportal.admin.forms import (
    AccountForm,
    EndForm,
    PersonForm,
    RoleForm,
    SearchForm,
    SureForm,
    role_choices,
)
from vsportal.editions.reading import day_words
from vsportal.guards import requires
from vsportal.models import Role, User
from vsportal.offices import Office

PEOPLE = Office.KEEP_PEOPLE


def trail(*more: tuple[str, str]) -> list[tuple[str, str]]:
    """Where these pages stand."""
    return [(url_for("admin.office"), "Office"), (url_for("admin.people"), "People"), *more]


def _load(ref: str) -> tuple[Desk, User]:
    """Somebody of this authority; 404 for everybody else."""
    here = desk(PEOPLE)
    found = queries.person(here.authority.id, ref, with_children=here.keeps_children)
    return (here, found) if found else abort(404)


def _to(user: User) -> str:
    return url_for("admin.person", ref=user.ref)


def _above(user: User) -> list[tuple[str, str]]:
    return trail((_to(user), user.name))


@blueprint.get("/office/people")
@requires(PEOPLE)
def people() -> Answer:
    """An authority's people, all or those a search found, of one role or of all."""
    here, asked, role = desk(PEOPLE), searched(), request.args.get("role", "")
    found = queries.people(
        here.authority.id,
        asked=asked,
        role=role if role in tuple(Role) else "",
        number=page_number(),
        today=here.actor.today,
        with_children=here.keeps_children,
    )
    if found.number > found.pages:
        abort(404)
    form = SearchForm(formdata=None, q=asked)
    return render_template(
        "admin/people.html", here=here, form=form, found=found, role=role, roles=role_choices()
    )


@blueprint.post("/office/people")
@requires(PEOPLE)
def find_people() -> Answer:
    """Search by name or e-mail address: into the sealed cookie, never into an address or a log."""
    here, form = desk(PEOPLE), SearchForm()
    role = request.form.get("role", "")
    if not form.validate():
        page = render_template(
            "admin/people.html", here=here, form=form, found=None, role=role, roles=role_choices()
        )
        return page, 422
    token = keep_search(form.q.data) if form.q.data else None
    return redirect(url_for("admin.people", find=token, role=role or None), 303)


@blueprint.route("/office/people/new", methods=["GET", "POST"])
@requires(PEOPLE)
def new_person() -> Answer:
    """Somebody new, and what they are. An address that has an account elsewhere gets the same answer."""
    here = desk(PEOPLE)
    form = PersonForm(teams=places.team_choices(here.authority.id))

    def act() -> tuple[str, str]:
        user = accounts.take_on(
            here.by,
            name=form.name.data or "",
            email=form.email.data or "",
            role=form.role.data,
            starts_on=form.starts_on.on,
            authority=here.authority,
            school=places.school(form.found.ref) if form.found else None,
            team=places.team(here.authority.id, form.team.data or ""),
            title=form.title.data or "",
        )
        words = wording.role_words(form.role.data)
        return f"Added as {words} from {day_words(form.starts_on.on)}.", _to(user)

    page = Asking(
        title="Add a person",
        heading="Add a person",
        button="Add this person",
        trail=trail(),
        lead="Somebody who has an account already keeps it and gets the role as well.",
        blames="email",
    )
    return ask(page, form, act)


@blueprint.get("/office/people/<ref>")
@requires(PEOPLE)
def person(ref: str) -> Answer:
    """A person: what they are and were, and their account."""
    here, user = _load(ref)
    today, authority = here.actor.today, here.authority.id
    roles = queries.roles_of(user.id, authority)
    return render_template(
        "admin/person.html",
        here=here,
        person=user,
        roles=roles,
        elsewhere=queries.is_used_elsewhere(user.id, authority, today),
        children=queries.children_seen_by(user, roles, authority, today) if here.keeps_children else (),
    )


@blueprint.route("/office/people/<ref>/roles/new", methods=["GET", "POST"])
@requires(PEOPLE)
def new_role(ref: str) -> Answer:
    """Make somebody something more."""
    here, user = _load(ref)
    form = RoleForm(teams=places.team_choices(here.authority.id))

    def act() -> tuple[str, str]:
        accounts.give_role(
            here.by,
            user,
            form.role.data,
            starts_on=form.starts_on.on,
            authority=here.authority,
            school=places.school(form.found.ref) if form.found else None,
            team=places.team(here.authority.id, form.team.data or ""),
            title=form.title.data or "",
        )
        words = wording.role_words(form.role.data)
        return f"{user.name} is {words} from {day_words(form.starts_on.on)}.", _to(user)

    page = Asking(
        title="Give a role",
        heading=f"Give {user.name} a role",
        button="Give this role",
        trail=_above(user),
        blames="role",
    )
    return ask(page, form, act)


@blueprint.route("/office/people/<ref>/roles/end", methods=["GET", "POST"])
@requires(PEOPLE)
def end_role(ref: str) -> Answer:
    """End something that somebody is."""
    here, user = _load(ref)
    held = {
        str(n): row
        for n, row in enumerate(queries.roles_of(user.id, here.authority.id), start=1)
        if row.Membership.ends_on is None or row.Membership.ends_on > here.actor.today
    }
    if not held:
        abort(404)
    form = EndForm(which=next(iter(held)) if len(held) == 1 else None)
    form.which.label.text = "Which role ends?"
    form.which.choices = [
        (n, wording.acting_as(row.Membership.role, row.school or row.team or "", row.Membership.title))
        for n, row in held.items()
    ]

    def chosen() -> str:
        return str(dict(form.which.choices)[form.which.data])  # type: ignore[arg-type]

    def act() -> tuple[str, str]:
        accounts.take_role(here.by, user, held[form.which.data].Membership, ends_on=form.ends_on.on)
        return f"{chosen()} ends on {day_words(form.ends_on.on)}.", _to(user)

    page = Asking(
        title="End a role",
        heading=f"End a role of {user.name}",
        button="End this role",
        trail=_above(user),
        blames="ends_on",
        warns=lambda: (
            f"{user.name} is no longer “{chosen()}” from {day_words(form.ends_on.on)} on, and sees no"
            " child or plan by it from that day."
        ),
    )
    return ask(page, form, act)


@blueprint.route("/office/people/<ref>/account", methods=["GET", "POST"])
@requires(PEOPLE)
def change_account(ref: str) -> Answer:
    """Change a name or an e-mail address, unless the account is another authority's as well."""
    here, user = _load(ref)
    _own_account(here, user)
    form = AccountForm(name=user.name, email=user.email)

    def act() -> tuple[str, str]:
        accounts.change_account(here.by, user, name=form.name.data or "", email=form.email.data or "")
        return "The account is changed.", _to(user)

    page = Asking(
        title="Change an account",
        heading=f"Change the account of {user.name}",
        button="Change the account",
        trail=_above(user),
        blames="email",
    )
    return ask(page, form, act)


def _own_account(here: Desk, user: User) -> None:
    """An account that another authority uses too is not this one's to change: 404."""
    if queries.is_used_elsewhere(user.id, here.authority.id, clock.today()):
        abort(404)


@blueprint.route("/office/people/<ref>/close", methods=["GET", "POST"])
@requires(PEOPLE)
def close_account(ref: str) -> Answer:
    """Close an account: signed out everywhere at once, and nobody signs in with it."""
    here, user = _load(ref)
    _own_account(here, user)
    page = Asking(
        title="Close an account",
        heading=f"Close the account of {user.name}?",
        button="Close the account",
        trail=_above(user),
        lead="They are signed out everywhere at once and can sign in no more. What they wrote stays. "
        "Their roles stay on record; the account can be reopened.",
    )
    return ask(page, SureForm(), partial(_close, here, user))


def _close(here: Desk, user: User) -> tuple[str, str]:
    accounts.close_account(here.by, user)
    return "The account is closed. Nobody is signed in with it any more.", _to(user)


@blueprint.route("/office/people/<ref>/reopen", methods=["GET", "POST"])
@requires(PEOPLE)
def reopen_account(ref: str) -> Answer:
    """Let somebody sign in again."""
    here, user = _load(ref)
    _own_account(here, user)
    page = Asking(
        title="Reopen an account",
        heading=f"Reopen the account of {user.name}?",
        button="Reopen the account",
        trail=_above(user),
        lead="They can sign in again and see what their roles of today let them see.",
    )
    return ask(page, SureForm(), partial(_reopen, here, user))


def _reopen(here: Desk, user: User) -> tuple[str, str]:
    accounts.reopen_account(here.by, user)
    return "The account is open again.", _to(user)
