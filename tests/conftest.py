"""Fixtures: databases of both kinds, and the coach on each."""

import contextlib
import functools
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.adapters.store import engine as database
from bot.app import open_database
from tests import support

Migrated = Callable[[str], str]


@pytest.fixture(scope="session")
def postgres_server(testrun_uid: str) -> Callable[[], str]:
    """One PostgreSQL for the whole run, shared between the workers; started when first asked for."""
    folder = Path(tempfile.gettempdir()) / f"coach-tests-{testrun_uid}"
    return lambda: support.postgres(folder)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory, postgres_server: Callable[[], str]) -> Iterator[Migrated]:
    """The address of a migrated database of a kind, to be copied: migrating takes longer than most stories."""
    with contextlib.ExitStack() as kept:

        @functools.cache
        def of(kind: str) -> str:
            url = kept.enter_context(support.new_database(kind, tmp_path_factory.mktemp(kind), postgres_server))
            opened = open_database(support.settings_for(url, "http://127.0.0.1:1", "1:" + "x" * 30))
            opened.dispose()
            return url

        yield of


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(
    request: pytest.FixtureRequest, tmp_path: Path, postgres_server: Callable[[], str], migrated: Migrated
) -> Iterator[str]:
    """A database of each kind: migrated for who runs in this process, empty for processes of their own."""
    pattern = migrated(request.param) if {"coach", "engine"} & {*request.fixturenames} else None
    with support.new_database(request.param, tmp_path, postgres_server, pattern) as url:
        yield url


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A migrated database, of each kind."""
    settings = support.settings_for(database_url, "http://127.0.0.1:1", "1:" + "x" * 30)
    opened = database.connect(settings.database)
    yield opened
    opened.dispose()


@pytest.fixture
async def coach(database_url: str, tmp_path: Path) -> AsyncIterator[support.Coach]:
    """The coach in this process, on each kind of database."""
    async with support.coach(database_url, tmp_path) as running:
        yield running
