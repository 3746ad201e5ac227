"""“Show the address”: recorded before it is shown, for two minutes, on this page alone."""

from flask import abort, g, render_template

from vsportal import audit
from vsportal.access import blueprint
from vsportal.access.reveal import address_of
from vsportal.children.identity import acting_as
from vsportal.children.pages import ChildPage
from vsportal.children.queries import authority_words, load_child
from vsportal.fragments import wants_fragment
from vsportal.guards import actor, or_403, requires
from vsportal.policy import Can, decide


@blueprint.post("/children/<ref>/address")
@requires(Can.REVEAL)
def address(ref: str) -> str:
    """A child's address and telephone, with the look written down in the same transaction."""
    found = load_child(actor(), ref) or abort(404)
    child, seen = found
    tie = or_403(decide(seen, Can.REVEAL)).tie
    shown = address_of(child, seen)
    if shown is not None:
        audit.look(user_id=seen.actor.user_id, role=tie, child_id=child.id, pep_id=None, what="address")
    if wants_fragment():
        return render_template("access/_address_shown.html", child=child, shown=shown)
    page = ChildPage(child, seen)
    g.authority = authority_words(child.authority_id)
    g.acting_as = acting_as(seen.actor, tie, page.around)
    return render_template("access/address.html", page=page, child=child, shown=shown)
