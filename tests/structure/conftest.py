"""What structural tests look at: the application, its views, its files as git would keep them."""

import subprocess
from pathlib import Path

import pytest
from flask import Flask

from tests.databases import portal

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application, on a database that is never asked."""
    return portal(f"sqlite:///{tmp_path_factory.mktemp('nothing') / 'nothing.db'}")


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's folder."""
    return ROOT


@pytest.fixture(scope="session")
def files() -> list[Path]:
    """Every file of the project: kept by git, or new and not ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]
