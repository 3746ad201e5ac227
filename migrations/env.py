"""Runs migrations: with time limits on PostgreSQL, and on SQLite with foreign keys off and then checked."""

from alembic import context
from flask import current_app
from sqlalchemy import Connection, text

from vsportal.extensions import db

target = db.metadatas[None]
LOCK_TIMEOUT = "5s"
STATEMENT_TIMEOUT = "10min"


def run(connection: Connection) -> None:
    """Run what is to be run on this connection, in the transaction it is in."""
    context.configure(
        connection=connection,
        target_metadata=target,
        compare_type=True,
        render_as_batch=connection.dialect.name == "sqlite",
    )
    context.run_migrations()


def on_sqlite(connection: Connection) -> None:
    """A rebuilt table must not take its children with it: foreign keys off, then all checked."""
    raw = connection.connection.driver_connection
    raw.execute("PRAGMA foreign_keys=OFF")
    try:
        with connection.begin():
            run(connection)
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
            if broken:
                raise RuntimeError(f"The migration would leave rows without their parents: {broken[:3]}")
    finally:
        raw.execute("PRAGMA foreign_keys=ON")


def on_postgresql(connection: Connection) -> None:
    """Never wait long for a lock: a queue behind a migration is an outage."""
    with connection.begin():
        connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
        connection.execute(text(f"SET LOCAL statement_timeout = '{STATEMENT_TIMEOUT}'"))
        run(connection)


with current_app.extensions["migrate"].db.engine.connect() as opened:
    (on_sqlite if opened.dialect.name == "sqlite" else on_postgresql)(opened)
