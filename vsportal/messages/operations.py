"""Mail put in the outbox and taken out of it, in the transaction of what it is about.

Nothing is sent here (`sender.py`): a change that is rolled back takes its mail with it.
"""

from datetime import datetime

from sqlalchemy import select, update

from vsportal import clock
from vsportal.database import insert_once
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.messages.queries import state_of
from vsportal.messages.telling import SUBJECTS, gives_away
from vsportal.models import Child, Enrolment, Mail, School, User


def queue(
    *,
    key: str,
    kind: str,
    subject: str,
    body: str,
    to_user: User | None = None,
    to_address: str = "",
    child_id: int | None = None,
    due_at: datetime | None = None,
) -> bool:
    """Put one mail in the outbox; False when there is one of this key already, sent or not.

    `key`: what makes it this mail and no other, “card:17:4:2026-11-03”. `to_user` or `to_address`: one
    of them. `subject`: one of `telling.SUBJECTS`. `child_id`: the child it is about, so that it can be
    stopped when sight ends. `due_at`: not before then; at once when None.
    OperationError when it names the child or says PEP, for anybody (who-sees-what.md, rule 8).
    """
    address = to_user.email if to_user else to_address.strip()
    if not address:
        raise OperationError("Say to whom the mail goes.")
    if subject not in SUBJECTS:
        raise OperationError(f"A mail’s subject is one of these: {', '.join(sorted(SUBJECTS))}.")
    told = _gives_away(body, child_id)
    if told:
        raise OperationError(f"Take {told} out of the mail: it may say only that something is waiting.")
    return insert_once(
        Mail,
        "key",
        key=key,
        kind=kind,
        to_user_id=to_user.id if to_user else None,
        to_address=address,
        subject=subject,
        body=body,
        child_id=child_id,
        due_at=due_at or clock.now(),
    )


def stop_mail(*, user_id: int, child_id: int | None = None) -> int:
    """Stop what waits for this person, about this child or about anything; says how many there were.

    Mail whose sending has begun is not stopped: it may be on its way.
    """
    waiting = (
        update(Mail)
        .where(
            Mail.to_user_id == user_id,
            Mail.sent_at.is_(None),
            Mail.stopped_at.is_(None),
            Mail.claimed_at.is_(None),
        )
        .values(stopped_at=clock.now())
    )
    if child_id is not None:
        waiting = waiting.where(Mail.child_id == child_id)
    return int(db.session.execute(waiting).rowcount)  # type: ignore[attr-defined]


def _gives_away(body: str, child_id: int | None) -> str:
    """What the text says of the child, whose schools are those they were ever on roll at."""
    if child_id is None:
        return gives_away(body)
    child = db.session.get_one(Child, child_id)
    schools = db.session.scalars(
        select(School.name)
        .join(Enrolment, Enrolment.school_id == School.id)
        .where(Enrolment.child_id == child_id)
    )
    return gives_away(body, child, schools)


def send_again(mail: Mail, *, late: datetime) -> None:
    """Let a mail wait again that failed, or of which nobody knows whether it arrived.

    `mail`: held by this transaction. `late`: claimed before then, it is uncertain.
    OperationError when it was sent or stopped, or is being sent.
    """
    if state_of(mail, late) not in ("failed", "uncertain"):
        raise OperationError("Only a mail that failed or is uncertain can be sent again.")
    mail.claimed_at, mail.attempts, mail.last_error = None, 0, ""
    mail.due_at = clock.now()
