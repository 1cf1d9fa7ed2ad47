"""python -m tests.bench turns | start | reply | drills | closing | reminders | triage | lines | activities | all"""

import argparse
import gc
from pathlib import Path

from bot.adapters.log import configure
from tests.bench import activities, closing, drills, lines, reminders, reply, start, triage, turns
from tests.bench.report import heading
from tests.safety.messages import DATA


def main() -> None:
    """Measure what was asked for."""
    given = _arguments()
    configure("WARNING")
    gc.disable()  # a full collection stops the pretend Telegram for 0.1 s, which would count as the coach's
    heading(f"python -m tests.bench {given.what} --database {given.database}", given.seed)
    if given.what in ("turns", "all"):
        turns.measure(turns.Load(given.people, given.rounds, given.taps, given.rate, given.seed), given.database)
    if given.what in ("start", "all"):
        start.measure(given.stored, given.starts, given.seed, given.database, profile=given.profile)
    if given.what in ("reply", "all"):
        reply.measure(given.seconds, given.seed, given.database)
    if given.what in ("drills", "all"):
        drills.measure(given.database)
    if given.what in ("closing", "all"):
        closing.measure(given.database)
    if given.what in ("triage", "all"):
        triage.measure(given.messages or sorted(DATA.glob("*.csv")), given.misses)
    if given.what in ("lines", "all"):
        lines.measure(given.lines or lines.LINES)
    if given.what in ("activities", "all"):
        activities.measure()
    if given.what in ("reminders", "all"):
        reminders.measure(reminders.Load(given.rounds, reminders.GROWTH, given.seconds, given.seed))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="What the coach costs.")
    parser.add_argument(
        "what",
        choices=("turns", "start", "reply", "drills", "closing", "reminders", "triage", "lines", "activities", "all"),
    )
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--seed", type=int, default=1)
    of_turns = parser.add_argument_group("turns")
    of_turns.add_argument("--people", type=int, default=400)
    of_turns.add_argument("--rounds", type=int, default=3, help="of one contestant, then the other")
    of_turns.add_argument("--taps", type=int, default=600, help="a round, to each of the two")
    of_turns.add_argument("--rate", type=float, default=200.0, help="taps offered a second; a slow bot takes its time")
    of_start = parser.add_argument_group("start")
    of_start.add_argument("--stored", type=int, default=10_000, help="people in the database")
    of_start.add_argument("--starts", type=int, default=5)
    of_start.add_argument("--profile", action="store_true", help="also print what is slow to import")
    of_reply = parser.add_argument_group("reply")
    of_reply.add_argument("--seconds", type=float, default=20.0, help="of each load")
    of_triage = parser.add_argument_group("triage")
    of_triage.add_argument("--messages", type=Path, nargs="*", help="files to take instead of the development data")
    of_triage.add_argument("--misses", default="", help="print what goes wrong in this language or category, or in all")
    of_lines = parser.add_argument_group("lines")
    of_lines.add_argument("--lines", type=Path, nargs="*", help="files to take instead of those of tests/logbook")
    given = parser.parse_args()
    if given.stored < start.TAPPERS:
        parser.error(f"--stored must be {start.TAPPERS} or more: so many of them tap")
    return given


if __name__ == "__main__":
    main()
