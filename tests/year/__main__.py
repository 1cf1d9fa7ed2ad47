"""python -m tests.year: R4. Prints the figures; exit 1 when there is a difference."""

import argparse
import gc
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from bot.adapters.log import configure
from tests import support
from tests.year.run import Year, all_zones, opened

MEMORY = Path("/dev/shm")  # what is measured is time rules, not a disk


def main() -> None:
    """Live the year that was asked for."""
    given = _arguments()
    configure("WARNING")
    gc.freeze()
    zones = all_zones()
    with tempfile.TemporaryDirectory(prefix="coach-year-", dir=MEMORY if MEMORY.is_dir() else None) as scratch:
        server = Path(scratch) / "server"
        with support.new_database(given.database, Path(scratch), lambda: support.postgres(server)) as url:
            engine = opened(url)
            year = Year(
                engine, zones, given.begin.replace(tzinfo=UTC), given.days, people=given.people or len(zones),
                seed=given.seed, acts_a_year=given.acts, downs_a_year=given.downs,
                tell=lambda line: print(line, file=sys.stderr, flush=True),
            )
            figures = year.live()
            engine.dispose()
    print(figures)
    sys.exit(1 if figures.wrong else 0)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.year", description="A year of reminders, over every zone.")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--people", type=int, default=0, help="one a zone, when nothing is said")
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--begin", type=datetime.fromisoformat, default=datetime(2026, 1, 1), help="a date, UTC")
    parser.add_argument("--acts", type=float, default=15, help="what somebody does of themselves, a year")
    parser.add_argument("--downs", type=float, default=40, help="how often the coach is away, a year")
    return parser.parse_args()


if __name__ == "__main__":
    main()
