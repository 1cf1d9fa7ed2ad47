"""A bot as a process of its own, and what it takes of the machine."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, Self

import psutil

from bot.demo.server import BotApi
from tests.support import KEY, ROOT, new_database, postgres

COACH = ("-m", "bot", "run")
MIB = 1024 * 1024
PARTS_OF_CPU = ("user", "system", "children_user", "children_system")
LOG_SHOWN = 4000  # characters of a bot's log, when a measurement fails


class Memory(NamedTuple):
    """Of one process, in MiB: resident, its fair share (PSS), and what is its alone (USS)."""

    rss: float
    pss: float
    uss: float


class BotProcess:
    """`python <arguments>` on a pretend Telegram: `with BotProcess(...) as process`."""

    def __init__(self, arguments: tuple[str, ...], home: Path, api: BotApi, **environment: str) -> None:
        self.log = home / "bot.log"
        self.started_at = 0.0  # monotonic
        self._arguments = arguments
        self._home = home
        self._environment = {
            **{name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")},
            "PYTHONPATH": str(ROOT),
            "TELEGRAM_API_URL": api.url,
            "TELEGRAM_TOKEN": api.world.token,
            "SECRET_KEY": KEY,
            **environment,
        }

    def __enter__(self) -> Self:
        with self.log.open("wb") as log:
            self.started_at = time.monotonic()
            self._child = subprocess.Popen(
                [sys.executable, *self._arguments], cwd=self._home, env=self._environment, stdout=log, stderr=log
            )
        self._process = psutil.Process(self._child.pid)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._child.terminate()
        self._child.wait(timeout=30)
        if kind is not None:
            sys.stderr.write(self.log.read_text()[-LOG_SHOWN:])

    def cpu(self) -> float:
        """Seconds that it computed so far, user and system."""
        times = self._process.cpu_times()
        return float(times.user + times.system)

    def cpu_of_children(self) -> float:
        """Seconds that its workers computed so far, and what they ran in turn."""
        each = [child.cpu_times() for child in self._process.children()]
        return float(sum(sum(getattr(times, part) for part in PARTS_OF_CPU) for times in each))

    def memory(self) -> Memory:
        """What it holds now."""
        full = self._process.memory_full_info()
        return Memory(full.rss / MIB, full.pss / MIB, full.uss / MIB)

    def signal(self) -> None:
        """Ask `tests.bench.coach` for a line of figures."""
        self._child.send_signal(signal.SIGUSR1)


@contextmanager
def database(kind: str, home: Path) -> Iterator[str]:
    """The address of an empty database of that kind."""
    with new_database(kind, home, lambda: postgres(home / "postgres")) as address:
        yield address
