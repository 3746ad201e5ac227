"""A published edition never changes: any byte of it that does is a fault."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.editions.forms import FOLDER
from vsportal import editions as form
from vsportal.editions import lock
from vsportal.editions.cli import editions


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the small edition, published."""
    shutil.copytree(FOLDER / "small", tmp_path / "small")
    assert run("publish", "small", folder=tmp_path).exit_code == 0
    return tmp_path


def run(*arguments: str, folder: Path) -> Result:
    return CliRunner().invoke(editions, [*arguments, "--folder", str(folder)])


def test_a_published_edition_is_left_in_peace(folder: Path) -> None:
    assert run("check", folder=folder).exit_code == 0
    assert set(lock.published(folder)["small"]) == {
        "edition.toml",
        "sections/about_me.toml",
        "sections/school.toml",
    }


def test_one_changed_byte_of_a_published_edition_is_a_fault(folder: Path) -> None:
    file = folder / "small/sections/school.toml"
    file.write_bytes(file.read_bytes() + b"\n")

    done = run("check", folder=folder)

    assert done.exit_code == 1
    assert "small/sections/school.toml: small is published and this file has changed." in done.stderr
    assert "write small.1 for the correction" in done.stderr


def test_a_file_that_went_or_came_is_a_fault(folder: Path) -> None:
    (folder / "small/sections/about_me.toml").rename(folder / "small/sections/me.toml")

    sentences = list(lock.broken(folder))

    assert any("about_me.toml: small is published and this file is gone." in each for each in sentences)
    assert any("me.toml: small is published and this file is new." in each for each in sentences)


def test_an_edition_is_published_once(folder: Path) -> None:
    before = (folder / lock.LOCK).read_bytes()

    done = run("publish", "small", folder=folder)

    assert done.exit_code == 1
    assert "small is published already. Write small.1 for a correction." in done.stderr
    assert (folder / lock.LOCK).read_bytes() == before


def test_publishing_another_edition_keeps_what_was_published_before(folder: Path) -> None:
    shutil.copytree(folder / "small", folder / "small.1")
    head = folder / "small.1/edition.toml"
    head.write_text(head.read_text(encoding="utf-8").replace('"small"', '"small.1"'), encoding="utf-8")
    before = lock.published(folder)["small"]

    assert run("publish", "small.1", folder=folder).exit_code == 0
    assert lock.published(folder)["small"] == before
    assert set(lock.published(folder)) == {"small", "small.1"}
    assert run("check", folder=folder).exit_code == 0


def test_a_faulty_edition_is_not_published(tmp_path: Path) -> None:
    shutil.copytree(FOLDER / "small", tmp_path / "small")
    (tmp_path / "small/sections/school.toml").unlink()

    assert run("publish", "small", folder=tmp_path).exit_code == 1
    assert not (tmp_path / lock.LOCK).exists()


def test_a_published_edition_whose_folder_is_gone_is_a_fault(folder: Path) -> None:
    shutil.copytree(folder / "small", folder / "other")
    head = folder / "other/edition.toml"
    head.write_text(head.read_text(encoding="utf-8").replace('"small"', '"other"'), encoding="utf-8")
    shutil.rmtree(folder / "small")

    assert run("check", folder=folder).exit_code == 1


def test_what_the_portal_has_published_is_as_it_was() -> None:
    assert list(lock.broken(form.FOLDER)) == []
