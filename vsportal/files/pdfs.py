"""PDFs: looked through for what acts by itself. They are kept as sent, with their own properties."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import IO

from vsportal.files.refusing import Refused

MOST_UNPACKED = 50_000_000
"""Bytes of packed objects that are looked through, in all."""
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_BEGINS = re.compile(rb"stream\r?\n")
LONGEST_HEAD = 2_000
"""Bytes before a stream in which it says what it is."""
_ACTS = re.compile(rb"/(JavaScript|Launch|RichMedia)\b")
_HOLDS = re.compile(rb"/EmbeddedFile\b")
_LOCKED = re.compile(rb"/Encrypt\b")

ACTS = "“{name}” does something by itself when it is opened. Print it to a new PDF and send that."
INSIDE = "“{name}” has another file inside it. Send the files one by one."
LOCKED = "“{name}” is locked, so it cannot be checked. Print it to a new PDF and send that."
NOT_WHOLE = "“{name}” is not a whole PDF. Save it again and send it again."


def check_pdf(name: str, stream: IO[bytes]) -> None:
    """Refused when it runs something, holds another file, is locked, or is not whole."""
    stream.seek(0)
    content = stream.read()
    if b"%%EOF" not in content[-2048:]:
        raise Refused(NOT_WHOLE.format(name=name))
    for part in _parts(name, content):
        plain = _plain(part)
        if _ACTS.search(plain):
            raise Refused(ACTS.format(name=name))
        if _HOLDS.search(plain):
            raise Refused(INSIDE.format(name=name))
        if _LOCKED.search(plain):
            raise Refused(LOCKED.format(name=name))


def _parts(name: str, content: bytes) -> Iterator[bytes]:
    """The file itself, and what is packed in its streams of objects."""
    yield content
    left = MOST_UNPACKED
    for part in content.split(b"endstream"):  # each byte is looked at once, whatever the file says
        begins = _BEGINS.search(part)
        if begins is None or b"/ObjStm" not in _plain(part[: begins.start()][-LONGEST_HEAD:]):
            continue
        try:
            unpacked = zlib.decompressobj().decompress(part[begins.end() :], left)
        except zlib.error:
            continue
        left -= len(unpacked)
        if left <= 0:
            raise Refused(NOT_WHOLE.format(name=name))
        yield unpacked


def _plain(part: bytes) -> bytes:
    """With the letters of names written out: “#4a” is a way of writing “J”."""
    return _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), part)
