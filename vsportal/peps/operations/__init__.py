"""What can be done to a plan: open it, save in it, finish with it. Verbs; they never commit."""

from vsportal.peps.operations.choosing import choose_readers
from vsportal.peps.operations.confirming import confirm_answers, confirm_unchanged
from vsportal.peps.operations.finishing import (
    complete_section,
    reopen_section,
    submit_part,
    what_is_missing,
)
from vsportal.peps.operations.opening import AlreadyOpen, Opening, open_pep, open_peps
from vsportal.peps.operations.saving import Saved, add_row, first_look, remove_row, save_draft
from vsportal.peps.operations.staging import STAGES, choose_stage

__all__ = [
    "STAGES",
    "AlreadyOpen",
    "Opening",
    "Saved",
    "add_row",
    "choose_readers",
    "choose_stage",
    "complete_section",
    "confirm_answers",
    "confirm_unchanged",
    "first_look",
    "open_pep",
    "open_peps",
    "remove_row",
    "reopen_section",
    "save_draft",
    "submit_part",
    "what_is_missing",
]
