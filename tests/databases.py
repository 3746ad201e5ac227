"""Databases for tests: each made by the real migrations once, then copied, on SQLite and PostgreSQL alike.

`TEST_DATABASE_URL` names a PostgreSQL server's database; without it, files in a temporary folder.
"""

import shutil
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import make_url

from vsportal import create_app
from vsportal.extensions import db
from vsportal.settings import Settings


def portal(address: str) -> Flask:
    """The application on a database."""
    return create_app(Settings(testing=True, demo=False, database_url=address, secret_key="t" * 40))


def migrate(address: str) -> None:
    """Make all tables there, as an installation would."""
    app = portal(address)
    with app.app_context():
        upgrade(directory=app.extensions["migrate"].directory)
    let_go(app)


def let_go(app: Flask) -> None:
    """Close what an application holds open of its database."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


class Databases(ABC):
    """Where databases come from, for one test process."""

    @abstractmethod
    def empty(self, name: str) -> str:
        """A new database without a table; its address."""

    @abstractmethod
    def copy(self, name: str, source: str) -> str:
        """A copy of a database that nobody is using; its address."""

    @abstractmethod
    def drop(self, address: str) -> None:
        """Remove a database."""

    @contextmanager
    def migrated(self, name: str) -> Iterator[str]:
        """The address of a database with all tables and no rows, gone afterwards."""
        address = self.empty(name)
        migrate(address)
        yield address
        self.drop(address)

    @contextmanager
    def copied(self, name: str, source: str) -> Iterator[str]:
        """The address of a copy, gone afterwards."""
        address = self.copy(name, source)
        yield address
        self.drop(address)


class SQLite(Databases):
    """Databases as files in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def empty(self, name: str) -> str:
        return f"sqlite:///{self.folder / name}.db"

    def copy(self, name: str, source: str) -> str:
        address = self.empty(name)
        shutil.copyfile(_file(source), _file(address))
        return address

    def drop(self, address: str) -> None:
        for end in ("", "-wal", "-shm"):
            Path(_file(address) + end).unlink(missing_ok=True)


def _file(address: str) -> str:
    return str(make_url(address).database)


class PostgreSQL(Databases):
    """Databases on the server that an address names; the database it names is only used to ask for others."""

    def __init__(self, address: str, worker: str) -> None:
        self.server = make_url(address)
        self.worker = worker

    def empty(self, name: str) -> str:
        return self._create(name, "template0")

    def copy(self, name: str, source: str) -> str:
        return self._create(name, str(make_url(source).database))

    def drop(self, address: str) -> None:
        self._do(f'DROP DATABASE IF EXISTS "{make_url(address).database}" WITH (FORCE)')

    def _create(self, name: str, template: str) -> str:
        made = self.server.set(database=f"{self.server.database}_{self.worker}_{name}")
        address = made.render_as_string(hide_password=False)
        self.drop(address)
        self._do(f'CREATE DATABASE "{made.database}" TEMPLATE "{template}"')
        return address

    def _do(self, statement: str) -> None:
        plain = self.server.set(drivername="postgresql").render_as_string(hide_password=False)
        with closing(psycopg.connect(plain, autocommit=True)) as connection:
            connection.execute(statement.encode())
