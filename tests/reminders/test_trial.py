"""Whether breaks help: days by lot, and a comparison that does not claim more than it knows (docs/domain.md 6)."""

from datetime import date, timedelta
from statistics import mean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.checkins.days import Day
from bot.reminders.trial import BLOCK, LENGTH, PROMPTED, compare, is_silent

BEGUN = date(2026, 3, 2)
DATES = [BEGUN + timedelta(days=number) for number in range(LENGTH.days)]
PEOPLE = st.integers(min_value=1, max_value=2**52)


def days(owner: int, prompted: float, silent: float, *, jitter: int = 0) -> list[Day]:
    """Two weeks of somebody who gets up so often on the two kinds of days."""
    usual = [silent if is_silent(owner, BEGUN, day) else prompted for day in DATES]
    return [
        Day(day, {"ups": str(round(usual[number] + (number % 3 - 1) * jitter))}) for number, day in enumerate(DATES)
    ]


@given(PEOPLE)
def test_each_block_of_five_has_three_days_with_prompts(owner: int) -> None:
    for block in range(LENGTH.days // BLOCK):
        inside = DATES[block * BLOCK : (block + 1) * BLOCK]
        assert sum(not is_silent(owner, BEGUN, day) for day in inside) == PROMPTED


@given(PEOPLE)
def test_before_and_after_there_are_prompts_every_day(owner: int) -> None:
    assert not any(is_silent(owner, BEGUN, BEGUN - timedelta(days=back)) for back in range(1, 9))
    assert not any(is_silent(owner, BEGUN, BEGUN + LENGTH + timedelta(days=on)) for on in range(9))


def test_the_lot_is_no_weekday_and_no_persons_twin() -> None:
    lots = {tuple(is_silent(owner, BEGUN, day) for day in DATES) for owner in range(200)}
    assert len(lots) > 100
    shares = [mean(is_silent(owner, BEGUN, day) for owner in range(2000)) for day in DATES]
    assert all(0.35 < share < 0.45 for share in shares)


@pytest.mark.parametrize(
    ("prompted", "silent", "jitter", "verdict"),
    [
        (5, 1, 0, "likely"), (1, 5, 0, "likely"), (3, 3, 1, "same"), (4, 2, 1, "likely"), (0, 0, 0, "same"),
    ],
)
def test_what_may_be_said(prompted: float, silent: float, jitter: int, verdict: str) -> None:
    result = compare(days(7, prompted, silent, jitter=jitter), 7, BEGUN)
    assert result.verdict == verdict
    assert sum(result.days) == LENGTH.days


def test_one_odd_day_is_no_proof() -> None:
    """Everything the same but for one busy day: that is easily chance."""
    lived = days(7, 2, 2)
    odd = next(place for place, day in enumerate(lived) if not is_silent(7, BEGUN, day.date))
    lived[odd] = Day(lived[odd].date, {"ups": "9"})
    assert compare(lived, 7, BEGUN).verdict == "chance"


@pytest.mark.parametrize("answered", [0, 1, 4])
def test_too_few_answers_say_nothing(answered: int) -> None:
    result = compare(days(7, 5, 1)[:answered], 7, BEGUN)
    assert (result.verdict, result.difference) == ("unknown", None)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 6), min_size=14, max_size=14), PEOPLE)
def test_chance_is_a_share_and_labels_are_all_that_count(ups: list[int], owner: int) -> None:
    lived = [Day(day, {"ups": str(up)}) for day, up in zip(DATES, ups, strict=True)]
    result = compare(lived, owner, BEGUN)
    assert result.chance is not None
    assert 0 < result.chance <= 1
    assert compare(reversed(lived), owner, BEGUN) == result or result.chance == pytest.approx(
        compare(reversed(lived), owner, BEGUN).chance
    )


def test_other_days_and_other_answers_do_not_count() -> None:
    others = [Day(day, {"ups": "9"}) for day in (BEGUN - timedelta(days=1), BEGUN + LENGTH)]
    assert compare([*days(7, 5, 1), *others, Day(BEGUN, {"sleep": "7"})], 7, BEGUN) == compare(days(7, 5, 1), 7, BEGUN)
