"""Small things, day by day: counted by consistency, with two skip days a week in reserve (docs/domain.md 3). Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from bot.drills.goes import DONE, Go
from bot.profile.choices import DAILY

RESERVE: Final = 2  # skip days in any seven
_DAY = timedelta(days=1)


class Steady(NamedTuple):
    """`today`: how many were done so far; `week`: on how many of the last seven days both were.

    `days`: how long it has gone on without more than two skip days in any seven, from the first day to this one.
    """

    today: int
    week: int
    days: int


def steady(goes: Iterable[Go], day: date, local_day: Callable[[datetime], date]) -> Steady:
    """How it stands on that day; what is not done of it yet is not missed. Each drill to its end counts once."""
    done = defaultdict[date, set[str]](set)
    for go in goes:
        if go.outcome == DONE:
            done[local_day(go.started_at)].add(go.drill)
    kept = {date for date, drills in done.items() if len(drills) >= DAILY and date <= day}
    week = sum(day - back * _DAY in kept for back in range(7))
    return Steady(len(done[day]), week, _lasts(kept, day))


def _lasts(kept: set[date], day: date) -> int:
    first, missed = None, list[date]()
    at = day
    while kept and at >= min(kept):
        if at in kept:
            first = at
        elif at != day:
            missed.append(at)
            if sum(one - at < 7 * _DAY for one in missed) > RESERVE:
                break
        at -= _DAY
    return (day - first).days + 1 if first else 0
