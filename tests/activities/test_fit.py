"""FIT files, written by fit-tool or by hand; what they say and what is worked out."""

import struct
from typing import Any

import pytest
from fit_tool.endian import Endian
from fit_tool.profile.profile_type import EventType, FileType, Sport, SubSport

from bot.activities.activity import Activity
from bot.activities.reading import read
from tests.activities.files import (
    BEGIN,
    about,
    after,
    definition,
    fit,
    fit_time,
    only,
    record,
    refused,
    sealed,
    session,
    sport,
    timer,
)

TOTALS = {"total_timer_time": 1700, "total_distance": 5200.0, "avg_heart_rate": 151, "max_heart_rate": 178}


def running(seconds: range, pace: float = 3.0, heart: int = 150, **fields: Any) -> list[Any]:
    """Records on the way north at so many metres a second."""
    return [record(at, at * pace, heart_rate=heart, **fields) for at in seconds]


def test_what_the_session_says_is_the_activity() -> None:
    content = fit(*running(range(0, 1801, 60)), session(0, 1800, **TOTALS))
    assert only(content) == Activity(
        "run", BEGIN, 30.0, km=5.2, moving=about(1700 / 60), mean=151, highest=178
    )


def test_time_in_motion_is_preferred_to_the_timer_s_and_is_never_longer_than_all() -> None:
    assert only(fit(session(0, 1800, total_moving_time=1500, total_timer_time=1700))).moving == 25
    assert only(fit(session(0, 1800, total_timer_time=2700))).moving == 30


@pytest.mark.parametrize("endian", Endian)
def test_what_no_session_says_is_worked_out_of_the_records(endian: Endian) -> None:
    content = fit(sport(Sport.CYCLING), *running(range(0, 601, 5), pace=8.0, heart=120), endian=endian)
    found = only(content)
    assert (found.activity, found.start, found.minutes, found.moving) == ("ride", BEGIN, 10, 10)
    assert (found.mean, found.highest) == (120, 120)
    assert found.km == about(4.8, rel=1e-4)


def test_the_records_own_distance_comes_before_their_places() -> None:
    records = [record(at, at * 3.0, distance=at * 2.5) for at in range(0, 601, 5)]
    assert only(fit(*records, session(0, 600))).km == about(1.5)


def test_a_trainer_has_no_places() -> None:
    records = [record(at, heart_rate=130, distance=at * 9.0) for at in range(0, 3601, 60)]
    found = only(fit(*records, session(0, 3600, Sport.CYCLING, sub_sport=SubSport.INDOOR_CYCLING)))
    assert (found.activity, found.minutes, found.moving) == ("ride", 60, 60)
    assert found.km == about(32.4)


def test_the_gym_has_no_distance() -> None:
    content = fit(session(0, 2700, Sport.TRAINING, sub_sport=SubSport.STRENGTH_TRAINING, total_distance=0.0))
    assert only(content) == Activity("strength", BEGIN, 45.0)


@pytest.mark.parametrize(("which", "more", "kind"), [
    (Sport.RUNNING, SubSport.TREADMILL, "run"), (Sport.HIKING, None, "walk"), (Sport.E_BIKING, None, "ride"),
    (Sport.SWIMMING, SubSport.LAP_SWIMMING, "swim"), (Sport.TRAINING, SubSport.YOGA, "mobility"),
    (Sport.FITNESS_EQUIPMENT, SubSport.INDOOR_ROWING, "other"), (Sport.TENNIS, None, "other"),
    (Sport.MOTORCYCLING, None, "other"),
])
def test_sports(which: Sport, more: SubSport | None, kind: str) -> None:
    assert only(fit(session(0, 60, which, **({} if more is None else {"sub_sport": more})))).activity == kind


