"""What the fonts of a PDF draw: people’s scripts and emoji. What none draws is named; nothing stops it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vsportal.signing.fonts import drawable, families, known


@pytest.mark.parametrize(
    "text",
    [
        "What Amira thinks – “quoted”, 50 % off…",
        "ትግርኛ ጽቡቕ",
        "مرحبا بالعالم",
        "Привет, Ёлка",
        "Zażółć gęślą jaźń",
        "😀 👩🏽\u200d🚀",
        "one\ntwo\n\nthree",
    ],
)
def test_what_people_write_is_drawn_as_it_is(text: str) -> None:
    assert drawable(text) == text


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("\uf0b7 maths\n\uf0a7 music", "• maths\n• music"),
        ("done ✓", "done [check mark]"),
        ("你好", "[Chinese character][Chinese character]"),
        ("a\u202eb\u2066c\ufeffd\x07e", "abcde"),
        ("tab\tand\u00a0space\u2003wide", "tab and\u00a0space\u2003wide"),
        ("e\u0301", "é"),
    ],
)
def test_what_no_font_draws_is_named_or_put_as_what_was_meant(typed: str, printed: str) -> None:
    assert drawable(typed) == printed


def test_a_long_text_in_a_script_without_a_font_does_not_grow_without_end() -> None:
    assert len(drawable("✓" * 5000)) < 5000 * 3 + 60 * 20


@settings(max_examples=200)
@given(st.text(max_size=80))
def test_every_text_becomes_one_of_characters_that_are_drawn(text: str) -> None:
    made = drawable(text)

    assert {ord(char) for char in made if char != "\n"} <= known()
    assert drawable(made) == made


def test_our_own_typeface_is_asked_first_and_emoji_last() -> None:
    assert families()[0] == "Atkinson Hyperlegible"
    assert families()[-1] == "Noto Emoji"
