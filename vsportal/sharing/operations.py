"""Lending sections of a child to a colleague, changing and ending that, and revoking links to one row.

Each verb says first who acts, refuses with a sentence, and is written down in the same transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import or_, select

from vsportal import audit, clock, editions
from vsportal.admin.operations import add_membership
from vsportal.audit import SYSTEM, By
from vsportal.dated import hold_still, in_order, overlapping, refuse_overlap, since
from vsportal.editions.reading import day_words
from vsportal.editions.schema import Edition
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.models import Child, Delegation, Enrolment, Membership, Pep, Role, RowLink, School, User
from vsportal.models.people import SCHOOL_ROLES
from vsportal.peps.loading import Sheet
from vsportal.ties import Tie, is_cut

SCHOOLS_OWN = "designated_teacher"
"""The owner, in the form, of what a school can lend."""

# Sections ------------------------------------------------------------------------------------------------


def delegate(
    by: By,
    child: Child,
    school: School,
    user: User,
    *,
    sections: Sequence[str],
    starts_on: date,
    ends_on: date,
) -> Delegation:
    """Lend sections of a child to a colleague at the child's school until a day.

    By the designated teacher, for sections that are hers to complete; the colleague fills in, she
    completes. `ends_on` is the first day on which it no longer holds. OperationError with what to do.
    """
    if by.user_id is None or by.user_id == user.id:
        raise OperationError("Sections are lent by the designated teacher to somebody else.")
    edition = editions.get(editions.current(starts_on))
    _are_the_schools(edition, sections)
    if not works_there(user, school, starts_on):
        raise OperationError(f"{user.name} does not work at {school.name} on {day_words(starts_on)}.")
    hold_still(child)
    _is_on_roll(child, school, starts_on, ends_on)
    if db.session.scalar(select(is_cut(child.id, user.id))):
        raise OperationError(f"{user.name} cannot see {child.called}’s plan. Ask the social worker why.")
    refuse_overlap(
        Delegation,
        starts_on,
        ends_on,
        Delegation.child_id == child.id,
        Delegation.user_id == user.id,
        sentence=lambda there: f"Sections are lent to {user.name} {since(there)} already. End that first.",
    )
    lent = Delegation(
        child_id=child.id,
        school_id=school.id,
        user_id=user.id,
        granted_by_id=by.user_id,
        sections=list(sections),
        starts_on=starts_on,
        ends_on=ends_on,
    )
    db.session.add(lent)
    db.session.flush()
    change = _changed(user.name, new=_titles(edition, sections))
    _note(by, "child:sections:delegated", lent, child, change)
    return lent


def end_delegation(by: By, child: Child, lent: Delegation) -> None:
    """End what was lent today: the colleague sees and saves nothing by it from the next request on.

    OperationError when it has ended.
    """
    today = clock.today()
    hold_still(child)
    db.session.refresh(lent)
    if lent.ends_on <= today:
        raise OperationError("This has ended already.")
    lent.ends_on = max(today, lent.starts_on)
    edition = editions.get(editions.current(lent.starts_on))
    name = db.session.get_one(User, lent.user_id).name
    db.session.flush()
    _note(
        by, "child:lending:ended", lent, child, _changed(name, old=_titles(edition, lent.sections), new=None)
    )


def change_delegation(
    by: By, child: Child, lent: Delegation, *, sections: Sequence[str], ends_on: date
) -> Delegation:
    """Lend other sections, or until another day, to the same colleague: the old ends, the new begins."""
    school = db.session.get_one(School, lent.school_id)
    user = db.session.get_one(User, lent.user_id)
    in_order(clock.today(), ends_on)
    end_delegation(by, child, lent)
    return delegate(by, child, school, user, sections=sections, starts_on=clock.today(), ends_on=ends_on)


def works_there(user: User, school: School, on: date) -> bool:
    """Whether somebody holds a role at a school on a day."""
    found = db.session.scalar(
        select(Membership.id).where(
            Membership.user_id == user.id,
            Membership.school_id == school.id,
            Membership.role.in_([str(role) for role in SCHOOL_ROLES]),
            Membership.starts_on <= on,
            or_(Membership.ends_on.is_(None), Membership.ends_on > on),
        )
    )
    return found is not None


def _are_the_schools(edition: Edition, sections: Sequence[str]) -> None:
    """Refuse none at all, and sections that no school completes; OperationError."""
    if not sections:
        raise OperationError("Choose at least one section to lend.")
    for section_id in sections:
        section = edition.section(section_id)
        owner = section.owner if section else ""
        if SCHOOLS_OWN not in (owner.values() if isinstance(owner, dict) else (owner,)):
            raise OperationError(f"“{section.title if section else section_id}” is not the school’s to lend.")


def _is_on_roll(child: Child, school: School, starts_on: date, ends_on: date) -> None:
    """Refuse a school that the child does not go to; OperationError."""
    same = (Enrolment.child_id == child.id, Enrolment.school_id == school.id)
    if overlapping(Enrolment, starts_on, ends_on, *same) is None:
        raise OperationError(f"{child.called} is not on roll at {school.name}.")


def _titles(edition: Edition, sections: Sequence[str]) -> str:
    """The sections as the form calls them, in its order."""
    return ", ".join(section.title for section in edition.sections if section.id in sections)


def hand_back(sheet: Sheet) -> None:
    """Note that a colleague has done their part of a section lent to them; the teacher completes it.

    OperationError when it is not lent to them, or can no longer be written in.
    """
    lent = Tie.DELEGATE in sheet.seen.ties and sheet.row.section_id in sheet.seen.sections
    if not lent or not sheet.sight.writable:
        raise OperationError("This section is not yours to hand back now.")
    audit.record(
        db.session,
        By(sheet.seen.actor.user_id, Tie.DELEGATE, sheet.pep.authority_id),
        "pep:section:handed_back",
        sheet.row,
        child_id=sheet.child.id,
        authority_id=sheet.pep.authority_id,
    )


# Deputies ------------------------------------------------------------------------------------------------

DEPUTY = "deputy designated teacher"
"""What a deputy is called; by it a deputy is told from the designated teacher, who alone names one."""


def name_deputy(by: By, school: School, user: User, *, starts_on: date, ends_on: date) -> Membership:
    """A colleague stands in for the designated teacher of their school, with all the teacher's sight.

    From a day until a day (`ends_on` is the first on which it no longer holds). OperationError when they
    do not work there, or are designated teacher or deputy there already.
    """
    in_order(starts_on, ends_on)
    if not works_there(user, school, clock.today()):
        raise OperationError(f"{user.name} does not work at {school.name} today.")
    return add_membership(
        by,
        user,
        Role.DESIGNATED_TEACHER,
        starts_on=starts_on,
        ends_on=ends_on,
        school=school,
        title=DEPUTY,
    )


def end_deputy(by: By, deputy: Membership) -> None:
    """End a deputy's time today, or before it begins; OperationError when it has ended."""
    today = clock.today()
    hold_still(deputy)
    db.session.refresh(deputy)
    if deputy.ends_on is not None and deputy.ends_on <= max(today, deputy.starts_on):
        raise OperationError("This has ended already.")
    deputy.ends_on = max(today, deputy.starts_on)
    db.session.flush()
    change = {"field": "role", "label": "Role", "kind": "text", "old": DEPUTY, "new": None}
    audit.record(db.session, by, "account:membership:ended", deputy, changes=[change])


