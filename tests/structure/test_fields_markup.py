"""Our questions have the structure that GOV.UK Frontend's own examples have, and every section is sound HTML.

The examples come with the package that the set-up fetches; the looks and the tests of its components are for
that structure.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import html5lib
import pytest
from bs4 import BeautifulSoup, Tag

from tests.drawn import ENV, NAMES, edited, live, section
from vsportal import editions
from vsportal.editions import Choice
from vsportal.editions.schema import Rows
from vsportal.peps import drawing

COMPONENTS = Path(__file__).resolve().parents[2] / "node_modules/govuk-frontend/dist/govuk/components"
OPTIONS = [["yes", "Yes"], ["no", "No"]]
LABEL = {"label": "Plain", "hint": "A hint", "missing": "Enter it"}
# Ours beside theirs: who can read it, warnings, the condition in words, other ways to answer.
BESIDE = ".vs-readers, .vs-warning, .vs-nojs, .vs-unknown, .vs-optional, input[type=hidden]"
LOOKS = ("--small", "--inline", "--error", "--width-")


def example(component: str, name: str) -> Tag:
    """One of GOV.UK Frontend's own examples."""
    fixtures = json.loads((COMPONENTS / component / "fixtures.json").read_text())["fixtures"]
    html = next(f["html"] for f in fixtures if f["name"] == name)
    return BeautifulSoup(html, "html5lib").body.find(True)


def drawn(question: dict[str, Any]) -> Tag:
    """The same question in our drawing, in error."""
    asked = section({"id": "it", **LABEL, **question})
    return edited(asked, errors={"it": "Enter it"}).find(class_="govuk-form-group")


def outline(tag: Tag) -> tuple[object, ...]:
    """A component's bones: elements, the classes that make it what it is, and what is in them."""
    classes = sorted(
        c for c in tag.get("class", []) if c.startswith("govuk-") and not any(look in c for look in LOOKS)
    )
    return (tag.name, *classes, *(outline(child) for child in tag.find_all(True, recursive=False)))


@pytest.mark.parametrize(
    ("component", "name", "question"),
    [
        ("input", "with error and hint", {"kind": "text"}),
        ("input", "with error and hint", {"kind": "date"}),
        ("input", "with error and hint", {"kind": "person"}),
        ("textarea", "with hint and error message", {"kind": "long_text"}),
        (
            "select",
            "with hint text and error message",
            {"kind": "one_of", "options": OPTIONS, "as_select": True},
        ),
        ("radios", "with hint and error message", {"kind": "one_of", "options": OPTIONS}),
        ("radios", "with hint and error message", {"kind": "yes_no"}),
        ("checkboxes", "with error message and hint", {"kind": "many_of", "options": OPTIONS}),
    ],
)
def test_a_question_has_the_bones_of_the_component(component, name, question):
    ours, theirs = drawn(question), example(component, name)
    for extra in ours.select(BESIDE):
        extra.decompose()
    for group in (ours, theirs):
        for option in group.find_all("option"):
            option.decompose()

    assert outline(ours) == outline(theirs)


@pytest.mark.parametrize(
    ("name", "question"),
    [
        ("with prefix", {"kind": "money"}),
        ("with suffix", {"kind": "percent"}),
        ("with suffix", {"kind": "number", "unit": "hours"}),
    ],
)
def test_a_unit_stands_beside_its_control_as_in_the_component(name, question):
    ours, theirs = drawn(question), example("input", name)

    assert outline(ours.find(class_="govuk-input__wrapper")) == outline(
        theirs.find(class_="govuk-input__wrapper")
    )


def test_not_known_yet_has_the_bones_of_details():
    ours = drawn({"kind": "text", "statute": ["A2"]}).find("details")

    assert outline(ours.summary) == outline(example("details", "default").summary)
    assert "govuk-details__text" in ours.div["class"]


@pytest.mark.parametrize(
    "question", [{"kind": "text"}, {"kind": "long_text"}, {"kind": "one_of", "options": OPTIONS}]
)
def test_a_question_is_described_by_its_hint_then_its_error(question):
    group = drawn(question)
    described = group.find(attrs={"aria-describedby": True})["aria-describedby"].split()

    assert described[:2] == ["it-hint", "it-error"]
    assert group.find(id="it-error").get_text() == "Error: Enter it"


def every_section() -> list[Any]:
    """Every section of every edition, as each school year asks it in each term."""
    found = {}
    for name in editions.names():
        for phase in editions.get(name).phases:
            for season in ("autumn", "spring", "summer"):
                for year in (7, 9, 10, 11):
                    for asked in editions.all_asked(name, Choice(phase, season, year=year)):
                        ids = (name, phase, asked.id, tuple(f.id for f in asked.fields))
                        found.setdefault(ids, asked)
    return [pytest.param(a, id=f"{k[0]} {k[1]} {k[2]} {n}") for n, (k, a) in enumerate(found.items())]


@pytest.mark.parametrize("asked", every_section())
def test_every_section_of_every_edition_is_sound_to_write_and_to_read(asked):
    answers = {f"{f.id}.k1": True for f in asked.fields if isinstance(f, Rows) and f.repeat}
    recorded = {f.id: [("7", "Join a club")] for f in asked.fields if isinstance(f, Rows) and f.rows_from}
    given = live(asked, answers=answers, from_record=recorded)

    for html in (drawing.edit(ENV, asked, given), drawing.read(ENV, asked, given)):
        page = f"<!DOCTYPE html><html lang=en><head><title>x</title></head><body>{html}</body></html>"
        parser = html5lib.HTMLParser(strict=False)
        parser.parse(page)
        assert [code for _, code, _ in parser.errors] == []
        ids = [tag["id"] for tag in BeautifulSoup(html, "html5lib").find_all(id=True)]
        assert len(ids) == len(set(ids))
        for name in NAMES:
            assert f"{{{name}}}" not in html
