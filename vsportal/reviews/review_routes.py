"""The page of a review: reading a section, rating it, taking over, sending back, finishing; rating blind."""

from __future__ import annotations

from flask import abort, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from vsportal import filters, wording
from vsportal.audit import By
from vsportal.errors import OperationError
from vsportal.guards import actor, or_403, requires
from vsportal.peps.loading import load_plan
from vsportal.peps.looking import looked
from vsportal.policy import Can
from vsportal.reviews import blueprint, operations
from vsportal.reviews.feedback import feedback_on, reviews_told
from vsportal.reviews.finishing import FinishPage
from vsportal.reviews.forms import ActionForm, FinishForm, RatingForm, TakeOverForm, fail
from vsportal.reviews.loading import FIRST, SECOND, RatedPart, load_part
from vsportal.reviews.page import ReviewPage

blueprint.add_app_template_global(reviews_told, "reviews_told")
blueprint.add_app_template_global(feedback_on, "feedback_on")

Answer = AnyResponse | str | tuple[str, int]
PREFIX, OVER, FORM = "review", "over", "review-rating"
"""Before the names of this page’s own boxes: beside them stand a section’s questions under their own ids;
and where the rating form begins."""


# The first rating -------------------------------------------------------------------------------------------


@blueprint.get("/peps/<ref>/review")
@requires(Can.SEE_REVIEW_NOTES)
def review(ref: str) -> Answer:
    """A section of a part beside its rating: to rate, or to read."""
    at = _load(ref, FIRST)
    or_403(at.plan.may(Can.SEE_REVIEW_NOTES))
    if at.is_rated_blind_by_me:  # nothing of the first rating is shown to whoever rates it blind
        return redirect(url_for("reviews.second", ref=ref, part=at.part), 303)
    return _show(ReviewPage(at, request.args.get("section", "")))


@blueprint.post("/peps/<ref>/review/begin")
@requires(Can.REVIEW)
def begin(ref: str) -> Answer:
    """Begin a review, or go on with one's own."""
    at = _load(ref, FIRST, lock=True)
    decision = _or_reason(at)
    if decision is not None:
        return decision
    try:
        operations.begin_review(at, _by(at))
    except OperationError as error:
        flash(str(error), "notice")
        return redirect(url_for("reviews.review", ref=ref, part=at.part), 303)
    return redirect(url_for("reviews.review", ref=ref, part=at.part, _anchor=FORM), 303)


@blueprint.post("/peps/<ref>/review")
@requires(Can.REVIEW)
def rate(ref: str) -> Answer:
    """Keep what is said of a section and go on to the next."""
    at = _load(ref, FIRST, lock=True)
    refused = _or_reason(at)
    return refused if refused is not None else _rate(at)


@blueprint.post("/peps/<ref>/review/take-over")
@requires(Can.REVIEW)
def take_over(ref: str) -> Answer:
    """Go on with a review that somebody else began; it is stopped."""
    at = _load(ref, FIRST, lock=True)
    refused = _or_reason(at)
    if refused is not None:
        return refused
    form = TakeOverForm(prefix=OVER)
    if not form.validate():
        return _show(ReviewPage(at, ""), over=form), 422
    try:
        operations.take_over(at, _by(at), form.why.data or "")
        flash("The review is yours now. What was rated is there to be confirmed.", "success")
    except OperationError as error:
        flash(str(error), "error")
    return redirect(url_for("reviews.review", ref=ref, part=at.part), 303)


@blueprint.route("/peps/<ref>/review/finish", methods=["GET", "POST"])
@requires(Can.REVIEW)
def finish(ref: str) -> Answer:
    """What the part comes to; finish the review."""
    at = _load(ref, FIRST, lock=request.method == "POST")
    refused = _or_reason(at)
    if refused is not None:
        return refused
    if not at.is_mine:
        return redirect(url_for("reviews.review", ref=ref, part=at.part), 303)
    return _finish(at)


