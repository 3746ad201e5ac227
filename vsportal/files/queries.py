"""The files of a plan: the selects. One statement each, however many files there are."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select, union_all

from vsportal.database import read_columns
from vsportal.extensions import db
from vsportal.models import Attachment, FundingFile, Pep, User


@dataclass(frozen=True)
class Kept:
    """A file as lists show it."""

    ref: str
    section_id: str
    field_id: str
    row: str
    name: str
    bytes: int
    scan: str
    added_at: datetime
    added_by: str


def kept_in(pep_id: int, section_id: str, questions: Collection[str]) -> list[Kept]:
    """The files at these questions of a section, in the order in which they were added."""
    values = {"pep": pep_id, "section": section_id, "questions": sorted(questions)}
    return [Kept(*row) for row in read_columns(_kept_query(), values)]


@cache
def _kept_query() -> Select[*tuple[Any, ...]]:
    """What is kept at the questions `questions` of the section `section` of the plan `pep`: built once."""
    return (
        select(
            Attachment.ref,
            Attachment.section_id,
            Attachment.field_id,
            Attachment.row,
            Attachment.name,
            Attachment.bytes,
            Attachment.scan,
            Attachment.created_at,
            User.name,
        )
        .join(User, User.id == Attachment.added_by_id)
        .where(
            Attachment.pep_id == bindparam("pep"),
            Attachment.section_id == bindparam("section"),
            Attachment.field_id.in_(bindparam("questions", expanding=True)),
            Attachment.removed_at.is_(None),
        )
        .order_by(Attachment.created_at, Attachment.id)
    )


def file_and_plan(ref: str) -> tuple[Attachment, str] | None:
    """A file that is kept, and the reference of its plan. Says nothing of who may see it."""
    found = db.session.execute(
        select(Attachment, Pep.ref)
        .join(Pep, Pep.id == Attachment.pep_id)
        .where(Attachment.ref == ref, Attachment.removed_at.is_(None))
    ).first()
    return (found[0], found[1]) if found else None


def all_kept() -> frozenset[str]:
    """The references of all files that are kept, of every authority: for tidying up.

    Those of plans and those of PP+ requests lie in the same place.
    """
    kept = [select(model.ref).where(model.removed_at.is_(None)) for model in (Attachment, FundingFile)]
    return frozenset(db.session.scalars(union_all(*kept)))
