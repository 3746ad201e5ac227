"""The plan's pages: overview, a section, its autosave and checks, completing, sending, signing off.

Each view loads (404), asks policy, does one thing, answers.
"""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from vsportal import clock, filters, wording
from vsportal.children.identity import name_for
from vsportal.children.onward import Onward, onward_from
from vsportal.editions import answers
from vsportal.editions.judging import Verdict
from vsportal.editions.reading import Value, plain
from vsportal.editions.schema import Field
from vsportal.errors import OperationError
from vsportal.filters import html_id
from vsportal.fragments import fragment
from vsportal.guards import actor, or_403, requires
from vsportal.http import afterwards
from vsportal.models import SectionState
from vsportal.peps import blueprint, drawing, operations
from vsportal.peps.drawing import Live
from vsportal.peps.loading import Sheet, load_plan, load_sheet
from vsportal.peps.looking import looked
from vsportal.peps.overview import overview_of
from vsportal.peps.page import SectionPage, page_of
from vsportal.policy import Can, Subject, Tie
from vsportal.wording import fill

Answer = AnyResponse | str | tuple[str, int]


# The plan ---------------------------------------------------------------------------------------------------


@blueprint.get("/peps/<ref>")
@requires(Can.SEE_PEP)
def pep(ref: str) -> Answer:
    """The plan: what it holds, whom it waits for, what is still missing."""
    plan = load_plan(actor(), ref) or abort(404)
    or_403(plan.may(Can.SEE_PEP))
    overview = overview_of(plan)
    looked(plan, "pep", overview.around)
    return render_template("peps/show.html", o=overview)


@blueprint.post("/peps/<ref>/parts/<part>/submit")
@requires(Can.SUBMIT_PART)
def submit_part(ref: str, part: str) -> Answer:
    """Send a part to the Virtual School."""
    plan = load_plan(actor(), ref, lock=True) or abort(404)
    owners = {a.owner for a in plan.sections if a.part == part} or abort(404)
    decision = or_403(plan.may(Can.SUBMIT_PART, Subject(pep_state=plan.pep.state, leads=owners)))
    try:
        operations.submit_part(plan, part, decision.tie)
        flash(f"You have sent {wording.PARTS[part]} to the Virtual School.", "success")
    except OperationError as error:
        flash(str(error), "error")
    return redirect(url_for("peps.pep", ref=ref), 303)


# A section --------------------------------------------------------------------------------------------------


@blueprint.get("/peps/<ref>/sections/<section_id>")
@requires(Can.SEE_SECTION)
def section(ref: str, section_id: str) -> Answer:
    """A section, to fill in or to read."""
    sheet = load_sheet(actor(), ref, section_id) or abort(404)
    if sheet.row.section_id == "my_views" and Tie.YOUNG_PERSON in sheet.seen.ties:
        return redirect(url_for("peps.my_views", ref=ref), 303)
    if sheet.row.looked_at is None and sheet.may(Can.COMPLETE_SECTION, sheet.subject):
        afterwards(partial(operations.first_look, sheet))
    return _show(page_of(sheet))


@blueprint.post("/peps/<ref>/sections/<section_id>")
@requires(Can.ANSWER)
def save_section(ref: str, section_id: str) -> Answer:
    """The plain form: save, add or remove a row, choose between two answers, or go on to complete."""
    sheet = load_sheet(actor(), ref, section_id, lock=True) or abort(404)
    _or_closed(sheet)
    saved = operations.save_draft(sheet, _posted(), marks=_marks(sheet), page=_page_id())
    if saved.conflicts:
        return _show(page_of(sheet, conflicts=saved.conflicts, typed=_mine(saved))), 409
    here = url_for("peps.section", ref=ref, section_id=section_id)
    if (place := _pressed(sheet)) is not None:
        return redirect(f"{here}#{place}" if place else here, 303)
    if request.form.get("act") == "unchanged":
        return _unchanged(sheet, here)
    if request.form.get("act") == "complete":
        if missing := operations.what_is_missing(sheet):
            return _show(page_of(sheet), missing=missing), 422
        return redirect(url_for("peps.check", ref=ref, section_id=section_id), 303)
    flash("Saved.", "success")
    return redirect(here, 303)


