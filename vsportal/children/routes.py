"""My work, the list of children, a child's page: load, ask, answer."""

import secrets

from flask import abort, g, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from vsportal import audit, guards, wording
from vsportal.access.card import card_to_read
from vsportal.children import blueprint
from vsportal.children.forms import SearchForm
from vsportal.children.identity import acting_as
from vsportal.children.pages import ChildPage, children_list, work_of
from vsportal.children.queries import authority_words, load_child, load_own
from vsportal.children.work import meeting_words, plan_title
from vsportal.guards import or_403, requires, signed_in
from vsportal.models import Child
from vsportal.peps.wishes import own_wishes
from vsportal.policy import Can, Seen, Tie, decide

blueprint.add_app_template_global(meeting_words, "meeting_words")
blueprint.add_app_template_global(plan_title, "plan_title")


SEARCHES = "searches"
MOST_SEARCHES = 5
"""Names searched for lately, by an opaque word that may stand in an address: going back finds them again."""


@blueprint.get("/")
@signed_in
def my_work() -> AnyResponse | str:
    """What waits for whoever is signed in, by what they are."""
    actor = guards.actor()
    if wording.is_young_person(actor):
        return _my_plan()
    if not wording.sees_children(actor):
        return render_template("children/no_children.html", roles=sorted(actor.roles))
    work = work_of(actor, _number())
    if work.number > work.pages:
        abort(404)
    return render_template("children/my_work.html", work=work)


def _my_plan() -> str:
    """A young person's own page: their plan, what was agreed, who can see it."""
    found = load_own(guards.actor())
    if found is None:
        return render_template("children/my_plan.html", page=None, plan=None)
    page = _page_about(*found)
    plan = next(iter(page.entries.values()), None)
    return render_template(
        "children/my_plan.html",
        page=page,
        plan=plan,
        views=plan and plan.own_words,
        wishes=own_wishes(page.child, page.seen),
    )


@blueprint.get("/children")
@signed_in
def children() -> AnyResponse | str | tuple[str, int]:
    """The children this person may see, all or those a search found."""
    actor = guards.actor()
    if not wording.sees_children(actor):
        return redirect(url_for("children.my_work"), 303)
    token = request.args.get("find", "")
    asked = session.get(SEARCHES, {}).get(token, "")
    rows, found = children_list(actor, asked, _number())
    if found.number > found.pages:
        abort(404)
    return render_template(
        "children/list.html", form=SearchForm(formdata=None, q=asked), rows=rows, found=found, token=token
    )


@blueprint.post("/children")
@signed_in
def find_children() -> AnyResponse | tuple[str, int]:
    """Search by name. The name goes into the sealed cookie, never into an address or a log."""
    if not wording.sees_children(guards.actor()):
        return redirect(url_for("children.my_work"), 303)
    form = SearchForm()
    if not form.validate():
        return render_template("children/list.html", form=form, rows=[], found=None, token=""), 422
    if not form.q.data:
        return redirect(url_for("children.children"), 303)
    token = secrets.token_urlsafe(6)
    kept = [*session.get(SEARCHES, {}).items()][1 - MOST_SEARCHES :]
    session[SEARCHES] = {**dict(kept), token: form.q.data}
    return redirect(url_for("children.children", find=token), 303)


@blueprint.get("/children/<ref>")
@requires(Can.SEE_CHILD)
def child(ref: str) -> AnyResponse | str:
    """A child's page: who is around them, where they are, their plans and targets."""
    found = load_child(guards.actor(), ref)
    if found is None:
        abort(404)
    page = _page_about(*found)
    own = page.seen.ties == {Tie.YOUNG_PERSON}
    template = "children/about_me.html" if own else "children/child.html"
    return render_template(
        template,
        page=page,
        may_open=decide(page.seen, Can.OPEN_PEP),
        may_see_card=decide(page.seen, Can.SEE_CARD),
        may_reveal=decide(page.seen, Can.REVEAL),
        to_read=card_to_read(page.child, page.seen),
    )


def _page_about(child: Child, seen: Seen) -> ChildPage:
    """A page about one child: allowed, noted as looked at, and in its authority's words."""
    tie = or_403(decide(seen, Can.SEE_CHILD)).tie
    page = ChildPage(child, seen)
    audit.look(user_id=seen.actor.user_id, role=tie, child_id=child.id, pep_id=None, what="child")
    g.authority = authority_words(child.authority_id)
    g.acting_as = acting_as(seen.actor, tie, page.around)
    return page


def _number() -> int:
    """Which page of a list is asked for; the first when it is no number."""
    asked = request.args.get("page", "1")
    return int(asked) if asked.isdecimal() and 0 < len(asked) < 6 and int(asked) else 1
