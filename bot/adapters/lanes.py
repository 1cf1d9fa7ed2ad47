"""Lanes: what one person did is dealt with in order, different people side by side (promise 3)."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import structlog
from telegram import Bot, Update
from telegram.ext import Application

from bot.adapters.clock import Clock
from bot.adapters.log import where
from bot.adapters.store import inbox
from bot.adapters.store.inbox import Waiting
from bot.adapters.writer import Stopped, Writer

INBOX_FULL = 2000  # rows; beyond that Telegram keeps them for us
# The kinds of update that there are handlers for; of others, and of those to come, nothing is read.
WANTED = ("message", "edited_message", "callback_query", "my_chat_member")
OF_A_TAPPED_MESSAGE = ("message_id", "date", "chat", "animation", "document")
TRY_AGAIN = (0.2, 1.0, 3.0, 10.0)  # seconds between the tries of an update that our own code fails on

log = structlog.get_logger()


class Lanes:
    """Walks each lane's updates through the application's handlers, one after the other."""

    def __init__(
        self,
        application: "Application[Bot, Any, Any, Any, Any, Any]",
        writer: Writer,
        clock: Clock,
        apologise: Callable[[Waiting], Awaitable[None]],
    ) -> None:
        self._application = application
        self._writer = writer
        self._clock = clock
        self._apologise = apologise
        self._queues: dict[int, deque[Waiting]] = {}
        self._walks: set[asyncio.Task[None]] = set()
        self._errors: dict[int, Exception] = {}
        self._turned: set[int] = set()
        self._count = 0
        self._room = asyncio.Event()
        self._room.set()
        self._idle = asyncio.Event()
        self._idle.set()
        self.in_hand: dict[int, Waiting] = {}  # what is being handled now, by update_id

    def feed(self, rows: Iterable[Waiting]) -> None:
        """Rows that are committed in the inbox, in their order."""
        for row in rows:
            self._count += 1
            queue = self._queues.get(row.lane)
            if queue is not None:
                queue.append(row)
                continue
            self._queues[row.lane] = deque([row])
            walk = asyncio.create_task(self._walk(row.lane))
            self._walks.add(walk)
            walk.add_done_callback(self._walks.discard)
        self._note()

    async def room(self) -> None:
        """Wait until the inbox has room for more."""
        await self._room.wait()

    async def idle(self) -> None:
        """Wait until nothing is waiting or in hand."""
        await self._idle.wait()

    def turned(self, update_id: int) -> None:
        """A turn for this update was committed: it is done."""
        self._turned.add(update_id)

    def failed(self, update: object, error: Exception) -> None:
        """The application's error handler says that an update's handler raised."""
        if isinstance(update, Update):
            self._errors[update.update_id] = error

    async def stop(self) -> None:
        """Drop what waits (it is in the inbox) and let what is in hand end."""
        for queue in self._queues.values():
            while len(queue) > 1:
                queue.pop()
        if self._walks:
            await asyncio.wait(self._walks, timeout=2)
        for walk in self._walks:
            walk.cancel()

    async def _walk(self, lane: int) -> None:
        queue = self._queues[lane]
        try:
            while queue:
                await self._deal_with(queue[0])
                queue.popleft()
                self._count -= 1
                self._note()
        except Stopped:
            pass  # the process is ending; the inbox has them
        finally:
            del self._queues[lane]

    async def _deal_with(self, row: Waiting) -> None:
        """One update until it is done: tried again when our own code fails, set aside after five times."""
        self.in_hand[row.update_id] = row
        try:
            for pause in (*TRY_AGAIN, 0.0):
                error = await self._handle(row)
                if error is None:
                    return
                if isinstance(error, Stopped):
                    raise error
                # The traceback names our own lines; values and the person's words stay out of it.
                log.error("an update failed", update=row.update_id, error=type(error).__name__, where=where(error))
                now = self._clock.now()
                if await self._writer.submit(lambda c: inbox.count_failure(c, row.update_id, now), row.lane):  # noqa: B023
                    break
                await self._clock.sleep(pause)
            log.error("an update is set aside", update=row.update_id)
            try:
                await self._apologise(row)
            except Stopped:
                raise
            except Exception:
                log.exception("an apology failed", update=row.update_id)
        finally:
            del self.in_hand[row.update_id]

    async def _handle(self, row: Waiting) -> Exception | None:
        try:
            known = _what_is_read(row.payload)
            if known:
                update = Update.de_json({"update_id": row.update_id, **known}, self._application.bot)
                await self._application.process_update(update)
            error = self._errors.pop(row.update_id, None)
            if error is None and row.update_id not in self._turned:
                await self._done(row)  # no handler claims it, and none ever will
        except Exception as raised:
            return raised
        finally:
            self._turned.discard(row.update_id)
        return error

    async def _done(self, row: Waiting) -> None:
        now = self._clock.now()
        await self._writer.submit(lambda connection: inbox.mark_done(connection, row.update_id, now), row.lane)

    def _note(self) -> None:
        (self._room.clear if self._count >= INBOX_FULL else self._room.set)()
        (self._idle.clear if self._count else self._idle.set)()


def _what_is_read(payload: dict[str, Any]) -> dict[str, Any]:
    """The parts of an update that some handler reads; of a tapped message only which one, and whether a picture."""
    known = {name: part for name, part in payload.items() if name in WANTED}
    query = known.get("callback_query")
    if isinstance(query, dict) and isinstance(query.get("message"), dict):
        message = {name: part for name, part in query["message"].items() if name in OF_A_TAPPED_MESSAGE}
        known["callback_query"] = {**query, "message": message}
    return known
