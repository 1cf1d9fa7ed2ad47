"""The development data of the triage, one message a row; `data/README.md` says how to read it."""

import csv
from pathlib import Path
from typing import NamedTuple

from bot.safety.levels import Hit, Level

DATA = Path(__file__).parent / "data"
# What the rules were made by; `third_cases.csv` was written to be as far from these as people's words go.
TUNED = [DATA / f"{name}.csv" for name in ("dev", "hard_cases", "second_cases", "fourth_cases")]
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
