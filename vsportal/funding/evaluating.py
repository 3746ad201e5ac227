"""What a request's money did, said at the next plan; what is left of it comes back. Operations."""

from __future__ import annotations

from vsportal import clock
from vsportal.audit import By
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.filters import pence as in_pounds
from vsportal.funding import ledger
from vsportal.funding.asking import change, note, whole
from vsportal.funding.loading import Ask
from vsportal.models import FundingRequest, RequestState
from vsportal.workflow import Act, NotPossible, apply

EFFECTS = {"none": "None", "some": "Some", "significant": "Significant"}
MOST_WORDS = 2000


def evaluate(ask: Ask, by: By, effect: str, words: str, unspent: int) -> None:
    """Say which difference the money made and how much of it is left, in pence; that comes back.

    `unspent` counts all that was not spent: what came back before (the child moved) is in it.
    """
    request, words = ask.request, words.strip()
    if request.state != RequestState.PAID:
        raise OperationError("What it did can be said once it has been paid, and only once.")
    if effect not in EFFECTS:
        raise OperationError("Select the difference it made.")
    if not words:
        raise OperationError("Say how you know.")
    before = request.unspent_pence or 0
    if not before <= unspent <= (request.approved_pence or 0):
        raise OperationError(
            f"Enter between {in_pounds(before)} and {in_pounds(request.approved_pence)} as not spent."
        )
    with whole(request):
        _claim(
            request,
            effect=effect,
            effect_words=words[:MOST_WORDS],
            unspent_pence=unspent,
            evaluated_at=clock.now(),
        )
        if unspent > before:
            ledger.return_unspent(request, by, unspent - before)
        changes = [
            change("Difference it made", EFFECTS[effect], field="effect"),
            change("Not spent", in_pounds(unspent), field="unspent"),
        ]
        note(by, "funding:request:evaluated", request, changes)


def _claim(request: FundingRequest, **columns: object) -> None:
    """Move it on, once."""
    try:
        apply(db.session, request, Act.EVALUATE, **columns)
    except NotPossible as error:
        raise OperationError("Somebody has said this meanwhile.") from error
