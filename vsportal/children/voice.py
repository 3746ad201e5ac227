"""What a child says, for the head of their page: their newest words that the reader may read.

Read question by question through `policy`, as on the plan's own pages.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Select, select

from vsportal import editions
from vsportal.editions.schema import Occasion, Phase, Season, Stage
from vsportal.extensions import db
from vsportal.filters import day
from vsportal.models import Pep, PepSection, PepState
from vsportal.policy import Seen, Subject, may_read

SAID_IN = "my_views"
LOOKED_AT = 3
"""Plans looked through: older words are no longer what the child says."""


@dataclass(frozen=True)
class Voice:
    """A child's own words, and when they were said."""

    text: str
    about: str


def voice_of(child_id: int, seen: Seen) -> Voice | None:
    """The newest of a child's words that this person may read: one statement. None when there are none."""
    return next((voice for row in _said(child_id) if (voice := _voice(row, seen))), None)


def voices_of(seen: Mapping[int, Seen]) -> dict[int, Voice]:
    """The same for many children, by number, each as the reader sees them: one statement, none for none."""
    if not seen:
        return {}
    looked_through: dict[int, int] = defaultdict(int)
    found: dict[int, Voice] = {}
    for row in _said_by(list(seen)):
        child_id = row.child_id
        looked_through[child_id] += 1
        if child_id in found or looked_through[child_id] > LOOKED_AT:
            continue
        if voice := _voice(row, seen[child_id]):
            found[child_id] = voice
    return found


def _voice(row: Any, seen: Seen) -> Voice | None:
    """What one plan holds of the child's words for this reader."""
    if (found := _readable(row, seen)) is None:
        return None
    text, helper = found
    return Voice(text, f"{day(row.changed_at)}, in My views{f', with {helper} helping' if helper else ''}")


def _readable(row: Any, seen: Seen) -> tuple[str, str] | None:
    """The first of the opening answers that the reader may read, and who helped; None when there is none."""
    from vsportal.peps import beside  # plans import who is around a child from here
    from vsportal.peps.overview import OPENING_WORDS

    choice = editions.Choice(
        cast(Phase, row.phase),
        cast(Season, row.term_key.rpartition("-")[2]),
        cast(Occasion, row.occasion),
        row.nc_year,
        cast(Stage, row.stage),
    )
    asked = editions.asked(row.edition, SAID_IN, choice)
    it = Subject(pep_state=row.state, section_id=SAID_IN, owner=row.owner, status=row.status)

    def reads(name: str) -> bool:
        question = asked.by_id.get(name) if asked else None
        return question is not None and may_read(seen, question, it, row.readers.get(name))

    for name in OPENING_WORDS:
        if isinstance(text := row.answers.get(name), str) and reads(name):
            return text, beside.helper_of(row.answers) if reads(beside.WHO) else ""
    return None


def _said(child_id: int) -> Sequence[Any]:
    """What the child has written in their newest plans."""
    return db.session.execute(_query([child_id]).limit(LOOKED_AT)).all()


def _said_by(child_ids: Sequence[int]) -> Sequence[Any]:
    """What these children have written, each one's newest plan first."""
    return db.session.execute(_query(child_ids)).all()


def _query(child_ids: Sequence[int]) -> Select[*tuple[Any, ...]]:
    """The answers of *My views* that were given, with what says who reads them."""
    return (
        select(
            Pep.child_id,
            Pep.edition,
            Pep.phase,
            Pep.term_key,
            Pep.occasion,
            Pep.nc_year,
            Pep.stage,
            Pep.state,
            PepSection.owner,
            PepSection.status,
            PepSection.answers,
            PepSection.readers,
            PepSection.changed_at,
        )
        .join(PepSection, PepSection.pep_id == Pep.id)
        .where(
            Pep.child_id.in_(child_ids),
            Pep.state != PepState.CANCELLED,
            PepSection.section_id == SAID_IN,
            PepSection.changed_at.is_not(None),
        )
        .order_by(Pep.opened_on.desc(), Pep.id.desc())
    )
