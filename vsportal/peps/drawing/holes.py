"""Drawing a question once, with holes for what is alive, and filling them for each page.

What a template prints for a live value is a mark; the mark becomes a function that gives escaped text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from jinja2 import Environment
from markupsafe import Markup, escape

from vsportal.editions.schema import PLACEHOLDERS
from vsportal.peps.drawing.live import Live

# Between these two stands the number of a hole. Texts from people cannot hold them (`plain()` drops
# control characters), and they are filled in after the marks are gone.
_MARK = re.compile("\x02([0-9]+)\x03")
_ROW_ID = "\x04"
"""Stands for the row's id, which a row has hundreds of times: put in once a row, not hole by hole."""
_CONTROLS = dict.fromkeys((2, 3, 4))
_PLACEHOLDER = re.compile(r"\{([^}]*)\}")


class Row:
    """One row as it is drawn: its id, its number from 1, and its title, escaped."""

    __slots__ = ("id", "number", "title", "titled")

    def __init__(self, row_id: str, number: int, title: str, *, titled: bool) -> None:
        self.id = row_id
        self.number = number
        self.title = title
        self.titled = titled


NO_ROW = Row("", 0, "", titled=False)


class Page:
    """One filling: what is live, and what several holes need, worked out once."""

    __slots__ = ("answers", "checks", "conflicts", "env", "errors", "live", "names", "quiet", "warnings")

    def __init__(self, env: Environment, live: Live) -> None:
        self.env = env
        self.live = live
        self.answers = live.answers
        self.errors = live.errors
        self.warnings = live.warnings
        self.conflicts = live.conflicts
        self.checks = to_check(live.carried)
        self.quiet = not (live.warnings or live.conflicts)
        self.names = {key: str(escape(text)) for key, text in live.names.items()}

    def sentence(self, text: str) -> str:
        """A sentence of the form, escaped, with the names filled in."""
        return _PLACEHOLDER.sub(lambda m: self.names.get(m[1].replace("&#39;", "'"), m[0]), str(escape(text)))

    def template(self, name: str, **what: Any) -> str:
        """A small template of what is rarely there: a conflict, a warning, what people said."""
        return self.env.get_template(f"fields/{name}").render(**what)


def to_check(carried: Mapping[str, str]) -> dict[str, list[str]]:
    """The terms of what is to be checked, by question, row and answer: a row stands for its cells."""
    found: dict[str, list[str]] = {}
    for leaf, term in carried.items():
        parts = leaf.partition("~")[0].split(".")
        for n in range(1, len(parts) + 1):
            found.setdefault(".".join(parts[:n]), []).append(term)
    return found


Hole = Callable[[Page, Row], str]
Part = str | Hole


class Sheet:
    """The holes of one template while it is drawn."""

    def __init__(self) -> None:
        self._holes: list[Hole] = []
        self.row_id = escape(_ROW_ID)

    def hole(self, fill: Hole) -> Markup:
        """What a template prints for `fill`, which must give escaped text."""
        self._holes.append(fill)
        return Markup("\x02{}\x03").format(len(self._holes) - 1)

    def words(self, text: str) -> Markup:
        """Words of the form: escaped now, with holes for names. Never read as a template."""
        pieces = _PLACEHOLDER.split(text.translate(_CONTROLS))
        return Markup("").join(
            escape(piece) if not n % 2 else self._name(piece, opens=n == 1 and not pieces[0])
            for n, piece in enumerate(pieces)
        )

    def _name(self, name: str, *, opens: bool) -> Markup:
        if name not in PLACEHOLDERS:
            return escape("{" + name + "}")
        if opens and not name.startswith("child"):
            return self.hole(lambda page, _row: page.names.get(name, name).capitalize())
        return self.hole(lambda page, _row: page.names.get(name, name))

    def parts(self, drawn: str) -> tuple[Part, ...]:
        """What was drawn, cut at its holes."""
        cut = _MARK.split(re.sub(r"\s*\n\s*", "\n", drawn).strip())
        return tuple(self._holes[int(p)] if n % 2 else p for n, p in enumerate(cut) if n % 2 or p)


def fill(parts: Sequence[Part], page: Page, row: Row = NO_ROW) -> str:
    """The parts as one string; each hole gives escaped text."""
    drawn = "".join([p if p.__class__ is str else p(page, row) for p in parts])  # type: ignore[operator]
    return drawn.replace(_ROW_ID, row.id)
