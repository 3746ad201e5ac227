"""The demo: two invented authorities with their children, schools, people and plans.

Everything in it is made by the operations people's pages call, at plausible past times, so that it
cannot drift from the portal; its dates follow today's, so that it never ages.
"""

from dataclasses import dataclass

PASSWORD = "harbour-lantern-seven"
DOMAIN = "demo.example.org"


@dataclass(frozen=True)
class SignIn:
    """Somebody one can be in the demo: the part before the @, the name, and what they are."""

    local: str
    name: str
    words: str

    @property
    def email(self) -> str:
        """The e-mail address to sign in with."""
        return f"{self.local}@{DOMAIN}"


SIGN_INS = (
    SignIn("teacher", "Rhian Castell", "designated teacher, Lodewater Academy"),
    SignIn("teacher2", "Dominic Achterberg", "designated teacher, Sedge Hill Primary School"),
    SignIn("socialworker", "Marcus Adair", "social worker"),
    SignIn("carer", "Tina Marlowe", "foster carer of two"),
    SignIn("parentcarer", "Leanne Proudlock", "parent with whom a child is placed"),
    SignIn("youngperson", "Amira Belhadj", "young person in Year 11"),
    SignIn("child", "Toby Penhallow", "child in Year 5"),
    SignIn("adviser", "Priya Raman", "Virtual School adviser"),
    SignIn("head", "Dr Femi Oyelade", "Virtual School head"),
    SignIn("finance", "Gareth Munslow", "Virtual School finance officer"),
    SignIn("manager", "Shabnam Iqbal", "team manager of the social worker"),
    SignIn("reviewer", "Colette Drummond", "independent reviewing officer"),
    SignIn("governor", "Peter Ashdown-Rees", "governor"),
    SignIn("support", "Maggie Thurlow", "Virtual School business support"),
    SignIn("admin", "Ivo Lindqvist", "system administrator"),
)
"""Everybody whose sign-in is published. The others of the demo have the same password."""
