"""A person's own usual: tables with every edge of the rule, and what holds whatever somebody logged."""

import math
import statistics
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.checkins import baseline
from bot.checkins.baseline import Usual, band, compare, nearest, usual

TODAY = date(2026, 11, 23)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def logged(values: Sequence[float], since: int = 1) -> dict[date, float]:
    """One value a day; the last one `since` days ago."""
    return {ago(since + back): value for back, value in enumerate(reversed(values))}


def known(values: Mapping[date, float], day: date = TODAY) -> Usual:
    found = usual(values, day)
    assert found is not None
    return found


# ---- the usual ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "days", "learning"),
    [
        (0, None, None),
        (1, None, None),
        (6, None, None),
        (7, 7, True),
        (8, 8, True),
        (13, 13, True),
        (14, 14, False),
        (27, 27, False),
        (28, 28, False),
        (29, 28, False),
        (400, 28, False),
    ],
)
def test_how_many_days_a_usual_takes(count: int, days: int | None, learning: bool | None) -> None:
    found = usual(logged([6] * count), TODAY)
    assert (found and (found.middle, found.days, found.learning)) == (days and (6, days, learning))


@pytest.mark.parametrize(
    ("values", "middle", "margin"),
    [
        ([6] * 7, 6, 1),  # always the same: still one point
        ([1, 2, 3, 4, 5, 6, 7], 4, 0.5 * statistics.stdev(range(1, 8))),  # the middle one of an odd number
        ([7, 5, 3, 1, 2, 4, 6], 4, 0.5 * statistics.stdev(range(1, 8))),  # by size, not by day
        ([5] * 4 + [6] * 4, 5.5, 1),  # between the two middle ones of an even number
        ([10] + [4] * 8, 4, 1),  # one great night is not the usual; and SD 2 is just the one point
        ([0] * 3 + [6] * 6, 6, 1.5),  # SD 3
        ([0] * 3 + [8] * 6, 8, 2),  # SD 4: half of it, of the sample and not of the population
        ([2] * 6 + [10] * 10, 10, 2),
        ([0] * 14 + [10] * 14, 5, 0.5 * statistics.stdev([0] * 14 + [10] * 14)),  # as wide as a scale allows
        ([0] + [6] * 28, 6, 1),  # the 29th day back is forgotten
        ([6] * 27 + [0], 6, 1),
        ([9] * 14 + [3] * 14, 6, 0.5 * statistics.stdev([9] * 14 + [3] * 14)),
        ([9] * 14 + [3] * 15, 3, 0.5 * statistics.stdev([9] * 13 + [3] * 15)),
        ([7.25] * 4 + [7.5] * 4, 7.375, 1),  # hours, to the quarter
    ],
)
def test_the_middle_and_the_margin(values: Sequence[float], middle: float, margin: float) -> None:
    found = known(logged(values))
    assert found.middle == middle
    assert found.margin == pytest.approx(margin, abs=1e-12)


def test_one_value_has_no_spread() -> None:
    assert baseline._mean_and_deviation([5]) == (5, 0)


def test_a_day_is_no_part_of_its_own_usual() -> None:
    values = logged([6] * 7, since=0)
    assert usual(values, TODAY) is None  # six days and the day itself
    assert known(values, ago(-1)).days == 7


def test_valid_days_may_lie_far_apart() -> None:
    assert known({ago(11 * back): back for back in range(1, 41)}) == known(logged(range(28, 0, -1)))


# ---- a day against it ---------------------------------------------------------------------------------

STEADY = Usual(6, 1, 28)
BETWEEN = Usual(5.5, 1, 28)
WIDE = known(logged([0] * 3 + [6] * 6))  # 6 +/- 1.5


