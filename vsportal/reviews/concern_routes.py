"""Concerns about a child: read them, raise one, answer one."""

from flask import abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from vsportal import clock, filters
from vsportal.access.about import About, about_child, show
from vsportal.errors import OperationError
from vsportal.filters import day
from vsportal.guards import requires
from vsportal.policy import Can, decide
from vsportal.reviews import blueprint
from vsportal.reviews.concern_forms import AnswerForm, RaiseForm
from vsportal.reviews.concerns import answer_concern, concern, concerns_about, default_day, raise_concern
from vsportal.reviews.reviewer_page import one_page_of
from vsportal.wording import spoken

Answer = AnyResponse | str | tuple[str, int]

blueprint.add_app_template_global(concerns_about)


@blueprint.get("/children/<ref>/concerns")
@requires(Can.SEE_CONCERNS)
def concerns(ref: str) -> Answer:
    """The concerns about a child, open ones first; to raise or to answer for those who may."""
    return _page(about_child(ref, Can.SEE_CONCERNS))


@blueprint.get("/children/<ref>/one-page")
@requires(Can.SEE_CONCERNS)
def one_page(ref: str) -> Answer:
    """What the care review asks of a child's education, on one page."""
    about = about_child(ref, Can.SEE_CONCERNS)
    page = one_page_of(about.child, about.seen)
    names = spoken(about.child.called, about.child.pronouns)
    return render_template(
        "reviews/reviewer_page.html", page=page, names=names, identity=show(about, "one_page")
    )


@blueprint.post("/children/<ref>/concerns")
@requires(Can.RAISE_CONCERN)
def raise_one(ref: str) -> Answer:
    """Raise a concern."""
    about = about_child(ref, Can.RAISE_CONCERN)
    form = RaiseForm()
    if not form.validate():
        return _page(about, raising=form), 422
    try:
        raise_concern(about.by, about.child, words=form.words.data or "", answer_by=form.day)
    except OperationError as error:
        form.answer_by.errors = [str(error)]
        return _page(about, raising=form), 422
    told = "Your concern is with the social worker and the Virtual School"
    flash(f"{told}, to answer by {day(form.day)}.", "success")
    return redirect(url_for("reviews.concerns", ref=ref), 303)


@blueprint.post("/children/<ref>/concerns/<key>")
@requires(Can.ANSWER_CONCERN)
def answer_one(ref: str, key: str) -> Answer:
    """Answer a concern."""
    about = about_child(ref, Can.ANSWER_CONCERN)
    asked = concern(about.child, key) or abort(404)
    form = AnswerForm()
    if not form.validate():
        return _page(about, answering=form, answered=key), 422
    try:
        answer_concern(about.by, about.child, asked, form.answer.data or "")
        flash("Your answer is with the reviewing officer.", "success")
    except OperationError as error:
        form.answer.errors = [str(error)]
        return _page(about, answering=form, answered=key), 409
    return redirect(url_for("reviews.concerns", ref=ref), 303)


def _page(
    about: About, *, raising: RaiseForm | None = None, answering: AnswerForm | None = None, answered: str = ""
) -> str:
    """The page; with a form that could not be kept as it was sent, and at which concern it was an answer."""
    if raising is None:
        raising = RaiseForm(formdata=None)
        raising.answer_by.data = day(default_day(clock.today()))
    wrong = answering or raising
    return render_template(
        "reviews/concerns.html",
        identity=show(about, "concerns"),
        child=about.child,
        names=spoken(about.child.called, about.child.pronouns),
        concerns=concerns_about(about.child.id, about.seen),
        may_raise=bool(decide(about.seen, Can.RAISE_CONCERN)),
        may_answer=bool(decide(about.seen, Can.ANSWER_CONCERN)),
        raising=raising,
        answering=answering,
        answered=answered,
        problems=filters.problems(wrong) or None,
    )
