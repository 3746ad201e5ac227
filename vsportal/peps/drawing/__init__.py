"""Drawing a section of a plan: as a form for those who write in it, as answers for those who read.

A question is drawn once from its template and filled for each page (`holes.py`): 150 controls take
under a millisecond, and nothing that a person typed is ever read as a template.

What a page and `static/app.js` agree on:
- The form has `form_attributes(live)`, and in it hidden `csrf_token`, `page` (a random id of this page)
  and `seen` (`marks(asked, live)`: leaf → mark of each answer as it was drawn).
- A draft is a POST to “{base}/draft” of the changed leaves, `csrf_token`, `page` and `seen` (the marks of
  those leaves only). Its answer is out-of-band fragments: `new_marks()` of what was saved, always, and
  `#saved`, the save line. 409 when a leaf is in conflict: the others are saved, and `slots()` brings both
  texts. 409 without `new_marks()`: the section was closed meanwhile, nothing is saved.
- A check, when an answer is left, is a POST to “{base}/fields/{leaf}” with the same fields: that answer
  and all that is not saved yet. It answers with `slots()` alone, 200 or 422.
- A row is a POST to “{base}/rows” with `add` (the question's id); it answers with `row()` and
  `new_marks()`. Removing a row is a change of its marker, so it is a draft like any other.
- “Still right” is a POST to “{base}/confirm” with `confirm` (a question, row or leaf); it answers with
  `checks()` and `new_marks()`.
- Without script the same names are posted to the section itself: `add`, `remove` (“subjects.k1”),
  `keep` (“mine:leaf”, “theirs:leaf”), `confirm`, `act`.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from jinja2 import Environment
from markupsafe import Markup, escape

from vsportal.editions.answers import applies, mark
from vsportal.editions.reading import Value
from vsportal.editions.schema import Asked, Derived, Field, Grid, Leaf, Note, Records, Views
from vsportal.editions.smart import SmartPart
from vsportal.peps.drawing.before import question_mark, row_mark
from vsportal.peps.drawing.holes import NO_ROW, Page, Part, Row, Sheet, fill
from vsportal.peps.drawing.live import Conflict, Fact, Fold, Last, Live, Said
from vsportal.peps.drawing.places import Place
from vsportal.peps.drawing.rows import Rows, RowsPlace, row_at, rows_in
from vsportal.peps.drawing.told import Told

__all__ = [
    "Conflict",
    "Fact",
    "Fold",
    "Last",
    "Live",
    "Said",
    "checks",
    "edit",
    "form_attributes",
    "marks",
    "new_marks",
    "read",
    "read_rows",
    "row",
    "slots",
    "smart_panel",
]

_KEPT_AT_MOST = 4000
_PART = 'div class="vs-part"'


@dataclass(frozen=True)
class Drawn:
    """A question drawn once."""

    parts: tuple[Part, ...]
    row: tuple[Part, ...] = ()
    listed: bool = False
    """True for one line of a list of answers."""


# Public: a whole section ------------------------------------------------------------------------


def edit(env: Environment, asked: Asked, live: Live) -> Markup:
    """The section as a form: what this person may write as controls, the rest they may read in its place."""
    page = Page(env, live)
    blocks: list[Block] = []
    for field in asked.fields:
        may_write = field.id in live.writable and _is_typed(field)
        if not may_write and field.id not in live.readable:
            continue
        if may_write or isinstance(field, Views | Derived):
            drawn = _pieces(env, asked, field, live, reading=False)
        elif _is_asked(asked, field, live):
            drawn = _pieces(env, asked, field, live, reading=True)
        else:
            continue
        blocks.append((field, drawn.listed, fill(drawn.parts, page)))
    people = env.get_template("fields/_people.html").render(people=live.people) if _asks_people(asked) else ""
    whole = _folded(page, live.fold, blocks) if live.fold else _grouped(page, blocks)
    return Markup(whole + people)  # noqa: S704  # every hole escapes


def read(env: Environment, asked: Asked, live: Live) -> Markup:
    """The section to read: what was asked and is this person's to see, answered or not.

    There is no box of one's own here, so one's own words stand among the others.
    """
    page = Page(env, replace(live, commentable=frozenset(), writable=frozenset()))
    blocks: list[Block] = []
    for field in asked.fields:
        if field.id in live.readable and _is_asked(asked, field, live):
            drawn = _pieces(env, asked, field, live, reading=True)
            blocks.append((field, drawn.listed, fill(drawn.parts, page)))
    return Markup(_grouped(page, blocks))  # noqa: S704  # every hole escapes


def read_rows(env: Environment, asked: Asked, field: Rows, live: Live) -> Markup:
    """The rows of one question to read, without its label: what stood there in another plan."""
    page = Page(env, live)
    parts = _pieces(env, asked, field, live, reading=True, bare=True).parts
    return Markup(fill(parts, page))  # noqa: S704  # every hole escapes


def form_attributes(live: Live, action: str = "") -> Markup:
    """The attributes of the section's form: with script it saves itself, without it is a plain form.

    `action`: where the plain form goes when that is not the section's own address.
    """
    return Markup(
        'id="section" class="vs-form" method="post" action="{1}" novalidate autocomplete="off" '
        'hx-post="{0}/draft" hx-trigger="change, input changed delay:2s, save" '
        'hx-sync="this:queue last" hx-swap="none"'
    ).format(live.base_url, action or live.base_url)


def marks(asked: Asked, live: Live) -> str:
    """JSON of leaf → mark, of the answers and own comments this person may write: what the page has seen.

    An answer in conflict has no mark, so that it stays in conflict until one of the two is chosen.
    """
    mine = frozenset(_begins_of_leaves(asked, live))
    seen = {
        key: mark(value)
        for key, value in live.answers.items()
        if value is not None and key not in live.conflicts and _begin_of(key) in mine
    }
    own = {
        name: mark(one.text)
        for name, said in live.said.items()
        for one in said
        if one.mine and name in live.commentable and name not in live.conflicts
    }
    return json.dumps(seen | own, separators=(",", ":"))


# Public: fragments ------------------------------------------------------------------------------


def slots(env: Environment, asked: Asked, leaves: Collection[str], live: Live) -> Markup:
    """The slots of these leaves, out of band: error, warning and conflict; and what is worked out."""
    page = Page(env, live)
    out: list[str] = []
    for key in leaves:
        leaf = asked.leaf(key)
        if leaf is None or leaf.about or leaf.is_row or not _may_write(leaf, live):
            continue
        parts = _slot_pieces(env, asked, leaf)
        out.append(fill(parts, page, Row(leaf.row, 0, "", titled=False) if leaf.row else NO_ROW))
    for field in asked.fields:
        if isinstance(field, Derived) and field.id in live.readable:
            sheet = Sheet()
            drawn = Told(sheet, asked, field).worked_out
            out.append(fill(sheet.parts(drawn), page).replace("<span id=", '<span hx-swap-oob="true" id=', 1))
    out += [
        f'<div hx-swap-oob="innerHTML:#smart-{row_id}">{panel}</div>'
        for row_id, panel in live.helpers.items()
    ]
    return Markup("".join(out))  # noqa: S704  # every hole escapes


def checks(env: Environment, asked: Asked, questions: Collection[str], live: Live) -> Markup:
    """The marks of what is still to be checked at these questions and their rows, out of band."""
    page = Page(env, live)
    out: list[str] = []
    for name in questions:
        field = asked.by_id[name]
        out.append(question_mark(page, field, swapped=True))
        if isinstance(field, Grid | Records):
            out += [row_mark(page, name, one, swapped=True) for one in rows_in(field, live)]
    return Markup("".join(out))  # noqa: S704  # every mark escapes


def row(env: Environment, asked: Asked, field: Rows, row_id: str, live: Live) -> Markup:
    """One row of a question, to be put behind the others."""
    there = {one.id: one for one in rows_in(field, live)}
    found = there.get(row_id) or row_at(field, live, row_id, len(there) + 1, {})
    return Markup(fill(_pieces(env, asked, field, live, reading=False).row, Page(env, live), found))  # noqa: S704


def new_marks(saved: Mapping[str, Value]) -> Markup:
    """What was saved, as the page has now seen it: leaf → mark, out of band."""
    told = json.dumps({key: mark(value) for key, value in saved.items()}, separators=(",", ":"))
    return Markup('<div id="new-marks" hidden data-marks="{}" hx-swap-oob="true"></div>').format(told)


def smart_panel(env: Environment, parts: Sequence[SmartPart], child: str) -> Markup:
    """What a target has and has not yet, for `Live.helpers`."""
    drawn = env.get_template("fields/_smart.html").render(parts=parts, child=child)
    return Markup(drawn)  # noqa: S704  # a template of ours, which has escaped


# What is drawn once -------------------------------------------------------------------------------

_KEPT: dict[tuple[object, ...], tuple[object, Drawn]] = {}


def _pieces(
    env: Environment, asked: Asked, field: Field, live: Live, *, reading: bool, bare: bool = False
) -> Drawn:
    """A question's pieces, kept by the question itself, not its value: comparing that takes longer."""
    prefix = f"{field.id}."
    hidden = frozenset(c for c in live.hidden_columns if c.startswith(prefix))
    key = (id(env), id(field), reading, hidden, bare)
    kept = _KEPT.get(key)
    if kept is None:
        if len(_KEPT) >= _KEPT_AT_MOST:
            _KEPT.clear()
        # The question is kept beside its pieces, so that its id cannot become another's.
        kept = _KEPT[key] = ((env, field), _draw(env, asked, field, hidden, reading=reading, bare=bare))
    return kept[1]


