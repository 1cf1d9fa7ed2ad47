"""Telegram is away for an hour (docs/reliability.md R7).

    python -m tests.faults.outage --queued 10000

Promised: nothing is lost, Telegram is asked at most twice a second on average while it is away, memory stays flat,
and 10,000 messages that wait for it are gone within 10 minutes of its return.

How it is shown. The coach runs in this process on a quick clock that it shares with the pretend Telegram, timeouts
of its connections included. People tap just before Telegram goes and type while it is away; then thousands of
messages are queued, an hour passes at up to 400 times its speed, and Telegram comes back. Away means one of four
things: connections are refused, calls are taken and never answered (done when it is back, or done at once), or
everything is answered with 502. The requests are counted where they leave, so that the refused ones count too; the
first two minutes, the busiest, pass in a gear in which this machine could make many more than two a second. Memory is
counted in objects: all those of the coach's adapters, and their tasks, ten minutes into the hour and then up to its
end.
"""

import argparse
import asyncio
import gc
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import CoroutineType
from typing import Any

import pytest
from telegram.error import TelegramError

from bot.adapters.log import configure
from bot.adapters.request import CONNECT_SECONDS, READ_SECONDS, AioRequest, NeverLeft
from bot.demo.phone import Phone
from tests import support
from tests.faults import gears
from tests.faults.gears import Gears
from tests.stories.test_first_flow import arrived
from tests.support import Coach, FastClock

HOUR, SAMPLE, BEGINNING = 3600.0, 600.0, 120.0  # seconds
AT_WORK, LEAVING, AWAY = 5.0, 20.0, 400.0  # gears: 30 messages a second are 150 real ones; an hour is 9 real seconds
PEOPLE, CHATS = 6, 500
REQUESTS_A_SECOND, DRAINED_WITHIN, FULL = 2.0, 600.0, 10_000
COPIES = 3  # as many failures tell that Telegram is away; from then on a message is no way to find out


class Line(AioRequest):
    """The coach's line to Telegram: its timeouts keep to the quick clock, and each request is noted."""

    clock: FastClock
    made: list[float]  # when
    unknown: Counter[tuple[int, str]]  # chats and texts, by how often nobody knew whether they arrived

    async def _send(
        self, method: str, url: str, read: float | None, connect: float | None, **content: Any
    ) -> tuple[int, bytes]:
        self.made.append(self.clock.monotonic())
        speed = self.clock.speed
        try:
            return await super()._send(
                method, url, (read or READ_SECONDS) / speed, (connect or CONNECT_SECONDS) / speed, **content
            )
        except NeverLeft:
            raise
        except TelegramError:
            body = content.get("data")
            sent = json.loads(body) if isinstance(body, bytes) else {}
            if "text" in sent and "chat_id" in sent:
                self.unknown[sent["chat_id"], sent["text"]] += 1
            raise


def line_on(clock: FastClock) -> type[Line]:
    """A kind of line for one coach, all of whose requests are noted together."""
    return type("LineOfOneCoach", (Line,), {"clock": clock, "made": [], "unknown": Counter()})


@dataclass
class Figures:
    """What came out."""

    away: str
    database: str
    queued: int
    lost: list[str] = field(default_factory=list)
    answers_lost: list[str] = field(default_factory=list)
    unexplained: list[str] = field(default_factory=list)
    requests: int = 0
    first_requests: int = 0  # of these in the first two minutes
    objects: list[int] = field(default_factory=list)  # every ten minutes of the hour
    drained: float = 0.0
    most_copies: int = 0
    unknown: int = 0

    @property
    def missed(self) -> list[str]:
        """The goals that were not met."""
        first, *later = self.objects
        goals = {
            "0 messages lost": not self.lost,
            "0 answers lost": not self.answers_lost,
            "at most 1 repeat for each unknown outcome": not self.unexplained,
            f"at most {COPIES} copies of one message": self.most_copies <= COPIES,
            f"at most {REQUESTS_A_SECOND:g} requests a second": (
                self.first_requests <= REQUESTS_A_SECOND * BEGINNING and self.requests <= REQUESTS_A_SECOND * HOUR
            ),
            "memory flat": max(later) <= first * 1.1,
            f"drained within {DRAINED_WITHIN:g} s": self.drained <= DRAINED_WITHIN,
        }
        return [goal for goal, met in goals.items() if not met]

    def __str__(self) -> str:
        lines = [
            f"Telegram away for an hour: {self.away}, {self.database} ({datetime.now(UTC):%Y-%m-%d})",
            f"  messages queued               {self.queued}",
            f"  messages / answers lost       {len(self.lost)} / {len(self.answers_lost)}",
            f"  requests while away           {self.requests}, {self.requests / HOUR:.2f} a second; "
            f"{self.first_requests} in the first two minutes, {self.first_requests / BEGINNING:.2f} a second",
            f"  objects of ours and tasks     {', '.join(map(str, self.objects))} (every ten minutes)",
            f"  drained after                 {self.drained:.0f} s",
            f"  unknown outcomes, copies      {self.unknown}, at most {self.most_copies} copies of one message",
            *(f"  MISSED: {goal}" for goal in self.missed),
            *(f"    {what}" for what in (*self.lost, *self.answers_lost, *self.unexplained)[:20]),
        ]
        return "\n".join(lines)


