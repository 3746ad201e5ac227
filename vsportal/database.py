"""What the two databases need to behave alike: the only place with their own dialects in it.

SQLite must begin its own transactions, and a transaction that writes must say so before it reads.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from sqlite3 import Connection as SQLiteConnection
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Executable, String, event, func, literal
from sqlalchemy.dialects import postgresql, sqlite

from vsportal.extensions import db

SQLITE_PRAGMAS = ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=5000", "synchronous=NORMAL")
TRANSACTION_CONTROL = ("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "COMMIT")


def prepare(engine: Engine) -> None:
    """Make an SQLite engine begin by our word, with foreign keys on and readers beside one writer."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def on_connect(raw: SQLiteConnection, _record: object) -> None:
        raw.isolation_level = None  # the driver must begin nothing itself
        for pragma in SQLITE_PRAGMAS:
            raw.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        kind = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
        connection.exec_driver_sql(f"BEGIN {kind}")


def begin_to_write() -> None:
    """Before the first statement of a transaction that writes; changes nothing on PostgreSQL."""
    db.session.connection(execution_options={"sqlite_begin": "IMMEDIATE"})


def insert_once(model: type[Any], unique: str | Sequence[str], /, **values: Any) -> bool:
    """Insert a row unless there is one with these values of the `unique` columns; says whether it is new.

    Of two that do it at the same moment one is new, and neither meets an error.
    """
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    columns = [unique] if isinstance(unique, str) else list(unique)
    statement = insert(model).values(**values).on_conflict_do_nothing(index_elements=columns)
    return db.session.execute(statement.returning(model.id)).first() is not None


def json_text(column: Any, key: Any) -> ColumnElement[str]:  # columns of any table
    """The text under a key of a JSON object, where the key is itself worked out from columns."""
    if db.engine.dialect.name == "postgresql":
        return func.jsonb_extract_path_text(column, key, type_=String)
    return func.json_extract(column, literal('$."') + key + literal('"'), type_=String)


@contextmanager
def transaction() -> Iterator[None]:
    """One transaction that writes, for what is no request: a command, the sender of mail.

    What was read before is let go, because a transaction that writes begins as one. Committed at the
    end; rolled back when an error is raised inside.
    """
    db.session.rollback()
    begin_to_write()
    try:
        yield
    except BaseException:
        db.session.rollback()
        raise
    db.session.commit()


def read_columns(query: Executable, values: Mapping[str, Any]) -> Sequence[Any]:
    """The rows of a select that names columns alone.

    Half the work of `db.session.execute`, which prepares for objects. What is not written yet, is first.
    """
    db.session.flush()
    return db.session.connection().execute(query, values).all()


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """The SQL that runs inside, without transaction control: what a page's cost is counted by."""
    seen: list[str] = []

    def note(_connection: Connection, _cursor: Any, sql: str, *_rest: object) -> None:  # a driver's cursor
        if not sql.startswith(TRANSACTION_CONTROL):
            seen.append(sql)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
