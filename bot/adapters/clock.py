"""The one room that reads a clock (docs/design.md, promise 6).

`now` is people's time: aware, UTC, movable, so that the demo and the tests can live a week in a minute.
`monotonic` is the machine's time: limits, timeouts and waiting, which nobody moves.
"""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class Clock:
    """People's time and the machine's time.

    `offset` shifts people's time only: the demo's "+1 hour" must not make a rate limit expire.
    """

    def __init__(self, offset: timedelta = timedelta()) -> None:
        self.offset = offset

    def now(self) -> datetime:
        """People's time as an aware datetime in UTC."""
        return datetime.now(UTC) + self.offset

    def move(self, by: timedelta) -> None:
        """Move people's time on (or back)."""
        self.offset += by

    def monotonic(self) -> float:
        """Seconds on the machine's own scale; only differences mean anything."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait that many seconds of `monotonic`."""
        await asyncio.sleep(seconds)

    def call_later(self, seconds: float, callback: Callable[[], object]) -> asyncio.TimerHandle:
        """Call back after that many seconds of `monotonic`."""
        return asyncio.get_running_loop().call_later(seconds, callback)


def file_age(mtime: float) -> timedelta:
    """How long ago a file with that `st_mtime` was written, by the machine's wall clock."""
    return timedelta(seconds=time.time() - mtime)
