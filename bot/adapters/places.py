"""Where somebody is, by a name or a spot, looked up in a worker: the world is heavy in memory (promise 11).

Nothing that was typed or shared is kept or logged, here or in the worker.
"""

import asyncio
import json
from typing import Any

from bot.adapters.clock import Clock
from bot.adapters.workers import Limits, Worker, WorkerFailed
from bot.model import Found, Place
from bot.places.names import is_name, is_spot

# The first load takes 200 MB and 3 to 5 s of CPU on a small machine, a later one half of that memory and a second, a
# question 10 ms. The limits leave room for a slower and busier one.
LIMITS = Limits(memory=384 * 2**20, cpu=20, timeout=30.0)


PATIENCE = 15.0  # seconds that a person's next message may have to wait, others' questions before theirs included


class Places:
    """What a place that somebody named or shared may be. Never raises: what can't be looked up is not `available`."""

    def __init__(self, clock: Clock) -> None:
        self._worker = Worker("bot.places.worker", clock, LIMITS)

    async def find(self, text: str) -> Found:
        """The places that these words may mean; none when they are no name at all."""
        return await self._ask({"text": text}) if is_name(text) else Found()

    async def at(self, latitude: float, longitude: float) -> Found:
        """The place of a spot in degrees; none at sea, or when it is not on the globe."""
        return await self._ask({"spot": [latitude, longitude]}) if is_spot(latitude, longitude) else Found()

    async def stop(self) -> None:
        """End the worker."""
        await self._worker.stop()

    async def _ask(self, question: dict[str, Any]) -> Found:
        try:
            asked = self._worker.ask(json.dumps(question).encode())
            answer = json.loads(await asyncio.wait_for(asked, PATIENCE))
        except (WorkerFailed, TimeoutError):  # the worker has logged why
            return Found(available=False)
        return Found(tuple(Place(*place) for place in answer["places"]), answer["sure"])
