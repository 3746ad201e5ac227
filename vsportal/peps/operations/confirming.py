"""Saying that what was carried forward is still right: answer by answer, or all of a section at once."""

from collections.abc import Collection, Mapping

from vsportal.editions import answers
from vsportal.peps.loading import Sheet
from vsportal.peps.operations.finishing import close_section, what_is_missing
from vsportal.peps.operations.saving import Saved, by_of, is_writable, stamp_again


def confirm_answers(sheet: Sheet, keys: Collection[str], *, page: str) -> Saved:
    """“Still right”: these carried answers were checked and stand as they are.

    `keys`: leaves; a row (`field.row`) or a whole question stands for everything carried in it. What was
    not carried, was checked meanwhile or is not this person’s to write is passed over. `page`: the page’s
    random id. Gives back what was checked with its value; nothing when there was nothing to check.
    """
    asked_for = set(keys)
    checked = {
        key: sheet.row.answers.get(key)
        for key in sheet.row.carried
        if _named_by(key, asked_for) and is_writable(sheet, key)
    }
    if checked:
        stamp_again(sheet, checked, page, by_of(sheet))
    return Saved(kept=checked, marks={key: answers.mark(value) for key, value in checked.items()})


def confirm_unchanged(sheet: Sheet, tie: str = "", *, page: str = "") -> Mapping[str, str]:
    """“I have checked this, nothing else has changed”: check all that was carried and complete the section.

    As `complete_section`: when something is missing it gives that back (leaf → sentence) and does nothing
    at all. Two events tell it apart from completing alone: what was checked, then that it is complete.
    """
    missing = what_is_missing(sheet)
    if not missing:
        confirm_answers(sheet, list(sheet.row.carried), page=page)
        close_section(sheet, tie, unchanged=True)
    return missing


def _named_by(key: str, asked_for: Collection[str]) -> bool:
    """Whether a leaf, its answer, its row or its question is among these."""
    base = key.partition("~")[0]
    parts = base.split(".")
    return key in asked_for or any(".".join(parts[:n]) in asked_for for n in range(1, len(parts) + 1))
