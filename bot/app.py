"""The composition root and table of contents: every handler, in order, and how the parts are put together."""

import asyncio
import contextlib
import os
import platform
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy import Connection, Engine
from telegram import Bot, Update
from telegram.error import InvalidToken, RetryAfter, TelegramError
from telegram.ext import (
    Application,
    BaseHandler,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    filters,
)

from bot import listing
from bot.adapters.activities import Files
from bot.adapters.clock import Clock
from bot.adapters.context import CoachApplication, CoachContext
from bot.adapters.courier import Courier
from bot.adapters.graves import Graves
from bot.adapters.intake import Intake
from bot.adapters.keyring import Keyring
from bot.adapters.lanes import Lanes
from bot.adapters.media import Media
from bot.adapters.places import Places
from bot.adapters.request import AioRequest, call, retry_seconds
from bot.adapters.store import engine as database
from bot.adapters.store import inbox, outbox, people, vault
from bot.adapters.store import privacy as privacy_store
from bot.adapters.store import reminders as reminder_store
from bot.adapters.writer import Stopped, Writer
from bot.checkins import handlers as checkins
from bot.drills import handlers as drills
from bot.help import handlers as help_
from bot.listing import PRIVATE
from bot.logbook import handlers as logbook
from bot.model import Fetch, Found, InFile, LookUp
from bot.onboarding import handlers as onboarding
from bot.preferences import handlers as preferences
from bot.privacy import handlers as privacy
from bot.reminders import duty
from bot.reminders import handlers as reminders
from bot.reminders.rules import OF_A_REMINDER
from bot.safety import handlers as safety
from bot.settings import PROMPTS, Settings, SettingsError
from bot.spine import Spine
from bot.turn import Turner
from bot.words import Words

REMIND_SECONDS = 1
SWEEP_SECONDS, HEARTBEAT_SECONDS, SCRUB_SECONDS, FORGET_SECONDS = 1, 10, 10, 3600
POSTGRES_WRITERS = 3
UNDECIDED = timedelta(days=30)  # then whoever came and agreed to nothing is forgotten
AWAY_FIRST, AWAY_LONGEST = 1.0, 30.0  # seconds between tries while Telegram does not answer at the start

log = structlog.get_logger()

# A card belongs to the room that knows its kind.
ROOMS = {
    "welcome": onboarding.ROOM,
    "morning": checkins.ROOM,
    "evening": checkins.ROOM,
    "today": checkins.TODAY,
    "drill": drills.ROOM,
    "breath": drills.ROOM,
    "settled": drills.ROOM,
    "naming": drills.ROOM,
    "mindful": drills.ROOM,
    "settings": preferences.SETTINGS,
    "pause": preferences.PAUSE,
    "still_paused": preferences.PAUSE,
    "help": help_.ROOM,
    "prompt": reminders.ROOM,
    "reminders": reminders.CARD,
    "travel": reminders.TRAVEL,
    "stress": reminders.STRESS,
    OF_A_REMINDER: reminders.ROOM,  # its own buttons, whichever room's card it opened
    "safety": safety.CARD,
    "slow": safety.TALK,
    "log": logbook.ROOM,
    "erase": privacy.ROOM,
    "privacy": privacy.ROOM,
}


