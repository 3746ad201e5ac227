"""The pages of sharing: what is lent of a child’s plan, links to one line, handing a section back."""

from flask import abort, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from vsportal import audit, filters
from vsportal.audit import By
from vsportal.children.identity import acting_as
from vsportal.children.queries import authority_words, load_child
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.guards import actor, or_403, requires
from vsportal.models import Child, School, User
from vsportal.peps.loading import Plan, load_plan, load_sheet, sheet_of
from vsportal.policy import Can, Decision, Seen, Tie, decide
from vsportal.sharing import blueprint, links, operations, queries
from vsportal.sharing.forms import AskForm, LendForm, fail
from vsportal.sharing.links import Made
from vsportal.sharing.pages import SharingPage
from vsportal.sharing.shown import shared_on

blueprint.add_app_template_global(shared_on, "shared_on")

Answer = AnyResponse | str | tuple[str, int]


# Lending -----------------------------------------------------------------------------------------------


@blueprint.route("/children/<ref>/sharing", methods=["GET", "POST"])
@requires(Can.DELEGATE)
def sharing(ref: str) -> Answer:
    """What is lent of a child’s plan; lend sections, or change what a colleague has."""
    child, seen = load_child(actor(), ref) or abort(404)
    decision = or_403(decide(seen, Can.DELEGATE))
    page = _page(child, seen, decision)
    form = LendForm()
    form.offer(page.offered, page.sections)
    if not form.is_submitted():
        _begin(form, page)
        return _show(page, form)
    if form.validate() and _lend(page, form, decision):
        return redirect(url_for("sharing.sharing", ref=ref), 303)
    return _show(page, form), 422


@blueprint.post("/children/<ref>/sharing/end")
@requires(Can.DELEGATE)
def end_lending(ref: str) -> Answer:
    """End what a colleague has: they see and save nothing by it from now on."""
    child, seen = load_child(actor(), ref) or abort(404)
    decision = or_403(decide(seen, Can.DELEGATE))
    page = SharingPage(child, seen, authority_words(child.authority_id))
    lent = page.running(request.form.get("colleague", ""))
    if lent is None:  # pressed twice, or the last day is over: it is as was asked
        flash("This has ended already.", "notice")
    else:
        operations.end_delegation(_by(page, decision), child, lent.row)
        flash(f"{lent.name} sees nothing of {page.childs} plan by it any more.", "success")
    return redirect(url_for("sharing.sharing", ref=ref), 303)


def _lend(page: SharingPage, form: LendForm, decision: Decision) -> bool:
    """Lend or change what the form says; False with the reason at its field."""
    colleague = page.colleague(form.colleague.data)
    running = page.running(form.colleague.data)
    if colleague is None:
        fail(form.colleague, "Select a colleague who works at the school today")
        return False
    by, sections = _by(page, decision), form.sections.data or []
    try:
        if running and form.is_change:
            operations.change_delegation(by, page.child, running.row, sections=sections, ends_on=form.ends_on)
        elif running:
            _offer_to_add(page, form, running)
            return False
        else:
            operations.delegate(
                by,
                page.child,
                db.session.get_one(School, colleague.school_id),
                db.session.get_one(User, colleague.user_id),
                sections=sections,
                starts_on=page.today,
                ends_on=form.ends_on,
            )
    except OperationError as error:
        fail(form.colleague, str(error))
        return False
    flash(f"{colleague.name} can write in what you lent from now on. You complete it.", "success")
    return True


def _offer_to_add(page: SharingPage, form: LendForm, running: queries.Lent) -> None:
    """A colleague who has something already: both together are offered as a change."""
    has, typed = running.row.sections, form.sections.data or []
    form.sections.data = [one for one, _ in page.sections if one in {*has, *typed}]
    form.act.data = "change"
    words = next(held.sections for held in page.now if held.ref == running.ref)
    fail(
        form.colleague,
        f"{running.name} has {words} already. Check what is ticked below, then press “Change what is lent”",
    )


def _begin(form: LendForm, page: SharingPage) -> None:
    """The form as it is drawn at first: empty, or with what a colleague has (`?change=`)."""
    running = page.running(request.args.get("change", ""))
    form.last_day.data = page.default_last_day
    if running and page.colleague(running.ref):
        held = next(one for one in page.now if one.ref == running.ref)
        form.act.data, form.colleague.data = "change", running.ref
        form.sections.data, form.last_day.data = list(running.row.sections), page.words_of(held.until)


