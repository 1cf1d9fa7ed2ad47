"""The courier: the one that sends, at Telegram's pace, and writes down what became of everything (promise 4).

    outbox row > its turn (pacing) > `sending` committed > the call > `sent`, `dropped`, `unknown` or back to waiting

Telegram has no idempotency key. A call whose outcome nobody knows is repeated when it is a reply, never when it is
a reminder; one chat has at most one call in flight, so at most one message can come twice for each such outcome.
"""

import asyncio
import contextlib
import io
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import structlog
from sqlalchemy import Connection
from telegram import Bot, InlineKeyboardMarkup, InputFile, Message
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot.adapters.clock import Clock
from bot.adapters.keyring import Keyring
from bot.adapters.media import BeingMade, Media, Upload
from bot.adapters.pacing import Pacer
from bot.adapters.request import NeverLeft, call, retry_seconds
from bot.adapters.store import cards, outbox, people, vault
from bot.adapters.store.outbox import Claimed, Posted, Rank
from bot.adapters.writer import Stopped, Writer
from bot.drills.breath import as_audio
from bot.model import IN_PRIVATE

AWAY_AFTER = 3  # failures in a row, to any chat, that mean: Telegram is away
AWAY_FIRST, AWAY_LONGEST = 1.0, 30.0  # seconds between two tries while it is away
REST_AFTER_UNKNOWN = 1.0  # seconds that a chat is left alone after an unknown outcome
LOOK_AGAIN = 5.0  # seconds after which a chat that waits for its medium looks by itself, should nobody call it
REPLIES_IN_MEMORY = 2500  # and as many others; more wait in the database
ROWS_A_CHAT = 20  # of them, so that one chat can't fill the memory
WRITE_DOWN_AFTER = 0.1  # seconds that a made change may wait to be settled together with others
FLIGHTS = 100  # calls at the same time
LAND_SECONDS = 5.0  # how long a stop waits for calls in flight

NO_TEXT = "there is no text in the message"  # it is a picture
GONE = (
    "message to edit not found", "message can't be edited", NO_TEXT, "message_id_invalid",
    "message to delete not found", "message can't be deleted",
)
WRONG_FILE = ("wrong file identifier", "wrong remote file identifier", "wrong file_id")
NO_VOICE = ("restricted receiving of voice", "voice_messages_forbidden")  # the Bot API's words, and what lies behind it
AS_HTML = {"parse_mode": ParseMode.HTML, "link_preview_options": {"is_disabled": True}}

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Composed:
    """A reminder's words and the card that shows it, and what has to be done to older messages."""

    card: int
    version: int
    payload: dict[str, Any]
    posted: tuple[Posted, ...]


Compose = Callable[[Connection, int, datetime], Composed | None]


