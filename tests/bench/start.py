"""How quickly the coach is up on a database full of people, and what it holds in memory."""

import asyncio
import tempfile
import time
from pathlib import Path

from bot.adapters.clock import Clock
from bot.demo.server import BotApi
from bot.demo.world import World
from tests.bench.crowd import Crowd, check_in
from tests.bench.process import COACH, BotProcess, Memory, database
from tests.bench.report import figure, spread
from tests.bench.stored import store

DAYS = 10  # of answers each
TAPPERS, TAPS, PER_SECOND = 500, 2000, 150.0
IDLE = 3.0  # seconds until a coach that was started is idle
SLOWEST = 12  # imports that are printed


def measure(stored: int, starts: int, seed: int, kind: str, *, profile: bool) -> None:
    """Store people, start on them several times, and let some of them tap after the last start."""
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch, database(kind, Path(scratch)) as address:
        store(address, stored, DAYS)
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
