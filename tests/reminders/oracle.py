"""What must be due, and what must become of it: worked out a second time, from the documents' words alone.

Written before the coach's own code was read (docs/design.md, promises 5 and 6; docs/domain.md, section 6), and it goes
the other way about: nothing here ever turns a wall time into UTC. A zone is read forwards, UTC to local, along the
whole stretch; then it is looked up when a wall time is first shown on a date.

What the words leave open, and how it is read here:
- a window belongs to the date on which it opens, and ends on the next when its end is not after its start;
- a spread moves what is due, not whether it is: the last break is still one when the spread carries it past the end;
- a clock that the person started anew within the window counts from there, to the minute (no spread); moving before the
  window opens changes nothing: the first break comes one interval after it opens;
- a snooze is the person's own wish: it comes after that time, whatever happens to zone and times, unless a break's
  clock starts anew meanwhile; the break's clock starts again from it;
- a slot is a place in the day: what was had at 14:00 is not had again at 10:00 of the same date, six zones westward,
  and a date before the last one that was due is over, on whichever side of the date line;
- what a change puts into the past is not made up for; what is due in its very second stays due;
- quiet hours are a local rule like others: each end is looked up once, moved on in a gap, the first in an overlap;
- everything that is sent is answered at once; check-ins by those who talk to us at all.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

DAY = 24 * 60
EPOCH = date(1970, 1, 1)
EVERY_DAY = frozenset(range(7))
CHECK_INS, UNASKED = ("morning", "evening"), ("wind_down", "hygiene")
LATE, HAND_OVER = 60, 24 * 3600  # seconds


@dataclass(frozen=True, slots=True)
class Wall:
    """At one wall time on weekdays. `night`: a time before it belongs to the day before. Minutes; `spread` seconds."""

    at: int
    days: frozenset[int] = EVERY_DAY
    spread: int = 0
    night: int = 0


@dataclass(frozen=True, slots=True)
class Window:
    """Every so many minutes in a window, on weekdays. Minutes; `spread` in seconds."""

    opens: int
    closes: int
    every: int
    days: frozenset[int] = EVERY_DAY
    spread: int = 0


Plan = Wall | Window | None  # None: switched off


@dataclass(slots=True)
class Snooze:
    """Pressed on the reminder of a date; put off to an instant."""

    pressed: float
    day: date
    until: float


@dataclass(slots=True)
class Person:
    """What happened to somebody; instants are seconds of UTC since 1970, each list in order.

    A stretch of time is from (in it) until (not in it). `silent`: whoever never answers a check-in. `heard`: when they
    told us what they want, of which instant that is a sign of life, and in which zone.
    """

    zones: list[tuple[float, str]]
    rules: dict[str, list[tuple[float, Plan]]]
    restarts: dict[str, list[float]] = field(default_factory=dict)
    snoozes: dict[str, list[Snooze]] = field(default_factory=dict)
    pauses: list[tuple[float, float]] = field(default_factory=list)
    unreachable: list[tuple[float, float]] = field(default_factory=list)
    handed_over: list[float] = field(default_factory=list)
    quiet: list[tuple[float, tuple[int, int] | None]] = field(default_factory=list)  # minutes: from, until
    not_today: list[tuple[float, str, date]] = field(default_factory=list)
    answered: list[tuple[float, str, date]] = field(default_factory=list)
    silent: bool = False
    heard: list[tuple[float, float, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, order=True)
class Due:
    """`exists`: whether the zone has this date."""

    at: float
    rule: str
    day: date
    snoozed: bool = False
    exists: bool = True


# ---- zones, read forwards ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stretch:
    """While a zone's wall kept one distance from UTC; minutes since 1970, the end not included."""

    begin: int
    end: int
    ahead: int


def offset(zone: ZoneInfo, minute: int) -> int:
    """By how many minutes the wall is ahead of UTC."""
    shown = datetime.fromtimestamp(minute * 60, UTC).astimezone(zone).replace(tzinfo=UTC)
    return int(shown.timestamp()) // 60 - minute


@cache
def stretches(name: str, begin: int, end: int, step: int = 60) -> tuple[Stretch, ...]:
    """A zone from minute to minute. Where two looks an hour apart differ, every minute between them is looked at."""
    return read(ZoneInfo(name), begin, end, step)


def read(zone: ZoneInfo, begin: int, end: int, step: int = 60) -> tuple[Stretch, ...]:
    """The same for a zone from anywhere."""
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
    """The minute of UTC in which a wall (minutes since 1970, as the wall shows them) is shown for the first time.

    A wall that is jumped over lies as far behind the jump as it would have lain in it. None: before or after all that
    was read.
    """
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