def _draw(
    env: Environment, asked: Asked, field: Field, hidden: frozenset[str], *, reading: bool, bare: bool
) -> Drawn:
    """A question drawn from its template; `bare`: its rows alone."""
    sheet = Sheet()
    if isinstance(field, Grid | Records):
        columns = tuple(c for c in field.columns if f"{field.id}.{c.id}" not in hidden)
        before = "last-" if bare else ""  # the same row may stand on the page as it is now
        rows = RowsPlace(sheet, env, asked, field, columns, reading=reading, before=before)
        name = f"fields/{'read/' if reading else ''}{'_rows' if bare else field.kind}.html"
        return Drawn(sheet.parts(env.get_template(name).render(x=rows)), rows.row_parts)
    if isinstance(field, Views):
        own = Sheet()
        box = own.parts(env.get_template("fields/_own.html").render(x=Told(own, asked, field)))
        name = "fields/read/views.html" if reading else "fields/views.html"
        return Drawn(sheet.parts(env.get_template(name).render(x=Told(sheet, asked, field, box))))
    if isinstance(field, Note):
        return Drawn(sheet.parts(env.get_template("fields/note.html").render(x=Told(sheet, asked, field))))
    if field.source:
        return Drawn(
            sheet.parts(env.get_template("fields/read/fact.html").render(x=Told(sheet, asked, field))),
            listed=True,
        )
    if reading:
        place = Place(sheet, asked, field)
        return Drawn(sheet.parts(env.get_template("fields/read/answer.html").render(x=place)), listed=True)
    told = Told(sheet, asked, field) if isinstance(field, Derived) else Place(sheet, asked, field)
    return Drawn(sheet.parts(env.get_template(f"fields/{field.kind}.html").render(x=told)))