# Links to one row ----------------------------------------------------------------------------------------


def revoke_link(by: By, link: RowLink, pep: Pep) -> None:
    """End a link for good, wherever it is open; one that was used or revoked stays as it is."""
    if link.used_at is not None or link.revoked_at is not None:
        return
    link.revoked_at, link.revoked_by_id = clock.now(), by.user_id
    db.session.flush()
    audit.record(
        db.session,
        by,
        "pep:link:revoked",
        link,
        child_id=pep.child_id,
        authority_id=pep.authority_id,
        changes=[_changed(link.teacher, old=link.ref, new=None, field="link")],
    )


def revoke_links(by: By = SYSTEM, *, child_id: int, made_by: int | None = None) -> int:
    """End every link to a row of this child's plans that is still open; says how many there were.

    `made_by`: only those that this person (a user's number) made, for when their own access ends.
    """
    found = db.session.execute(
        select(RowLink, Pep)
        .join(Pep, Pep.id == RowLink.pep_id)
        .where(
            Pep.child_id == child_id,
            RowLink.used_at.is_(None),
            RowLink.revoked_at.is_(None),
            *([] if made_by is None else [RowLink.made_by_id == made_by]),
        )
        .with_for_update(of=RowLink)
    ).all()
    for link, pep in found:
        revoke_link(by, link, pep)
    return len(found)


# Shared --------------------------------------------------------------------------------------------------


def _note(by: By, tag: str, row: Any, child: Child, *changes: dict[str, Any]) -> None:  # any table's row
    """Write down what was done to a child's record."""
    audit.record(
        db.session, by, tag, row, child_id=child.id, authority_id=child.authority_id, changes=changes
    )


def _changed(
    label: str, *, new: str | None, old: str | None = None, field: str = "sections"
) -> dict[str, Any]:  # values as JSON
    """One line of what changed."""
    return {"field": field, "label": label, "kind": "text", "old": old, "new": new}
