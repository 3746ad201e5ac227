"""The page that people check says what the tables decide."""

from pathlib import Path

import pytest
from flask import Flask

from vsportal import policy_cli
from vsportal.policy import AUDIENCES, Can, Tie


def test_the_page_is_fresh(app: Flask) -> None:
    answer = app.test_cli_runner().invoke(args=["policy", "table", "--check"])

    assert answer.exit_code == 0, answer.output


def test_a_stale_page_is_told_of_with_what_to_do(app: Flask, tmp_path: Path) -> None:
    stale = tmp_path / "permissions.md"
    stale.write_text("old")

    answer = app.test_cli_runner().invoke(args=["policy", "table", "--check", "--to", str(stale)])

    assert answer.exit_code == 1
    assert "flask --app app policy table" in answer.output


def test_the_page_can_be_written(app: Flask, tmp_path: Path) -> None:
    page = tmp_path / "docs" / "permissions.md"

    answer = app.test_cli_runner().invoke(args=["policy", "table", "--to", str(page)])

    assert answer.exit_code == 0
    assert page.read_text(encoding="utf-8") == policy_cli.page()


@pytest.mark.parametrize("can", Can)
def test_every_act_has_words_and_is_on_the_page(can: Can) -> None:
    assert policy_cli.page().count(f"| {policy_cli.ACTS[can]} |") == 2


def test_every_tie_and_audience_is_on_the_page() -> None:
    page = policy_cli.page()

    assert set(policy_cli.TIES) == set(Tie)
    assert [name for name in AUDIENCES if f"| `{name}` |" not in page] == []
