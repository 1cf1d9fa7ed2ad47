"""What the triage notices and what it lets be, by category and language."""

import random
import statistics
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from bot.safety.book import book
from bot.safety.levels import Hit, Level
from bot.safety.plain import LONGEST_TEXT
from bot.safety.triage import triage
from tests.bench.report import figure, percentile
from tests.safety.messages import MUST, MUST_NOT, POOLED, Message, is_wrong, messages

SEED = 1


def long_texts(said: Sequence[str]) -> dict[str, str]:
    """What may take long: 4,096 characters that look like words, like disguises, or like many troubles at once."""
    chance = random.Random(SEED)
    words = sorted(book().vocabulary.words)
    letters = ("".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=12)) for _ in range(400))
    texts = {
        "one_letter": "a" * LONGEST_TEXT,
        "letters_apart": "k i l l " * 600,
        "stars": "k*" * 3000,
        "no_spaces": "iwanttodie" * 500,
        "marks": "i\u0336\u0321\u0322" * 1300,
        "unknown_words": " ".join(letters),
        "no_stops": "I went for a long run this morning and kept going along the river until the bridge and back " * 60,
        "lines": "i want\n" * 700,
        "known_words": " ".join(chance.choices(words, k=900)),
        "known_words_run_together": " ".join("".join(chance.choices(words, k=12))[:80] for _ in range(60)),
        "a_day_of_messages": ". ".join(chance.choices(said, k=200)),
    }
    return {name: text[:LONGEST_TEXT] for name, text in texts.items()}


def _took(text: str) -> float:
    began = time.perf_counter()
    triage(text)
    return (time.perf_counter() - began) * 1000


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
    for name, text in long_texts([message.text for message, _ in found]).items():
        figure(f"time.4096.{name}", min(_took(text) for _ in range(5)), "ms", "<= 5")
    for message, hit in found:
        if misses in (message.lang, message.category, "all") and is_wrong(message, hit):
            print(f"{message.id} {message.lang} {message.category} {message.label}: {message.text!r} -> {hit}")
