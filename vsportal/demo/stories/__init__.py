"""The demo's children: facts of the record, and what people say, in their own voices.

Those whom newcomers meet first have a file each, the others share one.

All invented. `{6 weeks ago}` in a phrase stands for a date, so that no story ages.
"""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any  # what a file says, before it is a story

from vsportal.demo.stories.more import more_stories
from vsportal.demo.stories.story import Story

ORDER = (
    # One social worker's, in Fenland's north
    *("amira", "jayden", "malachi", "ruby", "callum", "nadia", "tyler", "reuben", "maya"),
    # Fenland's south
    *("theo", "connor", "isla", "dylan", "poppy", "samir", "grace", "finlay", "oscar", "toby"),
    # Holland Coast
    *("kezia", "bilal", "ffion", "leila", "zofia", "robin", "harper"),
)


@cache
def stories() -> tuple[Story, ...]:
    """All children of the demo, read once."""
    return (*(_read(key) for key in ORDER), *more_stories())


def _read(key: str) -> Story:
    said: dict[str, Any] = tomllib.loads((Path(__file__).parent / f"{key}.toml").read_text(encoding="utf-8"))
    values: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in said.items()}
    return Story(key=key, **values)
