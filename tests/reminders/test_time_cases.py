"""R5: every time case, under the newest tzdata and under an old one; only Vancouver's autumn of 2026 may differ.

Yearly and monthly rules (29 February, the 31st) are none of the coach's: a rule is for weekdays or for one date. What
needs a database or a coach that was away (the clock that steps back or jumps, the hour slept through, a zone that
changes between decision and sending) is in `test_away.py`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.reminders import recurrence, rules
from bot.reminders.kinds import BREAK, EVENING, MORNING, WEEK
from bot.reminders.recurrence import DAY, SNOOZED, Recurrence, Slot, following, put_off, slots, zone_of
from bot.reminders.rules import NO_SUCH_DAY, QUIET, Due, Verdict, decide, quiet_until
from tests.reminders import oracle

OLD = Path(__file__).parent / "tzdata_old"
SUNDAY = 0b1000000
Zones = Callable[[str], ZoneInfo]


def old_zone(name: str) -> ZoneInfo:
    """A zone as tzdata 2025b has it."""
    with (OLD / name).open("rb") as file:
        return ZoneInfo.from_file(file, name)


@pytest.fixture(params=["newest", "2025b"])
def tzdata(request: pytest.FixtureRequest) -> str:
    """Which set of rules is asked."""
    return str(request.param)


@pytest.fixture
def zones(tzdata: str, monkeypatch: pytest.MonkeyPatch) -> Zones:
    """Zones of that set, also where a rule looks one up by its name."""
    found = zone_of if tzdata == "newest" else old_zone
    monkeypatch.setattr(recurrence, "zone_of", found)
    monkeypatch.setattr(rules, "zone_of", found)
    return found


def at(clock: str) -> int:
    """hh:mm as minutes of the day."""
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


def utc(text: str) -> datetime:
    """An instant."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def served(rule: Recurrence, zone: ZoneInfo, since: datetime, days: int) -> list[Slot]:
    """What is due one after the other from an instant on, as the tick asks for it: each from the one before."""
    found: list[Slot] = []
    slot = following(rule, zone, None, since)
    while slot is not None and slot.due_at < since + timedelta(days=days):
        found.append(slot)
        slot = following(rule, zone, slot, slot.due_at)
    return found


@dataclass(frozen=True)
class Case:
    """A wall time in a zone, and when it is due on the days around a change of the clocks, in UTC.

    `old`: the same under the old set, where it differs.
    """

    zone: str
    clock: str
    since: str
    due: tuple[str, ...]
    old: tuple[str, ...] | None = None
    days: int = recurrence.EVERY_DAY

    def __str__(self) -> str:
        return f"{self.zone} {self.clock} {self.since[:10]}"


