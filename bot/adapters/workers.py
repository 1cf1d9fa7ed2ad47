"""Heavy or hostile work in a child process with limits; the event loop and the writer never wait for it (promise 11).

    ask(request) > the queue of its kind > a child, started when first needed > the answer

One child a kind, one request at a time. It is killed when a request takes too long, when its answers make no sense,
and when nobody has asked for a while; the next request gets a fresh one. It inherits no settings, so no secrets, and
what it writes to its standard error is dropped: a traceback may quote what a person sent.
"""

import asyncio
import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import structlog

from bot.adapters import worker_child
from bot.adapters.clock import Clock
from bot.adapters.worker_child import DONE, LENGTH

IDLE = 60.0  # seconds without a request, then the child ends and its memory is free
FRAME_LONGEST = 16 * 2**20  # bytes of an answer; a child that announces more is not to be believed
INHERITED = ("PATH", "LD_LIBRARY_PATH")  # what Python itself needs on some machines
ROOT = Path(__file__).parents[2]  # where `bot` is imported from

log = structlog.get_logger()


class WorkerFailed(Exception):
    """The work was not done. `reason` is "timed out", "ended", "refused", "could not start" or "stopped"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Limits:
    """What a child may use: `memory` in bytes, `cpu` in whole seconds and `timeout` in seconds, both a request."""

    memory: int
    cpu: int
    timeout: float


class Worker:
    """The worker of one kind: `module` has `answer(request: bytes) -> bytes` and is imported in the child only."""

    def __init__(self, module: str, clock: Clock, limits: Limits) -> None:
        self._module = module
        self._clock = clock
        self._limits = limits
        self._turn = asyncio.Lock()  # first come, first served
        self._child: asyncio.subprocess.Process | None = None
        self._idle: asyncio.TimerHandle | None = None
        self._reaping: set[asyncio.Task[tuple[bytes, bytes]]] = set()
        self._stopped = False

    async def ask(self, request: bytes) -> bytes:
        """The module's answer, in order of asking. A caller may be cancelled: the others notice nothing.

        Raises:
            WorkerFailed: the child did not answer in time, ended, refused the request, or was stopped.
        """
        await self._turn.acquire()
        # A task of its own: a caller who leaves in the middle must not leave half an answer in the pipe.
        exchange = asyncio.create_task(self._exchange(request))
        exchange.add_done_callback(self._exchanged)
        return await asyncio.shield(exchange)

    async def stop(self) -> None:
        """End the child; whoever waits for it gets `WorkerFailed`."""
        self._stopped = True
        if self._child is not None:
            _kill(self._child)
        async with self._turn:  # the last in the queue: all others have been told
            self._dismiss()
        if self._reaping:
            await asyncio.wait(self._reaping)

    def _exchanged(self, exchange: "asyncio.Task[bytes]") -> None:
        self._turn.release()
        if not exchange.cancelled():
            exchange.exception()  # seen, even when the caller has left

    async def _exchange(self, request: bytes) -> bytes:
        """One request and its answer; without an answer the child is no longer trusted."""
        if self._stopped:
            raise WorkerFailed("stopped")
        if self._idle is not None:
            self._idle.cancel()
        overdue = asyncio.Event()
        child = await self._running()

        def end_overdue() -> None:
            overdue.set()
            _kill(child)  # its end of the pipe closes, which wakes us

        deadline = self._clock.call_later(self._limits.timeout, end_overdue)
        try:
            answer = await _converse(child, request)
        except (OSError, asyncio.IncompleteReadError):
            self._dismiss()
            raise self._failed("stopped" if self._stopped else "timed out" if overdue.is_set() else "ended") from None
        except asyncio.CancelledError:
            self._dismiss()
            raise
        finally:
            deadline.cancel()
        if overdue.is_set():
            self._dismiss()  # answered at the last moment, and killed all the same
        else:
            self._idle = self._clock.call_later(IDLE, self._dismiss)
        if not answer.startswith(DONE):
            raise self._failed("refused", cause=_class_name(answer[1:]))
        return answer[1:]

    async def _running(self) -> asyncio.subprocess.Process:
        if self._child is None or self._child.returncode is not None:
            try:
                self._child = await asyncio.create_subprocess_exec(
                    sys.executable, "-P", "-m", worker_child.__name__,
                    self._module, str(self._limits.memory), str(self._limits.cpu),
                    stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
                    env=environment(), start_new_session=True,  # Ctrl-C is for the parent to handle
                )
            except OSError as error:
                raise self._failed("could not start", cause=type(error).__name__) from None
            log.debug("a worker started", worker=self._module, pid=self._child.pid)
            if self._stopped:
                _kill(self._child)
        return self._child

    def _failed(self, reason: str, cause: str | None = None) -> WorkerFailed:
        log.warning("a worker failed", worker=self._module, reason=reason, cause=cause)
        return WorkerFailed(reason)

    def _dismiss(self) -> None:
        """Let go of the child, whatever it is doing."""
        child, self._child = self._child, None
        if self._idle is not None:
            self._idle.cancel()
        if child is not None:
            _kill(child)
            # Reads what is left in the pipe: the loop does not see the end of a child behind unread bytes.
            reaping = asyncio.create_task(child.communicate())
            self._reaping.add(reaping)
            reaping.add_done_callback(self._reaping.discard)


def environment() -> dict[str, str]:
    """What a child is told of ours: where to find Python and this code, and nothing else."""
    kept = {name: os.environ[name] for name in INHERITED if name in os.environ}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}


async def _converse(child: asyncio.subprocess.Process, request: bytes) -> bytes:
    """Raises OSError or IncompleteReadError when the child is gone, or answers nonsense."""
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write(LENGTH.pack(len(request)) + request)
    await child.stdin.drain()
    (length,) = LENGTH.unpack(await child.stdout.readexactly(LENGTH.size))
    if not 0 < length <= FRAME_LONGEST:
        raise OSError("an answer without a believable length")
    return await child.stdout.readexactly(length)


def _kill(child: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        child.kill()


def _class_name(cause: bytes) -> str:
    """The name of an exception's class, and nothing that a hostile file may have put in its place."""
    name = cause[:60].decode("ascii", "replace")
    return name if name.isidentifier() else "unknown"
