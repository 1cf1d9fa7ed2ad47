"""The queue of updates between Telegram and the bot, with the manners of getUpdates."""

import asyncio
import random
from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from telegram.constants import PollingLimit, UpdateType

from bot.adapters.clock import Clock
from bot.demo.refusals import OTHER_POLLER, Refusal, conflict
from bot.demo.waiting import Bell, done_within

JSONDict = dict[str, Any]

KEPT = timedelta(hours=24)
CALLBACK_KEPT = timedelta(seconds=150)
LONGEST_POLL = 50  # seconds
REMEMBERED = 10_000  # updates that `again` can still find

# Telegram sends these only to a bot that asks for them by name.
ON_REQUEST = {UpdateType.CHAT_MEMBER, UpdateType.MESSAGE_REACTION, UpdateType.MESSAGE_REACTION_COUNT}


@dataclass
class Queued:
    """One update as it goes over the wire, and the moment at which Telegram gives up on it."""

    update_id: int
    body: JSONDict
    expires_at: datetime


class UpdateQueue:
    """Updates in order; kept until the bot confirms them with an offset beyond, or until they expire.

    `twice` makes every update come once more after it was confirmed, as Telegram may do.
    """

    def __init__(self, clock: Clock, rng: random.Random) -> None:
        self._clock = clock
        self._rng = rng
        self._queue: deque[Queued] = deque()
        self._again: deque[Queued] = deque()
        self._history: OrderedDict[int, Queued] = OrderedDict()
        self._poll: asyncio.Future[None] | None = None
        self._idle = Bell()
        self._allowed: frozenset[str] | None = None
        self.twice = False
        self.webhook_url = ""
        self.restart_numbering()

    def restart_numbering(self) -> None:
        """After a week without updates Telegram picks the next number at random."""
        self.next_id = self._rng.randrange(100_000_000, 900_000_000)

    @property
    def pending(self) -> int:
        """How many updates wait for the bot."""
        now = self._clock.now()
        return sum(queued.expires_at >= now for queued in self._queue)

    def allow(self, kinds: Sequence[str] | None) -> None:
        """Remember `allowed_updates` for later updates: None changes nothing, empty means the usual."""
        if kinds is not None:
            self._allowed = frozenset(kinds) or None

    def wants(self, kind: str) -> bool:
        """Whether the bot asked for updates of that kind."""
        return kind not in ON_REQUEST if self._allowed is None else kind in self._allowed

    def put(self, kind: str, content: JSONDict, date: datetime) -> int | None:
        """Queue an update of what happened at `date`; its id, or None if the bot does not want it."""
        if not self.wants(kind):
            return None
        kept = CALLBACK_KEPT if kind == UpdateType.CALLBACK_QUERY else KEPT
        return self.put_raw({str(kind): content}, date + kept)

    def put_raw(self, body: JSONDict, expires_at: datetime, update_id: int | None = None) -> int:
        """Queue any JSON object, under the next id unless one is given."""
        number = self.next_id if update_id is None else update_id
        self.next_id = max(self.next_id, number + 1)
        queued = Queued(number, {**body, "update_id": number}, expires_at)
        self._queue.append(queued)
        self._history[number] = queued
        if len(self._history) > REMEMBERED:
            self._history.popitem(last=False)
        self._wake()
        return number

    def again(self, update_id: int) -> None:
        """Deliver an update once more, confirmed or not. Raises `KeyError` for an unknown one."""
        self._again.append(self._history[update_id])
        self._wake()

    def clear(self) -> None:
        """`drop_pending_updates`."""
        self._queue.clear()
        self._again.clear()

    async def get(self, offset: int, limit: int, seconds: int) -> list[JSONDict]:
        """One getUpdates call that waits up to `seconds` for an update.

        Raises `Refusal` 409 when another call takes over while this one waits. As in Telegram, numbers out of
        range are clamped and an offset from the future forgets nothing.
        """
        limit = min(max(limit, PollingLimit.MIN_LIMIT), PollingLimit.MAX_LIMIT)
        if offset < 0:
            while len(self._queue) > -offset:
                self._queue.popleft()
        elif offset <= self.next_id + 10:
            self._confirm(offset)
        answer = self._answer(offset, limit)
        if not answer:
            self._idle.ring()
        if not answer and seconds > 0:
            await self._wait(min(seconds, LONGEST_POLL))
            answer = self._answer(offset, limit)
        return answer

    async def taken(self) -> None:
        """Wait until the bot has confirmed everything and asks for more."""
        while self.pending or self._again:
            await self._idle.next_ring()

    async def polled(self) -> None:
        """Wait until the bot asks and there is nothing for it."""
        await self._idle.next_ring()

    def end_poll(self, reason: Refusal) -> None:
        """End the call that waits, if there is one."""
        if self._poll is not None and not self._poll.done():
            self._poll.set_exception(reason)
        self._poll = None

    async def _wait(self, seconds: float) -> None:
        self.end_poll(conflict(OTHER_POLLER))
        poll = self._poll = asyncio.get_running_loop().create_future()
        if await done_within(self._clock, seconds, poll):
            poll.result()

    def _wake(self) -> None:
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(None)

    def _confirm(self, offset: int) -> None:
        while self._queue and self._queue[0].update_id < offset:
            confirmed = self._queue.popleft()
            if self.twice:
                self._again.append(confirmed)

    def _answer(self, offset: int, limit: int) -> list[JSONDict]:
        now = self._clock.now()
        first = offset if 0 < offset <= self.next_id + 10 else 0
        answer = [self._again.popleft().body for _ in range(min(limit, len(self._again)))]
        for queued in self._queue:
            if len(answer) >= limit:
                break
            if queued.update_id >= first and queued.expires_at >= now:
                answer.append(queued.body)
        return answer
