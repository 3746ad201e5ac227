"""Names as people write them, as they are looked for, and as they stand on a classroom screen.

Both databases compare the stored key, never the name: `ILIKE` means different things on each.
"""

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_hidden: ContextVar[bool] = ContextVar("names_hidden", default=False)


def sort_key(*names: str) -> str:
    """One key for sorting and searching: “Élodie O’Neill” → “elodie o'neill”."""
    text = " ".join(n.strip() for n in names if n and n.strip()).replace("’", "'")
    kept = (c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join("".join(kept).casefold().split())


def child_key(first_name: str, last_name: str, known_as: str) -> str:
    """A child's key: last name first, so that lists sort as a register does."""
    return sort_key(last_name, known_as or first_name, first_name if known_as else "")


# On a classroom screen ----------------------------------------------------------------------------------


def hide(hidden: bool) -> None:
    """From here to the end of this request, show initials instead of children's names, or the names."""
    _hidden.set(hidden)


@contextmanager
def plainly() -> Iterator[None]:
    """Inside, names are as they are, whatever the screen shows: for what is kept or printed."""
    token = _hidden.set(False)
    try:
        yield
    finally:
        _hidden.reset(token)


def shown(first: str, last: str = "") -> str:
    """A child's name as it is shown now: “Amira Belhadj”, or “A. B.” while names are hidden (rule 14)."""
    parts = [name.strip() for name in (first, last) if name.strip()]
    return " ".join(f"{p[0].upper()}." for p in parts) if _hidden.get() else " ".join(parts)
