"""A thousand people who start a drill within a minute: from the tap to the animation, and how often it is uploaded.

The very first one of all waits for the drawing; that is told apart.
"""

import asyncio
import tempfile
from pathlib import Path

from bot.adapters.clock import Clock
from bot.demo.phone import Phone
from bot.demo.rooms import JSONDict
from bot.demo.server import BotApi
from bot.demo.world import World
from tests.bench.crowd import AGREE, PATIENCE, SKIP, shown
from tests.bench.process import COACH, BotProcess, database
from tests.bench.report import figure, percentile

PEOPLE, SECONDS = 1000, 60.0
AT_ONCE = 50  # people who arrive beside each other, before anything is measured
MESSAGES = 30  # a second: Telegram's own limit, and the coach's default
LENGTH, NUMBER = "m=5", "v=7"  # in what our buttons carry
CALM = 3.0  # seconds until Telegram's window of a chat is over


def measure(kind: str) -> None:
    """Print the waits."""
    asyncio.run(_measure(kind))


async def _measure(kind: str) -> None:
    world = World(Clock())
    phones = [world.person() for _ in range(PEOPLE + 1)]
    tapped: dict[int, float] = {}
    waits = _Waits()

    def came(call: JSONDict) -> None:
        waits.add(asyncio.get_running_loop().time() - tapped[int(call["chat_id"])])

    with tempfile.TemporaryDirectory(prefix="bench-") as scratch, database(kind, Path(scratch)) as address:
        async with BotApi(world) as api:
            with BotProcess(COACH, Path(scratch), api, DATABASE_URL=address, MESSAGES_PER_SECOND="1000"):
                limit = asyncio.Semaphore(AT_ONCE)
                buttons = await asyncio.gather(*(_asked(phone, limit) for phone in phones))
                await asyncio.sleep(CALM)
            world.faults.on("before:sendAnimation", came)
            with BotProcess(COACH, Path(scratch), api, DATABASE_URL=address, MESSAGES_PER_SECOND=str(MESSAGES)):
                started = list(zip(phones, buttons, strict=True))
                await _start(started[:1], tapped, waits)
                first = waits.seconds.pop()
                await _start(started[1:], tapped, waits)
    seconds = waits.seconds
    uploads = [call for call in world.calls if call.method == "sendAnimation" and "animation" not in call.params]
    figure("drills.start.first_ever", first * 1000, "ms: it is drawn and uploaded")
    figure("drills.start.people", len(seconds), f"taps within {SECONDS:.0f} s, {MESSAGES} messages a second")
    figure("drills.start.p50", percentile(seconds, 50) * 1000, "ms from the tap to the animation")
    figure("drills.start.p95", percentile(seconds, 95) * 1000, "ms", "<= 150")
    figure("drills.start.max", max(seconds) * 1000, "ms")
    figure("drills.start.uploads", len(uploads), "uploads", "1")


class _Waits:
    """Seconds, as they come."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self._news = asyncio.Event()

    def add(self, seconds: float) -> None:
        self.seconds.append(seconds)
        self._news.set()

    async def reach(self, count: int) -> None:
        """Until there are so many."""
        while len(self.seconds) < count:
            self._news.clear()
            await self._news.wait()


async def _start(
    people: list[tuple[Phone, tuple[int, str]]], tapped: dict[int, float], waits: "_Waits"
) -> None:
    """They tap, evenly over the minute; done when each has their animation."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    for number, (phone, (message, data)) in enumerate(people):
        await asyncio.sleep(began + number * SECONDS / PEOPLE - loop.time())
        tapped[phone.id] = loop.time()
        phone.tap_data(data, message)
    async with asyncio.timeout(PATIENCE):
        await waits.reach(len(people))
    await asyncio.sleep(CALM)


async def _asked(phone: Phone, limit: asyncio.Semaphore) -> tuple[int, str]:
    """Somebody who is asked how revved up they are; the message, and what its button carries."""
    async with limit, asyncio.timeout(PATIENCE):
        phone.type("/start")
        message, agree = await shown(phone, AGREE)
        phone.tap_data(agree, message)
        await shown(phone, SKIP)
        phone.type("/drill")
        message, length = await shown(phone, LENGTH)
        phone.tap_data(length, message)
        return await shown(phone, NUMBER)
