"""Password hashes: argon2id, made again at sign-in when its parameters have moved on."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

hasher = PasswordHasher()


def hashed(password: str) -> str:
    """The hash to keep."""
    return hasher.hash(password)


def matches(password_hash: str, password: str) -> bool:
    """Whether it is the password. An account without one costs the same time and never matches."""
    try:
        return hasher.verify(password_hash or _nobody(), password) and bool(password_hash)
    except (VerificationError, InvalidHashError):
        return False


def is_dated(password_hash: str) -> bool:
    """Whether the hash was made with weaker parameters than today's."""
    return hasher.check_needs_rehash(password_hash)


@cache
def _nobody() -> str:
    """A hash to compare with when there is no such account, so that both answers take as long."""
    return hasher.hash("nobody has this password")
