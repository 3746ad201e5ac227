"""The young person's own pages: My views, one question at a time; my targets; who can see my plan.

Each view loads (404), asks policy, does one thing, answers. Anybody else is shown the plan's own pages.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from functools import partial

from flask import abort, flash, redirect, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from vsportal.editions import answers
from vsportal.editions.reading import Value
from vsportal.guards import actor, requires
from vsportal.http import afterwards
from vsportal.peps import blueprint, drawing, operations
from vsportal.peps.loading import Sheet, load_plan, load_sheet, sheet_of
from vsportal.peps.operations import choosing
from vsportal.peps.page import page_of
from vsportal.peps.seen_by import seen_by
from vsportal.peps.voice import SECTION, Question, Voice, voice_of
from vsportal.peps.young_pages import is_own, page_id, section, shown, to_start
from vsportal.peps.young_targets import TARGETS, targets_of
from vsportal.policy import Can

Answer = AnyResponse | str | tuple[str, int]

HOW = {"skip": "skipped", "take-away": "skipped", "talk": "talk"}
"""What a button says of a question that is not answered in words."""
TURN_TO = (
    "Thank you for saying so. Nobody is told straight away. If you are not safe, tell somebody you trust, "
    "or call Childline free on 0800 1111."
)
NOT_HERE = "Somebody you ticked is not around you now. Choose again."


# My views -------------------------------------------------------------------------------------------------


@blueprint.get("/peps/<ref>/my-views")
@requires(Can.SEE_SECTION)
def my_views(ref: str) -> Answer:
    """What My views is, who will read it, and each question as it stands."""
    sheet = load_sheet(actor(), ref, SECTION) or abort(404)
    if not is_own(sheet):
        return section(sheet)
    if sheet.row.looked_at is None:
        afterwards(partial(operations.first_look, sheet))
    return _start(sheet)


@blueprint.route("/peps/<ref>/my-views/<field_id>", methods=["GET", "POST"])
@requires(Can.ANSWER)
def my_views_question(ref: str, field_id: str) -> Answer:
    """One question: who will see it, the answer, and the ways on."""
    writing = request.method == "POST"
    sheet = load_sheet(actor(), ref, SECTION, lock=writing) or abort(404)
    if not is_own(sheet):
        return section(sheet)
    if not sheet.sight.writable:
        return _start(sheet, unsaved=request.form.get(field_id, "")) if writing else to_start(ref)
    voice = voice_of(page_of(sheet))
    question = voice.question(field_id) or abort(404)
    return _answer(sheet, question) if writing else _ask(voice, question)


@blueprint.route("/peps/<ref>/my-views/finish", methods=["GET", "POST"])
@requires(Can.COMPLETE_SECTION)
def my_views_finish(ref: str) -> Answer:
    """Look over what was said and who sees it, and finish; or have second thoughts."""
    writing = request.method == "POST"
    sheet = load_sheet(actor(), ref, SECTION, lock=writing) or abort(404)
    if not is_own(sheet):
        return section(sheet)
    act = request.form.get("act", "") if writing else ""
    if act == "reopen" and (decision := sheet.may(Can.REOPEN_SECTION, sheet.subject)):
        operations.reopen_section(sheet, decision.tie)
        flash("You can change what you said now. Finish again when you are ready.", "success")
        return to_start(ref)
    decision = sheet.may(Can.COMPLETE_SECTION, sheet.subject)
    if not decision:
        return to_start(ref)
    if act == "finish" and not operations.complete_section(sheet, decision.tie):
        flash("Thank you. Everyone around you can see that you have finished.", "success")
        return to_start(ref)
    page = shown("peps/views/finish.html", sheet, v=voice_of(page_of(sheet)))
    return (page, 422) if writing else page


# The other two pages ----------------------------------------------------------------------------------------


@blueprint.route("/peps/<ref>/my-targets", methods=["GET", "POST"])
@requires(Can.COMMENT)
def my_targets(ref: str) -> Answer:
    """The targets in plain words, what became of the last ones, and what the young person says to them."""
    writing = request.method == "POST"
    sheet = load_sheet(actor(), ref, TARGETS, lock=writing) or abort(404)
    if not is_own(sheet):
        return section(sheet)
    here = url_for("peps.my_targets", ref=ref)
    if writing and sheet.sight.commentable:
        saved = operations.save_draft(sheet, request.form, marks=_marks(), page=page_id())
        if not saved.conflicts:
            flash("Saved. Everyone around you can read what you said.", "success")
            return redirect(here, 303)
    typed = answers.read_posted(sheet.asked, request.form) if writing else {}
    page = page_of(sheet)
    found = shown(
        "peps/views/targets.html",
        sheet,
        t=targets_of(page, typed),
        form_attributes=drawing.form_attributes(page.live(), here),
        page_id=secrets.token_urlsafe(6),
    )
    return (found, 409) if writing else found


@blueprint.get("/peps/<ref>/who-can-see")
@requires(Can.SEE_PEP)
def who_can_see(ref: str) -> Answer:
    """Who can see the plan today, and what kinds of things each of them sees."""
    plan = load_plan(actor(), ref) or abort(404)
    if not is_own(plan):
        return redirect(url_for("peps.pep", ref=ref), 303)
    sheet = sheet_of(plan, SECTION)
    return shown("peps/views/who_can_see.html", plan, what="who can see", w=seen_by(plan, sheet))


# What the views share ---------------------------------------------------------------------------------------


def _start(sheet: Sheet, unsaved: str = "") -> Answer:
    """The first page; with what was typed when it could no longer be kept."""
    page = shown("peps/views/start.html", sheet, v=voice_of(page_of(sheet)), unsaved=unsaved)
    return (page, 409) if request.method == "POST" else page


def _ask(
    voice: Voice, question: Question, *, problem: str = "", confirm: bool = False, theirs: str | None = None
) -> Answer:
    """One question's page. `problem`: on the choice of readers. `theirs`: the other answer there is."""
    sheet = voice.page.sheet
    live = voice.page.live()
    found = ((question.field.id, question.error), ("who", problem))
    problems = [(control, words) for control, words in found if words]
    page = shown(
        "peps/views/question.html",
        sheet,
        v=voice,
        q=question,
        confirm=confirm,
        theirs=theirs,
        problem=problem,
        problems=problems if request.method == "POST" else None,
        form_attributes=drawing.form_attributes(live, question.url),
        marks=drawing.marks(sheet.asked, live),
        page_id=page_id(),
    )
    return (page, 422 if theirs is None else 409) if request.method == "POST" else page


