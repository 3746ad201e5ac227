"""The young person says who helps with My views, and whether the questions are short or long.

Each view loads (404), asks policy, does one thing, answers. Anybody else is shown the section.
"""

from __future__ import annotations

from flask import abort, redirect, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from vsportal.editions import answers
from vsportal.guards import actor, requires
from vsportal.peps import beside, blueprint, operations
from vsportal.peps.loading import Sheet, load_sheet
from vsportal.peps.operations.staging import choose_stage
from vsportal.peps.page import page_of
from vsportal.peps.voice import SECTION, Voice, role_for_child, voice_of
from vsportal.peps.young_pages import is_own, page_id, section, shown, to_start
from vsportal.policy import Can

Answer = AnyResponse | str | tuple[str, int]
CONTROLS = ("how", "who", "other")


@blueprint.route("/peps/<ref>/my-views/helper", methods=["GET", "POST"])
@requires(Can.ANSWER)
def my_views_helper(ref: str) -> Answer:
    """Is somebody helping you? Asked at the start, and open at any time."""
    writing = request.method == "POST"
    sheet = load_sheet(actor(), ref, SECTION, lock=writing) or abort(404)
    if not is_own(sheet):
        return section(sheet)
    if not sheet.sight.writable:
        return to_start(ref)
    voice = voice_of(page_of(sheet))
    if not writing:
        return _ask(voice, voice.beside)
    said = beside.beside_posted(request.form, voice.others)
    if said.errors:
        return _ask(voice, said), 422
    _keep(sheet, said)
    question = voice.question(request.form.get("after", ""))
    return redirect(question.url if question else voice_of(page_of(sheet)).onward, 303)


@blueprint.post("/peps/<ref>/my-views/form")
@requires(Can.ANSWER)
def my_views_form(ref: str) -> AnyResponse:
    """Shorter questions or longer ones; what is answered stays."""
    sheet = load_sheet(actor(), ref, SECTION, lock=True) or abort(404)
    if not is_own(sheet):
        return section(sheet)
    if sheet.sight.writable and (stage := request.form.get("stage", "")) in operations.STAGES:
        choose_stage(sheet, stage)
    return to_start(ref)


def _keep(sheet: Sheet, said: beside.Beside) -> None:
    """Keep who helps; the page that says so is the child's last word."""
    marks = {key: answers.mark(sheet.row.answers.get(key)) for key in said.answer}
    operations.save_draft(sheet, MultiDict(said.answer), marks=marks, page=page_id())


def _ask(voice: Voice, said: beside.Beside) -> str:
    """The page, with what is wrong at each control."""
    return shown(
        "peps/views/helper.html",
        voice.page.sheet,
        v=voice,
        said=said,
        after=request.values.get("after", ""),
        ways=beside.WAYS,
        people=[(str(p.user_id), p.name, role_for_child(p)) for p in voice.others],
        problems=[(name, said.errors[name]) for name in CONTROLS if name in said.errors] or None,
        page_id=page_id(),
    )
