"""The policy in force, and the worked policies a new one can start from."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sqlalchemy import Date, Select, bindparam, exists, or_, select

from vsportal.extensions import db
from vsportal.funding.shape import Policy
from vsportal.funding.years import financial_year, year_bounds
from vsportal.models import Authority, Child, FundingPolicy
from vsportal.ties import Actor, ties, values_of, whoever

__all__ = [
    "InForce", "Version", "financial_year", "in_force", "policy_of", "readable", "starting_policies",
    "version", "versions", "year_bounds",
]  # fmt: skip

STARTING = Path(__file__).parent / "policies"


@dataclass(frozen=True)
class InForce:
    """A version of a policy, with what it says."""

    row: FundingPolicy
    policy: Policy


def policy_of(row: FundingPolicy) -> Policy:
    """What a version says."""
    return Policy.model_validate(row.body)


def in_force(authority_id: int, on: date) -> InForce | None:
    """The policy an authority has on a day: of that day's year, the latest that has started."""
    values = {"authority": authority_id, "year": financial_year(on), "on": on}
    row = db.session.scalar(_in_force_query(), values)
    return InForce(row, policy_of(row)) if row else None


@cache
def _in_force_query() -> Select[FundingPolicy]:
    """The version of the authority `authority` for the year `year` in force on the day `on`: built once."""
    return (
        select(FundingPolicy)
        .where(
            FundingPolicy.authority_id == bindparam("authority"),
            FundingPolicy.financial_year == bindparam("year"),
            FundingPolicy.state == "published",
            FundingPolicy.starts_on <= bindparam("on", type_=Date),
        )
        .order_by(FundingPolicy.starts_on.desc(), FundingPolicy.version.desc())
        .limit(1)
    )


@cache
def starting_policies() -> Mapping[str, Policy]:
    """The worked policies, by the name of their file without its number; the first is the default."""
    common = _toml(STARTING / "common.toml")
    files = sorted(STARTING.glob("[0-9]-*.toml"))
    return MappingProxyType(
        {file.stem.split("-", 1)[1]: Policy.model_validate(common | _toml(file)) for file in files}
    )


def _toml(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text(encoding="utf-8"))


# Versions ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Version:
    """A version in the list of an authority's policies."""

    row: FundingPolicy
    name: str
    until: date | None
    """The last day on which it is the policy of its year; None for a draft, or one that never was."""

    @property
    def never(self) -> bool:
        """Whether a later version replaced it before it began."""
        return self.row.state == "published" and self.until is None

    def holds(self, on: date) -> bool:
        """Whether it is the policy on a day."""
        return self.until is not None and self.row.starts_on <= on <= self.until


def versions(authority_id: int) -> list[Version]:
    """All versions an authority has, the latest year and version first: one statement."""
    rows = db.session.scalars(
        select(FundingPolicy)
        .where(FundingPolicy.authority_id == authority_id)
        .order_by(FundingPolicy.financial_year.desc(), FundingPolicy.version.desc())
    ).all()
    return [Version(row, str(row.body.get("name", "")), _until(row, rows)) for row in rows]


def _until(row: FundingPolicy, rows: Sequence[FundingPolicy]) -> date | None:
    """The last day on which a version is its year's policy."""
    if row.state != "published":
        return None
    later = [
        other.starts_on
        for other in rows
        if other.state == "published"
        and other.financial_year == row.financial_year
        and (other.starts_on, other.version) > (row.starts_on, row.version)
    ]
    ends = min(later) - timedelta(days=1) if later else year_bounds(row.financial_year)[1]
    return ends if ends >= row.starts_on else None


def version(ref: str, *, lock: bool = False) -> FundingPolicy | None:
    """A version by its reference; with `lock`, its row is held until the transaction ends."""
    query = select(FundingPolicy).where(FundingPolicy.ref == ref)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return db.session.scalar(query)


def readable(actor: Actor, ref: str) -> tuple[FundingPolicy, Authority] | None:
    """A published version, for whoever belongs to its authority or sees a child of it today."""
    own = [held.authority_id for held in actor.held if held.authority_id is not None]
    seen = select(ties(whoever(actor)).c.child_id)
    row = db.session.execute(
        select(FundingPolicy, Authority)
        .join(Authority, Authority.id == FundingPolicy.authority_id)
        .where(
            FundingPolicy.ref == ref,
            FundingPolicy.state == "published",
            or_(
                FundingPolicy.authority_id.in_(own),
                exists().where(Child.authority_id == FundingPolicy.authority_id, Child.id.in_(seen)),
            ),
        ),
        values_of(actor),
    ).one_or_none()
    return (row[0], row[1]) if row else None
