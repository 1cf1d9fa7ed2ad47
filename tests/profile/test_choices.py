"""What suits whom, and what people type about times and countries."""

from datetime import time, timedelta
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.profile.choices import DRILLS, HEALTH, NO_HOLDS, Profile
from bot.profile.picks import PARTS
from bot.profile.reading import NIGHT_LONGEST, NIGHT_SHORTEST, is_a_night, read_country, read_time


@given(st.sets(st.sampled_from(HEALTH)), st.lists(st.sampled_from(DRILLS), max_size=2))
def test_holds_are_never_offered_to_whom_they_may_harm(health: set[str], drills: list[str]) -> None:
    chosen = Profile({"health": ",".join(sorted(health)), "drills": ",".join(drills)})
    if health & NO_HOLDS:
        assert "paced-4-4-6-2" not in {*chosen.offered, *chosen.drills}
    else:
        assert chosen.offered == DRILLS
    assert 1 <= len(chosen.drills) <= 2
    assert {*chosen.drills} <= {*chosen.offered}


@pytest.mark.parametrize(
    ("health", "drills"),
    [
        ("", ("extended-exhale", "move-break")),
        ("heart", ("extended-exhale", "move-break")),
        ("breath", ("move-break", "labelling")),  # who panics on the breath is not sent there first
    ],
)
def test_two_that_suit_are_suggested(health: str, drills: tuple[str, ...]) -> None:
    assert Profile({"health": health}).drills == drills


@pytest.mark.parametrize(
    ("text", "up", "bed"),
    [
        ("7", "07:00", "19:00"), ("07", "07:00", "07:00"), ("6:45", "06:45", "06:45"), ("6.45", "06:45", "06:45"),
        ("6h45", "06:45", "06:45"), ("7h", "07:00", "19:00"), ("10", "10:00", "22:00"), ("10:30", "10:30", "22:30"),
        ("11", "11:00", "23:00"), ("12", "12:00", "00:00"), ("12:30", "12:30", "00:30"), ("22:30", "22:30", "22:30"),
        ("09:00", "09:00", "09:00"), ("1", "01:00", "01:00"), ("0:15", "00:15", "00:15"), ("24", "00:00", "00:00"),
        ("7 am", "07:00", "07:00"), ("7am", "07:00", "07:00"), ("10 p.m.", "22:00", "22:00"),
        ("12 am", "00:00", "00:00"), ("12 pm", "12:00", "12:00"), (" 7 ", "07:00", "19:00"),
        ("2230", "22:30", "22:30"), ("630", "06:30", "06:30"), ("22 30", "22:30", "22:30"),
        ("7 o'clock", "07:00", "19:00"),
        ("25:70", None, None), ("25", None, None), ("7:60", None, None), ("13 pm", None, None), ("0 am", None, None),
        ("", None, None), ("seven", None, None), ("7-8", None, None), ("٧", None, None), ("7:5", None, None),
        ("-7", None, None), ("1e1", None, None), ("7" * 40, None, None),
    ],
)
def test_a_typed_time(text: str, up: str | None, bed: str | None) -> None:
    assert read_time(text, evening=False) == (time.fromisoformat(up) if up else None)
    assert read_time(text, evening=True) == (time.fromisoformat(bed) if bed else None)


@given(st.text(max_size=20), st.booleans())
def test_any_words_are_a_time_or_none(text: str, evening: bool) -> None:
    found = read_time(text, evening=evening)
    assert found is None or read_time(f"{found:%H:%M}", evening=False) == found


@pytest.mark.parametrize(
    ("bed", "up", "expected"),
    [
        ("22:30", "06:30", True), ("00:00", "07:00", True), ("09:00", "16:00", True), ("06:00", "07:00", False),
        ("07:00", "07:00", False), ("07:00", "06:00", False), ("23:00", "02:00", True), ("23:00", "01:59", False),
        ("17:00", "07:00", True), ("16:59", "07:00", False),
    ],
)
def test_bed_and_up_make_a_night(bed: str, up: str, expected: bool) -> None:
    assert is_a_night(time.fromisoformat(bed), time.fromisoformat(up)) is expected
    assert timedelta() < NIGHT_SHORTEST < NIGHT_LONGEST < timedelta(days=1)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Ireland", "IE"), ("the UK", "GB"), ("england", "GB"), ("USA", "US"), ("I'm in Germany", "DE"),
        ("The Bahamas", "BS"), ("côte d’ivoire", "CI"), ("Iceland.", "IS"), ("  new   zealand ", "NZ"),
        ("no", None), ("No.", None), ("it", None), ("IT", "IT"), ("us", "US"),
        ("Deutschland", None), ("Nowhere", None), ("", None), ("EU", None), ("7", None), ("x" * 4096, None),
    ],
)
def test_a_typed_country(text: str, code: str | None) -> None:
    assert read_country(text, "en") == code


def test_a_country_in_ones_own_language() -> None:
    assert read_country("Deutschland", "de") == "DE"
    assert read_country("Germany", "de") == "DE"


def test_every_zone_to_pick_exists_and_is_there_once() -> None:
    zones = [zone for part in PARTS.values() for zone, _ in part]
    assert set(zones) <= available_timezones()
    assert len(zones) == len(set(zones))
