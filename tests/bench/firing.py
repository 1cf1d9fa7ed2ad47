"""What fires reminders, as a process of its own that is told when: `python -m tests.bench.firing ours | jobs`.

A line on its standard input is an order, a line of JSON on its standard output what came of it.

    ours ADDRESS    fire, beat, claim or split <ISO instant>: our tick, in the writer's thread, as long as something is
                    due; `beat` says how long the loop stood still, and its heart costs something by itself
    jobs STORED     fire or keep <number>: a job each of python-telegram-bot's JobQueue, due at one moment; `fire` on
                    its defaults, `keep` with the setting that drops none
"""

import asyncio
import contextlib
import gc
import json
import logging
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import psutil
from apscheduler.events import EVENT_JOB_EXECUTED, EVENT_JOB_MISSED
from sqlalchemy import Connection, bindparam, func, literal_column, select
from telegram.ext import Application, ApplicationBuilder, ContextTypes

from bot.adapters.keyring import Keyring
from bot.adapters.store import engine as database
from bot.adapters.store import outbox
from bot.adapters.store import reminders as store
from bot.adapters.store.columns import table_of
from bot.adapters.store.prepared import Prepared
from bot.adapters.writer import Writer
from bot.app import POSTGRES_WRITERS
from bot.demo.world import TOKEN
from bot.reminders import duty
from tests.bench.coach import Meter
from tests.bench.process import MIB
from tests.support import settings_for

