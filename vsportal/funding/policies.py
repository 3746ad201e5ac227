"""The policy in force, and the worked policies a new one can start from."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sqlalchemy import select

from vsportal.extensions import db
from vsportal.funding.shape import Policy
from vsportal.funding.years import financial_year, year_bounds
from vsportal.models import FundingPolicy

__all__ = ["InForce", "financial_year", "in_force", "policy_of", "starting_policies", "year_bounds"]

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
    row = db.session.scalar(
        select(FundingPolicy)
        .where(
            FundingPolicy.authority_id == authority_id,
            FundingPolicy.financial_year == financial_year(on),
            FundingPolicy.state == "published",
            FundingPolicy.starts_on <= on,
        )
        .order_by(FundingPolicy.starts_on.desc(), FundingPolicy.version.desc())
        .limit(1)
    )
    return InForce(row, policy_of(row)) if row else None


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
