"""Every event has its sentence, every sentence its event; tags are subject:part:verb in the past tense."""

import re
from pathlib import Path

import pytest
from flask import Flask, render_template

from vsportal import audit

ROOT = Path(__file__).resolve().parents[2]
SENTENCES = ROOT / "templates" / "components" / "timeline"
CODE = {path: path.read_text(encoding="utf-8") for path in (ROOT / "vsportal").rglob("*.py")}
IRREGULAR = {"held", "begun", "kept", "left"}


class Event:
    """An event as a timeline shows it, with all that a sentence may ask for."""

    actor_name = "Rhian Castell"
    section_title = "My progress"
    part = "school"
    child = "Amira"
    changes = ({"field": "a", "label": "Label", "kind": "text", "old": "Old", "new": "New"},)


def name(tag: str) -> str:
    return tag.replace(":", "-") + ".html"


@pytest.mark.parametrize("tag", sorted(audit.TAGS))
def test_a_tag_is_subject_part_and_a_verb_in_the_past_tense(tag: str) -> None:
    assert re.fullmatch(r"[a-z]+:[a-z]+:[a-z_]+", tag)
    verb = tag.rpartition(":")[2].partition("_")[0]
    assert verb in IRREGULAR or verb.endswith(("ed", "en"))


def test_every_tag_has_its_sentence_and_every_sentence_its_tag() -> None:
    assert {path.name for path in SENTENCES.glob("*.html")} == {name(tag) for tag in audit.TAGS}


@pytest.mark.parametrize("tag", sorted(audit.TAGS))
def test_a_sentence_is_one_line_that_begins_with_somebody_or_something(app: Flask, tag: str) -> None:
    with app.test_request_context():
        said = render_template(f"components/timeline/{name(tag)}", event=Event()).strip()

    assert "\n" not in said
    assert said[0].isupper()
    assert not said.endswith(".")
    assert "None" not in said


def test_what_a_person_wrote_is_never_in_a_sentence() -> None:
    shown = "pep-section-saved", "pep-comment-changed", "pep-comment-removed"

    assert [one for one in shown if "changes" in (SENTENCES / f"{one}.html").read_text()] == []


def test_every_tag_is_recorded_somewhere() -> None:
    code = "\n".join(text for path, text in CODE.items() if path.name != "audit.py")

    assert [tag for tag in sorted(audit.TAGS) if f'"{tag}"' not in code] == []


def test_every_tag_that_is_recorded_is_known() -> None:
    code = "\n".join(CODE.values())

    assert set(re.findall(r'"((?:account|admin|child|home|pep):[a-z]+:[a-z_]+)"', code)) - audit.TAGS == set()