def _slot_pieces(env: Environment, asked: Asked, leaf: Leaf) -> tuple[Part, ...]:
    """The slots of a question or column, kept."""
    key = (id(env), id(leaf.field), leaf.column and leaf.column.id, "slots")
    kept = _KEPT.get(key)
    if kept is None:
        sheet = Sheet()
        place = Place(
            sheet, asked, leaf.field, leaf.column, compact=leaf.field.kind == "grid" and bool(leaf.column)
        )
        parts = sheet.parts(env.get_template("fields/_slots.html").render(x=place))
        kept = _KEPT[key] = ((env, leaf.field), Drawn(parts))
    return kept[1].parts


def _folded(page: Page, fold: Fold, blocks: Sequence[Block]) -> str:
    """What needs a look stands open; what was carried, and the rest, opens by a press and is never lost."""
    seen = [b for b in blocks if fold.in_sight(b[0].id)]
    carried = [b for b in blocks if b[0].id in fold.carried_ids and not fold.in_sight(b[0].id)]
    there = {b[0].id for b in (*seen, *carried)}
    others = [b for b in blocks if b[0].id not in there]
    return (
        _grouped(page, seen)
        + _put_away("carried", fold.carried, page, carried)
        + _put_away("others", fold.others, page, others)
    )


def _put_away(name: str, words: str, page: Page, blocks: Sequence[Block]) -> str:
    if not blocks:
        return ""
    return (
        f'<details class="vs-folded" id="{name}"><summary>{escape(words)} '
        f'<span class="vs-folded__show">Show them</span></summary>{_grouped(page, blocks, name)}</details>'
    )


