"""Questions with rows, as tables and as cards: a row is drawn once and filled for each row there is.

Rows are fixed, or come from a record, or come and go by two buttons that work without script.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from jinja2 import Environment
from markupsafe import Markup, escape

from vsportal.editions.answers import rows_of
from vsportal.editions.kinds import answered, kind_of
from vsportal.editions.schema import Asked, Column, Grid, Records
from vsportal.peps.drawing.before import row_mark
from vsportal.peps.drawing.holes import Page, Part, Row, Sheet, fill
from vsportal.peps.drawing.layout import Layout, Together, is_short, layout, without_season
from vsportal.peps.drawing.live import Live
from vsportal.peps.drawing.places import Place
from vsportal.peps.drawing.told import Told

_TITLE_LENGTH = 90
_NONE_BEFORE = '<p class="vs-soft">There are none from last term.</p>'
"""Where rows come from the plan before and it had none."""

Drawn = tuple[Place, Markup]
"""A column's place and its control (nothing where it is only read)."""
Rows = Grid | Records


@dataclass(frozen=True)
class Cell:
    """One cell of a table, or of its heading row."""

    shape: str
    heading: Markup
    now: Markup
    """A hole for the class that marks the term of now."""
    places: list[Drawn]


def cell_of(sheet: Sheet, together: Together, places: list[Drawn]) -> Cell:
    """A cell with its words and holes on `sheet`."""
    heading = sheet.words(together.heading)
    if together.shape == "pack":
        heading = Markup('<span class="govuk-visually-hidden">{}</span>').format(heading)
    season = together.season
    now = (
        sheet.hole(lambda page, _row: " is-now" if page.live.term == season else "") if season else Markup("")
    )
    return Cell(together.shape, heading, now, places)


def rows_in(field: Rows, live: Live) -> list[Row]:
    """The rows a question shows now, each with its title."""
    ids = rows_of(field, live.answers, [row_id for row_id, _ in live.from_record.get(field.id, ())])
    given = dict(field.rows) or dict(live.from_record.get(field.id, ()))
    return [row_at(field, live, row_id, number, given) for number, row_id in enumerate(ids, 1)]


def row_at(field: Rows, live: Live, row_id: str, number: int, given: Mapping[str, str]) -> Row:
    """One row: called by what it is about, or by its number while nothing names it."""
    title = given.get(row_id, "")
    column = field.by_column.get(field.row_title)
    if not title and column:
        found = live.answers.get(f"{field.id}.{row_id}.{column.id}")
        title = " ".join(kind_of(column).show(column, found).split()) if answered(found) else ""
    if len(title) > _TITLE_LENGTH:
        title = f"{title[:_TITLE_LENGTH].rstrip()}…"
    return Row(row_id, number, str(escape(title or untitled(field, number))), titled=bool(title))


def untitled(field: Rows, number: int) -> str:
    """What a row is called while nothing names it: “Subject 3”."""
    name = field.row_name or "row"
    return f"{name[:1].upper()}{name[1:]} {number}"


class RowPlace:
    """One row as its template sees it, to edit or to read."""

    def __init__(
        self,
        env: Environment,
        asked: Asked,
        field: Rows,
        columns: tuple[Column, ...],
        *,
        reading: bool,
        before: str = "",
    ) -> None:
        self.sheet = sheet = Sheet()
        self.field = field
        plan = layout(field, columns)
        grid = field.kind == "grid"

        def draw(column: Column, season: str = "") -> Drawn:
            short = without_season(column, season)
            place = Place(sheet, asked, field, column, compact=grid, short=short)
            if reading:
                return place, Markup("")
            return place, Markup(env.get_template(f"fields/{place.kind}.html").render(x=place))  # noqa: S704

        self.drawn = [] if grid else [draw(c) for c in columns]
        self.first = [draw(c) for c in plan.first] if grid else []
        self.cells = [
            cell_of(sheet, one, [draw(c, one.season) for c in one.columns]) for one in plan.cells if grid
        ]
        self.under_title = [place for place, _ in self.first[1:]]
        self.marked = field.repeat
        self.own_remove = field.repeat and not plan.wide
        self.width = 1 + len(self.cells) + self.own_remove
        self.row_name = Markup("{}.").format(field.id) + sheet.row_id
        self.row_id = Markup("{}{}-").format(before, field.id) + sheet.row_id
        self.row_bare = sheet.row_id
        self.row_heading = "h4" if field.group else "h3"

    @property
    def places(self) -> list[Place]:
        """Every column's place, in order."""
        cells = [one for cell in self.cells for one in cell.places]
        return [place for place, _ in (*self.drawn, *self.first, *cells)]

    @property
    def in_pairs(self) -> Iterator[tuple[bool, list[Markup]]]:
        """The controls of a card; short ones that follow each other stand two by two."""
        for short, group in groupby(self.drawn, key=lambda one: is_short(one[0].spec)):
            together = [drawn for _, drawn in group]
            yield short and len(together) > 1, together

    @property
    def row_title(self) -> Markup:
        """A hole for what the row is called; a card that has a name says its number too."""
        if self.field.kind == "grid" or not self.field.repeat:
            return self.sheet.hole(lambda _page, row: row.title)
        return self.sheet.hole(lambda _page, row: f"{row.number}. {row.title}" if row.titled else row.title)

    @property
    def row_bare_title(self) -> Markup:
        """A hole for the name alone, by which `app.js` renames the row's controls."""
        return self.sheet.hole(lambda _page, row: row.title)

    @property
    def row_untitled(self) -> Markup:
        """A hole for what it is called while nothing names it."""
        field = self.field
        return self.sheet.hole(lambda _page, row: escape(untitled(field, row.number)))

    @property
    def remove(self) -> Markup:
        """The button that takes the row away."""
        return Markup(
            '<button class="vs-remove" name="remove" value="{}">'
            'Remove<span class="govuk-visually-hidden"> {}</span></button>'
        ).format(self.row_name, self.row_bare_title)

    @property
    def check(self) -> Markup:
        """A hole for the mark of a row that was carried and is to be checked."""
        question = self.field.id
        return self.sheet.hole(lambda page, row: row_mark(page, question, row))

    @property
    def helper(self) -> Markup:
        """A hole for the filled panel of the row's helper."""
        return self.sheet.hole(lambda page, row: str(page.live.helpers.get(row.id, "")))


