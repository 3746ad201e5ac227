"""What one person may read of a plan’s document, from the document alone, by the policy of the pages.

Each section is asked again as it was asked then, and `policy.sight` says question by question, as on the
section’s page. Address and telephone are in nobody’s: they never leave the portal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from vsportal import policy
from vsportal.editions.schema import Asked, Field, Records, TextQuestion, Views
from vsportal.editions.spec import Text
from vsportal.policy import Can, Seen, Subject, Tie
from vsportal.signing.questions import Data

WHO_CARES = "people.carer"
"""The fact that names the home of that day: a parent is not told who cared before (rule 2)."""
ADULTS_WORK = Can.SEE_TIMELINE
"""Who is told of parts, of what was late and of what a plan was signed off without."""


def redact(document: Mapping[str, Any], seen: Seen) -> Data:
    """The document without anything this person may not read."""
    it = Subject(pep_state=document["plan"]["state"])
    found = [s for section in document["sections"] if (s := _section(section, seen, it.pep_state))]
    readable = {(s["id"], q["id"]) for s in found for q in s["questions"]}
    told = bool(policy.decide(seen, ADULTS_WORK, it))
    return {
        **{key: document[key] for key in ("format", "made_at", "plan", "authority", "child")},
        "people": _people(document["people"], seen),
        "places": _places(document["places"], seen),
        "signed": _signed(document.get("signed"), told=told),
        "parts": document["parts"] if told else [],
        "sections": found,
        "wishes": [w for w in document["wishes"] if (w["section"], w["question"]) in readable],
        "requests": _requests(document["requests"], seen, it.pep_state),
        "reviews": _reviews(document["reviews"], seen, it.pep_state),
    }


def _section(section: Mapping[str, Any], seen: Seen, state: str) -> Data | None:
    """A section with the questions and columns that are for this person; None when nothing is."""
    sight = sight_of(section, seen, state)
    questions = [
        shown
        for q in section["questions"]
        if q["id"] in sight.readable and (shown := _question(q, sight.hidden_columns, seen))
    ]
    if not questions:
        return None
    asked = {q["id"] for q in section["questions"] if q["kind"] != "note"}
    return {**section, "questions": questions, "whole": asked <= sight.readable}


def sight_of(section: Mapping[str, Any], seen: Seen, state: str) -> policy.Sight:
    """What policy says of a kept section, as it says of the live one."""
    asked = _asked(section)
    it = Subject(
        pep_state=state,
        section_id=section["id"],
        owner=section["owner"],
        status=section["status"],
        part=section["part"],
        household_id=section["household_id"],
    )
    return policy.sight(seen, asked, it, {q["id"]: q["readers"] for q in section["questions"]})


def _question(question: Mapping[str, Any], hidden: Iterable[str], seen: Seen) -> Data | None:
    """A question without the columns that are hidden, and without what never stands on paper."""
    if question.get("not_on_paper") or (question.get("fact") == WHO_CARES and Tie.PARENT in seen.ties):
        return None
    shown = dict(question)
    if "rows" in question:
        kept = [c for c in question["columns"] if f"{question['id']}.{c['id']}" not in hidden]
        names = {c["id"] for c in kept}
        shown["columns"] = kept
        shown["rows"] = [
            {**row, "title": _title(row, names), "cells": _cells(row["cells"], names)}
            for row in question["rows"]
        ]
    return shown


def _cells(cells: Mapping[str, Data], names: Iterable[str]) -> Data:
    """The cells of these columns that may stand on paper."""
    return {name: cells[name] for name in names if name in cells and not cells[name].get("not_on_paper")}


def _title(row: Mapping[str, Any], names: Iterable[str]) -> str:
    """A row’s title, unless it is the answer in a column that this person is not shown."""
    hidden = {c["shown"].strip() for name, c in row["cells"].items() if name not in names and c["shown"]}
    return "" if row["title"] in hidden else row["title"]


def _asked(section: Mapping[str, Any]) -> Asked:
    """The section as it was asked, as far as it decides who reads what."""
    return Asked(
        edition="",
        id=section["id"],
        title=section["title"],
        heading=section["heading"],
        lede="",
        owner=section["asked_of"],
        part=section["part"],
        comments=(),
        due="",
        minutes=0,
        fields=tuple(_field(q, section["asked_of"]) for q in section["questions"]),
    )


def _field(question: Mapping[str, Any], asked_of: str) -> Field:
    """A question with what decides who reads it. Made without checking: it was checked when it was asked."""
    owner = question["owner"] if question["owner"] != asked_of else None
    same = {
        "id": question["id"],
        "audience": question["audience"],
        "narrowed": question["narrowed"],
        "parents": question["parents"],
        "owner": owner,
    }
    if question["kind"] == "views":
        return Views.model_construct(**same)
    if "columns" in question:
        columns = tuple(Text.model_construct(id=c["id"], audience=c["audience"]) for c in question["columns"])
        return Records.model_construct(**same, columns=columns)
    return TextQuestion.model_construct(**same)


# Beside the sections ----------------------------------------------------------------------------------------


def _people(people: Sequence[Data], seen: Seen) -> Sequence[Data]:
    """Who was around; a parent is not told who cared before (rule 2)."""
    if Tie.PARENT not in seen.ties:
        return people
    return [p for p in people if p["role"] != Tie.CARER]


def _places(places: Data, seen: Seen) -> Data:
    return {**places, "home": "", "home_kind": ""} if Tie.PARENT in seen.ties else places


def _signed(signed: Data | None, *, told: bool) -> Data | None:
    if signed is None or told:
        return signed
    return {**signed, "without": "", "reason": ""}


def _requests(requests: Sequence[Data], seen: Seen, state: str) -> list[Data]:
    """What PP+ is for; the amounts for those who see requests."""
    it = Subject(pep_state=state)
    if not policy.decide(seen, Can.SEE_PURPOSE, it):
        return []
    if policy.decide(seen, Can.SEE_REQUEST, it):
        return list(requests)
    hidden = ("amount_pence", "approved_pence", "state", "number")
    bought = [r for r in requests if r["approved_pence"]]  # refusals are adults’ work
    return [{**r, **dict.fromkeys(hidden)} for r in bought]


def _reviews(reviews: Sequence[Data], seen: Seen, state: str) -> list[Data]:
    """How each part was rated, for those who are told of that part."""
    notes = policy.decide(seen, Can.SEE_REVIEW_NOTES, Subject(pep_state=state))
    return [
        review if notes else {**review, "override_reason": ""}
        for review in reviews
        if policy.decide(seen, Can.SEE_RATINGS, Subject(pep_state=state, part=review["part"]))
    ]
