"""Terms and their dates, and what an authority has settled from a day on."""

from __future__ import annotations

from flask import abort, render_template, request, url_for

from vsportal import clock
from vsportal.admin import blueprint, operations, places, settling, upkeep
from vsportal.admin.desk import Answer, Asking, Desk, ask, desk
from vsportal.admin.fields import with_first
from vsportal.admin.forms import AuthorityForm, NextTermForm, TermForm
from vsportal.editions.reading import day_words
from vsportal.filters import capital
from vsportal.filters import term as term_words
from vsportal.guards import requires
from vsportal.models import Role
from vsportal.offices import Office, offices

DATES = Office.KEEP_DATES
YEARS_AHEAD = 3


def _trail(endpoint: str, words: str) -> list[tuple[str, str]]:
    return [(url_for("admin.office"), "Office"), (url_for(endpoint), words)]


# Terms --------------------------------------------------------------------------------------------------


@blueprint.get("/office/terms")
@requires(DATES)
def terms() -> Answer:
    """An authority's terms, the latest first."""
    here = desk(DATES)
    rows = places.terms(here.authority.id)
    return render_template(
        "admin/terms.html",
        here=here,
        terms=rows,
        ahead=any(t.starts_on > here.actor.today for t in rows),
        opens=here.authority.id in offices(here.actor, Office.OPEN_TERM),
    )


def _next_keys(here: Desk) -> list[tuple[str, str]]:
    """Terms that are not there yet, from this school year on: key and words."""
    there = {t.key for t in places.terms(here.authority.id)}
    first = int(clock.academic_year(here.actor.today)[:4])
    keys = (
        f"{year}-{(year + 1) % 100:02d}-{season}"
        for year in range(first, first + YEARS_AHEAD)
        for season in ("autumn", "spring", "summer")
    )
    return [(key, capital(term_words(key))) for key in keys if key not in there]


@blueprint.route("/office/terms/new", methods=["GET", "POST"])
@requires(DATES)
def new_term() -> Answer:
    """The next term."""
    here, form = desk(DATES), NextTermForm()
    form.key.choices = with_first("Select a term", _next_keys(here))

    def act() -> tuple[str, str]:
        upkeep.in_its_year(form.key.data, form.starts_on.on, form.ends_on.on)
        term = operations.create_term(
            here.by,
            here.authority,
            form.key.data,
            starts_on=form.starts_on.on,
            ends_on=form.ends_on.on,
            half_term=(form.half_term_starts_on.on, form.half_term_ends_on.on),
            deadline_on=form.deadline_on.on,
        )
        return f"{capital(term_words(term.key))} is added.", url_for("admin.terms")

    page = Asking(
        "Add a term", "Add a term", "Add this term", _trail("admin.terms", "Terms"), blames="starts_on"
    )
    return ask(page, form, act)


@blueprint.route("/office/terms/change", methods=["GET", "POST"])
@requires(DATES)
def change_term() -> Answer:
    """Put a term's dates right; which one, the address says by its key."""
    here, key = desk(DATES), request.args.get("term", "")
    term = next((t for t in places.terms(here.authority.id) if t.key == key), None) or abort(404)
    form = TermForm(obj=term)

    def act() -> tuple[str, str]:
        changed = upkeep.change_term(
            here.by,
            term,
            starts_on=form.starts_on.on,
            ends_on=form.ends_on.on,
            half_term=(form.half_term_starts_on.on, form.half_term_ends_on.on),
            deadline_on=form.deadline_on.on,
        )
        return "The term’s dates are changed." if changed else "Nothing was changed.", url_for("admin.terms")

    page = Asking(
        title="Change a term",
        heading=f"Change the dates of {term_words(term.key)}",
        button="Change the dates",
        trail=_trail("admin.terms", "Terms"),
        lead="Plans that are open keep the dates they were given.",
        blames="starts_on",
    )
    return ask(page, form, act)


# What is settled ----------------------------------------------------------------------------------------


@blueprint.get("/office/settings")
@requires(DATES)
def settings() -> Answer:
    """What an authority has settled, what holds today, what is to come and what held before."""
    here = desk(DATES)
    rules = settling.rules(places.settings(here.authority.id), here.actor.today)
    return render_template("admin/settings.html", here=here, rules=rules, administers=_is_administrator(here))


@blueprint.route("/office/settings/change", methods=["GET", "POST"])
@requires(DATES)
def change_setting() -> Answer:
    """Settle one thing anew from a day on; which, the address says by its key."""
    here, key = desk(DATES), request.args.get("what", "")
    rules = settling.rules(places.settings(here.authority.id), here.actor.today)
    rule = next((r for r in rules if r.key == key and r.is_changed_here), None) or abort(404)
    form = settling.form_for(rule)

    def act() -> tuple[str, str]:
        value = settling.value_of(rule, form)
        operations.settle(here.by, here.authority, rule.key, value, starts_on=form["starts_on"].on)
        words = rule.words_of(value)
        return f"{rule.words}: {words} from {day_words(form['starts_on'].on)}.", url_for("admin.settings")

    page = Asking(
        title="Change a setting",
        heading=rule.words,
        button="Settle it",
        trail=_trail("admin.settings", "Settings"),
        lead=f"{rule.hint} Today it is {rule.words_of(rule.now)}.".strip(),
        blames="starts_on",
    )
    return ask(page, form, act)


def _is_administrator(here: Desk) -> bool:
    """Whether they hold the role that keeps how the authority itself is called and looks."""
    return any(h.role == Role.ADMINISTRATOR and h.authority_id == here.authority.id for h in here.actor.held)


@blueprint.route("/office/authority", methods=["GET", "POST"])
@requires(DATES)
def change_authority() -> Answer:
    """The duty line and the colour: an administrator's to change."""
    here = desk(DATES)
    if not _is_administrator(here):
        abort(404)
    form = AuthorityForm(obj=here.authority)

    def act() -> tuple[str, str]:
        changed = upkeep.change_authority(
            here.by,
            here.authority,
            duty_phone=form.duty_phone.data or "",
            colour=(form.colour.data or "").lower(),
        )
        return "It is changed." if changed else "Nothing was changed.", url_for("admin.settings")

    page = Asking(
        title="Duty line and colour",
        heading="Duty line and colour",
        button="Change them",
        trail=_trail("admin.settings", "Settings"),
        blames="colour",
    )
    return ask(page, form, act)
