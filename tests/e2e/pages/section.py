"""A section of a plan, as people fill it in: answers by their leaf, rows, the save line, completing.

An answer is reached by its name in the form, which is its key; journeys that are about labels use labels.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Self

from playwright.sync_api import Locator, expect

from tests.e2e.neighbourhood import Pupil
from tests.e2e.person import Visitor


class SectionPage:
    """One section, for one visitor."""

    def __init__(self, visitor: Visitor, pupil: Pupil, section_id: str) -> None:
        self.visitor, self.pupil, self.section_id = visitor, pupil, section_id
        self.page = visitor.page

    def open(self) -> Self:
        """Go there and look."""
        self.visitor.open(self.pupil.section(self.section_id))
        return self

    # Answers -------------------------------------------------------------------------------------

    def control(self, leaf: str) -> Locator:
        """What is typed into."""
        return self.page.locator(f'[name="{leaf}"]:not([type=hidden])')

    def fill(self, leaf: str, text: str) -> Self:
        """Type an answer over what is there, and leave it."""
        control = self.control(leaf)
        control.fill(text)
        control.blur()
        return self

    def choose(self, leaf: str, *codes: str) -> Self:
        """Choose from radio buttons, boxes to tick, or a list."""
        control = self.control(leaf).first
        if control.evaluate("c => c.tagName") == "SELECT":
            control.select_option(codes[0])
        else:
            for code in codes:
                self.page.locator(f'[name="{leaf}"][value="{code}"]').check()
        return self

    def answer(self, answers: Mapping[str, str | tuple[str, ...]]) -> Self:
        """Several answers: a text is typed, or chosen where there is a choice; a tuple is ticked."""
        for leaf, value in answers.items():
            control = self.control(leaf).first
            kind = control.evaluate("c => c.tagName === 'SELECT' ? 'select' : c.type")
            if kind in ("select", "radio", "checkbox"):
                self.choose(leaf, *((value,) if isinstance(value, str) else value))
            else:
                self.fill(leaf, str(value))
        return self

    def value(self, leaf: str) -> str:
        """What stands in a control."""
        return self.control(leaf).input_value()

    # Rows ----------------------------------------------------------------------------------------

    def rows(self, question: str) -> list[str]:
        """The keys of a question's rows that are in sight, `question.row`."""
        found = self.page.locator(f'[id^="{question}-"][data-row^="{question}."]:not(.vs-gone)')
        return [str(key) for key in found.evaluate_all("all => all.map(row => row.dataset.row)")]

    def add(self, question: str, cells: Mapping[str, str | tuple[str, ...]] | None = None) -> str:
        """Add a row by its button and fill it in; its key."""
        before = self.rows(question)
        self.page.locator(f'button[name=add][value="{question}"]').click()
        row = self.page.locator(f'[data-row^="{question}."]')
        expect(row).to_have_count(len(before) + self._gone(question) + 1)
        key = next(key for key in self.rows(question) if key not in before)
        self.answer({f"{key}.{column}": value for column, value in (cells or {}).items()})
        return key

    def _gone(self, question: str) -> int:
        return self.page.locator(f'[data-row^="{question}."].vs-gone').count()

    def remove(self, row: str) -> Self:
        """Take a row away by its button."""
        self.page.locator(f'button[name=remove][value="{row}"]').click()
        return self

    # What the page says --------------------------------------------------------------------------

    def error(self, leaf: str) -> Locator:
        """The place of an answer's error."""
        return self.page.locator(f"[id='{html_id(leaf)}-error']")

    def warning(self, leaf: str) -> Locator:
        """The place of an answer's warning, or of two people's answers."""
        return self.page.locator(f"[id='{html_id(leaf)}-warning']")

    def says(self, leaf: str, sentence: str | re.Pattern[str]) -> Self:
        """The answer's error, once it has come."""
        expect(self.error(leaf)).to_contain_text(sentence)
        return self

    def warns(self, leaf: str, sentence: str | re.Pattern[str]) -> Self:
        """The answer's warning, once it has come."""
        expect(self.warning(leaf)).to_contain_text(sentence)
        return self

    def is_fine(self, leaf: str) -> Self:
        """Neither an error nor a warning beside an answer."""
        expect(self.error(leaf)).to_be_empty()
        expect(self.warning(leaf)).to_be_empty()
        return self

    @property
    def save_line(self) -> Locator:
        """The line that says whether everything is saved."""
        return self.page.locator("#saved")

    def saved(self) -> Self:
        """Wait until nothing is being saved any more; what was left begins to be saved at once."""
        expect(self.page.locator("#section")).not_to_have_class(re.compile("htmx-request"))
        expect(self.save_line).to_contain_text("Saved at")
        return self

    # Finishing -----------------------------------------------------------------------------------

    def save(self) -> Self:
        """Press Save."""
        self.visitor.press(re.compile("^Save$"))
        return self

    def ask_to_complete(self) -> Self:
        """Press “Complete this section”: the answers to look over, or what is missing."""
        self.visitor.press("Complete this section")
        return self

    def missing(self) -> list[str]:
        """What the error summary asks for."""
        return self.page.locator(".govuk-error-summary__list li").all_inner_texts()

    def complete(self) -> Self:
        """Complete the section, over the page that shows the answers once more."""
        self.ask_to_complete()
        assert self.missing() == []
        self.visitor.press("Yes, it is complete")
        return self


def html_id(leaf: str) -> str:
    """The id of a leaf's control."""
    return leaf.replace(".", "-").replace("~", "--")