@pytest.mark.parametrize(
    ("usual", "value", "side"),
    [
        (STEADY, 6, 0),
        (STEADY, 5, 0),  # at the margin
        (STEADY, 7, 0),
        (STEADY, 4.75, -1),
        (STEADY, 7.25, 1),
        (STEADY, 4, -1),
        (STEADY, 8, 1),
        (STEADY, 0, -1),
        (STEADY, 10, 1),
        (BETWEEN, 5, 0),
        (BETWEEN, 6, 0),
        (BETWEEN, 4, -1),
        (BETWEEN, 7, 1),
        (WIDE, 5, 0),  # within half a standard deviation
        (WIDE, 4.5, 0),
        (WIDE, 7.5, 0),
        (WIDE, 4.499, -1),
        (WIDE, 7.501, 1),
        (WIDE, 4, -1),
        (WIDE, 8, 1),
        (known(logged([0] * 3 + [8] * 6)), 6, 0),  # 8 +/- 2: at the margin that a standard deviation makes
        (known(logged([0] * 3 + [8] * 6)), 5, -1),
        (known(logged([0] * 3 + [8] * 6)), 10, 0),
        (Usual(6, 1, 7), 4, -1),  # still learning, and compared all the same
    ],
)
def test_worse_and_better_begin_beyond_the_margin(usual: Usual, value: float, side: int) -> None:
    assert compare("sleep", value, usual) == side
    assert compare("mood", value, usual) == side
    assert compare("down", value, usual) == side
    assert compare("irritability", value, usual) == -side


@pytest.mark.parametrize("marker", ["revved", "hours", "rhr", "hrv"])
@pytest.mark.parametrize("value", [0, 6, 10])
def test_what_has_no_direction_is_never_worse(marker: str, value: float) -> None:
    assert compare(marker, value, STEADY) == 0


@pytest.mark.parametrize(
    ("middle", "step", "answer"),
    [
        (6, 1, 6),
        (5.5, 1, 5),  # halfway goes down
        (6.5, 1, 6),
        (0.5, 1, 0),
        (9.5, 1, 9),
        (0, 1, 0),
        (10, 1, 10),
        (7.25, 0.25, 7.25),
        (7.375, 0.25, 7.25),
        (7.125, 0.25, 7),
        (7.4, 0.25, 7.5),
        (7.3, 0.25, 7.25),
        (7.75, 0.5, 7.5),
        (7.76, 0.5, 8),
    ],
)
def test_the_nearest_answer(middle: float, step: float, answer: float) -> None:
    assert nearest(Usual(middle, 1, 28), step) == answer


# ---- heart rate and HRV -------------------------------------------------------------------------------


def with_week(before: Sequence[float], week: Sequence[float | None]) -> dict[date, float]:
    """The days before the rolling week, and the seven days that end today; None is a day without a value."""
    days = zip(range(6, -1, -1), week, strict=True)
    return {**logged(before, since=7), **{ago(back): value for back, value in days if value is not None}}


BEFORE = [50] * 6 + [58] * 10  # mean 55, SD 4: the band is 53 to 57
THIRDS = [50] * 3 + [54] * 6  # mean 52 2/3, SD 2: the band is 51 2/3 to 53 2/3


def side(marker: str, before: Sequence[float], week: Sequence[float | None]) -> int | None:
    found = band(marker, with_week(before, week), TODAY)
    return None if found is None else found.side


