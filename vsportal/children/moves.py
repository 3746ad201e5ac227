"""A child moves: to another home, school or worker, the old one ending on the day the new one begins.

Each is one act, so that there is no day on which nobody sees the child, and none on which both do.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from vsportal import clock
from vsportal.audit import By
from vsportal.children import operations
from vsportal.children.home_sections import hand_on
from vsportal.dated import hold_still
from vsportal.editions.reading import day_words
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.models import Allocation, Child, Enrolment, Home, Household, School, User
from vsportal.wording import role_words


def move_home(
    by: By,
    child: Child,
    household: Household | None,
    *,
    placement_code: str,
    starts_on: date,
    in_area: bool = True,
    address_secret: bool = False,
) -> Home:
    """The child lives somewhere else from a day on, at the latest today; the home before ends that day.

    What the old home had begun in *At home* and not completed makes room for the new one (`hand_on`).
    """
    _not_ahead(starts_on)
    hold_still(child)
    before = _open(Home, starts_on, f"{child.called} lives in the present home", Home.child_id == child.id)
    for home in before:
        operations.leave_home(by, child, home, ends_on=starts_on)
    moved = operations.place(
        by,
        child,
        household,
        placement_code=placement_code,
        starts_on=starts_on,
        in_area=in_area,
        address_secret=address_secret,
    )
    for home in before:
        if home.household_id is not None and home.household_id != moved.household_id:
            hand_on(by, child, home.household_id)
    return moved


def end_home(by: By, child: Child, home: Home, *, ends_on: date) -> None:
    """The child leaves a home and no new one is known yet; at the latest today."""
    _not_ahead(ends_on)
    operations.leave_home(by, child, home, ends_on=ends_on)
    if home.household_id is not None:
        hand_on(by, child, home.household_id)


def change_worker(by: By, child: Child, user: User, role: str, *, starts_on: date) -> Allocation:
    """Somebody else is the child's social worker, adviser or reviewer from a day on."""
    hold_still(child)
    before = _open(
        Allocation,
        starts_on,
        f"{child.called} has the present {role_words(role)}",
        Allocation.child_id == child.id,
        Allocation.role == role,
    )
    if any(allocation.user_id == user.id for allocation in before):
        raise OperationError(f"{user.name} is {role_words(role)} of {child.called} already.")
    for allocation in before:
        operations.end_allocation(by, child, allocation, ends_on=starts_on)
    return operations.allocate(by, child, user, role, starts_on=starts_on)


def change_school(
    by: By,
    child: Child,
    school: School,
    *,
    nc_year: int,
    starts_on: date,
    leaving: Sequence[Enrolment] = (),
    reason: str = "",
    hours: int | None = None,
) -> Enrolment:
    """The child goes to a school from a day on, and leaves others that day; on several at once without.

    `leaving`: the places on roll that end with it.
    """
    hold_still(child)
    for enrolment in leaving:
        if enrolment.child_id != child.id:
            raise OperationError("This place on roll is another child’s.")
        operations.leave_school(by, child, enrolment, ends_on=starts_on, reason=reason)
    return operations.enrol(by, child, school, nc_year=nc_year, starts_on=starts_on, hours=hours)


def _open(kind: type[Any], starts_on: date, what: str, *same: Any) -> list[Any]:
    """Rows without an end that a new one would follow; OperationError when one began later."""
    found = list(db.session.scalars(select(kind).where(*same, kind.ends_on.is_(None))))
    for row in found:
        if row.starts_on > starts_on:
            raise OperationError(f"{what} since {day_words(row.starts_on)}. Enter that day or a later one.")
    return found


def _not_ahead(day: date) -> None:
    """A move is recorded when it has happened: until then the old home cares, sees and writes."""
    if day > clock.today():
        raise OperationError("Check the date: a move is recorded on the day or after it.")
