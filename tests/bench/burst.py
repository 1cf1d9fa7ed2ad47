"""How long people wait for a reply while ten thousand reminders, due at one moment, go out with what replies leave."""

import asyncio
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.adapters.clock import Clock
from bot.demo.server import BotApi
from bot.demo.world import World
from tests.bench import due
from tests.bench.crowd import Crowd, start_and_agree
from tests.bench.process import COACH, BotProcess, database
from tests.bench.report import figure, percentile

DUE = 10_000
PEOPLE = 60  # beside these, who tap meanwhile
TAPS, MESSAGES = 15, 30  # a second
READY_IN = timedelta(seconds=60)  # until the people are stored, the coach is up, and those who tap have their cards
SETTLING = 3.0  # seconds from the moment on, in which the first are sent


async def measure(kind: str, seconds: float, seed: int) -> None:
    """Print the waits from tap to edit, calm and in the burst, and how many reminders went meanwhile."""
    world = World(Clock())
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch, database(kind, Path(scratch)) as address:
        moment = _whole_minute(datetime.now(UTC) + READY_IN)
        for _ in range(DUE):
            world.person().person.started = True
        due.store(address, due.Stock(DUE, DUE, [moment]))
        async with BotApi(world) as api:
            crowd = Crowd(world, PEOPLE, seed)
            environment = {"DATABASE_URL": address, "MESSAGES_PER_SECOND": str(MESSAGES)}
            with BotProcess(COACH, Path(scratch), api, **environment):
                await crowd.arrive(start_and_agree)
                await asyncio.sleep(SETTLING)
                calm = await _waits(crowd, (moment - datetime.now(UTC)).total_seconds() - SETTLING)
                sent = [0]
                world.faults.on("after:sendMessage", lambda call: sent.__setitem__(0, sent[0] + 1))
                await asyncio.sleep((moment - datetime.now(UTC)).total_seconds() + SETTLING)
                first, busy = sent[0], await _waits(crowd, seconds)
    assert first, "no reminder went out in the first seconds"
    _print(f"{kind}.calm", calm)
    _print(f"{kind}.burst", busy, "<= 200")
    figure(f"{kind}.burst.prompts", (sent[0] - first) / seconds, f"/s, beside {len(busy) / seconds:.0f} replies/s")


def _print(name: str, waits: list[float], goal: str = "") -> None:
    figure(f"{name}.reply.p50", percentile(waits, 50), "ms")
    figure(f"{name}.reply.p95", percentile(waits, 95), f"ms of {len(waits)}", goal)
    figure(f"{name}.reply.max", max(waits), "ms")


async def _waits(crowd: Crowd, seconds: float) -> list[float]:
    """Milliseconds from each tap to its edit's arrival."""
    crowd.waits.clear()
    await crowd.tap_at_random(TAPS, seconds)
    return [wait * 1000 for wait in crowd.waits]


def _whole_minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0) + timedelta(minutes=1)
