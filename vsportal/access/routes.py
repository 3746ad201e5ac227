"""Who can see a child's plan today, ending it and giving it back: load, ask, do, answer."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from vsportal.access import blueprint
from vsportal.access.about import About, about_child, show
from vsportal.access.forms import WHY_ENDED, EndForm, RestoreForm
from vsportal.access.operations import end_access, may_be_ended, restore_access
from vsportal.access.page import AccessPage
from vsportal.access.people import Person
from vsportal.access.queries import open_cut
from vsportal.errors import OperationError
from vsportal.filters import listed
from vsportal.guards import public, requires
from vsportal.policy import Can, Tie

Answer = AnyResponse | str | tuple[str, int]


@blueprint.get("/children/<ref>/access")
@requires(Can.SEE_WHO_CAN_SEE)
def who_can_see(ref: str) -> Answer:
    """Everybody who can see this child's plan today, and why; for the child in their own words."""
    about = about_child(ref, Can.SEE_WHO_CAN_SEE)
    page = AccessPage(about.child, about.seen)
    identity = show(about, "access")
    if about.seen.ties == {Tie.YOUNG_PERSON}:
        return render_template("access/who_can_see_me.html", page=page)
    return render_template("access/who_can_see.html", page=page, identity=identity)


@blueprint.route("/children/<ref>/access/end", methods=["GET", "POST"])
@requires(Can.END_ACCESS)
def end(ref: str) -> Answer:
    """End somebody's access now: whose, what ends with it, why."""
    about = about_child(ref, Can.END_ACCESS)
    page = AccessPage(about.child, about.seen)
    person = page.person(request.values.get("who", ""))
    back = url_for("access.who_can_see", ref=ref)
    if person is None:
        flash("This person cannot see the plan any more. Nothing was changed.", "notice")
        return redirect(back, 303)
    if not may_be_ended(about.seen, person):
        flash("This person’s access is not yours to end. Ask the head of the Virtual School.", "error")
        return redirect(back, 303)
    form = EndForm()
    if not form.is_submitted():
        return _confirm(about, page, person, form)
    if not form.validate():
        return _confirm(about, page, person, form), 422
    people = [person, *(page.same_home(person) if form.everyone.data else [])]
    cuts = end_access(about.by, about.child, about.seen, people, reason=form.reason, sections=page.lent)
    names = listed(p.name for p in people if p.user_id in {c.user_id for c in cuts})
    flash(
        f"{names or person.name} can no longer see {page.names.childs} plan. It ended at once, everywhere.",
        "success",
    )
    return redirect(back, 303)


def _confirm(about: About, page: AccessPage, person: Person, form: EndForm) -> str:
    """Whose access ends, and what ends with it."""
    return render_template(
        "access/end.html",
        page=page,
        person=person,
        others=page.same_home(person),
        form=form,
        whys=WHY_ENDED,
        identity=show(about, "access"),
    )


@blueprint.route("/children/<ref>/access/restore", methods=["GET", "POST"])
@requires(Can.END_ACCESS)
def restore(ref: str) -> Answer:
    """Let somebody see the child again."""
    about = about_child(ref, Can.END_ACCESS)
    back = url_for("access.who_can_see", ref=ref)
    page = AccessPage(about.child, about.seen)
    cut, user = open_cut(about.child.id, request.values.get("who", "")) or (None, None)
    if cut is None or user is None:
        flash("This access has been given back already.", "notice")
        return redirect(back, 303)
    form = RestoreForm()
    if form.is_submitted() and form.validate():
        try:
            restore_access(about.by, about.child, about.seen, cut, reason=form.words.data or "")
            flash(
                f"{user.name} can see {page.names.childs} plan again, if they still work with or care for "
                f"{page.names.them}.",
                "success",
            )
        except OperationError as error:
            flash(str(error), "error")
        return redirect(back, 303)
    identity = show(about, "access")
    shown = render_template("access/restore.html", page=page, user=user, form=form, identity=identity)
    return (shown, 422) if form.is_submitted() else shown


@blueprint.get("/access-ended")
@public
def ended() -> str:
    """What an open page becomes when its writer's access is ended; it says nothing of anybody."""
    return render_template("access/ended.html")
