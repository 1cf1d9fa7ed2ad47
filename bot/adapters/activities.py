"""The sessions in an activity file, read in a worker: a file may be hostile, and its readers are heavy (promise 11).

Nothing of a file is kept or logged, here or in the worker.
"""

import asyncio
import json
from datetime import datetime
from typing import Final

import structlog
from telegram import Bot
from telegram.error import TelegramError

from bot.activities.activity import Activity, Reason
from bot.adapters.clock import Clock
from bot.adapters.workers import Limits, Worker, WorkerFailed
from bot.model import Fetch, InFile

log = structlog.get_logger()

# Twenty hours of one sample a second, all that fits into a file of that size, take 1.7 s (docs/measured.md).
LIMITS: Final = Limits(memory=384 * 2**20, cpu=5, timeout=5.0)
BIGGEST: Final = 8 * 2**20  # bytes of a file
PATIENCE: Final = 15.0  # seconds that a person's next message may have to wait, others' files before theirs included

# A child that ended has used up its memory or its time.
_REASONS: Final[dict[str, Reason]] = {"timed out": "too much", "ended": "too much", "refused": "failed"}


class Files:
    """The sessions in the files that people send: fetched from Telegram, and read. Never raises."""

    def __init__(self, bot: Bot, clock: Clock) -> None:
        self._bot = bot
        self._activities = Activities(clock)

    async def read(self, what: Fetch) -> InFile:
        """What is in it; "too big" by its announced size is not even fetched."""
        if (what.size or 0) > BIGGEST:
            return InFile(reason="too big")
        try:
            file = await self._bot.get_file(what.file)
            content = bytes(await file.download_as_bytearray())
        except TelegramError as error:
            log.warning("a file could not be fetched", error=type(error).__name__)
            return InFile(reason="not now")
        found = await self._activities.read(content)
        return InFile(found) if isinstance(found, list) else InFile(reason=found)

    async def stop(self) -> None:
        """End the worker."""
        await self._activities.stop()


class Activities:
    """What is in a file that somebody sent. Never raises: what can't be read has a reason."""

    def __init__(self, clock: Clock) -> None:
        self._worker = Worker("bot.activities.worker", clock, LIMITS)

    async def read(self, content: bytes) -> list[Activity] | Reason:
        """The activities, at least one; or why there are none."""
        if len(content) > BIGGEST:
            return "too big"
        try:
            answer = json.loads(await asyncio.wait_for(self._worker.ask(content), PATIENCE))
        except WorkerFailed as failure:  # the worker has logged why
            return _REASONS.get(failure.reason, "not now")
        except TimeoutError:
            return "not now"
        if "reason" in answer:
            reason: Reason = answer["reason"]
            return reason
        return [Activity(**one | {"start": datetime.fromisoformat(one["start"])}) for one in answer["activities"]]

    async def stop(self) -> None:
        """End the worker."""
        await self._worker.stop()