@pytest.mark.parametrize(
    ("before", "week", "expected"),
    [
        (BEFORE, [55] * 7, 0),
        (BEFORE, [57] * 7, 0),  # on the edge
        (BEFORE, [53] * 7, 0),
        (BEFORE, [57] * 6 + [58], -1),  # a faster heart is the worse one
        (BEFORE, [53] * 6 + [52], 1),
        (BEFORE, [55] * 6 + [69], 0),  # 14 over on one day: the mean is what counts, and it is 57
        (BEFORE, [55] * 6 + [70], -1),
        (BEFORE, [None] * 4 + [57, 57, 57], 0),
        (BEFORE, [None] * 4 + [57, 57, 58], -1),
        (BEFORE, [60, None, 60, None, None, None, 60], -1),
        (BEFORE, [60, 60, 60, None, None, None, None], -1),  # the day itself without a value
        (BEFORE, [None] * 5 + [60, 60], None),  # two values are no week
        (BEFORE, [None] * 7, None),
        (THIRDS, [None] * 4 + [53, 54, 54], 0),  # on the edge, in numbers that have no end
        (THIRDS, [None] * 4 + [54, 54, 54], -1),
        (THIRDS, [None] * 4 + [51, 52, 52], 0),
        (THIRDS, [None] * 4 + [51, 51, 52], 1),
        ([52] * 60, [52] * 7, 0),  # no spread at all: equal is equal
        ([52] * 60, [52] * 6 + [53], -1),
        ([52] * 60, [52] * 6 + [51], 1),
        ([50] * 3 + [58] * 3, [70] * 7, None),  # six days are no band
        ([50] * 3 + [58] * 4, [70] * 7, -1),
        ([], [70] * 7, None),
    ],
)
def test_resting_heart_rate_against_its_band(
    before: Sequence[float], week: Sequence[float | None], expected: int | None
) -> None:
    assert side("rhr", before, week) == expected


# The pattern of BEFORE in logs: mean ln 40, SD ln 2; the band is 40 / 2**0.5 to 40 * 2**0.5.
MS = [40 * 2 ** ((bpm - 55) / 4) for bpm in BEFORE]


@pytest.mark.parametrize(
    ("before", "week", "expected"),
    [
        (MS, [40] * 7, 0),
        (MS, [28.29] * 7, 0),
        (MS, [28.28] * 7, -1),  # suppressed
        (MS, [56.56] * 7, 0),
        (MS, [56.57] * 7, 1),
        (MS, [40 / 2**0.5] * 7, 0),  # on the edge
        (MS, [40 * 2**0.5] * 7, 0),
        # The logs are averaged: of 20 and 80 ms that gives 40, where plain milliseconds would give 60.
        (MS, [None, 20, 80, 20, 80, 20, 80], 0),
        # ... and 5, 50, 50 give 23: suppressed, where plain milliseconds would give 35.
        (MS, [None] * 4 + [5, 50, 50], -1),
        (MS, [None] * 5 + [10, 10], None),
        ([41] * 60, [41] * 7, 0),
        ([41] * 60, [41] * 6 + [40], -1),
        ([41] * 60, [41] * 6 + [42], 1),
        (MS[:6], [10] * 7, None),
        (MS[:7], [10] * 7, -1),
    ],
)
def test_hrv_against_its_band(before: Sequence[float], week: Sequence[float | None], expected: int | None) -> None:
    assert side("hrv", before, week) == expected


def test_what_is_shown_of_a_band_is_in_its_own_unit() -> None:
    beats = band("rhr", with_week(BEFORE, [None] * 4 + [57, 58, 59]), TODAY)
    assert beats is not None
    assert (beats.week, beats.low, beats.high, beats.days, beats.learning) == (58, 53, 57, 16, False)
    variability = band("hrv", with_week(MS, [None, 20, 80, 20, 80, 20, 80]), TODAY)
    assert variability is not None
    assert (variability.week, variability.low, variability.high) == pytest.approx((40, 40 / 2**0.5, 40 * 2**0.5))


@pytest.mark.parametrize(
    ("count", "days", "learning"),
    [
        (6, None, None),
        (7, 7, True),
        (13, 13, True),
        (14, 14, False),
        (59, 59, False),
        (60, 60, False),
        (61, 60, False),
    ],
)
@pytest.mark.parametrize("marker", ["rhr", "hrv"])
def test_how_many_days_a_band_takes(marker: str, count: int, days: int | None, learning: bool | None) -> None:
    found = band(marker, with_week([52] * count, [52] * 7), TODAY)
    assert (found and (found.days, found.learning)) == (days and (days, learning))


def test_the_61st_day_back_is_forgotten() -> None:
    assert side("rhr", [120] + [52] * 60, [53] * 7) == -1
    assert side("rhr", [120] + [52] * 59, [53] * 7) == 0  # remembered, it widens the band


