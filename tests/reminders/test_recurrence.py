"""Slots, for any rule, zone and time: none is lost, none comes twice, none comes early."""

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise, takewhile
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.reminders.kinds import BREAK, EVENING, MORNING
from bot.reminders.plan import SPREAD
from bot.reminders.recurrence import (
    DAY,
    EVERY_DAY,
    SNOOZED,
    Recurrence,
    Slot,
    exists,
    following,
    instant,
    put_off,
    slots,
    spread,
)
from tests.reminders import oracle

ONE_DAY = timedelta(days=1)
SUNDAYS = 0b1000000
# Zones that change at midnight, by half an hour, by two, that left a date out; and all others.
ODD = (
    "Europe/Berlin", "Australia/Lord_Howe", "Antarctica/Troll", "Asia/Beirut", "Africa/Cairo", "America/Santiago",
    "America/Nuuk", "Pacific/Apia", "Africa/Casablanca", "Europe/Dublin", "Pacific/Kiritimati", "Asia/Gaza",
)
ZONES = st.one_of(st.sampled_from(ODD), st.sampled_from(sorted(available_timezones()))).map(ZoneInfo)
APIA = ZoneInfo("Pacific/Apia")
MOMENTS = st.datetimes(datetime(2011, 1, 1), datetime(2031, 1, 1), timezones=st.just(UTC))
DATES = st.dates(date(2011, 1, 1), date(2031, 1, 1))
MASKS = st.integers(1, EVERY_DAY)
OFFSETS = st.integers(0, 1799)

NONE = st.none()  # of a tuple hypothesis makes up what is not given
walls = st.builds(Recurrence, st.just(MORNING), st.integers(0, DAY + 239), NONE, NONE, MASKS, NONE, OFFSETS)
windows = st.builds(
    Recurrence, st.just(BREAK), st.integers(0, DAY - 1), st.integers(0, DAY - 1), st.integers(30, 180), MASKS, NONE,
    st.integers(0, 299),
)
rules = st.one_of(walls, windows)


def one_by_one(rule: Recurrence, zone: ZoneInfo, since: datetime, until: datetime) -> list[Slot]:
    """As the tick finds them: each behind the one before, which is due by then."""
    found: list[Slot] = []
    slot = following(rule, zone, None, since)
    while slot is not None and slot.due_at < until:
        found.append(slot)
        slot = following(rule, zone, slot, slot.due_at)
    return found


def at_once(rule: Recurrence, zone: ZoneInfo, since: datetime, until: datetime) -> list[Slot]:
    """All slots of all dates around, as far as they are due in that stretch."""
    first = since.astimezone(zone).date() - 3 * ONE_DAY
    days = (first + number * ONE_DAY for number in range((until - since).days + 8))
    return [slot for day in days for slot in slots(rule, zone, day) if since <= slot.due_at < until]


@settings(max_examples=300, deadline=None)
@given(rules, ZONES, MOMENTS)
@example(Recurrence(MORNING, 450), APIA, datetime(2011, 12, 29, tzinfo=UTC))
@example(Recurrence(BREAK, 540, 1020, 60), APIA, datetime(2011, 12, 29, tzinfo=UTC))
@example(Recurrence(BREAK, 0, 0, 60), ZoneInfo("Europe/Berlin"), datetime(2026, 10, 24, tzinfo=UTC))
@example(Recurrence(BREAK, 120, 180, 60, SUNDAYS), ZoneInfo("Europe/Berlin"), datetime(2026, 3, 21, tzinfo=UTC))
def test_asked_one_by_one_no_slot_is_lost_and_none_added(rule: Recurrence, zone: ZoneInfo, since: datetime) -> None:
    until = since + timedelta(days=16)
    assert one_by_one(rule, zone, since, until) == at_once(rule, zone, since, until)


