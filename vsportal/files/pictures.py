"""Pictures, written anew: upright, no larger than a page needs, without where and by whom they were taken."""

from __future__ import annotations

from tempfile import SpooledTemporaryFile
from typing import IO

from PIL import Image, ImageOps, UnidentifiedImageError

from vsportal.files.refusing import Refused

MOST_PIXELS = 50_000_000
"""What a telephone takes at its largest; held in memory while it is written anew."""
LONGEST_SIDE = 4_000
IN_MEMORY = 1_000_000
WRITTEN_AS = {
    "JPEG": ("JPEG", "jpg", "image/jpeg"),
    "MPO": ("JPEG", "jpg", "image/jpeg"),
    "PNG": ("PNG", "png", "image/png"),
    "GIF": ("PNG", "png", "image/png"),
    "WEBP": ("WEBP", "webp", "image/webp"),
}
"""Format as it came → format, extension and media type as it is kept; of a moving picture the first."""

NOT_A_PICTURE = "“{name}” cannot be opened as a picture. Save it again as a JPEG or PNG and send it again."
TOO_LARGE = "“{name}” has more than 50 million dots. Make the picture smaller and send it again."


def clean_picture(name: str, stream: IO[bytes]) -> tuple[str, str, IO[bytes]]:
    """Write a picture anew: its extension, its media type, and the copy, which holds nothing but the dots.

    Its size is read before it is unpacked. Refused when it is no picture or has too many dots.
    """
    stream.seek(0)
    try:
        with Image.open(stream, formats=("JPEG", "PNG", "GIF", "WEBP")) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise Refused(TOO_LARGE.format(name=name))
            kept_as, extension, media_type = WRITTEN_AS[picture.format or ""]
            picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(picture)
            clear = "transparency" in upright.info or upright.mode in ("RGBA", "LA", "PA")
            dots = upright.convert("RGBA" if clear and kept_as != "JPEG" else "RGB")
    except Image.DecompressionBombError as no:
        raise Refused(TOO_LARGE.format(name=name)) from no
    except (UnidentifiedImageError, OSError, KeyError, SyntaxError, ValueError) as no:
        raise Refused(NOT_A_PICTURE.format(name=name)) from no
    dots.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    dots.info.clear()  # some formats write parts of it without being asked
    copy: IO[bytes] = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  handed on
    dots.save(copy, kept_as, **({} if kept_as == "PNG" else {"quality": 88}))
    copy.seek(0)
    return extension, media_type, copy


def without_particulars(jpeg: bytes) -> bytes:
    """A JPEG inside a document, its dots untouched, without the segments that tell of place, camera and time.

    What cannot be followed is written as it is, no further than it was understood: a picture that is
    not one shows nothing.
    """
    kept, at = bytearray(jpeg[:2]), 2
    while at + 4 <= len(jpeg) and jpeg[at] == 0xFF:
        marker = jpeg[at + 1]
        if marker == 0xFF:  # filling
            at += 1
            continue
        if marker == 0xDA:  # the dots begin, up to the end of the picture; what hangs behind it is left out
            end = jpeg.rfind(b"\xff\xd9")
            return bytes(kept + jpeg[at : end + 2 if end > at else len(jpeg)])
        length = int.from_bytes(jpeg[at + 2 : at + 4], "big")
        tells = 0xE1 <= marker <= 0xED or marker in (0xEF, 0xFE)
        if not tells:
            kept += jpeg[at : at + 2 + length]
        at += 2 + max(length, 2)
    return bytes(kept)
