"""Migrations make what the models say, and lose no row on the way back and forth, on both databases."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import func, inspect, select, text

from tests.databases import Databases, let_go, portal
from tests.world import World, make_world
from vsportal import clock
from vsportal.extensions import db
from vsportal.models import (
    AccessCut,
    AccessEvent,
    Attachment,
    AuthoritySetting,
    Base,
    BrokenGlass,
    CardReading,
    Comment,
    Cover,
    ImportRun,
    Inspection,
    KeptWords,
    Mail,
    RowLink,
    SchoolReference,
    SignInFailure,
    SignInSession,
    Target,
    Wish,
)
from vsportal.policy import Tie

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


def fill_all_tables() -> None:
    """A world, and what a world has not got by itself. A new table is added here, or a test says so."""
    world = make_world()
    by = world.people[Tie.DESIGNATED_TEACHER]
    now, pep, child = clock.now(), world.pep, world.child
    section = world.section("progress")
    db.session.add_all(
        [
            AccessEvent(
                at=now, actor_id=by.id, actor_role="designated_teacher", child_id=child.id, what="child"
            ),
            Attachment(
                pep_id=pep.id,
                section_id="progress",
                field_id="evidence",
                name="work.png",
                media_type="image/png",
                bytes=1,
                sha256="0" * 64,
                added_by_id=by.id,
            ),
            AuthoritySetting(
                authority_id=world.authority.id, key="cohort", value="in_care", starts_on=clock.today()
            ),
            Comment(
                pep_section_id=section.id,
                field_id="say",
                author_id=by.id,
                role="designated_teacher",
                signed="designated teacher",
                text="Reads well.",
                changed_at=now,
            ),
            *everyday_rows(world, now),
            SignInFailure(kind="account", key="0", at=now),
            SignInSession(token_hash="0", user_id=by.id, started_at=now, last_seen_at=now),
            Target(pep_id=pep.id, child_id=child.id, row="a1"),
        ]
    )


def everyday_rows(world: World, now: datetime) -> list[Base]:
    """What ends sight and lends it, what is remembered, what the office keeps."""
    child, pep, section = world.child, world.pep, world.section("progress")
    manager, worker = world.people[Tie.TEAM_MANAGER], world.people[Tie.SOCIAL_WORKER]
    carer, head, teacher = (world.people[t] for t in (Tie.CARER, Tie.HEAD, Tie.DESIGNATED_TEACHER))
    later, authority = now + timedelta(days=14), world.authority.id
    return [
        AccessCut(child_id=child.id, user_id=carer.id, cut_by_id=worker.id, reason="The placement ended."),
        KeptWords(pep_section_id=section.id, user_id=carer.id, field_key="say", text="We", changed_at=now),
        BrokenGlass(
            authority_id=authority,
            child_id=child.id,
            user_id=manager.id,
            reason="Out of hours call.",
            starts_at=now,
            ends_at=later,
        ),
        Cover(
            authority_id=authority,
            worker_id=worker.id,
            covered_by_id=manager.id,
            made_by_id=manager.id,
            starts_on=clock.today(),
            ends_on=later.date(),
        ),
        RowLink(
            token_hash="0",
            pep_id=pep.id,
            section_id="progress",
            field_id="subjects",
            row="a1",
            teacher="Jo Marsh",
            made_by_id=teacher.id,
            expires_at=later,
        ),
        CardReading(child_id=child.id, user_id=teacher.id, mark="0", read_at=now),
        Wish(pep_id=pep.id, child_id=child.id, field_id="hope", asked_on=clock.today(), owed_by_id=head.id),
        SchoolReference(authority_id=authority, school_id=world.school.id, setting_ref="S1"),
        Inspection(
            school_id=world.school.id,
            inspected_on=clock.today(),
            framework="2025",
            area="inclusion",
            grade="expected",
        ),
        ImportRun(authority_id=authority, kind="people", file_name="people.csv", sha256="0"),
        Mail(
            key="1",
            kind="waiting",
            to_address="a@example.org",
            subject="A plan is waiting",
            body=".",
            due_at=now,
        ),
    ]


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
