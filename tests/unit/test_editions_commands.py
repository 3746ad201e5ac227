"""The commands of an edition: check it, show it as a reader would see it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.editions.forms import FOLDER
from vsportal.editions.cli import editions


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The small edition, to be spoilt."""
    return Path(shutil.copytree(FOLDER / "small", tmp_path / "small"))


def spoil(copy: Path, old: str, new: str, file: str = "sections/school.toml") -> None:
    text = (copy / file).read_text(encoding="utf-8")
    assert old in text
    (copy / file).write_text(text.replace(old, new, 1), encoding="utf-8")


# The commands


def test_check_finds_nothing_wrong_with_the_editions_of_the_portal() -> None:
    done = CliRunner().invoke(editions, ["check"])

    assert done.exit_code == 0, done.output
    assert "nothing wrong" in done.output


def test_check_prints_each_fault_and_fails(copy: Path) -> None:
    spoil(copy, 'warns    = ["upn"]', 'warns    = ["nup"]')

    done = CliRunner().invoke(editions, ["check", "--folder", str(copy.parent)])

    assert done.exit_code == 1
    assert "small/sections/school.toml, line" in done.stderr
    assert "1 fault found." in done.stderr


def test_show_prints_the_form_as_a_reader_sees_it() -> None:
    done = CliRunner().invoke(editions, ["show", "small", "--phase", "secondary", "--folder", str(FOLDER)])

    assert done.exit_code == 0, done.output
    for line in (
        "School (school)",
        "Completed by designated_teacher; school part; due after meeting; comments: carer",
        "  Is a move planned?",
        "    [moving; yes no; everyone; required; meets A8]",
        "    Answers: Another school; College",
        "    Asked when moving is yes",
        "    [born; date; everyone; from the record: child.date_of_birth]",
        "    [below_95; derived; everyone; worked out]",
        "    [help; many of; everyone; optional]",
        "    Rows: Autumn, Spring",
        "    - Subject [subject; text; required]",
        "    - Grade [grade; text]",
    ):
        assert line in done.output.splitlines(), line
    assert "Score" not in done.output


def test_show_can_print_one_section_in_another_term() -> None:
    arguments = [
        "show",
        "small",
        "--phase",
        "primary",
        "--section",
        "school",
        "--term",
        "summer",
        "--year",
        "6",
    ]

    done = CliRunner().invoke(editions, [*arguments, "--folder", str(FOLDER)])

    assert done.exit_code == 0
    assert "Completed by adviser; care part" in done.output
    assert "- Score [score; percent]" in done.output
    assert "About me" not in done.output


@pytest.mark.parametrize(
    "arguments",
    [["show", "1999-00", "--phase", "secondary"],
     ["show", "small", "--phase", "secondary", "--section", "moon"],
     ["show", "small", "--phase", "college"], ["show", "small"], ["publish", "1999-00"]],
)  # fmt: skip
def test_what_cannot_be_shown_ends_with_two_and_says_why(arguments: list[str]) -> None:
    done = CliRunner().invoke(editions, [*arguments, "--folder", str(FOLDER)])

    assert done.exit_code == 2
    assert "Error: " in done.stderr


def test_check_without_any_edition_ends_with_two(tmp_path: Path) -> None:
    assert CliRunner().invoke(editions, ["check", "--folder", str(tmp_path)]).exit_code == 2


def test_show_of_a_faulty_edition_ends_with_one(copy: Path) -> None:
    spoil(copy, 'warns    = ["upn"]', 'warns    = ["nup"]')

    done = CliRunner().invoke(
        editions, ["show", "small", "--phase", "secondary", "--folder", str(copy.parent)]
    )

    assert done.exit_code == 1
    assert "there is no check nup" in done.stderr
