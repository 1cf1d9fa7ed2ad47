"""What an update costs: the coach beside a bot on the library's defaults, the same evenings at the same rate.

An evening is the command that opens it and four taps; everybody has two to live through, and sixty days behind them.
"""

import asyncio
import json
import statistics
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from bot.adapters.clock import Clock
from bot.demo.server import BotApi
from bot.demo.world import World
from tests.bench.coach import TOTAL
from tests.bench.crowd import EVENINGS, Crowd, Tapper, evening, just_start
from tests.bench.process import COACH, BotProcess, database
from tests.bench.report import figure, spread
from tests.bench.stored import store

ECHO, METERED = ("-m", "tests.bench.echo"), ("-m", "tests.bench.coach")
DAYS = 60  # of everybody's past, all of which is read when a card opens and when it closes
FIRST = "revved="
CALM = 0.5  # seconds after the set-up, and after the last edit, for what is still to be written down
PARTS = ("poll", "parse", "dispatch", "facts", "rules", "render", "store", "courier", "send")


class Load(NamedTuple):
    """What people do; they tap in turn, so that each waits longer than Telegram's 3 messages in 3 seconds."""

    people: int
    rounds: int
    taps: int
    per_second: float
    seed: int


class Cost(NamedTuple):
    """CPU milliseconds an update, and the pace that was held."""

    cpu: float
    per_second: float


class Contestant:
    """A bot that is up, and its people with their first cards."""

    def __init__(self, process: BotProcess, crowd: Crowd) -> None:
        self.process = process
        self._crowd = crowd

    async def round(self, load: Load) -> Cost:
        """So many taps, and what they cost."""
        before = self.process.cpu()
        pace = await self._crowd.tap_steadily(load.taps, load.per_second)
        await asyncio.sleep(CALM)
        return Cost((self.process.cpu() - before) / load.taps * 1000, pace)


def measure(load: Load, kind: str) -> None:
    """Alternate the two, print both and their ratio; then the coach once more, part by part.

    Rounds are short: what else runs on the machine then slows both of a pair alike, and the median is their ratio.
    """
    asyncio.run(_measure(load, kind))


async def _measure(load: Load, kind: str) -> None:
    echoes, coaches = [], []
    async with _echo(load) as echo, _coach(load, kind, COACH) as coach:
        for _ in range(load.rounds):
            echoes.append(await echo.round(load))
            coaches.append(await coach.round(load))
    figure("turns.taps", load.taps * load.rounds, "taps to each")
    for name, costs in (("echo", echoes), ("coach", coaches)):
        figure(f"turns.{name}.pace", statistics.median(cost.per_second for cost in costs), "taps/s")
        spread(f"turns.{name}.cpu", [cost.cpu for cost in costs], "ms/update")
    ratios = [coach.cpu / echo.cpu for coach, echo in zip(coaches, echoes, strict=True)]
    spread("turns.ratio", ratios, "coach/echo", "<= 0.6")
    await _part_by_part(load, kind)


async def _part_by_part(load: Load, kind: str) -> None:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        lines = Path(folder) / "meter.jsonl"
        async with _coach(load, kind, METERED, METER=str(lines)) as coach:
            coach.process.signal()
            for _ in range(load.rounds):
                await coach.round(load)
            coach.process.signal()
        before, after = (json.loads(line) for line in lines.read_text().splitlines())
    taps = load.taps * load.rounds
    parts = {part: (after[part] - before.get(part, 0.0)) / taps * 1000 for part in after}
    total = parts.pop(TOTAL)
    for part in PARTS:
        figure(f"turns.coach.{part}", sum(parts[name] for name in parts if name.partition(".")[0] == part), "ms/update")
    figure("turns.coach.rest", total - sum(parts.values()), "ms/update (event loop, queues, the meter itself)")
    figure("turns.coach.all", total, "ms/update (the sum of these parts)")
    for name in sorted(parts):
        if name not in PARTS:
            figure(f"turns.coach.{name}", parts[name], "ms/update")


@asynccontextmanager
async def _echo(load: Load) -> AsyncIterator[Contestant]:
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        async with _contestant(load, ECHO, Path(scratch), just_start, ("/start",)) as contestant:
            yield contestant


@asynccontextmanager
async def _coach(load: Load, kind: str, arguments: tuple[str, ...], **more: str) -> AsyncIterator[Contestant]:
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch, database(kind, Path(scratch)) as address:
        environment = {"DATABASE_URL": address, "MESSAGES_PER_SECOND": "1000", **more}
        store(address, load.people, DAYS)
        async with _contestant(load, arguments, Path(scratch), evening, EVENINGS, **environment) as contestant:
            yield contestant


@asynccontextmanager
async def _contestant(
    load: Load, arguments: tuple[str, ...], home: Path, begin: Callable[[Tapper], Awaitable[None]],
    commands: tuple[str, ...], **environment: str
) -> AsyncIterator[Contestant]:
    world = World(Clock())
    async with BotApi(world) as api:
        with BotProcess(arguments, home, api, **environment) as process:
            crowd = Crowd(world, load.people, load.seed, commands)
            await crowd.arrive(begin, FIRST)
            await asyncio.sleep(CALM)
            yield Contestant(process, crowd)
