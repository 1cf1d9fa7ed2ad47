"""GPX files, written by gpxpy; figures are worked out of the points."""

import time
from collections.abc import Iterable, Iterator

import pytest

from bot.activities.activity import Activity
from bot.activities.reading import read
from tests.activities.files import BEGIN, Point, about, after, gpx, only, refused

FORM = (
    '<?xml version="1.0"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1" creator="by hand">'
    "<trk><type>walking</type><trkseg>{}</trkseg></trk></gpx>"
)


def along(seconds: range, pace: float = 3.0, heart: int | None = 150, gone: float = 0.0) -> list[Point]:
    """So many metres a second, from so far on."""
    return [(at, gone + (at - seconds[0]) * pace, heart) for at in seconds]


def by_hand(*points: tuple[str, str]) -> bytes:
    """Points as (attributes, what is in them)."""
    return FORM.format("".join(f"<trkpt {where}>{inside}</trkpt>" for where, inside in points)).encode()


def at(*times: str) -> bytes:
    return by_hand(*(('lat="48" lon="11"', f"<time>{said}</time>") for said in times))


def test_a_run() -> None:
    found = only(gpx(("running", [along(range(0, 1801, 5))])))
    assert found == Activity(
        "run", BEGIN, 30.0, km=about(5.4, rel=1e-6), moving=30.0, mean=150, highest=150, fall=None
    )


def test_a_pause_counts_for_the_whole_and_not_for_the_motion() -> None:
    between_segments = [along(range(0, 601)), along(range(900, 1501), gone=1800)]
    standing = [*along(range(0, 601)), *along(range(601, 900), 0, gone=1800), *along(range(900, 1501), gone=1800)]
    for segments in (between_segments, [standing]):
        found = only(gpx(("running", segments)))
        assert (found.minutes, found.moving) == (25, about(20, abs=0.05))
        assert found.km == about(3.6, rel=1e-3)


def test_a_way_between_two_segments_was_not_recorded() -> None:
    assert only(gpx(("running", [along(range(601)), along(range(3600, 4201), gone=30_000)]))).km == about(3.6)


def test_tracks_with_a_break_between_them_are_each_one() -> None:
    morning, noon = along(range(0, 1801, 10)), along(range(20_000, 21_201, 10), 1.4)
    found = read(gpx(("walking", [noon]), ("running", [morning])))
    assert [(one.activity, one.start, one.minutes) for one in found] == [
        ("run", after(0), 30), ("walk", after(20_000), 20),
    ]


@pytest.mark.parametrize(("second", "begins", "count"), [
    ("running", 1800, 1), ("running", 2400, 1), ("running", 2410, 2), ("cycling", 1800, 2), ("running", 900, 1),
], ids=["another lap", "after a pause", "after a break", "another sport", "at the same time"])
def test_tracks_that_follow_one_another_are_one(second: str, begins: int, count: int) -> None:
    tracks = ("running", [along(range(0, 1801, 10))]), (second, [along(range(begins, begins + 601, 10), gone=5400)])
    assert len(read(gpx(*tracks))) == count


def test_what_is_told_twice_counts_once() -> None:
    track = "running", [along(range(0, 1801, 10))]
    assert only(gpx(track, ("running", [along(range(5, 1801, 10))]), track)).km == about(5.4)


def test_a_hundred_laps_as_tracks_are_one() -> None:
    laps = [("running", [along(range(lap * 60, lap * 60 + 61, 10), gone=lap * 180)]) for lap in range(100)]
    assert only(gpx(*laps)) == Activity(
        "run", BEGIN, 100.0, km=about(18, rel=1e-6), moving=100.0, mean=150, highest=150
    )


@pytest.mark.parametrize(("wrong", "lost"), [
    ([(300, 90_000.0, 150)], 0.0),
    ([(0, 500_000.0, 150)], 0.015),
    ([(moment, 90_000.0 + moment * 3, 150) for moment in range(300, 350, 5)], 0.03),
], ids=["a spot elsewhere", "the first spot elsewhere", "ten spots elsewhere"])
def test_nobody_is_somewhere_else_for_a_moment(wrong: list[Point], lost: float) -> None:
    right = {point[0]: point for point in along(range(0, 601, 5))}
    points = {**right, **{point[0]: point for point in wrong}}
    assert only(gpx(("running", [points.values()]))).km == about(1.8 - lost, abs=1e-3)


