"""What the triage notices and what it lets be, by category and language: `python -m tests.bench triage [--misses en]`."""

import csv
import statistics
import time
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from bot.safety.levels import Hit, Level
from bot.safety.triage import triage
from tests.bench.report import figure, percentile

DATA = Path(__file__).parent.parent / "safety" / "data"
MAY, MUST, MUST_NOT = "may_flag", "must_flag", "must_not_flag"
POOLED = ("panic", "depression", "trauma", "eating", "substance", "sleep_severe")


class Message(NamedTuple):
    """What somebody may write, and what must come of it."""

    id: str
    text: str
    label: Level
    category: str
    expect: str
    lang: str


def messages(*files: Path) -> list[Message]:
    """The rows of files with the columns of `tests/safety/data/README.md`."""
    rows = [row for file in files for row in csv.DictReader(file.open(encoding="utf-8", newline=""))]
    return [
        Message(row["id"], row["text"], Level(row["label"]), row["category"], row["expect"], row["lang"])
        for row in rows
    ]


def is_wrong(message: Message, hit: Hit | None) -> bool:
    """Missed, a false alarm, or too loud about somebody else's or past trouble."""
    if message.expect == MUST:
        return hit is None
    return hit is not None if message.expect == MUST_NOT else hit is not None and hit.level >= Level.URGENT


def measure(files: Iterable[Path], misses: str) -> None:
    """Print the table; with a language or category, also each message there that went wrong."""
    found, took = list[tuple[Message, Hit | None]](), list[float]()
    for message in messages(*files):
        began = time.perf_counter()
        hit = triage(message.text)
        took.append((time.perf_counter() - began) * 1000)
        found.append((message, hit))
    groups = defaultdict[tuple[str, str], list[tuple[Message, Hit | None]]](list)
    for message, hit in found:
        groups[message.lang, message.category].append((message, hit))
        if message.expect == MUST_NOT:
            groups["all", "benign"].append((message, hit))
        if message.category in POOLED and message.lang == "en":
            groups["en", "pooled"].append((message, hit))
    for (lang, category), pairs in sorted(groups.items()):
        wrong = sum(is_wrong(*pair) for pair in pairs)
        loud = sum(hit is not None and hit.level >= Level.URGENT for _, hit in pairs)
        low = sum(message.expect == MUST and (hit is None or hit.level < message.label) for message, hit in pairs)
        print(f"{lang:4} {category:20} {len(pairs):4}  right {1 - wrong / len(pairs):6.1%}"
              f"  urgent or above {loud / len(pairs):6.1%}  below its level {low}")
    figure("time.median", statistics.median(took), "ms", "<= 2")
    figure("time.p99", percentile(took, 99), "ms")
    for message, hit in found:
        if misses in (message.lang, message.category, "all") and is_wrong(message, hit):
            print(f"{message.id} {message.lang} {message.category} {message.label}: {message.text!r} -> {hit}")
