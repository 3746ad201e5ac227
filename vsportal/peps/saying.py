"""What people say beside the answers, read for one person's page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select

from vsportal import clock, filters
from vsportal.database import read_columns
from vsportal.editions.schema import Asked
from vsportal.models import Comment, User
from vsportal.peps.drawing import Said
from vsportal.peps.loading import Plan
from vsportal.policy import Tie


def said_in(sections: Mapping[int, Asked], plan: Plan) -> Mapping[int, Mapping[str, Sequence[Said]]]:
    """Comments by section number and question, the child's first: one statement for all of these sections."""
    questions = sorted({f.id for asked in sections.values() for f in asked.fields if f.kind == "views"})
    rows = read_columns(_comments_query(), {"sections": list(sections), "questions": questions})
    today, me = clock.today(), plan.seen.actor.user_id
    found: dict[int, dict[str, list[Said]]] = {}
    for c in sorted(rows, key=lambda c: c.role != Tie.YOUNG_PERSON):
        child = c.role == Tie.YOUNG_PERSON
        said = Said(
            by=plan.child.called if child else c.name,
            role="" if child else c.signed,
            text=c.text,
            at=filters.moment(c.changed_at, today),
            mine=c.author_id == me,
            child=child,
            role_id=c.role,
        )
        found.setdefault(c.pep_section_id, {}).setdefault(c.field_id, []).append(said)
    return found


@cache
def _comments_query() -> Select[*tuple[Any, ...]]:
    """What is said at some `questions` of `sections` and by whom, in the order in which it was begun."""
    return (
        select(
            Comment.pep_section_id,
            Comment.field_id,
            Comment.role,
            Comment.signed,
            Comment.text,
            Comment.changed_at,
            Comment.author_id,
            User.name,
        )
        .join(User, User.id == Comment.author_id)
        .where(
            Comment.pep_section_id.in_(bindparam("sections", expanding=True)),
            Comment.field_id.in_(bindparam("questions", expanding=True)),
        )
        .order_by(Comment.created_at)
    )
