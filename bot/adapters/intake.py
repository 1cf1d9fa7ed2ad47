"""The intake: updates go into the inbox, committed, before Telegram hears that we have them (promise 1)."""

import asyncio
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import structlog
from telegram import Bot
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.adapters.clock import Clock
from bot.adapters.keyring import Keyring
from bot.adapters.lanes import WANTED, Lanes
from bot.adapters.request import retry_seconds
from bot.adapters.store import inbox
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
        after, count = None, 0
        while rows := await self._writer.submit(
            lambda connection: inbox.waiting(connection, self._keyring, after, BATCH)  # noqa: B023
        ):
            self._lanes.feed(rows)
            after, count = rows[-1].update_id, count + len(rows)
        return count

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
                    offset = await self._take(updates)

    async def _poll(self, offset: int | None) -> list[dict[str, Any]]:
        """The raw updates: the inbox keeps what Telegram sent, not what the library understood of it."""
        asked: dict[str, Any] = {"timeout": POLL_SECONDS, "limit": BATCH, "allowed_updates": json.dumps(WANTED)}
        if offset is not None:
            asked["offset"] = offset
        url = f"{self._bot.base_url}/getUpdates?{urlencode(asked)}"
        body = await self._bot.request.retrieve(url, read_timeout=POLL_SECONDS + GRACE_SECONDS)
        updates: list[dict[str, Any]] = json.loads(body)["result"]
        return updates

    async def _take(self, updates: list[dict[str, Any]]) -> int:
        """Keep, then hand on; the next offset, which is what tells Telegram that we have them."""
        for update in updates:
            self._urgent(update)
        now = self._clock.now()
        kept = self._writer.submit(lambda connection: inbox.keep(connection, self._keyring, updates, now))
        await asyncio.wait((kept,), timeout=LATE_AFTER)
        if not kept.done():
            self._late(updates)
        self._lanes.feed(await kept)
        return max(int(update["update_id"]) for update in updates) + 1
