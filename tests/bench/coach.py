"""The coach with a meter in it: `python -m tests.bench.coach` is `python -m bot run`, its parts timed from outside.

Every SIGUSR1 appends a line of JSON to the file that METER names: CPU seconds so far, by part and of the whole process.
"""

import functools
import json
import os
import signal
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine, Generator
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from aiohttp.client_proto import ResponseHandler
from telegram import Update
from telegram.ext import Application

import bot.app
from bot.__main__ import main as run_bot
from bot.adapters.courier import Courier
from bot.adapters.intake import Intake
from bot.adapters.lanes import Lanes
from bot.adapters.store import cards, inbox, outbox
from bot.adapters.writer import Writer
from bot.spine import Spine
from bot.turn import Room, Turner
from bot.words import Words

P = ParamSpec("P")
T = TypeVar("T")
TOTAL = "total"


class Meter:
    """CPU seconds by part. What a timed call does inside another one counts for the inner one only."""

    def __init__(self) -> None:
        self._totals: list[defaultdict[str, float]] = []
        self._thread = threading.local()

    def timed(self, part: str, function: Callable[P, T]) -> Callable[P, T]:
        """The function, its time added to `part`."""

        @functools.wraps(function)
        def wrapper(*args: P.args, **kwargs: P.kwargs) -> T:
            began = self._enter()
            try:
                return function(*args, **kwargs)
            finally:
                self._leave(part, began)

        return wrapper

    def timed_async(self, part: str, function: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, Awaitable[T]]:
        """The coroutine function, the time of its own steps added to `part`: none of what runs while it waits."""

        @functools.wraps(function)
        async def wrapper(*args: P.args, **kwargs: P.kwargs) -> T:
            return await _Steps(self, part, function(*args, **kwargs))

        return wrapper

    def totals(self) -> dict[str, float]:
        """Of all threads."""
        return {
            part: sum(totals.get(part, 0.0) for totals in self._totals)
            for part in {part for totals in self._totals for part in list(totals)}
        }

    def _enter(self) -> float:
        if not hasattr(self._thread, "inside"):
            self._thread.inside = []
            self._thread.totals = defaultdict(float)
            self._totals.append(self._thread.totals)
        self._thread.inside.append(0.0)
        return time.thread_time()

    def _leave(self, part: str, began: float) -> None:
        took = time.thread_time() - began
        inside = self._thread.inside
        self._thread.totals[part] += took - inside.pop()
        if inside:
            inside[-1] += took


class _Steps(Awaitable[T]):
    """Awaits a coroutine and times each of its steps."""

    def __init__(self, meter: Meter, part: str, coroutine: Coroutine[Any, Any, T]) -> None:
        self._send = meter.timed(part, coroutine.send)
        self._throw = meter.timed(part, coroutine.throw)

    def __await__(self) -> Generator[Any, Any, T]:
        try:
            waited_for = self._send(None)
            while True:
                try:
                    answer = yield waited_for
                except BaseException as error:
                    waited_for = self._throw(type(error), error)
                else:
                    waited_for = self._send(answer)
        except StopIteration as end:
            result: T = end.value
            return result


def install(meter: Meter) -> None:
    """Put the meter around everything that an update goes through."""
    functions: list[tuple[str, Any, str]] = [
        ("parse", Update, "de_json"),
        ("facts", Turner, "load"),
        ("rules", Turner, "decide"),
        ("render", Words, "render"),
        ("render", Words, "label"),
        ("store.keep", inbox, "keep"),
        ("store.turn", Turner, "turn"),
        ("store.claim", outbox, "claim"),
        ("store.settle", outbox, "settle"),
        ("store.settle", cards, "placed"),
        ("store.commit", Writer, "_commit"),
        ("send", ResponseHandler, "data_received"),
    ]
    coroutines: list[tuple[str, Any, str]] = [
        ("poll", Intake, "_poll"),
        ("dispatch", Lanes, "_walk"),
        ("dispatch", Application, "process_update"),
        ("courier", Courier, "run"),
        ("courier", Courier, "_fly"),
        ("send", Courier, "_call"),
        ("send", Spine, "_best_effort"),
    ]
    for part, owner, name in functions:
        setattr(owner, name, meter.timed(part, getattr(owner, name)))
    for part, owner, name in coroutines:
        setattr(owner, name, meter.timed_async(part, getattr(owner, name)))
    for kind, room in bot.app.ROOMS.items():
        bot.app.ROOMS[kind] = Room(meter.timed("facts", room.load), room.decide)


def main() -> None:
    """Run the coach, metered."""
    meter, file = Meter(), Path(os.environ["METER"])
    install(meter)

    def note(*_: object) -> None:
        with file.open("a") as lines:
            lines.write(json.dumps(meter.totals() | {TOTAL: time.process_time()}) + "\n")

    signal.signal(signal.SIGUSR1, note)
    sys.argv[1:] = ["run"]
    run_bot()


if __name__ == "__main__":
    main()
