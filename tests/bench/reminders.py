"""What a reminder costs: our tick over the database beside a job each of the library's JobQueue.

Ten thousand are due at one moment, among a hundred thousand, among a million. Contestants take turns, each in a process
of its own; what else runs on the machine then slows a pair alike, and the middle of their ratios counts.
"""

import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import psutil

from tests.bench import burst, due
from tests.bench.process import database
from tests.bench.report import figure, percentile, spread

BOTH = ("sqlite", "postgresql")
DUE, AMONG = 10_000, 100_000
GROWTH = (1_000, 10_000, AMONG, 1_000_000)
FIRST = datetime(2026, 11, 25, 12, tzinfo=UTC)  # a Wednesday without a change of clocks anywhere
APART = timedelta(minutes=3)  # all within half an hour, before the first of what follows is due
PARTS = ("select", "decide", "next", "mark", "outbox", "commit", "tick")
MICRO = 1e6
Answer = dict[str, Any]


class Load(NamedTuple):
    """How much of it."""

    rounds: int
    sizes: Sequence[int]
    seconds: float  # of the burst
    seed: int


class Firing:
    """`python -m tests.bench.firing` as a child that does what it is told. `server`: PostgreSQL's folder, if any."""

    def __init__(self, *arguments: str, server: Path | None = None) -> None:
        self._server = server
        self._child = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.firing", *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True,
        )
        self.rss: float = self._answer()["rss"]

    def ask(self, order: str, argument: object) -> Answer:
        """What came of an order, with the server's CPU when there is one."""
        assert self._child.stdin is not None
        before = _cpu(self._server)
        self._child.stdin.write(f"{order} {argument}\n")
        self._child.stdin.flush()
        answer = self._answer()
        return answer | {"server": _cpu(self._server) - before, "load": os.getloadavg()[0]}

    def _answer(self) -> Answer:
        assert self._child.stdout is not None
        line = self._child.stdout.readline()
        assert line, "a child of the measurement ended"
        answer: Answer = json.loads(line)
        return answer

    def close(self) -> None:
        """Nothing more is asked."""
        assert self._child.stdin is not None
        self._child.stdin.close()
        self._child.wait(timeout=60)


def _cpu(server: Path | None) -> float:
    """Seconds that PostgreSQL computed so far, all of its processes."""
    if server is None:
        return 0.0
    first = psutil.Process(int((server / "postmaster.pid").read_text().split()[0]))
    own = first.cpu_times()
    times = [child.cpu_times() for child in first.children(recursive=True)]
    ended = own.children_user + own.children_system
    return float(own.user + own.system + ended + sum(each.user + each.system for each in times))


@contextmanager
def firing(kind: str, stored: int, moments: Sequence[datetime], due_at_once: int) -> Iterator[Firing]:
    """Our tick on a database with so many."""
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch, database(kind, Path(scratch)) as address:
        due.store(address, due.Stock(stored, due_at_once, moments))
        child = Firing("ours", address, server=Path(scratch) / "postgres" if kind == "postgresql" else None)
        try:
            yield child
        finally:
            child.close()


@contextmanager
def queueing(stored: int) -> Iterator[Firing]:
    """JobQueue with so many."""
    child = Firing("jobs", str(stored))
    try:
        yield child
    finally:
        child.close()


def measure(load: Load) -> None:
    """Print all of it: beside JobQueue, as it grows, and how long people wait for replies meanwhile."""
    _beside_job_queue(load)
    for kind in BOTH:
        _growth(kind, load)
    for kind in BOTH:
        asyncio.run(burst.measure(kind, load.seconds, load.seed))


