"""Every edition, as every phase, term, year and occasion asks it, is drawn whole: empty, begun and full.

The answers are made from the questions, so a question that is added tomorrow is drawn here as well.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from itertools import product
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from markupsafe import Markup

from tests.drawn import ENV, NAMES
from tests.filled import full, needed
from vsportal import editions
from vsportal.editions import Choice, answers, smart
from vsportal.editions.checks import About
from vsportal.editions.reading import Value
from vsportal.editions.schema import Asked, Rows
from vsportal.peps import drawing
from vsportal.peps.drawing import Conflict, Fact, Live, Said

SEASONS = ("autumn", "spring", "summer")
OCCASIONS = ("initial", "termly", "transition", "emergency", "exit")
TODAY = date(2026, 11, 24)
CONTROLS = "input:not([type=hidden]), select, textarea"
UNFILLED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]|" + "|".join(re.escape(f"{{{name}}}") for name in NAMES))


def every_section() -> list[Any]:
    """Each section of each edition once for each set of questions that some plan asks."""
    found: dict[tuple[object, ...], tuple[Asked, str]] = {}
    for name in editions.names():
        edition = editions.get(name)
        for phase, season, occasion in product(edition.phases, SEASONS, OCCASIONS):
            for year in edition.phase_years.get(phase, (None,)):
                for asked in editions.all_asked(name, Choice(phase, season, occasion, year)):
                    questions = tuple(
                        (f.id, tuple((c.id, c.missing) for c in f.columns) if isinstance(f, Rows) else ())
                        for f in asked.fields
                    )
                    which = f"{name}-{phase}-{asked.id}-{season}-{occasion}-{year}"
                    found.setdefault((name, phase, asked.id, questions), (asked, which))
    return [pytest.param(asked, id=which) for asked, which in found.values()]


def about(asked: Asked) -> About:
    return About(today=TODAY, date_of_birth=date(2011, 5, 4), year=10)


def from_record(asked: Asked) -> dict[str, list[tuple[str, str]]]:
    """One row for each question whose rows come from a record."""
    return {f.id: [("7", "Join a club")] for f in asked.fields if isinstance(f, Rows) and f.rows_from}


GIVEN = {
    "nothing": lambda _asked: {},
    "what_is_needed": lambda asked: needed(asked, about(asked), from_record(asked)),
    "everything": lambda asked: full(asked, about(asked), from_record(asked)),
}


def live(asked: Asked, given: dict[str, Value], **more: Any) -> Live:
    """Somebody who may read and write everything, and people who have said something."""
    ids = frozenset(f.id for f in asked.fields)
    views = [f.id for f in asked.fields if f.kind == "views"] if given else []
    said = [
        Said("Amira", "", "I like it", "today", child=True),
        Said("Tina", "carer", "So do I", "today", mine=True),
    ]
    whole: dict[str, Any] = {
        "answers": answers.with_derived(asked, given),
        "names": NAMES,
        "said": dict.fromkeys(views, said),
        "readers": {f.id: "Amira can read this" for f in asked.fields},
        "facts": {f.id: Fact("A fact", "From the record") for f in asked.fields if f.source and given},
        "readable": ids,
        "writable": ids,
        "commentable": ids,
        "from_record": from_record(asked) if given else {},
        "people": ["Tina Marlowe, carer"],
        "term": "autumn",
        "base_url": "/peps/x/sections/y",
    }
    return Live(**(whole | more))


def sound(html: Markup) -> BeautifulSoup:
    """What was drawn, with nothing left unfilled, no id twice, and every control labelled and described."""
    assert not UNFILLED.findall(html)
    soup = BeautifulSoup(html, "html5lib")
    ids = Counter(str(tag["id"]) for tag in soup.find_all(id=True))
    assert [i for i, n in ids.items() if n > 1] == []
    labels = {str(label["for"]) for label in soup.find_all("label", attrs={"for": True})}
    assert [str(c) for c in soup.select(CONTROLS) if not _named(c, labels)] == []
    for tag in soup.find_all(attrs={"aria-describedby": True}):
        assert set(str(tag["aria-describedby"]).split()) <= set(ids), str(tag)
    return soup


def _named(control: Tag, labels: set[str]) -> bool:
    told = control.has_attr("aria-label") or control.has_attr("aria-labelledby")
    return told or control.get("id") in labels or control.find_parent("label") is not None


@pytest.mark.parametrize("given", GIVEN)
@pytest.mark.parametrize("asked", every_section())
def test_a_section_is_drawn_whole_to_write_and_to_read(asked: Asked, given: str) -> None:
    page = live(asked, GIVEN[given](asked))

    controls = sound(drawing.edit(ENV, asked, page)).select(CONTROLS)
    reading = sound(drawing.read(ENV, asked, page))

    assert controls
    assert not reading.select(CONTROLS)


@pytest.mark.parametrize("asked", every_section())
def test_a_section_full_of_errors_warnings_and_conflicts_is_drawn_whole(asked: Asked) -> None:
    given = full(asked, about(asked), from_record(asked))
    leaves = [leaf.key for leaf in answers.leaves(asked, given, from_record(asked))]
    cards = {"k1": drawing.smart_panel(ENV, smart.smart({"outcome": "Read a book by May"}), "Amira")}
    page = live(
        asked,
        given,
        errors=dict.fromkeys(leaves, "Enter it again"),
        warnings=dict.fromkeys(leaves, "Check it"),
        conflicts={
            key: Conflict(None, "Tina Marlowe", "10:04", given.get(key)) for key in leaves if "~" not in key
        },
        helpers=cards,
    )

    sound(drawing.edit(ENV, asked, page))
    assert not UNFILLED.findall(drawing.slots(ENV, asked, leaves, page))


@pytest.mark.parametrize("asked", every_section())
def test_a_row_that_is_added_is_drawn_like_those_on_the_page(asked: Asked) -> None:
    for question in asked.fields:
        if isinstance(question, Rows) and question.repeat:
            row = {f"{question.id}.k9": True}
            page = live(asked, row)
            names = {str(c.get("name")) for c in sound(drawing.edit(ENV, asked, page)).select(CONTROLS)}

            drawn = sound(drawing.row(ENV, asked, question, "k9", page)).select(CONTROLS)

            cells = {str(c.get("name")) for c in drawn}
            assert cells
            assert cells <= names


@pytest.mark.parametrize("asked", every_section())
def test_every_required_question_says_what_is_missing_at_a_place_that_is_on_the_page(asked: Asked) -> None:
    missing = answers.still_missing(asked, {}, about(asked), from_record(asked))
    page = live(asked, {}, from_record=from_record(asked), errors=missing)

    soup = sound(drawing.edit(ENV, asked, page))

    assert [key for key in missing if not soup.find(id=key.replace(".", "-").replace("~", "--"))] == []