BEAT = 0.001  # seconds between two beats of the loop's heart
LEAD = timedelta(seconds=20)  # to make the jobs that are due together
FAR = timedelta(days=300)
PATIENCE = 120.0  # seconds for all to be fired
PARTS = (
    ("select", store, "due"), ("decide", duty, "_ruled"), ("next", duty, "_steps"),
    ("mark", store, "queue"), ("mark", store, "skip"), ("mark", store, "postpone"), ("mark", store, "remember"),
    ("next", store, "add"), ("outbox", outbox, "post_prompts"), ("tick", duty, "tick"), ("commit", Writer, "_commit"),
)
_occurrence = table_of(store.Occurrences)
_DUE = Prepared(
    select(_occurrence.c.id)
    .where(_occurrence.c.state == literal_column("'pending'"), _occurrence.c.due_at <= bindparam("now"))
    .order_by(_occurrence.c.due_at)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
Answer = dict[str, Any]


@asynccontextmanager
async def measured(answer: Answer, *, beats: bool = True) -> AsyncIterator[None]:
    """Note CPU, time and the longest stall of the loop."""
    beating = asyncio.create_task(_beat(answer) if beats else asyncio.sleep(0))
    await asyncio.sleep(20 * BEAT)
    began, cpu = time.monotonic(), time.process_time()
    try:
        yield
    finally:
        answer |= {"cpu": time.process_time() - cpu, "seconds": time.monotonic() - began}
        await asyncio.sleep(2 * BEAT)
        beating.cancel()
        answer["rss"] = psutil.Process().memory_info().rss / MIB


async def _beat(answer: Answer) -> None:
    answer["stall"], last = 0.0, time.monotonic()
    while True:
        await asyncio.sleep(BEAT)
        now = time.monotonic()
        answer["stall"], last = max(answer["stall"], now - last - BEAT), now


async def orders() -> AsyncIterator[tuple[str, str]]:
    """What we are told to do."""
    print(json.dumps({"rss": psutil.Process().memory_info().rss / MIB}), flush=True)
    while line := await asyncio.to_thread(sys.stdin.readline):
        order, _, argument = line.strip().partition(" ")
        yield order, argument


async def ours(address: str) -> None:
    """The coach's own tick, as the app runs it."""
    settings = settings_for(address, "http://127.0.0.1", TOKEN)
    threads = 1 if settings.database.get_backend_name() == "sqlite" else POSTGRES_WRITERS
    engine, keyring = database.connect(settings.database, threads), Keyring(settings.master_key())
    writer = Writer(engine, threads)
    writer.start()
    gc.freeze()  # as the app does once it is up
    async for order, argument in orders():
        now, meter = datetime.fromisoformat(argument), Meter()
        with _split(meter) if order == "split" else contextlib.nullcontext():
            tick = _claim if order == "claim" else partial(duty.tick, keyring=keyring)
            answer = await _fire(writer, partial(tick, now=now), beats=order == "beat")
        answer["became"] = await writer.submit(partial(_became, now=now))
        answer["parts"] = meter.totals()
        print(json.dumps(answer), flush=True)
    await writer.stop()
    engine.dispose()


async def _fire(writer: Writer, tick: Callable[[Connection], int], *, beats: bool) -> Answer:
    answer: Answer = {"fired": 0, "batches": []}
    async with measured(answer, beats=beats):
        taken = duty.BATCH
        while taken == duty.BATCH:
            began = time.monotonic()
            taken = await writer.submit(tick)
            answer["batches"].append(time.monotonic() - began)
            answer["fired"] += taken
    return answer


def _claim(connection: Connection, now: datetime) -> int:
    """What firing takes by itself: find what is due, and mark it.

    The tick finds them in one statement with their facts. Those are left out: they serve its decisions, and JobQueue
    makes none.
    """
    claimed = [row.id for row in _DUE.rows(connection, now=now, most=duty.BATCH)]
    store.queue(connection, claimed)
    return len(claimed)


def _became(connection: Connection, now: datetime) -> dict[str, int]:
    """The states of what was due at that moment."""
    state = _occurrence.c.state
    query = select(state, func.count()).where(_occurrence.c.due_at == now).group_by(state)
    return {row[0]: row[1] for row in connection.execute(query)}


@contextlib.contextmanager
def _split(meter: Meter) -> Any:
    whole = [(owner, name, getattr(owner, name)) for _, owner, name in PARTS]
    for part, owner, name in PARTS:
        setattr(owner, name, meter.timed(part, getattr(owner, name)))
    try:
        yield
    finally:
        for owner, name, function in whole:
            setattr(owner, name, function)


async def jobs(stored: int) -> None:
    """One job for each reminder."""
    logging.getLogger("apscheduler").setLevel(logging.CRITICAL)  # a line for each that it drops would cost it more
    application: Application[Any, Any, Any, Any, Any, Any] = ApplicationBuilder().token(TOKEN).updater(None).build()
    queue = application.job_queue
    assert queue is not None
    await queue.start()
    began, cpu = datetime.now(UTC), time.process_time()
    for number in range(stored):
        queue.run_once(_nothing, began + FAR + timedelta(seconds=number), data=number)
    added = time.process_time() - cpu
    ended: dict[int, int] = {EVENT_JOB_EXECUTED: 0, EVENT_JOB_MISSED: 0}
    all_ended = asyncio.Event()

    def count(event: Any) -> None:
        ended[event.code] += 1
        if sum(ended.values()) == due:
            all_ended.set()

    async for order, argument in orders():
        due, answer = int(argument), Answer()
        more = {"misfire_grace_time": None} if order == "keep" else {}
        when = datetime.now(UTC) + LEAD
        for number in range(due):
            queue.run_once(_nothing, when, data=number, job_kwargs=more)
        late = (datetime.now(UTC) - when).total_seconds()
        assert late < 0, "the jobs were not ready in time"
        ended.update(dict.fromkeys(ended, 0))
        all_ended.clear()
        queue.scheduler.add_listener(count, EVENT_JOB_EXECUTED | EVENT_JOB_MISSED)
        await asyncio.sleep(-late - 0.1)
        async with measured(answer):
            await asyncio.wait_for(all_ended.wait(), PATIENCE)
        queue.scheduler.remove_listener(count)
        answer |= {"fired": ended[EVENT_JOB_EXECUTED], "dropped": ended[EVENT_JOB_MISSED], "add": added / stored}
        print(json.dumps(answer), flush=True)
    await queue.stop(wait=False)


async def _nothing(context: ContextTypes.DEFAULT_TYPE) -> None:
    """What a reminder would do."""


def main() -> None:
    """Fire as told until nothing more is said."""
    what, argument = sys.argv[1:]
    asyncio.run(ours(argument) if what == "ours" else jobs(int(argument)))


if __name__ == "__main__":
    main()