CASES = (
    # In a gap the wall time moves on by the gap, once; the day after it is itself again.
    Case("Europe/Berlin", "02:30", "2026-03-28T00:00", ("2026-03-28T01:30", "2026-03-29T01:30", "2026-03-30T00:30")),
    Case("Australia/Lord_Howe", "02:15", "2026-10-02T12:00",
         ("2026-10-02T15:45", "2026-10-03T15:45", "2026-10-04T15:15")),
    Case("Asia/Beirut", "00:00", "2026-03-27T12:00", ("2026-03-27T22:00", "2026-03-28T22:00", "2026-03-29T21:00")),
    Case("Africa/Cairo", "00:00", "2026-04-22T12:00", ("2026-04-22T22:00", "2026-04-23T22:00", "2026-04-24T21:00")),
    Case("America/Santiago", "00:00", "2026-09-05T00:00", ("2026-09-05T04:00", "2026-09-06T04:00", "2026-09-07T03:00")),
    Case("America/Sao_Paulo", "00:00", "2018-10-28T00:00", ("2018-10-28T03:00", "2018-11-04T03:00", "2018-11-11T02:00"),
         days=SUNDAY),
    Case("America/Sao_Paulo", "00:00", "2026-10-25T00:00", ("2026-10-25T03:00", "2026-11-01T03:00", "2026-11-08T03:00"),
         days=SUNDAY),
    Case("Africa/Casablanca", "02:30", "2026-03-21T00:00",
         ("2026-03-21T02:30", "2026-03-22T02:30", "2026-03-23T01:30")),
    Case("Antarctica/Troll", "01:30", "2026-03-27T12:00", ("2026-03-28T01:30", "2026-03-29T01:30", "2026-03-29T23:30")),
    Case("Pacific/Chatham", "02:50", "2026-09-25T00:00", ("2026-09-25T14:05", "2026-09-26T14:05", "2026-09-27T13:05")),
    Case("America/New_York", "02:30", "2026-03-07T00:00", ("2026-03-07T07:30", "2026-03-08T07:30", "2026-03-09T06:30")),
    Case("Europe/Dublin", "01:30", "2026-03-28T00:00", ("2026-03-28T01:30", "2026-03-29T01:30", "2026-03-30T00:30")),
    # In an overlap the first counts, and only the first.
    Case("Europe/Berlin", "02:30", "2026-10-24T00:00", ("2026-10-24T00:30", "2026-10-25T00:30", "2026-10-26T01:30")),
    Case("Australia/Lord_Howe", "01:45", "2026-04-03T12:00",
         ("2026-04-03T14:45", "2026-04-04T14:45", "2026-04-05T15:15")),
    Case("Africa/Casablanca", "02:30", "2026-02-14T00:00",
         ("2026-02-14T01:30", "2026-02-15T01:30", "2026-02-16T02:30")),
    Case("Antarctica/Troll", "02:30", "2026-10-24T00:00", ("2026-10-24T00:30", "2026-10-25T00:30", "2026-10-26T02:30")),
    Case("Pacific/Chatham", "03:00", "2026-04-03T00:00", ("2026-04-03T13:15", "2026-04-04T13:15", "2026-04-05T14:15")),
    Case("America/New_York", "01:30", "2026-10-31T00:00", ("2026-10-31T05:30", "2026-11-01T05:30", "2026-11-02T06:30")),
    Case("Europe/Dublin", "01:30", "2026-10-24T00:00", ("2026-10-24T00:30", "2026-10-25T00:30", "2026-10-26T01:30")),
    # Between the dates of America and of Europe the two are an hour nearer.
    Case("America/New_York", "09:00", "2026-03-07T00:00", ("2026-03-07T14:00", "2026-03-08T13:00", "2026-03-09T13:00")),
    Case("Europe/Berlin", "14:00", "2026-03-07T00:00", ("2026-03-07T13:00", "2026-03-08T13:00", "2026-03-09T13:00")),
    Case("America/New_York", "09:00", "2026-10-25T00:00", ("2026-10-25T13:00", "2026-10-26T13:00", "2026-10-27T13:00")),
    Case("Europe/Berlin", "14:00", "2026-10-24T00:00", ("2026-10-24T12:00", "2026-10-25T13:00", "2026-10-26T13:00")),
    # British Columbia stays where it is from 2026 on; nobody knew in 2025.
    Case("America/Vancouver", "01:30", "2026-10-31T00:00", ("2026-10-31T08:30", "2026-11-01T08:30", "2026-11-02T08:30"),
         old=("2026-10-31T08:30", "2026-11-01T08:30", "2026-11-02T09:30")),
    Case("America/Vancouver", "07:30", "2026-10-31T00:00", ("2026-10-31T14:30", "2026-11-01T14:30", "2026-11-02T14:30"),
         old=("2026-10-31T14:30", "2026-11-01T15:30", "2026-11-02T15:30")),
    # Zones that are no whole hours, and those at the ends of the world.
    Case("Asia/Kolkata", "07:30", "2026-06-01T00:00", ("2026-06-01T02:00", "2026-06-02T02:00", "2026-06-03T02:00")),
    Case("Asia/Kathmandu", "07:30", "2026-06-01T00:00", ("2026-06-01T01:45", "2026-06-02T01:45", "2026-06-03T01:45")),
    Case("Pacific/Kiritimati", "07:30", "2026-01-01T12:00",
         ("2026-01-01T17:30", "2026-01-02T17:30", "2026-01-03T17:30")),
    Case("Etc/GMT+12", "07:30", "2026-01-01T12:00", ("2026-01-01T19:30", "2026-01-02T19:30", "2026-01-03T19:30")),
    # Old names are still names; a sign in Etc is the other way round.
    Case("Asia/Calcutta", "07:30", "2026-06-01T00:00", ("2026-06-01T02:00", "2026-06-02T02:00", "2026-06-03T02:00")),
    Case("US/Pacific", "07:30", "2026-06-01T00:00", ("2026-06-01T14:30", "2026-06-02T14:30", "2026-06-03T14:30")),
    Case("Etc/GMT-2", "07:30", "2026-06-01T00:00", ("2026-06-01T05:30", "2026-06-02T05:30", "2026-06-03T05:30")),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_wall_time_is_due_once_a_date(case: Case, zones: Zones, tzdata: str) -> None:
    wanted = case.old if case.old is not None and tzdata != "newest" else case.due
    rule = Recurrence(MORNING, at(case.clock), days=case.days)
    found = served(rule, zones(case.zone), utc(case.since), 7 * 2 + 1 if case.days == SUNDAY else 3)
    assert [slot.due_at for slot in found] == [utc(due) for due in wanted]
    dates = [slot.local_date for slot in found]
    step = timedelta(days=7 if case.days == SUNDAY else 1)
    assert dates == [dates[0] + number * step for number in range(len(dates))]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_oracle_says_the_same(case: Case, zones: Zones, tzdata: str) -> None:
    """It never asks a zone the way the coach does, and knows these cases from nowhere else."""
    wanted = case.old if case.old is not None and tzdata != "newest" else case.due
    since = int(utc(case.since).timestamp()) // 60
    zone = oracle.read(zones(case.zone), since - 3 * DAY, since + 20 * DAY)
    first = oracle.shown(zone, since * 60)[0]
    dates = [first + number for number in range(17)]
    if case.days == SUNDAY:
        dates = [number for number in dates if (number + 3) % 7 == 6]
    minutes = [oracle.first_shown(zone, number * DAY + at(case.clock)) for number in dates]
    due = [minute for minute in minutes if minute is not None and minute >= since]
    assert due[: len(wanted)] == [int(utc(text).timestamp()) // 60 for text in wanted]


def test_the_two_sets_differ_in_vancouver_only(zones: Zones, tzdata: str) -> None:
    """Otherwise the old set would not be asked at all."""
    autumn = utc("2026-12-01T12:00").astimezone(zones("America/Vancouver")).utcoffset()
    assert autumn == timedelta(hours=-7 if tzdata == "newest" else -8)
    assert [case.zone for case in CASES if case.old is not None] == ["America/Vancouver"] * 2


# ---- a date that was never lived -----------------------------------------------------------------------


def fate(rule: Recurrence, slot: Slot) -> Verdict:
    """What becomes of it in Apia, in time."""
    return decide(Due(1, rule, slot, "Pacific/Apia"), slot.due_at)


def test_apia_has_no_30th_of_december_2011(zones: Zones) -> None:
    """Samoa went from the 29th to the 31st: the 30th is skipped with its reason, and the 31st has what is its own."""
    rule = Recurrence(MORNING, at("07:30"))
    found = served(rule, zones("Pacific/Apia"), utc("2011-12-29T12:00"), 3)
    assert [(slot.local_date.day, slot.due_at, fate(rule, slot).reason) for slot in found] == [
        (29, utc("2011-12-29T17:30"), None),
        (30, utc("2011-12-30T17:30"), NO_SUCH_DAY),
        (31, utc("2011-12-30T17:30"), None),
        (1, utc("2011-12-31T17:30"), None),
    ]


def test_apia_has_no_breaks_on_it_either(zones: Zones) -> None:
    """Never two on the 31st: those of a date that is none would all come with the next date's own."""
    rule = Recurrence(BREAK, at("09:00"), at("12:00"), 60)
    found = served(rule, zones("Pacific/Apia"), utc("2011-12-29T12:00"), 2)
    sent = [(slot.local_date.day, slot.due_at) for slot in found if fate(rule, slot).goes]
    assert sent == [
        (29, utc("2011-12-29T20:00")), (29, utc("2011-12-29T21:00")), (29, utc("2011-12-29T22:00")),
        (31, utc("2011-12-30T20:00")), (31, utc("2011-12-30T21:00")), (31, utc("2011-12-30T22:00")),
    ]
    assert {(slot.local_date.day, fate(rule, slot).reason) for slot in found if not fate(rule, slot).goes} == {
        (30, NO_SUCH_DAY)
    }


# ---- the date line -------------------------------------------------------------------------------------


def test_westward_over_the_date_line_no_date_comes_again(zones: Zones) -> None:
    """From Kiritimati to Pago Pago the date goes back by one: what was asked there is not asked here."""
    rule = Recurrence(MORNING, at("07:30"))
    there = following(rule, zones("Pacific/Kiritimati"), None, utc("2026-05-01T12:00"))
    assert there is not None
    assert there.local_date == date(2026, 5, 2)
    landed = utc("2026-05-01T21:00")  # ten in the morning of 1 May, after the second's check-in
    here = following(rule, zones("Pacific/Pago_Pago"), there, landed)
    assert here == Slot(date(2026, 5, 3), at("07:30"), utc("2026-05-03T18:30"))


def test_eastward_over_the_date_line_each_date_comes_at_most_once(zones: Zones) -> None:
    """From Pago Pago to Kiritimati a date passes within an hour; the next one is whole again."""
    rule = Recurrence(MORNING, at("07:30"))
    there = following(rule, zones("Pacific/Pago_Pago"), None, utc("2026-05-01T12:00"))
    assert there is not None
    assert there.local_date == date(2026, 5, 1)
    landed = utc("2026-05-01T19:00")  # nine in the morning of 2 May: its check-in is past
    here = following(rule, zones("Pacific/Kiritimati"), there, landed)
    assert here == Slot(date(2026, 5, 3), at("07:30"), utc("2026-05-02T17:30"))


@pytest.mark.parametrize("there", ["Pacific/Pago_Pago", "Etc/GMT+12"])
@pytest.mark.parametrize("hours", range(0, 48, 5))
def test_commuting_over_the_date_line_never_doubles_a_date(there: str, hours: int, zones: Zones) -> None:
    """Back and forth every so many hours, for a fortnight."""
    rule = Recurrence(EVENING, at("21:30"))
    now = utc("2026-05-01T00:00")
    served_last: Slot | None = None
    dates = []
    for leg in range(14):
        zone = zones(there if leg % 2 else "Pacific/Kiritimati")
        leaves = now + timedelta(hours=hours + 1)
        slot = following(rule, zone, served_last, now)
        while slot is not None and slot.due_at < leaves:
            dates.append(slot.local_date)
            served_last = slot
            slot = following(rule, zone, served_last, slot.due_at)
        now = leaves
    assert dates == sorted(set(dates))


# ---- weeks, elapsed time, names ------------------------------------------------------------------------


def test_the_53rd_week_is_a_week(zones: Zones) -> None:
    rule = Recurrence(WEEK, at("18:00"), days=SUNDAY)
    found = served(rule, zones("Europe/Berlin"), utc("2026-12-14T00:00"), 28)
    assert [slot.local_date.isocalendar() for slot in found] == [
        (2026, 51, 7), (2026, 52, 7), (2026, 53, 7), (2027, 1, 7),
    ]


@pytest.mark.parametrize(
    ("zone", "pressed"),
    [
        ("Europe/Berlin", "2026-03-29T00:40"), ("Europe/Berlin", "2026-10-25T00:40"),
        ("Australia/Lord_Howe", "2026-10-03T15:10"), ("Antarctica/Troll", "2026-03-29T00:40"),
        ("Pacific/Apia", "2011-12-30T09:40"),
    ],
)
@pytest.mark.parametrize("minutes", [10, 30, 60])
def test_a_snooze_is_elapsed_time_whatever_the_wall_does(zone: str, pressed: str, minutes: int, zones: Zones) -> None:
    now = utc(pressed)
    day = now.astimezone(zones(zone)).date()
    later = put_off(Slot(day, at("01:30"), now), now + timedelta(minutes=minutes))
    assert later.due_at - now == timedelta(minutes=minutes)
    assert (later.local_date, later.number >= SNOOZED) == (day, True)


@pytest.mark.parametrize(("day", "breaks"), [(date(2026, 3, 29), 4), (date(2026, 6, 1), 5), (date(2026, 10, 25), 6)])
def test_breaks_are_an_hour_of_elapsed_time_apart_whatever_the_wall_does(day: date, breaks: int, zones: Zones) -> None:
    """From midnight until five: four breaks in spring's night, six in autumn's, the last at five by the wall."""
    rule = Recurrence(BREAK, at("00:00"), at("05:00"), 60)
    found = [slot.due_at for slot in slots(rule, zones("Europe/Berlin"), day)]
    assert {later - earlier for earlier, later in pairwise(found)} == {timedelta(hours=1)}
    assert found[-1].astimezone(zones("Europe/Berlin")).hour == 5
    assert len(found) == breaks


@pytest.mark.parametrize(
    "name", ["", "../../etc/passwd", "/etc/passwd", "Mars/Olympus", "Europe", "Europe/Berlin\0", "x" * 300]
)
def test_a_name_that_is_no_zone_reads_no_file_and_stops_nobody(name: str) -> None:
    """Places come from a list, so none gets here; if one did, everybody's reminders would stop at that row."""
    assert zone_of(name) == ZoneInfo("UTC")


# ---- quiet hours ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "quiet", "now", "over"),
    [
        # Over midnight, on a usual night: from is quiet, until is not.
        ("Europe/Berlin", "22:00-07:00", "2026-06-10T19:59", None),
        ("Europe/Berlin", "22:00-07:00", "2026-06-10T20:00", "2026-06-11T05:00"),
        ("Europe/Berlin", "22:00-07:00", "2026-06-11T04:59", "2026-06-11T05:00"),
        ("Europe/Berlin", "22:00-07:00", "2026-06-11T05:00", None),
        # From and until the same: none.
        ("Europe/Berlin", "22:00-22:00", "2026-06-10T20:00", None),
        # The night with an hour less, and that with one more.
        ("Europe/Berlin", "22:00-07:00", "2026-03-28T21:00", "2026-03-29T05:00"),
        ("Europe/Berlin", "22:00-07:00", "2026-03-29T05:00", None),
        ("Europe/Berlin", "22:00-07:00", "2026-10-24T20:00", "2026-10-25T06:00"),
        ("Europe/Berlin", "22:00-07:00", "2026-10-25T05:59", "2026-10-25T06:00"),
        ("Europe/Berlin", "22:00-07:00", "2026-10-25T06:00", None),
        # An end in the overlap: the first counts.
        ("Europe/Berlin", "22:00-02:30", "2026-10-25T00:29", "2026-10-25T00:30"),
        ("Europe/Berlin", "22:00-02:30", "2026-10-25T00:30", None),
        ("Europe/Berlin", "22:00-02:30", "2026-10-25T01:15", None),
        # A beginning in the overlap: once begun it lasts.
        ("Europe/Berlin", "02:30-09:00", "2026-10-25T00:29", None),
        ("Europe/Berlin", "02:30-09:00", "2026-10-25T00:30", "2026-10-25T08:00"),
        ("Europe/Berlin", "02:30-09:00", "2026-10-25T01:15", "2026-10-25T08:00"),
        # In the gap both move on by the gap.
        ("Europe/Berlin", "22:00-02:30", "2026-03-29T01:29", "2026-03-29T01:30"),
        ("Europe/Berlin", "22:00-02:30", "2026-03-29T01:30", None),
        ("Europe/Berlin", "02:30-09:00", "2026-03-29T01:29", None),
        ("Europe/Berlin", "02:30-09:00", "2026-03-29T01:30", "2026-03-29T07:00"),
        ("Australia/Lord_Howe", "22:00-01:45", "2026-04-04T14:44", "2026-04-04T14:45"),
        ("Australia/Lord_Howe", "22:00-01:45", "2026-04-04T15:10", None),
        # The date that was none: one night from the 29th to the 31st.
        ("Pacific/Apia", "22:00-07:00", "2011-12-30T09:30", "2011-12-30T17:00"),
        ("Pacific/Apia", "22:00-07:00", "2011-12-30T16:59", "2011-12-30T17:00"),
        ("Pacific/Apia", "22:00-07:00", "2011-12-30T17:00", None),
    ],
)
def test_quiet_hours_on_the_edge(zone: str, quiet: str, now: str, over: str | None, zones: Zones) -> None:
    since, until = map(at, quiet.split("-"))
    due = Due(1, Recurrence(MORNING, 0), Slot(date(2026, 1, 1), 0, utc(now)), zone, quiet=(since, until))
    assert quiet_until(due, utc(now)) == (None if over is None else utc(over))


def test_a_reminder_inside_quiet_hours_is_skipped_with_the_reason(zones: Zones) -> None:
    rule = Recurrence(MORNING, at("06:30"))
    slot = Slot(date(2026, 6, 11), rule.start, utc("2026-06-11T04:30"))
    due = Due(1, rule, slot, "Europe/Berlin", quiet=(at("22:00"), at("07:00")))
    assert decide(due, slot.due_at).reason == QUIET
