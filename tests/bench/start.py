"""How quickly the coach is up on a database full of people, and what it holds in memory."""

import asyncio
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection

from bot.adapters.clock import Clock
from bot.adapters.keyring import Key, Keyring
from bot.adapters.store import cards, checkins, people, vault
from bot.app import open_database
from bot.checkins.questions import ORDER
from bot.demo.server import BotApi
from bot.demo.world import TOKEN, World
from bot.model import Open, Screen
from bot.onboarding.consent import PURPOSES, VERSION
from tests.bench.crowd import Crowd, check_in
from tests.bench.process import COACH, BotProcess, Memory, database
from tests.bench.report import figure, spread
from tests.support import settings_for

FIRST = 1_000_001  # the id of the first person on a pretend Telegram
AT_ONCE = 500  # people to a transaction
DAYS = 10  # of three answers each
LAST_ANSWERED = 2  # days ago: in no zone is that today
TAPPERS, TAPS, PER_SECOND = 500, 2000, 150.0
IDLE = 3.0  # seconds until a coach that was started is idle
SLOWEST = 12  # imports that are printed


def measure(stored: int, starts: int, seed: int, kind: str, *, profile: bool) -> None:
    """Store people, start on them several times, and let some of them tap after the last start."""
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch, database(kind, Path(scratch)) as address:
        _store(address, stored)
        asyncio.run(_measure(address, Path(scratch), starts, seed))
        if profile:
            asyncio.run(_profile(address, Path(scratch)))


async def _measure(address: str, home: Path, starts: int, seed: int) -> None:
    seconds, idle = [], []
    for number in range(starts):
        world = World(Clock())
        async with BotApi(world) as api:
            with _coach(api, address, home) as process:
                seconds.append(await _until_polling(world) - process.started_at)
                await asyncio.sleep(IDLE)
                idle.append(process.memory())
                if number == starts - 1:
                    crowd = Crowd(world, TAPPERS, seed)
                    await crowd.arrive(check_in)
                    await crowd.tap_steadily(TAPS, PER_SECOND)
                    await asyncio.sleep(IDLE)
                    tapped = process.memory()
    spread("start.until_first_poll", seconds, "s", "<= 1.5")
    for name in Memory._fields:
        spread(f"start.idle.{name}", [getattr(memory, name) for memory in idle], "MiB", "<= 120")
    for name in Memory._fields:
        figure(f"start.after_{TAPS}_taps.{name}", getattr(tapped, name), "MiB", "<= 120")


async def _profile(address: str, home: Path) -> None:
    world = World(Clock())
    async with BotApi(world) as api:
        with _coach(api, address, home, "-X", "importtime") as process:
            await _until_polling(world)
    imports = []
    for line in process.log.read_text().splitlines():
        columns = line.removeprefix("import time:").split("|")
        if len(columns) == 3 and columns[1].strip().isdigit():
            imports.append((int(columns[1]) / 1000, columns[2].strip()))
    for milliseconds, module in sorted(imports, reverse=True)[:SLOWEST]:
        figure(f"start.import.{module}", milliseconds, "ms with all that it imports")


def _coach(api: BotApi, address: str, home: Path, *options: str) -> BotProcess:
    return BotProcess((*options, *COACH), home, api, DATABASE_URL=address, MESSAGES_PER_SECOND="1000")


async def _until_polling(world: World) -> float:
    """When the first getUpdates came."""
    polled: asyncio.Future[float] = asyncio.get_running_loop().create_future()

    def came(_: object) -> None:
        if not polled.done():
            polled.set_result(time.monotonic())

    world.faults.on("before:getUpdates", came)
    return await polled


def _store(address: str, stored: int) -> None:
    """People who agreed, answered for ten days, and closed their last card."""
    settings = settings_for(address, "http://127.0.0.1", TOKEN)
    engine, keyring, now = open_database(settings), Keyring(settings.master_key()), datetime.now(UTC)
    for first in range(FIRST, FIRST + stored, AT_ONCE):
        owners = range(first, min(first + AT_ONCE, FIRST + stored))
        with engine.begin() as connection:
            for owner, key in vault.keys(connection, keyring, owners).items():
                people.arrive(connection, owner, "en", now)
                people.agree(connection, owner, PURPOSES, VERSION, now)
                _answers(connection, key, owner, now)
                _card(connection, owner, now.date() - timedelta(days=LAST_ANSWERED))
    engine.dispose()


def _answers(connection: Connection, key: Key, owner: int, now: datetime) -> None:
    for days_ago in range(LAST_ANSWERED, LAST_ANSWERED + DAYS):
        for marker in ORDER:
            checkins.keep_answer(connection, key, owner, now.date() - timedelta(days=days_ago), marker, 7, now)


def _card(connection: Connection, owner: int, day: date) -> None:
    closed = Open("morning", day, "done", Screen("checkins/closing"), asking=False)
    card, version, _ = cards.reopen(connection, owner, owner, closed)
    cards.placed(connection, card, version, owner)
