"""In which form a child meets *My views*: with shorter questions or longer ones, as they like best."""

from __future__ import annotations

from vsportal import audit
from vsportal.audit import By
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.peps.loading import Sheet
from vsportal.policy import Tie

STAGES = ("simple", "full")
"""The forms there are to choose from. Each asks the same questions, so that no answer is left behind."""


def choose_stage(sheet: Sheet, stage: str) -> None:
    """Put the questions of a child's plan in another form; nothing answered is lost or hidden.

    OperationError when there is no such form, or it is not this person's to choose now.
    """
    if stage not in STAGES:
        raise OperationError("Choose the shorter or the longer questions.")
    if Tie.YOUNG_PERSON not in sheet.seen.ties or not sheet.sight.writable:
        raise OperationError("Only the young person chooses this, while the questions are open.")
    old = sheet.pep.stage
    if stage == old:
        return
    sheet.pep.stage = stage
    audit.record(
        db.session,
        By(sheet.seen.actor.user_id, Tie.YOUNG_PERSON, sheet.pep.authority_id),
        "pep:stage:chosen",
        sheet.row,
        child_id=sheet.child.id,
        authority_id=sheet.pep.authority_id,
        changes=[{"field": "stage", "label": "Form of My views", "kind": "one_of", "old": old, "new": stage}],
    )
