"""Files that were sent: the list of them, and one with the authority it is for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Text, cast, func, select

from vsportal import clock
from vsportal.extensions import db
from vsportal.imports.kinds import KINDS
from vsportal.imports.operations import KEPT
from vsportal.models import Authority, ImportRun, User

PAGE = 25


@dataclass(frozen=True)
class Listed:
    """One file in the list, without its rows."""

    ref: str
    kind: str
    file_name: str
    rows: int
    changed: int
    sent_at: datetime
    sent_by: str
    applied_at: datetime | None
    is_kept: bool
    has_problems: bool
    authority: str

    @property
    def state(self) -> tuple[str, str]:
        """How far it has got: the look of it, and words."""
        if self.applied_at is not None:
            return "done", "Brought in"
        if self.has_problems:
            return "late", "Has problems"
        if not self.changed:
            return "done", "Nothing to change"
        return ("soon", "Waits for a yes") if self.is_kept else ("todo", "Not brought in")


def authorities(ids: Sequence[int]) -> list[Authority]:
    """These authorities, by name."""
    return list(db.session.scalars(select(Authority).where(Authority.id.in_(ids)).order_by(Authority.name)))


def runs(authority_ids: Sequence[int], page: int) -> tuple[list[Listed], int]:
    """One page of the files sent for these authorities, latest first, and how many pages there are."""
    mine = ImportRun.authority_id.in_(authority_ids)
    total = db.session.scalar(select(func.count()).select_from(ImportRun).where(mine)) or 0
    rows = db.session.execute(
        select(
            ImportRun.ref,
            ImportRun.kind,
            ImportRun.file_name,
            ImportRun.rows,
            ImportRun.changed,
            ImportRun.created_at,
            User.name,
            ImportRun.applied_at,
            ImportRun.content.is_not(None) & (ImportRun.created_at > clock.now() - KEPT),
            cast(ImportRun.problems, Text) != "[]",
            Authority.short_name,
        )
        .join(Authority, Authority.id == ImportRun.authority_id)
        .outerjoin(User, User.id == ImportRun.made_by_id)
        .where(mine)
        .order_by(ImportRun.created_at.desc(), ImportRun.id.desc())
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    listed = [Listed(ref, KINDS[kind].title, *rest) for ref, kind, *rest in rows]
    return listed, max(1, -(-total // PAGE))


def run(authority_ids: Sequence[int], ref: str) -> tuple[ImportRun, Authority, str] | None:
    """A file that was sent for one of these authorities, the authority, and who sent it."""
    row = db.session.execute(
        select(ImportRun, Authority, func.coalesce(User.name, ""))
        .join(Authority, Authority.id == ImportRun.authority_id)
        .outerjoin(User, User.id == ImportRun.made_by_id)
        .where(ImportRun.ref == ref, ImportRun.authority_id.in_(authority_ids))
    ).first()
    return tuple(row) if row else None  # type: ignore[return-value]
