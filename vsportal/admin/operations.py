"""What an administrator does: authorities, terms and settings, schools, teams, people and what they are.

Each verb says first who acts, refuses with a sentence, and is written down in the same transaction.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from sqlalchemy import select

from vsportal import audit, settled
from vsportal.audit import By
from vsportal.dated import end, hold_still, refuse_overlap, since
from vsportal.editions.reading import day_words
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.models import Authority, AuthoritySetting, Child, Membership, Role, School, Team, Term, User
from vsportal.models.people import SCHOOL_ROLES
from vsportal.wording import role_words

TERM_KEY = re.compile(r"(\d{4})-(\d{2})-(autumn|spring|summer)")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")

# Authorities, their terms and settings --------------------------------------------------------------------


def create_authority(
    by: By, *, name: str, short_name: str, la_code: str, duty_phone: str = "", colour: str = ""
) -> Authority:
    """A new authority, whose Virtual School is called `name`; `colour` is #rrggbb or empty."""
    if db.session.scalar(
        select(Authority.id).where((Authority.name == name) | (Authority.la_code == la_code))
    ):
        raise OperationError("There is an authority of this name or code already.")
    if colour and not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
        raise OperationError("Enter the colour as # and six digits, like #1f5e5b.")
    authority = Authority(
        name=name, short_name=short_name, la_code=la_code, duty_phone=duty_phone, colour=colour
    )
    _add(authority)
    audit.record(db.session, by, "admin:authority:created", authority, authority_id=authority.id)
    return authority


def create_term(
    by: By,
    authority: Authority,
    key: str,
    *,
    starts_on: date,
    ends_on: date,
    half_term: tuple[date, date],
    deadline_on: date,
) -> Term:
    """A term of an authority, “2026-27-autumn”; first and last day of term and of its half-term holiday."""
    found = TERM_KEY.fullmatch(key)
    if not found or (int(found[1]) + 1) % 100 != int(found[2]):
        raise OperationError("Enter the term as year and season, like 2026-27-autumn.")
    if not starts_on < half_term[0] <= half_term[1] < ends_on:
        raise OperationError("Check the dates: the half-term holiday lies within the term.")
    if deadline_on < starts_on:
        raise OperationError("Check the deadline: it is before the term begins.")
    hold_still(authority)
    there = db.session.scalar(
        select(Term).where(
            Term.authority_id == authority.id,
            (Term.key == key) | ((Term.starts_on <= ends_on) & (Term.ends_on >= starts_on)),
        )
    )
    if there:
        raise OperationError(
            f"{there.name} is there already, from {day_words(there.starts_on)} to {day_words(there.ends_on)}."
        )
    year = starts_on.year
    term = Term(
        authority_id=authority.id,
        key=key,
        name=f"{found[3].capitalize()} {year}",
        starts_on=starts_on,
        ends_on=ends_on,
        half_term_starts_on=half_term[0],
        half_term_ends_on=half_term[1],
        deadline_on=deadline_on,
    )
    _add(term)
    audit.record(db.session, by, "admin:term:created", term, authority_id=authority.id)
    return term


def settle(
    by: By, authority: Authority, key: str, value: Any, *, starts_on: date
) -> AuthoritySetting:  # JSON
    """Settle one thing of `settled.Settled` from a day on; what held until then ends that day."""
    settled.read({key: value})
    hold_still(authority)
    rows = db.session.scalars(
        select(AuthoritySetting)
        .where(AuthoritySetting.authority_id == authority.id, AuthoritySetting.key == key)
        .order_by(AuthoritySetting.starts_on)
    ).all()
    before = rows[-1] if rows else None
    if before and before.starts_on >= starts_on:
        raise OperationError(
            f"“{key}” is settled from {day_words(before.starts_on)} already. Enter a later date."
        )
    if before:
        before.ends_on = starts_on
    setting = AuthoritySetting(authority_id=authority.id, key=key, value=value, starts_on=starts_on)
    _add(setting)
    change = _changed(key, key, old=before.value if before else None, new=value)
    audit.record(
        db.session, by, "admin:setting:settled", setting, authority_id=authority.id, changes=[change]
    )
    return setting


def create_team(by: By, authority: Authority, name: str) -> Team:
    """A social work team."""
    if db.session.scalar(select(Team.id).where(Team.authority_id == authority.id, Team.name == name)):
        raise OperationError(f"There is a team called {name} already.")
    team = Team(authority_id=authority.id, name=name)
    _add(team)
    audit.record(db.session, by, "admin:team:created", team, authority_id=authority.id)
    return team


