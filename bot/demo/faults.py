"""Everything that goes wrong between a bot and Telegram, on demand.

A test sets a fault on `world.faults`; the server asks before and after each call. Nothing happens by itself.
"""

import asyncio
import inspect
import math
import random
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import Any, NamedTuple

from bot.adapters.clock import Clock
from bot.demo.files import Files
from bot.demo.refusals import VOICE_FORBIDDEN, Refusal, bad_request, too_many_requests
from bot.demo.updates import UpdateQueue

Params = dict[str, Any]
Callback = Callable[[Params], Awaitable[None] | None]

# Flood control never touches these two, so that a bot can still listen.
NEVER_LIMITED = frozenset({"getUpdates", "getMe"})


class ConnectionLost(Exception):
    """The server hangs up without an answer."""


class EarlyCall(NamedTuple):
    """A call that came although Telegram had said to wait; `before` is in seconds."""

    chat: int | None
    method: str
    before: float


@dataclass
class _Halt:
    """No calls until then (monotonic); `told` once a call got to know."""

    until: float
    told: bool = False


@dataclass
class _Chance:
    """Strikes a share of the calls, of all methods or of some."""

    share: float
    rng: random.Random
    methods: Collection[str] | None = None

    def strikes(self, method: str) -> bool:
        return (self.methods is None or method in self.methods) and self.rng.random() < self.share


class Faults:
    """The switches. `early_calls` lists who did not wait for a 429, the call that first got it left out."""

    def __init__(self, clock: Clock, updates: UpdateQueue, files: Files) -> None:
        self._clock = clock
        self._updates = updates
        self._files = files
        self._halts: dict[int | None, _Halt] = {}
        self._flood: tuple[_Chance, tuple[float, float]] | None = None
        self._resets: _Chance | None = None
        self._losses: _Chance | None = None
        self._points: defaultdict[str, list[Callback]] = defaultdict(list)
        self._bad_gateway = False
        self._delay = 0.0
        self._no_voice: dict[int, str] = {}
        self._moving = asyncio.Event()
        self._moving.set()
        self.early_calls: list[EarlyCall] = []

    def retry_after(self, seconds: float, chat: int | None = None) -> None:
        """Halt sends and edits to a chat, or without one all methods but getUpdates and getMe."""
        self._halts[chat] = _Halt(self._clock.monotonic() + seconds)

    def flood(self, share: float, seconds: tuple[float, float] = (1, 10_072), rng: random.Random | None = None) -> None:
        """Let a share of sends and edits halt their chat for a random time; 0 ends it."""
        self._flood = (_Chance(share, rng or random.Random(0)), seconds)

    def lose_answer(
        self, share: float, rng: random.Random | None = None, methods: Collection[str] | None = None
    ) -> None:
        """Do what a share of the calls ask for, then hang up without an answer; 0 ends it."""
        self._losses = _Chance(share, rng or random.Random(0), methods)

    def reset(self, share: float, rng: random.Random | None = None, methods: Collection[str] | None = None) -> None:
        """Hang up on a share of the calls before anything happened; 0 ends it."""
        self._resets = _Chance(share, rng or random.Random(0), methods)

    def bad_gateway(self, on: bool = True) -> None:
        """Answer everything with 502."""
        self._bad_gateway = on

    def slow(self, seconds: float) -> None:
        """Make every call wait first."""
        self._delay = seconds

    def hang(self, on: bool = True) -> None:
        """Take calls and never answer; those that hang go on when it is switched off."""
        if on:
            self._moving.clear()
        else:
            self._moving.set()

    def forget_files(self) -> None:
        """Refuse every file id that a bot was given so far."""
        self._files.forget()

    def forbid_voice(self, person: int, said: str = VOICE_FORBIDDEN) -> None:
        """Let somebody want no voice messages, as Premium lets them; `said` is how Telegram refuses, one way of two."""
        self._no_voice[person] = said

    def check_voice(self, chat: int) -> None:
        """Raises `Refusal` where voice messages are forbidden."""
        if chat in self._no_voice:
            raise bad_request(self._no_voice[chat])

    def on(self, point: str, callback: Callback) -> None:
        """Call back with a call's parameters at `before:<method>` or `after:<method>`.

        "before" has no effect yet, "after" has no answer yet. The callback may be sync or async.
        """
        self._points[point].append(callback)

    @property
    def deliver_twice(self) -> bool:
        """Whether every update comes once more after it was confirmed."""
        return self._updates.twice

    @deliver_twice.setter
    def deliver_twice(self, on: bool) -> None:
        self._updates.twice = on

    async def before(self, method: str, chat: int | None, params: Params) -> None:
        """All that can happen to a call without effect. Raises `Refusal` or `ConnectionLost`."""
        await self._moving.wait()
        if self._delay:
            await self._clock.sleep(self._delay)
        if self._bad_gateway:
            raise Refusal(502, "Bad Gateway")
        if self._resets is not None and self._resets.strikes(method):
            raise ConnectionLost
        await self._call_back(f"before:{method}", params)
        self._check_limits(method, chat)

    async def after(self, method: str, params: Params) -> None:
        """All that can happen between the effect and its answer. Raises `ConnectionLost`."""
        await self._call_back(f"after:{method}", params)
        if self._losses is not None and self._losses.strikes(method):
            raise ConnectionLost

    async def _call_back(self, point: str, params: Params) -> None:
        for callback in self._points.get(point, ()):
            result = callback(params)
            if inspect.isawaitable(result):
                await result

    def _check_limits(self, method: str, chat: int | None) -> None:
        if method in NEVER_LIMITED:
            return
        self._check_halt(None, method)
        if chat is None or not method.startswith(("send", "edit")):
            return
        self._check_halt(chat, method)
        if self._flood is not None:
            chance, (shortest, longest) = self._flood
            if chance.strikes(method):
                self.retry_after(chance.rng.uniform(shortest, longest), chat)
                self._check_halt(chat, method)

    def _check_halt(self, chat: int | None, method: str) -> None:
        halt = self._halts.get(chat)
        if halt is None:
            return
        left = halt.until - self._clock.monotonic()
        if left <= 0:
            del self._halts[chat]
            return
        if halt.told:
            self.early_calls.append(EarlyCall(chat, method, left))
        halt.told = True
        raise too_many_requests(math.ceil(left))
