"""What a target's card says already, for the request that pays for it; and what the next plan says of it.

The questions they come from are named here once; the answers are read as they are kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from vsportal.extensions import db
from vsportal.funding.amounts import LONGEST, Costed
from vsportal.models import FundingRequest, Pep, PepSection, PepState, Target
from vsportal.models.funding import MOST_PENCE
from vsportal.peps.projection import PREVIOUS, TARGETS

NEEDS, BUYS, WHO, HOW_OFTEN, STARTS, ENDS = "why", "how", "who", "frequency", "starts_on", "by_when"
MEASURE, AMOUNT = "measure", "pp_amount"
EFFECT, EVIDENCE, UNSPENT = "pp_effect", "evidence", "pp_unspent"


@dataclass(frozen=True)
class Start:
    """A request as it begins."""

    need: str = ""
    buying: str = ""
    delivered_by: str = ""
    measure: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    line: Costed | None = None


@dataclass(frozen=True)
class Effect:
    """What the plan after it says of the money."""

    effect: str = ""
    words: str = ""
    unspent_pence: int | None = None


def prefilled(pep: Pep | None, target: Target | None) -> Start:
    """What the target's card says: one statement, none without a target."""
    if pep is None or target is None:
        return Start()
    card = f"{TARGETS}.{target.row}."
    given = _answers(pep.id)

    def cell(name: str) -> str:
        value = given.get(card + name)
        return value.strip() if isinstance(value, str) else ""

    starts, ends = _date(cell(STARTS)), target.by_when
    buying = cell(BUYS)
    return Start(
        need=cell(NEEDS)[:2000] or target.outcome[:2000],
        buying=", ".join(w for w in (buying.rstrip("."), _within(cell(HOW_OFTEN))) if w)[:1000],
        delivered_by=(cell(WHO) or target.who)[:200],
        measure=(cell(MEASURE) or target.measure)[:500],
        starts_on=starts,
        ends_on=ends if not (starts and ends and ends < starts) else None,
        line=_line(buying, target.amount_pence),
    )


def _within(words: str) -> str:
    """Words that go on a sentence: “Each Monday” as “each Monday”, “1:1” and “TA time” as they are."""
    return words[:1].lower() + words[1:] if words[1:2].islower() else words


def _line(what: str, pence: int | None) -> Costed | None:
    """The amount on the card as the first line."""
    if not pence or pence > MOST_PENCE:
        return None
    return Costed(" ".join(what.split())[:LONGEST], 100, "", pence)


def effect_told(request: FundingRequest) -> Effect:
    """What the plan after it says of the difference the money made: one statement, none without a target."""
    if request.target_id is None:
        return Effect()
    row = db.session.execute(
        select(PepSection.answers, Target.ref)
        .join(Pep, Pep.id == PepSection.pep_id)
        .join(Target, Target.id == request.target_id)
        .where(
            Pep.child_id == request.child_id,
            Pep.id != Target.pep_id,
            Pep.state != PepState.CANCELLED,
            PepSection.section_id == TARGETS,
        )
        .order_by(Pep.opened_on.desc(), Pep.id.desc())
        .limit(1)
    ).first()
    if row is None:
        return Effect()
    given: Mapping[str, Any] = row.answers
    told = given.get(f"{PREVIOUS}.{row.ref}.{EFFECT}")
    words, unspent = given.get(f"{PREVIOUS}.{row.ref}.{EVIDENCE}"), given.get(UNSPENT)
    return Effect(
        told if told in ("none", "some", "significant") else "",
        words if isinstance(words, str) else "",
        unspent if isinstance(unspent, int) and not isinstance(unspent, bool) else None,
    )


def _answers(pep_id: int) -> Mapping[str, Any]:
    """What the plan's section of targets holds."""
    found = db.session.scalar(
        select(PepSection.answers).where(PepSection.pep_id == pep_id, PepSection.section_id == TARGETS)
    )
    return found or {}


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
