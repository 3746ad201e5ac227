"""What an operation says when it refuses: a sentence for the person who asked, with what to do.

One class for all features, so that a route answers every refusal alike.
"""


class OperationError(Exception):
    """The operation was refused and nothing was changed; the message is the sentence to show."""
