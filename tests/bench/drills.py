"""What messages with an animation cost beside plain ones: a thousand chats, one picture, one upload; and the sounds."""

import asyncio
import itertools
import json
import os
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from bot.adapters.clock import Clock
from bot.adapters.keyring import Keyring
from bot.adapters.store import outbox, vault
from bot.app import open_database
from bot.demo.phone import Phone
from bot.demo.server import BotApi
from bot.demo.world import World
from bot.drills import breath, sound
from tests.bench import starting
from tests.bench.process import COACH, BotProcess, database
from tests.bench.report import figure
from tests.support import settings_for

CHATS = 1000
PATIENCE = 120.0  # seconds for all of them
REST = 2.0  # seconds until what was sent is written down
CALM = (("in", 4), ("out", 6))
BREATH = breath.animation(CALM, {"in": "In", "out": "Out"})
WORDS = {"text": "In for 4, out for 6.", "rows": [[{"text": "Stop", "callback_data": "v1:1:1:stop"}]]}


def measure(kind: str) -> None:
    """Send plain messages, then the same with an animation, and print what each took; make five minutes of sound."""
    asyncio.run(_measure(kind))
    starting.measure(kind)
    for sounds in sound.FORMATS:
        before = sum(os.times()[:4])
        file = sound.answer(json.dumps(breath.sound(CALM, 5, sounds)).encode())
        figure(f"drills.{sounds}.cpu", sum(os.times()[:4]) - before, "s, its encoder's included")
        figure(f"drills.{sounds}.file", len(file), "bytes", "<= 301000")


async def _measure(kind: str) -> None:
    world = World(Clock())
    phones = [world.person(f"P{number}") for number in range(CHATS)]
    for phone in phones:
        phone.person.started = True
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch, database(kind, Path(scratch)) as address:
        settings = settings_for(address, "http://127.0.0.1", world.token)
        engine, keyring = open_database(settings), Keyring(settings.master_key())
        async with BotApi(world) as api:
            environment = {"DATABASE_URL": address, "MESSAGES_PER_SECOND": "1000"}
            up = _times(world, "before:getUpdates", 1)
            with BotProcess(COACH, Path(scratch), api, **environment) as process:
                await up
                await asyncio.sleep(REST)
                for name, method, payload in (
                    ("plain", "sendMessage", WORDS), ("animated", "sendAnimation", {**WORDS, "medium": BREATH}),
                ):
                    before, began = process.cpu(), time.monotonic()
                    all_sent = _times(world, f"after:{method}", CHATS)
                    await asyncio.to_thread(_post, engine, keyring, phones, payload)
                    await asyncio.wait_for(all_sent, PATIENCE)
                    figure(f"drills.{name}.until_the_last", time.monotonic() - began, "s")
                    await asyncio.sleep(REST)
                    figure(f"drills.{name}.cpu", (process.cpu() - before) / CHATS * 1000, "ms/message")
                figure("drills.worker.cpu", process.cpu_of_children(), "s, its start and the drawing")
        engine.dispose()
    uploads = [call for call in world.calls if call.method == "sendAnimation" and "animation" not in call.params]
    figure("drills.animated.sent", world.counters["sendAnimation: ok"], "messages")
    figure("drills.animated.uploads", len(uploads), "uploads", "1")
    file = phones[0].download(phones[0].last.id)
    figure("drills.animated.file", len(file), "bytes", "<= 60000")


def _post(engine: Engine, keyring: Keyring, phones: list[Phone], payload: dict[str, Any]) -> None:
    now = datetime.now(UTC)
    with engine.begin() as connection:
        for owner, key in vault.keys(connection, keyring, [phone.id for phone in phones]).items():
            outbox.post(connection, key, owner=owner, chat=owner, method="text", payload=payload, now=now)


def _times(world: World, point: str, count: int) -> "asyncio.Future[None]":
    """Done when the pretend Telegram has been at that point so often."""
    enough: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    left = itertools.count(count - 1, -1)

    def came(_: object) -> None:
        if next(left) == 0:
            enough.set_result(None)

    world.faults.on(point, came)
    return enough
