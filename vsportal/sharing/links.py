"""What is done with a link to one row: made, opened once in one browser, used once.

A token is 256 random bits of which only the hash is kept; a try that finds nothing is counted by address.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from vsportal import audit, clock
from vsportal.audit import By
from vsportal.editions.answers import mark
from vsportal.editions.kinds import kind_of
from vsportal.editions.reading import Value, one_line, plain, words
from vsportal.editions.schema import Column
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.models import Pep, RowLink, SignInFailure
from vsportal.peps.loading import Sheet
from vsportal.peps.operations.saving import save_by_link
from vsportal.sharing.lines import Line, Linked, hash_of, lines_in

OPEN_FOR = timedelta(days=14)
MOST_WORDS = 60
LONGEST_NAME = 100
WINDOW = timedelta(minutes=15)
MOST_BY_ADDRESS = 60
"""As many as failed sign-ins: a school has one address for many teachers."""
SUBJECT_TEACHER = "subject_teacher"


@dataclass(frozen=True)
class Made:
    """A new link with its token, which nobody can be shown a second time."""

    link: RowLink
    token: str
    line: Line


def make_link(sheet: Sheet, key: str, teacher: str, tie: str) -> Made:
    """A link for one subject teacher to one line of a section (`Line.key`), open for two weeks.

    OperationError when the line is not there to be given away, or is given away already.
    """
    teacher = one_line(teacher)[:LONGEST_NAME].strip()
    if not teacher:
        raise OperationError("Enter the name of the subject teacher.")
    line = next((one for one in lines_in(sheet) if one.key == key), None)
    if line is None:
        raise OperationError("Select a line of the plan that can still be filled in.")
    there = db.session.scalar(
        select(RowLink).where(
            RowLink.pep_id == sheet.pep.id,
            RowLink.section_id == line.section_id,
            RowLink.field_id == line.field_id,
            RowLink.row == line.row,
            RowLink.used_at.is_(None),
            RowLink.revoked_at.is_(None),
            RowLink.expires_at > clock.now(),
        )
    )
    if there is not None:
        raise OperationError(f"{there.teacher} has a link to {line.title} already. End it first.")
    token = secrets.token_urlsafe(32)
    link = RowLink(
        token_hash=hash_of(token),
        pep_id=sheet.pep.id,
        section_id=line.section_id,
        field_id=line.field_id,
        row=line.row,
        teacher=teacher,
        made_by_id=sheet.seen.actor.user_id,
        created_at=clock.now(),
        expires_at=clock.now() + OPEN_FOR,
    )
    db.session.add(link)
    db.session.flush()
    by = By(sheet.seen.actor.user_id, tie, sheet.pep.authority_id)
    _note(by, "pep:link:created", link, sheet.pep)
    return Made(link, token, line)


def open_link(linked: Linked) -> str:
    """Bind an unopened link to the browser that opens it; what that browser keeps to be known by."""
    browser = secrets.token_urlsafe(32)
    linked.link.opened_at, linked.link.browser_hash = clock.now(), hash_of(browser)
    _note(_nobody(linked), "pep:link:opened", linked.link, linked.sheet.pep)
    return browser


def is_this_browser(linked: Linked, browser: str) -> bool:
    """Whether the link was opened by the browser that keeps this."""
    kept = linked.link.browser_hash
    return bool(kept and browser) and hmac.compare_digest(kept, hash_of(browser))


def what_is_wrong(linked: Linked, given: Mapping[str, Value], comment: str) -> list[tuple[str, str]]:
    """What stands between a line and its saving: pairs of a control's name and a sentence."""
    wrong = []
    for column in linked.columns:
        value = given.get(linked.leaf(column))
        if isinstance(value, dict) or (value is None and column.missing):
            wrong.append((column.id, column.missing or f"Check “{column.label}”"))
    if (count := words(comment)) > MOST_WORDS:
        wrong.append(("comment", f"Shorten your comment to {MOST_WORDS} words. It has {count}"))
    return wrong


def use_link(linked: Linked, given: Mapping[str, Value], comment: str, marks: Mapping[str, str]) -> None:
    """Save a line, and close its link for good.

    `given`: leaf → answer; `marks`: leaf → mark of what the page showed. What the designated teacher wrote
    meanwhile stands; the subject teacher's answer to that is kept beside it, with the comment.
    """
    link, by = linked.link, _nobody(linked)
    given = {leaf: given[leaf] for c in linked.columns if (leaf := linked.leaf(c)) in given}
    against = save_by_link(linked.sheet, given, marks=marks, page=link.ref[:16], by=by)
    other = [
        f"{c.label}: {kind_of(c).show(c, given[leaf])}"
        for c in linked.columns
        if (leaf := linked.leaf(c)) in against
    ]
    kept = f"Would have said – {'; '.join(other)}." if other else ""
    link.comment = "\n".join(text for text in (plain(comment).strip(), kept) if text)
    link.used_at = clock.now()
    db.session.flush()
    _note(by, "pep:link:used", link, linked.sheet.pep)


def marks_of(linked: Linked) -> dict[str, str]:
    """The mark of each answer of the line as it is drawn."""
    stored = linked.sheet.row.answers
    return {leaf: mark(stored.get(leaf)) for c in linked.columns if (leaf := linked.leaf(c))}


def options_of(column: Column) -> tuple[tuple[str, str], ...]:
    """The choices of a column; none for one that is typed."""
    return tuple(getattr(column, "options", ()))


# Tries that find nothing ---------------------------------------------------------------------------------


def too_many_tries(address: str, secret: str) -> bool:
    """Whether too many addresses of links that are not open were asked for from there within the window."""
    count = db.session.scalar(
        select(func.count())
        .select_from(SignInFailure)
        .where(
            SignInFailure.kind == "address",
            SignInFailure.key == _keyed(secret, address),
            SignInFailure.at > clock.now() - WINDOW,
        )
    )
    return (count or 0) >= MOST_BY_ADDRESS


def note_try(address: str, secret: str) -> None:
    """Count one."""
    db.session.add(SignInFailure(kind="address", key=_keyed(secret, address), at=clock.now()))


def _keyed(secret: str, address: str) -> str:
    """A keyed hash of its own: tries here never lock anybody out of signing in."""
    return hmac.new(secret.encode(), f"row link {address}".encode(), hashlib.sha256).hexdigest()


# Shared --------------------------------------------------------------------------------------------------


def _nobody(linked: Linked) -> By:
    """A subject teacher has no account: the link and the name that it was made for stand for them."""
    return By(None, SUBJECT_TEACHER, linked.sheet.pep.authority_id)


def _note(by: By, tag: str, link: RowLink, pep: Pep) -> None:
    change: dict[str, Any] = {  # values as JSON
        "field": "link",
        "label": link.teacher,
        "kind": "text",
        "old": None,
        "new": link.ref,
    }
    audit.record(
        db.session,
        by,
        tag,
        link,
        child_id=pep.child_id,
        authority_id=pep.authority_id,
        changes=[change],
    )
