"""Code lists: what can be chosen on a day, what a code means for ever, and which files are refused.
The lists that are shipped are read as they stand.
"""

from datetime import date
from pathlib import Path

import pytest

from vsportal import codes


@pytest.mark.parametrize("name", codes.names())
def test_every_list_says_where_it_comes_from_and_offers_something(name: str) -> None:
    listed = codes.get(name)

    assert listed.source
    assert codes.options(name)


def test_a_retired_code_is_not_offered_and_keeps_its_words() -> None:
    assert "H5" not in dict(codes.options("placement"))
    assert codes.label("placement", "H5") == "Semi-independent living"


@pytest.mark.parametrize(
    ("on", "offered"),
    [(date(2023, 3, 31), {"909"}), (date(2023, 4, 1), {"942", "943"})],
)
def test_a_new_authority_takes_over_on_its_day(on: date, offered: set[str]) -> None:
    assert dict(codes.options("authority", on)).keys() & {"909", "942", "943"} == offered


def test_the_languages_asked_for_most_come_first() -> None:
    offered = [code for code, _ in codes.options("language")]

    assert offered[:2] == ["ENG", "BSL"]
    assert len(offered) == 255


def test_a_code_no_list_knows_is_shown_as_it_stands() -> None:
    assert codes.label("sen_need", "XYZ") == "XYZ"


def test_a_list_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(LookupError, match=r"no code list “hobbies”.*ethnicity"):
        codes.options("hobbies")


HEAD = 'name = "small"\ntitle = "T"\nsource = "S"\n'


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('name = "other"', "its name is “other”, the file’s is “small”"),
        ('name = "small"', "it has no title"),
        (HEAD, "it has no codes"),
        (HEAD + "hobby = 1", "“hobby” is not a key"),
        (HEAD + 'codes = [{ code = "A" }]', "it needs a code and a label"),
        (HEAD + 'codes = [{ code = "A", label = "a", till = 1 }]', "“till” is not a key"),
        (HEAD + 'codes = [{ code = "A", label = "a" }, { code = "A", label = "b" }]', "“A” is there twice"),
        (HEAD + 'codes = [{ code = "A", label = "a" }, { code = "B", label = "a" }]', "“a” is there twice"),
        (
            HEAD + 'codes = [{ code = "A", label = "a", from = 2026-01-02, until = 2026-01-01 }]',
            "small.toml, A: it ends before it starts",
        ),
    ],
)
def test_a_file_at_fault_is_refused_in_a_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    file = tmp_path / "small.toml"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(codes.CodeListError) as refused:
        codes.read(file)

    assert sentence in str(refused.value)
