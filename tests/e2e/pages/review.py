"""Reviewing a part: from the queue, section by section, to its end."""

from __future__ import annotations

import re
from typing import Self

from playwright.sync_api import expect

from tests.e2e.neighbourhood import Pupil
from tests.e2e.person import Visitor


class ReviewPage:
    """The review of one part, for one visitor of the Virtual School."""

    def __init__(self, visitor: Visitor, pupil: Pupil, part: str) -> None:
        self.visitor, self.pupil, self.part, self.page = visitor, pupil, part, visitor.page

    def start(self) -> Self:
        """Take the part from the queue."""
        self.visitor.open("/reviews")
        words = {"school": "The school’s part", "care": "Social care’s part"}[self.part]
        row = self.page.get_by_role("row").filter(has_text=self.pupil.full_name).filter(has_text=words)
        self.visitor.press("Start", within=row)
        return self

    def open(self, section_id: str) -> Self:
        """One section of it."""
        self.visitor.open(f"/peps/{self.pupil.pep}/review?part={self.part}&section={section_id}")
        return self

    @property
    def left(self) -> list[str]:
        """The sections still to rate, by their names in the rail."""
        rail = self.page.get_by_role("navigation", name="Sections to rate")
        found = rail.get_by_role("listitem").filter(has_text=re.compile("to rate|rating now"))
        return [line.split("\n")[0] for line in found.all_inner_texts() if not line.startswith("Finish")]

    def rate(self, grade: str, feedback: str = "", *, back: str = "") -> Self:
        """Say how the section at hand is, and go on; `back`: why it goes back."""
        self.page.get_by_role("radio", name=re.compile(f"^{grade}")).check()
        if feedback:
            self.page.get_by_label("Feedback to", exact=False).fill(feedback)
        if back:
            self.page.get_by_label("Return this section").check()
            self.page.get_by_label("Why it goes back", exact=False).fill(back)
        self.visitor.press(re.compile("^Save"))
        return self

    def rate_the_rest(self, grade: str) -> Self:
        """Every section that is left, the same."""
        for _ in range(15):
            if not self.page.get_by_role("radio", name=re.compile("^Gold")).count():
                break
            if self.page.url.endswith("/finish") or "/finish" in self.page.url:
                break
            self.rate(grade)
        return self

    def send_back(self) -> Self:
        """Send what is marked back."""
        self._to_the_end()
        self.visitor.press(re.compile("^Send .* back$"))
        return self

    def finish(self) -> Self:
        """End the review with what the rule makes of it."""
        self._to_the_end()
        self.visitor.press("Finish the review")
        return self

    def _to_the_end(self) -> None:
        if "/finish" not in self.page.url:
            rail = self.page.get_by_role("navigation", name="Sections to rate")
            self.visitor.follow(re.compile("^Finish"), within=rail)
        expect(self.page.get_by_role("heading", level=1)).to_contain_text("Finish")
