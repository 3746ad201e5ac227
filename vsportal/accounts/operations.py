"""Signing in and out: verbs that change who is signed in where.

A failure is counted by account, and by address for failures only: a school has one address for
forty teachers. Counting is in the database, so it holds over any number of processes.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select, update

from vsportal import audit, clock
from vsportal.accounts import passwords
from vsportal.extensions import db
from vsportal.models import SignInFailure, SignInSession, User

WINDOW = timedelta(minutes=15)
MOST_BY_ACCOUNT = 8
MOST_BY_ADDRESS = 60


@dataclass(frozen=True)
class Outcome:
    """How a try to sign in ended: a token for the cookie, or why not ("wrong", "wait")."""

    token: str = ""
    refused: str = ""


def token_hash(token: str) -> str:
    """What is kept of a cookie's token."""
    return hashlib.sha256(token.encode()).hexdigest()


def sign_in(email: str, password: str, *, address: str, device: str, secret: str) -> Outcome:
    """Try to sign in.

    The answer is the same, and takes as long, whether the account does not exist, is closed or the
    password is wrong; when too many tries failed it is "wait" for every e-mail address alike.
    """
    email = email.strip().lower()
    keys = {"account": _keyed(secret, email), "address": _keyed(secret, address)}
    too_many = _too_many(keys)
    user = db.session.scalar(select(User).where(User.email == email))
    good = passwords.matches(user.password_hash if user else "", password)
    if too_many:
        return Outcome(refused="wait")
    if user is None or not good or not user.active:
        now = clock.now()
        db.session.add_all(SignInFailure(kind=kind, key=key, at=now) for kind, key in keys.items())
        return Outcome(refused="wrong")
    if passwords.is_dated(user.password_hash):
        user.password_hash = passwords.hashed(password)
        audit.record(db.session, audit.By(user.id, "self"), "account:password:changed", user)
    return Outcome(token=_open_session(user, device))


def _keyed(secret: str, text: str) -> str:
    """A keyed hash: the table of failures tells nobody whose accounts were tried."""
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def _too_many(keys: dict[str, str]) -> bool:
    """Whether this account or address has failed too often within the window."""
    counted = db.session.execute(
        select(SignInFailure.kind, func.count())
        .where(SignInFailure.key.in_(list(keys.values())), SignInFailure.at > clock.now() - WINDOW)
        .group_by(SignInFailure.kind)
    )
    most = {"account": MOST_BY_ACCOUNT, "address": MOST_BY_ADDRESS}
    return any(count >= most[kind] for kind, count in counted)


def _open_session(user: User, device: str) -> str:
    """A new signed-in session; only the hash of its token is kept."""
    token = secrets.token_urlsafe(32)
    now = clock.now()
    opened = SignInSession(
        token_hash=token_hash(token), user_id=user.id, device=device[:200], started_at=now, last_seen_at=now
    )
    db.session.add(opened)
    db.session.flush()
    audit.record(db.session, audit.By(user.id, "self"), "account:session:started", opened)
    return token


def sign_out(user_id: int, token: str) -> None:
    """End the session of this device."""
    opened = db.session.scalar(select(SignInSession).where(SignInSession.token_hash == token_hash(token)))
    if opened and opened.revoked_at is None:
        opened.revoked_at = clock.now()
        audit.record(db.session, audit.By(user_id, "self"), "account:session:ended", opened)


def sign_out_everywhere(user_id: int) -> int:
    """End every session of a person, this one too; says how many there were."""
    user = db.session.get_one(User, user_id)
    ended = db.session.execute(
        update(SignInSession)
        .where(SignInSession.user_id == user_id, SignInSession.revoked_at.is_(None))
        .values(revoked_at=clock.now())
    )
    audit.record(db.session, audit.By(user_id, "self"), "account:sessions:ended", user)
    return int(ended.rowcount)  # type: ignore[attr-defined]


def end_sessions_of(user_id: int) -> int:
    """End every session of somebody whose access was ended by hand; says how many there were.

    The row stays, so that what their open page sends is known to be theirs (`access.keeping`). What ended
    their access is the event that is written down.
    """
    ended = db.session.execute(
        update(SignInSession)
        .where(SignInSession.user_id == user_id, SignInSession.revoked_at.is_(None))
        .values(revoked_at=clock.now())
    )
    return int(ended.rowcount)  # type: ignore[attr-defined]


def hide_names(session_id: int, *, hidden: bool) -> None:
    """Show initials instead of children's names on this device, or the names again."""
    db.session.execute(update(SignInSession).where(SignInSession.id == session_id).values(hides_names=hidden))


def seen_now(session_id: int) -> None:
    """Note that a session is in use; its idle time starts again."""
    db.session.execute(
        update(SignInSession).where(SignInSession.id == session_id).values(last_seen_at=clock.now())
    )
