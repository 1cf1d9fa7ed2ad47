"""From an update to a committed turn, on the event loop: submit, answer the tapped button, wake the courier."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from typing import Any

import structlog
from sqlalchemy import Connection
from telegram import Bot
from telegram.error import TelegramError

from bot.adapters.clock import Clock
from bot.adapters.courier import Courier
from bot.adapters.keyring import Keyring
from bot.adapters.lanes import Lanes
from bot.adapters.request import call
from bot.adapters.store import outbox, vault
from bot.adapters.store.inbox import Waiting
from bot.adapters.writer import Writer
from bot.model import Decision, Event, Fetch, Found, InFile, LookUp, Screen
from bot.turn import Needs, Outcome, Room, Turner
from bot.words import Words

ANSWER_WITHIN = 1.0  # seconds: then a tap is answered empty, and its toast dropped (promise 4)

log = structlog.get_logger()


class Spine:
    """What handlers hand their events to."""

    def __init__(self, bot: Bot, writer: Writer, turner: Turner, courier: Courier, words: Words, keyring: Keyring,
                 clock: Clock, look_up: Callable[[LookUp | Fetch], Awaitable[Found | InFile]]) -> None:
        self._bot = bot
        self._writer = writer
        self._turner = turner
        self._courier = courier
        self._words = words
        self._keyring = keyring
        self.clock = clock
        self._look_up = look_up
        self.lanes: Lanes
        self.to_scrub = False  # whether bytes of erased rows may be left in the files
        self._answers: set[asyncio.Task[None]] = set()
        self._answered: set[str] = set()  # taps that were answered before their turn

    async def turn(self, event: Event, room: Room | None = None, query: str | None = None) -> Outcome:
        """Run one turn; `query` is the tap's callback query, answered right after the commit.

        A toast before the commit would be a false "saved": when the commit takes long, the button stops spinning
        without one.
        """
        while True:
            try:
                return await self._turned(event, room, query)
            except Needs as needed:
                what, first = needed.what, needed.first
            if first is not None:
                await self._say(event, first)
            self._begin(call(self._bot, "sendChatAction", {"chat_id": event.chat, "action": "typing"}))
            event = replace(event, found=await self._look_up(what))

    async def _say(self, event: Event, first: Decision) -> None:
        """What can't wait until something is looked up."""
        self._courier.post(await self._writer.submit(
            lambda connection: self._turner.say(connection, event, self.clock.now(), first), event.owner
        ))

    async def _turned(self, event: Event, room: Room | None, query: str | None) -> Outcome:
        committed = self._writer.submit(
            lambda connection: self._turner.turn(connection, event, self.clock.now(), room), event.owner
        )
        if query in self._answered:
            self._answered.discard(query)
            query = None
        if query is not None and not committed.done():
            await asyncio.wait((committed,), timeout=ANSWER_WITHIN)
            if not committed.done():
                self._answer(query, "")
                query = None
        try:
            outcome = await committed
        except Exception:
            if query is not None:
                self._answer(query, "")
            raise
        self.lanes.turned(event.update_id)
        if query is not None:
            self._answer(query, outcome.toast)
        self._courier.post(outcome.posted)
        self.to_scrub |= outcome.erased
        return outcome

    def late(self, payloads: list[dict[str, Any]]) -> None:
        """The database does not take these updates: their buttons stop spinning, without a toast."""
        for payload in payloads:
            query = payload.get("callback_query")
            if isinstance(query, dict) and isinstance(query.get("id"), str):
                self._answered.add(query["id"])
                self._answer(query["id"], "")

    async def apologise(self, row: Waiting) -> None:
        """Our code failed on this update for good: the person is told, and the chat goes on."""
        chat = chat_of(row.payload)
        if chat is None:
            return
        screen = Screen("help/failed")

        def post(connection: Connection) -> list[outbox.Posted]:
            key = vault.key(connection, self._keyring, row.lane)
            text = self._words.render(screen, self._words.locale(None)).text
            payload = {"text": text, "rows": []}
            return [
                outbox.post(connection, key, owner=row.lane, chat=chat, method="text", payload=payload,
                            now=self.clock.now())
            ]

        self._courier.post(await self._writer.submit(post, row.lane))

    async def stop(self) -> None:
        """Let the answers in flight land."""
        if self._answers:
            await asyncio.wait(self._answers, timeout=2)

    def _answer(self, query: str, toast: str) -> None:
        self._begin(call(self._bot, "answerCallbackQuery", {"callback_query_id": query, "text": toast}))

    def _begin(self, made: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.create_task(self._best_effort(made))
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)

    async def _best_effort(self, made: Coroutine[Any, Any, Any]) -> None:
        """A call that is never retried: an old query is a fact of life."""
        try:
            await made
        except TelegramError as error:
            log.debug("a tap could not be answered", error=type(error).__name__)


def chat_of(payload: dict[str, Any]) -> int | None:
    """The chat that a raw update came from."""
    for part in payload.values():
        if isinstance(part, dict):
            holder = part.get("message", part)
            chat = holder.get("chat") if isinstance(holder, dict) else None
            if isinstance(chat, dict) and isinstance(chat.get("id"), int):
                return int(chat["id"])
    return None