@settings(max_examples=300, deadline=None)
@given(rules, ZONES, MOMENTS)
@example(Recurrence(BREAK, 540, 1020, 60), APIA, datetime(2011, 12, 29, tzinfo=UTC))
def test_slots_only_go_on(rule: Recurrence, zone: ZoneInfo, since: datetime) -> None:
    """Places grow strictly, so each (date, number) is there once; instants too, but for a date that was none."""
    found = one_by_one(rule, zone, since, since + timedelta(days=16))
    for earlier, later in pairwise(found):
        assert earlier.place < later.place
        assert earlier.due_at < later.due_at or not exists(earlier.local_date, zone)


@settings(max_examples=300, deadline=None)
@given(rules, ZONES, MOMENTS, st.none() | DATES, st.integers(0, 2 * DAY))
def test_the_next_is_never_earlier_than_asked_for_and_never_a_place_that_was_had(
    rule: Recurrence, zone: ZoneInfo, earliest: datetime, had: date | None, number: int
) -> None:
    after = None if had is None else Slot(had, number, datetime(2000, 1, 1, tzinfo=UTC))
    slot = following(rule, zone, after, earliest)
    if slot is None:
        beyond = earliest.date() if had is None else max(had, earliest.date())
        far = earliest + (beyond - earliest.date()) + timedelta(days=9)
        rest = at_once(rule, zone, earliest, far)
        assert after is None or all(one.local_date <= after.local_date for one in rest)
        assert after is not None or rest == []  # a window that is shorter than the time between breaks
        return
    assert slot.due_at >= earliest
    assert after is None or slot.place > after.place
    assert after is None or rule.every or slot.local_date > after.local_date


@settings(max_examples=200, deadline=None)
@given(DATES, st.integers(0, DAY - 1), ZONES)
def test_a_wall_time_is_due_when_the_wall_first_shows_it(day: date, minute: int, zone: ZoneInfo) -> None:
    """The oracle reads the zone from UTC to the wall, the coach from the wall to UTC."""
    number = oracle.day_number(day)
    around = oracle.read(zone, (number - 3) * DAY, (number + 3) * DAY)
    shown = oracle.first_shown(around, number * DAY + minute)
    assert shown is not None
    assert instant(day, minute, zone) == datetime.fromtimestamp(shown * 60, UTC)
    assert exists(day, zone) == oracle.has_date(around, day)