def handlers() -> list[BaseHandler[Update, CoachContext, Any]]:
    """What the coach reacts to. The first that claims an update has it; what none claims is done."""
    sent = filters.UpdateType.MESSAGE
    private, groups = sent & filters.ChatType.PRIVATE, filters.ChatType.GROUPS
    words = filters.TEXT
    service = filters.StatusUpdate.ALL
    return [
        # help that works in every state, and everywhere
        CommandHandler("sos", safety.sos, sent),
        # arriving, asking, staying in control
        CommandHandler("start", onboarding.start, private),
        CommandHandler("checkin", checkins.checkin, private),
        CommandHandler("today", checkins.today, private),
        CommandHandler("drill", drills.drill, private),
        CommandHandler("reminders", reminders.reminders, private),
        CommandHandler("travel", reminders.travel_, private),
        CommandHandler("remind", reminders.remind, private),
        CommandHandler("settings", preferences.settings, private),
        CommandHandler(["pause", "resume"], preferences.pause, private),
        CommandHandler("privacy", privacy.privacy, private),
        CommandHandler("export", privacy.export, private),
        CommandHandler("erase", privacy.erase, private),
        CommandHandler("help", help_.help_, private),
        CommandHandler("about", help_.about, private),
        # answers
        CallbackQueryHandler(help_.tapped),
        MessageHandler(private & filters.COMMAND, help_.unknown),
        MessageHandler(private & words, help_.typed),
        MessageHandler(filters.UpdateType.EDITED_MESSAGE & filters.ChatType.PRIVATE, logbook.edited),
        MessageHandler(private & filters.LOCATION, help_.located),
        MessageHandler(private & filters.Document.ALL & ~filters.ANIMATION, logbook.sent),
        MessageHandler(private & ~service, help_.unreadable),
        # in groups: a way down for all who came home; else the coach only says where to find it
        CommandHandler("drill", drills.together, sent & groups),
        CommandHandler([command for command in PRIVATE if command not in ("sos", "drill")], help_.in_group,
                       sent & groups),
        # chats that come and go
        ChatMemberHandler(help_.reached, ChatMemberHandler.MY_CHAT_MEMBER),
        MessageHandler(filters.StatusUpdate.MIGRATE, help_.moved),
    ]