class Courier:
    """Sends what lies in the outbox."""

    def __init__(
        self, bot: Bot, writer: Writer, keyring: Keyring, clock: Clock, media: Media, compose: Compose, per_second: int
    ) -> None:
        self._bot = bot
        self._writer = writer
        self._keyring = keyring
        self._clock = clock
        self._media = media
        self._compose = compose
        self._pacer = Pacer(per_second)
        self._flights: set[asyncio.Task[None]] = set()
        self._news = asyncio.Event()
        self._landed = asyncio.Event()
        self._failures = 0
        self._away_until = 0.0
        self._behind: set[int] = set()  # chats with rows in the database that must go before newer ones
        self._held_back: set[int] = set()  # those that became so since the last sweep began
        self._all_behind = False
        self._unwritten: set[int] = set()  # changes that were made, not yet settled
        self._writing: asyncio.Task[None] | None = None

    def post(self, rows: Iterable[Posted]) -> None:
        """Rows that were just committed; those that must wait, and those too many, are found again by `sweep`."""
        now = self._clock.now()
        for row in rows:
            if row.not_before is not None and row.not_before > now:
                continue
            if self._all_behind or row.chat in self._behind or not self._room_for(row.chat):
                self._behind.add(row.chat)
                self._held_back.add(row.chat)
            else:
                self._pacer.add(row, self._clock.monotonic())
        self._news.set()

    def _room_for(self, chat: int) -> bool:
        return len(self._pacer) < 2 * REPLIES_IN_MEMORY and self._pacer.waiting(chat) < ROWS_A_CHAT

    async def sweep(self) -> None:
        """Take up what became due or was left in the database, and what a crash left in flight."""
        now = self._clock.now()
        self._held_back.clear()

        def found(connection: Connection) -> tuple[list[Posted], list[Posted]]:
            # Asked here, in the transaction: a row of ours that is in flight now must not look left behind.
            outbox.take_up(connection, now, lambda row_id: row_id in self._pacer or row_id in self._unwritten)
            return outbox.due(connection, now, ROWS_A_CHAT, REPLIES_IN_MEMORY)

        replies, others = await self._writer.submit(found)
        for row in (*replies, *others):
            if row.id not in self._unwritten and self._room_for(row.chat):
                self._pacer.add(row, self._clock.monotonic())
        # Chats with more than was fetched get their next rows here too, never past these.
        chats = Counter(row.chat for row in replies)
        self._behind = {chat for chat, count in chats.items() if count >= ROWS_A_CHAT} | self._held_back
        self._all_behind = len(replies) >= REPLIES_IN_MEMORY
        self._pacer.forget_idle(self._clock.monotonic())
        self._news.set()

    async def run(self) -> None:
        """Send until cancelled."""
        while True:
            self._news.clear()
            now = self._clock.monotonic()
            away = self._failures >= AWAY_AFTER
            room = 1 if away else FLIGHTS
            if away and not self._flights and self._pacer.wait(now) == 0:
                self._flights.add(asyncio.create_task(self._knock()))
                continue
            row = self._pacer.next(now) if len(self._flights) < room and not away else None
            if row is not None:
                self._flights.add(asyncio.create_task(self._fly(row)))
                continue
            wait = self._pacer.wait(now) if len(self._flights) < room else None
            if wait is not None:
                timer = self._clock.call_later(wait, self._news.set)
                await self._news.wait()
                timer.cancel()
            else:
                await self._news.wait()

    async def idle(self) -> None:
        """Wait until nothing waits here and nothing is in flight."""
        while len(self._pacer) or self._unwritten:
            self._landed.clear()
            await self._landed.wait()

    async def stop(self) -> None:
        """Let the calls in flight land; what does not is repeated after the next start."""
        if self._flights:
            await asyncio.wait(self._flights, timeout=LAND_SECONDS)
        # A database that takes nothing must not keep the process from ending: these changes would be made again.
        await asyncio.wait((asyncio.create_task(self._write_down()),), timeout=LAND_SECONDS)

    async def clear_of_halts(self, chat: int) -> None:
        """Wait until no running `retry_after` forbids this chat."""
        while (seconds := self._pacer.halted_for(chat, self._clock.monotonic())) > 0:
            await self._clock.sleep(seconds)

    def halt(self, chat: int, seconds: float) -> None:
        """A 429 that somebody else met."""
        self._pacer.halt(chat, seconds, self._clock.monotonic())

    # ---- one flight ----------------------------------------------------------------------------------

    async def _fly(self, row: Posted) -> None:
        called = again = False
        try:
            claimed, bare = await self._writer.submit(lambda connection: self._claim(connection, row.id), row.owner)
            self.post(bare)
            if claimed is not None:
                try:
                    file = self._file(claimed, row.chat)
                except BeingMade:
                    # No call, and no place among the flights: this chat waits, all others go on.
                    self._pacer.rest(row.chat, LOOK_AGAIN, self._clock.monotonic())
                    again = await self._again(claimed)
                else:
                    called = True
                    again = await self._deliver(claimed, file)
        except Stopped:
            pass  # the process is ending; the row is found again
        except Exception:
            # Nothing of ours may end the courier; and whether it went out is unknown, and would be each time again.
            log.exception("a flight failed", row=row.id)
            await self._give_up(row)
        finally:
            now = self._clock.monotonic()
            self._pacer.landed(row, now, called=called)
            if again:
                self._pacer.add(row, now)  # at once, before anything behind it in its chat may go
            self._ended()
            self._landed.set()

    def _claim(self, connection: Connection, row_id: int) -> tuple[Claimed | None, tuple[Posted, ...]]:
        """Mark it as being sent. A reminder is written now, if it still fits; older ones lose their buttons."""
        now = self._clock.now()
        row = outbox.claim(connection, self._keyring, row_id, now)
        if row is None or row.occurrence is None:
            return row, ()
        composed = self._compose(connection, row.occurrence, now)
        if composed is None:  # and what became of the reminder is written down
            outbox.settle(connection, row_id, "dropped", now, "does not fit now")
            return None, ()
        written = replace(
            row, method="text", card=composed.card, version=composed.version, payload=composed.payload, message_id=None
        )
        return written, composed.posted

    def _file(self, row: Claimed, chat: int) -> str | Upload | None:
        """What a message with a medium is sent with; None for one without, or when it must go without."""
        if row.method != "text" or "medium" not in row.payload:
            return None
        return self._media.take(row.payload["medium"], chat, lambda: self._wake(chat))

    def _wake(self, chat: int) -> None:
        self._pacer.wake(chat, self._clock.monotonic())
        self._news.set()

    async def _give_up(self, row: Posted) -> None:
        now = self._clock.now()
        with contextlib.suppress(Exception):
            await self._writer.submit(
                lambda connection: outbox.end(
                    connection, row.id, outbox.occurrence_of(connection, row.id), "unknown", now, "our mistake"
                ),
                row.owner,
            )

    async def _knock(self) -> None:
        """Telegram is away: ask who we are, which has no effect. A message might arrive with every try."""
        try:
            await self._bot.get_me()
        except TelegramError:
            self._failed()
        else:
            self._failures = 0
        finally:
            self._ended()

    def _ended(self) -> None:
        """Make room before the news: the loop looks for it when it wakes."""
        flight = asyncio.current_task()
        assert flight is not None
        self._flights.discard(flight)
        self._news.set()

    async def _deliver(self, row: Claimed, file: str | Upload | None) -> bool:
        """Make the call and settle the row; True when it is back to waiting.

        1. A 429 halts the chat to its end; the row was not sent.
        2. A request that never left was not sent either.
        3. A refusal is a state of the chat, or of the message, and ends the row.
        4. Any other failure is an unknown outcome.
        """
        try:
            message_id = await self._call(row, file)
        except RetryAfter as error:
            seconds = retry_seconds(error)
            self._pacer.halt(row.chat, seconds, self._clock.monotonic())
            log.info("told to wait", chat=row.chat, seconds=seconds)
            return await self._again(row)
        except ChatMigrated as error:
            return await self._moved(row, error.new_chat_id)
        except Forbidden as error:
            return await self._unreachable(row, forbidden_state(error.message))
        except BadRequest as error:
            self._failures = 0
            return await self._refused(row, file, error.message)
        except (NeverLeft, InvalidToken):  # the intake meets a refused token too, and says so
            self._failed()
            return await self._again(row)
        except TelegramError as error:
            self._failed()
            self._pacer.rest(row.chat, REST_AFTER_UNKNOWN, self._clock.monotonic())
            log.info("outcome unknown", row=row.id, error=type(error).__name__)
            if Rank(row.rank).repeatable:
                return await self._again(row)
            return await self._settle(row, "unknown", type(error).__name__)
        self._failures = 0
        self._pacer.succeeded()
        if message_id is None and row.method != "file":
            # Making a change twice is harmless: these are written down a little later, many at once.
            self._unwritten.add(row.id)
            if len(self._unwritten) == 1:
                self._clock.call_later(WRITE_DOWN_AFTER, self._start_writing)
            return False
        return await self._settle(row, "sent", message_id=message_id)

    def _start_writing(self) -> None:
        self._writing = asyncio.create_task(self._write_down())

    async def _write_down(self) -> None:
        """Settle the changes that were made since the last time."""
        done, now = sorted(self._unwritten), self._clock.now()

        def write(connection: Connection) -> None:
            for row_id in done:
                outbox.settle(connection, row_id, "sent", now)

        if not done:
            return
        with contextlib.suppress(Stopped):
            await self._writer.submit(write)
            self._unwritten.difference_update(done)
            self._landed.set()
            if self._unwritten:
                self._clock.call_later(WRITE_DOWN_AFTER, self._start_writing)

    async def _call(self, row: Claimed, file: str | Upload | None) -> int | None:
        """The Bot API call; the message's id when it made a new one."""
        payload = row.payload
        if isinstance(file, Upload):
            return await self._upload(row, file)
        if file is not None:
            kind = payload["medium"]["kind"]
            sent = await call(self._bot, f"send{kind.title()}", {
                "chat_id": row.chat, kind: file, "caption": payload["text"], "parse_mode": ParseMode.HTML,
                **({"reply_markup": {"inline_keyboard": payload["rows"]}} if payload["rows"] else {}),
            })
            return int(sent["message_id"])
        if row.method == "file":
            content = await asyncio.to_thread(zipped, payload["files"], self._clock.now())
            archive = InputFile(content, filename=payload["name"])
            await self._bot.send_document(row.chat, archive, caption=payload["text"], parse_mode=ParseMode.HTML)
            return None
        target = {"chat_id": row.chat}
        if row.message_id is not None:
            target["message_id"] = row.message_id
        if row.method == "strip":
            await call(self._bot, "editMessageReplyMarkup", target)
            return None
        if row.method == "remove":
            if row.message_id is not None:
                await call(self._bot, "deleteMessage", target)
            return None
        text = payload.get("medium", {}).get("instead", payload["text"])  # here a message goes without its medium
        if "belated" in payload and self._clock.now() >= datetime.fromisoformat(payload["belated"]["from"]):
            text = payload["belated"]["text"]
        message: dict[str, Any] = {**target, "text": text, **AS_HTML}
        if payload["rows"]:
            rows = [[self._linked(one) for one in row] for row in payload["rows"]]
            message["reply_markup"] = {"inline_keyboard": rows}
        if row.method == "put_away":
            message["reply_markup"] = {"remove_keyboard": True}
        if "share" in payload:
            message["reply_markup"] = share_keyboard(payload["share"])
        if row.message_id is not None:
            await call(self._bot, "editMessageText", message)
            return None
        sent = await call(self._bot, "sendMessage", message)
        return int(sent["message_id"])

    def _linked(self, button: dict[str, str]) -> dict[str, str]:
        """Where the private chat is, only the bot knows that sends this."""
        return button | {"url": self._bot.link} if button.get("url") == IN_PRIVATE else button

    async def _upload(self, row: Claimed, file: Upload) -> int:
        """Send a file that Telegram does not have yet; whatever becomes of it, others may go on."""
        payload, medium, file_id, refused = row.payload, row.payload["medium"], None, False
        send = getattr(self._bot, f"send_{medium['kind']}")
        try:
            keyboard = InlineKeyboardMarkup.de_json({"inline_keyboard": payload["rows"]}, self._bot)
            sent: Message = await send(
                row.chat, InputFile(file.content, filename=file.name), caption=payload["text"],
                parse_mode=ParseMode.HTML, reply_markup=keyboard if payload["rows"] else None, **file.told,
            )
            attached = sent.effective_attachment
            sizes = attached if isinstance(attached, Sequence) else (attached,)  # a photo has several
            file_id = getattr(sizes[-1], "file_id", None)
        except BadRequest as error:
            refused = not forbids_voice(error.message)  # which says nothing of the file
            raise
        finally:
            if file_id is not None:
                self._media.uploaded(medium["asset"], file_id)
            else:
                self._media.not_uploaded(medium["asset"], refused=refused)
        return sent.message_id

    async def _settle(
        self, row: Claimed, state: str, reason: str | None = None, message_id: int | None = None
    ) -> bool:
        def settle(connection: Connection) -> list[Posted]:
            now = self._clock.now()
            orphan = (
                row.card is not None
                and row.version is not None
                and message_id is not None
                and not cards.placed(connection, row.card, row.version, message_id)
            )
            outbox.end(connection, row.id, row.occurrence, state, now, reason)
            bare: list[int] = []
            if orphan and message_id is not None:
                bare = [message_id]
            elif row.card is not None and message_id is not None and row.payload.get("asks"):
                bare = cards.ask(connection, row.owner, row.chat, row.card)
            method = "remove" if orphan and "share" in row.payload else "strip"  # that only brought a keyboard
            # Of a card that moved on while this was in flight, the message stays; whatever asked before this was there
            # does not ask any more: the buttons of either go.
            key = vault.key(connection, self._keyring, row.owner)
            return [
                outbox.post(connection, key, owner=row.owner, chat=row.chat, method=method, payload=row.payload,
                            now=now, message_id=message)
                for message in bare
            ]

        self.post(await self._writer.submit(settle, row.owner))
        return False

    async def _again(self, row: Claimed) -> bool:
        await self._writer.submit(lambda connection: outbox.again(connection, row.id), row.owner)
        return True

    async def _moved(self, row: Claimed, to: int) -> bool:
        def move(connection: Connection) -> None:
            people.reach(connection, row.chat, "migrated", self._clock.now(), to)
            cards.move(connection, row.chat, to)
            outbox.again(connection, row.id)

        log.info("the chat moved", chat=row.chat, to=to)
        await self._writer.submit(move, row.owner)
        return True

    async def _unreachable(self, row: Claimed, state: str) -> bool:
        def unreachable(connection: Connection) -> None:
            people.reach(connection, row.chat, state, self._clock.now())
            outbox.end(connection, row.id, row.occurrence, "dropped", self._clock.now(), state)

        log.info("the chat can't be reached", chat=row.chat, state=state)
        await self._writer.submit(unreachable, row.owner)
        return False

    async def _refused(self, row: Claimed, file: str | Upload | None, text: str) -> bool:
        """A 400: what was wanted is so already, the message or the file is gone, or we made a mistake."""
        said = text.lower()
        if isinstance(file, str) and any(wrong in said for wrong in WRONG_FILE):
            log.info("Telegram forgot a file", row=row.id)
            await self._media.forget(row.payload["medium"]["asset"], file)
            return await self._again(row)
        if file is not None and row.payload["medium"]["kind"] == "voice" and forbids_voice(text):
            return await self._as_audio(row)
        if file is not None:
            # Perhaps only media are not welcome there: the words go all the same.
            log.warning("a medium is refused", row=row.id, said=kind_of(text))
            return await self._deliver(row, None)
        if "message is not modified" in said:
            return await self._settle(row, "sent")
        if not any(gone in said for gone in GONE):
            log.error("refused", row=row.id, method=row.method, said=kind_of(text))
            return await self._settle(row, "dropped", kind_of(text))
        if row.method == "remove" and "can't be deleted" in said:  # it is older than two days
            await self._writer.submit(lambda connection: outbox.instead(connection, row.id), row.owner)
            return True
        if row.method in ("strip", "remove"):
            return await self._settle(row, "dropped", "message gone")

        def anew(connection: Connection) -> list[Posted]:
            if row.card is not None:
                cards.lost(connection, row.card)
            outbox.anew(connection, row.id)
            if NO_TEXT not in said:
                return []
            # It is still there, and nobody is to tap it any more.
            key = vault.key(connection, self._keyring, row.owner)
            return [
                outbox.post(connection, key, owner=row.owner, chat=row.chat, method="strip", payload={},
                            now=self._clock.now(), message_id=row.message_id)
            ]

        self.post(await self._writer.submit(anew, row.owner))
        return True

    async def _as_audio(self, row: Claimed) -> bool:
        """Somebody wants no voice messages; audio is not forbidden."""
        payload = {**row.payload, "medium": as_audio(row.payload["medium"])}

        def change(connection: Connection) -> None:
            outbox.change(connection, vault.key(connection, self._keyring, row.owner), row.id, payload)

        await self._writer.submit(change, row.owner)
        return True

    def _failed(self) -> None:
        """One more failure in a row: after a few Telegram is away, and is asked ever less often."""
        now = self._clock.monotonic()
        if now < self._away_until:
            return  # in flight when the others failed: the same news
        self._failures += 1
        if self._failures >= AWAY_AFTER:
            seconds = min(AWAY_FIRST * 2 ** (self._failures - AWAY_AFTER), AWAY_LONGEST)
            self._away_until = now + seconds
            self._pacer.halt_all(seconds, now)
            log.warning("Telegram is away", failures=self._failures, next_try_in=seconds)


