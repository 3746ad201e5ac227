"""Opening a term’s plans from the office: a hundred at a press, going on by itself while the page is open."""

from dataclasses import dataclass

from flask import abort, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from vsportal import clock, wording
from vsportal.audit import By
from vsportal.errors import OperationError
from vsportal.filters import plural
from vsportal.fragments import fragment, wants_fragment
from vsportal.guards import actor, requires
from vsportal.models import Authority, Term
from vsportal.offices import Office, offices, role_for
from vsportal.peps import blueprint
from vsportal.peps.terms import BATCH, Scope, names_for, open_plans, scope_of, terms_called
from vsportal.wording import AuthorityWords

MOST_NAMED = 200
"""Names in a list of those who cannot have a plan yet."""


@dataclass(frozen=True)
class Named:
    """A child of a list: name and year in words."""

    name: str
    year: str


@blueprint.route("/office/terms/<term_key>/plans", methods=["GET", "POST"])
@requires(Office.OPEN_TERM)
def open_term(term_key: str) -> AnyResponse | str | tuple[str, int]:
    """Who has a plan for the term and who is to have one; a post opens the next hundred."""
    found = terms_called(term_key, offices(actor(), Office.OPEN_TERM)) or abort(404)
    asked_for = request.args.get("authority", "")
    here = [(t, a) for t, a in found if asked_for in ("", a.ref)] or abort(404)
    term, authority = here[0]
    if request.method == "POST":
        return _open_next(term, authority)
    scope = scope_of(term, clock.today())
    g.authority = AuthorityWords(authority.name, authority.duty_phone, authority.colour, authority.ref)
    role = role_for(actor(), Office.OPEN_TERM, authority.id)
    g.acting_as = wording.acting_as(role, authority.name)
    return render_template(
        "peps/term.html",
        **_told(term, authority, scope),
        others=[a for _, a in found if a.id != authority.id],
        lists=_lists(scope),
    )


def _open_next(term: Term, authority: Authority) -> AnyResponse | str | tuple[str, int]:
    """Open the next hundred; with JavaScript the answer goes on by itself."""
    on = clock.today()
    role = role_for(actor(), Office.OPEN_TERM, authority.id)
    refused, opened = "", 0
    try:
        waiting = scope_of(term, on).to_open[:BATCH]
        opened = open_plans(By(actor().user_id, role, authority.id), term, waiting, on=on)
    except OperationError as error:
        refused = str(error)
    if wants_fragment():
        # Counted anew: somebody else may be opening them at this moment too.
        told = _told(term, authority, scope_of(term, on))
        return fragment("peps/_term_progress.html", **told, goes_on=not refused, refused=refused)
    if refused:
        flash(refused, "late")
    else:
        flash(f"{plural(opened, 'plan')} opened." if opened else "There was no plan left to open.", "done")
    return redirect(_address(term, authority), 303)


def _told(term: Term, authority: Authority, scope: Scope) -> dict[str, object]:
    """What the page and its fragment say."""
    return {
        "term": term,
        "scope": scope,
        "address": _address(term, authority),
        "next_many": min(BATCH, len(scope.to_open)),
        "over": term.ends_on < clock.today(),
    }


def _address(term: Term, authority: Authority) -> str:
    return url_for("peps.open_term", term_key=term.key, authority=authority.ref)


def _lists(scope: Scope) -> dict[str, list[Named]]:
    """Those who cannot have a plan yet, by reason, each with name and year; never somebody out of sight."""
    names = names_for(actor(), [each.child_id for each in scope.not_yet])
    years = {each.child_id: each for each in scope.not_yet}
    lists: dict[str, list[Named]] = {}
    for child_id, name in names.items():
        each = years[child_id]
        lists.setdefault(each.why, []).append(Named(name, wording.year_words(each.year)))
    return {why: found[:MOST_NAMED] for why, found in lists.items()}
