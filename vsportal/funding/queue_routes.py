"""PP+ requests, for everybody who has some to see: what to decide, what one asked for, what to pay."""

from __future__ import annotations

from flask import abort, g, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from vsportal import wording
from vsportal.funding import blueprint, queue
from vsportal.funding.queue import DECIDERS, STATES, VIEWS, Sieve
from vsportal.guards import actor, signed_in
from vsportal.models import Role
from vsportal.policy import Actor

Answer = AnyResponse | str | tuple[str, int]
ASKS = frozenset(
    {
        Role.DESIGNATED_TEACHER,
        Role.SOCIAL_WORKER,
        Role.TEAM_MANAGER,
        Role.CARER,
        Role.ADVISER,
        Role.HEAD,
    }
)
"""Who may have asked for something or proposed it; advisers and heads, for a child without a teacher."""


@blueprint.get("/requests")
@signed_in
def requests() -> Answer:
    """The requests there are for this person: a queue, their own, or what is to be paid."""
    from vsportal.funding import mine  # which imports the forms of requests

    who = actor()
    found = _queue(who)
    return render_template(
        "funding/queue.html",
        queue=found,
        sieve=_sieve(),
        views=VIEWS,
        states=STATES,
        deciders=DECIDERS,
        mine=mine.page(who) if who.roles & ASKS else None,
        to_pay=queue.to_pay(who) if Role.FINANCE in who.roles else None,
    )


def _queue(who: Actor) -> queue.Queue | None:
    """The list that was asked for; None for somebody who decides nothing."""
    if not queue.decides(who):
        return None
    number = _number()
    found = queue.queue_of(who, _sieve(), number)
    if number > found.pages:
        abort(404)
    role = Role.HEAD if Role.HEAD in who.roles else Role.ADVISER
    held = next(h for h in who.held if h.role == role)
    g.acting_as = wording.acting_as(role, title=held.title)
    return found


def _sieve() -> Sieve:
    """Which requests are asked for; what is unknown is no condition."""
    asked = request.args
    view, state, decider = (asked.get(key, "") for key in ("view", "state", "decider"))
    return Sieve(
        view=view if view in VIEWS else "waiting",
        state=state if state in STATES else "",
        decider=decider if decider in DECIDERS else "",
        fund=asked.get("fund", "")[:40],
        setting=asked.get("setting", "")[:24],
    )


def _number() -> int:
    """Which page is asked for; the first when it is no number."""
    asked = request.args.get("page", "1")
    return int(asked) if asked.isdecimal() and 0 < len(asked) < 6 and int(asked) else 1
