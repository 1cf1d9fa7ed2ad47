"""MET-minutes and load: the numbers of docs/domain.md 6."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.logbook.dose import SPEEDS, Dose, met, together


@pytest.mark.parametrize(
    ("session", "value"),
    [
        ({"activity": "walk"}, 3.0), ({"activity": "walk", "effort": 4}, 4.3),
        ({"activity": "walk", "km": 5, "minutes": 60}, 3.0), ({"activity": "walk", "km": 6, "minutes": 60}, 4.3),
        ({"activity": "walk", "km": 5, "minutes": 60, "effort": 7}, 3.0),  # its speed is known
        ({"activity": "run"}, 8.3), ({"activity": "run", "effort": 3}, 8.3), ({"activity": "run", "effort": 4}, 9.8),
        ({"activity": "run", "effort": 5}, 11.5), ({"activity": "run", "effort": 10}, 11.5),
        ({"activity": "run", "km": 8, "minutes": 60}, 8.3), ({"activity": "run", "km": 9.7, "minutes": 60}, 9.8),
        ({"activity": "run", "km": 10.5, "minutes": 60}, 10.4), ({"activity": "run", "km": 3, "minutes": 60}, 6.0),
        ({"activity": "run", "km": 40, "minutes": 60}, 19.0), ({"activity": "run", "km": 8, "effort": 5}, 11.5),
        ({"activity": "run", "km": 8, "minutes": 60, "effort": 9}, 8.3),
        ({"activity": "ride"}, 6.0), ({"activity": "swim"}, 6.0), ({"activity": "mobility"}, 2.5),
        ({"activity": "strength"}, 3.5), ({"activity": "strength", "effort": 10}, 6.0),
        ({"activity": "strength", "effort": 6}, 5.0), ({"activity": "other"}, 6.0),
    ],
)
def test_what_a_minute_of_it_is(session: dict[str, Any], value: float) -> None:
    assert met(session) == pytest.approx(value)


def test_a_week() -> None:
    week: list[dict[str, Any]] = [
        {"activity": "run", "km": 8, "minutes": 60, "effort": 4}, {"activity": "mobility", "minutes": 20, "effort": 1},
        {"activity": "ride", "minutes": 40}, {"activity": "strength", "sets": []},
        {"activity": "run", "km": 18, "planned": True, "minutes": 120},
    ]
    found = together(week)
    assert found.met_minutes == pytest.approx(60 * 8.3 + 20 * 2.5 + 40 * 6)
    assert found._replace(met_minutes=0) == Dose(4, 100, 0, 260, 2)
    assert together([]) == Dose(0, 0, 0, 0, 0)


@given(st.floats(0.5, 60), st.floats(0, 10))
def test_faster_is_never_less(kmh: float, more: float) -> None:
    slow, fast = ({"activity": "run", "km": speed, "minutes": 60} for speed in (kmh, kmh + more))
    assert SPEEDS[0][1] <= met(slow) <= met(fast) <= SPEEDS[-1][1]
