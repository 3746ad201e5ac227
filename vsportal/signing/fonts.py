"""The fonts of a PDF, and what they can draw. What none can draw is named, so that a PDF is always made.

PDF/UA refuses a document in which one character cannot be drawn: an emoji, a letter, Word’s own bullet.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import fontpkg_atkinson_hyperlegible
import manimgx_fonts
import typst
from fontTools.ttLib import TTFont

FOLDERS = (
    Path(fontpkg_atkinson_hyperlegible.__file__).parent / "files",
    Path(manimgx_fonts.__file__).parent,
)
FIRST = ("Atkinson Hyperlegible", "Noto Sans")
LAST = ("Noto Sans Symbols", "Noto Emoji")
"""Asked last, because they have figures and signs that the others draw better."""
BULLET = "•"
WORDS_OWN = range(0xF020, 0xF100)
"""Where Word keeps the signs of its Symbol and Wingdings fonts: pasted, they are bullets nearly always."""
JOINERS = "\u200c\u200d\u200e\u200f"
"""Signs without a shape that scripts need; those that turn the direction of a whole line are left out."""
MOST_NAMED = 60
"""After so many characters that had to be named, a text says “[?]” for the rest: names are long."""


@cache
def fonts() -> typst.Fonts:
    """The fonts, read once."""
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(f) for f in FOLDERS]
    )


@cache
def families() -> tuple[str, ...]:
    """The families in the order in which they are asked for a character."""
    ends = (*FIRST, *LAST)
    return (*FIRST, *sorted(f for f in set(fonts().families()) if f not in ends), *LAST)


@cache
def _drawn_by() -> dict[str, frozenset[int]]:
    """Family → the characters it draws upright and bold; once for the process."""
    found: dict[str, frozenset[int]] = {}
    for file in (f for folder in FOLDERS for f in sorted(folder.glob("*.[ot]tf"))):
        if "Italic" in file.name:
            continue
        with TTFont(file, lazy=True) as font:
            name, has = str(font["name"].getBestFamilyName()), frozenset(font.getBestCmap())
        found[name] = found[name] & has if name in found else has
    return found


@cache
def known() -> frozenset[int]:
    """Every character that one of the fonts draws."""
    return frozenset().union(*_drawn_by().values())


def drawable(text: str) -> str:
    """The text with what no font draws named (“[grinning face]”), or dropped when it has no name."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\t", " "))
    if _plain().issuperset(text):
        return text
    return "".join(_drawn(text))


def _drawn(text: str) -> Iterator[str]:
    has, base, named = known(), "", 0
    for char in text:
        kind = unicodedata.category(char)
        if char == "\n":
            base = ""
            yield char
        elif ord(char) in WORDS_OWN:
            base = BULLET
            yield BULLET
        elif kind[0] == "M" or char in JOINERS:
            if base and _together(base, char):  # a mark no font draws on its letter is left out
                yield char
        elif ord(char) in has and kind[0] != "C":
            base = char
            yield char
        elif kind[0] == "Z":
            base = ""
            yield " "
        elif kind != "Cf" and (name := unicodedata.name(char, "")):
            base, named = "]", named + 1
            yield f"[{_named(name)}]" if named <= MOST_NAMED else "[?]"


def _named(name: str) -> str:
    """What a character is called; of the many that are only numbered, what kind it is."""
    return "Chinese character" if name.startswith("CJK") else name.lower()


@cache
def _plain() -> frozenset[str]:
    """The characters that are drawn as they are, whatever stands beside them: nearly all there are."""
    drawn = (chr(c) for c in known() - frozenset(WORDS_OWN))
    return frozenset({"\n", *(c for c in drawn if unicodedata.category(c)[0] in "LNPS" or c == " ")})


@cache
def _together(base: str, mark: str) -> bool:
    """Whether one font draws the letter and what stands on it or joins it."""
    return any(ord(base) in has and ord(mark) in has for has in _drawn_by().values())
