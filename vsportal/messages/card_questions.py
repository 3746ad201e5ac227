"""What of a plan stands on the contact, collection and permission card, and who is asked to read it.

Named once, for the card itself and for what follows from a change of it. Imports nothing that imports it.
"""

from collections.abc import Iterable

from vsportal.ties import Tie

SECTION = "my_details"
QUESTIONS = (
    "may_collect",
    "restrictions",
    "must_not",
    "online_contact",
    "photographs",
    "delegated",
    "secret_address",
)
"""What of *My details* stands on the card."""
READERS = frozenset({Tie.DESIGNATED_TEACHER, Tie.SAFEGUARDING_LEAD})
"""Who is asked to read it (who-sees-what.md, rule 3)."""


def is_on_the_card(keys: Iterable[str]) -> bool:
    """Whether any of these leaves of *My details* stands on the card."""
    return any(key.partition(".")[0].partition("~")[0] in QUESTIONS for key in keys)