class App:
    """The running coach: `async with App(...)` starts it, `await app.run()` lives until it is stopped."""

    def __init__(self, settings: Settings, engine: Engine, clock: Clock) -> None:
        self.settings, self.engine, self.clock = settings, engine, clock
        settings.home.mkdir(parents=True, exist_ok=True)
        keyring = Keyring(settings.master_key())
        words = self.words = Words(PROMPTS, settings.default_locale)
        request = AioRequest()  # one for all: what the courier may do at once is its own to limit
        root = settings.telegram_api_url
        self.bot = Bot(
            settings.token, base_url=f"{root}/bot", base_file_url=f"{root}/file/bot", request=request,
            get_updates_request=request,
        )
        self.keyring = keyring
        self.writer = Writer(engine, 1 if engine.dialect.name == "sqlite" else POSTGRES_WRITERS)
        self.media = Media(self.writer, clock)
        self.graves = Graves(settings.home / "erased", keyring)
        turner = Turner(keyring, words, self.graves, ROOMS, logbook.ROOM)
        compose = reminders.Reminding(keyring, turner).compose
        self.courier = Courier(self.bot, self.writer, keyring, clock, self.media, compose, settings.messages_per_second)
        self.sos = safety.Sos(self.bot, self.courier, words, clock)
        self.files = Files(self.bot, Clock())
        self.places = Places(Clock())  # a child works at the machine's own pace, whatever people's clock says
        self.spine = Spine(self.bot, self.writer, turner, self.courier, words, keyring, clock, self._look_up)
        self.application = self._application()
        self.lanes = self.spine.lanes = Lanes(self.application, self.writer, clock, self.spine.apologise)
        self.intake = Intake(self.bot, self.writer, keyring, clock, self.lanes, self.sos.see, self.spine.late)
        self.heartbeat = settings.home / "heartbeat"

    def _application(self) -> CoachApplication:
        # `.updater(None)`: the library's own acknowledges updates before anyone has handled them (promise 1).
        builder = Application.builder().bot(self.bot).updater(None).job_queue(None)
        application = builder.context_types(ContextTypes(context=CoachContext)).build()
        application.add_handlers(handlers())
        application.add_error_handler(self._failed)
        application.bot_data["spine"] = self.spine
        application.bot_data["sos"] = self.sos
        return application

    async def _look_up(self, what: LookUp | Fetch) -> Found | InFile:
        """What a rule needs to know of the world."""
        if isinstance(what, Fetch):
            return await self.files.read(what)
        if what.spot is None:
            return await self.places.find(what.text)
        return await self.places.at(what.spot.latitude, what.spot.longitude)

    async def _failed(self, update: object, context: CoachContext) -> None:
        assert context.error is not None
        self.lanes.failed(update, context.error)

    async def run(self, ready: Callable[[], None] | None = None) -> None:
        """Poll, answer and send until cancelled.

        Raises:
            SettingsError: the token is not Telegram's, or the database belongs to another bot or key.
        """
        self.writer.start()
        ticks = AsyncIOScheduler()
        try:
            await self._settle_in()
            await self._log_in()
            await self._take_up()
            for duty, seconds in (
                (self.remind, REMIND_SECONDS),
                (self.courier.sweep, SWEEP_SECONDS),
                (self._beat, HEARTBEAT_SECONDS),
                (self.scrub, SCRUB_SECONDS),
                (self._forget, FORGET_SECONDS),
                (self._introduce, FORGET_SECONDS),
            ):
                ticks.add_job(
                    self._tick, "interval", (duty,), seconds=seconds, coalesce=True, misfire_grace_time=None,
                    id=duty.__name__,
                )
            ticks.start()
            await self._beat()
            log.info("the coach is up", bot=self.bot.username, database=self.engine.dialect.name, tzdata=_tzdata(),
                     python=platform.python_version(), pid=os.getpid())
            if ready is not None:
                ready()
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self.courier.run())
                tasks.create_task(self.intake.run())
                tasks.create_task(self._tick(self._introduce))
        except* InvalidToken:
            server = self.settings.telegram_api_url
            message = f"TELEGRAM_TOKEN is not accepted by {server}: ask @BotFather for the current one"
            raise SettingsError(message) from None
        finally:
            if ticks.running:
                ticks.shutdown(wait=False)
            await self._close()

    async def _settle_in(self) -> None:
        await self.writer.submit(lambda connection: database.settle_in(connection, self.keyring.check))
        erased = await self.writer.submit(lambda connection: self.graves.reconcile(connection, self.clock.now()))
        # A crash between an erasure and its clearing up leaves copies in the log.
        self.spine.to_scrub = bool(erased) or not await self.writer.maintain(partial(database.vacuum, whole=False))
        if erased:
            log.warning("a restored backup brought erased people back: erased again", people=erased)

    async def _log_in(self) -> None:
        """Ask Telegram who we are, as long as it takes: being offline at the start is no reason to give up."""
        pause = AWAY_FIRST
        while True:
            try:
                await self.application.initialize()
            except InvalidToken:
                raise
            except RetryAfter as error:
                await self.clock.sleep(retry_seconds(error))
            except TelegramError as error:
                log.warning("Telegram does not answer, will try again", error=type(error).__name__, seconds=pause,
                            server=self.settings.telegram_api_url)
                await self.clock.sleep(pause)
                pause = min(pause * 2, AWAY_LONGEST)
            else:
                break
        bot_id = self.bot.id
        await self.writer.submit(lambda connection: database.settle_in(connection, self.keyring.check, bot_id))

    async def _take_up(self) -> None:
        """Go on where the last process ended."""
        self.sos.remember(await self.writer.submit(people.countries))
        waiting = await self.intake.load()
        await self.courier.sweep()
        if waiting:
            log.info("took up what was waiting", updates=waiting)

    async def _introduce(self) -> None:
        """Tell Telegram what to show of the bot, when that changed; what it does not take is told again in an hour."""
        calls = listing.listing(self.words, self.settings.bot_name)
        wanted = listing.fingerprint(calls)
        if await self.writer.submit(database.listing) == wanted:
            return
        try:
            for method, parameters in calls:
                await call(self.bot, method, parameters)
        except TelegramError as error:
            log.warning("Telegram did not take all of the bot's listing", method=method, error=type(error).__name__)
            return
        await self.writer.submit(lambda connection: database.keep_listing(connection, wanted))

    async def _tick(self, duty: Callable[[], Awaitable[None]]) -> None:
        """One run of a duty; the next one comes whatever happens to this."""
        try:
            await duty()
        except (asyncio.CancelledError, Stopped):
            pass  # the process is ending
        except Exception:
            log.exception("a duty failed", duty=duty.__name__)

    async def remind(self) -> None:
        """Decide whatever is due, batch by batch, so that replies pass in between; then the courier looks for it."""
        taken = some = await self._ticked(duty.BATCH)
        while taken == duty.BATCH:
            taken = await self._ticked(duty.BATCH)
        if some:
            await self.courier.sweep()

    async def next_due(self) -> datetime | None:
        """When something will be due next, of reminders and of messages that wait for their time; None for nothing."""

        def first(connection: Connection) -> datetime | None:
            both = reminder_store.next_due(connection), outbox.next_due(connection, self.clock.now())
            return min(filter(None, both), default=None)

        return await self.writer.submit(first)

    async def _ticked(self, most: int) -> int:
        """How many were taken. Should our code fail on one of them, it is set aside and holds up nobody else."""
        now = self.clock.now()
        try:
            return await self.writer.submit(lambda connection: duty.tick(connection, self.keyring, now, most))
        except Stopped:
            raise
        except Exception:
            if most > 1:
                return sum([await self._ticked(1) for _ in range(most)])
            which = await self.writer.submit(lambda connection: duty.set_aside(connection, now))
            log.exception("a reminder failed, and is tried again in an hour", occurrence=which)
            return 1

    async def _beat(self) -> None:
        """The heartbeat says that the loop turns and that the database commits."""
        await self.writer.submit(lambda connection: connection.exec_driver_sql("SELECT 1").scalar())
        self.heartbeat.touch()

    async def scrub(self) -> None:
        """After an erasure: leave no byte of it in the files."""
        if self.spine.to_scrub:
            self.spine.to_scrub = False
            await self.writer.submit(vault.destroy_unused)
            if self.engine.dialect.name == "sqlite":
                clean = await self.writer.maintain(database.vacuum)
            else:
                clean = await asyncio.to_thread(database.vacuum, self.engine)  # beside the writers, not in their way
            self.spine.to_scrub |= not clean

    async def _forget(self) -> None:
        now = self.clock.now()
        await self.writer.submit(vault.destroy_unused)
        await self.writer.submit(lambda connection: inbox.forget_old(connection, now))
        await self.writer.submit(lambda connection: outbox.forget_old(connection, now))
        await self.writer.submit(lambda connection: reminder_store.forget_old(connection, now))
        await self.writer.submit(lambda connection: people.end_lapsed_pauses(connection, now))
        for owner in await self.writer.submit(lambda connection: people.never_agreed(connection, now - UNDECIDED)):
            await self.writer.submit(partial(privacy_store.erase, keyring=self.keyring, owner=owner, now=now), owner)

    async def _close(self) -> None:
        await self.lanes.stop()
        await self.courier.stop()
        await self.spine.stop()
        await self.files.stop()
        await self.places.stop()
        await self.media.stop()
        await self.writer.stop()
        with contextlib.suppress(TelegramError):
            await self.application.shutdown()
        await self.bot.shutdown()
        self.engine.dispose()


def _tzdata() -> str:
    import tzdata

    return str(tzdata.__version__)


def open_database(settings: Settings) -> Engine:
    """The database, migrated.

    Raises:
        SettingsError: it can't be opened, or is newer than this code.
    """
    engine = database.connect(settings.database, POSTGRES_WRITERS)
    if database.migrate(engine):
        log.info("the database was migrated", schema=database.SCHEMA)
    return engine


