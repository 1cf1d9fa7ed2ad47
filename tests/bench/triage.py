"""What the triage notices and what it lets be, by category and language."""

import statistics
import time
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from bot.safety.levels import Hit, Level
from bot.safety.triage import triage
from tests.bench.report import figure, percentile
from tests.safety.messages import MUST, MUST_NOT, POOLED, Message, is_wrong, messages


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
