"""What the plans that are being opened take over from each child's last plan: read once for all of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

from sqlalchemy import Row, func, or_, select

from vsportal import editions
from vsportal.editions import carrying
from vsportal.editions.reading import Value
from vsportal.editions.schema import Asked, Occasion, Phase, Season, Stage
from vsportal.extensions import db
from vsportal.models import Home, Pep, PepSection, PepState


@dataclass(frozen=True)
class Start:
    """With what a section of a new plan begins: columns of `PepSection`."""

    answers: Mapping[str, Value] = field(default_factory=dict)
    carried: Mapping[str, str] = field(default_factory=dict)
    readers: Mapping[str, Any] = field(default_factory=dict)
    household_id: int | None = None


@dataclass(frozen=True)
class Last:
    """A child's last plan: its number, its term, its form and its sections."""

    pep_id: int
    term_key: str
    asked: tuple[Asked, ...]
    sections: Mapping[str, Row[Any]]
    """By section: answers, readers, carried, household_id."""
    household_id: int | None
    """The home the child lives in now."""

    def start_of(self, asked: Asked, term_key: str) -> Start:
        """With what a section of the plan for `term_key` begins.

        What a carer wrote is theirs: it is carried while the child lives in their home, and with it that
        only this home reads it. An answer that nobody had checked since keeps the term it is from.
        """
        ours = {name: row for name, row in self.sections.items() if self._is_of_this_home(row)}
        found = carrying.carried(
            self.asked,
            {name: row.answers for name, row in ours.items()},
            asked,
            same_year=_year(self.term_key) == _year(term_key),
        )
        if not found:
            return Start()
        homes = {ours[name].household_id for name in {each.section for each in found.values()}} - {None}
        return Start(
            answers={key: each.value for key, each in found.items()},
            carried={
                key: ours[each.section].carried.get(each.key, self.term_key)
                for key, each in carrying.to_check(found).items()
            },
            readers=_readers(found, ours),
            household_id=next(iter(homes)) if asked.owner == "carer" and homes else None,
        )

    def _is_of_this_home(self, row: Row[Any]) -> bool:
        return row.household_id is None or row.household_id == self.household_id


def _readers(found: Mapping[str, carrying.Carried], sections: Mapping[str, Row[Any]]) -> dict[str, Any]:
    """Who else may read an answer goes with it, so that it is never read by more people than before."""
    readers: dict[str, Any] = {}
    if not any(row.readers for row in sections.values()):
        return readers
    for key, each in found.items():
        kept = sections[each.section].readers
        before = each.key.partition("~")[0].partition(".")[0]
        if kept and before in kept:
            readers[key.partition("~")[0].partition(".")[0]] = kept[before]
    return readers


def _year(term_key: str) -> str:
    """The school year of a term: “2026-27” of “2026-27-autumn”."""
    return term_key.rpartition("-")[0]


def form_of(pep: Pep | Row[Any]) -> tuple[Asked, ...]:
    """The sections of a plan, by what its row says of its form."""
    season = pep.term_key.rpartition("-")[2]
    choice = editions.Choice(
        cast(Phase, pep.phase),
        cast(Season, season),
        cast(Occasion, pep.occasion),
        pep.nc_year,
        cast(Stage, pep.stage),
    )
    return editions.all_asked(pep.edition, choice)


def last_plans(child_ids: Collection[int], on: date) -> dict[int, Last]:
    """The last plan of each child that was opened up to a day and not cancelled: three statements."""
    order = func.row_number().over(partition_by=Pep.child_id, order_by=(Pep.opened_on.desc(), Pep.id.desc()))
    plans = (
        select(
            Pep.id, Pep.child_id, Pep.term_key, Pep.edition, Pep.phase, Pep.occasion, Pep.nc_year, Pep.stage,
            order.label("place"),
        )
        .where(Pep.child_id.in_(child_ids), Pep.state != PepState.CANCELLED, Pep.opened_on <= on)
        .subquery()
    )  # fmt: skip
    latest = db.session.execute(select(plans).where(plans.c.place == 1)).all()
    if not latest:
        return {}
    sections = _sections([row.id for row in latest])
    homes = _homes(child_ids, on)
    return {
        row.child_id: Last(
            row.id, row.term_key, form_of(row), sections.get(row.id, {}), homes.get(row.child_id)
        )
        for row in latest
    }


def _sections(pep_ids: Sequence[int]) -> dict[int, dict[str, Row[Any]]]:
    found: dict[int, dict[str, Row[Any]]] = {}
    for row in db.session.execute(
        select(
            PepSection.pep_id,
            PepSection.section_id,
            PepSection.answers,
            PepSection.readers,
            PepSection.carried,
            PepSection.household_id,
        ).where(PepSection.pep_id.in_(pep_ids))
    ):
        found.setdefault(row.pep_id, {})[row.section_id] = row
    return found


def _homes(child_ids: Collection[int], on: date) -> dict[int, int | None]:
    """The household each child lives in on a day."""
    rows = db.session.execute(
        select(Home.child_id, Home.household_id).where(
            Home.child_id.in_(child_ids),
            Home.starts_on <= on,
            or_(Home.ends_on.is_(None), Home.ends_on > on),
        )
    )
    return {row.child_id: row.household_id for row in rows}
