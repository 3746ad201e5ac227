"""The sign-in page.

What people type to come in.
"""

from __future__ import annotations

from typing import Self

from tests.e2e.neighbourhood import Person
from tests.e2e.person import Visitor
from tests.factories import PASSWORD


class SignIn:
    """The sign-in page, for one visitor."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor

    def open(self) -> Self:
        """Go there."""
        self.visitor.page.goto("/sign-in")
        return self

    def sign_in(self, person: Person, password: str = PASSWORD) -> None:
        """Type address and password, and press the button."""
        page = self.visitor.page
        page.get_by_label("Email").or_(page.get_by_label("E-mail")).first.fill(person.email)
        page.get_by_label("Password").fill(password)
        with page.expect_navigation():
            page.get_by_role("button", name="Sign in").click()
