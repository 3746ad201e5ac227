"""Word, Excel, PowerPoint and OpenDocument files: archives that are looked through and written anew.

Everything is bounded before it is done: the list of members before it is read, their sizes before
they are unpacked. Nothing is ever unpacked to a disk. What says who wrote it is left out of the copy.
"""

from __future__ import annotations

import re
import struct
import zlib
from dataclasses import dataclass
from pathlib import PurePosixPath
from tempfile import SpooledTemporaryFile
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from vsportal.files.pictures import without_particulars
from vsportal.files.refusing import Refused

MOST_MEMBERS = 2_000
MOST_LIST = 1_000_000
"""Bytes of the archive's own list of its members."""
MOST_UNPACKED = 200_000_000
MOST_RATIO = 100
SMALL = 10_000_000
"""Up to so many bytes unpacked, it does not matter how well they were packed."""
PIECE = 64 * 1024
IN_MEMORY = 1_000_000

_OFFICE = "application/vnd.openxmlformats-officedocument"
DOCUMENTS = {
    "word/document.xml": ("docx", f"{_OFFICE}.wordprocessingml.document"),
    "xl/workbook.xml": ("xlsx", f"{_OFFICE}.spreadsheetml.sheet"),
    "ppt/presentation.xml": ("pptx", f"{_OFFICE}.presentationml.presentation"),
}
"""The member without which it is none → extension and media type."""
OPEN_DOCUMENTS = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
}
_ARCHIVES = (b"PK\x03\x04", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"\xd0\xcf\x11\xe0", b"MZ")
_HELD_WHOLE = (b"\xff\xd8\xff", b"\x1f\x8b")
MOST_HELD = 25_000_000
"""Bytes of a picture in a document: those are held in memory while they are looked at."""
_PROGRAMS = re.compile(
    r"vbaproject|vbadata|(^|/)activex/|^basic/|^scripts/|(^|/)macrosheets/|\.(exe|dll|js|vbs)$"
)
_XML = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_EMPTY = {
    "docprops/core.xml": _XML
    + b'<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>',
    "docprops/app.xml": _XML
    + b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>',
    "docprops/custom.xml": _XML
    + b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"/>',
    "meta.xml": b'<?xml version="1.0" encoding="UTF-8"?>\n<office:document-meta'
    b' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" office:version="1.2">'
    b"<office:meta/></office:document-meta>",
}
"""What says who wrote a document, when and with what: the same member with nothing in it."""
_THUMBNAIL = re.compile(rb"<Relationship\b[^>]*/metadata/thumbnail\"[^>]*/>")

NOT_WHOLE = (
    "“{name}” cannot be opened: it is damaged or not what its name says. Save it again and send it again."
)
TOO_MUCH = "“{name}” holds more than it should when it is unpacked. Save it as a PDF and send that."
LOCKED = "“{name}” is locked with a password, so it cannot be checked. Save it without one and send it again."
PROGRAMS = "“{name}” has macros in it. Save it without them, for example as a PDF, and send it again."
INSIDE = "“{name}” has another file inside it. Send the files one by one, or save it as a PDF."
PLAIN_ZIP = "“{name}” is a folder of files packed as one. Send the files in it one by one."


@dataclass
class Budget:
    """How much may still be unpacked of one file and all that is inside it."""

    left: int = MOST_UNPACKED
    members: int = MOST_MEMBERS


def clean_document(name: str, stream: IO[bytes], size: int) -> tuple[str, str, IO[bytes]]:
    """Look a document through and write it anew: its extension, its media type, and the copy.

    `size`: bytes of the file as it was sent. Refused when it is locked, holds macros or other files,
    or unpacks to more than it should.
    """
    try:
        return _clean(name, stream, size, Budget(), inside=False)
    except (
        BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        struct.error,
        ValueError,
        KeyError,
    ) as error:
        raise Refused(NOT_WHOLE.format(name=name)) from error


def _clean(
    name: str, stream: IO[bytes], size: int, budget: Budget, *, inside: bool
) -> tuple[str, str, IO[bytes]]:
    _bound_the_list(name, stream)
    with ZipFile(stream) as archive:
        _look_over(name, archive.infolist(), size, budget)
        extension, media_type = _what_it_is(name, archive)
        copy: IO[bytes] = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  handed on
        try:
            with ZipFile(copy, "w", ZIP_DEFLATED) as target:
                copying = _Copying(name, archive, target, budget, inside)
                for member in archive.infolist():
                    if not member.is_dir():
                        copying.carry_over(member)
        except BaseException:
            copy.close()
            raise
    copy.seek(0)
    return extension, media_type, copy


def _bound_the_list(name: str, stream: IO[bytes]) -> None:
    """Before the list of members is read: is it short? An archive can claim millions in a few bytes each."""
    end = stream.seek(0, 2)
    stream.seek(max(0, end - 66_000))
    tail = stream.read()
    at = (
        len(tail) - 22
        if tail[-22:-18] == b"PK\x05\x06" and tail[-2:] == b"\0\0"
        else tail.rfind(b"PK\x05\x06")
    )
    if at < 0 or len(tail) < at + 22:
        raise Refused(NOT_WHOLE.format(name=name))
    count, length = struct.unpack("<HL", tail[at + 10 : at + 16])
    if count > MOST_MEMBERS or length > MOST_LIST or b"PK\x06\x07" in tail[max(0, at - 20) : at]:
        raise Refused(TOO_MUCH.format(name=name))
    stream.seek(0)


