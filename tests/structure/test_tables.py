"""Tables mean the same on both databases, and the newest migration is the one that `head` names."""

from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import CheckConstraint, DateTime, String, Table

from vsportal.models import Base
from vsportal.models.base import UTCDateTime

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"
TABLES = Base.metadata.sorted_tables
DATED = [table for table in TABLES if {"starts_on", "ends_on"} <= set(table.columns.keys())]


def names(table: Table) -> str:
    return table.name


@pytest.mark.parametrize("table", TABLES, ids=names)
def test_a_column_of_text_has_no_length_that_one_database_would_not_hold_to(table: Table) -> None:
    checks = " ".join(str(c.sqltext) for c in table.constraints if isinstance(c, CheckConstraint))

    for column in table.columns:
        if isinstance(column.type, String) and column.type.length:
            assert f"length({column.name})" in checks, column.name


@pytest.mark.parametrize("table", TABLES, ids=names)
def test_a_time_is_aware_and_in_utc(table: Table) -> None:
    times = [c for c in table.columns if isinstance(c.type, DateTime | UTCDateTime)]

    assert [c.name for c in times if not isinstance(c.type, UTCDateTime)] == []


@pytest.mark.parametrize("table", DATED, ids=names)
def test_what_holds_for_a_time_never_ends_before_it_begins(table: Table) -> None:
    checks = [str(c.sqltext) for c in table.constraints if isinstance(c, CheckConstraint)]

    assert any("ends_on" in check and "starts_on" in check for check in checks)


@pytest.mark.parametrize("table", TABLES, ids=names)
def test_what_refers_to_another_row_can_be_found_by_it(table: Table) -> None:
    indexed = {next(iter(index.columns)).name for index in table.indexes}
    indexed |= {next(iter(c.columns)).name for c in table.constraints if hasattr(c, "columns") and c.columns}
    wanted = {c.name for c in table.columns if c.foreign_keys and c.name.split("_")[0] in ("child", "pep")}

    assert wanted - indexed == set()


def test_the_file_called_head_names_the_newest_migration(app: Flask) -> None:
    script = ScriptDirectory(str(MIGRATIONS))

    assert (MIGRATIONS / "head").read_text().strip() == script.get_current_head()


def test_migrations_are_numbered_in_a_row_with_one_subject_each() -> None:
    files = sorted(path.stem for path in (MIGRATIONS / "versions").glob("*.py"))

    assert [name[:4] for name in files] == [f"{n:04d}" for n in range(1, len(files) + 1)]
    assert all(name[4] == "_" and name[5:] for name in files)
