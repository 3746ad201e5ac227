"""Putting an earlier text back: a save like any other, which loses nothing that was written meanwhile."""

from __future__ import annotations

import secrets

from vsportal.editions.kinds import kind_of
from vsportal.editions.reading import Value
from vsportal.editions.schema import Leaf
from vsportal.errors import OperationError
from vsportal.peps.loading import Sheet
from vsportal.peps.operations.saving import Saved, save_draft


def restore_answer(sheet: Sheet, leaf: Leaf, value: Value, *, seen: str) -> Saved:
    """Put an earlier answer back at `leaf`; `seen`: the mark of what stood there when it was chosen.

    Gives a conflict, and changes nothing, when somebody has written there since. OperationError when the
    answer is not this person's to change.
    """
    if leaf.field.id not in sheet.sight.writable | sheet.sight.commentable:
        raise OperationError("This answer can no longer be changed here. Its history can still be read.")
    texts = (
        [str(v) for v in value] if isinstance(value, list) else [kind_of(leaf.spec).text(leaf.spec, value)]
    )
    page = f"restore{secrets.token_urlsafe(6)}"[:16]
    return save_draft(sheet, {leaf.key: texts}, marks={leaf.key: seen}, page=page)