@settings(max_examples=300, deadline=None)
@given(windows, ZONES, DATES)
def test_breaks_fill_their_window_and_stay_in_it(rule: Recurrence, zone: ZoneInfo, day: date) -> None:
    """The first one interval after it opens, all one interval of elapsed time apart, the last at its end at most."""
    assert rule.every is not None
    assert rule.until is not None
    found = list(slots(rule, zone, day))
    if not rule.days >> day.weekday() & 1:
        assert found == []
        return
    if not exists(day, zone):
        assert len(found) == 1
        return
    opens = instant(day, rule.start, zone)
    closes = instant(day, rule.until if rule.until > rule.start else rule.until + DAY, zone)
    step, late = timedelta(minutes=rule.every), timedelta(seconds=rule.offset)
    assert [slot.due_at for slot in found] == [
        opens + step * number + late for number in range(1, (closes - opens) // step + 1)
    ]


@settings(max_examples=300, deadline=None)
@given(windows, ZONES, DATES, st.integers(-180 * 60, 26 * 3600))
def test_a_clock_that_starts_anew_counts_from_there(rule: Recurrence, zone: ZoneInfo, day: date, moved: int) -> None:
    """Within the window, to the second; outside of it nothing changes: no break comes earlier for having moved.

    Its end may be as late as its last break, which is spread.
    """
    assert rule.every is not None
    assert rule.until is not None
    opens = instant(day, rule.start, zone)
    closes = instant(day, rule.until if rule.until > rule.start else rule.until + DAY, zone)
    anchor, step = opens + timedelta(seconds=moved), timedelta(minutes=rule.every)
    found = list(slots(rule, zone, day, anchor))
    if not opens < anchor <= closes + timedelta(seconds=rule.offset) or not exists(day, zone):
        assert found == list(slots(rule, zone, day))
        return
    wanted = takewhile(lambda due: due <= closes, (anchor + step * number for number in range(1, 100)))
    assert [slot.due_at for slot in found] == (list(wanted) if rule.days >> day.weekday() & 1 else [])
    assert len({slot.place for slot in found}) == len(found)


@settings(max_examples=100, deadline=None)
@given(windows, ZONES, MOMENTS, st.lists(st.integers(1, 20 * 3600), max_size=20))
def test_moving_again_and_again_takes_no_place_twice(
    rule: Recurrence, zone: ZoneInfo, since: datetime, pauses: list[int]
) -> None:
    """Between two breaks as many moves as you like, each starts the clock anew: still an interval apart or more."""
    assert rule.every is not None
    served: Slot | None = None
    now, anchor = since, None
    places, dues = [], []
    for pause in pauses:
        then = now + timedelta(seconds=pause)
        slot = following(rule, zone, served, now, anchor)
        while slot is not None and slot.due_at <= then:
            served = slot
            places.append(slot.place)
            dues.append(slot.due_at)
            assert anchor is None or slot.due_at - anchor >= timedelta(minutes=rule.every) or slot.due_at < anchor
            slot = following(rule, zone, served, slot.due_at, anchor)
        now = anchor = then
    assert places == sorted(set(places))
    assert dues == sorted(set(dues))


@settings(max_examples=200, deadline=None)
@given(ZONES, MOMENTS, st.integers(0, 26 * 3600), st.sampled_from([10, 30, 60]))
@example(ZoneInfo("Pacific/Kiritimati"), datetime(2026, 5, 1, 10, tzinfo=UTC), 0, 10)
def test_a_snooze_is_elapsed_time_and_no_place_in_the_day(
    zone: ZoneInfo, due: datetime, pressed: int, minutes: int
) -> None:
    """Wherever they are by then: a Kiritimatian in Pago Pago is a day before the date of what was put off."""
    slot = Slot(due.astimezone(zone).date(), 450, due)
    until = due + timedelta(seconds=pressed, minutes=minutes)
    later = put_off(slot, until)
    assert (later.local_date, later.due_at) == (slot.local_date, until)
    assert later.number >= SNOOZED
    assert put_off(slot, until + timedelta(minutes=10)).number > later.number


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 2**52), st.sampled_from(sorted(SPREAD)))
def test_the_spread_is_stable_and_within_bounds(owner: int, kind: str) -> None:
    """docs/domain.md 6: breaks within 5 minutes, check-ins within 10, others within 30."""
    most = {BREAK: 5, MORNING: 10, EVENING: 10}.get(kind, 30) * 60
    assert SPREAD[kind] <= most
    assert 0 <= spread(owner, kind, SPREAD[kind]) < SPREAD[kind]
    assert spread(owner, kind, SPREAD[kind]) == spread(owner, kind, SPREAD[kind])
    assert spread(owner, kind, 0) == 0


@pytest.mark.parametrize("kind", sorted(SPREAD))
@pytest.mark.parametrize("people", ["one after the other", "anywhere", "every thousandth"])
def test_the_spread_is_even(kind: str, people: str) -> None:
    """12,000 people over twelve parts of the slot: each part has its twelfth, a tenth more or less."""
    owners = {
        "one after the other": range(1_000_000, 1_012_000),
        "anywhere": random.Random(1).sample(range(1, 8_000_000_000), 12_000),
        "every thousandth": range(5_000_000_000, 5_012_000_000, 1_000),
    }[people]
    parts = Counter(spread(owner, kind, SPREAD[kind]) * 12 // SPREAD[kind] for owner in owners)
    assert set(parts) == set(range(12))
    assert min(parts.values()) >= 900
    assert max(parts.values()) <= 1100


def test_the_spread_of_one_kind_says_nothing_of_another() -> None:
    """Or the same people would always be first."""
    both = Counter(
        (spread(owner, MORNING, 600) // 200, spread(owner, EVENING, 600) // 200) for owner in range(1_000, 10_000)
    )
    assert len(both) == 9
    assert min(both.values()) >= 800
