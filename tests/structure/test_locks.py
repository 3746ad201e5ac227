"""The locks hold hashes and no addresses, so that every machine installs the same files from its own mirror.
Also: what may not be in the repository because it is somebody else's is not.
"""

import json
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ["requirements.txt", "requirements-dev.txt", "requirements-assets.txt"]


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_address_and_gives_pip_no_orders(name: str) -> None:
    lines = (ROOT / name).read_text().splitlines()

    wrong = [
        line
        for line in lines
        if "://" in line or (line.lstrip().startswith("-") and not line.lstrip().startswith("--hash="))
    ]

    assert wrong == []


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_has_a_hash(name: str) -> None:
    entries = re.split(r"\n(?=[a-z])", (ROOT / name).read_text())

    assert [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_what_we_chose_is_what_is_locked() -> None:
    chosen = re.findall(r"^([a-z][\w-]*)", (ROOT / "requirements.in").read_text(), re.MULTILINE)
    locked = re.findall(r"^([a-z][\w-]*)==", (ROOT / "requirements.txt").read_text(), re.MULTILINE)

    assert set(chosen) - set(locked) == set()


def test_the_tools_and_the_portal_agree_on_versions() -> None:
    def pins(name: str) -> dict[str, str]:
        return dict(re.findall(r"^([a-z][\w-]*)==(\S+)", (ROOT / name).read_text(), re.MULTILINE))

    running, tools = pins("requirements.txt"), pins("requirements-dev.txt")

    assert {name for name in running.keys() & tools.keys() if running[name] != tools[name]} == set()


def test_the_front_end_lock_has_hashes_and_no_addresses() -> None:
    text = (ROOT / "package-lock.json").read_text()
    packages = {name: package for name, package in json.loads(text)["packages"].items() if name}

    assert "://" not in text
    assert all(package["integrity"].startswith("sha512-") for package in packages.values())


def test_every_front_end_package_is_asked_for_in_one_version_only() -> None:
    asked = json.loads((ROOT / "package.json").read_text())["dependencies"]

    assert [name for name, version in asked.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []


def test_no_file_of_others_is_in_the_repository() -> None:
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\n")

    assert [
        name
        for name in tracked
        if name.startswith(("static/vendor/", "node_modules/"))
        or name.endswith((".min.js", ".min.css", ".woff2"))
    ] == []