Block = tuple[Field, bool, str]
"""A question, whether it is one line of a list, and how it is drawn."""


def _grouped(page: Page, blocks: Sequence[Block], away: str = "") -> str:
    """The drawn questions under their headings; answers that follow each other are one list.

    `away`: the name of what holds them, when they are put away: a group is a landmark only once.
    """
    out: list[str] = []
    group, open_list, number = "", False, 0
    close = "</div>" if away else "</section>"
    for field, listed, drawn in blocks:
        if open_list and (not listed or field.group != group):
            out.append("</dl>")
            open_list = False
        if field.group != group:
            out.append(close if group else "")
            group = field.group
            if group:
                number += 1
                named = f'section class="vs-part" aria-labelledby="group-{number}"'
                out.append(f"<{_PART if away else named}>")
                out.append(f'<h2 id="{away or "group"}-{number}">{page.sentence(group)}</h2>')
        if listed and not open_list:
            out.append('<dl class="vs-answers">')
            open_list = True
        out.append(drawn)
    out.append("</dl>" if open_list else "")
    out.append(close if group else "")
    return "".join(out)


def _is_typed(field: Field) -> bool:
    """True for a question that somebody answers here: no note, no fact of the record, not worked out."""
    return not isinstance(field, Note | Derived | Views) and not field.source


def _is_asked(asked: Asked, field: Field, live: Live) -> bool:
    """Whether the question is asked, as the answers stand."""
    if not field.when:
        return True
    leaf = asked.leaf(field.id)
    return leaf is not None and applies(leaf, live.answers)


def _may_write(leaf: Leaf, live: Live) -> bool:
    """Whether this person may write the leaf; one they may not has no mark and no slot of theirs."""
    if isinstance(leaf.field, Views):
        return leaf.field.id in live.commentable
    if leaf.column and f"{leaf.field.id}.{leaf.column.id}" in live.hidden_columns:
        return False
    return leaf.field.id in live.writable and _is_typed(leaf.field)


def _begins_of_leaves(asked: Asked, live: Live) -> Iterator[str]:
    """How the keys of what this person may write begin and end: “on_track”, “subjects”, “subjects.target”."""
    for field in asked.fields:
        if field.id in live.writable and _is_typed(field):
            yield field.id
            for column in field.columns if isinstance(field, Grid | Records) else ():
                if f"{field.id}.{column.id}" not in live.hidden_columns:
                    yield f"{field.id}.{column.id}"


def _begin_of(key: str) -> str:
    """A key without its row and without what is said about it: “subjects.target” of “subjects.k1.target”."""
    name, _, cell = key.partition("~")[0].partition(".")
    column = cell.partition(".")[2]
    return f"{name}.{column}" if column else name


def _asks_people(asked: Asked) -> bool:
    """Whether a person is asked for anywhere, so that the page needs the list of names."""
    return any(
        f.kind == "person" or (isinstance(f, Grid | Records) and any(c.kind == "person" for c in f.columns))
        for f in asked.fields
    )