def test_the_rolling_week_is_no_part_of_its_band() -> None:
    """Seven bad days after seven steady ones: inside the band they would reach its edge and no further."""
    assert side("rhr", [52] * 7, [60] * 7) == -1
    assert side("rhr", [52] * 6, [60] * 7) is None


def test_the_week_begins_six_days_before_the_day() -> None:
    values = logged([58] + [50] * 6, since=0)  # 58 is six days ago
    found = band("rhr", {**values, **logged(BEFORE, since=7)}, TODAY)
    assert found is not None
    assert found.week == pytest.approx((58 + 6 * 50) / 7)


# ---- whatever somebody logged ---------------------------------------------------------------------------

SCALE = st.integers(0, 10)
LOGS = st.dictionaries(st.integers(-5, 90).map(ago), SCALE, max_size=60)
HEARTS = st.dictionaries(st.integers(-5, 120).map(ago), st.integers(25, 120), max_size=90)
MARKER = st.sampled_from(["sleep", "mood", "down", "irritability", "revved", "hours"])
HEART = st.sampled_from(["rhr", "hrv"])


@given(LOGS)
def test_it_is_the_median_and_deviation_that_statistics_knows(values: dict[date, int]) -> None:
    last = [value for at, value in sorted(values.items()) if at < TODAY][-28:]
    found = usual(values, TODAY)
    if len(last) < 7:
        assert found is None
    else:
        assert found is not None
        assert found.middle == statistics.median(last)
        assert found.margin == pytest.approx(max(1, statistics.stdev(last) / 2), rel=1e-12)


@given(HEARTS, HEART)
def test_a_band_is_what_statistics_makes_of_it(values: dict[date, int], marker: str) -> None:
    scale = math.log if marker == "hrv" else float
    week = [scale(value) for at, value in values.items() if ago(6) <= at <= TODAY]
    before = [scale(value) for at, value in sorted(values.items()) if at < ago(6)][-60:]
    found = band(marker, values, TODAY)
    if len(week) < 3 or len(before) < 7:
        assert found is None
        return
    assert found is not None
    mean, margin = statistics.fmean(before), statistics.stdev(before) / 2
    assert [scale(edge) for edge in (found.week, found.low, found.high)] == pytest.approx(
        [statistics.fmean(week), mean - margin, mean + margin]
    )
    gap = (statistics.fmean(week) - mean) * (1 if marker == "hrv" else -1)
    if abs(abs(gap) - margin) > 1e-6:  # the edge itself has its tables
        assert found.side == (0 if abs(gap) < margin else math.copysign(1, gap))


@given(st.permutations(range(75)), HEART)
def test_the_order_of_entry_does_not_matter(order: list[int], marker: str) -> None:
    ordered = {ago(back): 40 + back * back % 47 for back in range(75)}
    entered = {ago(back): ordered[ago(back)] for back in order}
    assert usual(entered, TODAY) == usual(ordered, TODAY)
    assert band(marker, entered, TODAY) == band(marker, ordered, TODAY)


@given(LOGS, st.dictionaries(st.integers(0, 90).map(lambda days: ago(-days)), SCALE))
def test_the_day_and_what_comes_after_it_do_not_matter(values: dict[date, int], later: dict[date, int]) -> None:
    assert usual({**values, **later}, TODAY) == usual(values, TODAY)


@given(HEARTS, HEART, st.dictionaries(st.integers(1, 90).map(lambda days: ago(-days)), st.integers(25, 120)))
def test_what_comes_after_the_day_does_not_matter_to_a_band(
    values: dict[date, int], marker: str, later: dict[date, int]
) -> None:
    assert band(marker, {**values, **later}, TODAY) == band(marker, values, TODAY)


@given(st.lists(SCALE, min_size=28, max_size=28), st.dictionaries(st.integers(29, 900).map(ago), SCALE))
def test_what_is_older_than_the_last_28_days_does_not_matter(last: list[int], older: dict[date, int]) -> None:
    assert usual({**older, **logged(last)}, TODAY) == usual(logged(last), TODAY)


