"""Files for tests, made in memory: documents, pictures with a place in them, and what should be refused."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping

from PIL import Image

AUTHOR = "Qzauthor Zq"
TYPES = b"<?xml version='1.0'?><Types/>"
CORE = (
    "<cp:coreProperties xmlns:cp='http://schemas.openxmlformats.org/package/2006/metadata/core-properties'"
    f" xmlns:dc='http://purl.org/dc/elements/1.1/'><dc:creator>{AUTHOR}</dc:creator></cp:coreProperties>"
).encode()
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def packed(members: Mapping[str, bytes], kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive with these members."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", kind) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return made.getvalue()


def docx(**more: bytes) -> bytes:
    """A Word file by Qzauthor; `more`: members by name, with “__” for “/” and “_DOT_” for “.”."""
    extra = {name.replace("__", "/").replace("_DOT_", "."): content for name, content in more.items()}
    return packed(
        {
            "[Content_Types].xml": TYPES,
            "word/document.xml": b"<document>A letter to the council</document>",
            "docProps/core.xml": CORE,
            **extra,
        }
    )


def odt(manifest: bytes = b"<manifest/>") -> bytes:
    """An OpenDocument text by Qzauthor."""
    return packed(
        {
            "mimetype": b"application/vnd.oasis.opendocument.text",
            "content.xml": b"<content>A letter</content>",
            "meta.xml": CORE,
            "META-INF/manifest.xml": manifest,
        }
    )


def photo(kind: str = "JPEG", size: tuple[int, int] = (40, 20), *, turned: bool = False) -> bytes:
    """A picture that says where it was taken, by whom and with what."""
    picture = Image.new("RGB", size, "teal")
    told = Image.Exif()
    told[0x010F] = "Qzcamera"
    told[0x013B] = AUTHOR
    if turned:
        told[0x0112] = 6
    place = told.get_ifd(0x8825)
    place[1], place[2] = "N", (52.0, 12.0, 30.0)
    made = io.BytesIO()
    picture.save(made, kind, exif=told, comment=b"Qzcomment")
    return made.getvalue()


def claims(size: int) -> bytes:
    """A Word file whose one member says that it unpacks to so many bytes."""
    content = bytearray(docx(word__big_DOT_xml=b"0" * 1000))
    for sign, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        start = content.rfind(sign)
        content[start + at : start + at + 4] = struct.pack("<L", size)
    return bytes(content)
