"""Where the bytes lie when an authority has S3-compatible storage: one bucket, each file under `plans/`.

Imported only where FILES_URL names a bucket, so that everybody else starts without its client. What the
storage says of an error stays out of ours: it may name the bucket, its address or the key.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import IO

import obstore
import structlog
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import S3Store

from vsportal import clock
from vsportal.files.storage import UNCLAIMED, StorageAway
from vsportal.settings import BucketAddress

PREFIX = "plans/"
CONNECT_SECONDS, SECONDS = 5, 30
ONCE_MORE = 1
"""Retries of one request: whoever waits is at a page."""
IN_MEMORY = 1_000_000
PIECE = 256 * 1024

log = structlog.get_logger()


@dataclass(frozen=True)
class Bucket:
    """Files in one bucket, the same verbs as a `Folder` has."""

    store: S3Store

    def keep(self, ref: str, stream: IO[bytes]) -> None:
        """Send a file, whole or not at all: one request, stored when this returns. Raises StorageAway."""
        stream.seek(0)
        content = BytesIO(stream.read())  # a stream that breaks off is an error of ours, not of the storage
        with _answered("keep"):
            obstore.put(self.store, PREFIX + ref, content, use_multipart=False)

    def read(self, ref: str) -> IO[bytes] | None:
        """The file, fetched whole before any of it leaves; None when it is gone. Raises StorageAway."""
        fetched = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  closed by whoever asked
        try:
            with _answered("read"):
                for piece in obstore.get(self.store, PREFIX + ref).stream(min_chunk_size=PIECE):
                    fetched.write(bytes(piece))
        except FileNotFoundError:
            fetched.close()
            return None
        except BaseException:
            fetched.close()
            raise
        fetched.seek(0)
        return fetched

    def forget(self, ref: str) -> None:
        """Take the bytes away; done twice, it does no harm. Raises StorageAway."""
        try:
            with _answered("forget"):
                obstore.delete(self.store, PREFIX + ref)
        except FileNotFoundError:
            return

    def unclaimed(self, kept: Collection[str], now: datetime | None = None) -> Iterator[str]:
        """Names of files here that are not among those `kept`, and have been here for a day."""
        before = (now or clock.now()) - UNCLAIMED
        with _answered("list"):
            found = obstore.list(self.store, PREFIX).collect()
        for one in sorted(found, key=lambda one: one["path"]):
            name = one["path"].removeprefix(PREFIX)
            if name not in kept and one["last_modified"] < before:
                yield name


@lru_cache(maxsize=4)
def bucket_at(address: BucketAddress) -> Bucket:
    """The bucket at an address, with one set of connections for all requests of this process."""
    return Bucket(
        S3Store(
            address.bucket,
            endpoint=address.endpoint,
            region=address.region,
            access_key_id=address.key,
            secret_access_key=address.secret,
            virtual_hosted_style_request=False,  # a server of one's own has one name
            disable_bulk_delete=True,  # not every such storage knows it
            client_options={
                "allow_http": not address.tls,
                "connect_timeout": timedelta(seconds=CONNECT_SECONDS),
                "timeout": timedelta(seconds=SECONDS),
            },
            retry_config={"max_retries": ONCE_MORE, "retry_timeout": timedelta(seconds=SECONDS)},
        )
    )


@contextmanager
def _answered(what: str) -> Iterator[None]:
    """What goes wrong as our own error, without the storage’s words: FileNotFoundError or StorageAway."""
    try:
        yield
    except (NotFoundError, FileNotFoundError):
        raise FileNotFoundError from None
    except (BaseError, OSError) as error:
        log.warning("storage_away", what=what, error=type(error).__name__)
        raise StorageAway from None