@given(
    st.lists(st.integers(25, 120), min_size=67, max_size=67),
    HEART,
    st.dictionaries(st.integers(67, 900).map(ago), st.integers(25, 120)),
)
def test_what_is_older_than_the_last_60_days_does_not_matter_to_a_band(
    last: list[int], marker: str, older: dict[date, int]
) -> None:
    days = logged(last, since=0)
    assert band(marker, {**older, **days}, TODAY) == band(marker, days, TODAY)


@given(st.lists(st.tuples(SCALE, st.integers(1, 9)), max_size=40))
def test_a_missing_day_is_neither_good_nor_bad(entries: list[tuple[int, int]]) -> None:
    """The same values with holes between them: the same usual, and holes do not count as days."""
    days, apart = 0, {}
    for value, gap in entries:
        days += gap
        apart[ago(days)] = value
    assert usual(apart, TODAY) == usual(logged([value for value, _ in reversed(entries)]), TODAY)


@given(st.lists(SCALE, min_size=8, max_size=28), st.data())
def test_a_day_taken_away_is_one_fewer(values: list[int], data: st.DataObject) -> None:
    days = logged(values)
    del days[data.draw(st.sampled_from(sorted(days)))]
    assert known(days).days == len(values) - 1
    assert known(days).middle == statistics.median(days.values())


@given(st.lists(SCALE, min_size=7, max_size=40), st.integers(-20, 20))
def test_shifted_days_shift_the_middle_and_nothing_else(values: list[int], by: int) -> None:
    found, shifted = known(logged(values)), known(logged([value + by for value in values]))
    assert shifted.middle == found.middle + by
    assert shifted.margin == pytest.approx(found.margin, rel=1e-12)
    assert (shifted.days, shifted.learning) == (found.days, found.learning)


@given(st.lists(SCALE, min_size=7, max_size=40), SCALE)
def test_lower_is_better_is_the_mirror_of_higher_is_better(values: list[int], value: int) -> None:
    found, mirrored = known(logged(values)), known(logged([10 - other for other in values]))
    assert compare("irritability", 10 - value, mirrored) == compare("sleep", value, found)
    assert compare("irritability", value, found) == -compare("sleep", value, found)


@given(st.lists(SCALE, min_size=7, max_size=40), SCALE, SCALE)
def test_a_better_answer_is_never_judged_worse(values: list[int], one: int, other: int) -> None:
    found = known(logged(values))
    low, high = sorted((one, other))
    assert compare("sleep", low, found) <= compare("sleep", high, found)


@given(st.lists(SCALE, min_size=7, max_size=40), MARKER)
def test_the_as_usual_button_answers_with_the_usual(values: list[int], marker: str) -> None:
    found = known(logged(values))
    answer = nearest(found, 1)
    assert answer.is_integer()
    assert 0 <= found.middle - answer <= 0.5
    assert compare(marker, answer, found) == 0


@given(
    st.lists(st.integers(25, 120), min_size=14, max_size=40),
    st.lists(st.tuples(st.integers(0, 39), st.integers(25, 120)), min_size=1, max_size=5),
    HEART,
)
def test_a_corrected_day_is_as_if_it_had_been_right_at_once(
    values: list[int], corrections: list[tuple[int, int]], marker: str
) -> None:
    corrected, right = logged(values), list(values)
    before = known(corrected), band(marker, corrected, TODAY)
    for which, value in corrections:
        position = which % len(values)
        corrected[ago(len(values) - position)] = right[position] = value
    assert known(corrected).middle == statistics.median(right[-28:])  # nothing is remembered from before
    assert usual(corrected, TODAY) == usual(logged(right), TODAY)
    assert band(marker, corrected, TODAY) == band(marker, logged(right), TODAY)
    assert (known(logged(values)), band(marker, logged(values), TODAY)) == before
