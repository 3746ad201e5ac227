"""Standing in for a social worker who is away: arranged by the manager, for weeks at most.

Meanwhile the worker's children are also those of whoever stands in (`ties`). Ends are the first day
on which it no longer holds; a page says the day before.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import aliased

from vsportal import audit, clock
from vsportal.audit import By
from vsportal.dated import hold_still, overlapping
from vsportal.editions.reading import day_words
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.models import Allocation, Cover, Membership, Role, User
from vsportal.ties import STANDS_IN, Actor, holds, is_cut

MOST_WEEKS = 12
"""Longer than that, the children are allocated to somebody else."""
DAY = timedelta(days=1)
NOT_TAKEN_BACK = Cover.ends_on > Cover.starts_on
"""A cover that was taken back before it began ends on the day on which it was to begin."""


@dataclass(frozen=True)
class Colleague:
    """Somebody of social care who can be covered or stand in."""

    id: int
    ref: str
    name: str
    words: str
    """“social worker”, “team manager”."""
    authority_id: int


@dataclass(frozen=True)
class Covered:
    """One cover as a list shows it."""

    row: Cover
    ref: str
    worker: str
    by: str

    @property
    def last_day(self) -> date:
        """The last day on which it holds."""
        return max(self.row.ends_on - DAY, self.row.starts_on)

    @property
    def is_coming(self) -> bool:
        """Whether it has not begun."""
        return self.row.starts_on > clock.today()


# Arranging ----------------------------------------------------------------------------------------------


def arrange_cover(by: By, worker: Colleague, covered_by: Colleague, starts_on: date, ends_on: date) -> Cover:
    """Let somebody stand in for a worker from a day until a day.

    `by`: the manager of the worker's team, for the worker's authority. `ends_on`: the first day on which
    it no longer holds. OperationError for a time that is past, too long or taken, and for oneself.
    """
    if worker.id == covered_by.id:
        raise OperationError(f"Select somebody else: {worker.name} cannot stand in for themselves.")
    if worker.authority_id != covered_by.authority_id:
        raise OperationError(f"{covered_by.name} works for another authority. Select a colleague.")
    _is_a_time(starts_on, ends_on)
    for number in sorted((worker.id, covered_by.id)):
        hold_still(db.session.get_one(User, number))
    _is_free(worker, covered_by, starts_on, ends_on)
    cover = Cover(
        authority_id=worker.authority_id,
        worker_id=worker.id,
        covered_by_id=covered_by.id,
        made_by_id=by.user_id,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    db.session.add(cover)
    db.session.flush()
    change = _change(f"Stands in for {worker.name}", "", f"{covered_by.name}, {_from_until(cover)}")
    audit.record(
        db.session, by, "team:cover:arranged", cover, authority_id=cover.authority_id, changes=[change]
    )
    return cover


def end_cover(by: By, cover: Cover) -> None:
    """End a cover today, or take back one that has not begun; OperationError when it is over.

    Who stood in sees the worker's children no more, from their next request on.
    """
    today = clock.today()
    hold_still(cover)
    db.session.refresh(cover)
    if cover.ends_on <= max(today, cover.starts_on):
        raise OperationError("This cover has ended already.")
    was = day_words(cover.ends_on - DAY)
    cover.ends_on = max(today, cover.starts_on)
    change = _change("Last day", was, day_words(today))
    audit.record(db.session, by, "team:cover:ended", cover, authority_id=cover.authority_id, changes=[change])


def _is_a_time(starts_on: date, ends_on: date) -> None:
    """Refuse days that are past, in the wrong order, or too many; OperationError."""
    if starts_on < clock.today():
        raise OperationError("Enter a first day from today on.")
    if ends_on <= starts_on:
        raise OperationError("Enter a last day that is not before the first.")
    latest = starts_on + timedelta(weeks=MOST_WEEKS)
    if ends_on > latest:
        raise OperationError(
            f"Enter a last day within {MOST_WEEKS} weeks, at most {day_words(latest - DAY)}. "
            "For longer, the children are given another worker."
        )


def _is_free(worker: Colleague, covered_by: Colleague, starts_on: date, ends_on: date) -> None:
    """Refuse a second cover of the same worker, and somebody who is away then; OperationError."""
    if there := overlapping(Cover, starts_on, ends_on, Cover.worker_id == worker.id, NOT_TAKEN_BACK):
        raise OperationError(
            f"{worker.name} is covered {_from_until(there)} already. End that first, or enter other days."
        )
    if there := overlapping(Cover, starts_on, ends_on, Cover.worker_id == covered_by.id, NOT_TAKEN_BACK):
        raise OperationError(
            f"{covered_by.name} is away {_from_until(there)} and cannot stand in. Select somebody else."
        )
    if there := overlapping(Cover, starts_on, ends_on, Cover.covered_by_id == worker.id, NOT_TAKEN_BACK):
        raise OperationError(
            f"{worker.name} stands in for somebody else {_from_until(there)}. Give that to another first."
        )


def _from_until(cover: Cover) -> str:
    """“from 3 November 2026 until 14 November 2026”, the last day among them."""
    return f"from {day_words(cover.starts_on)} until {day_words(cover.ends_on - DAY)}"


def _change(label: str, old: str, new: str) -> dict[str, str]:
    return {"field": "cover", "label": label, "kind": "text", "old": old, "new": new}


# Reading ------------------------------------------------------------------------------------------------


def team_workers(teams: Collection[int], today: date) -> list[Colleague]:
    """The social workers of these teams today, by name: one statement."""
    mine = _colleagues(today).where(
        Membership.role == str(Role.SOCIAL_WORKER), Membership.team_id.in_(list(teams))
    )
    return _each_once(mine)


def can_stand_in(authorities: Collection[int], today: date) -> list[Colleague]:
    """The social workers and managers of these authorities today, by name: one statement."""
    roles = sorted(str(role) for role in STANDS_IN)
    return _each_once(
        _colleagues(today).where(Membership.role.in_(roles), Membership.authority_id.in_(list(authorities)))
    )


def covers_of(workers: Collection[int], today: date) -> list[Covered]:
    """Covers of these workers that run or are to come, the earliest first: one statement."""
    worker, by = aliased(User), aliased(User)
    rows = db.session.execute(
        select(Cover, worker.name, by.name)
        .join(worker, worker.id == Cover.worker_id)
        .join(by, by.id == Cover.covered_by_id)
        .where(Cover.worker_id.in_(list(workers)), Cover.ends_on > today, NOT_TAKEN_BACK)
        .order_by(Cover.starts_on, worker.name, Cover.id)
    )
    return [Covered(row, row.ref, of, who) for row, of, who in rows]


def covered_for(child_id: int, today: date) -> Mapping[int, tuple[str, date]]:
    """Who stands in for a child's worker today and until which day, by the worker: one statement.

    Not somebody whose sight of the child was ended by hand: they do not stand in here.
    """
    rows = db.session.execute(
        select(Cover.worker_id, User.name, Cover.ends_on)
        .join(User, User.id == Cover.covered_by_id)
        .join(Allocation, Allocation.user_id == Cover.worker_id)
        .where(
            Allocation.child_id == child_id,
            Allocation.role == str(Role.SOCIAL_WORKER),
            holds(Allocation.starts_on, Allocation.ends_on, today),
            holds(Cover.starts_on, Cover.ends_on, today),
            ~is_cut(child_id, User.id),
        )
    )
    return {worker_id: (name, ends_on - DAY) for worker_id, name, ends_on in rows}


def stood_in_for(actor: Actor) -> Mapping[int, tuple[str, date]]:
    """For whom this person stands in today and until which day, by child; one statement, if they can.

    Not where they are the child's own worker too.
    """
    if not actor.roles & STANDS_IN:
        return {}
    own = aliased(Allocation)
    rows = db.session.execute(
        select(Allocation.child_id, User.name, Cover.ends_on)
        .join(Cover, Cover.worker_id == Allocation.user_id)
        .join(User, User.id == Cover.worker_id)
        .where(
            Cover.covered_by_id == actor.user_id,
            holds(Cover.starts_on, Cover.ends_on, actor.today),
            Allocation.role == str(Role.SOCIAL_WORKER),
            holds(Allocation.starts_on, Allocation.ends_on, actor.today),
            ~exists().where(
                own.child_id == Allocation.child_id,
                own.user_id == actor.user_id,
                own.role == str(Role.SOCIAL_WORKER),
                holds(own.starts_on, own.ends_on, actor.today),
            ),
        )
    )
    return {child_id: (name, ends_on - DAY) for child_id, name, ends_on in rows}


def _colleagues(today: date) -> Select[*tuple[object, ...]]:
    return (
        select(User.id, User.ref, User.name, Membership.role, Membership.authority_id)
        .join(Membership, Membership.user_id == User.id)
        .where(
            holds(Membership.starts_on, Membership.ends_on, today),
            User.active,
            Membership.authority_id.is_not(None),
        )
        .order_by(User.name, User.id, Membership.role)
    )


def _each_once(query: Select[*tuple[object, ...]]) -> list[Colleague]:
    found: dict[int, Colleague] = {}
    rows: Sequence[tuple[int, str, str, str, int]] = db.session.execute(query).all()  # type: ignore[assignment]
    for number, ref, name, role, authority_id in rows:
        found.setdefault(number, Colleague(number, ref, name, role.replace("_", " "), authority_id))
    return list(found.values())
