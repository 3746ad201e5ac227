"""What was done and what was looked at, written in the same transaction and never changed.

Each tag says what it is about and is said in one sentence by `templates/components/timeline/`.
Free text goes into `changes` only, never into a log.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import g, has_request_context
from sqlalchemy import insert
from sqlalchemy.orm import Session, scoped_session

from vsportal import clock
from vsportal.models import AccessEvent, AuditEvent

TAGS: frozenset[str] = frozenset(
    {
        "account:membership:changed",
        "account:membership:ended",
        "account:membership:started",
        "account:password:changed",
        "account:session:ended",
        "account:session:started",
        "account:sessions:ended",
        "account:user:changed",
        "account:user:closed",
        "account:user:created",
        "account:user:reopened",
        "admin:authority:changed",
        "admin:authority:created",
        "admin:file:imported",
        "admin:inspection:added",
        "admin:scheme:changed",
        "admin:scheme:drafted",
        "admin:scheme:dropped",
        "admin:scheme:published",
        "admin:school:changed",
        "admin:school:created",
        "admin:setting:settled",
        "admin:team:created",
        "admin:team:renamed",
        "admin:term:changed",
        "admin:term:created",
        "child:access:ended",
        "child:access:restored",
        "child:card:confirmed",
        "child:care:changed",
        "child:care:ended",
        "child:care:started",
        "child:concern:answered",
        "child:concern:raised",
        "child:emergency:ended",
        "child:emergency:opened",
        "child:emergency:refused",
        "child:emergency:reviewed",
        "child:home:changed",
        "child:home:ended",
        "child:home:started",
        "child:lending:ended",
        "child:record:changed",
        "child:record:created",
        "child:school:changed",
        "child:school:enrolled",
        "child:school:left",
        "child:sections:delegated",
        "child:words:kept",
        "child:words:marked_read",
        "child:worker:allocated",
        "child:worker:ended",
        "funding:batch:booked",
        "funding:batch:created",
        "funding:budget:changed",
        "funding:budget:overridden",
        "funding:file:added",
        "funding:file:refused",
        "funding:file:removed",
        "funding:payment:booked",
        "funding:payment:scheduled",
        "funding:policy:changed",
        "funding:policy:discarded",
        "funding:policy:published",
        "funding:policy:started",
        "funding:request:answered",
        "funding:request:approved",
        "funding:request:approved_in_part",
        "funding:request:begun",
        "funding:request:cancelled",
        "funding:request:carried",
        "funding:request:declined",
        "funding:request:escalated",
        "funding:request:evaluated",
        "funding:request:moved",
        "funding:request:passed_on",
        "funding:request:proposed",
        "funding:request:queried",
        "funding:request:returned",
        "funding:request:saved",
        "funding:request:submitted",
        "funding:request:taken_back",
        "funding:request:taken_up",
        "funding:view:recorded",
        "funding:year:closed",
        "home:household:changed",
        "home:household:created",
        "home:member:joined",
        "home:member:left",
        "pep:addendum:added",
        "pep:comment:changed",
        "pep:comment:removed",
        "pep:copy:decided",
        "pep:copy:previewed",
        "pep:copy:released",
        "pep:file:added",
        "pep:file:refused",
        "pep:file:removed",
        "pep:link:created",
        "pep:link:opened",
        "pep:link:revoked",
        "pep:link:used",
        "pep:difference:settled",
        "pep:meeting:held",
        "pep:meeting:planned",
        "pep:part:returned",
        "pep:part:reviewed",
        "pep:part:submitted",
        "pep:plan:cancelled",
        "pep:plan:closed",
        "pep:plan:opened",
        "pep:plan:reopened",
        "pep:plan:signed_off",
        "pep:readers:chosen",
        "pep:section:completed",
        "pep:section:confirmed",
        "pep:section:handed_back",
        "pep:section:handed_on",
        "pep:section:reopened",
        "pep:section:returned",
        "pep:section:saved",
        "pep:stage:chosen",
        "pep:target:drafted",
        "pep:wish:answered",
        "pep:wish:asked",
        "pep:wish:passed_on",
        "pep:wish:taken_back",
        "review:action:added",
        "review:action:completed",
        "review:part:begun",
        "review:part:finished",
        "review:part:stopped",
        "review:second:finished",
        "review:section:rated",
        "team:cover:arranged",
        "team:cover:ended",
    }
)
"""subject:part:verb, past tense; alphabetical. A tag not named here is refused."""


@dataclass(frozen=True)
class By:
    """Who acts and in which role; for the portal itself, nobody as `system`."""

    user_id: int | None
    role: str
    authority_id: int | None = None


SYSTEM = By(None, "system")


def record(
    session: Session | scoped_session[Any],
    by: By,
    tag: str,
    subject: Any,  # any row with a number
    *,
    child_id: int | None = None,
    authority_id: int | None = None,
    changes: Sequence[dict[str, Any]] = (),
) -> None:
    """Note that something was done; it stands or falls with the change itself.

    `changes`: [{field, label, kind, old, new}] with the label as it reads now. ValueError on an
    unknown tag.
    """
    event = _event(by, tag, subject, child_id, authority_id or by.authority_id)
    session.add(AuditEvent(**event, changes=list(changes)))


def record_all(
    session: Session | scoped_session[Any],
    by: By,
    tag: str,
    noted: Sequence[tuple[Any, int, Sequence[dict[str, Any]]]],  # any row with a number
    *,
    authority_id: int,
) -> None:
    """Note the same of many at once: (subject, child, changes) each; one statement for all of them."""
    rows = [
        {**_event(by, tag, subject, child_id, authority_id), "changes": list(changes)}
        for subject, child_id, changes in noted
    ]
    if rows:
        session.execute(insert(AuditEvent), rows)


def _event(by: By, tag: str, subject: Any, child_id: int | None, authority_id: int | None) -> dict[str, Any]:
    """The columns of an event, all but what changed."""
    if tag not in TAGS:
        raise ValueError(f"{tag} is not a known event; add it to audit.TAGS with its sentence.")
    return {
        "at": clock.now(),
        "actor_id": by.user_id,
        "actor_role": by.role,
        "authority_id": authority_id,
        "tag": tag,
        "subject_type": subject.__tablename__,
        "subject_id": subject.id,
        "child_id": child_id,
        "request_id": _request_id(),
    }


def look(*, user_id: int, role: str, child_id: int, pep_id: int | None, what: str) -> None:
    """Note that a page of a child's record is being shown.

    It is written after the page is built and before it is sent (`http.py`): a page whose look
    cannot be recorded is not sent.
    """
    g.looks = [
        *g.get("looks", ()),
        AccessEvent(
            at=clock.now(),
            actor_id=user_id,
            actor_role=role,
            child_id=child_id,
            pep_id=pep_id,
            what=what,
            request_id=_request_id(),
        ),
    ]


def _request_id() -> str:
    """The id that ties an event to its line in the log."""
    return str(g.get("request_id", "")) if has_request_context() else ""
