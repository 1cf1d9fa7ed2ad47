"""Media: made once by a worker, uploaded once with a message that needs them, then sent by Telegram's id for them.

    take(medium) > its file id, or the bytes for one caller to upload, or BeingMade: come again when called

However many messages need one at the same moment, one of them uploads it. What could not be made is not tried again
for a while; messages go without it.
"""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.adapters.clock import Clock
from bot.adapters.store import media
from bot.adapters.workers import Limits, Worker, WorkerFailed
from bot.adapters.writer import Stopped, Writer

# Drawing takes 0.5 s of CPU and 70 MB with the encoder, five minutes of sound 3.5 s and 60 MB; the limits, which hold
# for each of the two, leave room for a slower and busier machine, and for a GIF of a long breath.
LIMITS = Limits(memory=256 * 2**20, cpu=20, timeout=30.0)
GIVEN_UP = 300.0  # seconds for which a medium that could not be made, or is refused, is left out
REFUSALS = 3  # in a row that mean the medium, and not one of the chats

Medium = dict[str, Any]  # see `bot.drills.breath`


class BeingMade(Exception):
    """It is made just now, or somebody else uploads it."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that Telegram does not have yet, and what it is to be told of it: seconds, pixels."""

    name: str
    content: bytes
    told: Mapping[str, int]


@dataclass(slots=True, eq=False)
class _State:
    """How far a medium is. `waiting` are those who were told `BeingMade`, by chat, the first ones first.

    `own`: it shows somebody's numbers, so nothing of it is kept once it was sent.
    """

    file_id: str | None = None
    upload: Upload | None = None
    uploading: bool = False
    refusals: int = 0
    without_until: float = 0.0
    own: bool = False
    making: "asyncio.Task[None] | None" = None
    waiting: dict[int, Callable[[], object]] = field(default_factory=dict)


class Media:
    """Gives them out. What is known of them stands in the table `media`; here is what is going on."""

    def __init__(self, writer: Writer, clock: Clock) -> None:
        self._writer = writer
        self._clock = clock
        # A child works at the machine's own pace.
        drawing, sounding = (Worker(f"bot.drills.{module}", Clock(), LIMITS) for module in ("animation", "sound"))
        picturing = Worker("bot.checkins.picture", Clock(), LIMITS)
        self._workers = {"animation": drawing, "voice": sounding, "audio": sounding, "photo": picturing}
        self._states: dict[str, _State] = {}

    def take(self, medium: Medium, chat: int, come_again: Callable[[], object]) -> str | Upload | None:
        """The file id to send, or the file to upload and then `uploaded` or `not_uploaded`; None: go without it.

        Raises:
            BeingMade: `come_again` is called when there is news, though not always: a caller also comes by itself.
        """
        state = self._states.setdefault(medium["asset"], _State(own=medium.get("own", False)))
        state.waiting.pop(chat, None)
        if state.file_id is not None:
            return state.file_id
        if state.without_until > self._clock.monotonic():
            return None
        if state.upload is not None and not state.uploading:
            state.uploading = True
            return state.upload
        if state.upload is None and state.making is None:
            state.making = asyncio.create_task(self._make(medium, state))
        state.waiting[chat] = come_again
        raise BeingMade

    def uploaded(self, asset: str, file_id: str) -> None:
        """Telegram has it now."""
        now, state = self._clock.now(), self._states[asset]
        if state.own:
            del self._states[asset]
            return
        state.file_id, state.upload, state.uploading, state.refusals = file_id, None, False, 0
        # Nobody waits for this: what a crash leaves out is uploaded again.
        kept = self._writer.submit(lambda connection: media.keep(connection, asset, file_id, now))
        kept.add_done_callback(lambda done: done.exception())
        _tell(state)

    def not_uploaded(self, asset: str, *, refused: bool) -> None:
        """The upload failed: somebody else's turn; when Telegram refused it again and again, nobody's for a while."""
        state = self._states[asset]
        state.uploading = False
        state.refusals += refused
        if state.refusals >= REFUSALS:
            self._give_up(state)
        _tell(state)

    async def forget(self, asset: str, file_id: str) -> None:
        """Telegram does not know this id; a newer one stays."""
        await self._writer.submit(lambda connection: media.forget(connection, asset, file_id))
        state = self._states[asset]
        if state.file_id == file_id:
            state.file_id = None

    async def stop(self) -> None:
        """End the workers; nothing more is made."""
        await asyncio.gather(*(worker.stop() for worker in set(self._workers.values())))
        making = [state.making for state in self._states.values() if state.making is not None]
        if making:
            await asyncio.wait(making)

    async def _make(self, medium: Medium, state: _State) -> None:
        asset = medium["asset"]
        try:
            state.file_id = await self._writer.submit(lambda connection: media.file_id(connection, asset))
            if state.file_id is None:
                content = await self._workers[medium["kind"]].ask(json.dumps(medium).encode())
                state.upload = Upload(_name(medium["kind"], content), content, medium["told"])
        except WorkerFailed:  # the worker has logged why
            self._give_up(state)
        except Stopped:
            return  # the process is ending
        finally:
            state.making = None
        _tell(state)

    def _give_up(self, state: _State) -> None:
        state.upload, state.refusals = None, 0
        state.without_until = self._clock.monotonic() + GIVEN_UP


def _name(kind: str, content: bytes) -> str:
    """Telegram goes by the ending."""
    if kind == "photo":
        return "weeks.png"
    if kind == "animation":
        return "breath.gif" if content.startswith(b"GIF") else "breath.mp4"
    return "breath.ogg" if kind == "voice" else "breath.mp3"


def _tell(state: _State) -> None:
    """Call those who wait: one of them when it is to be uploaded, else all."""
    to_upload = state.upload is not None and state.file_id is None
    for chat in list(state.waiting)[: 1 if to_upload else None]:
        state.waiting.pop(chat)()
