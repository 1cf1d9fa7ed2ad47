"""Waiting without polling: for a bell or a future, at most so many seconds of the machine's time."""

import asyncio
from typing import Any

from bot.adapters.clock import Clock


async def done_within(clock: Clock, seconds: float, future: "asyncio.Future[Any]") -> bool:
    """Wait for the future; False, and the future cancelled, if `clock.sleep(seconds)` is over first."""
    alarm = asyncio.ensure_future(clock.sleep(seconds))
    try:
        await asyncio.wait({future, alarm}, return_when=asyncio.FIRST_COMPLETED)
        return future.done()
    finally:
        future.cancel()
        alarm.cancel()


class Bell:
    """Wakes everybody who waits at the moment it rings."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def ring(self) -> None:
        """Wake them."""
        for future in self._waiting:
            if not future.done():
                future.set_result(None)

    def next_ring(self) -> "asyncio.Future[None]":
        """Done when the bell rings next, counted from this very call, so that no ring is missed in between."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        future.add_done_callback(self._waiting.discard)
        return future
