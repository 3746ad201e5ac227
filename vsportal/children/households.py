"""What is kept about a household once it is there: what it is called, how it is reached, who leaves it."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from vsportal import audit
from vsportal.audit import By
from vsportal.dated import end
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.models import Household, HouseholdMember, User

PLAIN = {"kind": "Kind", "name": "Name", "external_ref": "Number in the authority’s own system"}
SECRET = {"address": "Address", "phone": "Telephone"}
"""Kept for those who may reveal it: that it was changed is on record, what it says is not."""


def change_household(by: By, household: Household, **values: str | None) -> bool:
    """Put a household's particulars right; False when nothing was changed. Any of `PLAIN` and `SECRET`."""
    if "name" in values and not (values["name"] or "").strip():
        raise OperationError("Enter what the home is called.")
    number = values.get("external_ref")
    taken = select(Household.id).where(
        Household.authority_id == household.authority_id,
        Household.external_ref == number,
        Household.id != household.id,
    )
    if number and db.session.scalar(taken):
        raise OperationError(f"Another home has the number {number}. Check it.")
    changes = []
    for column, label in {**PLAIN, **SECRET}.items():
        if column not in values or getattr(household, column) == values[column]:
            continue
        old, new = getattr(household, column), values[column]
        setattr(household, column, new)
        hidden = column in SECRET
        changes.append(
            {
                "field": column,
                "label": label,
                "kind": "text",
                "old": None if hidden else old,
                "new": "changed" if hidden else new,
            }
        )
    if changes:
        db.session.flush()
        audit.record(
            db.session,
            by,
            "home:household:changed",
            household,
            authority_id=household.authority_id,
            changes=changes,
        )
    return bool(changes)


def leave_household(by: By, household: Household, member: HouseholdMember, *, ends_on: date) -> None:
    """Somebody lives or works in a home until a day; from then on they see nothing by it."""
    if member.household_id != household.id:
        raise OperationError("This person belongs to another home.")
    end(member, ends_on, "This")
    db.session.flush()
    name = db.session.scalar(select(User.name).where(User.id == member.user_id))
    what = {"field": "user_id", "label": household.name, "kind": "text", "old": name, "new": None}
    audit.record(
        db.session, by, "home:member:left", member, authority_id=household.authority_id, changes=[what]
    )
