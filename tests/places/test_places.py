"""Places through their worker, as the coach asks for them."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from structlog.testing import capture_logs

from bot.adapters.clock import Clock
from bot.adapters.places import Places
from bot.adapters.workers import Worker, WorkerFailed
from bot.model import Found, Place

BERLIN = Place("Berlin", "Germany", "DE", "Europe/Berlin")


@pytest.fixture
async def places() -> AsyncIterator[Places]:
    asked = Places(Clock())
    yield asked
    await asked.stop()


async def test_names_and_spots_are_answered_and_no_word_is_logged(places: Places) -> None:
    with capture_logs() as logs:
        named, shared, many, unknown, sea = await asyncio.gather(
            places.find("Berlin"), places.at(52.52, 13.4), places.find("Springfield"), places.find("xyzzyplugh"),
            places.at(0.0, 0.0),
        )
    assert named == shared == Found((BERLIN,), sure=True)
    assert (len(many.places), many.sure) == (6, False)
    assert unknown == sea == Found()
    assert not any(word in str(logs) for word in ("Berlin", "Springfield", "xyzzyplugh", "52.52"))


async def test_what_is_no_place_at_all_does_not_wake_the_worker(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Worker, "ask", None)
    assert await places.find("x" * 4096) == await places.find("7") == await places.at(91.0, 0.0) == Found()


async def test_a_worker_that_fails_is_told_apart_from_nothing_found(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(worker: Worker, request: bytes) -> bytes:
        raise WorkerFailed("timed out")

    monkeypatch.setattr(Worker, "ask", fail)
    assert await places.find("Berlin") == await places.at(52.52, 13.4) == Found(available=False)
