"""What must be due, and what must become of it: worked out a second time, from the documents' words alone.

Written before the coach's own code was read (docs/design.md, promises 5 and 6; docs/domain.md, section 6), and it goes the other way about: nothing here
ever turns a wall time into UTC. A zone is read forwards, UTC to local, along the whole stretch; then it is looked up when a
wall time is first shown on a date.

What the words leave open, and how it is read here:
- a window belongs to the date on which it opens, and ends on the next when its end is not after its start;
- a spread moves what is due, not whether it is: the last break is still one when the spread carries it past the window's end;
- a window's clock that the person started anew counts from there, to the minute (no spread);
- a snooze is the person's own wish: it stays through changes of zone and times, and goes only with the rule, or when a
  break's clock starts anew;
- a change is in force from after its instant: what is due in that very second is still the older rule's;
- a time that a change put into the past is not made up for, that date has none;
- quiet hours are read off the wall: an hour that comes twice is quiet twice; from the same to the same is never quiet;
- everything is answered at once, nobody is ignored, out of reach, handed over, or had a good week.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

DAY = 24 * 60
EPOCH = date(1970, 1, 1)
EVERY_DAY = frozenset(range(7))


@dataclass(frozen=True, slots=True)
class Wall:
    """At one wall time on weekdays. `night`: a time before it belongs to the day before. All in minutes of the day."""

    at: int
    days: frozenset[int] = EVERY_DAY
    spread: int = 0
    night: int = 0


@dataclass(frozen=True, slots=True)
class Window:
    """Every so many minutes in a window, on weekdays."""

    opens: int
    closes: int
    every: int
    days: frozenset[int] = EVERY_DAY
    spread: int = 0


Plan = Wall | Window | None  # None: switched off


@dataclass(slots=True)
class Snooze:
    """Pressed on the reminder of a date; put off to an instant."""

    pressed: int
    day: date
    until: int


@dataclass(slots=True)
class Person:
    """What happened to somebody; instants are whole seconds of UTC since 1970, each list in order."""

    zones: list[tuple[int, str]]
    rules: dict[str, list[tuple[int, Plan]]]
    restarts: dict[str, list[int]] = field(default_factory=dict)
    snoozes: dict[str, list[Snooze]] = field(default_factory=dict)
    pauses: list[tuple[int, int]] = field(default_factory=list)  # from (paused) until (not)
    quiet: list[tuple[int, tuple[int, int] | None]] = field(default_factory=list)  # wall minutes: from (quiet), until (not)


@dataclass(frozen=True, slots=True, order=True)
class Due:
    at: int
    rule: str
    day: date
    snoozed: bool = False
    exists: bool = True  # whether the zone has this date


# Zones, read forwards


@dataclass(frozen=True, slots=True)
class Stretch:
    """While a zone's wall kept one distance from UTC; minutes since 1970, the end not included."""

    begin: int
    end: int
    ahead: int


def offset(zone: ZoneInfo, minute: int) -> int:
    shown = datetime.fromtimestamp(minute * 60, UTC).astimezone(zone).replace(tzinfo=UTC)
    return int(shown.timestamp()) // 60 - minute


@cache
def stretches(name: str, begin: int, end: int, step: int = 60) -> tuple[Stretch, ...]:
    """A zone from minute to minute. Where two looks an hour apart differ, every minute between them is looked at."""
    return read(ZoneInfo(name), begin, end, step)


def read(zone: ZoneInfo, begin: int, end: int, step: int = 60) -> tuple[Stretch, ...]:
    found: list[Stretch] = []
    since, ahead = begin, offset(zone, begin)
    for look in range(begin + step, end + step, step):
        if offset(zone, look) == ahead:
            continue
        for minute in range(look - step + 1, look + 1):
            now = offset(zone, minute)
            if now != ahead:
                found.append(Stretch(since, minute, ahead))
                since, ahead = minute, now
    found.append(Stretch(since, end, ahead))
    return tuple(found)


def day_number(day: date) -> int:
    return (day - EPOCH).days


def first_shown(zone: tuple[Stretch, ...], wall: int) -> int | None:
    """The minute of UTC in which a wall (minutes since 1970, as the wall shows them) is shown for the first time; a wall that is
    jumped over is taken as far behind the jump as it lies in it. None: before or after all that was read."""
    before: Stretch | None = None
    for stretch in zone:
        if stretch.begin + stretch.ahead <= wall < stretch.end + stretch.ahead:
            return wall - stretch.ahead
        if before is not None and before.end + before.ahead <= wall < stretch.begin + stretch.ahead:
            jump = stretch.ahead - before.ahead
            return wall + jump - stretch.ahead
        before = stretch
    return None


def has_date(zone: tuple[Stretch, ...], day: date) -> bool:
    """Whether any minute of UTC shows this date."""
    first = day_number(day) * DAY
    return any(s.begin + s.ahead < first + DAY and s.end + s.ahead > first for s in zone)


def shown(zone: tuple[Stretch, ...], second: int) -> tuple[int, int]:
    """Day number and minute of the day on the wall at an instant."""
    minute = second // 60
    at = bisect_right(zone, minute, key=lambda s: s.begin) - 1
    return divmod(minute + zone[max(at, 0)].ahead, DAY)


# What is due


@dataclass(frozen=True, slots=True)
class Era:
    """Between two changes: what is due after `begin`, up to and including `end`, is this plan's in this zone."""

    begin: int
    end: int
    zone: tuple[Stretch, ...]
    plan: Plan


