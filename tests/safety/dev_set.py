"""The development set of the triage, one row a message (safety_dev.md says how to read it)."""

import csv
from dataclasses import dataclass
from pathlib import Path

from bot.safety.rules import Level


@dataclass(frozen=True, slots=True)
class Row:
    """A message, the lowest level that is good enough, and whether it must, may or must not be flagged."""

    id: str
    text: str
    label: Level
    category: str
    expect: str
    lang: str


def rows() -> list[Row]:
    """All rows, in the file's order."""
    with (Path(__file__).parent / "safety_dev.csv").open(newline="", encoding="utf-8") as file:
        return [
            Row(row["id"], row["text"], Level(row["label"]), row["category"], row["expect"], row["lang"])
            for row in csv.DictReader(file)
        ]
