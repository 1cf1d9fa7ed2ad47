"""The coach in this process on a clock with gears, and what every test of outages and floods asks of its chats.

A FastClock serves the coach and the pretend Telegram alike, so a limit that one sets and the other obeys needs no
luck: latency only ever makes a call come later. But nothing real gets quicker with it. A call that takes two
milliseconds lasts 40 ms on a clock of speed 20 and 4 s at speed 2,000, where thirty messages a second can't be seen
any more. Hence gears: slow where the pace is looked at, fast where hours have to pass.
"""

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Sequence

from sqlalchemy import Connection

from bot.adapters.store import outbox, vault
from bot.adapters.store.outbox import Posted, Rank
from bot.demo.phone import Phone
from tests.support import Coach, FastClock

AT_ONCE = 500  # rows queued in one transaction


class Gears(FastClock):
    """A quick clock whose speed may change on the way; who sleeps meanwhile sleeps no longer for it."""

    def __init__(self, speed: float) -> None:
        super().__init__(speed)
        self._since = time.monotonic()
        self._then = self._since * speed
        self._shifted = asyncio.Event()

    def shift(self, speed: float) -> None:
        """Go on at another speed; no second is lost or lived twice."""
        self._then, self._since = self.monotonic(), time.monotonic()
        self.speed = speed
        self._shifted.set()
        self._shifted = asyncio.Event()

    def monotonic(self) -> float:
        return self._then + (time.monotonic() - self._since) * self.speed

    async def sleep(self, seconds: float) -> None:
        until = self.monotonic() + seconds
        while (left := until - self.monotonic()) > 0:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._shifted.wait(), left / self.speed)


def readers(coach: Coach, count: int) -> list[Phone]:
    """People who may be written to."""
    phones = [coach.world.person(f"R{number}") for number in range(count)]
    for phone in phones:
        phone.person.started = True
    return phones


async def queue(coach: Coach, phones: Sequence[Phone], each: int, rank: Rank = Rank.REPLY) -> None:
    """Put messages for all of them into the outbox, `each` a chat, as turns would; the first ones first."""
    todo = [(phone.id, news(number)) for number in range(each) for phone in phones]
    for start in range(0, len(todo), AT_ONCE):
        await _queue(coach, todo[start : start + AT_ONCE], rank)


async def _queue(coach: Coach, messages: list[tuple[int, str]], rank: Rank) -> None:
    def post(connection: Connection) -> list[Posted]:
        keys = vault.keys(connection, coach.app.keyring, {chat for chat, _ in messages})
        return [
            outbox.post(
                connection, keys[chat], owner=chat, chat=chat, method="text", payload={"text": text, "rows": []},
                now=coach.clock.now(), rank=rank,
            )
            for chat, text in messages
        ]

    coach.app.courier.post(await coach.app.writer.submit(post))


def news(number: int) -> str:
    """The text of a queued message."""
    return f"news {number}"


def received(phone: Phone) -> list[str]:
    """The queued messages that a chat got, in the order of their arrival, copies included."""
    wires = [happening.post.wire for happening in phone.room.story if happening.post.by_bot]
    return [wire["text"] for wire in wires if wire["text"].startswith("news ")]


def missing(phone: Phone, each: int) -> list[str]:
    """What is wrong with what a chat got: messages that did not come, or came first in another order."""
    wanted = [news(number) for number in range(each)]
    first = list(dict.fromkeys(received(phone)))
    if first == wanted:
        return []
    return [text for text in wanted if text not in first] or ["out of order: " + ", ".join(first)]


def copies(phone: Phone) -> Counter[str]:
    """How often each of them came beyond the first time."""
    return Counter({text: count - 1 for text, count in Counter(received(phone)).items() if count > 1})


async def drained(coach: Coach) -> None:
    """Wait until nothing is left to send, in memory or in the database."""
    while True:
        await coach.app.courier.idle()
        await coach.app.courier.sweep()  # what there was no room for in memory
        if not len(coach.app.courier._pacer):
            return
