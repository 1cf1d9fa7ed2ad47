"""Workers: whatever a child does or suffers, callers get an answer or one clear exception (docs/design.md, 11)."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable

import pytest
from structlog.testing import capture_logs

from bot.adapters.clock import Clock
from bot.adapters.workers import IDLE, Limits, Worker, WorkerFailed

MEMORY = 256 * 2**20  # bytes
TIMEOUT = 5.0  # seconds
A_DAY = 86_400.0  # seconds: no timer ends by itself here


class Alarms(Clock):
    """A clock whose timers ring by hand: no test waits for one."""

    def __init__(self) -> None:
        super().__init__()
        self.set: list[tuple[float, asyncio.TimerHandle, Callable[[], object]]] = []
        self.changed = asyncio.Event()

    def call_later(self, seconds: float, callback: Callable[[], object]) -> asyncio.TimerHandle:
        timer = super().call_later(A_DAY, callback)
        self.set.append((seconds, timer, callback))
        self.changed.set()
        return timer

    def ring(self, seconds: float) -> None:
        """What was set for so many seconds, and not called off, happens now."""
        for length, timer, callback in self.set:
            if length == seconds and not timer.cancelled():
                timer.cancel()
                callback()

    async def is_set(self, seconds: float) -> None:
        """Wait until a timer of this length runs."""
        while not any(length == seconds and not timer.cancelled() for length, timer, _ in self.set):
            self.changed.clear()
            await self.changed.wait()


@pytest.fixture
def clock() -> Alarms:
    return Alarms()


@pytest.fixture
async def worker(clock: Alarms) -> AsyncIterator[Worker]:
    running = Worker("tests.spine.strange_worker", clock, Limits(memory=MEMORY, cpu=1, timeout=TIMEOUT))
    yield running
    await running.stop()


async def failure(worker: Worker, request: bytes) -> str:
    with pytest.raises(WorkerFailed) as caught:
        await worker.ask(request)
    return caught.value.reason


async def test_nothing_runs_before_it_is_needed_and_one_child_serves_all(worker: Worker, clock: Alarms) -> None:
    assert clock.set == []
    pids = {await worker.ask(b"pid") for _ in range(3)}
    assert len(pids) == 1
    assert pids != {str(os.getpid()).encode()}


async def test_fifty_at_once_get_their_own_answers(worker: Worker) -> None:
    requests = [b"echo %d" % number for number in range(50)]
    assert await asyncio.gather(*map(worker.ask, requests)) == [b"%d" % number for number in range(50)]


async def test_eight_megabytes_go_there_and_back(worker: Worker) -> None:
    payload = os.urandom(8 * 2**20)
    assert await worker.ask(b"echo " + payload) == payload


async def test_a_child_that_dies_in_the_middle_costs_only_its_own_request(worker: Worker) -> None:
    before = await worker.ask(b"pid")
    died, after = await asyncio.gather(worker.ask(b"die"), worker.ask(b"pid"), return_exceptions=True)
    assert isinstance(died, WorkerFailed)
    assert died.reason == "ended"
    assert isinstance(after, bytes)
    assert after != before


async def test_a_child_that_died_while_idle_is_replaced(worker: Worker) -> None:
    await worker.ask(b"pid")
    child = worker._child
    assert child is not None
    child.kill()
    await child.wait()
    assert await worker.ask(b"echo still here") == b"still here"


async def test_a_request_that_takes_too_long_is_killed(worker: Worker, clock: Alarms) -> None:
    hanging = asyncio.create_task(failure(worker, b"hang"))
    waiting = asyncio.create_task(worker.ask(b"echo next"))
    await clock.is_set(TIMEOUT)
    clock.ring(TIMEOUT)
    assert await hanging == "timed out"
    assert await waiting == b"next"


async def test_the_memory_limit_bites(worker: Worker) -> None:
    assert json.loads(await worker.ask(b"limits"))[:2] == [MEMORY, 0]  # data, core files
    assert await worker.ask(b"fill %d" % (MEMORY // 4)) == b"%d" % (MEMORY // 4)
    assert await failure(worker, b"fill %d" % MEMORY) == "ended"
    assert await worker.ask(b"echo next") == b"next"


async def test_the_cpu_limit_bites(worker: Worker) -> None:
    assert await failure(worker, b"spin") == "ended"
    assert await worker.ask(b"echo next") == b"next"


async def test_cpu_is_counted_by_the_request(worker: Worker) -> None:
    async def limit() -> int:
        return int(json.loads(await worker.ask(b"limits"))[2])

    before = await limit()
    await worker.ask(b"burn 1.0")
    assert await limit() > before


async def test_an_idle_child_ends_and_the_next_request_gets_a_fresh_one(worker: Worker, clock: Alarms) -> None:
    before = await worker.ask(b"pid")
    child = worker._child
    assert child is not None
    clock.ring(IDLE)
    await child.wait()
    assert await worker.ask(b"pid") != before


async def test_a_busy_child_is_not_idle(worker: Worker, clock: Alarms) -> None:
    before = await worker.ask(b"pid")
    again = asyncio.create_task(worker.ask(b"pid"))
    await clock.is_set(TIMEOUT)
    clock.ring(IDLE)  # set after the first request, called off by the second
    assert await again == before


async def test_the_environment_has_no_secrets(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TELEGRAM_TOKEN", "SECRET_KEY", "DATABASE_URL", "ANYTHING_ELSE"):
        monkeypatch.setenv(name, "not for children")
    seen = json.loads(await worker.ask(b"environment"))
    ours = {"PATH", "LD_LIBRARY_PATH", "PYTHONPATH", "PYTHONUTF8"}
    set_in_the_child = {"LC_CTYPE", "PTB_TIMEDELTA"}  # by Python, by `bot/__init__`
    assert set(seen) <= ours | set_in_the_child
    assert "not for children" not in seen.values()


async def test_a_library_that_prints_does_no_harm(worker: Worker, capfd: pytest.CaptureFixture[str]) -> None:
    await worker.ask(b"pid")
    capfd.readouterr()
    assert await worker.ask(b"print something private") == b"printed"
    assert await worker.ask(b"echo fine") == b"fine"
    assert capfd.readouterr() == ("", "")


async def test_an_answer_that_makes_no_sense_ends_the_child(worker: Worker) -> None:
    assert await failure(worker, b"nonsense") == "ended"
    assert await worker.ask(b"echo next") == b"next"


async def test_a_refusal_keeps_the_child_and_tells_no_words(worker: Worker) -> None:
    before = await worker.ask(b"pid")
    with capture_logs() as logs, pytest.raises(WorkerFailed) as caught:
        await worker.ask(b"raise my private words")
    assert caught.value.reason == "refused"
    assert [entry["cause"] for entry in logs] == ["ValueError"]
    assert "private" not in f"{logs}{caught.value}{caught.value.__cause__}"
    with capture_logs() as logs:
        assert await failure(worker, b"hostile") == "refused"
    assert [entry["cause"] for entry in logs] == ["unknown"]
    assert await worker.ask(b"pid") == before


async def test_a_module_that_can_not_be_imported_is_refused(clock: Alarms) -> None:
    worker = Worker("tests.spine.no_such_module", clock, Limits(memory=MEMORY, cpu=1, timeout=TIMEOUT))
    with capture_logs() as logs:
        assert await failure(worker, b"") == "refused"
    assert [entry["cause"] for entry in logs if "cause" in entry] == ["ModuleNotFoundError"]
    await worker.stop()


async def test_a_python_that_can_not_be_started_is_one_clear_exception(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", "/no/such/python")
    assert await failure(worker, b"pid") == "could not start"
    monkeypatch.undo()
    assert await worker.ask(b"echo next") == b"next"


async def test_a_caller_who_leaves_in_the_middle_leaves_no_answer_behind(worker: Worker, clock: Alarms) -> None:
    leaving = asyncio.create_task(worker.ask(b"echo for nobody"))
    await clock.is_set(TIMEOUT)
    leaving.cancel()
    assert await worker.ask(b"echo for me") == b"for me"
    assert leaving.cancelled()


async def test_a_caller_who_leaves_the_queue_is_not_served(worker: Worker, clock: Alarms) -> None:
    first = asyncio.create_task(worker.ask(b"echo first"))
    leaving = asyncio.create_task(worker.ask(b"die"))
    last = asyncio.create_task(worker.ask(b"echo last"))
    await clock.is_set(TIMEOUT)
    leaving.cancel()
    assert list(await asyncio.gather(first, last)) == [b"first", b"last"]


async def test_stop_ends_the_child_and_tells_everybody_who_waits(worker: Worker, clock: Alarms) -> None:
    hanging = asyncio.create_task(failure(worker, b"hang"))
    waiting = asyncio.create_task(failure(worker, b"pid"))
    await clock.is_set(TIMEOUT)
    child = worker._child
    assert child is not None
    await worker.stop()
    assert child.returncode is not None
    assert list(await asyncio.gather(hanging, waiting)) == ["stopped", "stopped"]
    assert await failure(worker, b"pid") == "stopped"


async def test_the_loop_goes_on_while_a_child_works(worker: Worker, clock: Alarms) -> None:
    hanging = asyncio.create_task(failure(worker, b"hang"))
    await clock.is_set(TIMEOUT)
    turned = 0
    while turned < 1000:
        await asyncio.sleep(0)
        turned += 1
    assert not hanging.done()
    clock.ring(TIMEOUT)
    assert await hanging == "timed out"
