"""A pretend Telegram for each test, and a bare HTTP client in the bot's place."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from aiohttp import ClientSession, FormData

from bot.adapters.clock import Clock
from bot.demo.phone import Phone
from bot.demo.server import BotApi
from bot.demo.waiting import Bell
from bot.demo.world import World


class Answer(NamedTuple):
    """What the Bot API said: HTTP status, result or None, description or "", parameters or {}."""

    status: int
    result: Any
    description: str
    parameters: dict[str, int]


Call = Callable[..., Awaitable[Answer]]


class MovableClock(Clock):
    """Both times can be moved by hand: people's with `move`, the machine's with `wait`."""

    def __init__(self) -> None:
        super().__init__()
        self._waited = 0.0
        self._sleepers: dict[float, asyncio.Event] = {}  # by how many seconds they asked for
        self._fell_asleep = Bell()

    def wait(self, seconds: float) -> None:
        """Let time pass, and wake those who asked for no more than that."""
        self._waited += seconds
        for asked, woken in self._sleepers.items():
            if asked <= seconds:
                woken.set()

    async def wait_out(self, seconds: float) -> None:
        """The same, as soon as somebody sleeps for exactly that long."""
        while seconds not in self._sleepers:
            await self._fell_asleep.next_ring()
        self.wait(seconds)

    def monotonic(self) -> float:
        return super().monotonic() + self._waited

    async def sleep(self, seconds: float) -> None:
        woken = self._sleepers[seconds] = asyncio.Event()
        self._fell_asleep.ring()
        with suppress(TimeoutError):
            await asyncio.wait_for(woken.wait(), seconds)


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def world(clock: MovableClock) -> World:
    return World(clock)


@pytest.fixture
def ana(world: World) -> Phone:
    """Ana has written to the bot."""
    phone = world.person("Ana")
    phone.type("/start")
    return phone


@pytest.fixture
async def api(world: World) -> AsyncIterator[BotApi]:
    async with BotApi(world) as server:
        yield server


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    async with ClientSession() as client:
        yield client


@pytest.fixture
def call(world: World, api: BotApi, session: ClientSession) -> Call:
    """Call a method as the library does: form fields, lists and objects in JSON; bytes are uploaded."""

    async def call_method(method: str, **parameters: Any) -> Answer:
        form = FormData()
        for name, value in parameters.items():
            if isinstance(value, bytes):
                form.add_field(name, value, filename=f"{name}.bin")
            else:
                form.add_field(name, value if isinstance(value, str) else json.dumps(value))
        async with session.post(f"{api.url}/bot{world.token}/{method}", data=form) as response:
            body = await response.json()
            return Answer(response.status, body.get("result"), body.get("description", ""), body.get("parameters", {}))

    return call_method


def keyboard(*rows: list[dict[str, Any]]) -> dict[str, Any]:
    """An inline keyboard."""
    return {"inline_keyboard": list(rows)}


def button(label: str = "Yes", data: str = "yes") -> dict[str, str]:
    """A button with callback data."""
    return {"text": label, "callback_data": data}


DAY = timedelta(days=1)
