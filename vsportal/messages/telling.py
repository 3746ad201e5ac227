"""What a mail may say: that something waits, never whom it is about (who-sees-what.md, rule 8). Pure.

A subject is one of a few sentences that are the same for everybody. A text is refused when it holds
the child's name, initials or school, or the word PEP.
"""

import re
from collections.abc import Iterable
from typing import Protocol

SUBJECTS: frozenset[str] = frozenset(
    {
        "A plan is waiting",
        "Something to read is waiting",
        "Something to write is waiting",
        "Something to decide is waiting",
        "Education meeting",
    }
)
"""Every subject a mail may have; it stands on locked screens and in shared mailboxes."""


class Named(Protocol):
    """A child, as far as a mail could give them away."""

    first_name: str
    last_name: str
    known_as: str


def gives_away(text: str, child: Named | None = None, schools: Iterable[str] = ()) -> str:
    """What in this text says whom it is about: “the word PEP”, “the child’s name” …; empty when nothing.

    Names are looked for as they are written, and in capitals: “May” is a name and “may” is not.
    """
    if re.search(r"\bPEPs?\b", text, re.IGNORECASE):
        return "the word PEP"
    if any(_holds(text, school) for school in schools):
        return "the child’s school"
    if child is None:
        return ""
    called = (child.first_name, child.last_name, child.known_as)
    if any(_holds(text, name) for name in called):
        return "the child’s name"
    firsts = {name[0].upper() for name in (child.first_name, child.known_as) if name}
    last = child.last_name[:1].upper()
    initials = (rf"(?<!\w){re.escape(first)}\.?\s?{re.escape(last)}(?!\w)" for first in firsts if last)
    return "the child’s initials" if any(re.search(p, text) for p in initials) else ""


def _holds(text: str, name: str) -> bool:
    """Whether a name stands in a text by itself, as written or in capitals."""
    words = (name.strip(), name.strip().upper())
    return any(w and re.search(rf"(?<!\w){re.escape(w)}(?!\w)", text) for w in words)
