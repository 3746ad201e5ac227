"""Why a file is not taken: one error for every check, its message the sentence for whoever sent it."""

from vsportal.errors import OperationError


class Refused(OperationError):
    """The file is not taken and nothing of it is kept; the message says why and what to do."""


class Infected(Refused):
    """A scanner found something in it: refused, and written down that it was."""
