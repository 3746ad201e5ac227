"""The small form of `tests/editions/small`, and what tests ask of it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from vsportal.editions import Choice, asked_of, load
from vsportal.editions.schema import Asked, Edition, Leaf, Season

FOLDER = Path(__file__).parent


@cache
def small() -> Edition:
    """The small edition."""
    return load(FOLDER / "small")


@cache
def asked(section: str, season: Season = "autumn") -> Asked:
    """A section of the small edition as a Year 10 plan asks it."""
    return next(s for s in asked_of(small(), Choice("secondary", season, year=10)) if s.id == section)


def leaf(key: str, section: str = "school", season: Season = "autumn") -> Leaf:
    """A leaf that must be there."""
    found = asked(section, season).leaf(key)
    assert found is not None, key
    return found
