"""Telling the school that the contact, collection and permission card has changed, the same day.

One mail a reader a day, a little later than the change, so that it is not sent while somebody still writes.
"""

from datetime import timedelta

from vsportal import clock
from vsportal.audit import By
from vsportal.children.queries import people_around
from vsportal.extensions import db
from vsportal.messages.card_questions import READERS
from vsportal.messages.operations import queue
from vsportal.models import User

WHILE_WRITING = timedelta(minutes=15)
SUBJECT = "Something to read is waiting"
BODY = """Something that you need to read today is waiting for you.

Sign in to the portal and open My work to read it.

This mail says no more on purpose. If it is not meant for you, delete it.
"""


def tell_school(child_id: int, by: By) -> int:
    """Put a mail to each reader of the card in the outbox, one a day; says how many are new."""
    now, today = clock.now(), clock.today()
    around = people_around([child_id], today).get(child_id, [])
    readers = dict.fromkeys(p.user_id for p in around if p.role in READERS and p.user_id != by.user_id)
    told = 0
    for user_id in readers:
        new = queue(
            key=f"card:{child_id}:{user_id}:{today.isoformat()}",
            kind="card_changed",
            to_user=db.session.get_one(User, user_id),
            subject=SUBJECT,
            body=BODY,
            child_id=child_id,
            due_at=now + WHILE_WRITING,
        )
        told += new
    return told