def test_a_triathlon_is_its_legs_without_the_transitions() -> None:
    legs = [
        session(0, 600, Sport.SWIMMING, total_distance=750.0), session(600, 120, Sport.TRANSITION),
        session(720, 1800, Sport.CYCLING, total_distance=20_000.0), session(2520, 60, Sport.TRANSITION),
        session(2580, 1200, Sport.RUNNING, total_distance=5000.0),
    ]
    records = [record(at, heart_rate=100 + at // 100) for at in range(0, 3780, 10)]
    found = read(fit(*records, *reversed(legs)))
    assert [(leg.activity, leg.start, leg.minutes, leg.km) for leg in found] == [
        ("swim", after(0), 10, 0.75), ("ride", after(720), 30, 20), ("run", after(2580), 20, 5),
    ]
    assert [(leg.mean, leg.highest) for leg in found] == [(103, 106), (116, 125), (131, 137)]  # each its own


def test_files_in_a_chain_are_each_read() -> None:
    chain = fit(session(0, 600)) + fit(kind=FileType.SETTINGS) + fit(session(9000, 1200, Sport.WALKING))
    assert [(one.activity, one.minutes) for one in read(chain)] == [("run", 10), ("walk", 20)]
    assert refused(fit(session(0, 600)) + b"\0" * 20) == "broken"


class TestFall:
    """The heart rate in the first minute after the end."""

    @staticmethod
    def heart(seconds: int) -> int:
        """170 until the end at 600 s, then half a beat a second less."""
        return 170 - max(0, seconds - 600) // 2

    def records(self, last: int, pace_after: float = 0.0) -> list[Any]:
        ways = {at: min(at, 600) * 3.0 + max(0, at - 600) * pace_after for at in range(last + 1)}
        return [record(at, heart_rate=self.heart(at), distance=way) for at, way in ways.items() if at % 3 == 0]

    def test_is_read_off_records_after_the_timer_s_stop_even_when_they_walk(self) -> None:
        stop = timer(600, EventType.STOP_ALL)
        found = only(fit(timer(0, EventType.START), *self.records(690, 1.2), stop, session(0, 600)))
        assert (found.fall, found.minutes, found.mean) == (30, 10, 170)

    def test_and_off_records_after_the_session_s_end_when_they_stand(self) -> None:
        assert only(fit(*self.records(690), session(0, 600))).fall == 30

    def test_and_from_the_timer_s_stop_on_when_the_session_was_closed_later(self) -> None:
        found = only(fit(*self.records(690), timer(600, EventType.STOP_ALL), session(0, 640)))
        assert (found.fall, found.minutes) == (30, about(640 / 60))

    def test_and_without_a_session(self) -> None:
        found = only(fit(*self.records(690), timer(600, EventType.STOP_ALL)))
        assert (found.fall, found.minutes) == (30, 10)

    def test_is_not_known_when_the_records_stop_before_the_minute_is_over(self) -> None:
        stop = timer(600, EventType.STOP_ALL)
        assert only(fit(*self.records(650), stop, session(0, 600))).fall is None

    def test_is_not_known_when_they_went_on_since_then_it_was_not_the_end(self) -> None:
        found = only(fit(*self.records(690, 3.0), session(0, 600)))
        assert (found.fall, found.minutes) == (None, 11.5)

    def test_is_not_known_after_a_pause_that_ended(self) -> None:
        stop, start = timer(600, EventType.STOP), timer(700, EventType.START)
        found = only(fit(*self.records(900, 3.0), stop, start, session(0, 900)))
        assert found.fall is None

    def test_is_no_rise(self) -> None:
        records = [record(at, heart_rate=100 + at // 10) for at in range(0, 700, 3)]
        assert only(fit(*records, timer(600, EventType.STOP_ALL), session(0, 600))).fall is None

    def test_belongs_to_the_last_leg(self) -> None:
        legs = session(0, 300, Sport.CYCLING), session(300, 300)
        assert [leg.fall for leg in read(fit(*self.records(690), *legs))] == [None, 30]


def test_what_can_not_be_is_as_if_it_were_not_there() -> None:
    records = [record(at, at * 3.0, heart_rate=15 if at % 2 else 140) for at in range(0, 601)]
    found = only(fit(*records, session(0, 600, total_distance=9_000_000.0, avg_heart_rate=3, max_heart_rate=254)))
    assert (found.mean, found.highest) == (140, 140)
    assert found.km == about(1.8, rel=1e-3)


def test_a_mean_above_the_highest_is_not_believed() -> None:
    assert only(fit(*running(range(600)), session(0, 600, avg_heart_rate=190, max_heart_rate=120))).mean == 150


def test_records_in_disorder_and_doubled_are_each_taken_once() -> None:
    records = running(range(0, 601, 5))
    found = only(fit(*reversed(records), *running(range(0, 601, 50), heart=200)))
    assert (found.minutes, found.mean, found.km) == (10, 150, about(1.8, rel=1e-3))


def test_two_records_of_one_moment_complete_one_another() -> None:
    places, rates = [record(at, at * 3.0) for at in range(0, 61, 5)], [
        record(at, heart_rate=140) for at in range(0, 61, 5)
    ]
    for records in (places + rates, rates + places):
        found = only(fit(*records))
        assert (found.mean, found.km, found.minutes) == (140, about(0.18, rel=1e-3), 1)


@pytest.mark.parametrize(("content", "reason"), [
    (fit(), "empty"),
    (fit(session(0, 0)), "empty"),
    (fit(kind=FileType.WORKOUT), "empty"),
    (fit(*running(range(0, 600, 60)), kind=FileType.COURSE), "no times"),
    (fit(session(-30 * 365 * 86_400, 600)), "no times"),
    (fit(session(0, 97 * 3600)), "broken"),
], ids=["nothing", "no time at all", "a workout", "a course", "a clock never set", "four days"])
def test_refusals(content: bytes, reason: str) -> None:
    assert refused(content) == reason


# ---- odd ways to write it ----------------------------------------------------------------------------

SESSION = definition(3, 18, (253, 4, 0x86), (2, 4, 0x86), (5, 1, 0), (7, 4, 0x86)) + b"\x03" + struct.pack(
    "<IIBI", fit_time(600), fit_time(0), 1, 600_000
)


def test_compressed_times() -> None:
    timed = definition(0, 20, (253, 4, 0x86), (3, 1, 2)) + b"\0" + struct.pack("<IB", fit_time(0), 100)
    short = definition(1, 20, (3, 1, 2)) + b"".join(
        bytes([0x80 | 1 << 5 | fit_time(at) & 31, 100 + at // 60]) for at in range(10, 601, 10)
    )
    found = only(sealed(timed + short))
    assert (found.start, found.minutes, found.highest) == (BEGIN, 10, 110)


def test_developer_fields_are_passed_by_even_under_a_name_of_the_profile() -> None:
    described = (
        definition(5, 207, (3, 1, 2)) + b"\x05\0"
        + definition(6, 206, (0, 1, 2), (1, 1, 2), (2, 1, 2), (3, 11, 7)) + b"\x06\0\0\x02heart_rate\0"
    )
    records = definition(0, 20, (253, 4, 0x86), (3, 1, 2), more=b"\x01\0\x01\0") + b"".join(
        b"\0" + struct.pack("<IBB", fit_time(at), 140, 200) for at in range(0, 601, 10)
    )
    found = only(sealed(described + records + SESSION))
    assert (found.minutes, found.mean, found.highest) == (10, 140, 140)


def test_a_field_of_another_size_than_the_profile_s_is_no_number() -> None:
    records = definition(0, 20, (253, 4, 0x86), (3, 6, 2)) + b"".join(
        b"\0" + struct.pack("<I6s", fit_time(at), b"\x90" * 6) for at in range(0, 601, 10)
    )
    assert only(sealed(records + SESSION)) == Activity("run", BEGIN, 10.0)