def _beside_job_queue(load: Load) -> None:
    moments = [FIRST + APART * number for number in range(2 * load.rounds + 3)]
    jobs, ours, beats = [], {kind: list[Answer]() for kind in BOTH}, {kind: list[Answer]() for kind in BOTH}
    claims, splits = {}, {}
    with (
        firing("sqlite", AMONG, moments, DUE) as sqlite,
        firing("postgresql", AMONG, moments, DUE) as postgresql,
        queueing(AMONG - DUE) as queue,
    ):
        figure("jobs.memory.100k", queue.rss, "MiB")
        contestants = {"sqlite": sqlite, "postgresql": postgresql}
        for child in contestants.values():
            child.ask("fire", moments[0])  # statements are compiled once a process
        dropped = queue.ask("fire", DUE)
        for fire, beat in zip(moments[1:-2:2], moments[2:-2:2], strict=True):
            jobs.append(queue.ask("keep", DUE))
            for kind, child in contestants.items():
                ours[kind].append(child.ask("fire", fire))
                beats[kind].append(child.ask("beat", beat))
        for kind, child in contestants.items():
            claims[kind] = child.ask("claim", moments[-2])
            splits[kind] = child.ask("split", moments[-1])
    each = [answer["cpu"] / answer["fired"] * MICRO for answer in jobs]
    spread("jobs.cpu", each, "us/fired")
    figure("jobs.add.cpu", dropped["add"] * MICRO, "us/job, once")
    spread("jobs.stall", [answer["stall"] * 1000 for answer in jobs], "ms")
    figure("jobs.dropped", dropped["dropped"], f"of {DUE}, by its defaults")
    for kind in BOTH:
        _print_ours(kind, jobs, ours[kind], beats[kind])
        _print_parts(kind, claims[kind], splits[kind], statistics.median(each))


def _print_ours(kind: str, jobs: Sequence[Answer], ours: Sequence[Answer], beats: Sequence[Answer]) -> None:
    spread(f"{kind}.cpu", [one["cpu"] / one["fired"] * MICRO for one in ours], "us/fired")
    if kind == "postgresql":
        spread(f"{kind}.server", [one["server"] / one["fired"] * MICRO for one in ours], "us/fired, the server's")
    pairs = list(zip(ours, jobs, strict=True))
    per_fired = [(one["cpu"] / one["fired"]) / (job["cpu"] / job["fired"]) for one, job in pairs]
    spread(f"{kind}.ratio", per_fired, "of JobQueue's", "<= 0.3")
    spread(f"{kind}.stall", [one["stall"] * 1000 for one in beats], "ms")
    stalls = [one["stall"] / job["stall"] for one, job in zip(beats, jobs, strict=True)]
    spread(f"{kind}.stall.ratio", stalls, "of JobQueue's", "<= 0.05")
    batches = [batch * 1000 for one in ours for batch in one["batches"]]
    figure(f"{kind}.batch.p50", percentile(batches, 50), "ms in the writer")
    figure(f"{kind}.batch.p95", percentile(batches, 95), "ms in the writer")
    dropped = sum(DUE - sum(one["became"].get(state, 0) for state in ("queued", "skipped")) for one in ours)
    figure(f"{kind}.dropped", dropped, f"of {DUE * len(ours)}; became {ours[-1]['became']}", "0")


def _print_parts(kind: str, claim: Answer, split: Answer, job: float) -> None:
    claimed = claim["cpu"] / claim["fired"] * MICRO
    figure(f"{kind}.claim_and_mark.cpu", claimed, "us/fired")
    figure(f"{kind}.claim_and_mark.ratio", claimed / job, "of JobQueue's", "<= 0.1")
    if kind == "postgresql":
        figure(f"{kind}.claim_and_mark.server", claim["server"] / claim["fired"] * MICRO, "us/fired, the server's")
    for part in PARTS:
        figure(f"{kind}.part.{part}", split["parts"].get(part, 0.0) / split["fired"] * MICRO, "us/fired, metered")


def _growth(kind: str, load: Load) -> None:
    memory = {}
    for stored in load.sizes:
        due_at_once = min(DUE, stored)
        costs, moments = [], [FIRST + APART * number for number in range(min(load.rounds, stored // due_at_once))]
        for _ in range(load.rounds // len(moments)):
            with firing(kind, stored, moments, due_at_once) as child:
                answers = [child.ask("fire", moment) for moment in moments]
            costs += [(one["cpu"] + one["server"]) / one["fired"] * MICRO for one in answers]
        memory[stored] = answers[0]["rss"]
        spread(f"{kind}.{stored}.cpu", costs, "us/fired" + (", the server's too" if kind == "postgresql" else ""))
        figure(f"{kind}.{stored}.memory", memory[stored], "MiB")
    if {10_000, 1_000_000} <= memory.keys():
        figure(f"{kind}.memory.ratio", memory[1_000_000] / memory[10_000], "1,000,000 to 10,000 stored", "<= 2.5")
