"""Who keeps an authority's records: acts that are about an authority and not about one child.

One table beside `policy.RULES`. Pure: it reads the memberships somebody holds today.
"""

from collections.abc import Mapping
from enum import StrEnum

from vsportal.models import Role
from vsportal.ties import Actor


class Office(StrEnum):
    """The acts there are."""

    KEEP_PEOPLE = "keep_people"
    KEEP_CHILDREN = "keep_children"
    KEEP_DATES = "keep_dates"
    IMPORT = "import"
    OPEN_TERM = "open_term"
    ARRANGE_COVER = "arrange_cover"
    BREAK_GLASS = "break_glass"
    READ_BROKEN_GLASS = "read_broken_glass"
    SEE_OUTBOX = "see_outbox"
    KEEP_FUNDING_POLICY = "keep_funding_policy"
    KEEP_BUDGET = "keep_budget"
    SEE_MONEY = "see_money"
    PAY = "pay"
    KEEP_SCHEME = "keep_scheme"
    REVIEW_QUEUE = "review_queue"
    SEE_AGREEMENT = "see_agreement"


HELD_BY: Mapping[Office, frozenset[Role]] = {
    # may … for an authority  who holds one of these roles for it
    Office.KEEP_PEOPLE: frozenset({Role.BUSINESS_SUPPORT, Role.ADMINISTRATOR}),
    Office.KEEP_CHILDREN: frozenset({Role.BUSINESS_SUPPORT}),
    Office.KEEP_DATES: frozenset({Role.BUSINESS_SUPPORT, Role.ADMINISTRATOR}),
    Office.IMPORT: frozenset({Role.BUSINESS_SUPPORT}),
    Office.OPEN_TERM: frozenset({Role.BUSINESS_SUPPORT, Role.HEAD}),
    Office.ARRANGE_COVER: frozenset({Role.TEAM_MANAGER}),
    Office.BREAK_GLASS: frozenset({Role.SOCIAL_WORKER, Role.TEAM_MANAGER}),
    Office.READ_BROKEN_GLASS: frozenset({Role.HEAD}),
    Office.SEE_OUTBOX: frozenset({Role.BUSINESS_SUPPORT, Role.ADMINISTRATOR}),
    Office.KEEP_FUNDING_POLICY: frozenset({Role.HEAD}),
    Office.KEEP_BUDGET: frozenset({Role.HEAD}),
    Office.SEE_MONEY: frozenset({Role.HEAD, Role.FINANCE}),
    Office.PAY: frozenset({Role.FINANCE}),
    Office.KEEP_SCHEME: frozenset({Role.HEAD}),
    Office.REVIEW_QUEUE: frozenset({Role.ADVISER, Role.HEAD}),
    Office.SEE_AGREEMENT: frozenset({Role.HEAD}),
}


def offices(actor: Actor, office: Office) -> tuple[int, ...]:
    """The numbers of the authorities for which this person may do it today; none means they may not."""
    held = (h.authority_id for h in actor.held if h.role in HELD_BY[office] and h.authority_id is not None)
    return tuple(dict.fromkeys(held))


def role_for(actor: Actor, office: Office, authority_id: int) -> str:
    """In which role this person does it there: the first they hold; LookupError when they may not."""
    found = (h.role for h in actor.held if h.role in HELD_BY[office] and h.authority_id == authority_id)
    role = next(found, None)
    if role is None:
        raise LookupError(f"This person may not {office} there.")
    return role