@blueprint.post("/peps/<ref>/review/send-back")
@requires(Can.REVIEW)
def send_back(ref: str) -> Answer:
    """Send the marked sections back with their reasons."""
    at = _load(ref, FIRST, lock=True)
    refused = _or_reason(at)
    if refused is not None:
        return refused
    try:
        sections = operations.send_back(at, _by(at))
    except OperationError as error:
        flash(str(error), "error")
        return redirect(url_for("reviews.finish", ref=ref, part=at.part), 303)
    titles = filters.listed(f"“{at.asked[s].title}”" for s in sections)
    flash(f"{titles} went back. Whoever wrote {'it' if len(sections) == 1 else 'them'} is told.", "success")
    return redirect(url_for("reviews.queue"), 303)


@blueprint.post("/peps/<ref>/review/actions")
@requires(Can.REVIEW)
def add_action(ref: str) -> Answer:
    """Write down what is to be done after the review."""
    at = _load(ref, FIRST, lock=True)
    refused = _or_reason(at)
    if refused is not None:
        return refused
    if not at.is_mine:
        return redirect(url_for("reviews.review", ref=ref, part=at.part), 303)
    page, form = FinishPage(at), ActionForm()
    form.offer(page.people)
    if not form.validate():
        return _show_finish(page, action=form), 422
    owner = page.number_of(form.owner.data)
    operations.add_action(at, _by(at), what=form.what.data or "", owner_id=owner, by_on=form.on)
    return redirect(url_for("reviews.finish", ref=ref, part=at.part, _anchor="actions"), 303)


# The second rating ------------------------------------------------------------------------------------------


@blueprint.get("/peps/<ref>/second-rating")
@requires(Can.RATE_AGAIN)
def second(ref: str) -> Answer:
    """A section beside a rating that sees nothing of the first."""
    at = _load(ref, SECOND)
    or_403(at.may_rate_again)
    return _show(ReviewPage(at, request.args.get("section", "")))


@blueprint.post("/peps/<ref>/second-rating/begin")
@requires(Can.RATE_AGAIN)
def begin_second(ref: str) -> Answer:
    """Begin to rate a finished part again."""
    at = _load(ref, SECOND, lock=True)
    or_403(at.may_rate_again)
    try:
        operations.begin_second(at, _by(at))
    except OperationError as error:
        flash(str(error), "notice")
        return redirect(url_for("reviews.queue"), 303)
    return redirect(url_for("reviews.second", ref=ref, part=at.part, _anchor=FORM), 303)


@blueprint.post("/peps/<ref>/second-rating")
@requires(Can.RATE_AGAIN)
def rate_again(ref: str) -> Answer:
    """Keep a section's second rating and go on to the next."""
    at = _load(ref, SECOND, lock=True)
    or_403(at.may_rate_again)
    return _rate(at)


@blueprint.route("/peps/<ref>/second-rating/finish", methods=["GET", "POST"])
@requires(Can.RATE_AGAIN)
def finish_second(ref: str) -> Answer:
    """Finish a second rating: it changes nothing for anybody rated."""
    at = _load(ref, SECOND, lock=request.method == "POST")
    or_403(at.may_rate_again)
    if not at.is_mine:
        return redirect(url_for("reviews.second", ref=ref, part=at.part), 303)
    return _finish(at)


# What the views share ---------------------------------------------------------------------------------------


def _load(ref: str, kind: str, *, lock: bool = False) -> RatedPart:
    """The part that is asked for, of a plan this person may see; else the same 404 as for none."""
    plan = load_plan(actor(), ref, lock=lock) or abort(404)
    named = request.values.get("part", "school")
    at = load_part(plan, named, kind) if named in wording.PARTS else None
    if at is None or not at.sects:
        abort(404)
    return at


def _or_reason(at: RatedPart) -> AnyResponse | None:
    """None when this person may review the part; for one's own work and a closed plan, back with the reason.

    Whoever reviews nothing at all gets the page that says so.
    """
    decision = at.may_review
    if decision:
        return None
    if not at.plan.may(Can.SEE_REVIEW_NOTES):
        or_403(decision)
    flash(wording.why_not(decision.reason), "notice")
    return redirect(url_for("reviews.review", ref=at.plan.pep.ref, part=at.part), 303)


