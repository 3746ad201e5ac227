"""PP+ in the browser: asking on a target, deciding, paying."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Self

from playwright.sync_api import expect

from tests.e2e.neighbourhood import Pupil
from tests.e2e.person import Visitor


class RequestPage:
    """A request, for the one who asks."""

    def __init__(self, visitor: Visitor, pupil: Pupil) -> None:
        self.visitor, self.pupil, self.page = visitor, pupil, visitor.page

    def begin(self) -> Self:
        """Ask for PP+ for the first target that names it."""
        self.visitor.open(f"/peps/{self.pupil.pep}/requests")
        self.visitor.press(re.compile("^Ask for PP"))
        return self

    def fill(self, answers: Mapping[str, str]) -> Self:
        """Type or choose by the name of the control."""
        for name, text in answers.items():
            control = self.page.locator(f'[name="{name}"]:not([type=hidden])').first
            if control.evaluate("c => c.tagName") == "SELECT":
                control.select_option(text)
            else:
                control.fill(text)
                control.blur()
        return self

    def reads(self, sentence: str | re.Pattern[str]) -> Self:
        """What the policy says beside it, once it has come."""
        expect(self.page.locator("#reading")).to_contain_text(sentence)
        return self

    def comes_to(self, amount: str) -> Self:
        """The sum beneath the lines, once it has come."""
        expect(self.page.locator("#sum")).to_have_text(amount)
        return self

    def add_line(self) -> Self:
        """Another line."""
        self.visitor.press("Add another line")
        return self

    def send(self) -> Self:
        """Send it."""
        self.visitor.press("Send the request")
        return self


class DecisionPage:
    """The first request in somebody's queue for a child."""

    def __init__(self, visitor: Visitor, pupil: Pupil) -> None:
        self.visitor, self.pupil, self.page = visitor, pupil, visitor.page

    def open(self) -> Self:
        """From the queue."""
        self.visitor.open("/requests").follow(self.pupil.full_name)
        return self

    def approve_part(self, amounts: Mapping[str, str], reason: str) -> Self:
        """So much of each line, and why."""
        self.page.get_by_role("radio", name=re.compile("^Approve part")).check()
        for line, amount in amounts.items():
            self.page.get_by_label(line, exact=False).fill(amount)
        self.page.get_by_label("Reason or question", exact=False).fill(reason)
        self.visitor.press("Send decision and open next")
        return self


def pay_everything(finance: Visitor) -> None:
    """Make a batch of what is ready, and note it as paid."""
    finance.open("/office/funding/payments")
    finance.press("Make a batch of those ticked")
    finance.press("Mark as paid")
