"""Where one answer stands in a section, and all that its template may print about it.

Words of the form are printed now; what is alive becomes a hole (`holes.py`), filled for each page.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from markupsafe import Markup, escape

from vsportal.editions.answers import applies
from vsportal.editions.kinds import answered, kind_of, options_of, typed
from vsportal.editions.reading import Value
from vsportal.editions.schema import (
    Asked,
    Column,
    Derived,
    Field,
    ManyOf,
    OneOf,
    Question,
    Rows,
    Spec,
    YesNo,
)
from vsportal.filters import html_id
from vsportal.peps.drawing.before import Beside
from vsportal.peps.drawing.holes import Page, Row, Sheet

_RADIOS_UP_TO = 6
_HIDDEN_ERROR = '<span class="govuk-visually-hidden">Error:</span> '


class Place(Beside):
    """Where one answer stands – a question, a column of a card, a cell – as its template sees it.

    Everything a template prints comes from here: ids and names, words of the form, and holes.
    """

    def __init__(
        self,
        sheet: Sheet,
        asked: Asked,
        field: Field,
        column: Column | None = None,
        *,
        compact: bool = False,
        short: str = "",
    ) -> None:
        self.sheet = sheet
        self.asked = asked
        self.field = field
        self.column = column
        self.spec: Any = column or field  # any kind: templates ask only for what their kind has
        self.kind: str = self.spec.kind
        self.compact = compact
        self._short = short
        self.frame = f"fields/_{'cell' if compact else 'fieldset' if self._of_many else 'label'}.html"
        head, tail = (f"{field.id}.", f".{column.id}") if column else (field.id, "")
        self._key: Callable[[Row], str] = (
            (lambda row: f"{head}{row.id}{tail}") if column else (lambda _row: head)
        )
        row = sheet.row_id if column else Markup("")
        self.name: Markup = escape(head) + row + tail
        self.id: Markup = escape(html_id(head)) + row + html_id(tail)

    # What it is ------------------------------------------------------------------------------

    @property
    def _of_many(self) -> bool:
        """True when several controls make one answer, so a fieldset and not a label holds them."""
        return self.kind in ("many_of", "scale") or (self.kind in ("yes_no", "one_of") and not self.as_select)

    @property
    def as_select(self) -> bool:
        """True when one choice is drawn as a list that opens."""
        if self.compact or (isinstance(self.spec, OneOf) and self.spec.as_select):
            return True
        return len(options_of(self.spec)) > _RADIOS_UP_TO

    @property
    def options(self) -> tuple[tuple[str, str], ...]:
        """Codes and words."""
        return options_of(self.spec)

    @property
    def inline(self) -> bool:
        """True for a few short answers, which stand on one line."""
        return isinstance(self.spec, YesNo) or sum(len(label) + 6 for _, label in self.options) <= 48

    @property
    def label(self) -> Markup:
        """The question, in the words of the form."""
        return self.words(self.spec.label)

    def words(self, text: str) -> Markup:
        """Words of the form, for a template."""
        return self.sheet.words(text)

    @property
    def unit(self) -> Markup:
        """What is counted."""
        return escape(self.spec.unit)

    @property
    def hint(self) -> Markup:
        """The hint; a date always has an example."""
        example = "For example, 4 September 2019" if self.kind == "date" and not self.column else ""
        return self.words(self.spec.hint or example)

    @property
    def optional(self) -> bool:
        """True where “(optional)” is said."""
        return not self.spec.missing and not self.compact and not self.childs

    @property
    def childs(self) -> bool:
        """True for the child's own questions: each may be passed over, so none says that it is optional."""
        return self.asked.owner_of(self.field) == "young_person"

    @property
    def unknown(self) -> bool:
        """True where “not known yet, because …” is an answer too: the law asks for it."""
        statutory = isinstance(self.field, Question) and bool(self.field.statute) and bool(self.spec.missing)
        return statutory and self.column is None and not self.childs

    @property
    def how(self) -> bool:
        """True where the child may say that they would rather talk, or not say."""
        return self.childs and self.column is None

    # Attributes ------------------------------------------------------------------------------

    @property
    def described(self) -> Markup:
        """The ids that describe it: slots stand on the page even while they are empty."""
        slots = ["hint"] if self.hint and not self.compact else []
        slots += ["error", "warning"] + (["readers"] if self.reader_line else [])
        return Markup(" ").join(self.id + f"-{slot}" for slot in slots) + self.check_described

    @property
    def control(self) -> Markup:
        """The attributes that every single control has."""
        attributes = Markup('id="{}" name="{}" aria-describedby="{}"{}')
        said = attributes.format(self.id, self.name, self.described, self.invalid)
        return said + Markup(' aria-label="{}"').format(self.spoken) if self.compact else said

    @property
    def spoken(self) -> Markup:
        """What a cell is called aloud: “Maths, autumn progress”."""
        label = self.spec.label
        lower = label[:1].lower() + label[1:] if label[1:2].islower() else label
        return self.sheet.hole(lambda _page, row: row.title) + ", " + self.words(lower)

    @property
    def short(self) -> Markup:
        """The label over a cell's control where the column's heading is out of sight."""
        return self.words(self._short or self.spec.label)

    @property
    def cell_tag(self) -> str:
        """A label names one control; boxes to tick need a group."""
        return "div" if isinstance(self.spec, ManyOf) else "label"

    @property
    def cell_says(self) -> Markup:
        """The name of a group of boxes in a cell."""
        return (
            Markup(' role="group" aria-label="{}"').format(self.spoken)
            if self.cell_tag == "div"
            else Markup("")
        )

    @property
    def reader_line(self) -> bool:
        """True where it is said who can read it: at each question, and at a column that differs."""
        return not self.column or bool(self.column.audience)

    # Holes -----------------------------------------------------------------------------------

    def about(self, what: str) -> Markup:
        """A hole for the reason that stands behind the answer: `unknown`."""
        key = self._key
        return self.sheet.hole(lambda page, row: _escaped(page.answers.get(f"{key(row)}~{what}")))

    def passed(self, how: str) -> Markup:
        """A hole for ` checked` at how the child passed over it; empty for not at all."""
        key = self._key
        return self.sheet.hole(
            lambda page, row: " checked" if (page.answers.get(f"{key(row)}~how") or "") == how else ""
        )

    @property
    def unknown_open(self) -> Markup:
        """A hole that opens “Not known yet?” where a reason stands, or what the child chose instead."""
        key, about = self._key, "how" if self.how else "unknown"
        return self.sheet.hole(lambda page, row: " open" if page.answers.get(f"{key(row)}~{about}") else "")

    @property
    def value(self) -> Markup:
        """A hole for what stands in the control."""
        key, spec, text = self._key, self.spec, kind_of(self.spec).text

        def draw(page: Page, row: Row) -> str:
            found = page.answers.get(key(row))
            return "" if found is None else escape(text(spec, found))

        return self.sheet.hole(draw)

    def checked(self, code: str) -> Markup:
        """A hole for ` checked`."""
        key = self._key
        want: Value = int(code) if self.kind == "scale" else code
        if isinstance(self.spec, ManyOf):

            def draw(page: Page, row: Row) -> str:
                found = page.answers.get(key(row))
                return " checked" if isinstance(found, list) and code in found else ""

        else:

            def draw(page: Page, row: Row) -> str:
                return " checked" if page.answers.get(key(row)) == want else ""

        return self.sheet.hole(draw)

    @property
    def chosen(self) -> Markup:
        """A hole for the options of a select, the chosen one marked; one that has left its list stays."""
        drawn, after = f'<option value="">{"–" if self.compact else "Choose one"}', {}
        for code, label in self.options:
            drawn += f'<option value="{escape(code)}"'
            after[code] = len(drawn)
            drawn += f">{escape(label)}"
        key, spec, show = self._key, self.spec, kind_of(self.spec).show

        def draw(page: Page, row: Row) -> str:
            found = page.answers.get(key(row))
            if not isinstance(found, str):
                return drawn
            if (at := after.get(found)) is not None:
                return f"{drawn[:at]} selected{drawn[at:]}"
            return f'{drawn}<option value="{escape(found)}" selected>{escape(show(spec, found))}'

        return self.sheet.hole(draw)

    @property
    def invalid(self) -> Markup:
        """A hole for aria-invalid."""
        key = self._key
        return self.sheet.hole(
            lambda page, row: ' aria-invalid="true"' if page.errors and key(row) in page.errors else ""
        )

    @property
    def error(self) -> Markup:
        """A hole for the error sentence; in a table it names its column, for it stands apart from it."""
        key = self._key
        column = self.spec.label if self.compact else ""

        def draw(page: Page, row: Row) -> str:
            said = page.errors.get(key(row)) if page.errors else None
            if not said:
                return ""
            return _HIDDEN_ERROR + (page.sentence(f"{column}: {said}") if column else page.sentence(said))

        return self.sheet.hole(draw)

    @property
    def warning(self) -> Markup:
        """A hole for what else needs a look: a conflict, or a warning that can be kept with a reason."""
        key, place = self._key, self

        def draw(page: Page, row: Row) -> str:
            if page.quiet:
                return ""
            leaf = key(row)
            return place.draw_conflict(page, leaf) + place.draw_warning(page, leaf)

        return self.sheet.hole(draw)

    def draw_conflict(self, page: Page, leaf: str) -> str:
        """Both texts, who wrote the other, and two buttons; nothing without a conflict."""
        found = page.conflicts.get(leaf)
        if found is None:
            return ""
        show = kind_of(self.spec).show
        return page.template(
            "_conflict.html",
            leaf=leaf,
            label=Markup(page.sentence(self.spec.label)) if self.compact else "",  # noqa: S704  # escaped there
            theirs=show(self.spec, found.theirs),
            mine=show(self.spec, found.mine),
            by=found.by,
            at=found.at,
            short=_shortly,
        )

    def draw_warning(self, page: Page, leaf: str) -> str:
        """The warning and the box for the reason to keep it; nothing without one."""
        said = page.warnings.get(leaf)
        if not said:
            return ""
        kept = page.answers.get(f"{leaf}~kept")
        sentence = page.sentence(f"{self.spec.label}: {said}" if self.compact else said)
        said = Markup(sentence)  # noqa: S704  # escaped as a sentence
        return page.template("_warning.html", leaf=leaf, id=html_id(leaf), said=said, kept=kept or "")

    @property
    def readers(self) -> Markup:
        """A hole for who can read it."""
        question = self.field.id
        name = f"{question}.{self.column.id}" if self.column else question

        def draw(page: Page, _row: Row) -> str:
            return escape(page.live.readers.get(name, ""))

        return self.sheet.hole(draw)

    # Asked only sometimes ----------------------------------------------------------------------

    @property
    def when(self) -> str:
        """The condition as JSON, or nothing; keys of a cell are relative to its row."""
        return json.dumps(self.spec.when) if self.spec.when else ""

    @property
    def not_asked(self) -> Markup:
        """A hole for the class that hides it while it is not asked."""
        key, asked = self._key, self.asked

        def draw(page: Page, row: Row) -> str:
            leaf = asked.leaf(key(row))
            return "" if leaf is None or applies(leaf, page.answers) else " vs-not-asked"

        return self.sheet.hole(draw)

    @property
    def when_words(self) -> Markup:
        """The condition in words, for people without JavaScript."""
        said = Markup(", and ").join(
            Markup("“{}” is {}").format(
                self.words(spec.label if spec else name),
                Markup(" or ").join(
                    Markup("“{}”").format(self.words(_words_for(spec, value))) for value in values
                ),
            )
            for name, values in self.spec.when.items()
            for spec in [self._other(name)]
        )
        return Markup("Answer this if {}.").format(said)

    def _other(self, name: str) -> Spec | None:
        """What a condition names: a column of the same row, or a question."""
        beside = self.field.by_column.get(name) if self.column and isinstance(self.field, Rows) else None
        return beside or self.asked.by_id.get(name)

    # Read view ---------------------------------------------------------------------------------

    @property
    def shown(self) -> Markup:
        """A hole for the answer in words, or that there is none and why."""
        key, spec, show = self._key, self.spec, kind_of(self.spec).show
        brief = self.compact

        def draw(page: Page, row: Row) -> str:
            leaf = key(row)
            found = page.answers.get(leaf)
            if answered(found):
                kept = page.answers.get(f"{leaf}~kept")
                reason = f" <small>This is right: {escape(kept)}</small>" if kept and kept != "yes" else ""
                reason += _passed(page, leaf, answered=True)
                return escape(show(spec, found)) + Markup(reason)  # noqa: S704  # its live parts are escaped
            if (unread := typed(found)) is not None:
                return Markup("{} <small>not clear yet, to be corrected</small>").format(unread)
            if why := page.answers.get(f"{leaf}~unknown"):
                return Markup("Not known yet: {}").format(why)
            none = _passed(page, leaf, answered=False) or ("–" if brief else "Not answered")
            return f'<span class="vs-soft">{none}</span>'

        return self.sheet.hole(draw)


def _passed(page: Page, leaf: str, *, answered: bool) -> str:
    """That the child chose not to say or would rather talk: it counts as heard, and is said by name."""
    how, child = page.answers.get(f"{leaf}~how"), page.names.get("child", "The child")
    if answered:
        return f" <small>{child} would like to talk about it too</small>" if how == "talk" else ""
    return {"skipped": f"{child} chose not to say", "talk": f"{child} would rather talk about it"}.get(
        str(how), ""
    )


def _shortly(text: str) -> str:
    """An answer as it fits on a button."""
    return (text if len(text) <= 30 else f"{text[:28].rstrip()}…") or "nothing"


def _escaped(value: Value) -> str:
    """A reason as it was typed."""
    return "" if value is None else escape(typed(value) or value)


def _words_for(spec: Spec | None, code: str) -> str:
    """The words of an answer that a condition names."""
    if isinstance(spec, Derived):
        return code.capitalize()
    return dict(options_of(spec)).get(code, code) if spec else code