def _by(at: RatedPart) -> By:
    decision = at.may_rate_again if at.kind == SECOND else at.may_review
    return By(at.me, decision.tie, at.plan.pep.authority_id)


def _rate(at: RatedPart) -> Answer:
    page = ReviewPage(at, request.form.get("section", ""))
    form = RatingForm(prefix=PREFIX)
    form.offer([(code, word) for code, word, _ in page.options])
    try:
        if request.form.get("act") == "confirm":
            operations.confirm_carried(at, _by(at))
            return redirect(_finish_url(at), 303)
        if not form.validate():
            return _show(page, form), 422
        operations.rate(at, _by(at), page.sect.id, form.said)
    except OperationError as error:
        fail(form.rating, str(error))
        return _show(page, form, anyway=True), 409
    return redirect(page.url(page.after) if page.after else _finish_url(at), 303)


def _finish_url(at: RatedPart) -> str:
    endpoint = "reviews.finish_second" if at.kind == SECOND else "reviews.finish"
    return url_for(endpoint, ref=at.plan.pep.ref, part=at.part)


def _finish(at: RatedPart) -> Answer:
    """The page on which a review ends, or its end."""
    page, form = FinishPage(at), FinishForm()
    form.offer([*at.scheme.ratings.items()], at.derived)
    if request.method == "GET":
        form.overall.data = at.derived
        return _show_finish(page, form)
    if at.kind == SECOND:
        form.overall.data, form.override_reason.data = at.derived, ""
    if not at.unrated and not at.going_back and not form.validate():
        return _show_finish(page, form), 422
    try:
        rating = operations.finish(at, _by(at), form.overall.data or "", form.override_reason.data or "")
    except OperationError as error:
        flash(str(error), "error")
        return redirect(_finish_url(at), 303)
    if at.kind == SECOND:
        flash("Your second rating is kept. Nobody who was rated sees it.", "success")
    else:
        part = filters.capital(wording.PARTS[at.part])
        flash(f"{part} is reviewed: {at.scheme.word(rating)}. Its writers are told.", "success")
    return redirect(url_for("reviews.queue"), 303)


def _show(
    page: ReviewPage,
    form: RatingForm | None = None,
    *,
    over: TakeOverForm | None = None,
    anyway: bool = False,
) -> str:
    """The page. `anyway`: with what was typed, although the review is not this person's any more."""
    at = page.at
    if form is None:
        form = RatingForm(formdata=None, prefix=PREFIX)
        form.offer([(code, word) for code, word, _ in page.options])
        form.begin(page.said)
    looked(at.plan, "second_rating" if page.is_blind else "review", page.overview.around)
    g.authority = at.plan.authority
    return render_template(
        "reviews/review.html",
        page=page,
        at=at,
        o=page.overview,
        form=form,
        over=over or TakeOverForm(formdata=None, prefix=OVER),
        writes=at.is_mine or anyway,
        problems=(filters.problems(form) + (filters.problems(over) if over else [])) or None,
    )


def _show_finish(
    page: FinishPage, form: FinishForm | None = None, *, action: ActionForm | None = None
) -> str:
    """The page on which a review ends."""
    if form is None:
        form = FinishForm(formdata=None)
        form.offer([*page.at.scheme.ratings.items()], page.at.derived)
        form.overall.data = page.at.derived
    adding = action
    if adding is None:
        adding = ActionForm(formdata=None)
        adding.offer(page.people)
    looked(page.at.plan, "review", page.overview.around)
    problems = filters.problems(form) + (filters.problems(action) if action else [])
    return render_template(
        "reviews/finish.html",
        page=page,
        at=page.at,
        o=page.overview,
        form=form,
        adding=adding,
        problems=problems or None,
    )
