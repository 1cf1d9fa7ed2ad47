"""The writer: every change of the database happens here, in order per owner, many turns to a commit (promise 2).

    submit(work) > queue of the owner's thread > [work, work, ...] > one transaction > commit > callers wake

It does not decide anything, and it never gives up on the database's troubles: a lock, a lost connection or a full
disk is tried again with back-off until it works. An exception of our own code rolls back that one piece of work
and is handed to its caller; its neighbours in the batch are not touched.
"""

import asyncio
import itertools
import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import structlog
from sqlalchemy import Connection, Engine

from bot.adapters.store.engine import is_trouble

T = TypeVar("T")

BATCH = 64  # turns to one commit at most
BACKOFF_FIRST, BACKOFF_LONGEST = 0.05, 2.0  # seconds; recovery within 5 s of a database that is back (R12)

log = structlog.get_logger()


class Stopped(Exception):
    """The writer is closing and this work was not committed."""


@dataclass(slots=True, eq=False)
class _Job:
    work: Callable[[Any], Any]
    future: "asyncio.Future[Any]"
    value: Any = None
    error: BaseException | None = None
    apart: bool = False  # runs outside any transaction, on the engine itself


class Writer:
    """A few threads (one on SQLite) that run submitted work in transactions.

    An owner always goes to the same thread: their rows can't be locked by two of our own transactions.
    """

    def __init__(self, engine: Engine, threads: int = 1) -> None:
        self._engine = engine
        self._queues: list[queue.SimpleQueue[_Job | None]] = [queue.SimpleQueue() for _ in range(threads)]
        self._threads: list[threading.Thread] = []
        self._closing = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self) -> None:
        """Start the threads; call from the running event loop."""
        self._loop = asyncio.get_running_loop()
        for number, jobs in enumerate(self._queues):
            thread = threading.Thread(target=self._serve, args=(jobs,), name=f"writer-{number}", daemon=True)
            thread.start()
            self._threads.append(thread)

    async def stop(self) -> None:
        """Finish what was submitted, once each, then end; what the database still refuses raises `Stopped`."""
        self._closing.set()
        for jobs in self._queues:
            jobs.put(None)
        for thread in self._threads:
            await asyncio.to_thread(thread.join)

    def submit(self, work: Callable[[Connection], T], owner: int = 0) -> "asyncio.Future[T]":
        """Run `work` in a transaction; the future is done when that is committed."""
        return self._put(_Job(work, self._new_future()), owner)

    def maintain(self, work: Callable[[Engine], T]) -> "asyncio.Future[T]":
        """Run `work` between two transactions, on the engine itself (VACUUM)."""
        return self._put(_Job(work, self._new_future(), apart=True), 0)

    def _new_future(self) -> "asyncio.Future[Any]":
        assert self._loop is not None, "start the writer first"
        return self._loop.create_future()

    def _put(self, job: _Job, owner: int) -> "asyncio.Future[Any]":
        self._queues[owner % len(self._queues)].put(job)
        return job.future

    # ---- in a thread ---------------------------------------------------------------------------------

    def _serve(self, jobs: "queue.SimpleQueue[_Job | None]") -> None:
        backoff = BACKOFF_FIRST
        while True:
            batch, last = _taken(jobs)
            stuck = [job for group in _groups(batch) for job in self._run(group)]
            self._wake([job for job in batch if job not in stuck])
            if stuck and (last or self._closing.is_set()):
                for job in stuck:
                    job.error = Stopped("the database did not take it before the end")
                self._wake(stuck)
            elif stuck:
                # Back into the queue, behind others: a lane waits for its own work, so no order is lost.
                for job in stuck:
                    jobs.put(job)
                self._closing.wait(backoff)
                backoff = min(backoff * 2, BACKOFF_LONGEST)
            else:
                backoff = BACKOFF_FIRST
            if last:
                return

    def _run(self, batch: list[_Job]) -> list[_Job]:
        """Run a batch; gives back the jobs that the database's troubles kept from being committed."""
        try:
            self._commit(batch)
        except Exception as error:
            if len(batch) > 1:
                # One of them may be what the commit fails on: each alone, so that the others get through.
                return self._one_by_one(batch)
            if not is_trouble(error):
                batch[0].error = error
                return []
            log.warning("database trouble, will try again", error=type(error).__name__, cause=_cause(error))
            return batch
        return []

    def _one_by_one(self, batch: list[_Job]) -> list[_Job]:
        stuck: list[_Job] = []
        for place, job in enumerate(batch):
            stuck += self._run([job])
            if stuck and self._closing.is_set():
                return [*stuck, *batch[place + 1 :]]  # each try may wait for seconds, and the process is to end
        return stuck

    def _commit(self, batch: list[_Job]) -> None:
        if batch[0].apart:
            batch[0].value = batch[0].work(self._engine)
            return
        with self._engine.begin() as connection:
            if len(batch) == 1:
                # Alone in its transaction it needs no savepoint: its failure is the transaction's.
                batch[0].value, batch[0].error = batch[0].work(connection), None
                return
            for job in batch:
                connection.exec_driver_sql("SAVEPOINT turn")
                try:
                    job.value, job.error = job.work(connection), None
                except Exception as error:
                    if is_trouble(error):
                        raise
                    job.error = error
                    connection.exec_driver_sql("ROLLBACK TO SAVEPOINT turn")
                connection.exec_driver_sql("RELEASE SAVEPOINT turn")

    def _wake(self, jobs: list[_Job]) -> None:
        if jobs and self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(_resolve, jobs)


def _taken(jobs: "queue.SimpleQueue[_Job | None]") -> tuple[list[_Job], bool]:
    """The next batch, without lingering for more; True when the end was asked for."""
    batch: list[_Job] = []
    job = jobs.get()
    while True:
        if job is None:
            return batch, True
        batch.append(job)
        if len(batch) == BATCH:
            return batch, False
        try:
            job = jobs.get_nowait()
        except queue.Empty:
            return batch, False


def _groups(batch: list[_Job]) -> Iterator[list[_Job]]:
    """What may share a transaction: neighbours, except work for the engine itself, which stands alone."""
    for apart, jobs in itertools.groupby(batch, key=lambda job: job.apart):
        if apart:
            yield from ([job] for job in jobs)
        else:
            yield list(jobs)


def _cause(error: BaseException) -> str:
    """What the driver said, without the statement and its values."""
    return str(getattr(error, "orig", None) or type(error).__name__).splitlines()[0]


def _resolve(jobs: list[_Job]) -> None:
    for job in jobs:
        if job.future.done():
            continue
        if job.error is not None:
            job.future.set_exception(job.error)
        else:
            job.future.set_result(job.value)
