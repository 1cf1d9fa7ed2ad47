"""A person's own usual, and which side of it a day is on (docs/domain.md section 2, "Own baseline"). Pure.

`values` maps the days on which one marker of one person has a value to that value, in any order: points for
scales, hours for sleep, bpm for "rhr", ms (rMSSD) for "hrv". A day that is not in it is neither good nor bad.
There is no limit on how long ago a valid day may be: "the last 28 valid days" are those of the person's own logging.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

# docs/domain.md section 2, "Own baseline"
USUAL_DAYS = 28  # valid days that a usual looks back on
SETTLED = 14  # valid days; with fewer, sentences say "still learning you"
FIRST = 7  # valid days; with fewer, nothing is compared
LEAST_MARGIN = 1.0  # point
SPREAD = 0.5  # of a standard deviation: the margin of a scale, and half the width of a band
BAND_DAYS = 60  # valid days that a band looks back on
WEEK = 7  # calendar days of the rolling mean
WEEK_LEAST = 3  # values in the rolling week; engine choice, section 2 names none

# docs/domain.md section 2, "better is": 1 is higher, -1 is lower. Arousal ("revved") is never worse or better, and
# hours have no comparison in the rule.
DIRECTION = {"sleep": 1, "mood": 1, "down": 1, "irritability": -1}
BAND_DIRECTION = {"rhr": -1, "hrv": 1}

ROUNDING = 1e-9  # "more than" is meant of the numbers, not of the last bit of their sums: equal days must stay equal


@dataclass(frozen=True, slots=True)
class Usual:
    """`middle` is the median, `margin` max(1 point, half a standard deviation); both in the marker's unit.

    `days` is how many valid days they rest on, 7 to 28.
    """

    middle: float
    margin: float
    days: int

    @property
    def learning(self) -> bool:
        """Whether every sentence that uses it has to say "still learning you"."""
        return self.days < SETTLED


@dataclass(frozen=True, slots=True)
class Band:
    """The rolling week against the personal band: `side` is -1 worse, 0 within, 1 better.

    `week`, `low` and `high` are to be shown: bpm, or ms for HRV (taken back from the logarithm: geometric means).
    `days` is how many valid days the band rests on, 7 to 60.
    """

    side: int
    week: float
    low: float
    high: float
    days: int

    @property
    def learning(self) -> bool:
        """Whether every sentence that uses it has to say "still learning you"."""
        return self.days < SETTLED


def usual(values: Mapping[date, float], day: date) -> Usual | None:
    """What is usual before a day: that day is no part of its own usual. None under seven valid days."""
    last = _last(values, day, USUAL_DAYS)
    if len(last) < FIRST:
        return None
    _, deviation = _mean_and_deviation(last)
    return Usual(_median(last), max(LEAST_MARGIN, SPREAD * deviation), len(last))


def compare(marker: str, value: float, usual: Usual) -> int:
    """-1 worse than usual, 0 as usual, 1 better; beyond the margin, not at it. 0 for a marker without direction.

    One day of heart rate or HRV says nothing, so that is 0 as well: `band` is for those.
    """
    return DIRECTION.get(marker, 0) * _side(value - usual.middle, usual.margin)


def nearest(usual: Usual, step: float) -> float:
    """The usual as something that can be answered: in the question's steps; halfway goes to the lower one."""
    return float(math.ceil(usual.middle / step - 0.5) * step)


def band(marker: str, values: Mapping[date, float], day: date) -> Band | None:
    """Resting heart rate ("rhr") or HRV ("hrv") on a day: the mean of the week that ends with it, against the band.

    The band is the mean +/- 0.5 SD of the up to 60 last valid days *before that week begins*: a bad week inside its own
    band would pull the band along and widen it, and so hide itself. HRV is ln rMSSD throughout. None when the week has
    fewer than three values or the band fewer than seven. The day itself may be without a value; whether such a day
    counts is for the caller to say.
    """
    direction = BAND_DIRECTION[marker]
    begins = day - timedelta(days=WEEK - 1)
    week = [value for at, value in values.items() if begins <= at <= day]  # in any order: fsum is exact
    before = _last(values, begins, BAND_DAYS)
    if len(week) < WEEK_LEAST or len(before) < FIRST:
        return None
    if marker == "hrv":
        week, before = [math.log(value) for value in week], [math.log(value) for value in before]
    now = math.fsum(week) / len(week)
    mean, deviation = _mean_and_deviation(before)
    margin = SPREAD * deviation
    side = direction * _side(now - mean, margin)
    low, high = mean - margin, mean + margin
    if marker == "hrv":
        now, low, high = math.exp(now), math.exp(low), math.exp(high)
    return Band(side, now, low, high, len(before))


def _last(values: Mapping[date, float], day: date, most: int) -> list[float]:
    """The last values before a day, oldest first."""
    return [values[at] for at in sorted(at for at in values if at < day)[-most:]]


def _median(values: Iterable[float]) -> float:
    ordered = sorted(values)
    half = len(ordered) // 2
    return float(ordered[half]) if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def _mean_and_deviation(values: list[float]) -> tuple[float, float]:
    """The mean and the sample standard deviation (n - 1), which is 0 for one value.

    By hand: `statistics.stdev` counts in fractions, which takes many times as long.
    """
    mean = math.fsum(values) / len(values)
    squares = math.fsum([(value - mean) ** 2 for value in values])
    return mean, math.sqrt(squares / max(len(values) - 1, 1))


def _side(gap: float, margin: float) -> int:
    """-1 below, 1 above, 0 within the margin or on its edge."""
    if abs(gap) <= margin + ROUNDING:
        return 0
    return 1 if gap > 0 else -1