Switch = Callable[[Coach], Awaitable[None]]


async def _refuse(coach: Coach) -> None:
    await coach.api.stop()


async def _listen(coach: Coach) -> None:
    await coach.api.start()


async def _hang(coach: Coach) -> None:
    coach.world.faults.hang()


async def _move(coach: Coach) -> None:
    coach.world.faults.hang(False)


async def _bad_gateway(coach: Coach) -> None:
    coach.world.faults.bad_gateway()


async def _good_gateway(coach: Coach) -> None:
    coach.world.faults.bad_gateway(False)


async def _say_nothing(coach: Coach) -> None:
    coach.world.faults.lose_answer(1)


async def _speak(coach: Coach) -> None:
    coach.world.faults.lose_answer(0)


WAYS: dict[str, tuple[Switch, Switch]] = {
    "refused": (_refuse, _listen),
    "hanging": (_hang, _move),
    "answers lost": (_say_nothing, _speak),
    "502": (_bad_gateway, _good_gateway),
}


async def run(away: str, database_url: str, home: Path, queued: int, chats: int) -> Figures:
    """An hour without Telegram, and the time after."""
    leave, come_back = WAYS[away]
    clock = Gears(AT_WORK)
    line = line_on(clock)
    each = queued // chats
    figures = Figures(away, database_url.partition(":")[0], each * chats)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.app.AioRequest", line)
        async with support.coach(database_url, home, clock) as coach:
            people = [await arrived(coach, f"P{number}") for number in range(PEOPLE)]
            phones = gears.readers(coach, chats)
            for person in people:
                person.tap("7")
            await leave(coach)
            for person in people:
                person.type("5")
            await gears.queue(coach, phones, each)
            await _an_hour(clock, line, figures)
            back = clock.monotonic()
            await come_back(coach)
            await gears.drained(coach)
            figures.drained = clock.monotonic() - back
            for person in people:
                await person.sees("How many hours", patience=60)
            await coach.settled()
            figures.answers_lost = _answers_lost(coach, people)
            _compare(figures, line, phones, each)
    return figures


async def _an_hour(clock: Gears, line: type[Line], figures: Figures) -> None:
    """Let it pass; count the requests in it, and the objects every ten minutes."""
    before = len(line.made)
    clock.shift(LEAVING)
    await clock.sleep(BEGINNING)
    figures.first_requests = len(line.made) - before
    clock.shift(AWAY)
    await clock.sleep(SAMPLE - BEGINNING)
    figures.objects.append(_objects())
    for _ in range(int(HOUR / SAMPLE) - 1):
        await clock.sleep(SAMPLE)
        figures.objects.append(_objects())
    figures.requests = len(line.made) - before
    clock.shift(AT_WORK)


def _objects() -> int:
    """What the coach's adapters hold, and its tasks; those of the pretend Telegram are in the same process."""
    gc.collect()
    objects = sum(str(type(one).__module__).startswith("bot.adapters") for one in gc.get_objects())
    running = [task.get_coro() for task in asyncio.all_tasks()]
    tasks = sum(isinstance(one, CoroutineType) and "/bot/adapters/" in one.cr_code.co_filename for one in running)
    return objects + tasks


def _answers_lost(coach: Coach, people: list[Phone]) -> list[str]:
    """Everybody gave two answers, the second while Telegram was away."""
    rows = coach.rows("SELECT owner, marker FROM answer ORDER BY id")
    kept = {person.id: [row.marker for row in rows if row.owner == person.id] for person in people}
    return [f"{person}: {found}" for person, found in kept.items() if found != ["sleep", "mood"]]


def _compare(figures: Figures, line: type[Line], phones: list[Phone], each: int) -> None:
    figures.unknown = line.unknown.total()
    for phone in phones:
        figures.lost += [f"chat {phone.id}: {text}" for text in gears.missing(phone, each)]
        for text, count in gears.copies(phone).items():
            figures.most_copies = max(figures.most_copies, count)
            if count > line.unknown[phone.id, text]:
                figures.unexplained.append(f"chat {phone.id}: {count} copies of {text!r} too many")


def main() -> None:
    """Run it; exit 1 when a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--away", choices=[*WAYS, "all"], default="all")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--queued", type=int, default=FULL)
    parser.add_argument("--chats", type=int, default=CHATS)
    given = parser.parse_args()
    missed = False
    configure("ERROR")
    with tempfile.TemporaryDirectory(prefix="coach-outage-") as scratch:
        for away in WAYS if given.away == "all" else [given.away]:
            home = Path(scratch) / away
            home.mkdir()
            with support.new_database(given.database, home, lambda: support.postgres(Path(scratch) / "server")) as url:
                figures = asyncio.run(run(away, url, home, given.queued, given.chats))
            print(figures, flush=True)
            missed = missed or bool(figures.missed)
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
