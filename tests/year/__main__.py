"""python -m tests.year: R4. Prints the figures; exit 1 when there is a difference."""

import argparse
import gc
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from bot.adapters.log import configure
from tests import support
from tests.year.run import Figures, Year, all_zones, opened

MEMORY = Path("/dev/shm")  # what is looked at are time rules, not a disk


def main() -> None:
    """Live the year that was asked for."""
    given = _arguments()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="coach-year-", dir=MEMORY if MEMORY.is_dir() else None) as scratch:
        if given.jobs == 1:
            figures = _part(given, scratch, 0)
        else:
            with ProcessPoolExecutor(given.jobs) as processes:
                parts = [processes.submit(_part, given, scratch, part) for part in range(given.jobs)]
                figures = sum((part.result() for part in parts[1:]), start=parts[0].result())
    figures.seconds = time.monotonic() - began
    print(figures)
    sys.exit(1 if figures.wrong else 0)


def _part(given: argparse.Namespace, scratch: str, part: int) -> Figures:
    """Every so-many-th person, with a coach and a database of their own."""
    configure("WARNING")
    gc.disable()  # collected at times by the year itself
    zones = all_zones()
    people = given.people or len(zones)
    folder = Path(scratch) / str(part)
    folder.mkdir()
    with support.new_database(given.database, folder, lambda: support.postgres(Path(scratch) / "server")) as url:
        engine = opened(url)
        year = Year(
            engine, zones[part :: given.jobs], given.begin.replace(tzinfo=UTC), given.days,
            people=len(range(part, people, given.jobs)), seed=given.seed * 100 + part, acts_a_year=given.acts,
            downs_a_year=given.downs, tell=lambda line: print(f"{part}: {line}", file=sys.stderr, flush=True),
        )
        figures = year.live()
        engine.dispose()
    figures.seed = given.seed
    return figures


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.year", description="A year of reminders, over every zone.")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--people", type=int, default=0, help="one a zone, when nothing is said")
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--begin", type=datetime.fromisoformat, default=datetime(2026, 1, 1), help="a date, UTC")
    parser.add_argument("--acts", type=float, default=15, help="what somebody does of themselves, a year")
    parser.add_argument("--downs", type=float, default=40, help="how often the coach is away, a year")
    parser.add_argument("--jobs", type=int, default=1, help="processes that share the people")
    return parser.parse_args()


if __name__ == "__main__":
    main()