class RowsPlace(Told):
    """A question with rows as its template sees it."""

    def __init__(
        self,
        sheet: Sheet,
        env: Environment,
        asked: Asked,
        field: Rows,
        columns: tuple[Column, ...],
        *,
        reading: bool,
        before: str = "",
    ) -> None:
        super().__init__(sheet, asked, field)
        self._env = env
        self._field = field
        self._grid = field.kind == "grid"
        plan = layout(field, columns)
        self.wide = plan.wide
        self.own_remove = field.repeat and not plan.wide
        self.first_heading = self._over_rows(plan)
        self.cells = [cell_of(sheet, one, []) for one in plan.cells]
        row = RowPlace(env, asked, field, columns, reading=reading, before=before)
        edit, read = ("_grid_row", "read/_table_row") if self._grid else ("_record", "read/_card")
        template = env.get_template(f"fields/{read if reading else edit}.html")
        self.row_parts: tuple[Part, ...] = row.sheet.parts(template.render(x=row))

    def _over_rows(self, plan: Layout) -> Markup:
        """What stands over the rows' headings; where rows have no name of their own it is heard, not seen."""
        name = plan.first[0].label if plan.first else self._field.row_name
        if name:
            return self.words(name[:1].upper() + name[1:])
        return Markup('<span class="govuk-visually-hidden">{}</span>').format(self.label)

    @property
    def rows(self) -> Markup:
        """A hole for all the rows; where they come from a record and there are none, it says so."""
        field, parts = self._field, self.row_parts
        none = _NONE_BEFORE if field.rows_from and field.kind == "records" else ""

        def draw(page: Page, _row: Row) -> str:
            return "".join([fill(parts, page, row) for row in rows_in(field, page.live)]) or none

        return self.sheet.hole(draw)

    @property
    def rows_read(self) -> Markup:
        """A hole for the rows to read, or that there are none and why."""
        field, none = self._field, Sheet()
        why = none.parts(Place(none, self.asked, field).shown)
        table: tuple[Part, ...] = ()
        if self._grid:
            table = self.sheet.parts(self._env.get_template("fields/read/_table.html").render(x=self))
        rows = self.row_parts

        def draw(page: Page, _row: Row) -> str:
            there = rows_in(field, page.live)
            if not there:
                return _NONE_BEFORE if field.rows_from else f"<p>{fill(why, page)}</p>"
            return fill(table, page) if table else "".join([fill(rows, page, row) for row in there])

        return self.sheet.hole(draw)

    @property
    def add(self) -> Markup:
        """A hole for the button that adds a row, while there is room for one."""
        field, name = self._field, self._field.row_name or "row"
        article = "an" if name[:1] in "aeiou" else "a"

        def draw(page: Page, _row: Row) -> str:
            there = len(rows_in(field, page.live))
            if there >= field.max_rows:
                return ""
            button = Markup(
                '<button class="govuk-button govuk-button--secondary" name="add" value="{}">'
                "Add {} {}</button>"
            )
            return button.format(field.id, "another" if there else article, name)

        return self.sheet.hole(draw)
