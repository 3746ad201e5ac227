"""What is shared out of a child's plan: the selects of its pages. Light rows, one statement each."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from vsportal.extensions import db
from vsportal.models import Delegation, Enrolment, Membership, Pep, Role, RowLink, School, User
from vsportal.models.people import SCHOOL_ROLES
from vsportal.policy import OPEN
from vsportal.ties import holds, is_cut
from vsportal.wording import role_words

AT_SCHOOL = tuple(str(role) for role in SCHOOL_ROLES)


@dataclass(frozen=True)
class Colleague:
    """Somebody who works at a school today."""

    user_id: int
    ref: str
    name: str
    words: str
    school_id: int


@dataclass(frozen=True)
class Lent:
    """What was lent to one colleague, from a day until a day."""

    row: Delegation
    ref: str
    """The colleague's reference."""
    name: str
    by: str
    """Who lent it."""
    works_there: bool
    """Whether they still work at the school: if not, they see nothing by it."""


def schools_of(child_id: int, among: Collection[int], today: date) -> list[School]:
    """The schools, of those numbered, on whose roll the child is today, by name."""
    on_roll = select(Enrolment.school_id).where(
        Enrolment.child_id == child_id,
        Enrolment.school_id.in_(among),
        holds(Enrolment.starts_on, Enrolment.ends_on, today),
    )
    return list(db.session.scalars(select(School).where(School.id.in_(on_roll)).order_by(School.name)))


def colleagues_at(
    schools: Collection[int], today: date, *, child_id: int | None = None
) -> Sequence[Colleague]:
    """Who works at these schools today and is not designated teacher there, by name.

    `child_id`: without those whose sight of this child was ended by hand.
    """
    teacher = aliased(Membership)
    leads = exists().where(
        teacher.user_id == User.id,
        teacher.school_id == Membership.school_id,
        teacher.role == str(Role.DESIGNATED_TEACHER),
        holds(teacher.starts_on, teacher.ends_on, today),
    )
    found = db.session.execute(
        select(User.id, User.ref, User.name, Membership.title, Membership.role, Membership.school_id)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.school_id.in_(schools),
            Membership.role.in_(AT_SCHOOL),
            holds(Membership.starts_on, Membership.ends_on, today),
            User.active,
            ~leads,
            *([] if child_id is None else [~is_cut(child_id, User.id)]),
        )
        .order_by(User.name, User.id, Membership.id)
    )
    people = {
        ref: Colleague(user_id, ref, name, title or role_words(role), school_id or 0)
        for user_id, ref, name, title, role, school_id in reversed(found.all())
    }
    return sorted(people.values(), key=lambda c: (c.name, c.user_id))


def lent_at(child_id: int, schools: Collection[int], today: date) -> list[Lent]:
    """All that was ever lent of a child at these schools, the latest end first."""
    lender = aliased(User)
    there = exists().where(
        Membership.user_id == Delegation.user_id,
        Membership.school_id == Delegation.school_id,
        Membership.role.in_(AT_SCHOOL),
        holds(Membership.starts_on, Membership.ends_on, today),
    )
    found = db.session.execute(
        select(Delegation, User.ref, User.name, lender.name, there)
        .join(User, User.id == Delegation.user_id)
        .join(lender, lender.id == Delegation.granted_by_id)
        .where(Delegation.child_id == child_id, Delegation.school_id.in_(schools))
        .order_by(Delegation.ends_on.desc(), Delegation.id.desc())
    )
    return [Lent(row, ref, name, by, bool(works)) for row, ref, name, by, works in found]


def open_plans(child_id: int) -> tuple[list[Pep], list[RowLink]]:
    """The plans of a child that are being written, newest first, and every link to a row of them."""
    found = db.session.execute(
        select(Pep, RowLink)
        .outerjoin(RowLink, RowLink.pep_id == Pep.id)
        .where(Pep.child_id == child_id, Pep.state.in_(sorted(OPEN)))
        .order_by(Pep.opened_on.desc(), Pep.id.desc(), RowLink.created_at.desc(), RowLink.id.desc())
    ).all()
    return list(dict.fromkeys(pep for pep, _ in found)), [link for _, link in found if link is not None]


def link_of(pep_id: int, ref: str) -> RowLink | None:
    """One link of a plan."""
    return db.session.scalar(
        select(RowLink).where(RowLink.pep_id == pep_id, RowLink.ref == ref).with_for_update()
    )


def said_by_link(pep_id: int, section_id: str) -> list[RowLink]:
    """Links of a section by which something was said, in the order in which it was."""
    return list(
        db.session.scalars(
            select(RowLink)
            .where(
                RowLink.pep_id == pep_id,
                RowLink.section_id == section_id,
                RowLink.used_at.is_not(None),
                RowLink.comment != "",
            )
            .order_by(RowLink.used_at, RowLink.id)
        )
    )


# Deputies ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Deputy:
    """Somebody who stands in for the designated teacher of a school."""

    row: Membership
    ref: str
    name: str

    @property
    def last_day(self) -> date | None:
        """The last day on which it holds; of one that was ended before it began, its first."""
        ends_on = self.row.ends_on
        return max(ends_on - timedelta(days=1), self.row.starts_on) if ends_on else None

    def is_over(self, today: date) -> bool:
        """Whether it holds neither now nor later."""
        ends_on = self.row.ends_on
        return ends_on is not None and ends_on <= max(today, self.row.starts_on)


def school_called(ref: str, among: Collection[int]) -> School | None:
    """The school with this reference, if it is one of those numbered."""
    return db.session.scalar(select(School).where(School.ref == ref, School.id.in_(among)))


def deputies_at(school_id: int, title: str) -> list[Deputy]:
    """Everybody who is, was or will be deputy at a school, the latest end first."""
    found: Any = db.session.execute(
        select(Membership, User.ref, User.name)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.school_id == school_id,
            Membership.role == str(Role.DESIGNATED_TEACHER),
            Membership.title == title,
        )
        .order_by(Membership.ends_on.desc(), Membership.id.desc())
    )
    return [Deputy(row, ref, name) for row, ref, name in found]
