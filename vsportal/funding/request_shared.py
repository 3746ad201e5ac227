"""What the views of requests share: loading or 404, who acts, the look, the words a page is in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import abort, g
from werkzeug.wrappers import Response as AnyResponse

from vsportal import audit, guards
from vsportal.audit import By
from vsportal.children.identity import acting_as
from vsportal.children.queries import Around
from vsportal.funding.loading import Ask, load_request
from vsportal.models import Child
from vsportal.policy import ORDER, Can, Decision, Seen
from vsportal.wording import AuthorityWords

Answer = AnyResponse | str | tuple[str, int]


def load(ref: str, *, lock: bool = False) -> Ask:
    """The request, for those who may see requests of this child; the same 404 for everybody else."""
    ask = load_request(guards.actor(), ref, lock=lock)
    if ask is None or not ask.may(Can.SEE_REQUEST):
        abort(404)
    return ask


def by_of(ask: Ask, decision: Decision) -> By:
    """Who acts, by the tie that allows it."""
    return By(ask.seen.actor.user_id, decision.tie, ask.request.authority_id)


@dataclass(frozen=True)
class Shown:
    """Whose page is shown, and what of it."""

    child: Child
    seen: Seen
    authority: AuthorityWords
    pep_id: int | None
    what: str


def looked(page: Shown, around: Iterable[Around]) -> None:
    """Record that this page of the child's record is shown; the page is in its authority's words."""
    tie = next(t for t in ORDER if t in page.seen.ties)
    g.acting_as = acting_as(page.seen.actor, tie, around)
    g.authority = page.authority
    audit.look(
        user_id=page.seen.actor.user_id,
        role=tie,
        child_id=page.child.id,
        pep_id=page.pep_id,
        what=page.what,
    )


def looked_at(ask: Ask, around: Iterable[Around]) -> None:
    """The same of one request."""
    looked(Shown(ask.child, ask.seen, ask.authority, ask.request.pep_id, "request"), around)
