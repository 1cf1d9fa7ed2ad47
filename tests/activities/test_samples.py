"""Files that devices wrote, and the parser fitdecode beside ours on each."""

from pathlib import Path
from typing import Any

import pytest
from fitdecode import FitDataMessage, FitReader
from fitdecode.profile import FIELD_TYPES

from bot.activities.activity import kind_of
from bot.activities.fit import SPORTS, SUB_SPORTS
from bot.activities.messages import READ, TIME, messages, parts
from bot.activities.reading import read
from tests.activities.files import fit, record, refused, session

SAMPLES = Path(__file__).parent / "samples"
FIELDS = {number: {TIME, *(name for name, _ in fields.values())} for number, (_, fields) in READ.items()}


@pytest.mark.parametrize(("name", "activity", "minutes", "km", "mean", "highest"), [
    ("2013-02-06-12-11-14.fit", "run", 43.75, 4.835, 147, 171),
    ("2015-10-13-08-43-15.fit", "ride", 27.05, 11.536, None, None),
    ("Activity.fit", "run", 0.23, 0.006, None, None),
    ("garmin-fenix-5-run.fit", "run", 0.95, 0.158, 90, 112),
    ("garmin-fenix-5-walk.fit", "walk", 0.76, 0.068, 75, 82),
    ("track-with-empty-segment.gpx", "other", 1.27, 0.086, None, None),
    ("track_with_speed.gpx", "other", 0.22, 0.019, None, None),
])
def test_activities(
    name: str, activity: str, minutes: float, km: float, mean: int | None, highest: int | None
) -> None:
    (found,) = read((SAMPLES / name).read_bytes())
    assert (found.activity, found.mean, found.highest) == (activity, mean, highest)
    assert found.minutes == pytest.approx(minutes, abs=0.005)
    assert found.km == pytest.approx(km, abs=0.0005)


@pytest.mark.parametrize(("name", "reason"), [
    ("MonitoringFile.fit", "empty"), ("compressed-speed-distance.fit", "no times"),
    ("route.gpx", "no times"), ("unicode_with_bom.gpx", "no times"),
])
def test_what_is_no_activity(name: str, reason: str) -> None:
    assert refused((SAMPLES / name).read_bytes()) == reason


def theirs(content: bytes) -> list[tuple[str, dict[str, Any]]]:
    """What fitdecode finds of the messages and fields that we read."""
    return [
        (READ[frame.global_mesg_num][0], {
            field.name: field.raw_value if isinstance(field.value, str) else field.value for field in frame.fields
            if field.name in FIELDS[frame.global_mesg_num] and field.value is not None and field.parent_field is None
            and not isinstance(field.value, tuple)
            and (field.name == TIME if field.field_def is None else not field.field_def.is_dev)  # no part of another
        })
        for frame in FitReader(content, processor=None)
        if isinstance(frame, FitDataMessage) and frame.global_mesg_num in READ
    ]


@pytest.mark.parametrize("content", [
    *(pytest.param(path.read_bytes(), id=path.name) for path in sorted(SAMPLES.glob("*.fit"))),
    pytest.param(fit(*(record(at, at * 3.0, heart_rate=140) for at in range(60)), session(0, 60)), id="fit-tool"),
])
def test_every_field_is_what_fitdecode_reads(content: bytes) -> None:
    assert [one for part in parts(content) for one in messages(part)] == theirs(content)


@pytest.mark.parametrize(("codes", "kinds", "beside"), [
    ("sport", SPORTS, set()),
    ("sub_sport", SUB_SPORTS, {"treadmill", "spin", "gravel_cycling"}),
])
def test_every_sport_of_the_profile_is_what_its_name_says(codes: str, kinds: dict[int, str], beside: set[str]) -> None:
    names = FIELD_TYPES[codes].enum
    said = {code: kind_of(name) for code, name in names.items() if kind_of(name) != "other"}
    assert {code: kind for code, kind in kinds.items() if names[code] not in beside} == {
        code: kind for code, kind in said.items() if names[code] not in beside
    }