def create_school(
    by: By,
    *,
    name: str,
    kind: str = "secondary",
    urn: str | None = None,
    la_code: str = "",
    town: str = "",
    phone: str = "",
) -> School:
    """A school, nursery, college or other place where children are taught; it is no authority’s alone."""
    if urn and db.session.scalar(select(School.id).where(School.urn == urn)):
        raise OperationError(f"A setting with the URN {urn} is there already.")
    school = School(name=name, kind=kind, urn=urn, la_code=la_code, town=town, phone=phone)
    _add(school)
    audit.record(db.session, by, "admin:school:created", school)
    return school


# People and what they are -----------------------------------------------------------------------------------


def create_user(by: By, *, name: str, email: str, password_hash: str = "") -> User:
    """A person with an account; without a password they cannot sign in yet."""
    email = email.strip().lower()
    if not EMAIL.fullmatch(email):
        raise OperationError("Enter an e-mail address, like name@example.org.")
    if not name.strip():
        raise OperationError("Enter the person’s name.")
    if db.session.scalar(select(User.id).where(User.email == email)):
        raise OperationError("Somebody has an account with this e-mail address already.")
    user = User(name=name.strip(), email=email, password_hash=password_hash)
    _add(user)
    audit.record(db.session, by, "account:user:created", user)
    return user


def add_membership(
    by: By,
    user: User,
    role: str,
    *,
    starts_on: date,
    ends_on: date | None = None,
    authority: Authority | None = None,
    school: School | None = None,
    team: Team | None = None,
    child: Child | None = None,
    title: str = "",
) -> Membership:
    """Make somebody something, somewhere, from a day on: school roles at a school, a young person as the
    child they are, everybody else but a carer for an authority.
    """
    _check_place(role, authority=authority, school=school, team=team, child=child)
    hold_still(user)
    refuse_overlap(
        Membership,
        starts_on,
        ends_on,
        Membership.user_id == user.id,
        Membership.role == str(role),
        Membership.authority_id.is_(None) if authority is None else Membership.authority_id == authority.id,
        Membership.school_id.is_(None) if school is None else Membership.school_id == school.id,
        sentence=lambda there: f"{user.name} is {role_words(role)} there already, {since(there)}.",
    )
    membership = Membership(
        user_id=user.id,
        role=str(role),
        title=title,
        authority_id=authority.id if authority else None,
        school_id=school.id if school else None,
        team_id=team.id if team else None,
        child_id=child.id if child else None,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    _add(membership)
    audit.record(
        db.session,
        by,
        "account:membership:started",
        membership,
        authority_id=authority.id if authority else None,
        child_id=child.id if child else None,
        changes=[_changed("role", "Role", old=None, new=role_words(role))],
    )
    return membership


def end_membership(by: By, membership: Membership, *, ends_on: date) -> None:
    """End what somebody is; from `ends_on` on they see nothing by it."""
    end(membership, ends_on, "It")
    db.session.flush()
    audit.record(
        db.session,
        by,
        "account:membership:ended",
        membership,
        authority_id=membership.authority_id,
        child_id=membership.child_id,
        changes=[_changed("role", "Role", old=role_words(membership.role), new=None)],
    )


def _check_place(
    role: str, *, authority: Authority | None, school: School | None, team: Team | None, child: Child | None
) -> None:
    """Refuse a role without its place, or with a place that is not its own; OperationError."""
    if role not in tuple(Role):
        raise OperationError(f"“{role}” is not a role.")
    at_school = role in SCHOOL_ROLES
    if at_school != (school is not None):
        raise OperationError(
            "Choose the school." if at_school else f"A {role_words(role)} belongs to no school."
        )
    is_child = role == Role.YOUNG_PERSON
    if is_child != (child is not None):
        raise OperationError("Choose the child." if is_child else f"A {role_words(role)} is not one child.")
    if authority is None and not at_school and role != Role.CARER:
        raise OperationError("Choose the authority.")
    if child is not None and authority is not None and child.authority_id != authority.id:
        raise OperationError("This child belongs to another authority. Choose that one.")
    if team is not None:
        if role not in (Role.SOCIAL_WORKER, Role.TEAM_MANAGER):
            raise OperationError("Only social workers and their managers belong to a team.")
        if authority is None or team.authority_id != authority.id:
            raise OperationError("This team belongs to another authority. Choose one of its own.")


# Shared -----------------------------------------------------------------------------------------------------


def _add(row: Any) -> None:  # any table's row
    """Into the session, with its number."""
    db.session.add(row)
    db.session.flush()


def _changed(field: str, label: str, *, old: Any, new: Any) -> dict[str, Any]:  # values as JSON
    """One line of what changed."""
    return {"field": field, "label": label, "kind": "text", "old": old, "new": new}
