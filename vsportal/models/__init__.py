"""All tables of the portal, so that one import knows every one of them."""

from vsportal.models.access import AccessCut, BrokenGlass, CardReading, Cover, KeptWords, RowLink
from vsportal.models.authorities import Authority, AuthoritySetting, Term
from vsportal.models.base import Base
from vsportal.models.children import (
    Allocation,
    CarePeriod,
    Child,
    Delegation,
    Enrolment,
    Home,
    Household,
    HouseholdMember,
)
from vsportal.models.events import AccessEvent, AuditEvent
from vsportal.models.imports import ImportRun
from vsportal.models.messages import Mail
from vsportal.models.people import Membership, Role, SignInFailure, SignInSession, Team, User
from vsportal.models.peps import (
    NEVER_LATE,
    Attachment,
    Comment,
    PartState,
    Pep,
    PepPart,
    PepSection,
    PepState,
    SectionState,
    Target,
    Wish,
)
from vsportal.models.schools import Inspection, School, SchoolReference

__all__ = [
    "NEVER_LATE",
    "AccessCut",
    "AccessEvent",
    "Allocation",
    "Attachment",
    "AuditEvent",
    "Authority",
    "AuthoritySetting",
    "Base",
    "BrokenGlass",
    "CardReading",
    "CarePeriod",
    "Child",
    "Comment",
    "Cover",
    "Delegation",
    "Enrolment",
    "Home",
    "Household",
    "HouseholdMember",
    "ImportRun",
    "Inspection",
    "KeptWords",
    "Mail",
    "Membership",
    "PartState",
    "Pep",
    "PepPart",
    "PepSection",
    "PepState",
    "Role",
    "RowLink",
    "School",
    "SchoolReference",
    "SectionState",
    "SignInFailure",
    "SignInSession",
    "Target",
    "Team",
    "Term",
    "User",
    "Wish",
]
