"""The plan at a glance: its sections, what is missing, sending a part, signing off.

Whoever looks at it sees only what is theirs.
"""

from __future__ import annotations

from typing import Self

from tests.e2e.neighbourhood import Pupil
from tests.e2e.person import Visitor


class PlanPage:
    """The plan, for one visitor."""

    def __init__(self, visitor: Visitor, pupil: Pupil) -> None:
        self.visitor, self.pupil, self.page = visitor, pupil, visitor.page

    def open(self) -> Self:
        """Go there and look."""
        self.visitor.open(f"/peps/{self.pupil.pep}")
        return self

    def state_of(self, title: str) -> str:
        """The state of a section as its line in the table says it."""
        line = self.page.locator("table.vs-list tbody tr", has=self.page.get_by_text(title, exact=True))
        return line.locator("td").last.inner_text().strip()

    def send(self) -> Self:
        """Send the part that is ready."""
        self.visitor.press("Send to the Virtual School")
        return self

    def sign_off(self) -> Self:
        """Look over what is kept, and sign the plan off."""
        self.visitor.open(f"/peps/{self.pupil.pep}/sign-off")
        self.visitor.press("Sign off and lock")
        return self
