"""Whatever somebody sends to any address: an answer, never a fault, and nothing kept that is not theirs.

Every view that takes a form is found by itself, so that a new one is tried as well.
"""

import json
from itertools import product
from random import Random

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict

from tests.client import PageClient
from tests.world import World
from vsportal import editions
from vsportal.extensions import db
from vsportal.models import AuditEvent, PepSection
from vsportal.policy import Tie

LEFT_OUT = {"accounts.sign_in", "accounts.sign_out", "accounts.end_sessions"}
"""They are tried with junk in `test_accounts`; here they would only sign out."""
TEXTS = [
    "",
    " ",
    "\x00\x02\x03\x1b",
    "<script>alert(1)</script>",
    "{{ 7*7 }}{% raw %}",
    "' OR 1=1 --",
    "31/02/2020",
    "9" * 400,
    "-1",
    "NaN",
    "1e999",
    "½ · ٣ · 𝟛",
    "😀 \u202e\u2066 ש",
    "x" * 30_000,
    "null",
    "[]",
    '{"a": {"b": 1}}',
    "mine:",
    "theirs:subjects.r1.subject",
]
SENT_BESIDE = ["seen", "page", "keep", "add", "remove", "act", "stage", "readers.care_plan", "go", "next"]
SENT_BESIDE += ["confirm", "version", "leaf"]
NAMES = [
    "",
    ".",
    "~",
    "subjects",
    "subjects.r1",
    "subjects.r1.subject",
    "subjects.r1.subject~kept",
    "subjects.../../x.subject",
    "targets.r1.pp_amount",
    "attendees.r1",
    "no_such_question",
    "hard~unknown",
    "hard~how",
    "x" * 500,
]


def addresses(app: Flask, world: World) -> list[str]:
    """Every address that takes a form, with what its parameters may be and what they may not."""
    fill = {
        "ref": [world.pep.ref, world.child.ref],
        "section_id": ["progress", "my_views", "targets", "no_such_section"],
        "field_id": ["who_helps", "no_such_question", "%00"],
        "key": ["hard", "subjects.r1.subject", "no_such_question", "%00~kept"],
        "part": ["school", "care", "neither"],
        "term_key": [world.term.key, "2026-27-never", "%00"],
        "token": ["x" * 43, "%00"],
        "file_ref": ["no_such_file", "%00"],
    }
    found = []
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or set()) and rule.endpoint not in LEFT_OUT:
            names = sorted(rule.arguments)
            for values in product(*(fill[name] for name in names)):
                path = rule.rule
                for name, value in zip(names, values, strict=True):
                    path = path.replace(f"<{name}>", value)
                found.append(path)
    return found


def junk(chance: Random, questions: list[str]) -> MultiDict[str, str]:
    """A form of this and that: names that are asked and names that are not, each with any text."""
    sent: MultiDict[str, str] = MultiDict()
    for name in chance.sample(NAMES, 4) + chance.sample(questions, 8) + chance.sample(SENT_BESIDE, 4):
        for text in chance.sample(TEXTS, chance.choice([1, 1, 2])):
            sent.add(name, text)
    if chance.random() < 0.5:
        sent["seen"] = json.dumps({name: chance.choice(TEXTS[:5]) for name in questions[:3]})
    return sent


@pytest.mark.parametrize("tie", [Tie.YOUNG_PERSON, Tie.DESIGNATED_TEACHER, Tie.SOCIAL_WORKER, Tie.HEAD])
def test_junk_is_answered_everywhere_and_never_with_a_fault(
    app: Flask, client: PageClient, world: World, tie: Tie
) -> None:
    chance = Random(f"junk for {tie}")
    questions = [field.id for section in editions.get("2026-27").sections for field in section.fields]
    client.sign_in(world.people[tie])

    for path in addresses(app, world):
        browser = chance.choice([client, client.htmx])
        assert browser.post(path, junk(chance, questions), bare=True).status < 500, path

    for section_id in db.session.scalars(select(PepSection.section_id)):
        assert client.get(f"/peps/{world.pep.ref}/sections/{section_id}", follow=True).status in (200, 404)


def test_junk_from_a_stranger_changes_nothing(app: Flask, client: PageClient, world: World) -> None:
    chance = Random("junk from a stranger")
    questions = [field.id for section in editions.get("2026-27").sections for field in section.fields]
    client.sign_in(world.strangers[Tie.DESIGNATED_TEACHER])
    about_child = select(func.count()).where(AuditEvent.child_id == world.child.id)
    before = db.session.scalar(about_child)

    for path in addresses(app, world):
        client.post(path, junk(chance, questions), bare=True)

    assert db.session.scalar(about_child) == before
    sections = db.session.scalars(select(PepSection).where(PepSection.pep_id == world.pep.id))
    assert [row.section_id for row in sections if row.answers] == []
