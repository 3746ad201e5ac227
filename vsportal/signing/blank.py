"""The form of a plan to fill in by hand, for a meeting without a computer: its questions, and no answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from vsportal.editions.kinds import label_of, options_of
from vsportal.editions.schema import Derived, Field, Note, Rows, Spec, Views
from vsportal.filters import capital, listed
from vsportal.peps.loading import Plan, Sheet, sheets_of
from vsportal.signing.questions import NOT_ON_PAPER, Data
from vsportal.signing.shape import Printed
from vsportal.wording import Spoken, fill, spoken

MOST_BOXES = 14
"""Answers printed with a box each; of longer lists one is written on a line."""
LINES = {"long_text": 4, "views": 4}
"""Lines to write on, by kind; one for the rest."""
EMPTY_ROWS = 4
"""Rows to fill in, of a question whose rows people add."""
WIDEST = 6
"""Columns of a table on paper; of questions with more, each row is a list of lines."""
SPARE = 2
"""How many of such rows are printed."""


def blank_data(plan: Plan, printed: Printed) -> Data:
    """What the template `blank` draws: the sections this person reads, with room to write. One statement."""
    names = spoken(plan.child.called, plan.child.pronouns)
    sheets = sheets_of(plan, [a.id for a in plan.sections])
    return {
        "title": "Education plan: form to fill in by hand",
        "ref": plan.pep.ref,
        "authority": plan.authority.name,
        "printed": printed.line,
        "sections": [_section(sheet, names) for sheet in sheets],
    }


def _section(sheet: Sheet, names: Spoken) -> Data:
    blocks: list[Data] = []
    group = ""
    for field in sheet.asked.fields:
        if field.id not in sheet.sight.readable or isinstance(field, Derived) or field.source:
            continue
        if NOT_ON_PAPER.intersection(field.checks):
            continue
        if field.group and field.group != group:
            group = field.group
            blocks.append({"k": "group", "text": fill(group, names)})
        blocks.append(_block(field, sheet, names))
    return {"title": fill(sheet.asked.heading, names), "blocks": blocks}


def _block(field: Field, sheet: Sheet, names: Spoken) -> Data:
    if isinstance(field, Note):
        return {"k": "note", "text": fill(field.text, names)}
    found: Data = {
        "q": fill(field.label, names),
        "hint": fill(field.hint, names),
        "only": _only(field.when, sheet.asked.by_id, names),
    }
    if not isinstance(field, Rows):
        return found | _room(field)
    columns = [
        c
        for c in field.columns
        if f"{field.id}.{c.id}" not in sheet.sight.hidden_columns and not NOT_ON_PAPER.intersection(c.checks)
    ]
    labels = [fill(c.label, names) for c in columns]
    rows = [fill(label, names) for _, label in field.rows]
    if len(labels) > WIDEST:
        fields = [
            {"q": label, "hint": "", "only": "", **_room(c)} for label, c in zip(labels, columns, strict=True)
        ]
        named = rows or [f"{capital(field.row_name) or 'Row'} {n}" for n in range(1, SPARE + 1)]
        return found | {"k": "cards", "rows": named, "fields": fields}
    head = [capital(field.row_name) or "Row", *labels] if rows else labels
    return found | {"k": "table", "head": head, "rows": rows or [""] * min(EMPTY_ROWS, field.max_rows)}


def _room(spec: Spec) -> Data:
    """Boxes to tick, or lines to write on."""
    offered = [words for _, words in options_of(spec)]
    if 0 < len(offered) <= MOST_BOXES:
        return {"k": "boxes", "options": offered}
    views = isinstance(spec, Views)
    return {"k": "lines", "lines": LINES.get(getattr(spec, "kind", ""), 1), "voices": views}


def _only(when: Mapping[str, tuple[str, ...]], asked: Mapping[str, Field], names: Spoken) -> str:
    """When it is asked at all: “Only if “Main need” is Hearing or Vision”."""
    return "; ".join(_conditions(when, asked, names))


def _conditions(
    when: Mapping[str, tuple[str, ...]], asked: Mapping[str, Field], names: Spoken
) -> Iterator[str]:
    for name, values in when.items():
        if (field := asked.get(name)) is not None:
            words = listed((label_of(field, value) for value in values[:4]), "or")
            yield f"Only if the answer to “{fill(field.label, names)}” is {words}"
