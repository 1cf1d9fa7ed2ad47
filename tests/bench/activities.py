"""What reading two hours of one sample a second takes of the warm worker, in each format; and its memory."""

import asyncio
import statistics
import struct
import time
from collections.abc import Iterator
from typing import Any

import psutil

from bot.activities.activity import Activity
from bot.adapters.activities import BIGGEST, LIMITS, Activities
from bot.adapters.clock import Clock
from tests.activities.files import (
    Point,
    definition,
    fit,
    fit_time,
    gpx,
    lap,
    record,
    sealed,
    session,
    tcx,
    tcx_activity,
)
from tests.bench.process import MIB
from tests.bench.report import figure

SECONDS = 7200
ROUNDS = 5
ODD_FIELDS = 24  # of four bytes that nobody asks for, as a watch of today with a power meter and its apps writes


def measure() -> None:
    """Print wall and CPU time of each file, the median of some rounds, and the most memory that the worker had."""
    asyncio.run(_measure())


async def _measure() -> None:
    points = list(_points())
    files = {
        "fit": fit(*(record(at, metres, heart_rate=heart, distance=metres, speed=3.0) for at, metres, heart in points),
                   session(0, SECONDS)),
        "fit_rich": _rich(),
        "gpx": gpx(("running", [points])),
        "tcx": tcx(tcx_activity("Running", lap(0, SECONDS, 3.0 * SECONDS, points))),
    }
    for name, content in files.items():
        reader = Activities(Clock())
        await _read(reader, content)  # warm
        child = psutil.Process(_child(reader))
        figures = [await _timed(reader, child, content) for _ in range(ROUNDS)]
        goal = "<= 1" if name == "fit" else ""
        figure(f"activities.{name}.wall", statistics.median(wall for wall, _ in figures), "s", goal)
        figure(f"activities.{name}.cpu", statistics.median(cpu for _, cpu in figures), "s")
        figure(f"activities.{name}.file", len(content), "bytes", f"<= {BIGGEST}")
        figure(f"activities.{name}.memory", _peak(child.pid), "MiB", f"<= {LIMITS.memory // MIB}")
        await reader.stop()


def _points() -> Iterator[Point]:
    return ((at, at * 3.0, 120 + at % 40) for at in range(SECONDS))


def _rich() -> bytes:
    """A FIT file of as many records with many more fields."""
    fields = ((253, 4, 0x86), (3, 1, 2), (5, 4, 0x86), *((200 + number, 4, 0x86) for number in range(ODD_FIELDS)))
    odd = bytes(range(4)) * ODD_FIELDS
    records = (
        b"\0" + struct.pack("<IBI", fit_time(at), heart, int((metres or 0) * 100)) + odd
        for at, metres, heart in _points()
    )
    return sealed(definition(0, 20, *fields) + b"".join(records))


async def _timed(reader: Activities, child: Any, content: bytes) -> tuple[float, float]:
    """Wall and CPU seconds."""
    before, began = sum(child.cpu_times()[:2]), time.monotonic()
    await _read(reader, content)
    return time.monotonic() - began, sum(child.cpu_times()[:2]) - before


async def _read(reader: Activities, content: bytes) -> None:
    found = await reader.read(content)
    assert isinstance(found, list), found
    assert isinstance(found[0], Activity)


def _child(reader: Activities) -> int:
    child = reader._worker._child
    assert child is not None
    return child.pid


def _peak(pid: int) -> float:
    """The most that was resident so far, in MiB."""
    with open(f"/proc/{pid}/status") as status:
        (line,) = (line for line in status if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024