# Links to one line -------------------------------------------------------------------------------------


@blueprint.post("/peps/<ref>/row-links")
@requires(Can.LINK_ROW)
def make_link(ref: str) -> Answer:
    """A link for a subject teacher to one line; the answer shows it, once."""
    plan = load_plan(actor(), ref, lock=True) or abort(404)
    decision = or_403(decide(plan.seen, Can.DELEGATE))
    page = _page(plan.child, plan.seen, decision)
    form = AskForm()
    form.line.choices = list(page.lines_of(plan.pep))
    made = _make(plan, form, decision) if form.validate() else None
    if made is None:
        return _show(page, _lend_form(page), ask=form, asked_of=ref), 422
    anew = SharingPage(plan.child, plan.seen, page.authority)
    return _show(anew, _lend_form(anew), made=made)


def _make(plan: Plan, form: AskForm, decision: Decision) -> Made | None:
    """The link that the form asks for; None with the reason at its field."""
    sheet = sheet_of(plan, form.line.data.partition(":")[0])
    if sheet is None or not sheet.may(Can.LINK_ROW, sheet.subject):
        fail(form.line, "Select a line of the plan that can still be filled in")
        return None
    try:
        return links.make_link(sheet, form.line.data, form.teacher.data or "", decision.tie)
    except OperationError as error:
        fail(form.line, str(error))
        return None


@blueprint.post("/peps/<ref>/row-links/end")
@requires(Can.LINK_ROW)
def end_link(ref: str) -> Answer:
    """End a link, wherever it is open, whoever made it."""
    plan = load_plan(actor(), ref, lock=True) or abort(404)
    decision = or_403(decide(plan.seen, Can.DELEGATE))
    link = queries.link_of(plan.pep.id, request.form.get("link", "")) or abort(404)
    operations.revoke_link(By(plan.seen.actor.user_id, decision.tie, plan.pep.authority_id), link, plan.pep)
    flash(f"The link for {link.teacher} is not open any more.", "success")
    return redirect(url_for("sharing.sharing", ref=plan.child.ref, _anchor="links"), 303)


# A colleague hands back --------------------------------------------------------------------------------


@blueprint.post("/peps/<ref>/sections/<section_id>/hand-back")
@requires(Can.ANSWER)
def hand_back(ref: str, section_id: str) -> Answer:
    """“I have done my part”, by the colleague to whom the section was lent."""
    sheet = load_sheet(actor(), ref, section_id, lock=True) or abort(404)
    try:
        operations.hand_back(sheet)
        flash("The designated teacher can see that you have done your part.", "success")
    except OperationError as error:
        flash(str(error), "error")
    return redirect(url_for("peps.section", ref=ref, section_id=section_id), 303)


# What the views share ----------------------------------------------------------------------------------


def _page(child: Child, seen: Seen, decision: Decision) -> SharingPage:
    """The page about one child: noted as looked at, and in its authority’s words."""
    page = SharingPage(child, seen, authority_words(child.authority_id))
    audit.look(user_id=seen.actor.user_id, role=decision.tie, child_id=child.id, pep_id=None, what="sharing")
    g.authority = page.authority
    g.acting_as = acting_as(seen.actor, decision.tie, page.around)
    return page


def _by(page: SharingPage, decision: Decision) -> By:
    return By(page.seen.actor.user_id, decision.tie or Tie.DESIGNATED_TEACHER, page.child.authority_id)


def _lend_form(page: SharingPage) -> LendForm:
    """The form to lend sections as it is drawn at first."""
    form = LendForm(formdata=None)
    form.offer(page.offered, page.sections)
    form.last_day.data = page.default_last_day
    return form


def _show(
    page: SharingPage,
    form: LendForm,
    *,
    ask: AskForm | None = None,
    asked_of: str = "",
    made: Made | None = None,
) -> str:
    """The page; `ask`: what could not be asked, of the plan `asked_of`; `made`: the link to show now."""
    drawn = any(pep.ref == asked_of for pep, _ in page.plans_with_lines)
    not_asked = [(to if drawn else "", why) for to, why in filters.problems(ask)] if ask else []
    return render_template(
        "sharing/sharing.html",
        page=page,
        form=form,
        problems=filters.problems(form) + not_asked or None,
        ask=ask or AskForm(formdata=None),
        asked_of=asked_of,
        made=made,
        made_url=url_for("sharing.row", token=made.token, _external=True) if made else "",
    )
