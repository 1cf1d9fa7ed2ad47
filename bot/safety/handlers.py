"""/sos: the one thing that waits for nothing, not for the database, the lane or the courier (promise 4).

The lines go out the moment that the update is seen, and once more rather than not at all: when the process died in
between, or Telegram delivers twice. The record follows as an ordinary turn.
"""

import asyncio
from collections.abc import Iterable
from typing import Any

import structlog
from sqlalchemy import Connection
from telegram import Bot, LinkPreviewOptions, Update
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot.adapters.clock import Clock
from bot.adapters.context import CoachContext, read_command
from bot.adapters.courier import Courier
from bot.adapters.keyring import Key
from bot.adapters.request import retry_seconds
from bot.adapters.store import safety
from bot.model import Command, Decision, Event, KeepCountry, Say, Who
from bot.safety import card, slow
from bot.safety.handover import A_WEEK, sos_screen
from bot.safety.lines import country_named
from bot.turn import Room, who_is_enough
from bot.words import Words

TRY_AGAIN_FIRST, TRY_AGAIN_LONGEST = 0.5, 10.0  # seconds
COUNTRIES_IN_MEMORY = 100_000
LANE_WAITS = 30.0  # seconds that a lane waits for its lines before they go the ordinary way
SENDINGS_IN_MEMORY = 1000

log = structlog.get_logger()


def decide(who: Who, event: Event) -> Decision:
    """What is kept of a /sos: the country, when it names one."""
    named = country_named(event.act.payload) if isinstance(event.act, Command) else None
    return Decision((KeepCountry(named),)) if named and who.person else Decision()


def decide_late(who: Who, event: Event) -> Decision:
    """The lines could not be sent directly in time: they go the ordinary way, so that the lane can go on."""
    decided = decide(who, event)
    named = country_named(event.act.payload) if isinstance(event.act, Command) else None
    country = named or who.country
    unknown = event.act.payload if isinstance(event.act, Command) and named is None else ""
    return Decision((*decided.effects, Say(sos_screen(country, unknown))))


def _load(connection: Connection, key: Key, who: Who, event: Event) -> card.Facts:
    noticed = safety.flags(connection, key, event.owner, event.at - A_WEEK)
    return card.Facts(who, noticed[-1] if noticed else None)


ROOM = Room(who_is_enough, decide)
CARD = Room(_load, card.decide)
TALK = Room(who_is_enough, slow.decide)
LATE_ROOM = Room(who_is_enough, decide_late)


class Sos:
    """Sends the help lines directly. `countries` is what is in memory of who lives where."""

    def __init__(self, bot: Bot, courier: Courier, words: Words, clock: Clock) -> None:
        self._bot = bot
        self._courier = courier
        self._words = words
        self._clock = clock
        self._sending: dict[int, asyncio.Task[None]] = {}
        self._countries: dict[int, str] = {}

    def remember(self, countries: Iterable[tuple[int, str]]) -> None:
        """Who lives where, as far as memory goes."""
        for owner, country in countries:
            if len(self._countries) < COUNTRIES_IN_MEMORY or owner in self._countries:
                self._countries[owner] = country

    def forget(self, owner: int) -> None:
        """Someone was erased."""
        self._countries.pop(owner, None)

    def see(self, payload: dict[str, Any]) -> None:
        """Look at a raw update; when it is a /sos, send the lines now."""
        message = payload.get("message")
        if not isinstance(message, dict) or not str(message.get("text", "")).lower().startswith("/sos"):
            return
        update = Update.de_json(payload, self._bot)
        if update.message is not None and read_command(update).name == "sos":
            self.begin(update)

    def begin(self, update: Update) -> "asyncio.Task[None]":
        """Send the lines for this update; asked twice, it is the same sending."""
        task = self._sending.get(update.update_id)
        if task is None:
            task = self._sending[update.update_id] = asyncio.create_task(self._send(update))
            if len(self._sending) > SENDINGS_IN_MEMORY:  # those that Telegram delivered twice are never recorded
                del self._sending[next(iter(self._sending))]
        return task

    def done(self, update: Update) -> None:
        """The record is kept: this update is over."""
        self._sending.pop(update.update_id, None)

    async def sent(self, update: Update) -> bool:
        """Whether the lines went out; False when it takes too long, and then they are not sent from here any more."""
        task = self.begin(update)
        await asyncio.wait((task,), timeout=LANE_WAITS)
        if task.done() and task.exception() is None:
            return True
        task.cancel()
        return False

    async def _send(self, update: Update) -> None:
        chat, user = update.effective_chat, update.effective_user
        if chat is None:
            return
        target = chat.id
        asked = read_command(update).payload
        named = country_named(asked)
        if named and user:
            self.remember([(user.id, named)])
        country = named or (self._countries.get(user.id) if user else None)
        locale = self._words.locale(user.language_code if user else None)
        text = self._words.render(sos_screen(country, "" if named else asked), locale).text
        pause = TRY_AGAIN_FIRST
        while True:
            await self._courier.clear_of_halts(target)
            try:
                await self._bot.send_message(
                    target, text, parse_mode=ParseMode.HTML,
                    link_preview_options=LinkPreviewOptions(is_disabled=True),
                )
            except RetryAfter as error:
                self._courier.halt(target, retry_seconds(error))
            except ChatMigrated as error:
                target = error.new_chat_id
            except (Forbidden, BadRequest, InvalidToken) as error:
                log.error("the help lines were refused", error=type(error).__name__)
                return
            except TelegramError as error:
                log.warning("the help lines did not go out, will try again", error=type(error).__name__)
                await self._clock.sleep(pause)
                pause = min(pause * 2, TRY_AGAIN_LONGEST)
            else:
                return


async def sos(update: Update, context: CoachContext) -> None:
    """The lines first, then the record."""
    direct: Sos = context.bot_data["sos"]
    await context.command(update, ROOM if await direct.sent(update) else LATE_ROOM)
    direct.done(update)
