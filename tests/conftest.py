"""What all tests share: databases made by the migrations, the application, a cheap password hash.

Tests of the unit folder ask for none of it: without an application there is no database to reach.
"""

import os
from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher
from flask import Flask
from hypothesis import HealthCheck, settings

from tests.databases import Databases, PostgreSQL, SQLite, let_go, portal
from vsportal.accounts import passwords

# A busy machine is no fault of what is tried: nothing made up is judged by the clock.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


@pytest.fixture(scope="session")
def worker() -> str:
    """This test process: its name among those that run at once, and its number among all."""
    return f"{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}_{os.getpid()}"


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory, worker: str) -> Databases:
    """Where databases come from: PostgreSQL when TEST_DATABASE_URL names a server, else SQLite."""
    server = os.environ.get("TEST_DATABASE_URL")
    return PostgreSQL(server, worker) if server else SQLite(tmp_path_factory.mktemp("databases"))


@pytest.fixture(scope="session")
def tables(databases: Databases) -> Iterator[str]:
    """The address of a database with all tables and no rows, to be copied and never used itself."""
    with databases.migrated("tables") as address:
        yield address


@pytest.fixture(scope="session")
def app(databases: Databases, tables: str) -> Iterator[Flask]:
    """The application on this process's own database."""
    with databases.copied("shared", tables) as address:
        made = portal(address)
        yield made
        let_go(made)


@pytest.fixture
def own_database(databases: Databases, tables: str, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """An application on an empty database of its own, for threads, servers and real commits."""
    name = f"own_{abs(hash(request.node.nodeid)) % 10**8}"
    with databases.copied(name, tables) as address:
        made = portal(address)
        yield made
        let_go(made)


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """A password hash that costs next to nothing; that the real one is slow is not for these tests."""
    real = passwords.hasher
    passwords.hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    passwords._nobody.cache_clear()
    yield
    passwords.hasher = real
    passwords._nobody.cache_clear()
