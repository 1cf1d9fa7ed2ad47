"""TCX files, written by lxml."""

from collections.abc import Sequence

import pytest

from bot.activities.activity import Activity
from bot.activities.reading import read
from tests.activities.files import BEGIN, Node, Point, about, after, lap, node, only, refused, tcx, tcx_activity


def along(seconds: range, pace: float = 3.0, heart: int | None = 150, gone: float = 0.0) -> list[Point]:
    """So many metres a second, from so far on."""
    return [(at, gone + (at - seconds[0]) * pace, heart) for at in seconds]


def test_what_the_laps_say_is_the_activity() -> None:
    laps = [
        lap(0, 600, 2010.0, along(range(0, 601, 10)), mean=140, highest=160),
        lap(600, 300, 990.0, along(range(610, 901, 10), gone=1830), mean=170, highest=180),
    ]
    found = only(tcx(tcx_activity("Running", *laps)))
    assert found == Activity("run", BEGIN, 15.0, km=about(3.0), moving=15.0, mean=150, highest=180)


@pytest.mark.parametrize("counted", [True, False])
def test_what_the_laps_do_not_say_is_worked_out_of_the_points(counted: bool) -> None:
    whole = lap(0, None, None, along(range(0, 601, 5), 8.0), counted=counted)
    found = only(tcx(tcx_activity("Biking", whole)))
    assert found == Activity(
        "ride", BEGIN, 10.0, km=about(4.8, rel=1e-5), moving=10.0, mean=150, highest=150
    )


def test_a_total_that_one_lap_lacks_is_not_the_whole() -> None:
    laps = lap(0, 300, 900.0, along(range(0, 300, 5))), lap(300, 300, None, along(range(300, 601, 5), gone=900))
    assert only(tcx(tcx_activity("Running", *laps))).km == about(1.8, rel=0.01)  # the way between two laps is lost


def test_a_pause_counts_for_the_whole_and_not_for_the_motion() -> None:
    within = [lap(0, 1200, 3600.0, along(range(0, 601, 5)), along(range(900, 1501, 5), gone=1800))]
    between = [
        lap(0, 600, 1800.0, along(range(0, 601, 5))), lap(900, 600, 1800.0, along(range(900, 1501, 5), gone=1800)),
    ]
    for laps in (within, between):
        found = only(tcx(tcx_activity("Running", *laps)))
        assert (found.minutes, found.moving, found.km, found.fall) == (25, 20, about(3.6), None)


def test_a_trainer_has_no_places_and_a_lap_needs_no_points() -> None:
    assert only(tcx(tcx_activity("Biking", lap(0, 2400, 15_000.0, mean=131)))) == Activity(
        "ride", BEGIN, 40.0, km=15.0, moving=40.0, mean=131
    )
    still: list[Point] = [(at, None, 125) for at in range(0, 2401, 10)]
    assert only(tcx(tcx_activity("Other", lap(0, 2400, 0.0, still)))) == Activity(
        "other", BEGIN, 40.0, moving=40.0, mean=125, highest=125
    )


def test_a_hundred_laps_are_one() -> None:
    laps = [lap(n * 60, 60, 200.0, along(range(n * 60, n * 60 + 60, 10), 200 / 60, gone=n * 200)) for n in range(100)]
    found = only(tcx(tcx_activity("Running", *laps)))
    assert (found.minutes, found.moving, found.km) == (100, 100, 20)


def test_a_triathlon_is_its_legs_without_the_transitions() -> None:
    def around(root: Node, activities: Sequence[Node]) -> None:
        whole = node(node(root, "Activities"), "MultiSportSession")
        for place, activity in enumerate(activities):
            part = node(whole, "NextSport" if place else "FirstSport")
            if place:
                node(part, "Transition").append(lap(place * 2000 - 100, 100, 50.0, along(range(2000, 2100, 10))))
            part.append(activity)

    legs = [
        tcx_activity(name, lap(place * 2000, 1800, 1000.0 * (place + 1)))
        for place, name in enumerate(("Other", "Biking", "Running"))
    ]
    assert [(leg.activity, leg.start, leg.minutes, leg.km) for leg in read(tcx(*legs, around=around))] == [
        ("other", after(0), 30, 1), ("ride", after(2000), 30, 2), ("run", after(4000), 30, 3),
    ]


def resting(pace: float, last: int = 690) -> list[Point]:
    """Ten minutes' run, then half a beat a second less, at another pace."""
    rest = [(at, 1800 + (at - 600) * pace, 170 - (at - 600) // 2) for at in range(603, last + 1, 3)]
    return [*along(range(0, 601, 3), heart=170), *rest]


@pytest.mark.parametrize(("points", "fall", "minutes"), [
    (resting(0.0), 30, 10), (resting(0.2), 30, 10), (resting(3.0), None, 11.5), (resting(0.0, last=640), None, 10),
    ([(at, None, heart) for at, _, heart in resting(0.0)], None, 11.5),
], ids=["stood", "nearly stood", "ran on", "too short", "who knows where"])
def test_points_after_the_last_lap_are_a_rest_if_nobody_got_anywhere(
    points: list[Point], fall: int | None, minutes: float
) -> None:
    found = only(tcx(tcx_activity("Running", lap(0, 600, 1800.0, points))))
    assert (found.fall, found.minutes) == (fall, minutes)


@pytest.mark.parametrize("wrong", ["nan", "inf", "-1800", "many", "", "1e300"])
def test_totals_that_can_not_be_are_worked_out(wrong: str) -> None:
    whole = lap(0, 600, None, along(range(0, 601, 5)))
    node(whole, "DistanceMeters", wrong)
    node(node(whole, "AverageHeartRateBpm"), "Value", wrong)
    found = only(tcx(tcx_activity("Running", whole)))
    assert (found.km, found.mean) == (about(1.8), 150)


def course(root: Node, nodes: Sequence[Node]) -> None:
    whole = node(node(root, "Courses"), "Course")
    whole.append(lap(0, 600, 1800.0))
    node(whole, "Track").extend(nodes)


@pytest.mark.parametrize(("content", "reason"), [
    (tcx(), "empty"),
    (tcx(tcx_activity("Running")), "empty"),
    (tcx(tcx_activity("Running", lap(0, 0, 0.0))), "empty"),
    (tcx(tcx_activity("Running", lap(0, 5, None), lap(97 * 3600, 5, None))), "broken"),
    (tcx(around=course), "no times"),
], ids=["nothing", "no laps", "no time at all", "four days", "a course"])
def test_refusals(content: bytes, reason: str) -> None:
    assert refused(content) == reason
