"""The bench's databases: an SQLite file and, where TEST_DATABASE_URL names a server, one on PostgreSQL.

Both are made by the migrations and thrown away afterwards.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import make_url, text

from bench import floor
from vsportal import create_app
from vsportal.extensions import db
from vsportal.settings import Settings


def wanted() -> list[str]:
    """The databases there are: PostgreSQL first, when there is one."""
    return ["postgresql", "sqlite"] if os.environ.get("TEST_DATABASE_URL") else ["sqlite"]


@contextmanager
def application(name: str) -> Iterator[Flask]:
    """An application as it runs in earnest, on an empty database of its own."""
    with _postgresql() if name == "postgresql" else _sqlite() as address:
        app = create_app(Settings(testing=False, demo=False, database_url=address, secret_key="b" * 40))
        app.config["TEMPLATES_AUTO_RELOAD"] = False
        with app.app_context():
            upgrade(directory=app.extensions["migrate"].directory)
        floor.prepare(app)
        yield app
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def settle(app: Flask) -> str:
    """Let the database count its rows; says how careful it is with its disk."""
    with app.app_context():
        db.session.execute(text("ANALYZE"))
        db.session.commit()
        if db.engine.dialect.name == "sqlite":
            return "write-ahead log, synchronous=NORMAL"
        told = {n: db.session.scalar(text(f"SHOW {n}")) for n in ("fsync", "synchronous_commit")}
        db.session.rollback()
        return ", ".join(f"{n}={v}" for n, v in told.items())


@contextmanager
def _sqlite() -> Iterator[str]:
    with TemporaryDirectory() as folder:
        yield f"sqlite:///{Path(folder) / 'bench.db'}"


@contextmanager
def _postgresql() -> Iterator[str]:
    """A new database on the server."""
    server = make_url(os.environ["TEST_DATABASE_URL"])
    name = f"{server.database}_bench_{os.getpid()}"
    plain = server.set(drivername="postgresql").render_as_string(hide_password=False)
    with closing(psycopg.connect(plain, autocommit=True)) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0'.encode())
        try:
            yield server.set(database=name).render_as_string(hide_password=False)
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())