def _pressed(sheet: Sheet) -> str | None:
    """A button within the form, for pages without script: where on the page to go on; None for no such."""
    if added := request.form.get("add"):
        row = operations.add_row(sheet, added, _page_id())
        if row is None:
            flash("There is no room for another one here.", "error")
        return f"{added}-{row}" if row else ""
    if removed := request.form.get("remove"):
        operations.remove_row(sheet, removed, _page_id())
        return removed.partition(".")[0]
    if right := request.form.get("confirm"):
        operations.confirm_answers(sheet, [right], page=_page_id())
        return html_id(right)
    return None


def _unchanged(sheet: Sheet, here: str) -> Answer:
    """“I have checked this, nothing else has changed”: what was carried is checked, the section complete."""
    decision = sheet.may(Can.COMPLETE_SECTION, sheet.subject)
    if not decision:
        flash(wording.why_not(decision.reason), "error")
        return redirect(here, 303)
    if missing := operations.confirm_unchanged(sheet, decision.tie, page=_page_id()):
        return _show(page_of(sheet), missing=missing), 422
    return _completed(sheet, "complete: checked, nothing else changed")


@blueprint.post("/peps/<ref>/sections/<section_id>/confirm")
@requires(Can.ANSWER)
def confirm(ref: str, section_id: str) -> Answer:
    """“Still right”, for a page with JavaScript: an answer, a row or a whole question that was carried."""
    sheet = load_sheet(actor(), ref, section_id, lock=True) or abort(404)
    key = request.form.get("confirm", "")
    if _is_closed(sheet):
        return render_template("peps/_closed.html", reason=wording.why_not(sheet.sight.reason)), 409
    question = key.partition(".")[0]
    if question not in sheet.sight.writable:
        abort(404)
    saved = operations.confirm_answers(sheet, [key], page=_page_id())
    fragments = drawing.new_marks(saved.kept) + page_of(sheet).checks([question])
    return fragment("peps/_saved.html", fragments=fragments, saved_at=filters.clock_time(clock.now()))


@blueprint.post("/peps/<ref>/sections/<section_id>/draft")
@requires(Can.ANSWER)
def draft(ref: str, section_id: str) -> Answer:
    """Autosave: the changed leaves; answered with what the page must know."""
    sheet = load_sheet(actor(), ref, section_id, lock=True) or abort(404)
    if _is_closed(sheet):
        return render_template("peps/_closed.html", reason=wording.why_not(sheet.sight.reason)), 409
    carried = sheet.row.carried
    saved = operations.save_draft(sheet, request.form, marks=_marks(sheet), page=_page_id())
    shown = page_of(sheet, conflicts=saved.conflicts, typed=_mine(saved))
    touched = {key.split(".")[1] for key in saved.kept if "." in key}
    fragments = drawing.new_marks(saved.kept) + shown.slots([*saved.conflicts], Verdict(), touched)
    if checked := {key.partition(".")[0] for key in carried.keys() - sheet.row.carried.keys()}:
        fragments += shown.checks(sorted(checked))
    saved_at = filters.clock_time(clock.now())
    answer = fragment("peps/_saved.html", fragments=fragments, saved_at=saved_at)
    return answer, 409 if saved.conflicts else 200


@blueprint.post("/peps/<ref>/sections/<section_id>/fields/<key>")
@requires(Can.ANSWER)
def field(ref: str, section_id: str, key: str) -> Answer:
    """Judge one answer as it stands on the page; nothing is written."""
    sheet = load_sheet(actor(), ref, section_id) or abort(404)
    leaf = sheet.asked.leaf(key)
    if leaf is None or leaf.field.id not in sheet.sight.writable | sheet.sight.commentable:
        abort(404)
    shown = page_of(sheet, typed=answers.read_posted(sheet.asked, request.form))
    leaves = answers.touched(sheet.asked, [key])
    verdict = shown.verdict_on(leaves)
    return str(shown.slots(leaves, verdict)), 422 if verdict.errors else 200


