"""What the numbers of a record can be, and what of a line answers a check-in."""

from datetime import date
from typing import Any

import pytest

from bot.checkins.from_log import answers
from bot.logbook.limits import Misfit, misfit

RUN = {"kind": "session", "activity": "run", "date": "2026-11-23"}
DAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("record", "odd"),
    [
        ({**RUN, "km": 100, "minutes": 700}, None), ({**RUN, "km": 100.01}, Misfit("km", 0.01, 100)),
        ({**RUN, "km": 0}, Misfit("km", 0.01, 100)),
        ({**RUN, "activity": "ride", "km": 250}, None),
        ({**RUN, "activity": "ride", "km": 251}, Misfit("km", 0.01, 250)),
        ({**RUN, "activity": "mobility", "km": 1}, Misfit("distance", 0, 0)),
        ({**RUN, "minutes": 1440}, None), ({**RUN, "minutes": 1441}, Misfit("minutes", 0.01, 1440)),
        ({**RUN, "km": 10, "minutes": 23}, Misfit("pace", 7 / 3, 20)), ({**RUN, "km": 1, "minutes": 20}, None),
        ({**RUN, "minutes": 30, "effort": 11}, Misfit("effort", 0, 10)),
        ({**RUN, "sets": [{"exercise": "dip", "sets": 31, "reps": 1}]}, Misfit("sets", 1, 30)),
        ({**RUN, "sets": [{"exercise": "dip", "sets": 3, "reps": 8, "kg": 501}]}, Misfit("kg", 0, 500)),
        ({"kind": "sleep", "hours": 16, "quality": 10}, None),
        ({"kind": "sleep", "hours": 17}, Misfit("hours", 0.01, 16)),
        ({"kind": "vitals", "rhr": 24}, Misfit("rhr", 25, 130)),
        ({"kind": "vitals", "hrv": 251}, Misfit("hrv", 5, 250)),
        ({"kind": "caffeine", "cups": 21}, Misfit("cups", 0, 20)), ({"kind": "state", "state": "revved"}, None),
    ],
)
def test_what_can_be(record: dict[str, Any], odd: Misfit | None) -> None:
    assert misfit(record) == odd


@pytest.mark.parametrize(
    ("record", "answered"),
    [
        ({"kind": "sleep", "hours": 6.4, "quality": 4}, {"hours": "6.5", "sleep": "4"}),
        ({"kind": "sleep", "hours": 7}, {"hours": "7"}), ({"kind": "sleep", "quality": 6.6}, {"sleep": "7"}),
        ({"kind": "vitals", "rhr": 52, "hrv": 61.4}, {"rhr": "52", "hrv": "61"}),
        ({"kind": "vitals", "rhr": 125}, {}),  # the check-in asks for 25 to 120
        ({"kind": "caffeine", "cups": 2}, {}), (RUN, {}),
    ],
)
def test_what_answers_a_check_in(record: dict[str, Any], answered: dict[str, str]) -> None:
    found = answers([{**record, "date": f"{DAY}"}])
    assert found == {(DAY, marker): value for marker, value in answered.items()}


def test_of_two_nights_the_latest_counts() -> None:
    nights = [{"kind": "sleep", "date": f"{DAY}", "hours": hours} for hours in (7, 6)]
    assert answers(nights) == {(DAY, "hours"): "6"}
