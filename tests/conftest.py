"""Fixtures: databases of both kinds, and the coach on each."""

import contextlib
import functools
import gc
import os
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.adapters.store import engine as database
from bot.app import open_database
from tests import support

Migrated = Callable[[str], str]

gc.disable()  # what is made by collecting stays, as with `bot run`


def pytest_collection_finish() -> None:
    """Thousands of tests, and what they import, are not looked through again while they run: a third of their time."""
    gc.freeze()
    gc.enable()



LONG = ("test_process.py", "test_play.py")  # whole processes, half a minute each


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first, a share for each worker: begun last, one worker would be waited for."""
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    long = [item for item in items if item.path.name in LONG]
    others = [item for item in items if item.path.name not in LONG]
    share = -(-len(others) // workers)  # workers begin with one stretch of the list each
    items[:] = [
        item for worker in range(workers)
        for item in (*long[worker::workers], *others[worker * share : (worker + 1) * share])
    ]


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