@blueprint.post("/peps/<ref>/sections/<section_id>/rows")
@requires(Can.ANSWER)
def rows(ref: str, section_id: str) -> Answer:
    """Another row, for a page with JavaScript."""
    sheet = load_sheet(actor(), ref, section_id, lock=True) or abort(404)
    question = request.form.get("add", "")
    row = operations.add_row(sheet, question, _page_id())
    if row is None:
        return "", 409  # the page then sends the plain form, whose answer says why
    live = page_of(sheet).live()
    drawn = drawing.row(current_app.jinja_env, sheet.asked, sheet.asked.by_id[question], row, live)  # type: ignore[arg-type]
    return str(drawn + drawing.new_marks({f"{question}.{row}": True}))


@blueprint.route("/peps/<ref>/sections/<section_id>/check", methods=["GET", "POST"])
@requires(Can.COMPLETE_SECTION)
def check(ref: str, section_id: str) -> Answer:
    """“Have you completed this section?”: the answers to look over, then complete."""
    writing = request.method == "POST"
    sheet = load_sheet(actor(), ref, section_id, lock=writing) or abort(404)
    here = url_for("peps.section", ref=ref, section_id=section_id)
    decision = sheet.may(Can.COMPLETE_SECTION, sheet.subject)
    if not decision:
        flash(wording.why_not(decision.reason), "error")
        return redirect(here, 303)
    if writing and request.form.get("complete") == "no":
        flash("Saved. Come back when you are ready.", "success")
        return redirect(url_for("peps.pep", ref=ref), 303)
    if writing and not operations.complete_section(sheet, decision.tie):
        return _completed(sheet)
    if missing := operations.what_is_missing(sheet):
        return _show(page_of(sheet), missing=missing), 422
    return _show(page_of(sheet), template="peps/check.html")


@blueprint.post("/peps/<ref>/sections/<section_id>/reopen")
@requires(Can.REOPEN_SECTION)
def reopen(ref: str, section_id: str) -> Answer:
    """Open a completed section again."""
    sheet = load_sheet(actor(), ref, section_id, lock=True) or abort(404)
    decision = sheet.may(Can.REOPEN_SECTION, sheet.subject)
    if decision:
        operations.reopen_section(sheet, decision.tie)
        flash("The section is open again.", "success")
    else:
        flash(wording.why_not(decision.reason), "error")
    return redirect(url_for("peps.section", ref=ref, section_id=section_id), 303)


# What the views share ---------------------------------------------------------------------------------------


def _show(
    page: SectionPage, *, missing: Mapping[str, str] | None = None, template: str = "peps/section.html"
) -> str:
    """The section's page, with what is missing at its fields and in the error summary."""
    page = replace(page, remembers=True)
    looked(page.sheet, page.sheet.row.section_id, page.around)
    missing = {key: fill(text, page.names) for key, text in (missing or {}).items()}
    live = page.live(missing=missing)
    env, asked = current_app.jinja_env, page.sheet.asked
    writes = bool(live.writable or live.commentable) and template == "peps/section.html"
    return render_template(
        template,
        page=page,
        o=overview_of(page.sheet, given=page.surroundings),
        live=live,
        heading=fill(asked.heading, page.names),
        lede=fill(asked.lede, page.names),
        drawn=(drawing.edit if writes else drawing.read)(env, asked, live),
        form_attributes=drawing.form_attributes(live),
        marks=drawing.marks(asked, live),
        writes=writes,
        look_at=_look_at(page, live),
        to_look_at=[html_id(key) for key in {**live.errors, **live.warnings}] if writes else [],
        page_id=secrets.token_urlsafe(6),
        onward=_onward(page.sheet),
        problems=[(html_id(key), text + _whose(page, key)) for key, text in missing.items()] or None,
    )