def _answer(sheet: Sheet, question: Question) -> Answer:
    """Keep what was posted of one question, with who sees it, and go where the button says."""
    name, go = question.field.id, request.form.get("go", "next")
    typed = answers.read_posted(sheet.asked, MultiDict((name, t) for t in request.form.getlist(name)))
    wrote = typed.get(name) is not None
    if go == "skip" and wrote:
        voice = voice_of(page_of(sheet, typed=typed))
        return _ask(voice, voice.question(name) or question, confirm=True)
    saved = operations.save_draft(
        sheet, _posted(name, go, wrote=wrote), marks=_marks_of(sheet, name, go), page=page_id()
    )
    voice = voice_of(page_of(sheet, typed=typed if saved.conflicts else None))
    question = voice.question(name) or question
    if name in saved.conflicts:
        return _ask(voice, question, theirs=_in_words(question, saved.conflicts[name].value))
    choice = choosing.read_choice(request.form, name)
    if choice and choice[1] and not choice[1] <= {p.user_id for p in voice.page.around}:
        return _ask(voice, question, problem=NOT_HERE)
    if go == "next" and question.error:
        return _ask(voice, question)
    if question.is_sad and go in ("next", "talk"):
        flash(TURN_TO, "notice")
    onward = {
        "back": voice.before(question),
        "stop": url_for("peps.my_views", ref=voice.ref),
        "helper": url_for("peps.my_views_helper", ref=voice.ref, after=name),
    }
    return redirect(onward.get(go) or voice.after(question), 303)


def _posted(name: str, go: str, *, wrote: bool) -> MultiDict[str, str]:
    """What this question's form says: the answer, who sees it, and how it was passed over."""
    sees = f"{choosing.SEES}{name}"
    posted = MultiDict((k, text) for k in (name, sees) for text in request.form.getlist(k))
    if go == "take-away":
        posted.setlist(name, [""])
    if request.form.get("keep") == f"theirs:{name}":
        posted.poplist(name)
    if go in HOW or wrote:
        posted.add(f"{name}~how", HOW.get(go, ""))
    return posted


def _marks() -> dict[str, str]:
    """The marks a page sends of what it saw."""
    try:
        sent = json.loads(request.form.get("seen", "") or "{}")
    except ValueError:
        return {}
    return {k: v for k, v in sent.items() if isinstance(v, str)} if isinstance(sent, dict) else {}


def _marks_of(sheet: Sheet, name: str, go: str) -> Mapping[str, str]:
    """As the page saw it; a button that decides outweighs what the page had not seen."""
    decided = [f"{name}~how"]
    if go == "take-away" or request.form.get("keep") == f"mine:{name}":
        decided.append(name)
    return _marks() | {k: answers.mark(sheet.row.answers.get(k)) for k in decided}


def _in_words(question: Question, value: Value) -> str:
    """Another answer to the same question, as it is shown."""
    return Question(question.field, 0, "", value, "", question.sees).said
