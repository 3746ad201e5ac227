"""A child's record and the relationships around the child, each with a first day and an end.

Sight follows them from the next request on, so each is refused when it would overlap with another of
its kind, and each is written down with who made it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import or_, select

from vsportal import audit, clock, codes, names
from vsportal.audit import By
from vsportal.dated import end, hold_still, refuse_overlap, since
from vsportal.editions.reading import day_words
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.models import (
    Allocation,
    Authority,
    CarePeriod,
    Child,
    Enrolment,
    Home,
    Household,
    HouseholdMember,
    Membership,
    Role,
    School,
    User,
)
from vsportal.wording import role_words

# The child and the time in care --------------------------------------------------------------------------


def create_child(
    by: By,
    authority: Authority,
    *,
    first_name: str,
    last_name: str,
    date_of_birth: date,
    known_as: str = "",
    social_care_id: str | None = None,
    upn: str | None = None,
    sex: str = "",
    pronouns: str = "",
    ethnicity: str = "",
    first_language: str = "",
    uasc: bool = False,
    sen_status: str = "",
    sen_need: str = "",
) -> Child:
    """A child the authority looks after; codes for ethnicity and language are the DfE's."""
    if not (first_name.strip() or last_name.strip()):
        raise OperationError("Enter the child’s name.")
    if date_of_birth > clock.today():
        raise OperationError("Check the date of birth: it is in the future.")
    _known_code("ethnicity", ethnicity)
    _known_code("language", first_language)
    _known_code("sen_status", sen_status)
    _known_code("sen_need", sen_need)
    hold_still(authority)
    if social_care_id and db.session.scalar(
        select(Child.id).where(Child.authority_id == authority.id, Child.social_care_id == social_care_id)
    ):
        raise OperationError(f"The social care number {social_care_id} belongs to another child’s record.")
    if upn and db.session.scalar(select(Child.id).where(Child.upn == upn)):
        # Whose it is, or that it is anybody's, is not for the person who asks (rule 6).
        raise OperationError("Check the UPN: it cannot be used for this child.")
    child = Child(
        authority_id=authority.id,
        first_name=first_name.strip(),
        last_name=last_name.strip(),
        known_as=known_as.strip(),
        sort_key=names.child_key(first_name, last_name, known_as),
        date_of_birth=date_of_birth,
        social_care_id=social_care_id,
        upn=upn,
        sex=sex,
        pronouns=pronouns,
        ethnicity=ethnicity,
        first_language=first_language,
        uasc=uasc,
        sen_status=sen_status,
        sen_need=sen_need,
    )
    _add(child)
    _note(by, "child:record:created", child, child)
    return child


def start_care(
    by: By, child: Child, *, starts_on: date, legal_status: str, ends_on: date | None = None
) -> CarePeriod:
    """The child is looked after from a day on, under a legal status (code list `legal_status`)."""
    _known_code("legal_status", legal_status)
    _after_birth(child, starts_on)
    hold_still(child)
    refuse_overlap(
        CarePeriod,
        starts_on,
        ends_on,
        CarePeriod.child_id == child.id,
        sentence=lambda there: f"{child.called} is looked after {since(there)} already.",
    )
    period = CarePeriod(
        child_id=child.id,
        starts_on=starts_on,
        ends_on=ends_on,
        legal_status=legal_status,
        legal_status_from=starts_on,
    )
    _add(period)
    status = codes.label("legal_status", legal_status)
    _note(by, "child:care:started", period, child, _changed("legal_status", "Legal status", new=status))
    return period


# Homes ---------------------------------------------------------------------------------------------------


def create_household(by: By, authority: Authority, *, kind: str, name: str) -> Household:
    """A home as one thing: foster, kinship, residential, supported or parent."""
    if kind not in ("foster", "kinship", "residential", "supported", "parent"):
        raise OperationError(f"“{kind}” is not a kind of home.")
    household = Household(authority_id=authority.id, kind=kind, name=name)
    _add(household)
    audit.record(db.session, by, "home:household:created", household, authority_id=authority.id)
    return household


def join_household(
    by: By, household: Household, user: User, *, starts_on: date, ends_on: date | None = None
) -> HouseholdMember:
    """Somebody with an account as a carer lives or works in a home from a day on."""
    if not holds_role(user, (Role.CARER,), starts_on):
        raise OperationError(f"{user.name} is not a carer on {day_words(starts_on)}. Make them one first.")
    hold_still(household)
    refuse_overlap(
        HouseholdMember,
        starts_on,
        ends_on,
        HouseholdMember.household_id == household.id,
        HouseholdMember.user_id == user.id,
        sentence=lambda there: f"{user.name} belongs to {household.name} {since(there)} already.",
    )
    member = HouseholdMember(household_id=household.id, user_id=user.id, starts_on=starts_on, ends_on=ends_on)
    _add(member)
    audit.record(db.session, by, "home:member:joined", member, authority_id=household.authority_id)
    return member


