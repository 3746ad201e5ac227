"""What stands beside a question because there was a plan before: check this, last time, its history.

All three are holes that cost nothing on a page of a first plan.
"""

from __future__ import annotations

from typing import Any

from markupsafe import Markup, escape

from vsportal.editions.schema import Asked, Column, Field, Rows
from vsportal.filters import paragraphs, plural
from vsportal.peps.drawing.holes import Page, Row, Sheet

_ICON = (
    '<svg class="vs-ico" viewBox="0 0 24 24" aria-hidden="true" focusable="false">'
    '<path d="M4 12a8 8 0 112.5 5.8M4 12V6M4 12h6"/></svg>'
)


class Beside:
    """The part of a `Place` that looks back."""

    sheet: Sheet
    asked: Asked
    field: Field
    column: Column | None
    spec: Any
    id: Markup

    @property
    def check(self) -> Markup:
        """A hole for “From autumn 2026. Check this.”; a cell's stands at its row."""
        if self.column:
            return Markup("")
        field = self.field
        return self.sheet.hole(lambda page, _row: question_mark(page, field))

    @property
    def check_described(self) -> Markup:
        """A hole that adds the mark to what describes the control, while there is one."""
        if self.column:
            return Markup("")
        key, said = self.field.id, f" {self.id}-check"
        return self.sheet.hole(lambda page, _row: said if key in page.checks else "")

    @property
    def beside(self) -> Markup:
        """A hole for “Last time”, and the link to how the answer came about."""
        if self.column:
            return Markup("")
        key, label = self.field.id, self.spec.label

        def draw(page: Page, _row: Row) -> str:
            last, past = page.live.last.get(key), key in page.live.past
            if last is None and not past:
                return ""
            said = Markup(page.sentence(label))  # noqa: S704  # escaped as a sentence
            link = history_link(page, key, said) if past else Markup("")
            if last is None:
                return Markup('<p class="vs-past vs-noprint">{}</p>').format(link)
            return page.template("_last.html", last=last, text=paragraphs(last.text), label=said, link=link)

        return self.sheet.hole(draw)

    @property
    def past(self) -> Markup:
        """A hole for the link alone, where an answer is read."""
        key, label = self.field.id, self.spec.label

        def draw(page: Page, _row: Row) -> str:
            if key not in page.live.past:
                return ""
            said = Markup(page.sentence(label))  # noqa: S704  # escaped as a sentence
            return Markup('<p class="vs-past vs-noprint">{}</p>').format(history_link(page, key, said))

        return self.sheet.hole(draw)


def history_link(page: Page, question: str, label: Markup) -> Markup:
    """The link to an answer's history; `label` says aloud of what."""
    link = Markup('<a href="{}/history/{}">History<span class="govuk-visually-hidden"> of “{}”</span></a>')
    return link.format(page.live.base_url, question, label)


def question_mark(page: Page, field: Field, *, swapped: bool = False) -> str:
    """The mark of a question whose answer was carried and is to be checked; `swapped`: out of band."""
    terms = page.checks.get(field.id) if page.checks else None
    if not terms:
        return gone(field.id) if swapped else ""
    of = page.sentence(field.label)
    since = escape(terms[0]) if len(set(terms)) == 1 else "earlier plans"
    if isinstance(field, Rows):
        says, button = f"{plural(len(terms), 'answer')} from {since}. Check them.", "All still right"
    else:
        says, button = f"From {since}. Check this.", "Still right"
    why = page.live.fold.reasons.get(field.id, "") if page.live.fold else ""
    says = f"{says} {page.sentence(why)}." if why else says
    return _mark(field.id, field.id, says, button, of, swapped=swapped)


def row_mark(page: Page, question: str, row: Row, *, swapped: bool = False) -> str:
    """The mark at a row, by which the whole row is confirmed."""
    key = f"{question}.{row.id}"
    terms = page.checks.get(key) if page.checks else None
    if not terms:
        return gone(f"{question}-{row.id}") if swapped else ""
    says = f"From {escape(terms[0])}"
    return _mark(f"{question}-{row.id}", key, says, "Still right", row.title, swapped=swapped)


def _mark(id_: str, key: str, says: str, button: str, of: str, *, swapped: bool) -> str:
    """Words, a sign and a button; all of it is escaped."""
    oob = ' hx-swap-oob="true"' if swapped else ""
    return (
        f'<p id="{id_}-check" class="vs-carried"{oob}>{_ICON} <span>{says}</span> '
        f'<button class="vs-confirm" name="confirm" value="{key}">{button}'
        f'<span class="govuk-visually-hidden">: {of}</span></button></p>'
    )


def gone(id_: str) -> str:
    """A mark that has been dealt with: its place stays, for what is described by it."""
    return f'<p id="{id_}-check" hidden hx-swap-oob="true"></p>'
