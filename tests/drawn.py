"""A section with every kind of question, and how tests have it drawn: no application, no database."""

from __future__ import annotations

from pathlib import Path

from bs4 import BeautifulSoup
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from vsportal.editions import Choice, asked_of
from vsportal.editions.schema import Asked, Edition, Section
from vsportal.peps import drawing
from vsportal.peps.drawing import Live

ROOT = Path(__file__).resolve().parents[1]
ENV = Environment(loader=FileSystemLoader(ROOT / "templates"), autoescape=True, undefined=StrictUndefined)
NAMES = {
    "child": "Amira",
    "child's": "Amira’s",
    "they": "she",
    "them": "her",
    "their": "her",
    "they_are": "she is",
    "they_have": "she has",
}
PROGRESS = [["aep", "Above expected"], ["ep", "Expected"], ["bep", "Below expected"]]
TERMS = [
    {"id": f"{season}_{what}", "kind": "one_of", "label": f"{season.title()} {what}", "options": PROGRESS}
    for season in ("autumn", "spring")
    for what in ("progress", "effort")
]
QUESTIONS = [
    {
        "id": "line",
        "label": "A line for {child}",
        "missing": "Enter a line",
        "statute": ["A2"],
        "group": "First",
    },
    {"id": "essay", "kind": "long_text", "label": "{they} wrote", "hint": "What {they_have} done"},
    {"id": "count", "kind": "number", "label": "How many", "unit": "hours"},
    {"id": "share", "kind": "percent", "label": "What share"},
    {"id": "cost", "kind": "money", "label": "What it costs"},
    {"id": "day", "kind": "date", "label": "Which day"},
    {"id": "sure", "kind": "yes_no", "label": "Is it so?", "unsure": "Not sure"},
    {"id": "why", "kind": "long_text", "label": "Why?", "when": {"sure": ["no", "unsure"]}},
    {"id": "way", "kind": "one_of", "label": "Which way", "options": [["l", "Left"], ["r", "Right"]]},
    {
        "id": "long",
        "kind": "one_of",
        "label": "Which one",
        "options": [[f"o{n}", f"Option {n}"] for n in range(9)],
    },
    {
        "id": "ticks",
        "kind": "many_of",
        "label": "Which of these",
        "options": [["a", "Apples"], ["b", "Beans"]],
    },
    {"id": "who", "kind": "person", "label": "Who helps"},
    {
        "id": "face",
        "kind": "scale",
        "label": "How is it?",
        "words": ["Awful", "Bad", "So so", "Good", "Great"],
    },
    {"id": "born", "kind": "date", "label": "Born", "source": "child.date_of_birth", "group": "Second"},
    {"id": "told", "kind": "note", "label": "", "text": "First {child}.\n\nThen {them}."},
    {"id": "low", "kind": "derived", "label": "Below 95%", "derive": "attendance_below_95"},
    {
        "id": "subjects",
        "kind": "grid",
        "label": "Subjects",
        "repeat": True,
        "row_name": "subject",
        "row_title": "subject",
        "max_rows": 3,
        "columns": [
            {"id": "subject", "kind": "text", "label": "Subject"},
            {"id": "course", "kind": "one_of", "label": "Course", "options": [["g", "GCSE"]]},
            {"id": "prior", "kind": "text", "label": "Prior", "width": "short"},
            {"id": "target", "kind": "text", "label": "Target", "width": "short"},
            *TERMS,
        ],
    },
    {
        "id": "terms",
        "kind": "grid",
        "label": "Sessions",
        "rows": [["autumn", "Autumn"], ["spring", "Spring"]],
        "columns": [{"id": "possible", "kind": "number", "label": "Possible"}],
    },
    {
        "id": "targets",
        "kind": "records",
        "label": "Targets",
        "repeat": True,
        "row_name": "target",
        "row_title": "outcome",
        "helper": "smart",
        "columns": [
            {"id": "outcome", "kind": "long_text", "label": "What will be different"},
            {
                "id": "funding",
                "kind": "one_of",
                "label": "Who pays",
                "options": [["school", "School"], ["pp", "PP+"]],
            },
            {
                "id": "amount",
                "kind": "money",
                "label": "How much",
                "when": {"funding": ["pp"]},
                "audience": "care",
            },
        ],
    },
    {
        "id": "previous",
        "kind": "records",
        "label": "Last targets",
        "rows_from": "previous_targets",
        "columns": [{"id": "how", "kind": "long_text", "label": "How it went"}],
    },
    {"id": "views", "kind": "views", "label": "What people say"},
]
IDS = [q["id"] for q in QUESTIONS]


def section(*questions: dict[str, object], owner: str = "designated_teacher") -> Asked:
    """A section with these questions."""
    fields = [{"kind": "text", "audience": "everyone", **q} for q in questions]
    made = Section.model_validate({"id": "s", "title": "S", "heading": "S", "owner": owner, "field": fields})
    edition = Edition(
        name="x", title="X", starts="2026-09-01", phases=("secondary",), order=("s",), sections=(made,)
    )  # type: ignore[arg-type]  # pydantic reads the date
    return asked_of(edition, Choice("secondary", "autumn"))[0]


ASKED = section(*QUESTIONS)


def live(asked: Asked = ASKED, **given: object) -> Live:
    """What is live for somebody who may read and write everything."""
    ids = frozenset(f.id for f in asked.fields)
    whole = {"answers": {}, "names": NAMES, "readable": ids, "writable": ids, "commentable": ids} | given
    return Live(**whole)  # type: ignore[arg-type]


def edited(asked: Asked = ASKED, **given: object) -> BeautifulSoup:
    """The section as a form."""
    return BeautifulSoup(drawing.edit(ENV, asked, live(asked, **given)), "html5lib")


def shown(asked: Asked = ASKED, **given: object) -> BeautifulSoup:
    """The section to read."""
    return BeautifulSoup(drawing.read(ENV, asked, live(asked, **given)), "html5lib")


def answer(page: BeautifulSoup, label: str) -> str:
    """What stands beside a label in the read view."""
    return page.find("dt", string=label).find_next_sibling("dd").get_text(" ", strip=True)


FULL = {
    "line": "One",
    "essay": "Two\nlines",
    "count": 12,
    "share": 94.5,
    "cost": 120050,
    "day": "2027-03-02",
    "sure": "no",
    "way": "r",
    "long": "o3",
    "ticks": ["b"],
    "who": "Tina Marlowe",
    "face": 4,
    "low": "yes",
    "subjects.k1": True,
    "subjects.k1.subject": "Maths",
    "subjects.k1.autumn_effort": "ep",
    "subjects.k2": True,
    "terms.autumn.possible": 60,
    "targets.k1": True,
    "targets.k1.outcome": "Solve equations",
    "targets.k1.funding": "school",
}
