"""When something is due: local rules and the instants that they mean (docs/design.md, promise 5). Pure.

A rule is local: minutes of a person's day, in their zone. A due instant is UTC. In a gap the wall time moves on by the
gap, in an overlap the first of the two counts; each local date has a slot once, and no date is lost to the clocks.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

DAY = 24 * 60  # minutes
WEEKDAYS, EVERY_DAY = 0b0011111, 0b1111111  # bit 0 is Monday
SNOOZED = 10_000  # slots from here on were put off by the person: elapsed time, not a place in the day
AHEAD = 16  # days within which every weekly rule has its next slot, though one week's window fell into a gap
EVER = datetime.min.replace(tzinfo=UTC)
_ONE_DAY, _ONE_MINUTE = timedelta(days=1), timedelta(minutes=1)


class Recurrence(NamedTuple):
    """A local rule.

    `start` is in minutes of the local day; over `DAY` it lies behind midnight and still belongs to that day. With
    `every` (minutes that pass, not wall time) it repeats until `until`. `days` has a bit for each weekday; `on` makes
    it happen once. `offset` (seconds) spreads people over a slot that is not tied to the minute.
    """

    kind: str
    start: int
    until: int | None = None
    every: int | None = None
    days: int = EVERY_DAY
    on: date | None = None
    offset: int = 0


class Slot(NamedTuple):
    """A place in somebody's days: unique for a rule and a local date. `due_at` is UTC."""

    local_date: date
    number: int
    due_at: datetime

    @property
    def place(self) -> tuple[date, int]:
        """The order of a rule's slots, which no change of the clocks turns round."""
        return self.local_date, self.number


@lru_cache(maxsize=1024)
def zone_of(name: str) -> ZoneInfo:
    """The zone of that name; the lookup in the library's own cache is slow enough to be seen in a tick of thousands.

    UTC for a name that this tzdata does not know: one row must not stop everybody's reminders.
    """
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


@lru_cache(maxsize=4096)
def instant(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """The UTC instant of a wall time: the first of two, and moved on by the gap when there is none.

    Whoever is due together shares zones, days and times: remembered, it takes a tenth of the time.
    """
    days, minute = divmod(minute, DAY)
    wall = datetime.combine(day + timedelta(days=days) if days else day, time(minute // 60, minute % 60), zone)
    return wall.astimezone(UTC)  # fold=0: before a gap's jump the old offset counts, which moves it on by the gap


@lru_cache(maxsize=1024)
def exists(day: date, zone: ZoneInfo) -> bool:
    """Whether that date was ever lived there: Apia went from 2011-12-29 to 2011-12-31."""
    return instant(day, DAY // 2, zone).astimezone(zone).date() == day


def slots(
    rule: Recurrence, zone: ZoneInfo, day: date, anchor: datetime | None = None, earliest: datetime = EVER
) -> Iterator[Slot]:
    """The slots of one local date that are not due before `earliest`, in order.

    `anchor` is when the clock of a repeating rule was started again: somebody moved, or put it off until then. Before
    the window opens that changes nothing: nobody who moved is asked to sooner.
    """
    if rule.on != day if rule.on is not None else not rule.days >> day.weekday() & 1:
        return
    first = instant(day, rule.start, zone)
    spread = timedelta(seconds=rule.offset)
    if rule.every is None or rule.until is None or not exists(day, zone):  # one is enough to say that it is no date
        if first + spread >= earliest:
            yield Slot(day, rule.start, first + spread)
        return
    last = instant(day, rule.until if rule.until > rule.start else rule.until + DAY, zone)
    step = timedelta(minutes=rule.every)
    base = first
    if anchor is not None and first < anchor <= last + spread:  # its last may come that late
        base, spread = anchor, timedelta()
    due = base + step * max(1, -((base + spread - earliest) // step))
    while due <= last:
        yield Slot(day, rule.start + round((due - first) / _ONE_MINUTE), due + spread)
        due += step


@lru_cache(maxsize=4096)
def following(
    rule: Recurrence, zone: ZoneInfo, after: Slot | None, earliest: datetime, anchor: datetime | None = None
) -> Slot | None:
    """The next slot behind `after` (None: nothing was served yet) that is not due before `earliest`.

    None when nothing comes any more. Whoever is due at one moment chose that time, and many chose the rest alike.
    """
    place = (date.min, 0)
    if after is not None:  # a rule that does not repeat within the day has had its day, wherever its time is moved to
        place = after.place if rule.every else (after.local_date, SNOOZED)
    day = max(earliest.astimezone(zone).date() - _ONE_DAY, place[0] + _ONE_DAY if place[1] == SNOOZED else place[0])
    for _ in range(AHEAD):
        for slot in slots(rule, zone, rule.on or day, anchor, earliest):
            if slot.place > place:
                return slot
        if rule.on is not None:
            return None
        day += _ONE_DAY
    return None


def put_off(slot: Slot, until: datetime) -> Slot:
    """The same once more at that instant: elapsed time, so no change of the clocks matters to it, nor of the zone."""
    begun = datetime.combine(slot.local_date, time(), UTC) - _ONE_DAY  # no zone was that far on
    return Slot(slot.local_date, SNOOZED + round((until - begun) / _ONE_MINUTE), until)


def spread(owner: int, kind: str, seconds: int) -> int:
    """A person's own offset within a slot of so many seconds: always the same, and even over people."""
    mixed = (owner * 0x9E3779B97F4A7C15 + sum(kind.encode()) * 0xC2B2AE3D27D4EB4F) & 0xFFFFFFFFFFFFFFFF
    mixed ^= mixed >> 31
    return mixed % seconds if seconds else 0
