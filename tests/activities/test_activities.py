"""Activities through their worker, as the coach asks for them."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from importlib.util import find_spec
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.activities.activity import Activity
from bot.activities.worker import answer
from bot.adapters import activities as adapter
from bot.adapters.activities import BIGGEST, Activities
from bot.adapters.clock import Clock
from bot.adapters.workers import Limits, Worker, WorkerFailed
from bot.doctor import _activities
from tests.activities.files import BEGIN, SPOT, about, fit, gpx, lap, session, tcx, tcx_activity
from tests.activities.test_hostile import BOMBS

GOOD = fit(session(0, 1800, total_distance=5200.0, avg_heart_rate=151))
RUN = Activity("run", BEGIN, 30.0, km=5.2, mean=151)
SLOW = b"<gpx>" + b'<a b=""/>' * 390_000 + b"</gpx>"


@pytest.fixture
async def activities() -> AsyncIterator[Activities]:
    asked = Activities(Clock())
    yield asked
    await asked.stop()


async def test_all_formats_are_read_and_nothing_of_them_is_logged(activities: Activities) -> None:
    with capture_logs() as logs:
        assert await activities.read(GOOD) == [RUN]
        assert await activities.read(tcx(tcx_activity("Biking", lap(0, 2400, 15_000.0)))) == [
            Activity("ride", BEGIN, 40.0, km=15.0, moving=40.0)
        ]
        assert await activities.read(gpx(("walking", [[(0, 0.0, None), (60, 90.0, None)]]))) == [
            Activity("walk", BEGIN, 1.0, km=about(0.09), moving=1.0)
        ]
        assert await activities.read(b"ran 8k") == "not one"
    assert not any(word in str(logs) for word in ("8k", str(SPOT[0]), str(BEGIN.year), "walk", "5.2"))


@pytest.mark.parametrize("name", ["billion laughs", "quadratic", "external"])
async def test_after_a_bomb_the_next_file_is_read_by_the_same_worker(activities: Activities, name: str) -> None:
    await activities.read(GOOD)
    child = activities._worker._child
    assert await activities.read(BOMBS[name].encode()) == "not one"
    assert await activities.read(GOOD) == [RUN]
    assert activities._worker._child is child


async def test_what_takes_more_memory_than_there_is_has_a_reason_and_the_next_file_is_read(
    activities: Activities, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(activities._worker, "_limits", Limits(memory=48 * 2**20, cpu=5, timeout=30.0))
    assert await activities.read(SLOW) == "too much"
    assert await activities.read(GOOD) == [RUN]


async def test_what_takes_too_long_has_a_reason_and_the_next_file_is_read(activities: Activities) -> None:
    activities._worker._limits = Limits(memory=adapter.LIMITS.memory, cpu=5, timeout=0.01)
    assert await activities.read(SLOW) == "too much"
    activities._worker._limits = adapter.LIMITS
    assert await activities.read(GOOD) == [RUN]


async def test_too_big_a_file_does_not_wake_the_worker(activities: Activities) -> None:
    assert await activities.read(b"x" * (BIGGEST + 1)) == "too big"
    assert activities._worker._child is None
    assert await activities.read(GOOD.ljust(BIGGEST, b"\0")) == "broken"


async def test_side_by_side_each_gets_its_own(activities: Activities) -> None:
    found: Any = await asyncio.gather(activities.read(GOOD), activities.read(b""), activities.read(b"x"))
    assert list(found) == [[RUN], "empty", "not one"]


async def test_a_file_that_waits_too_long_for_others_may_come_again(
    activities: Activities, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapter, "PATIENCE", 0.0)
    assert await activities.read(GOOD) == "not now"
    monkeypatch.undo()
    assert await activities.read(GOOD) == [RUN]


@pytest.mark.parametrize(("failure", "reason"), [
    ("timed out", "too much"), ("ended", "too much"), ("refused", "failed"), ("could not start", "not now"),
    ("stopped", "not now"),
])
async def test_a_worker_s_failures_are_reasons(
    activities: Activities, monkeypatch: pytest.MonkeyPatch, failure: str, reason: str
) -> None:
    async def fail(worker: Worker, request: bytes) -> bytes:
        raise WorkerFailed(failure)

    monkeypatch.setattr(Worker, "ask", fail)
    assert await activities.read(GOOD) == reason


async def test_after_the_end_there_is_a_reason_too(activities: Activities) -> None:
    await activities.stop()
    assert await activities.read(GOOD) == "not now"


def test_without_the_extra_there_is_a_reason_and_the_doctor_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    missing = "defusedxml"
    assert _activities()[0]
    for name in [name for name in sys.modules if name.split(".")[0] == missing or name.startswith("bot.activities")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, missing, None)
    assert answer(GOOD) == b'{"reason": "not here"}'
    monkeypatch.setattr("bot.doctor.find_spec", lambda name: None if name == missing else find_spec(name))
    well, line = _activities()
    assert not well
    assert "extra `activity`" in line


def test_the_bot_s_process_does_not_import_the_readers() -> None:
    code = "import sys, bot.adapters.activities; print({'bot.activities.reading', 'defusedxml'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
