"""The contact, collection and permission card: to read, and “I have read this”."""

from flask import abort, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from vsportal import audit, clock, wording
from vsportal.access import blueprint
from vsportal.access.card import card_of, confirm_card, readers_of
from vsportal.audit import By
from vsportal.children.identity import acting_as
from vsportal.children.pages import ChildPage
from vsportal.children.queries import authority_words, load_child
from vsportal.errors import OperationError
from vsportal.guards import actor, or_403, requires
from vsportal.policy import ACTS_AS, Can, decide


@blueprint.get("/children/<ref>/card")
@requires(Can.SEE_CARD)
def card(ref: str) -> str:
    """Who may collect a child, who must not get in touch, photographs, who decides. Never an address."""
    found = load_child(actor(), ref) or abort(404)
    child, seen = found
    tie = or_403(decide(seen, Can.SEE_CARD)).tie
    page, shown = ChildPage(child, seen), card_of(child.id, seen)
    audit.look(user_id=seen.actor.user_id, role=tie, child_id=child.id, pep_id=None, what="card")
    g.authority = authority_words(child.authority_id)
    g.acting_as = acting_as(seen.actor, tie, page.around)
    readings = readers_of(child.id, shown.mark) if shown and shown.mark else []
    return render_template(
        "access/card.html",
        page=page,
        card=shown,
        names=wording.spoken(child.called, child.pronouns),
        readings=readings,
        mine=next((r for r in readings if r.user_id == seen.actor.user_id), None),
        may_confirm=decide(seen, Can.CONFIRM_CARD),
        may_write=bool(seen.ties & ACTS_AS["social_worker"]),
        printed_at=clock.now(),
    )


@blueprint.post("/children/<ref>/card/read")
@requires(Can.CONFIRM_CARD)
def card_read(ref: str) -> AnyResponse:
    """“I have read this”, of the card as the page showed it."""
    found = load_child(actor(), ref) or abort(404)
    child, seen = found
    tie = or_403(decide(seen, Can.CONFIRM_CARD)).tie
    by = By(seen.actor.user_id, tie, child.authority_id)
    try:
        confirm_card(child, card_of(child.id, seen), by, mark=request.form.get("mark", ""))
        flash("Noted that you have read it. The social worker can see that.", "success")
    except OperationError as refused:
        flash(str(refused), "error")
    return redirect(url_for("access.card", ref=ref), 303)
