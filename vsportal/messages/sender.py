"""What takes mail out of the outbox and sends it, each once (docs/decisions/0009).

A mail is claimed and the claim committed before anything leaves, so that a crash in between can lose a
mail and never doubles one. What was claimed and has no result is uncertain, and a person decides.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from sqlalchemy import select, update

from vsportal import clock
from vsportal.database import transaction
from vsportal.extensions import db
from vsportal.messages.transports import SMTP, Files, Refused, Transport, written
from vsportal.models import Mail, User
from vsportal.settings import Settings
from vsportal.ties import is_cut

MOST_ATTEMPTS = 5
LATER = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))
"""How long a mail waits after its first, second … refusal."""

log = structlog.get_logger()


@dataclass(frozen=True)
class Claimed:
    """A mail that this process alone will try to send, once."""

    id: int
    ref: str
    to: str
    subject: str
    body: str
    attempts: int


@dataclass
class Sent:
    """How a run ended: mails sent, refused (to be tried again, or given up) and left uncertain."""

    sent: int = 0
    refused: int = 0
    uncertain: int = 0


def transport_of(settings: Settings) -> Transport:
    """Where mail goes: by SMTP when it is set, else into files."""
    return SMTP(settings.smtp_url) if settings.smtp_url else Files(outbox_folder(settings))


def outbox_folder(settings: Settings) -> Path:
    """Where mails are kept as files."""
    return settings.files / "outbox"


def send_waiting(
    transport: Transport, *, sender: str, limit: int = 100, each: Callable[[], object] = lambda: None
) -> Sent:
    """Send what is due, the oldest first, at most `limit`; `each` is called after every one.

    Any number of these may run at once. It ends whatever transaction is open.
    """
    done = Sent()
    with transaction():
        _stop_what_nobody_may_have()
    for _ in range(limit):
        with transaction():
            mail = _claim(clock.now())
        if mail is None:
            break
        _send(mail, transport, sender, done)
        each()
    return done


def _stop_what_nobody_may_have() -> None:
    """Mail to people whose sight of the child was ended by hand, or whose account was closed."""
    closed = select(User.id).where(User.active.is_(False))
    db.session.execute(
        update(Mail)
        .where(
            Mail.sent_at.is_(None),
            Mail.stopped_at.is_(None),
            Mail.claimed_at.is_(None),
            is_cut(Mail.child_id, Mail.to_user_id) | Mail.to_user_id.in_(closed),
        )
        .values(stopped_at=clock.now())
        .execution_options(synchronize_session=False)
    )


def _claim(now: datetime) -> Claimed | None:
    """Take the mail that has been due longest and that nobody else is taking; None when there is none."""
    mail = db.session.scalar(
        select(Mail)
        .where(
            Mail.sent_at.is_(None),
            Mail.stopped_at.is_(None),
            Mail.claimed_at.is_(None),
            Mail.attempts < MOST_ATTEMPTS,
            Mail.due_at <= now,
        )
        .order_by(Mail.due_at, Mail.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    if mail is None:
        return None
    mail.claimed_at, mail.attempts = now, mail.attempts + 1
    return Claimed(mail.id, mail.ref, mail.to_address, mail.subject, mail.body, mail.attempts)


def _send(mail: Claimed, transport: Transport, sender: str, done: Sent) -> None:
    """One try, and what became of it."""
    now = clock.now()
    message = written(
        ref=mail.ref, sender=sender, to=mail.to, subject=mail.subject, body=mail.body, at=clock.local(now)
    )
    try:
        transport.send(message)
    except Refused as refused:
        done.refused += 1
        due = now + LATER[min(mail.attempts, len(LATER)) - 1]
        _note(mail, claimed_at=None, due_at=due, last_error=str(refused))
        log.warning("mail refused", mail=mail.ref, attempts=mail.attempts)
    except Exception as error:  # noqa: BLE001  # it may have arrived: it stays claimed, and a person decides
        done.uncertain += 1
        _note(mail, last_error=f"{type(error).__name__}: it may have been sent, or not.")
        log.warning("mail uncertain", mail=mail.ref, kind=type(error).__name__)
    else:
        done.sent += 1
        _note(mail, sent_at=clock.now(), last_error="")


def _note(mail: Claimed, **values: object) -> None:
    """Write the result down, in a transaction of its own."""
    with transaction():
        db.session.execute(
            update(Mail)
            .where(Mail.id == mail.id)
            .values(**values)
            .execution_options(synchronize_session=False)
        )