class Oracle:
    """One stretch of time, for any number of people."""

    def __init__(self, begin: int, end: int, step: int = 60) -> None:
        self.begin, self.end, self.step = begin, end, step

    def zone(self, name: str) -> tuple[Stretch, ...]:
        """With some days to spare on both sides: dates differ from UTC's, and windows reach over midnight."""
        return stretches(name, self.begin // 60 - 3 * DAY, self.end // 60 + 4 * DAY, self.step)

    def eras(self, person: Person, rule: str) -> Iterator[Era]:
        moments = sorted({at for at, _ in person.zones} | {at for at, _ in person.rules[rule]})
        for begin, end in zip(moments, [*moments[1:], self.end], strict=True):
            plan = [p for at, p in person.rules[rule] if at <= begin][-1:]
            zone = [z for at, z in person.zones if at <= begin][-1:]
            if plan and zone and begin < self.end:
                yield Era(begin, min(end, self.end), self.zone(zone[0]), plan[0])

    def dates(self, era: Era) -> Iterator[date]:
        first = shown(era.zone, era.begin)[0] - 2
        last = shown(era.zone, era.end)[0] + 1
        for number in range(first, last + 1):
            yield EPOCH + timedelta(days=number)

    def due(self, person: Person) -> list[Due]:
        """Everything that must be due, in order."""
        found: list[Due] = []
        for rule in person.rules:
            found += self.of(person, rule)
        return sorted(found)

    def of(self, person: Person, rule: str) -> Iterator[Due]:
        served: set[date] = set()
        for era in self.eras(person, rule):
            if isinstance(era.plan, Wall):
                yield from self.walls(era, era.plan, rule, served)
            elif isinstance(era.plan, Window):
                yield from self.breaks(person, era, era.plan, rule)
        window = any(isinstance(plan, Window) for _, plan in person.rules[rule])
        for snooze in person.snoozes.get(rule, []):
            if self.stands(person, rule, snooze, window) and snooze.until <= self.end:
                yield Due(snooze.until, rule, snooze.day, snoozed=True)

    @staticmethod
    def stands(person: Person, rule: str, snooze: Snooze, window: bool) -> bool:
        between = range(snooze.pressed, snooze.until)
        if any(plan is None and at in between for at, plan in person.rules[rule]):
            return False
        again = [s.pressed for s in person.snoozes.get(rule, []) if s is not snooze]
        anew = person.restarts.get(rule, []) if window else []
        return not any(at in between for at in [*anew, *again])

    def walls(self, era: Era, plan: Wall, rule: str, served: set[date]) -> Iterator[Due]:
        for day in self.dates(era):
            if day in served or day.weekday() not in plan.days:
                continue
            wall = (day_number(day) + (plan.at < plan.night)) * DAY + plan.at
            minute = first_shown(era.zone, wall)
            if minute is None:
                continue
            at = (minute + plan.spread) * 60
            if era.begin < at <= era.end:
                served.add(day)
                yield Due(at, rule, day, exists=has_date(era.zone, day))

    def breaks(self, person: Person, era: Era, plan: Window, rule: str) -> Iterator[Due]:
        snoozes = [s for s in person.snoozes.get(rule, []) if self.stands(person, rule, s, window=True)]
        every = plan.every * 60
        for day in self.dates(era):
            if day.weekday() not in plan.days:
                continue
            start = day_number(day) * DAY
            opens = first_shown(era.zone, start + plan.opens)
            closes = first_shown(era.zone, start + plan.closes + (DAY if plan.closes <= plan.opens else 0))
            if opens is None or closes is None:
                continue
            first, last = opens * 60, closes * 60
            if not has_date(era.zone, day):
                yield Due(first, rule, day, exists=False)
                continue
            # Each start of the clock: (from when it counts, its zero, how far its ticks are spread).
            clocks = [(first, first, plan.spread * 60)]
            clocks += [(at, at, 0) for at in person.restarts.get(rule, []) if first < at <= last]
            clocks += [(s.pressed, s.until, 0) for s in snoozes if first < s.pressed and first < s.until <= last]
            clocks.sort()
            for here, there in zip(clocks, [*clocks[1:], None], strict=True):
                since, zero, spread = here
                tick = zero + every
                while tick <= last:
                    at = tick + spread
                    if there is not None and at > there[0]:
                        break
                    if at > since and era.begin < at <= era.end:
                        yield Due(at, rule, day)
                    tick += every

    # What becomes of it

    def paused(self, person: Person, now: int) -> bool:
        return any(since <= now < until for since, until in person.pauses)

    def is_quiet(self, person: Person, now: int) -> bool:
        hours = [hours for at, hours in person.quiet if at <= now][-1:]
        zone = [name for at, name in person.zones if at <= now][-1:]
        if not hours or hours[0] is None or not zone:
            return False
        since, until = hours[0]
        wall = shown(self.zone(zone[0]), now)[1]
        return since <= wall < until if since <= until else wall >= since or wall < until

    def fate(self, person: Person, due: Due, now: int, grace: int) -> str:
        """What must become of what is decided at an instant; `grace` in seconds. "late": at most one of those that came due
        while the coach was away, the others are skipped because one message is enough."""
        if not due.exists:
            return "no such day"
        if self.paused(person, now):
            return "paused"
        if now - due.at > grace:
            return "too late"
        if self.is_quiet(person, now):
            return "quiet hours"
        return "late" if now - due.at > 60 else "sent"
