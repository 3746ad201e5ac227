"""The head's pages for the rating scheme: what holds, the draft and its forms, publishing it from a day."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_wtf import FlaskForm

from vsportal import editions
from vsportal.admin.desk import Answer, Asking, Desk, ask, desk
from vsportal.errors import OperationError
from vsportal.filters import day
from vsportal.guards import requires
from vsportal.models import ReviewScheme
from vsportal.offices import Office
from vsportal.reviews import blueprint, scheme_keeping
from vsportal.reviews.beside import criteria_beside
from vsportal.reviews.scheme_checks import check, sentences
from vsportal.reviews.scheme_forms import (
    PublishForm,
    WordsForm,
    does_form,
    remade,
    rules_form,
    section_form,
)
from vsportal.reviews.schemes import GRADES, Scheme, in_force, roll_ups, scheme_of

KEEP = Office.KEEP_SCHEME
EFFECTS = (
    ("late_care_at_best_amber", "How we rate", ""),
    ("blocks_sign_off_green", "What keeps a plan from being signed off", "The rating of either part."),
    ("blocks_funding_green", "What makes PP+ wait", "The rating of the school’s part."),
)
"""Headings of the page about what ratings do: before which box, the words, a line below them."""


blueprint.add_app_template_global(criteria_beside, "criteria_beside")


@blueprint.url_defaults
def _carry_authority(endpoint: str, values: dict[str, Any]) -> None:
    """Links of these pages lead on to the same authority, for whoever keeps several."""
    if endpoint.startswith(("reviews.scheme", "reviews.agreement")) and (chosen := g.get("office_authority")):
        values.setdefault("authority", chosen)


def title_of(section_id: str, scheme: Scheme) -> str:
    """What a section is called: by the form, else by the scheme."""
    sect = scheme.sect(section_id)
    return scheme_keeping.titles().get(section_id) or (sect.title if sect else "") or section_id


def _trail(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [
        (url_for("admin.office"), "Office"),
        (url_for("reviews.scheme"), "Rating scheme"),
        *more,
    ]


def _draft_trail() -> list[tuple[str, str]]:
    return _trail((url_for("reviews.scheme_draft"), "Draft"))


# What holds ---------------------------------------------------------------------------------------------


@blueprint.get("/office/reviews/scheme")
@requires(KEEP)
def scheme() -> Answer:
    """The scheme that holds today, the versions there are, and the draft."""
    here = desk(KEEP)
    held = in_force(here.authority.id, here.actor.today)
    return render_template(
        "reviews/scheme.html",
        here=here,
        held=held,
        scheme=held.scheme,
        rules=sentences(held.scheme),
        draft=scheme_keeping.draft_of(here.authority.id),
        versions=scheme_keeping.versions(here.authority.id),
        rows=_rows(held.scheme),
        grades=GRADES,
    )


@blueprint.get("/office/reviews/scheme/versions/<ref>")
@requires(KEEP)
def scheme_version(ref: str) -> Answer:
    """A published version, as it stays."""
    here = desk(KEEP)
    found = next((r for r, _ in scheme_keeping.versions(here.authority.id) if r.ref == ref), None)
    row = found or abort(404)
    kept = scheme_of(row)
    return render_template(
        "reviews/scheme_version.html",
        here=here,
        row=row,
        scheme=kept,
        rules=sentences(kept),
        rows=_rows(kept),
        grades=GRADES,
        trail=_trail(),
    )


def _rows(kept: Scheme) -> list[tuple[str, str, Any]]:
    """The sections a scheme rates: id, title, how."""
    called = scheme_keeping.titles()
    return [(s.id, called.get(s.id) or s.title or s.id, s) for s in kept.sections]


# The draft ----------------------------------------------------------------------------------------------


@blueprint.post("/office/reviews/scheme/draft/new")
@requires(KEEP)
def scheme_draft_new() -> Answer:
    """Begin a draft from what holds today, or go on with the one there is."""
    here = desk(KEEP)
    scheme_keeping.begin_draft(here.by, here.authority.id)
    return redirect(url_for("reviews.scheme_draft"), 303)


@blueprint.get("/office/reviews/scheme/draft")
@requires(KEEP)
def scheme_draft() -> Answer:
    """The draft: what is still at fault, its parts to change, what last term would have come to."""
    here, row = _here()
    draft = scheme_of(row)
    edition = editions.get(editions.current(here.actor.today))
    asked = [(s.id, s.title) for s in edition.sections]
    later = [(s.id, s.title or s.id) for s in draft.sections if s.id not in dict(asked)]
    return render_template(
        "reviews/scheme_draft.html",
        here=here,
        row=row,
        scheme=draft,
        faults=check(draft, [edition]),
        rules=sentences(draft),
        sections=[(section, title, draft.sect(section)) for section, title in (*asked, *later)],
        trial=scheme_keeping.trial(here.authority.id, draft, here.actor.today),
        trail=_trail(),
    )


def _here() -> tuple[Desk, ReviewScheme]:
    """The desk and the authority's draft; 404 while there is none."""
    here = desk(KEEP)
    return here, scheme_keeping.draft_of(here.authority.id) or abort(404)


def _seen(draft: Scheme) -> str:
    """The mark of the draft as the page drew it, carried in the page's address."""
    return request.args.get("seen") or scheme_keeping.mark_of(draft)