def forbids_voice(refusal: str) -> bool:
    """Whether a refusal is a person's who wants no voice messages."""
    return any(no in refusal.lower() for no in NO_VOICE)


def kind_of(refusal: str) -> str:
    """What a refusal is about: Telegram may quote the text that it refuses, so only its first words are ours to log."""
    return ":".join(refusal.lower().split(":")[:2])[:32]


def share_keyboard(label: str) -> dict[str, Any]:
    """A keyboard below the input with the one button that only such a keyboard may have."""
    button = {"text": label, "request_location": True}
    return {"keyboard": [[button]], "resize_keyboard": True, "one_time_keyboard": True}


def zipped(files: Mapping[str, str], at: datetime) -> bytes:
    """An archive of text files {name: text}, all dated `at`."""
    packed = io.BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        for name, text in files.items():
            # Without a date of ours the library would read the clock.
            archive.writestr(ZipInfo(name, at.timetuple()[:6]), text.encode(), ZIP_DEFLATED)
    return packed.getvalue()


def forbidden_state(text: str) -> str:
    """The state of a chat behind a 403: `blocked`, `deactivated` or `kicked`."""
    said = text.lower()
    if "deactivated" in said:
        return "deactivated"
    if "kicked" in said or "not a member" in said:
        return "kicked"
    return "blocked"

