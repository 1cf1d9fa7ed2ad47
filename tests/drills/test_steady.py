"""Small things, counted by consistency: two skip days in any seven are part of it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.drills.goes import DONE, STOPPED, Go
from bot.drills.steady import Steady, steady

NAMES = ("move-break", "walk-down", "extended-exhale")
SUNDAY = date(2026, 11, 22)


def days(pattern: str) -> list[Go]:
    """Goes of the days that end with this one: how many were done on each."""
    return [
        Go(name, 0, None, None, DONE, datetime(2026, 11, 22, 12, tzinfo=UTC) - timedelta(days=back))
        for back, done in enumerate(reversed(pattern)) for name in NAMES[:int(done)]
    ]


def at_midnight(at: datetime) -> date:
    return at.date()


@pytest.mark.parametrize(
    ("pattern", "stands"),
    [
        ("", (0, 0, 0)), ("1", (1, 0, 0)), ("2", (2, 1, 1)), ("3", (3, 1, 1)),
        ("20", (0, 1, 2)),  # this day is not over
        ("2200", (0, 2, 4)), ("22000", (0, 2, 5)), ("220000", (0, 2, 0)),  # the third day that is missed ends it
        ("2112222", (2, 5, 7)), ("2102222", (2, 5, 7)), ("0112222", (2, 4, 4)),
        ("2222222", (2, 7, 7)), ("22222222222222", (2, 7, 14)),
        ("2220022" "2220022", (2, 5, 14)),  # two in every seven
        ("2220022" "0222222", (2, 6, 9)),  # three within seven
    ],
)
def test_a_row_of_days(pattern: str, stands: tuple[int, int, int]) -> None:
    assert steady(days(pattern), SUNDAY, at_midnight) == Steady(*stands)


def test_the_same_twice_is_one() -> None:
    assert steady(days("1") * 2, SUNDAY, at_midnight) == Steady(1, 0, 0)


def test_what_was_stopped_and_what_lies_ahead_does_not_count() -> None:
    stopped = [Go("move-break", 2, None, None, STOPPED, go.started_at) for go in days("2")]
    assert steady(stopped, SUNDAY, at_midnight) == Steady(0, 0, 0)
    assert steady(days("2"), SUNDAY - timedelta(days=1), at_midnight) == Steady(0, 0, 0)


@given(st.text("012", max_size=40))
def test_one_more_day_never_makes_it_shorter(pattern: str) -> None:
    before = steady(days(pattern), SUNDAY, at_midnight)
    for place, done in enumerate(pattern):
        more = f"{pattern[:place]}2{pattern[place + 1:]}"
        after = steady(days(more), SUNDAY, at_midnight)
        assert after.days >= before.days, (more, done)
        assert 0 <= after.week <= 7