def _look_at(page: SectionPage, live: Live) -> Sequence[tuple[str, str, str]]:
    """What of a folded section needs a look, in page order: place, question, why."""
    reasons = live.fold.reasons if live.fold else {}
    return [
        (_place_of(f), fill(f.label, page.names), fill(reasons[f.id], page.names))
        for f in page.sheet.asked.fields
        if f.id in reasons
    ]


def _place_of(field: Field) -> str:
    """Where on the page a question stands; of what people say, the whole of it."""
    return f"{field.id}-all" if field.kind == "views" else html_id(field.id)


def _whose(page: SectionPage, key: str) -> str:
    """Behind what is missing: who answers it, when it is not the person who looks."""
    field = page.sheet.asked.by_id[key.partition(".")[0].partition("~")[0]]
    if field.id in page.sheet.sight.writable | page.sheet.sight.commentable:
        return ""
    who = wording.role_words(page.sheet.asked.owner_of(field))
    return f". This is for the {who} to answer"


def _mine(saved: operations.Saved) -> Mapping[str, Value]:
    """What this page has where somebody else has written something else."""
    return {key: theirs.mine for key, theirs in saved.conflicts.items()}


def _marks(sheet: Sheet) -> Mapping[str, str]:
    """The marks a page sends of what it saw; a choice to keep one's own counts as having seen theirs."""
    try:
        sent = json.loads(request.form.get("seen", "") or "{}")
    except ValueError:
        sent = {}
    marks = {k: v for k, v in sent.items() if isinstance(v, str)} if isinstance(sent, dict) else {}
    which, _, key = request.form.get("keep", "").partition(":")
    if which == "mine":
        marks[key] = answers.mark(_stands(sheet, key))
    return marks


def _stands(sheet: Sheet, key: str) -> Value:
    """What stands there now: the section's answer, or this person's own comment."""
    if key not in sheet.sight.commentable:
        return sheet.row.answers.get(key)
    return next((one.text for one in page_of(sheet).said.get(key, ()) if one.mine), None)


def _posted() -> MultiDict[str, str]:
    """What the form holds; choosing somebody else's answer takes one's own back."""
    which, _, key = request.form.get("keep", "").partition(":")
    posted = MultiDict(request.form)
    if which == "theirs":
        posted.poplist(key)
    return posted


def _page_id() -> str:
    """The random id of the page that posts."""
    return plain(request.form.get("page", ""))[:16] or secrets.token_urlsafe(6)


def _or_closed(sheet: Sheet) -> None:
    """A section that cannot be changed now says why; what was typed goes back to its writer."""
    if _is_closed(sheet):
        abort(403, description=sheet.sight.reason)


def _is_closed(sheet: Sheet) -> bool:
    """Whether what is posted comes too late: answers to a section in which one may at most still comment."""
    sight = sheet.sight
    if sight.writable or not sight.commentable:
        return not sight.writable
    typed = answers.read_posted(sheet.asked, request.form)
    return any(v != sheet.row.answers.get(k) for k, v in typed.items() if k not in sight.commentable)


def _completed(sheet: Sheet, how: str = "complete") -> AnyResponse:
    """On to the next section that this person has still to complete, else the overview.

    A social worker goes on to the part of the child whose meeting is next.
    """
    part = _onward(sheet)
    whose = (
        f"{name_for(sheet.child, sheet.seen)}: " if part else ""
    )  # the next page may be about another child
    flash(f"{whose}“{sheet.asked.title}” is {how}.", "success")
    if part:
        return redirect(url_for("peps.section", ref=part.pep_ref, section_id=part.section_id), 303)
    overview = overview_of(sheet)
    onward = next((s for s in overview.mine if s.status != SectionState.COMPLETE), None)
    if onward is None:
        return redirect(url_for("peps.pep", ref=sheet.pep.ref), 303)
    return redirect(url_for("peps.section", ref=sheet.pep.ref, section_id=onward.section_id), 303)


def _onward(sheet: Sheet) -> Onward | None:
    """The part of a social worker's that comes next, of whichever child."""
    return onward_from(actor(), sheet.seen, sheet.pep.id, sheet.row.section_id)
