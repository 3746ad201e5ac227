"""The criteria by which a section will be rated, beside it while its owner writes.

Told to those who are told how their part was rated; never to a child or a carer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vsportal import clock
from vsportal.policy import Can, Subject
from vsportal.reviews.schemes import GRADES, in_force

if TYPE_CHECKING:
    from vsportal.peps.page import SectionPage


@dataclass(frozen=True)
class Looked:
    """What one grade takes."""

    grade: str
    word: str
    criterion: str


def criteria_beside(page: SectionPage) -> Sequence[Looked]:
    """What each grade of this section takes, for whoever writes it now; nothing for anybody else.

    One statement, and none where there is nothing to write or nobody to tell.
    """
    sheet = page.sheet
    told = Subject(pep_state=sheet.pep.state, part=sheet.row.part)
    if not (sheet.row.part and sheet.sight.writable and sheet.may(Can.SEE_RATINGS, told)):
        return ()
    kept = in_force(sheet.pep.authority_id, clock.today()).scheme
    sect = kept.sect(sheet.row.section_id)
    return [Looked(g, kept.word(g), sect.criteria.of(g)) for g in GRADES] if sect else ()
