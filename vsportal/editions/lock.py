"""Published editions never change: `lock.toml` holds the SHA-256 of each of their files.

A correction of a published form is a new edition (2026-27.1), so that old plans read as they were written.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from pathlib import Path

LOCK = "lock.toml"
_HEAD = (
    "# What was published, and the SHA-256 of each file. `flask editions publish` writes this, nobody else.\n"
    "# A correction of a published form is a new edition.\n"
)


class AlreadyPublished(ValueError):
    """The edition was published before."""


def published(folder: Path) -> dict[str, dict[str, str]]:
    """The hash of each file of each published edition, by edition and file."""
    try:
        said = tomllib.loads((folder / LOCK).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return {name: dict(entry["files"]) for name, entry in said.items()}


def hashes(folder: Path, name: str) -> dict[str, str]:
    """The hash of each file of an edition as it is now."""
    edition = folder / name
    files = sorted(file for file in edition.rglob("*") if file.is_file())
    return {file.relative_to(edition).as_posix(): sha256(file.read_bytes()).hexdigest() for file in files}


def broken(folder: Path) -> Iterator[str]:
    """A sentence for each file of a published edition that changed, went, or came."""
    for name, before in published(folder).items():
        now = hashes(folder, name)
        for file in sorted(before.keys() | now.keys()):
            if before.get(file) == now.get(file):
                continue
            did = "is gone" if file not in now else "is new" if file not in before else "has changed"
            remedy = f"Put it back as it was, and write {name}.1 for the correction."
            yield f"{name}/{file}: {name} is published and this file {did}. {remedy}"


def publish(folder: Path, name: str, on: date) -> None:
    """Add an edition to the lock. Raises `AlreadyPublished`."""
    if name in published(folder):
        raise AlreadyPublished(f"{name} is published already. Write {name}.1 for a correction.")
    file = folder / LOCK
    text = file.read_text(encoding="utf-8") if file.is_file() else _HEAD
    lines = [f'"{path}" = "{digest}"' for path, digest in hashes(folder, name).items()]
    entry = "\n".join([f'["{name}"]', f"published = {on.isoformat()}", "", f'["{name}".files]', *lines])
    file.write_text(f"{text}\n{entry}\n", encoding="utf-8")
