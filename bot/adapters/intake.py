"""The intake: updates go into the inbox, committed, before Telegram hears that we have them (promise 1)."""

import asyncio
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import structlog
from sqlalchemy import Connection
from telegram import Bot
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.adapters.clock import Clock
from bot.adapters.keyring import Keyring
from bot.adapters.lanes import WANTED, Lanes
from bot.adapters.log import where
from bot.adapters.request import retry_seconds
from bot.adapters.store import inbox
from bot.adapters.store.inbox import Waiting
from bot.adapters.writer import Writer

POLL_SECONDS = 50  # the longest that Telegram holds a poll
BATCH = 100  # the most that Telegram gives at once
GRACE_SECONDS = 10  # how much longer than the poll an answer may take
BACKOFF_FIRST, BACKOFF_LONGEST = 0.5, 30.0  # seconds, while Telegram is away
OTHER_POLLER_SECONDS = 5.0  # how long to leave it to another process that polls
LATE_AFTER = 1.0  # seconds that a commit may take before taps are answered without it (promise 4)
FORGET_OFFSET = 24 * 3600.0  # seconds: after an idle week ids restart at random, so an old offset would hide them

log = structlog.get_logger()


class Intake:
    """Long polling, one call at a time."""

    def __init__(
        self, bot: Bot, writer: Writer, keyring: Keyring, clock: Clock, lanes: Lanes,
        urgent: Callable[[dict[str, Any]], None], late: Callable[[list[dict[str, Any]]], None],
    ) -> None:
        self._bot = bot
        self._writer = writer
        self._keyring = keyring
        self._clock = clock
        self._lanes = lanes
        self._urgent = urgent  # sees every update at once, before the commit: /sos waits for nothing
        self._late = late  # sees updates that the database does not take within a second

    async def load(self) -> int:
        """Take up what was waiting when the process ended; how many that were."""
        now, count, after = self._clock.now(), 0, None
        while True:
            rows, after = await self._writer.submit(
                lambda connection: inbox.waiting(connection, self._keyring, after, BATCH, now)  # noqa: B023
            )
            if after is None:
                return count
            self._lanes.feed(rows)
            count += len(rows)

    async def run(self) -> None:
        """Poll until cancelled.

        Raises:
            InvalidToken: Telegram does not know the bot (any more).
        """
        offset: int | None = None
        last_news = self._clock.monotonic()
        backoff = BACKOFF_FIRST
        while True:
            await self._lanes.room()
            if self._clock.monotonic() - last_news > FORGET_OFFSET:
                offset = None
            try:
                updates = await self._poll(offset)
            except InvalidToken:
                raise
            except Conflict:
                log.warning("another process polls with this token, or a webhook is set: waiting for my turn")
                await self._clock.sleep(OTHER_POLLER_SECONDS)
            except RetryAfter as error:
                await self._clock.sleep(retry_seconds(error))
            except TelegramError as error:
                log.warning("polling failed, will try again", error=type(error).__name__, seconds=backoff)
                await self._clock.sleep(backoff)
                backoff = min(backoff * 2, BACKOFF_LONGEST)
            else:
                backoff = BACKOFF_FIRST
                if updates:
                    last_news = self._clock.monotonic()
                    offset = await self._take(updates, offset)

    async def _look_ahead(self, kept: "asyncio.Future[None]", offset: int | None) -> None:
        """While the database takes nothing, go on looking for /sos: the same offset again confirms nothing.

        Telegram shows the first 100 that are unconfirmed; what comes behind them stays hidden.
        """
        while not kept.done():
            try:
                self._look(await self._poll(offset, seconds=0))
            except TelegramError as error:
                log.warning("could not look ahead", error=type(error).__name__)
            await asyncio.wait((kept,), timeout=LATE_AFTER)

    def _look(self, updates: list[dict[str, Any]]) -> None:
        for update in updates:
            try:
                self._urgent(update)
            except Exception as error:
                # It is in no inbox yet: raising here would meet it again at every start.
                log.error("an update could not be looked at", error=type(error).__name__, where=where(error))

    async def _poll(self, offset: int | None, seconds: int = POLL_SECONDS) -> list[dict[str, Any]]:
        """The raw updates: the inbox keeps what Telegram sent, not what the library understood of it."""
        asked: dict[str, Any] = {"timeout": seconds, "limit": BATCH, "allowed_updates": json.dumps(WANTED)}
        if offset is not None:
            asked["offset"] = offset
        url = f"{self._bot.base_url}/getUpdates?{urlencode(asked)}"
        body = await self._bot.request.retrieve(url, read_timeout=seconds + GRACE_SECONDS)
        try:
            updates: list[dict[str, Any]] = json.loads(body)["result"]
        except (ValueError, KeyError, TypeError):
            raise NetworkError("the answer is not Telegram's") from None
        return updates

    async def _take(self, updates: list[dict[str, Any]], offset: int | None) -> int:
        """Keep, then hand on; the next offset, which is what tells Telegram that we have them."""
        self._look(updates)
        now = self._clock.now()
        fresh: dict[int, Waiting] = {}  # over all tries: a commit that nobody heard of has kept them already

        def keep(connection: Connection) -> None:
            fresh.update((row.update_id, row) for row in inbox.keep(connection, self._keyring, updates, now))

        kept = self._writer.submit(keep)
        await asyncio.wait((kept,), timeout=LATE_AFTER)
        if not kept.done():
            self._late(updates)
            await self._look_ahead(kept, offset)
        await kept
        self._lanes.feed(fresh.values())
        return max(int(update["update_id"]) for update in updates) + 1
