"""What pages of access about one child begin with: the child, or 404; policy; the bar; the look."""

from dataclasses import dataclass

from flask import abort, g

from vsportal import audit, guards
from vsportal.audit import By
from vsportal.children.identity import Identity, acting_as, identity_of
from vsportal.children.queries import authority_words, load_child, people_around, places_of
from vsportal.guards import or_403
from vsportal.models import Child
from vsportal.policy import Can, Seen, decide


@dataclass(frozen=True)
class About:
    """A child, how the reader sees them, and by which tie they may do what they ask."""

    child: Child
    seen: Seen
    tie: str

    @property
    def by(self) -> By:
        """Who acts."""
        return By(self.seen.actor.user_id, self.tie, self.child.authority_id)


def about_child(ref: str, *cans: Can) -> About:
    """The child with this reference for whoever may do the first of these that they may; else 404 or 403."""
    found = load_child(guards.actor(), ref)
    if found is None:
        abort(404)
    child, seen = found
    decisions = [decide(seen, can) for can in cans]
    decision = next((d for d in decisions if d), decisions[-1])
    return About(child, seen, or_403(decision).tie)


def show(about: About, what: str) -> Identity:
    """Note that a page of the child's record is shown, in the authority's words; gives the bar at its top."""
    child, seen = about.child, about.seen
    audit.look(user_id=seen.actor.user_id, role=about.tie, child_id=child.id, pep_id=None, what=what)
    around = people_around([child.id], seen.actor.today).get(child.id, [])
    g.authority = authority_words(child.authority_id)
    g.acting_as = acting_as(seen.actor, about.tie, around)
    return identity_of(child, seen, around, places_of([child.id], seen.actor.today).get(child.id))
