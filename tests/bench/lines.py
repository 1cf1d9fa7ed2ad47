"""How much of the log lines is read as their author meant it, and how long a line takes."""

import json
import statistics
import time
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from bot.logbook.reading import Read, read
from tests.bench.report import figure, percentile

LINES = tuple(sorted((Path(__file__).parents[1] / "logbook").glob("*.jsonl")))


class Line(NamedTuple):
    """A line as its author wrote it, with what must come out."""

    id: str
    text: str
    now: datetime
    records: list[dict[str, Any]]
    ask: bool

    def is_right(self, found: Read) -> bool:
        """Exactly what its author meant."""
        return found.records == self.records and found.ask is self.ask

    def is_silently_wrong(self, found: Read) -> bool:
        """Something would be kept that was not meant, and nobody asked; less than was meant is said to be so."""
        return not found.ask and any(record not in self.records for record in found.records)


def lines(*files: Path) -> Iterator[Line]:
    """The lines of these files."""
    for file in files:
        for row in map(json.loads, file.read_text(encoding="utf-8").splitlines()):
            now = datetime.fromisoformat(row["now"]).astimezone(ZoneInfo(row["tz"]))
            yield Line(row["id"], row["text"], now, row["records"], row["ask"])


def measure(files: Iterable[Path]) -> None:
    """Print the figures of each file, and each line that went wrong."""
    for file in files:
        found, took = list[tuple[Line, Read]](), list[float]()
        for line in lines(file):
            began = time.perf_counter()
            result = read(line.text, line.now)
            took.append((time.perf_counter() - began) * 1000)
            found.append((line, result))
        for line, result in found:
            if not line.is_right(result):
                silently = "silently " if line.is_silently_wrong(result) else ""
                print(f"{line.id} {silently}wrong: {line.text!r} of {line.now:%a %Y-%m-%d %H:%M}\n"
                      f"     meant {json.dumps(line.records)} ask {line.ask}\n"
                      f"     read  {json.dumps(result.records)} ask {result.ask}")
        name, count = file.stem, len(found)
        figure(f"{name}.right", 100 * sum(line.is_right(result) for line, result in found) / count, "%", ">= 97")
        wrong = sum(line.is_silently_wrong(result) for line, result in found)
        figure(f"{name}.silently_wrong", 100 * wrong / count, "%", "0")
        figure(f"{name}.median", statistics.median(took), "ms", "<= 1")
        figure(f"{name}.p99", percentile(took, 99), "ms")
