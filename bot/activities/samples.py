"""From samples to figures: length, distance, motion, heart. Pure.

What a file says itself comes first, where it can be so; else the samples say it; else nobody does.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from math import asin, cos, radians, sin, sqrt
from statistics import fmean
from typing import Final

from bot.activities.activity import Activity, Kind, Unfit

# What can be at all; anything beyond is ignored, as if the file did not have it.
HEART: Final = (25, 250)  # beats a minute
TIMES: Final = (datetime(2000, 1, 1, tzinfo=UTC).timestamp(), datetime(2100, 1, 1, tzinfo=UTC).timestamp())
LONGEST: Final = 96 * 3600.0  # seconds; an activity of more has times that can't be so
FARTHEST: Final = 10_000_000.0  # metres
FASTEST: Final[dict[Kind, float]] = {"run": 12.0, "walk": 12.0, "swim": 4.0}  # metres a second
FASTEST_ELSE: Final = 35.0

SLOWEST: Final = 1 / 3.6  # metres a second; anything slower is standing
RECOVERY, NEAR = 60.0, 5.0  # seconds: "the first minute", and how far a heart rate may be from either end of it
STOOD: Final = 30.0  # metres that somebody who rests may still go, as far as a satellite can tell
MOST_SAMPLES: Final = 100_000  # 27 hours of one a second
MOST_ACTIVITIES: Final = 24  # of one file
EARTH: Final = 6_371_008.8  # metres, mean radius


@dataclass(slots=True)
class Sample:
    """A moment: `at` in seconds since 1970, `metres` since the begin, a `place` in degrees (latitude, longitude)."""

    at: float
    heart: float | None = None
    metres: float | None = None
    place: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What a file says of a whole activity: times in seconds since 1970, lengths in seconds and metres.

    `stopped` is when the recording was stopped for good, if the file says so beside its length.
    """

    begin: float | None = None
    length: float | None = None
    moving: float | None = None
    metres: float | None = None
    mean: float | None = None
    highest: float | None = None
    stopped: float | None = None


def number(value: object, least: float, most: float) -> float | None:
    """A number within these bounds, from a number or its text; None for anything else."""
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return None
    return float(value) if isinstance(value, int | float) and least <= value <= most else None


def spot(latitude: object, longitude: object) -> tuple[float, float] | None:
    """A place on the globe; (0, 0) is what devices write before they know."""
    at = number(latitude, -90, 90), number(longitude, -180, 180)
    return None if at[0] is None or at[1] is None or at == (0, 0) else (at[0], at[1])


def activity(kind: Kind, told: Told, segments: Iterable[Sequence[Sample]]) -> Activity:
    """One activity; between two segments the recording was paused.

    Raises:
        Unfit: "no times", "empty" or "broken" (it lasted for days).
    """
    tracks = sorted((tidy(segment) for segment in segments if segment), key=lambda track: track[0].at)
    samples = sorted(chain.from_iterable(tracks), key=lambda sample: sample.at)
    begin = told.begin if told.begin is not None else samples[0].at if samples else None
    if begin is None:
        raise Unfit("no times")
    fastest = FASTEST.get(kind, FASTEST_ELSE)
    end = _end(begin, told, samples, fastest)
    if end <= begin:
        raise Unfit("empty")
    length = end - begin
    if length > LONGEST:
        raise Unfit("broken")
    tracks = [[sample for sample in track if sample.at <= end] for track in tracks]
    legs = [leg for track in tracks for leg in _legs(track, fastest)]
    metres = told.metres if told.metres and told.metres <= fastest * length else sum(metres for _, metres in legs)
    moving = told.moving or (sum(took for took, metres in legs if metres >= SLOWEST * took) if legs else None)
    mean, highest = _heart(told, [sample.heart for sample in chain.from_iterable(tracks) if sample.heart is not None])
    return Activity(
        kind, datetime.fromtimestamp(begin, UTC), length / 60,
        km=metres / 1000 if metres else None,
        moving=min(moving, length) / 60 if moving is not None else None,
        mean=mean, highest=highest,
        fall=_fall(samples, end if told.stopped is None else told.stopped),
    )


def tidy(samples: Iterable[Sample]) -> list[Sample]:
    """In order, and one a moment: what the first of two lacks, the second may have."""
    by_time: dict[float, Sample] = {}
    for sample in samples:
        first = by_time.setdefault(sample.at, sample)
        first.heart = sample.heart if first.heart is None else first.heart
        first.metres = sample.metres if first.metres is None else first.metres
        first.place = first.place or sample.place
    return [by_time[at] for at in sorted(by_time)]


def _end(begin: float, told: Told, samples: Sequence[Sample], fastest: float) -> float:
    """When it ended, in seconds since 1970: as told, unless they were still on their way then.

    Some files tell a length without its pauses; what comes after it is a rest only if nobody got anywhere.
    """
    last = samples[-1].at if samples else begin
    if told.length is None:
        return last if told.stopped is None else told.stopped
    end = begin + told.length
    after = [sample for sample in samples if sample.at >= end]
    if told.stopped is not None or last <= end + NEAR:
        return end
    legs = list(_legs(after, fastest))
    return end if legs and sum(metres for _, metres in legs) <= STOOD else last


def _legs(samples: Iterable[Sample], fastest: float) -> Iterator[tuple[float, float]]:
    """Seconds and metres from place to place; a place that nobody can have reached by then is left out."""
    here = lost = None
    for sample in samples:
        if sample.metres is None and sample.place is None:
            continue
        if here is None:
            here = sample
            continue
        for since in (here, lost):  # two such places that fit one another: it was the one before them that was wrong
            if since is None:
                continue
            took, metres = sample.at - since.at, _between(since, sample)
            if metres is not None and 0 <= metres <= fastest * took:
                yield took, metres
                here, lost = sample, None
                break
        else:
            lost = sample


def _between(one: Sample, other: Sample) -> float | None:
    """Metres, by their own count, else along the globe."""
    if one.metres is not None and other.metres is not None:
        return other.metres - one.metres
    if one.place is None or other.place is None:
        return None
    (north, east), (other_north, other_east) = (tuple(map(radians, place)) for place in (one.place, other.place))
    half = sin((other_north - north) / 2) ** 2 + cos(north) * cos(other_north) * sin((other_east - east) / 2) ** 2
    return 2 * EARTH * asin(sqrt(min(half, 1.0)))


def _heart(told: Told, rates: Sequence[float]) -> tuple[int | None, int | None]:
    """The mean and the highest heart rate; of samples, each counts the same."""
    mean = told.mean or (fmean(rates) if rates else None)
    highest = told.highest or max(rates, default=None)
    if mean is not None and highest is not None and mean > highest:
        mean, highest = (fmean(rates), max(rates)) if rates else (None, None)
    return None if mean is None else round(mean), None if highest is None else round(highest)


def _fall(samples: Sequence[Sample], end: float) -> int | None:
    """Beats a minute; None unless the heart rate is known at the end and a minute later, and did not rise."""
    known = [(sample.at, sample.heart) for sample in samples if sample.heart is not None]
    rates = []
    for moment in (end, end + RECOVERY):
        at, rate = min(known, key=lambda one: abs(one[0] - moment), default=(float("inf"), 0.0))
        if abs(at - moment) > NEAR:
            return None
        rates.append(rate)
    fall = round(rates[0]) - round(rates[1])
    return fall if fall >= 0 else None
