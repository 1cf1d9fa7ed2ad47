"""What somebody wishes for, at random, as choices that are kept, and as the document says that it is meant."""

import random
from dataclasses import dataclass, field
from typing import Any

from bot.reminders.plan import SPREAD
from bot.reminders.recurrence import spread
from tests.reminders.oracle import DAY, EVERY_DAY, Plan, Wall, Window

WALLS = ("morning", "evening", "week", "drill", "session", "wind_down", "hygiene")
WINDOWS = ("break", "micro")
WORKDAYS = frozenset(range(5))
NIGHT = 4 * 60  # a time before it belongs to the day before
INTERVALS = (30, 45, 60, 90, 120, 180)


@dataclass(frozen=True, slots=True)
class Time:
    """A time that they chose, or a window."""

    on: bool
    start: int
    until: int | None = None
    every: int | None = None
    days: frozenset[int] = EVERY_DAY

    def __str__(self) -> str:
        text = ("" if self.on else "off ") + clock(self.start)
        if self.until is not None:
            text += f"-{clock(self.until)}" + (f"/{self.every}" if self.every else "")
        return text if self.days == EVERY_DAY else text + " " + "".join(str(day + 1) for day in sorted(self.days))


@dataclass(slots=True)
class Wishes:
    """What they told the coach; None and what is missing in `times` was never told."""

    up: int | None = None
    bed: int | None = None
    quiet: Time | None = None
    high_load: bool = False
    prompt: bool = False
    times: dict[str, Time] = field(default_factory=dict)

    def kept(self) -> dict[str, str]:
        """As choices by name."""
        chosen = {kind: str(time) for kind, time in self.times.items()}
        chosen |= {name: clock(at) for name, at in (("up", self.up), ("bed", self.bed)) if at is not None}
        if self.quiet is not None:
            chosen["quiet"] = str(self.quiet)
        return chosen | {"aim": "high_load" if self.high_load else "starter", "prompt": "yes" if self.prompt else "no"}

    def hours(self) -> tuple[int, int] | None:
        """Quiet from an hour before bed until getting up, unless chosen."""
        if self.quiet is None:
            return (self._bed - 60) % DAY, self._up
        return (self.quiet.start, self.quiet.until or 0) if self.quiet.on else None

    def plans(self, owner: int) -> dict[str, Plan]:
        """What is to be due, by kind (docs/domain.md 6)."""
        return {kind: self._plan(owner, kind) for kind in (*WALLS, *WINDOWS)}

    def _plan(self, owner: int, kind: str) -> Plan:
        time = self.times.get(kind)
        if time is None:
            ours = self._ours(kind)
            return None if ours is None else Wall(ours[0], ours[1], spread(owner, kind, SPREAD[kind]), NIGHT)
        if not (self.prompt if kind == "drill" else time.on):  # whether there are drills, the set-up asks
            return None
        if time.every is not None and time.until is not None:
            late = spread(owner, kind, SPREAD[kind]) if kind == "break" else 0
            return Window(time.start, time.until, time.every, time.days, late)
        return Wall(time.start, time.days, 0, NIGHT)

    def _ours(self, kind: str) -> tuple[int, frozenset[int]] | None:
        match kind:
            case "morning":
                return (self._up + 30) % DAY, EVERY_DAY
            case "evening":
                return (self._bed - 90) % DAY, EVERY_DAY
            case "week":
                return 18 * 60, frozenset({6})
            case "wind_down":
                return (self._bed - 70) % DAY, EVERY_DAY
            case "drill" if self.prompt:
                return 15 * 60, EVERY_DAY
            case "hygiene" if self.high_load:
                return 12 * 60 + 30, EVERY_DAY
            case _:
                return None

    @property
    def _up(self) -> int:
        return 7 * 60 if self.up is None else self.up

    @property
    def _bed(self) -> int:
        return 23 * 60 if self.bed is None else self.bed


def clock(minute: int) -> str:
    """Minutes of the day as hh:mm."""
    return f"{minute // 60:02}:{minute % 60:02}"


def anybody(rng: random.Random) -> Wishes:
    """Somebody new."""
    wishes = Wishes(high_load=rng.random() < 0.15, prompt=rng.random() < 0.25)
    wishes.times["wind_down"] = off()
    if rng.random() < 0.4:
        wishes.up, wishes.bed = getting_up(rng), going_to_bed(rng)
    if rng.random() < 0.3:
        wishes.quiet = quiet(rng)
    for kind, often in (("break", 0.35), ("micro", 0.1), ("session", 0.15), ("wind_down", 0.1)):
        if rng.random() < often:
            wishes.times[kind] = some_time(rng, kind)
    for kind in ("morning", "evening", "week"):
        if rng.random() < 0.3:
            wishes.times[kind] = some_time(rng, kind)
    return wishes


def changed(wishes: Wishes, rng: random.Random) -> dict[str, str]:
    """One thing is wished otherwise from now on; the choices that say so."""
    what = rng.choice(("up", "bed", "quiet", "aim", "prompt", "break", "break", *WALLS, *WINDOWS))
    match what:
        case "up":
            wishes.up = getting_up(rng)
        case "bed":
            wishes.bed = going_to_bed(rng)
        case "quiet":
            wishes.quiet = quiet(rng)
        case "aim":
            wishes.high_load = not wishes.high_load
        case "prompt":
            wishes.prompt = not wishes.prompt
        case kind if kind in wishes.times and rng.random() < 0.4:
            time = wishes.times[kind]
            wishes.times[kind] = Time(not time.on, time.start, time.until, time.every, time.days)
        case kind:
            wishes.times[kind] = some_time(rng, kind)
    return {what: wishes.kept()[what]}


def off() -> Time:
    """Not wanted."""
    return Time(False, 12 * 60)


def getting_up(rng: random.Random) -> int:
    """Mostly in the morning."""
    return rng.randrange(DAY) if rng.random() < 0.1 else rng.randrange(4 * 60, 11 * 60)


def going_to_bed(rng: random.Random) -> int:
    """Mostly at night."""
    return rng.randrange(DAY) if rng.random() < 0.1 else rng.randrange(20 * 60, 27 * 60) % DAY


def quiet(rng: random.Random) -> Time:
    """Hours, none at all, or hours without length."""
    start = rng.randrange(20 * 60, 28 * 60) % DAY if rng.random() < 0.8 else rng.randrange(DAY)
    length = rng.choice((0, 30, 120, 420, 480, 540, 600))
    return Time(rng.random() < 0.9, start, (start + length) % DAY)


def some_time(rng: random.Random, kind: str) -> Time:
    """A time that suits its kind, mostly, and at times one in the hours that clocks change in."""
    days = EVERY_DAY if rng.random() < 0.6 else frozenset(rng.sample(range(7), rng.randint(1, 6)))
    odd = rng.random()
    if kind in WINDOWS:
        start = rng.randrange(DAY) if odd < 0.2 else rng.randrange(6 * 60, 12 * 60)
        length = rng.randrange(60, DAY + 1) if odd < 0.2 else rng.randrange(3 * 60, 10 * 60)
        return Time(True, start, (start + length) % DAY, rng.choice(INTERVALS), days)
    usual: Any = {"morning": (5, 11), "evening": (18, 26), "wind_down": (18, 26)}.get(kind, (9, 20))
    hours = (0, 4) if odd < 0.15 else (0, 24) if odd < 0.3 else usual
    return Time(True, rng.randrange(hours[0] * 60, hours[1] * 60, rng.choice((1, 5, 15, 30))) % DAY, days=days)
