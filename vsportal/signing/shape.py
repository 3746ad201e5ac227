"""A redacted document as the template draws it: a cover, the child’s words, sections, a sensitive sheet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from vsportal import filters, wording
from vsportal.models import PepState
from vsportal.peps.overview import OPENING_WORDS
from vsportal.policy import AT_HOME, Tie
from vsportal.signing.questions import Data

WIDEST = 9
"""Columns a table may have on a page; rows with more are drawn as cards."""
LONGEST = 60
"""Characters in a cell, with which rows are drawn as cards as well."""
HOW = {"skipped": "Chose not to answer", "talk": "Would rather talk about it"}
KEEP = (
    "This plan is about a child. Keep it where only those it is for can read it, give it to nobody else, "
    "and destroy it when you no longer need it."
)
KEEP_OWN = "This plan is about you. Keep it somewhere safe: what is in it is yours to show or not."
PRIVATE = ("care", "child_chosen")
"""Audiences whose answers stand apart on the sensitive sheet."""


@dataclass(frozen=True)
class Printed:
    """Who printed it, when, and in which role: on the cover and at the foot of each page (rule 9)."""

    by: str
    """“Sue Hartwell, Virtual School head”; of the child no name, because it stands on the cover."""
    at: datetime
    to: Tie | str = ""
    """The tie by which they read it."""

    @property
    def line(self) -> str:
        """“Printed by Sue Hartwell, Virtual School head, on 3 November 2026 at 2:02pm”."""
        return f"Printed by {self.by} on {filters.day(self.at)} at {filters.clock_time(self.at)}"


@dataclass(frozen=True)
class Added:
    """An addendum as it is printed."""

    section: str
    question: str
    signed: str
    at: datetime
    words: str


def plan_data(
    document: Mapping[str, Any], printed: Printed, added: Sequence[Added] = (), digest: str = ""
) -> Data:
    """What the template `plan` draws. `digest`: the beginning of the kept copy’s checksum, if any."""
    own = printed.to == Tie.YOUNG_PERSON
    labels = {(s["id"], q["id"]): q["label"] for s in document["sections"] for q in s["questions"]}
    asked = {w["question"]: w for w in document["wishes"]}
    sections = [_section(s, asked, apart=False, own=own) for s in document["sections"]]
    apart = [] if own else [_section(s, {}, apart=True, own=own) for s in document["sections"]]
    return {
        "title": f"Education plan, {document['plan']['term_words']}",
        "heading": f"{document['child']['called_s']} education plan",
        "ref": document["plan"]["ref"],
        "authority": document["authority"],
        "printed": printed.line,
        "state": state_line(document, printed.at),
        "is_open": document["plan"]["state"] != PepState.SIGNED_OFF,
        "digest": digest,
        "care": KEEP_OWN if own else KEEP,
        "facts": _facts(document),
        "voice": _voice(document, own=own),
        "people": [_person(p) for p in document["people"]],
        "sections": [s for s in sections if s["blocks"]],
        "requests": [_request(r) for r in document["requests"]],
        "reviews": [_review(r, document) for r in document["reviews"]],
        "added": [_added(a, labels, document) for a in added],
        "apart": [s for s in apart if s["blocks"]],
    }


def state_line(document: Mapping[str, Any], at: datetime) -> str:
    """“Not signed off, as of 3 November 2026”, or by whom it was signed off, and without what."""
    signed, state = document["signed"], document["plan"]["state"]
    if signed is None and state == PepState.SIGNED_OFF:
        return f"Signed off before copies were kept: this is how it reads on {filters.day(at)}."
    if signed is None:
        return f"Not signed off, as of {filters.day(at)}"
    said = f"Signed off by {signed['by']} on {_day(signed['at'])}"
    if signed["without"]:
        said += f", without {signed['without']}: {signed['reason'].rstrip('.')}"
    return f"{said}."


def _facts(document: Mapping[str, Any]) -> list[list[str]]:
    plan, child, places = document["plan"], document["child"], document["places"]
    schools = filters.listed(f"{s['name']}, {s['year']}" for s in places["schools"])
    met = _day(plan["meeting_on"]) if plan["meeting_on"] else ""
    pairs = (
        ("Name", child["name"]),
        ("Date of birth", _day(child["date_of_birth"])),
        ("Pronouns", child["pronouns"]),
        ("School", schools),
        ("Plan", f"{plan['occasion']}, {plan['term_words']}"),
        ("Meeting", ", ".join(w for w in (met, plan["meeting_words"]) if w)),
    )
    return [_pair(label, words) for label, words in pairs if words]


def _pair(label: str, words: str) -> list[str]:
    """A label with its colon, and what holds; a question has its own mark."""
    return [label if label.endswith("?") else f"{label}:", words]


def _voice(document: Mapping[str, Any], *, own: bool) -> str:
    """The child’s words, to open the plan with; never those that stand apart."""
    views = next((s for s in document["sections"] if s["id"] == "my_views"), None)
    questions = views["questions"] if views else []
    said = {q["id"]: q.get("shown", "") for q in questions if own or not is_private(q)}
    return next((said[name] for name in OPENING_WORDS if said.get(name)), "")


def _person(person: Mapping[str, str]) -> str:
    place = "" if person["role"] in AT_HOME else person["place"]
    return ", ".join(w for w in (person["name"], person["words"], place) if w)


# Sections ---------------------------------------------------------------------------------------------------


def _section(section: Mapping[str, Any], wishes: Mapping[str, Data], *, apart: bool, own: bool) -> Data:
    """The answers of a section that stand in it, or those that stand apart from it."""
    blocks: list[Data] = []
    group, empty = "", []
    for q in section["questions"]:
        if not own and is_private(q) != apart:
            continue
        drawn = list(_blocks(q))
        if not drawn:
            if q["kind"] not in ("note", "derived"):
                empty.append(q["label"])
            continue
        if q["group"] and q["group"] != group:
            group = q["group"]
            blocks.append({"k": "group", "text": group})
        blocks += drawn
        if (wish := wishes.get(q["id"])) and wish["answer"]:
            said = f"{wish['answered_by']} answered on {_day(wish['answered_at'])}"
            blocks.append({"k": "reply", "by": said, "text": wish["answer"]})
    if empty and not apart:
        blocks.append({"k": "empty", "text": "; ".join(label.rstrip("?.") for label in empty)})
    return {"title": section["heading"], "name": section["title"], "by": _by(section), "blocks": blocks}


def is_private(question: Mapping[str, Any]) -> bool:
    """Whether an answer stands apart: for social care alone, or for those the child chose."""
    narrow = question["narrowed"] and not question["readers"].get("groups")
    return question["audience"] in PRIVATE or narrow


def _by(section: Mapping[str, Any]) -> str:
    """“Completed by Rhian Castell, designated teacher, on 3 November 2026”, or whose it is."""
    owner = section["owner"]
    if section["completed_at"] is None:
        return "Not complete" + (
            "" if owner == Tie.YOUNG_PERSON else f", written by the {section['owner_words']}"
        )
    who = section["completed_by"]
    role = "" if owner == Tie.YOUNG_PERSON else f", {section['owner_words']}"
    return f"Completed{f' by {who}{role}' if who else ''} on {_day(section['completed_at'])}"


def _blocks(q: Mapping[str, Any]) -> Iterator[Data]:
    """What is drawn for one question; nothing when nothing was answered."""
    if q["kind"] == "note":
        return
    if "rows" in q:
        yield from _rows(q)
    elif "said" in q:
        if q["said"]:
            said = [{**_comment(c), "text": c["text"]} for c in q["said"]]
            yield {"k": "said", "q": q["label"], "said": said}
    elif text := _text(q):
        note = q.get("source", "") or ("Worked out" if q.get("worked_out") else "")
        yield {"k": "qa", "q": q["label"], "a": text, "note": note}


def _comment(one: Mapping[str, Any]) -> Data:
    who = ", ".join(w for w in (one["by"], one["signed"]) if w)
    return {"by": f"{who}, {_day(one['at'])}", "child": one["child"]}


def _text(cell: Mapping[str, Any]) -> str:
    """An answer in words, with what is said about it; nothing for none."""
    about = cell.get("about", {})
    shown = cell["shown"].strip()
    if not shown and (reason := about.get("unknown")):
        shown = f"Not known yet: {reason}"
    if not shown and (how := about.get("how")):
        shown = HOW.get(how, "")
    kept = about.get("kept")
    return f"{shown} (checked: {kept})" if shown and kept else shown


def _rows(q: Mapping[str, Any]) -> Iterator[Data]:
    """Rows as a table where they fit a page, else as cards; what is empty in all of them is left out."""
    rows = [(r["title"], {name: _text(cell) for name, cell in r["cells"].items()}) for r in q["rows"]]
    rows = [(title, cells) for title, cells in rows if any(cells.values())]
    columns = [c for c in q["columns"] if any(cells.get(c["id"]) for _, cells in rows)]
    # A row named by its first answer is not told twice.
    own = [c["id"] for c in columns if all(cells.get(c["id"], "") in ("", title) for title, cells in rows)]
    name = next((c["label"] for c in columns if c["id"] in own), q["row_name"])
    columns = [c for c in columns if c["id"] not in own]
    if not rows:
        return
    long = any(len(text) > LONGEST for _, cells in rows for text in cells.values())
    if q["kind"] == "grid" and len(columns) < WIDEST and not long:
        yield {
            "k": "table",
            "q": q["label"],
            "head": [name, *(c["label"] for c in columns)],
            "rows": [[title, *(cells.get(c["id"], "") for c in columns)] for title, cells in rows],
        }
    else:
        cards = [
            {
                "title": title,
                "pairs": [_pair(c["label"], cells[c["id"]]) for c in columns if cells.get(c["id"])],
            }
            for title, cells in rows
        ]
        yield {"k": "cards", "q": q["label"], "cards": cards}


# Beside the sections ----------------------------------------------------------------------------------------


def _request(request: Mapping[str, Any]) -> Data:
    """What PP+ is for, and for those who see it what was asked and approved."""
    words = request["buying"] or request["target"]
    if request["amount_pence"] is None:
        return {"what": words, "money": ""}
    money = f"asked for {filters.pence(request['amount_pence'])}"
    if request["approved_pence"] is not None:
        money += f", approved {filters.pence(request['approved_pence'])}"
    return {"what": f"{words} ({request['number']})", "money": money}


def _review(review: Mapping[str, Any], document: Mapping[str, Any]) -> Data:
    titles = {s["id"]: s["title"] for s in document["sections"]}
    on = f", {_day(review['ended_at'])}" if review["ended_at"] else ""
    return {
        "part": filters.capital(wording.PARTS[review["part"]]),
        "overall": review["overall_words"],
        "by": f"{review['reviewer']}{on}",
        "why": review["override_reason"],
        "rows": [
            [titles.get(r["section"], r["section"]), r["words"] or "Not rated", r["feedback"]]
            for r in review["sections"]
        ],
    }


def _added(added: Added, labels: Mapping[tuple[str, str], str], document: Mapping[str, Any]) -> Data:
    title = next((s["title"] for s in document["sections"] if s["id"] == added.section), added.section)
    label = labels.get((added.section, added.question), "")
    return {
        "about": f"{title}: {label}" if label else title,
        "by": f"{added.signed}, {filters.day(added.at)}",
        "words": added.words,
    }


def _day(iso: str | None) -> str:
    """A kept day or moment as it reads in England."""
    if not iso:
        return ""
    return filters.day(datetime.fromisoformat(iso) if "T" in iso else date.fromisoformat(iso))
