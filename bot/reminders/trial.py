"""Do breaks help you? Whole days with prompts and whole days without, compared honestly (docs/domain.md 6). Pure."""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from statistics import mean

from bot.checkins.days import Day
from bot.checkins.questions import UPS

LENGTH = timedelta(days=14)
ENOUGH = 3  # days of each kind (engine choice)
SAME = 0.5  # times a day: less of a difference is none
LIKELY, MAYBE = 0.05, 0.2  # shares of chance
BLOCK, PROMPTED = 5, 3  # of five days, three with prompts: 60 to 40


def is_silent(owner: int, begun: date, day: date) -> bool:
    """Whether this is one of the days without prompts: two of each block of five, by lot, the same for good."""
    since = (day - begun).days
    if not 0 <= since < LENGTH.days:
        return False
    block, place = divmod(since, BLOCK)
    lots = [number >= PROMPTED for number in range(BLOCK)]
    random.Random(f"{owner} {begun} {block}").shuffle(lots)
    return lots[place]


@dataclass(frozen=True, slots=True)
class Result:
    """What two weeks showed: how often they got up on days with prompts and on days without, by their own account.

    `chance` is the share of all ways to deal out the same days that differ at least as much: near 1 means that it says
    nothing. None where there are too few days to compare.
    """

    prompted: float | None
    silent: float | None
    days: tuple[int, int]
    chance: float | None

    @property
    def verdict(self) -> str:
        """What may be said of it: `unknown`, `same`, `chance`, `maybe` or `likely`."""
        if self.difference is None or self.chance is None:
            return "unknown"
        if abs(self.difference) < SAME:
            return "same"
        return "likely" if self.chance <= LIKELY else "maybe" if self.chance <= MAYBE else "chance"

    @property
    def difference(self) -> float | None:
        """How many times more on days with prompts."""
        return None if self.prompted is None or self.silent is None else self.prompted - self.silent


def compare(days: Iterable[Day], owner: int, begun: date) -> Result:
    """The two kinds of days, by a permutation test: all ways to deal out these days are counted, none assumed."""
    kinds: tuple[list[float], list[float]] = [], []
    for day in days:
        ups = day.number(UPS.marker)
        if ups is not None and timedelta() <= day.date - begun < LENGTH:
            kinds[is_silent(owner, begun, day.date)].append(ups)
    prompted, silent = kinds
    counts = len(prompted), len(silent)
    if min(counts) < ENOUGH:
        return Result(None, None, counts, None)
    seen = abs(mean(prompted) - mean(silent))
    together, whole = prompted + silent, sum(prompted + silent)
    sums = [sum(some) for some in combinations(together, len(prompted))]
    apart = [abs(some / len(prompted) - (whole - some) / len(silent)) for some in sums]
    return Result(mean(prompted), mean(silent), counts, sum(one >= seen - 1e-9 for one in apart) / len(apart))
