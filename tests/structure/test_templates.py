"""Templates: all compile, import only what they use, say which route they answer, hold no script or style."""

import re
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import nodes

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
NAMES = sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html"))
WHOLE = re.compile(r"<!DOCTYPE|{%-?\s*extends\b", re.IGNORECASE)
LIBRARY = re.compile(r"{%-?\s*macro\b")
PARTS = ("components/", "fields/")
"""Folders of pieces: each file there is one, whatever its name."""


def source(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_a_template_compiles(app: Flask, name: str) -> None:
    app.jinja_env.get_template(name)


@pytest.mark.parametrize("name", NAMES)
def test_a_template_imports_only_what_it_uses(app: Flask, name: str) -> None:
    tree = app.jinja_env.parse(source(name))
    named = [one for found in tree.find_all(nodes.FromImport) for one in found.names]
    imported = {one if isinstance(one, str) else one[1] for one in named}
    imported |= {found.target for found in tree.find_all(nodes.Import)}
    used = {found.name for found in tree.find_all(nodes.Name) if found.ctx == "load"}

    assert imported - used == set()


@pytest.mark.parametrize("name", NAMES)
def test_a_fragment_starts_with_an_underscore_and_a_page_does_not(name: str) -> None:
    if name.startswith(PARTS):
        return
    is_page = bool(WHOLE.search(source(name)))
    holds_macros = bool(LIBRARY.search(source(name)))
    underscored = Path(name).name.startswith("_")

    if is_page:
        shell = name.startswith("errors/_")
        assert not underscored or shell, "A page is not called like a fragment."
    elif not holds_macros:
        assert underscored, "A fragment's name starts with _."


@pytest.mark.parametrize("name", NAMES)
def test_what_a_template_includes_or_extends_is_there(name: str) -> None:
    wanted = re.findall(r"{%-?\s*(?:include|extends|from|import)\s+[\"']([^\"']+)[\"']", source(name))

    assert [one for one in wanted if one not in NAMES] == []


@pytest.mark.parametrize("name", NAMES)
def test_nothing_in_a_template_is_inline(name: str) -> None:
    text = re.sub(r"{#.*?#}", "", source(name), flags=re.DOTALL)

    assert not re.search(r"\sstyle\s*=", text), "A style inline is refused by the content policy."
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text), "A handler inline is refused by the policy."
    assert not re.search(r"\bhx-on\b|[\"']js:", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text), "A script inline."
    assert "<style" not in text


@pytest.mark.parametrize("name", NAMES)
def test_only_text_that_is_ours_is_passed_on_as_safe(name: str) -> None:
    safe = re.findall(r"{{[^}]*\|\s*safe[^}]*}}", source(name))

    assert [one for one in safe if "PATHS[name]" not in one] == []


@pytest.mark.parametrize("name", NAMES)
def test_words_on_screen_have_curly_quotes_and_do_not_plead(name: str) -> None:
    text = re.sub(r"{#.*?#}|{%.*?%}|{{.*?}}|<[^>]*>", " ", source(name), flags=re.DOTALL)

    straight = re.findall(r"\S*\w['\"]\w\S*", text)
    assert straight == []
    assert not re.search(r"\bplease\b|\bsorry\b|\binvalid\b", text, re.IGNORECASE)