def test_points_in_disorder_and_doubled_are_each_taken_once() -> None:
    points = along(range(0, 601, 5))
    stray = [(moment, where, 40 if heart else None) for moment, where, heart in points[::7]]
    found = only(gpx(("running", [[*reversed(points), *stray]])))
    assert (found.start, found.minutes, found.mean) == (BEGIN, 10, 150)
    assert found.km == about(1.8, rel=1e-6)


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine that is not in UTC."""
    with monkeypatch.context() as patched:
        patched.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.parametrize(("first", "second"), [
    ("2026-05-03T06:00:00Z", "2026-05-03T06:10:00Z"),
    ("2026-05-03T06:00:00", "2026-05-03T06:10:00"),
    ("2026-05-03T08:00:00.000+02:00", "2026-05-03T02:10:00-04:00"),
    (" 2026-05-03T06:00:00Z ", "2026-05-03T06:10:00.000Z"),
    ("1970-01-01T00:00:00Z</time><time>", "9999-12-31T23:59:59Z"),
])
def test_times(elsewhere: None, first: str, second: str) -> None:
    content = at(first, "2026-05-03T06:05:00Z", second)
    if "9999" in second:
        assert refused(content) == "empty"  # of three times one can be so
    else:
        assert (only(content).start, only(content).minutes) == (BEGIN, 10)


@pytest.mark.parametrize("said", ["", "yesterday", "2026-05-03", "2026-13-40T25:61:61Z", "1970-01-01T00:00:00Z"])
def test_points_without_a_time_that_can_be(said: str) -> None:
    assert refused(at(said, said)) == "no times"


@pytest.mark.parametrize("where", [
    "", 'lat="48"', 'lat="nan" lon="nan"', 'lat="inf" lon="-inf"', 'lat="91" lon="181"', 'lat="0" lon="0.0"',
    'lat="north" lon="1e999"', f'lat="{"9" * 5000}" lon="11"',
])
def test_points_nowhere_still_have_their_time(where: str) -> None:
    content = by_hand(*((where, f"<time>2026-05-03T06:{minute:02}:00Z</time>") for minute in range(11)))
    assert only(content) == Activity("walk", BEGIN, 10.0)


@pytest.mark.parametrize(("rate", "heart"), [
    ("149.6", 150), ("-5", None), ("nan", None), ("inf", None), ("0", None), ("251", None), ("", None), ("high", None),
])
def test_heart_rates_that_can_not_be_are_left_out(rate: str, heart: int | None) -> None:
    inside = "<time>2026-05-03T06:{:02}:00Z</time><extensions><x><hr>{}</hr></x></extensions>"
    content = by_hand(*(('lat="48" lon="11"', inside.format(minute, rate)) for minute in range(3)))
    assert only(content).mean == only(content).highest == heart


@pytest.mark.parametrize(("inside", "reason"), [
    ("", "empty"),
    ("<trk><trkseg/></trk>", "empty"),
    ('<rte><rtept lat="48" lon="11"/><rtept lat="49" lon="11"/></rte>', "no times"),
    ('<wpt lat="48" lon="11"><time>2026-05-03T06:00:00Z</time></wpt>', "no times"),
    ('<trk><trkseg><trkpt lat="48" lon="11"><time>2026-05-03T06:00:00Z</time></trkpt></trkseg></trk>', "empty"),
], ids=["nothing", "an empty track", "a route", "a spot", "one moment"])
def test_refusals(inside: str, reason: str) -> None:
    assert refused(f"<gpx>{inside}</gpx>".encode()) == reason


def test_more_than_a_day_file_has_is_too_much() -> None:
    def tracks(count: int) -> Iterable[tuple[str, list[list[Point]]]]:
        return (("running", [along(range(day * 9000, day * 9000 + 601, 60))]) for day in range(count))

    assert len(read(gpx(*tracks(24)))) == 24
    assert refused(gpx(*tracks(25))) == "too much"
