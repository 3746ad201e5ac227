"""Migrations make what the models say, and lose no row on the way back and forth, on both databases."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import func, inspect, select, text

from tests.databases import Databases, let_go, portal
from tests.everything import fill_all_tables
from vsportal.extensions import db
from vsportal.models import (
    Base,
)

TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
}


@pytest.fixture
def full(own_database: Flask) -> Iterator[Flask]:
    """A database with rows in all tables."""
    with own_database.app_context():
        fill_all_tables()
        db.session.commit()
        db.session.remove()
        yield own_database


def counts() -> dict[str, int]:
    """Rows in each table of the models that there is."""
    there = set(inspect(db.engine).get_table_names())
    return {
        t.name: db.session.scalar(select(func.count()).select_from(t)) or 0
        for t in Base.metadata.sorted_tables
        if t.name in there
    }


def triggers() -> set[str]:
    """Triggers by name."""
    return set(db.session.scalars(text(TRIGGERS[db.engine.dialect.name])))


def folder(app: Flask) -> str:
    return str(app.extensions["migrate"].directory)


@contextmanager
def between_sessions() -> Iterator[None]:
    """A migration waits for no reader: ours is ended before, and begins anew after."""
    db.session.remove()
    yield
    db.session.remove()


def test_migrations_make_exactly_what_the_models_say(own_database: Flask) -> None:
    with own_database.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})

        assert compare_metadata(context, db.metadatas[None]) == []


def test_every_table_has_a_row_when_migrations_are_tried(full: Flask) -> None:
    assert [name for name, count in counts().items() if count == 0] == []


def test_the_newest_migration_goes_back_and_forth_and_loses_nothing_of_older_tables(full: Flask) -> None:
    before, kept = counts(), triggers()

    with between_sessions():
        downgrade(directory=folder(full), revision="-1")
    older = counts()
    with between_sessions():
        upgrade(directory=folder(full))

    assert {name: before[name] for name in older} == older
    assert counts().keys() == before.keys()
    assert triggers() == kept
    assert kept, "No trigger keeps events as they were written."


def test_all_migrations_go_back_to_nothing_and_forth_again(databases: Databases) -> None:
    with databases.migrated("back_and_forth") as address:
        app = portal(address)
        with app.app_context():
            downgrade(directory=folder(app), revision="base")
            left = set(inspect(db.engine).get_table_names()) - {"alembic_version"}
            upgrade(directory=folder(app))
            there = set(inspect(db.engine).get_table_names())
        let_go(app)

    assert left == set()
    assert there >= set(Base.metadata.tables)


def test_an_sqlite_database_keeps_its_rules_after_a_migration(full: Flask) -> None:
    with between_sessions():
        downgrade(directory=folder(full), revision="-1")
        upgrade(directory=folder(full))

    if db.engine.dialect.name == "sqlite":
        assert db.session.scalar(text("PRAGMA foreign_keys")) == 1
        assert db.session.execute(text("PRAGMA foreign_key_check")).all() == []
    assert db.session.scalar(text("SELECT count(*) FROM child")) == 2


def test_there_is_one_head(app: Flask) -> None:
    script = ScriptDirectory(folder(app))

    assert len(script.get_heads()) == 1
