"""What a file is, decided by its content alone: looked through, cleaned, and called by its right name."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import PurePath
from typing import IO

from vsportal.files.archives import clean_document
from vsportal.files.pdfs import check_pdf
from vsportal.files.pictures import clean_picture
from vsportal.files.refusing import Refused

TAKEN = (
    "PDF, Word (.docx), Excel (.xlsx), PowerPoint (.pptx), OpenDocument, JPEG, PNG, WebP, GIF and plain text"
)
SAME = {"jpeg": "jpg", "jpe": "jpg", "text": "txt", "gif": "png"}
"""Extensions that mean the same; a GIF is kept as a PNG."""
LONGEST_NAME = 120
_MARKUP = re.compile(r"<(!doctype|html|svg|script|\?xml|head|body|iframe|math)\b|<!--", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[\\/:*?"<>|]+')

EMPTY = "“{name}” is empty. Send a file with something in it."
OLD_OFFICE = "“{name}” is an older Office file or locked with a password. Send it as .docx, .xlsx or PDF."
APPLE = "“{name}” is a picture in Apple’s own format. Save it as a JPEG and send it again."
WRONG_KIND = "“{name}” is not a kind of file that can be kept here. Send one of these: {taken}."
NOT_INSIDE = (
    "“{name}” is not what its name says, and not a kind of file that can be kept here. "
    "Open it in the program that made it and save it again, or send another."
)
MISNAMED = (
    "“{name}” is not what its name says: it is a {really} file. Give it its right name, or save it again."
)


@dataclass(frozen=True)
class Sound:
    """A file that may be kept: its name and kind by its content, its bytes cleaned."""

    name: str
    media_type: str
    stream: IO[bytes]
    """For whoever asked to close, when it is kept somewhere."""
    bytes: int
    sha256: str


def examine(name: str, stream: IO[bytes]) -> Sound:
    """Look a file through and clean it. `stream` can be read from its start, any number of times.

    Raises `Refused` with the sentence for whoever sent it. Memory and time are bounded whatever it claims.
    """
    name = safe_name(name)
    size = stream.seek(0, 2)
    stream.seek(0)
    start = stream.read(16)
    if not size:
        raise Refused(EMPTY.format(name=name))
    extension, media_type, clean = _cleaned(name, stream, size, start)
    try:
        _agrees(name, extension)
    except Refused:
        clean.close()
        raise
    length = clean.seek(0, 2)
    clean.seek(0)
    digest = file_digest(clean, "sha256").hexdigest()  # type: ignore[arg-type]
    clean.seek(0)
    return Sound(_called(name, extension), media_type, clean, length, digest)


def _cleaned(name: str, stream: IO[bytes], size: int, start: bytes) -> tuple[str, str, IO[bytes]]:
    """Extension, media type and clean bytes, by how the file begins."""
    if start.startswith(b"%PDF-"):
        check_pdf(name, stream)
        return "pdf", "application/pdf", stream
    if start.startswith(b"PK"):
        return clean_document(name, stream, size)
    if start.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8")) or (start[:4], start[8:12]) == (
        b"RIFF",
        b"WEBP",
    ):
        return clean_picture(name, stream)
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise Refused(OLD_OFFICE.format(name=name))
    if start[4:8] == b"ftyp" and start[8:12] in (b"heic", b"heix", b"mif1", b"heif", b"hevc", b"avif"):
        raise Refused(APPLE.format(name=name))
    return _text(name, stream)


def _text(name: str, stream: IO[bytes]) -> tuple[str, str, IO[bytes]]:
    """Plain text and tables as text: only under their own names, and only when they are nothing else."""
    extension = SAME.get(_extension(name), _extension(name))
    stream.seek(0)
    content = stream.read()
    try:
        words = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        words = content.decode("cp1252", errors="replace")
    odd = any(ord(c) < 32 and c not in "\t\r\n\f" for c in words) or "\ufffd" in words
    if extension not in ("txt", "csv") or odd or _MARKUP.search(words):
        wrong = NOT_INSIDE if extension in KNOWN else WRONG_KIND
        raise Refused(wrong.format(name=name, taken=TAKEN))
    return extension, "text/csv" if extension == "csv" else "text/plain", stream


def _agrees(name: str, extension: str) -> None:
    """A name may lack an extension or write it otherwise, but not claim another kind."""
    claimed = _extension(name)
    known = claimed in KNOWN or claimed in SAME
    if known and SAME.get(claimed, claimed) != extension:
        raise Refused(MISNAMED.format(name=name, really=extension.upper()))
    if claimed and not known and len(claimed) <= 4 and not claimed.isdigit():
        raise Refused(MISNAMED.format(name=name, really=extension.upper()))


KNOWN = frozenset({"pdf", "docx", "xlsx", "pptx", "odt", "ods", "jpg", "png", "webp", "txt", "csv"})


def _extension(name: str) -> str:
    return PurePath(name).suffix.removeprefix(".").lower()


def _called(name: str, extension: str) -> str:
    """The name with the extension its content has."""
    claimed = _extension(name)
    stem = PurePath(name).stem if claimed in KNOWN or claimed in SAME else name
    return f"{stem}.{extension}"


def safe_name(name: str) -> str:
    """A name that is only a name: no folders, no control or turning characters, of a bearable length."""
    last = name.replace("\\", "/").rpartition("/")[2]
    plain = "".join(c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c)[0] != "C")
    plain = " ".join(_FORBIDDEN.sub(" ", plain).split()).strip(". ")
    stem, dot, extension = plain.rpartition(".")
    if dot and len(extension) <= 8:
        return f"{stem[: LONGEST_NAME - len(extension) - 1]}.{extension}"
    return plain[:LONGEST_NAME] or "file"
