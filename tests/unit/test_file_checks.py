"""What a file is, is decided by its content: what is kept, under which name, and what is refused."""

from __future__ import annotations

import io
import time
import tracemalloc
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tests.filed import AUTHOR, PDF, claims, docx, odt, packed, photo
from vsportal.files.checks import LONGEST_NAME, Sound, examine, safe_name
from vsportal.files.refusing import Refused
from vsportal.files.storage import UNCLAIMED, Folder


def look(name: str, content: bytes) -> Sound:
    found = examine(name, io.BytesIO(content))
    with found.stream as stream:
        return replace(found, stream=io.BytesIO(stream.read()))


def why_not(name: str, content: bytes) -> str:
    with pytest.raises(Refused) as refused:
        look(name, content)
    return str(refused.value)


# What is kept -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "kept_as", "media_type"),
    [
        ("plan.pdf", PDF, "plan.pdf", "application/pdf"),
        ("letter.docx", docx(), "letter.docx", "wordprocessingml.document"),
        ("letter.odt", odt(), "letter.odt", "opendocument.text"),
        ("me.jpeg", photo(), "me.jpg", "image/jpeg"),
        ("me.JPG", photo(), "me.jpg", "image/jpeg"),
        ("me.gif", photo("GIF"), "me.png", "image/png"),
        ("me.webp", photo("WEBP"), "me.webp", "image/webp"),
        ("no ending", photo("PNG"), "no ending.png", "image/png"),
        ("marks.csv", "subject;effort\nArt;É".encode("cp1252"), "marks.csv", "text/csv"),
        ("note.txt", "She reads more – and likes it.".encode(), "note.txt", "text/plain"),
    ],
)
def test_a_file_is_kept_under_the_name_that_its_content_has(
    name: str, content: bytes, kept_as: str, media_type: str
) -> None:
    found = look(name, content)

    assert found.name == kept_as
    assert media_type in found.media_type
    assert found.bytes == len(found.stream.read()) > 0


# Who made it, and where ---------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_no_longer_says_where_and_by_whom_it_was_taken(kind: str) -> None:
    content = photo(kind)
    clean = look("me", content).stream.read()

    assert b"Qz" in content
    assert b"Qz" not in clean
    with Image.open(io.BytesIO(clean)) as picture:
        assert not picture.getexif()
        assert picture.size == (40, 20)


def test_a_picture_taken_sideways_is_kept_upright() -> None:
    with Image.open(look("me.jpg", photo(turned=True)).stream) as picture:
        assert picture.size == (20, 40)


def test_a_large_picture_is_made_smaller() -> None:
    with Image.open(look("me.jpg", photo(size=(5000, 1000))).stream) as picture:
        assert picture.size == (4000, 800)


@pytest.mark.parametrize("content", [docx(), odt()])
def test_a_document_no_longer_says_who_wrote_it(content: bytes) -> None:
    clean = look("letter", content).stream

    with zipfile.ZipFile(clean) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist())
        assert archive.testzip() is None
    assert AUTHOR.encode() not in everything
    assert b"letter" in everything.lower()


def test_a_photo_within_a_document_loses_its_place_but_not_its_dots() -> None:
    clean = look("letter.docx", docx(word__media__image1_DOT_jpeg=photo())).stream

    with zipfile.ZipFile(clean) as archive:
        inside = archive.read("word/media/image1.jpeg")
    assert b"Qz" not in inside
    with Image.open(io.BytesIO(inside)) as picture, Image.open(io.BytesIO(photo())) as before:
        assert picture.tobytes() == before.tobytes()


def test_the_table_behind_a_chart_is_looked_through_and_kept() -> None:
    table = packed(
        {"[Content_Types].xml": b"", "xl/workbook.xml": b"<w/>", "docProps/core.xml": AUTHOR.encode()}
    )
    clean = look("letter.docx", docx(word__embeddings__table_DOT_xlsx=table)).stream

    with zipfile.ZipFile(clean) as archive, archive.open("word/embeddings/table.xlsx") as inside:
        assert AUTHOR.encode() not in zipfile.ZipFile(io.BytesIO(inside.read())).read("docProps/core.xml")


# What is refused ----------------------------------------------------------------------------------------


def _locked_member() -> bytes:
    content = bytearray(docx())
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.find(sign) + at] |= 1
    return bytes(content)


