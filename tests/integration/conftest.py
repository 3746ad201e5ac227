"""Integration tests: each in one transaction that is thrown away, with a watch over what requests do.

Made by hand because Flask-SQLAlchemy's session asks `db.engines`, not the connection it was given.
"""

from collections.abc import Iterator
from io import StringIO

import pytest
import structlog
from flask import Flask

from tests.client import PageClient
from tests.watch import Watch
from tests.world import World, make_world
from vsportal.extensions import db


@pytest.fixture(autouse=True)
def clean_database(app: Flask) -> Iterator[None]:
    """Everything inside happens in one transaction that is thrown away."""
    with app.app_context():
        engine, connection = db.engine, db.engine.connect()
        outer = connection.begin()
        db.engines[None] = connection  # type: ignore[assignment]
        db.session.configure(join_transaction_mode="create_savepoint")
        try:
            yield
        finally:
            db.session.remove()
            outer.rollback()
            connection.close()
            db.engines[None] = engine
            db.session.configure(join_transaction_mode="conditional_savepoint")


@pytest.fixture(autouse=True)
def watch(clean_database: None) -> Iterator[Watch]:
    """What requests change without writing it down fails the test, naming the model."""
    watching = Watch()
    with watching.of(db.session):
        yield watching
    assert watching.unwritten == [], "A request changed these and recorded no event in the same transaction."
    assert watching.left_behind == [], "A request ended with these changes in its session and not committed."


@pytest.fixture
def client(app: Flask) -> PageClient:
    """Somebody with a browser, signed out."""
    return PageClient(app)


@pytest.fixture
def world() -> World:
    """One child with a person of each tie, and strangers; committed, so that requests see it."""
    made = make_world()
    db.session.commit()
    return made


@pytest.fixture
def logged(app: Flask) -> Iterator[StringIO]:
    """What is written to the log meanwhile."""
    kept, lines = structlog.get_config(), StringIO()
    structlog.configure(**(kept | {"logger_factory": structlog.PrintLoggerFactory(lines)}))
    yield lines
    structlog.configure(**kept)
