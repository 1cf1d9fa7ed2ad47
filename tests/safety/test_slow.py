"""Two weeks that say something, and the talk about it (docs/domain.md section 9)."""

from datetime import date, timedelta

import pytest

from bot.checkins.days import Day
from bot.safety import slow

TODAY = date(2026, 11, 23)


def days(*each: dict[str, str]) -> tuple[list[Day], Day]:
    """The days before today, newest first, and today."""
    today, *before = each
    others = [Day(TODAY - timedelta(days=ago + 1), kept) for ago, kept in enumerate(before)]
    return others, Day(TODAY, today)


def said(marker: str, value: str, count: int) -> list[dict[str, str]]:
    return [{marker: value}] * count


@pytest.mark.parametrize(
    ("each", "name"),
    [
        (said("sleep", "3", 8), "sleep"),
        (said("sleep", "3", 7), None),  # too few answers to say so
        (said("sleep", "4", 14), None),
        (said("sleep", "3", 9) + said("sleep", "6", 3), "sleep"),
        (said("sleep", "3", 8) + said("sleep", "6", 3), None),  # fewer than three of four
        (said("mood", "2", 8), "mood"),
        ([{"mood": "2", "sleep": "2"}] * 8, "mood"),  # one talk, the graver first
        ([{"revved": "8", "down": "3"}] * 8, "evenings"),
        ([{"revved": "8", "down": "4"}] * 8, None),
        ([{"revved": "9"}] * 8, None),  # how the way down was is not known
        ([{}] * 10 + said("sleep", "1", 8), None),  # four of these lie in the last two weeks
    ],
)
def test_what_has_lasted(each: list[dict[str, str]], name: str | None) -> None:
    assert slow.signal(*days(*each)) == name


@pytest.mark.parametrize(("ago", "again"), [(0, False), (1, False), (13, False), (14, True)])
def test_it_is_spoken_of_once_in_two_weeks(ago: int, again: bool) -> None:
    each = [{"sleep": "2"} for _ in range(20)]
    each[ago] |= Day.as_talked("sleep")
    assert (slow.signal(*days(*each)) is not None) is again