ATTACKS = {
    "nothing in it": ("a.pdf", b"", "is empty"),
    "a page": ("a.txt", b"<html><script>alert(1)</script>", "not a kind of file"),
    "a drawing with script": ("a.csv", b"\n <svg onload='x'/>", "not a kind of file"),
    "a program": ("a.txt", b"MZ\x90\0\x03", "not a kind of file"),
    "a program called a PDF": ("a.pdf", b"MZ\x90\0\x03", "not what its name says, and not a kind of file"),
    "a PDF called a Word file": ("a.docx", PDF, "it is a PDF file"),
    "a Word file called a program": ("a.exe", docx(), "it is a DOCX file"),
    "an older Word file": ("a.doc", b"\xd0\xcf\x11\xe0" + b"\0" * 600, "older Office file"),
    "a picture of a telephone": ("a.heic", b"\0\0\0\x18ftypheic" + b"\0" * 90, "as a JPEG"),
    "half a picture": ("a.png", photo("PNG")[:50], "cannot be opened as a picture"),
    "half a document": ("a.docx", docx()[:-40], "cannot be opened"),
    "half a PDF": ("a.pdf", PDF[:30], "not a whole PDF"),
    "a plain archive": ("a.docx", packed({"a.txt": b"x"}), "files packed as one"),
    "macros": ("a.docx", docx(word__vbaProject_DOT_bin=b"x"), "has macros"),
    "a locked document": ("a.docx", _locked_member(), "locked with a password"),
    "a locked OpenDocument": ("a.odt", odt(b"<encryption-data/>"), "locked with a password"),
    "an archive inside": ("a.docx", docx(word__x_DOT_zip=packed({"a": b"b"})), "another file inside"),
    "a program inside": ("a.docx", docx(word__media__x_DOT_png=b"MZ\x90\0\x03\0\0\0"), "another file inside"),
    "a way out": ("a.docx", docx(**{"..__..__etc__x": b"x"}), "cannot be opened"),
    "from the root": ("a.docx", docx(__etc__x=b"x"), "cannot be opened"),
    "a PDF that acts": ("a.pdf", PDF.replace(b"/Root", b"/S/JavaScript/Root"), "by itself"),
    "a PDF that acts, spelt otherwise": (
        "a.pdf",
        PDF.replace(b"/Root", b"/S/J#61vaScript/Root"),
        "by itself",
    ),
    "a PDF that starts a program": ("a.pdf", PDF.replace(b"/Root", b"/S /Launch/Root"), "by itself"),
    "a PDF with a file inside": ("a.pdf", PDF.replace(b"/Root", b"/Type/EmbeddedFile/Root"), "another file"),
    "a locked PDF": ("a.pdf", PDF.replace(b"/Root", b"/Encrypt 5 0 R/Root"), "locked"),
    "a PDF that hides what it does": (
        "a.pdf",
        PDF.replace(
            b"trailer",
            b"<</Type/ObjStm/Filter/FlateDecode>>stream\n"
            + zlib.compress(b"<</S/JavaScript/JS(x)>>")
            + b"\nendstream trailer",
        ),
        "by itself",
    ),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_is_not_safe_is_refused_with_a_sentence_that_helps(attack: str) -> None:
    name, content, part = ATTACKS[attack]
    said = why_not(name, content)

    assert part in said
    assert f"“{name}”" in said
    assert "Send" in said or "send" in said or "name" in said


def _many() -> bytes:
    return packed(
        {"[Content_Types].xml": b"", "word/document.xml": b"", **{f"word/{n}": b"" for n in range(2100)}}
    )


def _dots() -> bytes:
    made = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(made, "PNG")
    return made.getvalue()


BOMBS = {
    "300 MB packed as 300 KB": lambda: docx(word__big_DOT_xml=b"\0" * 300_000_000),
    "20 MB packed as 20 KB": lambda: docx(word__big_DOT_xml=b"\0" * 20_000_000),
    "one that says 3 GB": lambda: claims(3_000_000_000),
    "more members than any document": _many,
    "400 million dots": _dots,
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_refused_in_little_memory_and_time(bomb: str) -> None:
    content = BOMBS[bomb]()
    tracemalloc.start()
    began = time.perf_counter()
    try:
        said = why_not("a.png" if "dots" in bomb else "a.docx", content)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert "more than it should" in said or "million dots" in said
    assert most < 10_000_000
    assert time.perf_counter() - began < 2


# Whatever is sent ---------------------------------------------------------------------------------------

STARTS = (
    b"",
    b"%PDF-1.7\n",
    b"PK\x03\x04",
    b"\xff\xd8\xff\xe1",
    b"\x89PNG\r\n\x1a\n",
    b"GIF89a",
    b"RIFF0000WEBP",
)


@given(start=st.sampled_from(STARTS), rest=st.binary(max_size=400), name=st.text(max_size=30))
def test_anything_is_either_kept_or_refused_with_a_sentence(start: bytes, rest: bytes, name: str) -> None:
    try:
        found = look(name, start + rest)
    except Refused as refused:
        assert str(refused).endswith(".")  # noqa: PT017  either will do
    else:
        assert found.media_type.startswith(("text/", "image/", "application/"))


@given(at=st.integers(0, len(docx()) - 1), bit=st.integers(0, 7))
def test_a_document_with_a_turned_bit_is_either_kept_or_refused(at: int, bit: int) -> None:
    content = bytearray(docx())
    content[at] ^= 1 << bit
    try:
        look("a.docx", bytes(content))
    except Refused as refused:
        assert str(refused).startswith("“a.docx”")  # noqa: PT017  either will do


@given(st.text(max_size=300))
def test_a_name_is_only_ever_a_name(name: str) -> None:
    safe = safe_name(name)

    assert safe
    assert len(safe) <= LONGEST_NAME
    assert not set(safe) & set('/\\:*?"<>|\r\n\0\u202e')
    assert not safe.startswith(".")


# Where bytes lie ----------------------------------------------------------------------------------------


def test_bytes_are_read_by_the_portal_alone_and_are_gone_once_forgotten(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "plans")
    folder.keep("abc", io.BytesIO(b"words"))
    kept = folder.read("abc")

    assert kept is not None
    with kept:
        assert kept.read() == b"words"
    assert (tmp_path / "plans" / "abc").stat().st_mode & 0o777 == 0o600
    folder.forget("abc")
    folder.forget("abc")
    assert folder.read("abc") is None


def test_a_file_that_breaks_off_leaves_nothing_behind(tmp_path: Path) -> None:
    class Breaks(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError("the line is cut")

    with pytest.raises(OSError, match="cut"):
        Folder(tmp_path).keep("abc", Breaks(b"x"))

    assert list(tmp_path.iterdir()) == []


def test_only_bytes_that_nobody_has_and_that_are_a_day_old_are_tidied_away(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.keep("kept", io.BytesIO(b"x"))
    folder.keep("left", io.BytesIO(b"x"))
    from vsportal import clock

    assert list(folder.unclaimed({"kept"})) == []
    assert list(folder.unclaimed({"kept"}, clock.now() + UNCLAIMED * 1.1)) == ["left"]
