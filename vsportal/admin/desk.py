"""What every page of the office shares: for whom one sits there, searches, and a page with one form.

Whoever keeps several authorities says which by `?authority=`; links of the office carry it on.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, session, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as AnyResponse

from vsportal import guards, wording
from vsportal.admin import blueprint, queries
from vsportal.audit import By
from vsportal.children.identity import Identity
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.models import Authority
from vsportal.offices import Office, offices, role_for
from vsportal.policy import Actor

Answer = AnyResponse | str | tuple[str, int]
SEARCHES = "searches"
MOST_SEARCHES = 5
"""Names searched for lately, by an opaque word that may stand in an address (as the children’s list does)."""


@dataclass(frozen=True)
class Desk:
    """Where somebody sits: which office they hold, and for which authority they do so now."""

    actor: Actor
    office: Office
    authority: Authority
    authorities: Sequence[Authority]
    """All for which they hold it."""

    @property
    def by(self) -> By:
        """Who acts, for the record."""
        return By(self.actor.user_id, role_for(self.actor, self.office, self.authority.id), self.authority.id)

    @property
    def keeps_children(self) -> bool:
        """Whether they see this authority's children by name; an administrator sees no child."""
        return self.authority.id in offices(self.actor, Office.KEEP_CHILDREN)


@blueprint.url_defaults
def _carry_authority(_endpoint: str, values: dict[str, Any]) -> None:
    """Links of the office lead on to the same authority, for whoever keeps several."""
    if chosen := g.get("office_authority"):
        values.setdefault("authority", chosen)


def desk(office: Office) -> Desk:
    """The desk for this request: the authority that was asked for, or the first; 404 for any other."""
    actor = guards.actor()
    found = queries.authorities(offices(actor, office))
    asked = request.args.get("authority", "")
    here = next((a for a in found if a.ref == asked), None) if asked else next(iter(found), None)
    if here is None:
        abort(404)
    if len(found) > 1:
        g.office_authority = here.ref
    g.authority = wording.AuthorityWords(here.name, here.duty_phone, here.colour, here.ref)
    role = role_for(actor, office, here.id)
    held = next(h for h in actor.held if h.role == role and h.authority_id == here.id)
    g.acting_as = wording.acting_as(role, here.short_name if len(found) > 1 else "", held.title)
    return Desk(actor, office, here, found)


def only_for(office: Office, authority_id: int) -> Desk:
    """The desk for a record of this authority, whatever the address says; 404 when it is not theirs."""
    found = desk(office)
    here = next((a for a in found.authorities if a.id == authority_id), None)
    if here is None:
        abort(404)
    if len(found.authorities) > 1:
        g.office_authority = here.ref
    g.authority = wording.AuthorityWords(here.name, here.duty_phone, here.colour, here.ref)
    return Desk(found.actor, office, here, found.authorities)


def page_number() -> int:
    """Which page of a list is asked for; the first when it is no number."""
    asked = request.args.get("page", "1")
    return int(asked) if asked.isdecimal() and 0 < len(asked) < 6 and int(asked) else 1


def keep_search(text: str) -> str:
    """Put what was searched for into the sealed cookie; gives the word that stands for it."""
    token = secrets.token_urlsafe(6)
    kept = [*session.get(SEARCHES, {}).items()][1 - MOST_SEARCHES :]
    session[SEARCHES] = {**dict(kept), token: text}
    return token


def searched() -> str:
    """What the address’s `find` stands for; empty when it is too old."""
    return str(session.get(SEARCHES, {}).get(request.args.get("find", ""), ""))


# A page with one form -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asking:
    """A page with one form: its words, where it stands, and what it says before sight ends."""

    title: str
    """For the browser's tab: no child's name."""
    heading: str
    button: str
    trail: Sequence[tuple[str, str]]
    """Pages above it: addresses and words; the last is where one goes back to."""
    lead: str = ""
    blames: str = ""
    """The question at which a refusal of the operation stands; none: at the top alone."""
    warns: Callable[[], str] | None = None
    """What would end, in a sentence, shown before it is done; read once the form is right."""
    identity: Identity | None = None
    groups: Sequence[tuple[str, str, str]] = field(default=())
    """Headings within a long form: before which question, the heading, and a line below it."""


def ask(page: Asking, form: FlaskForm, act: Callable[[], tuple[str, str]]) -> Answer:
    """Show the form; once it is right, do `act` and go on.

    `act` does the operation and gives what to say of it and where to go on. What ends sight is tried,
    undone and said first; it is done when they say they are sure.
    """
    if not form.is_submitted():
        return _form(page, form)
    if request.form.get("sure") == "no":
        form.validate()
        return _form(page, form)
    if form.validate():
        sure = page.warns is None or request.form.get("sure") == "yes"
        try:
            with db.session.begin_nested() as tried:
                said, onward = act()
                if not sure:
                    tried.rollback()
        except OperationError as refused:
            _blame(form, page.blames, str(refused))
        else:
            if sure:
                flash(said, "success")
                return redirect(onward, 303)
            return _confirm(page)
    return _form(page, form), 422


def _blame(form: Any, name: str, sentence: str) -> None:  # WTForms' fields share no useful type
    """Say a refusal at the question it is about."""
    if name:
        form[name].errors = [*form[name].errors, sentence]
    else:
        form.form_errors = [*form.form_errors, sentence]


def _form(page: Asking, form: FlaskForm) -> str:
    return render_template("admin/form.html", page=page, form=form, action=_here())


def _confirm(page: Asking) -> str:
    sent = [(k, v) for k, v in request.form.items(multi=True) if k not in ("csrf_token", "sure")]
    return render_template("admin/confirm.html", page=page, sent=sent, action=_here())


def _here() -> str:
    """This page's own address, with what it was asked with."""
    values = {**(request.view_args or {}), **request.args.to_dict()}
    return url_for(str(request.endpoint), **values)
