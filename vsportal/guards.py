"""How a route says who may call it; a route that says nothing is found by a test.

`@public`, `@signed_in` and `@requires(…)` are the only marks. `requires(Can.…)` names the permission the
view asks of `policy.decide` once it has loaded what it is about, `requires(Office.…)` the office held.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import abort
from flask_login import current_user, login_required

from vsportal.offices import Office, offices
from vsportal.policy import Can, Decision

View = Callable[..., Any]


def public(view: View) -> View:
    """Anybody may call it; it shows nothing about anybody."""
    view.permission = "public"  # type: ignore[attr-defined]
    return view


def signed_in(view: View) -> View:
    """Anybody who is signed in; it shows only what is theirs."""
    guarded = login_required(view)
    guarded.permission = "signed_in"
    return guarded  # type: ignore[no-any-return]


def requires(can: Can | Office) -> Callable[[View], View]:
    """Signed in, and `policy.decide` asked for this permission by the view.

    An office is asked for here: whoever holds it nowhere gets the same 404 as for an address there is not.
    """

    def mark(view: View) -> View:
        @wraps(view)
        @login_required
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if isinstance(can, Office) and not offices(actor(), can):
                abort(404)
            return view(*args, **kwargs)

        guarded.permission = can  # type: ignore[attr-defined]
        return guarded

    return mark


def actor() -> Any:
    """The person who acts in this request."""
    return current_user.actor


def or_403(decision: Decision) -> Decision:
    """Go on when allowed; else an error whose page gives the reason."""
    if not decision:
        abort(403, description=decision.reason)
    return decision
