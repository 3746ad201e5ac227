"""What has happened to a plan, in one sentence each: who did what, when; never what was written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select

from vsportal.extensions import db
from vsportal.models import AuditEvent, Pep, PepPart, PepSection, Target, User
from vsportal.peps.operations.finishing import UNCHANGED

MOST = 30
SHOWN = (
    "pep:meeting:held",
    "pep:meeting:planned",
    "pep:part:returned",
    "pep:part:reviewed",
    "pep:part:submitted",
    "pep:plan:cancelled",
    "pep:plan:closed",
    "pep:plan:opened",
    "pep:plan:reopened",
    "pep:plan:signed_off",
    "pep:section:completed",
    "pep:section:handed_back",
    "pep:section:reopened",
    "pep:target:drafted",
)


@dataclass(frozen=True)
class Happened:
    """One event, with what its sentence needs."""

    tag: str
    at: datetime
    actor_name: str
    section_title: str
    part: str
    changes: Sequence[Mapping[str, object]]

    @property
    def unchanged(self) -> bool:
        """Whether a section was completed by the press that says that nothing else has changed."""
        return any(change.get("field") == UNCHANGED for change in self.changes)

    @property
    def template(self) -> str:
        """The template that says it."""
        return f"components/timeline/{self.tag.replace(':', '-')}.html"


def of_pep(pep: Pep, titles: Mapping[str, str]) -> list[Happened]:
    """The latest events of a plan, latest first; `titles`: section → its title. One statement."""
    rows = db.session.execute(
        select(AuditEvent, User.name, PepSection.section_id, PepPart.part)
        .outerjoin(User, User.id == AuditEvent.actor_id)
        .outerjoin(
            PepSection, and_(AuditEvent.subject_type == "pep_section", PepSection.id == AuditEvent.subject_id)
        )
        .outerjoin(PepPart, and_(AuditEvent.subject_type == "pep_part", PepPart.id == AuditEvent.subject_id))
        .outerjoin(Target, and_(AuditEvent.subject_type == "target", Target.id == AuditEvent.subject_id))
        .where(
            AuditEvent.child_id == pep.child_id,
            AuditEvent.tag.in_(SHOWN),
            or_(
                and_(AuditEvent.subject_type == "pep", AuditEvent.subject_id == pep.id),
                PepSection.pep_id == pep.id,
                PepPart.pep_id == pep.id,
                Target.pep_id == pep.id,
            ),
        )
        .order_by(AuditEvent.at.desc(), AuditEvent.id.desc())
        .limit(MOST)
    )
    return [
        Happened(e.tag, e.at, name or "The portal", titles.get(section_id or "", ""), part or "", e.changes)
        for e, name, section_id, part in rows
    ]