def _look_over(name: str, members: list[ZipInfo], size: int, budget: Budget) -> None:
    """What the list of members says, before anything is unpacked."""
    names = [member.filename for member in members]
    unpacked = sum(member.file_size for member in members)
    budget.members -= len(members)
    budget.left -= unpacked
    if budget.members < 0 or budget.left < 0 or (unpacked > SMALL and unpacked > MOST_RATIO * max(size, 1)):
        raise Refused(TOO_MUCH.format(name=name))
    if any(member.flag_bits & 0x1 for member in members):
        raise Refused(LOCKED.format(name=name))
    if len({n.lower() for n in names}) < len(names) or not all(_stays_inside(n) for n in names):
        raise Refused(NOT_WHOLE.format(name=name))
    if any(member.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for member in members):
        raise Refused(NOT_WHOLE.format(name=name))
    if any(_PROGRAMS.search(n.lower()) for n in names):
        raise Refused(PROGRAMS.format(name=name))


def _stays_inside(member: str) -> bool:
    """Whether a member's name leads nowhere but into its own folder."""
    path = PurePosixPath(member)
    return not (path.is_absolute() or ".." in path.parts or "\\" in member or ":" in member or "\0" in member)


def _what_it_is(name: str, archive: ZipFile) -> tuple[str, str]:
    """The extension and media type, by what is in it."""
    names = set(archive.namelist())
    if "mimetype" in names:
        with archive.open("mimetype") as said:
            kind = said.read(200).strip()
        if kind in OPEN_DOCUMENTS and {"content.xml", "META-INF/manifest.xml"} <= names:
            _not_locked(name, archive)
            return OPEN_DOCUMENTS[kind], kind.decode()
    found = [both for member, both in DOCUMENTS.items() if member in names]
    if len(found) != 1 or "[Content_Types].xml" not in names:
        raise Refused(PLAIN_ZIP.format(name=name))
    with archive.open("[Content_Types].xml") as types:
        if b"macroenabled" in types.read(MOST_LIST).lower():
            raise Refused(PROGRAMS.format(name=name))
    return found[0]


def _not_locked(name: str, archive: ZipFile) -> None:
    """An OpenDocument file is locked member by member, and says so in its manifest."""
    with archive.open("META-INF/manifest.xml") as manifest:
        if b"encryption-data" in manifest.read(MOST_LIST):
            raise Refused(LOCKED.format(name=name))


@dataclass(frozen=True)
class _Copying:
    """One document on its way into its copy."""

    name: str
    archive: ZipFile
    target: ZipFile
    budget: Budget
    inside: bool
    """Whether it is itself inside another one."""

    def carry_over(self, member: ZipInfo) -> None:
        """One member: without what says who wrote it, and looked through when it is a document."""
        lower = member.filename.lower()
        if lower.startswith("docprops/thumbnail"):
            return
        copied = ZipInfo(member.filename)  # with a date of 1980: when it was written is left out too
        # An OpenDocument file says first, and unpacked, what it is.
        copied.compress_type = ZIP_STORED if lower == "mimetype" else ZIP_DEFLATED
        if lower in _EMPTY:
            self.target.writestr(copied, _EMPTY[lower])
            return
        with self.archive.open(member) as source:
            start = source.read(8)
            if start.startswith(_HELD_WHOLE) and member.file_size > MOST_HELD:
                raise Refused(TOO_MUCH.format(name=self.name))
            if lower == "_rels/.rels":
                self.target.writestr(copied, _THUMBNAIL.sub(b"", start + source.read(MOST_LIST)))
            elif start.startswith(b"\xff\xd8\xff"):
                self.target.writestr(copied, without_particulars(start + source.read()))
            elif start.startswith(b"\x1f\x8b") and lower.endswith((".emz", ".wmz")):
                self.target.writestr(copied, start + source.read())  # a drawing, packed
            elif start.startswith(_ARCHIVES):
                self._document_inside(member, copied, start, source)
            else:
                self._pour(copied, start, source)

    def _document_inside(self, member: ZipInfo, copied: ZipInfo, start: bytes, source: IO[bytes]) -> None:
        """The table behind a chart is a workbook of its own: looked through like the whole. Nothing else."""
        if (
            self.inside
            or "/embeddings/" not in member.filename.lower()
            or not start.startswith(b"PK\x03\x04")
        ):
            raise Refused(INSIDE.format(name=self.name))
        with SpooledTemporaryFile(max_size=IN_MEMORY) as held:
            held.write(start)
            while piece := source.read(PIECE):
                held.write(piece)
            _, _, clean = _clean(self.name, held, member.file_size, self.budget, inside=True)
        with clean:
            self._pour(copied, b"", clean)

    def _pour(self, copied: ZipInfo, start: bytes, source: IO[bytes]) -> None:
        with self.target.open(copied, "w") as out:
            out.write(start)
            while piece := source.read(PIECE):
                out.write(piece)
