"""What a section’s page says of sharing: what subject teachers said, and who completes what was lent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vsportal.filters import listed
from vsportal.policy import Can, Tie
from vsportal.sharing import queries
from vsportal.sharing.lines import asks_by_link, said_beside

if TYPE_CHECKING:
    from vsportal.peps.page import SectionPage


@dataclass(frozen=True)
class SharedOn:
    """Sharing as one section’s page shows it to one person."""

    said: Sequence[tuple[str, str, str]] = ()
    """What subject teachers said: teacher, subject, words."""
    may_ask: bool = False
    """Whether this person can ask a subject teacher for a line."""
    is_lent: bool = False
    """Whether this person writes here because the section was lent to them."""
    completed_by: str = ""
    """Who completes it, by name."""


def shared_on(page: SectionPage) -> SharedOn:
    """What to show on a section’s page: one statement where lines can be given away, else none."""
    sheet = page.sheet
    lent = Tie.DELEGATE in sheet.seen.ties and sheet.row.section_id in sheet.seen.sections
    writes = bool(sheet.sight.writable)
    teachers = listed((p.name for p in page.around if p.role == Tie.DESIGNATED_TEACHER), "or")
    asking = asks_by_link(sheet.asked, sheet.choice.season)
    links = queries.said_by_link(sheet.pep.id, sheet.row.section_id) if asking else []
    return SharedOn(
        said=said_beside(links, sheet),
        may_ask=bool(asking) and writes and bool(sheet.may(Can.LINK_ROW, sheet.subject)),
        is_lent=lent and writes and not page.may_complete,
        completed_by=teachers or "The designated teacher",
    )
