"""Week by week: how revved up, how fast back down, how often it spilled over (docs/domain.md 1). Pure."""

from collections.abc import Sequence
from datetime import date, timedelta
from statistics import median
from typing import Final, NamedTuple

from bot.checkins.days import Day, series
from bot.checkins.questions import items

MOST: Final = 8  # weeks: as far back as days are read
ENOUGH: Final = 3  # evenings of a week: with fewer it is not compared; engine choice
CHANGED: Final = 1.0  # points between two weeks that are a change; docs/domain.md 2
_WEEK, _DAY = timedelta(days=7), timedelta(days=1)


class Week(NamedTuple):
    """Seven days from `first` on: the middles of both scales (None without an answer), and of how many evenings it
    spilled over.
    """

    first: date
    revved: float | None
    down: float | None
    evenings: int
    spilled: int


class Change(NamedTuple):
    """The first and the last week with enough evenings, and how the way down changed: "faster", "slower" or "same"."""

    then: Week
    now: Week
    how: str


def weeks(days: Sequence[Day], end: date) -> list[Week]:
    """The weeks that end with that day, oldest first, from the first one with an evening on."""
    found = [_week(days, end - back * _WEEK - 6 * _DAY) for back in reversed(range(MOST))]
    while found and not found[0].evenings:
        found.pop(0)
    return found


def change(found: Sequence[Week]) -> Change | None:
    """How the way down changed; None while there are no two weeks to compare."""
    told = [week for week in found if week.evenings >= ENOUGH and week.down is not None]
    if len(told) < 2:
        return None
    then, now = told[0], told[-1]
    by = (now.down or 0.0) - (then.down or 0.0)
    return Change(then, now, "faster" if by >= CHANGED else "slower" if by <= -CHANGED else "same")


def _week(days: Sequence[Day], first: date) -> Week:
    own = [day for day in days if first <= day.date < first + _WEEK]
    evenings = [day for day in own if "spilled" in day.kept]
    revved, down = ([*series(own, marker).values()] for marker in ("revved", "down"))
    return Week(
        first, median(revved) if revved else None, median(down) if down else None, len(evenings),
        sum(bool(items(day.kept["spilled"])) for day in evenings),
    )
