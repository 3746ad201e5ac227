"""One line of a plan for a subject teacher: which lines there are, and the one that a link opens.

A link is read as if its section were lent, and narrowed to one row and to the columns that the form
names for it (`by_link`); policy says, as for a colleague, whether anything can still be written there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from sqlalchemy import and_, or_, select

from vsportal import clock
from vsportal.editions.answers import rows_of
from vsportal.editions.kinds import answered, kind_of
from vsportal.editions.reading import Value
from vsportal.editions.schema import Asked, Column, Grid, Records
from vsportal.extensions import db
from vsportal.models import Child, Enrolment, Membership, Pep, Role, RowLink
from vsportal.peps.loading import Plan, Sheet, sheet_of
from vsportal.policy import Actor, Seen, Tie
from vsportal.ties import holds
from vsportal.wording import AuthorityWords, spoken, who_can_read

Rows = Grid | Records
"""A question with rows."""


def hash_of(secret: str) -> str:
    """What is kept of a link's token, and of the browser's own."""
    return sha256(secret.encode()).hexdigest()


# Lines ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """A row that somebody can be asked to fill in."""

    section_id: str
    field_id: str
    row: str
    title: str

    @property
    def key(self) -> str:
        """How a form names it."""
        return f"{self.section_id}:{self.field_id}.{self.row}"


def columns_by_link(question: Rows, season: str) -> tuple[Column, ...]:
    """The columns that a subject teacher fills in, this term's alone."""
    return tuple(
        c for c in question.columns if c.by_link and (not c.missing_terms or season in c.missing_terms)
    )


def asks_by_link(asked: Asked, season: str) -> list[Rows]:
    """The questions of a section of which a row can be given to a subject teacher."""
    return [f for f in asked.fields if isinstance(f, Rows) and columns_by_link(f, season)]


def lines_in(sheet: Sheet) -> Iterator[Line]:
    """The rows of a section that can be given away now: named ones, of questions its reader may answer."""
    for question in asks_by_link(sheet.asked, sheet.choice.season):
        if question.id not in sheet.sight.writable or question.rows_from:
            continue
        for row in rows_of(question, sheet.row.answers):
            if title := row_title(question, sheet.row.answers, row):
                yield Line(sheet.row.section_id, question.id, row, title)


def row_title(question: Rows, kept: Mapping[str, Value], row: str) -> str:
    """What a row is about (“History”); empty while nothing names it."""
    column = question.by_column.get(question.row_title)
    if question.rows or column is None:
        return dict(question.rows).get(row, "")
    value = kept.get(f"{question.id}.{row}.{column.id}")
    return " ".join(kind_of(column).show(column, value).split()) if answered(value) else ""


# What a link opens ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Linked:
    """A link that is open, and the one line behind it."""

    link: RowLink
    sheet: Sheet
    question: Rows
    title: str

    @property
    def columns(self) -> tuple[Column, ...]:
        """What is asked."""
        season, hidden = self.sheet.choice.season, self.sheet.sight.hidden_columns
        found = columns_by_link(self.question, season)
        return tuple(c for c in found if f"{self.question.id}.{c.id}" not in hidden)

    @property
    def readers(self) -> str:
        """Who can read what is written there: “Amira, her carers and her school can read this”."""
        child = spoken(self.sheet.child.called, self.sheet.child.pronouns)
        return who_can_read(self.question.audience or "care", child)

    def leaf(self, column: Column) -> str:
        """The key of one cell of the line."""
        return f"{self.question.id}.{self.link.row}.{column.id}"

    def answer(self, column: Column) -> Value:
        """What stands there now; not what was carried from the last plan and nobody has looked at."""
        leaf = self.leaf(column)
        return None if leaf in self.sheet.row.carried else self.sheet.row.answers.get(leaf)


def linked_by(token: str, *, lock: bool = False) -> Linked | None:
    """What a link opens now; None for one that is unknown, has ended or can no longer be written in.

    `lock`: hold the plan and the link until the transaction ends. Three statements at most.
    """
    query = (
        select(RowLink, Pep, Child)
        .join(Pep, Pep.id == RowLink.pep_id)
        .join(Child, Child.id == Pep.child_id)
        .where(RowLink.token_hash == hash_of(token))
    )
    if lock:
        query = query.with_for_update(of=(Pep, RowLink)).execution_options(populate_existing=True)
    found = db.session.execute(query).first()
    if found is None:
        return None
    link, pep, child = found
    if link.used_at or link.revoked_at or link.expires_at <= clock.now():
        return None
    sheet = sheet_of(_lent_plan(link, pep, child), link.section_id)
    question = sheet.asked.by_id.get(link.field_id) if sheet else None
    if sheet is None or not isinstance(question, Rows) or question.id not in sheet.sight.writable:
        return None
    title = row_title(question, sheet.row.answers, link.row)
    if link.row not in rows_of(question, sheet.row.answers) or not title:
        return None
    if not _is_still_at_that_school(link, child.id, clock.today()):
        return None
    return Linked(link, sheet, question, title)


def _lent_plan(link: RowLink, pep: Pep, child: Child) -> Plan:
    """The plan as a colleague with this one section sees it."""
    nobody = Actor(0, link.teacher, clock.today())
    seen = Seen(nobody, frozenset({Tie.DELEGATE}), sections=frozenset({link.section_id}))
    return Plan(pep, child, seen, AuthorityWords())


def _is_still_at_that_school(link: RowLink, child_id: int, today: date) -> bool:
    """Whether the child is still on the roll of a school whose designated teacher made the link then."""
    made_on = clock.local(link.created_at).date()
    found = db.session.scalar(
        select(Enrolment.id)
        .join(
            Membership,
            and_(
                Membership.school_id == Enrolment.school_id,
                Membership.user_id == link.made_by_id,
                Membership.role == str(Role.DESIGNATED_TEACHER),
                Membership.starts_on <= made_on,
                or_(Membership.ends_on.is_(None), Membership.ends_on > made_on),
            ),
        )
        .where(Enrolment.child_id == child_id, holds(Enrolment.starts_on, Enrolment.ends_on, today))
        .limit(1)
    )
    return found is not None


def state_of(link: RowLink, *, writable: bool) -> tuple[str, str]:
    """How far a link has got, as a pill: waiting, opened, done or ended.

    `writable`: whether its section can still be written in.
    """
    if link.used_at is not None:
        return "done", "Done"
    if link.revoked_at is not None:
        return "todo", "Ended"
    if link.expires_at <= clock.now():
        return "todo", "Ran out"
    if not writable:
        return "todo", "Closed with its section"
    return ("going", "Opened") if link.opened_at else ("soon", "Waiting")


def waits(link: RowLink) -> bool:
    """Whether a link can still be ended: not used, not revoked, not run out."""
    return link.used_at is None and link.revoked_at is None and link.expires_at > clock.now()


def said_beside(links: Sequence[RowLink], sheet: Sheet) -> list[tuple[str, str, str]]:
    """What subject teachers said beside lines that this person reads: (teacher, subject, words)."""
    found = []
    for link in links:
        question = sheet.asked.by_id.get(link.field_id)
        if isinstance(question, Rows) and question.id in sheet.sight.readable:
            title = row_title(question, sheet.row.answers, link.row)
            found.append((link.teacher, title, link.comment))
    return found
