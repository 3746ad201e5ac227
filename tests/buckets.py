"""An S3-compatible storage for tests: one bucket in memory, answering on 127.0.0.1."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from vsportal import clock

KEY, SECRET = "qzkey", "qz/secret+1"
BUCKET = "papers"


@dataclass
class Shelf:
    """What the storage holds, what it was asked, and whether it answers with errors."""

    objects: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    signed: list[str] = field(default_factory=list)
    url: str = ""
    hours_ago: int = 0
    """How long ago everything here was written."""
    broken: int = 0
    """A status that it answers everything with; 0 for none."""


class _Asked(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    shelf: Shelf

    def _answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _refused(self) -> bool:
        self.shelf.asked.append(self.command)
        self.shelf.signed.append(self.headers.get("Authorization", ""))
        if status := self.shelf.broken:
            self._answer(status, f"<Error><Message>no {KEY} {SECRET}</Message></Error>".encode())
        return bool(self.shelf.broken)

    @property
    def _name(self) -> str:
        return urlsplit(self.path).path.removeprefix(f"/{BUCKET}").lstrip("/")

    def do_PUT(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        if not self._refused():
            self.shelf.objects[self._name] = content
            self._answer(200, ETag='"1"')

    def do_GET(self) -> None:
        if self._refused():
            return
        if not self._name:
            self._listed()
        elif self._name in self.shelf.objects:
            self._answer(200, self.shelf.objects[self._name], ETag='"1"', Last_Modified=self._now())
        else:
            self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>")

    def do_DELETE(self) -> None:
        if not self._refused():
            self.shelf.objects.pop(self._name, None)
            self._answer(204)

    def _listed(self) -> None:
        prefix = parse_qs(urlsplit(self.path).query).get("prefix", [""])[0]
        written = clock.now() - timedelta(hours=self.shelf.hours_ago)
        found = "".join(
            f"<Contents><Key>{name}</Key><Size>{len(content)}</Size><ETag>1</ETag>"
            f"<LastModified>{written:%Y-%m-%dT%H:%M:%S.000Z}</LastModified></Contents>"
            for name, content in sorted(self.shelf.objects.items())
            if name.startswith(prefix)
        )
        self._answer(200, f"<ListBucketResult>{found}</ListBucketResult>".encode())

    @staticmethod
    def _now() -> str:
        return format_datetime(clock.now(), usegmt=True)

    def log_message(self, *_what: Any) -> None:
        """Say nothing."""


@contextmanager
def storage() -> Iterator[Shelf]:
    """The storage, until the end of the block; afterwards nobody answers at its address."""
    shelf = Shelf()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Asked", (_Asked,), {"shelf": shelf}))
    server.daemon_threads = True
    shelf.url = f"s3://{KEY}:qz%2Fsecret%2B1@127.0.0.1:{server.server_port}/{BUCKET}?tls=0"
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    serving.start()
    try:
        yield shelf
    finally:
        server.shutdown()
        serving.join()
        server.server_close()
