"""What every table shares: names of constraints, types that mean the same on both databases.

Plain SQLAlchemy: models know nothing about the web.
"""

import secrets
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, DateTime, Dialect, Index, MetaData, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from vsportal import clock


class Base(DeclarativeBase):
    """The parent of all tables."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class UTCDateTime(TypeDecorator[datetime]):
    """Aware UTC in Python, whatever the database keeps (SQLite forgets the zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Into the database as UTC."""
        return value.astimezone(UTC) if value else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # a driver's own type
        """Out of the database as aware UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)  # type: ignore[no-any-return]


Json = JSON().with_variant(JSONB(), "postgresql")
"""JSON on SQLite, JSONB on PostgreSQL; always replaced whole, never changed in place."""


def new_ref() -> str:
    """An opaque reference for addresses: 96 random bits, 16 characters, never derived from an id."""
    return secrets.token_urlsafe(12)


def one_of(column: str, values: tuple[str, ...], name: str | None = None) -> CheckConstraint:
    """A column holds one of these words."""
    listed = ", ".join(f"'{v}'" for v in values)
    return CheckConstraint(f"{column} IN ({listed})", name=name or f"{column}_known")


def in_order(start: str = "starts_on", end: str = "ends_on") -> CheckConstraint:
    """Nothing ends before it starts. An end is the first day on which it no longer holds."""
    return CheckConstraint(f"{end} IS NULL OR {end} >= {start}", name=f"{end}_not_before_{start}")


def only_one(name: str, *columns: str, where: str = "ends_on IS NULL") -> Index:
    """At most one row for which `where` holds (by default: without an end), on both databases."""
    return Index(name, *columns, unique=True, sqlite_where=text(where), postgresql_where=text(where))


class Identified:
    """A number of its own."""

    id: Mapped[int] = mapped_column(primary_key=True)


class Referred(Identified):
    """Also an opaque reference that may stand in an address."""

    ref: Mapped[str] = mapped_column(unique=True, default=new_ref)


class Stamped:
    """When the row was made."""

    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
