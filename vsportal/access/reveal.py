"""The home address: shown to one person after a press, and to nobody whose reading it could harm."""

from dataclasses import dataclass

from sqlalchemy import select

from vsportal.access.card import card_of
from vsportal.extensions import db
from vsportal.models import Child, Home, Household
from vsportal.policy import RULES, Can, Seen, Tie
from vsportal.ties import holds

AT_SCHOOL = frozenset({Tie.DESIGNATED_TEACHER})
"""Whoever reveals it by these ties alone does not when it is kept secret."""


@dataclass(frozen=True)
class Address:
    """Where a child lives, as it may be shown."""

    home: str
    lines: str
    phone: str

    @property
    def is_known(self) -> bool:
        """Whether anything is on the record."""
        return bool(self.lines or self.phone)


def address_of(child: Child, seen: Seen) -> Address | None:
    """A child's address today; None when it is kept from this person.

    At school it is kept when the home's record or the newest plan that says so wants it secret. The
    caller has asked policy (`Can.REVEAL`) and records the look. Two statements at most.
    """
    today = seen.actor.today
    row = db.session.execute(
        select(Household.name, Household.address, Household.phone, Home.address_secret)
        .select_from(Home)
        .outerjoin(Household, Household.id == Home.household_id)
        .where(Home.child_id == child.id, holds(Home.starts_on, Home.ends_on, today))
        .order_by(Home.starts_on.desc())
        .limit(1)
    ).first()
    by_school_alone = seen.ties & RULES[Can.REVEAL][0] <= AT_SCHOOL
    if by_school_alone and ((row and row.address_secret) or _is_secret_in_the_plan(child, seen)):
        return None
    return Address(row.name or "", row.address or "", row.phone or "") if row else Address("", "", "")


def _is_secret_in_the_plan(child: Child, seen: Seen) -> bool:
    """Whether the social worker has said so in the plan."""
    card = card_of(child.id, seen)
    return card is not None and card.keeps_the_address
