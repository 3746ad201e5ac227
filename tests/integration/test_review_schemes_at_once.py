"""Two heads at the same moment, on real connections: one version 1, one draft, one publishing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import select

from tests.factories import AuthorityFactory
from vsportal import clock
from vsportal.audit import SYSTEM
from vsportal.database import transaction
from vsportal.errors import OperationError
from vsportal.extensions import db
from vsportal.models import ReviewScheme
from vsportal.reviews import scheme_keeping
from vsportal.reviews.schemes import ensure, starting

HEADS = 4


@pytest.fixture
def portal(own_database: Flask) -> Iterator[Flask]:
    """The application on a database of its own, with its context for the test itself."""
    with own_database.app_context():
        yield own_database


@pytest.fixture
def authority_id(portal: Flask) -> int:
    """An authority that has no scheme of its own yet, committed for everybody."""
    made = AuthorityFactory()
    db.session.commit()
    return int(made.id)


def at_once(portal: Flask, acts: list[Callable[[], object]]) -> list[object]:
    """Each act in a thread and a transaction of its own, all at one moment: what it gave, or its refusal."""
    start, answers = Barrier(len(acts)), []

    def run(act: Callable[[], object]) -> None:
        with portal.app_context():
            start.wait(20)
            try:
                with transaction():
                    given = act()
            except OperationError as refused:
                given = refused
            answers.append(given)

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(answers) == len(acts)
    db.session.rollback()
    db.session.expire_all()
    return answers


def kept() -> list[tuple[int, str]]:
    rows = db.session.execute(select(ReviewScheme.version, ReviewScheme.state).order_by(ReviewScheme.version))
    return [(version, state) for version, state in rows]


def test_all_who_need_a_scheme_at_once_get_version_1(portal: Flask, authority_id: int) -> None:
    def need() -> int:
        row = ensure(authority_id, clock.today()).row
        assert row is not None
        return row.id

    assert len(set(at_once(portal, [need] * HEADS))) == 1
    assert kept() == [(1, "published")]


def test_all_who_begin_a_draft_at_once_have_the_same_and_one_publishes_it(
    portal: Flask, authority_id: int
) -> None:
    drafts = at_once(portal, [lambda: scheme_keeping.begin_draft(SYSTEM, authority_id).id] * HEADS)
    assert len(set(drafts)) == 1
    assert kept() == [(1, "published"), (2, "draft")]
    row = db.session.get_one(ReviewScheme, drafts[0])
    mark, soon = scheme_keeping.mark_of(starting()), clock.today() + timedelta(days=1)

    def publish() -> object:
        return scheme_keeping.publish_draft(SYSTEM, row, seen=mark, starts_on=soon).version

    answers = at_once(portal, [publish] * 2)

    assert sorted(isinstance(answer, OperationError) for answer in answers) == [False, True]
    assert kept() == [(1, "published"), (2, "published")]
