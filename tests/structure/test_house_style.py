"""What every file keeps to: length, first words, no phase in Python, no state set past the workflow."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MOST_LINES = {"vsportal": 450, "tests": 500}
"""Tests are lists of claims, read one at a time: they may be longer."""
CODE = sorted((ROOT / "vsportal").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
PHASES = ("early_years", "post_16", "neet", "not_on_roll")
MAY_NAME_PHASES = ("vsportal/editions/", "vsportal/demo/", "vsportal/codes/", "tests/")


def ids(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", CODE + TESTS, ids=ids)
def test_a_file_is_no_longer_than_one_can_hold_in_mind(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES[ids(path).partition("/")[0]]


@pytest.mark.parametrize("path", CODE + TESTS, ids=ids)
def test_a_file_says_first_what_it_is_for(path: Path) -> None:
    said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""

    assert len(said.split()) >= 3, "Say in a sentence what it is for."


@pytest.mark.parametrize("path", CODE, ids=ids)
def test_no_phase_is_named_in_python(path: Path) -> None:
    if ids(path).startswith(MAY_NAME_PHASES):
        return

    named = [phase for phase in PHASES if re.search(rf"[\"']{phase}[\"']", path.read_text(encoding="utf-8"))]

    assert named == []


@pytest.mark.parametrize("path", CODE, ids=ids)
def test_a_state_is_set_by_the_workflow_alone(path: Path) -> None:
    if ids(path) == "vsportal/workflow.py":
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))

    assigned = [
        f"{ids(path)}:{node.lineno}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Attribute) and target.attr in ("state", "status")
        if isinstance(target.value, ast.Name | ast.Attribute)
    ]

    assert assigned == []


@pytest.mark.parametrize("path", CODE, ids=ids)
def test_a_transaction_ends_in_two_places_and_nothing_but_the_clock_asks_the_time(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    name = ids(path)

    if name not in ("vsportal/http.py", "vsportal/database.py") and not name.startswith("vsportal/demo/"):
        assert "session.commit()" not in text
    if name not in ("vsportal/clock.py", "vsportal/editions/cli.py"):
        assert not re.search(r"\b(datetime\.now|date\.today|datetime\.utcnow|time\.time)\(", text)


def test_no_file_tells_of_the_place_where_it_was_written(files: list[Path]) -> None:
    telling = re.compile(r"(?<![\w/])/(?:work|root|home/\w+)/")
    kinds = {".py", ".html", ".toml", ".md", ".js", ".css", ".sh", ".txt", ".in", ""}
    texts = [p for p in files if p.suffix in kinds]

    found = [ids(p) for p in texts if telling.search(p.read_text(encoding="utf-8", errors="replace"))]

    assert [name for name in found if name != "tests/structure/test_house_style.py"] == []


def test_every_address_that_we_invent_is_under_example_org(files: list[Path]) -> None:
    texts = [p for p in files if p.suffix in {".py", ".html", ".toml", ".md"}]
    mail = re.compile(r"[\w.+-]+@((?:[\w-]+\.)+[a-z]{2,})\b")

    found = {
        (ids(p), host)
        for p in texts
        for host in mail.findall(p.read_text(encoding="utf-8"))
        if not f".{host.lower()}".endswith(".example.org") and len(host.partition(".")[0]) > 1
    }

    assert found == set()
