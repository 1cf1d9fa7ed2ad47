"""What the numbers of a record can be at all (docs/log-lines.md, "When it asks"). Pure."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

LONGEST_KM: Final = {"run": 100.0}
LONGEST_KM_ELSE, LONGEST_MINUTES = 250.0, 24 * 60.0
FASTEST, SLOWEST = 2 + 20 / 60, 20.0  # minutes a km, of a run
LONGEST_NIGHT: Final = 16.0  # hours
RESTING, VARIABILITY, CUPS = (25, 130), (5, 250), 20
SETS, REPS, LOAD = 30, 200, 500
ALTOGETHER: Final = 10  # of effort and quality
MINUTES_ONLY: Final = frozenset({"strength", "mobility"})  # these have no distance
LEAST: Final = 0.01  # of what was done at all; the second decimal is the last that is kept


class Misfit(NamedTuple):
    """A number of a record that can hardly be so, by its name, and from what to what it could be."""

    name: str
    least: float
    most: float


def misfit(record: Mapping[str, Any]) -> Misfit | None:
    """The first of them; None where all can be."""
    found = (Misfit(name, least, most) for name, value, least, most in _numbers(record) if not least <= value <= most)
    return next(found, None)


def _numbers(record: Mapping[str, Any]) -> Iterator[tuple[str, float, float, float]]:
    """Each with what it is and its bounds."""
    bounds: dict[str, tuple[float, float]] = {
        "km": (LEAST, LONGEST_KM.get(record.get("activity", ""), LONGEST_KM_ELSE)), "minutes": (LEAST, LONGEST_MINUTES),
        "effort": (0, ALTOGETHER), "hours": (LEAST, LONGEST_NIGHT), "quality": (0, ALTOGETHER), "rhr": RESTING,
        "hrv": VARIABILITY, "cups": (0, CUPS),
    }
    if "km" in record and record["activity"] in MINUTES_ONLY:
        yield "distance", record["km"], 0, 0
    for name, (least, most) in bounds.items():
        if name in record:
            yield name, record[name], least, most
    if record.get("activity") == "run" and record.get("km") and record.get("minutes"):
        yield "pace", record["minutes"] / record["km"], FASTEST, SLOWEST
    for one in record.get("sets", ()):
        yield "sets", one["sets"], 1, SETS
        yield "reps", one["reps"], 1, REPS
        yield "kg", one.get("kg", 0), 0, LOAD