def shown(zone: tuple[Stretch, ...], second: float) -> tuple[int, int]:
    """Day number and minute of the day on the wall at an instant."""
    minute = int(second // 60)
    at = bisect_right(zone, minute, key=lambda s: s.begin) - 1
    return divmod(minute + zone[max(at, 0)].ahead, DAY)


# ---- what is due ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Era:
    """Between two changes: what is due from one to the other is this plan's in this zone."""

    begin: float
    end: float
    zone: tuple[Stretch, ...]
    plan: Plan


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock of breaks: from when it counts, its zero (None: it stands still), by how much its ticks are spread."""

    since: float
    zero: float | None
    spread: int = 0


class Oracle:
    """One stretch of time, for any number of people."""

    def __init__(self, begin: float, end: float, step: int = 60) -> None:
        self.begin, self.end, self.step = begin, end, step

    def zone(self, name: str) -> tuple[Stretch, ...]:
        """With some days to spare on both sides: dates differ from UTC's, and windows reach over midnight."""
        return stretches(name, int(self.begin // 60) - 3 * DAY, int(self.end // 60) + 4 * DAY, self.step)

    def zone_at(self, person: Person, now: float) -> tuple[Stretch, ...]:
        """Where they are."""
        return self.zone([name for at, name in person.zones if at <= now][-1])

    def due(self, person: Person) -> list[Due]:
        """Everything that must be due, in order."""
        return sorted(due for rule in person.rules for due in self._of(person, rule))

    def _of(self, person: Person, rule: str) -> Iterator[Due]:
        place, last = (date.min, 0), 0.0  # of the last that was due: none before it is due any more
        for era in self._eras(person, rule):
            if isinstance(era.plan, Wall):
                for due in self._walls(era, era.plan, rule):
                    if due.day > place[0]:
                        place = due.day, 0
                        yield due
            elif isinstance(era.plan, Window):
                for due, minute in self._breaks(person, era, era.plan, rule):
                    if (due.day, minute) > place and due.at > last:
                        place, last = (due.day, minute), due.at
                        yield due
        for snooze in person.snoozes.get(rule, []):
            if self._stands(person, rule, snooze) and snooze.until <= self.end:
                yield Due(snooze.until, rule, snooze.day, snoozed=True)

    def _eras(self, person: Person, rule: str) -> Iterator[Era]:
        moments = sorted({at for at, _ in person.zones} | {at for at, _ in person.rules[rule]})
        for begin, end in zip(moments, [*moments[1:], self.end], strict=True):
            plan = [p for at, p in person.rules[rule] if at <= begin][-1:]
            zone = [z for at, z in person.zones if at <= begin][-1:]
            if plan and zone and begin < self.end:
                yield Era(begin, min(end, self.end), self.zone(zone[0]), plan[0])

    def _dates(self, era: Era, days: frozenset[int]) -> Iterator[date]:
        first = shown(era.zone, era.begin)[0] - 2
        last = shown(era.zone, era.end)[0] + 1
        dates = (EPOCH + timedelta(days=number) for number in range(first, last + 1))
        return (day for day in dates if day.weekday() in days)

    def _walls(self, era: Era, plan: Wall, rule: str) -> Iterator[Due]:
        for day in self._dates(era, plan.days):
            minute = first_shown(era.zone, (day_number(day) + (plan.at < plan.night)) * DAY + plan.at)
            if minute is not None and era.begin <= minute * 60 + plan.spread <= era.end:
                yield Due(minute * 60 + plan.spread, rule, day, exists=has_date(era.zone, day))

    def _breaks(self, person: Person, era: Era, plan: Window, rule: str) -> Iterator[tuple[Due, int]]:
        every = plan.every * 60
        for day in self._dates(era, plan.days):
            start = day_number(day) * DAY
            opens = first_shown(era.zone, start + plan.opens)
            closes = first_shown(era.zone, start + plan.closes + (DAY if plan.closes <= plan.opens else 0))
            if opens is None or closes is None:
                continue
            first, last = opens * 60, closes * 60
            if not has_date(era.zone, day):
                if era.begin <= first <= era.end:
                    yield Due(first, rule, day, exists=False), plan.opens
                continue
            clocks = self._clocks(person, rule, first, last, plan.spread)
            for here, there in zip(clocks, [*clocks[1:], None], strict=True):
                if here.zero is None:
                    continue
                tick = here.zero + every
                while tick <= last:
                    at = tick + here.spread
                    if there is not None and at > there.since:
                        break
                    if at > here.since and era.begin <= at <= era.end:
                        yield Due(at, rule, day), plan.opens + round((tick - first) / 60)
                    tick += every

    def _clocks(self, person: Person, rule: str, first: float, last: float, spread: int) -> list[Clock]:
        """The clock of one window, and each time that the person set it."""
        over = last + spread  # its last tick may come that late
        clocks = [Clock(at, at) for at in person.restarts.get(rule, []) if first < at <= over]
        for snooze in person.snoozes.get(rule, []):
            if not self._stands(person, rule, snooze):
                continue
            if first < snooze.until <= over:
                clocks.append(Clock(snooze.pressed, snooze.until))
            elif first < snooze.pressed <= over:
                clocks.append(Clock(snooze.pressed, None))
        return [Clock(first, first, spread), *sorted(clocks, key=lambda clock: clock.since)]

    @staticmethod
    def _stands(person: Person, rule: str, snooze: Snooze) -> bool:
        """Whether it was still waited for when its time came."""
        if not any(isinstance(plan, Window) for _, plan in person.rules[rule]):
            return True
        again = [one.pressed for one in person.snoozes[rule] if one is not snooze]
        anew = [*person.restarts.get(rule, []), *again]
        return not any(snooze.pressed <= at < snooze.until for at in anew)

    # ---- what becomes of it ----------------------------------------------------------------------------

    def is_quiet(self, person: Person, now: float) -> bool:
        """Whether nothing is sent now: from is quiet, until is not."""
        hours = [hours for at, hours in person.quiet if at <= now][-1:]
        if not hours or hours[0] is None or hours[0][0] == hours[0][1]:
            return False
        since, until = hours[0]
        zone = self.zone_at(person, now)
        today = shown(zone, now)[0]
        for day in (today - 1, today, today + 1):
            begin = first_shown(zone, day * DAY + since)
            end = first_shown(zone, (day + (until < since)) * DAY + until)
            if begin is not None and end is not None and begin * 60 <= now < end * 60:
                return True
        return False

    def forbidden(self, person: Person, due: Due, now: float, grace: float | None) -> str | None:
        """Why it must not be sent now, the first reason in the document's order; `grace` in seconds."""
        plan = [plan for at, plan in person.rules[due.rule] if at <= now][-1]
        if plan is None or within(person.unreachable, now):
            return "out of reach"
        if within(person.pauses, now):
            return "paused"
        if any(at <= now < at + HAND_OVER for at in person.handed_over):
            return "handed over"
        if grace is not None and now - due.at >= grace:
            return "too late"
        if self.is_quiet(person, now):
            return "quiet hours"
        if [day for at, rule, day in person.not_today if rule == due.rule and at <= now][-1:] == [due.day]:
            return "not today"
        if any((rule, day) == (due.rule, due.day) and at <= now for at, rule, day in person.answered):
            return "answered"
        return None

    def fate(
        self, person: Person, due: Due, now: float, grace: float, called_on: date | None, unasked_on: date | None
    ) -> str:
        """What must become of what is decided at an instant.

        "late": one of those that came due while the coach was away; the others are "caught up". `called_on` is when
        somebody who is silent was last asked, `unasked_on` the day of the last prompt that nobody asked for.
        """
        if not due.exists and not due.snoozed:
            return "no such day"
        reason = self.forbidden(person, due, now, grace)
        if reason is not None:
            return reason
        asked_for = due.snoozed  # by themselves, so no manners hold it back
        if not asked_for and due.rule in CHECK_INS and self.silent_days(person, due, now) > 3:
            beyond = self.silent_days(person, due, now) - 6
            if beyond < 0 or beyond % 15 or called_on == due.day:
                return "long silent"
        if not asked_for and due.rule in UNASKED and unasked_on == due.day:
            return "one a day"
        if not asked_for and due.rule == "wind_down":  # nobody says how they slept
            return "nothing to say"
        return "late" if now - due.at > LATE else "sent"

    def silent_days(self, person: Person, due: Due, now: float) -> int:
        """How many days they have not answered a check-in, nor told us anything."""
        if not person.silent:
            return 0
        arrived, heard = person.heard[0], [one for one in person.heard if one[0] <= now][-1]
        sign = max(shown(self.zone_at(person, now), arrived[1])[0], shown(self.zone(heard[2]), heard[1])[0])
        return day_number(due.day) - sign


def within(stretches_: Sequence[tuple[float, float]], now: float) -> bool:
    return any(since <= now < until for since, until in stretches_)


def look_for(looks: Sequence[float], due: Due) -> float | None:
    """The first time that the coach looked when this was due."""
    place = bisect_left(looks, due.at)
    return looks[place] if place < len(looks) else None