def place(
    by: By,
    child: Child,
    household: Household | None,
    *,
    placement_code: str,
    starts_on: date,
    ends_on: date | None = None,
    in_area: bool = True,
    address_secret: bool = False,
) -> Home:
    """The child lives somewhere from a day on; without a household when nobody there has an account."""
    _known_code("placement", placement_code)
    _after_birth(child, starts_on)
    if household is not None and household.authority_id != child.authority_id:
        raise OperationError("This home belongs to another authority’s records. Add it to this one first.")
    hold_still(child)
    refuse_overlap(
        Home,
        starts_on,
        ends_on,
        Home.child_id == child.id,
        sentence=lambda there: f"{child.called} lives in another home {since(there)}. End that first.",
    )
    home = Home(
        child_id=child.id,
        household_id=household.id if household else None,
        placement_code=placement_code,
        in_area=in_area,
        address_secret=address_secret,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    _add(home)
    kind = codes.label("placement", placement_code)
    _note(by, "child:home:started", home, child, _changed("placement_code", "Kind of home", new=kind))
    return home


def leave_home(by: By, child: Child, home: Home, *, ends_on: date) -> None:
    """The child lives there until a day; its carers see nothing by it from then on."""
    end(home, ends_on, "This stay")
    _note(by, "child:home:ended", home, child)


# Workers -------------------------------------------------------------------------------------------------


def allocate(
    by: By, child: Child, user: User, role: str, *, starts_on: date, ends_on: date | None = None
) -> Allocation:
    """Name a child's social worker, adviser or independent reviewer from a day on: one of each at a time."""
    if role not in ("social_worker", "adviser", "independent_reviewer"):
        raise OperationError(f"A {role_words(role)} is not allocated to one child.")
    _after_birth(child, starts_on)
    if not holds_role(user, (role,), starts_on, authority_id=child.authority_id):
        raise OperationError(
            f"{user.name} is not a {role_words(role)} of this authority on {day_words(starts_on)}."
        )
    hold_still(child)
    refuse_overlap(
        Allocation,
        starts_on,
        ends_on,
        Allocation.child_id == child.id,
        Allocation.role == str(role),
        sentence=lambda there: f"{child.called} has a {role_words(role)} {since(there)}. End that first.",
    )
    allocation = Allocation(
        child_id=child.id, user_id=user.id, role=str(role), starts_on=starts_on, ends_on=ends_on
    )
    _add(allocation)
    _note(by, "child:worker:allocated", allocation, child, _changed("role", role_words(role), new=user.name))
    return allocation


def end_allocation(by: By, child: Child, allocation: Allocation, *, ends_on: date) -> None:
    """End a worker's time with a child; from `ends_on` on the child is not theirs to see."""
    end(allocation, ends_on, "This")
    worker = db.session.get_one(User, allocation.user_id)
    change = _changed("role", role_words(allocation.role), old=worker.name, new=None)
    _note(by, "child:worker:ended", allocation, child, change)


# School --------------------------------------------------------------------------------------------------


def enrol(
    by: By,
    child: Child,
    school: School,
    *,
    nc_year: int,
    starts_on: date,
    ends_on: date | None = None,
    hours: int | None = None,
    reason_left: str = "",
) -> Enrolment:
    """Put the child on a school's roll from a day on; on two at once is possible, on one twice is not."""
    if not -2 <= nc_year <= 14:
        raise OperationError("Check the year group: it runs from nursery to Year 14.")
    _after_birth(child, starts_on)
    hold_still(child)
    refuse_overlap(
        Enrolment,
        starts_on,
        ends_on,
        Enrolment.child_id == child.id,
        Enrolment.school_id == school.id,
        sentence=lambda there: f"{child.called} is on roll at {school.name} {since(there)} already.",
    )
    enrolment = Enrolment(
        child_id=child.id,
        school_id=school.id,
        nc_year=nc_year,
        starts_on=starts_on,
        ends_on=ends_on,
        hours=hours,
        reason_left=reason_left,
    )
    _add(enrolment)
    _note(by, "child:school:enrolled", enrolment, child, _changed("school_id", "School", new=school.name))
    return enrolment


def leave_school(by: By, child: Child, enrolment: Enrolment, *, ends_on: date, reason: str) -> None:
    """Take the child off a school's roll; the school sees nothing by it from then on."""
    end(enrolment, ends_on, "This time on roll")
    enrolment.reason_left = reason
    _note(
        by, "child:school:left", enrolment, child, _changed("reason_left", "Reason for leaving", new=reason)
    )


# Shared --------------------------------------------------------------------------------------------------


def holds_role(
    user: User,
    roles: Sequence[str],
    on: date,
    *,
    authority_id: int | None = None,
    school_id: int | None = None,
) -> bool:
    """Whether somebody holds one of these roles on a day, there if a place is named."""
    where = [] if authority_id is None else [Membership.authority_id == authority_id]
    where += [] if school_id is None else [Membership.school_id == school_id]
    found = db.session.scalar(
        select(Membership.id).where(
            Membership.user_id == user.id,
            Membership.role.in_([str(role) for role in roles]),
            Membership.starts_on <= on,
            or_(Membership.ends_on.is_(None), Membership.ends_on > on),
            *where,
        )
    )
    return found is not None


def _after_birth(child: Child, starts_on: date) -> None:
    """Refuse what would begin before the child was born; OperationError."""
    if starts_on < child.date_of_birth:
        raise OperationError("Check the date: it is before the child was born.")


def _known_code(name: str, code: str) -> None:
    """Refuse a code that the list never had; OperationError. Nothing given is no code."""
    if code and code not in {c.code for c in codes.get(name).codes}:
        raise OperationError(f"“{code}” is not a code of the list “{name}”.")


def _add(row: Any) -> None:  # any table's row
    """Into the session, with its number."""
    db.session.add(row)
    db.session.flush()


def _note(by: By, tag: str, row: Any, child: Child, *changes: dict[str, Any]) -> None:  # any table's row
    """Write down what was done to a child's record."""
    audit.record(
        db.session, by, tag, row, child_id=child.id, authority_id=child.authority_id, changes=changes
    )


def _changed(field: str, label: str, *, new: Any, old: Any = None) -> dict[str, Any]:  # values as JSON
    """One line of what changed."""
    return {"field": field, "label": label, "kind": "text", "old": old, "new": new}
