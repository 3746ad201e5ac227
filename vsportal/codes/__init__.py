"""The code lists of the returns and registers: what a code means, and which can be chosen on a day.

Each list is a TOML file beside this one: its name, title, source and codes, in the order shown.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


class CodeListError(ValueError):
    """A code list's file says something it may not: the sentence names the file and the code."""


@dataclass(frozen=True)
class Code:
    """One code, its words, and the first and last day on which it can be chosen."""

    code: str
    label: str
    starts: date | None = None
    ends: date | None = None

    def in_use(self, on: date) -> bool:
        """Whether it can be chosen on this day."""
        return (self.starts is None or self.starts <= on) and (self.ends is None or on <= self.ends)


@dataclass(frozen=True)
class CodeList:
    """A list as its file says it, in the order in which it is shown."""

    name: str
    title: str
    source: str
    codes: tuple[Code, ...]


def names() -> tuple[str, ...]:
    """The lists there are, in alphabetical order."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


@cache
def get(name: str) -> CodeList:
    """The whole list, retired codes included, read once. LookupError when there is no such list."""
    path = FOLDER / f"{name}.toml"
    if name not in names():
        raise LookupError(f"There is no code list “{name}”. There are: {', '.join(names())}.")
    return read(path)


@lru_cache(maxsize=256)
def options(name: str, on: date | None = None) -> tuple[tuple[str, str], ...]:
    """Code and words of what can be chosen on a day; without a day, of all that has no end."""
    return tuple((c.code, c.label) for c in get(name).codes if (c.in_use(on) if on else c.ends is None))


def label(name: str, code: str) -> str:
    """The words of a code, retired ones too; a code the list never had is shown as it stands."""
    return _labels(name).get(code, code)


@cache
def _labels(name: str) -> dict[str, str]:
    return {c.code: c.label for c in get(name).codes}


def read(path: Path) -> CodeList:
    """Read and check one file; CodeListError says what is wrong and where."""
    said = tomllib.loads(path.read_text(encoding="utf-8"))
    if unknown := said.keys() - {"name", "title", "source", "codes"}:
        raise CodeListError(f"{path.name}: “{min(unknown)}” is not a key of a code list.")
    if said.get("name") != path.stem:
        raise CodeListError(f"{path.name}: its name is “{said.get('name')}”, the file’s is “{path.stem}”.")
    for key in ("title", "source"):
        if not isinstance(said.get(key), str) or not said[key]:
            raise CodeListError(f"{path.name}: it has no {key}.")
    codes = tuple(_code(path, entry) for entry in said.get("codes", ()))
    if not codes:
        raise CodeListError(f"{path.name}: it has no codes.")
    for what, seen in (("code", [c.code for c in codes]), ("label", [c.label for c in codes])):
        if twice := {s for s in seen if seen.count(s) > 1}:
            raise CodeListError(f"{path.name}: the {what} “{min(twice)}” is there twice.")
    return CodeList(said["name"], said["title"], said["source"], codes)


def _code(path: Path, entry: dict[str, Any]) -> Code:
    # `Any`: what tomllib read, before it is checked.
    where = f"{path.name}, {entry.get('code', 'a code without “code”')}"
    if unknown := entry.keys() - {"code", "label", "from", "until"}:
        raise CodeListError(f"{where}: “{min(unknown)}” is not a key of a code.")
    if not entry.get("code") or not entry.get("label"):
        raise CodeListError(f"{where}: it needs a code and a label.")
    starts, ends = entry.get("from"), entry.get("until")
    if starts and ends and ends < starts:
        raise CodeListError(f"{where}: it ends before it starts.")
    return Code(entry["code"], entry["label"], starts, ends)
