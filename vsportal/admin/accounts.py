"""What the office does about accounts: take people on, change how they are called, close and reopen.

Whether an e-mail address has an account elsewhere is never told: somebody who has one is simply given
the role, with the same answer.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import or_, select, update

from vsportal import audit, clock
from vsportal.admin.operations import EMAIL, add_membership, create_user, end_membership
from vsportal.audit import By
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.models import (
    Authority,
    Child,
    HouseholdMember,
    Membership,
    Role,
    School,
    SchoolReference,
    SignInSession,
    Team,
    User,
)

OWN_ROLE = "Nobody gives a role to themselves or takes one away. Ask a colleague."


def take_on(
    by: By,
    *,
    name: str,
    email: str,
    role: str,
    starts_on: date,
    authority: Authority,
    school: School | None = None,
    team: Team | None = None,
    title: str = "",
) -> User:
    """Give whoever has this e-mail address a role from a day on; somebody new gets an account first."""
    user = account_for(by, name=name, email=email)
    give_role(by, user, role, starts_on=starts_on, authority=authority, school=school, team=team, title=title)
    return user


def account_for(by: By, *, name: str, email: str) -> User:
    """The account of an e-mail address, made when there is none yet."""
    found = db.session.scalar(select(User).where(User.email == email.strip().lower()))
    return found or create_user(by, name=name, email=email)


def give_role(
    by: By,
    user: User,
    role: str,
    *,
    starts_on: date,
    authority: Authority,
    school: School | None = None,
    team: Team | None = None,
    title: str = "",
) -> Membership:
    """Make somebody something: at a school for school roles, otherwise for the authority.

    The authority's records name the school from then on, so that its office sees who works there.
    """
    if by.user_id == user.id:
        raise OperationError(OWN_ROLE)
    if school is not None:
        name_school(authority, school)
    return add_membership(
        by,
        user,
        role,
        starts_on=starts_on,
        authority=None if school else authority,
        school=school,
        team=team,
        title=title,
    )


def take_role(by: By, user: User, membership: Membership, *, ends_on: date) -> None:
    """End what somebody is, from a day on."""
    if by.user_id == user.id:
        raise OperationError(OWN_ROLE)
    end_membership(by, membership, ends_on=ends_on)


def name_school(authority: Authority, school: School) -> None:
    """Let an authority's records name a school: by its URN until a file gives their own number."""
    named = db.session.scalar(
        select(SchoolReference.id).where(
            SchoolReference.authority_id == authority.id, SchoolReference.school_id == school.id
        )
    )
    if named is None:
        reference = school.urn or school.ref
        db.session.add(SchoolReference(authority_id=authority.id, school_id=school.id, setting_ref=reference))
        db.session.flush()


def change_account(by: By, user: User, *, name: str, email: str) -> None:
    """Change a person's name or e-mail address; they sign in with the new one from then on."""
    email, name = email.strip().lower(), name.strip()
    if not name:
        raise OperationError("Enter the person’s name.")
    if not EMAIL.fullmatch(email):
        raise OperationError("Enter an e-mail address, like name@example.org.")
    if email != user.email and db.session.scalar(select(User.id).where(User.email == email)):
        raise OperationError("Check the e-mail address: it cannot be used for this account.")
    changes: list[dict[str, Any]] = []
    for column, label, new in (("name", "Name", name), ("email", "E-mail address", email)):
        if getattr(user, column) != new:
            old = getattr(user, column)
            changes.append({"field": column, "label": label, "kind": "text", "old": old, "new": new})
            setattr(user, column, new)
    if not changes:
        return
    db.session.flush()
    audit.record(db.session, by, "account:user:changed", user, changes=changes)


def close_account(by: By, user: User) -> None:
    """Nobody signs in with it any more, and whoever is signed in is not from the next request on."""
    if by.user_id == user.id:
        raise OperationError("Nobody closes their own account. Ask a colleague.")
    if not user.active:
        raise OperationError("This account is closed already.")
    user.active = False
    db.session.flush()
    db.session.execute(
        update(SignInSession)
        .where(SignInSession.user_id == user.id, SignInSession.revoked_at.is_(None))
        .values(revoked_at=clock.now())
    )
    audit.record(db.session, by, "account:user:closed", user)


def reopen_account(by: By, user: User) -> None:
    """They can sign in again, to whatever they are today."""
    if user.active:
        raise OperationError("This account is open.")
    user.active = True
    db.session.flush()
    audit.record(db.session, by, "account:user:reopened", user)


def give_child_account(
    by: By, child: Child, authority: Authority, *, name: str, email: str, starts_on: date
) -> User:
    """An account of their own for a young person.

    Only a new one, or one that has been nothing until now: a slip in the address must not show the
    child's plan to somebody else. Whether and whose an address is, is not told (rule 6).
    """
    user = account_for(by, name=name, email=email)
    is_something = db.session.scalar(
        select(
            or_(
                select(Membership.id).where(Membership.user_id == user.id).exists(),
                select(HouseholdMember.id).where(HouseholdMember.user_id == user.id).exists(),
            )
        )
    )
    if is_something or not user.active:
        raise OperationError("Check the e-mail address: it cannot be used for this account.")
    there = db.session.scalar(
        select(Membership.id).where(
            Membership.child_id == child.id,
            Membership.role == str(Role.YOUNG_PERSON),
            Membership.ends_on.is_(None),
        )
    )
    if there is not None:
        raise OperationError(f"{child.called} has an account already. End that first.")
    add_membership(by, user, Role.YOUNG_PERSON, starts_on=starts_on, authority=authority, child=child)
    return user
