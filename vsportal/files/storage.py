"""Where the bytes lie: a folder outside the web root, each file under its reference and nothing else.

Or a bucket (`bucket.py`), where FILES_URL names one.

A file is written whole or not at all. It is written before its row is, and taken away after its row has
been marked as removed: what a crash leaves behind is bytes that nobody can ask for (`flask files tidy`).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Protocol

from vsportal import clock
from vsportal.errors import OperationError
from vsportal.settings import Settings

HALF = ".part"
UNCLAIMED = timedelta(hours=24)
"""How long bytes may lie without a row: far longer than any request takes."""


AWAY = (
    "Files cannot be kept or fetched now: the storage does not answer. What is in the plan is safe. "
    "Try again later."
)


class StorageAway(OperationError):
    """The storage is not reached, or refuses us; nothing was kept or lost."""

    def __init__(self) -> None:
        super().__init__(AWAY)


class Storage(Protocol):
    """What can be done with bytes, wherever they lie."""

    def keep(self, ref: str, stream: IO[bytes]) -> None:
        """Keep a file whole, or not at all."""

    def read(self, ref: str) -> IO[bytes] | None:
        """The file, to be read and closed; None when its bytes are gone."""

    def forget(self, ref: str) -> None:
        """Take the bytes away; done twice, it does no harm."""

    def unclaimed(self, kept: Collection[str], now: datetime | None = None) -> Iterator[str]:
        """Names of files that are not among those `kept`, and have been there for a day."""


@dataclass(frozen=True)
class Folder:
    """Files in one folder, readable by the portal's own account alone."""

    path: Path

    def keep(self, ref: str, stream: IO[bytes]) -> None:
        """Write a file: on the disk when this returns, under its name only when it is whole."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        half = self.path / f"{ref}{HALF}"
        stream.seek(0)
        try:
            with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
                shutil.copyfileobj(stream, out)
                out.flush()
                os.fsync(out.fileno())
            half.rename(self.path / ref)
        except BaseException:
            half.unlink(missing_ok=True)
            raise
        with suppress(OSError):  # some file systems cannot; the file itself is on the disk
            folder = os.open(self.path, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)

    def read(self, ref: str) -> IO[bytes] | None:
        """The file, to be read and closed; None when its bytes are gone."""
        try:
            return (self.path / ref).open("rb")
        except FileNotFoundError:
            return None

    def forget(self, ref: str) -> None:
        """Take the bytes away; done twice, it does no harm."""
        (self.path / ref).unlink(missing_ok=True)

    def unclaimed(self, kept: Collection[str], now: datetime | None = None) -> Iterator[str]:
        """Names of files here that are not among those `kept`, and have been here for a day."""
        before = ((now or clock.now()) - UNCLAIMED).timestamp()
        if not self.path.is_dir():
            return
        for found in sorted(self.path.iterdir()):
            if found.is_file() and found.name not in kept and found.stat().st_mtime < before:
                yield found.name


def storage_of(settings: Settings) -> Storage:
    """Where this portal keeps the files of plans."""
    if settings.bucket is not None:
        from vsportal.files.bucket import bucket_at  # its client is loaded only where it is used

        return bucket_at(settings.bucket)
    return Folder(settings.files / "plans")
