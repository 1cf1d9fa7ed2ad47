"""Fixtures: databases of both kinds, and the coach on each."""

import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.adapters.store import engine as database
from tests import support


@pytest.fixture(scope="session")
def postgres_server(testrun_uid: str) -> Callable[[], str]:
    """One PostgreSQL for the whole run, shared between the workers; started when first asked for."""
    folder = Path(tempfile.gettempdir()) / f"coach-tests-{testrun_uid}"
    return lambda: support.postgres(folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(
    request: pytest.FixtureRequest, tmp_path: Path, postgres_server: Callable[[], str]
) -> Iterator[str]:
    """An empty database, of each kind."""
    with support.new_database(request.param, tmp_path, postgres_server) as url:
        yield url


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A migrated database, of each kind."""
    settings = support.settings_for(database_url, "http://127.0.0.1:1", "1:" + "x" * 30)
    opened = database.connect(settings.database)
    database.migrate(opened)
    yield opened
    opened.dispose()


@pytest.fixture
async def coach(database_url: str, tmp_path: Path) -> AsyncIterator[support.Coach]:
    """The coach in this process, on each kind of database."""
    async with support.coach(database_url, tmp_path) as running:
        yield running
