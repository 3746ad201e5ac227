"""A name is found however it is typed: case, marks, spaces and kinds of apostrophe make no difference."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vsportal import names


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("Élodie O’Neill", "elodie o'neill"),
        ("élodie o'neill", "elodie o'neill"),
        ("  Élodie   O'NEILL ", "elodie o'neill"),
        ("Łukasz Żak", "łukasz zak"),  # ł is a letter of its own, ż is z with a mark
        ("Straße", "strasse"),
        ("ＡＭＩＲＡ", "amira"),
        ("أميرة", "أميرة".replace("أ", "ا")),
        ("", ""),
    ],
)
def test_case_and_marks_make_no_difference(typed: str, key: str) -> None:
    assert names.sort_key(typed) == key


def test_parts_are_joined_and_empty_ones_left_out() -> None:
    assert names.sort_key("Belhadj", "", "  ", "Amira") == "belhadj amira"


def test_a_child_is_listed_by_last_name_as_a_register_does() -> None:
    assert names.child_key("Amira", "Belhadj", "") == "belhadj amira"


def test_a_child_is_found_by_the_name_they_go_by_and_by_the_legal_one() -> None:
    key = names.child_key("Benjamin", "Okafor", "Benji")

    assert key == "okafor benji benjamin"


LATIN = st.text(alphabet=st.characters(max_codepoint=0x24F, exclude_characters="ı"))  # without the dotless i


@given(LATIN)
def test_a_key_is_its_own_key(text: str) -> None:
    key = names.sort_key(text)

    assert names.sort_key(key) == key


@given(LATIN)
def test_upper_and_lower_case_are_found_alike(text: str) -> None:
    assert names.sort_key(text.upper()) == names.sort_key(text.lower())
