"""How long a person waits: from the tap to the arrival of the edit, taps coming when they come."""

import asyncio
import tempfile
from pathlib import Path
from typing import NamedTuple

from bot.adapters.clock import Clock
from bot.demo.server import BotApi
from bot.demo.world import World
from tests.bench.crowd import Crowd, start_and_agree
from tests.bench.process import COACH, BotProcess, database
from tests.bench.report import figure, percentile

PEOPLE = 200
CALM = 3.0  # seconds between two loads: Telegram's window of a chat


class Load(NamedTuple):
    """Taps a second, on a coach that may send so much a second."""

    taps: int
    messages: int


LOADS = (Load(50, 1000), Load(20, 30))  # people arrive during the first


def measure(seconds: float, seed: int, kind: str) -> None:
    """Print the waits under each load."""
    asyncio.run(_measure(seconds, seed, kind))


async def _measure(seconds: float, seed: int, kind: str) -> None:
    world = World(Clock())
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch, database(kind, Path(scratch)) as address:
        async with BotApi(world) as api:
            crowd = Crowd(world, PEOPLE, seed)
            for number, load in enumerate(LOADS):
                environment = {"DATABASE_URL": address, "MESSAGES_PER_SECOND": str(load.messages)}
                with BotProcess(COACH, Path(scratch), api, **environment):
                    if number == 0:
                        await crowd.arrive(start_and_agree)
                    await _waits(crowd, load, seconds)


async def _waits(crowd: Crowd, load: Load, seconds: float) -> None:
    await asyncio.sleep(CALM)
    crowd.waits.clear()
    nobody = await crowd.tap_at_random(load.taps, seconds)
    name, waits = f"reply.{load.taps}_per_s", [wait * 1000 for wait in crowd.waits]
    figure(f"{name}.taps", len(waits), f"taps ({nobody} more found the person's card not answered yet)")
    figure(f"{name}.p50", percentile(waits, 50), "ms")
    figure(f"{name}.p95", percentile(waits, 95), "ms", "<= 100")
    figure(f"{name}.p99", percentile(waits, 99), "ms")