def _begin_to_change(draft: Scheme) -> Answer | None:
    """An address without the draft's mark leads to one with it, so that two people's changes do not mix."""
    if request.method != "GET" or request.args.get("seen") == scheme_keeping.mark_of(draft):
        return None
    values = {**(request.view_args or {}), **request.args.to_dict(), "seen": scheme_keeping.mark_of(draft)}
    return redirect(url_for(str(request.endpoint), **values), 303)


@blueprint.route("/office/reviews/scheme/draft/words", methods=["GET", "POST"])
@requires(KEEP)
def scheme_words() -> Answer:
    """What each rating is called."""
    here, row = _here()
    draft = scheme_of(row)
    if (onward := _begin_to_change(draft)) is not None:
        return onward
    form = WordsForm.of(draft)
    page = Asking("Words of the scale", "Words of the scale", "Save these words", _draft_trail())
    return ask(page, form, lambda: _change(here, row, form.changed(draft)))


@blueprint.route("/office/reviews/scheme/draft/effects", methods=["GET", "POST"])
@requires(KEEP)
def scheme_effects() -> Answer:
    """What ratings block, and who may rate."""
    here, row = _here()
    draft = scheme_of(row)
    if (onward := _begin_to_change(draft)) is not None:
        return onward
    form = does_form(draft)
    page = Asking("What ratings do", "What ratings do", "Save this", _draft_trail(), groups=EFFECTS)
    return ask(page, form, lambda: _change(here, row, form.changed(draft)))


@blueprint.route("/office/reviews/scheme/draft/sections/<section_id>", methods=["GET", "POST"])
@requires(KEEP)
def scheme_section(section_id: str) -> Answer:
    """A section's criteria."""
    here, row = _here()
    draft = scheme_of(row)
    if section_id not in {*scheme_keeping.titles(), *(s.id for s in draft.sections)}:
        abort(404)
    if (onward := _begin_to_change(draft)) is not None:
        return onward
    form, title = section_form(draft, section_id), title_of(section_id, draft)
    page = Asking(
        title=f"Criteria: {title}",
        heading=f"Criteria for “{title}”",
        button="Save these criteria",
        trail=_draft_trail(),
        lead="They stand beside the section while people write and while you rate. Rate what adults did, "
        "never the child’s words.",
        groups=[("gold", "Criteria", "What a reviewer can point at, in a sentence or two.")],
    )
    return ask(page, form, lambda: _change(here, row, form.changed(draft, section_id)))


@blueprint.route("/office/reviews/scheme/draft/rules", methods=["GET", "POST"])
@requires(KEEP)
def scheme_rules() -> Answer:
    """How ratings of sections become the rating of a part."""
    here, row = _here()
    draft = scheme_of(row)
    if (onward := _begin_to_change(draft)) is not None:
        return onward
    form = rules_form(draft)
    start = roll_ups().get(request.form.get("start", ""))
    if request.method == "POST" and (start or form.validate()):
        changed = remade(draft, roll_up=start) if start else form.changed(draft)
        try:
            said, onward_to = _change(here, row, changed)
        except OperationError as refused:
            form.form_errors = [*form.form_errors, str(refused)]
        else:
            flash(said, "success")
            return redirect(onward_to, 303)
    page = render_template(
        "reviews/scheme_rules.html",
        form=form,
        starts=roll_ups(),
        trail=_draft_trail(),
        action=url_for("reviews.scheme_rules", seen=_seen(draft)),
    )
    return page if request.method == "GET" else (page, 422)


def _change(here: Desk, row: ReviewScheme, changed: Scheme) -> tuple[str, str]:
    """Keep the changed draft; what to say of it, and where to go on."""
    did = scheme_keeping.change_draft(here.by, row, changed, seen=_seen(scheme_of(row)))
    return "The draft is saved." if did else "Nothing was changed.", url_for("reviews.scheme_draft")


@blueprint.route("/office/reviews/scheme/draft/publish", methods=["GET", "POST"])
@requires(KEEP)
def scheme_publish() -> Answer:
    """Publish the draft from a day on."""
    here, row = _here()
    draft = scheme_of(row)
    form = PublishForm(starts_on=here.actor.today)

    def act() -> tuple[str, str]:
        kept = scheme_keeping.publish_draft(here.by, row, seen=_seen(draft), starts_on=form.starts_on.on)
        return f"The scheme holds from {day(kept.starts_on)}.", url_for("reviews.scheme")

    if (onward := _begin_to_change(draft)) is not None:
        return onward
    page = Asking(
        title="Publish the scheme",
        heading="Publish this scheme",
        button="Publish it",
        trail=_draft_trail(),
        lead="It cannot be changed afterwards. Reviews that were begun before that day keep the scheme "
        "they began with.",
        blames="starts_on",
    )
    return ask(page, form, act)


@blueprint.route("/office/reviews/scheme/draft/drop", methods=["GET", "POST"])
@requires(KEEP)
def scheme_drop() -> Answer:
    """Give the draft up."""
    here, row = _here()

    def act() -> tuple[str, str]:
        scheme_keeping.drop_draft(here.by, row)
        return "The draft is given up. What holds goes on holding.", url_for("reviews.scheme")

    page = Asking(
        title="Give up the draft",
        heading="Give up this draft",
        button="Give it up",
        trail=_draft_trail(),
        lead="What you changed in it is lost. What holds today goes on holding.",
    )
    return ask(page, FlaskForm(), act)
